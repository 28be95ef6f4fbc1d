"""Valley filling: the flattest load that serves every car in full, with full foresight."""

from dataclasses import dataclass

import numpy as np

from gridcalc.demand.charging.compiled import compiled
from gridcalc.demand.diversity import Floats, Ints

_ROUNDING = 1e-9
_STILL = 1e-10
"""Relative change of the schedule in a sweep below which it has come to rest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Valley:
    """The flattest total load, and a schedule that gives it.

    Attributes
    ----------
    p_kw
        Mean power of each car and slot; the total is unique, the schedule need not be.
        [kW], shape (n, n_slots)
    total_kw
        Base load and all cars. [kW], shape (n_slots,)
    peak_kw
        Largest total. [kW]
    bound_kw
        No schedule that serves all cars has a lower peak; a proof that needs only the windows
        and energies, not the way the schedule was found. [kW]
    n_sweeps
        Rounds over all cars until the schedule came to rest.
    """

    p_kw: Floats
    total_kw: Floats
    peak_kw: float
    bound_kw: float
    n_sweeps: int


def fill_valley(
    base_kw: Floats,
    *,
    available: Floats,
    energy_kwh: Floats,
    p_kw: Floats,
    slot_h: float,
    max_sweeps: int = 1000,
) -> Valley:
    """Return the schedule with the flattest total load among those that serve all cars in full.

    It has the lowest peak, the lowest sum of squares and the lowest of every cost that grows
    ever faster with the load, all at once. It knows the whole day beforehand, so its peak is a
    lower bound for any controller that serves all cars.

    Parameters
    ----------
    base_kw
        Load without the cars. [kW], shape (n_slots,)
    available
        Share of each slot that a car is plugged in, as from ``availability``, so that windows
        may lie across noon or midnight. [-], shape (n, n_slots)
    energy_kwh, p_kw
        Energy and charger power of each car. Shape (n,)
    slot_h
        Width of a slot. [h]
    max_sweeps
        Most rounds; ``peak_kw - bound_kw`` tells what is left if they do not suffice.

    Raises
    ------
    ValueError
        A car cannot get its energy within its window.

    Notes
    -----
    One car after the other is taken out and poured back, up to the level where
    ``sum(clip(level - load, 0, p_kw * available)) = energy_kwh / slot_h``. The level is exact:
    it is found on the sorted corners of that sum. Cars that can wait least come first.

    Examples
    --------
    >>> day = fill_valley(np.array([5.0, 1.0, 2.0]), available=np.ones((1, 3)),
    ...     energy_kwh=np.array([4.0]), p_kw=np.array([3.0]), slot_h=1.0)
    >>> day.total_kw.tolist(), day.peak_kw, day.bound_kw
    ([5.0, 3.5, 3.5], 5.0, 5.0)
    """
    most_kw = np.ascontiguousarray(p_kw[:, None] * available, dtype=np.float64)
    wanted_kw = np.asarray(energy_kwh / slot_h, dtype=np.float64)
    room_kw = most_kw.sum(axis=1)
    short = np.flatnonzero(wanted_kw > room_kw * (1 + _ROUNDING) + _ROUNDING)
    if len(short):
        car = int(short[0])
        raise ValueError(
            f"car {car} wants {energy_kwh[car]:g} kWh, its window has room for "
            f"{room_kw[car] * slot_h:g} kWh"
        )
    laxity_h = available.sum(axis=1) * slot_h - energy_kwh / p_kw
    order = np.argsort(laxity_h, kind="stable")
    schedule_kw = np.zeros_like(most_kw)
    total_kw = np.array(base_kw, dtype=np.float64)
    still_kw = _STILL * float(most_kw.max(initial=0.0))
    n_sweeps = 0
    moved_kw = np.inf
    while moved_kw > still_kw and n_sweeps < max_sweeps:
        moved_kw = _sweep(order, most_kw, wanted_kw, schedule_kw, total_kw)
        n_sweeps += 1
    total_kw = base_kw + schedule_kw.sum(axis=0)
    return Valley(
        p_kw=schedule_kw,
        total_kw=total_kw,
        peak_kw=float(total_kw.max()),
        bound_kw=_peak_bound_kw(np.argsort(-total_kw, kind="stable"), base_kw, most_kw, wanted_kw),
        n_sweeps=n_sweeps,
    )


def _peak_bound_kw(order: Ints, base_kw: Floats, most_kw: Floats, wanted_kw: Floats) -> float:
    """Return the best of the bounds from the first slots of an order, for each number of slots.

    In any set of slots, the mean load is at least the base load there and what the cars cannot
    take elsewhere; the peak is at least that mean.
    """
    elsewhere_kw = most_kw.sum(axis=1, keepdims=True) - np.cumsum(most_kw[:, order], axis=1)
    forced_kw = np.maximum(wanted_kw[:, None] - elsewhere_kw, 0.0).sum(axis=0)
    means_kw = (np.cumsum(base_kw[order]) + forced_kw) / np.arange(1, len(order) + 1)
    return float(means_kw.max())


@compiled
def _sweep(
    order: Ints, most_kw: Floats, wanted_kw: Floats, schedule_kw: Floats, total_kw: Floats
) -> float:
    """Take each car out and pour it back; return the largest change of the schedule."""
    n_slots = total_kw.size
    slots = np.empty(n_slots, dtype=np.int64)
    corners = np.empty(2 * n_slots)
    moved_kw = 0.0
    for i in range(order.size):
        car = order[i]
        n = 0
        for slot in range(n_slots):
            if most_kw[car, slot] > 0.0:
                total_kw[slot] -= schedule_kw[car, slot]
                slots[n] = slot
                corners[2 * n] = total_kw[slot]
                corners[2 * n + 1] = total_kw[slot] + most_kw[car, slot]
                n += 1
        level_kw = _level(np.argsort(corners[: 2 * n]), corners, wanted_kw[car])
        for k in range(n):
            slot = slots[k]
            poured = min(max(level_kw - total_kw[slot], 0.0), most_kw[car, slot])
            moved_kw = max(moved_kw, abs(poured - schedule_kw[car, slot]))
            schedule_kw[car, slot] = poured
            total_kw[slot] += poured
    return moved_kw


@compiled
def _level(order: Ints, corners: Floats, wanted_kw: float) -> float:
    """Return the level that pours an amount; even corners open a slot, odd ones close it."""
    poured_kw = 0.0
    n_open = 0
    level_kw = 0.0
    for i in range(order.size):
        corner_kw = corners[order[i]]
        step_kw = n_open * (corner_kw - level_kw)
        if n_open > 0 and poured_kw + step_kw >= wanted_kw:
            return level_kw + (wanted_kw - poured_kw) / n_open
        poured_kw += step_kw
        level_kw = corner_kw
        n_open += 1 - 2 * (order[i] % 2)
    return level_kw
