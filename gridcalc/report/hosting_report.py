"""The story of ``hosting``: how many chargers fit, at which risk, and what binds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gridcalc.hosting.records import CurvePoint, Hosting, HostingResult, Limit
from gridcalc.report.blocks import NO_BREAK, Block, Column, FactSheet, Heading, Output, Table, Text
from gridcalc.report.figures import number, quantity
from gridcalc.report.finding_words import check_name
from gridcalc.report.hosting_tree import hosting_rows, hosting_tree
from gridcalc.report.modes import FACTOR, Mode, mode_word
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT

_NONE = "-"
_BAR = 10
"""Columns of a full bar."""
_MOST_BARS = 3
_STEP = 2
"""Every second point of the curve is drawn; csv and json hold all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """A hosting capacity and the settings it was searched with.

    ``participation_percent`` is the share of private cars under orderly control. [%]
    """

    hosting: Hosting
    n_draws: int
    participation_percent: float


def hosting_output(found: Hosted, wording: Wording) -> Output:
    """Return the outcome of ``hosting``."""
    extra = {
        "n_draws": found.n_draws,
        "participation_percent": found.participation_percent,
    }
    return Output(
        tree=hosting_tree(found.hosting, extra),
        rows=hosting_rows(found.hosting),
        blocks=tuple(_story(found, wording)),
    )


def _story(found: Hosted, wording: Wording) -> Iterator[Block]:
    hosting = found.hosting
    yield Heading(text=f"{hosting.compound_id}  {hosting.compound_name}", level=1)
    yield FactSheet(rows=tuple(_facts(found, wording)))
    yield _capacity_table(hosting, wording)
    yield _binding_table(hosting, wording)
    curves = [row for row in hosting.results if row.curve]
    if curves:
        yield _curve_table(curves, wording)
    yield _conventions(wording)


def _facts(found: Hosted, wording: Wording) -> Iterator[tuple[str, Text]]:
    hosting = found.hosting
    said = wording(
        "{n}, {today} of them with a charger today",
        n=hosting.n_private_bays,
        today=hosting.n_today,
    )
    yield wording("Private bays"), Text(said, "strong")
    said = wording(
        "{scenario}: its sockets are connected, its chargers are what is searched",
        scenario=wording.scenario(hosting.scenario),
    )
    yield wording("Scenario searched"), Text(said)
    risk = f"{PERCENT * hosting.accepted_risk:g}"
    said = wording("{risk} % of the draws may break a limit", risk=risk)
    yield wording("Accepted risk"), Text(said)
    yield wording("Draws"), Text(_draws(found, wording))
    yield wording("Rules"), Text(hosting.policy, "quiet")


def _draws(found: Hosted, wording: Wording) -> str:
    rows = found.hosting.results
    seasons = dict.fromkeys(row.season for row in rows if row.mode != FACTOR)
    draws = [
        wording(
            "{n} draws of a {season} day and of a random order in which bays are equipped",
            n=found.n_draws,
            season=wording.term(season),
        )
        for season in seasons
    ]
    said = wording(
        "{draws}; seed {seed}, engine {engine}",
        draws=wording.clauses(draws),
        seed=found.hosting.seed,
        engine=found.hosting.engine,
    )
    share = ""
    if any(row.mode == "managed" for row in rows):
        share = wording(
            "managed: {share} % of the private cars take part",
            share=f"{found.participation_percent:g}",
        )
    return wording.clauses([said, share]).replace(" %", f"{NO_BREAK}%")


def _mode(row: HostingResult) -> Mode:
    return Mode(name=FACTOR if row.mode == FACTOR else row.charging, season=row.season)


def _word(row: HostingResult, rows: Sequence[HostingResult], wording: Wording) -> str:
    return mode_word(_mode(row), [_mode(other) for other in rows], wording)


def _capacity_table(hosting: Hosting, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Method, charging")),
        Column(title=wording("Fits"), align="right"),
        Column(title=wording("Risk (95 % interval)"), align="right"),
        Column(title=wording("Some draw breaks from"), align="right"),
        Column(title=wording("All draws break from"), align="right"),
        Column(title=wording("Energy"), align="right"),
        Column(title=wording("Charges"), align="right"),
    )
    rows = tuple(
        (
            Text(_word(row, hosting.results, wording), "strong"),
            fits_text(row, hosting.n_private_bays, wording),
            Text(_risk(row, wording)),
            Text(_NONE if row.n_first is None else str(row.n_first)),
            Text(_NONE if row.n_all is None else str(row.n_all)),
            Text(quantity(row.energy_delivered_percent, "%", wording)),
            Text(quantity(row.sessions_served_percent, "%", wording)),
        )
        for row in hosting.results
    )
    return Table(columns=columns, rows=rows)


def fits_text(row: HostingResult, total: int, wording: Wording) -> Text:
    """Return how many of the private bays fit; the share is rounded down."""
    if row.n_max is None or row.share_percent is None:
        return Text(wording("not even those of today"), "bad")
    said = wording(
        "{n} of {total} ({share} %)", n=row.n_max, total=total, share=int(row.share_percent)
    )
    return Text(said, "good" if row.n_max == total else "warn")


def _risk(row: HostingResult, wording: Wording) -> str:
    if row.risk is None or row.risk_low is None or row.risk_high is None:
        return _NONE
    risk, low, high = (number(PERCENT * x, 1) for x in (row.risk, row.risk_low, row.risk_high))
    return f"{risk} % ({low}…{high} {wording.term('%')})"


def _binding_table(hosting: Hosting, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Method, charging")),
        Column(title=wording("What binds"), wraps=True),
        Column(title=wording("Without it")),
        Column(title=wording("Then binds"), wraps=True),
    )
    rows = tuple(
        (
            Text(_word(row, hosting.results, wording), "strong"),
            Text(_limit(row.binding, wording)),
            Text(_without(row, wording)),
            Text(_NONE if row.n_without_binding is None else _limit(row.next_binding, wording)),
        )
        for row in hosting.results
    )
    return Table(columns=columns, rows=rows)


def _without(row: HostingResult, wording: Wording) -> str:
    if row.n_without_binding is None:
        return _NONE
    return wording("fits {n}", n=row.n_without_binding)


def _limit(limit: Limit | None, wording: Wording) -> str:
    if limit is None:
        return wording("nothing")
    kind = limit.quantity.split(" ", maxsplit=1)[0]
    name = check_name(limit.check, kind, wording)
    return wording("{check} at {element}", check=name, element=wording.term(limit.element))


def _curve_table(rows: Sequence[HostingResult], wording: Wording) -> Table:
    columns = (
        Column(title=wording("Share of bays"), align="right"),
        Column(title=wording("Chargers"), align="right"),
        *(Column(title=_word(row, rows, wording)) for row in rows),
    )
    lines = tuple(
        (
            Text(quantity(points[0].share_percent, "%", wording), "strong"),
            Text(str(points[0].n)),
            *(_bar(point, _BAR if len(rows) <= _MOST_BARS else 0, wording) for point in points),
        )
        for points in list(zip(*(row.curve for row in rows), strict=True))[::_STEP]
    )
    caption = wording("Probability that some limit is broken")
    return Table(columns=columns, rows=lines, caption=caption)


def _bar(point: CurvePoint, width: int, wording: Wording) -> Text:
    n = round(width * point.violation_probability)
    share = number(PERCENT * point.violation_probability, 1)
    return Text(f"{'█' * n}{'░' * (width - n)} {share:>5} {wording.term('%')}".lstrip())


def _conventions(wording: Wording) -> FactSheet:
    factor = wording(
        "design demand of the factor method, public chargers in step; the largest number with no"
        " new violation"
    )
    simulated = wording(
        "each draw holds up to one number, because a bay more only adds; the answer is the largest"
        " number that at most the accepted share of the draws does not hold; Wilson interval"
    )
    both = wording(
        "violations of today do not count unless they get worse; energy and charges served under"
        " control are what all but the accepted share of the days reach"
    )
    beside = wording(
        "A draw fails when any limit anywhere is broken; check judges every element by its own"
        " percentile and so can pass where a few percent of the draws fail"
    )
    rows = (
        (wording.term("label.factor"), factor),
        (wording.term("label.stochastic"), simulated),
        (wording("Counted"), wording.clauses([both, beside])),
    )
    return FactSheet(rows=tuple((label, Text(text, "quiet")) for label, text in rows))
