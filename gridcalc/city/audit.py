"""The worst compounds of a run solved again in pandapower, the engine of record."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.case import Case, loads_at, prepare, scenario_units
from gridcalc.city.compounds import catalogue_of, describe
from gridcalc.city.records import CityQuestion, CityResult, CityRow
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.demand.levels import FEEDER, STATION
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.errors import ConvergenceError
from gridcalc.powerflow.engine import solve_state
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.pandapower_engine import load_pandapower, solve_pandapower
from gridcalc.units import PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRow:
    """One compound solved twice.

    Attributes
    ----------
    max_vm_pu
        Largest difference of a phase voltage at a node; ``None`` without a solution. [pu]
    max_loading_percent
        Largest difference of a transformer's loading. [%]
    max_stored_percent
        Largest difference between pandapower and what the run stored for the compound, of the
        values that the factor method stores; ``None`` where it stored none. [%]
    """

    id: str
    max_vm_pu: float | None
    max_loading_percent: float | None
    max_stored_percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The worst compounds solved again, the worst first."""

    scenario: str
    rows: tuple[AuditedRow, ...]

    @property
    def max_vm_pu(self) -> float | None:
        """Largest difference of a voltage. [pu]."""
        return max((row.max_vm_pu for row in self.rows if row.max_vm_pu is not None), default=None)

    @property
    def max_loading_percent(self) -> float | None:
        """Largest difference of a loading, as solved and as stored. [%]."""
        found = [
            value
            for row in self.rows
            for value in (row.max_loading_percent, row.max_stored_percent)
            if value is not None
        ]
        return max(found, default=None)

    @property
    def n_solved(self) -> int:
        """Compounds that both engines could solve."""
        return sum(row.max_vm_pu is not None for row in self.rows)


def audit(results: Iterable[CityResult], question: CityQuestion, n: int) -> Audit:
    """Return the ``n`` worst compounds of a run, solved by the sweep and by pandapower.

    Design loads of the scenario that connects the most, at station and feeder level: voltages of
    every node and loadings of every transformer are compared, and with what the run stored where
    it used the factor method.

    Parameters
    ----------
    results
        Of the run, in any order.
    question
        Of the run.
    n
        How many; the worst are those whose binding limit is exceeded the most.
    """
    scenario = scenarios_in_order(question.scenarios)[-1].name
    worst = heapq.nlargest(
        n,
        (row for row in results if row.status == "ok" and row.binding),
        key=lambda row: (row.binding.utilisation if row.binding else 0.0, -row.row.row),
    )
    if worst:
        load_pandapower()
    return Audit(scenario=scenario, rows=tuple(_audited(row, question) for row in worst))


def _audited(result: CityResult, question: CityQuestion) -> AuditedRow:
    case = _case(result.row, question)
    scenario = scenarios_in_order(question.scenarios)[-1]
    n_units = scenario_units(case, scenario)
    network = case.site.network
    gaps: dict[str, float] = {}
    loading = np.zeros(len(network.transformers.ids))
    for level in (STATION, FEEDER):
        loads = loads_at(case, n_units, level)
        try:
            ours = solve_state(network, loads, network.sources.vm_peak_pu)
            theirs = solve_pandapower(network, loads, network.sources.vm_peak_pu)
        except ConvergenceError:
            return AuditedRow(
                id=result.row.id, max_vm_pu=None, max_loading_percent=None, max_stored_percent=None
            )
        gaps[level] = float(np.abs(ours.vm_pu - theirs.vm_pu).max())
        if level == STATION:
            both = [
                np.abs(flows(network, loads, found).s_lv_phase_kva.sum(axis=1))
                for found in (ours, theirs)
            ]
            loading = PERCENT * np.array(both) / network.transformers.sn_kva
    stored = _stored(result, scenario.name, float(loading[1].max()))
    return AuditedRow(
        id=result.row.id,
        max_vm_pu=max(gaps.values()),
        max_loading_percent=float(np.abs(loading[0] - loading[1]).max()),
        max_stored_percent=stored,
    )


def _stored(result: CityResult, scenario: str, loading_percent: float) -> float | None:
    rows = [run for run in result.runs if (run.scenario, run.season) == (scenario, "design")]
    if not rows or rows[0].loading_percent is None:
        return None
    return abs(rows[0].loading_percent - loading_percent)


def _case(row: CityRow, question: CityQuestion) -> Case:
    described = describe(row, question)
    full = resolve_defaults(described.compound, described.policy).compound
    return prepare(
        full, catalogue=catalogue_of(question), policy=described.policy, solver=solve_state
    )
