"""Coincidence of e-bike sockets: a curve that the policy pack or the user gives, no standard."""

from collections.abc import Sequence
from functools import lru_cache

from gridcalc.standards.demand_factor import FactorCurve, diversified_at, factor_at

CoincidencePoint = tuple[float, float]
"""Number of sockets and their coincidence factor."""


def ebike_coincidence(n_sockets: float, points: Sequence[CoincidencePoint]) -> float:
    """Return the coincidence factor of some sockets; linear between points [-].

    Parameters
    ----------
    n_sockets
        Number of sockets, 0 or more. [-]
    points
        Sockets and factor, rising in the number of sockets; constant outside. [-]

    Examples
    --------
    >>> round(ebike_coincidence(30, [(10, 0.8), (50, 0.6)]), 6)
    0.7
    """
    return factor_at(_curve(points), n_sockets)


def diversified_sockets(n_sockets: float, points: Sequence[CoincidencePoint]) -> float:
    """Return how many sockets at full load equal ``n_sockets``: max over m <= n [-].

    Notes
    -----
    Our own monotone envelope, see the module on demand factors.

    Examples
    --------
    >>> diversified_sockets(10, [(10, 0.8), (50, 0.6)])
    8.0
    """
    return diversified_at(_curve(points), n_sockets)


def _curve(points: Sequence[CoincidencePoint]) -> FactorCurve:
    return _curve_of(tuple(points))


@lru_cache(maxsize=64)
def _curve_of(points: tuple[CoincidencePoint, ...]) -> FactorCurve:
    n = tuple(float(count) for count, _ in points)
    return FactorCurve(n=n, factor=tuple(float(factor) for _, factor in points))
