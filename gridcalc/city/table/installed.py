"""Transformers whose number and size stand in columns of their own, as one list of a row."""

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from gridcalc.catalogue import load_catalogue
from gridcalc.city.records import Units
from gridcalc.city.table import numbers
from gridcalc.city.table.vocabulary import (
    PARAMETER,
    Heading,
    cell_words,
    city_columns,
    word_key,
)

UNITS = "transformers"
COUNT, EACH = f"{PARAMETER}n_transformers", f"{PARAMETER}transformer_kva"
TOTAL, UNSAID = "transformers_total_kva", "transformer_sizes"
SIZES = (EACH, TOTAL, UNSAID)
"""Columns of sizes: of each transformer, of all, and one whose heading says neither."""

_NOTHING = "0"
_LIKE = "1x800+1x630"


class SizeUnclearError(ValueError):
    """A number of kVA can be the size of one transformer or of all; the heading must say it."""


def with_installed(
    read: Mapping[str, Any], wrong: Collection[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a row with its transformers as one list, and what is wrong by field.

    A number alone, or the size of each alone, stays the parameter of a template that it is.

    Parameters
    ----------
    read
        Values of the row by field.
    wrong
        Fields whose cells cannot be read.

    Raises
    ------
    SizeUnclearError
        A heading says neither whose size it gives, and the row does not show it.

    Examples
    --------
    >>> with_installed({"param:n_transformers": "2", "transformers_total_kva": 1600.0}, ())
    ({'transformers': (Units(n=2, sn_kva=800.0),)}, {})
    """
    left = {name: value for name, value in read.items() if name not in (TOTAL, UNSAID)}
    if "file" in read or {UNITS, COUNT, *SIZES} & {*wrong}:
        return left, {}
    try:
        n = _number(read)
    except ValueError as error:
        return left, {COUNT: str(error)}
    lists: dict[str, tuple[Units, ...]] = {}
    for name in (UNITS, *SIZES):
        try:
            found = _listed(name, read, n, lists)
            _check(found, lists, n)
        except SizeUnclearError:
            raise
        except ValueError as error:
            return left, {name: str(error)}
        if found:
            lists[name] = found
    if not lists:
        return left, {}
    kept = {k: value for k, value in left.items() if n is None or k not in (COUNT, EACH)}
    return {**kept, UNITS: next(iter(lists.values()))}, {}


def _number(read: Mapping[str, Any]) -> int | None:
    """Return how many transformers a row has, ``None`` where that is not given as a number.

    Raises
    ------
    ValueError
        There are sizes, but the number cannot be one of transformers.
    """
    text = read.get(COUNT, _NOTHING)
    if text == _NOTHING:
        return None
    try:
        column = city_columns()[f"{UNITS}.n"]
        return numbers.count(text.removesuffix("台"), column, comma_is_decimal=False)
    except ValueError:
        if {UNITS, *SIZES} & {*read}:
            raise
        return None


def _listed(
    name: str, read: Mapping[str, Any], n: int | None, others: Mapping[str, tuple[Units, ...]]
) -> tuple[Units, ...]:
    """Return the transformers that a column of sizes tells; none where it tells nothing.

    Raises
    ------
    ValueError
        Number and size do not go together.
    """
    value = read.get(name)
    if value is None or (name == EACH and (n is None or value == _NOTHING)):
        return ()
    if name == EACH:
        value = numbers.sizes(value, city_columns()[f"{UNITS}.sn_kva"], comma_is_decimal=False)
    if isinstance(value, tuple):
        return value
    if name == EACH and n is not None:
        return (Units(n=n, sn_kva=value),)
    if name == TOTAL:
        return _split(value, n)
    return _of_unclear(value, n, others)


def _split(total_kva: float, n: int | None) -> tuple[Units, ...]:
    """Return equal transformers of a size that is made, whose sum is known.

    Raises
    ------
    ValueError
        Their number is missing, or there are none of that size.
    """
    if n is None:
        usual = city_columns()[COUNT].words.split(";")[0]
        raise ValueError(f"is the sum of transformers whose number is missing; give it in {usual}")
    if total_kva / n not in _made_kva():
        text = f"{total_kva:.10g} kVA are not {n} equal transformers of a usual size"
        raise ValueError(f"{text}; write the sizes like {_LIKE}")
    return (Units(n=n, sn_kva=total_kva / n),)


def _of_unclear(
    kva: float, n: int | None, others: Mapping[str, tuple[Units, ...]]
) -> tuple[Units, ...]:
    """Return transformers where a heading does not say whose size it gives, if the row shows it."""
    if n == 1:
        return (Units(n=1, sn_kva=kva),)
    for units in others.values():
        total = sum(one.n * one.sn_kva for one in units)
        if kva == total or {one.sn_kva for one in units} == {kva}:
            return units
    if others:
        known = _text(next(iter(others.values())))
        text = f"{kva:.10g} kVA are neither the size of one nor the sum of {known}"
        raise ValueError(f"{text}; correct one")
    raise SizeUnclearError(f"{kva:.10g}")


def _check(
    units: tuple[Units, ...], others: Mapping[str, tuple[Units, ...]], n: int | None
) -> None:
    """Raise a ``ValueError`` if transformers contradict those of another column or the number."""
    for other in list(others.values())[:1] if units else ():
        if _counted(units) != _counted(other):
            text = f"{_text(units)} contradicts {_text(other)} of another column"
            raise ValueError(f"{text}; correct one")
    n_units = sum(one.n for one in units)
    if units and n is not None and n_units != n:
        text = f"{_text(units)} are {n_units} transformers, but {n} are given as their number"
        raise ValueError(f"{text}; correct one")


def _counted(units: tuple[Units, ...]) -> Counter[float]:
    counted = Counter[float]()
    for one in units:
        counted[one.sn_kva] += one.n
    return counted


def heading_field(apart: Heading, fields: Mapping[str, str]) -> str:
    """Return the field of a heading, which may say whose size it gives: 单台, 总 and the like.

    Parameters
    ----------
    apart
        The heading.
    fields
        Field by heading.

    Examples
    --------
    >>> usual = {"配变容量": "transformer_sizes"}
    >>> heading_field(Heading(key="配变总容量", remarks=("kva",)), usual)
    'transformers_total_kva'
    >>> heading_field(Heading(key="配变容量", remarks=("单台", "kva")), usual)
    'param:transformer_kva'
    """
    found = fields.get(apart.key, "")
    whose = cell_words("whose_size")
    if found == UNSAID:
        said = {whose[one] for one in apart.remarks if one in whose}
        return said.pop() if len(said) == 1 else found
    if found:
        return found
    for word in sorted(whose, key=len, reverse=True):
        if word in apart.key and fields.get(apart.key.replace(word, "", 1)) == UNSAID:
            return whose[word]
    return ""


def names_transformers(heading: str) -> bool:
    """Return whether a heading says of itself that it is about transformers.

    Examples
    --------
    >>> names_transformers("配变容量(kVA)"), names_transformers("容量(kVA)")
    (True, False)
    """
    words = city_columns()[UNITS].words.split(";")
    return any(word_key(one) in word_key(heading) for one in words)


def _text(units: tuple[Units, ...]) -> str:
    return "+".join(f"{one.n}x{one.sn_kva:.10g}" for one in units)


@cache
def _made_kva() -> frozenset[float]:
    """Return the sizes of the transformers of the shipped catalogue. [kVA]."""
    return frozenset(one.sn_kva for one in load_catalogue().transformers.values())
