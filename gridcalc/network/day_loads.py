"""Loads of many days, slot by slot, small enough to be expanded where they are solved."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcalc.network.arrays import Floats, Ints

Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayLoads:
    """Constant-power loads of a block of days; consumption is positive.

    A *shaped* row draws ``shaped_p_kw[row, day] * curves[shaped_curve[row], slot]``; a *free*
    row draws ``free_p_kw[row, day, slot]``. Every row stands at one node and on one phase, and
    several rows may share them. Slot 0 begins at midnight.

    Attributes
    ----------
    curves
        [-], shape (n_curves, n_slots)
    shaped_node, shaped_phase, shaped_curve
        Node, phase (0, 1, 2) and curve of each shaped row, shape (n_shaped,).
    shaped_p_kw
        Power where the curve is 1. [kW], shape (n_shaped, n_days)
    shaped_tan_phi
        Reactive over active power, shape (n_shaped,). [-]
    free_node, free_phase, free_tan_phi
        The same of each free row, shape (n_free,).
    free_p_kw
        [kW], shape (n_free, n_days, n_slots), C order
    """

    curves: Floats
    shaped_node: Ints
    shaped_phase: Ints
    shaped_curve: Ints
    shaped_p_kw: Floats
    shaped_tan_phi: Floats
    free_node: Ints
    free_phase: Ints
    free_tan_phi: Floats
    free_p_kw: Floats32

    @property
    def n_days(self) -> int:
        """Number of days."""
        return int(self.shaped_p_kw.shape[1])

    @property
    def n_slots(self) -> int:
        """Slots of a day."""
        return int(self.curves.shape[1])
