"""Routes that differ: what one would show beside the best one as a real alternative."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gridcalc.routing.search.inward import Bools
from gridcalc.routing.search.network import Path, Resource, RouteNetwork, path_of
from gridcalc.routing.search.pareto import least_cost
from gridcalc.units import PERCENT

PENALTY = 1.4
"""Factor on the cost of every edge of a route already seen. [-]"""
ROUNDS_PER_ROUTE = 5


def different_paths(
    network: RouteNetwork,
    paths: Sequence[Path],
    k: int,
    *,
    max_shared_percent: float,
    resources: Sequence[Resource] = (),
    mask: Bools | None = None,
    sources: Sequence[int] | None = None,
) -> tuple[Path, ...]:
    """Return up to ``k`` routes of which each shares little of its length with those before.

    The first of ``paths`` is taken, then the next one that differs enough from all taken so far.
    When they do not suffice, cheapest routes on dearer and dearer edges are tried: the cost of
    the edges of every route chosen or tried is raised by ``PENALTY``. That is a heuristic: it may
    miss a cheaper alternative, and there may be fewer than ``k``.

    Parameters
    ----------
    network
        Where routes run.
    paths
        Candidates, best first.
    k
        Routes wanted.
    max_shared_percent
        Largest part of a route's length that lies on edges of another one. [%]
    resources, mask, sources
        Limits of routes that are not among ``paths``, as in `pareto_paths`.
    """
    chosen: list[Path] = []
    for path in paths:
        _take(network, chosen, path, k, max_shared_percent)
    seen = list(chosen)
    dearer = network
    for _ in range(ROUNDS_PER_ROUTE * k):
        if len(chosen) >= k:
            break
        dearer = _penalised(dearer, seen)
        found = least_cost(dearer, resources=resources, mask=mask, sources=sources)
        if found is None:
            break
        seen = [path_of(network, found.source, found.arcs)]
        _take(network, chosen, seen[0], k, max_shared_percent)
    return tuple(chosen)


def shared_percent(network: RouteNetwork, path: Path, other: Path) -> float:
    """Return how much of a route's length lies on corridor edges of another one. [%].

    A route without length shares all of itself.
    """
    arcs = np.asarray(path.arcs, dtype=np.int64)
    edge, length_m = network.edge[arcs], network.length_m[arcs]
    total_m = float(length_m.sum())
    if total_m == 0.0:
        return PERCENT
    is_shared = (edge >= 0) & np.isin(edge, other.edges(network))
    return float(length_m[is_shared].sum()) / total_m * PERCENT


def _take(
    network: RouteNetwork, chosen: list[Path], path: Path, k: int, max_shared_percent: float
) -> None:
    if len(chosen) < k and all(
        shared_percent(network, path, other) <= max_shared_percent for other in chosen
    ):
        chosen.append(path)


def _penalised(network: RouteNetwork, seen: Sequence[Path]) -> RouteNetwork:
    """Return the network with dearer edges; an edge of two routes is raised once."""
    used = sorted({edge for path in seen for edge in path.edges(network)})
    factor = np.where(np.isin(network.edge, used), PENALTY, 1.0)
    return replace(network, cost_yuan=network.cost_yuan * factor)
