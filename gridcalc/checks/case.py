"""A compound made ready to compute, and one scenario of it solved at all levels."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.checks.facts import Facts, Site
from gridcalc.compound.common_loads import factor_values
from gridcalc.compound.model import Compound
from gridcalc.compound.topology import LvTopology, lv_topology
from gridcalc.demand.design import DemandModel, demand_model, design_demand, units
from gridcalc.demand.groups import KINDS
from gridcalc.demand.levels import FEEDER, STATION, Level
from gridcalc.demand.scenario import TODAY, Scenario, parse_scenario
from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import Ints, Network, PhaseLoads
from gridcalc.network.build import build_network
from gridcalc.network.loads import phase_loads
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.elements import (
    LevelResult,
    TransformerResult,
    branch_results,
    mv_result,
    node_results,
    transformer_results,
)
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.short_circuit import ShortCircuitRules, short_circuit
from gridcalc.powerflow.solution import Solution, Solver
from gridcalc.powerflow.tree import levels_of

UNCONTROLLED = "uncontrolled"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A compound with its network, demand model and fault levels.

    ``level_of_cable`` names the level that judges each cable; 10 kV cables belong to the
    station.
    """

    site: Site
    model: DemandModel
    level_of_cable: Mapping[str, str]


def prepare(
    compound: Compound, *, catalogue: Catalogue, policy: PolicyPack, solver: Solver
) -> Case:
    """Return the case of a compound whose gaps are filled.

    The voltage at low load is solved here, because it is the same in all scenarios.
    """
    topology = lv_topology(compound)
    network = build_network(
        compound,
        catalogue=catalogue,
        conductor_celsius=policy.number("cable.conductor_celsius"),
        source_r_over_x=policy.number("mv.source_r_over_x"),
    )
    model = demand_model(compound, topology, policy)
    level_of_cable = dict.fromkeys(network.cables.ids, STATION)
    for level in model.levels:
        level_of_cable.update(dict.fromkeys(level.cables, level.name))
    low_load = _low_load(network, topology, model, solver)
    site = Site(
        compound=compound,
        policy=policy,
        catalogue=catalogue,
        network=network,
        topology=topology,
        groups=model.groups,
        short_circuit=short_circuit(network, short_circuit_rules(policy)),
        source_of_node=source_of_node(network),
        engine=low_load.engine,
        vm_max_low_load_pu=dict(
            zip(network.node_ids, low_load.vm_pu.max(axis=1).tolist(), strict=True)
        ),
    )
    return Case(site=site, model=model, level_of_cable=level_of_cable)


def short_circuit_rules(policy: PolicyPack) -> ShortCircuitRules:
    """Return the voltage factors of a policy pack."""
    return ShortCircuitRules(
        c_max_mv=policy.number("short_circuit.c_max_mv"),
        c_min_mv=policy.number("short_circuit.c_min_mv"),
        c_max_lv=policy.number("short_circuit.c_max_lv"),
        c_min_lv=policy.number("short_circuit.c_min_lv"),
        end_temperature_factor=policy.number("short_circuit.end_temperature_factor"),
    )


def source_of_node(network: Network) -> dict[str, str]:
    """Return the source that feeds each node, by ids."""
    ids = network.node_ids
    found = {ids[node]: network.sources.ids[k] for k, node in enumerate(network.sources.node)}
    for level in levels_of(network):
        for parent, child in zip(level.parent, level.child, strict=True):
            found[ids[child]] = found[ids[parent]]
    return found


def _low_load(
    network: Network, topology: LvTopology, model: DemandModel, solver: Solver
) -> Solution:
    n_today = units(model, parse_scenario(TODAY))
    loads = _loads(network, topology, model, n_today, model.level(STATION))
    share = model.rules.low_load_factor
    low = PhaseLoads(p_kw=loads.p_kw * share, q_kvar=loads.q_kvar * share)
    try:
        return solver(network, low, network.sources.vm_low_load_pu)
    except ConvergenceError as error:
        raise ConvergenceError(f"at {share:.0%} of today's load {error}") from None


def _loads(
    network: Network,
    topology: LvTopology,
    model: DemandModel,
    n_units: Ints,
    level: Level,
) -> PhaseLoads:
    demand = design_demand(model, n_units, level)
    return phase_loads(
        network,
        node_of_group=[group.node for group in model.groups],
        p_kw=demand.p_kw,
        q_kvar=demand.q_kvar,
        transformer_of_node={place.id: place.transformer for place in topology.places},
        target_power_factor=model.rules.target_power_factor,
    )


def loads_at(case: Case, n_units: Ints, level: str) -> PhaseLoads:
    """Return the load per node and phase of some units at a level."""
    site = case.site
    return _loads(site.network, site.topology, case.model, n_units, case.model.level(level))


def scenario_units(case: Case, scenario: Scenario) -> Ints:
    """Return the units per load group in a scenario, shape (n_groups,)."""
    return units(case.model, scenario)


def solve_levels(
    case: Case,
    n_units: Ints,
    solver: Solver,
) -> tuple[dict[str, LevelResult], tuple[str, ...]]:
    """Return the solved levels by name, and the names of those without a solution."""
    network = case.site.network
    solved: dict[str, LevelResult] = {}
    failed: list[str] = []
    for name in case.model.level_names:
        loads = loads_at(case, n_units, name)
        try:
            solution = solver(network, loads, network.sources.vm_peak_pu)
        except ConvergenceError:
            failed.append(name)
            continue
        solved[name] = LevelResult(
            level=name, loads=loads, solution=solution, flows=flows(network, loads, solution)
        )
    return solved, tuple(failed)


def evaluate(
    case: Case,
    scenario: Scenario,
    n_units: Ints,
    *,
    solver: Solver,
    s_today_kva: Mapping[str, float] | None,
) -> Facts:
    """Return what the checks of a scenario look at.

    Parameters
    ----------
    case
        The compound.
    scenario, n_units
        What is connected; shape (n_groups,).
    solver
        The engine.
    s_today_kva
        Peak of each source today; ``None`` when this is today. [kVA]
    """
    network = case.site.network
    solved, failed = solve_levels(case, n_units, solver)
    station, feeder = solved.get(STATION), solved.get(FEEDER)
    mv = mv_result(network, station) if station else None
    today = s_today_kva if s_today_kva is not None else (mv.s_source_kva if mv else {})
    return Facts(
        site=case.site,
        scenario=scenario,
        charging=UNCONTROLLED,
        engine=next((result.solution.engine for result in solved.values()), ""),
        units=tuple(int(n) for n in n_units),
        transformers=_with_parts(case, n_units, transformer_results(network, station))
        if station
        else (),
        branches=branch_results(network, solved, case.level_of_cable),
        nodes=node_results(network, feeder) if feeder else (),
        mv=mv,
        grade12_kva=grade12_kva(case),
        s_today_kva=today,
        failed_levels=failed,
    )


def _with_parts(
    case: Case, n_units: Ints, rows: tuple[TransformerResult, ...]
) -> tuple[TransformerResult, ...]:
    """Return transformer rows with the design demand of each kind of load."""
    model = case.model
    station = model.level(STATION)
    demand = design_demand(model, n_units, station).p_kw.sum(axis=1)
    parts = np.zeros((len(model.transformers), len(KINDS)))
    np.add.at(parts, (station.set_transformer[station.member], model.table.kind), demand)
    index = {name: k for k, name in enumerate(model.transformers)}
    return tuple(
        replace(row, parts_kw=dict(zip(KINDS, parts[index[row.id]].tolist(), strict=True)))
        for row in rows
    )


def grade12_kva(case: Case) -> dict[str, float]:
    """Return the demand of grade 1 and 2 common loads per transformer. [kVA]."""
    places = case.site.topology.by_id()
    total = standby_kva(case.site.compound, case.site.topology, case.site.policy)
    for group in case.site.groups:
        if group.kind == "public_load" and group.grade <= 2:
            unit = places[group.node].transformer
            kva = group.p_unit_kw * group.demand_factor / group.power_factor
            total[unit] = total.get(unit, 0.0) + kva
    return total


def standby_kva(compound: Compound, topology: LvTopology, policy: PolicyPack) -> dict[str, float]:
    """Return what grade 1 and 2 loads draw that normal demand leaves out, per transformer. [kVA].

    These are pumps and fans that run in a fire. Nothing where the pack does not count them.
    """
    total: dict[str, float] = {}
    if not policy.flag("transformer.n_minus_1_counts_standby"):
        return total
    places, kinds = topology.by_id(), set(policy.names("public.excluded_kinds"))
    for load in compound.public_loads:
        if load.kind in kinds and load.grade <= 2:
            unit = places[load.node].transformer
            demand, power = factor_values(load.kind, load.kw, policy)
            demand = demand if load.demand_factor is None else load.demand_factor
            kva = load.kw * demand / (load.power_factor or power)
            total[unit] = total.get(unit, 0.0) + kva
    return total
