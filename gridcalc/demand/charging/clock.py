"""Two ways to count the hours of a day: by the clock, and from noon to noon."""

from gridcalc.demand.diversity import Floats
from gridcalc.units import H_PER_DAY, MIN_PER_H

NOON_H = H_PER_DAY / 2


def hours_after_noon(clock_h: Floats) -> Floats:
    """Return clock hours, however far outside a day, as hours after noon in [0, 24).

    Examples
    --------
    >>> import numpy as np
    >>> hours_after_noon(np.array([18.5, 7.0, 12.0, 25.0])).tolist()
    [6.5, 19.0, 0.0, 13.0]
    """
    hours = (clock_h - NOON_H) % H_PER_DAY
    hours[hours >= H_PER_DAY] = 0.0  # a tiny negative number rounds up to the modulus
    return hours


def clock_text_h(text: str) -> float:
    """Return a time of day such as ``"22:30"`` as clock hours.

    Examples
    --------
    >>> clock_text_h("22:30")
    22.5
    """
    hours, minutes = text.split(":")
    return int(hours) + int(minutes) / MIN_PER_H
