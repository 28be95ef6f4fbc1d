"""Which transformer, feeder and box every LV node belongs to."""

from collections import defaultdict
from dataclasses import dataclass

from gridcalc.compound.model import Compound, LvCable, Substation, hv_terminal, lv_board


@dataclass(frozen=True, slots=True, kw_only=True)
class LvNodePlace:
    """The place of an LV node in its feeder tree.

    Parameters
    ----------
    id
        Node id.
    transformer
        Id of the transformer that supplies it.
    path
        Ids of the cables from the LV board to the node; empty for the board itself.
    has_children
        Whether a cable leaves the node.
    """

    id: str
    transformer: str
    path: tuple[str, ...]
    has_children: bool

    @property
    def depth(self) -> int:
        """Number of cables between the LV board and the node."""
        return len(self.path)

    @property
    def feeder(self) -> str:
        """Id of the feeder, which is the id of its first cable; empty for the LV board."""
        return self.path[0] if self.path else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LvTopology:
    """All LV nodes, boards first, parents before children."""

    places: tuple[LvNodePlace, ...]

    def by_id(self) -> dict[str, LvNodePlace]:
        """Return the places by node id."""
        return {place.id: place for place in self.places}

    @property
    def max_depth(self) -> int:
        """Cables on the longest path."""
        return max((place.depth for place in self.places), default=0)


def lv_topology(compound: Compound) -> LvTopology:
    """Return the feeder trees of a compound; the order does not depend on the file's order."""
    children: dict[str, list[LvCable]] = defaultdict(list)
    for cable in compound.lv_cables:
        children[cable.from_id].append(cable)
    places: list[LvNodePlace] = []
    for unit in sorted(compound.transformers, key=lambda t: t.id):
        stack: list[tuple[str, tuple[str, ...]]] = [(lv_board(unit.id), ())]
        while stack:
            node, path = stack.pop()
            outgoing = sorted(children[node], key=lambda cable: cable.id, reverse=True)
            places.append(
                LvNodePlace(id=node, transformer=unit.id, path=path, has_children=bool(outgoing))
            )
            stack += [(cable.to_id, (*path, cable.id)) for cable in outgoing]
    return LvTopology(places=tuple(places))


def hv_nodes(compound: Compound) -> dict[str, str]:
    """Return the 10 kV node that feeds each transformer.

    ``fed_from`` wins; else the transformer's own cable makes the node ``<id>.HV``; else the
    substation's 10 kV bus.
    """
    cable_ends = {end for cable in compound.mv_cables for end in (cable.from_id, cable.to_id)}
    return {
        unit.id: unit.fed_from or _own_hv_node(unit.id, station, cable_ends)
        for station in compound.substations
        for unit in station.transformers
    }


def _own_hv_node(unit_id: str, station: Substation, cable_ends: set[str]) -> str:
    return hv_terminal(unit_id) if unit_id in cable_ends else station.id


def mv_node(end: str, compound: Compound) -> str:
    """Return the node id of a 10 kV cable end; a cable at a transformer ends at ``<id>.HV``."""
    return hv_terminal(end) if end in {unit.id for unit in compound.transformers} else end
