"""Charges made ready for a controller: by day and arrival, with the limits of each car."""

from typing import NamedTuple

import numpy as np

from gridcalc.demand.charging.limits import Chains, Headroom, chains
from gridcalc.demand.charging.sessions import Sessions
from gridcalc.demand.diversity import Bools, Floats, Ints
from gridcalc.units import H_PER_DAY, MIN_PER_H


class Fleet(NamedTuple):
    """Cars of a block of days, sorted by day, then arrival, then entry; a tuple for numba.

    Attributes
    ----------
    first
        Cars of day d are ``first[d]`` to ``first[d + 1] - 1``. Shape (n_days + 1,)
    entry
        Index in the sessions; breaks ties. Shape (n,)
    arrival_h, departure_h, energy_kwh, p_kw
        As in ``Sessions``. Shape (n,)
    row, thirds
        As in ``Headroom``, but of each car. Shape (n,)
    limit, weight
        As in ``Chains``, but of each car. A charger with several users on one day is one limit
        more, after those of the network. Shape (n, width)
    charger_kw
        Power of each such charger. [kW], shape (n_shared,)
    """

    first: Ints
    entry: Ints
    arrival_h: Floats
    departure_h: Floats
    energy_kwh: Floats
    p_kw: Floats
    row: Ints
    thirds: Bools
    limit: Ints
    weight: Floats
    charger_kw: Floats


def fleet(sessions: Sessions, headroom: Headroom) -> Fleet:
    """Return the connected cars of the sessions; entries without energy are left out.

    Raises
    ------
    ValueError
        Units or days of the two records differ.
    """
    _agree(sessions, headroom)
    connected = (headroom.row[sessions.unit] >= 0) & (sessions.energy_kwh > 0)
    entry = np.flatnonzero(connected)
    order = np.lexsort((entry, sessions.arrival_h[entry], sessions.day[entry]))
    entry = entry[order]
    unit, day = sessions.unit[entry], sessions.day[entry]
    on_way = chains(headroom)
    shared, charger_kw = _shared_chargers(sessions, len(headroom.headroom_kw))
    limit, weight = _with_chargers(on_way, shared)
    return Fleet(
        first=np.searchsorted(day, np.arange(sessions.n_days + 1)).astype(np.int64),
        entry=entry,
        arrival_h=sessions.arrival_h[entry],
        departure_h=sessions.departure_h[entry],
        energy_kwh=sessions.energy_kwh[entry],
        p_kw=sessions.p_kw[entry],
        row=headroom.row[unit],
        thirds=headroom.thirds[unit],
        limit=limit[unit],
        weight=weight[unit],
        charger_kw=charger_kw,
    )


def steps_per_slot(step_min: int, n_slots: int) -> int:
    """Return how often a controller decides within a slot.

    Raises
    ------
    ValueError
        The step does not divide the slot.

    Examples
    --------
    >>> steps_per_slot(5, 96)
    3
    """
    slot_min = H_PER_DAY * MIN_PER_H / n_slots
    n_steps = round(slot_min / step_min) if step_min > 0 else 0
    if n_steps < 1 or n_steps * step_min != slot_min:
        raise ValueError(f"a step of {step_min} min does not divide a slot of {slot_min:g} min")
    return n_steps


def _agree(sessions: Sessions, headroom: Headroom) -> None:
    if len(headroom.row) != sessions.n_units:
        raise ValueError(f"{sessions.n_units} units charge, {len(headroom.row)} have a row")
    n_days, n_slots = headroom.headroom_kw.shape[1:]
    if n_days != sessions.n_days:
        raise ValueError(f"{sessions.n_days} days of charges, {n_days} days of headroom")
    if n_slots % 2:
        raise ValueError(f"{n_slots} slots cannot be cut at noon")


def _shared_chargers(sessions: Sessions, n_limits: int) -> tuple[Ints, Floats]:
    """Return the extra limit of each unit, -1 for none, and the powers of those chargers."""
    same = (np.diff(sessions.unit) == 0) & (np.diff(sessions.day) == 0)
    units = np.unique(sessions.unit[1:][same])
    power = np.zeros(sessions.n_units)
    np.maximum.at(power, sessions.unit, sessions.p_kw)
    extra = np.full(sessions.n_units, -1, dtype=np.int64)
    extra[units] = n_limits + np.arange(len(units))
    return extra, power[units]


def _with_chargers(on_way: Chains, extra: Ints) -> tuple[Ints, Floats]:
    """Return limits and weights of each unit with its charger as the first of them."""
    if (extra < 0).all():
        return on_way.limit, on_way.weight
    limit = np.column_stack([extra, on_way.limit])
    weight = np.column_stack([(extra >= 0).astype(float), on_way.weight])
    return limit, weight
