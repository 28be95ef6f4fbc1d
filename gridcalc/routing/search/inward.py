"""Shortest ways to the target from everywhere, on the arcs turned round."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inward:
    """Arcs by their head, parallel ones next to each other.

    Parameters
    ----------
    n_nodes, target
        Of the network.
    arc
        Arcs in order of head, tail and number. shape (n_arcs,)
    first
        Place in ``arc`` at which the arcs of a pair of nodes begin. shape (n_pairs,)
    pair
        Head and tail of each pair as one number, increasing. shape (n_pairs,)
    """

    n_nodes: int
    target: int
    arc: Ints
    first: Ints
    pair: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tree:
    """Shortest ways to the target.

    Parameters
    ----------
    total
        Of the way from each node; infinite where there is none. shape (n_nodes,)
    after
        Next node on the way, negative at the target and where there is none. shape (n_nodes,)
    """

    total: Floats
    after: NDArray[np.int32]


def arcs_inward(*, n_nodes: int, target: int, tail: Ints, head: Ints, allowed: Ints) -> Inward:
    """Return the allowed arcs, an increasing list, by their head."""
    pair = head[allowed] * n_nodes + tail[allowed]
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    is_first = np.ones(len(pair), dtype=bool)
    is_first[1:] = pair[1:] != pair[:-1]
    return Inward(
        n_nodes=n_nodes,
        target=target,
        arc=allowed[order],
        first=np.flatnonzero(is_first),
        pair=pair[is_first],
    )


def shortest_tree(inward: Inward, weight: Floats) -> Tree:
    """Return the shortest way to the target from every node.

    Parameters
    ----------
    inward
        Arcs by their head.
    weight
        Of every arc of the network, at least 0. shape (n_arcs,)
    """
    if not len(inward.arc):
        total = np.full(inward.n_nodes, np.inf)
        total[inward.target] = 0.0
        return Tree(total=total, after=np.full(inward.n_nodes, -1, dtype=np.int32))
    least = np.minimum.reduceat(weight[inward.arc], inward.first)
    heads = np.arange(inward.n_nodes + 1) * inward.n_nodes
    start = np.searchsorted(inward.pair, heads).astype(np.int32)
    tails = (inward.pair % inward.n_nodes).astype(np.int32)
    graph = csr_array((least, tails, start), shape=(inward.n_nodes, inward.n_nodes))
    total, after = dijkstra(graph, indices=inward.target, return_predecessors=True)
    return Tree(total=total, after=after)


def way(inward: Inward, tree: Tree, weight: Floats, node: int) -> list[int]:
    """Return the arcs of the shortest way from a node that has one.

    Of parallel arcs of equal weight it takes the first.
    """
    arcs: list[int] = []
    for _ in range(inward.n_nodes):
        if node == inward.target:
            break
        after = int(tree.after[node])
        place = int(np.searchsorted(inward.pair, after * inward.n_nodes + node))
        end = inward.first[place + 1] if place + 1 < len(inward.first) else len(inward.arc)
        among = inward.arc[inward.first[place] : end]
        arcs.append(int(among[np.argmin(weight[among])]))
        node = after
    return arcs
