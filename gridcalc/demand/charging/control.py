"""Orderly charging: the power a controller gives to each car, and what each car gets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcalc.demand.charging.control_kernel import control_days
from gridcalc.demand.charging.control_state import Plan
from gridcalc.demand.charging.controller import RULES, Controller
from gridcalc.demand.charging.fleet import fleet, steps_per_slot
from gridcalc.demand.charging.limits import Headroom
from gridcalc.demand.charging.sessions import Sessions
from gridcalc.demand.diversity import Floats
from gridcalc.units import H_PER_DAY

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Charged:
    """What controlled cars draw and get.

    Attributes
    ----------
    p_kw
        Mean power of each slot; slot 0 begins at midnight.
        [kW], shape (n_rows, n_days, n_slots)
    delivered_kwh
        What each entry of the sessions gets while it is plugged in. [kWh], shape (n,)
    """

    p_kw: Floats32
    delivered_kwh: Floats


def control(sessions: Sessions, headroom: Headroom, controller: Controller) -> Charged:
    """Return how a controller without foresight charges the cars of each day.

    Each day is followed by its own copy, so that a car that stays over noon is served on both
    sides of it. At each step a car may draw ``min(p_kw, remaining / step)``, less where it is
    plugged in for a part of the step. Cars are served in the order of the rule until a limit
    on their way is used up; a share below ``min_kw`` is given only to finish a car. Ties go to
    the lower unit. Days do not depend on each other; the compiled loop releases the lock of the
    interpreter, so callers may spread blocks of days over threads.

    Entries of one unit on one day share the power of its charger. Units without a row get
    nothing.

    Raises
    ------
    ValueError
        Units or days of the records differ, or the step does not divide the slot.

    Examples
    --------
    Two cars of 7 kW under a limit of 7 kW; both need one hour, the second leaves first.

    >>> ones = np.ones(2)
    >>> cars = Sessions(n_units=2, n_days=1, unit=np.arange(2), day=np.zeros(2, dtype=np.int64),
    ...     arrival_h=6 * ones, departure_h=np.array([8.0, 7.0]), start_h=6 * ones,
    ...     energy_kwh=7 * ones, p_kw=7 * ones, takes_part=0 * ones)
    >>> limit = Headroom(row=np.arange(2), thirds=np.zeros(2, dtype=bool),
    ...     limits_of_row=np.zeros((2, 1), dtype=np.int64), headroom_kw=np.full((1, 1, 96), 7.0))
    >>> done = control(cars, limit, Controller(rule="least_laxity", min_kw=0.0, step_min=15))
    >>> done.p_kw[:, 0, 72:80].tolist()
    [[0.0, 0.0, 0.0, 0.0, 7.0, 7.0, 7.0, 7.0], [7.0, 7.0, 7.0, 7.0, 0.0, 0.0, 0.0, 0.0]]
    >>> done.delivered_kwh.tolist()
    [7.0, 7.0]
    """
    cars = fleet(sessions, headroom)
    n_rows = len(headroom.limits_of_row)
    _, n_days, n_slots = headroom.headroom_kw.shape
    plan = Plan(
        rule=RULES.index(controller.rule),
        min_kw=float(controller.min_kw),
        n_steps=steps_per_slot(controller.step_min, n_slots),
        slot_h=H_PER_DAY / n_slots,
    )
    p_kw = np.zeros((n_rows, n_days, n_slots), dtype=np.float32)
    delivered_kwh = np.zeros(len(sessions.unit))
    room_kw = np.ascontiguousarray(headroom.headroom_kw, dtype=np.float64)
    control_days(cars, plan, room_kw, p_kw, delivered_kwh)
    return Charged(p_kw=p_kw, delivered_kwh=delivered_kwh)
