"""The compiled rules of sharing: in an order, or equally, under limits that nest or not."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridcalc.demand.charging.compiled import compiled
from gridcalc.demand.charging.fleet import Fleet
from gridcalc.demand.diversity import Floats, Ints

_SAME = 1e-12
"""Relative difference below which two powers are the same."""


class State(NamedTuple):
    """Work space of one day.

    Car k of the day has two copies: 2 k is yesterday's, still there after noon; 2 k + 1 today's.
    ``active`` lists the copies plugged in, in the order of ``key``; the arrays after it run
    along that list. ``day_kwh`` is what a car has got on the reported day, ``promised_kwh`` the
    same with the wants of the present step.
    """

    remaining_kwh: Floats
    day_kwh: Floats
    promised_kwh: Floats
    active: Ints
    key: Floats
    want_kw: Floats
    floor_kw: Floats
    share_kw: Floats
    is_open: NDArray[np.bool_]
    budget_kw: Floats
    load: Floats
    is_full: NDArray[np.bool_]
    power_kw: Floats


@compiled
def _within(fleet: Fleet, car: int, want_kw: float, state: State) -> float:
    """Return what the limits of a car let through."""
    for x in range(fleet.limit.shape[1]):
        limit = fleet.limit[car, x]
        if limit >= 0:
            left_kw = state.budget_kw[limit]
            if want_kw * fleet.weight[car, x] > left_kw:
                want_kw = left_kw / fleet.weight[car, x]
    return want_kw


@compiled
def _take(fleet: Fleet, car: int, share_kw: float, state: State) -> None:
    """Use up the limits of a car."""
    for x in range(fleet.limit.shape[1]):
        limit = fleet.limit[car, x]
        if limit >= 0:
            left_kw = state.budget_kw[limit] - share_kw * fleet.weight[car, x]
            state.budget_kw[limit] = max(left_kw, 0.0)


@compiled
def serve_in_order(fleet: Fleet, low: int, n_active: int, state: State) -> None:
    """Give each active car in turn what its limits still let through."""
    for i in range(n_active):
        car = low + state.active[i] // 2
        share_kw = _within(fleet, car, state.want_kw[i], state)
        if share_kw < state.floor_kw[i] * (1.0 - _SAME):
            share_kw = 0.0
        if share_kw > 0.0:
            _take(fleet, car, share_kw, state)
        state.share_kw[i] = share_kw


@compiled
def share_equally(fleet: Fleet, low: int, n_active: int, state: State) -> None:
    """Give floors in the order of arrival, then raise all alike on top of them."""
    n_open = 0
    for i in range(n_active):
        car = low + state.active[i] // 2
        floor_kw = state.floor_kw[i]
        served = _within(fleet, car, floor_kw, state) >= floor_kw * (1.0 - _SAME)
        state.share_kw[i] = floor_kw if served else 0.0
        _take(fleet, car, state.share_kw[i], state)
        state.is_open[i] = served and state.want_kw[i] > floor_kw
        n_open += state.is_open[i]
    while n_open > 0:
        rise_kw = _common_rise(fleet, low, n_active, state)
        n_closed = _close(fleet, low, n_active, (rise_kw, False), state)
        if n_closed == 0:
            n_closed = _close(fleet, low, n_active, (rise_kw, True), state)
        n_open -= n_closed


@compiled
def _common_rise(fleet: Fleet, low: int, n_active: int, state: State) -> float:
    """Return by how much all open cars can rise together, and mark the limits that fill."""
    state.load[:] = 0.0
    for i in range(n_active):
        if state.is_open[i]:
            car = low + state.active[i] // 2
            for x in range(fleet.limit.shape[1]):
                if fleet.limit[car, x] >= 0:
                    state.load[fleet.limit[car, x]] += fleet.weight[car, x]
    rise_kw = np.inf
    for limit in range(state.load.size):
        if state.load[limit] > 0.0:
            rise_kw = min(rise_kw, state.budget_kw[limit] / state.load[limit])
    for limit in range(state.load.size):
        load = state.load[limit]
        state.is_full[limit] = load > 0.0 and state.budget_kw[limit] <= rise_kw * load * (1 + _SAME)
    return rise_kw


@compiled
def _close(fleet: Fleet, low: int, n_active: int, level: tuple[float, bool], state: State) -> int:
    """Fix open cars that the rise satisfies or, at the bottleneck, those on a limit it fills."""
    rise_kw, at_bottleneck = level
    n_closed = 0
    for i in range(n_active):
        if not state.is_open[i]:
            continue
        car = low + state.active[i] // 2
        more_kw = state.want_kw[i] - state.share_kw[i]
        if at_bottleneck:
            more_kw = rise_kw
            state.is_open[i] = not _on_full_limit(fleet, car, state)
        else:
            state.is_open[i] = more_kw > rise_kw
        if not state.is_open[i]:
            n_closed += 1
            state.share_kw[i] += more_kw
            _take(fleet, car, more_kw, state)
    return n_closed


@compiled
def _on_full_limit(fleet: Fleet, car: int, state: State) -> bool:
    for x in range(fleet.limit.shape[1]):
        limit = fleet.limit[car, x]
        if limit >= 0 and state.is_full[limit]:
            return True
    return False
