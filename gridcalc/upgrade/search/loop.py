"""The search: cheapest selection, judged; what it breaks becomes cuts; again, until it holds."""

from collections.abc import Sequence
from dataclasses import replace

from gridcalc.checks.run import Key
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.units import PERCENT
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.measures import OrderlyCharging
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Broken, Criteria, judge
from gridcalc.upgrade.search.learned import Effort, Found, Record
from gridcalc.upgrade.search.learning import learn
from gridcalc.upgrade.search.master import Known, conflicting
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.repair import repaired
from gridcalc.upgrade.search.space import Selection, Space, Var, measures_of
from gridcalc.upgrade.search.tools import Tools, calibrate, larger_units, with_losses
from gridcalc.upgrade.search.watch import UNWATCHED, SearchStoppedError, Watch

NOTHING = Known(cuts=())
EXACT = Effort(max_judged=1000)
_FULL = 1e-6
_PROGRESS = 1e-3
"""By how much a lower bound has to rise to count as better. [-]"""
_SHARP = 0.001
"""Gap of the last program, on which the reported bound rests. [-]"""
_FEW_STEPS = 12
"""Steps in which a plan that nearly holds is mended; each is one plan judged."""
_SAME_YUAN = 0.5
"""Costs that differ by less are the same. [yuan]"""


def search(
    space: Space,
    criteria: Criteria,
    costs: Costs,
    *,
    effort: Effort = EXACT,
    known: Known = NOTHING,
    allowed: frozenset[Var] | None = None,
    watch: Watch = UNWATCHED,
) -> Found:
    """Return the cheapest plan that breaks no limit, or what blocks it.

    Parameters
    ----------
    space
        What may be built.
    criteria
        What is to be met.
    costs
        Of the options.
    effort
        How far to go.
    known
        What an earlier search learned with the same space and criteria.
    allowed
        Options that may be taken; ``None`` for all.
    watch
        Is told how far the search is, and may stop it once a plan is at hand.

    Notes
    -----
    The cuts are valid for every plan that holds, so the cheapest selection that obeys them costs
    no more than the best plan; once it holds itself, it is the best plan.
    """
    record = Record.after(known)
    tools = Tools(
        space=space,
        criteria=criteria,
        costs=costs,
        allowed=allowed,
        gap=effort.max_gap_percent / PERCENT,
        watch=watch,
    )
    try:
        return _searched(tools, record, known.plan, effort)
    except SearchStoppedError:
        return _so_far(replace(tools, watch=UNWATCHED), record)


def _searched(tools: Tools, record: Record, given: Selection | None, effort: Effort) -> Found:
    if given is not None:
        plan = _below(tools, record, given, effort)
        return _bounded(tools, record, _polished(tools, record, plan, effort), effort)
    first = _plan(tools, record, effort)
    if isinstance(first, Found):
        return first
    found = _bounded(tools, record, _polished(tools, record, first, effort), effort)
    return _sharpened(tools, record, found)


def _so_far(tools: Tools, record: Record) -> Found:
    """Return the cheapest plan that a stopped search holds, and what is proven about cheaper ones.

    Where the bound meets the plan there is nothing left to search.
    """
    if record.plan is None:
        return replace(_blocked(record, ()), stopped=True)
    cost = tools.costs.plan_yuan(record.plan)
    low = tools.cheapest(record, []) if record.bound_yuan is None else None
    proven = record.bound_yuan
    bound = cost if low is None and proven is None else min(cost, proven or 0.0)
    found = _found(tools.space, record, record.plan, cost, bound)
    return replace(found, stopped=cost - bound > max(_SAME_YUAN, tools.gap * cost))


def _plan(tools: Tools, record: Record, effort: Effort) -> Selection | Found:
    """Return a plan that holds, found with cuts and guesses; or that there is none."""
    guesses: list[Cut] = []
    n_tried = 0
    while True:
        n_tried += 1
        best = tools.cheapest(record, [*guesses, *record.guides])
        if best is None and guesses:
            guesses.clear()
            record.may_guess = False
            continue
        if best is None and record.guides:
            record.drop_guides()
            continue
        if best is None:
            blocking = conflicting(tools.space, tools.costs, record.known, tools.allowed)
            return _blocked(record, blocking)
        tried, fill = tools.balanced(record, [*guesses, *record.guides], best.selection)
        if fill > 1 + _FULL and record.may_guess and n_tried < effort.max_judged:
            guesses += larger_units(tools, tried, record)
            continue
        broken = _judged(tools, tried, record)
        if not broken:
            return tried
        hopeless = learn(tools, tried, broken, record)
        if hopeless:
            return _blocked(record, hopeless)
        calibrate(record, tools, tried, broken)
        if max(record.n_judged, n_tried) >= effort.max_judged:
            return (
                _completed(tools, record, tried) if effort.completes else _blocked(record, broken)
            )


def _below(tools: Tools, record: Record, plan: Selection, effort: Effort) -> Selection:
    """Return the cheapest plan by what is known where it holds, else a plan known to hold."""
    for _ in range(effort.max_judged):
        low = tools.cheapest(record, record.guides)
        if low is None or low.cost_yuan >= tools.costs.plan_yuan(plan) - _SAME_YUAN:
            return plan
        broken = _judged(tools, low.selection, record)
        if not broken:
            return low.selection
        if learn(tools, low.selection, broken, record):
            return plan
    return plan


def _polished(tools: Tools, record: Record, plan: Selection, effort: Effort) -> Selection:
    """Return a cheaper plan if the cheapest with losses as seen so far, or a few more, holds."""
    cost = tools.costs.plan_yuan(plan)
    for _ in range(min(_FEW_STEPS, effort.max_judged)):
        guesses = with_losses(record)
        best = tools.cheapest(record, [*guesses, *record.guides]) if guesses else None
        if best is None or best.cost_yuan >= cost - _SAME_YUAN:
            return plan
        broken = _judged(tools, best.selection, record)
        if not broken:
            return best.selection
        if learn(tools, best.selection, broken, record):
            return plan
        calibrate(record, tools, best.selection, broken)
    return plan


def _bounded(tools: Tools, record: Record, plan: Selection, effort: Effort) -> Found:
    """Raise the lower bound until it meets the plan, a cheaper plan holds, or effort is spent."""
    cost = tools.costs.plan_yuan(plan)
    bound, stalled = 0.0, 0
    while True:
        low = tools.cheapest(record, [])
        if low is None:
            return _found(tools.space, record, plan, cost, cost)
        stalled = 0 if low.bound_yuan > bound * (1 + _PROGRESS) else stalled + 1
        bound = max(bound, low.bound_yuan)
        if cost - low.bound_yuan <= max(_SAME_YUAN, effort.max_gap_percent / PERCENT * cost):
            return _found(tools.space, record, plan, cost, min(cost, bound))
        if record.n_judged >= effort.max_judged or stalled >= effort.patience:
            plan, cost = _cheaper(tools, record, plan, low.selection, effort)
            return _found(tools.space, record, plan, cost, min(cost, bound))
        broken = _judged(tools, low.selection, record)
        if not broken:
            lower = tools.costs.plan_yuan(low.selection)
            plan, cost = (low.selection, lower) if lower < cost else (plan, cost)
            return _found(tools.space, record, plan, cost, min(cost, bound))
        learn(tools, low.selection, broken, record)


def _sharpened(tools: Tools, record: Record, found: Found) -> Found:
    """Return what was found, its bound raised by solving the last program more exactly."""
    if found.lower_bound_yuan >= (1 - tools.gap) * found.cost_yuan:
        return found
    low = replace(tools, gap=min(tools.gap, _SHARP)).cheapest(record, [])
    bound = found.cost_yuan if low is None else min(low.bound_yuan, found.cost_yuan)
    return replace(found, lower_bound_yuan=max(bound, found.lower_bound_yuan))


def _cheaper(
    tools: Tools, record: Record, plan: Selection, low: Selection, effort: Effort
) -> tuple[Selection, float]:
    """Return a plan or, where it costs less, what few steps make of one that nearly holds."""

    def broken_by(grown: Selection) -> tuple[Broken, ...]:
        return _judged(tools, grown, record)

    cost = tools.costs.plan_yuan(plan)
    n_steps = min(_FEW_STEPS, effort.max_judged)
    grown = repaired(tools.space, tools.costs, low, broken_by, max_steps=n_steps, below_yuan=cost)
    if grown is None or tools.costs.plan_yuan(grown) >= cost:
        return plan, cost
    return grown, tools.costs.plan_yuan(grown)


def _judged(tools: Tools, selection: Selection, record: Record) -> tuple[Broken, ...]:
    tools.look_up(record)
    record.n_judged += 1
    broken = judged(tools.space, tools.criteria, selection, ignored=record.ignored)
    if not broken:
        record.keep(selection, tools.costs.plan_yuan(selection))
    return broken


def judged(
    space: Space, criteria: Criteria, selection: Selection, *, ignored: dict[Key, float]
) -> tuple[Broken, ...]:
    """Return the limits that a selection breaks."""
    measures = measures_of(space, selection)
    control = [OrderlyCharging()] if criteria.control else []

    def compound() -> Compound:
        after = apply(space.as_read, [*control, *measures], catalogue=space.catalogue)
        return resolve_defaults(after, space.policy).compound

    plan = criteria.seen_or((space, criteria.control, measures), compound)
    built = frozenset(measure.element for measure in measures)
    return judge(plan, criteria, built=built, ignored=ignored)


def _blocked(record: Record, broken: Sequence[Broken]) -> Found:
    return Found(
        selection=None,
        measures=(),
        cost_yuan=0.0,
        lower_bound_yuan=0.0,
        blocked_by=tuple(broken),
        open=tuple(record.left_open.values()),
        known=record.known,
        n_judged=record.n_judged,
    )


def _found(
    space: Space, record: Record, selection: Selection, cost_yuan: float, bound_yuan: float
) -> Found:
    return Found(
        selection=selection,
        measures=measures_of(space, selection),
        cost_yuan=cost_yuan,
        lower_bound_yuan=bound_yuan,
        blocked_by=(),
        open=tuple(record.left_open.values()),
        known=record.known,
        n_judged=record.n_judged,
    )


def _completed(tools: Tools, record: Record, start: Selection) -> Selection | Found:
    """Return a plan found step by step from the best selection so far; or that there is none."""

    def broken_by(plan: Selection) -> tuple[Broken, ...]:
        return _judged(tools, plan, record)

    plan = repaired(tools.space, tools.costs, start, broken_by)
    return _blocked(record, broken_by(start)) if plan is None else plan


__all__ = ["EXACT", "Effort", "Found", "judged", "search"]
