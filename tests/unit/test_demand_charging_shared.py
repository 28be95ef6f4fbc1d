"""Charges of chargers that several bays share: first come, first served."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.demand.charging.parameters import ClockMixture, ev_model
from gridcalc.demand.charging.private import DayFactors, draw_private
from gridcalc.demand.charging.shared import draw_shared
from gridcalc.demand.charging.streams import generator
from gridcalc.policy import load_policy

MODEL = ev_model(load_policy("national"), "summer")
SURE = replace(
    MODEL,
    plug_in_probability=1.0,
    day_sigma_plug_in=0.0,
    day_sigma_energy=0.0,
    energy_sigma_ln=0.0,
    departure_clock_h=7.0,
    departure_sd_h=0.0,
)
COLUMNS = ("day", "arrival_h", "departure_h", "start_h", "energy_kwh", "p_kw", "takes_part")


def arrivals(clock_h, sd_h):
    return ClockMixture(
        share=np.array([1.0]), mean_clock_h=np.array([clock_h]), sd_h=np.array([sd_h])
    )


def draw(model=MODEL, *, n_chargers=100, bays=2, n_days=40, p_kw=7.0, factors=None):
    rng = generator(3, "unit-test", "public", 0)
    return draw_shared(
        rng,
        model,
        p_kw=np.full(n_chargers, p_kw),
        bays_per_charger=bays,
        n_days=n_days,
        factors=factors,
    )


def test_two_cars_at_once_charge_one_after_the_other():
    model = replace(SURE, arrival=arrivals(18.0, 0.0))

    charges = draw(model, n_chargers=1, n_days=1)

    assert charges.arrival_h.tolist() == [6.0, 6.0]
    assert charges.start_h.tolist() == [6.0, 8.0]  # 14 kWh take 2 h
    assert charges.energy_kwh.tolist() == [14.0, 14.0]


def test_a_car_that_comes_late_does_not_wait():
    model = replace(SURE, arrival=arrivals(19.0, 3.0))

    charges = draw(model)
    first, second = charges.start_h[::2], charges.start_h[1::2]

    late = charges.arrival_h[1::2] >= first + 2.0
    assert 0 < late.sum() < len(late)
    assert (second[late] == charges.arrival_h[1::2][late]).all()
    assert second[~late] == pytest.approx(first[~late] + 2.0)


def test_what_the_queue_leaves_no_time_for_is_cut():
    # From 18:00 to 7:00 are 13 h; at 2 kW 14 kWh take 7 h: the second gets 6 h, the third none.
    model = replace(SURE, arrival=arrivals(18.0, 0.0))

    charges = draw(model, n_chargers=1, bays=3, n_days=1, p_kw=2.0)

    assert charges.start_h.tolist() == [6.0, 13.0, 19.0]
    assert charges.energy_kwh.tolist() == [14.0, 12.0, 0.0]


def test_nobody_charges_beyond_departure_or_while_another_does():
    charges = draw(replace(MODEL, mean_energy_kwh=40.0), bays=4)
    end_h = charges.start_h + charges.energy_kwh / charges.p_kw

    same = (np.diff(charges.unit) == 0) & (np.diff(charges.day) == 0)

    assert (charges.start_h >= charges.arrival_h).all()
    assert (end_h <= charges.departure_h + 1e-9).all()
    served = charges.energy_kwh > 0
    assert (charges.start_h[1:][same & served[1:]] >= end_h[:-1][same & served[1:]] - 1e-9).all()
    assert not served.all()


def test_entries_stand_by_charger_day_and_arrival():
    charges = draw()
    key = charges.unit * charges.n_days + charges.day

    assert charges.n_units == 100
    assert (np.diff(key) >= 0).all()
    assert (np.diff(charges.arrival_h)[np.diff(key) == 0] >= 0).all()


def test_one_bay_for_each_charger_is_a_private_charger():
    shared = draw(bays=1)
    private = draw_private(
        generator(3, "unit-test", "public", 0), MODEL, p_kw=np.full(100, 7.0), n_days=40
    )

    for name in ("unit", *COLUMNS):
        assert getattr(shared, name).tolist() == getattr(private, name).tolist()


def test_the_first_chargers_keep_their_charges_however_many_follow():
    few, many = draw(n_chargers=30), draw(n_chargers=100)
    mine = many.unit < 30

    for name in ("unit", *COLUMNS):
        assert getattr(few, name).tolist() == getattr(many, name)[mine].tolist(), name


def test_common_days_may_come_from_outside():
    idle = DayFactors(plug_in=np.r_[0.0, np.ones(39)], energy=np.ones(40))

    assert draw(factors=idle).day.min() == 1


def test_no_chargers_have_no_charges():
    assert len(draw(n_chargers=0).unit) == 0
