"""Charges of e-bike sockets."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.demand.charging.ebike import draw_sockets
from gridcalc.demand.charging.parameters import ClockMixture, ebike_model
from gridcalc.demand.charging.streams import generator
from gridcalc.policy import load_policy

MODEL = ebike_model(load_policy("national"))
ONE_KIND = replace(
    MODEL,
    charges_per_socket_day=1.0,
    day_sigma=0.0,
    charger_share=np.array([1.0]),
    charger_battery_kwh=np.array([0.82]),
    charger_p_kw=np.array([0.15]),
    mean_depth=0.6,
    depth_sd=0.0,
    arrival=ClockMixture(
        share=np.array([1.0]), mean_clock_h=np.array([19.0]), sd_h=np.array([0.0])
    ),
)


def draw(model=MODEL, *, n_sockets=200, n_days=40, p_kw=0.2):
    rng = generator(3, "unit-test", "ebike", 0)
    return draw_sockets(rng, model, p_kw=np.full(n_sockets, p_kw), n_days=n_days)


def energy_kwh(pieces):
    return (pieces.p_kw * (pieces.end_h - pieces.start_h)).reshape(-1, 2).sum(axis=1)


def test_a_charge_has_a_fast_and_a_slow_stage():
    pieces = draw(ONE_KIND, n_sockets=1, n_days=1)

    # 0.82 kWh x 0.6 / 0.82 = 0.6 kWh from the socket: 0.45 kWh at 150 W take 3 h, 0.15 kWh at
    # 52.5 W take 2.857 h; from 19:00, 7 h after noon
    assert pieces.start_h == pytest.approx([7.0, 10.0])
    assert pieces.end_h == pytest.approx([10.0, 12.857], abs=1e-3)
    assert pieces.p_kw == pytest.approx([0.15, 0.0525])
    assert energy_kwh(pieces) == pytest.approx([0.6])


def test_a_stronger_socket_has_larger_batteries_and_takes_as_long():
    usual, strong = draw(p_kw=0.2), draw(p_kw=0.4)

    assert strong.p_kw == pytest.approx(2 * usual.p_kw)
    assert strong.end_h == pytest.approx(usual.end_h)


def test_the_socket_power_of_the_policy_stands_for_the_mix_of_chargers():
    pieces = draw()

    # the four chargers of the mix in W
    assert set(np.round(1000 * pieces.p_kw[::2], 6)) == {130, 160, 220, 360}
    # by hand 187.5 W; the standard deviation of one charger is about 66 W
    n = len(pieces.unit) // 2
    assert 1000 * pieces.p_kw[::2].mean() == pytest.approx(187.5, abs=4 * 66 / n**0.5)


def test_each_battery_goes_with_its_charger_and_the_depth_stays_in_its_limits():
    pieces = draw()
    battery_kwh = {130: 0.58, 160: 0.96, 220: 1.20, 360: 1.44}
    watts = np.round(1000 * pieces.p_kw[::2]).astype(int)

    depth = energy_kwh(pieces) * 0.82 / np.array([battery_kwh[w] for w in watts])

    assert depth.min() == pytest.approx(0.1)  # some of 7000 lie 2.5 standard deviations out
    assert depth.max() == pytest.approx(1.0)
    assert np.median(depth) == pytest.approx(0.6, abs=0.01)


def test_a_socket_is_used_as_often_as_the_model_says():
    pieces = draw(replace(MODEL, charges_per_socket_day=0.45, day_sigma=0.0), n_sockets=1000)

    assert len(pieces.unit) / 2 / 40_000 == pytest.approx(0.45, abs=4 * 0.5 / 40_000**0.5)


def test_a_busy_day_cannot_use_a_socket_twice():
    pieces = draw(replace(MODEL, charges_per_socket_day=1.0, day_sigma=0.5))

    key = pieces.unit * pieces.n_days + pieces.day

    assert np.bincount(key).max() == 2  # the two pieces of one charge


def test_the_first_sockets_keep_their_charges_however_many_follow():
    few, many = draw(n_sockets=70), draw(n_sockets=200)
    mine = many.unit < 70

    for name in ("unit", "day", "start_h", "end_h", "p_kw"):
        assert getattr(few, name).tolist() == getattr(many, name)[mine].tolist(), name


def test_no_sockets_have_no_charges():
    assert len(draw(n_sockets=0).unit) == 0
