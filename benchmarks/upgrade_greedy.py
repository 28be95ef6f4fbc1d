"""The upgrade search against what is usually done: the worst limit first, the next size up.

Run alone with ``python benchmarks/upgrade_greedy.py`` or as part of ``make bench``. The greedy
planner takes the worst broken limit and makes what breaks it one size larger, again and again,
and never takes anything back:

- cable: the next section, with none left one more in parallel;
- transformer: the next rating, with none left a new unit of half its size with half of its
  feeders, then a larger one;
- voltage and unbalance: the cable on the way with the largest drop, else a tap, else the
  transformer.

Both planners choose from the same options, are judged by the same checks and priced by the same
bill; chargers are not controlled.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gridcalc.catalogue import load_catalogue
from gridcalc.checks.run import Key
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.templates import load_template
from gridcalc.compound.templates.expanding import expand
from gridcalc.cost import bill_of_quantities, load_price_book
from gridcalc.demand.scenario import parse_scenario, scenarios_in_order
from gridcalc.policy import load_policy
from gridcalc.units import PERCENT
from gridcalc.upgrade import lookup
from gridcalc.upgrade.measures import ReplaceCable, SetTap
from gridcalc.upgrade.quantities import quantities_of_all
from gridcalc.upgrade.search.building import build_space
from gridcalc.upgrade.search.helpers import current_cable, current_unit, unit_at
from gridcalc.upgrade.search.judge import Broken, Criteria
from gridcalc.upgrade.search.loop import Effort, Found, judged, search
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.space import (
    KEEP,
    Selection,
    Space,
    cable_place,
    feeder_place,
    measures_of,
    tap_place,
    unit_place,
)
from gridcalc.upgrade.search.view import View, view_of

TEMPLATES = (
    *("combined-meter", "high-rise", "mid-rise", "mixed-use"),
    *("resettlement", "villa", "walk-up"),
)
BOOK = "national-2025"
SCENARIOS = ("today", "ev-100", "ev-100+ebike-50")
MAX_PARALLEL = 2
LIGHTER = tuple(parse_scenario(f"ev-{share}") for share in range(100, 0, -5))
MAX_STEPS = 2000
NO_ELEMENT = "compound"
"""Where the power flow finds no solution at all."""
EFFORT = Effort(max_judged=60, max_gap_percent=1.0, patience=4)
LARGE = Effort(max_judged=25, max_gap_percent=5.0, patience=1, completes=False)
LARGE_PLACES = 300
HUGE = replace(LARGE, max_judged=6)
HUGE_PLACES = 600
YUAN_PER_WAN = 10_000.0
SAME_YUAN = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a planner came to: a plan or where it got stuck, and the time it took. [s]."""

    selection: Selection | None
    stuck_at: str
    seconds: float


def case_of(template: str) -> tuple[Space, Criteria]:
    """Return what may be built in a template and what a plan has to meet, without control."""
    catalogue = load_catalogue()
    as_read = expand(load_template(template), {}, catalogue=catalogue)
    policy = load_policy(as_read.policy)
    space = build_space(
        resolve_defaults(as_read, policy).compound,
        catalogue=catalogue,
        policy=policy,
        prices=load_price_book(BOOK),
        max_parallel=MAX_PARALLEL,
    )
    criteria = Criteria(
        catalogue=catalogue,
        policy=policy,
        scenarios=scenarios_in_order(SCENARIOS),
        method="factor",
        days=(),
    )
    return space, criteria


def greedy(space: Space, criteria: Criteria, ignored: dict[Key, float]) -> Outcome:
    """Return the plan of the greedy planner."""
    start = time.perf_counter()
    selection: dict[str, int] = {}
    stuck_at = f"{MAX_STEPS} steps"
    for _ in range(MAX_STEPS):
        broken = judged(space, criteria, selection, ignored=ignored)
        if not broken:
            seconds = time.perf_counter() - start
            return Outcome(selection=selection, stuck_at="", seconds=seconds)
        known = _with_numbers(space, criteria, selection, broken)
        ranked = sorted(known, key=lambda row: (-row.finding.rank, row.finding.key))
        steps = (step for row in ranked for step in _steps(space, selection, row))
        step = next(steps, None)
        if step is None:
            finding = ranked[0].finding
            stuck_at = f"{finding.check} {finding.element} {PERCENT * finding.utilisation:.0f} %"
            break
        selection |= step
    return Outcome(selection=None, stuck_at=stuck_at, seconds=time.perf_counter() - start)


def _with_numbers(
    space: Space, criteria: Criteria, selection: Selection, broken: tuple[Broken, ...]
) -> tuple[Broken, ...]:
    """Return what a lighter scenario breaks where the heaviest has no solution to look at."""
    for scenario in LIGHTER:
        if any(row.finding.element != NO_ELEMENT for row in broken):
            break
        lighter = replace(criteria, scenarios=(scenario,))
        broken = judged(space, lighter, selection, ignored={}) or broken
    return broken


def _steps(space: Space, selection: Selection, worst: Broken) -> Iterator[dict[str, int]]:
    """Yield what may be done about a broken limit, the usual first."""
    view = view_of(space, selection, worst.state)
    check, element = worst.finding.check, worst.finding.element
    if element == NO_ELEMENT:
        for unit in space.compound.transformers:
            yield from _larger_unit(view, unit.id)
    elif check.startswith(("cable.", "mv.ring")):
        yield from _larger_cable(space, selection, element)
    elif check == "transformer.loading":
        yield from _larger_unit(view, element)
    elif check.startswith("voltage."):
        yield from _lifted(view, element)


def _larger_cable(space: Space, selection: Selection, cable: str) -> Iterator[dict[str, int]]:
    place = cable_place(cable)
    if place not in space.places:
        return
    options = space.places[place].options
    now = selection.get(place, KEEP)
    present = options[now]
    today = getattr(lookup.cable(space.compound, cable), "parallel", 1)
    n_now = present.parallel if isinstance(present, ReplaceCable) else today
    later = [
        (option.parallel, k)
        for k, option in enumerate(options)
        if isinstance(option, ReplaceCable) and k > now and option.parallel >= n_now
    ]
    if later:
        yield {place: min(later)[1]}


def _larger_unit(view: View, unit: str) -> Iterator[dict[str, int]]:
    space, selection = view.space, view.selection
    place = unit_place(unit)
    now = selection.get(place, KEEP)
    if place in space.places and now + 1 < space.n_options(place):
        yield {place: now + 1}
        return
    feeders = [name for name in view.feeders_of_unit(unit) if name in space.homes]
    for new, new_place in space.new_units.items():
        mine = [name for name in feeders if new in space.homes[name].targets][1::2]
        if selection.get(new_place, KEEP) == KEEP and mine:
            moves = {feeder_place(name): space.homes[name].targets.index(new) for name in mine}
            yield {new_place: _half_as_large(view, unit, new_place), **moves}


def _half_as_large(view: View, unit: str, new_place: str) -> int:
    """Return the smallest option of a new unit with half the rating of one, else the largest."""
    wanted_kva = current_unit(view, unit).sn_kva / 2
    last = view.space.n_options(new_place) - 1
    sizes = range(KEEP + 1, last + 1)
    return next((k for k in sizes if unit_at(view, (new_place, k)).sn_kva >= wanted_kva), last)


def _lifted(view: View, node: str) -> Iterator[dict[str, int]]:
    """Yield the next size of the cable with the largest drop, a lower tap, a larger unit."""
    lv, unit, mv = view.path_of(node)
    i_a = {row.id: row.i_max_a for row in view.state.facts.branches}
    way = [name for name in (*lv, *mv) if name not in view.new_cables]
    drop = {name: abs(current_cable(view, name).z_ohm) * i_a.get(name, 0.0) for name in way}
    for name in sorted(way, key=lambda name: (-drop[name], name)):
        yield from _larger_cable(view.space, view.selection, name)
    if unit is not None:
        yield from _lower_tap(view, unit)
        yield from _larger_unit(view, unit)


def _lower_tap(view: View, unit: str) -> Iterator[dict[str, int]]:
    place = tap_place(unit)
    if place not in view.space.places:
        return
    now = next(row.tap for row in view.case.site.compound.transformers if row.id == unit)
    options = enumerate(view.space.places[place].options)
    lower = [(o.tap, k) for k, o in options if isinstance(o, SetTap) and o.tap < now]
    if lower:
        yield {place: max(lower)[1]}


def _effort(n_places: int) -> Effort:
    """Return how far a search goes, as in a plan: less where each of its steps takes long."""
    if n_places > HUGE_PLACES:
        return HUGE
    return LARGE if n_places > LARGE_PLACES else EFFORT


def searched(space: Space, criteria: Criteria) -> tuple[Found, float]:
    """Return what the search finds, and the time it takes. [s]."""
    start = time.perf_counter()
    effort = _effort(len(space.places))
    found = search(space, criteria, Costs(space=space), effort=effort)
    return found, time.perf_counter() - start


def bill_yuan(space: Space, selection: Selection) -> float:
    """Return the typical cost of a plan by the bill of its works. [yuan]."""
    measures = measures_of(space, selection)
    rows = quantities_of_all(space.compound, measures, catalogue=space.catalogue)
    return float(bill_of_quantities(rows, space.prices).cost_yuan.typical)


def row_of(template: str) -> float | None:
    """Print the row of a template; return what the search saves, where both have a plan. [%]."""
    space, criteria = case_of(template)
    found, seconds = searched(space, criteria)
    ignored = {row.finding.key: row.finding.utilisation for row in found.open}
    rival = greedy(space, criteria, ignored)
    ours = None if found.selection is None else bill_yuan(space, found.selection)
    theirs = None if rival.selection is None else bill_yuan(space, rival.selection)
    gap = PERCENT * (1 - found.lower_bound_yuan / ours) if ours else 0.0
    cells = (
        f"{template:<16}{_wan(theirs)}{_wan(ours)}"
        f"{rival.seconds:10.1f}{seconds:10.1f}{gap:9.1f}{found.n_judged:9d}"
    )
    if ours is None or theirs is None:
        print(f"{cells}{'-':>10}  greedy: {rival.stuck_at or 'a plan'}", flush=True)
        return None
    if ours > theirs + SAME_YUAN:
        raise AssertionError(f"{template}: the search costs more than the greedy planner")
    saving = PERCENT * (1 - ours / theirs) if theirs else 0.0
    print(f"{cells}{saving:10.1f}", flush=True)
    return saving


def _wan(cost_yuan: float | None) -> str:
    return f"{'no plan':>10}" if cost_yuan is None else f"{cost_yuan / YUAN_PER_WAN:10.1f}"


def main(templates: tuple[str, ...] = TEMPLATES) -> None:
    """Print the table and the average saving."""
    print(f"\nUpgrade to {SCENARIOS[-1]} without control, costs in 10 000 yuan by {BOOK}")
    print(
        f"{'template':<16}{'greedy':>10}{'search':>10}{'greedy s':>10}{'search s':>10}"
        f"{'gap %':>9}{'judged':>9}{'saving %':>10}"
    )
    savings = [saving for name in templates if (saving := row_of(name)) is not None]
    if savings:
        mean = sum(savings) / len(savings)
        print(f"average saving where both have a plan: {mean:.1f} %")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or TEMPLATES)
