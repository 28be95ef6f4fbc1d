"""The story of ``timeline``: when, by which steps, within which limits, resting on what."""

from collections.abc import Iterator
from datetime import date

from gridcalc.provenance import Assumption, is_verified
from gridcalc.report.assumptions import name_of
from gridcalc.report.basis import Basis as Citation
from gridcalc.report.basis import basis_short, title_of
from gridcalc.report.blocks import (
    Block,
    Column,
    FactSheet,
    Heading,
    Output,
    Paragraph,
    Table,
    Text,
    plain,
)
from gridcalc.report.figures import value_text, with_unit
from gridcalc.report.timeline_tree import Timed, cited, timeline_rows, timeline_tree
from gridcalc.report.wording import Wording
from gridcalc.timeline.records import Basis, DatedStep, Limit, Timeline

_SHARE = "timeline.share."


def timeline_output(found: Timed, wording: Wording) -> Output:
    """Return the timeline of a connection."""
    return Output(
        tree=timeline_tree(found, wording),
        rows=timeline_rows(found, wording),
        blocks=tuple(_story(found, wording)),
    )


def _story(found: Timed, wording: Wording) -> Iterator[Block]:
    timeline = found.timeline
    yield Heading(text=f"{found.compound.id}  {found.compound.name}", level=1)
    yield FactSheet(rows=tuple(_facts(found, wording)))
    yield Heading(text=wording("Steps"))
    yield _step_table(found, wording)
    yield Heading(text=wording("Limits on several steps together"))
    yield _limit_table(found, wording)
    for text in remarks(timeline, wording):
        yield Paragraph(text=text)
    open_rows = [row for row in timeline.assumptions if not is_verified(row.confidence)]
    if open_rows:
        yield Heading(text=wording("Assumptions to be verified ({n})", n=len(open_rows)))
        yield _assumption_table(found, open_rows, wording)


def duration_text(timeline: Timeline, wording: Wording) -> str:
    """Return how long a connection takes, in working days and in calendar days."""
    return wording(
        "{working} working days, {calendar} calendar days",
        working=timeline.working_days,
        calendar=timeline.calendar_days,
    )


def customer_text(timeline: Timeline, wording: Wording) -> str:
    """Return the kind of customer, and whether it is an important user."""
    settled = timeline.settled
    important = wording("important user") if settled.important_user else ""
    return wording.clauses([wording.term(settled.customer), important])


def remarks(timeline: Timeline, wording: Wording) -> Iterator[Text]:
    """Yield what a reader has to know about the dates."""
    if timeline.known_until is not None:
        said = wording(
            "No holiday schedule after {day} is known to this version: there, weekends and"
            " statutory holidays rest and no weekend is worked in exchange; to be verified"
            " against the State Council's notice.",
            day=timeline.known_until.isoformat(),
        )
        yield Text(said, "warn")
    yield Text(
        wording(
            "Every step takes as long as its deadline allows: the latest dates, not a forecast."
        ),
        "quiet",
    )
    if timeline.settled.design_days is None:
        said = wording("The customer's own design and works inside are not counted.")
    else:
        said = wording("The customer's own works inside are not counted.")
    yield Text(said, "quiet")


def _facts(found: Timed, wording: Wording) -> Iterator[tuple[str, Text]]:
    timeline = found.timeline
    yield wording("Connected by"), Text(_day(timeline.finish, wording), "strong")
    yield wording("Takes"), Text(duration_text(timeline, wording))
    yield wording("Application"), Text(_start_text(timeline, wording))
    yield wording("Customer"), _customer_fact(found, wording)
    yield wording("External works"), Text(_works_text(timeline, wording))
    path = " → ".join(wording.term(name) for name in timeline.critical_path)
    yield wording("Critical path"), Text(path)
    yield wording("Within the limits"), _kept_text(timeline, wording)
    policy = found.policy
    said = f"{wording.either(zh=policy.title, en=policy.title_en)} [{policy.id}]"
    yield wording("Deadlines by"), Text(said, "quiet")


def _day(day: date, wording: Wording) -> str:
    return wording("{day} ({weekday})", day=day.isoformat(), weekday=_weekday(day, wording))


def _weekday(day: date, wording: Wording) -> str:
    return wording.term(f"weekday.{day.isoweekday()}")


def _start_text(timeline: Timeline, wording: Wording) -> str:
    said = _day(timeline.start, wording)
    if timeline.accepted == timeline.start:
        return said
    moved = wording("a rest day, counts as of {day}", day=_day(timeline.accepted, wording))
    return wording.clauses([said, moved])


def _customer_fact(found: Timed, wording: Wording) -> Text:
    said = customer_text(found.timeline, wording)
    if not any(row.name == "timeline.customer" for row in found.timeline.settled.assumptions):
        return Text(said)
    ids = wording.words(source.id for source in found.compound.sources)
    derived = wording("derived from the 10 kV sources {ids}", ids=ids)
    return Text(wording.clauses([said, derived]))


def _works_text(timeline: Timeline, wording: Wording) -> str:
    settled = timeline.settled
    if not settled.external_works:
        return wording("none")
    if settled.permit is None:
        return wording("yes, without permit")
    return wording("yes, permit by {kind}", kind=wording.term(settled.permit))


def _kept_text(timeline: Timeline, wording: Wording) -> Text:
    broken = [limit for limit in timeline.limits if limit.status == "fail"]
    if not broken:
        return Text(wording.term("pass"), "good")
    said = wording.clauses(_limit_said(limit, wording) for limit in broken)
    return Text(wording("no: {limits}", limits=said), "bad")


def _limit_said(limit: Limit, wording: Wording) -> str:
    return wording(
        "{limit} takes {days} working days, {allowed} are allowed",
        limit=wording.term(f"limit.{limit.id}"),
        days=limit.working_days,
        allowed=limit.limit_working_days,
    )


def _step_table(found: Timed, wording: Wording) -> Table:
    columns = (
        Column(title="", align="right"),
        Column(title=wording("Step"), wraps=True),
        Column(title=wording("After step"), align="right"),
        Column(title=wording("Working days"), align="right"),
        Column(title=wording("First day")),
        Column(title=wording("Last day")),
        Column(title=wording("Slack"), align="right"),
        Column(title=wording("By")),
        Column(title=wording("Basis"), wraps=True),
    )
    numbers = {row.step.id: k for k, row in enumerate(found.timeline.steps, start=1)}
    rows = tuple(_step_row(row, numbers, found, wording) for row in found.timeline.steps)
    note = wording("slack in working days; 0: on the critical path")
    if any(row.step.is_share for row in found.timeline.steps):
        whole = wording("share: only the sum of these steps is stated, see the limits below")
        note = wording.clauses([note, whole])
    return Table(columns=columns, rows=rows, note=note)


def _step_row(
    row: DatedStep, numbers: dict[str, int], found: Timed, wording: Wording
) -> tuple[Text, ...]:
    step = row.step
    after = wording.words(str(numbers[name]) for name in step.after)
    return (
        Text(str(numbers[step.id])),
        Text(wording.term(step.id), "strong" if row.is_critical else "plain"),
        *plain(after, str(step.working_days), row.start.isoformat(), row.finish.isoformat()),
        *plain(str(row.slack_days), wording.term(step.responsible)),
        Text(_step_basis(row, found, wording)),
    )


def _step_basis(row: DatedStep, found: Timed, wording: Wording) -> str:
    basis = row.step.basis
    if not basis.rules:
        return wording("given by the user")
    if not row.step.is_share:
        return _basis(basis, found, wording)
    share = basis.rules[-1]
    n_days = sum(r.step.working_days for r in found.timeline.steps if r.step.is_share)
    said = wording("share of {n} days", n=n_days)
    if is_verified(share.confidence):
        return said
    mark = wording.term(share.confidence)
    return wording("{cited}; to be verified ({mark})", cited=said, mark=mark)


def _basis(basis: Basis, found: Timed, wording: Wording) -> str:
    where = cited(basis)
    citation = Citation(source=where["source"], clause=where["clause"], confidence=basis.confidence)
    return basis_short(citation, wording, found.policy)


def _limit_table(found: Timed, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Limit on"), wraps=True),
        Column(title=wording("Working days"), align="right"),
        Column(title=wording("Limit"), align="right"),
        Column(title=wording("Status")),
        Column(title=wording("Basis"), wraps=True),
    )
    tones = {"pass": "good", "fail": "bad"}
    rows = tuple(
        (
            Text(wording.term(f"limit.{row.id}")),
            *plain(str(row.working_days), str(row.limit_working_days)),
            Text(wording.term(row.status), tones.get(row.status, "quiet")),  # type: ignore[arg-type]
            Text(_basis(row.basis, found, wording)),
        )
        for row in found.timeline.limits
    )
    told = any(row.status == "info" for row in found.timeline.limits)
    note = wording("info: holds for customers in the zero-investment service") if told else ""
    return Table(columns=columns, rows=rows, note=note)


def _assumption_table(found: Timed, rows: list[Assumption], wording: Wording) -> Table:
    """Return the values to be verified; the shares of the steps stand in one row."""
    columns = (
        Column(title=wording("Quantity"), wraps=True),
        Column(title=wording("Value"), wraps=True),
        Column(title=wording("Mark")),
        Column(title=wording("Source"), wraps=True),
    )
    shares = [row for row in rows if row.name.startswith(_SHARE)]
    shown = [
        (
            *plain(name_of(row, found.policy, wording), _value(row, wording)),
            Text(wording.term(row.confidence), "warn"),
            Text(title_of(row.source, wording, found.policy), "quiet"),
        )
        for row in rows
        if row not in shares
    ]
    if shares:
        said = wording.words(
            f"{wording.term(row.name.removeprefix(_SHARE))} {value_text(row.value, wording)}"
            for row in shares
        )
        shown.append(
            (
                *plain(wording("Shares of the utility's steps"), said),
                Text(wording.term(shares[0].confidence), "warn"),
                Text(title_of(shares[0].source, wording, found.policy), "quiet"),
            )
        )
    return Table(columns=columns, rows=tuple(shown))


def _value(row: Assumption, wording: Wording) -> str:
    return with_unit(value_text(row.value, wording), row.unit, wording)
