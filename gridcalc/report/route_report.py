"""The story of ``route``: the recommended way, the others beside it, sources, what is open."""

from collections.abc import Iterator

from gridcalc.connection.records import (
    Connection,
    Detour,
    RouteOption,
    SourceJudgement,
    percent_above,
)
from gridcalc.cost.money import total
from gridcalc.report.assumptions import assumption_blocks
from gridcalc.report.basis import Basis, basis_text
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
from gridcalc.report.cost_report import bill_blocks
from gridcalc.report.cost_words import book_text, estimate_text, yuan
from gridcalc.report.finding_words import check_name, kind_of, value_and_limit
from gridcalc.report.load_tables import left_out
from gridcalc.report.route_tree import route_rows, route_tree
from gridcalc.report.route_words import (
    along_text,
    conditions_text,
    crossings_text,
    labels_text,
    margin_text,
    metres,
    permit_text,
    route_text,
)
from gridcalc.report.wording import Wording

_N_WARNINGS = 8


def route_output(found: Connection, wording: Wording, *, show_all: bool) -> Output:
    """Return the outcome of ``route``.

    Parameters
    ----------
    found
        Sources and routes.
    wording
        The language.
    show_all
        Show every source, every assumption and the bill of the recommended route.
    """
    return Output(
        tree=route_tree(found),
        rows=route_rows(found),
        blocks=tuple(_story(found, wording, show_all=show_all)),
    )


def _story(found: Connection, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    yield Heading(text=f"{found.site.id}  {found.site.name}".rstrip(), level=1)
    yield FactSheet(rows=tuple(_facts(found, wording)))
    if found.routes:
        yield Heading(text=wording("Routes"))
        yield _routes_table(found, wording)
        yield Heading(text=wording("Where they run"))
        yield _ways_table(found, wording)
        yield Heading(text=wording("Checks of the line"))
        yield from (_checks_table(k, found, wording) for k in range(len(found.recommended)))
        if show_all:
            for row in found.recommended:
                yield from bill_blocks(row.bill, wording)
    yield from _source_blocks(found, wording, show_all=show_all)
    yield from _warning_blocks(found, wording, show_all=show_all)
    yield from assumption_blocks(found.assumptions, found.policy, wording, show_all=show_all)


def _facts(found: Connection, wording: Wording) -> Iterator[tuple[str, Text]]:
    yield wording("Asked for"), Text(_asked(found, wording))
    if found.routes:
        yield from _answer(found, wording)
    else:
        yield wording("Answer"), Text(_no_route(found, wording), "bad")
        if found.remedies:
            said = wording.words(wording.term(f"remedy.{row}") for row in found.remedies)
            yield wording("What could help"), Text(said)
    if found.detour is not None:
        yield wording("To be filed"), Text(_detour(found.detour, wording))
    permits = [row.permit for row in found.recommended]
    permit = permits[0] if permits else None
    if permit is not None and permit.clause:
        basis = Basis(
            source=permit.rule.document,
            clause=permit.rule.clause,
            confidence=permit.rule.confidence,
        )
        yield wording("Permit"), Text(basis_text(basis, wording, found.policy), "quiet")
    conditions = dict.fromkeys(conditions_text(row, wording) for row in permits)
    for said in filter(None, conditions):
        yield wording("Conditions"), Text(said)
    policy = found.policy
    said = f"{wording.either(zh=policy.title, en=policy.title_en)} [{policy.id}]"
    yield wording("Rules"), Text(said, "quiet")
    yield wording("Prices"), Text(book_text(found.prices, wording), "quiet")
    said = wording(
        "lengths in EPSG:{epsg}; lines in longitude and latitude of CGCS2000", epsg=found.site.epsg
    )
    yield wording("Map"), Text(said, "quiet")


def _asked(found: Connection, wording: Wording) -> str:
    return wording.clauses(
        [
            wording("{n:g} kVA", n=found.demand_kva),
            wording.term(f"supply.{found.site.supply}"),
            found.cable.name,
        ]
    )


def _answer(found: Connection, wording: Wording) -> Iterator[tuple[str, Text]]:
    routes = found.recommended
    for row in routes:
        yield wording("Recommended"), route_text(row, wording)
    cost_yuan = total(row.bill.cost_yuan for row in routes)
    yield wording("Cost"), Text(estimate_text(cost_yuan, wording), "strong")
    if found.why:
        yield wording("Why"), Text(wording.clauses(wording.note(row) for row in found.why))


def _no_route(found: Connection, wording: Wording) -> str:
    parts = [wording("no route"), wording.note(found.reason)]
    if found.relaxed:
        parts.append(wording("in the way: {names}", names=wording.words(found.relaxed)))
    return wording.clauses(parts)


def _detour(detour: Detour, wording: Wording) -> str:
    if detour.cheapest_source_id is not None and detour.cheapest_length_m is not None:
        return wording(
            "up to {threshold:g} m; the cheapest such route is {length} from {source},"
            " {percent:.1f} % above the cheapest of all",
            threshold=detour.threshold_m,
            length=metres(detour.cheapest_length_m, wording, beside_m=detour.threshold_m),
            source=detour.cheapest_source_id,
            percent=detour.extra_percent,
        )
    if detour.shortest_m is not None:
        return wording(
            "up to {threshold:g} m; the shortest route that nothing else excludes is {length}",
            threshold=detour.threshold_m,
            length=metres(detour.shortest_m, wording, beside_m=detour.threshold_m),
        )
    return wording(
        "up to {threshold:g} m; roads and areas on the way exclude every route",
        threshold=detour.threshold_m,
    )


def _routes_table(found: Connection, wording: Wording) -> Table:
    columns = (
        Column(title="", align="right"),
        Column(title=wording("From")),
        Column(title=wording("Length"), align="right"),
        Column(title=wording("Cost, yuan"), align="right"),
        Column(title=wording("Permit"), wraps=True),
        Column(title=wording("Below threshold"), align="right", wraps=True),
        Column(title=wording("Remark"), wraps=True),
    )
    cheapest = None if found.pairs else min(row.cost_yuan for row in found.routes)
    rows = tuple(
        (
            Text(rank_text(k, found)),
            Text(row.source.id, "strong" if k == 0 else "plain"),
            Text(metres(row.length_m, wording, beside_m=row.permit.threshold_m)),
            Text(_cost(row, cheapest)),
            permit_text(row.permit, wording),
            margin_text(row.permit, wording),
            Text(labels_text(found.labels[k], wording)),
        )
        for k, row in enumerate(found.routes)
    )
    return Table(columns=columns, rows=rows)


def rank_text(k: int, found: Connection) -> str:
    """Return the rank of a route; the two of a pair share a number."""
    return f"{k // 2 + 1}{'ab'[k % 2]}" if found.pairs else str(k + 1)


def _cost(row: RouteOption, cheapest: float | None) -> str:
    if cheapest is None:
        return yuan(row.bill.cost_yuan.typical)
    more = percent_above(row.cost_yuan, cheapest)
    return f"{yuan(row.bill.cost_yuan.typical)}  {more:+.1f} %"


def _ways_table(found: Connection, wording: Wording) -> Table:
    columns = (
        Column(title="", align="right"),
        Column(title=wording("Along"), wraps=True),
        Column(title=wording("Across"), wraps=True),
    )
    rows = tuple(
        plain(
            rank_text(k, found),
            along_text(row, wording),
            crossings_text(row.crossings, wording) or "-",
        )
        for k, row in enumerate(found.routes)
    )
    return Table(columns=columns, rows=rows)


def _checks_table(k: int, found: Connection, wording: Wording) -> Table:
    route = found.routes[k]
    columns = (
        Column(title=wording("Check")),
        Column(title=wording("Value"), align="right"),
        Column(title=wording("Limit"), align="right"),
        Column(title=wording("Remark"), wraps=True),
    )
    rows = []
    for finding in route.checks:
        value, limit = value_and_limit(finding, wording)
        rows.append(
            (
                Text(check_name(finding.check, kind_of(finding), wording)),
                Text(value, "bad" if finding.status == "fail" else "plain"),
                Text(limit),
                Text(wording.note(finding.note), "quiet"),
            )
        )
    caption = wording(
        "{cable}, {length} of cable",
        cable=found.cable.name,
        length=metres(route.cable_length_m, wording),
    )
    if found.pairs:
        caption = f"{rank_text(k, found)}  {route.source.id}  {caption}"
    return Table(columns=columns, rows=tuple(rows), caption=caption)


def _source_blocks(found: Connection, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    rows = [row for row in found.sources if show_all or row.reasons or row.unchecked]
    if not rows:
        return
    shown = rows if show_all else rows[:_N_WARNINGS]
    columns = (
        Column(title=wording("Source of supply")),
        Column(title=wording("Usable")),
        Column(title=wording("Why not, or what is not known"), wraps=True),
        Column(title=wording("What could help"), wraps=True),
    )
    yield Heading(text=wording("Sources"))
    yield Table(
        columns=columns,
        rows=tuple(_source_row(row, wording) for row in shown),
        note=left_out(rows, shown, wording),
    )


def _source_row(row: SourceJudgement, wording: Wording) -> tuple[Text, ...]:
    said = [wording.note(reason) for reason in row.reasons]
    if row.unchecked:
        names = wording.words(wording.term(f"field.{name}") for name in row.unchecked)
        said.append(wording("not given: {names}", names=names))
    return (
        Text(row.source.id, "strong"),
        Text(wording("yes"), "good") if row.accepted else Text(wording("no"), "bad"),
        Text(wording.clauses(said) or "-"),
        Text(wording.words(wording.term(f"remedy.{name}") for name in row.remedies) or "-"),
    )


def _warning_blocks(found: Connection, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    if not found.warnings:
        return
    shown = found.warnings if show_all else found.warnings[:_N_WARNINGS]
    yield Heading(text=wording("Remarks on the map"))
    for row in shown:
        place = "" if row.lon is None else f" ({row.lon:.6f}, {row.lat:.6f})"
        yield Paragraph(text=Text(f"- {wording.note(row.text)}{place}", "warn"))
    more = left_out(found.warnings, shown, wording)
    if more:
        yield Paragraph(text=Text(more, "quiet"))
