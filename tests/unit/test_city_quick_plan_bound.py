"""Quick plans against the full planner: never below its proven bound, and not far above its plan.

The full planner (``gridcalc.upgrade.search``) proves a lower bound for the works it knows; the
quick plan knows a part of them, so its cost cannot be lower. Both judge by the factor method.
"""

import pytest

from gridcalc.city.batch.planning_city import prices_of, quick_plans_of
from gridcalc.city.batch.results import ready
from gridcalc.city.compounds import catalogue_of, describe
from gridcalc.city.records import CityQuestion, CityRow
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.upgrade.search.building import build_space
from gridcalc.upgrade.search.judge import Criteria
from gridcalc.upgrade.search.loop import Effort, search
from gridcalc.upgrade.search.pricing import Costs

ASKED = CityQuestion(plan="quick")
FAR = 1.15  # boxes with feeders of their own save up to a tenth in these compounds


@pytest.mark.slow
@pytest.mark.parametrize(
    ("template", "n_households"),
    [("walk-up", 60), ("combined-meter", 80), ("villa", 45), ("walk-up", 150)],
)
def test_a_quick_plan_is_never_cheaper_than_the_bound_and_near_the_cheapest(template, n_households):
    row = CityRow(row=1, id="C", name="C", template=template, n_households=n_households)
    described, catalogue, prices = describe(row, ASKED), catalogue_of(ASKED), prices_of(ASKED)
    space = build_space(
        described.compound,
        catalogue=catalogue,
        policy=described.policy,
        prices=prices,
        max_parallel=2,
    )
    criteria = Criteria(
        catalogue=catalogue,
        policy=described.policy,
        scenarios=scenarios_in_order(ASKED.scenarios),
        method="factor",
        days=(),
    )
    effort = Effort(max_judged=60, max_gap_percent=1.0, patience=4)
    full = search(space, criteria, Costs(space=space), effort=effort)

    (plan,) = quick_plans_of([(row, ready(row, ASKED).part)], described.policy, ASKED)

    assert plan.result.cost_yuan >= full.lower_bound_yuan - 0.01  # a fen of rounding
    assert plan.result.cost_yuan <= FAR * full.cost_yuan
