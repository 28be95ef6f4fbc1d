"""What it costs, and how far it is, from everywhere to the target."""

from dataclasses import dataclass

import numpy as np

from gridcalc.routing.search.counted import STEPS_PER_UNIT, counted
from gridcalc.routing.search.inward import (
    Bools,
    Floats,
    Ints,
    Inward,
    arcs_inward,
    shortest_tree,
    way,
)
from gridcalc.routing.search.network import Path, RouteNetwork, path_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ToTarget:
    """Least cost and least length to the target, each for itself; infinite where none leads.

    Parameters
    ----------
    cost_yuan
        Without start costs. [yuan], shape (n_nodes,)
    length_m
        [m], shape (n_nodes,)
    """

    cost_yuan: Floats
    length_m: Floats


def allowed_arcs(network: RouteNetwork, mask: Bools | None) -> Ints:
    """Return the arcs a search may use: those of the mask with a finite cost and length."""
    usable = np.isfinite(network.cost_yuan) & np.isfinite(network.length_m)
    return np.flatnonzero(usable if mask is None else usable & mask)


def inward_of(network: RouteNetwork, allowed: Ints) -> Inward:
    """Return the allowed arcs of a network by their head."""
    return arcs_inward(
        n_nodes=network.n_nodes,
        target=network.target,
        tail=network.tail,
        head=network.head,
        allowed=allowed,
    )


def to_target(network: RouteNetwork, *, mask: Bools | None = None) -> ToTarget:
    """Return what every node is away from the target, in money and in metres.

    Parameters
    ----------
    network
        Where routes run.
    mask
        Arcs that may be used; all if None. shape (n_arcs,)
    """
    inward = inward_of(network, allowed_arcs(network, mask))
    cost = shortest_tree(inward, counted(network.cost_yuan)).total
    length = shortest_tree(inward, counted(network.length_m)).total
    return ToTarget(cost_yuan=cost / STEPS_PER_UNIT, length_m=length / STEPS_PER_UNIT)


def cheapest_paths(network: RouteNetwork, *, mask: Bools | None = None) -> tuple[Path | None, ...]:
    """Return the cheapest route from each source; None where no route leads to the target.

    One search from the target serves all sources.
    """
    inward = inward_of(network, allowed_arcs(network, mask))
    cost = counted(network.cost_yuan)
    tree = shortest_tree(inward, cost)
    return tuple(
        path_of(network, source, way(inward, tree, cost, node))
        if np.isfinite(tree.total[node])
        else None
        for source, node in enumerate(network.start.tolist())
    )
