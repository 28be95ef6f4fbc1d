"""One run as a pandapower net or an OpenDSS script that anyone can solve again."""

from dataclasses import dataclass
from typing import Any

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import Case, loads_at, prepare, scenario_units
from gridcalc.checks.simulated import simulation_of
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.demand.scenario import Scenario, parse_scenario
from gridcalc.errors import ConvergenceError, InputError, Problem
from gridcalc.network.arrays import Floats, Network, PhaseLoads
from gridcalc.network.opendss import opendss_script
from gridcalc.network.pandapower_net import to_pandapower
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.engine import solve_state
from gridcalc.simulation.days import simulate_days
from gridcalc.simulation.moment import heaviest_moment
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.results import statistics
from gridcalc.simulation.settings import Charging, SimulationSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChoice:
    """Which run is written.

    ``level`` says whose loads are placed by the factor method; ``days`` is ``None`` for it. A
    simulated run, of charging mode ``charging``, is written as it is when the most loaded
    transformer has its reported peak.
    """

    scenario: str
    level: str
    charging: Charging = "uncontrolled"
    days: SimulationSettings | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunState:
    """The network of a run with its loads.

    ``vm_pu`` is the voltage at each source [pu of 10 kV], shape (n_sources,); ``moment`` says which
    quarter hour of which day it is, empty for the factor method.
    """

    network: Network
    loads: PhaseLoads
    vm_pu: Floats
    moment: str = ""


def net_of_run(
    compound: Compound, *, catalogue: Catalogue, policy: PolicyPack, choice: RunChoice
) -> Any:
    """Return the pandapower net of one run.

    Bus names are node ids. Of the factor method ``runpp_3ph`` gives the voltages that ``check``
    reports for the level; of simulated days it gives the load of the heaviest transformer.

    Raises
    ------
    InputError
        The scenario or the level does not exist.
    ConvergenceError
        Too many simulated days have no solution.
    """
    state = _state_of_run(compound, catalogue=catalogue, policy=policy, choice=choice)
    net = to_pandapower(state.network, state.loads, source_vm_pu=state.vm_pu)
    if state.moment:
        net.name = state.moment
    return net


def script_of_run(
    compound: Compound, *, catalogue: Catalogue, policy: PolicyPack, choice: RunChoice
) -> str:
    """Return the OpenDSS script of one run; raises as ``net_of_run``."""
    state = _state_of_run(compound, catalogue=catalogue, policy=policy, choice=choice)
    words = (compound.id, compound.name, choice.scenario, choice.charging, state.moment)
    title = " | ".join(word for word in words if word)
    return opendss_script(state.network, state.loads, source_vm_pu=state.vm_pu, title=title)


def _state_of_run(
    compound: Compound, *, catalogue: Catalogue, policy: PolicyPack, choice: RunChoice
) -> RunState:
    """Return network and loads of one run; raises as ``net_of_run``."""
    scenario = parse_scenario(choice.scenario)
    resolved = resolve_defaults(compound, policy)
    case = prepare(resolved.compound, catalogue=catalogue, policy=policy, solver=solve_state)
    if choice.days is not None:
        return _state_of_days(case, scenario, choice, choice.days)
    names = case.model.level_names
    if choice.level not in names:
        message = f"{choice.level!r} is not a level of this compound; there are {', '.join(names)}"
        raise InputError([Problem("--level", 0, "", message)])
    loads = loads_at(case, scenario_units(case, scenario), choice.level)
    network = case.site.network
    return RunState(network=network, loads=loads, vm_pu=network.sources.vm_peak_pu)


def _state_of_days(
    case: Case, scenario: Scenario, choice: RunChoice, settings: SimulationSettings
) -> RunState:
    sim = simulation_of(case, settings)
    (done,) = simulate_days(sim, [case_of(sim, scenario_units(case, scenario), choice.charging)])
    days = statistics(done.results, settings.percentile)
    if not days.has_values:
        raise ConvergenceError(
            f"{days.n_failed} of {len(days.failed)} days have a time without a solution;"
            " there is no peak to write"
        )
    moment = heaviest_moment(sim, done, days)
    network = case.site.network
    return RunState(
        network=network,
        loads=moment.loads,
        vm_pu=network.sources.vm_peak_pu,
        moment=f"{moment.transformer} day {moment.day} {moment.clock} {moment.s_kva:.1f} kVA",
    )
