"""The load a compound puts on its 10 kV line: quarter hour by quarter hour on the city's days."""

from collections.abc import Mapping, Sequence

import numpy as np

from gridcalc.checks.case import Case, scenario_units
from gridcalc.city.lines.boards import at_boards
from gridcalc.city.lines.days import city_draws, in_city_days
from gridcalc.city.lines.losses import LossModel, loss_model
from gridcalc.city.records import LineCurves
from gridcalc.demand.scenario import TODAY, Scenario, parse_scenario
from gridcalc.network.arrays import Floats
from gridcalc.network.day_loads import DayLoads, Floats32
from gridcalc.simulation.days import Simulation, loads_of
from gridcalc.simulation.loads import DayCase
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.settings import DAYS_PER_BLOCK, Charging
from gridcalc.units import tan_phi

TODAY_STATE = f"{TODAY}/uncontrolled"
"""State of a compound as it is."""
_STEPS_PER_KVA = 16
"""Curves are rounded to steps that single precision adds up exactly, in any order, and that are
small in files."""


def line_curves(
    case: Case, sim: Simulation, *, scenario: Scenario, charging: Sequence[Charging]
) -> LineCurves:
    """Return the load of a compound at 10 kV today, and with its chargers in some modes.

    Loads come from the simulated days; losses from a constant and a part that grows with the
    square of the load, which one power flow at the design load of the scenario fixes.

    Parameters
    ----------
    case, sim
        The compound, and its simulation as a study makes it.
    scenario
        What is connected in the end, such as ``ev-100+ebike-50``.
    charging
        Modes in which private cars then charge.
    """
    n_today = scenario_units(case, parse_scenario(TODAY))
    n_units = scenario_units(case, scenario)
    in_city = at_boards(in_city_days(sim))
    cases = {TODAY_STATE: case_of(sim, n_today, "uncontrolled")}
    for mode in charging if scenario.name != TODAY else ():
        cases[f"{scenario.name}/{mode}"] = case_of(sim, n_units, mode)
    return LineCurves(
        id=sim.compound_id,
        season=sim.settings.season,
        states=_states(in_city, cases, loss_model(case, n_units)),
    )


def _states(
    sim: Simulation, cases: Mapping[str, DayCase], losses: LossModel
) -> dict[str, Floats32]:
    parts: dict[str, list[Floats32]] = {name: [] for name in cases}
    for first in range(0, sim.settings.n_days, DAYS_PER_BLOCK):
        draws = city_draws(sim, first)
        for name, day_case in cases.items():
            loads, _ = loads_of(sim, day_case, draws, first)
            s_kva = at_10_kv_kva(sim, loads, losses)
            parts[name].append(_in_steps(s_kva))
    return {name: np.concatenate(blocks) for name, blocks in parts.items()}


def _in_steps(s_kva: Floats32) -> Floats32:
    steps = np.float32(_STEPS_PER_KVA)
    return np.asarray(np.rint(s_kva * steps) / steps, dtype=np.float32)


def at_10_kv_kva(sim: Simulation, loads: DayLoads, losses: LossModel) -> Floats32:
    """Return the apparent power of a compound at 10 kV. [kVA], shape (n_days, n_slots).

    The compensation of each transformer is switched in as in the power flow.
    """
    p_kw, q_kvar = _by_transformer(sim, loads)
    tan_target = tan_phi(sim.orderly.target_power_factor)
    installed = sim.network.transformers.compensation_kvar[:, None, None]
    q_kvar[: len(installed)] -= np.clip(
        q_kvar[: len(installed)] - tan_target * p_kw[: len(installed)], 0.0, installed
    )
    s_kva = losses.at_10_kv_kva(p_kw.sum(axis=0), q_kvar.sum(axis=0))
    return np.asarray(s_kva, dtype=np.float32)


def _by_transformer(sim: Simulation, loads: DayLoads) -> tuple[Floats, Floats]:
    """Return active and reactive power below each transformer, then what is above them all."""
    n = len(sim.network.transformers.ids) + 1
    above = sim.orderly.limits.transformer % n
    shape = (n, loads.n_days, loads.n_slots)
    place = (above[loads.shaped_node], loads.shaped_curve)
    belongs = (above[loads.free_node] == np.arange(n)[:, None]).astype(np.float32)
    free_kw = loads.free_p_kw.reshape(len(loads.free_node), -1)
    found = []
    for shaped_weight, free_weight in (
        (np.ones_like(loads.shaped_tan_phi), np.ones_like(loads.free_tan_phi)),
        (loads.shaped_tan_phi, loads.free_tan_phi),
    ):
        of_curve = np.zeros((n, len(loads.curves), loads.n_days))
        np.add.at(of_curve, place, loads.shaped_p_kw * shaped_weight[:, None])
        free = (belongs * free_weight.astype(np.float32)) @ free_kw
        found.append(of_curve.transpose(0, 2, 1) @ loads.curves + free.reshape(shape))
    return found[0], found[1]
