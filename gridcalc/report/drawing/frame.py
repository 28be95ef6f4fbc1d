"""The frame of a sheet with its title block, after the usage of Chinese design offices."""

from collections.abc import Iterator
from dataclasses import dataclass

from gridcalc.report.drawing.layers import FRAME, FRAME_TEXT
from gridcalc.report.drawing.shapes import (
    Label,
    Panel,
    Point,
    Shape,
    fitted,
    moved,
    rectangle,
    wire,
)
from gridcalc.report.wording import Wording

SHEET_MM = (420.0, 297.0)
"""A3 on its side. [mm]"""
_BINDING_MM, _EDGE_MM = 25.0, 5.0
_PADDING_MM = 4.0
_SIGNED_MM, _NAMES_MM, _FACTS_MM = 60.0, 120.0, 55.0
_ROW_MM, _ROWS = 8.0, 4
_BLOCK_MM = (_SIGNED_MM + _NAMES_MM + _FACTS_MM, _ROW_MM * _ROWS)
_SMALL_MM, _LARGE_MM = 3.2, 4.6
ROOM_MM = (
    SHEET_MM[0] - _BINDING_MM - _EDGE_MM - 2 * _PADDING_MM,
    SHEET_MM[1] - 2 * _EDGE_MM - 2 * _PADDING_MM - _BLOCK_MM[1],
)
"""Width and height that a sheet has for its drawing. [mm]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What a title block says.

    Parameters
    ----------
    project, drawing
        Names of the compound and of the drawing.
    number
        Of the drawing.
    remark
        What the drawing shows, such as a run.
    version
        Of the program.
    scale, unit
        What the block says of them.
    """

    project: str
    drawing: str
    number: str
    remark: str
    version: str
    scale: str
    unit: str


def framed(sheet: Panel, title: Title, wording: Wording, *, k: int, n: int) -> Panel:
    """Return a sheet in its frame: sheet ``k`` of ``n``."""
    return framed_at(sheet, title, wording, k=k, n=n)[0]


def framed_at(
    sheet: Panel, title: Title, wording: Wording, *, k: int, n: int
) -> tuple[Panel, Point]:
    """Return a sheet in its frame, and where its own corner has gone. [mm].

    A drawing that needs more room than A3 has gets a frame that is larger by the same factor.
    """
    factor = max(1.0, sheet.width_mm / ROOM_MM[0], sheet.height_mm / ROOM_MM[1])
    width, height = (factor * side for side in SHEET_MM)
    x, y = factor * (_BINDING_MM + _PADDING_MM), factor * (_EDGE_MM + _PADDING_MM)
    left, low = factor * _BINDING_MM, height - factor * _EDGE_MM
    right = width - factor * _EDGE_MM
    shapes: list[Shape] = [
        *moved(sheet.shapes, x, y),
        rectangle(FRAME, (0.0, 0.0, width, height), width_mm=0.18),
        rectangle(FRAME, (left, factor * _EDGE_MM, right, low), width_mm=0.7),
    ]
    block = _block(title, wording, f"{k} / {n}")
    corner = (right - _BLOCK_MM[0], low - _BLOCK_MM[1])
    shapes += moved(block, *corner)
    return Panel(width_mm=width, height_mm=height, shapes=tuple(shapes)), (x, y)


def _block(title: Title, wording: Wording, sheet: str) -> Iterator[Shape]:
    width, height = _BLOCK_MM
    yield rectangle(FRAME, (0.0, 0.0, width, height), width_mm=0.5)
    for x in (_SIGNED_MM / 3, _SIGNED_MM, _SIGNED_MM + _NAMES_MM):
        yield wire(FRAME, (x, 0.0), (x, height))
    for row in range(1, _ROWS):
        y = row * _ROW_MM
        yield wire(FRAME, (0.0, y), (_SIGNED_MM, y))
        yield wire(FRAME, (_SIGNED_MM + _NAMES_MM, y), (width, y))
    yield wire(FRAME, (_SIGNED_MM, 2 * _ROW_MM), (_SIGNED_MM + _NAMES_MM, 2 * _ROW_MM))
    signed = (wording("designed"), wording("reviewed"), wording("approved"), wording("date"))
    for row, said in enumerate(signed):
        yield _cell(said, 2.0, row, _SIGNED_MM / 3 - 3.0)
    x, room = _SIGNED_MM + 3.0, _NAMES_MM - 5.0
    yield _name(title.project, x, 5.5, room)
    yield _small(title.remark, x, 12.8, room)
    yield _name(title.drawing, x, 2 * _ROW_MM + 6.5, room)
    yield _small(wording("gridcalc {version}", version=title.version), x, 4 * _ROW_MM - 2.8, room)
    facts = (
        wording("drawing no. {number}", number=title.number),
        wording("sheet {sheet}", sheet=sheet),
        title.scale,
        title.unit,
    )
    for row, said in enumerate(facts):
        yield _cell(said, _SIGNED_MM + _NAMES_MM + 2.0, row, _FACTS_MM - 3.0)


def _cell(text: str, x: float, row: int, room: float) -> Label:
    return _small(text, x, row * _ROW_MM + 5.3, room)


def _small(text: str, x: float, y: float, room: float) -> Label:
    said = fitted(text, room, _SMALL_MM)
    return Label(layer=FRAME_TEXT, at=(x, y), text=said, size_mm=_SMALL_MM)


def _name(text: str, x: float, y: float, room: float) -> Label:
    said = fitted(text, room, _LARGE_MM, bold=True)
    return Label(layer=FRAME_TEXT, at=(x, y), text=said, size_mm=_LARGE_MM, bold=True)
