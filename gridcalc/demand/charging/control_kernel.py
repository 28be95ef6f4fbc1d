"""The compiled loop of orderly control: slot by slot, who charges with how much.

All loops that call each other stand in this one file: the compiled code kept on disk is renewed
when the file of the outermost loop changes, not when others do.
"""

import numpy as np
from numpy.typing import NDArray

from gridcalc.demand.charging.compiled import compiled, inlined
from gridcalc.demand.charging.control_state import Plan, State
from gridcalc.demand.charging.fleet import Fleet
from gridcalc.demand.diversity import Floats, Ints
from gridcalc.units import H_PER_DAY, N_PHASES

LEAST_LAXITY, EARLIEST_DEPARTURE, EQUAL_SHARE, FIRST_COME = range(4)

_FULL_KWH = 1e-9
"""A car that needs less is full; far below what any meter shows."""
_SAME = 1e-12
"""Relative difference below which two powers are the same."""


@compiled
def control_days(
    fleet: Fleet,
    plan: Plan,
    headroom_kw: Floats,
    p_kw: NDArray[np.float32],
    delivered_kwh: Floats,
) -> None:
    """Fill in power by row, day and slot, and what each entry gets; both come in as zeros."""
    n_limits, n_days, n_slots = headroom_kw.shape
    n_budgets = n_limits + fleet.charger_kw.size
    n_most = 0
    for day in range(n_days):
        n_most = max(n_most, fleet.first[day + 1] - fleet.first[day])
    state = _state(n_most, n_budgets, p_kw.shape[0], n_slots)
    room_kw = np.empty((n_slots, n_budgets))
    for day in range(n_days):
        low, high = fleet.first[day], fleet.first[day + 1]
        if low < high:
            _fill_room(fleet, headroom_kw, day, room_kw)
            _steady_day(fleet, plan, (low, high), room_kw, state)
            for k in range(high - low):
                delivered_kwh[fleet.entry[low + k]] = state.day_kwh[k]
            for row in range(p_kw.shape[0]):
                for slot in range(n_slots):
                    p_kw[row, day, slot] = state.power_kw[row, slot]


@compiled
def _fill_room(fleet: Fleet, headroom_kw: Floats, day: int, room_kw: Floats) -> None:
    n_slots, n_limits = room_kw.shape[0], headroom_kw.shape[0]
    for slot in range(n_slots):
        for limit in range(n_limits):
            room_kw[slot, limit] = max(headroom_kw[limit, day, slot], 0.0)
        for k in range(fleet.charger_kw.size):
            room_kw[slot, n_limits + k] = fleet.charger_kw[k]


@compiled
def _steady_day(
    fleet: Fleet, plan: Plan, cars: tuple[int, int], room_kw: Floats, state: State
) -> None:
    """Run a day; where cars stay over noon run it before, for what they still need after it."""
    low, high = cars
    state.remaining_kwh[:] = 0.0
    for _ in range(2):
        n_active = _next_day(fleet, low, high, state)
        _noon_to_noon(fleet, plan, cars, n_active, room_kw, state)
        if not _stays_over_noon(fleet, low, high, state):
            break


@compiled
def _stays_over_noon(fleet: Fleet, low: int, high: int, state: State) -> bool:
    """Return whether a car that is not full at noon stays: only then the day before matters."""
    for k in range(high - low):
        if fleet.departure_h[low + k] > H_PER_DAY and state.remaining_kwh[2 * k + 1] > _FULL_KWH:
            return True
    return False


@compiled
def _state(n_cars: int, n_budgets: int, n_rows: int, n_slots: int) -> State:
    n = 2 * n_cars
    return State(
        np.zeros(n),
        np.zeros(n_cars),
        np.zeros(n_cars),
        np.zeros(n, dtype=np.int64),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n, dtype=np.bool_),
        np.zeros(n_budgets),
        np.zeros(n_budgets),
        np.zeros(n_budgets, dtype=np.bool_),
        np.zeros((n_rows, n_slots)),
    )


@compiled
def _next_day(fleet: Fleet, low: int, high: int, state: State) -> int:
    """Turn today's cars into yesterday's and start their copies; return how many still charge."""
    n_active = 0
    for k in range(high - low):
        left_kwh = state.remaining_kwh[2 * k + 1]
        state.remaining_kwh[2 * k] = left_kwh
        state.remaining_kwh[2 * k + 1] = fleet.energy_kwh[low + k]
        state.day_kwh[k] = 0.0
        state.promised_kwh[k] = 0.0
        if fleet.departure_h[low + k] > H_PER_DAY and left_kwh > _FULL_KWH:
            state.active[n_active] = 2 * k
            n_active += 1
    state.power_kw[:] = 0.0
    return n_active


@compiled
def _noon_to_noon(
    fleet: Fleet,
    plan: Plan,
    cars: tuple[int, int],
    n_active: int,
    room_kw: Floats,
    state: State,
) -> None:
    low, high = cars
    n_slots = room_kw.shape[0]
    step_h = plan.slot_h / plan.n_steps
    n_arrived = 0
    for step in range(n_slots * plan.n_steps):
        slot = (step // plan.n_steps + n_slots // 2) % n_slots
        t_h = step * step_h
        n_active = _drop(fleet, low, t_h, n_active, state)
        while n_arrived < high - low and fleet.arrival_h[low + n_arrived] < t_h + step_h:
            state.active[n_active] = 2 * n_arrived + 1
            n_active += 1
            n_arrived += 1
        if n_active == 0:
            continue
        _wants(fleet, plan, low, t_h, n_active, state)
        for limit in range(room_kw.shape[1]):
            state.budget_kw[limit] = room_kw[slot, limit]
        if plan.rule == EQUAL_SHARE:
            _share_equally(fleet, low, n_active, state)
        else:
            _serve_in_order(fleet, low, n_active, state)
        _book(fleet, low, slot, (step_h, 1.0 / plan.n_steps), n_active, state)


@compiled
def _drop(fleet: Fleet, low: int, t_h: float, n_active: int, state: State) -> int:
    """Take out who has left or is full; the order of the others stays."""
    n_kept = 0
    for i in range(n_active):
        copy = state.active[i]
        departure_h = fleet.departure_h[low + copy // 2] - H_PER_DAY * (1 - copy % 2)
        if departure_h > t_h and state.remaining_kwh[copy] > _FULL_KWH:
            state.active[n_kept] = copy
            n_kept += 1
    return n_kept


@compiled
def _wants(fleet: Fleet, plan: Plan, low: int, t_h: float, n_active: int, state: State) -> None:
    """Set key, want and floor of the active cars and sort them by key, then entry."""
    step_h, rule = plan.slot_h / plan.n_steps, plan.rule
    entry, p_kw, energy_kwh = fleet.entry, fleet.p_kw, fleet.energy_kwh
    active, remaining_kwh, promised_kwh = state.active, state.remaining_kwh, state.promised_kwh
    keys, wants_kw, floors_kw = state.key, state.want_kw, state.floor_kw
    for i in range(n_active):
        copy = active[i]
        k = copy // 2
        shift_h = H_PER_DAY * (1 - copy % 2)
        arrival_h = fleet.arrival_h[low + k] - shift_h
        departure_h = fleet.departure_h[low + k] - shift_h
        from_h = max(arrival_h, t_h)
        share = (min(departure_h, t_h + step_h) - from_h) / step_h
        left_kwh = min(remaining_kwh[copy], energy_kwh[low + k] - promised_kwh[k])
        want_kw = max(min(p_kw[low + k] * share, left_kwh / step_h), 0.0)
        promised_kwh[k] += want_kw * step_h
        if rule == LEAST_LAXITY:
            key = departure_h - from_h - remaining_kwh[copy] / p_kw[low + k]
        elif rule == EARLIEST_DEPARTURE:
            key = departure_h
        else:
            key = arrival_h
        n_phases = N_PHASES if fleet.thirds[low + k] else 1
        floor_kw = min(plan.min_kw * n_phases * share, want_kw)
        tie = 2 * entry[low + k] + copy % 2
        j = i
        while j > 0 and (
            keys[j - 1] > key
            or (
                keys[j - 1] == key and 2 * entry[low + active[j - 1] // 2] + active[j - 1] % 2 > tie
            )
        ):
            active[j] = active[j - 1]
            keys[j] = keys[j - 1]
            wants_kw[j] = wants_kw[j - 1]
            floors_kw[j] = floors_kw[j - 1]
            j -= 1
        active[j] = copy
        keys[j] = key
        wants_kw[j] = want_kw
        floors_kw[j] = floor_kw


@inlined
def _within(limits: Ints, weight: Floats, budget_kw: Floats, car: int, want_kw: float) -> float:
    """Return what the limits of a car let through."""
    for x in range(limits.shape[1]):
        limit = limits[car, x]
        if limit >= 0:
            left_kw = budget_kw[limit]
            if want_kw * weight[car, x] > left_kw:
                want_kw = left_kw / weight[car, x]
    return want_kw


@inlined
def _take(limits: Ints, weight: Floats, budget_kw: Floats, car: int, share_kw: float) -> None:
    """Use up the limits of a car."""
    for x in range(limits.shape[1]):
        limit = limits[car, x]
        if limit >= 0:
            left_kw = budget_kw[limit] - share_kw * weight[car, x]
            budget_kw[limit] = max(left_kw, 0.0)


@compiled
def _serve_in_order(fleet: Fleet, low: int, n_active: int, state: State) -> None:
    """Give each active car in turn what its limits still let through."""
    limits, weight, budget_kw = fleet.limit, fleet.weight, state.budget_kw
    for i in range(n_active):
        car = low + state.active[i] // 2
        share_kw = _within(limits, weight, budget_kw, car, state.want_kw[i])
        if share_kw < state.floor_kw[i] * (1.0 - _SAME):
            share_kw = 0.0
        if share_kw > 0.0:
            _take(limits, weight, budget_kw, car, share_kw)
        state.share_kw[i] = share_kw


@compiled
def _share_equally(fleet: Fleet, low: int, n_active: int, state: State) -> None:
    """Give floors in the order of arrival, then raise all alike on top of them."""
    limits, weight, budget_kw = fleet.limit, fleet.weight, state.budget_kw
    n_open = 0
    for i in range(n_active):
        car = low + state.active[i] // 2
        floor_kw = state.floor_kw[i]
        let_kw = _within(limits, weight, budget_kw, car, floor_kw)
        served = let_kw >= floor_kw * (1.0 - _SAME)
        state.share_kw[i] = floor_kw if served else 0.0
        _take(limits, weight, budget_kw, car, state.share_kw[i])
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
            _take(fleet.limit, fleet.weight, state.budget_kw, car, more_kw)
    return n_closed


@compiled
def _on_full_limit(fleet: Fleet, car: int, state: State) -> bool:
    for x in range(fleet.limit.shape[1]):
        limit = fleet.limit[car, x]
        if limit >= 0 and state.is_full[limit]:
            return True
    return False


@compiled
def _book(
    fleet: Fleet,
    low: int,
    slot: int,
    width: tuple[float, float],
    n_active: int,
    state: State,
) -> None:
    """Charge for one step; ``width`` is the step in hours and as a share of the slot."""
    step_h, share_of_slot = width
    active, shares_kw, drawn_kw = state.active, state.share_kw, state.power_kw
    remaining_kwh, day_kwh, promised_kwh = state.remaining_kwh, state.day_kwh, state.promised_kwh
    for i in range(n_active):
        copy = active[i]
        k = copy // 2
        kwh = shares_kw[i] * step_h
        remaining_kwh[copy] -= kwh
        day_kwh[k] += kwh
        power_kw = shares_kw[i] * share_of_slot
        row = fleet.row[low + k]
        if power_kw > 0.0 and fleet.thirds[low + k]:
            for x in range(3):
                drawn_kw[row + x, slot] += power_kw / 3
        elif power_kw > 0.0:
            drawn_kw[row, slot] += power_kw
    for i in range(n_active):
        k = active[i] // 2
        promised_kwh[k] = day_kwh[k]
