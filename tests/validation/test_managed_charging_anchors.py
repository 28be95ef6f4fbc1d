"""How many bays orderly charging carries on one 800 kVA transformer, against an earlier study.

demand/demand_anchor_capacity_800kva.csv and demand_anchor_managed_participation.csv hold the
results of a separate implementation: 800 kVA at 85 % and power factor 0.95 (646 kW), homes of
2.2 kW with the shape anchor_evening_pu and a day factor of 5 %, charges cut at noon, 400 and 300
draws. The largest number of bays at which 95 % of the days deliver 99 % of the energy.

The two sources differ by up to 5 % from each other (531 and 505, 641 and 616 bays at full
participation), which is the noise of the draws; the tolerance is twice that for the capacities.
Participation below 100 % rests on the few worst days of few cars: three times.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from gridcalc.demand.charging.control import control
from gridcalc.demand.charging.controller import Controller
from gridcalc.demand.charging.deliverable import deliverable_kwh
from gridcalc.demand.charging.limits import Headroom
from gridcalc.demand.charging.parameters import ev_model
from gridcalc.demand.charging.participation import split
from gridcalc.demand.charging.pieces import pieces_of, slot_means_kw
from gridcalc.demand.charging.private import draw_private
from gridcalc.demand.charging.sessions import select
from gridcalc.policy import load_policy

FOLDER = Path(__file__).parent / "demand"
LIMIT_KW = 800 * 0.85 * 0.95
N_DAYS, N_MOST = 400, 900
CAPACITY_RTOL, PARTICIPATION_RTOL = 0.10, 0.15
STRICTER = 0.70
CASES = [("250", "base"), ("250", "winter"), ("200", "winter")]


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def anchor(n_homes, season, method):
    for row in rows("demand_anchor_capacity_800kva.csv"):
        if (row["n_households"], row["season"], row["method"]) == (n_homes, season, method):
            return int(row["n_bays_max"])
    raise AssertionError(method)


@cache
def charges(season):
    model = ev_model(load_policy("national"), "summer" if season == "base" else season)
    return draw_private(np.random.default_rng(1), model, p_kw=np.full(N_MOST, 7.0), n_days=N_DAYS)


def left_kw(n_homes):
    shape = rows("load_shape_household_defaults_96.csv")
    homes_kw = int(n_homes) * 2.2 * np.array([float(row["anchor_evening_pu"]) for row in shape])
    z = np.random.default_rng(2).standard_normal(N_DAYS)
    return LIMIT_KW - np.exp(0.05 * z - 0.05**2 / 2)[:, None] * homes_kw


def delivered(cars, room_kw, rule):
    if rule == "bound":
        return deliverable_kwh(cars, room_kw)
    headroom = Headroom(
        row=np.zeros(cars.n_units, dtype=np.int64),
        thirds=np.zeros(cars.n_units, dtype=bool),
        limits_of_row=np.zeros((1, 1), dtype=np.int64),
        headroom_kw=room_kw[None],
    )
    done = control(cars, headroom, Controller(rule=rule, min_kw=0.0, step_min=15))
    return np.bincount(cars.day, done.delivered_kwh, minlength=N_DAYS)


def is_enough(n, season, room_kw, rule, share=1.0):
    all_cars = charges(season)
    cars = select(all_cars, all_cars.unit < n)
    managed, alone, _ = split(cars, participation_share=share, lost_communication_share=0.0)
    every = np.zeros(cars.n_units, dtype=np.int64)
    alone_kw = slot_means_kw(pieces_of(alone), row=every, thirds=every > 0, n_rows=1)[0]
    room_kw = room_kw - alone_kw
    got = delivered(managed, room_kw, rule) + np.bincount(
        alone.day, alone.energy_kwh, minlength=N_DAYS
    )
    wanted = np.bincount(cars.day, cars.energy_kwh, minlength=N_DAYS)
    served = got >= 0.99 * wanted
    holds = room_kw.min(axis=1) >= 0 if len(alone.unit) else True
    return np.mean(served & holds) >= 0.95


@cache
def capacity(n_homes, season, rule, share=1.0, at_least=0):
    low, high = at_least, N_MOST + 1
    while high - low > 1:
        middle = (low + high) // 2
        if is_enough(middle, season, left_kw(n_homes), rule, share):
            low = middle
        else:
            high = middle
    return low


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "method"),
    [
        ("least_laxity", "managed_least_laxity"),
        ("earliest_departure", "managed_earliest_departure"),
        ("equal_share", "managed_equal_share"),
    ],
)
@pytest.mark.parametrize(("n_homes", "season"), CASES)
def test_rules_carry_as_many_bays_as_in_the_study(n_homes, season, rule, method):
    expected = anchor(n_homes, season, method)

    assert capacity(n_homes, season, rule) == pytest.approx(expected, rel=CAPACITY_RTOL)


@pytest.mark.slow
@pytest.mark.parametrize(("n_homes", "season"), CASES)
def test_least_laxity_comes_close_to_the_maximum_flow(n_homes, season):
    # Study: 94 to 99.6 % of the bound for least laxity, 70-75 % by departure, 55-66 % equal.
    least_laxity = capacity(n_homes, season, "least_laxity")
    bound = capacity(n_homes, season, "bound", at_least=least_laxity)

    assert bound == pytest.approx(anchor(n_homes, season, "max_flow_bound"), rel=CAPACITY_RTOL)
    assert 0.94 <= least_laxity / bound <= 1.0
    assert 0.65 <= capacity(n_homes, season, "earliest_departure") / bound <= 0.78
    assert 0.52 <= capacity(n_homes, season, "equal_share") / bound <= 0.69


@pytest.mark.slow
@pytest.mark.parametrize("percent", [50, 80, 100])
@pytest.mark.parametrize(("n_homes", "season"), CASES)
def test_participation_carries_what_it_does_in_the_study_or_less(n_homes, season, percent):
    expected = next(
        int(row["n_bays_max"])
        for row in rows("demand_anchor_managed_participation.csv")
        if (row["n_households"], row["season"]) == (n_homes, season)
        and row["participation_percent"] == str(percent)
    )

    found = capacity(n_homes, season, "least_laxity", percent / 100)

    assert STRICTER * expected <= found <= (1 + PARTICIPATION_RTOL) * expected
    if percent in {50, 100}:
        assert found == pytest.approx(expected, rel=PARTICIPATION_RTOL)


@pytest.mark.slow
@pytest.mark.parametrize(("n_homes", "season"), CASES)
def test_participation_multiplies_the_number_of_bays(n_homes, season):
    alone = capacity(n_homes, season, "least_laxity", 0.0)

    assert 4.0 <= capacity(n_homes, season, "least_laxity", 0.8) / alone <= 6.0
    assert 4.0 <= capacity(n_homes, season, "least_laxity", 1.0) / alone <= 17.0
