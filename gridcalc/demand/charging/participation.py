"""Who is under orderly control, and what a car does that the controller cannot reach."""

import numpy as np

from gridcalc.demand.charging.pieces import Pieces
from gridcalc.demand.charging.sessions import Sessions, select
from gridcalc.demand.diversity import Floats


def split(
    sessions: Sessions, *, participation_share: float, lost_communication_share: float
) -> tuple[Sessions, Sessions, Sessions]:
    """Return the charges under control, those that take no part, and those out of reach.

    Larger shares only move charges one way, so that two studies that differ in a share draw
    the same cars otherwise. Every charge is in exactly one of the three.

    Parameters
    ----------
    sessions
        Charges with their draws ``takes_part``.
    participation_share
        Share of the charges that take part. [-]
    lost_communication_share
        Share of those that take part whose charger has lost its communication. [-]

    Raises
    ------
    ValueError
        A share lies outside 0 to 1.

    Examples
    --------
    >>> many = np.zeros(4)
    >>> cars = Sessions(n_units=4, n_days=1, unit=np.arange(4), day=np.zeros(4, dtype=np.int64),
    ...     arrival_h=many, departure_h=many + 9, start_h=many, energy_kwh=many + 7,
    ...     p_kw=many + 7, takes_part=np.array([0.05, 0.3, 0.6, 0.9]))
    >>> parts = split(cars, participation_share=0.8, lost_communication_share=0.1)
    >>> [part.unit.tolist() for part in parts]
    [[1, 2], [3], [0]]
    """
    for name, share in (
        ("participation_share", participation_share),
        ("lost_communication_share", lost_communication_share),
    ):
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"{name} is {share:g}, not between 0 and 1")
    takes_part = sessions.takes_part < participation_share
    lost = sessions.takes_part < participation_share * lost_communication_share
    return (
        select(sessions, takes_part & ~lost),
        select(sessions, ~takes_part),
        select(sessions, lost),
    )


def fallback(sessions: Sessions, fallback_kw: float | Floats) -> Pieces:
    """Return what cars draw that have lost communication, one piece for each entry, in order.

    They draw the default limit of the charger, or its power where that is less, from arrival
    until they are full or leave. ``(end_h - start_h) * p_kw`` is what they get. ``fallback_kw``
    is one power or one for each entry. [kW]

    Examples
    --------
    >>> one = np.ones(1)
    >>> car = Sessions(n_units=1, n_days=1, unit=np.array([0]), day=np.array([0]),
    ...     arrival_h=6 * one, departure_h=19 * one, start_h=6 * one, energy_kwh=15 * one,
    ...     p_kw=7 * one, takes_part=0 * one)
    >>> fallback(car, 1.5).end_h.tolist()  # 10 h at 1.5 kW
    [16.0]
    """
    p_kw = np.minimum(sessions.p_kw, fallback_kw)
    power = np.where(p_kw > 0, p_kw, 1.0)
    full_h = np.where(p_kw > 0, sessions.arrival_h + sessions.energy_kwh / power, np.inf)
    return Pieces(
        n_units=sessions.n_units,
        n_days=sessions.n_days,
        unit=sessions.unit,
        day=sessions.day,
        start_h=sessions.arrival_h,
        end_h=np.minimum(full_h, sessions.departure_h),
        p_kw=p_kw,
    )
