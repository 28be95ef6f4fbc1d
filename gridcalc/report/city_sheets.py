"""Sheets of a workbook: texts that stay texts, formats, and formulas that carry their result."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from gridcalc.messages import Lang
from gridcalc.report.blocks import Cell

COLOURS: Mapping[str, tuple[str, str]] = {
    "ready": ("#00664B", "#DDF3EB"),
    "ready_managed": ("#155A8A", "#DFEFFA"),
    "upgrade": ("#7A5200", "#FCF0D2"),
    "no_solution": ("#8A2E10", "#FADFD6"),
    "none": ("#4A5560", "#E8EBEE"),
}
"""Ink and paper of a verdict, as on the map page."""
_NUMBERS = {
    "text": "@",
    "plain": "0",
    "whole": "#,##0",
    "tenth": "#,##0.0",
    "money": "#,##0.00",
    "pu": "0.0##",
    "share": "0.0%",
}
_FONTS: Mapping[Lang, str] = {"zh": "Microsoft YaHei", "en": "Calibri"}
_FONT_PT = 10
_EPOCH = datetime(2000, 1, 1)
_LINE_POINTS, _HEAD_PAD_POINTS = 14.0, 3.0
"""Height of a line of a heading and what is left above and below it."""
_HEAD_MARGIN = 1.0
"""Of a heading beside its cell and for bold signs, in characters."""
_WIDE, _LAST_NARROW = 2.0, "\u2e80"
_PIECES = re.compile(r"[^\s\u2e80-\uffff]+\s*|\s*[\u2e80-\uffff]\s*")
_MOST_SIGNS = 32_000
"""A spreadsheet takes 32 767 characters in a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula and what it comes to, for programs that do not compute."""

    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Formats:
    """Every format of the workbook, made once."""

    book: Any
    font: str
    made: dict[str, Any]

    def number(self, form: str, *, is_total: bool = False) -> Any:
        """Return the format of a number or a text."""
        look: dict[str, Any] = {"num_format": _NUMBERS[form], "valign": "top"}
        if form == "text":
            look |= {"align": "left", "indent": 1}
        if is_total:
            look |= {"bold": True, "top": 1, "top_color": "#8A97A5"}
        return self._get(f"{form}{is_total}", look)

    def head(self, form: str = "text") -> Any:
        """Return the format of a heading over cells of a form."""
        look = {
            "align": "left" if form == "text" else "right",
            "indent": int(form == "text"),
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "bg_color": "#E6ECF1",
            "bottom": 1,
            "bottom_color": "#8A97A5",
        }
        return self._get(f"head.{look['align']}", look)

    def band(self, *, is_first: bool = False) -> Any:
        """Return the format of a heading over several columns, and of the first of them."""
        look: dict[str, Any] = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#3E566C"}
        if is_first:
            look |= {"left": 5, "left_color": "#FFFFFF", "indent": 1}
        return self._get(f"band.{is_first}", look)

    def title(self) -> Any:
        """Return the format of the title of a sheet."""
        return self._get("title", {"bold": True, "font_size": 16})

    def section(self) -> Any:
        """Return the format of the title of a table."""
        return self._get("section", {"bold": True, "font_size": 12, "font_color": "#24445F"})

    def quiet(self) -> Any:
        """Return the format of a remark."""
        return self._get("quiet", {"font_color": "#697586"})

    def wrapped(self) -> Any:
        """Return the format of a sentence."""
        return self._get("wrapped", {"text_wrap": True, "valign": "top"})

    def verdict(self, key: str) -> Any:
        """Return the colours of a verdict, laid over the format of a cell."""
        name = f"verdict.{key}"
        if name not in self.made:
            ink, paper = COLOURS[key]
            self.made[name] = self.book.add_format({"font_color": ink, "bg_color": paper})
        return self.made[name]

    def _get(self, name: str, look: Mapping[str, Any]) -> Any:
        if name not in self.made:
            own = {"font_name": self.font, "font_size": _FONT_PT}
            self.made[name] = self.book.add_format(own | dict(look))
        return self.made[name]


def properties(title: str) -> dict[str, Any]:
    """Return the properties of a workbook; one date keeps its bytes the same."""
    return {"title": title, "created": _EPOCH, "comments": "gridcalc"}


def formats_of(book: Any, lang: Lang) -> Formats:
    """Return the formats of a workbook; its font has the signs of the language."""
    return Formats(book, _FONTS[lang], {})


def put(sheet: Any, row: int, column: int, value: Cell | Formula, look: Any) -> None:
    """Write one cell; a text is never taken for a formula, a link or a number."""
    put_row(sheet, row, (value,), (look,), first=column)


def put_row(
    sheet: Any,
    row: int,
    values: Sequence[Cell | Formula],
    looks: Sequence[Any],
    *,
    first: int = 0,
) -> None:
    """Write the cells of a row as ``put`` does, from a column on."""
    for column, (value, look) in enumerate(zip(values, looks, strict=True), first):
        if value is None or value == "":
            continue
        if isinstance(value, str):
            sheet.write_string(row, column, printable(value), look)
        elif isinstance(value, Formula):
            sheet.write_formula(row, column, value.text, look, value.value)
        else:
            sheet.write_number(row, column, value, look)


def head_points(headings: Iterable[tuple[str, float]]) -> float:
    r"""Return the height of a row that holds headings over columns of a width in characters.

    A Chinese sign takes as much room as two others; a word that does not fit is broken.

    Examples
    --------
    >>> head_points([("Id", 8)]), head_points([("汽车100%、无序充电\n负载率（%）", 12)])
    (17.0, 45.0)
    """
    lines = (
        sum(_n_lines(part, width - _HEAD_MARGIN) for part in title.split("\n"))
        for title, width in headings
    )
    return _HEAD_PAD_POINTS + _LINE_POINTS * max(lines, default=1)


def _n_lines(text: str, width: float) -> int:
    """Return the lines that a text takes in a column, broken between words and Chinese signs."""
    n, at = 1, 0.0
    for piece in _PIECES.findall(text):
        size = sum(_WIDE if sign > _LAST_NARROW else 1.0 for sign in piece.rstrip())
        if at and at + size > width:
            n, at = n + 1, 0.0
        n += max(0, ceil(size / width) - 1)
        at += size + (len(piece) - len(piece.rstrip()))
    return n


def printable(text: str) -> str:
    r"""Return a text that fits into a cell and into the file.

    Examples
    --------
    >>> printable("a\ud800b"), len(printable("x" * 40_000))
    ('a?b', 32000)
    """
    if text.isascii() and len(text) <= _MOST_SIGNS:
        return text
    return text[:_MOST_SIGNS].encode("utf-8", "replace").decode("utf-8")


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    first, last = divmod(column, 26)
    return (column_letters(first - 1) if first else "") + chr(ord("A") + last)
