"""Tables as the page draws them: like tables joined, repeated cells empty, long ones shortened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from gridcalc.report.blocks import Column, Table, Text
from gridcalc.report.text_room import text_width
from gridcalc.units import PERCENT

T = TypeVar("T")

N_SHOWN = 16
"""Rows that are shown on the screen before the others are asked for."""
N_SHOWN_OF_GROUP = 6
_BEARABLE_IN_GROUPS = 40
_TOLERANCE = 4
"""Rows too many for which nothing is hidden."""
_SHORT, _WIDEST, _EDGE = 13.5, 42.0, 1.4
"""Texts that are never broken, the most room a column asks for, and its edges, in characters."""
_PAPER = 44.0
"""Room for columns that are never broken, on a page with room for one that is. [characters]"""
_MOST, _LEAST, _LINES = 0.9, 10.0, 20
"""Share of the texts that need no more room than their column asks for; the others get at least so
many characters, and about so many lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """A text with the classes of its style; empty where the row above begins alike."""

    text: Text
    style: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """The cells of a row; one of the rest is hidden on the screen until it is asked for."""

    cells: tuple[GridCell, ...]
    is_rest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GridGroup:
    """Rows under a caption of their own."""

    caption: str
    rows: tuple[GridRow, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One table of one or more groups with the same columns.

    Parameters
    ----------
    columns
        With their titles, which are repeated on every page of paper.
    groups
        A single group has its caption above the table.
    shares
        Width of each column. [%]
    """

    columns: tuple[Column, ...]
    groups: tuple[GridGroup, ...]
    has_header: bool
    shares: tuple[int, ...]

    @property
    def n_rows(self) -> int:
        """All rows."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def is_long(self) -> bool:
        """Whether rows are hidden on the screen."""
        return any(row.is_rest for group in self.groups for row in group.rows)


def grid(tables: Sequence[Table]) -> Grid:
    """Return tables with the same columns as one.

    Examples
    --------
    >>> column = Column(title="n")
    >>> table = Table(columns=(column,), rows=((Text("1"),), (Text("2"),)), caption="a")
    >>> found = grid([table, table])
    >>> found.n_rows, found.is_long, [group.caption for group in found.groups]
    (4, False, ['a', 'a'])
    """
    n_rows = sum(len(table.rows) for table in tables)
    columns = tables[0].columns
    widths = [_room(tables, k, column) for k, column in enumerate(columns)]
    short = _short(tables)
    most, bearable = N_SHOWN, N_SHOWN + _TOLERANCE
    if len(tables) > 1:
        most, bearable = N_SHOWN_OF_GROUP, _BEARABLE_IN_GROUPS
    most = most if n_rows > bearable else n_rows
    return Grid(
        columns=columns,
        groups=tuple(_group(table, most, short) for table in tables),
        has_header=len(tables) > 1 or tables[0].has_header,
        shares=tuple(round(PERCENT * width / sum(widths)) for width in widths),
    )


def _widths(tables: Sequence[Table], k: int) -> list[float]:
    """Return about how wide the texts of a column are, in Chinese characters, sorted."""
    return sorted(text_width(row[k].text, 1.0) for table in tables for row in table.rows)


def _short(tables: Sequence[Table]) -> tuple[bool, ...]:
    """Return which columns are never broken into lines: the narrowest, as far as paper allows."""
    widest = [max(_widths(tables, k), default=0.0) for k in range(len(tables[0].columns))]
    kept: set[int] = set()
    used = 0.0
    for k in sorted(range(len(widest)), key=lambda k: widest[k]):
        used += widest[k] + _EDGE
        if widest[k] <= _SHORT and used <= _PAPER:
            kept.add(k)
    return tuple(k in kept for k in range(len(widest)))


def _room(tables: Sequence[Table], k: int, column: Column) -> float:
    """Return the room a column asks for: its widest text, or most of those that may be broken."""
    found = _widths(tables, k) or [0.0]
    most, all_ = found[int(_MOST * (len(found) - 1))], found[-1]
    own = max(most, min(all_, _LEAST + all_ / _LINES)) if column.wraps else all_
    words = max((text_width(word, 1.0) for word in column.title.split()), default=0.0)
    return _EDGE + min(max(own, words), _WIDEST)


def _group(table: Table, most: int, short: Sequence[bool]) -> GridGroup:
    rows = tuple(
        GridRow(
            cells=tuple(_cells(table, k, short)),
            is_rest=k >= most and not _is_sum(table, k),
        )
        for k in range(len(table.rows))
    )
    return GridGroup(caption=table.caption, rows=rows, note=table.note)


def _is_sum(table: Table, k: int) -> bool:
    """Return whether a row is the last one and stands out from those above."""
    rows = table.rows
    return k == len(rows) - 1 > 0 and rows[k][0].tone == "strong" != rows[k - 1][0].tone


def _cells(table: Table, k: int, short: Sequence[bool]) -> Iterator[GridCell]:
    row, above = table.rows[k], table.rows[k - 1] if k else ()
    alike = bool(above)
    for i, (column, text) in enumerate(zip(table.columns, row, strict=True)):
        alike = alike and column.merges and above[i] == text
        style = (
            "num" if column.align == "right" else "",
            "short" if short[i] else "wrap" if column.wraps else "",
            "same" if alike else "",
        )
        shown = Text("") if alike else text
        yield GridCell(text=shown, style=" ".join(filter(None, style)))


def gathered(blocks: Sequence[T]) -> "tuple[T | Grid, ...]":
    """Return parts of a page with tables made ready; those that follow each other alike become one.

    Examples
    --------
    >>> table = Table(columns=(Column(title="n"),), rows=((Text("1"),),))
    >>> gathered([table, table])[0].n_rows
    2
    """
    found: list[T | Grid] = []
    for key, some in groupby(blocks, key=_columns_of):
        rows = list(some)
        if key is None:
            found += rows
        else:
            found.append(grid([row for row in rows if isinstance(row, Table)]))
    return tuple(found)


def _columns_of(block: object) -> tuple[Column, ...] | None:
    return block.columns if isinstance(block, Table) else None
