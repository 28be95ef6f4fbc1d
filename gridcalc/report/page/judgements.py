"""Findings: limits that are broken, what could not be checked, and every finding that decides."""

from collections.abc import Iterator

from gridcalc.dossier import Dossier
from gridcalc.report.blocks import Paragraph, Text
from gridcalc.report.finding_tables import all_findings, unchecked_blocks
from gridcalc.report.modes import mode_words, modes_of
from gridcalc.report.page.parts import Fold, Item
from gridcalc.report.violation_tables import short_violation_blocks, violation_blocks
from gridcalc.report.wording import Wording


def finding_items(dossier: Dossier, wording: Wording) -> Iterator[Item]:
    """Yield what is broken by rule, in short beside the verdict, and all of the deciding run."""
    study, policy = dossier.study, dossier.policy
    deciding = study.governing_runs
    others = [run for run in study.runs if run not in deciding]
    title = wording("Limits broken")
    broken = tuple(violation_blocks(deciding, policy, wording, title=title, show_all=True))
    if not broken:
        said = wording("The runs that the verdict rests on keep every limit.")
        yield Paragraph(text=Text(said, "good"))
    yield from broken
    modes = modes_of(others)
    failed = modes_of([run for run in others if not run.passed])
    title = wording(
        "Limits broken beside the verdict: {modes}", modes=mode_words(failed, modes, wording)
    )
    yield from short_violation_blocks(others, wording, title=title, modes=modes)
    yield from unchecked_blocks(study.runs, wording)
    run = dossier.deciding_run
    table = all_findings(run, modes_of(study.runs), policy, wording)
    yield Fold(title=table.caption, items=(table,))
