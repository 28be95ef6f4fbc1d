"""The file in which a user says what the loads of a foreign network are."""

import fnmatch
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import get_args

from gridcalc.compound.door import nearest, read_mapping, read_text
from gridcalc.errors import InputError, Problem
from gridcalc.foreign.labels import labels
from gridcalc.foreign.records import LOAD_KINDS, LOAD_TABLES, LoadKind, LoadTable
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.tables import csv_lines
from gridcalc.yamlfile import Key

_YAML = {".yaml", ".yml"}
_MAX_COUNT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """One line of a load map.

    Attributes
    ----------
    load
        Index, name, or a pattern of names with ``*`` and ``?``.
    kind
        What these loads are.
    households
        Flats behind each of them; ``None`` where the policy pack says it.
    bays, ebikes
        Private bays and e-bikes per household, likewise.
    table
        ``load`` or ``asymmetric_load``; empty for both.
    line
        Line in the file.
    """

    load: str
    kind: LoadKind
    households: int | None = None
    bays: float | None = None
    ebikes: float | None = None
    table: LoadTable | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadMap:
    """The lines of a load map; the first that fits a load says what it is."""

    rows: tuple[MapRow, ...] = ()

    def row_of(self, table: str, index: int, name: str) -> MapRow | None:
        """Return the first line that fits a load; ``None`` where none does."""
        for row in self.rows:
            if row.table in {None, table} and _fits(row.load, index, name):
                return row
        return None


NO_MAP = LoadMap()
_COLUMNS = tuple(field.name for field in fields(MapRow) if field.name != "line")


def _fits(pattern: str, index: int, name: str) -> bool:
    return pattern in {str(index), name} or fnmatch.fnmatchcase(name, pattern)


def read_load_map(path: Path, tables: ForeignTables) -> LoadMap:
    """Return the load map of a CSV or YAML file that fits a network.

    A CSV file has the columns load and kind, and where wanted households, bays, ebikes, table; a
    YAML file a list ``loads`` of the same keys.

    Raises
    ------
    InputError
        Every wrong line, and every line that fits no load.
    """
    file = str(path)
    text = read_text(path)
    is_yaml = path.suffix.lower() in _YAML
    cells = list(_yaml_rows(text, file) if is_yaml else _csv_rows(text, file))
    problems: list[Problem] = []
    rows = [
        row for line, values in cells if (row := _row(file, line, values, problems)) is not None
    ]
    problems += _idle(rows, file, tables)
    if problems:
        raise InputError(problems)
    return LoadMap(rows=tuple(rows))


def _csv_rows(text: str, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    lines = csv_lines(text, file)
    if not lines:
        raise InputError([Problem(file, 0, "", "is empty; write the columns load and kind")])
    heading = [cell.strip() for cell in lines[0][1]]
    for line, values in lines[1:]:
        if not any(cell.strip() for cell in values):
            continue
        if len(values) != len(heading):
            message = f"{len(values)} cells where the heading has {len(heading)}"
            raise InputError([Problem(file, line, "", message)])
        yield line, dict(zip(heading, (cell.strip() for cell in values), strict=True))


def _yaml_rows(text: str, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    document = read_mapping(text, file=file, what="load map")
    problems = list(document.problems)
    found = document.value.get("loads")
    if set(document.value) != {"loads"} or not isinstance(found, list):
        raise InputError([Problem(file, 1, "", "give one key, loads, with a list"), *problems])
    for k, row in enumerate(found):
        path: tuple[Key, ...] = ("loads", k)
        if not isinstance(row, dict):
            problems.append(document.problem(path, "is not a group of keys such as load and kind"))
            continue
        plain = {str(key): "" if value is None else str(value) for key, value in row.items()}
        yield document.line(path), plain
    if problems:
        raise InputError(problems)


def _row(file: str, line: int, values: dict[str, str], problems: list[Problem]) -> MapRow | None:
    n_before = len(problems)
    for name in values:
        if name not in _COLUMNS:
            message = f"is not known{nearest(name, list(_COLUMNS))}; known: {', '.join(_COLUMNS)}"
            problems.append(Problem(file, line, name, message))
    kind = _word(file, line, "kind", values, LOAD_KINDS, problems)
    table = _word(file, line, "table", values, LOAD_TABLES, problems) if values.get("table") else ""
    if not values.get("load"):
        problems.append(
            Problem(file, line, "load", "is missing; give an index, a name or a pattern")
        )
    counts = {
        name: _count(file, line, name, values.get(name, ""), problems)
        for name in ("households", "bays", "ebikes")
    }
    whole = counts["households"]
    if whole is not None and whole != int(whole):
        problems.append(Problem(file, line, "households", f"{whole} is not a whole number"))
    if len(problems) > n_before:
        return None
    return MapRow(
        load=values["load"],
        kind=next(k for k in get_args(LoadKind) if k == kind),
        households=None if whole is None else int(whole),
        bays=counts["bays"],
        ebikes=counts["ebikes"],
        table=next((t for t in get_args(LoadTable) if t == table), None),
        line=line,
    )


def _word(
    file: str,
    line: int,
    name: str,
    values: dict[str, str],
    known: tuple[str, ...],
    problems: list[Problem],
) -> str:
    found = values.get(name, "")
    if found not in known:
        message = f"{found!r} is none of {', '.join(known)}"
        problems.append(Problem(file, line, name, message))
    return found


def _count(file: str, line: int, name: str, text: str, problems: list[Problem]) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= _MAX_COUNT:
        message = f"{text[:40]!r} is not a number from 0 to {_MAX_COUNT}"
        problems.append(Problem(file, line, name, message))
        return None
    return value


def _idle(rows: Iterable[MapRow], file: str, tables: ForeignTables) -> Iterator[Problem]:
    """Yield the lines that no load of the network fits."""
    known = [
        (table, index, name)
        for table in LOAD_TABLES
        for index, name in zip(tables.frame(table).index, labels(tables, table), strict=True)
    ]
    for row in rows:
        one = LoadMap(rows=(row,))
        if not any(one.row_of(*load) for load in known):
            names = [name for _, _, name in known]
            hint = nearest(row.load, names)
            yield Problem(file, row.line, "load", f"no load is called {row.load!r}{hint}")
