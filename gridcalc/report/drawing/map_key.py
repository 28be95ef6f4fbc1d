"""The key beside a plan: scale bar, coordinate system, layers, and what is to be known."""

import math
from collections.abc import Iterator, Set
from dataclasses import replace

from gridcalc.report.drawing import layers
from gridcalc.report.drawing.layers import Layer
from gridcalc.report.drawing.legend import wrapped
from gridcalc.report.drawing.map_window import KEY_MM, MapPlan, Window, crs_text
from gridcalc.report.drawing.shapes import (
    Anchor,
    Hatch,
    Label,
    Panel,
    Path,
    Point,
    Shape,
    Sign,
    label_box,
    moved,
    rectangle,
    widest,
)
from gridcalc.report.wording import Wording

STEPS_M = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""Round lengths for grid and scale bar. [m]"""
_BAR_MM, _LINE_MM, _ROW_MM = 40.0, 4.8, 7.0
_SIGN_MM, _SMALL_MM, _HEAD_MM = 16.0, 2.6, 16.0
_TEXT_MM, _HALF_MM = _SIGN_MM + 2.0, 2.2
"""Where the words of the legend begin, and half the height of an area in it. [mm]"""


def map_key(plan: MapPlan, used: Set[str], window: Window, wording: Wording) -> Panel:
    """Return scale bar, coordinate system, layers and notes of a plan.

    Parameters
    ----------
    plan, window
        What is shown, and where.
    used
        Names of the layers of what is seen.
    wording
        Language of the key.
    """
    shapes: list[Shape] = list(_scale_bar(window))
    y = _HEAD_MM
    shapes.append(_line(crs_text(plan.epsg, wording), y))
    y += _LINE_MM * 1.8
    shapes.append(replace(_line(wording("Legend"), y), bold=True))
    y += _ROW_MM
    shown = [layer for layer in plan.layers if layer.name in used]
    titles = [layers.layer_title(layer, wording) for layer in shown]
    room = KEY_MM / 2 - _TEXT_MM - _LINE_MM / 2
    n_columns = 2 if titles and widest(titles) <= room else 1
    n_rows = math.ceil(len(shown) / n_columns)
    for k, (layer, said) in enumerate(zip(shown, titles, strict=True)):
        column, row = divmod(k, n_rows)
        text = Label(layer=layers.LEGEND, at=(_TEXT_MM, 1.2), text=said)
        at = (column * KEY_MM / 2, y + row * _ROW_MM)
        shapes += moved((*_sample(layer, plan), text), *at)
    y += n_rows * _ROW_MM + _LINE_MM / 2
    for note in plan.notes:
        for line in wrapped(note, KEY_MM):
            if line:
                shapes.append(_line(line, y))
            y += _LINE_MM if line else _LINE_MM / 2
    width = max(label_box(row)[2] for row in shapes if isinstance(row, Label))
    return Panel(width_mm=max(KEY_MM, width), height_mm=y, shapes=tuple(shapes))


def _sample(layer: Layer, plan: MapPlan) -> Iterator[Shape]:
    """Yield what shows a layer at height zero: its symbol, else its area, else its line."""
    block = next((row.block for row in plan.spots if row.layer == layer.name), None)
    if block is not None:
        yield Sign(layer=layer.name, block=block, at=(_SIGN_MM / 2, 0.0))
        return
    ground = next((row for row in plan.grounds if row.layer == layer.name), None)
    if ground is not None:
        outline = rectangle(layer.name, (2.0, -_HALF_MM, _SIGN_MM - 2.0, _HALF_MM))
        if ground.hatch:
            yield Hatch(layer=layer.name, rings=(outline.points,), pattern=ground.hatch)
        yield outline
        return
    way = next(row for row in plan.ways if row.layer == layer.name)
    points = ((1.0, 0.0), (_SIGN_MM - 1.0, 0.0))
    yield Path(layer=layer.name, points=points, width_mm=way.width_mm, dashed=way.dashed)


def grid_text(text: str, at: Point, *, anchor: Anchor = "start") -> Label:
    """Return a small text of grid or scale bar."""
    return Label(layer=layers.GRID, at=at, text=text, size_mm=_SMALL_MM, anchor=anchor)


def _scale_bar(window: Window) -> Iterator[Shape]:
    step = max(row for row in (1, *STEPS_M) if row / window.unit_per_mm <= _BAR_MM)
    length = step / window.unit_per_mm
    half = length / 2
    points = ((2.0, 4.0), (2.0 + half, 4.0), (2.0 + half, 5.6), (2.0, 5.6))
    yield Path(layer=layers.GRID, points=points, closed=True, filled=True)
    yield rectangle(layers.GRID, (2.0, 4.0, 2.0 + length, 5.6))
    for x, value in ((0.0, 0.0), (half, step / 2), (length, float(step))):
        text = f"{value:g}" + (" m" if value == step else "")
        yield grid_text(text, (2.0 + x, 9.4), anchor="middle" if value else "start")


def _line(text: str, y: float, x: float = 0.0) -> Label:
    return Label(layer=layers.LEGEND, at=(x, y), text=text)
