"""What gridcalc raises when it cannot compute; a violated limit is a finding, not an error.

::

    GridcalcError
    ├── InputError          a file, table or option is wrong; carries every problem found
    ├── NoSolutionError     nothing in the catalogue fits
    └── ConvergenceError    the power flow did not converge
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_CELL = re.compile(r"(.*)!([A-Z]{1,3})([0-9]+)")
_NUMBER = re.compile(r"[0-9]+")
MOST_SHOWN = 200
"""Lines of problems that an error shows; of longer lists, equal problems become one line first."""


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
    """A line of an error: a problem, and how many more of its file say the same elsewhere."""

    problem: Problem
    n_more: int


class InputError(GridcalcError):
    """Files are not usable; every problem found is kept, sorted by file and line or cell.

    The text of the error lists them all up to ``MOST_SHOWN``, else what :func:`shown_of` leaves.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems), key=_reading_order))
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

    Lists of up to ``MOST_SHOWN`` problems are shown whole. In longer ones the problems of a file
    with the same message at the same key, whatever the line or number in it, are one line.

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
    if len(problems) <= MOST_SHOWN:
        return tuple(Shown(problem, 0) for problem in problems), 0
    by_file: dict[str, dict[tuple[str, str], list[Problem]]] = {}
    for problem in problems:
        kinds = by_file.setdefault(problem.file, {})
        kinds.setdefault((_NUMBER.sub("", problem.key), problem.message), []).append(problem)
    share = max(1, MOST_SHOWN // len(by_file))
    groups = [group for kinds in by_file.values() for group in list(kinds.values())[:share]]
    shown = tuple(Shown(first, len(others)) for first, *others in groups[:MOST_SHOWN])
    return shown, len(problems) - sum(1 + row.n_more for row in shown)


def _line(shown: Shown) -> str:
    more = f" (and {shown.n_more} more of this kind)" if shown.n_more else ""
    return f"{shown.problem}{more}"


def _reading_order(problem: Problem) -> tuple[str, int, str, int, str, Problem]:
    """Return what sorts problems as a person reads: cells of a workbook row by row."""
    cell = _CELL.match(problem.key)
    sheet, column, row = cell.groups() if cell else ("", "", "0")
    return problem.file, problem.line, sheet, int(row), column.rjust(3), problem


class NoSolutionError(GridcalcError):
    """Nothing in the catalogue fits the request."""


class ConvergenceError(GridcalcError):
    """The power flow did not converge, so there are no voltages to report."""
