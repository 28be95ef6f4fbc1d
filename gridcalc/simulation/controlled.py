"""Cars under orderly control: what the limits leave over, and what each car gets of it."""

from dataclasses import dataclass, replace

import numpy as np

from gridcalc.demand.charging.control import Charged, control
from gridcalc.demand.charging.controller import Controller
from gridcalc.demand.charging.limits import Chains, Headroom, chains_of
from gridcalc.demand.charging.sessions import Sessions, select
from gridcalc.network.arrays import Network
from gridcalc.network.day_loads import DayLoads
from gridcalc.simulation.base_load import BaseLoad
from gridcalc.simulation.headroom import Below, ChargingLimits, below_limits, headroom_kw
from gridcalc.simulation.units import Units

_MAX_CELLS = 1_000_000
"""Limits times slots that are held at once; days are independent, so it changes no result."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderlyControl:
    """How private cars are controlled where they are.

    ``power_factor`` is that of the chargers; shares are [-], ``fallback_kw`` is [kW]. ``below``
    tells which rows of the base load count against which limits, ``on_way`` which limits the
    chargers of the private bays have.
    """

    controller: Controller
    limits: ChargingLimits
    below: Below
    on_way: Chains
    participation_share: float
    lost_communication_share: float
    fallback_kw: float
    power_factor: float
    target_power_factor: float


def placed(
    orderly: OrderlyControl, limits: ChargingLimits, base: BaseLoad, private: Units
) -> OrderlyControl:
    """Return a control with other limits, or for loads that stand elsewhere.

    Parameters
    ----------
    orderly
        The control.
    limits
        What it keeps.
    base, private
        The loads beside the chargers, and the private chargers, where they now stand.
    """
    way = limits.chain[private.row_node, private.row_phase]
    return replace(
        orderly,
        limits=limits,
        below=below_limits(limits, base.node, base.phase, base.curve, len(base.curves)),
        on_way=chains_of(private.row, private.thirds, way),
    )


def charge_under_control(
    controlled: Sessions,
    uncontrolled: DayLoads,
    units: Units,
    network: Network,
    orderly: OrderlyControl,
) -> Charged:
    """Return the load of controlled cars, and the energy of each.

    Parameters
    ----------
    controlled
        Charges of the cars under control.
    uncontrolled
        All other load of the same days.
    units
        The private bays.
    network, orderly
        Limits and controller.
    """
    cells_of_day = orderly.limits.n * uncontrolled.n_slots
    n_at_once = max(1, _MAX_CELLS // max(cells_of_day, 1))
    starts = range(0, uncontrolled.n_days, n_at_once)
    delivered_kwh = np.zeros(len(controlled.day))
    series = []
    for first in starts:
        last = min(first + n_at_once, uncontrolled.n_days)
        mine = (controlled.day >= first) & (controlled.day < last)
        cars = select(controlled, mine)
        charged = control(
            replace(cars, day=cars.day - first, n_days=last - first),
            _headroom(units, _some_days(uncontrolled, slice(first, last)), network, orderly),
            orderly.controller,
        )
        delivered_kwh[mine] = charged.delivered_kwh
        series.append(charged.p_kw)
    return Charged(p_kw=np.concatenate(series, axis=1), delivered_kwh=delivered_kwh)


def _some_days(loads: DayLoads, days: slice) -> DayLoads:
    return replace(
        loads, shaped_p_kw=loads.shaped_p_kw[:, days], free_p_kw=loads.free_p_kw[:, days]
    )


def _headroom(
    units: Units, uncontrolled: DayLoads, network: Network, orderly: OrderlyControl
) -> Headroom:
    left = headroom_kw(
        orderly.limits,
        network,
        uncontrolled,
        power_factor=orderly.power_factor,
        target_power_factor=orderly.target_power_factor,
        below=orderly.below,
    )
    return Headroom(
        row=units.row,
        thirds=units.thirds,
        limits_of_row=orderly.limits.chain[units.row_node, units.row_phase],
        headroom_kw=left,
        on_way=orderly.on_way,
    )
