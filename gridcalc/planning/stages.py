"""The least-cost plan in stages: nothing an earlier stage builds is replaced by a later one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gridcalc.cost import Money, Quantity
from gridcalc.demand.scenario import Scenario, parse_scenario
from gridcalc.planning.context import Planning
from gridcalc.planning.costing import priced, together
from gridcalc.planning.records import Answer, Stage, Strategy, Works
from gridcalc.units import PERCENT
from gridcalc.upgrade.measures import Measure, OrderlyCharging
from gridcalc.upgrade.quantities import quantities_of
from gridcalc.upgrade.search.judge import Criteria
from gridcalc.upgrade.search.loop import Found, judged, search
from gridcalc.upgrade.search.space import Selection, Var, feeder_place, measures_of
from gridcalc.upgrade.search.watch import SearchStoppedError

STAGES_PERCENT = (30, 50)
"""Private bays with a charger in the stages before the last one. [%]"""
_CHARGER = "orderly.charger"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """What has been built up to a stage, and whether control is part of it."""

    selection: Selection
    control: bool


def stages_of(
    planning: Planning, least: Answer, strategy: Strategy, found: Found
) -> tuple[Stage, ...]:
    """Return the stages of the least-cost plan; none where it has no works or adds no chargers.

    Going back from the last stage, each earlier one takes the cheapest part of the next one's
    works that carries its chargers. So the stages together cost what the plan costs.

    Parameters
    ----------
    planning
        What is asked.
    least
        The least-cost answer.
    strategy, found
        The search it comes from.

    Raises
    ------
    SearchStoppedError
        Whoever waits does not want the stages.
    """
    last = planning.criteria.scenarios[-1]
    if not least.works or not last.ev_share or found.selection is None:
        return ()
    shares = [share for share in STAGES_PERCENT if share < PERCENT * last.ev_share]
    built = _Built(selection=found.selection, control=strategy == "orderly")
    plans = [(last, built)]
    for share in reversed(shares):
        scenario = _scenario(last, share)
        built = _part(planning, scenario, built)
        plans.insert(0, (scenario, built))
    return _priced_stages(planning, plans, least)


def _scenario(last: Scenario, share: int) -> Scenario:
    bikes = "" if last.ebike_share is None else f"+ebike-{PERCENT * last.ebike_share:.0f}"
    return parse_scenario(f"ev-{share}{bikes}")


def _criteria(planning: Planning, scenario: Scenario, *, control: bool) -> Criteria:
    before = [row for row in planning.criteria.scenarios if row.ev_share is None]
    return replace(planning.criteria, scenarios=(*before, scenario), control=control)


def _part(planning: Planning, scenario: Scenario, later: _Built) -> _Built:
    """Return the cheapest part of a later stage's works that carries fewer chargers.

    Fewer chargers never load anything more, so where the later stage needs nothing but control,
    control is enough for this one.
    """
    allowed = frozenset(later.selection.items())
    alone = _searched(planning, scenario, allowed, control=False)
    if alone is not None and not alone:
        return _Built(selection={}, control=False)
    if not later.control:
        return _Built(selection=later.selection if alone is None else alone, control=False)
    if not later.selection:
        return later
    managed = _searched(planning, scenario, allowed, control=True)
    with_control = later.selection if managed is None else managed
    if alone is not None and _yuan(planning, alone) <= _yuan(planning, with_control):
        return _Built(selection=alone, control=False)
    return _Built(selection=with_control, control=True)


def _searched(
    planning: Planning, scenario: Scenario, allowed: frozenset[Var], *, control: bool
) -> Selection | None:
    """Return the cheapest part that holds; new units come with all the feeders they will get."""
    criteria = _criteria(planning, scenario, control=control)
    found = search(
        planning.space,
        criteria,
        planning.costs,
        effort=planning.effort,
        allowed=allowed,
        watch=planning.watch(f"stage {scenario.name}"),
    )
    if found.stopped:
        raise SearchStoppedError
    if found.selection is None:
        return None
    whole = _with_feeders(planning, found.selection, dict(allowed))
    if whole == found.selection or not judged(planning.space, criteria, whole, ignored={}):
        return whole
    return None


def _with_feeders(planning: Planning, plan: Selection, later: Selection) -> Selection:
    """Return a part of a plan whose new units have all their feeders."""
    space, grown = planning.space, dict(plan)
    built = {unit for unit, place in space.new_units.items() if plan.get(place)}
    for feeder, home in space.homes.items():
        place = feeder_place(feeder)
        position = later.get(place, 0)
        if home.targets[position] in built:
            grown[place] = position
    return grown


def _yuan(planning: Planning, selection: Selection) -> float:
    return planning.costs.plan_yuan(selection)


def _priced_stages(
    planning: Planning, plans: Sequence[tuple[Scenario, _Built]], least: Answer
) -> tuple[Stage, ...]:
    """Return the stages with the works of each; the works are those of the complete plan."""
    rows: list[Stage] = []
    done: list[Works] = []
    fitted_percent = 0.0
    known: set[tuple[str, str]] = set()
    for scenario, built in plans:
        wanted = {_place(m) for m in measures_of(planning.space, built.selection)}
        works = [row for row in least.works if _place(row.measure) in wanted - known]
        known |= wanted
        share = PERCENT * (scenario.ev_share or 0.0)
        if built.control:
            works = [*_control(planning, least, fitted_percent, share), *works]
            fitted_percent = share
        done += works
        rows.append(_stage(planning, scenario, works, done))
    return tuple(rows)


def _place(measure: Measure) -> tuple[str, str]:
    """Return what tells measures of a plan apart; an element may have several."""
    return measure.kind, measure.element


def _control(
    planning: Planning, least: Answer, before_percent: float, percent: float
) -> Iterator[Works]:
    """Yield the controllers and controllable chargers that a stage adds."""
    for row in least.works:
        if not isinstance(row.measure, OrderlyCharging):
            continue
        earlier = _controlled(planning, before_percent) if before_percent else {}
        now = _controlled(planning, percent)
        added = tuple(
            replace(quantity, quantity=more)
            for key, quantity in now.items()
            if (more := quantity.quantity - _amount(earlier.get(key))) > 0
        )
        n_chargers = sum(part.quantity for part in added if part.item == _CHARGER)
        yield replace(
            row,
            measure=OrderlyCharging(bays_percent=percent),
            change=replace(row.change, quantity=n_chargers),
            quantities=added,
        )


def _controlled(planning: Planning, percent: float) -> dict[tuple[str, str], Quantity]:
    """Return what control of some share of the private bays takes, by item and element."""
    space, measure = planning.space, OrderlyCharging(bays_percent=percent)
    rows = quantities_of(space.compound, measure, catalogue=space.catalogue)
    return {(row.item, row.element): row for row in rows}


def _amount(quantity: Quantity | None) -> float:
    return 0.0 if quantity is None else quantity.quantity


def _stage(
    planning: Planning, scenario: Scenario, works: Sequence[Works], done: Sequence[Works]
) -> Stage:
    mine = together(planning.space, works)
    so_far: Money = together(planning.space, done).bill.cost_yuan
    alone = _cheapest_alone(planning, scenario, so_far)
    return Stage(
        bays_percent=PERCENT * (scenario.ev_share or 0.0),
        scenario=scenario.name,
        works=mine.works,
        bill=mine.bill,
        split=mine.split,
        cumulative_yuan=so_far,
        cheapest_alone_yuan=alone,
        extra_yuan=float((so_far - alone).typical),
    )


def _cheapest_alone(planning: Planning, scenario: Scenario, so_far: Money) -> Money:
    """Return the cost of the cheapest plan for a stage if nothing came after it.

    What is built by then carries the stage too, so it never costs more.
    """
    space = planning.space
    percent = PERCENT * (scenario.ev_share or 0.0)
    found = [so_far]
    for control in (False, True):
        criteria = _criteria(planning, scenario, control=control)
        first = (OrderlyCharging(bays_percent=percent),) if control and planning.control else ()
        if control and planning.control_is_enough:
            found.append(priced(space, first).bill.cost_yuan)
            continue
        watch = planning.watch(f"stage {scenario.name} alone")
        plan = search(space, criteria, planning.costs, effort=planning.effort, watch=watch)
        if plan.stopped:
            raise SearchStoppedError
        if plan.selection is not None:
            found.append(priced(space, (*first, *plan.measures)).bill.cost_yuan)
    return min(found, key=lambda money: money.typical)
