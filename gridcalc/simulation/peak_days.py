"""Days of many cases of a compound, reduced to the percentile of every element."""

from collections.abc import Sequence

import numpy as np

from gridcalc.network.day_loads import DayLoads, Floats32
from gridcalc.simulation.days import (
    Simulation,
    draws_of,
    joined,
    joined_service,
    loads_of,
    slim,
)
from gridcalc.simulation.loads import DayCase, Known
from gridcalc.simulation.peaks import PeakDays, peaks_of
from gridcalc.simulation.results import statistics
from gridcalc.simulation.settings import DAYS_PER_BLOCK


def peak_days(sim: Simulation, cases: Sequence[DayCase]) -> tuple[PeakDays, ...]:
    """Return the percentiles of the simulated days of some cases; the cases share their draws.

    They are those of ``simulate_days``, found without its results of every day.

    Parameters
    ----------
    sim, cases
        The compound, and what is connected in each case.
    """
    blocks = range(0, sim.settings.n_days, DAYS_PER_BLOCK)
    drawn = [draws_of(sim, first) for first in blocks]
    known: list[Known] = [{} for _ in blocks]
    found = []
    for case in cases:
        results, services, load = [], [], []
        for first, draws, series in zip(blocks, drawn, known, strict=True):
            loads, service = loads_of(sim, case, draws, first, series)
            results.append(slim(sim.solver(loads)))
            services.append(service)
            load.append(load_kw(loads))
        whole = joined(results)
        days = statistics(whole, sim.settings.percentile)
        found.append(
            PeakDays(
                case=case,
                n_days=sim.settings.n_days,
                n_unsolved=days.n_failed,
                peaks=peaks_of(whole, days),
                service=joined_service(services),
                load_kw=np.concatenate(load),
            )
        )
    return tuple(found)


def load_kw(loads: DayLoads) -> Floats32:
    """Return the active load of all consumers. [kW], shape (n_days, n_slots).

    Examples
    --------
    >>> import numpy as np
    >>> none = np.zeros(0, dtype=np.int64)
    >>> loads = DayLoads(curves=np.array([[1.0, 2.0]]), shaped_node=np.array([0]),
    ...     shaped_phase=np.array([0]), shaped_curve=np.array([0]), shaped_p_kw=np.array([[3.0]]),
    ...     shaped_tan_phi=np.zeros(1), free_node=none, free_phase=none, free_tan_phi=np.zeros(0),
    ...     free_p_kw=np.zeros((0, 1, 2), dtype=np.float32))
    >>> load_kw(loads).tolist()
    [[3.0, 6.0]]
    """
    of_curve = np.zeros((len(loads.curves), loads.n_days))
    np.add.at(of_curve, loads.shaped_curve, loads.shaped_p_kw)
    shaped = of_curve.T @ loads.curves
    return np.asarray(shaped + loads.free_p_kw.sum(axis=0), dtype=np.float32)
