"""The story of ``design``: the answer, transformers, feeders, trenches, cost, what is assumed."""

from collections.abc import Iterator

from gridcalc.checks.finding import Finding
from gridcalc.compound.model import LvCable
from gridcalc.design.records import Design
from gridcalc.outcome import binding_of
from gridcalc.report.assumptions import assumption_blocks
from gridcalc.report.blocks import (
    Block,
    Column,
    FactSheet,
    Heading,
    Output,
    Paragraph,
    Table,
    Text,
)
from gridcalc.report.conventions import days_text
from gridcalc.report.cost_report import bill_blocks
from gridcalc.report.cost_words import book_text, estimate_text, yuan
from gridcalc.report.design_facts import (
    cable_rows,
    deciding_run,
    site_totals,
)
from gridcalc.report.design_tables import (
    N_SHOWN,
    cost_table,
    feeders_table,
    ground_table,
    units_table,
)
from gridcalc.report.design_tree import design_rows, design_tree
from gridcalc.report.finding_words import check_name, kind_of, value_and_limit, violated
from gridcalc.report.load_tables import left_out
from gridcalc.report.route_words import metres
from gridcalc.report.wording import Wording


def design_output(found: Design, wording: Wording, *, show_all: bool) -> Output:
    """Return the outcome of ``design``.

    Parameters
    ----------
    found
        The scheme and what the study says of it.
    wording
        The language.
    show_all
        Show every feeder, every line of the bill and every assumption.
    """
    return Output(
        tree=design_tree(found),
        rows=design_rows(found),
        blocks=tuple(_story(found, wording, show_all=show_all)),
    )


def _story(found: Design, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    names = dict.fromkeys((found.site.id, found.site.name))
    yield Heading(text="  ".join(names), level=1)
    yield FactSheet(rows=tuple(_facts(found, wording)))
    if found.failed:
        yield Heading(text=wording("Limits broken"))
        yield _failures_table(found, wording, show_all=show_all)
    yield Heading(text=wording("Transformers"))
    yield units_table(found, wording)
    yield Heading(text=wording("Feeders"))
    yield feeders_table(found, wording, show_all=show_all)
    yield Heading(text=wording("Trenches and cables"))
    yield ground_table(found, wording)
    if show_all:
        yield from bill_blocks(found.bill, wording)
    else:
        yield Heading(text=wording("Cost"))
        yield cost_table(found, wording)
    yield from _warning_blocks(found, wording, show_all=show_all)
    yield from assumption_blocks(found.assumptions, found.policy, wording, show_all=show_all)


def _facts(found: Design, wording: Wording) -> Iterator[tuple[str, Text]]:
    said = wording(
        "{households} flats, {private_bays} private and {public_bays} public bays, {bikes} e-bikes",
        **site_totals(found),
    )
    yield wording("To be supplied"), Text(said)
    said = wording.scenario(found.asked.scenario)
    yield (
        wording("Has to carry"),
        Text(wording.clauses([said, wording.term(found.asked.charging)])),
    )
    yield wording("Result"), _result(found, wording)
    binding = binding_of([deciding_run(found)])
    if found.passed and binding is not None:
        yield wording("Nearest limit"), Text(_nearest(binding.finding, binding.scenario, wording))
    if len(found.steps) > 1:
        yield wording("Corrections"), Text(_corrections(found, wording))
    yield from _supply_facts(found, wording)
    yield from _money_facts(found, wording)
    policy = found.policy
    said = f"{wording.either(zh=policy.title, en=policy.title_en)} [{policy.id}]"
    yield wording("Rules"), Text(said, "quiet")
    days = days_text(found.study.runs, found.study.seed, wording)
    if days:
        yield wording("Days"), Text(days, "quiet")
    yield wording("Equipment of"), Text(found.template, "quiet")
    yield wording("Prices"), Text(book_text(found.bill.book, wording), "quiet")


def _result(found: Design, wording: Wording) -> Text:
    if found.passed:
        return Text(wording("keeps every limit"), "good")
    n = len(found.failed)
    said = wording("breaks 1 limit") if n == 1 else wording("breaks {n} limits", n=n)
    return Text(wording.clauses([said, wording.note(found.stopped)]), "bad")


def _nearest(finding: Finding, scenario: str, wording: Wording) -> str:
    place = wording(
        "{check} at {element}",
        check=check_name(finding.check, kind_of(finding), wording),
        element=wording.term(finding.element),
    )
    value, limit = value_and_limit(finding, wording)
    return wording(
        "{place}: {said}",
        place=wording("{what} in {scenario}", what=place, scenario=wording.scenario(scenario)),
        said=wording("{value}, limit {limit}", value=value, limit=limit),
    )


def _corrections(found: Design, wording: Wording) -> str:
    levers = dict.fromkeys(lever for step in found.steps[:-1] for lever in step.levers)
    return wording(
        "{n}, with more reserve for {what}",
        n=len(found.steps) - 1,
        what=wording.words(wording.term(f"reserve.{lever}") for lever in levers),
    )


def _supply_facts(found: Design, wording: Wording) -> Iterator[tuple[str, Text]]:
    units = found.scheme.units
    sites = dict.fromkeys(found.site.candidates[unit.candidate].id for unit in units)
    said = wording(
        "{n} x {type} at {sites}",
        n=len(units),
        type=units[0].transformer.name,
        sites=wording.words(sites),
    )
    yield wording("Transformers"), Text(said, "strong")
    rows = cable_rows(found)
    mv_m = sum(row.cable.length_m for row in rows if not isinstance(row.cable, LvCable))
    said = wording.clauses(
        [
            wording.term(f"arrangement.{found.scheme.arrangement}"),
            wording("{length} of cable", length=metres(mv_m, wording)),
        ]
    )
    yield wording("10 kV side"), Text(said)
    lv_m = sum(row.cable.length_m for row in rows if isinstance(row.cable, LvCable))
    said = wording(
        "{feeders} feeders, {boxes} boxes, {length} of cable",
        feeders=len(found.scheme.feeders),
        boxes=sum(len(row.boxes) for row in found.scheme.feeders),
        length=metres(lv_m, wording),
    )
    yield wording("LV side"), Text(said)
    plan = found.scheme.trenches
    said = wording(
        "{length}; trenches and cables at most {gap:.1f} % above the least possible cost",
        length=metres(sum(length_m for _, length_m in found.trench_m), wording),
        gap=plan.gap_percent,
    )
    yield wording("Trenches"), Text(said)


def _money_facts(found: Design, wording: Wording) -> Iterator[tuple[str, Text]]:
    money = found.bill.cost_yuan
    said = estimate_text(money, wording)
    each = yuan(money.typical / max(site_totals(found)["households"], 1))
    yield (
        wording("Cost"),
        Text(wording.clauses([said, wording("{yuan} yuan per flat", yuan=each)]), "strong"),
    )


def _failures_table(found: Design, wording: Wording, *, show_all: bool) -> Table:
    shown = found.failed if show_all else found.failed[:N_SHOWN]
    columns = (
        Column(title=wording("Check")),
        Column(title=wording("Element")),
        Column(title=wording("Value"), align="right"),
        Column(title=wording("Limit"), align="right"),
        Column(title=wording("Remark"), wraps=True),
    )
    rows = []
    for finding in shown:
        value, limit = violated(finding, wording)
        rows.append(
            (
                Text(check_name(finding.check, kind_of(finding), wording)),
                Text(wording.term(finding.element)),
                Text(value, "bad"),
                Text(limit),
                Text(wording.note(finding.note), "quiet"),
            )
        )
    return Table(columns=columns, rows=tuple(rows), note=left_out(found.failed, shown, wording))


def _warning_blocks(found: Design, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    warnings = found.site.warnings
    if not warnings:
        return
    shown = warnings if show_all else warnings[:N_SHOWN]
    yield Heading(text=wording("Remarks on the map"))
    for row in shown:
        place = "" if row.lon is None else f" ({row.lon:.6f}, {row.lat:.6f})"
        yield Paragraph(text=Text(f"- {wording.note(row.text)}{place}", "warn"))
    more = left_out(warnings, shown, wording)
    if more:
        yield Paragraph(text=Text(more, "quiet"))
