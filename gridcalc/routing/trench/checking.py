"""What goes in and what comes out, checked against the graph as it was given."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridcalc.errors import NoSolutionError
from gridcalc.routing.trench.instance import longest_m
from gridcalc.routing.trench.records import CableDemand, Floats, Method, TrenchGraph, TrenchPlan

_RTOL = 1e-6
_ATOL_YUAN = 1e-6


def require_sound(graph: TrenchGraph, cables: Sequence[CableDemand]) -> None:
    """Raise a ``ValueError`` where a node does not exist or a number makes no sense."""
    shapes = {len(graph.from_node), len(graph.to_node), graph.n_edges, len(graph.trench_yuan)}
    if len(shapes) > 1 or len(graph.x_m) != len(graph.y_m):
        raise ValueError("the arrays of a trench graph must have one entry per node or per edge")
    ends = np.concatenate([graph.from_node, graph.to_node])
    if ((ends < 0) | (ends >= graph.n_nodes)).any():
        raise ValueError(f"an edge ends at a node outside 0 to {graph.n_nodes - 1}")
    numbers = np.concatenate([graph.length_m, graph.trench_yuan])
    if not (np.isfinite(numbers) & (numbers >= 0)).all():
        raise ValueError("lengths and trench costs must be numbers of at least 0")
    for cable in cables:
        if not {cable.origin, cable.destination} <= set(range(graph.n_nodes)):
            raise ValueError(f"{cable.id} ends at a node outside 0 to {graph.n_nodes - 1}")
        if not (0 <= cable.yuan_per_m < np.inf and cable.max_length_m >= 0):
            raise ValueError(f"{cable.id}: price and largest length must be at least 0")


def require_solvable(graph: TrenchGraph, cables: Sequence[CableDemand]) -> None:
    """Raise a ``NoSolutionError`` that names all cables for which no way is short enough."""
    origins = sorted({cable.origin for cable in cables})
    reach_m = {origin: shortest_m(graph, origin) for origin in origins}
    lacking = []
    for cable in cables:
        least_m = float(reach_m[cable.origin][cable.destination])
        if np.isinf(least_m):
            lacking.append(
                f"{cable.id}: no path leads from node {cable.origin} to node {cable.destination}"
                " - add one"
            )
        elif least_m > longest_m(cable.max_length_m):
            lacking.append(
                f"{cable.id}: {least_m:.1f} m at least, {cable.max_length_m:.1f} m allowed"
                " - supply it from elsewhere or choose a larger cable"
            )
    if lacking:
        raise NoSolutionError("\n  - ".join(["cables cannot be laid within the limits:", *lacking]))


def shortest_m(graph: TrenchGraph, node: int) -> Floats:
    """Return the shortest lengths from a node, inf where no path leads. [m], shape (n_nodes,).

    Examples
    --------
    >>> from numpy import array
    >>> graph = TrenchGraph(
    ...     x_m=array([0.0, 3.0, 9.0]), y_m=array([0.0, 4.0, 9.0]),
    ...     from_node=array([0, 0]), to_node=array([1, 1]),
    ...     length_m=array([5.0, 6.0]), trench_yuan=array([500.0, 600.0]),
    ... )
    >>> shortest_m(graph, 0).tolist()
    [0.0, 5.0, inf]
    """
    order = np.argsort(graph.length_m, kind="stable")
    u, v = graph.from_node[order].astype(np.int64), graph.to_node[order].astype(np.int64)
    low, high = np.minimum(u, v), np.maximum(u, v)
    _, first = np.unique(low * graph.n_nodes + high, return_index=True)
    shape = (graph.n_nodes, graph.n_nodes)
    lengths = graph.length_m[order][first]
    matrix = csr_array((lengths, (low[first], high[first])), shape=shape)
    return np.asarray(dijkstra(matrix, directed=False, indices=node))


def checked_plan(
    graph: TrenchGraph,
    cables: Sequence[CableDemand],
    paths: Sequence[tuple[int, ...]],
    *,
    expected_yuan: float,
    bound_yuan: float,
    method: Method,
) -> TrenchPlan:
    """Return a plan with all its numbers computed from the graph, once it has passed the checks.

    Parameters
    ----------
    graph, cables
        As they were asked for.
    paths
        Edges of each cable in order.
    expected_yuan
        What the method says the plan costs. [yuan]
    bound_yuan, method
        As in ``TrenchPlan``.

    Raises
    ------
    AssertionError
        A path does not lead from origin to destination or is too long, or the cost differs from
        the one expected: the method is wrong.
    """
    lengths_m = []
    for cable, path in zip(cables, paths, strict=True):
        length_m = float(np.sum(graph.length_m[list(path)]))
        if _end_of(graph, cable.origin, path) != cable.destination:
            raise AssertionError(f"{cable.id} does not arrive at node {cable.destination}")
        if length_m > longest_m(longest_m(cable.max_length_m)):
            raise AssertionError(f"{cable.id} is {length_m} m long")
        lengths_m.append(length_m)
    edges = sorted({edge for path in paths for edge in path})
    plan = TrenchPlan(
        edges=tuple(edges),
        paths=tuple(paths),
        length_m=tuple(lengths_m),
        trench_yuan=float(np.sum(graph.trench_yuan[edges])),
        cable_yuan=float(
            np.sum([c.yuan_per_m * m for c, m in zip(cables, lengths_m, strict=True)])
        ),
        lower_bound_yuan=bound_yuan,
        method=method,
    )
    if abs(plan.cost_yuan - expected_yuan) > _RTOL * expected_yuan + _ATOL_YUAN:
        raise AssertionError(f"the plan costs {plan.cost_yuan} yuan and not {expected_yuan} yuan")
    return plan


def _end_of(graph: TrenchGraph, node: int, path: Sequence[int]) -> int | None:
    """Return the node at which a path from a node ends, ``None`` where it is interrupted."""
    for edge in path:
        ends = [int(graph.from_node[edge]), int(graph.to_node[edge])]
        if node not in ends:
            return None
        ends.remove(node)
        node = ends[0]
    return node
