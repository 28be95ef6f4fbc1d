"""The story of ``cost --survey``: the cost table of a city as its annexes print it."""

from collections.abc import Sequence

from gridcalc.cost.survey import COST_COLUMNS, SUM_COLUMNS, SURVEY_ITEMS, SurveyCost, SurveyRow
from gridcalc.provenance import is_verified
from gridcalc.report.basis import title_of
from gridcalc.report.blocks import Column, FactSheet, Heading, Output, Table, Text, plain
from gridcalc.report.cost_tree import survey_cells, survey_tree
from gridcalc.report.cost_words import book_text, price_name, price_range
from gridcalc.report.wording import Wording

_N_FIRST = 6
"""Cost columns of the first table; the rest stand with the sums, so that both fit a page."""


def survey_output(found: SurveyCost, wording: Wording) -> Output:
    """Return the cost of a survey; its last CSV row is the total."""
    prices = wording.either(zh=found.book.title, en=found.book.title_en)
    first, second = COST_COLUMNS[:_N_FIRST], COST_COLUMNS[_N_FIRST:]
    return Output(
        tree=survey_tree(found),
        rows=[survey_cells(row) for row in (*found.rows, found.total)],
        blocks=(
            Heading(text=prices, level=1),
            FactSheet(
                rows=(
                    (wording("Prices"), Text(book_text(found.book, wording), "quiet")),
                    (
                        wording("Value-added tax"),
                        Text(wording.term(f"tax.{found.book.tax}"), "quiet"),
                    ),
                    (
                        wording("Rounding"),
                        Text(wording("each cell half up to 0.01 万元; sums are of rounded cells")),
                    ),
                )
            ),
            _table(found, ("n_compounds", "n_households", *first), wording),
            _table(found, (*second, *SUM_COLUMNS), wording),
            _price_table(found, wording),
        ),
    )


def _table(found: SurveyCost, names: Sequence[str], wording: Wording) -> Table:
    columns = (
        Column(title=wording("Area")),
        *(Column(title=wording.term(f"survey.{name}"), align="right") for name in names),
    )
    rows = tuple(_row(row, names, row.area) for row in found.rows)
    last = tuple(Text(text.text, "strong") for text in _row(found.total, names, wording("Total")))
    return Table(columns=columns, rows=(*rows, last), caption=wording("Cost [万元]"))


def _row(row: SurveyRow, names: Sequence[str], area: str) -> tuple[Text, ...]:
    return plain(area, *(f"{getattr(row, name)}" for name in names))


def _price_table(found: SurveyCost, wording: Wording) -> Table:
    columns = (
        Column(title=wording("Item")),
        Column(title=wording("Low / typical / high")),
        Column(title=wording("Mark")),
        Column(title=wording("Source"), wraps=True),
    )
    prices = [found.book.price(item) for item in SURVEY_ITEMS]
    rows = tuple(
        (
            *plain(price_name(price, wording), price_range(price, wording)),
            Text(
                wording.term(price.confidence), "good" if is_verified(price.confidence) else "warn"
            ),
            Text(title_of(price.source, wording), "quiet"),
        )
        for price in prices
    )
    return Table(columns=columns, rows=rows, caption=wording("Prices"))
