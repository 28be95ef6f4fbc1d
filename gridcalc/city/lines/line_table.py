"""The table of 10 kV lines in: good rows as lines, bad rows with everything that is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gridcalc.city.lines.line_cells import LineReader, read_line
from gridcalc.city.lines.line_headings import (
    Headings,
    field_of,
    headings_of,
    is_complete,
    is_heading,
)
from gridcalc.city.lines.line_words import line_columns
from gridcalc.city.lines.records import BadLine, Line, LineTable
from gridcalc.city.table.column_map import SHEETS, two_sheets
from gridcalc.city.table.opening import file_sha256, open_table
from gridcalc.city.table.records import RawTable
from gridcalc.compound.door import nearest, read_mapping, read_text
from gridcalc.errors import InputError, Problem

_MAP_KEYS = ("columns", *SHEETS)
_SAME = 1e-6
"""Relative difference up to which two values are the same."""


def read_line_table(path: Path, *, columns: Path | None, power_factor: float) -> LineTable:
    """Return a table of 10 kV lines: CSV, XLSX, Parquet or a map layer.

    Good rows are lines; each bad row lists everything that is wrong with it. Metered powers
    become apparent power with the power factor of their row.

    Parameters
    ----------
    path
        The file.
    columns
        Column map in YAML with ``columns`` (heading by field) and ``sheet`` or ``layer``; None
        without one.
    power_factor
        Of lines that give none. [-]

    Raises
    ------
    InputError
        The file cannot be read, or its headings do not fit; all problems are listed.
    """
    chosen = _read_map(columns)
    table = open_table(
        path,
        sheet=chosen.sheet,
        is_heading=lambda cells: _fits(cells, chosen),
        means=lambda heading: _means(heading, chosen),
        is_complete=lambda cells: is_complete({_means(cell, chosen) for cell in cells}),
    )
    headings = headings_of(table, chosen.columns)
    reader = LineReader(
        file=table.file,
        headings=headings,
        power_factor=power_factor,
        comma_is_decimal=table.comma_is_decimal,
    )
    read = [read_line(reader, row) for row in table.rows if any(row.cells) or row.fault]
    lines, bad = _sorted_out(table, headings, read)
    return LineTable(
        file=table.file,
        sha256=file_sha256(path),
        lines=lines,
        bad=bad,
        columns={heading: name for name, heading in headings.heading.items()},
        ignored=headings.ignored,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Map:
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None


def _read_map(path: Path | None) -> _Map:
    if path is None:
        return _Map()
    document = read_mapping(read_text(path), file=str(path), what="column map")
    problems = list(document.problems)
    value: dict[str, Any] = document.value
    for key in value:
        if key not in _MAP_KEYS:
            hint = nearest(str(key), list(_MAP_KEYS)) or f"; known are {', '.join(_MAP_KEYS)}"
            problems.append(document.problem((key,), f"unknown key{hint}"))
    columns = value.get("columns") or {}
    if not isinstance(columns, dict):
        raise InputError(
            [document.problem(("columns",), "is not a group of keys; write 'id: 编号'")]
        )
    for key, heading in columns.items():
        if key not in line_columns():
            known = list(line_columns())
            hint = nearest(str(key), known) or f"; known are {', '.join(known)}"
            problems.append(document.problem(("columns", key), f"unknown key{hint}"))
        elif not isinstance(heading, str):
            problems.append(document.problem(("columns", key), "is not a text; put it in quotes"))
    both = two_sheets(value)
    if both:
        problems.append(document.problem(("layer",), both))
    if problems:
        raise InputError(problems)
    sheet = next((value[one] for one in SHEETS if value.get(one) is not None), None)
    return _Map(columns=columns, sheet=None if sheet is None else str(sheet))


def _fits(cells: tuple[str, ...], chosen: _Map) -> bool:
    return is_heading(cells) or any(heading in cells for heading in chosen.columns.values())


def _means(heading: str, chosen: _Map) -> str:
    """Return the field of a heading; empty if it is not known."""
    mapped = {one: name for name, one in chosen.columns.items()}
    return mapped.get(heading) or field_of(heading) or ""


def _sorted_out(
    table: RawTable, headings: Headings, read: Sequence[tuple[Line, tuple[Problem, ...]]]
) -> tuple[tuple[Line, ...], tuple[BadLine, ...]]:
    """Return good lines and bad ones; a line that repeats or contradicts another is bad."""
    first: dict[str, Line] = {}
    rated: dict[tuple[str, str], tuple[float, int]] = {}
    good, bad = [], []
    for line, found in read:
        problems = [*found, *_against_others(table, headings, line, first, rated)]
        if line.id:
            first.setdefault(line.id, line)
        if problems:
            bad.append(BadLine(row=line.row, id=line.id, problems=tuple(problems)))
        else:
            good.append(line)
    return tuple(_with_namesakes(good, [line for line, _ in read])), tuple(bad)


def _with_namesakes(good: Sequence[Line], rows: Sequence[Line]) -> Iterator[Line]:
    """Yield lines with the ids of other rows of the same name, good or bad."""
    named: dict[str, dict[str, None]] = {}
    for line in rows:
        if line.id:
            named.setdefault(line.name, {})[line.id] = None
    for line in good:
        others = tuple(name for name in named[line.name] if name != line.id)
        yield replace(line, namesakes=others) if others else line


def _against_others(
    table: RawTable,
    headings: Headings,
    line: Line,
    first: Mapping[str, Line],
    rated: dict[tuple[str, str], tuple[float, int]],
) -> list[Problem]:
    """Return how a line contradicts those before it; ``rated`` keeps what they say."""

    def problem(name: str, message: str) -> Problem:
        return Problem(table.file, line.row, headings.heading.get(name, name), message)

    problems = []
    if line.id in first:
        row = first[line.id].row
        problems.append(problem("id", f"{line.id!r} is on row {row} already; ids are unique"))
    if line.tie and line.tie in {line.id, line.name}:
        problems.append(problem("tie", "a line cannot be tied to itself; name the other line"))
    for name, kva in (
        ("main_transformer_kva", line.main_transformer_kva),
        ("main_transformer_peak_kva", line.main_transformer_peak_kva),
    ):
        if kva is None:
            continue
        if not line.main_transformer:
            problems.append(problem(name, "belongs to no main transformer; name it"))
            continue
        before, row = rated.setdefault((line.main_transformer, name), (kva, line.row))
        if abs(before - kva) > _SAME * before:
            message = f"{line.main_transformer!r} has another value on row {row}; correct one"
            problems.append(problem(name, message))
    return problems
