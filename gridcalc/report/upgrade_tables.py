"""Plans of works as tables: the answers side by side, the works, the stages."""

from collections.abc import Callable, Iterator, Sequence

from gridcalc.cost import PayerSplit
from gridcalc.planning.records import Answer, Stage, Upgrade, Works
from gridcalc.policy import PAYERS
from gridcalc.report.blocks import Block, Column, FactSheet, Heading, Table, Text, plain
from gridcalc.report.cost_report import payer_basis, payer_text
from gridcalc.report.cost_words import yuan
from gridcalc.report.figures import number, with_unit
from gridcalc.report.load_tables import left_out
from gridcalc.report.upgrade_payers import Borne, borne
from gridcalc.report.upgrade_tree import has_plan, working_days
from gridcalc.report.upgrade_words import (
    TONES,
    change_text,
    kind_word,
    kinds_text,
    number_of_yuan,
    strategy_word,
    works_text,
)
from gridcalc.report.wording import Wording

_NONE = Text("-")
_N_WORKS = 30
"""Works that are shown without ``--all``."""


def answers_table(found: Upgrade, wording: Wording) -> Table:
    """Return the answers side by side: cost, bound, works, days, verdict, payers."""
    columns = (
        Column(title=""),
        *(Column(title=_title(row, found, wording), wraps=True) for row in found.answers),
    )
    rows: list[tuple[str, Callable[[Answer], Text]]] = [
        (wording("Verdict after"), lambda row: _verdict(row, wording)),
        (wording("Works"), lambda row: _works(row, wording)),
        (wording("Number of works"), lambda row: Text(str(len(row.works)))),
        (wording("Cost, typical"), lambda row: Text(yuan(row.bill.cost_yuan.typical), "strong")),
        (wording("Cost, low to high"), _range),
        (wording("Lower bound (gap)"), lambda row: _bound(row, wording)),
        (wording("Days: longest / all"), _days),
        *(
            (wording.term(payer), lambda row, payer=payer: _paid(row, payer))
            for payer in PAYERS
            if any(payer in row.split.totals_yuan for row in found.answers)
        ),
    ]
    cells = [
        (
            Text(label, "strong"),
            *(said(row) if has_plan(row) or i == 0 else _NONE for row in found.answers),
        )
        for i, (label, said) in enumerate(rows)
    ]
    note = wording(
        "yuan; no plan of these works costs less than the lower bound at typical prices; working"
        " days of the longest of the works, and of all one after another"
    )
    return Table(columns=columns, rows=tuple(cells), note=note)


def _title(answer: Answer, found: Upgrade, wording: Wording) -> str:
    """Return the word for a strategy; the least-cost plan names the one it is the same as."""
    word = strategy_word(answer.strategy, wording)
    if answer.strategy != "least_cost":
        return word
    same = [
        strategy_word(row.strategy, wording)
        for row in found.answers
        if row is not answer and has_plan(row) and row.works == answer.works
    ]
    return f"{word} (= {wording.words(same)})" if same and has_plan(answer) else word


def _verdict(answer: Answer, wording: Wording) -> Text:
    word = wording.term(f"short.{answer.verdict_after}")
    return Text(word, TONES[answer.verdict_after])


def _works(answer: Answer, wording: Wording) -> Text:
    return Text(kinds_text(answer.works, wording) or wording("nothing is to be built"))


def _range(answer: Answer) -> Text:
    money = answer.bill.cost_yuan
    return Text(f"{yuan(money.low)} – {yuan(money.high)}")


def _bound(answer: Answer, wording: Wording) -> Text:
    if answer.lower_bound_yuan is None or answer.gap_percent is None:
        return _NONE
    gap = with_unit(number(answer.gap_percent, 1), "%", wording)
    return Text(f"{number_of_yuan(answer.lower_bound_yuan)} ({gap})")


def _days(answer: Answer) -> Text:
    days = working_days(answer.works)
    return Text(f"{days['longest']} / {days['sum']}")


def _paid(answer: Answer, payer: str) -> Text:
    money = answer.split.totals_yuan.get(payer)
    return Text(yuan(money.typical) if money else "0")


def works_blocks(
    answer: Answer, found: Upgrade, wording: Wording, *, show_all: bool
) -> Iterator[Block]:
    """Yield the works of a plan, and the rules by which they are paid."""
    if not answer.works:
        return
    strategy = strategy_word(answer.strategy, wording)
    yield Heading(text=wording("Works: {strategy} [yuan, typical prices]", strategy=strategy))
    shown = answer.works if show_all else answer.works[:_N_WORKS]
    columns = (
        Column(title=wording("Works"), wraps=True, merges=True),
        Column(title=wording("Element"), wraps=True),
        Column(title=wording("From → to"), wraps=True),
        Column(title=wording("Amount"), align="right"),
        Column(title=wording("Cost"), align="right"),
        Column(title=wording("Working days"), align="right"),
        Column(title=wording("Payer"), wraps=True),
        Column(title=wording("Rule"), align="right"),
    )
    rows = [_works_row(row, answer.split, found, wording) for row in shown]
    whole = Text(yuan(answer.bill.cost_yuan.typical), "strong")
    rows.append((Text(wording("Sum"), "strong"), *plain("", "", ""), whole, *plain("", "", "")))
    yield Table(columns=columns, rows=tuple(rows), note=left_out(answer.works, shown, wording))
    yield FactSheet(rows=tuple(_rules(answer.split, found, wording)))


def _works_row(
    works: Works, split: PayerSplit, found: Upgrade, wording: Wording
) -> tuple[Text, ...]:
    change = works.change
    paid = borne(works, found, split)
    numbers = {row.subject: i for i, row in enumerate(split.rows, start=1)}
    rules = sorted(numbers[row.subject] for row in paid.rows)
    return (
        Text(kind_word(works.measure.kind, wording), "strong"),
        *plain(
            wording.term(works.measure.element),
            change_text(works, wording),
            with_unit(f"{change.quantity:,.6g}", change.unit, wording),
            yuan(works.cost_yuan.typical),
            str(works.working_days),
            _payers(paid, wording),
            "".join(f"[{n}]" for n in rules),
        ),
    )


def _payers(paid: Borne, wording: Wording) -> str:
    """Return who pays; shares where several do."""
    if len(paid.bearers) == 1:
        return wording.term(paid.bearers[0].payer)
    return wording.words(
        wording("{payer}, {percent} %", payer=wording.term(row.payer), percent=f"{row.percent:.0f}")
        if row.percent is not None
        else wording.term(row.payer)
        for row in paid.bearers
    )


def _rules(split: PayerSplit, found: Upgrade, wording: Wording) -> Iterator[tuple[str, Text]]:
    """Yield each part of the works by its number: who pays, up to where, by which clause."""
    for i, row in enumerate(split.rows, start=1):
        names = wording.words(payer_text(row, share, wording) for share in row.shares)
        part = wording("{place}: {said}", place=wording.term(f"part.{row.subject}"), said=names)
        ends = wording("up to the {point}", point=wording.term(row.demarcation))
        said = wording.clauses([part, ends, payer_basis(row, found.policy, wording)])
        yield f"[{i}]", Text(said, "quiet")


def stage_blocks(stages: Sequence[Stage], wording: Wording) -> Iterator[Block]:
    """Yield the stages of the least-cost plan."""
    if not stages:
        return
    yield Heading(text=wording("In stages [yuan, typical prices]"))
    columns = (
        Column(title=wording("Private bays"), align="right"),
        Column(title=wording("Scenario"), wraps=True),
        Column(title=wording("Works"), wraps=True),
        Column(title=wording("Cost"), align="right"),
        Column(title=wording("So far"), align="right"),
        Column(title=wording("This stage alone"), align="right"),
        Column(title=wording("Extra"), align="right"),
    )
    note = wording(
        "nothing that a stage builds is replaced by a later one; alone: the cheapest plan if"
        " nothing came after; extra: cost so far less that of the stage alone"
    )
    yield Table(columns=columns, rows=tuple(_stage_row(row, wording) for row in stages), note=note)


def _stage_row(stage: Stage, wording: Wording) -> tuple[Text, ...]:
    alone, extra = stage.cheapest_alone_yuan, stage.extra_yuan
    return (
        Text(with_unit(f"{stage.bays_percent:g}", "%", wording), "strong"),
        *plain(
            wording.scenario(stage.scenario),
            works_text(stage.works, wording) or wording("nothing"),
            yuan(stage.bill.cost_yuan.typical),
            yuan(stage.cumulative_yuan.typical),
            "-" if alone is None else yuan(alone.typical),
            "-" if extra is None else number_of_yuan(extra),
        ),
    )
