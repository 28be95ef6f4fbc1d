"""Cells of the calculation book: what stands in them, what they are, and how they look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gridcalc.messages import Lang
from gridcalc.provenance import Confidence, is_verified
from gridcalc.report.blocks import Cell
from gridcalc.report.wording import Wording

Role = Literal["plain", "given", "open", "computed", "formula", "total", "blank"]
"""What a cell is: a text, a value given or to be verified, a result, a formula, a sum, to fill."""

_NUMBERS: Mapping[str, str] = {
    "text": "@",
    "long": "General",
    "whole": "#,##0",
    "d1": "#,##0.0",
    "d2": "#,##0.00",
    "d3": "0.000",
    "d4": "0.0000",
    "d5": "0.00000",
    "flag": '0;-0;"–"',
    "general": "General",
    "signed": "+0.00;-0.00;0.00",
}
_YES_NO = '"{yes}";"{yes}";"{no}"'
"""How 1 and 0 of ``yes_no`` are shown; they stay numbers, so that formulas compare them."""
_LEFT = frozenset({"text", "long"})
_INKS: Mapping[Role, str] = {
    "plain": "#000000",
    "given": "#1F4FA3",
    "open": "#1F4FA3",
    "computed": "#1E6B3A",
    "formula": "#000000",
    "total": "#000000",
    "blank": "#000000",
}
_OPEN_PAPER = "#FFF0C9"
_TOTAL_PAPER = "#EEF2F6"
_HEAD_PAPER = "#DCE5ED"
_LINE = "#B9C3CC"
_FONTS: Mapping[Lang, str] = {"zh": "Microsoft YaHei", "en": "Calibri"}
_FONT_PT = 10
_TITLE_PT = 16
_COVER_PT = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula and what it comes to, for programs that do not compute."""

    text: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Put:
    """What is put into a cell.

    Parameters
    ----------
    value
        A text, a number, or a formula with its result; ``None`` leaves the cell empty.
    form
        How a number is written, or ``text`` for names and ``long`` for sentences.
    role
        What the cell is.
    """

    value: Cell | Formula
    form: str = "text"
    role: Role = "plain"


def name(text: str) -> Put:
    """Return a name or a word."""
    return Put(text)


def sentence(text: str) -> Put:
    """Return a text that is broken into lines."""
    return Put(text, "long")


def given(value: Cell, form: str, mark: Confidence = "seen") -> Put:
    """Return a value that goes into the calculation; its mark says whether it is to be verified."""
    return Put(value, form, "given" if is_verified(mark) else "open")


def computed(value: Cell, form: str) -> Put:
    """Return a result of gridcalc that is not computed again in the workbook."""
    return Put(value, form, "computed")


def formula(text: str, value: float, form: str) -> Put:
    """Return a formula, and what it comes to."""
    return Put(Formula(text=text, value=value), form, "formula")


def total(text: str, value: float, form: str) -> Put:
    """Return a sum as a formula, and what it comes to."""
    return Put(Formula(text=text, value=value), form, "total")


def result_words(wording: Wording) -> tuple[str, str]:
    """Return the words for what keeps a limit and for what breaks it."""
    return wording.term("pass"), wording.term("fail")


def verdict(condition: str, wording: Wording, *, holds: bool) -> Put:
    """Return a formula that says whether a limit is kept; no word of the user is in it."""
    kept, broken = result_words(wording)
    text = f'=IF({condition},"{kept}","{broken}")'
    return Put(Formula(text=text, value=kept if holds else broken), "long", "formula")


def marked(word: str, mark: Confidence) -> Put:
    """Return the word for a mark, coloured where it asks for verification."""
    return Put(word, "text", "plain" if is_verified(mark) else "open")


EMPTY = Put(None)
TOTAL_GAP = Put(None, "text", "total")
"""An empty cell of a row of sums."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Every format of the workbook, made once."""

    book: Any
    font: str
    yes_no: str
    made: dict[str, Any]

    def cell(self, put: Put) -> Any:
        """Return the format of a cell of a table."""
        look: dict[str, Any] = {
            "num_format": self.yes_no if put.form == "yes_no" else _NUMBERS[put.form],
            "font_color": _INKS[put.role],
            "valign": "vcenter",
            "border": 1,
            "border_color": _LINE,
            "align": _align(put),
            "text_wrap": put.form in _LEFT,
        }
        if look["align"] == "left":
            look["indent"] = 1
        if put.role == "open":
            look["bg_color"] = _OPEN_PAPER
        if put.role == "total":
            look |= {"bold": True, "bg_color": _TOTAL_PAPER}
        return self._get(f"{put.form}.{put.role}", look)

    def head(self, *, is_turned: bool = False) -> Any:
        """Return the format of a heading, which may run upwards."""
        look: dict[str, Any] = {
            "bold": True,
            "text_wrap": True,
            "align": "center",
            "valign": "vcenter",
        }
        edge = {"border": 1, "border_color": _LINE, "bg_color": _HEAD_PAPER}
        if is_turned:
            return self._get("head_up", look | edge | {"rotation": 90})
        return self._get("head", look | edge)

    def title(self) -> Any:
        """Return the format of the title of a sheet."""
        return self._get("title", {"bold": True, "font_size": _TITLE_PT})

    def cover(self) -> Any:
        """Return the format of the title of the book."""
        look = {"bold": True, "font_size": _COVER_PT, "align": "center", "valign": "vcenter"}
        return self._get("cover", look)

    def under_cover(self) -> Any:
        """Return the format of the name of the compound on the cover."""
        look = {"bold": True, "font_size": _TITLE_PT, "align": "center", "valign": "vcenter"}
        return self._get("under_cover", look | {"text_wrap": True})

    def section(self) -> Any:
        """Return the format of the title of a table."""
        return self._get("section", {"bold": True, "font_size": 12, "font_color": "#24445F"})

    def remark(self) -> Any:
        """Return the format of a remark."""
        look = {"font_color": "#4F5B67", "text_wrap": True, "valign": "top"}
        return self._get("remark", look)

    def remark_line(self) -> Any:
        """Return the format of a remark in one line."""
        return self._get("remark_line", {"font_color": "#4F5B67"})

    def link(self) -> Any:
        """Return the format of a link to a sheet."""
        look = {"font_color": "#1F4FA3", "underline": 1, "border": 1, "border_color": _LINE}
        return self._get("link", look)

    def coloured(self, name: str, ink: str, paper: str) -> Any:
        """Return colours that are laid over the format of a cell."""
        key = f"over.{name}"
        if key not in self.made:
            self.made[key] = self.book.add_format({"font_color": ink, "bg_color": paper})
        return self.made[key]

    def _get(self, key: str, look: Mapping[str, Any]) -> Any:
        if key not in self.made:
            own = {"font_name": self.font, "font_size": _FONT_PT}
            self.made[key] = self.book.add_format(own | dict(look))
        return self.made[key]


def _align(put: Put) -> str:
    """Return where a cell has its content: texts left, results in words in the middle."""
    if put.form == "yes_no":
        return "center"
    if put.form not in _LEFT:
        return "right"
    return "center" if put.role == "formula" else "left"


def looks_of(book: Any, wording: Wording) -> Looks:
    """Return the formats of a workbook; its font has the signs of the language."""
    yes_no = _YES_NO.format(yes=wording("yes"), no=wording("no"))
    return Looks(book, _FONTS[wording.lang], yes_no, {})
