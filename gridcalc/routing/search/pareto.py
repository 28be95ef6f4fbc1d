"""Exact searches: every route that is not dominated, the cheapest, the shortest, under limits."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from gridcalc.routing.search.counted import SAME
from gridcalc.routing.search.inward import Bools
from gridcalc.routing.search.labels import Found, all_criteria, two_criteria
from gridcalc.routing.search.narrowing import within_limit
from gridcalc.routing.search.network import Path, Resource, RouteNetwork, path_of
from gridcalc.routing.search.question import Criterion, Limits, Question, ask, capped, narrowed
from gridcalc.routing.search.space import Space, lay_out


def pareto_paths(
    network: RouteNetwork,
    *,
    resources: Sequence[Resource] = (),
    mask: Bools | None = None,
    max_length_m: float | None = None,
    sources: Sequence[int] | None = None,
) -> tuple[Path, ...]:
    """Return all routes to the target of which none is both cheaper and shorter.

    The source is chosen together with the route. There is one route for each pair of cost and
    length that is not dominated, in order of cost; among equal ones that of the first source, and
    of its equal ones always the same. Differences below ``SAME`` do not count.

    Parameters
    ----------
    network
        Where routes run.
    resources
        What is limited along a route.
    mask
        Arcs that may be used; all if None. shape (n_arcs,)
    max_length_m
        Largest length of route, itself allowed. [m]
    sources
        Indices of the sources a route may start at; all if None.
    """
    limits = _limits(network, resources, mask, max_length_m, sources)
    found = _all(ask(network, limits, by="cost"))
    return non_dominated([path_of(network, row.source, row.arcs) for row in found])


def least_cost(
    network: RouteNetwork,
    *,
    resources: Sequence[Resource] = (),
    mask: Bools | None = None,
    max_length_m: float | None = None,
    sources: Sequence[int] | None = None,
) -> Path | None:
    """Return the cheapest route within the limits, the shortest of equal ones; None without one.

    Parameters are those of `pareto_paths`.
    """
    limits = _limits(network, resources, mask, max_length_m, sources)
    return _best(network, limits, by="cost")


def shortest(
    network: RouteNetwork,
    *,
    resources: Sequence[Resource] = (),
    mask: Bools | None = None,
    max_length_m: float | None = None,
    sources: Sequence[int] | None = None,
) -> Path | None:
    """Return the shortest route within the limits, the cheapest of equal ones; None without one.

    Parameters are those of `pareto_paths`.
    """
    limits = _limits(network, resources, mask, max_length_m, sources)
    return _best(network, limits, by="length")


def non_dominated(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the routes of which none is both cheaper and shorter, in order of cost.

    Of equal routes it keeps the one of the first source, then of the smallest arcs.
    """
    kept: list[Path] = []
    for path in sorted(paths, key=lambda row: (row.cost_yuan, row.length_m, row.source, row.arcs)):
        if kept and path.length_m >= kept[-1].length_m - SAME:
            continue
        if kept and path.cost_yuan <= kept[-1].cost_yuan + SAME:
            kept.pop()
        kept.append(path)
    return tuple(kept)


def _limits(
    network: RouteNetwork,
    resources: Sequence[Resource],
    mask: Bools | None,
    max_length_m: float | None,
    sources: Sequence[int] | None,
) -> Limits:
    rows = tuple(resources)
    if max_length_m is not None:
        rows += (Resource(name="length_m", per_arc=network.length_m, limit=max_length_m),)
    return Limits(resources=rows, mask=mask, sources=sources)


def _best(network: RouteNetwork, limits: Limits, *, by: Criterion) -> Path | None:
    found = _first(ask(network, limits, by=by))
    return None if found is None else path_of(network, found.source, found.arcs)


def _all(question: Question) -> list[Found]:
    """Return all that is not dominated; with limits that matter, between its two ends.

    What is not dominated without a limit and keeps it is not dominated with it either.
    """
    found = list(two_criteria(lay_out(narrowed(question), ())))
    active = _broken(question, found)
    if not active:
        return found
    low, high = _first(question), _first(_turned(question))
    if low is None or high is None:
        return []
    first, second = question.first, question.second
    question = replace(
        question,
        first=capped(first, first.total(high.source, high.arcs)),
        second=capped(second, second.total(low.source, low.arcs)),
    )
    for _ in question.uses:
        narrow = _turned(_within(_turned(_within(question, active)), active))
        found = list(all_criteria(lay_out(narrow, active, _bounds(question, narrow))))
        more = _broken(question, found)
        if not more:
            break
        active += more
    return found


def _first(question: Question) -> Found | None:
    """Return the best route by the first criterion, of equal ones the best by the second.

    Limits that the best route without them breaks are watched, the others left aside until they
    are broken too. Each time the search goes first without the second criterion, which finds
    how little of the first is possible.
    """
    found = list(islice(two_criteria(lay_out(narrowed(question), ())), 1))
    active: list[int] = []
    for _ in question.uses:
        more = _broken(question, found)
        if not more:
            break
        active += more
        asked = replace(question, uses=tuple(question.uses[index] for index in active))
        least = _least(asked)
        if least is None:
            return None
        every = range(len(active))
        narrow = _within(replace(asked, first=capped(asked.first, least)), every)
        found = list(islice(all_criteria(lay_out(narrow, every, _bounds(asked, narrow))), 1))
    return found[0] if found else None


def _least(question: Question) -> float | None:
    """Return the least of the first criterion within limits, whatever the second then is."""
    watched = [*question.uses]
    if not np.isinf(question.second.most):
        watched.append(question.second)
    row = replace(question, second=watched[0], uses=tuple(watched))
    row = _within(row, range(len(watched)), only_best=True)
    row = replace(row, second=row.uses[0], uses=row.uses[1:])
    found = list(islice(_routes(lay_out(row, range(len(watched) - 1))), 1))
    return question.first.total(found[0].source, found[0].arcs) if found else None


def _within(question: Question, active: Sequence[int], *, only_best: bool = False) -> Question:
    for index in active:
        question = within_limit(question, index, only_best=only_best)
    return question


def _bounds(question: Question, narrow: Question) -> range:
    """Return the places of the bounds that narrowing added to the quantities."""
    return range(len(question.uses), len(narrow.uses))


def _turned(question: Question) -> Question:
    """Return the question that goes by the second criterion."""
    return replace(question, first=question.second, second=question.first)


def _broken(question: Question, found: Sequence[Found]) -> list[int]:
    """Return the quantities of which a route found has too much."""
    return [
        index
        for index, row in enumerate(question.uses)
        if any(row.total(route.source, route.arcs) > row.most for route in found)
    ]


def _routes(space: Space) -> Iterator[Found]:
    return all_criteria(space) if space.most_use else two_criteria(space)
