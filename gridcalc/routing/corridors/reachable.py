"""Which nodes of the corridors a cable can reach from one of them."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gridcalc.routing.records import CorridorGraph


def reachable_from(graph: CorridorGraph, node: int) -> NDArray[np.bool_]:
    """Return the nodes that open corridors join to a node, itself included; shape (n_nodes,).

    Parameters
    ----------
    graph
        The corridors; edges in areas that may not be passed join nothing.
    node
        Where to begin.
    """
    used = ~graph.blocked
    ends = (graph.from_node[used], graph.to_node[used])
    ones = np.ones(int(used.sum()), dtype=np.int8)
    joins = csr_array((ones, ends), shape=(graph.n_nodes, graph.n_nodes))
    part: NDArray[np.int32] = connected_components(joins, directed=False)[1]
    return np.asarray(part == part[node], dtype=bool)
