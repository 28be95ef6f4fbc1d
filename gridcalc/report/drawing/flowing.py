"""Panels set in rows, and rows on sheets."""

from collections.abc import Iterable, Sequence

from gridcalc.report.drawing.shapes import Panel, Shape, moved

BETWEEN_MM = 8.0
"""Between panels, and between rows. [mm]"""


def sheets_of(
    panels: Iterable[Panel], *, width_mm: float, height_mm: float | None
) -> tuple[Panel, ...]:
    """Return panels in rows on sheets, in their order.

    Parameters
    ----------
    panels
        Parts of a drawing; none is cut.
    width_mm
        Room for a row; a panel that is wider has a row of its own. [mm]
    height_mm
        Room for the rows of a sheet; ``None`` for one sheet as high as it must be. [mm]
    """
    sheets: list[list[Panel]] = [[]]
    used = 0.0
    for row in _rows(panels, width_mm):
        if height_mm is not None and sheets[-1] and used + row.height_mm > height_mm:
            sheets.append([])
            used = 0.0
        sheets[-1].append(row)
        used += row.height_mm + BETWEEN_MM
    return tuple(stacked(rows) for rows in sheets)


def _rows(panels: Iterable[Panel], width_mm: float) -> list[Panel]:
    rows: list[list[Panel]] = []
    used = 0.0
    for panel in panels:
        if not rows or used + panel.width_mm > width_mm:
            rows.append([])
            used = 0.0
        rows[-1].append(panel)
        used += panel.width_mm + BETWEEN_MM
    return [_beside(row) for row in rows]


def _beside(panels: Sequence[Panel]) -> Panel:
    shapes: list[Shape] = []
    x = 0.0
    for panel in panels:
        shapes += moved(panel.shapes, x, 0.0)
        x += panel.width_mm + BETWEEN_MM
    height = max(panel.height_mm for panel in panels)
    return Panel(width_mm=x - BETWEEN_MM, height_mm=height, shapes=tuple(shapes))


def stacked(panels: Sequence[Panel]) -> Panel:
    """Return panels below each other."""
    shapes: list[Shape] = []
    y = 0.0
    for panel in panels:
        shapes += moved(panel.shapes, 0.0, y)
        y += panel.height_mm + BETWEEN_MM
    width = max((panel.width_mm for panel in panels), default=0.0)
    return Panel(width_mm=width, height_mm=max(y - BETWEEN_MM, 0.0), shapes=tuple(shapes))
