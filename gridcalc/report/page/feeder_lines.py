"""Feeders as lines of distance and voltage, from the LV board to their ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gridcalc.compound.model import Compound, lv_board
from gridcalc.compound.topology import LvNodePlace, lv_topology

_EQUAL = 6
"""Decimals beyond which voltages count as equal and stand by name."""

Point = tuple[float, float]
"""Length of cable from the LV board, and voltage. [m, pu]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederLine:
    """A feeder with the way to its lowest voltage, and the branches beside it.

    Parameters
    ----------
    id, transformer
        Of the feeder, which is named by its first cable.
    trunk
        From the board to the node with the lowest voltage.
    branches
        The other cables, each from its beginning to its end.
    """

    id: str
    transformer: str
    trunk: tuple[Point, ...]
    branches: tuple[tuple[Point, Point], ...]

    @property
    def lowest_pu(self) -> float:
        """The lowest voltage of the feeder. [pu]."""
        return self.trunk[-1][1]

    @property
    def points(self) -> tuple[Point, ...]:
        """All points, the trunk first."""
        return (*self.trunk, *(point for pair in self.branches for point in pair))


def feeder_lines(compound: Compound, vm_pu: Mapping[str, float]) -> tuple[FeederLine, ...]:
    """Return the feeders, the one with the lowest voltage first.

    Parameters
    ----------
    compound
        Its LV cables give the distances.
    vm_pu
        Voltage by node; nodes without one are left out. [pu]
    """
    places = [place for place in lv_topology(compound).places if place.id in vm_pu]
    length_m = {cable.id: cable.length_m for cable in compound.lv_cables}
    points = {
        place.id: (sum(length_m[name] for name in place.path), vm_pu[place.id]) for place in places
    }
    feeders: dict[str, list[LvNodePlace]] = {}
    for place in places:
        if place.feeder and lv_board(place.transformer) in points:
            feeders.setdefault(place.feeder, []).append(place)
    lines = [_line(name, nodes, points) for name, nodes in feeders.items()]
    return tuple(sorted(lines, key=lambda row: (round(row.lowest_pu, _EQUAL), row.id)))


def _line(feeder: str, nodes: Sequence[LvNodePlace], points: Mapping[str, Point]) -> FeederLine:
    by_path = {place.path: points[place.id] for place in nodes}
    by_path[()] = points[lv_board(nodes[0].transformer)]
    worst = min(nodes, key=lambda place: (round(points[place.id][1], _EQUAL), place.id))
    steps = [worst.path[:k] for k in range(worst.depth + 1)]
    beside = [
        (by_path[place.path[:-1]], by_path[place.path])
        for place in nodes
        if place.path not in steps and place.path[:-1] in by_path
    ]
    return FeederLine(
        id=feeder,
        transformer=nodes[0].transformer,
        trunk=tuple(by_path[step] for step in steps if step in by_path),
        branches=tuple(beside),
    )


def envelope(lines: Sequence[FeederLine], n_steps: int) -> tuple[tuple[float, float, float], ...]:
    """Return distance, lowest and highest voltage of the trunks at equal steps of distance.

    Examples
    --------
    >>> one = FeederLine(id="a", transformer="T", trunk=((0, 1.0), (100, 0.9)), branches=())
    >>> two = FeederLine(id="b", transformer="T", trunk=((0, 1.0), (50, 1.0)), branches=())
    >>> envelope([one, two], 2)
    ((0.0, 1.0, 1.0), (50.0, 0.95, 1.0), (100.0, 0.9, 0.9))
    """
    longest = max((line.trunk[-1][0] for line in lines), default=0.0)
    found = []
    for k in range(n_steps + 1):
        at_m = longest * k / n_steps
        values = [vm for line in lines if (vm := _at(line.trunk, at_m)) is not None]
        if values:
            found.append((at_m, min(values), max(values)))
    return tuple(found)


def _at(trunk: Sequence[Point], at_m: float) -> float | None:
    """Return the voltage at a distance; ``None`` beyond the end."""
    for (x0, v0), (x1, v1) in pairwise(trunk):
        if x0 <= at_m <= x1:
            return v0 + (v1 - v0) * (at_m - x0) / (x1 - x0) if x1 > x0 else v1
    return None
