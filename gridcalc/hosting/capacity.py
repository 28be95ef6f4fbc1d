"""The hosting capacity of one compound: by the design factor, and on simulated days."""

from collections.abc import Sequence

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import Case, evaluate, prepare, scenario_units
from gridcalc.checks.run import check, utilisation_today
from gridcalc.checks.simulated import simulation_of
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.demand.scenario import TODAY, Scenario, parse_scenario
from gridcalc.errors import InputError, Problem
from gridcalc.hosting.deterministic import private_share_that_fits
from gridcalc.hosting.probabilistic import hosting_by_days
from gridcalc.hosting.records import Hosting, HostingResult, Limit
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.engine import solve_state, state_solver
from gridcalc.simulation.settings import Charging, SimulationSettings
from gridcalc.simulation.units import PRIVATE


def hosting(
    compound: Compound,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    scenario: str,
    settings: Sequence[SimulationSettings],
    modes: Sequence[Charging],
    risk: float,
) -> Hosting:
    """Return how many private chargers a compound carries.

    Parameters
    ----------
    compound
        As read from its file.
    catalogue, policy
        Equipment, and the rules that judge.
    scenario
        Whose e-bike sockets are connected; its share of chargers is what is searched.
    settings
        One for each season; ``n_days`` is the number of draws.
    modes
        Charging modes of the simulated draws.
    risk
        Accepted share of draws that break a limit. [-]

    Raises
    ------
    InputError
        No such scenario, or a compound without private bays.
    ConvergenceError
        Not even the low-load case has a solution.
    """
    what = parse_scenario(scenario)
    resolved = resolve_defaults(compound, policy)
    case = prepare(resolved.compound, catalogue=catalogue, policy=policy, solver=solve_state)
    private = [group for group in case.site.groups if group.kind == PRIVATE]
    if not private:
        message = "there are no private bays to equip; give private_bays"
        raise InputError([Problem(compound.id, 0, "private_bays", message)])
    results = [_by_factor(case, what)]
    engine = ""
    for row in settings:
        sim = simulation_of(case, row)
        engine = sim.engine
        results += hosting_by_days(case, what, sim, modes, risk)
    return Hosting(
        compound_id=compound.id,
        compound_name=compound.name,
        policy=policy.id,
        seed=settings[0].seed,
        scenario=what.name,
        engine=engine,
        accepted_risk=risk,
        n_private_bays=sum(group.n_total for group in private),
        n_today=sum(group.today for group in private),
        results=tuple(results),
    )


def _by_factor(case: Case, scenario: Scenario) -> HostingResult:
    """Return the capacity by the design factor."""
    today = parse_scenario(TODAY)
    solver = state_solver(case.site.network)
    facts = evaluate(case, today, scenario_units(case, today), solver=solver, s_today_kva=None)
    found = private_share_that_fits(
        case,
        scenario,
        solver=solver,
        before=utilisation_today(check(facts)),
        s_today_kva=facts.s_today_kva,
    )
    binding = found.next_binding if found else None
    return HostingResult(
        mode="factor",
        season="design",
        charging="uncontrolled",
        n_max=found.n_max if found else None,
        share_percent=found.share_percent if found else None,
        binding=None
        if binding is None
        else Limit(check=binding.check, element=binding.element, quantity=binding.quantity),
    )
