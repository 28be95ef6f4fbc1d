"""Charges and limits for the tests of orderly charging, made without the sampling model."""

import numpy as np

from gridcalc.demand.charging.limits import Headroom
from gridcalc.demand.charging.sessions import Sessions


def sessions(
    arrival_h, departure_h, energy_kwh, *, p_kw=7.0, unit=None, day=None, n_units=None, n_days=1
) -> Sessions:
    """Return charges; one unit each and all on day 0 unless said otherwise."""
    arrival_h = np.asarray(arrival_h, dtype=float)
    n = len(arrival_h)
    unit = np.arange(n) if unit is None else np.asarray(unit, dtype=np.int64)
    return Sessions(
        n_units=n if n_units is None else n_units,
        n_days=n_days,
        unit=unit,
        day=np.zeros(n, dtype=np.int64) if day is None else np.asarray(day, dtype=np.int64),
        arrival_h=arrival_h,
        departure_h=np.asarray(departure_h, dtype=float),
        start_h=arrival_h,
        energy_kwh=np.asarray(energy_kwh, dtype=float),
        p_kw=np.broadcast_to(np.asarray(p_kw, dtype=float), n).copy(),
        takes_part=(np.arange(n) + 0.5) / max(n, 1),
    )


def one_limit(n_units: int, cap_kw: float, *, n_days: int = 1) -> Headroom:
    """Return one limit above all units, each on a row of its own."""
    return Headroom(
        row=np.arange(n_units),
        thirds=np.zeros(n_units, dtype=bool),
        limits_of_row=np.zeros((n_units, 1), dtype=np.int64),
        headroom_kw=np.full((1, n_days, 96), float(cap_kw)),
    )


def random_case(seed: int, *, n_units: int = 40, n_days: int = 3, n_boxes: int = 4):
    """Return random charges under box phases, transformer phases and a transformer total.

    Some stay over noon, some units are three-phase, some share a charger, and the headroom
    changes from slot to slot and is negative at times.
    """
    rng = np.random.default_rng(seed)
    unit, day = np.divmod(np.flatnonzero(rng.random(n_units * n_days) < 0.7), n_days)
    twice = rng.random(len(unit)) < 0.1
    unit, day = np.repeat(unit, 1 + twice), np.repeat(day, 1 + twice)
    n = len(unit)
    arrival_h = rng.uniform(0, 24, n)
    stay_h = rng.uniform(0.3, 23.9, n)
    cars = sessions(
        arrival_h,
        arrival_h + stay_h,
        7.0 * stay_h * rng.uniform(0.05, 1.0, n) ** 2,
        unit=unit,
        day=day,
        n_units=n_units,
        n_days=n_days,
    )
    thirds = rng.random(n_units) < 0.2
    box = rng.integers(0, n_boxes, n_units)
    phase = np.where(thirds, 0, rng.integers(0, 3, n_units))
    rows = np.arange(3 * n_boxes)
    top = 3 * n_boxes + 3
    limits_of_row = np.column_stack([rows, 3 * n_boxes + rows % 3, np.full_like(rows, top)])
    size_kw = np.concatenate([np.full(3 * n_boxes, 10.0), np.full(3, 25.0), [60.0]])
    room_kw = size_kw[:, None, None] * rng.uniform(-0.1, 1.2, (top + 1, n_days, 96))
    return cars, Headroom(
        row=3 * box + phase, thirds=thirds, limits_of_row=limits_of_row, headroom_kw=room_kw
    )
