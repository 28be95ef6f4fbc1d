"""Rows in, results out: simulated days for a chunk of the city table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from gridcalc.checks.simulated import STOCHASTIC
from gridcalc.city.batch.fitting import Fitting
from gridcalc.city.batch.parts import NotRadialError, Part, part_of
from gridcalc.city.batch.priced import orderly_plan, quick_plans_by_row, with_quick_plan
from gridcalc.city.batch.results import binding_of_row, counts_of, number_or_none
from gridcalc.city.batch.simulated import (
    Member,
    SeasonOutcome,
    State,
    deciding_of,
    judged,
    member_of,
    states_of,
)
from gridcalc.city.batch.simulated_fitting import simulated_fitting
from gridcalc.city.compounds import Described, catalogue_of, units_of
from gridcalc.city.data_grade import data_grade
from gridcalc.city.records import CityQuestion, CityResult, CityRow, RunResult
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.outcome import Run, verdict
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.tree import is_radial
from gridcalc.question import Question, simulation_settings
from gridcalc.simulation.peaks import PeakDays
from gridcalc.simulation.settings import SEASONS, Charging, governing_season

_SEARCHED: tuple[Charging, ...] = ("uncontrolled", "managed")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """A compound whose days have been simulated."""

    described: Described
    member: Member

    @property
    def row(self) -> CityRow:
        """Its row of the city table."""
        return self.described.row


def simulated(described: Described, asked: Question, question: CityQuestion) -> Simulated:
    """Return a compound with its days simulated.

    Raises
    ------
    NotRadialError
        It has a closed 10 kV ring.
    ConvergenceError
        Not even the low-load case has a solution.
    InputError
        A parameter of the simulation cannot be used.
    """
    catalogue, policy = catalogue_of(question), described.policy
    part: Part = part_of(described.compound, catalogue=catalogue, policy=policy)
    if not is_radial(part.network):
        raise NotRadialError(described.row.id)
    seasons = [season for season in SEASONS if season in asked.seasons]
    member = member_of(
        part,
        catalogue=catalogue,
        policy=policy,
        settings=[
            simulation_settings(asked, policy, season)
            for season in seasons or [governing_season(policy)]
        ],
        states=_states(asked),
    )
    return Simulated(described=described, member=member)


def asked_of_study(question: CityQuestion) -> Question:
    """Return what a city asks of each compound, as a question of a study."""
    return Question(
        scenarios=question.scenarios,
        methods=(question.method,),
        charging=question.charging,  # type: ignore[arg-type]
        seasons=question.seasons,  # type: ignore[arg-type]
        seed=question.seed,
        n_days=question.n_days,
        percentile=question.percentile,
        participation_percent=question.participation_percent,
        threads=1,
    )


def _states(asked: Question) -> tuple[State, ...]:
    return states_of(scenarios_in_order(asked.scenarios), asked.charging)


def simulated_results(
    rows: Sequence[Simulated], asked: Question, question: CityQuestion
) -> Mapping[int, CityResult]:
    """Return the results of some compounds by the number of their row."""
    packs: dict[int, list[Simulated]] = {}
    for row in rows:
        packs.setdefault(id(row.described.policy), []).append(row)
    found: dict[int, CityResult] = {}
    states = _states(asked)
    for same in packs.values():
        policy: PolicyPack = same[0].described.policy
        outcomes = judged(
            [row.member for row in same],
            catalogue=catalogue_of(question),
            policy=policy,
            states=states,
        )
        fits = _fits(outcomes, asked, question)
        results = [_result(row, outcomes, i, states, question) for i, row in enumerate(same)]
        needing = [
            (row.row, row.member.part)
            for row, result in zip(same, results, strict=True)
            if result.verdict == "upgrade"
        ]
        plans = quick_plans_by_row(needing, policy, question)
        for i, (row, result) in enumerate(zip(same, results, strict=True)):
            planned = with_quick_plan(_with_orderly(result, row, question), plans, is_proven=False)
            found[row.row.row] = _with_fits(planned, fits, i)
    return found


def _with_orderly(result: CityResult, row: Simulated, question: CityQuestion) -> CityResult:
    """Return a result with orderly charging as its plan, where that alone is enough."""
    if question.plan != "quick" or result.verdict != "ready_managed":
        return result
    return replace(result, plan=orderly_plan(row.described, question))


def _fits(
    outcomes: Sequence[SeasonOutcome], asked: Question, question: CityQuestion
) -> Mapping[str, list[Fitting | None]]:
    """Return how many chargers fit by charging mode, in the season that comes first."""
    if not question.hosting:
        return {}
    modes = [mode for mode in _SEARCHED if mode in asked.charging]
    return {mode: simulated_fitting(outcomes[0].basis, mode) for mode in modes}


def _with_fits(result: CityResult, fits: Mapping[str, list[Fitting | None]], i: int) -> CityResult:
    free, managed = (fits[mode][i] if mode in fits else None for mode in _SEARCHED)
    return replace(
        result,
        n_max_uncontrolled=free.n_max if free else None,
        n_max_managed=managed.n_max if managed else None,
        next_binding=f"{free.next_check} {free.next_element}".strip() if free else "",
    )


def _result(
    row: Simulated,
    outcomes: Sequence[SeasonOutcome],
    i: int,
    states: Sequence[State],
    question: CityQuestion,
) -> CityResult:
    compound, described = row.member.part.compound, row.described
    counts = counts_of(compound)
    scenarios = tuple(dict.fromkeys(state.scenario for state in states[1:]))
    deciding = deciding_of(outcomes, i, len(states))
    return CityResult(
        row=described.row,
        status="ok",
        policy=described.policy.id,
        n_households=counts.n_households,
        n_private_bays=counts.n_private_bays,
        n_public_bays=counts.n_public_bays,
        n_ebikes=counts.n_ebikes,
        transformers=units_of(compound, catalogue_of(question)),
        verdict=verdict(_runs(row.member, outcomes, i, states), STOCHASTIC, scenarios),
        binding=binding_of_row(deciding, [state.scenario.name for state in states]),
        runs=tuple(
            _run(outcome, i, k, state) for outcome in outcomes for k, state in enumerate(states[1:])
        ),
        data=data_grade(described.row, could_flip=None),
        day_kw=_heavy_days(row.member, states),
    )


def _run(outcome: SeasonOutcome, i: int, k: int, state: State) -> RunResult:
    worst = {name: number_or_none(value[i, k]) for name, value in outcome.worst.items()}
    return RunResult(
        scenario=state.scenario.name,
        charging=state.charging,
        season=outcome.season,
        passed=bool(outcome.passed[i, k]),
        s_peak_kva=worst["s_peak_kva"],
        loading_percent=worst["loading_percent"],
        phase_loading_percent=worst["phase_loading_percent"],
        cable_loading_percent=worst["cable_loading_percent"],
        vm_min_pu=worst["vm_min_pu"],
    )


def _runs(
    member: Member, outcomes: Sequence[SeasonOutcome], i: int, states: Sequence[State]
) -> list[Run]:
    """Return the runs as the verdict looks at them: who charges, and whether limits hold."""
    group = member.sims[0].units["private_charger"].group
    rows = []
    for outcome in outcomes:
        for k, state in enumerate(states[1:]):
            connected = member.days[0][k + 1].case.connected["private_charger"]
            rows.append(
                Run(
                    scenario=state.scenario.name,
                    charging=state.charging,
                    method=STOCHASTIC,
                    season=outcome.season,
                    passed=bool(outcome.passed[i, k]),
                    n_private_chargers=int(np.sum(connected)) if len(group) else 0,
                    n_public_chargers=0,
                    n_ebike_sockets=0,
                    transformers=(),
                    branches=(),
                    nodes=(),
                    mv=None,
                    findings=(),
                )
            )
    return rows


def _heavy_days(member: Member, states: Sequence[State]) -> dict[str, tuple[float, ...]]:
    """Return the day of each charging mode in the last scenario, and of today: first season."""
    last = states[-1].scenario.name
    rows: dict[str, tuple[float, ...]] = {}
    days = cast("Sequence[PeakDays]", member.days[0])
    for k, (state, day) in enumerate(zip(states, days, strict=True)):
        if k == 0 or state.scenario.name == last:
            share = member.sims[0].settings.percentile
            slots = np.percentile(day.load_kw, share, axis=0, method="inverted_cdf")
            name = f"{state.scenario.name}/{state.charging}"
            rows[name] = tuple(round(float(kw), 3) for kw in slots)
    return rows
