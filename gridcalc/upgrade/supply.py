"""Which 10 kV bus feeds a node over closed cables, and which sources are joined."""

from collections import deque

from gridcalc.compound.model import Compound, MvCable, Substation
from gridcalc.compound.topology import hv_nodes, mv_node
from gridcalc.upgrade import lookup


def feeding_bus(compound: Compound, station: Substation) -> tuple[str, MvCable] | None:
    """Return the node whose 10 kV bus feeds a substation, and the cable that leaves it there.

    The first unit of the substation decides. Where it stands on the bus of that node itself, the
    cable is the trunk there. None where no source feeds the substation, or no cable is there.
    """
    above = _walk(compound, sorted(source.id for source in compound.sources))
    node = hv_nodes(compound)[station.transformers[0].id]
    cables = lookup.cables_at(compound, node)[:1]
    while node == station.id or not lookup.has_mv_bus(compound, node):
        if node not in above:
            return None
        node, cable = above[node]
        cables = (cable,)
    return (node, cables[0]) if cables else None


def joined_sources(compound: Compound, node: str) -> frozenset[str]:
    """Return the sources that closed cables join to a 10 kV node, itself included."""
    sources = {source.id for source in compound.sources}
    return frozenset(sources & {node, *_walk(compound, [node])})


def _walk(compound: Compound, starts: list[str]) -> dict[str, tuple[str, MvCable]]:
    """Return the node and the cable before each node that closed cables reach from some nodes.

    Each is reached over the fewest cables; ties are broken by their ids.
    """
    closed = [
        (row, mv_node(row.from_id, compound), mv_node(row.to_id, compound))
        for row in sorted(compound.mv_cables, key=lambda row: row.id)
        if not row.normally_open
    ]
    found: dict[str, tuple[str, MvCable]] = {}
    queue = deque(starts)
    while queue:
        node = queue.popleft()
        for row, start, end in closed:
            if node in {start, end}:
                far = end if node == start else start
                if far not in found and far not in starts:
                    found[far] = node, row
                    queue.append(far)
    return found
