"""A form before it is drawn: sections of fields and grids, each entry with what it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Origin = Literal["computed", "given", "blank", "to_verify"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a field.

    Parameters
    ----------
    text
        The text; empty for a field to be filled in by hand.
    origin
        ``given`` by the user, ``computed`` here, ``blank``, or ``to_verify`` (待核实).
    """

    text: str = ""
    origin: Origin = "computed"


BLANK = Entry("", "blank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Labels with entries, two to a line."""

    rows: tuple[tuple[str, Entry], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table; ``weights`` are the relative widths of its columns."""

    titles: tuple[str, ...]
    weights: tuple[int, ...]
    rows: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the form: fields or grids, then remarks."""

    title: str
    parts: tuple[Fields | Grid, ...] = ()
    remarks: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A whole form."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    footnotes: tuple[str, ...]


def given(text: str) -> Entry:
    """Return an entry of the user, or a blank.

    Examples
    --------
    >>> given("A-1").origin, given(" ").origin
    ('given', 'blank')
    """
    return Entry(text.strip(), "given") if text.strip() else BLANK


def computed(*texts: str) -> tuple[Entry, ...]:
    """Return computed entries."""
    return tuple(Entry(text) for text in texts)


def blanks(n: int) -> tuple[Entry, ...]:
    """Return fields to be filled in by hand."""
    return (BLANK,) * n


def padded(rows: Iterable[tuple[Entry, ...]], *, n_columns: int) -> tuple[tuple[Entry, ...], ...]:
    """Return the rows of a grid, or one empty row where there are none."""
    found = tuple(rows)
    return found or (blanks(n_columns),)
