"""Which boxes stay together: at one substation, and at one of its two transformers."""

from collections.abc import Iterator, Sequence
from math import atan2

import numpy as np

from gridcalc.design.kit import Kit
from gridcalc.errors import NoSolutionError

_BALANCE_DECIMALS = 1
_FULL = 0.98
"""Part of its limit up to which a transformer is filled by the estimate for a balanced cut. [-]"""


def load_points(kit: Kit) -> Iterator[list[int]]:
    """Yield the boxes of each place with its sheds, in parts that one feeder could supply."""
    largest = kit.layout.lv.max_boxes_per_feeder
    host = hosts(kit)
    rows: dict[int, list[int]] = {}
    for k, row in enumerate(kit.boxes):
        rows.setdefault(host[row.place], []).append(k)
    for numbers in rows.values():
        for start in range(0, len(numbers), largest):
            yield numbers[start : start + largest]


def hosts(kit: Kit) -> list[int]:
    """Return the place each place is supplied together with: of a shed the nearest building.

    A shed draws little, and a feeder of its own would cost more than its share of another one.
    """
    places, nodes = kit.site.places, kit.site.ground.place_node
    buildings = [k for k, place in enumerate(places) if place.kind == "building"]
    found = list(range(len(places)))
    for i, place in enumerate(places):
        if place.kind == "shed":
            ways_m = [kit.way_m(nodes[i], nodes[k]) for k in buildings]
            found[i] = buildings[int(np.argmin(ways_m))]
    return found


def halves(
    rows: Sequence[int], candidate: int, weights: Sequence[float], limit_kva: float, kit: Kit
) -> list[list[int]]:
    """Return the boxes of a substation in two parts of nearly equal load, one side each.

    The boxes are ordered by the direction in which their places lie. Of the cuts that overload
    neither part and balance alike, the one that divides no place is taken.
    """
    here, host = kit.site.candidates[candidate], hosts(kit)

    def direction(k: int) -> tuple[float, int, int]:
        with_place = host[kit.boxes[k].place]
        place = kit.site.places[with_place]
        return atan2(place.y_m - here.y_m, place.x_m - here.x_m), with_place, k

    ring = sorted(rows, key=direction)
    owner = [host[kit.boxes[k].place] for k in ring]
    load = np.array([weights[k] for k in ring])
    n, half = len(ring), load.sum() / 2
    best: tuple[float, float, int, int, int] | None = None
    for start in range(n):
        turned = np.cumsum(np.roll(load, -start))
        for length in range(1, n):
            worst = max(turned[length - 1], 2 * half - turned[length - 1])
            end = (start + length) % n
            divided = int(owner[start] == owner[start - 1]) + int(owner[end] == owner[end - 1])
            above = round(max(worst - _FULL * limit_kva, 0.0))
            key = (above, round(worst / half, _BALANCE_DECIMALS), divided, start, length)
            best = key if best is None or key < best else best
    if best is None:
        raise NoSolutionError("a substation with two transformers needs at least two boxes")
    *_, start, length = best
    turned_ring = [*ring[start:], *ring[:start]]
    return [sorted(turned_ring[:length]), sorted(turned_ring[length:])]
