"""Bounds of orderly charging against linear programs, and controllers against the bounds.

The programs are built here from windows and limits by their own code and solved by HiGHS.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from gridcalc.demand.charging.control import control
from gridcalc.demand.charging.controller import RULES, Controller
from gridcalc.demand.charging.deliverable import deliverable_kwh, deliverable_under_limits_kwh
from gridcalc.demand.charging.valley import fill_valley
from gridcalc.demand.charging.windows import availability
from tests.unit.charging_cases import one_limit, random_case, sessions

PEAK_RTOL = 1e-6
FLOW_ATOL_KWH = 0.05  # the flow counts in whole units; HiGHS stops at 1e-7
SLOT_H = 0.25


def minutes_plugged_in(cars) -> np.ndarray:
    """Return the share of each clock slot by counting seconds, shape (n, 96)."""
    share = np.zeros((len(cars.unit), 96))
    for i, (start, end) in enumerate(zip(cars.arrival_h, cars.departure_h, strict=True)):
        for slot in range(192):
            covered = min(end, (slot + 1) / 4) - max(start, slot / 4)
            if covered > 0:
                share[i, (slot + 48) % 96] += covered * 4
    return share


def drawn(seed, n, n_days=1):
    """Return evening charges, a few of them very tight."""
    rng = np.random.default_rng(seed)
    arrival_h = np.clip(rng.normal(6.5, 2.5, n), 0, 23.5)
    stay_h = rng.uniform(1, 14, n)
    full = 7.0 * stay_h
    energy = np.where(rng.random(n) < 0.2, full * rng.uniform(0.9, 1.0, n), full * rng.random(n))
    return sessions(
        arrival_h, arrival_h + stay_h, np.minimum(energy, 60), day=np.arange(n) % n_days,
        n_days=n_days,
    )  # fmt: skip


def base(seed):
    rng = np.random.default_rng(1000 + seed)
    hours = np.arange(96) / 4
    return 40 * (1.3 + np.cos((hours - 20) * np.pi / 12)) + rng.normal(0, 4, 96)


def lp_peak_kw(base_kw, share, cars):
    n, n_slots = share.shape
    a_ub = lil_matrix((n_slots, n * n_slots + 1))
    a_eq = lil_matrix((n, n * n_slots + 1))
    for i in range(n):
        a_ub[np.arange(n_slots), i * n_slots + np.arange(n_slots)] = 1
        a_eq[i, i * n_slots : (i + 1) * n_slots] = SLOT_H
    a_ub[:, -1] = -1
    cost = np.zeros(n * n_slots + 1)
    cost[-1] = 1
    bounds = [(0, u) for u in (cars.p_kw[:, None] * share).ravel()] + [(None, None)]
    found = linprog(
        cost, A_ub=a_ub.tocsr(), b_ub=-base_kw, A_eq=a_eq.tocsr(), b_eq=cars.energy_kwh,
        bounds=bounds, method="highs",
    )  # fmt: skip
    assert found.success
    return found.fun


@pytest.mark.parametrize("seed", range(32))
def test_valley_filling_reaches_the_lowest_peak_of_the_linear_program(seed):
    n = (5, 20, 60, 120)[seed % 4]
    cars = drawn(seed, n)
    if seed % 3 == 0:  # tight: everybody needs nearly all of the window
        room_kwh = 7 * (cars.departure_h - cars.arrival_h)
        cars = replace(cars, energy_kwh=room_kwh * np.random.default_rng(seed).uniform(0.9, 1, n))

    day = fill_valley(
        base(seed),
        available=availability(cars.arrival_h, cars.departure_h, 96),
        energy_kwh=cars.energy_kwh,
        p_kw=cars.p_kw,
        slot_h=SLOT_H,
    )

    lowest_kw = lp_peak_kw(base(seed), minutes_plugged_in(cars), cars)
    assert day.peak_kw == pytest.approx(lowest_kw, rel=PEAK_RTOL)
    assert day.bound_kw == pytest.approx(lowest_kw, rel=PEAK_RTOL)
    assert day.p_kw.sum(axis=1) * SLOT_H == pytest.approx(cars.energy_kwh)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_schedule_is_flatter_in_squares(seed):
    # Moving power of one car between two slots of its window never lowers the sum of squares.
    cars = drawn(seed, 40)
    share = availability(cars.arrival_h, cars.departure_h, 96)
    day = fill_valley(
        base(seed), available=share, energy_kwh=cars.energy_kwh, p_kw=cars.p_kw, slot_h=SLOT_H
    )

    for i in range(40):
        gives = day.total_kw[day.p_kw[i] > 1e-6]
        takes = day.total_kw[day.p_kw[i] < 7 * share[i] - 1e-6]
        if len(gives) and len(takes):
            assert gives.max() <= takes.min() + 1e-5


def lp_deliverable_kwh(cars, headroom, day):
    """Return the energy of a program in which three-phase cars load three phases freely.

    A charger gives 7 kW in all and, if it is three-phase, a third of that on each phase.
    """
    share = minutes_plugged_in(cars)
    mine = np.flatnonzero((cars.day == day) & (cars.energy_kwh > 0))
    flows = []  # car, slot, row, most
    for i in mine:
        row = headroom.row[cars.unit[i]]
        phases = 3 if headroom.thirds[cars.unit[i]] else 1
        for slot in np.flatnonzero(share[i] > 0):
            for x in range(phases):
                flows.append((i, slot, row + x, cars.p_kw[i] * share[i, slot] / phases))
    room = np.maximum(headroom.headroom_kw[:, day], 0)
    n_limits = len(room)
    n_units = len(headroom.row)
    a_ub = lil_matrix((n_limits * 96 + len(cars.unit) + 3 * n_units * 96, len(flows)))
    for k, (i, slot, row, _) in enumerate(flows):
        for limit in headroom.limits_of_row[row]:
            if limit >= 0:
                a_ub[limit * 96 + slot, k] = 1
        a_ub[n_limits * 96 + i, k] = SLOT_H
        phase_of_unit = 3 * cars.unit[i] + row - headroom.row[cars.unit[i]]
        a_ub[n_limits * 96 + len(cars.unit) + phase_of_unit * 96 + slot, k] = 1
    charger = np.repeat(np.where(headroom.thirds, 7 / 3, 7.0), 3 * 96)
    b_ub = np.concatenate([room.ravel(), cars.energy_kwh, charger])
    found = linprog(
        -np.full(len(flows), SLOT_H), A_ub=a_ub.tocsr(), b_ub=b_ub,
        bounds=[(0, flow[3]) for flow in flows], method="highs",
    )  # fmt: skip
    assert found.success
    return -found.fun


@pytest.mark.parametrize("seed", range(14))
def test_the_maximum_flow_under_one_cap_is_the_linear_program(seed):
    cars = drawn(seed, (5, 30, 80)[seed % 3])
    cap_kw = np.maximum(150 - base(seed), -5) * (0.3 + 0.1 * (seed % 5))
    headroom = replace(
        one_limit(len(cars.unit), 0), headroom_kw=np.asarray(cap_kw).reshape(1, 1, 96)
    )

    most = deliverable_kwh(cars, cap_kw[None])

    assert most[0] == pytest.approx(lp_deliverable_kwh(cars, headroom, 0), abs=FLOW_ATOL_KWH)


@pytest.mark.parametrize("seed", range(10))
def test_the_maximum_flow_under_nested_limits_is_the_linear_program(seed):
    cars, headroom = random_case(seed, n_units=25, n_days=1)

    most = deliverable_under_limits_kwh(cars, headroom)

    assert most[0] == pytest.approx(lp_deliverable_kwh(cars, headroom, 0), abs=FLOW_ATOL_KWH)


@pytest.mark.parametrize("seed", range(50))
def test_no_rule_delivers_more_than_the_maximum_flow(seed):
    cars, headroom = random_case(seed, n_units=20 + seed, n_days=2, n_boxes=1 + seed % 5)
    step_min = (15, 5)[seed % 2]

    most = deliverable_under_limits_kwh(cars, headroom)

    for name in RULES:
        done = control(cars, headroom, Controller(rule=name, min_kw=0.0, step_min=step_min))
        got = np.bincount(cars.day, done.delivered_kwh, minlength=2)
        assert (got <= most + 1e-6 * np.maximum(most, 1)).all()


def test_everybody_served_in_full_is_also_the_bound():
    cars = drawn(3, 50, n_days=2)

    most = deliverable_kwh(cars, np.full((2, 96), 1e4))

    assert most == pytest.approx(np.bincount(cars.day, cars.energy_kwh), rel=1e-9)


def test_no_controller_that_serves_all_has_a_lower_peak_than_the_valley():
    # Headroom just above the valley's peak: what is left over base lets least laxity serve all.
    cars = drawn(11, 80)
    base_kw = base(11)
    valley = fill_valley(
        base_kw,
        available=availability(cars.arrival_h, cars.departure_h, 96),
        energy_kwh=cars.energy_kwh,
        p_kw=cars.p_kw,
        slot_h=SLOT_H,
    )

    for factor in (0.9, 0.97):
        room_kw = (valley.peak_kw * factor - base_kw).reshape(1, 1, 96)
        below = replace(one_limit(80, 0), headroom_kw=room_kw)
        least_laxity = Controller(rule="least_laxity", min_kw=0.0, step_min=15)
        done = control(cars, below, least_laxity)
        assert done.delivered_kwh.sum() < cars.energy_kwh.sum() - 1e-3
        assert deliverable_kwh(cars, room_kw[0])[0] < cars.energy_kwh.sum() - 1e-3
    at_peak = (valley.peak_kw - base_kw)[None]
    assert deliverable_kwh(cars, at_peak)[0] == pytest.approx(cars.energy_kwh.sum(), rel=1e-6)
