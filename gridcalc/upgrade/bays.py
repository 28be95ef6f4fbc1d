"""Bays that are free at ring main units and sources."""

from collections import Counter
from collections.abc import Mapping

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, TransformerUnit
from gridcalc.compound.topology import hv_nodes, mv_node
from gridcalc.upgrade import lookup


def spare_bays(compound: Compound, *, catalogue: Catalogue) -> dict[str, int | None]:
    """Return the free bays of each RMU and source; None where a source's are not given.

    A source's bays are those before this compound, less what the compound uses of them.

    Parameters
    ----------
    compound
        The compound.
    catalogue
        Tells how many bays a type of RMU has.
    """
    used = _used_bays(compound)
    free: dict[str, int | None] = {
        rmu.id: (rmu.n_bays or catalogue.rmus[rmu.type].n_bays) - used[rmu.id]
        for rmu in compound.rmus
    }
    return free | spare_source_bays(compound)


def spare_source_bays(compound: Compound) -> dict[str, int | None]:
    """Return the free bays of each source, less what the compound uses; None where not given."""
    used = _used_bays(compound)
    return {
        source.id: None if source.spare_bays is None else source.spare_bays - used[source.id]
        for source in compound.sources
    }


def has_bay(free: Mapping[str, int | None], node: str) -> bool:
    """Return whether a bay is free at a node, or nothing says that none is."""
    spare = free.get(node)
    return spare is None or spare >= 1


def bay_of(compound: Compound, unit: TransformerUnit) -> str:
    """Return the node whose bay, or whose bus, feeds a transformer at 10 kV."""
    own = lookup.cables_at(compound, unit.id)
    return lookup.other_end(own[0], unit.id) if own else hv_nodes(compound)[unit.id]


def _used_bays(compound: Compound) -> Counter[str]:
    used: Counter[str] = Counter(hv_nodes(compound).values())
    for row in compound.mv_cables:
        used.update((mv_node(row.from_id, compound), mv_node(row.to_id, compound)))
    return used
