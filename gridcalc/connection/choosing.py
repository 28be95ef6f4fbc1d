"""Which routes are shown: all that nothing beats, the different ones among them, the best first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.connection.options import Setting, option_of
from gridcalc.connection.records import (
    Detour,
    Label,
    ParetoPoint,
    RouteOption,
    RoutePair,
    percent_above,
)
from gridcalc.connection.regions import Region, counts_cable, reg_ends_m, regions
from gridcalc.connection.tracing import Trace, trace
from gridcalc.notes import Note, note
from gridcalc.policy.permit_of_route import survey_margin_m, threshold_m
from gridcalc.routing.search.different import different_paths
from gridcalc.routing.search.pareto import pareto_paths, shortest
from gridcalc.units import PERCENT

_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chosen:
    """What is shown; see :class:`gridcalc.connection.records.Connection` for the fields."""

    pareto: tuple[ParetoPoint, ...]
    routes: tuple[RouteOption, ...]
    pairs: tuple[RoutePair, ...]
    labels: tuple[tuple[Label, ...], ...]
    detour: Detour | None
    why: tuple[Note, ...]


NOTHING = Chosen(pareto=(), routes=(), pairs=(), labels=(), detour=None, why=())


def chosen_routes(
    setting: Setting, usable: Sequence[int], *, n_routes: int, max_shared_percent: float
) -> Chosen:
    """Return the routes from one source, the recommended one first.

    Parameters
    ----------
    setting
        The site.
    usable
        Sources that can take the supply.
    n_routes
        Routes that are shown; those that stand out are always among them.
    max_shared_percent
        Length that two routes may share and still count as different. [%]
    """
    parts = regions(
        setting.site.graph,
        setting.network,
        policy=setting.known.policy,
        year=setting.known.year,
    )
    traces = _unbeaten(_found(setting, usable, parts))
    if not traces:
        return NOTHING
    ranked = sorted(traces, key=lambda row: _rank(row, setting))
    special = dict.fromkeys(row for row in _outstanding(ranked))
    others = different_paths(
        setting.network,
        [row.path for row in [*special, *ranked]],
        n_routes,
        max_shared_percent=max_shared_percent,
        sources=usable,
    )
    shown = _without_twins(
        [*special, *(trace(row, setting.network, setting.known) for row in others)]
    )
    worth_showing = [row for row in shown if row in special or _is_near(row, ranked[0], setting)]
    kept = worth_showing[: max(n_routes, len(special))]
    routes = sorted((option_of(row, setting) for row in kept), key=_score)
    return Chosen(
        pareto=tuple(_point(row, setting) for row in traces),
        routes=tuple(routes),
        pairs=(),
        labels=_labels(routes),
        detour=_detour(setting, usable, parts, traces),
        why=tuple(_why(routes, setting)),
    )


def _found(setting: Setting, usable: Sequence[int], parts: Iterable[Region]) -> Iterator[Trace]:
    for part in parts:
        for path in pareto_paths(
            setting.network, resources=part.resources, mask=part.mask, sources=usable
        ):
            yield trace(path, setting.network, setting.known)


def _unbeaten(found: Iterable[Trace]) -> list[Trace]:
    """Return the routes that no other beats in cost, length and days, cheapest first."""
    rows = sorted(found, key=lambda row: (*_criteria(row), row.path.source, row.path.arcs))
    kept: list[Trace] = []
    for row in rows:
        if not any(_beats(other, row) for other in kept):
            kept.append(row)
    return kept


def _criteria(row: Trace) -> tuple[float, float, float]:
    return row.path.cost_yuan, row.path.length_m, row.permit.max_working_days


def _beats(other: Trace, row: Trace) -> bool:
    pairs = zip(_criteria(other), _criteria(row), strict=True)
    return all(mine <= theirs + _SAME * max(1.0, abs(theirs)) for mine, theirs in pairs)


def _rank(row: Trace, setting: Setting) -> tuple[float, float, int]:
    worth = setting.day_yuan * row.permit.max_working_days
    return row.path.cost_yuan + worth, row.path.length_m, row.path.source


def _is_near(row: Trace, best: Trace, setting: Setting) -> bool:
    """Return whether a route does not cost much more than the best."""
    more = 1 + setting.known.policy.number("route.max_dearer_percent") / PERCENT
    return row.path.cost_yuan <= more * best.path.cost_yuan


def _score(row: RouteOption) -> tuple[float, float, str]:
    return row.score_yuan, row.length_m, row.source.id


def _outstanding(ranked: Sequence[Trace]) -> Iterator[Trace]:
    """Yield the recommended, the cheapest, the shortest route, and the cheapest that is filed."""
    yield ranked[0]
    yield min(ranked, key=lambda row: row.path.cost_yuan)
    yield min(ranked, key=lambda row: row.path.length_m)
    filed = [row for row in ranked if row.permit.kind == "filing"]
    if filed:
        yield min(filed, key=lambda row: row.path.cost_yuan)


def _without_twins(rows: Iterable[Trace]) -> list[Trace]:
    """Return the routes, the first of equal ones."""
    found: dict[tuple[int, tuple[int, ...]], Trace] = {}
    for row in rows:
        found.setdefault((row.path.source, row.edges), row)
    return list(found.values())


def _point(row: Trace, setting: Setting) -> ParetoPoint:
    return ParetoPoint(
        source_id=setting.site.sources[row.path.source].id,
        cost_yuan=row.path.cost_yuan,
        length_m=row.path.length_m,
        days=row.permit.max_working_days,
        permit=row.permit.kind,
    )


def _labels(routes: Sequence[RouteOption]) -> tuple[tuple[Label, ...], ...]:
    cheapest = min(range(len(routes)), key=lambda k: routes[k].cost_yuan)
    shortest_one = min(range(len(routes)), key=lambda k: routes[k].length_m)
    days = [row.days for row in routes]
    filed = [k for k, row in enumerate(routes) if row.permit.kind == "filing"]
    best = {
        "recommended": 0,
        "cheapest": cheapest,
        "shortest": shortest_one,
        "cheapest_filed": min(filed, key=lambda k: routes[k].cost_yuan) if filed else None,
    }
    if not filed and min(days) < max(days):
        best["fewest_days"] = days.index(min(days))
    names: tuple[Label, ...] = (
        "recommended",
        "cheapest",
        "shortest",
        "fewest_days",
        "cheapest_filed",
    )
    return tuple(tuple(name for name in names if best.get(name) == k) for k in range(len(routes)))


def _detour(
    setting: Setting, usable: Sequence[int], parts: Sequence[Region], traces: Sequence[Trace]
) -> Detour | None:
    """Return what filing takes; traces come cheapest first."""
    threshold = threshold_m(setting.known.policy)
    filing = next((part for part in parts if part.kind == "filing"), None)
    if threshold is None or filing is None:
        return None
    filed = next((row for row in traces if row.permit.kind == "filing"), None)
    free = filing.unlimited
    counted_m = np.append(setting.known.reg_length_m, 0.0)[setting.network.edge]
    network = replace(setting.network, length_m=counted_m)
    least = shortest(network, resources=free.resources, mask=free.mask, sources=usable)
    first_yuan = traces[0].path.cost_yuan
    extra = filed.path.cost_yuan - first_yuan if filed else None
    return Detour(
        threshold_m=threshold,
        cheapest_source_id=setting.site.sources[filed.path.source].id if filed else None,
        cheapest_length_m=filed.facts.reg_length_m if filed else None,
        extra_yuan=extra,
        extra_percent=percent_above(filed.path.cost_yuan, first_yuan) if filed else None,
        shortest_m=least.length_m + reg_ends_m(setting.known.policy) if least else None,
    )


def _why(routes: Sequence[RouteOption], setting: Setting) -> Iterator[Note]:
    """Yield why the first route is recommended."""
    best = routes[0]
    cheapest = min(routes, key=lambda row: row.cost_yuan)
    if cheapest is best:
        yield note("no route costs less")
    else:
        yield note(
            "{percent:.1f} % dearer than the cheapest route ({length:.0f} m from {source}), and"
            " {days:g} working days of approval less",
            percent=percent_above(best.cost_yuan, cheapest.cost_yuan),
            length=cheapest.length_m,
            source=cheapest.source.id,
            days=cheapest.days - best.days,
        )
    if best.permit.in_survey_margin and best.permit.threshold_m is not None:
        yield note(
            "within the survey margin of {margin:g} m: measure the route before it is handed in",
            margin=survey_margin_m(best.permit.threshold_m, setting.known.policy),
        )
    yield from length_counted([best], setting)


def length_counted(routes: Iterable[RouteOption], setting: Setting) -> Iterator[Note]:
    """Yield that the permit of a route hangs on which length counts, for the longest of them."""
    in_doubt = [row for row in routes if _hangs_on_the_length_counted(row, setting)]
    if in_doubt:
        yield note(
            "filed by the length of the route; its cable, slack and ends included, has {cable:.0f}"
            " m: ask the authority which of the two counts",
            cable=max(row.cable_length_m for row in in_doubt),
        )


def _hangs_on_the_length_counted(row: RouteOption, setting: Setting) -> bool:
    """Return whether a route is filed that is below the threshold and whose cable is above it."""
    limit_m = row.permit.threshold_m
    if row.permit.kind != "filing" or limit_m is None or counts_cable(setting.known.policy):
        return False
    return row.facts.reg_length_m <= limit_m < row.cable_length_m
