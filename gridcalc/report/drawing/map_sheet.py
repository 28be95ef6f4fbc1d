"""Plans in true coordinates: a map window with grid, north arrow and scale bar, and its key."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

import gridcalc
from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.dxf_pen import Place, add_shapes, document_bytes, new_document
from gridcalc.report.drawing.frame import Title, framed_at
from gridcalc.report.drawing.lv_words import count_text
from gridcalc.report.drawing.map_key import STEPS_M, grid_text, map_key
from gridcalc.report.drawing.map_window import (
    GAP_MM,
    MapPlan,
    Spot,
    Way,
    Window,
    crs_text,
    window_of,
)
from gridcalc.report.drawing.placing import placed_labels
from gridcalc.report.drawing.shapes import (
    Panel,
    Path,
    Point,
    Shape,
    Sign,
    moved,
    rectangle,
    wire,
)
from gridcalc.report.drawing.wide import shown_part
from gridcalc.report.wording import Wording

_GRID_MM, _CROSS_MM = 50.0, 2.0


def map_bytes(plan: MapPlan, wording: Wording) -> bytes:
    """Return a plan as the bytes of a DXF file whose coordinates are those of the ground."""
    window = window_of(plan)
    sheet, corner = map_sheet(plan, window, wording)
    unit = window.unit_per_mm
    document = new_document(
        (*plan.layers, *layers.MAP_LAYERS),
        wording,
        metres=True,
        dash=unit,
        properties={"CRS": f"EPSG:{plan.epsg}", "GRIDCALC": gridcalc.__version__},
    )
    x, y = window.west_m - corner[0] * unit, window.north_m + corner[1] * unit
    add_shapes(document, sheet.shapes, Place(x=x, y=y, unit_per_mm=unit))
    height = sheet.height_mm * unit
    centre = (x + sheet.width_mm * unit / 2, y - height / 2)
    document.set_modelspace_vport(height=1.1 * height, center=centre)
    return document_bytes(document)


def map_sheet(plan: MapPlan, window: Window, wording: Wording) -> tuple[Panel, Point]:
    """Return the sheet in its frame, and where the corner of the map lies on it. [mm]."""
    width, height = window.size_mm
    key = map_key(plan, window, wording)
    shapes = (
        *_drawn(plan, window),
        *_furniture(window),
        *moved(key.shapes, width + GAP_MM, 0.0),
    )
    sheet = Panel(
        width_mm=width + GAP_MM + key.width_mm,
        height_mm=max(height, key.height_mm),
        shapes=shapes,
    )
    title = Title(
        project=plan.project,
        drawing=plan.drawing,
        number=plan.number,
        remark=crs_text(plan.epsg, wording),
        version=gridcalc.__version__,
        scale=wording("scale 1:{n}", n=window.scale),
        unit=wording("unit: m"),
    )
    return framed_at(sheet, title, wording, k=1, n=1)


def _drawn(plan: MapPlan, window: Window) -> Iterator[Shape]:
    for way in plan.ways:
        for xy_m in shown_part(way.xy_m, window.bounds_m, closed=way.closed):
            points = tuple(window.on_paper(x, y) for x, y in xy_m.tolist())
            yield Path(
                layer=way.layer,
                points=points,
                width_mm=way.width_mm,
                closed=way.closed,
                dashed=way.dashed,
            )
    shown = [row for row in plan.spots if _inside(window.on_paper(row.x_m, row.y_m), window)]
    for spot in shown:
        at = window.on_paper(spot.x_m, spot.y_m)
        yield Sign(layer=spot.layer, block=spot.block, at=at, attributes=spot.attributes)
    names = [*_names(shown, window)]
    names += [(_middle(way, window), way.label) for way in plan.ways if way.label]
    yield from placed_labels(names, layer=layers.MAP_TEXT, room_mm=window.size_mm)


def _names(spots: Sequence[Spot], window: Window) -> Iterator[tuple[Point, str]]:
    """Yield what spots are called; those of a layer at one place have one name and their number."""
    found: dict[tuple[str, Point], list[str]] = {}
    for spot in spots:
        at = window.on_paper(spot.x_m, spot.y_m)
        if spot.label:
            found.setdefault((spot.layer, at), []).append(spot.label)
    for (_, at), labels in found.items():
        more = f"… {count_text(len(labels))}" if len(labels) > 1 else ""
        yield at, f"{labels[0]}{more}"


def _inside(at: Point, window: Window) -> bool:
    width, height = window.size_mm
    return 0 <= at[0] <= width and 0 <= at[1] <= height


def _middle(way: Way, window: Window) -> Point:
    """Return the point half way along a line, on paper. [mm]."""
    steps = np.hypot(*np.diff(way.xy_m, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    half = along[-1] / 2
    x, y = (float(np.interp(half, along, way.xy_m[:, k])) for k in range(2))
    return window.on_paper(x, y)


def _furniture(window: Window) -> Iterator[Shape]:
    """Yield edge, coordinate grid, north arrow and scale bar."""
    width, height = window.size_mm
    yield rectangle(layers.GRID, (0.0, 0.0, width, height), width_mm=0.35)
    step = _step_m(_GRID_MM * window.unit_per_mm)
    west, south, east, north = window.bounds_m
    eastings = list(_multiples(west, east, step))
    northings = list(_multiples(south, north, step))
    for x_m in eastings:
        for y_m in northings:
            yield from _cross(*window.on_paper(x_m, y_m))
    for x_m in eastings:
        x, _ = window.on_paper(x_m, north)
        yield wire(layers.GRID, (x, height - _CROSS_MM), (x, height))
        yield grid_text(f"E {x_m:.0f}", (min(x, width - 12.0), height - 3.0), anchor="middle")
    for y_m in northings:
        _, y = window.on_paper(west, y_m)
        yield wire(layers.GRID, (0.0, y), (_CROSS_MM, y))
        if y < height - 8.0:
            yield grid_text(f"N {y_m:.0f}", (_CROSS_MM + 1.0, y + 1.0))
    yield Sign(layer=layers.GRID, block=symbols.NORTH, at=(width - 10.0, 12.0))


def _cross(x: float, y: float) -> Iterator[Shape]:
    yield wire(layers.GRID, (x - _CROSS_MM, y), (x + _CROSS_MM, y))
    yield wire(layers.GRID, (x, y - _CROSS_MM), (x, y + _CROSS_MM))


def _multiples(low: float, high: float, step: float) -> Iterator[float]:
    for k in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield k * step


def _step_m(least_m: float) -> float:
    return next((float(step) for step in STEPS_M if step >= least_m), float(STEPS_M[-1]))
