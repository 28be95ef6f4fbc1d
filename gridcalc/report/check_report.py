"""The story of ``check``: verdict, what decides it, loads, reasons, violations, assumptions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gridcalc.compound.model import Compound
from gridcalc.notes import Note
from gridcalc.outcome import Study
from gridcalc.policy import PolicyPack
from gridcalc.report.assumptions import assumption_blocks
from gridcalc.report.blocks import Block, Column, FactSheet, Heading, Output, Table, Text, Tone
from gridcalc.report.check_tree import check_rows, check_tree
from gridcalc.report.conventions import (
    days_text,
    deciding_text,
    engines_text,
    few_days_text,
    other_texts,
    unsolved_text,
)
from gridcalc.report.day_tables import hot_spot_blocks, service_blocks
from gridcalc.report.finding_tables import all_findings, unchecked_blocks
from gridcalc.report.finding_words import place_text, value_and_limit, violated
from gridcalc.report.load_tables import scenario_table
from gridcalc.report.modes import mode_words, modes_of
from gridcalc.report.peak_parts import why_blocks
from gridcalc.report.transformer_tables import (
    design_limits,
    transformer_details,
    transformer_tables,
)
from gridcalc.report.violation_tables import (
    old_text,
    short_violation_blocks,
    violation_blocks,
)
from gridcalc.report.violations import passed_checks, unsolved_runs, violations
from gridcalc.report.wording import Wording
from gridcalc.verdict import Verdict

_TONES: dict[Verdict, Tone] = {
    "ready": "good",
    "ready_managed": "warn",
    "upgrade": "bad",
    "no_solution": "bad",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A compound, the rules it was judged by, the outcome, and what is hardly true of the file."""

    compound: Compound
    policy: PolicyPack
    study: Study
    doubts: tuple[Note, ...] = ()


def check_output(checked: Sequence[Checked], wording: Wording, *, show_all: bool) -> Output:
    """Return the outcome of ``check`` for some compounds.

    Parameters
    ----------
    checked
        The compounds, in the order they are shown.
    wording
        The language.
    show_all
        List every violation, every finding and every assumption instead of the worst.
    """
    studies = [row.study for row in checked]
    blocks: list[Block] = []
    if len(checked) > 1:
        blocks.append(_overview(studies, wording))
    for row in checked:
        blocks += _story(row, wording, show_all=show_all)
    return Output(tree=check_tree(studies), rows=check_rows(studies, wording), blocks=tuple(blocks))


def _story(row: Checked, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    runs, policy = row.study.runs, row.policy
    yield Heading(text=f"{row.compound.id}  {row.compound.name}", level=1)
    yield FactSheet(rows=tuple(_facts(row, wording)))
    yield scenario_table(runs, wording)
    yield from transformer_tables(row.compound, policy, runs, wording, show_all=show_all)
    yield from why_blocks(row.compound, policy, runs, wording, show_all=show_all)
    yield from service_blocks(runs, policy, wording, show_all=show_all)
    yield from hot_spot_blocks(runs, policy, wording, show_all=show_all)
    yield from _violations(row, wording, show_all=show_all)
    yield from unchecked_blocks(runs, wording)
    if show_all:
        limits = design_limits(row.compound, policy)
        yield transformer_details(policy, limits, runs, wording)
        yield from (all_findings(run, modes_of(runs), policy, wording) for run in runs)
    yield from assumption_blocks(row.study.assumptions, policy, wording, show_all=show_all)


def _violations(row: Checked, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    """Yield what the verdict rests on, then what the other runs break in short."""
    study = row.study
    deciding = study.governing_runs
    others = [run for run in study.runs if run not in deciding]
    title = wording("Limits broken")
    yield from violation_blocks(deciding, row.policy, wording, title=title, show_all=show_all)
    modes = modes_of(others)
    broken = modes_of([run for run in others if not run.passed])
    title = wording(
        "Limits broken beside the verdict: {modes}", modes=mode_words(broken, modes, wording)
    )
    if show_all:
        yield from violation_blocks(others, row.policy, wording, title=title, show_all=True)
    else:
        yield from short_violation_blocks(others, wording, title=title, modes=modes)


def _facts(row: Checked, wording: Wording) -> Iterator[tuple[str, Text]]:
    study = row.study
    tone = _TONES[study.verdict]
    yield wording("Verdict"), Text(wording.term(f"verdict.{study.verdict}"), tone)
    unsolved = _without_solution(study, wording)
    if unsolved:
        yield wording("No solution"), Text(unsolved, "bad")
    yield wording("Rests on"), Text(deciding_text(study, row.policy, wording))
    yield wording("Violations"), _counts(study, wording)
    if study.binding is not None:
        label, text = _binding(study, wording)
        yield label, Text(text)
    yield from other_texts(study, wording)
    if study.sensitivity is not None:
        yield wording("Private chargers"), Text(sensitivity_text(study, wording))
    passed = wording.words(wording.term(check) for check in passed_checks(study.governing_runs))
    if passed:
        yield wording("Passed"), Text(passed)
    yield wording("Rules"), Text(_rules(row.policy, wording), "quiet")
    yield wording("Power flow"), Text(engines_text(study, wording), "quiet")
    days = days_text(study.runs, study.seed, wording)
    if days:
        yield wording("Days"), Text(days, "quiet")
    few = few_days_text(study.runs, wording)
    if few:
        yield wording("Caution"), Text(few, "warn")
    for doubt in row.doubts:
        yield wording("Caution"), Text(wording.note(doubt), "warn")


def _without_solution(study: Study, wording: Wording) -> str:
    """Return where the power flow has no solution: by design loads, then on which days."""
    solid = [run for run in unsolved_runs(study.governing_runs) if run.days is None]
    names = wording.words(wording.scenario(run.scenario) for run in solid)
    said = [wording("{scenarios}: loadings and voltages cannot be judged there", scenarios=names)]
    days = unsolved_text(study.runs, wording)
    return wording.clauses([*(said if solid else []), *([days] if days else [])])


def _counts(study: Study, wording: Wording) -> Text:
    found = violations(study.governing_runs)
    old = sum(row.finding.pre_existing for row in found)
    if not found:
        return Text(wording("none"))
    said = wording("new: {new}; today already: {old}", new=len(found) - old, old=old)
    return Text(said)


def _binding(study: Study, wording: Wording) -> tuple[str, str]:
    """Return label and text of what decides: the worst violation, or the smallest margin."""
    binding = study.binding
    if binding is None:
        return "", ""
    finding = binding.finding
    if finding.is_unsolved:
        said, where = wording.note(finding.note), wording.scenario(binding.scenario)
        return wording("Decided by"), wording("{names} ({which})", names=said, which=where)
    place = wording(
        "{what} in {scenario}",
        what=place_text(finding, wording),
        scenario=wording.scenario(binding.scenario),
    )
    if finding.status == "fail":
        broken = " ".join(violated(finding, wording)).rstrip()
        if finding.pre_existing:
            old = old_text(finding, wording)
            broken = wording("{broken}; {old}", broken=broken, old=old)
        return wording("Decided by"), wording("{place}: {said}", place=place, said=broken)
    value, limit = value_and_limit(finding, wording)
    said = wording("{value}, limit {limit}", value=value, limit=limit)
    return wording("Nearest limit"), wording("{place}: {said}", place=place, said=said)


def sensitivity_text(study: Study, wording: Wording) -> str:
    """Return in words how many private chargers fit; the share is rounded down."""
    fits = study.sensitivity
    if fits is None:
        return ""
    if fits.next_binding is None:
        return wording("fits all {n} private bays", n=fits.n_private_bays)
    place = place_text(fits.next_binding, wording)
    if fits.n_max is None or fits.share_percent is None:
        return wording("even with those of today only, {place} is broken", place=place)
    return wording(
        "fits up to {share} % of the private bays ({n} of {total}) by factor, public ones in"
        " step; then {binds}",
        share=int(fits.share_percent),
        n=fits.n_max,
        total=fits.n_private_bays,
        binds=wording("{place} binds", place=place),
    )


def _rules(policy: PolicyPack, wording: Wording) -> str:
    title = wording.either(zh=policy.title, en=policy.title_en)
    return f"{title} [{policy.id}, {wording.term(f'policy.{policy.status}')}]"


def _overview(studies: Sequence[Study], wording: Wording) -> Table:
    columns = (
        Column(title=wording("Compound")),
        Column(title=wording("Verdict")),
        Column(title=wording("Private bays that fit"), align="right"),
        Column(title=wording("Decided by"), wraps=True),
    )
    rows = []
    for study in studies:
        label, text = _binding(study, wording)
        shown = wording("{place}: {said}", place=label, said=text)
        shown = text if label == wording("Decided by") else shown
        verdict = Text(wording.term(f"short.{study.verdict}"), _TONES[study.verdict])
        rows.append((Text(study.compound_id), verdict, Text(_share(study)), Text(shown)))
    return Table(columns=columns, rows=tuple(rows))


def _share(study: Study) -> str:
    fits = study.sensitivity
    if fits is None:
        return "-"
    return f"{fits.n_max or 0} / {fits.n_private_bays}"
