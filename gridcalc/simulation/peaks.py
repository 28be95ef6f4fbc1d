"""What a share of the days does not exceed, element by element, as arrays."""

from dataclasses import dataclass

import numpy as np

from gridcalc.demand.charging.service import Service
from gridcalc.network.arrays import Floats
from gridcalc.network.day_loads import Floats32
from gridcalc.network.phases import over_phases
from gridcalc.powerflow.days import DayResults
from gridcalc.simulation.loads import DayCase
from gridcalc.simulation.results import DayStatistics


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Peaks:
    """The reported percentile of the daily extreme of every element, in the network's order.

    Attributes
    ----------
    vm_min_pu
        Lowest phase voltage, the lowest of the three phases. [pu], shape (n_nodes,)
    vm_line_min_pu
        Lowest line-to-line voltage. [pu], shape (n_nodes,)
    unbalance_percent
        Negative over positive sequence voltage. [%], shape (n_nodes,)
    i_max_a
        Phase current, the largest of the three phases. [A], shape (n_cables,)
    i_phase_a, i_neutral_a
        Current of each phase, and of the neutral. [A], shapes (n_cables, 3) and (n_cables,)
    s_trafo_kva, s_trafo_phase_kva, p_trafo_kw
        Load of transformers: three-phase, of each phase, active.
        Shapes (n_transformers,), (n_transformers, 3) and (n_transformers,)
    s_source_kva
        Power of each source. [kVA], shape (n_sources,)
    s_total_kva, p_total_kw, p_loss_kw
        Power of all sources together, and losses.
    """

    vm_min_pu: Floats
    vm_line_min_pu: Floats
    unbalance_percent: Floats
    i_max_a: Floats
    i_phase_a: Floats
    i_neutral_a: Floats
    s_trafo_kva: Floats
    s_trafo_phase_kva: Floats
    p_trafo_kw: Floats
    s_source_kva: Floats
    s_total_kva: float
    p_total_kw: float
    p_loss_kw: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeakDays:
    """The days of one case, reduced to what a percentile of them tells.

    Attributes
    ----------
    case
        What was connected and how it charged.
    n_days, n_unsolved
        Days that were simulated, and those with a slot that has no solution.
    peaks
        ``None`` where the percentile falls on a day without a solution.
    service
        How controlled cars were served on each day; ``None`` where nobody controls.
    load_kw
        Active load of all consumers, without losses. [kW], shape (n_days, n_slots)
    """

    case: DayCase
    n_days: int
    n_unsolved: int
    peaks: Peaks | None
    service: Service | None
    load_kw: Floats32


def peaks_of(results: DayResults, days: DayStatistics) -> Peaks | None:
    """Return the percentiles of the extremes of days; see ``PeakDays.peaks``."""
    if not days.has_values:
        return None
    return Peaks(
        vm_min_pu=days.lowest(over_phases(np.minimum, results.vm_min_pu, axis=-1)),
        vm_line_min_pu=days.lowest(results.vm_line_min_pu),
        unbalance_percent=days.highest(results.unbalance_max_percent),
        i_max_a=days.highest(over_phases(np.maximum, results.i_max_a, axis=-1)),
        i_phase_a=days.highest(results.i_max_a),
        i_neutral_a=days.highest(results.i_neutral_max_a),
        s_trafo_kva=days.highest(results.s_trafo_kva.max(axis=1)),
        s_trafo_phase_kva=days.highest(results.s_trafo_phase_max_kva),
        p_trafo_kw=days.highest(results.p_trafo_max_kw),
        s_source_kva=days.highest(results.s_source_max_kva),
        s_total_kva=float(days.highest(results.s_total_max_kva)),
        p_total_kw=float(days.highest(results.p_total_max_kw)),
        p_loss_kw=float(days.highest(results.p_loss_max_kw)),
    )
