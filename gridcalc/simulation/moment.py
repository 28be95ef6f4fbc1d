"""The quarter hour behind a reported peak, as one load state that any program can solve again."""

from dataclasses import dataclass

from gridcalc.network.arrays import PhaseLoads
from gridcalc.powerflow.slot_loads import slot_loads
from gridcalc.simulation.days import SimulatedDays, Simulation, draws_of, loads_of
from gridcalc.simulation.explain import clock_time
from gridcalc.simulation.results import DayStatistics, reported_day
from gridcalc.simulation.settings import DAYS_PER_BLOCK


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moment:
    """A quarter hour of one simulated day.

    ``day`` counts from 0; ``s_kva`` is the load of the transformer then. [kVA]
    """

    transformer: str
    day: int
    clock: str
    s_kva: float
    loads: PhaseLoads


def heaviest_moment(sim: Simulation, done: SimulatedDays, days: DayStatistics) -> Moment:
    """Return when the most loaded transformer has the peak that is reported for it.

    The loads include what the capacitors switch in; the source voltage is that of the peak.
    """
    s_kva = done.results.s_trafo_kva
    reported = days.highest(s_kva.max(axis=1))
    k = int((reported / sim.network.transformers.sn_kva).argmax())
    day = int(reported_day(done.results, days)[k])
    slot = int(s_kva[day, :, k].argmax())
    first = day // DAYS_PER_BLOCK * DAYS_PER_BLOCK
    loads, _ = loads_of(sim, done.case, draws_of(sim, first), first)
    within = slice(day - first, day - first + 1)
    state = slot_loads(
        sim.network, loads, within, target_power_factor=sim.orderly.target_power_factor
    )
    return Moment(
        transformer=sim.network.transformers.ids[k],
        day=day,
        clock=clock_time(slot, s_kva.shape[1]),
        s_kva=float(s_kva[day, slot, k]),
        loads=PhaseLoads(p_kw=state.p_kw[0, slot], q_kvar=state.q_kvar[0, slot]),
    )
