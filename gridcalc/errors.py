"""What gridcalc raises when it cannot compute; a violated limit is a finding, not an error.

::

    GridcalcError
    ├── InputError          a file, table or option is wrong; carries every problem found
    ├── NoSolutionError     nothing in the catalogue fits
    └── ConvergenceError    the power flow did not converge
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CELL = re.compile(r"(.*)!([A-Z]{1,3})([0-9]+)")


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


class InputError(GridcalcError):
    """Files are not usable; every problem found is listed, sorted by file and line or cell."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems), key=_reading_order))
        super().__init__(self._text())

    def _text(self) -> str:
        lines: list[str] = []
        for file in sorted({problem.file for problem in self.problems}):
            lines.append(f"{file} is not usable:")
            lines.extend(f"  - {p}" for p in self.problems if p.file == file)
        return "\n".join(lines)


def _reading_order(problem: Problem) -> tuple[str, int, str, int, str, Problem]:
    """Return what sorts problems as a person reads: cells of a workbook row by row."""
    cell = _CELL.match(problem.key)
    sheet, column, row = cell.groups() if cell else ("", "", "0")
    return problem.file, problem.line, sheet, int(row), column.rjust(3), problem


class NoSolutionError(GridcalcError):
    """Nothing in the catalogue fits the request."""


class ConvergenceError(GridcalcError):
    """The power flow did not converge, so there are no voltages to report."""
