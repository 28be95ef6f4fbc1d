"""Thermal models of oil and dry transformers: lag, steady state, overshoot, rates, bad input."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest

from gridcalc.standards.thermal_iec60076_7 import (
    ageing_rate_normal_paper,
    ageing_rate_upgraded_paper,
    oil_hot_spot,
    oil_model,
)
from gridcalc.standards.thermal_iec60076_12 import ageing_rate_dry, dry_hot_spot, dry_model
from gridcalc.standards.thermal_relaxation import periodic_response, require_days

OIL, DRY = oil_model(loss_ratio=5), dry_model("F")
HALVED_IN_12_H_MIN = 720 / log(2)  # time constant [min] of which 12 h leave a half
AT_ONCE_MIN = 0.01
NIGHT_AND_DAY = np.array([[0.0, 1.0]])  # 12 h without load, 12 h at rated load


def oil_day(load_pu, model, ambient=20.0):
    n_slots = load_pu.shape[1]
    return oil_hot_spot(
        load_pu, ambient_celsius=np.full(n_slots, ambient), model=model, slot_h=24 / n_slots
    )


def dry_day(load_pu, model, ambient=20.0):
    n_slots = load_pu.shape[1]
    return dry_hot_spot(
        load_pu, ambient_celsius=np.full(n_slots, ambient), model=model, slot_h=24 / n_slots
    )


def some_days(n_days=4, n_slots=96):
    return np.random.default_rng(7).uniform(0, 1.3, size=(n_days, n_slots))


def test_a_constant_target_is_met_in_every_slot():
    response = periodic_response(np.full((2, 5), 3.0), decay=0.7)

    assert response == pytest.approx(np.full((2, 5), 3.0))


def test_the_day_ends_in_the_state_it_began_with():
    target, decay = some_days(), 0.9

    response = periodic_response(target, decay=decay)

    first = target[:, 0] + (response[:, -1] - target[:, 0]) * decay
    assert response[:, 0] == pytest.approx(first, abs=1e-12)


def test_three_repeated_days_lead_to_the_same_state_from_cold():
    # Oil lags by 180 min: after 48 h exp(-16) = 1e-7 of a wrong start is left.
    target = 20 + 60 * some_days()
    decay = exp(-15 / 180)
    state = np.full(4, 20.0)
    simulated = np.zeros_like(target)

    for _ in range(3):
        for slot in range(96):
            state = target[:, slot] * (1 - decay) + state * decay
            simulated[:, slot] = state

    assert periodic_response(target, decay=decay) == pytest.approx(simulated, abs=1e-5)


def test_without_load_the_oil_keeps_the_rise_of_the_no_load_loss():
    # 55 K (1 / 6)^0.8 = 13.117 K by hand; no current, so no gradient.
    day = oil_day(np.zeros((1, 96)), OIL)

    assert day.top_oil_celsius == pytest.approx(np.full((1, 96), 33.117), abs=1e-3)
    assert day.hot_spot_celsius == pytest.approx(day.top_oil_celsius)


def test_top_oil_between_night_and_day_lags_as_by_hand():
    # Halves every 12 h between a = 13.117 K and b = 55 K: m = (b + s) / 2, s = (a + m) / 2,
    # hence m = (2 b + a) / 3 = 41.039 K at midnight and s = (b + 2 a) / 3 = 27.078 K at noon.
    model = replace(OIL, tau_oil_min=HALVED_IN_12_H_MIN)

    day = oil_day(NIGHT_AND_DAY, model, ambient=0.0)

    assert day.top_oil_celsius == pytest.approx(np.array([[27.078, 41.039]]), abs=1e-3)


def test_ambient_temperature_passes_through_the_oil():
    # The same by hand with a = 0 and b = 30 K: 10 and 20 K above the 13.117 K of no load.
    model = replace(OIL, tau_oil_min=HALVED_IN_12_H_MIN)

    day = oil_hot_spot(
        np.zeros((1, 2)), ambient_celsius=np.array([0.0, 30.0]), model=model, slot_h=12.0
    )

    assert day.hot_spot_celsius == pytest.approx(np.array([[23.117, 33.117]]), abs=1e-3)


def test_k11_stretches_the_time_constant_of_the_oil():
    slow = replace(OIL, k11=0.5, tau_oil_min=2 * HALVED_IN_12_H_MIN)

    day = oil_day(NIGHT_AND_DAY, slow, ambient=0.0)

    assert day.top_oil_celsius == pytest.approx(np.array([[27.078, 41.039]]), abs=1e-3)


def test_the_winding_lags_by_k22_times_its_time_constant():
    # Between 0 and g = 23 K, halved in 12 h: 23/3 and 46/3 K over the oil.
    model = replace(OIL, tau_winding_min=HALVED_IN_12_H_MIN / 2, k22=2.0)

    day = oil_day(NIGHT_AND_DAY, model)

    gradient = day.hot_spot_celsius - day.top_oil_celsius
    assert gradient == pytest.approx(np.array([[23 / 3, 46 / 3]]))


def test_with_k21_of_2_the_hot_spot_overshoots_as_by_hand():
    # The winding follows at once: h1 = 0 and 2 g. h2 halves in 12 h: g / 3 and 2 g / 3.
    # h1 - h2 = -g / 3 and 4 g / 3.
    model = replace(
        OIL, k21=2.0, k22=2.0, tau_oil_min=2 * HALVED_IN_12_H_MIN, tau_winding_min=AT_ONCE_MIN
    )

    day = oil_day(NIGHT_AND_DAY, model)

    gradient = day.hot_spot_celsius - day.top_oil_celsius
    assert gradient == pytest.approx(np.array([[-23 / 3, 4 * 23 / 3]]))


def test_overshoot_does_not_change_the_steady_state():
    day = oil_day(np.ones((1, 96)), replace(OIL, k21=2.0))

    assert day.hot_spot_celsius == pytest.approx(np.full((1, 96), 98.0))


def test_a_dry_winding_between_night_and_day_lags_as_by_hand():
    # 125 K, halved in 12 h: 125/3 K at noon, 250/3 K at midnight.
    model = replace(DRY, tau_winding_min=HALVED_IN_12_H_MIN)

    day = dry_day(NIGHT_AND_DAY, model, ambient=0.0)

    assert day == pytest.approx(np.array([[125 / 3, 250 / 3]]))


def test_a_dry_winding_follows_the_ambient_at_once():
    ambient = np.array([10.0, 40.0])

    day = dry_hot_spot(np.zeros((1, 2)), ambient_celsius=ambient, model=DRY, slot_h=12.0)

    assert day == pytest.approx(ambient[None, :])


def test_days_do_not_touch_each_other():
    days = some_days()

    together = oil_day(days, OIL).hot_spot_celsius
    apart = np.concatenate([oil_day(day[None, :], OIL).hot_spot_celsius for day in days])

    assert np.array_equal(together, apart)


def test_more_load_never_cools():
    days = some_days()

    assert (oil_day(1.1 * days, OIL).hot_spot_celsius > oil_day(days, OIL).hot_spot_celsius).all()
    assert (dry_day(1.1 * days, DRY) > dry_day(days, DRY)).all()


def test_no_days_are_no_result():
    assert oil_day(np.zeros((0, 96)), OIL).hot_spot_celsius.shape == (0, 96)
    assert dry_day(np.zeros((0, 96)), DRY).shape == (0, 96)


def test_normal_paper_ages_twice_as_fast_every_6_k():
    rates = ageing_rate_normal_paper(np.array([86.0, 92.0, 98.0, 104.0]))

    assert rates == pytest.approx([0.25, 0.5, 1.0, 2.0])


def test_upgraded_paper_is_made_for_110_celsius():
    # exp(15000/383 - 15000/371) = exp(39.16449 - 40.43127) = 0.2817 by hand
    rates = ageing_rate_upgraded_paper(np.array([98.0, 110.0]))

    assert rates == pytest.approx([0.2817, 1.0], abs=1e-4)


@pytest.mark.parametrize(("dry_class", "rated_celsius"), [("F", 145.0), ("H", 170.0)])
def test_life_at_the_rated_hot_spot_is_the_rated_life(dry_class, rated_celsius):
    # IEC 60076-12:2008 table 1; its rounded constants give 180 000 h within 0.2 %.
    rate = ageing_rate_dry(np.array([rated_celsius]), model=dry_model(dry_class))

    assert rate == pytest.approx([1.0], rel=2e-3)


def test_life_of_dry_insulation_halves_about_every_6_k():
    # IEC 60076-12:2008; the exponential law gives a factor of 1.9 to 2.1 near the rated hot spot.
    rates = ageing_rate_dry(np.array([139.0, 145.0, 151.0]), model=DRY)

    assert rates[1:] / rates[:-1] == pytest.approx([2.0, 2.0], abs=0.06)


def test_class_h_lasts_longer_than_class_f_at_the_same_hot_spot():
    hot_spot = np.array([120.0, 155.0])

    of_h, of_f = (ageing_rate_dry(hot_spot, model=dry_model(c)) for c in ("H", "F"))

    assert (of_h < of_f).all()


def test_limits_carry_their_source_and_mark():
    found = [
        (limit.value, limit.source, limit.confidence)
        for limit in (
            OIL.max_hot_spot,
            OIL.max_top_oil,
            DRY.max_hot_spot,
            dry_model("H").max_hot_spot,
        )
    ]

    assert found == [
        (120, "iec-60076-7-table-2", "secondary"),  # normal cyclic loading
        (105, "iec-60076-7-table-2", "secondary"),
        (180, "iec-60076-12", "recalled"),
        (205, "iec-60076-12", "recalled"),
    ]


def test_a_loss_ratio_of_zero_is_refused():
    with pytest.raises(ValueError, match=r"a ratio of load to no-load loss of 0 is not above 0"):
        oil_model(loss_ratio=0)


@pytest.mark.parametrize(
    ("load_pu", "ambient", "message"),
    [
        (np.ones(96), np.ones(96), r"not \(96,\) and \(96,\)"),
        (np.ones((2, 96)), np.ones(48), r"not \(2, 96\) and \(48,\)"),
        (np.ones((2, 0)), np.ones(0), r"not \(2, 0\) and \(0,\)"),
        (np.full((1, 2), np.nan), np.ones(2), "not a finite number"),
        (np.ones((1, 2)), np.array([1.0, np.inf]), "not a finite number"),
        (np.array([[0.5, -0.1]]), np.ones(2), r"a load of -0\.1 pu is below zero"),
    ],
)
def test_loads_that_are_not_days_are_refused(load_pu, ambient, message):
    for refuse in (
        lambda: require_days(load_pu, ambient),
        lambda: oil_hot_spot(load_pu, ambient_celsius=ambient, model=OIL, slot_h=0.25),
        lambda: dry_hot_spot(load_pu, ambient_celsius=ambient, model=DRY, slot_h=0.25),
    ):
        with pytest.raises(ValueError, match=message):
            refuse()
