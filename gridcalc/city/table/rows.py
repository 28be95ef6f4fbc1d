"""One row of cells as the values of a compound, with everything that is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gridcalc.city.table.heading_row import MAX_COLUMNS
from gridcalc.city.table.installed import (
    COUNT,
    TOTAL,
    UNSAID,
    SizeUnclearError,
    with_installed,
)
from gridcalc.city.table.reading_cells import Reader
from gridcalc.city.table.records import RawRow
from gridcalc.city.table.vocabulary import (
    PARAMETER,
    cell_words,
    city_columns,
    nothing_words,
    take_apart,
)
from gridcalc.compound.door import nearest
from gridcalc.errors import InputError, Problem
from gridcalc.routing.coordinates import Crs

NO_COLUMN = MAX_COLUMNS + 1
"""Stands for the number of a column where there is none: no row has a cell there."""

_SHARED = ("area", "category", "crs", "line", "policy", "template", "year")
"""Fields that one cell of a sheet may give for several rows."""

_NAMING = ("id", "name", "area", "line", "policy", "template", "file", "crs")
"""Fields that say nothing of how a compound is built."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """Where the value of a field comes from.

    Attributes
    ----------
    name
        Of the field.
    key
        What messages call it: its heading as the user wrote it.
    index
        Number of its column; ``NO_COLUMN`` if only the column map gives it.
    read
        How its cells are read.
    values
        What texts of its cells stand for, as the column map says.
    default
        Its value where the cell is empty; ``None`` if the column map gives none.
    """

    name: str
    key: str
    index: int
    read: Reader
    values: Mapping[str, str]
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """A row before it is known where it lies.

    Attributes
    ----------
    raw
        The row.
    values
        By name of a field of ``CityRow``.
    place
        Coordinates as written; ``None`` without.
    crs
        Their system; ``None`` is that of the table.
    problems
        What is wrong with it.
    """

    raw: RawRow
    values: Mapping[str, Any]
    place: tuple[float, float] | None
    crs: Crs | None
    problems: tuple[Problem, ...]


def is_empty(row: RawRow) -> bool:
    """Return whether a row holds nothing at all."""
    return not (any(row.cells) or row.faults or row.fault or row.shape is not None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """How the rows of a table are read.

    Attributes
    ----------
    file
        The table, for messages.
    fields
        Where the value of each field comes from.
    n_columns
        Number of its columns.
    parameters
        Those of the fields that are parameters of templates.
    templates
        Names of the parameters of each template.
    template
        The one of rows that name neither a template nor a file; ``None`` without.
    heading_row
        Number of the row of the headings.
    """

    file: str
    fields: Sequence[Field]
    n_columns: int
    parameters: Sequence[str]
    templates: Mapping[str, frozenset[str]]
    template: str | None
    heading_row: int = 0


def draft(row: RawRow, rules: Rules) -> Draft:
    """Return the values of a row and what is wrong with it.

    Raises
    ------
    InputError
        A heading says neither whether its numbers are of one transformer nor of all.
    """
    read: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    nothing = nothing_words()
    for one in rules.fields:
        try:
            value = _value(row, one, nothing)
        except ValueError as error:
            wrong[one.name] = str(error)
            continue
        if value is not None:
            read[one.name] = value
    total = _total(row, read)
    if total:
        text = f"{total!r} is a sum, not a compound; leave the line out, sums are computed"
        named = {name: value for name, value in read.items() if name != "line"}
        return _draft(row, named, [Problem(rules.file, row.number, "", text)], rules)
    read = _with_installed(row, read, wrong, rules)
    by_default = bool(rules.template) and not {"template", "file"} & {*read, *wrong}
    if by_default:
        read["template"] = rules.template
    faults = [*_row_faults(row, read, wrong, rules), *_peak_faults(read)]
    if by_default:
        faults += _note_faults(row, rules)
    if not (wrong or faults):
        return _draft(row, read, [], rules)
    keys = {one.name: one.key for one in rules.fields}
    pairs = (*wrong.items(), *faults)
    found = [Problem(rules.file, row.number, keys.get(name, name), text) for name, text in pairs]
    return _draft(row, read, found, rules)


def _with_installed(
    row: RawRow, read: dict[str, Any], wrong: dict[str, str], rules: Rules
) -> dict[str, Any]:
    """Return a row with its transformers as one list; ``wrong`` takes what is wrong with them."""
    columns = {one.name: one for one in rules.fields if one.index != NO_COLUMN}
    if not ({TOTAL, UNSAID} & {*columns} or COUNT in columns):
        return read
    try:
        found, faults = with_installed(read, wrong)
    except SizeUnclearError as size:
        shown = f"{size} kVA (row {row.number}) can be the size of one transformer or of all"
        text = f"{shown}; write 单台容量 or 总容量 in the heading, beside 变压器台数"
        key = columns[UNSAID].key
        raise InputError([Problem(rules.file, rules.heading_row, key, text)]) from None
    wrong.update(faults)
    return found


def _value(row: RawRow, one: Field, nothing: frozenset[str]) -> Any:
    """Return the value of a field; ``None`` where the row gives none."""
    index = one.index
    if row.faults and index in row.faults:
        raise ValueError(row.faults[index])
    text = row.cells[index] if index < len(row.cells) else ""
    if row.merged and index in row.merged:
        text = row.merged[index].text_of_each(is_shared=one.name in _SHARED)
    if not text:
        return one.default
    if one.values:
        text = one.values.get(text, text)
    return one.default if text in nothing else one.read(text)


def _total(row: RawRow, read: Mapping[str, Any]) -> str:
    """Return the word by which a row is a sum of others; empty if it is a compound."""
    known, name = read.get("id"), read.get("name")
    if known and is_sum(known):
        return str(known)
    bare = "template" not in read and "file" not in read
    if known and not (bare and name and is_sum(name)):
        return ""
    return next((cell for cell in row.cells if cell and is_sum(cell)), "")


@lru_cache(maxsize=4096)
def is_sum(text: str) -> bool:
    """Return whether a text says that its row is a sum: ``合计``, ``昌吉市小计``, ``total (12)``.

    Examples
    --------
    >>> is_sum("合计（12个）"), is_sum("昌吉市小计："), is_sum("Possum"), is_sum("合计里小区")
    (True, True, False, False)
    """
    key, totals = take_apart(text).key, cell_words("total")
    return key in totals or any(key.endswith(one) for one in totals if not one.isascii())


def _note_faults(row: RawRow, rules: Rules) -> Iterator[tuple[str, str]]:
    """Yield whether a row gives at most names where the table has more to tell."""
    telling = [
        one.index for one in rules.fields if one.index != NO_COLUMN and one.name not in _NAMING
    ]
    written = any(row.cells[index] for index in telling if index < len(row.cells))
    if telling and row.shape is None and not (written or row.merged):
        text = "is empty, and the row tells nothing but names; is it a note below the table?"
        yield "template", f"{text} delete it"


def _peak_faults(read: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield whether a metered peak can be in another unit than kW."""
    peak = read.get("metered_peak_kw")
    if peak is None:
        return
    kva = sum(unit.n * unit.sn_kva for unit in read.get("transformers", ()))
    for part, base, of in (
        ("per_household", read.get("n_households"), "flats"),
        ("per_kva", kva, "kVA of transformers"),
    ):
        bounds = city_columns()[f"metered_peak_kw.{part}"]
        least, most = bounds.value_min, bounds.value_max
        if base and least is not None and most is not None and not least <= peak / base <= most:
            text = f"{peak:.10g} kW for {base:.10g} {of} cannot be"
            yield "metered_peak_kw", f"{text}; is it in another unit? correct it"
            return


def _row_faults(
    row: RawRow, read: Mapping[str, Any], wrong: Mapping[str, str], rules: Rules
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a row as a whole, each with the field that it concerns."""
    if row.fault:
        yield "", row.fault
        if not any(row.cells):
            return
    if "id" not in read and "id" not in wrong:
        yield "id", "is empty; give every compound an id of its own"
    if "template" not in wrong and "file" not in wrong:
        yield from _origin_faults(read, rules)
    yield from _surplus(row, rules.n_columns)
    for here, there in (("lon", "lat"), ("lat", "lon")):
        if here in read and there not in read and there not in wrong:
            yield there, "is empty, but a place needs both coordinates"


def _origin_faults(read: Mapping[str, Any], rules: Rules) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with where a compound comes from: a template or a file."""
    template, file = read.get("template"), read.get("file")
    if template is None and file is None:
        known = ", ".join(rules.templates)
        yield "template", f"is empty; name a template ({known}) or a compound file"
    if template is not None and file is not None:
        yield "file", f"stands beside the template {template!r}; give one of the two"
        return
    allowed = rules.templates.get(template, frozenset()) if template else frozenset()
    for key in rules.parameters:
        name = key.removeprefix(PARAMETER)
        if key in read and name not in allowed:
            yield key, _unfit(name, template, allowed)


def _unfit(name: str, template: str | None, allowed: frozenset[str]) -> str:
    if template is None:
        return f"a compound file takes no parameter {name!r}; leave the cell empty"
    hint = nearest(name, sorted(allowed)) or "; leave the cell empty"
    return f"the template {template!r} has no parameter {name!r}{hint}"


def _surplus(row: RawRow, n_columns: int) -> Iterator[tuple[str, str]]:
    if len(row.cells) > n_columns and any(row.cells[n_columns:]):
        hint = "put texts that hold the delimiter in quotation marks"
        yield "", f"{len(row.cells)} cells where the headings are {n_columns}; {hint}"


def _draft(row: RawRow, read: dict[str, Any], found: list[Problem], rules: Rules) -> Draft:
    lon, lat = read.pop("lon", None), read.pop("lat", None)
    crs = read.pop("crs", None)
    named = [key for key in rules.parameters if key in read]
    if named:
        read["settings"] = {key.removeprefix(PARAMETER): read.pop(key) for key in named}
    place = (lon, lat) if lon is not None and lat is not None else None
    return Draft(raw=row, values=read, place=place, crs=crs, problems=tuple(found))
