"""Plans in true coordinates: a map window with grid, north arrow and scale bar, and its key."""

import math
from collections.abc import Iterator, Sequence

import shapely

import gridcalc
from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.dxf_pen import Place, add_shapes, document_bytes, new_document
from gridcalc.report.drawing.frame import Title, framed_at
from gridcalc.report.drawing.map_key import STEPS_M, grid_text, map_key
from gridcalc.report.drawing.map_names import map_names
from gridcalc.report.drawing.map_window import (
    BELOW_MM,
    GAP_MM,
    LEFT_MM,
    MapPlan,
    Spot,
    Window,
    crs_text,
    window_of,
)
from gridcalc.report.drawing.shapes import (
    Hatch,
    Panel,
    Path,
    Point,
    Shape,
    Sign,
    moved,
    rectangle,
    wire,
)
from gridcalc.report.drawing.wide import shown_area, shown_part
from gridcalc.report.wording import Wording

_GRID_MM, _CROSS_MM = 50.0, 2.0
_EAST_MM, _NORTH_MM, _HALF_MM = 3.4, 1.0, 0.8
"""From the edge to the coordinates below and beside it, and half the height of these. [mm]"""


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
    spots = [row for row in plan.spots if _inside(window.on_paper(row.x_m, row.y_m), window)]
    drawn = (*_grounds(plan, window), *_ways(plan, window), *_signs(spots, window))
    edge = tuple(_furniture(window))
    names = map_names(plan, spots, (*drawn, *edge), window)
    key = map_key(plan, {row.layer for row in drawn}, window, wording)
    sheet = Panel(
        width_mm=LEFT_MM + width + GAP_MM + key.width_mm,
        height_mm=max(height + BELOW_MM, key.height_mm),
        shapes=(
            *moved((*drawn, *edge, *names), LEFT_MM, 0.0),
            *moved(key.shapes, LEFT_MM + width + GAP_MM, 0.0),
        ),
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
    framed, (x, y) = framed_at(sheet, title, wording, k=1, n=1)
    return framed, (x + LEFT_MM, y)


def _grounds(plan: MapPlan, window: Window) -> Iterator[Shape]:
    """Yield the outlines of areas, and their hatches."""
    for ground in plan.grounds:
        for part in shown_area(ground.area, window.bounds_m):
            rings = tuple(
                tuple(window.on_paper(x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist())
                for ring in (part.exterior, *part.interiors)
            )
            if ground.hatch:
                yield Hatch(layer=ground.layer, rings=rings, pattern=ground.hatch)
            for ring in rings:
                yield Path(layer=ground.layer, points=ring, closed=True)


def _ways(plan: MapPlan, window: Window) -> Iterator[Shape]:
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


def _signs(spots: Sequence[Spot], window: Window) -> Iterator[Shape]:
    for spot in spots:
        at = window.on_paper(spot.x_m, spot.y_m)
        yield Sign(layer=spot.layer, block=spot.block, at=at, attributes=spot.attributes)


def _inside(at: Point, window: Window) -> bool:
    width, height = window.size_mm
    return 0 <= at[0] <= width and 0 <= at[1] <= height


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
        yield grid_text(f"E {x_m:.0f}", (x, height + _EAST_MM), anchor="middle")
    for y_m in northings:
        _, y = window.on_paper(west, y_m)
        yield wire(layers.GRID, (0.0, y), (_CROSS_MM, y))
        yield grid_text(f"N {y_m:.0f}", (-_NORTH_MM, y + _HALF_MM), anchor="end")
    yield Sign(layer=layers.GRID, block=symbols.NORTH, at=(width - 10.0, 12.0))


def _cross(x: float, y: float) -> Iterator[Shape]:
    yield wire(layers.GRID, (x - _CROSS_MM, y), (x + _CROSS_MM, y))
    yield wire(layers.GRID, (x, y - _CROSS_MM), (x, y + _CROSS_MM))


def _multiples(low: float, high: float, step: float) -> Iterator[float]:
    for k in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield k * step


def _step_m(least_m: float) -> float:
    return next((float(step) for step in STEPS_M if step >= least_m), float(STEPS_M[-1]))
