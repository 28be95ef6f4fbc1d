"""THE MAIN FLOW for one compound: start reading here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import Case, evaluate, prepare, scenario_units
from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding
from gridcalc.checks.run import against_today, check, condensed, utilisation_today
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.demand.scenario import (
    STANDARD_SCENARIOS,
    TODAY,
    Scenario,
    parse_scenario,
    scenarios_in_order,
)
from gridcalc.hosting import Sensitivity, private_share_that_fits
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.elements import BranchResult, MvResult, NodeResult, TransformerResult
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from gridcalc.powerflow.radial import solve_radial
from gridcalc.powerflow.solution import Solver
from gridcalc.provenance import Assumption
from gridcalc.stated import stated_assumptions

Verdict = Literal["ready", "ready_managed", "upgrade", "no_solution"]
FACTOR = "factor"
DESIGN_SEASON = "design"
DEFAULT_SEED = 1
_REACHED_BY_LOAD = frozenset(
    {
        "transformer.loading",
        "transformer.n_minus_1",
        "cable.loading",
        "voltage.deviation",
        "voltage.unbalance",
        "mv.open_capacity",
        "mv.ring_n_minus_1",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """The finding that decides, and the scenario it was found in."""

    scenario: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The results of one scenario."""

    scenario: str
    charging: str
    method: str
    season: str
    passed: bool
    n_private_chargers: int
    n_public_chargers: int
    n_ebike_sockets: int
    transformers: tuple[TransformerResult, ...]
    branches: tuple[BranchResult, ...]
    nodes: tuple[NodeResult, ...]
    mv: MvResult | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What is known about one compound.

    ``verdict`` is ``upgrade`` when limits are broken: works are needed, and which ones is not
    searched here. ``sensitivity`` is ``None`` without private bays.
    """

    compound_id: str
    compound_name: str
    policy: str
    seed: int
    engine: str
    verdict: Verdict
    binding: Binding | None
    sensitivity: Sensitivity | None
    runs: tuple[Run, ...]
    assumptions: tuple[Assumption, ...]


def study(
    compound: Compound,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    scenarios: Sequence[str] = STANDARD_SCENARIOS,
    seed: int = DEFAULT_SEED,
    solver: Solver = solve_pandapower,
) -> Study:
    """Return whether a compound carries the chargers, scenario by scenario.

    Parameters
    ----------
    compound
        As read from its file.
    catalogue, policy
        Equipment, and the rules that judge.
    scenarios
        Names such as ``ev-100``; ``today`` is always computed, to tell old violations apart.
    seed
        Written into the result; the factor method draws nothing.
    solver
        The engine of record.

    Raises
    ------
    InputError
        A scenario name that does not exist, or a condition outside a table.
    ConvergenceError
        Not even the low-load case has a solution.
    """
    ordered = scenarios_in_order(scenarios)
    resolved = resolve_defaults(compound, policy)
    case = prepare(resolved.compound, catalogue=catalogue, policy=policy, solver=solver)
    today = _facts(case, parse_scenario(TODAY), solver, solved=())
    findings_today = check(today)
    before = utilisation_today(findings_today)
    solved, runs = [today], []
    for scenario in ordered:
        facts = _facts(case, scenario, solver, solved=solved)
        solved.append(facts)
        findings = findings_today if scenario.name == TODAY else check(facts)
        runs.append(_run(facts, against_today(findings, before)))
    return Study(
        compound_id=compound.id,
        compound_name=compound.name,
        policy=policy.id,
        seed=seed,
        engine=case.site.engine,
        verdict="ready" if all(run.passed for run in runs) else "upgrade",
        binding=_binding(runs),
        sensitivity=private_share_that_fits(
            case,
            ordered[-1],
            solver=solve_radial,
            before=before,
            s_today_kva=today.s_today_kva,
        ),
        runs=tuple(runs),
        assumptions=stated_assumptions(case.site, resolved.assumptions),
    )


def _facts(case: Case, scenario: Scenario, solver: Solver, *, solved: Sequence[Facts]) -> Facts:
    """Return the facts of a scenario; what another scenario connects alike is not solved again."""
    units = scenario_units(case, scenario)
    for other in solved:
        if other.units == tuple(units.tolist()):
            return replace(other, scenario=scenario)
    before = solved[0].s_today_kva if solved else None
    return evaluate(case, scenario, units, solver=solver, s_today_kva=before)


def _run(facts: Facts, findings: tuple[Finding, ...]) -> Run:
    return Run(
        scenario=facts.scenario.name,
        charging=facts.charging,
        method=FACTOR,
        season=DESIGN_SEASON,
        passed=all(finding.status != "fail" for finding in findings),
        n_private_chargers=facts.n_units("private_charger"),
        n_public_chargers=facts.n_units("public_charger"),
        n_ebike_sockets=facts.n_units("ebike_socket"),
        transformers=facts.transformers,
        branches=facts.branches,
        nodes=facts.nodes,
        mv=facts.mv,
        findings=condensed(findings),
    )


def _binding(runs: Sequence[Run]) -> Binding | None:
    """Return the worst violation that chargers add, else the worst old one, else the tightest.

    Where all limits hold, only limits that load can reach are compared: a share of 100 % that is
    met is no lack of margin.
    """
    rows = [(run.scenario, f) for run in reversed(runs) for f in run.findings]
    rows = [row for row in rows if row[1].limit is not None]
    failed = [row for row in rows if row[1].status == "fail"]
    near = [row for row in rows if row[1].check in _REACHED_BY_LOAD and row[1].level]
    first = min(failed or near, key=lambda row: _severity(row[1]), default=None)
    return Binding(scenario=first[0], finding=first[1]) if first else None


def _severity(finding: Finding) -> tuple[bool, float, str, str]:
    """Order by what is added, then how far it goes, then name."""
    return not finding.is_added, -finding.rank, finding.check, finding.element
