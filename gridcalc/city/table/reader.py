"""The city table in: a file of any known format, its good rows and everything wrong with the rest.

Rows are read and placed a few thousand at a time, so that a large table takes little memory.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from gridcalc.city.records import BadRow, CityRow, CityTable
from gridcalc.city.table.column_map import ColumnMap, read_column_map
from gridcalc.city.table.headings import (
    Column,
    Columns,
    city_field,
    city_heading,
    matched_columns,
)
from gridcalc.city.table.numbers import plain
from gridcalc.city.table.opening import file_sha256, open_table
from gridcalc.city.table.places import (
    NOWHERE,
    Place,
    named_crs,
    point_places,
    remarked_crs,
    resolved_crs,
    shape_places,
)
from gridcalc.city.table.reading_cells import Known, cell_reader
from gridcalc.city.table.records import RawTable
from gridcalc.city.table.rows import NO_COLUMN, Draft, Field, Rules, draft, is_empty
from gridcalc.city.table.vocabulary import PARAMETER, city_columns, nothing_words
from gridcalc.errors import InputError, Problem
from gridcalc.routing.coordinates import Crs

_CHUNK_ROWS = 1_000
_PLACE = ("lon", "lat")
_NO_TITLES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the caller says of a table, beside its column map."""

    crs: str | None
    known: Known
    column_map: ColumnMap


def read_city_table(
    path: Path,
    *,
    columns: Path | None = None,
    crs: str | None = None,
    known_templates: Mapping[str, frozenset[str]],
    known_policies: Collection[str],
    template_titles: Mapping[str, str] = _NO_TITLES,
) -> CityTable:
    """Return the compounds of a table, the good rows apart from the bad ones.

    Parameters
    ----------
    path
        CSV, TSV, XLSX, GeoPackage, GeoJSON, Parquet or GeoParquet.
    columns
        The user's column map, a YAML file; ``None`` without.
    crs
        System of the coordinates: ``EPSG:<code>``, ``gcj02`` or ``bd09``; ``None`` takes that of
        the column map or of the file, else CGCS2000.
    known_templates
        Names of the parameters of each template there is.
    known_policies
        Names of the policy packs there are.
    template_titles
        Name of a template by its title, for words that are not in the tables of words.

    Raises
    ------
    InputError
        The file, its headings or the column map are not usable as a whole; a row that is not
        usable is in ``bad`` of the result instead.
    """
    parameters = frozenset[str]().union(*known_templates.values())
    column_map = read_column_map(columns, parameters=parameters)
    raw = open_table(
        path,
        sheet=column_map.sheet,
        is_heading=partial(city_heading, named=column_map.columns),
        means=partial(city_field, named=column_map.columns),
        is_complete=partial(_is_complete, column_map=column_map),
    )
    found = matched_columns(raw, column_map, parameters=parameters)
    known = Known(
        templates=known_templates,
        policies=known_policies,
        titles=template_titles,
        folder=path.parent,
    )
    asked = _Asked(crs=crs, known=known, column_map=column_map)
    rules, system = _rules(raw, found, asked)
    drafts = (draft(row, rules) for row in raw.rows if not is_empty(row))
    rows, bad = _sorted_out(drafts, raw, found, system)
    if not (rows or bad):
        message = "the table has no rows; write one compound per row below the headings"
        raise InputError([Problem(raw.file, raw.heading_row, "", message)])
    return CityTable(
        file=path.name,
        sha256=file_sha256(path),
        rows=tuple(rows),
        bad=tuple(bad),
        columns={one.heading: one.field for one in found.read},
        ignored=found.ignored,
    )


def _is_complete(cells: Iterable[str], *, column_map: ColumnMap) -> bool:
    """Return whether headings are all that a city table needs: ids, and templates or files."""
    fields = {city_field(cell, column_map.columns) for cell in cells} | {*column_map.defaults}
    return "id" in fields and bool({"template", "file"} & fields)


def _rules(raw: RawTable, found: Columns, asked: _Asked) -> tuple[Rules, Crs]:
    """Return how the rows are read and the system of their coordinates.

    Raises
    ------
    InputError
        Everything that keeps the table from being read at all.
    """
    problems: list[Problem] = []
    fields = _fields(raw, found, asked, problems)
    system = _system(raw, found, asked, problems)
    problems += _missing(raw, found, asked, has_default="template" in asked.column_map.defaults)
    if problems or system is None:
        raise InputError(problems)
    template = fields.pop("template", None)
    if template is not None and found.of("template"):
        fields["template"] = replace(template, default=None)
    rules = Rules(
        file=raw.file,
        fields=tuple(fields.values()),
        n_columns=len(raw.headings),
        parameters=tuple(name for name in fields if name.startswith(PARAMETER)),
        templates=asked.known.templates,
        template=template.default if template else None,
        heading_row=raw.heading_row,
    )
    return rules, system


def _fields(
    raw: RawTable, found: Columns, asked: _Asked, problems: list[Problem]
) -> dict[str, Field]:
    """Return where each field comes from: its column, the default of the column map, or both."""
    column_map = asked.column_map
    names = dict.fromkeys((*(one.field for one in found.read), *column_map.defaults))
    fields: dict[str, Field] = {}
    for name in names:
        column = found.of(name) or Column(field=name, index=NO_COLUMN, heading=name)
        try:
            read = cell_reader(column, asked.known, comma_is_decimal=raw.comma_is_decimal)
        except ValueError as error:
            problems.append(Problem(raw.file, raw.heading_row, column.heading, str(error)))
            continue
        fields[name] = Field(
            name=name,
            key=column.heading,
            index=column.index,
            read=read,
            values=column_map.values.get(name, {}),
            default=_default(name, column_map, asked.known, problems),
        )
    return fields


def _default(name: str, column_map: ColumnMap, known: Known, problems: list[Problem]) -> Any:
    """Return the value of a default; its numbers are written plainly and in the field's unit."""
    text = column_map.defaults.get(name)
    if text is None or text in nothing_words():
        return None
    column = Column(field=name, index=NO_COLUMN, heading=name)
    try:
        return cell_reader(column, known, comma_is_decimal=False)(text)
    except ValueError as error:
        problems.append(column_map.problem(("defaults", name), str(error)))
    return None


def _system(raw: RawTable, found: Columns, asked: _Asked, problems: list[Problem]) -> Crs | None:
    """Return the system of the table, ``None`` with a problem if it is not clear."""
    n_before = len(problems)
    given = _given_crs(raw, found, asked, problems)
    if len(problems) > n_before:
        return None
    try:
        return resolved_crs(given, raw.stored_crs if raw.has_shapes else "")
    except ValueError as error:
        problems.append(Problem(raw.file, 0, "crs", str(error)))
    return None


def _given_crs(raw: RawTable, found: Columns, asked: _Asked, problems: list[Problem]) -> Crs | None:
    """Return the system the user gives: the option, else the column map, else a heading."""
    stated = asked.crs or asked.column_map.crs
    if stated is None:
        remarks = [one for column in found.read if column.field in _PLACE for one in column.remarks]
        return next((crs for crs in map(remarked_crs, remarks) if crs is not None), None)
    try:
        return named_crs(stated)
    except ValueError as error:
        by_option = Problem(raw.file, 0, "--crs", str(error))
        by_map = asked.crs is None
        problems.append(asked.column_map.problem(("crs",), str(error)) if by_map else by_option)
    return None


def _missing(
    raw: RawTable, found: Columns, asked: _Asked, *, has_default: bool
) -> Iterator[Problem]:
    """Yield a problem for each column without which no compound can be computed."""
    written = ", ".join(one for one in raw.headings if one)
    seen = f"the headings are {written[:500]}" if written else "there are no headings"
    hint = "name it in a column map (--columns) if it is called otherwise"
    if found.of("id") is None:
        usual = city_columns()["id"].words.split(";")[0]
        text = f"there is no column of ids; its heading is 'id' or {usual!r}, {seen}; {hint}"
        yield Problem(raw.file, raw.heading_row, "id", text)
    if not (found.of("template") or found.of("file") or has_default):
        names = ", ".join(asked.known.templates)
        text = f"there is no column of templates ({names}) or compound files; {hint}"
        more = ", or give one for all rows as 'defaults: {template: NAME}'"
        yield Problem(raw.file, raw.heading_row, "template", f"{text}{more}")


def _sorted_out(
    drafts: Iterator[Draft], raw: RawTable, found: Columns, system: Crs
) -> tuple[list[CityRow], list[BadRow]]:
    """Return the good and the bad rows; an id belongs to the first row that has it."""
    rows: list[CityRow] = []
    bad: list[BadRow] = []
    first: dict[str, int] = {}
    for chunk in iter(lambda: list(islice(drafts, _CHUNK_ROWS)), []):
        for one, place in zip(chunk, _places(chunk, raw, system), strict=True):
            problems = [*one.problems]
            number, name = one.raw.number, one.values.get("id")
            if name is not None and first.setdefault(plain(name), number) != number:
                text = (
                    f"{name!r} is the id of row {first[plain(name)]} already;"
                    " give every compound its own"
                )
                problems.append(Problem(raw.file, number, _heading(found, "id"), text))
            if place.fault:
                key = "geometry" if raw.has_shapes else _heading(found, "lon")
                problems.append(Problem(raw.file, number, key, place.fault))
            if problems:
                bad.append(_bad_row(one, problems))
            else:
                rows.append(_city_row(one, place))
    return rows, bad


def _heading(found: Columns, field: str) -> str:
    column = found.of(field)
    return column.heading if column else field


def _places(chunk: Sequence[Draft], raw: RawTable, system: Crs) -> list[Place]:
    if raw.has_shapes:
        return shape_places([one.raw.shape for one in chunk], system)
    rows = [row for row, one in enumerate(chunk) if one.place is not None]
    points = np.array([chunk[row].place for row in rows], dtype=float).reshape(-1, 2)
    placed = point_places(points, [chunk[row].crs or system for row in rows])
    found = dict(zip(rows, placed, strict=True))
    return [found.get(row, NOWHERE) for row in range(len(chunk))]


def _city_row(one: Draft, place: Place) -> CityRow:
    values = {"name": one.values["id"], **one.values}
    return CityRow(
        row=one.raw.number,
        lon=place.lon,
        lat=place.lat,
        outline_wkb=place.outline_wkb,
        **values,
    )


def _bad_row(one: Draft, problems: list[Problem]) -> BadRow:
    name = one.values.get("id", "")
    return BadRow(
        row=one.raw.number,
        id=name,
        name=one.values.get("name", name),
        line=one.values.get("line", ""),
        problems=tuple(sorted(set(problems), key=lambda problem: (problem.key, problem.message))),
    )
