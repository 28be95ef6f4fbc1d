"""Days of many cases of a compound, reduced to the percentile of every element."""

from collections.abc import Sequence

import numpy as np

from gridcalc.demand.charging.pieces import Pieces
from gridcalc.simulation.days import (
    Simulation,
    draws_of,
    joined,
    joined_service,
    loads_of,
    slim,
)
from gridcalc.simulation.draws import Draws
from gridcalc.simulation.loads import DayCase, Known
from gridcalc.simulation.peaks import PeakDays, peaks_of
from gridcalc.simulation.results import statistics
from gridcalc.simulation.settings import DAYS_PER_BLOCK
from gridcalc.simulation.units import SOCKET

SocketDays = dict[int, tuple[Pieces, Known]]
"""What the e-bike sockets of a compound draw, by the first day of a block: the same all year."""


def peak_days(
    sim: Simulation, cases: Sequence[DayCase], sockets: SocketDays | None = None
) -> tuple[PeakDays, ...]:
    """Return the percentiles of the simulated days of some cases; the cases share their draws.

    They are those of ``simulate_days``, found without its results of every day.

    Parameters
    ----------
    sim, cases
        The compound, and what is connected in each case.
    sockets
        Filled in, and taken from there in the next season of the same compound and settings.
    """
    blocks = range(0, sim.settings.n_days, DAYS_PER_BLOCK)
    before = {} if sockets is None else sockets
    drawn, known = _from(sim, before, blocks)
    found = []
    for case in cases:
        results, services = [], []
        for first, draws, series in zip(blocks, drawn, known, strict=True):
            loads, service = loads_of(sim, case, draws, first, series)
            results.append(slim(sim.solver(loads)))
            services.append(service)
        whole = joined(results)
        days = statistics(whole, sim.settings.percentile)
        found.append(
            PeakDays(
                case=case,
                n_days=sim.settings.n_days,
                n_unsolved=days.n_failed,
                peaks=peaks_of(whole, days),
                service=joined_service(services),
                load_kw=np.asarray(whole.p_load_kw, dtype=np.float32),
            )
        )
    for first, draws, series in zip(blocks, drawn, known, strict=True):
        of_sockets = {key: value for key, value in series.items() if key[0] == SOCKET}
        before[first] = draws.sockets, of_sockets
    return tuple(found)


def _from(
    sim: Simulation, sockets: SocketDays, blocks: Sequence[int]
) -> tuple[list[Draws], list[Known]]:
    """Return the draws of all blocks and the series known so far, given those of sockets."""
    drawn: list[Draws] = []
    known: list[Known] = []
    for first in blocks:
        pieces, series = sockets.get(first, (None, {}))
        drawn.append(draws_of(sim, first, pieces))
        known.append(dict(series))
    return drawn, known
