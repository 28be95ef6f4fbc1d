"""Findings in words: checks that lack data, and the full list."""

from collections.abc import Iterator, Sequence

from gridcalc.checks.finding import Finding
from gridcalc.outcome import Run
from gridcalc.policy import PolicyPack
from gridcalc.report.basis import basis_short
from gridcalc.report.blocks import Block, Column, Heading, Table, Text, Tone, plain
from gridcalc.report.figures import number
from gridcalc.report.finding_words import check_name, element_text, kind_of, value_and_limit
from gridcalc.report.modes import Mode, mode_of, mode_word
from gridcalc.report.violations import basis_of, unchecked
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT

_TONES: dict[str, Tone] = {"fail": "bad", "not_checked": "warn", "info": "quiet", "pass": "plain"}


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


def all_findings(run: Run, modes: Sequence[Mode], policy: PolicyPack, wording: Wording) -> Table:
    """Return every finding of a run with the rule it is judged by; ``modes`` of the study."""
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
    mode = mode_word(mode_of(run), modes, wording)
    return Table(
        columns=columns,
        rows=tuple(_finding_row(finding, policy, wording) for finding in run.findings),
        caption=wording("All findings of {scenario}, {mode}", scenario=scenario, mode=mode),
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
