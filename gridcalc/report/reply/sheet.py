"""The reply sheet as a workbook: one sheet, A4 upright, fields ready to be filled in."""

import io
from itertools import pairwise
from typing import Any

from gridcalc.compound.application import SupplyApplication
from gridcalc.dossier import Dossier
from gridcalc.report.city_sheets import printable, properties
from gridcalc.report.reply.form import Entry, Fields, Form, Grid, Origin
from gridcalc.report.reply.sections import reply_form
from gridcalc.report.wording import Wording

_COLUMNS = 24
"""Narrow columns of the sheet; fields and grids span several of them."""
_COLUMN_WIDTH = 3.9
_LABEL, _VALUE = 4, 8
_LINE_POINTS = 14.5
_SIGNS_PER_COLUMN = 4.4
"""Latin letters that a narrow column holds; a Chinese sign takes two."""
_A4 = 9
_FONTS = {"zh": "宋体", "en": "Arial"}
_PAPER: dict[Origin, str] = {
    "computed": "#FFFFFF",
    "given": "#FFFFFF",
    "blank": "#F2F2F2",
    "to_verify": "#FFF4D6",
}


def reply_sheet(dossier: Dossier, application: SupplyApplication, wording: Wording) -> bytes:
    """Return the reply sheet as a workbook; the same inputs give the same bytes."""
    return workbook_of(reply_form(dossier, application, wording.with_named_checks()), wording)


def workbook_of(form: Form, wording: Wording) -> bytes:
    """Return a form as a workbook; no text of the user is a formula."""
    import xlsxwriter  # noqa: PLC0415  only this door needs it

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties(properties(form.title))
    sheet = book.add_worksheet(form.title)
    _Pen(book, sheet, wording).draw(form)
    book.close()
    return stream.getvalue()


def n_lines(text: str, n_columns: int) -> int:
    """Return how many lines a text takes in some narrow columns.

    Examples
    --------
    >>> n_lines("short", 8), n_lines("配电室" * 12, 8)
    (1, 3)
    """
    room = max(n_columns * _SIGNS_PER_COLUMN - 1, 1)
    widths = (sum(1 + (ord(sign) > 0x2E7F) for sign in line) for line in text.split("\n"))
    return sum(max(1, -int(-width // room)) for width in widths)


class _Pen:
    """Draws a form from top to bottom and knows the row it stands at."""

    def __init__(self, book: Any, sheet: Any, wording: Wording) -> None:
        self.sheet = sheet
        self.row = 0
        self.made: dict[str, Any] = {}
        self.book = book
        self.font = _FONTS[wording.lang]
        self.mark = wording("to be verified")

    def draw(self, form: Form) -> None:
        """Draw title, sections, footnotes, and set up the page."""
        sheet = self.sheet
        sheet.set_column(0, _COLUMNS - 1, _COLUMN_WIDTH)
        self._line(form.title, "title", 28.0)
        self._line(form.subtitle, "subtitle", 18.0)
        for k, section in enumerate(form.sections, start=1):
            self._line(f"{k}  {section.title}", "head", 20.0)
            for part in section.parts:
                self._grid(part) if isinstance(part, Grid) else self._fields(part)
            for entry in section.remarks:
                self._cells([(0, _COLUMNS, entry, "remark")])
        for text in form.footnotes:
            self._cells([(0, _COLUMNS, Entry(text), "foot")])
        sheet.set_portrait()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N", {"scale_with_doc": False})
        sheet.hide_gridlines(2)
        sheet.print_area(0, 0, self.row - 1, _COLUMNS - 1)

    def _line(self, text: str, look: str, points: float) -> None:
        self.sheet.set_row(self.row, points)
        self._span(0, _COLUMNS, text, self._look(look))
        self.row += 1

    def _fields(self, fields: Fields) -> None:
        waiting: list[tuple[str, Entry]] = []
        for label, entry in fields.rows:
            if n_lines(entry.text, _VALUE) > 1:
                self._pair(waiting)
                waiting = []
                self._pair([(label, entry)])
                continue
            waiting.append((label, entry))
            if len(waiting) == _COLUMNS // (_LABEL + _VALUE):
                self._pair(waiting)
                waiting = []
        self._pair(waiting)

    def _pair(self, fields: list[tuple[str, Entry]]) -> None:
        if not fields:
            return
        cells = []
        for k, (label, entry) in enumerate(fields):
            at = k * (_LABEL + _VALUE)
            wide = _COLUMNS - _LABEL if len(fields) == 1 else _VALUE
            cells.append((at, _LABEL, Entry(label), "label"))
            cells.append((at + _LABEL, wide, entry, "entry"))
        self._cells(cells)

    def _grid(self, grid: Grid) -> None:
        edges = _edges(grid.weights)
        spans = list(pairwise(edges))
        titles = [Entry(title) for title in grid.titles]
        for entries, look in [(titles, "label"), *((list(row), "entry") for row in grid.rows)]:
            self._cells(
                [
                    (at, end - at, entry, look)
                    for (at, end), entry in zip(spans, entries, strict=True)
                ]
            )

    def _cells(self, cells: list[tuple[int, int, Entry, str]]) -> None:
        texts = [(at, wide, self._said(entry), entry, look) for at, wide, entry, look in cells]
        lines = max(n_lines(text, wide) for _, wide, text, _, _ in texts)
        self.sheet.set_row(self.row, _LINE_POINTS * max(lines, 1) + 3)
        for at, wide, text, entry, look in texts:
            self._span(at, wide, text, self._look(look, entry.origin))
        self.row += 1

    def _said(self, entry: Entry) -> str:
        if entry.origin != "to_verify" or self.mark in entry.text:
            return entry.text
        return f"{entry.text} [{self.mark}]"

    def _span(self, at: int, wide: int, text: str, look: Any) -> None:
        if wide > 1:
            self.sheet.merge_range(self.row, at, self.row, at + wide - 1, "", look)
        self.sheet.write_string(self.row, at, printable(text), look)

    def _look(self, name: str, origin: Origin = "computed") -> Any:
        key = f"{name}.{origin}"
        if key not in self.made:
            own = {"font_name": self.font, "font_size": 10, "text_wrap": True, "valign": "vcenter"}
            self.made[key] = self.book.add_format(own | _LOOKS[name] | _paper(name, origin))
        return self.made[key]


def _paper(name: str, origin: Origin) -> dict[str, Any]:
    if name == "entry" or origin == "to_verify":
        return {"bg_color": _PAPER[origin], "locked": origin != "blank"}
    return {}


_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center"},
    "subtitle": {"align": "center"},
    "head": {"bold": True, "font_size": 11, "valign": "bottom"},
    "label": {"bold": True, "bg_color": "#EEF1F4", "border": 1},
    "entry": {"border": 1},
    "remark": {"indent": 1},
    "foot": {"font_size": 9, "font_color": "#444444"},
}


def _edges(weights: tuple[int, ...]) -> list[int]:
    """Return where the columns of a grid begin, in narrow columns, and where the last one ends.

    Examples
    --------
    >>> _edges((1, 1, 2))
    [0, 6, 12, 24]
    """
    whole, sums = sum(weights), [0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    return [round(_COLUMNS * part / whole) for part in sums]
