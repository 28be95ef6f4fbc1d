"""The tables of ``city summary``."""

from collections.abc import Iterable, Mapping, Sequence

from gridcalc.city.summary.records import (
    VERDICTS,
    BindingCount,
    CityEntry,
    CitySummary,
    GroupBy,
    PayerTotal,
    Totals,
    WorksTotal,
)
from gridcalc.report.blocks import Column, Table, Text, Tone, plain
from gridcalc.report.city_summary_words import check_at, group_name, rounded_yuan, wan
from gridcalc.report.city_words import missing_word, outcome_word
from gridcalc.report.figures import number, with_unit
from gridcalc.report.wording import Wording

_NONE = "-"
_N_MISSING = 8
_TONES: Mapping[str, Tone] = {
    "ready": "good",
    "ready_managed": "good",
    "upgrade": "warn",
    "no_solution": "bad",
}


def outcome_table(summary: CitySummary, wording: Wording) -> Table:
    """Return how many compounds have which verdict, with their chargers and cost."""
    columns = (
        Column(title=wording("Verdict")),
        *_right(
            wording("Compounds"),
            wording("Households"),
            wording("Chargers wanted"),
            wording("Fit uncontrolled"),
            wording("Cost [万元]"),
        ),
    )
    rows = [
        (
            Text(outcome_word(row.name, wording), _TONES.get(row.name, "bad")),
            *_outcome_cells(row),
        )
        for row in summary.outcomes
    ]
    rows.append((Text(wording("Total"), "strong"), *_outcome_cells(summary.total, "strong")))
    return Table(columns=columns, rows=tuple(rows))


def area_table(summary: CitySummary, by: GroupBy, wording: Wording) -> Table:
    """Return the totals of each area, line, policy pack or template.

    Verdicts that no compound has get no column.
    """
    verdicts = [name for name in VERDICTS if summary.total.verdicts[name]]
    has_failed = summary.total.statuses["ok"] < summary.total.n_compounds
    has_works = summary.total.n_with_works > 0
    columns = (
        Column(title=wording.term(f"group.{by}")),
        *_right(
            wording("Number"),
            *(wording.term(f"tally.{name}") for name in verdicts),
            *([wording("No result")] if has_failed else []),
            wording("Wanted"),
            *(_cost_titles(wording) if has_works else [wording("Fit uncontrolled")]),
        ),
    )

    def cells(row: Totals, name: str) -> tuple[str, ...]:
        n_failed = row.n_compounds - row.statuses["ok"]
        return (
            name,
            str(row.n_compounds),
            *(str(row.verdicts[verdict] or _NONE) for verdict in verdicts),
            *([str(n_failed or _NONE)] if has_failed else []),
            f"{row.n_chargers_wanted:,}",
            *(_cost_texts(row) if has_works else [_fit_text(row)]),
        )

    groups = summary.groups(by)
    rows = [plain(*cells(row, group_name(row.name, by, wording))) for row in groups]
    rows.append(tuple(Text(text, "strong") for text in cells(summary.total, wording("Total"))))
    note = wording("wanted: one charger per private bay; gained: those the works make possible")
    return Table(columns=columns, rows=tuple(rows), note=note if has_works else "")


def binding_table(bindings: Sequence[BindingCount], wording: Wording) -> Table:
    """Return what decides in the compounds that are not ready, most often first."""
    columns = (
        Column(title=wording("What binds"), wraps=True),
        *_right(wording("Compounds"), wording("Chargers missing")),
        Column(title=wording("In scenario"), wraps=True),
    )
    rows = tuple(
        (
            Text(check_at(row.check, row.element_kind, wording)),
            Text(str(row.n_compounds)),
            Text(f"{row.n_chargers_missing:,}"),
            Text(_scenarios(row.scenarios, wording)),
        )
        for row in bindings
    )
    return Table(columns=columns, rows=rows, caption=wording("What binds"))


def payer_table(payers: Sequence[PayerTotal], wording: Wording) -> Table:
    """Return who pays how much."""
    columns = (
        Column(title=wording("Payer")),
        *_right(wording("Compounds"), wording("Cost [万元]"), wording("Share")),
    )
    rows = tuple(
        plain(
            wording.term(row.payer),
            str(row.n_compounds),
            wan(row.cost_yuan),
            with_unit(number(row.percent, 1), "%", wording),
        )
        for row in payers
    )
    return Table(columns=columns, rows=rows, caption=wording("Who pays"))


def works_table(works: Sequence[WorksTotal], wording: Wording) -> Table:
    """Return what is built, dearest first."""
    columns = (
        Column(title=wording("Works")),
        *_right(wording("Compounds"), wording("Amount"), wording("Cost [万元]")),
    )
    rows = tuple(
        plain(
            wording.term(f"measure.{row.kind}"),
            str(row.n_compounds),
            with_unit(_amount(row.quantity), row.unit, wording),
            wan(row.cost_yuan),
        )
        for row in works
    )
    return Table(columns=columns, rows=rows, caption=wording("Works of all plans"))


def missing_table(summary: CitySummary, wording: Wording) -> Table:
    """Return which data are missing, first what most verdicts may hang on."""
    columns = (
        Column(title=wording("Missing data"), wraps=True),
        *_right(wording("Compounds"), wording("Verdict could change")),
    )
    shown = summary.missing[:_N_MISSING]
    rows = tuple(
        plain(missing_word(row.name, wording), str(row.n_compounds), str(row.n_could_flip))
        for row in shown
    )
    n_more = len(summary.missing) - len(shown)
    note = wording("and {n} more", n=n_more) if n_more else ""
    return Table(columns=columns, rows=rows, caption=wording("What to survey first"), note=note)


def ranking_table(ranking: Sequence[CityEntry], n_shown: int, wording: Wording) -> Table:
    """Return the first compounds of the ranking that are not ready, with their place in it."""
    n_ready = sum(entry.outcome == "ready" for entry in ranking)
    shown = list(enumerate(ranking, 1))[n_ready : n_ready + n_shown]
    has_cost = any(entry.cost_fen is not None for _, entry in shown)
    numbers = (
        (wording("Gained"), wording("Cost [万元]"), wording("yuan per charger"))
        if has_cost
        else (wording("Wanted"), wording("Fit uncontrolled"))
    )
    columns = (
        Column(title="#", align="right"),
        Column(title=wording("Compound"), wraps=True),
        Column(title=wording.term("group.area"), wraps=True),
        Column(title=wording("Verdict")),
        *_right(*numbers),
        Column(title=wording("Decided by"), wraps=True),
    )
    rows = tuple(_ranked_row(rank, entry, wording, has_cost=has_cost) for rank, entry in shown)
    n_more = len(ranking) - n_ready - len(shown)
    note = wording("{n} more; csv and json hold all", n=n_more) if n_more else ""
    caption = wording("Ranking after the {n} that are ready", n=n_ready)
    return Table(columns=columns, rows=rows, caption=caption, note=note)


def _cost_titles(wording: Wording) -> list[str]:
    return [
        wording("Gained"),
        wording("Cost [万元]"),
        wording("yuan per flat"),
        wording("yuan per charger"),
    ]


def _cost_texts(row: Totals) -> list[str]:
    return [
        f"{row.n_enabled:,}",
        wan(row.cost_yuan) if row.n_with_works else _NONE,
        rounded_yuan(row.yuan_per_household),
        rounded_yuan(row.yuan_per_charger),
    ]


def _fit_text(row: Totals) -> str:
    return f"{row.uncontrolled.n_fit:,}" if row.uncontrolled.n_compounds else _NONE


def _right(*titles: str) -> tuple[Column, ...]:
    return tuple(Column(title=title, align="right") for title in titles)


def _outcome_cells(row: Totals, tone: Tone = "plain") -> tuple[Text, ...]:
    return tuple(
        Text(text, tone)
        for text in (
            str(row.n_compounds),
            f"{row.n_households:,}",
            f"{row.n_chargers_wanted:,}",
            _fit_text(row),
            wan(row.cost_yuan) if row.n_with_works else _NONE,
        )
    )


def _scenarios(scenarios: Mapping[str, int], wording: Wording) -> str:
    return wording.words(
        wording("{grade}: {n}", grade=wording.scenario(name), n=n) for name, n in scenarios.items()
    )


def _amount(quantity: float) -> str:
    return f"{quantity:,.0f}" if float(quantity).is_integer() else f"{quantity:,.1f}"


def _ranked_row(
    rank: int, entry: CityEntry, wording: Wording, *, has_cost: bool
) -> tuple[Text, ...]:
    numbers = (
        (_count(entry.n_enabled), wan(entry.cost_yuan), rounded_yuan(entry.yuan_per_charger))
        if has_cost
        else (_count(entry.n_private_bays), _count(entry.n_fit_uncontrolled))
    )
    return (
        Text(str(rank)),
        Text(f"{entry.id} {entry.name}" if entry.name != entry.id else entry.id),
        Text(entry.area or _NONE),
        Text(outcome_word(entry.outcome, wording), _TONES.get(entry.outcome, "bad")),
        *plain(*numbers),
        Text(wording.term(entry.check) if entry.check else _NONE),
    )


def _count(n: int | None) -> str:
    return _NONE if n is None else f"{n:,}"


def names_text(entries: Iterable[CityEntry], n_shown: int, wording: Wording) -> str:
    """Return the first of some compounds by name, and how many there are."""
    names = [entry.name for entry in entries]
    if len(names) <= n_shown + 1:
        return wording.words(names) or _NONE
    return wording("{names} …, {n} in all", names=wording.words(names[:n_shown]), n=len(names))
