"""Findings in words: violations by rule, checks that lack data, and the full list."""

from collections.abc import Iterator, Sequence

from gridcalc.checks.finding import Finding
from gridcalc.outcome import Run
from gridcalc.policy import PolicyPack
from gridcalc.report.basis import basis_short, basis_text
from gridcalc.report.blocks import Block, Column, Heading, Table, Text, Tone, plain
from gridcalc.report.figures import number
from gridcalc.report.finding_words import (
    check_name,
    element_text,
    kind_of,
    value_and_limit,
    violated,
)
from gridcalc.report.load_tables import N_SHOWN, left_out
from gridcalc.report.violations import (
    Group,
    Violation,
    basis_of,
    grouped,
    unchecked,
    violations,
)
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT

_TONES: dict[str, Tone] = {"fail": "bad", "not_checked": "warn", "info": "quiet", "pass": "plain"}


def violation_blocks(
    runs: Sequence[Run], policy: PolicyPack, wording: Wording, *, show_all: bool
) -> Iterator[Block]:
    """Yield the violations, one table per rule."""
    found = violations(runs)
    if not found:
        return
    yield Heading(text=wording("Limits broken"))
    for group in grouped(found):
        yield _group_table(group, runs, policy, wording, show_all=show_all)


def _group_table(
    group: Group, runs: Sequence[Run], policy: PolicyPack, wording: Wording, *, show_all: bool
) -> Table:
    columns = (
        Column(title=wording("Element")),
        Column(title=wording("Value"), align="right"),
        Column(title=wording("Limit")),
        Column(title=wording("Scenario"), wraps=True),
        Column(title=wording("Remark"), wraps=True),
    )
    shown = group.violations if show_all else group.violations[:N_SHOWN]
    name = check_name(group.check, group.quantity, wording)
    basis = basis_text(group.basis, wording, policy)
    return Table(
        caption=wording("{check}, {basis}", check=name, basis=basis),
        columns=columns,
        rows=tuple(_violation_row(row, runs, wording) for row in shown),
        note=left_out(group.violations, shown, wording),
        has_header=False,
    )


def _violation_row(row: Violation, runs: Sequence[Run], wording: Wording) -> tuple[Text, ...]:
    finding = row.finding
    value, limit = violated(finding, wording)
    old = [old_text(finding, wording)] if finding.pre_existing else []
    said = [wording.note(finding.note)] if finding.note else []
    named = [wording.term(finding.quantity)] if " " in finding.quantity else []
    return (
        Text(wording.term(finding.element), "strong"),
        Text(value, "bad" if finding.is_added else "warn"),
        Text(limit),
        Text(_scenarios(row.scenarios, runs, wording)),
        Text(wording.clauses([*old, *named, *said])),
    )


def old_text(finding: Finding, wording: Wording) -> str:
    """Return what is said of a violation that exists today."""
    if finding.worsened:
        return wording("exists today already, made worse")
    return wording("exists today already")


def _scenarios(names: tuple[str, ...], runs: Sequence[Run], wording: Wording) -> str:
    if len(names) == len(runs) > 1:
        return wording("in all scenarios")
    return wording.words(wording.scenario(name) for name in names)


def unchecked_blocks(runs: Sequence[Run], wording: Wording) -> Iterator[Block]:
    """Yield the checks that could not be made, and which data they need."""
    found = unchecked(runs)
    if not found:
        return
    columns = (
        Column(title=wording("Check")),
        Column(title=wording("Element")),
        Column(title=wording("What is missing"), wraps=True),
    )
    rows = tuple(
        plain(
            check_name(finding.check, kind_of(finding), wording),
            element_text(finding, wording),
            wording.note(finding.note),
        )
        for finding in found
    )
    yield Heading(text=wording("Not checked, because data are missing"))
    yield Table(columns=columns, rows=rows)


def all_findings(run: Run, policy: PolicyPack, wording: Wording) -> Table:
    """Return every finding of a scenario with the rule it is judged by."""
    columns = (
        Column(title=wording("Check"), merges=True),
        Column(title=wording("Element"), wraps=True),
        Column(title=wording("Value"), align="right"),
        Column(title=wording("Limit"), align="right"),
        Column(title=wording("Used"), align="right"),
        Column(title=wording("Status")),
        Column(title=wording("Basis"), wraps=True),
    )
    scenario = wording.scenario(run.scenario)
    return Table(
        columns=columns,
        rows=tuple(_finding_row(finding, policy, wording) for finding in run.findings),
        caption=wording("All findings of {scenario}", scenario=scenario),
    )


def _finding_row(finding: Finding, policy: PolicyPack, wording: Wording) -> tuple[Text, ...]:
    judged = finding.status in {"pass", "fail"} and finding.utilisation < PERCENT
    used = f"{number(PERCENT * finding.utilisation, 0)} {wording.term('%')}" if judged else ""
    value, limit = value_and_limit(finding, wording)
    return (
        Text(check_name(finding.check, kind_of(finding), wording)),
        Text(element_text(finding, wording)),
        *plain(value, limit, used),
        Text(wording.term(finding.status), _TONES[finding.status]),
        Text(basis_short(basis_of(finding), wording, policy), "quiet"),
    )
