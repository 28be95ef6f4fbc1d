"""Works by year under a budget, in words and tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import get_args

from gridcalc.city.summary.line_room import LineRoom, without_room
from gridcalc.city.summary.year_records import LaterReason, YearPlan, YearWorks
from gridcalc.report.blocks import Block, Column, FactSheet, Heading, Table, Text
from gridcalc.report.city_summary_tables import names_text
from gridcalc.report.city_summary_words import wan
from gridcalc.report.figures import number
from gridcalc.report.wording import Wording

_N_NAMES = 6
_REASONS: tuple[LaterReason, ...] = get_args(LaterReason)
_OPTIMAL_PERCENT = 0.0


def year_blocks(plan: YearPlan, rooms: Mapping[str, LineRoom], wording: Wording) -> Iterator[Block]:
    """Yield which compounds are done in which year, how good that is, and what is left.

    ``rooms`` tells which of them fit on their 10 kV lines; it is empty where no lines are known.
    """
    yield Heading(text=wording("Works by year"))
    yield FactSheet(rows=(*_facts(plan, wording), *_line_facts(plan, rooms, wording)))
    if _has_choice(plan):
        yield _year_table(plan, rooms, wording)


def _has_choice(plan: YearPlan) -> bool:
    """Return whether there is anything that the budget could be spent on."""
    return plan.bound_charger_years > 0


def _facts(plan: YearPlan, wording: Wording) -> Iterator[tuple[str, Text]]:
    yield wording("Budget"), Text(_budget(plan, wording), "strong")
    if _has_choice(plan):
        said = wording(
            "{n} more chargers possible, {cost} 万元 spent",
            n=f"{plan.n_enabled:,}",
            cost=wan(plan.spent_yuan),
        )
        yield wording("Comes to"), Text(said)
        yield wording("Chosen"), Text(_quality(plan, wording))
    if plan.later:
        yield wording("Not in these years"), Text(_later(plan, wording), "warn")
    if plan.n_unpriced:
        said = wording("compounds that need works or control: {n}", n=plan.n_unpriced)
        yield wording("Without a plan"), Text(said, "warn")
    if plan.min_years_for_all is not None:
        said = wording("at least {n} years of this budget", n=plan.min_years_for_all)
        yield wording("All works take"), Text(said)


def _line_facts(
    plan: YearPlan, rooms: Mapping[str, LineRoom], wording: Wording
) -> Iterator[tuple[str, Text]]:
    entries = [entry for works in plan.years for entry in works.entries]
    if not rooms or not entries:
        return
    short = without_room(entries, rooms)
    said = wording(
        "{n} of these chargers, in {compounds} of {total} compounds, are on lines or main"
        " transformers that need relief first; {managed} of them fit if managed",
        n=f"{short.n_chargers:,}",
        compounds=short.n_compounds,
        total=len(entries),
        managed=f"{short.n_chargers_managed:,}",
    )
    yield wording("Room on the lines"), Text(said, "warn" if short.n_compounds else "good")


def _budget(plan: YearPlan, wording: Wording) -> str:
    budget = plan.budget
    said = wording(
        "{cost} 万元 per year for {n} years", cost=wan(budget.yuan_per_year), n=budget.n_years
    )
    payer = ""
    if budget.payer is not None:
        payer = wording("the part of {payer} counts", payer=wording.term(budget.payer))
    rest = (
        wording("what a year leaves goes to the next")
        if budget.carries_over
        else wording("what a year leaves is lost")
    )
    return wording.clauses([said, payer, rest])


def _quality(plan: YearPlan, wording: Wording) -> str:
    most = wording("most chargers, each counted once for every year from its own to the last")
    if plan.gap_percent <= _OPTIMAL_PERCENT:
        proof = wording("no choice is better")
    else:
        proof = wording(
            "no choice is more than {gap} % better", gap=number(plan.gap_percent + 0.005, 2)
        )
    gain = plan.charger_years - plan.greedy_charger_years
    simple = ""
    if gain:
        simple = wording(
            "{n} charger-years more than the cheapest charger first, year by year", n=f"{gain:,}"
        )
    return wording.clauses([most, proof, simple])


def _later(plan: YearPlan, wording: Wording) -> str:
    counts = Counter(row.reason for row in plan.later)
    return wording.clauses(
        wording("{what}: {n}", what=wording.term(f"later.{reason}"), n=counts[reason])
        for reason in _REASONS
        if counts[reason]
    )


def _year_table(plan: YearPlan, rooms: Mapping[str, LineRoom], wording: Wording) -> Table:
    has_payer = plan.budget.payer is not None
    columns = (
        Column(title=wording("Year"), align="right"),
        Column(title=wording("Compounds"), align="right"),
        Column(title=wording("Gained"), align="right"),
        Column(title=wording("So far"), align="right"),
        *([Column(title=wording("Without room"), align="right")] if rooms else []),
        Column(title=wording("Spent [万元]"), align="right"),
        *([Column(title=wording("All payers [万元]"), align="right")] if has_payer else []),
        Column(title=wording("Left [万元]"), align="right"),
        Column(title=wording("Which"), wraps=True),
    )
    rows = tuple(_year_row(plan, row, rooms, wording) for row in plan.years)
    note = wording("without room: gained where line or main transformer need relief first")
    return Table(columns=columns, rows=rows, note=note if rooms else "")


def _year_row(
    plan: YearPlan, works: YearWorks, rooms: Mapping[str, LineRoom], wording: Wording
) -> tuple[Text, ...]:
    short = [f"{without_room(works.entries, rooms).n_chargers:,}"] if rooms else []
    all_payers = [wan(works.cost_yuan)] if plan.budget.payer is not None else []
    texts = [
        str(len(works.entries)),
        f"{works.n_enabled:,}",
        f"{works.n_enabled_so_far:,}",
        *short,
        wan(works.spent_yuan),
        *all_payers,
        wan(works.left_yuan),
        names_text(works.entries, _N_NAMES, wording),
    ]
    return (Text(str(plan.year(works)), "strong"), *(Text(text) for text in texts))
