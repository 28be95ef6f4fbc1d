"""What stands in the way of a plan: limits no works keep, works that cannot be built."""

from collections.abc import Iterator, Sequence

from gridcalc.checks.finding import Finding
from gridcalc.planning.records import Answer, Blocking, Upgrade
from gridcalc.report.blocks import Block, Column, Heading, Table, Text, plain
from gridcalc.report.finding_words import check_name, kind_of, violated
from gridcalc.report.load_tables import left_out
from gridcalc.report.upgrade_words import kind_word, some_elements, strategy_word
from gridcalc.report.wording import Wording
from gridcalc.upgrade.options import Rejected

_N_SHOWN = 10
"""Rows that are shown without ``--all``."""


def blocked_blocks(found: Upgrade, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    """Yield for each strategy which limits stay broken, the worst first."""
    answers = [row for row in found.answers if row.blocked_by]
    if not answers:
        return
    alike: dict[tuple[Blocking, ...], list[Answer]] = {}
    for answer in answers:
        alike.setdefault(answer.blocked_by, []).append(answer)
    yield Heading(text=wording("Limits that stay broken"))
    for blocked_by, some in alike.items():
        names = wording.words(strategy_word(row.strategy, wording) for row in some)
        yield _blocked_table(blocked_by, names, wording, show_all=show_all)


def _blocked_table(
    blocked_by: Sequence[Blocking], names: str, wording: Wording, *, show_all: bool
) -> Table:
    columns = (
        Column(title=wording("Check"), wraps=True),
        Column(title=wording("Element"), wraps=True),
        Column(title=wording("Value"), align="right"),
        Column(title=wording("Limit")),
        Column(title=wording("Where"), wraps=True),
    )
    at: dict[tuple[str, str, str], list[Blocking]] = {}
    for row in sorted(blocked_by, key=lambda row: -row.finding.rank):
        at.setdefault(row.finding.key, []).append(row)
    found = list(at.values())
    shown = found if show_all else found[:_N_SHOWN]
    return Table(
        caption=names,
        columns=columns,
        rows=tuple(_blocked_row(rows, wording) for rows in shown),
        note=left_out(found, shown, wording),
    )


def _blocked_row(rows: Sequence[Blocking], wording: Wording) -> tuple[Text, ...]:
    worst: Finding = rows[0].finding
    value, limit = violated(worst, wording)
    where = dict.fromkeys((row.scenario, row.charging) for row in rows)
    said = wording.clauses(
        wording("{scenario}, {mode}", scenario=wording.scenario(name), mode=wording.term(charging))
        for name, charging in where
    )
    return (
        Text(check_name(worst.check, kind_of(worst), wording)),
        Text(wording.term(worst.element), "strong"),
        Text(value, "bad"),
        *plain(limit, said),
    )


def rejected_blocks(
    rejected: Sequence[Rejected], wording: Wording, *, show_all: bool
) -> Iterator[Block]:
    """Yield what cannot be built and why; elements with the same reason share a row."""
    if not rejected:
        return
    alike: dict[tuple[str, str], list[str]] = {}
    for row in rejected:
        alike.setdefault((row.kind, wording.note(row.reason)), []).append(row.element)
    found = list(alike.items())
    shown = found if show_all else found[:_N_SHOWN]
    columns = (
        Column(title=wording("Works"), merges=True),
        Column(title=wording("Element"), wraps=True),
        Column(title=wording("Why not"), wraps=True),
    )
    rows = tuple(
        plain(kind_word(kind, wording), some_elements(names, wording, show_all=show_all), reason)
        for (kind, reason), names in shown
    )
    yield Heading(text=wording("Works that cannot be built"))
    yield Table(columns=columns, rows=rows, note=left_out(found, shown, wording))
