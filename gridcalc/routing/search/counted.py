"""Money and metres in whole steps, so that a sum does not depend on its order."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridcalc.routing.search.network import Resource

STEPS_PER_UNIT = 1e7
"""Steps of a yuan, a metre, a square metre: their sums are exact up to 9e8 of them. [-]"""
SAME = 1e-5
"""Sums closer than this are one: a hundredth of a millimetre, of what the user states. [-]"""


def counted(value: ArrayLike) -> NDArray[np.float64]:
    """Return a quantity in whole steps; sums of steps are exact, whatever their order.

    Examples
    --------
    >>> float(counted(0.1) + counted(0.2) - counted(0.3))
    0.0
    """
    return np.rint(np.asarray(value, dtype=np.float64) * STEPS_PER_UNIT)


def largest_allowed(resource: Resource) -> float:
    """Return the most steps a route may use of a resource.

    A sum within ``SAME`` of the limit stands at the limit, whatever the cutting of edges did to
    its last digits.
    """
    if np.isinf(resource.limit):
        return float(resource.limit)
    around = SAME if resource.inclusive else -SAME
    steps = float(counted(resource.limit)) + float(counted(around))
    return steps if resource.inclusive else steps - 1.0
