"""THE MAIN FLOW for one compound: start reading here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import Case, evaluate, prepare, scenario_units
from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding
from gridcalc.checks.run import Key, against_today, check, condensed, utilisation_today
from gridcalc.checks.simulated import evaluate_days, simulation_of
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.demand.scenario import (
    TODAY,
    Scenario,
    parse_scenario,
    scenarios_in_order,
)
from gridcalc.hosting import Sensitivity, private_share_that_fits
from gridcalc.outcome import Run, Study, binding_of, governing_runs, verdict
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.engine import solve_state, state_solver
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from gridcalc.powerflow.solution import Solver
from gridcalc.question import (
    EVERYTHING,
    FACTOR,
    STOCHASTIC,
    Question,
    governing_method,
    simulation_settings,
)
from gridcalc.simulation.days import SimulatedDays, Simulation, simulate_days
from gridcalc.simulation.loads import DayCase
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.settings import Charging, governing_season
from gridcalc.stated import stated_assumptions

DESIGN_SEASON = "design"
_MAX_RESULTS = 250_000
"""Nodes times days whose charging modes are simulated together."""


def study(
    compound: Compound,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    question: Question = EVERYTHING,
    solver: Solver = solve_pandapower,
) -> Study:
    """Return whether a compound carries the chargers, scenario by scenario.

    Parameters
    ----------
    compound
        As read from its file.
    catalogue, policy
        Equipment, and the rules that judge.
    question
        Scenarios, methods and charging modes.
    solver
        The engine of record of the factor method.

    Raises
    ------
    InputError
        A scenario name that does not exist, or a condition outside a table.
    ConvergenceError
        Not even the low-load case has a solution.
    """
    scenarios = scenarios_in_order(question.scenarios)
    resolved = resolve_defaults(compound, policy)
    case = prepare(resolved.compound, catalogue=catalogue, policy=policy, solver=solve_state)
    seasons = question.seasons or (governing_season(policy),)
    seasons = seasons if STOCHASTIC in question.methods else ()
    simulated: list[Run] = []
    for season in seasons:
        sim = simulation_of(case, simulation_settings(question, policy, season))
        simulated += _stochastic_runs(case, scenarios, sim, question.charging)
    runs, fits, engine = simulated, None, case.site.engine
    if FACTOR in question.methods:
        today = _today(case, solver)
        runs = [*_factor_runs(case, scenarios, solver, today), *simulated]
        fits = _sensitivity(case, scenarios[-1], today)
        engine = today.facts.engine or engine
    governing = governing_method(policy, question)
    return Study(
        compound_id=compound.id,
        compound_name=compound.name,
        policy=policy.id,
        seed=question.seed,
        engine=engine,
        governing_method=governing,
        verdict=verdict(runs, governing, scenarios),
        binding=binding_of(governing_runs(runs, governing)),
        sensitivity=fits,
        runs=tuple(runs),
        assumptions=stated_assumptions(
            case.site,
            resolved.assumptions,
            seasons=seasons,
            given=question.given,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Today:
    """The compound as it is, and how far its own violations go."""

    facts: Facts
    findings: tuple[Finding, ...]
    before: Mapping[Key, float]


def _today(case: Case, solver: Solver) -> _Today:
    facts = _facts(case, parse_scenario(TODAY), solver, solved=())
    findings = check(facts)
    return _Today(facts=facts, findings=findings, before=utilisation_today(findings))


def _factor_runs(
    case: Case, scenarios: Sequence[Scenario], solver: Solver, today: _Today
) -> Iterator[Run]:
    solved = [today.facts]
    for scenario in scenarios:
        facts = _facts(case, scenario, solver, solved=solved)
        solved.append(facts)
        findings = today.findings if scenario.name == TODAY else check(facts)
        yield _run(facts, against_today(findings, today.before))


def _facts(case: Case, scenario: Scenario, solver: Solver, *, solved: Sequence[Facts]) -> Facts:
    """Return the facts of a scenario; what another scenario connects alike is not solved again."""
    units = scenario_units(case, scenario)
    for other in solved:
        if other.units == tuple(units.tolist()):
            return replace(other, scenario=scenario)
    before = solved[0].s_today_kva if solved else None
    return evaluate(case, scenario, units, solver=solver, s_today_kva=before)


def _stochastic_runs(
    case: Case, scenarios: Sequence[Scenario], sim: Simulation, charging: Sequence[Charging]
) -> Iterator[Run]:
    """Yield the runs of one season; who plugs in on a day is the same in all of them."""
    today = _days(case, parse_scenario(TODAY), sim, ("uncontrolled",), solved={})["uncontrolled"]
    before = utilisation_today(check(today))
    solved = {(today.units, today.charging): today}
    for scenario in scenarios:
        found: dict[int, tuple[Finding, ...]] = {}
        for facts in _days(case, scenario, sim, charging, solved=solved).values():
            state = id(facts.days)
            if state not in found:
                found[state] = against_today(check(facts), before)
            yield _run(facts, found[state])


def _days(
    case: Case,
    scenario: Scenario,
    sim: Simulation,
    charging: Sequence[Charging],
    *,
    solved: dict[tuple[tuple[int, ...], str], Facts],
) -> dict[str, Facts]:
    """Return the facts of a scenario by charging mode; equal states are simulated once.

    ``solved`` holds the states that are known, today first, and gets the new ones. Without
    private chargers all charging modes are one.
    """
    n_units = scenario_units(case, scenario)
    units = tuple(n_units.tolist())
    alike = not any(n_units[sim.units["private_charger"].group])
    state = {mode: "uncontrolled" if alike else mode for mode in charging}
    new = [mode for mode in dict.fromkeys(state.values()) if (units, mode) not in solved]
    today = next(iter(solved.values()), None)
    for days in _simulated(sim, [case_of(sim, n_units, mode) for mode in new]):
        solved[units, days.case.charging] = evaluate_days(
            case,
            scenario,
            n_units,
            sim,
            days,
            s_today_kva=today.s_today_kva if today else None,
        )
    return {
        mode: replace(solved[units, state[mode]], scenario=scenario, charging=mode)
        for mode in charging
    }


def _simulated(sim: Simulation, cases: Sequence[DayCase]) -> Iterator[SimulatedDays]:
    """Yield the days of each case; of large networks one case at a time, to spare memory."""
    n_results = sim.network.n_nodes * sim.settings.n_days
    if n_results <= _MAX_RESULTS:
        yield from simulate_days(sim, cases) if cases else ()
    else:
        for case in cases:
            yield from simulate_days(sim, [case])


def _sensitivity(case: Case, scenario: Scenario, today: _Today) -> Sensitivity | None:
    return private_share_that_fits(
        case,
        scenario,
        solver=state_solver(case.site.network),
        before=today.before,
        s_today_kva=today.facts.s_today_kva,
    )


def _run(facts: Facts, findings: tuple[Finding, ...]) -> Run:
    return Run(
        scenario=facts.scenario.name,
        charging=facts.charging,
        method=facts.method,
        season=facts.season,
        passed=all(finding.status != "fail" for finding in findings),
        n_private_chargers=facts.n_units("private_charger"),
        n_public_chargers=facts.n_units("public_charger"),
        n_ebike_sockets=facts.n_units("ebike_socket"),
        transformers=facts.transformers,
        branches=facts.branches,
        nodes=facts.nodes,
        mv=facts.mv,
        findings=condensed(findings),
        days=facts.days,
    )
