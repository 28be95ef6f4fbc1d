"""The names in a map window, and what on it they should leave free."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely

from gridcalc.report.drawing import layers
from gridcalc.report.drawing.lv_words import count_text
from gridcalc.report.drawing.map_window import MapPlan, Spot, Way, Window
from gridcalc.report.drawing.placing import Drawn, Name, placed_labels
from gridcalc.report.drawing.shapes import Hatch, Label, Path, Point, Shape, Sign
from gridcalc.report.drawing.wide import shown_part

_ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88)
"""Where along a line its name may stand, the best place first. [-]"""
_SAME_MM = 0.3
"""Lines that are nearer to each other lie on each other. [mm]"""
_SIGN_MM = 4.0
"""Half the width of most symbols. [mm]"""
_SIGN, _NAMED, _CONTEXT, _HATCH, _GRID = 10.0, 6.0, 2.0, 1.0, 0.5
"""How much a millimetre matters of symbols, of lines with a name, of others, of hatch and grid."""


def map_names(
    plan: MapPlan, spots: Sequence[Spot], shapes: Sequence[Shape], window: Window
) -> Iterator[Label]:
    """Yield the names of spots and ways where they cover least of what is drawn.

    Parameters
    ----------
    plan, window
        What is shown, and where.
    spots
        Those inside the window.
    shapes
        What is drawn in the window already.
    """
    labelled = [(way, _lines_mm(way, window)) for way in plan.ways if way.label]
    names = [*_spot_names(spots, window)]
    for way, line in labelled:
        others = [other for one, other in labelled if one is not way]
        at = _anchors(line, others)
        if at:
            names.append(Name(text=way.label, layer=way.label_layer, at=at, is_of_line=True))
    named = {way.layer for way, _ in labelled}
    drawn = tuple(_drawn(shapes, named))
    yield from placed_labels(names, room_mm=window.size_mm, drawn=drawn)


def _spot_names(spots: Sequence[Spot], window: Window) -> Iterator[Name]:
    """Yield what spots are called; those of a layer at one place have one name and their number."""
    found: dict[tuple[str, Point], list[str]] = {}
    for spot in spots:
        at = window.on_paper(spot.x_m, spot.y_m)
        if spot.label:
            found.setdefault((spot.layer, at), []).append(spot.label)
    for (_, at), labels in found.items():
        more = f"… {count_text(len(labels))}" if len(labels) > 1 else ""
        yield Name(text=f"{labels[0]}{more}", layer=layers.MAP_TEXT, at=(at,))


def _lines_mm(way: Way, window: Window) -> shapely.Geometry:
    """Return what is seen of a way, on paper."""
    parts = shown_part(way.xy_m, window.bounds_m, closed=way.closed)
    lines = [[window.on_paper(x, y) for x, y in part.tolist()] for part in parts]
    return shapely.MultiLineString(lines)


def _anchors(line: shapely.Geometry, others: Sequence[shapely.Geometry]) -> tuple[Point, ...]:
    """Return the points of a line for its name, those where no other line lies first."""
    longest = max(shapely.get_parts(line), key=shapely.length, default=None)
    if longest is None:
        return ()
    points = shapely.line_interpolate_point(longest, np.array(_ALONG), normalized=True)
    near = [sum(shapely.dwithin(point, other, _SAME_MM) for other in others) for point in points]
    order = np.argsort(near, kind="stable")
    return tuple((point.x, point.y) for point in points[order])


def _drawn(shapes: Sequence[Shape], named: set[str]) -> Iterator[Drawn]:
    for shape in shapes:
        if isinstance(shape, Sign):
            x, y = shape.at
            box = shapely.box(x - _SIGN_MM, y - _SIGN_MM, x + _SIGN_MM, y + _SIGN_MM)
            yield Drawn(line=box, weight=_SIGN)
        elif isinstance(shape, Hatch):
            yield Drawn(line=shapely.Polygon(shape.rings[0], shape.rings[1:]), weight=_HATCH)
        elif isinstance(shape, Path):
            ends = (*shape.points, shape.points[0]) if shape.closed else shape.points
            weight = _NAMED if shape.layer in named else _CONTEXT
            weight = _GRID if shape.layer == layers.GRID else weight
            for a, b in pairwise(ends):
                yield Drawn(line=shapely.LineString([a, b]), weight=weight)
