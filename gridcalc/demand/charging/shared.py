"""Charges of shared chargers: several bays at one charger, first come, first served."""

from dataclasses import replace

import numpy as np

from gridcalc.demand.charging.parameters import EvModel
from gridcalc.demand.charging.private import DayFactors, draw_private
from gridcalc.demand.charging.sessions import Sessions
from gridcalc.demand.diversity import Floats, Ints


def draw_shared(
    rng: np.random.Generator,
    model: EvModel,
    *,
    p_kw: Floats,
    bays_per_charger: int,
    n_days: int,
    factors: DayFactors | None = None,
) -> Sessions:
    """Draw the charges of shared chargers; a unit is a charger, entries sorted by start.

    Every bay has a user as in `draw_private`. A car that finds the charger busy waits in its bay
    until the cars before it are full or gone. What it could not take until its departure is cut
    from its energy; with two bays that is about one charge in a thousand.

    Parameters
    ----------
    rng
        Stream of this purpose and block; it must not be used for anything else.
    model
        How often, when and for how much energy cars charge.
    p_kw
        Power of each charger. [kW], shape (n_chargers,)
    bays_per_charger
        Bays that share a charger.
    n_days
        Days to draw.
    factors
        Common factors of the days where other chargers share them; drawn here if None.

    Notes
    -----
    start_2 = max(arrival_2, end_1).

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> from gridcalc.demand.charging.parameters import ev_model
    >>> model = ev_model(load_policy("national"), "summer")
    >>> rng = np.random.default_rng(1)
    >>> charges = draw_shared(rng, model, p_kw=np.full(9, 7.0), bays_per_charger=2, n_days=30)
    >>> bool((charges.start_h > charges.arrival_h).any())
    True
    """
    bays = draw_private(
        rng, model, p_kw=np.repeat(p_kw, bays_per_charger), n_days=n_days, factors=factors
    )
    charger = bays.unit // bays_per_charger
    order = np.lexsort((bays.arrival_h, bays.day, charger))
    waiting = replace(
        bays,
        n_units=len(p_kw),
        unit=charger[order],
        day=bays.day[order],
        arrival_h=bays.arrival_h[order],
        departure_h=bays.departure_h[order],
        start_h=bays.start_h[order],
        energy_kwh=bays.energy_kwh[order],
        p_kw=bays.p_kw[order],
        takes_part=bays.takes_part[order],
    )
    return _queued(waiting)


def _queued(sessions: Sessions) -> Sessions:
    """Return the charges one after the other where they share a charger."""
    start_h, energy_kwh = sessions.start_h.copy(), sessions.energy_kwh.copy()
    free_h = np.zeros(len(start_h))  # when the charger is free after each entry
    place = _place_in_queue(sessions.unit * sessions.n_days + sessions.day)
    for k in range(int(place.max(initial=0)) + 1):
        now = np.flatnonzero(place == k)
        before_h = free_h[now - 1] if k else 0.0
        departure_h = sessions.departure_h[now]
        start_h[now] = np.minimum(np.maximum(start_h[now], before_h), departure_h)
        room_kwh = sessions.p_kw[now] * (departure_h - start_h[now])
        energy_kwh[now] = np.minimum(energy_kwh[now], room_kwh)
        free_h[now] = np.maximum(before_h, start_h[now] + energy_kwh[now] / sessions.p_kw[now])
    return replace(sessions, start_h=start_h, energy_kwh=energy_kwh)


def _place_in_queue(cell: Ints) -> Ints:
    """Return how many entries of the same charger and day stand before each entry."""
    index = np.arange(len(cell))
    is_first = np.r_[True, cell[1:] != cell[:-1]][: len(cell)]
    return np.asarray(index - np.maximum.accumulate(np.where(is_first, index, 0)))
