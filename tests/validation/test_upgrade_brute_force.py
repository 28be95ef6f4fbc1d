"""The search against every plan there is, tried one by one in order of cost.

Plans are enumerated, checked for consistency and priced here, without what the search uses for
it: rules in ``is_possible`` follow the meaning of the works, prices are the bill of a plan's
complete list of measures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from gridcalc.checks.run import Key
from gridcalc.cost import bill_of_quantities
from gridcalc.upgrade.measures import SplitFeeder
from gridcalc.upgrade.quantities import quantities_of_all
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Criteria
from gridcalc.upgrade.search.loop import Effort, Found, judged, search
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.space import Selection, Space, measures_of
from tests.validation.upgrade_compounds import case_of, every_plan

N_CASES = 80
QUICK = (3, 5, 6, 8, 11, 37, 40, 61, 62, 64, 65, 71)
"""Cases of every flavour with few plans to try."""
EXACT = Effort(max_judged=2000, max_gap_percent=0.0)
YUAN = 1.0
ALL = [
    seed if seed in QUICK else pytest.param(seed, marks=pytest.mark.slow) for seed in range(N_CASES)
]


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What trying every plan says: the cheapest that holds, ``None`` without one."""

    selection: Selection | None
    cost_yuan: float
    n_plans: int
    n_judged: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    space: Space
    criteria: Criteria
    found: Found
    truth: Truth


def solved(space: Space, criteria: Criteria) -> Outcome:
    """Return what the search finds, and the truth about limits that it does not leave open."""
    found = search(space, criteria, Costs(space=space), effort=EXACT)
    ignored = {row.finding.key: row.finding.utilisation for row in found.open}
    truth = cheapest_of_all(space, criteria, ignored)
    return Outcome(space=space, criteria=criteria, found=found, truth=truth)


@cache
def outcome_of(seed: int) -> Outcome:
    return solved(*case_of(seed))


def cheapest_of_all(space: Space, criteria: Criteria, ignored: dict[Key, float]) -> Truth:
    plans = [plan for plan in every_plan(space) if is_possible(space, plan)]
    priced = sorted(((bill_yuan(space, plan), k) for k, plan in enumerate(plans)))
    for n, (cost, k) in enumerate(priced, start=1):
        if not judged(space, criteria, plans[k], ignored=ignored):
            return Truth(selection=plans[k], cost_yuan=cost, n_plans=len(plans), n_judged=n)
    return Truth(selection=None, cost_yuan=0.0, n_plans=len(plans), n_judged=len(priced))


def bill_yuan(space: Space, plan: Selection) -> float:
    rows = quantities_of_all(space.compound, measures_of(space, plan), catalogue=space.catalogue)
    return float(bill_of_quantities(rows, space.prices).cost_yuan.typical)


def is_possible(space: Space, plan: Selection) -> bool:
    return all(rule(space, plan) for rule in (units_are_used, boards_keep_one, boxes_are_free))


def fed_by(space: Space, plan: Selection) -> dict[str, list[str]]:
    """Return the feeders that can move, by the unit that feeds them in a plan."""
    found: dict[str, list[str]] = {}
    for name, home in space.homes.items():
        found.setdefault(home.targets[plan.get(f"feeder:{name}", 0)], []).append(name)
    return found


def units_are_used(space: Space, plan: Selection) -> bool:
    """A new unit is there where feeders go to it, and only then; the first of two before."""
    fed = fed_by(space, plan)
    built = {unit for unit, place in space.new_units.items() if plan.get(place, 0)}
    return built == set(space.new_units) & set(fed) and all(
        one in built or other not in built for one, other in space.twins
    )


def boards_keep_one(space: Space, plan: Selection) -> bool:
    """A unit that is there keeps a feeder."""
    fed = fed_by(space, plan)
    return all(home.targets[0] in fed for home in space.homes.values())


def splits_in(space: Space, plan: Selection) -> Iterator[SplitFeeder]:
    for place, k in plan.items():
        option = space.places[place].options[k] if place in space.places else None
        if isinstance(option, SplitFeeder):
            yield option


def boxes_are_free(space: Space, plan: Selection) -> bool:
    """A box with a new feeder has no works on its old cable, and its old feeder stays.

    The box it hung on keeps a load or another box.
    """
    c = space.compound
    gone = {option.cable for option in splits_in(space, plan)}
    loads = (c.households, c.private_bays, c.public_bays, c.ebikes, c.public_loads)
    busy = {row.node for rows in loads for row in rows}
    busy |= {row.from_id for row in c.lv_cables if row.id not in gone}
    starts = {row.id: row.from_id for row in c.lv_cables}
    return all(
        f"cable:{cable}" not in plan
        and f"feeder:{space.feeder_of_cable[cable]}" not in plan
        and starts[cable] in busy
        for cable in gone
    )


def total(cut: Cut, plan: Selection) -> float:
    """Return what the options of a plan, or none at a place, weigh in a cut."""
    return sum(w for (place, k), w in cut.weights.items() if plan.get(place, 0) == k)


@pytest.mark.parametrize("seed", ALL)
def test_the_search_finds_the_cheapest_plan_that_holds(seed: int) -> None:
    result = outcome_of(seed)
    found, truth = result.found, result.truth
    assert (found.selection is None) == (truth.selection is None)
    if found.selection is not None:
        assert found.cost_yuan == pytest.approx(truth.cost_yuan, abs=YUAN)
        assert bill_yuan(result.space, found.selection) == pytest.approx(truth.cost_yuan, abs=YUAN)


@pytest.mark.parametrize("seed", ALL)
def test_the_lower_bound_is_one(seed: int) -> None:
    result = outcome_of(seed)
    if result.truth.selection is not None:
        assert result.found.lower_bound_yuan <= result.truth.cost_yuan + YUAN


@pytest.mark.parametrize("seed", ALL)
def test_the_cheapest_plan_obeys_every_cut(seed: int) -> None:
    result = outcome_of(seed)
    if result.truth.selection is None:
        return
    plan = result.truth.selection
    wrong = [
        (cut.reason.finding.key, total(cut, plan), cut.at_least)
        for cut in result.found.known.cuts
        if total(cut, plan) < cut.at_least - 1e-6 * max(1.0, abs(cut.at_least))
    ]
    assert not wrong


def test_the_cases_are_of_every_kind() -> None:
    """Most have a plan, some none, and works of several kinds are in them."""
    results = [outcome_of(seed) for seed in QUICK]
    kinds = {row.kind for result in results for row in result.found.measures}
    assert len(kinds) >= 4
    assert sum(result.truth.selection is not None for result in results) >= len(QUICK) // 2
