"""One run as a pandapower net that anyone can solve again."""

from dataclasses import dataclass
from typing import Any

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import loads_at, prepare, scenario_units
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.demand.scenario import parse_scenario
from gridcalc.errors import InputError, Problem
from gridcalc.network.pandapower_net import to_pandapower
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.radial import solve_radial


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChoice:
    """Which run is written: the scenario, and the level whose loads are placed."""

    scenario: str
    level: str


def net_of_run(
    compound: Compound, *, catalogue: Catalogue, policy: PolicyPack, choice: RunChoice
) -> Any:
    """Return the pandapower net of one run of the factor method.

    Bus names are node ids; ``runpp_3ph`` gives the voltages that ``check`` reports for the level.

    Raises
    ------
    InputError
        The scenario or the level does not exist.
    """
    scenario = parse_scenario(choice.scenario)
    resolved = resolve_defaults(compound, policy)
    case = prepare(resolved.compound, catalogue=catalogue, policy=policy, solver=solve_radial)
    names = case.model.level_names
    if choice.level not in names:
        message = f"{choice.level!r} is not a level of this compound; there are {', '.join(names)}"
        raise InputError([Problem("--level", 0, "", message)])
    loads = loads_at(case, scenario_units(case, scenario), choice.level)
    network = case.site.network
    return to_pandapower(network, loads, source_vm_pu=network.sources.vm_peak_pu)
