"""The verdict of several methods and charging modes, and what binds."""

from dataclasses import replace
from itertools import product

import pytest

from gridcalc.checks.finding import Finding
from gridcalc.demand.scenario import parse_scenario
from gridcalc.outcome import Run, binding_of, governing_runs, verdict
from gridcalc.question import (
    Question,
    governing_method,
    simulation_settings,
)

MODES = ("uncontrolled", "tou", "managed")


def run(scenario, charging="uncontrolled", method="stochastic", *, passed=True, cars=None):
    """Return a run of which only the outcome matters; ``cars`` are its private chargers."""
    if cars is None:
        cars = 30 if scenario.startswith("ev-") else 0
    return Run(
        scenario=scenario,
        charging=charging,
        method=method,
        season="design" if method == "factor" else "summer",
        passed=passed,
        n_private_chargers=cars,
        n_public_chargers=0,
        n_ebike_sockets=0,
        transformers=(),
        branches=(),
        nodes=(),
        mv=None,
        findings=(),
    )


def both(failing=(), scenarios=("today", "ebike-50", "ev-100")):
    """Return the runs of both methods; ``failing`` names (scenario, charging, method)."""
    keys = [(name, "uncontrolled", "factor") for name in scenarios]
    keys += [(name, mode, "stochastic") for name, mode in product(scenarios, MODES)]
    return [run(*key, passed=key not in failing) for key in keys]


def of(runs, method):
    names = dict.fromkeys(row.scenario for row in runs)
    return verdict(runs, method, [parse_scenario(name) for name in names])


FACTOR_EV = ("ev-100", "uncontrolled", "factor")
DAYS_EV = ("ev-100", "uncontrolled", "stochastic")
TIMED_EV = ("ev-100", "tou", "stochastic")
MANAGED_EV = ("ev-100", "managed", "stochastic")


@pytest.mark.parametrize(
    ("failing", "by_factor", "by_days"),
    # decision 0013: what decides, what stands beside it, and what control is credited for
    [
        ((), "ready", "ready"),
        ((FACTOR_EV,), "ready_managed", "ready"),
        ((DAYS_EV,), "ready", "ready_managed"),
        ((TIMED_EV,), "ready", "ready_managed"),
        ((FACTOR_EV, DAYS_EV, TIMED_EV), "ready_managed", "ready_managed"),
        ((FACTOR_EV, MANAGED_EV), "upgrade", "ready"),
        ((DAYS_EV, MANAGED_EV), "ready", "upgrade"),
        ((MANAGED_EV,), "ready", "ready"),
    ],
)
def test_the_governing_method_decides_and_control_can_help(failing, by_factor, by_days):
    assert of(both(failing), "factor") == by_factor
    assert of(both(failing), "stochastic") == by_days


@pytest.mark.parametrize("scenario", ["today", "ebike-50"])
@pytest.mark.parametrize("method", ["factor", "stochastic"])
def test_control_is_never_credited_where_no_chargers_are_added(scenario, method):
    failing = [(scenario, "uncontrolled", method)]

    assert of(both(failing), method) == "upgrade"
    assert of(both([*failing, FACTOR_EV, DAYS_EV]), method) == "upgrade"


@pytest.mark.parametrize("method", ["factor", "stochastic"])
def test_a_stage_without_private_chargers_has_nothing_to_control(method):
    # ev-0, or public bays alone: the managed run is the uncontrolled one
    runs = [
        run("ev-0", "uncontrolled", "factor", passed=method != "factor", cars=0),
        run("ev-0", "uncontrolled", passed=method == "factor", cars=0),
        run("ev-0", "managed", passed=method == "factor", cars=0),
        run("ev-100", "uncontrolled", "factor"),
        run("ev-100"),
        run("ev-100", "managed"),
    ]

    assert of(runs, method) == "upgrade"


def test_every_scenario_that_adds_chargers_must_pass_under_control():
    scenarios = ("today", "ev-50", "ev-100")
    failing = [FACTOR_EV, ("ev-50", "managed", "stochastic")]

    assert of(both(failing, scenarios), "factor") == "upgrade"
    assert of(both([FACTOR_EV], scenarios), "factor") == "ready_managed"


def test_without_managed_runs_nothing_is_ready_managed():
    runs = [row for row in both([FACTOR_EV, DAYS_EV]) if row.charging != "managed"]

    assert of(runs, "factor") == of(runs, "stochastic") == "upgrade"
    assert of([row for row in runs if row.method == "factor"], "factor") == "upgrade"


def test_where_only_managed_charging_is_asked_for_it_decides():
    runs = [run(name, "managed") for name in ("today", "ev-100")]

    assert of(runs, "stochastic") == "ready_managed"
    assert of([run("today", "managed")], "stochastic") == "ready"
    runs[1] = run("ev-100", "managed", passed=False)
    assert of(runs, "stochastic") == "upgrade"


def test_one_failing_season_is_enough():
    runs = [*both(), run("ev-100", passed=False), run("ev-100", "managed", passed=False)]

    assert of(runs, "stochastic") == "upgrade"
    assert of(runs, "factor") == "ready"


def test_governing_runs_leave_managed_ones_out_unless_there_are_no_others():
    runs = both()

    assert {row.charging for row in governing_runs(runs, "stochastic")} == {"uncontrolled", "tou"}
    assert {row.method for row in governing_runs(runs, "factor")} == {"factor"}
    managed = [row for row in runs if row.charging == "managed"]
    assert governing_runs(managed, "stochastic") == tuple(managed)
    assert binding_of(runs) is None


@pytest.mark.parametrize("is_old", [False, True])
def test_a_state_without_a_solution_decides_before_what_goes_further_or_comes_first(is_old):
    share = Finding(
        check="charging.private_share",
        element="compound",
        value=0.0,
        limit=100.0,
        unit="%",
        status="fail",
        utilisation=2e6,
        source="s",
        clause="1",
        confidence="seen",
    )
    unsolved = replace(
        share,
        check="voltage.deviation",
        quantity="solution_box",
        value=None,
        utilisation=1e6,
        pre_existing=is_old,
    )
    first = replace(run("today", method="factor"), findings=(share, unsolved))
    last = replace(run("ev-100", method="factor"), findings=(share,))

    binding = binding_of([first, last])

    assert (binding.scenario, binding.finding) == ("today", unsolved)
    assert binding_of([last]).finding == share


@pytest.mark.parametrize(
    ("wanted", "methods", "expected"),
    [
        ("factor", ("factor", "stochastic"), "factor"),
        ("stochastic", ("factor", "stochastic"), "stochastic"),
        ("factor", ("stochastic",), "stochastic"),
        ("stochastic", ("factor",), "factor"),
    ],
)
def test_the_policy_names_the_method_unless_only_another_was_asked_for(
    pack_with, wanted, methods, expected
):
    pack = pack_with({"demand.governing_method": wanted})

    assert governing_method(pack, Question(methods=methods)) == expected


def test_what_is_not_asked_for_comes_from_the_policy(pack_with):
    pack = pack_with(
        {
            "stochastic.n_days": 321,
            "stochastic.percentile": 97.5,
            "orderly.participation_share": 0.65,
        }
    )

    usual = simulation_settings(Question(), pack, "winter")
    asked = simulation_settings(
        Question(seed=9, n_days=50, percentile=99, participation_percent=0, threads=3),
        pack,
        "summer",
    )

    assert (usual.n_days, usual.percentile, usual.participation_share) == (321, 97.5, 0.65)
    assert (usual.seed, usual.season, usual.threads) == (1, "winter", 1)
    assert (asked.n_days, asked.percentile, asked.participation_share) == (50, 99, 0)
    assert (asked.seed, asked.season, asked.threads) == (9, "summer", 3)
