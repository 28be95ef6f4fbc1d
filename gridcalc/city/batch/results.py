"""Rows in, results out: the factor method for a chunk of the city table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.city.batch.deciding import Decisive
from gridcalc.city.batch.drawing import Design, design_of, drawn_parts
from gridcalc.city.batch.field import field_under
from gridcalc.city.batch.flipping import LoadFactors
from gridcalc.city.batch.parts import Part, part_of
from gridcalc.city.batch.planning_records import QuickPlan
from gridcalc.city.batch.priced import quick_plans_by_row, with_quick_plan
from gridcalc.city.batch.run import Outcome, run_field
from gridcalc.city.compounds import catalogue_of, describe, sketch, units_of
from gridcalc.city.data_grade import data_grade, load_factors
from gridcalc.city.records import (
    BindingResult,
    CityQuestion,
    CityResult,
    CityRow,
    RunResult,
    without_result,
)
from gridcalc.compound.model import Compound
from gridcalc.demand.scenario import Scenario, scenarios_in_order
from gridcalc.policy import PolicyPack

NO_LOW_LOAD = (
    "the power flow finds no solution even at low load; look at lengths, sections and the metered"
    " peak"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ready:
    """A compound of the city as arrays, and the pack that judges it."""

    row: CityRow
    policy: PolicyPack
    part: Part


def factor_results(rows: Sequence[Ready], question: CityQuestion) -> Mapping[int, CityResult]:
    """Return the results of some compounds by the number of their row.

    Parameters
    ----------
    rows
        Compounds and their arrays.
    question
        What is asked; its method is ``factor``.
    """
    scenarios = scenarios_in_order(question.scenarios)
    catalogue = catalogue_of(question)
    field = field_under([row.part for row in rows], [row.policy for row in rows])
    factors = LoadFactors(
        light=np.array([load_factors(row.row, heavy=False) for row in rows]),
        heavy=np.array([load_factors(row.row, heavy=True) for row in rows]),
    )
    outcome = run_field(field, catalogue, scenarios, factors=factors)
    needing = [
        row for i, row in enumerate(rows) if outcome.has_low_load[i] and not outcome.passed[i].all()
    ]
    plans: dict[int, QuickPlan] = {}
    for policy, members in _by_policy(needing):
        asked = [(member.row, member.part) for member in members]
        plans |= quick_plans_by_row(asked, policy, question)
    found = [_result(row, outcome, i, catalogue) for i, row in enumerate(rows)]
    return {row.row.row: with_quick_plan(row, plans, is_proven=True) for row in found}


def ready(row: CityRow, question: CityQuestion) -> Ready:
    """Return a compound as arrays; see ``designed`` and ``drawn``."""
    (found,) = drawn([designed(row, question)])
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Designed:
    """A compound of the city that is to be drawn, or that was read from its file."""

    row: CityRow
    policy: PolicyPack
    plan: Design | Part


def designed(row: CityRow, question: CityQuestion) -> Designed:
    """Return what a compound is drawn from: its template, or its file.

    Raises
    ------
    InputError
        The row cannot be computed; problems name what to change.
    NotRadialError
        It has a closed 10 kV ring.
    """
    catalogue = catalogue_of(question)
    if row.file is None:
        outline = sketch(row, question)
        return Designed(row=row, policy=outline.policy, plan=design_of(outline, catalogue))
    described = describe(row, question)
    part = part_of(described.compound, catalogue=catalogue, policy=described.policy)
    return Designed(row=row, policy=described.policy, plan=part)


def drawn(rows: Sequence[Designed]) -> list[Ready]:
    """Return some compounds as arrays, drawn all at once."""
    parts = iter(drawn_parts([row.plan for row in rows if isinstance(row.plan, Design)]))
    return [
        Ready(
            row=row.row,
            policy=row.policy,
            part=row.plan if isinstance(row.plan, Part) else next(parts),
        )
        for row in rows
    ]


def _by_policy(rows: Iterable[Ready]) -> Iterator[tuple[PolicyPack, list[Ready]]]:
    """Yield the compounds of each pack; packs by their first compound, compounds in order."""
    packs: dict[int, list[Ready]] = {}
    for row in rows:
        packs.setdefault(id(row.policy), []).append(row)
    for members in packs.values():
        yield members[0].policy, members


def _result(member: Ready, outcome: Outcome, i: int, catalogue: Catalogue) -> CityResult:
    if not outcome.has_low_load[i]:
        return without_result(member.row, "failed", NO_LOW_LOAD)
    fitting = outcome.fitting[i]
    runs = tuple(_run(outcome, i, k, row) for k, row in enumerate(outcome.scenarios))
    counts = counts_of(member.part.compound)
    return CityResult(
        row=member.row,
        status="ok",
        policy=member.policy.id,
        n_households=counts.n_households,
        n_private_bays=counts.n_private_bays,
        n_public_bays=counts.n_public_bays,
        n_ebikes=counts.n_ebikes,
        transformers=units_of(member.part.compound, catalogue),
        verdict="ready" if all(run.passed for run in runs) else "upgrade",
        binding=binding_of_row(outcome.deciding[i], outcome.state_names),
        runs=runs,
        n_max_uncontrolled=fitting.n_max if fitting else None,
        data=data_grade(member.row, could_flip=bool(outcome.could_flip[i])),
        next_binding=f"{fitting.next_check} {fitting.next_element}".strip() if fitting else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Flats, spaces and e-bikes of a compound."""

    n_households: int
    n_private_bays: int
    n_public_bays: int
    n_ebikes: int


def counts_of(compound: Compound) -> Counts:
    """Return how many flats, spaces and e-bikes a compound has."""
    return Counts(
        n_households=sum(row.count for row in compound.households),
        n_private_bays=sum(row.count for row in compound.private_bays),
        n_public_bays=sum(row.count for row in compound.public_bays),
        n_ebikes=sum(row.bikes for row in compound.ebikes),
    )


def _run(outcome: Outcome, i: int, k: int, scenario: Scenario) -> RunResult:
    return RunResult(
        scenario=scenario.name,
        charging="uncontrolled",
        season="design",
        passed=bool(outcome.passed[i, k]),
        s_peak_kva=number_or_none(outcome.s_peak_kva[i, k]),
        loading_percent=number_or_none(outcome.loading_percent[i, k]),
        phase_loading_percent=number_or_none(outcome.phase_loading_percent[i, k]),
        cable_loading_percent=number_or_none(outcome.cable_loading_percent[i, k]),
        vm_min_pu=number_or_none(outcome.vm_min_pu[i, k]),
    )


def number_or_none(value: float) -> float | None:
    """Return a number, nothing for NaN."""
    return None if isnan(value) else float(value)


def binding_of_row(row: Decisive | None, state_names: Sequence[str]) -> BindingResult | None:
    """Return the limit that decides with the name of its scenario; states repeat by season."""
    if row is None:
        return None
    return BindingResult(
        scenario=state_names[row.state % len(state_names)],
        check=row.check,
        element=row.element,
        value=row.value,
        limit=row.limit,
        unit=row.unit,
        utilisation=row.utilisation,
    )
