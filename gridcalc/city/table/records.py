"""A table as its file holds it: headings and texts, before anything in it is believed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gridcalc.errors import InputError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """One cell of a sheet that stands for several rows: its text, its first and last row."""

    text: str
    first: int
    last: int

    def text_of_each(self, *, is_shared: bool) -> str:
        """Return the text as that of each row, where its column is one that rows may share.

        Raises
        ------
        ValueError
            They may not: it may be a sum, or names one thing on several rows.
        """
        if not is_shared:
            message = f"is one cell for rows {self.first} to {self.last}"
            raise ValueError(f"{message}; undo the merge and give each row its own value")
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawRow:
    """One row of a table.

    Attributes
    ----------
    number
        Of the row in its file, as the program that made the file counts.
    cells
        One text per column, trimmed; empty where there is nothing.
    faults
        What is wrong with cells that cannot be read as text, by number of the column from 0.
    shape
        Geometry of the row; ``None`` where there is none.
    fault
        What is wrong with the row as a whole; empty where nothing is.
    merged
        Cells that this row shares with rows below or above it, by number of the column from 0.
    """

    number: int
    cells: tuple[str, ...]
    faults: Mapping[int, str] = field(default_factory=dict)
    shape: Any = None
    fault: str = ""
    merged: Mapping[int, Merged] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawTable:
    """A table whose rows are read while they are asked for, once.

    Attributes
    ----------
    file
        As messages call it.
    heading_row
        Number of the row of headings; 0 where the file stores names of columns apart.
    headings
        One per column, trimmed; empty where a column has none.
    rows
        The rows below the headings, empty ones included.
    left_out
        Names of columns that cannot be read as texts.
    has_shapes
        Whether rows have a geometry.
    stored_crs
        What the file says of the coordinate system of its geometry; empty where it says nothing.
    comma_is_decimal
        Whether a comma may stand before the decimals: in texts with semicolons between cells.
    """

    file: str
    heading_row: int
    headings: tuple[str, ...]
    rows: Iterator[RawRow]
    left_out: tuple[str, ...] = ()
    has_shapes: bool = False
    stored_crs: str = ""
    comma_is_decimal: bool = False


def file_error(file: str, message: str, *, line: int = 0) -> InputError:
    """Return the error of a file that is not usable as a whole."""
    return InputError([Problem(file, line, "", message)])
