"""What the compiled loop of orderly control works on: its settings and its work space."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridcalc.demand.diversity import Floats, Ints


class Plan(NamedTuple):
    """A controller as numbers: index of the rule, smallest power [kW], steps of a slot."""

    rule: int
    min_kw: float
    n_steps: int
    slot_h: float


class State(NamedTuple):
    """Work space of one day.

    Car k of the day has two copies: 2 k is yesterday's, still there after noon; 2 k + 1 today's.
    ``active`` lists the copies plugged in, in the order of ``key``; the arrays after it run
    along that list. ``day_kwh`` is what a car has got on the reported day, ``promised_kwh`` the
    same with the wants of the present step.
    """

    remaining_kwh: Floats
    day_kwh: Floats
    promised_kwh: Floats
    active: Ints
    key: Floats
    want_kw: Floats
    floor_kw: Floats
    share_kw: Floats
    is_open: NDArray[np.bool_]
    budget_kw: Floats
    load: Floats
    is_full: NDArray[np.bool_]
    power_kw: Floats
