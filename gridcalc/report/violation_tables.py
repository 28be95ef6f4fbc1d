"""Broken limits in words: those the verdict rests on by rule, those of other runs in short."""

from collections.abc import Iterator, Sequence

from gridcalc.checks.finding import Finding
from gridcalc.outcome import Run
from gridcalc.policy import PolicyPack
from gridcalc.report.basis import basis_text
from gridcalc.report.blocks import Block, Column, Heading, Table, Text
from gridcalc.report.finding_words import check_name, violated
from gridcalc.report.load_tables import N_SHOWN, left_out
from gridcalc.report.modes import Mode, mode_of, mode_words, modes_of
from gridcalc.report.violations import Group, Violation, grouped, violations
from gridcalc.report.wording import Wording


def violation_blocks(
    runs: Sequence[Run], policy: PolicyPack, wording: Wording, *, title: str, show_all: bool
) -> Iterator[Block]:
    """Yield the violations of some runs, one table per rule."""
    found = violations(runs)
    if not found:
        return
    yield Heading(text=title)
    for group in grouped(found):
        yield _group_table(group, runs, policy, wording, show_all=show_all)


def short_violation_blocks(
    runs: Sequence[Run], wording: Wording, *, title: str, modes: Sequence[Mode]
) -> Iterator[Block]:
    """Yield the violations of some runs in one table with a line per rule.

    ``modes`` are those of the whole study, among which the words for a mode tell apart.
    """
    found = grouped(violations(runs))
    if not found:
        return
    columns = (
        Column(title=wording("Check")),
        Column(title=wording("Worst element"), wraps=True),
        Column(title=wording("Value"), align="right"),
        Column(title=wording("Limit")),
        Column(title=wording("Where"), wraps=True),
    )
    yield Heading(text=title)
    rows = tuple(_short_row(group, runs, modes, wording) for group in found)
    yield Table(columns=columns, rows=rows)


def _short_row(
    group: Group, runs: Sequence[Run], modes: Sequence[Mode], wording: Wording
) -> tuple[Text, ...]:
    worst = group.violations[0].finding
    value, limit = violated(worst, wording)
    n_more = len({row.finding.element for row in group.violations}) - 1
    more = f" {wording('and {n} more', n=n_more)}" if n_more else ""
    hits = {hit: None for row in group.violations for hit in row.runs}
    ordered = [(run.scenario, mode_of(run)) for run in runs if (run.scenario, mode_of(run)) in hits]
    return (
        Text(check_name(group.check, group.quantity, wording)),
        Text(f"{wording.term(worst.element)}{more}", "strong"),
        Text(value, "bad" if worst.is_added else "warn"),
        Text(limit),
        Text(where_text(ordered, runs, wording, among=modes)),
    )


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
        Text(where_text(row.runs, runs, wording, among=modes_of(runs))),
        Text(wording.clauses([*old, *named, *said])),
    )


def old_text(finding: Finding, wording: Wording) -> str:
    """Return what is said of a violation that exists today."""
    if finding.worsened:
        return wording("exists today already, made worse")
    return wording("exists today already")


def where_text(
    hits: Sequence[tuple[str, Mode]],
    runs: Sequence[Run],
    wording: Wording,
    *,
    among: Sequence[Mode],
) -> str:
    """Return in which scenarios and modes something happens.

    Scenarios with the same modes stand together; modes are named where they do not all do it.
    """
    n_scenarios = len({run.scenario for run in runs})
    if len(hits) == len(runs) and n_scenarios > 1 and set(modes_of(runs)) == set(among):
        return wording("in all scenarios")
    modes: dict[str, list[Mode]] = {}
    for scenario, mode in hits:
        modes.setdefault(scenario, []).append(mode)
    alike: dict[tuple[Mode, ...], list[str]] = {}
    for scenario, some in modes.items():
        alike.setdefault(tuple(some), []).append(scenario)
    parts = []
    for some_modes, scenarios in alike.items():
        names = wording.words(wording.scenario(name) for name in scenarios)
        if len(scenarios) == n_scenarios > 1:
            names = wording("all scenarios")
        which = mode_words(some_modes, among, wording) if set(some_modes) != set(among) else ""
        parts.append(wording("{names} ({which})", names=names, which=which) if which else names)
    return wording.clauses(parts)
