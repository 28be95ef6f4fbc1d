"""Demand factors of households, chargers and e-bike sockets, and their monotone envelope."""

from collections import defaultdict

import numpy as np
import pytest

from gridcalc.errors import InputError
from gridcalc.standards.charger_demand import (
    charger_demand_factor,
    diversified_charger_counts,
    diversified_chargers,
)
from gridcalc.standards.demand_factor import (
    FactorCurve,
    diversified_array,
    diversified_at,
    factor_at,
)
from gridcalc.standards.ebike_demand import diversified_sockets, ebike_coincidence
from gridcalc.standards.household_demand import (
    HouseholdFactorRow,
    HouseholdKwRow,
    diversified_count,
    diversified_counts,
    household_demand_factor,
    household_kw,
)
from gridcalc.tables import read_data_table

JGJ = "jgj242_2011_3phase"
HOUSEHOLD_RULE_SETS = (
    *("jgj242_2011_3phase", "jgj242_2011_1phase", "jiangsu_style_transformer_kp"),
    *("jiangsu_style_cable_kp", "jiangsu_style_lv_public", "henan_type"),
)


def factor(n, position="interpolate", rule_set=JGJ):
    return household_demand_factor(rule_set=rule_set, n_households=n, position=position)


# JGJ 242-2011, explanatory note 3.4.1 table 1: 3-9 0.9-1, 12-24 0.65-0.9, …, 780-900 0.26-0.30.
@pytest.mark.parametrize(
    ("n", "position", "expected"),
    [
        (0, "interpolate", 1.0),
        (1, "interpolate", 1.0),
        (2, "low", 1.0),
        (3, "interpolate", 1.0),
        (3, "low", 0.9),
        (6, "interpolate", 0.95),
        (9, "interpolate", 0.9),
        (9, "high", 1.0),
        (12, "interpolate", 0.9),
        (18, "interpolate", 0.775),
        (24, "low", 0.65),
        (75, "interpolate", 0.45),
        (372, "interpolate", 0.40),
        (255, "low", 0.40),
        (900, "interpolate", 0.26),
        (900, "high", 0.30),
        (901, "high", 0.26),
        (5000, "interpolate", 0.26),
    ],
)
def test_household_factors_at_band_limits_and_inside(n, position, expected):
    assert factor(n, position).value == pytest.approx(expected)


def test_counts_between_bands_are_interpolated_and_said_so():
    # 9 -> 1.0 and 12 -> 0.9 at the high end: a third and two thirds of the way.
    ten, eleven = factor(10, "high"), factor(11, "high")

    assert ten.value == pytest.approx(1.0 - 0.1 / 3)
    assert eleven.value == pytest.approx(1.0 - 0.2 / 3)
    assert "between the counts 9 and 12" in ten.note


def test_fractions_of_households_are_interpolated():
    assert factor(7.5).value == pytest.approx(0.925)


@pytest.mark.parametrize(
    ("rule_set", "n", "expected"),
    [
        ("jgj242_2011_1phase", 1, 1.0),
        ("jgj242_2011_1phase", 25, 0.45),
        ("jgj242_2011_1phase", 400, 0.26),
        ("jiangsu_style_transformer_kp", 50, 0.7),
        ("jiangsu_style_transformer_kp", 51, 0.6),
        ("jiangsu_style_transformer_kp", 1000, 0.5),
        ("jiangsu_style_cable_kp", 3, 1.0),
        ("jiangsu_style_cable_kp", 12, 0.7),
        ("henan_type", 100, 0.75),
    ],
)
def test_other_household_rule_sets(rule_set, n, expected):
    assert factor(n, rule_set=rule_set).value == pytest.approx(expected)


def test_marks_follow_the_band_and_its_use():
    assert factor(100, "high").confidence == "seen"
    assert factor(100, "high").source == "jgj-242-2011-3.4.1"
    assert factor(20, "high").confidence == "secondary"
    assert factor(37, "high").confidence == "secondary"
    assert factor(1000, "high").confidence == "recalled"
    assert factor(1, "high").confidence == "assumed"


def test_an_unknown_rule_set_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match=r"'jgj' is not a rule set.*henan_type"):
        factor(10, rule_set="jgj")


@pytest.mark.parametrize("n", [-1, float("nan"), float("inf")])
def test_an_impossible_count_is_a_programming_error(n):
    with pytest.raises(ValueError, match="not possible"):
        factor(n)


@pytest.mark.parametrize("position", ["interpolate", "high", "low"])
@pytest.mark.parametrize("rule_set", HOUSEHOLD_RULE_SETS)
def test_one_more_household_never_lowers_the_demand(rule_set, position):
    counts = diversified_counts(rule_set=rule_set, n_max=2000, position=position, power_factor=0.9)

    assert counts[0] == 0
    assert np.all(np.diff(counts) >= 0)


def test_the_envelope_is_the_running_maximum_of_count_times_factor():
    expected = 0.0
    for n in range(1100):
        expected = max(expected, n * factor(n, "low").value)

        assert diversified_count(
            rule_set=JGJ, n=n, position="low", power_factor=0.9
        ) == pytest.approx(expected)


def test_the_envelope_holds_where_the_table_would_shed_load():
    # Kp falls from 0.7 at 50 flats to 0.6 at 51: 35.0 would become 30.6.
    count = diversified_count(
        rule_set="jiangsu_style_transformer_kp", n=51, position="high", power_factor=0.9
    )

    assert count == pytest.approx(35.0 * 0.9)


@pytest.mark.parametrize(("n", "kva"), [(50, 280.0), (100, 480.0), (300, 1200.0)])
def test_the_jiangsu_method_gives_kva(n, kva):
    # kVA = ΣkW·Kp with Kp 0.7 up to 50 flats, 0.6 below 200, 0.5 from there; flats of 8 kW.
    count = diversified_count(
        rule_set="jiangsu_style_transformer_kp", n=n, position="high", power_factor=0.9
    )

    assert 8 * count / 0.9 == pytest.approx(kva)


def test_all_bands_of_a_rule_set_give_the_same_quantity():
    by_rule_set = defaultdict(set)
    for row in read_data_table(HouseholdFactorRow, "household_demand_factor.csv"):
        by_rule_set[row.rule_set].add(row.quantity)

    of_kva = {name for name, found in by_rule_set.items() if found == {"kVA"}}
    assert {name.rpartition("_")[0] for name in of_kva} == {
        "jiangsu_style_transformer",
        "jiangsu_style_cable",
        "jiangsu_style_lv",
    }
    assert all(len(found) == 1 for found in by_rule_set.values())


def test_fractional_counts_are_diversified_between_whole_ones():
    low = diversified_count(rule_set=JGJ, n=100, position="high", power_factor=0.9)
    high = diversified_count(rule_set=JGJ, n=101, position="high", power_factor=0.9)

    assert diversified_count(
        rule_set=JGJ, n=100.5, position="high", power_factor=0.9
    ) == pytest.approx((low + high) / 2)


def test_a_count_beyond_the_first_envelope_is_extended():
    assert diversified_count(
        rule_set=JGJ, n=20000, position="high", power_factor=0.9
    ) == pytest.approx(5200)


def test_the_envelope_array_cannot_be_changed():
    counts = diversified_counts(rule_set=JGJ, n_max=10, position="high", power_factor=0.9)

    assert counts.shape == (11,)
    with pytest.raises(ValueError, match="read-only"):
        counts[3] = 0


def test_a_user_table_replaces_the_shipped_factors():
    row = HouseholdFactorRow(
        quantity="kW",
        rule_set="mine",
        n_min=1,
        n_max=None,
        factor_low=0.5,
        factor_high=0.6,
        basis="",
        note="",
        source="user:mine.csv",
        confidence="assumed",
    )

    result = household_demand_factor(
        rule_set="mine", n_households=10, position="high", table=(row,)
    )

    assert (result.value, result.source) == (0.6, "user:mine.csv")


# JGJ 242-2011: <= 60 m2 3, 60-90 4, 90-150 6 kW, above 150 m2 40 to 50 W/m2 more.
@pytest.mark.parametrize(
    ("rule_set", "area_m2", "position", "expected"),
    [
        ("jgj242_2011", 60, "high", 3),
        ("jgj242_2011", 60.1, "high", 4),
        ("jgj242_2011", 90, "low", 4),
        ("jgj242_2011", 150, "high", 6),
        ("jgj242_2011", 200, "low", 8.0),
        ("jgj242_2011", 200, "high", 8.5),
        ("jgj242_2011", 200, "mid", 8.25),
        ("jiangsu_style", 151, "high", 16),
        ("city_planning_table", 130, "low", 8),
        ("city_planning_table", 130, "high", 10),
        ("gbt36040_2018", 240, "low", 13),
    ],
)
def test_kilowatts_of_a_flat(rule_set, area_m2, position, expected):
    result = household_kw(rule_set=rule_set, area_m2=area_m2, excess_position=position)

    assert result.value == pytest.approx(expected)


def test_kilowatts_of_a_flat_carry_the_mark_of_the_band():
    small = household_kw(rule_set="jgj242_2011", area_m2=50, excess_position="high")
    large = household_kw(rule_set="jgj242_2011", area_m2=160, excess_position="high")

    assert (small.confidence, large.confidence) == ("secondary", "recalled")


def test_an_area_outside_the_table_is_an_input_error():
    with pytest.raises(InputError, match="0 m2 is not covered"):
        household_kw(rule_set="jgj242_2011", area_m2=0, excess_position="high")


def test_an_unknown_household_rule_set_is_an_input_error():
    with pytest.raises(InputError, match="'x' is not a rule set"):
        household_kw(rule_set="x", area_m2=100, excess_position="high")


def test_a_user_table_replaces_the_shipped_kilowatts():
    row = HouseholdKwRow(
        rule_set="mine",
        area_min_m2=0,
        area_max_m2=None,
        p_low_kw=5,
        p_high_kw=7,
        excess_low_w_per_m2=None,
        excess_high_w_per_m2=None,
        note="",
        source="user:mine.csv",
        confidence="assumed",
    )

    result = household_kw(rule_set="mine", area_m2=80, excess_position="mid", table=(row,))

    assert result.value == 6


def kx(n, position="high", rule_set="atlas_ac_7kw", floor_factor=0.0):
    return charger_demand_factor(
        rule_set=rule_set, n_chargers=n, position=position, floor_factor=floor_factor
    )


# Table charger_demand_factor: 1 -> 1.0, 3 -> 0.87-0.94, 20 -> 0.47-0.55, 100 -> 0.28-0.34;
# design office: 5-10 0.75-0.85, 11-50 0.55-0.65, above 0.40-0.45.
@pytest.mark.parametrize(
    ("rule_set", "n", "position", "expected"),
    [
        ("atlas_ac_7kw", 0, "high", 1.0),
        ("atlas_ac_7kw", 1, "low", 1.0),
        ("atlas_ac_7kw", 2, "high", 0.97),
        ("atlas_ac_7kw", 3, "low", 0.87),
        ("atlas_ac_7kw", 20, "mid", 0.51),
        ("atlas_ac_7kw", 90, "high", 0.345),
        ("atlas_ac_7kw", 100, "high", 0.34),
        ("atlas_ac_7kw", 1000, "low", 0.28),
        ("design_office_formula", 4, "high", 1.0),
        ("design_office_formula", 5, "high", 0.85),
        ("design_office_formula", 10, "low", 0.75),
        ("design_office_formula", 50, "mid", 0.60),
        ("design_office_formula", 500, "high", 0.45),
    ],
)
def test_charger_factors(rule_set, n, position, expected):
    assert kx(n, position, rule_set).value == pytest.approx(expected)


def test_a_floor_that_binds_is_named_as_an_assumption():
    result = kx(1000, "low", floor_factor=0.30)

    assert result.value == 0.30
    assert (result.source, result.confidence) == ("demand-factor-floor", "assumed")


def test_a_floor_that_does_not_bind_changes_nothing():
    assert kx(20, "mid", floor_factor=0.28) == kx(20, "mid")


def test_a_count_beyond_the_last_row_is_marked_as_assumed():
    assert kx(101).confidence == "assumed"
    assert kx(100).confidence == "recalled"


def test_planning_ranges_are_no_charger_curves():
    with pytest.raises(InputError, match="a range from 200 chargers on, not a curve"):
        kx(300, rule_set="planning_managed")


@pytest.mark.parametrize("position", ["high", "low", "mid"])
@pytest.mark.parametrize("rule_set", ["atlas_ac_7kw", "design_office_formula"])
def test_one_more_charger_never_lowers_the_demand(rule_set, position):
    counts = diversified_charger_counts(rule_set=rule_set, n_max=1500, position=position)

    assert np.all(np.diff(counts) >= 0)


def test_diversified_chargers_hold_at_a_band_step():
    # Design office, high end: 10 x 0.85 = 8.5; 11 x 0.65 = 7.15 would be less.
    count = diversified_chargers(rule_set="design_office_formula", n=11, position="high")

    assert count == pytest.approx(8.5)


def test_sockets_are_coincident_by_the_points_of_the_caller():
    points = [(10, 0.8), (50, 0.6)]

    assert ebike_coincidence(5, points) == 0.8
    assert ebike_coincidence(30, points) == pytest.approx(0.7)
    assert ebike_coincidence(500, points) == 0.6


def test_one_more_socket_never_lowers_the_demand():
    points = [(10, 0.9), (12, 0.5)]

    assert diversified_sockets(12, points) == pytest.approx(9.0)


def test_points_must_rise():
    with pytest.raises(ValueError, match="counts must rise"):
        ebike_coincidence(5, [(10, 0.8), (10, 0.6)])


def test_a_curve_needs_points():
    with pytest.raises(ValueError, match="counts must rise"):
        FactorCurve(n=(), factor=())


def test_curves_refuse_negative_counts():
    curve = FactorCurve(n=(1.0,), factor=(1.0,))

    with pytest.raises(ValueError, match="not possible"):
        factor_at(curve, -1)
    with pytest.raises(ValueError, match="not possible"):
        diversified_at(curve, -1)


def test_the_empty_compound_has_no_demand():
    curve = FactorCurve(n=(1.0,), factor=(1.0,))

    assert diversified_at(curve, 0) == 0
    assert diversified_array(curve, 0).tolist() == [0.0]
