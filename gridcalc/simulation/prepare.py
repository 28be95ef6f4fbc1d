"""From a compound and its rules to a simulation that is ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.compound.model import Compound
from gridcalc.compound.topology import LvTopology
from gridcalc.demand.charging.controller import Controller
from gridcalc.demand.charging.limits import chains_of
from gridcalc.demand.charging.parameters import ebike_model, ev_model, timer_model
from gridcalc.demand.charging.pieces import SLOTS_PER_DAY
from gridcalc.demand.design import DemandModel
from gridcalc.demand.design import units as units_of
from gridcalc.demand.scenario import TODAY, parse_scenario
from gridcalc.errors import InputError, Problem
from gridcalc.network.arrays import Floats, Ints, Network
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.engine import day_solver
from gridcalc.simulation.base_load import PEAK_PERCENTILE, BaseLoad, base_load
from gridcalc.simulation.controlled import OrderlyControl
from gridcalc.simulation.days import Simulation, draws_of, loads_of
from gridcalc.simulation.draws import ChargingModels
from gridcalc.simulation.headroom import Below, ChargingLimits, below_limits, charging_limits
from gridcalc.simulation.loads import DayCase
from gridcalc.simulation.metered import with_metered
from gridcalc.simulation.settings import DAYS_PER_BLOCK, Charging, SimulationSettings
from gridcalc.simulation.units import FREE_KINDS, PRIVATE, Units, units_by_kind
from gridcalc.units import H_PER_DAY, MIN_PER_H, VN_LV_KV, W_PER_KW, phase_voltage_v


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Described:
    """What a simulation is made of: the compound and what was derived from it.

    ``loading_rule`` names the rule that limits the loading of each transformer.
    """

    compound: Compound
    network: Network
    topology: LvTopology
    model: DemandModel
    policy: PolicyPack
    loading_rule: Mapping[str, str]


def prepare_simulation(described: Described, settings: SimulationSettings) -> Simulation:
    """Return the simulation of a compound whose gaps are filled.

    Raises
    ------
    InputError
        A parameter of the policy pack that the models cannot use.
    """
    network, model, policy = described.network, described.model, described.policy
    engine, solver = day_solver(
        network,
        source_vm_pu=network.sources.vm_peak_pu,
        target_power_factor=model.rules.target_power_factor,
    )
    units = units_by_kind(model.groups, network.node_index())
    base = base_load(described.compound, network, model, policy, settings)
    sim = Simulation(
        compound_id=described.compound.id,
        network=network,
        units=units,
        base=base,
        models=ChargingModels(
            ev=ev_model(policy, settings.season),
            timer=timer_model(policy),
            ebike=ebike_model(policy),
            bays_per_public_charger=round(policy.number("charging.public_bays_per_charger")),
        ),
        orderly=_orderly(described, settings, units[PRIVATE], base),
        settings=settings,
        engine=engine,
        solver=solver,
    )
    if not described.compound.metered:
        return sim
    today = units_of(model, parse_scenario(TODAY))
    base = with_metered(
        sim.base,
        described.compound,
        model.transformers,
        _charging_kw(sim, today),
        policy.number(PEAK_PERCENTILE),
    )
    below = _below(sim.orderly.limits, base)
    return replace(sim, base=base, orderly=replace(sim.orderly, below=below))


def case_of(sim: Simulation, n_units: Ints, charging: Charging) -> DayCase:
    """Return the case in which every load group has its first ``n_units`` connected."""
    connected = {kind: sim.units[kind].first(n_units) for kind in FREE_KINDS}
    return DayCase(charging=charging, connected=connected)


def _step_min(policy: PolicyPack) -> int:
    """Return the time between two decisions; it must divide the slot. [min]."""
    step_min = policy.number("orderly.step_min")
    slot_min = H_PER_DAY * MIN_PER_H / SLOTS_PER_DAY
    if step_min < 1 or slot_min % step_min:
        whole = [n for n in range(1, round(slot_min) + 1) if slot_min % n == 0]
        message = (
            f"{step_min:g} min does not divide the quarter hour of the simulation; write one of"
            f" {', '.join(str(n) for n in whole)}"
        )
        raise InputError([Problem(f"policy {policy.id}", 0, "orderly.step_min", message)])
    return round(step_min)


def _below(limits: ChargingLimits, base: BaseLoad) -> Below:
    return below_limits(limits, base.node, base.phase, base.curve, len(base.curves))


def _orderly(
    described: Described, settings: SimulationSettings, private: Units, base: BaseLoad
) -> OrderlyControl:
    policy = described.policy
    min_kw = policy.number("orderly.min_current_a") * phase_voltage_v(VN_LV_KV) / W_PER_KW
    limits = charging_limits(
        described.compound,
        described.network,
        described.topology,
        policy,
        described.loading_rule,
    ).within_reach(private.row_node, private.row_phase)
    way = limits.chain[private.row_node, private.row_phase]
    return OrderlyControl(
        controller=Controller(
            rule=policy.text("orderly.rule"),  # type: ignore[arg-type]
            min_kw=min_kw,
            step_min=_step_min(policy),
        ),
        limits=limits,
        below=_below(limits, base),
        on_way=chains_of(private.row, private.thirds, way),
        participation_share=settings.participation_share,
        lost_communication_share=policy.number("orderly.lost_communication_share"),
        fallback_kw=min_kw,
        power_factor=described.model.rules.units.power_factor[PRIVATE],
        target_power_factor=described.model.rules.target_power_factor,
    )


def _charging_kw(sim: Simulation, n_today: Ints) -> Floats:
    """Return what charges today under each transformer; kinds nobody has today are not drawn.

    [kW], shape (n_transformers, n_days, 96).
    """
    units = {
        kind: mine if mine.first(n_today).any() else mine.none() for kind, mine in sim.units.items()
    }
    sim = replace(sim, units=units)
    case = case_of(sim, n_today, "uncontrolled")
    blocks = []
    for first in range(0, sim.settings.n_days, DAYS_PER_BLOCK):
        loads, _ = loads_of(sim, case, draws_of(sim, first), first)
        under = sim.orderly.limits.transformer[loads.free_node]
        total = np.zeros((len(sim.network.transformers.ids), loads.n_days, loads.n_slots))
        for row, transformer in enumerate(under.tolist()):
            total[transformer] += loads.free_p_kw[row]
        blocks.append(total)
    return np.concatenate(blocks, axis=1)
