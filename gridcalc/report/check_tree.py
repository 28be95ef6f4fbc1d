"""The result of ``check`` as plain values: the JSON contract, and findings as rows."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

import gridcalc
from gridcalc.checks.facts import DayFacts
from gridcalc.checks.finding import Finding
from gridcalc.hosting import Sensitivity
from gridcalc.outcome import Binding, Run, Study
from gridcalc.policy.values import plain
from gridcalc.powerflow.elements import BranchResult, MvResult, NodeResult, TransformerResult
from gridcalc.provenance import Assumption
from gridcalc.report.blocks import Cell
from gridcalc.report.wording import Wording
from gridcalc.simulation.bands import BAND_PERCENTILES

_RENAMED = {"from_id": "from", "to_id": "to"}


def check_tree(studies: Iterable[Study]) -> dict[str, Any]:
    """Return studies as the JSON object of the command ``check``.

    Keys stand in a fixed order, elements are sorted by id, and nothing is rounded.
    """
    return {
        "gridcalc": gridcalc.__version__,
        "command": "check",
        "studies": [_study(study) for study in studies],
    }


def _study(study: Study) -> dict[str, Any]:
    return {
        "compound_id": study.compound_id,
        "compound_name": study.compound_name,
        "policy": study.policy,
        "seed": study.seed,
        "engine": study.engine,
        "governing_method": study.governing_method,
        "verdict": study.verdict,
        "binding": _binding(study.binding),
        "sensitivity": _sensitivity(study.sensitivity),
        "runs": [_run(run) for run in study.runs],
        "assumptions": [assumption_tree(row) for row in study.assumptions],
    }


def _binding(binding: Binding | None) -> dict[str, Any] | None:
    if binding is None:
        return None
    finding = finding_tree(binding.finding)
    return {
        "check": finding.pop("check"),
        "element": finding.pop("element"),
        "scenario": binding.scenario,
        **finding,
    }


def _sensitivity(sensitivity: Sensitivity | None) -> dict[str, Any] | None:
    if sensitivity is None:
        return None
    binding = sensitivity.next_binding
    return {
        "scenario": sensitivity.scenario,
        "n_private_bays": sensitivity.n_private_bays,
        "n_today": sensitivity.n_today,
        "n_max": sensitivity.n_max,
        "share_percent": sensitivity.share_percent,
        "next_binding": None if binding is None else finding_tree(binding),
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "scenario": run.scenario,
        "charging": run.charging,
        "method": run.method,
        "season": run.season,
        "passed": run.passed,
        "n_private_chargers": run.n_private_chargers,
        "n_public_chargers": run.n_public_chargers,
        "n_ebike_sockets": run.n_ebike_sockets,
        **_days(run.days),
        "transformers": _elements(run.transformers),
        "branches": _elements(run.branches),
        "nodes": _elements(run.nodes),
        "mv": _mv(run.mv),
        "findings": [finding_tree(finding) for finding in run.findings],
    }


def _days(days: DayFacts | None) -> dict[str, Any]:
    """Return what only simulated days have; the keys are missing for the factor method."""
    if days is None:
        return {}
    return {
        "days": {
            "engine": days.engine,
            "percentile": days.percentile,
            "n_days": days.n_days,
            "n_unsolved": days.n_unsolved,
        },
        "service": None if days.served is None else asdict(days.served),
        "ageing": [asdict(row) for row in days.hot_spots],
        "day_curves": [
            {
                "id": band.id,
                "sn_kva": band.sn_kva,
                "s_kva": {
                    f"p{percentile}": list(values)
                    for percentile, values in zip(BAND_PERCENTILES, band.s_kva, strict=True)
                },
            }
            for band in days.bands
        ],
    }


def _elements(
    rows: Iterable[TransformerResult | BranchResult | NodeResult],
) -> list[dict[str, Any]]:
    return [
        {_RENAMED.get(name, name): value for name, value in asdict(row).items()}
        for row in sorted(rows, key=lambda row: row.id)
    ]


def _mv(mv: MvResult | None) -> dict[str, Any]:
    """Return the totals; the keys stay where the power flow found no solution."""
    if mv is None:
        return dict.fromkeys((field.name for field in fields(MvResult)), None)
    return {**asdict(mv), "s_source_kva": dict(sorted(mv.s_source_kva.items()))}


def finding_tree(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain values, its note in English."""
    return {
        "check": finding.check,
        "element": finding.element,
        "quantity": finding.quantity,
        "value": finding.value,
        "limit": finding.limit,
        "unit": finding.unit,
        "status": finding.status,
        "utilisation": finding.utilisation,
        "pre_existing": finding.pre_existing,
        "worsened": finding.worsened,
        "level": finding.level,
        "n_checked": finding.n_checked,
        "source": finding.source,
        "clause": finding.clause,
        "confidence": finding.confidence,
        "note": str(finding.note),
    }


def assumption_tree(row: Assumption) -> dict[str, Any]:
    """Return an assumption as plain values."""
    return {
        "name": row.name,
        "value": plain(row.value),
        "unit": row.unit,
        "source": row.source,
        "confidence": row.confidence,
        "note": row.note,
    }


def check_rows(studies: Iterable[Study], wording: Wording) -> list[Mapping[str, Cell]]:
    """Return every finding of every run as one row of a CSV file, its note in words."""
    return [
        {
            "compound_id": study.compound_id,
            "policy": study.policy,
            "scenario": run.scenario,
            "charging": run.charging,
            "method": run.method,
            "season": run.season,
            **finding_tree(finding),
            "note": wording.note(finding.note),
        }
        for study in studies
        for run in study.runs
        for finding in run.findings
    ]
