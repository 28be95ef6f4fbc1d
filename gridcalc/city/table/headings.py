"""Which column of a table gives which field, by its heading or by the user's column map."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gridcalc.city.table.column_map import ColumnMap
from gridcalc.city.table.heading_row import one_line
from gridcalc.city.table.installed import (
    COUNT,
    TOTAL,
    UNSAID,
    heading_field,
    names_transformers,
)
from gridcalc.city.table.records import RawTable
from gridcalc.city.table.vocabulary import (
    PARAMETER,
    Heading,
    city_columns,
    heading_fields,
    take_apart,
    word_key,
)
from gridcalc.compound.door import nearest
from gridcalc.errors import InputError, Problem

_PLACE = ("lon", "lat", "crs")
_NO_NAMES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that is read.

    Attributes
    ----------
    field
        What it gives; ``param:NAME`` is a parameter of a template.
    index
        Number of the column from 0.
    heading
        As the user wrote it.
    remarks
        What stands in the brackets of the heading, such as a unit.
    is_stated
        Whether the field was named by ``param:`` or by the column map.
    """

    field: str
    index: int
    heading: str
    remarks: tuple[str, ...] = ()
    is_stated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns that are read, and the headings that mean nothing here."""

    read: tuple[Column, ...]
    ignored: tuple[str, ...]

    def of(self, field: str) -> Column | None:
        """Return the column of a field, ``None`` if the table has none."""
        return next((one for one in self.read if one.field == field), None)


def city_heading(cells: tuple[str, ...], named: Mapping[str, str] = _NO_NAMES) -> bool:
    """Return whether a row is that of the headings of a city table: it names an id and more.

    Parameters
    ----------
    cells
        The row.
    named
        Heading by field, as the column map says.

    Examples
    --------
    >>> city_heading(("小区编号", "户数")), city_heading(("昌吉市小区台账", ""))
    (True, False)
    >>> city_heading(("台账号", "户数"), {"id": "台账号"})
    True
    """
    found = {city_field(cell, named) for cell in one_line(cell for cell in cells if cell)} - {""}
    return "id" in found and len(found) > 1


def city_field(heading: str, named: Mapping[str, str] = _NO_NAMES) -> str:
    """Return the field that a heading of a city table gives; empty if it is not known.

    Parameters
    ----------
    heading
        As it is written.
    named
        Heading by field, as the column map says.

    Examples
    --------
    >>> city_field("固定车位（个）"), city_field("固定")
    ('n_private_bays', '')
    """
    mapped = {one: field for field, one in named.items()}
    return mapped.get(heading) or heading_field(take_apart(heading), _heading_fields())


def matched_columns(
    table: RawTable, column_map: ColumnMap, *, parameters: frozenset[str]
) -> Columns:
    """Return the columns of a table by field.

    Parameters
    ----------
    table
        The table.
    column_map
        What the user says of it; wins over what headings say.
    parameters
        Names of the parameters of all templates.

    Raises
    ------
    InputError
        Two columns for one field, a heading of the column map that the table does not have, a
        parameter that no template has, or a longitude without a latitude.
    """
    problems = list(_map_problems(table, column_map))
    mapped = {heading: field for field, heading in column_map.columns.items()}
    found: list[Column] = []
    ignored: list[str] = []
    for index, heading in enumerate(table.headings):
        column = _column(heading, index, mapped, column_map, parameters)
        if column is None:
            ignored.append(heading or f"(column {index + 1})")
        else:
            found.append(column)
            problems += _unknown_parameter(table, column, parameters)
    lone = _lone_sizes(found)
    ignored += [one.heading for one in lone]
    found = [one for one in found if one not in lone]
    if table.has_shapes:
        ignored += [one.heading for one in found if one.field in _PLACE]
        found = [one for one in found if one.field not in _PLACE]
    problems += _double(table, found)
    problems += _half_a_place(table, found)
    if problems:
        raise InputError(problems)
    return Columns(read=tuple(found), ignored=(*ignored, *table.left_out))


def _heading_fields() -> Mapping[str, str]:
    return heading_fields(city_columns().values())


def _column(
    heading: str,
    index: int,
    mapped: Mapping[str, str],
    column_map: ColumnMap,
    parameters: frozenset[str],
) -> Column | None:
    if not heading:
        return None
    if heading in mapped:
        remarks = take_apart(heading).remarks
        return Column(
            field=mapped[heading], index=index, heading=heading, remarks=remarks, is_stated=True
        )
    prefix, colon, name = heading.replace("：", ":").partition(":")
    if colon and word_key(prefix) == word_key(PARAMETER):
        field = f"{PARAMETER}{name.strip()}"
        return Column(field=field, index=index, heading=heading, is_stated=True)
    apart = take_apart(heading)
    found = _field(heading, apart, parameters)
    if found is None or found in column_map.columns:
        return None
    return Column(field=found, index=index, heading=heading, remarks=apart.remarks)


def _field(heading: str, apart: Heading, parameters: frozenset[str]) -> str | None:
    fields = _heading_fields()
    found = heading_field(apart, fields) or fields.get(word_key(heading))
    if found is None and heading.strip().lower() in parameters:
        return f"{PARAMETER}{heading.strip().lower()}"
    if found and found.startswith(PARAMETER) and found.removeprefix(PARAMETER) not in parameters:
        return None
    return found


def _lone_sizes(found: list[Column]) -> list[Column]:
    """Return the columns of sizes that mean nothing, as no column says of how many."""
    if any(one.field == COUNT for one in found):
        return []
    return [
        one
        for one in found
        if not one.is_stated
        and (one.field == TOTAL or (one.field == UNSAID and not names_transformers(one.heading)))
    ]


def _map_problems(table: RawTable, column_map: ColumnMap) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for field, heading in column_map.columns.items():
        other = first.setdefault(heading, field)
        if other != field:
            message = f"names {heading!r}, which stands for {other} already; one column, one field"
            yield column_map.problem(("columns", _written(column_map, field)), message)
        if heading not in table.headings:
            named = [one for one in table.headings if one]
            hint = nearest(heading, named) or f"; its headings are {', '.join(named)}"
            message = f"the table has no column {heading!r}{hint}"
            yield column_map.problem(("columns", _written(column_map, field)), message)


def _written(column_map: ColumnMap, field: str) -> str:
    """Return the key of a field as the user wrote it: parameters may stand without their mark."""
    document = column_map.document
    bare = field.removeprefix(PARAMETER)
    return bare if document and bare in document.value["columns"] else field


def _unknown_parameter(
    table: RawTable, column: Column, parameters: frozenset[str]
) -> Iterator[Problem]:
    name = column.field.removeprefix(PARAMETER)
    if column.field.startswith(PARAMETER) and name not in parameters:
        hint = nearest(name, sorted(parameters))
        message = f"no template has a parameter {name!r}{hint or '; leave the column out'}"
        yield Problem(table.file, table.heading_row, column.heading, message)


def _double(table: RawTable, columns: list[Column]) -> Iterator[Problem]:
    first: dict[str, Column] = {}
    for column in columns:
        other = first.setdefault(column.field, column)
        if other is column:
            continue
        message = f"gives {column.field} as {other.heading!r} (column {other.index + 1}) does"
        hint = "remove one or name the right one in a column map"
        yield Problem(table.file, table.heading_row, column.heading, f"{message}; {hint}")


def _half_a_place(table: RawTable, columns: list[Column]) -> Iterator[Problem]:
    found = {one.field: one for one in columns}
    for here, there in (("lon", "lat"), ("lat", "lon")):
        if here in found and there not in found:
            message = f"a place needs both; add a column {there}"
            yield Problem(table.file, table.heading_row, found[here].heading, message)
