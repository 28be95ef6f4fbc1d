"""Two units of flow to the target: the second on what the first leaves, after Suurballe."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.routing.search.inward import (
    Floats,
    Ints,
    Inward,
    Tree,
    arcs_inward,
    shortest_tree,
    way,
)
from gridcalc.routing.search.network import RouteNetwork
from gridcalc.routing.search.shortest import inward_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighted:
    """A network with one weight, in whole steps.

    Parameters
    ----------
    network
        Where routes run.
    allowed
        Arcs that may be used, increasing.
    weight
        shape (n_arcs,)
    start_weight
        What starting at each source adds. shape (n_sources,)
    """

    network: RouteNetwork
    allowed: Ints
    weight: Floats
    start_weight: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Residual:
    """What one more route to the target adds, once one runs from ``source``.

    Parameters
    ----------
    source
        Start of the first route.
    arcs
        Its arcs.
    added
        Least weight that a second route from each node adds, sharing no arc. shape (n_nodes,)
    inward, tree, reduced
        The search that found it: arcs beyond those of the network undo arcs of the first route.
    """

    source: int
    arcs: list[int]
    added: Floats
    inward: Inward
    tree: Tree
    reduced: Floats


def tree_of(weighted: Weighted, forbidden: Sequence[int] = ()) -> tuple[Inward, Tree]:
    """Return the shortest ways to the target without the forbidden arcs."""
    network = weighted.network
    allowed = weighted.allowed
    if forbidden:
        allowed = allowed[~np.isin(allowed, forbidden)]
    inward = inward_of(network, allowed)
    return inward, shortest_tree(inward, weighted.weight)


def residual_of(weighted: Weighted, inward: Inward, tree: Tree, source: int) -> Residual:
    """Return what a second route adds for every node; the source must have a first one.

    Arcs weigh what they add to the shortest way from their tail, which is never below 0; the
    first route's own arcs are taken out and can be undone for nothing.
    """
    network, total = weighted.network, tree.total
    arcs = way(inward, tree, weighted.weight, int(network.start[source]))
    used = np.array(arcs, dtype=np.int64)
    tail = np.concatenate([network.tail, network.head[used]])
    head = np.concatenate([network.head, network.tail[used]])
    reduced = np.zeros(len(tail))
    kept = inward.arc[np.isfinite(total[network.head[inward.arc]])]
    reduced[kept] = weighted.weight[kept] + total[head[kept]] - total[tail[kept]]
    free = np.ones(len(tail), dtype=bool)
    free[used] = False
    undone = np.arange(len(network.tail), len(tail))
    left = arcs_inward(
        n_nodes=network.n_nodes,
        target=network.target,
        tail=tail,
        head=head,
        allowed=np.concatenate([np.sort(kept[free[kept]]), undone]),
    )
    found = shortest_tree(left, reduced)
    added = found.total + np.where(np.isfinite(found.total), total, 0.0)
    return Residual(source=source, arcs=arcs, added=added, inward=left, tree=found, reduced=reduced)


def flow(weighted: Weighted, residual: Residual, source: int) -> tuple[int, ...]:
    """Return the arcs of both routes; the second starts at ``source``, which must have one."""
    network = weighted.network
    second = way(residual.inward, residual.tree, residual.reduced, int(network.start[source]))
    n_arcs = len(network.tail)
    undone = {residual.arcs[arc - n_arcs] for arc in second if arc >= n_arcs}
    added = {arc for arc in second if arc < n_arcs}
    return tuple(sorted((set(residual.arcs) - undone) | added))


def unravelled(
    network: RouteNetwork, arcs: Sequence[int], sources: tuple[int, int]
) -> tuple[list[int], list[int]]:
    """Return the arcs of two routes in order, each from its source; they share no arc.

    Where they meet they go on so that the longer one is as short as one exchange makes it.
    """
    out: dict[int, list[int]] = {}
    for arc in sorted(arcs, reverse=True):
        out.setdefault(int(network.tail[arc]), []).append(arc)
    first, second = (_walk(network, out, int(network.start[source])) for source in sources)
    for arc in tuple(first):
        first, second = _exchanged(network, first, second, int(network.head[arc]))
    return first, second


def _exchanged(
    network: RouteNetwork, first: list[int], second: list[int], node: int
) -> tuple[list[int], list[int]]:
    """Return the routes with their ends exchanged after a node if that shortens the longer one."""
    ends = [[int(network.head[arc]) for arc in arcs] for arcs in (first, second)]
    if not all(node in row for row in ends):
        return first, second
    i, j = (row.index(node) + 1 for row in ends)
    other = (first[:i] + second[j:], second[:j] + first[i:])
    longest = [
        max(float(network.length_m[arcs].sum()) for arcs in pair if arcs)
        for pair in ((first, second), other)
    ]
    return other if longest[1] < longest[0] else (first, second)


def _walk(network: RouteNetwork, out: dict[int, list[int]], node: int) -> list[int]:
    walked: list[int] = []
    for _ in range(sum(map(len, out.values()))):
        if node == network.target:
            break
        walked.append(out[node].pop())
        node = int(network.head[walked[-1]])
    return walked
