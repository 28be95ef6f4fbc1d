"""Names of scenarios: today, the four of the design, any stage of the build-out, and mistakes."""

import pytest

from gridcalc.demand.scenario import STANDARD_SCENARIOS, parse_scenario, scenarios_in_order
from gridcalc.errors import InputError


@pytest.mark.parametrize(
    ("name", "ev_share", "ebike_share"),
    [
        ("today", None, None),
        ("ebike-50", None, 0.5),
        ("ev-100", 1.0, None),
        ("ev-100+ebike-50", 1.0, 0.5),
        ("ev-0", 0.0, None),
        ("ev-10", 0.1, None),
        ("ev-30+ebike-50", 0.3, 0.5),
        ("ebike-100", None, 1.0),
        ("ev-7", 0.07, None),
    ],
)
def test_a_scenario_says_which_shares_are_asked_for(name, ev_share, ebike_share):
    scenario = parse_scenario(name)

    assert scenario.name == name
    assert (scenario.ev_share, scenario.ebike_share) == (ev_share, ebike_share)


def test_the_four_standard_scenarios_can_be_read():
    assert len({parse_scenario(name) for name in STANDARD_SCENARIOS}) == 4


@pytest.mark.parametrize(
    "name",
    [
        "",
        "tomorrow",
        "today+ev-50",
        "ev",
        "ev-",
        "ev-101",
        "ebike-101",
        "ev--5",
        "ev-50%",
        "ev-0.5",
        "EV-50",
        "+",
        "ev-50+",
        "+ebike-50",
        "ebike-50+ev-100",
        "ev-100ebike-50",
        "ev-100 + ebike-50",
        "ev-100+ebike-50+ev-3",
        "ev-1000",
        "ev-50\n",
        "ev-050",  # the same stage as ev-50, which would stand twice in a result
        "ev-00",
        "ev-１００",
        "ebike-５０",
    ],
)
def test_another_name_is_refused_with_what_to_write(name):
    with pytest.raises(InputError) as caught:
        parse_scenario(name)

    (problem,) = caught.value.problems
    assert problem.message.startswith(f"{name!r} is not a scenario; write today, ev-<0…100>,")


def test_scenarios_run_from_the_least_to_the_most_and_once_each():
    found = scenarios_in_order(["ev-100+ebike-50", "today", "ev-30", "today"])

    assert [scenario.name for scenario in found] == ["today", "ev-30", "ev-100+ebike-50"]


def test_no_scenario_at_all_is_refused():
    with pytest.raises(InputError, match="no scenario is asked for"):
        scenarios_in_order([])
