"""The peaks of simulated days side by side, as what load reaches at every element."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.city.batch.field import Field
from gridcalc.network.arrays import Bools, Floats
from gridcalc.simulation.peaks import PeakDays, Peaks


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedPeaks:
    """Percentiles of the days of all compounds; see ``solving.Reached``."""

    is_solved: Bools
    s_trafo_kva: Floats
    s_trafo_phase_kva: Floats
    s_source_abs_kva: Floats
    i_phase_a: Floats
    i_max_a: Floats
    i_neutral_a: Floats
    vm_min_pu: Floats
    vm_line_min_pu: Floats
    unbalance_percent: Floats

    @property
    def n_states(self) -> int:
        """Number of states."""
        return int(self.is_solved.shape[2])

    @property
    def vm_max_pu(self) -> None:
        """Not known: days keep the lowest voltages only."""


def reached_of(field: Field, days: Sequence[Sequence[PeakDays]]) -> SimulatedPeaks:
    """Return the peaks of some compounds side by side.

    Parameters
    ----------
    field
        The compounds.
    days
        By compound and state.
    """
    known = np.array([[day.peaks is not None for day in row] for row in days], dtype=bool)
    nets = [part.network for part in field.parts]
    n_of = {
        "trafo": [len(net.transformers.ids) for net in nets],
        "source": [len(net.sources.ids) for net in nets],
        "cable": [len(net.cables.ids) for net in nets],
        "node": [net.n_nodes for net in nets],
    }

    def joined(kind: str, get: Callable[[Peaks], Floats], *more: int) -> Floats:
        """Return one quantity of all elements of a kind; NaN where days have no solution."""
        columns = [
            np.stack([_or_nan(day, get, (n, *more)) for day in row], axis=-1)
            for row, n in zip(days, n_of[kind], strict=True)
        ]
        return np.concatenate(columns).astype(np.float64)

    return SimulatedPeaks(
        is_solved=np.broadcast_to(known, (len(field.level_names), *known.shape)),
        s_trafo_kva=joined("trafo", lambda peaks: peaks.s_trafo_kva),
        s_trafo_phase_kva=joined("trafo", lambda peaks: peaks.s_trafo_phase_kva, 3),
        s_source_abs_kva=joined("source", lambda peaks: peaks.s_source_kva),
        i_phase_a=joined("cable", lambda peaks: peaks.i_phase_a, 3),
        i_max_a=joined("cable", lambda peaks: peaks.i_max_a),
        i_neutral_a=joined("cable", lambda peaks: peaks.i_neutral_a),
        vm_min_pu=joined("node", lambda peaks: peaks.vm_min_pu),
        vm_line_min_pu=joined("node", lambda peaks: peaks.vm_line_min_pu),
        unbalance_percent=joined("node", lambda peaks: peaks.unbalance_percent),
    )


def _or_nan(day: PeakDays, get: Callable[[Peaks], Floats], shape: tuple[int, ...]) -> Floats:
    return np.full(shape, np.nan) if day.peaks is None else get(day.peaks)


def total_kva(days: Sequence[Sequence[PeakDays]]) -> Floats:
    """Return the power of all sources together, NaN without a solution. [kVA]."""
    return np.array(
        [[np.nan if day.peaks is None else day.peaks.s_total_kva for day in row] for row in days]
    )
