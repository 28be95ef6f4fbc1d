"""What is searched for: two criteria, limits, and bounds on what every node still needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from gridcalc.routing.search.counted import counted, largest_allowed
from gridcalc.routing.search.inward import (
    Bools,
    Floats,
    Ints,
    Inward,
    Tree,
    shortest_tree,
    way,
)
from gridcalc.routing.search.network import Resource, RouteNetwork
from gridcalc.routing.search.shortest import allowed_arcs, inward_of

Criterion = Literal["cost", "length"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limits:
    """What a route may use.

    Parameters
    ----------
    resources
        What is counted.
    mask
        Arcs that may be used; all if None. shape (n_arcs,)
    sources
        Indices of the sources it may start at; all if None.
    """

    resources: tuple[Resource, ...]
    mask: Bools | None
    sources: Sequence[int] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """Something that adds up along a route, in whole steps.

    Parameters
    ----------
    per_arc
        shape (n_arcs,)
    at_start
        What each source adds. shape (n_sources,)
    most
        Largest sum allowed.
    tree
        Least that is needed from every node to the target.
    """

    per_arc: Floats
    at_start: Floats
    most: float
    tree: Tree

    def total(self, source: int, arcs: Sequence[int]) -> float:
        """Return the sum of a route."""
        return float(self.at_start[source] + self.per_arc[np.asarray(arcs, dtype=np.int64)].sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """Routes from the sources to the target, smallest in ``first`` and ``second``.

    Parameters
    ----------
    network
        Where they run.
    allowed
        Arcs that may be used, increasing.
    inward
        The same by their head.
    sources
        Indices of sources, increasing.
    first, second
        The criteria; the search goes by the first.
    uses
        What else has a limit.
    """

    network: RouteNetwork
    allowed: Ints
    inward: Inward
    sources: Ints
    first: Counted
    second: Counted
    uses: tuple[Counted, ...]


def ask(network: RouteNetwork, limits: Limits, *, by: Criterion) -> Question:
    """Return the question with its bounds: one search from the target for each quantity."""
    allowed = allowed_arcs(network, limits.mask)
    inward = inward_of(network, allowed)
    nothing = np.zeros(len(network.start))

    def bounded(per_arc: Floats, at_start: Floats, most: float) -> Counted:
        steps = counted(per_arc)
        return Counted(
            per_arc=steps, at_start=at_start, most=most, tree=shortest_tree(inward, steps)
        )

    is_length = [np.array_equal(row.per_arc, network.length_m) for row in limits.resources]
    most_length = min(
        (
            largest_allowed(row)
            for row, is_it in zip(limits.resources, is_length, strict=True)
            if is_it
        ),
        default=np.inf,
    )
    cost = bounded(network.cost_yuan, counted(network.start_cost_yuan), np.inf)
    length = bounded(network.length_m, nothing, most_length)
    chosen = range(len(network.start)) if limits.sources is None else sorted(set(limits.sources))
    return Question(
        network=network,
        allowed=allowed,
        inward=inward,
        sources=np.array(chosen, dtype=np.int64),
        first=cost if by == "cost" else length,
        second=length if by == "cost" else cost,
        uses=tuple(
            bounded(row.per_arc, nothing, largest_allowed(row))
            for row, is_it in zip(limits.resources, is_length, strict=True)
            if not is_it
        ),
    )


def narrowed(question: Question) -> Question:
    """Return the question with largest sums of the criteria that good routes do not exceed.

    None needs more of the first than the best route by the second has, and the other way round;
    where that route breaks a limit it says nothing.
    """
    first, second = question.first, question.second
    by_first, by_second = best_way(question, first), best_way(question, second)
    if by_first is not None and is_allowed(question, *by_first):
        second = capped(second, second.total(*by_first))
    if by_second is not None and is_allowed(question, *by_second):
        first = capped(first, first.total(*by_second))
    return replace(question, first=first, second=second)


def capped(row: Counted, most: float) -> Counted:
    """Return a quantity of which no more than ``most`` is allowed."""
    return replace(row, most=min(row.most, most))


def reduced_to(question: Question, allowed: Ints) -> Question:
    """Return the question with fewer arcs, and the bounds that follow."""
    inward = inward_of(question.network, allowed)

    def bounded(row: Counted) -> Counted:
        return replace(row, tree=shortest_tree(inward, row.per_arc))

    return replace(
        question,
        allowed=allowed,
        inward=inward,
        first=bounded(question.first),
        second=bounded(question.second),
        uses=tuple(bounded(row) for row in question.uses),
    )


def priced(question: Question, row: Counted, other: Counted, price: float) -> Counted:
    """Return the sum of two quantities, the other one at a price."""
    per_arc = row.per_arc + price * other.per_arc
    return Counted(
        per_arc=per_arc,
        at_start=row.at_start + price * other.at_start,
        most=np.inf,
        tree=shortest_tree(question.inward, per_arc),
    )


def is_allowed(question: Question, source: int, arcs: Sequence[int]) -> bool:
    """Return whether a route keeps every limit."""
    rows = (question.first, question.second, *question.uses)
    return all(row.total(source, arcs) <= row.most for row in rows)


def best_way(question: Question, row: Counted) -> tuple[int, list[int]] | None:
    """Return the source and the arcs of the route with the least of one quantity."""
    node = question.network.start[question.sources]
    total = row.at_start[question.sources] + row.tree.total[node]
    if not len(total) or not np.isfinite(total.min()):
        return None
    place = int(np.argmin(total))
    arcs = way(question.inward, row.tree, row.per_arc, int(node[place]))
    return int(question.sources[place]), arcs
