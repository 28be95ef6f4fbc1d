"""THE MAIN FLOW for one foreign network: is it ready for the chargers?"""

from collections.abc import Sequence
from pathlib import PurePath

from gridcalc.checks.run import condensed
from gridcalc.demand.scenario import TODAY, Scenario, scenarios_in_order
from gridcalc.errors import InputError, Problem
from gridcalc.foreign.case import (
    ForeignCase,
    foreign_case,
    judge_units,
    scenario_units,
    solve_units,
    unbalanced_solver,
)
from gridcalc.foreign.generation import n_generators
from gridcalc.foreign.judging import Solved
from gridcalc.foreign.load_map import NO_MAP, LoadMap
from gridcalc.foreign.records import Choices, ForeignStudy
from gridcalc.network.arrays import Ints
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.outcome import Run, Study, binding_of, verdict
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption
from gridcalc.question import DEFAULT_SEED, FACTOR

DESIGN_SEASON = "design"
_UNCONTROLLED = "uncontrolled"
_SETTINGS = (
    "charger.factor_floor",
    "charger.factor_position",
    "charger.factor_rule_set",
    "charger.p_kw",
    "charger.phase_factor",
    "charger.power_factor",
    "cable.third_harmonic_percent",
)
_OF_EBIKES = ("ebike.coincidence", "ebike.p_kw_per_socket", "ebike.power_factor")
_OF_KINDS = (
    "foreign.kw_per_household",
    "foreign.bays_per_household",
    "foreign.ebikes_per_household",
)


def foreign_study(
    tables: ForeignTables,
    *,
    policy: PolicyPack,
    scenarios: Sequence[str],
    given: LoadMap = NO_MAP,
    choices: Choices | None = None,
) -> ForeignStudy:
    """Return whether a foreign network carries the chargers, by the factor method.

    Parameters
    ----------
    tables
        The network as its file gives it.
    policy
        The rules that judge.
    scenarios
        Names such as ``ev-100``; ``today`` is the file as it is.
    given
        What the user says about the loads.
    choices
        What the user decides about doubtful data.

    Raises
    ------
    InputError
        A scenario needs an unbalanced power flow, or chargers, and the network has none.
    ConvergenceError
        The network has no solution as the file gives it.
    """
    asked = scenarios_in_order(scenarios)
    case = foreign_case(tables, policy=policy, given=given, choices=choices or Choices())
    runs = tuple(_runs(case, asked))
    return ForeignStudy(
        study=Study(
            compound_id=network_id(tables),
            compound_name=tables.name,
            policy=policy.id,
            seed=DEFAULT_SEED,
            engine="pandapower",
            governing_method=FACTOR,
            verdict=verdict(runs, FACTOR, asked),
            binding=binding_of(runs),
            sensitivity=None,
            runs=runs,
            assumptions=stated(case, unbalanced=any(row.name != TODAY for row in asked)),
        ),
        imported=case.imported,
        policy=policy,
    )


def network_id(tables: ForeignTables) -> str:
    """Return the id of a network: the name of its file without the ending."""
    return PurePath(tables.file).stem


def _runs(case: ForeignCase, scenarios: Sequence[Scenario]) -> list[Run]:
    check_units(case, scenarios)
    needs_solver = any(scenario_units(case, row).any() for row in scenarios)
    solver = unbalanced_solver(case) if needs_solver else None
    runs = []
    for scenario in scenarios:
        units = scenario_units(case, scenario)
        solved = case.today if solver is None else solve_units(case, units, solver)
        runs.append(_run(case, scenario, units, solved))
    return runs


def check_units(case: ForeignCase, scenarios: Sequence[Scenario]) -> None:
    """Raise where a scenario adds units and the network has no place for any.

    Raises
    ------
    InputError
        No load at low voltage is a household with bays or e-bikes.
    """
    adds = [row.name for row in scenarios if row.name != TODAY]
    if adds and not case.demand.groups:
        message = (
            "no load at low voltage counts as households with bays, so there is nowhere to put"
            " chargers; say with --loads which loads are households, or ask for --scenario today"
        )
        raise InputError([Problem(case.tables.file, 0, "", message)])


def _run(case: ForeignCase, scenario: Scenario, units: Ints, solved: Solved) -> Run:
    findings = judge_units(case, solved)
    return Run(
        scenario=scenario.name,
        charging=_UNCONTROLLED,
        method=FACTOR,
        season=DESIGN_SEASON,
        passed=all(finding.status != "fail" for finding in findings),
        n_private_chargers=case.n_today + case.n_units(units, "private_charger"),
        n_public_chargers=0,
        n_ebike_sockets=case.n_units(units, "ebike_socket"),
        transformers=solved.transformers,
        branches=solved.branches,
        nodes=solved.nodes,
        mv=solved.source,
        findings=condensed(findings),
    )


def stated(case: ForeignCase, *, unbalanced: bool) -> tuple[Assumption, ...]:
    """Return the values that the file does not give, sorted by name."""
    policy, groups = case.policy, case.demand.groups
    rows = list(case.completed.assumptions) if unbalanced or case.engine != "runpp" else []
    names: list[str] = []
    if unbalanced:
        names += _SETTINGS
        names += _OF_EBIKES if any(group.kind == "ebike_socket" for group in groups) else ()
        names += _OF_KINDS
        names += ["foreign.generation_share"] if n_generators(case.tables) else []
    if case.imported.n_unrated:
        names.append("foreign.max_rating_a")
    rows += [policy.rule(name).assumption() for name in names]
    return tuple(sorted(rows, key=lambda row: (row.name, row.note)))
