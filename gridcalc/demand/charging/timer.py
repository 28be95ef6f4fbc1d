"""Cars whose timer waits for the valley tariff."""

from dataclasses import replace

import numpy as np

from gridcalc.demand.charging.clock import hours_after_noon
from gridcalc.demand.charging.parameters import TimerModel
from gridcalc.demand.charging.sessions import Sessions
from gridcalc.units import MIN_PER_H


def with_timer(sessions: Sessions, timer: TimerModel, rng: np.random.Generator) -> Sessions:
    """Return the charges with a later start for those who wait for the valley tariff.

    A car that is plugged in before the valley starts waits, with the probability of the model,
    until the valley start and some minutes more, if it can still be full at its departure.
    Two numbers are read for every unit and day, whether or not there is a charge, so the answer
    for a bay does not depend on the bays after it or on who else charges.

    Parameters
    ----------
    sessions
        Charges of private bays; at most one per unit and day.
    timer
        Who waits, until when.
    rng
        Stream of this purpose and block; it must not be used for anything else.

    Examples
    --------
    >>> one = Sessions(
    ...     n_units=1, n_days=1, unit=np.array([0]), day=np.array([0]), arrival_h=np.array([6.5]),
    ...     departure_h=np.array([19.0]), start_h=np.array([6.5]), energy_kwh=np.array([14.0]),
    ...     p_kw=np.array([7.0]), takes_part=np.array([0.5]),
    ... )
    >>> timer = TimerModel(responder_share=1.0, valley_start_clock_h=23.0, spread_min=0.0)
    >>> with_timer(one, timer, np.random.default_rng(0)).start_h.tolist()
    [11.0]
    """
    wait, spread = rng.spawn(2)
    cell = sessions.unit * sessions.n_days + sessions.day
    shape = (sessions.n_units, sessions.n_days)
    waits = wait.random(shape).take(cell) < timer.responder_share
    valley_h = float(hours_after_noon(np.array([timer.valley_start_clock_h]))[0])
    later_h = valley_h + spread.random(shape).take(cell) * timer.spread_min / MIN_PER_H
    end_h = later_h + sessions.energy_kwh / sessions.p_kw
    moved = waits & (sessions.arrival_h < valley_h) & (end_h <= sessions.departure_h)
    return replace(sessions, start_h=np.where(moved, later_h, sessions.start_h))
