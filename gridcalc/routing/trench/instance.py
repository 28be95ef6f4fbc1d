"""The problem as the methods see it: a simple graph with arcs, and cables put together."""

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridcalc.routing.trench.records import Bools, Floats, Ints

NONE = -9999
"""What ``scipy`` gives as the predecessor of a node that has none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """Both directions of the edges of a simple graph, ready for shortest paths.

    Arc ``a`` below ``n_edges`` runs along edge ``a`` as given, arc ``n_edges + a`` against it.
    """

    n_nodes: int
    tail: Ints
    head: Ints
    indptr: Ints
    indices: Ints
    order: Ints
    arc_of: dict[tuple[int, int], int] = field(repr=False)

    @property
    def n_edges(self) -> int:
        """Number of edges; there are twice as many arcs."""
        return len(self.tail) // 2

    def both(self, per_edge: Floats) -> Floats:
        """Return a value of edges as one of arcs."""
        return np.concatenate([per_edge, per_edge])

    def twin(self, per_arc: Floats) -> Floats:
        """Return a value of arcs as seen from the opposite arcs."""
        m = self.n_edges
        return np.concatenate([per_arc[m:], per_arc[:m]])

    def from_node(
        self, weight: Floats, node: int, *, only: Bools | None = None, limit: float = np.inf
    ) -> tuple[Floats, Ints]:
        """Return distances from a node, and the node before each on the way.

        ``only`` says which arcs may be used, all where it is not given; what is further away than
        the limit is inf.
        """
        matrix = self._matrix(weight) if only is None else self._part(weight, only)
        distance, before = dijkstra(
            matrix, directed=True, indices=node, return_predecessors=True, limit=limit
        )
        return distance, before

    def to_node(self, weight: Floats, node: int, *, limit: float = np.inf) -> Floats:
        """Return distances to a node, inf beyond a limit."""
        matrix = self._matrix(self.twin(weight))
        return np.asarray(dijkstra(matrix, directed=True, indices=node, limit=limit))

    def way(self, before: Ints, node: int) -> tuple[int, ...]:
        """Return the arcs to a node, from the start of ``before`` onwards."""
        arcs: list[int] = []
        for _ in range(self.n_nodes):
            last = int(before[node])
            if last == NONE:
                break
            arcs.append(self.arc_of[last, node])
            node = last
        return tuple(reversed(arcs))

    def _matrix(self, weight: Floats) -> csr_array:
        shape = (self.n_nodes, self.n_nodes)
        return csr_array((weight[self.order], self.indices, self.indptr), shape=shape)

    def _part(self, weight: Floats, only: Bools) -> csr_array:
        chosen = only[self.order]
        before = np.concatenate([[0], np.cumsum(chosen)]).astype(np.int32)
        part = (weight[self.order[chosen]], self.indices[chosen], before[self.indptr])
        return csr_array(part, shape=(self.n_nodes, self.n_nodes))


def arcs_of(n_nodes: int, u: Ints, v: Ints) -> Arcs:
    """Return the arcs of a graph without parallel edges and loops."""
    tail, head = np.concatenate([u, v]), np.concatenate([v, u])
    order = np.lexsort((head, tail))
    counts = np.bincount(tail, minlength=n_nodes)
    return Arcs(
        n_nodes=n_nodes,
        tail=tail,
        head=head,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        indices=head[order].astype(np.int32),
        order=order,
        arc_of={(int(i), int(j)): a for a, (i, j) in enumerate(zip(tail, head, strict=True))},
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """A simple graph, and cables with the same ends put together into bundles.

    Bundles have the sum of the prices and the smallest of the lengths: cables with the same ends
    may always take the same way (see ``docs/method/trenches.md``).

    Parameters
    ----------
    arcs
        The graph.
    length_m, trench_yuan
        Of the edges. shape (n_edges,)
    origins
        Nodes where bundles start, ascending.
    origin_of
        Index into ``origins``. shape (n_bundles,)
    destination, yuan_per_m, max_length_m
        Of the bundles. shape (n_bundles,)
    shortest_m
        Shortest length of each bundle, which no plan goes below. shape (n_bundles,)
    """

    arcs: Arcs
    length_m: Floats
    trench_yuan: Floats
    origins: Ints
    origin_of: Ints
    destination: Ints
    yuan_per_m: Floats
    max_length_m: Floats
    shortest_m: Floats

    @property
    def n_bundles(self) -> int:
        """Number of bundles."""
        return len(self.destination)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.length_m)

    def origin(self, bundle: int) -> int:
        """Return the node a bundle starts at."""
        return int(self.origins[self.origin_of[bundle]])

    def usable(self) -> Bools:
        """Return which arcs each bundle may run along. shape (n_bundles, n_arcs).

        None into its origin, none out of its destination, none with which it would be too long.
        """
        arcs, length_m = self.arcs, self.arcs.both(self.length_m)
        allowed = np.empty((self.n_bundles, len(arcs.tail)), dtype=bool)
        start_m = [arcs.from_node(length_m, int(node))[0] for node in self.origins]
        for k in range(self.n_bundles):
            end = int(self.destination[k])
            end_m = arcs.to_node(length_m, end)
            way_m = start_m[self.origin_of[k]][arcs.tail] + length_m + end_m[arcs.head]
            allowed[k] = way_m <= longest_m(self.max_length_m[k])
            allowed[k] &= (arcs.head != self.origin(k)) & (arcs.tail != end)
        return allowed


_LENGTH_TOLERANCE = 1e-9


def longest_m(max_length_m: float) -> float:
    """Return a limit with what rounding may add, so that one met exactly is kept. [m]."""
    return max_length_m + _LENGTH_TOLERANCE * max(1.0, max_length_m)
