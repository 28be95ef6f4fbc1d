"""The story of ``city summary``: how many are ready, what binds, what it costs, who goes first."""

from collections.abc import Iterator

from gridcalc.city.summary.line_room import rooms_of
from gridcalc.city.summary.main_transformers import main_transformers
from gridcalc.city.summary.records import CitySummary, Fit
from gridcalc.report.blocks import NO_BREAK, Block, FactSheet, Heading, Output, Paragraph, Text
from gridcalc.report.city_line_table import line_table
from gridcalc.report.city_main_table import line_facts, main_transformer_table
from gridcalc.report.city_summary_tables import (
    area_table,
    binding_table,
    missing_table,
    outcome_table,
    payer_table,
    ranking_table,
    works_table,
)
from gridcalc.report.city_summary_tree import CitySummed, summary_rows, summary_tree
from gridcalc.report.city_summary_words import rounded_yuan, wan
from gridcalc.report.city_year_tables import year_blocks
from gridcalc.report.figures import number
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT


def city_summary_output(found: CitySummed, wording: Wording) -> Output:
    """Return a city run summed up."""
    return Output(
        tree=summary_tree(found), rows=summary_rows(found), blocks=tuple(_story(found, wording))
    )


def _story(found: CitySummed, wording: Wording) -> Iterator[Block]:
    summary = found.summary
    yield Heading(text=wording("City summary of {table}", table=found.table), level=1)
    yield FactSheet(rows=tuple(_facts(found, wording)))
    yield outcome_table(summary, wording)
    yield area_table(summary, found.by or "area", wording)
    if summary.bindings:
        yield binding_table(summary.bindings, wording)
    if summary.payers:
        yield payer_table(summary.payers, wording)
    if summary.works:
        yield works_table(summary.works, wording)
    if summary.missing:
        yield missing_table(summary, wording)
    if found.lines:
        yield from _line_blocks(found, wording)
    if found.n_shown and summary.ranking:
        yield ranking_table(summary.ranking, found.n_shown, wording)
    if found.year_plan is not None:
        yield from year_blocks(found.year_plan, rooms_of(found.lines), wording)
    yield Paragraph(text=Text(_rules(wording), "quiet"))


def _line_blocks(found: CitySummed, wording: Wording) -> Iterator[Block]:
    rooms = rooms_of(found.lines)
    yield Heading(text=wording("10 kV lines"))
    yield FactSheet(rows=tuple(line_facts(found.lines, rooms, wording)))
    if not found.n_shown:
        return
    yield line_table(found.lines, rooms, found.n_shown, wording)
    mains = main_transformers(found.lines, rooms)
    if mains:
        yield main_transformer_table(mains, found.n_shown, wording)
    said = wording(
        "A line is judged by the charging mode with the highest peak, which is named with the"
        " number; first come lines beyond their limit today, then those that orderly charging"
        " does not help, the larger surplus first."
    )
    yield Paragraph(text=Text(said, "quiet"))


def _facts(found: CitySummed, wording: Wording) -> Iterator[tuple[str, Text]]:
    total = found.summary.total
    n_ok = total.statuses["ok"]
    said = wording(
        "{n}, {computed} of them computed; {households} households",
        n=total.n_compounds + found.n_bad,
        computed=n_ok,
        households=f"{total.n_households:,}",
    )
    yield wording("Compounds"), Text(said, "strong" if n_ok else "bad")
    if found.n_bad:
        said = wording("{n} rows of the table; failed.csv lists them", n=found.n_bad)
        yield wording("Not readable"), Text(said, "bad")
    yield wording("Chargers wanted"), Text(_wanted(found.summary, wording))
    fits = _fits(found.summary, wording)
    if fits:
        yield wording("Fit as it is"), Text(fits)
    if total.n_with_works:
        yield wording("Works"), Text(_works(found.summary, wording), "strong")
        yield wording("Checked again"), _verified(found.summary, wording)
    if found.summary.grades:
        yield wording("Data"), Text(_data(found.summary, wording))
    yield wording("Asked"), Text(_question(found, wording), "quiet")


def _wanted(summary: CitySummary, wording: Wording) -> str:
    return wording("{n}, one on every private bay", n=f"{summary.total.n_chargers_wanted:,}")


def _fits(summary: CitySummary, wording: Wording) -> str:
    total = summary.total
    return wording.clauses(
        _fit(fit, wording.term(f"mode.{mode}"), wording)
        for mode, fit in (("uncontrolled", total.uncontrolled), ("managed", total.managed))
        if fit.n_compounds
    )


def _fit(fit: Fit, mode: str, wording: Wording) -> str:
    share = number(PERCENT * fit.n_fit / fit.n_wanted, 0) if fit.n_wanted else "-"
    return wording(
        "{mode} {n} of {wanted} ({share} %) in {compounds} compounds",
        mode=mode,
        n=f"{fit.n_fit:,}",
        wanted=f"{fit.n_wanted:,}",
        share=share,
        compounds=fit.n_compounds,
    ).replace(" %", f"{NO_BREAK}%")


def _works(summary: CitySummary, wording: Wording) -> str:
    total = summary.total
    said = wording(
        "{cost} 万元 in {n} compounds, {per_household} yuan per household there",
        cost=wan(total.cost_yuan),
        n=total.n_with_works,
        per_household=rounded_yuan(total.yuan_per_household),
    )
    more = wording(
        "{n} more chargers possible, {yuan} yuan each",
        n=f"{total.n_enabled:,}",
        yuan=rounded_yuan(total.yuan_per_charger),
    )
    return wording.clauses([said, more if total.n_enabled else ""])


def _verified(summary: CitySummary, wording: Wording) -> Text:
    total = summary.total
    said = wording(
        "{n} of {total} plans hold in a complete check of the compound with the works",
        n=total.n_verified,
        total=total.n_with_works,
    )
    return Text(said, "plain" if total.n_verified == total.n_with_works else "warn")


def _data(summary: CitySummary, wording: Wording) -> str:
    grades = wording.words(
        wording("{grade}: {n}", grade=row.grade, n=row.n_compounds) for row in summary.grades
    )
    n_flip = sum(row.n_could_flip for row in summary.grades)
    n_open = sum(row.n_not_known for row in summary.grades)
    flip = wording("verdicts that the missing data could change: {n}", n=n_flip)
    unknown = wording("not computed for {n}", n=n_open) if n_open else ""
    return wording.clauses([grades, flip, unknown])


def _question(found: CitySummed, wording: Wording) -> str:
    policies = [row.name for row in found.summary.policies if row.name]
    return wording.clauses(
        [
            wording.term(found.method),
            wording.words(wording.scenario(name) for name in found.scenarios),
            wording("rules of {policies}", policies=wording.words(policies)) if policies else "",
        ]
    )


def _rules(wording: Wording) -> str:
    order = wording(
        "Ranked: ready ones first, then by the cost of one more charger, then those without a"
        " priced plan, those without a solution last."
    )
    gain = wording(
        "A plan's chargers are the private bays beyond those that fit uncontrolled today, all of"
        " them where that number is not known; costs are the typical ones."
    )
    return f"{order} {gain}" if wording.lang == "en" else f"{order}{gain}"
