"""One compound of the city by itself, through the main flow for one compound."""

from gridcalc.city.batch.results import counts_of
from gridcalc.city.batch.simulated_results import asked_of_study
from gridcalc.city.compounds import catalogue_of, describe, units_of
from gridcalc.city.data_grade import data_grade
from gridcalc.city.records import BindingResult, CityQuestion, CityResult, CityRow, RunResult
from gridcalc.outcome import Binding, Run, Study
from gridcalc.powerflow.engine import solve_state
from gridcalc.study import study
from gridcalc.units import VN_MV_KV


def studied(row: CityRow, question: CityQuestion) -> CityResult:
    """Return the result of a row by a study of its own: slow, and for any network.

    Raises
    ------
    InputError
        The row cannot be computed; problems name what to change.
    ConvergenceError
        Not even the low-load case has a solution.
    """
    described = describe(row, question)
    catalogue = catalogue_of(question)
    compound = described.compound
    found = study(
        compound,
        catalogue=catalogue,
        policy=described.policy,
        question=asked_of_study(question),
        solver=solve_state,
    )
    counts = counts_of(compound)
    return CityResult(
        row=described.row,
        status="ok",
        policy=described.policy.id,
        transformers=units_of(compound, catalogue),
        verdict=found.verdict,
        binding=_binding(found.binding),
        runs=tuple(_run(run) for run in found.runs),
        n_max_uncontrolled=found.sensitivity.n_max if found.sensitivity else None,
        next_binding=_next(found),
        data=data_grade(described.row, could_flip=None),
        n_households=counts.n_households,
        n_private_bays=counts.n_private_bays,
        n_public_bays=counts.n_public_bays,
        n_ebikes=counts.n_ebikes,
    )


def _next(found: Study) -> str:
    finding = found.sensitivity.next_binding if found.sensitivity else None
    return f"{finding.check} {finding.element}" if finding else ""


def _binding(binding: Binding | None) -> BindingResult | None:
    if binding is None:
        return None
    finding = binding.finding
    return BindingResult(
        scenario=binding.scenario,
        check=finding.check,
        element=finding.element,
        value=finding.value,
        limit=finding.limit,
        unit=finding.unit,
        utilisation=finding.utilisation,
    )


def _run(run: Run) -> RunResult:
    low = [row.vm_min_pu for row in run.nodes if row.vn_kv < VN_MV_KV]
    return RunResult(
        scenario=run.scenario,
        charging=run.charging,
        season=run.season,
        passed=run.passed,
        s_peak_kva=run.mv.s_peak_kva if run.mv else None,
        loading_percent=max((row.loading_percent for row in run.transformers), default=None),
        phase_loading_percent=max((row.worst_phase[1] for row in run.transformers), default=None),
        cable_loading_percent=max((row.loading_percent for row in run.branches), default=None),
        vm_min_pu=min(low, default=None),
    )
