"""Simulated days of many compounds, judged together by the limits of the factor method."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import Case, prepare, scenario_units
from gridcalc.checks.charging import charging_service
from gridcalc.checks.facts import DayFacts
from gridcalc.checks.simulated import served_of, simulation_of
from gridcalc.city.batch.deciding import (
    Decisive,
    added_fails,
    decisive,
    fails_per_state,
    first_of,
)
from gridcalc.city.batch.family import Family, column
from gridcalc.city.batch.few import FewFinding, few_findings, no_facts, site_of
from gridcalc.city.batch.field import Field, field_of
from gridcalc.city.batch.limits_fixed import fixed_families
from gridcalc.city.batch.limits_load import load_families, source_kva
from gridcalc.city.batch.parts import Part
from gridcalc.city.batch.peaks import reached_of, total_kva
from gridcalc.city.batch.run import worst_of
from gridcalc.city.batch.simulated_fitting import Basis
from gridcalc.city.batch.solving import vm_low_load_pu
from gridcalc.demand.scenario import TODAY, Scenario, parse_scenario
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.engine import solve_state
from gridcalc.simulation.days import Simulation
from gridcalc.simulation.peak_days import SocketDays, peak_days
from gridcalc.simulation.peaks import PeakDays
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.settings import Charging, Season, SimulationSettings

UNCONTROLLED: Charging = "uncontrolled"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is connected, and how private cars charge."""

    scenario: Scenario
    charging: Charging


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Member:
    """A compound with its simulated days: by season and, in each, by state, today first."""

    case: Case
    part: Part
    sims: tuple[Simulation, ...]
    days: tuple[tuple[PeakDays, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeasonOutcome:
    """One season of a field; the last axis of arrays is the run.

    Attributes
    ----------
    season
        Of the days.
    passed
        Whether all limits hold, shape (n_compounds, n_runs).
    worst
        The worst element of each compound, by the names of ``run.Outcome``.
    deciding
        What decides among the runs without control.
    basis
        From where a search for what fits may start.
    """

    season: Season
    passed: Bools
    worst: dict[str, Floats]
    deciding: list[Decisive | None]
    basis: Basis


def states_of(scenarios: Sequence[Scenario], charging: Sequence[Charging]) -> tuple[State, ...]:
    """Return today and then the runs of a season in the order of a study."""
    today = State(scenario=parse_scenario(TODAY), charging=UNCONTROLLED)
    runs = (State(scenario=row, charging=mode) for row in scenarios for mode in charging)
    return (today, *runs)


def member_of(
    part: Part,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    settings: Sequence[SimulationSettings],
    states: Sequence[State],
) -> Member:
    """Return a compound with its days simulated.

    Parameters
    ----------
    part
        The compound with all its records.
    catalogue, policy
        The equipment and the pack.
    settings
        Of each season.
    states
        What is asked, today first.

    Raises
    ------
    ConvergenceError
        Not even the low-load case has a solution.
    InputError
        A parameter of the simulation cannot be used.
    """
    case = prepare(part.compound, catalogue=catalogue, policy=policy, solver=solve_state)
    sims = tuple(simulation_of(case, row) for row in settings)
    sockets: SocketDays = {}
    days = tuple(_days(case, sim, states, sockets) for sim in sims)
    return Member(case=case, part=part, sims=sims, days=days)


def _days(
    case: Case, sim: Simulation, states: Sequence[State], sockets: SocketDays
) -> tuple[PeakDays, ...]:
    """Return the days of each state; states that are alike are simulated once."""
    private = sim.units["private_charger"].group
    keys = []
    for state in states:
        n_units = scenario_units(case, state.scenario)
        mode = state.charging if any(n_units[private]) else UNCONTROLLED
        keys.append((tuple(n_units.tolist()), mode))
    unique = list(dict.fromkeys(keys))
    cases = [case_of(sim, np.array(units, dtype=np.int64), mode) for units, mode in unique]
    found = dict(zip(unique, peak_days(sim, cases, sockets), strict=True))
    return tuple(found[key] for key in keys)


def judged(
    members: Sequence[Member],
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    states: Sequence[State],
) -> tuple[SeasonOutcome, ...]:
    """Return what the days of some compounds come to, season by season.

    Parameters
    ----------
    members
        Compounds under one pack, at least one.
    catalogue, policy
        Equipment and pack.
    states
        As the members were simulated, today first.
    """
    field = field_of([member.part for member in members], policy)
    low_load, _ = vm_low_load_pu(field)
    units = [
        np.concatenate([scenario_units(member.case, state.scenario) for member in members])
        for state in states
    ]
    fixed = tuple(fixed_families(field, low_load))
    few = tuple(few_findings(field, catalogue, [state.scenario for state in states], units))
    return tuple(
        _season(field, [_one_season(member, k) for member in members], (states, units), fixed, few)
        for k in range(len(members[0].sims))
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _InSeason:
    case: Case
    part: Part
    sim: Simulation
    days: tuple[PeakDays, ...]


def _one_season(member: Member, k: int) -> _InSeason:
    return _InSeason(case=member.case, part=member.part, sim=member.sims[k], days=member.days[k])


def _season(
    field: Field,
    members: Sequence[_InSeason],
    asked: tuple[Sequence[State], Sequence[Ints]],
    fixed: Sequence[Family],
    few: Sequence[FewFinding],
) -> SeasonOutcome:
    states, units = asked
    reached = reached_of(field, [member.days for member in members])
    s_today = source_kva(field, reached)[:, 0]
    families = (*load_families(field, reached, units, s_today), *fixed)
    added = [added_fails(family, family) for family in families]
    found = (*few, *_service(field, members, states))
    n = field.n_compounds
    passed = ~fails_per_state(families, found, n, len(states))[:, 1:]
    free = [k for k, state in enumerate(states) if k and state.charging != "managed"]
    runs = np.array(free or range(1, len(states)), dtype=np.int64)
    worst = worst_of(field, reached, total_kva([member.days for member in members]))
    return SeasonOutcome(
        season=members[0].sim.settings.season,
        passed=passed,
        worst={name: value[:, 1:] for name, value in worst.items()},
        deciding=decisive(families, added, found, runs, n),
        basis=Basis(
            field=field,
            sims=[member.sim for member in members],
            units=units[-1],
            today=[column(family, 0) for family in families[: len(families) - len(fixed)]],
            s_today_kva=s_today,
        ),
    )


def _service(
    field: Field, members: Sequence[_InSeason], states: Sequence[State]
) -> Iterator[FewFinding]:
    """Yield whether controlled cars are served."""
    for i, member in enumerate(members):
        for k, (state, days) in enumerate(zip(states, member.days, strict=True)):
            if days.service is None:
                continue
            percentile = member.sim.settings.percentile
            first = np.zeros(len(member.part.network.transformers.ids), dtype=np.int64)
            site = site_of(member.part, field, member.case.site.catalogue, first)
            facts = replace(
                no_facts(site, state.scenario, first[:0]),
                days=DayFacts(
                    engine="",
                    percentile=percentile,
                    n_days=days.n_days,
                    n_unsolved=days.n_unsolved,
                    served=served_of(days.service, percentile, member.sim),
                    hot_spots=(),
                    bands=(),
                ),
            )
            for finding in charging_service(facts):
                yield FewFinding(compound=i, state=k, finding=finding)


def deciding_of(outcomes: Sequence[SeasonOutcome], compound: int, n_states: int) -> Decisive | None:
    """Return what decides for a compound over all seasons; states are counted through."""
    rows = []
    for k, outcome in enumerate(outcomes):
        row = outcome.deciding[compound]
        if row is not None:
            rows.append(replace(row, state=row.state + k * n_states))
    return first_of(rows) if rows else None
