"""What every batch engine returns for a block of days: extremes of each day, never averages."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcalc.network.arrays import Bools
from gridcalc.network.day_loads import DayLoads

Reals = NDArray[np.float64] | NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayResults:
    """Extremes over the solved slots of each day; a day with an unsolved slot is marked.

    Attributes
    ----------
    engine
        Name of the solver.
    solved
        Slots with a solution, shape (n_days, n_slots). Extremes of a day leave unsolved slots
        out, so whoever judges must look here first; a day without any solved slot has zeros.
    vm_min_pu
        Lowest phase-to-neutral voltages, in pu as in ``Solution``. [pu], shape (n_days, n_nodes, 3)
    vm_line_min_pu
        Lowest line-to-line voltage. [pu], shape (n_days, n_nodes)
    unbalance_max_percent
        Negative over positive sequence voltage. [%], shape (n_days, n_nodes)
    i_max_a
        Phase currents of each cable, the larger end. [A], shape (n_days, n_cables, 3)
    i_neutral_max_a
        Neutral current at the sending end, as in ``Flows``. [A], shape (n_days, n_cables)
    p_load_kw
        Active load of all consumers, of every slot, with a solution or not; without losses.
        [kW], shape (n_days, n_slots)
    s_trafo_kva
        Three-phase load at the LV terminals, every slot; zero where unsolved.
        [kVA], shape (n_days, n_slots, n_transformers)
    s_trafo_phase_max_kva
        Per phase. [kVA], shape (n_days, n_transformers, 3)
    p_trafo_max_kw
        [kW], shape (n_days, n_transformers)
    s_source_max_kva
        Three-phase power of each source. [kVA], shape (n_days, n_sources)
    s_total_max_kva, p_total_max_kw, p_loss_max_kw
        Power of all sources together, and losses. Shape (n_days,)
    """

    engine: str
    solved: Bools
    vm_min_pu: Reals
    vm_line_min_pu: Reals
    unbalance_max_percent: Reals
    i_max_a: Reals
    i_neutral_max_a: Reals
    p_load_kw: Reals
    s_trafo_kva: Reals
    s_trafo_phase_max_kva: Reals
    p_trafo_max_kw: Reals
    s_source_max_kva: Reals
    s_total_max_kva: Reals
    p_total_max_kw: Reals
    p_loss_max_kw: Reals


DaySolver = Callable[[DayLoads], DayResults]
"""A batch engine made ready for one network; safe to call from several threads."""
