"""How well cars are served: energy, share of full charges, and the worst of them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from gridcalc.demand.charging.sessions import Sessions
from gridcalc.demand.diversity import Bools, Floats

FULL_SHARE: Final = 0.99
"""A charge counts as full from here; what the 99 in S99 stands for."""
WORST_SHARE: Final = 0.01
"""The worst charges are this share of all, at least one charge."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Service:
    """Service of each day, each of shape (n_days,); a day without charges is served in full.

    Attributes
    ----------
    n_charges
        Charges of the day.
    requested_kwh, delivered_kwh
        Energy of all charges. [kWh]
    energy_share
        Delivered over requested energy. [-]
    full_share
        Share of the charges that get 99 % of their energy or more by departure (S99). [-]
    worst_share
        Fulfilment that 99 % of the charges reach: the best of the worst hundredth, and the
        worst charge where there are at most a hundred. [-]
    """

    n_charges: Floats
    requested_kwh: Floats
    delivered_kwh: Floats
    energy_share: Floats
    full_share: Floats
    worst_share: Floats


def service(sessions: Sessions, delivered_kwh: Floats) -> Service:
    """Return the service of each day.

    Parameters
    ----------
    sessions
        Charges of some days.
    delivered_kwh
        What each entry gets. [kWh], shape (n,)

    Examples
    --------
    >>> two = np.full(2, 10.0)
    >>> cars = Sessions(n_units=2, n_days=2, unit=np.arange(2), day=np.zeros(2, dtype=np.int64),
    ...     arrival_h=two, departure_h=two + 9, start_h=two, energy_kwh=two, p_kw=two,
    ...     takes_part=two)
    >>> done = service(cars, np.array([10.0, 6.0]))
    >>> done.energy_share.tolist(), done.full_share.tolist(), done.worst_share.tolist()
    ([0.8, 1.0], [0.5, 1.0], [0.6, 1.0])
    """
    wants = sessions.energy_kwh > 0
    fulfilment = np.ones(len(wants))
    fulfilment[wants] = np.minimum(delivered_kwh[wants] / sessions.energy_kwh[wants], 1.0)
    n_charges = _per_day(sessions, np.ones(len(wants)))
    requested = _per_day(sessions, sessions.energy_kwh)
    delivered = _per_day(sessions, delivered_kwh)
    n_full = _per_day(sessions, fulfilment >= FULL_SHARE - _ROUNDING)
    return Service(
        n_charges=n_charges,
        requested_kwh=requested,
        delivered_kwh=delivered,
        energy_share=_share(delivered, requested),
        full_share=_share(n_full, n_charges),
        worst_share=_worst(fulfilment, sessions),
    )


def _per_day(sessions: Sessions, values: Floats | Bools) -> Floats:
    return np.bincount(sessions.day, values, minlength=sessions.n_days).astype(np.float64)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 1.0)


def _worst(fulfilment: Floats, sessions: Sessions) -> Floats:
    """Return the last of the worst charges of each day, 1 where there is none."""
    order = np.lexsort((fulfilment, sessions.day))
    first = np.searchsorted(sessions.day[order], np.arange(sessions.n_days + 1))
    count = np.diff(first)
    n_worst = np.maximum(np.ceil(WORST_SHARE * count - _ROUNDING), 1).astype(np.int64)
    worst = np.ones(sessions.n_days)
    some = count > 0
    worst[some] = fulfilment[order][(first[:-1] + n_worst - 1)[some]]
    return worst
