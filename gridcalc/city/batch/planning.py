"""The quick plan: works for all compounds of a chunk at once, proved by the limits themselves."""

from collections.abc import Iterator, Sequence, Set

import numpy as np

from gridcalc.city.batch.planning_costs import plan_result
from gridcalc.city.batch.planning_few import broken_for_good
from gridcalc.city.batch.planning_group import Group, Shop, group_of, shop_of
from gridcalc.city.batch.planning_judging import Judged, judged, loads_of, worst_of
from gridcalc.city.batch.planning_records import Asked, QuickPlan, Tools
from gridcalc.city.batch.planning_relieving import may_move, relieved, still_too_small
from gridcalc.demand.scenario import Scenario
from gridcalc.network.arrays import Bools

MOST_ROUNDS = 8
MARGINS = (1.02, 1.08, 1.16)
"""How much more new units are reckoned with, one after the other, until they are enough. [-]"""
_FEW_LEFT = 0.6


def quick_plans(
    asked: Sequence[Asked], tools: Tools, scenarios: Sequence[Scenario]
) -> list[QuickPlan]:
    """Return works for every compound, in order.

    Parameters
    ----------
    asked
        Compounds under one pack that break a limit; at least one.
    tools
        Equipment, pack and prices.
    scenarios
        Those asked, in order.

    Notes
    -----
    Works are larger units, larger cables and cables in parallel, taps, and new units that take
    over whole feeders. A plan is what the same limits that found the violations find none with.
    """
    shop = shop_of(tools)
    start = group_of(asked, range(len(asked)), shop)
    now = judged(start.original, loads_of(start.original, scenarios))
    found: dict[int, QuickPlan] = {}
    hopeless = broken_for_good(now, tools.catalogue)
    for i in range(len(asked)):
        if i in hopeless or not now.has_low_load[i]:
            found[i] = QuickPlan(result=None, measures=(), reason=hopeless.get(i, "low load"))
    for group, state, mine in _groups(start, now, scenarios, set(found)):
        for i, plan in _mended(group, state, mine, shop).items():
            found[i] = _better(found.get(i), plan)
    return [found[i] for i in range(len(asked))]


def _groups(
    start: Group, now: Judged, scenarios: Sequence[Scenario], done: Set[int]
) -> Iterator[tuple[Group, Judged, Bools]]:
    """Yield compounds without transfers of feeders, then with them; some are in both.

    The last of each tells which compounds of the group are meant.
    """
    left = np.ones(len(start.rows), dtype=bool)
    left[list(done)] = False
    small = still_too_small(start, now) & left
    rest = left & ~small
    moving = may_move(start, now) & rest
    if rest.any():
        yield start, now, rest
    for margin in MARGINS:
        group = relieved(start, now, small, moving, margin)
        if group is None:
            return
        state = judged(group.original, loads_of(group.original, scenarios))
        again = still_too_small(group, state) & _has_new(group) & (margin != MARGINS[-1])
        if not again.all():
            yield group, state, ~again
        small, moving = np.zeros(len(left), dtype=bool), np.zeros(len(left), dtype=bool)
        small[[group.rows[k] for k in np.flatnonzero(again).tolist()]] = True


def _better(one: QuickPlan | None, other: QuickPlan) -> QuickPlan:
    """Return the cheaper of two plans; one that is proved before one that is not."""
    if one is None or one.result is None:
        return other
    if other.result is None or one.result.cost_yuan <= other.result.cost_yuan:
        return one
    return other


def _has_new(group: Group) -> Bools:
    return np.array([bool(units) for units in group.transfers], dtype=bool)


def _mended(group: Group, now: Judged, mine: Bools, shop: Shop) -> dict[int, QuickPlan]:
    """Return the plans of some compounds of a group, round by round; who is done leaves it."""
    found: dict[int, QuickPlan] = {}
    loads, is_open = now.loads, now.broken & now.has_low_load & mine
    for _ in range(MOST_ROUNDS):
        progress = group.mend(now, is_open) if is_open.any() else is_open
        for i in np.flatnonzero(mine & ~progress).tolist():
            found[group.rows[i]] = _plan(group, now, i, shop)
        if not progress.any():
            return found
        if progress.mean() <= _FEW_LEFT:
            rows = np.flatnonzero(progress)
            loads, group = loads.of(group.original, rows.tolist()), group.of(rows)
            progress = np.ones(len(rows), dtype=bool)
        mine = progress
        group = group.built()
        now = judged(group.field, loads)
        is_open = now.broken & now.has_low_load & progress
    for i in np.flatnonzero(mine).tolist():
        found[group.rows[i]] = _plan(group, now, i, shop)
    return found


def _plan(group: Group, now: Judged, i: int, shop: Shop) -> QuickPlan:
    works = group.works(i)
    if now.broken[i]:
        return QuickPlan(result=None, measures=works.measures, reason=worst_of(now, i))
    reason = group.few_broken(i)
    if reason:
        return QuickPlan(result=None, measures=works.measures, reason=reason)
    result = plan_result(group.stubs[i], works, group.laid(i, works), shop.tools, shop.bills)
    return QuickPlan(result=result, measures=works.measures, reason="")
