"""Where names stand beside their places: none covers another, and as little else as can be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.report.drawing.shapes import ASCENT, TEXT_MM, Anchor, Box, Label, Point, label_box

_AWAY_MM = (4.6, 9.0, 14.0)
"""How far a name may stand from its spot, the usual distance first. [mm]"""
_SIDES: tuple[Point, ...] = (
    *((1, -0.8), (1, 0.8), (-1, -0.8), (-1, 0.8)),
    *((1, 0), (-1, 0), (0, -1.4), (0, 1.2)),
)
_ANCHORS: Mapping[float, Anchor] = {1: "start", -1: "end", 0: "middle"}
_MIDDLE = 1.2
_CLEAR_MM = 1.6
"""Between a line and its name. [mm]"""
_BESIDE: tuple[tuple[Anchor, float, float], ...] = (
    ("middle", 0.0, -_CLEAR_MM),
    ("start", _CLEAR_MM, _MIDDLE),
    ("end", -_CLEAR_MM, _MIDDLE),
    ("middle", 0.0, _CLEAR_MM + ASCENT * TEXT_MM),
)
"""Anchor and place of a name beside a point of its line. [mm]"""
_PLACE_COST_MM = 0.25
"""What a less usual place is worth: so much of a covered line. [mm]"""
_MOST = 400
"""Names beyond this number are left to the attributes of their symbols."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A text with the points it may stand beside, the best first.

    Parameters
    ----------
    at
        Places on paper. [mm]
    is_of_line
        Whether they lie on a line, else there is a symbol at them.
    """

    text: str
    layer: str
    at: tuple[Point, ...]
    is_of_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """What names should not cover, and how much a millimetre of it matters. [mm]."""

    line: shapely.Geometry
    weight: float


def placed_labels(
    names: Sequence[Name], *, room_mm: Point, drawn: Sequence[Drawn] = ()
) -> Iterator[Label]:
    """Yield names beside their places, those of the beginning first; one without room is left out.

    Parameters
    ----------
    names
        The most important first.
    room_mm
        Width and height that names may not leave. [mm]
    drawn
        What they should leave free.
    """
    tree = shapely.STRtree([row.line for row in drawn])
    weights = np.array([row.weight for row in drawn])
    taken: list[Box] = []
    for name in names[:_MOST]:
        places = list(enumerate(_places(name)))
        free = [(k, label) for k, label in places if _is_free(label_box(label), room_mm, taken)]
        if not free:
            continue
        covered_mm = _covered_mm([label_box(label) for _, label in free], tree, weights)
        costs = covered_mm + _PLACE_COST_MM * np.array([k for k, _ in free])
        label = free[int(costs.argmin())][1]
        taken.append(label_box(label))
        yield label


def _places(name: Name) -> Iterator[Label]:
    label = Label(layer=name.layer, at=(0.0, 0.0), text=name.text)
    for x, y in name.at:
        if name.is_of_line:
            for anchor, dx, dy in _BESIDE:
                yield replace(label, at=(x + dx, y + dy), anchor=anchor)
            continue
        for away in _AWAY_MM:
            for side, up in _SIDES:
                at = (x + side * away, y + up * away + _MIDDLE)
                yield replace(label, at=at, anchor=_ANCHORS[side])


def _is_free(box: Box, room_mm: Point, taken: Sequence[Box]) -> bool:
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= room_mm[0] and box[3] <= room_mm[1]
    return inside and not any(overlap(box, other) for other in taken)


def _covered_mm(
    boxes: Sequence[Box], tree: shapely.STRtree, weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how much each box covers, by weight. [mm], shape (n,)."""
    rooms = shapely.box(*np.array(boxes).T)
    room, line = tree.query(rooms, predicate="intersects")
    lengths = shapely.length(shapely.intersection(rooms[room], tree.geometries[line]))
    found = np.zeros(len(boxes))
    np.add.at(found, room, weights[line] * lengths)
    return found


def overlap(a: Box, b: Box) -> bool:
    """Return whether two boxes have a common area.

    Examples
    --------
    >>> overlap((0, 0, 2, 2), (1, 1, 3, 3)), overlap((0, 0, 1, 1), (1, 0, 2, 1))
    (True, False)
    """
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
