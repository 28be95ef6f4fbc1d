"""How many private bays can be equipped: the last number that fits, and what one more breaks."""

import math

import numpy as np
import pytest

from gridcalc.checks.case import evaluate, scenario_units
from gridcalc.checks.run import LOAD_CHECKS, check, utilisation_today
from gridcalc.demand.phases import build_out
from gridcalc.demand.scenario import parse_scenario
from gridcalc.hosting import private_share_that_fits
from gridcalc.powerflow.radial import solve_radial


@pytest.fixture
def fits(case_of):
    def of(file, scenario="ev-100+ebike-50", before=None):
        return private_share_that_fits(
            case_of(file),
            parse_scenario(scenario),
            solver=solve_radial,
            before=before or {},
            s_today_kva={},
        )

    return of


@pytest.fixture
def violations(case_of):
    """Return what fails with a number of private chargers: utilisation by key."""

    def of(file, n_chargers, scenario="ev-100+ebike-50"):
        case, parsed = case_of(file), parse_scenario(scenario)
        groups = case.site.groups
        n_units = scenario_units(case, parsed)
        share = n_chargers / sum(g.n_total for g in groups if g.kind == "private_charger")
        for kind in ("private_charger", "public_charger"):
            rows = np.array([group.kind == kind for group in groups])
            today = np.array([group.today for group in groups])[rows]
            total = np.array([group.n_total for group in groups])[rows]
            # public chargers in step with the private ones, rounded up as in a stage
            n_units[rows] = build_out(today, total, math.ceil(share * total.sum() - 1e-9))
        facts = evaluate(case, parsed, n_units, solver=solve_radial, s_today_kva={})
        return utilisation_today(check(facts, LOAD_CHECKS))

    return of


def test_where_every_bay_fits_nothing_binds(small, fits):
    result = fits(small)

    assert (result.n_private_bays, result.n_today) == (30, 0)
    assert (result.n_max, result.share_percent) == (30, 100)
    assert result.next_binding is None


@pytest.mark.parametrize("bays", [60, 137, 400])
def test_the_last_number_fits_and_one_more_does_not(small, fits, violations, bays):
    small["private_bays"][0]["count"] = bays

    result = fits(small)

    assert 0 < result.n_max < bays
    assert result.share_percent == pytest.approx(100 * result.n_max / bays)
    assert violations(small, result.n_max) == {}
    assert result.next_binding.key in violations(small, result.n_max + 1)


def test_the_last_number_fits_with_boxes_of_different_size_and_chargers_of_today(
    small, fits, violations
):
    small["private_bays"] = [
        {"node": "CB1", "count": 90, "equipped_share": 0.1},
        {"node": "MB1", "count": 20},
        {"node": "MB2", "count": 7, "phases": [7, 0, 0]},
    ]

    result = fits(small)

    assert (result.n_private_bays, result.n_today) == (117, 9)
    assert violations(small, result.n_max) == {}
    assert violations(small, result.n_max + 1)


def test_violations_of_today_are_tolerated_while_they_do_not_grow(small, fits, violations):
    # the cable to MB1 is overloaded by its flats, and the bays hang on another feeder
    small["private_bays"][0]["count"] = 60
    small["households"][0]["count"] = 80
    before = violations(small, 0, "today")
    assert ("cable.loading", "C1", "") in before
    assert fits(small).n_max is None

    result = fits(small, before=before)

    assert result.n_max is not None
    assert set(violations(small, result.n_max)) <= set(before)


def test_a_violation_of_today_that_chargers_would_enlarge_binds(small, fits, violations):
    # flats and bays share the cable to MB1, which is overloaded today
    small["private_bays"] = [{"node": "MB1", "count": 12}]
    small["ebikes"], small["public_bays"] = [], []
    small["households"] += [{"node": "CB1", "count": 3}, {"node": "ES1", "count": 3}]
    small["households"][0]["count"] = 80
    before = violations(small, 0, "today")

    result = fits(small, "ev-100", before=before)

    assert result.n_max == 0
    assert result.next_binding.key in before
    assert result.next_binding.worsened


def test_where_something_else_already_breaks_a_limit_no_number_is_given(small, fits):
    small["ebikes"][0]["bikes"] = 12_000

    result = fits(small)

    assert (result.n_max, result.share_percent) == (None, None)
    assert result.next_binding.status == "fail"


def test_chargers_of_today_that_are_all_there_are_judged_once(small, fits):
    small["private_bays"][0]["equipped_share"] = 1

    assert fits(small).n_max == 30


def test_without_private_bays_there_is_no_share(small, fits):
    small["private_bays"] = []

    assert fits(small) is None
