"""Where names stand beside their places, so that none covers another."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gridcalc.report.drawing.shapes import Box, Label, Point, label_box

_AWAY_MM = (4.6, 9.0, 14.0)
"""How far a name may stand from its place, the usual distance first. [mm]"""
_SIDES: tuple[Point, ...] = ((1, -0.8), (1, 0.8), (-1, -0.8), (-1, 0.8), (1, 0), (-1, 0))
_MIDDLE = 1.2
_MOST = 400
"""Names beyond this number are left to the attributes of their symbols."""


def placed_labels(
    names: Sequence[tuple[Point, str]], *, layer: str, room_mm: Point
) -> Iterator[Label]:
    """Yield names beside their places, those of the beginning first; one without room is left out.

    Parameters
    ----------
    names
        Place and text of what is named.
    layer
        Of the texts.
    room_mm
        Width and height that names may not leave. [mm]
    """
    taken: list[Box] = []
    for at, text in names[:_MOST]:
        found = next(_free(at, text, layer, room_mm, taken), None)
        if found is not None:
            taken.append(label_box(found))
            yield found


def _free(
    at: Point, text: str, layer: str, room_mm: Point, taken: Sequence[Box]
) -> Iterator[Label]:
    for away in _AWAY_MM:
        for side, up in _SIDES:
            label = Label(layer=layer, at=at, text=text, anchor="start" if side > 0 else "end")
            label = replace(label, at=(at[0] + side * away, at[1] + up * away + _MIDDLE))
            box = label_box(label)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= room_mm[0] and box[3] <= room_mm[1]
            if inside and not any(overlap(box, other) for other in taken):
                yield label


def overlap(a: Box, b: Box) -> bool:
    """Return whether two boxes have a common area.

    Examples
    --------
    >>> overlap((0, 0, 2, 2), (1, 1, 3, 3)), overlap((0, 0, 1, 1), (1, 0, 2, 1))
    (True, False)
    """
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
