"""The plan of works: what is built, the bill, who pays, in which stages, what was rejected."""

from collections.abc import Iterator, Sequence

from gridcalc.planning.records import Answer, Upgrade
from gridcalc.report.blocks import Block, FactSheet, Heading, Paragraph, Table, Text
from gridcalc.report.cost_report import bill_blocks, payer_blocks
from gridcalc.report.load_tables import scenario_table
from gridcalc.report.page.parts import Fold, Item
from gridcalc.report.transformer_tables import transformer_tables
from gridcalc.report.upgrade_limits import blocked_blocks, rejected_blocks
from gridcalc.report.upgrade_report import upgrade_output
from gridcalc.report.upgrade_tables import answers_table, stage_blocks, works_blocks
from gridcalc.report.upgrade_tree import has_plan
from gridcalc.report.upgrade_words import strategy_word
from gridcalc.report.wording import Wording


def works_items(found: Upgrade, wording: Wording) -> Iterator[Item]:
    """Yield the answers side by side, then all about the least-cost plan."""
    best = found.answer("least_cost")
    yield from _facts(upgrade_output(found, wording, show_all=False).blocks)
    if any(has_plan(row) for row in found.answers):
        yield answers_table(found, wording)
    yield from works_blocks(best, found, wording, show_all=True)
    if best.works:
        yield from bill_blocks(best.bill, wording)
        yield from payer_blocks(best.split, found.policy, wording)
    yield from stage_blocks(found.stages, wording)
    yield from _after(best, found, wording)
    yield from _others(best, found, wording)
    yield from blocked_blocks(found, wording, show_all=True)
    yield from _folded(tuple(rejected_blocks(found.rejected, wording, show_all=True)))


def _facts(blocks: Sequence[Block]) -> Iterator[FactSheet]:
    yield next(row for row in blocks if isinstance(row, FactSheet))


def _after(best: Answer, found: Upgrade, wording: Wording) -> Iterator[Item]:
    """Yield the loads of the compound with the works of a plan."""
    if not best.works or best.study_after is None:
        return
    runs = best.study_after.runs
    yield Heading(text=wording("Loads after the works"))
    if best.verdict_after == "ready_managed":
        said = wording(
            "The plan rests on orderly charging: it keeps every limit under control; runs without"
            " control are told for comparison."
        )
        yield Paragraph(text=Text(said))
    yield scenario_table(runs, wording)
    yield from transformer_tables(best.compound_after, found.policy, runs, wording, show_all=True)


def _others(best: Answer, found: Upgrade, wording: Wording) -> Iterator[Fold]:
    """Yield the works of the strategies that would build something else."""
    for answer in found.answers:
        if answer.works and answer.works != best.works:
            strategy = strategy_word(answer.strategy, wording)
            yield Fold(
                title=wording("For comparison, works of the plan: {strategy}", strategy=strategy),
                items=tuple(works_blocks(answer, found, wording, show_all=True))[1:],
            )


def _folded(blocks: Sequence[Block]) -> Iterator[Fold]:
    """Yield a heading and its table as one part that folds."""
    title = next((row.text for row in blocks if isinstance(row, Heading)), "")
    tables = tuple(row for row in blocks if isinstance(row, Table))
    if tables:
        yield Fold(title=title, items=tables)
