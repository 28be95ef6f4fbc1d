"""A foreign network made ready to compute, and one state of its chargers solved and judged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.checks.finding import Finding
from gridcalc.checks.run import Key, against_today, utilisation_today
from gridcalc.demand.groups import units_in_scenario
from gridcalc.demand.levels import FEEDER, STATION
from gridcalc.demand.scenario import Scenario
from gridcalc.errors import ConvergenceError, InputError, Problem
from gridcalc.foreign.areas import areas_of
from gridcalc.foreign.completing import completed
from gridcalc.foreign.correcting import corrected
from gridcalc.foreign.demand import ForeignDemand, added_loads, foreign_demand
from gridcalc.foreign.generation import with_generation
from gridcalc.foreign.judging import Solved, judged
from gridcalc.foreign.kinds import loads_of
from gridcalc.foreign.load_map import LoadMap
from gridcalc.foreign.records import Choices, Completed, Imported, Load
from gridcalc.foreign.results import (
    Equipment,
    Levels,
    branch_rows,
    equipment,
    node_rows,
    source_row,
    transformer_rows,
)
from gridcalc.network.arrays import Ints
from gridcalc.network.foreign_net import State, ThreePhase, solve_as_given, three_phase
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.notes import Note, note
from gridcalc.policy import PolicyPack

_UNBALANCED = ("asymmetric_load", "asymmetric_sgen")
_SINGLE_PHASE_USERS = {"household", "charger"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForeignCase:
    """A network with the kinds of its loads, its gaps filled, and today's state solved.

    ``before`` is the utilisation of the violations that exist as the file is.
    """

    policy: PolicyPack
    tables: ForeignTables
    completed: Completed
    imported: Imported
    kit: Equipment
    demand: ForeignDemand
    today: Solved
    before: Mapping[Key, float]
    engine: str

    @property
    def n_bays(self) -> int:
        """Private bays, those with a charger included."""
        return self.n_today + self._total("private_charger")

    @property
    def n_today(self) -> int:
        """Chargers that are loads of the file."""
        return sum(load.chargers for load in self.imported.loads)

    def _total(self, kind: str) -> int:
        return sum(group.n_total for group in self.demand.groups if group.kind == kind)

    def n_units(self, n_units: Ints, kind: str) -> int:
        """Return how many units of a kind are in use."""
        rows = zip(self.demand.groups, n_units.tolist(), strict=True)
        return sum(n for group, n in rows if group.kind == kind)


def foreign_case(
    tables: ForeignTables, *, policy: PolicyPack, given: LoadMap, choices: Choices
) -> ForeignCase:
    """Return a network ready for its scenarios.

    Raises
    ------
    InputError
        pandapower refuses the network, or unbalanced loads stand where nothing solves them.
    ConvergenceError
        The network has no solution as the file gives it.
    """
    tables, corrections = (tables, ()) if choices.keep else corrected(tables)
    loads = loads_of(tables, policy, given)
    areas = areas_of(tables)
    full = completed(tables, policy, choices.vector_group)
    kit = equipment(tables, areas, policy.number("foreign.max_rating_a"))
    state = _given_state(tables, full)
    share = policy.number("foreign.generation_share")
    evening = with_generation(tables, share)
    today = _solved(kit, loads, Levels(station=state, feeder=state, added=None))
    findings = judged(today, policy)
    imported = Imported(
        file=tables.file,
        name=tables.name,
        format_version=tables.format_version,
        counts=tuple((name, frame.n) for name, frame in tables.frames.items()),
        ignored=tables.ignored,
        corrected=corrections,
        notes=(*full.notes, *_without_supply(loads, state)),
        loads=loads,
        n_unrated=len(today.unrated),
    )
    return ForeignCase(
        policy=policy,
        tables=tables,
        completed=full,
        imported=imported,
        kit=kit,
        demand=foreign_demand(evening, loads, areas, policy),
        today=today,
        before=_before(kit, loads, evening, findings, policy),
        engine=state.engine,
    )


def _without_supply(loads: tuple[Load, ...], state: State) -> tuple[Note, ...]:
    dark = [load for load in loads if not state.alive[load.bus]]
    if not dark:
        return ()
    kw = sum(load.p_kw for load in dark)
    said = note("{n} loads of {kw:.0f} kW have no supply; they draw nothing", n=len(dark), kw=kw)
    return (said,)


def _before(
    kit: Equipment,
    loads: tuple[Load, ...],
    evening: ForeignTables,
    findings: tuple[Finding, ...],
    policy: PolicyPack,
) -> dict[Key, float]:
    """Return how far today's violations go, as given and with the generation of the evening."""
    before = utilisation_today(findings)
    if evening is kit.tables:
        return before
    try:
        state = solve_as_given(evening)
    except ConvergenceError:
        return before
    other = utilisation_today(
        judged(_solved(kit, loads, Levels(station=state, feeder=state, added=None)), policy)
    )
    return {key: max(before.get(key, 0.0), other.get(key, 0.0)) for key in {**before, **other}}


def _given_state(tables: ForeignTables, full: Completed) -> State:
    """Return the state of the file: unbalanced where it has unbalanced loads in service."""
    if not any(any(tables.frame(name).flags("in_service")) for name in _UNBALANCED):
        return solve_as_given(tables)
    if full.reasons:
        raise cannot_be_unbalanced(tables.file, full)
    return three_phase(full.tables)(_nothing(tables))


def cannot_be_unbalanced(file: str, full: Completed) -> InputError:
    """Return the error that lists why there is no unbalanced power flow."""
    return InputError([Problem(file, 0, "", reason) for reason in full.reasons])


def _nothing(tables: ForeignTables) -> np.ndarray[tuple[int, int], np.dtype[np.complex128]]:
    return np.zeros((tables.frame("bus").n, 3), dtype=np.complex128)


def scenario_units(case: ForeignCase, scenario: Scenario) -> Ints:
    """Return the units of each group in a scenario, shape (n_groups,)."""
    return units_in_scenario(case.demand.groups, scenario)


def unbalanced_solver(case: ForeignCase) -> ThreePhase:
    """Return the solver of the scenarios.

    Raises
    ------
    InputError
        The network has elements without an unbalanced model.
    """
    if case.completed.reasons:
        raise cannot_be_unbalanced(case.tables.file, case.completed)
    share = case.policy.number("foreign.generation_share")
    return three_phase(with_generation(case.completed.tables, share))


def solve_units(case: ForeignCase, n_units: Ints, solver: ThreePhase) -> Solved:
    """Return the results with some units connected, shape (n_groups,)."""
    if not n_units.any():
        return case.today
    added = added_loads(case.demand, n_units)
    states: dict[str, State] = {}
    failed = []
    for level, load in ((STATION, added.station), (FEEDER, added.feeder)):
        try:
            states[level] = solver(load)
        except ConvergenceError:
            failed.append(level)
    if failed:
        return _partly_solved(case, states.get(STATION), tuple(failed))
    levels = Levels(station=states[STATION], feeder=states[FEEDER], added=added)
    return _solved(case.kit, case.imported.loads, levels)


def _partly_solved(case: ForeignCase, station: State | None, failed: tuple[str, ...]) -> Solved:
    """Return what a solved station level alone can tell: transformers and sources."""
    nothing = replace(
        case.today, transformers=(), branches=(), nodes=(), source=None, failed=failed
    )
    if station is None:
        return nothing
    levels = Levels(station=station, feeder=station, added=None)
    rows = transformer_rows(case.kit, levels)
    return replace(nothing, transformers=rows, source=source_row(levels))


def judge_units(case: ForeignCase, solved: Solved) -> tuple[Finding, ...]:
    """Return the findings of a scenario, those of today marked as such."""
    return against_today(judged(solved, case.policy), case.before)


def _solved(kit: Equipment, loads: tuple[Load, ...], levels: Levels) -> Solved:
    unrated = np.flatnonzero(kit.areas.live_line & (kit.rating_a <= 0)).tolist()
    three_phase_users = {
        kit.bus_ids[load.bus]
        for load in loads
        if load.kind not in _SINGLE_PHASE_USERS and load.phase is None
    }
    return Solved(
        transformers=transformer_rows(kit, levels),
        branches=branch_rows(kit, levels),
        nodes=node_rows(kit, levels),
        source=source_row(levels),
        unrated=tuple(kit.line_ids[k] for k in unrated),
        three_phase=frozenset(three_phase_users),
        failed=(),
    )
