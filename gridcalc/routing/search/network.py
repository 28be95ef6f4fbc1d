"""The graph that the searches run on: directed arcs with money, metres and counted resources."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resource:
    """Something of which a route may use no more than a limit.

    Parameters
    ----------
    name
        Such as ``reg_length_m`` or ``green_m2``.
    per_arc
        Use of each arc, at least 0. shape (n_arcs,)
    limit
        Largest sum of a route.
    inclusive
        Whether the limit itself is allowed.
    """

    name: str
    per_arc: NDArray[np.float64]
    limit: float
    inclusive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RouteNetwork:
    """Directed arcs; every corridor edge that may be used has arcs in both directions.

    A road that costs something to cross has them on each of its sides. Arcs without an edge are
    turns inside a junction; they carry the cost of crossing a road.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    tail, head
        Ends of the arcs. shape (n_arcs,)
    cost_yuan
        Cost, above 0 for edges, at least 0 for turns. [yuan], shape (n_arcs,)
    length_m
        Length of route, 0 for turns. [m], shape (n_arcs,)
    edge
        Corridor edge of an arc, -1 for turns. shape (n_arcs,)
    crossing
        Road kind that a turn crosses, as an index of corridor kinds; -1 where none.
        shape (n_arcs,)
    start
        Node at which each source enters. shape (n_sources,)
    start_cost_yuan
        What connecting at each source costs. [yuan], shape (n_sources,)
    target
        Node at which routes end.
    """

    n_nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    cost_yuan: NDArray[np.float64]
    length_m: NDArray[np.float64]
    edge: NDArray[np.int64]
    crossing: NDArray[np.int64]
    start: NDArray[np.int64]
    start_cost_yuan: NDArray[np.float64]
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A route through the network.

    Parameters
    ----------
    source
        Index of the source it starts at.
    arcs
        Its arcs in order from the source to the target.
    cost_yuan
        Start cost and arcs. [yuan]
    length_m
        [m]
    """

    source: int
    arcs: tuple[int, ...] = field(repr=False)
    cost_yuan: float
    length_m: float

    def edges(self, network: RouteNetwork) -> tuple[int, ...]:
        """Return the corridor edges it uses, in order."""
        found = network.edge[np.asarray(self.arcs, dtype=np.int64)]
        return tuple(int(edge) for edge in found if edge >= 0)


def path_of(network: RouteNetwork, source: int, arcs: Sequence[int]) -> Path:
    """Return a route with its cost and length summed in order."""
    chosen = np.asarray(arcs, dtype=np.int64)
    return Path(
        source=source,
        arcs=tuple(int(arc) for arc in arcs),
        cost_yuan=float(network.start_cost_yuan[source] + network.cost_yuan[chosen].sum()),
        length_m=float(network.length_m[chosen].sum()),
    )
