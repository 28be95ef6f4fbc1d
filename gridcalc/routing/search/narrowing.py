"""Lagrangian bounds: arcs are left out that no good route within a limit can use.

A route within a limit on ``use`` costs at least its cost + price · (use - limit), whatever the
price of the use. Where the shortest way by cost + price · use through an arc comes to more than
a route within the limits that is known, plus price · limit, the arc is of no use to a cheaper one.
"""

from dataclasses import dataclass, replace

import numpy as np

from gridcalc.routing.search.inward import Floats, Ints, arcs_inward, shortest_tree
from gridcalc.routing.search.question import (
    Counted,
    Question,
    best_way,
    is_allowed,
    priced,
    reduced_to,
)

MAX_PRICES = 12
ROUNDING = 1e-9
"""Of sums with a price that is no whole number, as a part of the sum. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dual:
    """The price of a use at which the bound is best, and the least known within all limits."""

    price: float
    least: float


def within_limit(question: Question, index: int, *, only_best: bool) -> Question:
    """Return the question without arcs that a limit makes useless; without any if it must break.

    The bound itself is added as the last of its quantities, for searches to watch on the way.

    Parameters
    ----------
    question
        Routes with little of its first criterion are wanted.
    index
        The quantity whose limit it is.
    only_best
        Routes that are worse by the first criterion than a known one are not wanted either.
    """
    use = question.uses[index]
    dual = _dual(question, use)
    if dual is None:
        return reduced_to(question, question.allowed[:0])
    least = min(dual.least, question.first.most) if only_best else question.first.most
    if np.isinf(least):
        return question
    combined = priced(question, question.first, use, dual.price)
    most = (least + dual.price * use.most) * (1.0 + ROUNDING)
    bound = replace(combined, most=most)
    question = replace(question, uses=(*question.uses, bound))
    return reduced_to(question, _kept(question, bound))


def _dual(question: Question, use: Counted) -> Dual | None:
    """Return the best price by going from two routes to the one below the line between them."""
    first = question.first
    best, frugal = best_way(question, first), best_way(question, use)
    if best is None or frugal is None or use.total(*frugal) > use.most:
        return None
    routes = [best, frugal]
    over, under = ((first.total(*row), use.total(*row)) for row in routes)
    price = 0.0
    for _ in range(MAX_PRICES):
        if over[1] <= use.most or over[1] <= under[1]:
            break
        price = (under[0] - over[0]) / (over[1] - under[1])
        found = best_way(question, priced(question, first, use, price))
        assert found is not None  # noqa: S101  both ends are routes
        routes.append(found)
        point = (first.total(*found), use.total(*found))
        line = over[0] + price * over[1]
        if point[0] + price * point[1] >= line * (1.0 - ROUNDING):
            break
        over, under = (point, under) if point[1] > use.most else (over, point)
    known = [first.total(*row) for row in routes if is_allowed(question, *row)]
    return Dual(price=price, least=min(known, default=np.inf))


def _kept(question: Question, row: Counted) -> Ints:
    """Return the arcs on ways from a source to the target that keep the limit of a quantity."""
    network, arcs = question.network, question.allowed
    through = _from_sources(question, row)[network.tail[arcs]] + row.per_arc[arcs]
    through += row.tree.total[network.head[arcs]]
    return arcs[through <= row.most]


def _from_sources(question: Question, row: Counted) -> Floats:
    """Return the least from any source to every node."""
    network, sources, n = question.network, question.sources, question.network.n_nodes
    tail = np.concatenate([network.tail, np.full(len(sources), n)])
    head = np.concatenate([network.head, network.start[sources]])
    entrance = len(network.tail) + np.arange(len(sources))
    turned = arcs_inward(
        n_nodes=n + 1,
        target=n,
        tail=head,
        head=tail,
        allowed=np.concatenate([question.allowed, entrance]),
    )
    weight = np.concatenate([row.per_arc, row.at_start[sources]])
    return shortest_tree(turned, weight).total
