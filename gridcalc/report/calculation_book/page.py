"""A sheet of the calculation book: title, tables, and how it is printed."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gridcalc.report.calculation_book.cells import Formula, Looks, Put, result_words
from gridcalc.report.city_sheets import COLOURS, column_letters, printable
from gridcalc.report.wording import Wording

TOP = 4
"""Row of the first heading: below title, compound and remark."""
_HEAD_PX = 40
_LINE_PX = 18
_SIGN_PX, _TURNED_LINES = 7, 2
"""Length of a sign of a heading that runs upwards, and in how many lines it stands."""
_SIGNS_PER_WIDTH = 1.1
_INDENT = 0.3
_CELL_INDENT = 1
"""Of texts in cells, in widths of a digit."""
_BOLD = 0.95
_WORD_WIDTH = 0.95
"""Of a sign of a word in bold; small letters are narrower than digits."""
_WIDE = "\u2e80"
"""From this sign on a character is as wide as two."""
_BREAKS = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+")
"""What a line is broken between: words, and every Chinese sign."""
_A4 = 9
_MARGIN_IN = 0.3
_FOOT_IN = 0.7


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a table: its key in formulas, its heading with the unit, and its width."""

    key: str
    title: str
    width: float
    is_turned: bool = False
    """Whether the heading runs upwards, in a column of marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A sheet that is being written.

    ``subject`` stands below the title of every sheet: the compound. ``widths`` of the columns say
    how high a row must be for its texts.
    """

    sheet: Any
    name: str
    subject: str
    looks: Looks
    wording: Wording
    widths: tuple[float, ...] = ()

    def opened(self, heads: Sequence[Head], remark: str) -> "Page":
        """Set the columns, write title, compound and remark, and return the page with widths."""
        widths = tuple(
            head.width if head.is_turned else max(head.width, _word_width(head.title))
            for head in heads
        )
        for place, width in enumerate(widths):
            self.sheet.set_column(place, place, width)
        self.sheet.write_string(0, 0, self.name, self.looks.title())
        self.sheet.write_string(1, 0, printable(self.subject), self.looks.remark_line())
        self.remark(2, remark, heads)
        return replace(self, widths=widths)

    def remark(self, row: int, text: str, heads: Sequence[Head]) -> None:
        """Write a remark across the table; its height follows its length."""
        if not text:
            return
        width = sum(head.width for head in heads)
        lines = lines_of(text, width)
        self.sheet.set_row_pixels(row, _LINE_PX * lines + 4)
        if len(heads) > 1:
            self.sheet.merge_range(row, 0, row, len(heads) - 1, "", self.looks.remark())
        self.sheet.write_string(row, 0, printable(text), self.looks.remark())

    def section(self, row: int, title: str) -> None:
        """Write the title of a table."""
        self.sheet.write_string(row, 0, printable(title), self.looks.section())

    def heads(self, row: int, heads: Sequence[Head]) -> None:
        """Write the headings of a table, as high as the longest needs."""
        lines = max(
            1 if head.is_turned else lines_of(head.title, width * _BOLD)
            for head, width in zip(heads, self.widths, strict=False)
        )
        turned = [_signs(head.title) for head in heads if head.is_turned]
        turned_px = _SIGN_PX * math.ceil(max(turned, default=0) / _TURNED_LINES) + _HEAD_PX
        needed_px = max(_HEAD_PX, _LINE_PX * lines + 4, turned_px if turned else 0)
        self.sheet.set_row_pixels(row, needed_px)
        for place, head in enumerate(heads):
            if head.title:
                look = self.looks.head(is_turned=head.is_turned)
                self.sheet.write_string(row, place, head.title, look)

    def row(self, row: int, cells: Sequence[Put | None]) -> None:
        """Write the cells of a row, as high as its longest text needs; ``None`` is no cell."""
        lines = max((self._lines(k, cell) for k, cell in enumerate(cells)), default=1)
        if lines > 1:
            self.sheet.set_row_pixels(row, _LINE_PX * lines + 2)
        for place, cell in enumerate(cells):
            if cell is not None:
                self.put(row, place, cell)

    def put(self, row: int, column: int, cell: Put) -> None:
        """Write a cell; a text is never taken for a formula, a link or a number."""
        look, value = self.looks.cell(cell), cell.value
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, look)
        elif isinstance(value, Formula):
            self.sheet.write_formula(row, column, value.text, look, value.value)
        elif isinstance(value, str):
            self.sheet.write_string(row, column, printable(value), look)
        else:
            self.sheet.write_number(row, column, value, look)

    def _lines(self, column: int, cell: Put | None) -> int:
        if cell is None or not isinstance(cell.value, str) or column >= len(self.widths):
            return 1
        return lines_of(cell.value, self.widths[column] - _CELL_INDENT)

    def across(self, row: int, columns: tuple[int, int], text: str) -> None:
        """Write a text over several columns, from the first to the last."""
        look = self.looks.cell(Put("", "long"))
        self.sheet.merge_range(row, columns[0], row, columns[1], "", look)
        self.sheet.write_string(row, columns[0], printable(text), look)

    def judge(self, first: int, last: int, column: int) -> None:
        """Colour the words of passing and failing in a column."""
        for word, key in zip(result_words(self.wording), ("ready", "no_solution"), strict=True):
            look = self.looks.coloured(key, *COLOURS[key])
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
            self.sheet.conditional_format(first, column, max(last, first), column, rule)

    def close(self, last_row: int, n_columns: int, *, head_row: int | None = TOP) -> None:
        """Set how the sheet is printed: A4 across, as wide as the paper, headings on each page.

        Headings in the first row of a table stay on the screen too; those of the longest of
        several tables are repeated in print only.
        """
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(_MARGIN_IN, _MARGIN_IN, _MARGIN_IN, _FOOT_IN)
        sheet.print_area(0, 0, max(last_row, 1), n_columns - 1)
        wording = self.wording
        pages = wording("page {page} of {pages}", page="&P", pages="&N")
        sheet.set_footer(f"&L&8gridcalc&C&8&A&R&8{pages}", {"scale_with_doc": False})
        if head_row is not None:
            sheet.repeat_rows(head_row)
        if head_row == TOP:
            sheet.freeze_panes(head_row + 1, 0)


def _word_width(title: str) -> float:
    """Return the width that the longest word of a heading needs, so that none is broken.

    Examples
    --------
    >>> _word_width("Supplied by"), _word_width("负荷计算")
    (7.6, 0.0)
    """
    words = [word for word in title.split() if word.isascii() and word.isalpha()]
    return max(map(len, words), default=0) * _WORD_WIDTH


def letters(heads: Sequence[Head]) -> Mapping[str, str]:
    """Return the letters of each column by its key.

    Examples
    --------
    >>> letters([Head("n", "Number", 8), Head("kw", "Power", 8)])["kw"]
    'B'
    """
    return {head.key: column_letters(place) for place, head in enumerate(heads)}


def cell_of(page: str, column: str, row: int) -> str:
    """Return a cell of another sheet as formulas name it; ``row`` is counted from 0.

    Examples
    --------
    >>> cell_of("概算", "B", 4)
    "'概算'!$B$5"
    """
    return f"'{page}'!${column}${row + 1}"


def span(column: str, first: int, last: int) -> str:
    """Return the cells of a column as formulas name them, fixed; rows are counted from 0.

    Examples
    --------
    >>> span("B", 4, 6)
    '$B$5:$B$7'
    """
    return f"${column}${first + 1}:${column}${last + 1}"


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column; a sign of Chinese is as wide as two.

    Examples
    --------
    >>> lines_of("负荷计算", 6), lines_of("T1", 6)
    (2, 1)
    """
    room = max(2, int(width * _SIGNS_PER_WIDTH - _INDENT))
    return sum(_lines_of_paragraph(part, room) for part in text.split("\n"))


def _signs(text: str) -> int:
    return sum(2 if sign >= _WIDE else 1 for sign in text)


def _lines_of_paragraph(text: str, room: int) -> int:
    lines, used = 1, 0
    for word in _BREAKS.findall(text):
        signs = _signs(word)
        if used and used + signs > room:
            lines, used = lines + 1, 0
        lines += (signs - 1) // room if signs > room else 0
        used = used + signs if signs <= room else signs % room
    return lines
