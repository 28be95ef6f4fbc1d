"""What a result rests on without proof: short by topic, or every value with its source."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption, is_verified
from gridcalc.report.basis import title_of
from gridcalc.report.blocks import NO_BREAK, Block, Column, Heading, Paragraph, Table, Text, plain
from gridcalc.report.figures import value_text, with_unit
from gridcalc.report.wording import Wording

_EQUIPMENT = "equipment"
_SHORT = 30
_TOLD_IN_FULL = {
    "ev": ("ev.plug_in_probability", "ev.mean_energy_kwh", "ev.departure_clock_h"),
    "ebike": ("ebike.p_kw_per_socket", "ebike.coincidence", "ebike.charges_per_socket_day"),
    "timer": ("timer.responder_share", "timer.spread_min"),
    "orderly": ("orderly.participation_share", "orderly.headroom_percent"),
    "ageing": ("ageing.dry_class", "ageing.oil_paper"),
}
"""Of topics with many values, the ones that are told without ``--all``."""
_NOT_GIVEN = re.compile(r"(?P<field>\w+\.\w+) not given in (?P<n>\d+) entries")


def assumption_blocks(
    rows: Sequence[Assumption], policy: PolicyPack, wording: Wording, *, show_all: bool
) -> Iterator[Block]:
    """Yield the values to be verified by topic, or with ``show_all`` every value on its own."""
    if not rows:
        return
    open_rows = [row for row in rows if not is_verified(row.confidence)]
    title = wording("Assumptions to be verified ({n})", n=len(open_rows))
    yield Heading(text=wording("All assumptions") if show_all else title)
    if show_all:
        yield _full_table(rows, policy, wording)
        return
    if open_rows:
        yield _short_table(open_rows, policy, wording)
    n_more = len(rows) - len(open_rows)
    yield Paragraph(text=Text(_more(n_more, wording), "quiet"))


def _more(n: int, wording: Wording) -> str:
    if not n:
        return wording("--all lists their sources")
    return wording("{n} more values are verified; --all lists all with their sources", n=n)


def name_of(row: Assumption, policy: PolicyPack, wording: Wording) -> str:
    """Return the title of the rule an assumption comes from, or the word for its name."""
    rule = policy.rules.get(row.name)
    if rule is not None:
        return wording.either(zh=rule.title_zh, en=rule.title_en)
    if row.name.startswith(f"{_EQUIPMENT}."):
        return row.name.removeprefix(f"{_EQUIPMENT}.")
    general, _, kind = row.name.rpartition(".")
    rule = policy.rules.get(general)
    if rule is not None:
        name = wording.either(zh=rule.title_zh, en=rule.title_en)
        return wording("{name} ({kind})", name=name, kind=wording.term(kind))
    return wording.term(row.name)


def _short_table(rows: Sequence[Assumption], policy: PolicyPack, wording: Wording) -> Table:
    topics: dict[str, dict[str, None]] = {}
    n_left_out: Counter[str] = Counter()
    for row in rows:
        topic = row.name.split(".", maxsplit=1)[0]
        if row.name in _TOLD_IN_FULL.get(topic, (row.name,)):
            topics.setdefault(topic, {})[_short(row, policy, wording)] = None
        else:
            n_left_out[topic] += 1
    for topic, n in n_left_out.items():
        topics.setdefault(topic, {})[wording("and {n} more", n=n)] = None
    columns = (Column(title=wording("Topic")), Column(title=wording("Values"), wraps=True))
    shown = tuple(
        plain(wording.term(f"topic.{topic}"), wording.clauses(said))
        for topic, said in topics.items()
    )
    return Table(columns=columns, rows=shown, has_header=False)


def _short(row: Assumption, policy: PolicyPack, wording: Wording) -> str:
    name = name_of(row, policy, wording)
    if row.name.startswith(f"{_EQUIPMENT}."):
        return name
    said = wording("{name} = {value}", name=name, value=_value(row, wording))
    head, tail = said[: len(name)], said[len(name) :]
    return head + (tail.replace(" ", NO_BREAK) if len(tail) <= _SHORT else tail)


def _value(row: Assumption, wording: Wording) -> str:
    return with_unit(value_text(row.value, wording), row.unit, wording)


def _full_table(rows: Sequence[Assumption], policy: PolicyPack, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Quantity"), wraps=True),
        Column(title=wording("Value"), wraps=True),
        Column(title=wording("Mark")),
        Column(title=wording("Source"), wraps=True),
        Column(title=wording("Remark"), wraps=True),
    )
    shown = tuple(
        (
            *plain(name_of(row, policy, wording), _value(row, wording)),
            _mark(row, wording),
            Text(title_of(row.source, wording, policy), "quiet"),
            Text(_remark(row, wording), "quiet"),
        )
        for row in rows
    )
    return Table(columns=columns, rows=shown)


def _mark(row: Assumption, wording: Wording) -> Text:
    mark = wording.term(row.confidence)
    if is_verified(row.confidence):
        return Text(mark, "good")
    return Text(wording("{mark}, to be verified", mark=mark), "warn")


def _remark(row: Assumption, wording: Wording) -> str:
    """Return which keys of the file replace the value; notes of the packs are English only."""
    missing = _NOT_GIVEN.match(row.note)
    if missing is not None:
        said = wording("{field} not given in {n} entries", field=missing["field"], n=missing["n"])
        return said + (row.note[missing.end() :] if wording.lang == "en" else "")
    return row.note if wording.lang == "en" else ""
