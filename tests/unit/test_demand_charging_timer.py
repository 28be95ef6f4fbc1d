"""Cars whose timer waits for the valley tariff."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.demand.charging.parameters import TimerModel, ev_model
from gridcalc.demand.charging.private import draw_private
from gridcalc.demand.charging.sessions import Sessions, select
from gridcalc.demand.charging.streams import generator
from gridcalc.demand.charging.timer import with_timer
from gridcalc.policy import load_policy

ALL_WAIT = TimerModel(responder_share=1.0, valley_start_clock_h=23.0, spread_min=0.0)
SOME_WAIT = TimerModel(responder_share=0.6, valley_start_clock_h=23.0, spread_min=30.0)


def one(arrival_h, *, departure_h=19.0, energy_kwh=14.0):
    return Sessions(
        n_units=1,
        n_days=1,
        unit=np.array([0]),
        day=np.array([0]),
        arrival_h=np.array([arrival_h]),
        departure_h=np.array([departure_h]),
        start_h=np.array([arrival_h]),
        energy_kwh=np.array([energy_kwh]),
        p_kw=np.array([7.0]),
        takes_part=np.array([0.5]),
    )


def many(n_units=300, n_days=20):
    model = ev_model(load_policy("national"), "summer")
    power = np.full(n_units, 7.0)
    return draw_private(generator(1, "t", "private", 0), model, p_kw=power, n_days=n_days)


def timed(sessions, timer=SOME_WAIT):
    return with_timer(sessions, timer, generator(1, "t", "timer", 0))


@pytest.mark.parametrize(
    ("arrival_h", "departure_h", "start_h"),
    [
        (6.5, 19.0, 11.0),  # 18:30 waits until 23:00
        (10.99, 19.0, 11.0),
        (11.0, 19.0, 11.0),  # comes when the valley starts
        (12.0, 19.0, 12.0),  # comes later: at once
        (6.5, 13.0, 11.0),  # 14 kWh take 2 h: full just in time
        (6.5, 12.9, 6.5),  # would not be full: at once
    ],
)
def test_a_car_waits_if_it_comes_before_the_valley_and_can_still_be_full(
    arrival_h, departure_h, start_h
):
    found = timed(one(arrival_h, departure_h=departure_h), ALL_WAIT)

    assert found.start_h.tolist() == [start_h]


def test_the_valley_may_start_after_midnight():
    late = replace(ALL_WAIT, valley_start_clock_h=0.5)

    assert timed(one(6.5), late).start_h.tolist() == [12.5]


def test_starts_spread_over_the_time_after_the_valley_start():
    moved = timed(many(), replace(SOME_WAIT, responder_share=1.0))
    late_h = moved.start_h[moved.start_h != moved.arrival_h] - 11.0

    assert ((late_h >= 0) & (late_h < 0.5)).all()
    assert late_h.mean() == pytest.approx(0.25, abs=0.02)  # uniform over 30 min


def test_the_share_of_those_who_wait_is_that_of_the_model():
    sessions = many(2000, 20)
    could = timed(sessions, replace(SOME_WAIT, responder_share=1.0))
    able = could.start_h != sessions.start_h

    waits = timed(sessions).start_h != sessions.start_h

    assert waits[able].mean() == pytest.approx(0.6, abs=0.02)
    assert not waits[~able].any()


def test_without_responders_nothing_changes():
    sessions = many()

    assert timed(sessions, replace(SOME_WAIT, responder_share=0.0)).start_h.tolist() == (
        sessions.start_h.tolist()
    )


def test_only_the_start_changes():
    sessions = many()

    found = timed(sessions)

    for name in ("unit", "day", "arrival_h", "departure_h", "energy_kwh", "p_kw", "takes_part"):
        assert getattr(found, name) is getattr(sessions, name)
    assert (found.start_h + found.energy_kwh / found.p_kw <= found.departure_h + 1e-9).all()


def test_who_waits_does_not_depend_on_who_else_charges():
    sessions = many()
    few = sessions.takes_part < 0.3

    assert timed(select(sessions, few)).start_h.tolist() == timed(sessions).start_h[few].tolist()


def test_the_first_bays_wait_alike_however_many_follow():
    found, all_found = timed(many(100)), timed(many(300))

    assert found.start_h.tolist() == all_found.start_h[all_found.unit < 100].tolist()


def test_a_larger_share_only_adds_cars_that_wait():
    sessions = many()

    fewer = timed(sessions).start_h != sessions.start_h
    more = timed(sessions, replace(SOME_WAIT, responder_share=0.9)).start_h != sessions.start_h

    assert (more | ~fewer).all()
    assert more.sum() > fewer.sum()
