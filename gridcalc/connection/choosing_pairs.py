"""Double supply: pairs of routes without a common edge, from sources that do not fail together."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from gridcalc.connection.choosing import NOTHING, Chosen, length_counted
from gridcalc.connection.options import Setting, option_of
from gridcalc.connection.records import Label, RoutePair, percent_above
from gridcalc.connection.regions import regions
from gridcalc.connection.shared_arcs import Shared, with_shared_arcs
from gridcalc.connection.sources import independent
from gridcalc.connection.tracing import trace
from gridcalc.notes import Note, note
from gridcalc.routing.search.network import Path, path_of
from gridcalc.routing.search.pairs import PathPair, disjoint_pair, supported_pairs

_N_PER_PAIR = 2
_RECOMMENDED: tuple[Label, ...] = ("recommended",)


def chosen_pairs(setting: Setting, usable: Sequence[int], *, n_pairs: int) -> Chosen:
    """Return pairs of routes, the recommended one first.

    In every permit class the pairs that are best for some price of a metre are taken, and over
    all classes the cheapest pair of each two sources, as many as are asked for. Straight
    connectors to the target and turns inside a junction may be shared.

    Parameters
    ----------
    setting
        The site.
    usable
        Sources that can take the supply.
    n_pairs
        Pairs that are shown.
    """
    allowed = _independent(setting, usable)
    found = dict.fromkeys(_pairs(setting, allowed, n_pairs=n_pairs))
    best = sorted((_pair(rows, setting) for rows in found), key=_rank)[:n_pairs]
    if not best:
        return NOTHING
    routes = tuple(route for pair in best for route in (pair.first, pair.second))
    labels = tuple(_RECOMMENDED if k < _N_PER_PAIR else () for k in range(len(routes)))
    return Chosen(
        pareto=(),
        routes=routes,
        pairs=tuple(best),
        labels=labels,
        detour=None,
        why=(*_why(best), *length_counted([best[0].first, best[0].second], setting)),
    )


def _pair(paths: tuple[Path, Path], setting: Setting) -> RoutePair:
    """Return two routes, in the order of their sources' names."""
    traces = (trace(path, setting.network, setting.known) for path in paths)
    first, second = sorted(
        (option_of(row, setting) for row in traces), key=lambda row: row.source.id
    )
    return RoutePair(first=first, second=second)


def _rank(pair: RoutePair) -> tuple[float, float, float, str, str]:
    length_m = pair.first.length_m + pair.second.length_m
    return pair.score_yuan, pair.cost_yuan, length_m, pair.first.source.id, pair.second.source.id


def _independent(setting: Setting, usable: Sequence[int]) -> NDArray[np.bool_]:
    sources = setting.site.sources
    allowed = np.zeros((len(sources), len(sources)), dtype=bool)
    for one, other in combinations(usable, 2):
        allowed[one, other] = allowed[other, one] = independent(sources[one], sources[other])
    return allowed


def _pairs(
    setting: Setting, allowed: NDArray[np.bool_], *, n_pairs: int
) -> Iterator[tuple[Path, Path]]:
    parts = regions(
        setting.site.graph, setting.network, policy=setting.known.policy, year=setting.known.year
    )
    shared = with_shared_arcs(setting.network, setting.site.graph)
    for part in parts:
        mask = part.mask[shared.origin]
        for pair in supported_pairs(shared.network, allowed, mask=mask):
            yield _own(pair, shared, setting)
    left = allowed.copy()
    for _ in range(n_pairs):
        cheapest = disjoint_pair(shared.network, left)
        if cheapest is None:
            return
        yield _own(cheapest, shared, setting)
        one, other = cheapest.first.source, cheapest.second.source
        left[one, other] = left[other, one] = False


def _own(pair: PathPair, shared: Shared, setting: Setting) -> tuple[Path, Path]:
    """Return a pair on the arcs of the site's own network."""
    first, second = (
        path_of(setting.network, row.source, shared.origin[list(row.arcs)].tolist())
        for row in (pair.first, pair.second)
    )
    return first, second


def _why(pairs: Sequence[RoutePair]) -> Iterator[Note]:
    best = pairs[0]
    cheapest = min(pairs, key=lambda row: row.cost_yuan)
    if cheapest is best:
        yield note("no pair of independent sources costs less")
        return
    yield note(
        "{percent:.1f} % dearer than the cheapest pair ({one} and {other}), and {days:g} working"
        " days of approval less",
        percent=percent_above(best.cost_yuan, cheapest.cost_yuan),
        one=cheapest.first.source.id,
        other=cheapest.second.source.id,
        days=_days(cheapest) - _days(best),
    )


def _days(pair: RoutePair) -> float:
    return max(pair.first.days, pair.second.days)
