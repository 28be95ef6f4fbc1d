"""From the cells of a foreign file to tables that can be trusted, or one list of all problems."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gridcalc.errors import InputError, Problem
from gridcalc.foreign.raw import REFUSED, RawNet, RawTable
from gridcalc.network.foreign_tables import (
    COLUMNS,
    DEFAULTS,
    MAY_BE_MISSING,
    SWITCHED,
    ForeignTables,
    Frame,
    Holds,
    Scalar,
)

_BIGGEST = 1e9
"""No quantity of a network, in any of its units, is larger."""
_LONGEST_TEXT = 200
_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,4}){1,3}")
_OLDEST = 2
_ALL_PROBLEMS = 50
_REQUIRED: frozenset[Holds] = frozenset({"bus", "element", "number", "positive", "count", "flag"})


def checked(raw: RawNet, file: str) -> ForeignTables:
    """Return the tables of a network, every column checked and every row renumbered from 0.

    Raises
    ------
    InputError
        Every wrong table and cell, by table, index and column.
    """
    problems = [
        Problem(file, 0, name, "is not solved here; take it out or replace it by loads")
        for name in REFUSED
        if name in raw.tables and raw.tables[name].index
    ]
    reader = _Reader(raw, file)
    frames = {
        name: reader.frame(name, raw.tables[name])
        for name in COLUMNS
        if name in raw.tables and raw.tables[name].index
    }
    problems += reader.problems
    problems += _parts_missing(frames, file)
    version = _version(raw.parameters, file, problems)
    f_hz = _parameter(raw.parameters, "f_hz", 50.0, file, problems)
    sn_mva = _parameter(raw.parameters, "sn_mva", 1.0, file, problems)
    if problems:
        raise InputError(_not_too_many(problems, file))
    return ForeignTables(
        file=file,
        name=_text(raw.parameters.get("name")) or "",
        format_version=version,
        f_hz=f_hz,
        sn_mva=sn_mva,
        options=raw.options,
        frames=frames,
        ignored=raw.ignored,
    )


def _parts_missing(frames: Mapping[str, Frame], file: str) -> Iterator[Problem]:
    if "bus" not in frames:
        yield Problem(file, 0, "bus", "the network has no buses")
    elif "ext_grid" not in frames and not any(
        frames["gen"].flags("slack", default=False) if "gen" in frames else ()
    ):
        yield Problem(file, 0, "ext_grid", "the network has no source; add an external grid")


def _version(parameters: Mapping[str, Any], file: str, problems: list[Problem]) -> str:
    found = parameters.get("format_version") or parameters.get("version")
    text = str(found)
    known = isinstance(found, str) and _VERSION.fullmatch(text) is not None
    if not known or int(text.split(".", maxsplit=1)[0]) < _OLDEST:
        message = "is not a format of pandapower 2 or 3; open and save it with a newer version"
        problems.append(Problem(file, 0, "format_version", message))
    return text


def _parameter(
    parameters: Mapping[str, Any], name: str, default: float, file: str, problems: list[Problem]
) -> float:
    value = parameters.get(name)
    if value is None:
        return default
    number = _as_number(value)
    if number is None or not 0 < number < _BIGGEST:
        problems.append(Problem(file, 0, name, "is not a number above zero"))
        return default
    return number


def _not_too_many(problems: list[Problem], file: str) -> list[Problem]:
    if len(problems) <= _ALL_PROBLEMS:
        return problems
    more = len(problems) - _ALL_PROBLEMS
    return [*problems[:_ALL_PROBLEMS], Problem(file, 0, "", f"and {more} more problems")]


class _Reader:
    """Reads table by table; ``problems`` grows, and nothing else changes."""

    def __init__(self, raw: RawNet, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.place: dict[str, dict[int, int]] = {}
        for name in ("bus", *SWITCHED.values()):
            table = raw.tables.get(name)
            self.place[name] = self._places(name, table.index if table else ())

    def _places(self, table: str, index: tuple[Any, ...]) -> dict[int, int]:
        found: dict[int, int] = {}
        for k, row in enumerate(index):
            number = _as_index(row)
            if number is None:
                self._wrong(table, row, "", "the index is not a whole number from 0")
            elif number in found:
                self._wrong(table, row, "", "the index stands twice")
            else:
                found[number] = k
        return found

    def _wrong(self, table: str, row: Any, column: str, message: str) -> None:
        place = f"{table}[{_cell_text(row)}]" + (f".{column}" if column else "")
        self.problems.append(Problem(self.file, 0, place, message))

    def frame(self, name: str, table: RawTable) -> Frame:
        """Return a checked table; what is wrong is listed and stands as nothing."""
        index = tuple(_as_index(row) for row in table.index)
        if name not in self.place:
            self._places(name, table.index)
        columns: dict[str, tuple[Scalar, ...]] = {}
        for column, holds in COLUMNS[name].items():
            if column in table.columns:
                columns[column] = self._column(name, column, holds, table)
            elif holds in _REQUIRED and column not in MAY_BE_MISSING:
                default = DEFAULTS.get(column)
                if default is None:
                    self.problems.append(
                        Problem(self.file, 0, f"{name}.{column}", "this column is missing")
                    )
                columns[column] = (default,) * len(index)
        if name == "switch":
            columns["element"] = self._switched(table, columns)
        return Frame(index=tuple(-1 if row is None else row for row in index), columns=columns)

    def _column(self, name: str, column: str, holds: Holds, table: RawTable) -> tuple[Scalar, ...]:
        values: list[Scalar] = []
        default = DEFAULTS.get(column)
        may_miss = column in MAY_BE_MISSING or holds in {"maybe", "text"}
        for row, cell in zip(table.index, table.columns[column], strict=True):
            if _is_gap(cell):
                if default is None and not may_miss:
                    self._wrong(name, row, column, "is empty; give a value")
                gap = False if column in MAY_BE_MISSING else default
                values.append(gap)
                continue
            value, message = self._value(cell, holds)
            if message:
                self._wrong(name, row, column, message)
            values.append(value)
        return tuple(values)

    def _value(self, cell: Any, holds: Holds) -> tuple[Scalar, str]:
        if holds == "text":
            text = _text(cell)
            return text, "" if text is not None else "is not a text"
        if holds == "flag":
            flag = _as_flag(cell)
            return flag, "" if flag is not None else f"{_cell_text(cell)} is neither true nor false"
        if holds in {"bus", "element"}:
            number = _as_index(cell)
            if number is None:
                return None, f"{_cell_text(cell)} is not the index of an element"
            if holds == "element":
                return number, ""
            place = self.place["bus"].get(number)
            return place, "" if place is not None else f"there is no bus {number}"
        return _quantity(cell, holds)

    def _switched(
        self, table: RawTable, columns: Mapping[str, tuple[Scalar, ...]]
    ) -> tuple[Scalar, ...]:
        """Return the places of the elements that switches stand at."""
        found: list[Scalar] = []
        kinds, elements = columns.get("et", ()), columns.get("element", ())
        for row, kind, element in zip(table.index, kinds, elements, strict=False):
            target = SWITCHED.get(str(kind))
            if target is None:
                self._wrong("switch", row, "et", f"{_cell_text(kind)} is none of b, l, t, t3")
                found.append(None)
                continue
            place = self.place[target].get(int(element)) if element is not None else None
            if place is None and element is not None:
                self._wrong("switch", row, "element", f"there is no {target} {element}")
            found.append(place)
        return tuple(found)


def _is_gap(cell: Any) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _quantity(cell: Any, holds: Holds) -> tuple[Scalar, str]:
    number = _as_number(cell)
    if number is None:
        return None, f"{_cell_text(cell)} is not a number"
    if not abs(number) <= _BIGGEST:
        return None, f"{_cell_text(cell)} is no quantity of a network"
    if holds == "positive" and number <= 0:
        return None, f"{_cell_text(cell)} is not above 0"
    if holds == "count":
        if number < 1 or number != int(number):
            return None, f"{_cell_text(cell)} is not a whole number from 1"
        return int(number), ""
    return number, ""


def _as_number(cell: Any) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return None
    try:
        return float(cell)
    except OverflowError:
        return math.inf


def _as_index(cell: Any) -> int | None:
    """Return an index; files may write it as a text or as 3.0."""
    if isinstance(cell, str) and cell.isascii() and cell.isdigit() and len(cell) < 12:
        return int(cell)
    number = _as_number(cell)
    if number is None or not 0 <= number <= _BIGGEST or number != int(number):
        return None
    return int(number)


def _as_flag(cell: Any) -> bool | None:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, (int, float)) and cell in {0, 1}:
        return bool(cell)
    return {"true": True, "false": False}.get(str(cell).strip().lower())


def _text(cell: Any) -> str | None:
    """Return a text on one line, cut to a length that a table can show."""
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return None
    clean = "".join(one if one.isprintable() else " " for one in str(cell)[: 2 * _LONGEST_TEXT])
    return " ".join(clean.split())[:_LONGEST_TEXT]


def _cell_text(cell: Any) -> str:
    """Return a cell as a message may show it.

    Examples
    --------
    >>> _cell_text({"_module": "os"}), _cell_text(7)
    ("a 'dict'", '7')
    """
    if isinstance(cell, (dict, list, tuple)):
        return f"a {type(cell).__name__!r}"
    return repr(" ".join(str(cell).split())[:40]) if isinstance(cell, str) else str(cell)[:40]
