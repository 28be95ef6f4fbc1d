"""Charges of many units on many days: who plugs in, when, for how much energy, until when."""

from dataclasses import dataclass

from gridcalc.demand.diversity import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sessions:
    """Charges as columns, one entry each; a unit has at most one charge per day and user.

    Time is in hours after noon, so that an evening and its night belong to one day: 18:30 is
    6.5 and 7:00 on the next morning is 19. Entries are sorted by unit, then day.

    Attributes
    ----------
    n_units, n_days
        Units and days the entries belong to.
    unit, day
        Index of each entry, shape (n,).
    arrival_h, departure_h
        Plugged in from and until; 0 <= arrival < 24 and arrival < departure < arrival + 24.
        [h after noon], shape (n,)
    start_h
        When the charge begins if no controller decides: at arrival, or later with a timer or
        behind another car. ``start_h + energy_kwh / p_kw <= departure_h`` unless a queue
        forbids. [h after noon], shape (n,)
    energy_kwh
        What the car takes. [kWh], shape (n,)
    p_kw
        Power of the charger. [kW], shape (n,)
    takes_part
        Uniform draw in [0, 1): the car is under orderly control where this is below the
        participation share, so that a larger share only adds cars. Shape (n,)
    """

    n_units: int
    n_days: int
    unit: Ints
    day: Ints
    arrival_h: Floats
    departure_h: Floats
    start_h: Floats
    energy_kwh: Floats
    p_kw: Floats
    takes_part: Floats


def select(sessions: Sessions, mask: Bools) -> Sessions:
    """Return the entries where ``mask`` is true, shape (n,); units and days stay the same.

    Examples
    --------
    >>> import numpy as np
    >>> ones = np.ones(2)
    >>> both = Sessions(n_units=2, n_days=1, unit=np.arange(2), day=np.zeros(2, dtype=np.int64),
    ...     arrival_h=6 * ones, departure_h=19 * ones, start_h=6 * ones, energy_kwh=14 * ones,
    ...     p_kw=7 * ones, takes_part=np.array([0.2, 0.9]))
    >>> select(both, both.takes_part < 0.5).unit.tolist()
    [0]
    """
    return Sessions(
        n_units=sessions.n_units,
        n_days=sessions.n_days,
        unit=sessions.unit[mask],
        day=sessions.day[mask],
        arrival_h=sessions.arrival_h[mask],
        departure_h=sessions.departure_h[mask],
        start_h=sessions.start_h[mask],
        energy_kwh=sessions.energy_kwh[mask],
        p_kw=sessions.p_kw[mask],
        takes_part=sessions.takes_part[mask],
    )
