"""From the extremes of days to one row per element: the value a share of the days keeps below."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from gridcalc.network.arrays import Bools, Floats, Ints, Network
from gridcalc.powerflow.days import DayResults, Reals
from gridcalc.powerflow.elements import (
    BranchResult,
    MvResult,
    NodeResult,
    TransformerResult,
    triple,
)
from gridcalc.simulation.base_load import quantile_of_days
from gridcalc.units import H_PER_DAY, N_PHASES, PERCENT

SIMULATED = "days"
"""Level of rows that come from simulated days: every element sees the same days."""
CONFIDENCE_Z = 1.959963984540054
"""Normal quantile of a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayStatistics:
    """How to read days: the percentile, and which days had no solution.

    A day with an unsolved slot counts as worse than any other, so that it is never averaged
    away; where more days fail than the percentile leaves out, there is no value.
    """

    percentile: float
    failed: Bools

    @property
    def n_failed(self) -> int:
        """Days with a slot that has no solution."""
        return int(self.failed.sum())

    @property
    def has_values(self) -> bool:
        """Whether the percentile falls on a day with a solution."""
        return self.n_failed <= self._n_above

    @property
    def _n_above(self) -> int:
        n = len(self.failed)
        return n - int(np.ceil(self.percentile / PERCENT * n - 1e-9))

    def highest(self, values: Reals) -> Floats:
        """Return the value that the share of days stays at or below; days are the first axis."""
        worst = np.where(_days(self.failed, values), np.inf, values) if self.n_failed else values
        return np.asarray(quantile_of_days(worst, self.percentile), dtype=np.float64)

    def lowest(self, values: Reals) -> Floats:
        """Return the value that the share of days stays at or above."""
        return -self.highest(-values)

    def interval(self, values: Reals) -> tuple[float, float | None]:
        """Return the 95 % interval of the percentile from order statistics; days are the rows.

        There is no upper end where the days are too few for one, or too many of those above
        have no solution.
        """
        n, share = len(values), self.percentile / PERCENT
        spread = CONFIDENCE_Z * np.sqrt(n * share * (1 - share))
        ranked = np.sort(np.where(self.failed, np.inf, values))
        low = int(np.clip(np.floor(n * share - spread), 1, n)) - 1
        high = int(np.ceil(n * share + spread)) - 1
        known = high < n - self.n_failed
        return float(ranked[low]), float(ranked[high]) if known else None


def _days(failed: Bools, values: Reals) -> Bools:
    return failed.reshape(-1, *[1] * (values.ndim - 1))


def days_for_upper_end(percentile: float) -> int:
    """Return the fewest days whose interval of a percentile has an upper end.

    Examples
    --------
    >>> days_for_upper_end(95.0)
    73
    """
    share = percentile / PERCENT
    return ceil(CONFIDENCE_Z**2 * share / (1 - share))


def statistics(results: DayResults, percentile: float) -> DayStatistics:
    """Return how to read the days of some results."""
    return DayStatistics(percentile=percentile, failed=np.asarray(~results.solved.all(axis=1)))


def reported_day(results: DayResults, days: DayStatistics) -> Ints:
    """Return the day whose peak is the one reported for each transformer."""
    peaks = results.s_trafo_kva.max(axis=1)
    known = np.where(days.failed[:, None], np.inf, peaks)
    return np.asarray(np.abs(known - days.highest(peaks)).argmin(axis=0))


def transformer_days(
    network: Network, results: DayResults, days: DayStatistics, heavy_percent: float
) -> tuple[TransformerResult, ...]:
    """Return one row per transformer, sorted by id."""
    s_peak = results.s_trafo_kva.max(axis=1)
    slot_h = H_PER_DAY / results.s_trafo_kva.shape[1]
    above = (results.s_trafo_kva > heavy_percent / PERCENT * network.transformers.sn_kva).sum(
        axis=1
    ) * slot_h
    s_kva, p_kw = days.highest(s_peak), days.highest(results.p_trafo_max_kw)
    s_phase, hours = days.highest(results.s_trafo_phase_max_kva), days.highest(above)
    rows = []
    for k, name in enumerate(network.transformers.ids):
        sn_kva = float(network.transformers.sn_kva[k])
        low, high = days.interval(s_peak[:, k])
        rows.append(
            TransformerResult(
                id=name,
                sn_kva=sn_kva,
                s_peak_kva=float(s_kva[k]),
                p_peak_kw=float(p_kw[k]),
                loading_percent=PERCENT * float(s_kva[k]) / sn_kva,
                loading_phase_percent=triple(PERCENT * s_phase[k] * N_PHASES / sn_kva),
                above_80_percent_h=float(hours[k]),
                level=SIMULATED,
                loading_low_percent=PERCENT * low / sn_kva,
                loading_high_percent=None if high is None else PERCENT * high / sn_kva,
            )
        )
    return tuple(rows)


def branch_days(
    network: Network, results: DayResults, days: DayStatistics
) -> tuple[BranchResult, ...]:
    """Return one row per closed cable, sorted by id."""
    cables = network.cables
    i_phase, i_neutral = days.highest(results.i_max_a), days.highest(results.i_neutral_max_a)
    i_max = days.highest(results.i_max_a.max(axis=2))
    rows = [
        BranchResult(
            id=name,
            from_id=network.node_ids[cables.from_node[k]],
            to_id=network.node_ids[cables.to_node[k]],
            type=cables.types[k],
            length_m=float(cables.length_m[k]),
            vn_kv=float(network.vn_kv[cables.from_node[k]]),
            i_max_a=float(i_max[k]),
            i_phase_a=triple(i_phase[k]),
            i_neutral_a=float(i_neutral[k]),
            ampacity_a=float(cables.ampacity_a[k]),
            loading_percent=PERCENT * float(i_max[k]) / float(cables.ampacity_a[k]),
            level=SIMULATED,
        )
        for k, name in enumerate(cables.ids)
        if not cables.is_open[k]
    ]
    return tuple(sorted(rows, key=lambda row: row.id))


def node_days(network: Network, results: DayResults, days: DayStatistics) -> tuple[NodeResult, ...]:
    """Return one row per node, sorted by id."""
    phase = days.lowest(results.vm_min_pu)
    lowest = days.lowest(results.vm_min_pu.min(axis=2))
    line = days.lowest(results.vm_line_min_pu)
    unbalance = days.highest(results.unbalance_max_percent)
    rows = [
        NodeResult(
            id=name,
            vn_kv=float(network.vn_kv[i]),
            vm_min_pu=float(lowest[i]),
            vm_phase_pu=triple(phase[i]),
            vm_line_min_pu=float(line[i]),
            unbalance_percent=float(unbalance[i]),
            level=SIMULATED,
        )
        for i, name in enumerate(network.node_ids)
    ]
    return tuple(sorted(rows, key=lambda row: row.id))


def mv_days(network: Network, results: DayResults, days: DayStatistics) -> MvResult:
    """Return the totals of the 10 kV side."""
    s_source = days.highest(results.s_source_max_kva)
    return MvResult(
        s_peak_kva=float(days.highest(results.s_total_max_kva)),
        p_peak_kw=float(days.highest(results.p_total_max_kw)),
        p_loss_kw=float(days.highest(results.p_loss_max_kw)),
        s_source_kva={name: float(s_source[k]) for k, name in enumerate(network.sources.ids)},
    )
