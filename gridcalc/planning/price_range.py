"""Does the choice hold over the range of prices: the cheapest plan at either end of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gridcalc.planning.answering import plan_measures
from gridcalc.planning.context import Planning
from gridcalc.planning.costing import priced
from gridcalc.planning.records import PRICE_ENDS, PriceCheck, PriceEnd, Strategy
from gridcalc.planning.watching import END_NAMES, NAMES
from gridcalc.upgrade.search.loop import Found, search
from gridcalc.upgrade.search.pricing import PriceLevel
from gridcalc.upgrade.search.space import Selection

_SAME_YUAN = 0.5
_MAX_JUDGED = 4
"""Plans judged at one end: what is asked is whether another plan is cheaper there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtEnd:
    """The cheapest plan found at an end of the price range, and what no plan undercuts. [yuan]."""

    cost_yuan: float
    lower_bound_yuan: float


AtEnds = Mapping[tuple[Strategy, PriceEnd], AtEnd]
"""The cheapest plan of each strategy at each end of the price range."""


def cheapest_at_ends(planning: Planning, found: Mapping[Strategy, Found]) -> AtEnds:
    """Return the cheapest plans with all prices at one end of their range.

    Those whose search was stopped are left out.
    """
    return {
        (strategy, end): best
        for strategy, row in found.items()
        for end in PRICE_ENDS
        if (best := _cheapest(planning, row, strategy, end)) is not None
    }


def price_checks(
    planning: Planning,
    found: Mapping[Strategy, Found],
    ends: AtEnds,
    strategies: Sequence[Strategy],
    chosen: Strategy,
) -> tuple[PriceCheck, ...]:
    """Return whether the plan stays the cheapest with all prices at one end of their range.

    An end at which not all that compete were searched is left out, and so are both where a search
    at typical prices was stopped already.

    Parameters
    ----------
    planning, found, ends
        What is asked, the plans at typical prices, and those at the ends of the range.
    strategies
        Which of them compete.
    chosen
        The one whose plan is looked at.
    """
    plan = found[chosen].selection
    if plan is None or not plan_measures(planning, chosen, found[chosen]):
        return ()
    rows = []
    for end in PRICE_ENDS:
        if any(found[row].stopped or (row, end) not in ends for row in strategies):
            continue
        known = {row: ends[row, end] for row in strategies}
        mine = _yuan(planning, plan, chosen, end)
        cheapest_yuan = min([mine, *(row.cost_yuan for row in known.values())])
        bound_yuan = min([cheapest_yuan, *(row.lower_bound_yuan for row in known.values())])
        rows.append(
            PriceCheck(
                end=end,
                plan_yuan=mine,
                cheapest_yuan=cheapest_yuan,
                same_plan=mine <= cheapest_yuan + _SAME_YUAN,
                lower_bound_yuan=bound_yuan,
            )
        )
    return tuple(rows)


def _cheapest(planning: Planning, found: Found, strategy: Strategy, end: PriceEnd) -> AtEnd | None:
    """Return the cheapest plan at one end; what the search learned holds for any price.

    ``None`` without a plan, and where the search was stopped.
    """
    if found.selection is None:
        return None
    if not found.selection:
        cost_yuan = _yuan(planning, found.selection, strategy, end)
        return AtEnd(cost_yuan=cost_yuan, lower_bound_yuan=cost_yuan)
    more_yuan = control_yuan(planning, strategy, end)
    again = search(
        planning.space,
        planning.criteria_of(strategy),
        planning.costs.at(end),
        effort=replace(planning.effort, max_judged=_MAX_JUDGED, patience=1, completes=False),
        known=replace(found.known, plan=found.selection),
        watch=planning.watch(f"{END_NAMES[end]}: {NAMES[strategy]}", more_yuan=more_yuan),
    )
    if again.stopped:
        return None
    plan = found.selection if again.selection is None else again.selection
    return AtEnd(
        cost_yuan=_yuan(planning, plan, strategy, end),
        lower_bound_yuan=again.lower_bound_yuan + more_yuan,
    )


def _yuan(planning: Planning, plan: Selection, strategy: Strategy, end: PriceEnd) -> float:
    return planning.costs.at(end).plan_yuan(plan) + control_yuan(planning, strategy, end)


def control_yuan(planning: Planning, strategy: Strategy, level: PriceLevel) -> float:
    """Return what orderly charging costs in a strategy; no option of a search holds it [yuan]."""
    control = planning.control if strategy == "orderly" else ()
    return float(getattr(priced(planning.space, control).bill.cost_yuan, level))
