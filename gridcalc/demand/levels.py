"""At which level each cable and node is judged, and which units count together there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcalc.compound.topology import LvNodePlace, LvTopology
from gridcalc.demand.groups import LoadGroup

STATION = "station"
FEEDER = "feeder"
BOX = "box"
_DEEPEST = 1_000_000
_ALWAYS = ((0, STATION), (1, FEEDER), (_DEEPEST, BOX))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Level:
    """One evaluation level.

    Attributes
    ----------
    name
        ``station``, ``feeder``, ``segment-<depth>`` or ``box``.
    member
        Index of the set each load group belongs to, shape (n_groups,).
    set_transformer
        Index of the transformer above each set, shape (n_sets,).
    cables
        Ids of the cables judged at this level.
    """

    name: str
    member: NDArray[np.int64]
    set_transformer: NDArray[np.int64]
    cables: frozenset[str]


def levels(topology: LvTopology, groups: tuple[LoadGroup, ...]) -> tuple[Level, ...]:
    """Return the levels of a compound from the station down to the boxes.

    A feeder trunk is judged with all units of its feeder, the cable to a box with the units of
    that box; a cable between branch boxes, which is neither, gets a ``segment`` level of its
    own depth so that its factor belongs to exactly the units behind it.
    """
    by_id = topology.by_id()
    transformers = sorted({place.transformer for place in topology.places})
    index = {transformer: i for i, transformer in enumerate(transformers)}
    places = [by_id[group.node] for group in groups]
    judged: dict[tuple[int, str], set[str]] = {(d, name): set() for d, name in _ALWAYS}
    for place in topology.places:
        if place.depth:
            judged.setdefault(_level_of(place), set()).add(place.path[-1])
    found = []
    for (depth, name), cables in sorted(judged.items()):
        sets = [_set_key(place, depth) for place in places]
        keys = sorted(set(sets))
        position = {key: i for i, key in enumerate(keys)}
        found.append(
            Level(
                name=name,
                member=np.array([position[key] for key in sets], dtype=np.int64),
                set_transformer=np.array([index[key[0]] for key in keys], dtype=np.int64),
                cables=frozenset(cables),
            )
        )
    return tuple(found)


def _level_of(place: LvNodePlace) -> tuple[int, str]:
    if place.depth == 1:
        return 1, FEEDER
    return (place.depth, f"segment-{place.depth}") if place.has_children else (_DEEPEST, BOX)


def _set_key(place: LvNodePlace, depth: int) -> tuple[str, str]:
    if depth == 0:
        return place.transformer, ""
    if place.depth >= depth:
        return place.transformer, place.path[depth - 1]
    return place.transformer, f"at {place.id}"
