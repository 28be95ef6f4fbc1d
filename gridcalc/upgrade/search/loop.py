"""The search: cheapest selection, judged; what it breaks becomes cuts; again, until it holds."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from gridcalc.checks.run import LOAD_CHECKS, Key
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.units import PERCENT
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.lookup import substation_of
from gridcalc.upgrade.measures import OrderlyCharging
from gridcalc.upgrade.search.capacity import capacities
from gridcalc.upgrade.search.cuts import cuts_of
from gridcalc.upgrade.search.fixed_days import fixed_days, station_days
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Broken, Criteria, heaviest_unhelped, judge
from gridcalc.upgrade.search.learned import Effort, Found, Record
from gridcalc.upgrade.search.master import Known, conflicting
from gridcalc.upgrade.search.patterns import patterns_of
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.repair import repaired
from gridcalc.upgrade.search.space import Selection, Space, Var, measures_of
from gridcalc.upgrade.search.tools import Tools, calibrate, larger_units, with_losses

_OF_LOAD = frozenset(row.__name__.replace("_", ".", 1) for row in LOAD_CHECKS) - {"supply.mode"}
"""Checks whose limits are a matter of strength; the other limits no works here can change."""

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
    progress: Callable[[int, float], None] | None = None,
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
    progress
        Called with the number of plans judged and the lower bound [yuan].

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
        progress=progress or _silent,
    )
    if known.plan is not None:
        plan = _below(tools, record, known.plan, effort)
        return _bounded(tools, record, _polished(tools, record, plan, effort), effort)
    first = _plan(tools, record, effort)
    if isinstance(first, Found):
        return first
    found = _bounded(tools, record, _polished(tools, record, first, effort), effort)
    return _sharpened(tools, record, found)


def _silent(_: int, __: float) -> None:
    pass


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
        hopeless = _learn(tools, tried, broken, record)
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
        if _learn(tools, low.selection, broken, record):
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
        if _learn(tools, best.selection, broken, record):
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
        _learn(tools, low.selection, broken, record)


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
    record.n_judged += 1
    return judged(tools.space, tools.criteria, selection, ignored=record.ignored)


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


def _learn(
    tools: Tools, selection: Selection, broken: Sequence[Broken], record: Record
) -> tuple[Broken, ...]:
    """Add the cuts of broken limits; return those that nothing in the space can mend.

    A limit that is no matter of strength, such as the floor of a substation, is left as it is
    and told.
    """
    hopeless: list[Broken] = []
    space = tools.space
    if record.base is None and not selection:
        record.base = heaviest_unhelped(tools.criteria, broken[0].state)
    _combine(space, broken, record)
    _add_days(tools, selection, broken, record)
    for cut in cuts_of(space, selection, broken):
        if cut.is_guide:
            _guide(record, cut)
        elif cut.can_be_met:
            record.cuts.append(cut)
        elif cut.reason.finding.check in _OF_LOAD:
            hopeless.append(cut.reason)
        else:
            record.left_open[cut.reason.finding.key] = cut.reason
    return tuple(hopeless)


def _guide(record: Record, guide: Cut) -> None:
    if record.may_guide and guide.can_be_met:
        record.guides.append(guide)


def _combine(space: Space, broken: Sequence[Broken], record: Record) -> None:
    """Add what feeders of substations with too small units load a transformer with together."""
    base = record.base
    if base is None or base.facts.days is not None:
        return
    units = {unit.id for unit in space.compound.transformers}
    for row in broken:
        finding = row.finding
        if finding.check != "transformer.loading" or finding.element not in units:
            continue
        station = substation_of(space.compound, finding.element).id
        if station not in record.combined:
            record.combined.add(station)
            found = list(capacities(space, base, station, row))
            record.waiting += patterns_of(space, base, station)
            record.capacities += found
            record.cuts += [entry.cut for entry in found]


def _add_days(tools: Tools, selection: Selection, broken: Sequence[Broken], record: Record) -> None:
    """Be guided by what nobody controls on simulated days that overload a unit."""
    space = tools.space
    if record.as_is is None and not selection and broken[0].state.facts.days is not None:
        record.as_is = broken[0].state
    if record.as_is is None or space.compound.metered:
        return
    units = {unit.id for unit in space.compound.transformers}
    known = {unit for row in record.on_days for unit in row.units}
    for row in broken:
        finding, facts = row.finding, row.state.facts
        of_unit = finding.check == "transformer.loading" and finding.element in units - known
        if facts.days is None or not of_unit:
            continue
        if record.fixed is None:
            record.fixed = fixed_days(record.as_is, tools.criteria)
        station = substation_of(space.compound, finding.element).id
        added = station_days(space, record.fixed, station, row)
        known |= set(added.units)
        record.on_days.append(added)
        for guide in added.totals():
            if guide.at_least > 0:
                _guide(record, guide)
    for loaded in record.on_days:
        for guide in loaded.covers(selection):
            _guide(record, guide)


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
