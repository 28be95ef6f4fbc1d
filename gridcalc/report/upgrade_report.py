"""The story of ``upgrade``: the answer, three plans side by side, works, stages, what is open."""

from collections.abc import Iterator

from gridcalc.outcome import Binding
from gridcalc.planning.records import Answer, Upgrade
from gridcalc.provenance import is_verified
from gridcalc.report.assumptions import assumption_blocks
from gridcalc.report.blocks import Block, FactSheet, Heading, Output, Paragraph, Text
from gridcalc.report.conventions import days_text
from gridcalc.report.cost_report import (
    bill_blocks,
    compound_text,
    handover_text,
    payer_blocks,
    price_blocks,
)
from gridcalc.report.cost_words import book_text, estimate_text, price_name
from gridcalc.report.finding_words import place_text, value_and_limit
from gridcalc.report.upgrade_limits import blocked_blocks, rejected_blocks
from gridcalc.report.upgrade_stopped import stopped_text
from gridcalc.report.upgrade_tables import answers_table, stage_blocks, works_blocks
from gridcalc.report.upgrade_tree import all_assumptions, has_plan, upgrade_rows, upgrade_tree
from gridcalc.report.upgrade_words import TONES, headline, price_checks_text, settings_text
from gridcalc.report.wording import Wording

_PRICES = ("price.", "share.")


def upgrade_output(found: Upgrade, wording: Wording, *, show_all: bool) -> Output:
    """Return the outcome of ``upgrade``.

    Parameters
    ----------
    found
        The plans.
    wording
        The language.
    show_all
        Show the works of every strategy, the bill, all that cannot be built and all assumptions.
    """
    return Output(
        tree=upgrade_tree(found),
        rows=upgrade_rows(found),
        blocks=tuple(_story(found, wording, show_all=show_all)),
    )


def _story(found: Upgrade, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    best = found.answer("least_cost")
    yield Heading(text=f"{found.compound.id}  {found.compound.name}", level=1)
    yield FactSheet(rows=tuple(_facts(found, best, wording)))
    if not any(row.works for row in found.answers) and has_plan(best):
        return
    if any(has_plan(row) for row in found.answers):
        yield answers_table(found, wording)
    for answer in _different(found) if show_all else (best,):
        yield from works_blocks(answer, found, wording, show_all=show_all)
    if show_all and best.works:
        yield from bill_blocks(best.bill, wording)
        yield from payer_blocks(best.split, found.policy, wording)
    yield from stage_blocks(found.stages, wording)
    yield from blocked_blocks(found, wording, show_all=show_all)
    yield from rejected_blocks(found.rejected, wording, show_all=show_all)
    yield from _open(found, wording, show_all=show_all)


def _different(found: Upgrade) -> Iterator[Answer]:
    """Yield the answers, the least-cost one first; one with the works of another is left out."""
    told: list[Answer] = []
    for answer in reversed(found.answers):
        if all(answer.works != other.works for other in told):
            told.append(answer)
            yield answer


def _facts(found: Upgrade, best: Answer, wording: Wording) -> Iterator[tuple[str, Text]]:
    before = found.before
    said = wording.term(f"short.{before.verdict}")
    if before.binding is not None:
        said = wording.clauses([said, _binding(before.binding, wording)])
    unfitted = before.verdict == "ready_managed" and not found.compound.orderly_charging
    yield wording("As it is"), Text(said, "warn" if unfitted else TONES[before.verdict])
    yield wording("Answer"), headline(best, wording)
    if found.stopped is not None:
        yield wording("Stopped"), stopped_text(found.stopped, best, wording)
    if has_plan(best) and best.works:
        yield from _plan_facts(found, best, wording)
    yield wording("Searched"), Text(settings_text(found.settings, wording), "quiet")
    scenarios = dict.fromkeys(run.scenario for run in before.runs)
    said = wording.words(wording.scenario(name) for name in scenarios)
    if said:
        yield wording("Scenarios"), Text(said, "quiet")
    policy = found.policy
    said = f"{wording.either(zh=policy.title, en=policy.title_en)} [{policy.id}]"
    yield wording("Rules"), Text(said, "quiet")
    days = days_text(before.runs, before.seed, wording)
    if days:
        yield wording("Days"), Text(days, "quiet")


def _binding(binding: Binding, wording: Wording) -> str:
    value, limit = value_and_limit(binding.finding, wording)
    return wording(
        "{place}: {said}",
        place=wording(
            "{what} in {scenario}",
            what=place_text(binding.finding, wording),
            scenario=wording.scenario(binding.scenario),
        ),
        said=wording("{value}, limit {limit}", value=value, limit=limit),
    )


def _plan_facts(found: Upgrade, best: Answer, wording: Wording) -> Iterator[tuple[str, Text]]:
    yield wording("Cost"), Text(estimate_text(best.bill.cost_yuan, wording), "strong")
    if best.price_checks:
        yield wording("Range of prices"), price_checks_text(best.price_checks, wording)
    said = wording(
        "a complete study of the compound with the works: {verdict}; {n} plans were judged",
        verdict=wording.term(f"short.{best.verdict_after}"),
        n=best.n_judged,
    )
    yield wording("Verified by"), Text(said)
    yield wording("Compound is"), Text(compound_text(best.split, wording))
    yield wording("Demarcation point"), handover_text(best.split, found.policy, wording)
    yield wording("Prices"), Text(book_text(found.prices, wording), "quiet")


def _open(found: Upgrade, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    """Yield what is to be verified: prices on their own, and all else by topic."""
    prices = dict.fromkeys(line.price for row in found.answers for line in row.bill.lines)
    if show_all:
        yield from price_blocks(prices, found.policy, wording)
    else:
        names = [price_name(row, wording) for row in prices if not is_verified(row.confidence)]
        if names:
            title = wording("Prices to be verified ({n})", n=len(names))
            yield Heading(text=title)
            yield Paragraph(text=Text(wording.clauses(names)))
    rest = [row for row in all_assumptions(found) if not row.name.startswith(_PRICES)]
    yield from assumption_blocks(rest, found.policy, wording, show_all=show_all)
