"""Bays that are free at ring main units and sources."""

from collections import Counter

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound
from gridcalc.compound.topology import hv_nodes, mv_node


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
    used: Counter[str] = Counter(hv_nodes(compound).values())
    for row in compound.mv_cables:
        used.update((mv_node(row.from_id, compound), mv_node(row.to_id, compound)))
    free: dict[str, int | None] = {
        rmu.id: (rmu.n_bays or catalogue.rmus[rmu.type].n_bays) - used[rmu.id]
        for rmu in compound.rmus
    }
    for source in compound.sources:
        given = source.spare_bays
        free[source.id] = None if given is None else given - used[source.id]
    return free
