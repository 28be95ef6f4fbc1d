"""Violations of all scenarios told once each, and grouped by the rule they break."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridcalc.checks.finding import Finding
from gridcalc.outcome import REACHED_BY_LOAD, Run
from gridcalc.report.basis import Basis
from gridcalc.report.finding_words import kind_of
from gridcalc.report.modes import Mode, mode_of

_EQUAL = 4
"""Decimals of utilisation beyond which violations count as equal and stand by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One limit broken at one element.

    Parameters
    ----------
    finding
        As it stands in the worst run.
    runs
        Scenario and mode of the runs that break it, in their order.
    """

    finding: Finding
    runs: tuple[tuple[str, Mode], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The violations of one rule, the worst first."""

    check: str
    quantity: str
    basis: Basis
    violations: tuple[Violation, ...]


def basis_of(finding: Finding) -> Basis:
    """Return where the limit of a finding comes from."""
    return Basis(source=finding.source, clause=finding.clause, confidence=finding.confidence)


def violations(runs: Sequence[Run]) -> tuple[Violation, ...]:
    """Return every violation once: no solution first, then new ones, then the worst."""
    found: dict[tuple[str, str, str], list[tuple[Run, Finding]]] = {}
    for run in runs:
        for finding in run.findings:
            if finding.status == "fail":
                found.setdefault(finding.key, []).append((run, finding))
    rows = [
        Violation(
            finding=max((finding for _, finding in hits), key=lambda f: f.rank),
            runs=tuple((run.scenario, mode_of(run)) for run, _ in hits),
        )
        for hits in found.values()
    ]
    return tuple(sorted(rows, key=_order))


def _order(row: Violation) -> tuple[bool, bool, float, tuple[str, str, str]]:
    finding = row.finding
    is_old, use = not finding.is_added, round(finding.utilisation, _EQUAL)
    return not finding.is_unsolved, is_old, -use, finding.key


def grouped(rows: Sequence[Violation]) -> tuple[Group, ...]:
    """Return violations by rule; the group with the worst new violation comes first."""
    groups: dict[tuple[str, str, Basis], list[Violation]] = {}
    for row in rows:
        key = (row.finding.check, kind_of(row.finding), basis_of(row.finding))
        groups.setdefault(key, []).append(row)
    return tuple(
        Group(check=check, quantity=quantity, basis=basis, violations=tuple(members))
        for (check, quantity, basis), members in groups.items()
    )


def passed_checks(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the checks that passed somewhere and failed nowhere, sorted.

    Where a run has no solution, nothing that load reaches is known there, so none of it passed.
    """
    is_known = not unsolved_runs(runs)
    statuses: dict[str, set[str]] = {}
    for run in runs:
        for finding in run.findings:
            statuses.setdefault(finding.check, set()).add(finding.status)
    return tuple(
        sorted(
            check
            for check, seen in statuses.items()
            if "pass" in seen and "fail" not in seen and (is_known or check not in REACHED_BY_LOAD)
        )
    )


def unsolved_runs(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs that have no solution at some level."""
    return tuple(run for run in runs if any(finding.is_unsolved for finding in run.findings))


def unchecked(runs: Sequence[Run]) -> tuple[Finding, ...]:
    """Return what could not be checked for want of data, each once, sorted."""
    found = {
        finding.key: finding
        for run in runs
        for finding in run.findings
        if finding.status == "not_checked"
    }
    return tuple(found[key] for key in sorted(found))
