"""What makes up a transformer's peak on the day that is reported, and its day in bands."""

from dataclasses import replace

import numpy as np

from gridcalc.demand.groups import KINDS
from gridcalc.network.day_loads import DayLoads
from gridcalc.powerflow.elements import TransformerResult
from gridcalc.simulation.bands import BAND_PERCENTILES, DayBand
from gridcalc.simulation.days import SimulatedDays, Simulation, draws_of, loads_of
from gridcalc.simulation.results import DayStatistics, reported_day
from gridcalc.simulation.settings import DAYS_PER_BLOCK
from gridcalc.simulation.units import FREE_KINDS
from gridcalc.units import H_PER_DAY, MIN_PER_H


def day_bands(sim: Simulation, done: SimulatedDays) -> tuple[DayBand, ...]:
    """Return the day of every transformer in bands; days without a solution are left out."""
    trafos = sim.network.transformers
    s_kva = done.results.s_trafo_kva[done.results.solved.all(axis=1)]
    if not len(s_kva):
        return ()
    bands = np.percentile(s_kva, BAND_PERCENTILES, axis=0, method="inverted_cdf")
    return tuple(
        DayBand(
            id=name,
            sn_kva=float(trafos.sn_kva[k]),
            s_kva=tuple(tuple(float(x) for x in bands[b, :, k]) for b in range(len(bands))),
        )
        for k, name in enumerate(trafos.ids)
    )


def with_parts(
    sim: Simulation,
    done: SimulatedDays,
    days: DayStatistics,
    rows: tuple[TransformerResult, ...],
) -> tuple[TransformerResult, ...]:
    """Return transformer rows with the clock time and the parts of their peak.

    The day is the one whose peak is the reported percentile; its loads are drawn again.
    """
    s_kva = done.results.s_trafo_kva
    day_of = reported_day(done.results, days)
    parts: dict[int, tuple[str, dict[str, float]]] = {}
    for first in np.unique(day_of // DAYS_PER_BLOCK) * DAYS_PER_BLOCK:
        loads, _ = loads_of(sim, done.case, draws_of(sim, int(first)), int(first))
        for k in np.flatnonzero(day_of // DAYS_PER_BLOCK * DAYS_PER_BLOCK == first):
            slot = int(s_kva[day_of[k], :, k].argmax())
            parts[int(k)] = (
                clock_time(slot, s_kva.shape[1]),
                _parts_kw(sim, loads, int(k), int(day_of[k] - first), slot),
            )
    index = {name: k for k, name in enumerate(sim.network.transformers.ids)}
    return tuple(
        replace(row, peak_time=parts[index[row.id]][0], parts_kw=parts[index[row.id]][1])
        for row in rows
    )


def clock_time(slot: int, n_slots: int) -> str:
    """Return the time at which a slot begins.

    Examples
    --------
    >>> clock_time(81, 96)
    '20:15'
    """
    minutes = round(slot * H_PER_DAY * MIN_PER_H / n_slots)
    return f"{minutes // round(MIN_PER_H):02d}:{minutes % round(MIN_PER_H):02d}"


def _parts_kw(sim: Simulation, loads: DayLoads, k: int, day: int, slot: int) -> dict[str, float]:
    mine = sim.base.transformer == k
    shaped = loads.shaped_p_kw[:, day] * loads.curves[loads.shaped_curve, slot]
    by_kind = np.bincount(sim.base.kind[mine], weights=shaped[mine], minlength=len(KINDS))
    kind = np.concatenate(
        [np.full(len(sim.units[name].row_node), KINDS.index(name)) for name in FREE_KINDS]
    ).astype(np.int64)
    under = sim.orderly.limits.transformer[loads.free_node] == k
    free = loads.free_p_kw[:, day, slot].astype(np.float64)
    by_kind = by_kind + np.bincount(kind[under], weights=free[under], minlength=len(KINDS))
    return {name: float(by_kind[i]) for i, name in enumerate(KINDS)}
