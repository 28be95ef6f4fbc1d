"""What gridcalc raises when it cannot compute; a violated limit is a finding, not an error.

::

    GridcalcError
    ├── InputError          a file, table or option is wrong; carries every problem found
    ├── NoSolutionError     nothing in the catalogue fits
    └── ConvergenceError    the power flow did not converge
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

_CELL = re.compile(r"(.*)!([A-Z]{1,3})([0-9]+)")
_NUMBER = re.compile(r"[0-9]+")
MOST_SHOWN = 200
"""Lines of problems that an error shows; of longer lists, equal problems become one line first."""
_MOST_EQUAL, _EQUAL_SHOWN, _PLACES_SHOWN = 5, 3, 10
"""Of more equal problems than the first, a short list shows the second, and places of the rest."""


class GridcalcError(Exception):
    """The base of all errors meant for the user."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with an input, and what to do about it.

    Parameters
    ----------
    file
        Name of the file or option as the user gave it.
    line
        Line in the file, counted from 1; 0 where the whole file is meant.
    key
        Path of the key, such as ``households[2].count``; empty where the whole file is meant.
    message
        What is wrong and what to do.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """Return the problem as one line of an error message."""
        place = f"line {self.line}" if self.line else ""
        where = ", ".join(part for part in (place, self.key) if part)
        return f"{where}: {self.message}" if where else self.message


class Shown(NamedTuple):
    """A line of an error: a problem, and how many more of its file say the same elsewhere.

    ``places`` names some of the others: their lines, cells or keys; empty for none.
    """

    problem: Problem
    n_more: int
    places: str = ""


class InputError(GridcalcError):
    """Files are not usable; every problem found is kept, sorted by file and line or cell.

    Sheets of a workbook keep the order in which their first problems are given.
    The text of the error lists them all up to ``MOST_SHOWN``, else what :func:`shown_of` leaves.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        given = dict.fromkeys(problems)
        sheets = dict.fromkeys(_sheet_of(problem) for problem in given)
        ranks = {sheet: rank for rank, sheet in enumerate(sheets)}
        order = sorted(given, key=lambda problem: _reading_order(problem, ranks))
        self.problems: tuple[Problem, ...] = tuple(order)
        super().__init__(self._text())

    def _text(self) -> str:
        shown, n_left = shown_of(self.problems)
        lines: list[str] = []
        for file in dict.fromkeys(row.problem.file for row in shown):
            lines.append(f"{file} is not usable:")
            lines.extend(f"  - {_line(row)}" for row in shown if row.problem.file == file)
        if n_left:
            lines.append(f"and {n_left} more problems")
        return "\n".join(lines)


def shown_of(problems: Sequence[Problem]) -> tuple[tuple[Shown, ...], int]:
    """Return the lines that an error shows, and how many problems stand in none of them.

    Lists of up to ``MOST_SHOWN`` problems are shown whole, but of many problems of a file with the
    same message at the same key, whatever the line or number in it, only the first, and where
    others are. In longer lists all these are one line.

    Every file has its share of the lines, so that one bad table does not hide the others.

    Parameters
    ----------
    problems
        Sorted as they are shown.

    Examples
    --------
    >>> rows = [Problem("a.csv", line, "load_kw", "is empty") for line in range(2, 1002)]
    >>> (first,), n_left = shown_of(rows)
    >>> first.problem.line, first.n_more, n_left
    (2, 999, 0)
    """
    kinds: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        key = (problem.file, _NUMBER.sub("", problem.key), problem.message)
        kinds.setdefault(key, []).append(problem)
    if len(problems) <= MOST_SHOWN:
        return _briefly(problems, kinds.values()), 0
    by_file: dict[str, list[list[Problem]]] = {}
    for (file, _, _), group in kinds.items():
        by_file.setdefault(file, []).append(group)
    share = max(1, MOST_SHOWN // len(by_file))
    groups = [group for of_file in by_file.values() for group in of_file[:share]]
    shown = tuple(Shown(first, len(others)) for first, *others in groups[:MOST_SHOWN])
    return shown, len(problems) - sum(1 + row.n_more for row in shown)


def _briefly(problems: Sequence[Problem], groups: Iterable[Sequence[Problem]]) -> tuple[Shown, ...]:
    """Return a short list in its order; large groups end with the third of them."""
    ends: dict[Problem, Shown] = {}
    left_out: set[Problem] = set()
    for group in groups:
        if len(group) > _MOST_EQUAL:
            last, others = group[_EQUAL_SHOWN - 1], group[_EQUAL_SHOWN:]
            ends[last] = Shown(last, len(others), _places(others))
            left_out.update(others)
    return tuple(ends.get(row) or Shown(row, 0) for row in problems if row not in left_out)


def _places(problems: Sequence[Problem]) -> str:
    """Return some of the lines of problems of one kind, else their cells or keys."""
    some = problems[:_PLACES_SHOWN]
    by_line = all(problem.line for problem in some)
    names = [str(problem.line) if by_line else _cell_or_key(problem) for problem in some]
    dots = " …" if len(problems) > len(some) else ""
    return ", ".join(dict.fromkeys(names)) + dots


def _cell_or_key(problem: Problem) -> str:
    cell = _CELL.match(problem.key)
    return cell[2] + cell[3] if cell else problem.key


def with_count(shown: Shown) -> str:
    """Return the message of a line of an error, with how many more there are and where."""
    text, n_more = shown.problem.message, shown.n_more
    if not n_more:
        return text
    if shown.places and shown.problem.line:
        return f"{text} (and {n_more} more of this kind, lines {shown.places})"
    if shown.places:
        return f"{text} (and {n_more} more of this kind: {shown.places})"
    return f"{text} (and {n_more} more of this kind)"


def _line(shown: Shown) -> str:
    return str(replace(shown.problem, message=with_count(shown)))


def _sheet_of(problem: Problem) -> tuple[str, str]:
    """Return the file and the sheet of a problem of a cell; no sheet for another."""
    cell = _CELL.match(problem.key)
    return problem.file, cell[1] if cell else ""


def _reading_order(
    problem: Problem, ranks: Mapping[tuple[str, str], int]
) -> tuple[str, int, bool, int, int, str, Problem]:
    """Return what sorts problems as a person reads: cells of a workbook row by row."""
    cell = _CELL.match(problem.key)
    _, column, row = cell.groups() if cell else ("", "", "0")
    rank = ranks[_sheet_of(problem)] if cell else 0
    place = (bool(cell), rank, int(row), column.rjust(3))
    return problem.file, problem.line, *place, problem


class NoSolutionError(GridcalcError):
    """Nothing in the catalogue fits the request."""


class ConvergenceError(GridcalcError):
    """The power flow did not converge, so there are no voltages to report."""
