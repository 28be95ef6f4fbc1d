"""Orderly charging: compiled loop against numpy, exact methods against linear programs."""

import time
from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

from gridcalc.demand.charging.control import control
from gridcalc.demand.charging.controller import RULES, Controller
from gridcalc.demand.charging.deliverable import deliverable_kwh
from gridcalc.demand.charging.limits import Headroom
from gridcalc.demand.charging.own_controller import ControlState, simulate_controller
from gridcalc.demand.charging.sessions import Sessions, select
from gridcalc.demand.charging.valley import fill_valley
from gridcalc.demand.charging.windows import availability

P_KW, SLOT_H, N_SLOTS = 7.0, 0.25, 96
N_UNITS, N_DAYS = 200, 1000
N_BOXES, N_FEEDERS = 20, 6


def seconds(task: Callable[[], object]) -> float:
    """Return the time of one run. [s]."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def charges(n_units: int, n_days: int) -> Sessions:
    """Return one evening charge for each unit and day."""
    rng = np.random.default_rng(1)
    n = n_units * n_days
    arrival_h = rng.normal(6.3, 1.7, n) % 24
    departure_h = rng.normal(19.6, 1.0, n)
    departure_h[departure_h < arrival_h + 0.25] += 24
    departure_h = np.minimum(departure_h, arrival_h + 23.9)
    wanted = np.minimum(rng.lognormal(2.36, 0.75, n), 60.0)
    return Sessions(
        n_units=n_units,
        n_days=n_days,
        unit=np.repeat(np.arange(n_units), n_days),
        day=np.tile(np.arange(n_days), n_units),
        arrival_h=arrival_h,
        departure_h=departure_h,
        start_h=arrival_h,
        energy_kwh=np.minimum(wanted, P_KW * (departure_h - arrival_h)),
        p_kw=np.full(n, P_KW),
        takes_part=rng.random(n),
    )


def nested(n_units: int, n_days: int, total_kw: float) -> Headroom:
    """Return limits of box phases, feeder phases, transformer phases and the transformer."""
    row = np.arange(3 * N_BOXES)
    phase, feeder = row % 3, row // 3 % N_FEEDERS
    first_feeder = 3 * N_BOXES
    first_phase = first_feeder + 3 * N_FEEDERS
    limits_of_row = np.column_stack(
        [row, first_feeder + 3 * feeder + phase, first_phase + phase, 0 * row + first_phase + 3]
    )
    size_kw = np.repeat([30.0, 80.0, total_kw / 2.7, total_kw], [60, 18, 3, 1])
    return Headroom(
        row=np.arange(n_units) % len(row),
        thirds=np.zeros(n_units, dtype=bool),
        limits_of_row=limits_of_row,
        headroom_kw=np.tile(size_kw[:, None, None], (1, n_days, N_SLOTS)),
    )


def least_laxity(state: ControlState) -> np.ndarray:
    """Return the rule as one would write it with numpy."""
    left = state.headroom_kw.copy()
    wanted = state.want_kw
    p_kw = np.zeros(len(wanted))
    for i in np.argsort(state.hours_to_departure - state.remaining_kwh / state.p_max_kw):
        p_kw[i] = min(wanted[i], left[state.limit[i]].min())
        left[state.limit[i]] -= p_kw[i]
    return p_kw


def rules() -> None:
    """Time every rule, and the first of them written with numpy, on a few of the days."""
    cars = charges(N_UNITS, N_DAYS)
    n_numpy = 5
    few = charges(N_UNITS, n_numpy)
    print(f"\norderly charging: {N_UNITS} cars a day, {N_DAYS} days, 4 nested limits, one thread")
    for name in RULES:
        rule = Controller(rule=name, min_kw=1.3, step_min=15)
        control(few, nested(N_UNITS, n_numpy, 260.0), rule)
        room = nested(N_UNITS, N_DAYS, 260.0)
        print(f"{name:<44}{seconds(lambda c=rule, h=room: control(cars, h, c)):8.2f} s")
    by_numpy = seconds(
        lambda: simulate_controller(few, nested(N_UNITS, n_numpy, 260.0), least_laxity, step_min=15)
    )
    print(
        f"{'least_laxity with numpy, scaled from 5 days':<44}{by_numpy / n_numpy * N_DAYS:8.0f} s"
    )


def bounds() -> None:
    """Time valley filling and maximum flow against HiGHS."""
    hours = np.arange(N_SLOTS) * SLOT_H
    base_kw = 300 * (1.3 + np.cos((hours - 20) * np.pi / 12))
    print(f"\n{'bounds of one day':<24}{'valley':>10}{'program':>10}{'flow':>10}{'program':>10}")
    for n in (50, 200, 800):
        cars = charges(n, 1)
        share = availability(cars.arrival_h, cars.departure_h, N_SLOTS)
        cap_kw = np.full(N_SLOTS, 0.4 * n)
        fill = {"available": share, "energy_kwh": cars.energy_kwh, "p_kw": cars.p_kw}
        fill_valley(base_kw, slot_h=SLOT_H, **fill)
        deliverable_kwh(select(cars, cars.unit < 2), cap_kw[None])
        times = (
            seconds(lambda f=fill: fill_valley(base_kw, slot_h=SLOT_H, **f)),
            seconds(lambda c=cars, s=share: _program(c, s, base_kw, None)),
            seconds(lambda c=cars, k=cap_kw: deliverable_kwh(c, k[None])),
            seconds(lambda c=cars, s=share, k=cap_kw: _program(c, s, base_kw, k)),
        )
        print(f"{f'{n} cars [ms]':<24}" + "".join(f"{1e3 * t:10.1f}" for t in times))


def _program(
    cars: Sessions, share: np.ndarray, base_kw: np.ndarray, cap_kw: np.ndarray | None
) -> None:
    """Solve for the lowest peak, or for the most energy under a cap, with HiGHS."""
    car, slot = np.nonzero(share)
    n, k = len(cars.unit), np.arange(len(car))
    of_car = csr_matrix((np.full(len(k), SLOT_H), (car, k)), shape=(n, len(k) + 1))
    peak = np.full(N_SLOTS, -1.0 if cap_kw is None else 0.0)
    slots = np.arange(N_SLOTS)
    ends = (np.r_[slot, slots], np.r_[k, np.full(N_SLOTS, len(k))])
    in_slot = csr_matrix((np.r_[np.ones(len(k)), peak], ends))
    limits = [(0, most) for most in P_KW * share[car, slot]] + [(0, None)]
    if cap_kw is None:
        cost = np.r_[np.zeros(len(k)), 1.0]
        linprog(cost, in_slot, -base_kw, of_car, cars.energy_kwh, limits, method="highs")
        return
    both = vstack([in_slot, of_car]).tocsr()
    most = np.r_[cap_kw, cars.energy_kwh]
    linprog(np.r_[-np.ones(len(k)), 0.0], both, most, bounds=limits, method="highs")


def main() -> None:
    """Print both tables."""
    rules()
    bounds()


if __name__ == "__main__":
    main()
