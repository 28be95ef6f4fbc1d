"""Charges of private bays: who plugs in, when, for how much, until when."""

from dataclasses import fields, replace

import numpy as np
import pytest

from gridcalc.demand.charging.parameters import ClockMixture, ev_model
from gridcalc.demand.charging.private import (
    DayFactors,
    charge_probability,
    clock_draws,
    common_factor,
    draw_day_factors,
    draw_private,
)
from gridcalc.demand.charging.streams import generator
from gridcalc.policy import load_policy

MODEL = ev_model(load_policy("national"), "summer")
SURE = replace(MODEL, plug_in_probability=1.0, day_sigma_plug_in=0.0, day_sigma_energy=0.0)
COLUMNS = ("day", "arrival_h", "departure_h", "start_h", "energy_kwh", "p_kw", "takes_part")


def draw(model=MODEL, *, n_units=200, n_days=50, p_kw=7.0, block=0, factors=None):
    rng = generator(3, "unit-test", "private", block)
    power = np.full(n_units, p_kw)
    return draw_private(rng, model, p_kw=power, n_days=n_days, factors=factors)


def at(clock_h, sd_h=0.0):
    return ClockMixture(
        share=np.array([1.0]), mean_clock_h=np.array([clock_h]), sd_h=np.array([sd_h])
    )


# ------------------------------------------------------------------ who charges


@pytest.mark.parametrize("p", [0.25, 0.45, 0.9])
@pytest.mark.parametrize("day_factor", [0.6, 1.0, 1.1, 1.5, 3.0])
def test_the_probability_is_the_mean_over_random_users(p, day_factor):
    users = np.random.default_rng(1).beta(3 * p, 3 * (1 - p), 400_000)

    found = charge_probability(replace(MODEL, plug_in_probability=p), np.array([day_factor]))

    # four standard errors: the standard deviation of min(1, q f) is at most 0.5
    expected = np.minimum(1.0, users * day_factor).mean()
    assert found == pytest.approx([expected], abs=4 * 0.5 / 400_000**0.5)


@pytest.mark.parametrize(("p", "expected"), [(0.0, [0.0, 0.0, 0.0]), (1.0, [0.5, 1.0, 1.0])])
def test_users_who_never_or_always_charge_leave_nothing_to_chance(p, expected):
    model = replace(MODEL, plug_in_probability=p)

    assert charge_probability(model, np.array([0.5, 1.0, 2.0])).tolist() == expected


def test_nobody_comes_where_there_is_no_bay_or_no_car():
    assert len(draw(n_units=0).unit) == 0
    assert len(draw(replace(MODEL, plug_in_probability=0.0)).unit) == 0


def test_every_bay_charges_every_day_where_it_is_sure():
    charges = draw(SURE, n_units=3, n_days=2)

    assert charges.unit.tolist() == [0, 0, 1, 1, 2, 2]
    assert charges.day.tolist() == [0, 1, 0, 1, 0, 1]


def test_a_busy_day_brings_more_charges_and_more_energy():
    quiet = DayFactors(plug_in=np.full(50, 0.5), energy=np.full(50, 0.5))
    busy = DayFactors(plug_in=np.full(50, 1.5), energy=np.full(50, 1.5))

    few, many = draw(factors=quiet), draw(factors=busy)

    # 10000 bay-days; charge_probability(0.5), charge_probability(1.5) of the docstring
    assert len(few.unit) / 10_000 == pytest.approx(0.225, abs=0.02)
    assert len(many.unit) / 10_000 == pytest.approx(0.631, abs=0.02)
    assert set(zip(few.unit, few.day, strict=True)) <= set(zip(many.unit, many.day, strict=True))
    assert many.energy_kwh.mean() > 2 * few.energy_kwh.mean()


def test_day_factors_leave_the_mean_as_it_is_and_vary_as_told():
    factors = draw_day_factors(np.random.default_rng(1), MODEL, 100_000)

    for factor, sigma in ((factors.plug_in, 0.14), (factors.energy, 0.08)):
        assert factor.mean() == pytest.approx(1.0, abs=4 * sigma / 100_000**0.5)
        assert np.log(factor).std() == pytest.approx(sigma, rel=0.01)
    assert abs(np.corrcoef(factors.plug_in, factors.energy)[0, 1]) < 0.02


def test_a_common_factor_without_spread_is_one():
    assert common_factor(np.array([-2.0, 0.0, 2.0]), 0.0).tolist() == [1.0, 1.0, 1.0]


# ------------------------------------------------------------------ draws belong to a bay


@pytest.mark.parametrize("n_first", [0, 1, 37, 199])
def test_the_first_bays_keep_their_charges_however_many_follow(n_first):
    few, many = draw(n_units=n_first), draw(n_units=200)

    mine = many.unit < n_first

    assert few.unit.tolist() == many.unit[mine].tolist()
    for name in COLUMNS:
        assert getattr(few, name).tolist() == getattr(many, name)[mine].tolist(), name


def test_a_stronger_charger_changes_nothing_but_its_own_power():
    slow, fast = draw(p_kw=7.0), draw(p_kw=11.0)

    for name in ("unit", "day", "arrival_h", "departure_h", "takes_part"):
        assert getattr(slow, name).tolist() == getattr(fast, name).tolist()
    assert (fast.energy_kwh >= slow.energy_kwh).all()


def test_common_factors_from_outside_leave_the_bays_draws_as_they_are():
    model = replace(MODEL, day_sigma_plug_in=0.0, day_sigma_energy=0.0)
    plain = DayFactors(plug_in=np.ones(50), energy=np.ones(50))

    alone, shared = draw(model), draw(model, factors=plain)

    for field in fields(alone):
        assert np.array_equal(getattr(alone, field.name), getattr(shared, field.name))


def test_blocks_are_independent_draws():
    assert draw(block=0).arrival_h[:5].tolist() != draw(block=1).arrival_h[:5].tolist()


# ------------------------------------------------------------------ one charge


@pytest.mark.parametrize("season", ["summer", "winter"])
def test_every_charge_keeps_the_promises_of_the_record(season):
    charges = draw(ev_model(load_policy("national"), season), n_units=2000, n_days=25)

    assert (np.diff(charges.unit * 25 + charges.day) > 0).all()
    assert ((charges.arrival_h >= 0) & (charges.arrival_h < 24)).all()
    stay_h = charges.departure_h - charges.arrival_h
    assert (stay_h > 0.25 - 1e-9).all()
    assert (stay_h <= 23.9 + 1e-9).all()
    assert (charges.start_h == charges.arrival_h).all()
    assert (charges.start_h + charges.energy_kwh / charges.p_kw <= charges.departure_h + 1e-9).all()
    assert ((charges.energy_kwh > 0) & (charges.energy_kwh <= 60)).all()
    assert ((charges.takes_part >= 0) & (charges.takes_part < 1)).all()


def test_arrivals_follow_the_parts_of_the_mixture():
    mixture = ClockMixture(
        share=np.array([0.3, 0.7]), mean_clock_h=np.array([18.0, 1.0]), sd_h=np.array([2.0, 1.0])
    )

    part, z = np.array([0.0, 0.299, 0.3, 0.999]), np.array([0.0, 1.0, -1.0, 2.0])

    # 18:00, 20:00, 0:00 and 3:00
    assert clock_draws(part, z, mixture).tolist() == [6.0, 8.0, 12.0, 15.0]


def test_a_car_that_comes_in_the_morning_leaves_the_next_morning():
    model = replace(SURE, arrival=at(7.5), departure_clock_h=7.6, departure_sd_h=0.0)

    charges = draw(model, n_units=1, n_days=1)

    # 7:36 is only 0.1 h after 7:30; a whole day later it is cut to 23.9 h
    assert charges.departure_h - charges.arrival_h == pytest.approx([23.9])


def test_a_car_that_comes_in_the_evening_leaves_the_next_morning():
    model = replace(SURE, arrival=at(18.0), departure_clock_h=7.5, departure_sd_h=0.0)

    charges = draw(model, n_units=1, n_days=1)

    assert charges.arrival_h.tolist() == [6.0]
    assert charges.departure_h.tolist() == [19.5]


def test_energy_is_lognormal_with_the_mean_of_the_model():
    model = replace(SURE, max_energy_kwh=1e6, arrival=at(13.0))  # cap and stay do not bind

    charges = draw(model, n_units=2000, n_days=50, p_kw=1e6)

    log_kwh = np.log(charges.energy_kwh)
    # by hand: ln 14 - 0.75² / 2; standard errors 0.75 / sqrt(1e5) = 0.0024 and 0.0017
    assert log_kwh.mean() == pytest.approx(np.log(14) - 0.75**2 / 2, abs=0.01)
    assert log_kwh.std() == pytest.approx(0.75, abs=0.01)


def test_a_charge_ends_at_the_cap_or_when_the_car_leaves():
    big = replace(SURE, mean_energy_kwh=1e4, energy_sigma_ln=0.0)
    evening = replace(big, arrival=at(18.0), departure_clock_h=7.0, departure_sd_h=0.0)

    strong, weak = draw(evening, n_units=1, n_days=1), draw(evening, n_units=1, n_days=1, p_kw=2.0)

    assert strong.energy_kwh.tolist() == [60.0]  # cap
    assert weak.energy_kwh.tolist() == [26.0]  # 13 h at 2 kW


def test_a_larger_participation_only_adds_cars():
    charges = draw(n_units=2000, n_days=25)

    shares = [(charges.takes_part < share).mean() for share in (0.0, 0.5, 0.8, 1.0)]

    assert shares == pytest.approx([0.0, 0.5, 0.8, 1.0], abs=0.02)
