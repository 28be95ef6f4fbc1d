"""A problem made smaller without losing its cheapest plan, and the way back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gridcalc.routing.trench.instance import Instance, arcs_of
from gridcalc.routing.trench.records import CableDemand, Floats, Ints, TrenchGraph


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reduced:
    """A reduced problem and how it is read.

    Parameters
    ----------
    instance
        The problem.
    chains
        Edges of the graph that an edge of the instance stands for, in its direction.
    bundle_of
        Bundle of each cable; -1 where origin and destination are one node.
    """

    instance: Instance
    chains: tuple[tuple[int, ...], ...] = field(repr=False)
    bundle_of: tuple[int, ...]

    def edges_along(self, way: Sequence[int]) -> tuple[int, ...]:
        """Return the edges of the graph along a way, which is given as arcs of the instance."""
        m = self.instance.n_edges
        pieces = (self.chains[a] if a < m else self.chains[a - m][::-1] for a in way)
        return tuple(edge for piece in pieces for edge in piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    ends: tuple[int, int]
    length_m: float
    trench_yuan: float
    chain: tuple[int, ...]

    def seen_from(self, node: int) -> "_Edge":
        if self.ends[0] == node:
            return self
        return _Edge(
            ends=(self.ends[1], self.ends[0]),
            length_m=self.length_m,
            trench_yuan=self.trench_yuan,
            chain=self.chain[::-1],
        )

    def then(self, other: "_Edge") -> "_Edge":
        return _Edge(
            ends=(self.ends[0], other.ends[1]),
            length_m=self.length_m + other.length_m,
            trench_yuan=self.trench_yuan + other.trench_yuan,
            chain=self.chain + other.chain,
        )

    def is_no_worse(self, other: "_Edge") -> bool:
        return self.length_m <= other.length_m and self.trench_yuan <= other.trench_yuan


def reduced(graph: TrenchGraph, cables: Sequence[CableDemand]) -> Reduced:
    """Return the reduced problem; every destination must be reachable from its origin.

    Loops, parts of the graph without an origin, dead ends without an end of a cable and edges
    with a parallel one that is neither longer nor dearer are dropped; chains of edges become one.
    Of parallel edges that are left, all but one get a node in the middle.
    """
    kept = {node for cable in cables for node in (cable.origin, cable.destination)}
    net = _Net(graph, kept)
    net.shrink()
    edges = sorted(net.edges(), key=lambda edge: (edge.ends, edge.chain))
    nodes = sorted(kept.union(*(edge.ends for edge in edges)))
    index = {node: i for i, node in enumerate(nodes)}
    bundles = sorted({(c.origin, c.destination) for c in cables if c.origin != c.destination})
    return Reduced(
        instance=_instance(edges, bundles, cables, index),
        chains=tuple(edge.chain for edge in edges),
        bundle_of=tuple(
            -1 if c.origin == c.destination else bundles.index((c.origin, c.destination))
            for c in cables
        ),
    )


def _instance(
    edges: Sequence[_Edge],
    bundles: Sequence[tuple[int, int]],
    cables: Sequence[CableDemand],
    index: dict[int, int],
) -> Instance:
    arcs = arcs_of(
        len(index),
        _ints(index[edge.ends[0]] for edge in edges),
        _ints(index[edge.ends[1]] for edge in edges),
    )
    length_m = _floats(edge.length_m for edge in edges)
    origins = sorted({origin for origin, _ in bundles})
    own = [[c for c in cables if (c.origin, c.destination) == ends] for ends in bundles]
    destination = _ints(index[end] for _, end in bundles)
    reach_m = {o: arcs.from_node(arcs.both(length_m), index[o])[0] for o in origins}
    return Instance(
        arcs=arcs,
        length_m=length_m,
        trench_yuan=_floats(edge.trench_yuan for edge in edges),
        origins=_ints(index[origin] for origin in origins),
        origin_of=_ints(origins.index(origin) for origin, _ in bundles),
        destination=destination,
        yuan_per_m=_floats(sum(c.yuan_per_m for c in group) for group in own),
        max_length_m=_floats(min(c.max_length_m for c in group) for group in own),
        shortest_m=_floats(reach_m[origin][index[end]] for origin, end in bundles),
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _floats(values: Iterable[float]) -> Floats:
    return np.array(list(values), dtype=np.float64)


class _Net:
    """A simple graph that is being shrunk."""

    def __init__(self, graph: TrenchGraph, kept: set[int]) -> None:
        self.kept = kept
        self.at: dict[int, dict[int, _Edge]] = {}
        n_nodes = graph.n_nodes
        for e in _reachable(graph, kept):
            u, v = int(graph.from_node[e]), int(graph.to_node[e])
            edge = _Edge(
                ends=(u, v),
                length_m=float(graph.length_m[e]),
                trench_yuan=float(graph.trench_yuan[e]),
                chain=(e,),
            )
            if not self._take(edge):
                self._split(edge, n_nodes)
                n_nodes += 1

    def edges(self) -> list[_Edge]:
        """Return the edges, each once."""
        return [e for u, row in self.at.items() for v, e in row.items() if u < v]

    def shrink(self) -> None:
        """Drop dead ends and join chains until nothing is left to do."""
        todo = sorted(self.at, reverse=True)
        for _ in range(3 * len(self.at)):
            if not todo:
                break
            todo.extend(self._shrunk(todo.pop()))

    def _shrunk(self, node: int) -> list[int]:
        """Drop a node if it can be; return the nodes whose turn it is again."""
        row = self.at.get(node, {})
        if node in self.kept or not 1 <= len(row) <= 2:
            return []
        around = sorted(row)
        if len(around) == 2:
            u, v = around
            joined = row[u].seen_from(u).then(row[v].seen_from(node))
            if not self._take(joined):
                return []
        for other in around:
            self._drop(node, other)
        return around

    def _take(self, edge: _Edge) -> bool:
        """Add an edge, or leave it out where it is not needed; return False if it has to stay."""
        u, v = edge.ends
        if u == v:
            return True
        present = self.at.get(u, {}).get(v)
        if present is not None and present.is_no_worse(edge):
            return True
        if present is not None and not edge.is_no_worse(present):
            return False
        self.at.setdefault(u, {})[v] = edge
        self.at.setdefault(v, {})[u] = edge
        return True

    def _split(self, edge: _Edge, middle: int) -> None:
        u, v = edge.ends
        half_m, half_yuan = edge.length_m / 2, edge.trench_yuan / 2
        for ends, chain in (((u, middle), edge.chain), ((middle, v), ())):
            self._take(_Edge(ends=ends, length_m=half_m, trench_yuan=half_yuan, chain=chain))

    def _drop(self, u: int, v: int) -> None:
        del self.at[u][v]
        del self.at[v][u]


def _reachable(graph: TrenchGraph, kept: set[int]) -> list[int]:
    """Return the edges in parts of the graph where cables end."""
    ones = np.ones(graph.n_edges)
    shape = (graph.n_nodes, graph.n_nodes)
    links = csr_array((ones, (graph.from_node, graph.to_node)), shape=shape)
    _, part = connected_components(links, directed=False)
    wanted = np.isin(part, part[sorted(kept)]) if kept else np.zeros(graph.n_nodes, dtype=bool)
    return [int(e) for e in np.flatnonzero(wanted[graph.from_node])]
