"""What the results rest on: every assumption by topic, with source and mark; prices to verify."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gridcalc.dossier import Dossier
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption, is_verified
from gridcalc.report.assumptions import assumption_blocks
from gridcalc.report.blocks import Heading, Paragraph, Table, Text
from gridcalc.report.cost_report import price_blocks
from gridcalc.report.page.deadlines import deadline_assumptions, timed
from gridcalc.report.page.parts import Fold, Item
from gridcalc.report.upgrade_tree import all_assumptions
from gridcalc.report.wording import Wording

_PRICED = ("price.", "share.")
"""Prices and shares have a table of their own."""


def assumptions_of(dossier: Dossier) -> tuple[Assumption, ...]:
    """Return the assumptions of study, plan and routes by name, each once."""
    rows = list(dossier.study.assumptions)
    if dossier.upgrade is not None:
        rows += all_assumptions(dossier.upgrade)
    if dossier.connection is not None:
        rows += dossier.connection.assumptions
    told = {(row.name, repr(row.value), row.source): row for row in reversed(rows)}
    kept = [row for row in told.values() if not row.name.startswith(_PRICED)]
    return tuple(sorted(kept, key=lambda row: (row.name, row.note, repr(row.value))))


def n_open(rows: Iterable[Assumption]) -> int:
    """Return how many of some assumptions are to be verified."""
    return sum(not is_verified(row.confidence) for row in rows)


def open_items(dossier: Dossier, wording: Wording) -> Iterator[Item]:
    """Yield what is to be verified by topic, then prices and deadlines, then what is verified."""
    rows = assumptions_of(dossier)
    unproved = [row for row in rows if not is_verified(row.confidence)]
    said = wording(
        "{n} of {total} values are to be verified; the others were read in their source or are"
        " computed.",
        n=len(unproved),
        total=len(rows),
    )
    yield Paragraph(text=Text(said))
    yield from _topics(unproved, dossier.policy, wording)
    yield from _prices(dossier, wording)
    yield from _deadlines(dossier, wording)
    proved = [row for row in rows if is_verified(row.confidence)]
    if proved:
        title = wording("Values read in their source or computed ({n})", n=len(proved))
        yield Fold(title=title, items=tuple(_topics(proved, dossier.policy, wording)))


def _topics(rows: Sequence[Assumption], policy: PolicyPack, wording: Wording) -> Iterator[Item]:
    """Yield one table per topic, in the order of their names."""
    topics: dict[str, list[Assumption]] = {}
    for row in rows:
        topics.setdefault(row.name.split(".", maxsplit=1)[0], []).append(row)
    for topic, some in topics.items():
        caption = wording.term(f"topic.{topic}")
        blocks = assumption_blocks(some, policy, wording, show_all=True)
        yield from (replace(row, caption=caption) for row in blocks if isinstance(row, Table))


def _prices(dossier: Dossier, wording: Wording) -> Iterator[Item]:
    found, connection = dossier.upgrade, dossier.connection
    bills = [row.bill for row in found.answers] if found is not None else []
    bills += [row.bill for row in connection.routes] if connection is not None else []
    prices = (line.price for bill in bills for line in bill.lines)
    yield from price_blocks(prices, dossier.policy, wording)


def _deadlines(dossier: Dossier, wording: Wording) -> Iterator[Item]:
    if dossier.timeline is None:
        return
    blocks = deadline_assumptions(timed(dossier, dossier.timeline), wording)
    if blocks:
        yield Heading(text=wording("Deadlines to be verified"))
        yield from blocks
