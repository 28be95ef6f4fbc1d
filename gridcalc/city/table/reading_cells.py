"""How the cells of each column are read: texts in, values or what is wrong with them out."""

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from gridcalc.city.table import numbers
from gridcalc.city.table.headings import Column
from gridcalc.city.table.places import named_crs
from gridcalc.city.table.vocabulary import ColumnWords, cell_words, city_columns, word_key
from gridcalc.units import KW_PER_MW

Reader = Callable[[str], Any]
"""Returns the value of a cell that is not empty; raises ``ValueError`` with what is wrong."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CUT_BY_EXCEL = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_MOST_CHARACTERS = 200
_MISSPELT = 0.5
_KW_PER_UNIT = {"kW": 1.0, "MW": KW_PER_MW}
_IN_PERCENT, _BARE = "%", "-"
_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?)\s*(\D+)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_POLICY_FILES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the cells of a table may name.

    Attributes
    ----------
    templates
        Names of the parameters of each template.
    policies
        Names of the policy packs.
    titles
        Name of a template by its title in any language.
    folder
        Folder of the table, where its paths start.
    """

    templates: Mapping[str, frozenset[str]]
    policies: Collection[str]
    titles: Mapping[str, str]
    folder: Path


def cell_reader(column: Column, known: Known, *, comma_is_decimal: bool) -> Reader:
    """Return how the cells of a column are read.

    Parameters
    ----------
    column
        The column, with the unit in its heading.
    known
        What cells may name.
    comma_is_decimal
        Whether a comma may stand before decimals.

    Raises
    ------
    ValueError
        The heading states a unit that cannot be read.
    """
    row = city_columns().get(column.field)
    if row is None or row.kind == "setting":
        in_percent = _unit(column, row, also=(_IN_PERCENT,)) == _IN_PERCENT
        setting = numbers.percent_setting if in_percent else numbers.setting
        return _kept(partial(setting, comma_is_decimal=comma_is_decimal))
    if row.kind in ("word", "file", "text"):
        return _text_reader(column.field, known)
    if row.kind == "coordinate":
        return partial(numbers.degrees_or_metres, comma_is_decimal=comma_is_decimal)
    if row.kind == "power":
        kw = _KW_PER_UNIT[_unit(column, row, also=tuple(_KW_PER_UNIT))]
        return partial(_power, column=row, kw=kw, comma_is_decimal=comma_is_decimal)
    if row.kind == "count":
        _unit(column, row)
    if row.kind == "transformers":
        _unit(column, city_columns()[f"{row.field}.sn_kva"], also=(_BARE,))
    if row.kind == "sizes":
        _unit(column, row)
    return _kept(_form_reader(row, comma_is_decimal=comma_is_decimal))


def _form_reader(row: ColumnWords, *, comma_is_decimal: bool) -> Reader:
    if row.kind == "crs":
        return named_crs
    if row.kind == "year":
        return partial(numbers.year, column=row)
    if row.kind == "transformers":
        n, sn_kva = (city_columns()[f"{row.field}.{part}"] for part in ("n", "sn_kva"))
        return partial(numbers.transformers, n=n, sn_kva=sn_kva)
    if row.kind == "sizes":
        return partial(numbers.sizes, column=row, comma_is_decimal=comma_is_decimal)
    return partial(numbers.count, column=row, comma_is_decimal=comma_is_decimal)


def _text_reader(field: str, known: Known) -> Reader:
    if field == "file":
        return partial(_file, folder=known.folder)
    if field == "id":
        return _id
    if field == "template":
        named = {word_key(name): name for name in known.templates}
        usual = {key: name for key, name in cell_words(field).items() if name in known.templates}
        own = {word_key(title): name for title, name in known.titles.items()}
        return _kept(partial(_word, words={**usual, **own, **named}, what="template"))
    if field == "policy":
        packs = {word_key(name): name for name in sorted(known.policies)}
        return _kept(partial(_policy, words=packs, folder=known.folder))
    if field == "category":
        return _kept(partial(_word, words=cell_words(field), what="ownership category"))
    return _no_text


def _kept(reader: Reader) -> Reader:
    """Return a reader that remembers what it read, as most columns hold few different texts."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}

    def read(text: str) -> Any:
        if text in values:
            return values[text]
        if text in faults:
            raise ValueError(faults[text])
        try:
            value = values[text] = reader(text)
        except ValueError as error:
            faults[text] = str(error)
            raise
        return value

    return read


def _text(text: str) -> str:
    """Return a text on one line."""
    line = " ".join(text.split()) if not text.isalnum() else text
    if len(line) > _MOST_CHARACTERS:
        message = f"{line[:20]!r}… has {len(line)} characters"
        raise ValueError(f"{message}; write at most {_MOST_CHARACTERS}")
    if _CONTROL.search(line):
        raise ValueError(f"{line!r} holds signs that cannot be shown; write it anew")
    return line


def _id(text: str) -> str:
    if _CUT_BY_EXCEL.fullmatch(text):
        message = f"{text!r} looks like a number that Excel has cut"
        raise ValueError(f"{message}; format the column as text and fill it in again")
    if _DAY.fullmatch(text):
        message = f"{text!r} looks like a date that Excel has made of an id"
        raise ValueError(f"{message}; format the column as text and fill it in again")
    return _text(text)


def _no_text(text: str) -> str | None:
    """Return a text on one line, ``None`` for a word that says there is none."""
    return None if word_key(text) in cell_words("no_text") else _text(text)


def _file(text: str, *, folder: Path) -> str:
    from gridcalc.routing.site.layer_files import local_path  # noqa: PLC0415  the door of maps

    if "\x00" in text:
        raise ValueError(f"{text!r} is not a path; write one on this disk")
    try:
        return str(local_path(text, folder, start="the folder of the table"))
    except OSError:
        raise ValueError(f"{text[:20]!r}… is not a path; write one on this disk") from None


def _word(text: str, *, words: Mapping[str, str], what: str) -> str:
    key = word_key(text)
    if key in words:
        return words[key]
    near = difflib.get_close_matches(key[:_MOST_CHARACTERS], words, n=1, cutoff=_MISSPELT)
    known = ", ".join(dict.fromkeys(words.values()))
    hint = f"did you mean {words[near[0]]!r}?" if near else f"there are {known}"
    raise ValueError(f"{text[:_MOST_CHARACTERS]!r} is not a known {what}; {hint}")


def _policy(text: str, *, words: Mapping[str, str], folder: Path) -> str:
    if text.lower().endswith(_POLICY_FILES):
        return _file(text, folder=folder)
    return _word(text, words=words, what="policy pack")


def _power(text: str, *, column: ColumnWords, kw: float, comma_is_decimal: bool) -> float:
    try:
        value = numbers.number(text, comma_is_decimal=comma_is_decimal)
    except ValueError:
        _refuse_unit(text, kw)
        raise
    return numbers.within(text, value, column, per_unit=kw)


def _refuse_unit(text: str, kw: float) -> None:
    """Raise a ``ValueError`` for a power with its unit, with what is to be written instead."""
    found = _WITH_UNIT.fullmatch(numbers.plain(text))
    unit = cell_words("unit").get(word_key(found[2])) if found else None
    if found is None or unit is None:
        return
    if unit not in _KW_PER_UNIT:
        raise ValueError(f"is in {unit}; give the active power in kW")
    value = float(found[1]) * _KW_PER_UNIT[unit] / kw
    raise ValueError(f"{text!r} is not a number; write {value:.10g}")


def _unit(column: Column, row: ColumnWords | None, *, also: tuple[str, ...] = ()) -> str:
    """Return the unit of a column: the one in its heading if it is known, else its own.

    Raises
    ------
    ValueError
        The heading states a unit that is neither its own nor one of ``also``.
    """
    own = row.unit if row else ""
    words = cell_words("unit")
    for unit in [words[one] for one in column.remarks if one in words]:
        if unit == own or (unit in also and (unit != _IN_PERCENT or own in (_BARE, ""))):
            return unit
        if own in _KW_PER_UNIT:
            raise ValueError(f"is in {unit}; give the active power in kW")
        if own == _BARE:
            raise ValueError(f"is in {unit}; write plain numbers and correct the heading")
        if own:
            raise ValueError(f"is in {unit}; give it in {own} and correct the heading")
    return own
