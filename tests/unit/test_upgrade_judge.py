"""Plans are judged once: what was solved of them serves other scenarios, prices and stages."""

from dataclasses import replace

import pytest

from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.upgrade.search import judge
from gridcalc.upgrade.search.loop import judged
from tests.validation.upgrade_compounds import case_of

SEED = 5


@pytest.fixture
def counted(monkeypatch):
    """Return the scenarios that are solved, in order."""
    solved = []
    factor = judge._factor

    def noted(case, scenario, today):
        solved.append((scenario.name, today is None))
        return factor(case, scenario, today)

    monkeypatch.setattr(judge, "_factor", noted)
    return solved


@pytest.fixture
def small_case():
    space, criteria = case_of(SEED)
    return space, replace(criteria, seen={})


def _limits(broken):
    return [(row.finding, row.state.facts.scenario.name) for row in broken]


def test_a_plan_judged_again_is_not_solved_again(small_case, counted):
    space, criteria = small_case
    first = judged(space, criteria, {}, ignored={})
    once = list(counted)
    again = judged(space, replace(criteria), {}, ignored={})

    assert first
    assert counted == once
    assert _limits(again) == _limits(first)


def test_fewer_scenarios_take_the_states_that_are_known(small_case, counted):
    space, criteria = small_case
    judged(space, criteria, {}, ignored={})
    n_before = len(counted)
    lighter = replace(criteria, scenarios=scenarios_in_order(("today",)))
    shared = judged(space, lighter, {}, ignored={})
    solved = counted[n_before:]
    fresh = judged(space, replace(lighter, seen={}), {}, ignored={})

    assert solved == [("today", False)]
    assert _limits(shared) == _limits(fresh)


def test_control_and_other_works_are_other_plans(small_case, counted):
    space, criteria = small_case
    place = next(iter(space.places))
    for row, plan in (
        (criteria, {}),
        (criteria, {place: 1}),
        (replace(criteria, control=True), {}),
    ):
        judged(space, row, plan, ignored={})

    assert counted.count(("today", True)) == 3
    assert len(criteria.seen) == 3


def test_only_the_plans_judged_last_are_kept(small_case, monkeypatch):
    space, criteria = small_case
    monkeypatch.setattr(judge, "_REMEMBERED", 2)
    place, row = next(iter(space.places.items()))
    for k in range(min(len(row.options), 4)):
        judged(space, criteria, {place: k}, ignored={})

    assert len(criteria.seen) == 2
