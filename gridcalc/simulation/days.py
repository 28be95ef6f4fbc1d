"""Simulated days of a compound: draw, control, solve block by block; keep daily extremes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from gridcalc.demand.charging.pieces import Pieces
from gridcalc.demand.charging.service import Service
from gridcalc.demand.groups import Kind
from gridcalc.network.arrays import Network
from gridcalc.network.day_loads import DayLoads
from gridcalc.powerflow.days import DayResults, DaySolver, Reals
from gridcalc.simulation.base_load import BaseLoad
from gridcalc.simulation.controlled import OrderlyControl
from gridcalc.simulation.draws import ChargingModels, Draws, draw_block
from gridcalc.simulation.loads import DayCase, Known, block_loads
from gridcalc.simulation.settings import DAYS_PER_BLOCK, SimulationSettings
from gridcalc.simulation.units import Units

Done = TypeVar("Done")
_NOT_REAL = frozenset({"engine", "solved"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulation:
    """A compound made ready: everything that is the same in every scenario and charging mode."""

    compound_id: str
    network: Network
    units: dict[Kind, Units]
    base: BaseLoad
    models: ChargingModels
    orderly: OrderlyControl
    settings: SimulationSettings
    engine: str
    solver: DaySolver


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedDays:
    """The days of one case.

    Attributes
    ----------
    case
        What was connected and how it charged.
    results
        Extremes of every day, in the order of the days, in single precision.
    service
        How controlled cars were served; ``None`` where nobody controls.
    """

    case: DayCase
    results: DayResults
    service: Service | None


def simulate_days(
    sim: Simulation, cases: Sequence[DayCase], drawn: Mapping[int, Draws] | None = None
) -> tuple[SimulatedDays, ...]:
    """Return the simulated days of some cases; the cases share their draws.

    Blocks of days are shared among threads and put together in order, so that the result does
    not depend on the number of threads.

    Parameters
    ----------
    sim, cases
        The compound, and what is connected in each case.
    drawn
        What ``drawn_blocks`` returned, for callers that simulate again and again.
    """
    done = _in_threads(sim, lambda first: _block(sim, cases, first, drawn))
    found = []
    for k, case in enumerate(cases):
        parts = [block[k] for block in done]
        found.append(
            SimulatedDays(
                case=case,
                results=joined([results for results, _ in parts]),
                service=joined_service([served for _, served in parts]),
            )
        )
        for block in done:  # the parts are not needed any more, and they are large
            block[k] = (parts[0][0], None)
    return tuple(found)


def drawn_blocks(sim: Simulation) -> dict[int, Draws]:
    """Return who plugs in on all days, by the first day of each block."""
    return dict(_in_threads(sim, lambda first: (first, draws_of(sim, first))))


def _in_threads(sim: Simulation, work: Callable[[int], Done]) -> list[Done]:
    """Return the work done for the first day of every block, in order."""
    blocks = range(0, sim.settings.n_days, DAYS_PER_BLOCK)
    if sim.settings.threads == 1:
        return [work(first) for first in blocks]
    with ThreadPoolExecutor(sim.settings.threads) as pool:
        return list(pool.map(work, blocks))


def draws_of(sim: Simulation, first_day: int, sockets: Pieces | None = None) -> Draws:
    """Return who plugs in on the days of the block that begins with a day.

    ``sockets`` as in ``draw_block``.
    """
    return draw_block(
        sim.models,
        sim.units,
        seed=sim.settings.seed,
        compound_id=sim.compound_id,
        block=first_day // DAYS_PER_BLOCK,
        n_days=min(DAYS_PER_BLOCK, sim.settings.n_days - first_day),
        sockets=sockets,
    )


def loads_of(
    sim: Simulation, case: DayCase, draws: Draws, first_day: int, known: Known | None = None
) -> tuple[DayLoads, Service | None]:
    """Return the loads of a case on the days of a block; ``known`` as in ``block_loads``."""
    return block_loads(
        sim.base,
        sim.units,
        draws,
        case,
        first_day=first_day,
        network=sim.network,
        orderly=sim.orderly,
        known=known,
    )


def _block(
    sim: Simulation, cases: Sequence[DayCase], first_day: int, drawn: Mapping[int, Draws] | None
) -> list[tuple[DayResults, Service | None]]:
    draws = draws_of(sim, first_day) if drawn is None else drawn[first_day]
    done = []
    known: Known = {}
    for case in cases:
        loads, service = loads_of(sim, case, draws, first_day, known)
        done.append((slim(sim.solver(loads)), service))
    return done


def slim(results: DayResults) -> DayResults:
    """Return results in single precision."""
    values = {
        field.name: _single(getattr(results, field.name))
        for field in fields(results)
        if field.name not in _NOT_REAL
    }
    return DayResults(engine=results.engine, solved=results.solved, **values)


def _single(values: Reals) -> Reals:
    return np.asarray(values, dtype=np.float32)


def joined(parts: Sequence[DayResults]) -> DayResults:
    """Return the days of some blocks one after the other."""
    values = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(DayResults)
        if field.name != "engine"
    }
    return DayResults(engine=parts[0].engine, **values)


def joined_service(parts: Iterable[Service | None]) -> Service | None:
    """Return the service of some blocks of days; ``None`` where nobody controls."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    values = {
        field.name: np.concatenate([getattr(part, field.name) for part in known])
        for field in fields(Service)
    }
    return Service(**values)
