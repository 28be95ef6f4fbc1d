"""Two routes that share no corridor edge, from sources that do not fail together."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from gridcalc.routing.search.counted import SAME, counted
from gridcalc.routing.search.inward import Bools, Floats, Inward, Tree
from gridcalc.routing.search.network import Path, RouteNetwork, path_of
from gridcalc.routing.search.residual import (
    Residual,
    Weighted,
    flow,
    residual_of,
    tree_of,
    unravelled,
)
from gridcalc.routing.search.shortest import allowed_arcs

Open = tuple[float, int, int, tuple[int, ...]]
"""What two routes weigh at least, their sources (the second may be open), arcs forbidden."""
ANY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPair:
    """Two routes to the target that share no corridor edge.

    Parameters
    ----------
    first, second
        The routes, the one of the smaller source first.
    cost_yuan
        Of both. [yuan]
    """

    first: Path
    second: Path
    cost_yuan: float

    @property
    def longest_m(self) -> float:
        """Length of the longer one. [m]."""
        return max(self.first.length_m, self.second.length_m)


def apart(groups: Sequence[str | None]) -> Bools:
    """Return which sources may be combined: those of groups that are known and differ.

    Examples
    --------
    >>> apart(["east", "west", "east", None])[0].tolist()
    [False, True, False, False]
    """
    known = np.array([group is not None for group in groups], dtype=bool)
    name = np.array([group or "" for group in groups], dtype=object)
    differ = np.array(name[:, None] != name[None, :], dtype=bool)
    both: Bools = differ & known[:, None] & known
    return both


def disjoint_pair(
    network: RouteNetwork, compatible: Bools, *, mask: Bools | None = None
) -> PathPair | None:
    """Return the two routes of least total cost that share no corridor edge; None without any.

    No edge is used twice, in either direction, by both routes or by one. The routes may meet at
    nodes. Exact: for each first source one search on what its shortest route leaves gives the
    least total with every second one; where that uses an edge twice, both ways of giving up one
    of the uses are searched.

    Parameters
    ----------
    network
        Where routes run.
    compatible
        Sources that may be combined; one with itself only where the diagonal says so.
        shape (n_sources, n_sources)
    mask
        Arcs that may be used; all if None. shape (n_arcs,)
    """
    return _pair_by(network, compatible, mask, cost_share=1.0)


def supported_pairs(
    network: RouteNetwork,
    compatible: Bools,
    *,
    mask: Bools | None = None,
    max_searches: int = 20,
) -> tuple[PathPair, ...]:
    """Return pairs of which none is both cheaper and shorter in its longer route, by cost.

    Two disjoint routes under a limit of length are NP-hard to find. These are the pairs that are
    best for some price of a metre, so there may be others between them: a pair of this set that
    keeps a limit is one way to do it, not always the cheapest.

    Parameters
    ----------
    network, compatible, mask
        As in `disjoint_pair`.
    max_searches
        Prices of a metre to try at most.
    """
    ends = [_pair_by(network, compatible, mask, cost_share=share) for share in (1.0, 0.0)]
    found = [pair for pair in ends if pair is not None]
    gaps = [(found[0], found[1])] if len(found) == len(ends) else []
    for _ in range(max_searches):
        if not gaps:
            break
        low, high = gaps.pop(0)
        shorter_m = _length_m(low) - _length_m(high)
        dearer_yuan = high.cost_yuan - low.cost_yuan
        if shorter_m <= SAME or dearer_yuan <= SAME:
            continue
        share = shorter_m / (shorter_m + dearer_yuan)
        between = _pair_by(network, compatible, mask, cost_share=share)
        if between is not None and _weight(between, share) < _weight(low, share) - SAME:
            found.append(between)
            gaps += [(low, between), (between, high)]
    return _not_dominated(found)


def _pair_by(
    network: RouteNetwork, compatible: Bools, mask: Bools | None, *, cost_share: float
) -> PathPair | None:
    """Return the best pair when a yuan weighs ``cost_share`` and a metre the rest."""
    usable = allowed_arcs(network, mask)
    weight = np.zeros(len(network.tail))
    weight[usable] = cost_share * network.cost_yuan[usable]
    weight[usable] += (1.0 - cost_share) * network.length_m[usable]
    weighted = Weighted(
        network=network,
        allowed=usable,
        weight=counted(weight),
        start_weight=counted(cost_share * network.start_cost_yuan),
    )
    return _best_pair(weighted, compatible | compatible.T)


def _best_pair(weighted: Weighted, compatible: Bools) -> PathPair | None:
    """Search pairs in order of the least they can weigh."""
    network = weighted.network
    trees: dict[tuple[int, ...], tuple[Inward, Tree]] = {(): tree_of(weighted)}
    left: dict[tuple[int, tuple[int, ...]], Residual] = {}
    heap, partner = _first_bounds(weighted, trees[()][1].total, compatible)
    while heap:
        _, source, other, forbidden = heappop(heap)
        if other == ANY:
            left[source, ()] = residual_of(weighted, *trees[()], source)
            for row in np.flatnonzero(partner[source]).tolist():
                _offer(heap, weighted, left[source, ()], row, ())
            continue
        arcs = flow(weighted, left[source, forbidden], other)
        twice = _used_twice(network, arcs)
        if not twice:
            return _pair(network, arcs, (source, other))
        for arc in twice:
            fewer = tuple(sorted({*forbidden, arc}))
            if fewer not in trees:
                trees[fewer] = tree_of(weighted, fewer)
            if np.isfinite(trees[fewer][1].total[network.start[source]]):
                left[source, fewer] = residual_of(weighted, *trees[fewer], source)
                _offer(heap, weighted, left[source, fewer], other, fewer)
    return None


def _first_bounds(weighted: Weighted, to_go: Floats, compatible: Bools) -> tuple[list[Open], Bools]:
    """Return each source with the least that it and a partner weigh, and its partners.

    A pair is looked for from the source that weighs less alone.
    """
    alone = weighted.start_weight + to_go[weighted.network.start]
    place = np.argsort(np.argsort(alone, kind="stable"))
    reached = np.isfinite(alone)
    partner = compatible & reached[:, None] & reached & (place[:, None] <= place)
    heap: list[Open] = []
    for source in np.flatnonzero(partner.any(axis=1)).tolist():
        bound = alone[source] + alone[partner[source]].min()
        heappush(heap, (float(bound), source, ANY, ()))
    return heap, partner


def _offer(
    heap: list[Open],
    weighted: Weighted,
    residual: Residual,
    other: int,
    forbidden: tuple[int, ...],
) -> None:
    added = residual.added[weighted.network.start[other]]
    if np.isfinite(added):
        own = weighted.start_weight[residual.source] + weighted.weight[residual.arcs].sum()
        total = float(own + weighted.start_weight[other] + added)
        heappush(heap, (total, residual.source, other, forbidden))


def _used_twice(network: RouteNetwork, arcs: Sequence[int]) -> tuple[int, ...]:
    """Return two arcs on one corridor edge, nothing where there are none."""
    seen: dict[int, int] = {}
    for arc in arcs:
        edge = int(network.edge[arc])
        if edge >= 0 and edge in seen:
            return seen[edge], arc
        seen[edge] = arc
    return ()


def _pair(network: RouteNetwork, arcs: Sequence[int], sources: tuple[int, int]) -> PathPair:
    ordered = (min(sources), max(sources))
    ways = unravelled(network, arcs, ordered)
    first, second = (path_of(network, *row) for row in zip(ordered, ways, strict=True))
    return PathPair(first=first, second=second, cost_yuan=first.cost_yuan + second.cost_yuan)


def _length_m(pair: PathPair) -> float:
    return pair.first.length_m + pair.second.length_m


def _weight(pair: PathPair, cost_share: float) -> float:
    return cost_share * pair.cost_yuan + (1.0 - cost_share) * _length_m(pair)


def _not_dominated(pairs: Sequence[PathPair]) -> tuple[PathPair, ...]:
    kept: list[PathPair] = []
    for pair in sorted(pairs, key=lambda row: (row.cost_yuan, row.longest_m)):
        if not kept or pair.longest_m < kept[-1].longest_m - SAME:
            kept.append(pair)
    return tuple(kept)
