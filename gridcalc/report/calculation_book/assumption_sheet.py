"""The sheet of what is to be verified, with columns for the reviewer."""

import re
from collections.abc import Iterator

from gridcalc.cost.prices import Price, Surcharge
from gridcalc.dossier import Dossier
from gridcalc.provenance import Assumption, is_verified
from gridcalc.report.assumptions import name_of
from gridcalc.report.basis import title_of
from gridcalc.report.calculation_book.cells import Put, given, name, sentence
from gridcalc.report.calculation_book.page import TOP, Head, Page
from gridcalc.report.cost_words import price_name, price_range
from gridcalc.report.figures import value_text
from gridcalc.report.wording import Wording

_N_BLANK = 3
_NOT_GIVEN = re.compile(r"(?P<field>\w+\.\w+) not given in (?P<n>\d+) entries")
_ENTERS = {
    "loads": (
        "household",
        "charger",
        "public_charger",
        "public",
        "compensation",
        "compensation_kvar",
        "demand",
    ),
    "ampacity": ("cable",),
    "faults": ("short_circuit", "source", "lv"),
    "flow": ("equipment", "mv", "transformer"),
    "days": ("ev", "ebike", "timer", "orderly", "season", "stochastic", "tariff", "ageing"),
    "cost": ("price", "share", "payer", "payer_share", "works", "upgrade"),
}
"""Which part of the calculation the values of a topic enter; the rest enters checks."""


def assumption_sheet(page: Page, dossier: Dossier) -> None:
    """Write every value and price that no document read supports."""
    wording = page.wording
    heads = _heads(wording)
    page = page.opened(
        heads,
        wording(
            "Values below the marks seen and computed. The last columns are for the reviewer: put"
            " the value to be used into the compound file, a policy pack or a price book, and"
            " compute again."
        ),
    )
    page.heads(TOP, heads)
    row = TOP + 1
    for cells in (*_values(dossier, wording), *_prices(dossier, wording)):
        blanks = (Put(None, "text", "blank"),) * _N_BLANK
        page.row(row, (given(row - TOP, "whole"), *cells, *blanks))
        row += 1
    page.sheet.autofilter(TOP, 0, max(row - 1, TOP + 1), len(heads) - 1)
    page.close(row - 1, len(heads))


def _open_values(dossier: Dossier) -> tuple[Assumption, ...]:
    """Return the assumptions to be verified, those of the plan included, each once."""
    rows = [*dossier.study.assumptions]
    if dossier.plan is not None and dossier.upgrade is not None:
        rows += dossier.upgrade.assumptions
    found = {(row.name, row.note): row for row in rows if not is_verified(row.confidence)}
    return tuple(found.values())


def _heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("no", wording("No."), 4.5),
        Head("topic", wording("Topic"), 9),
        Head("name", wording("Quantity"), 20),
        Head("value", wording("Value"), 22),
        Head("unit", wording("Unit"), 7.5),
        Head("source", wording("Source"), 24),
        Head("mark", wording("Mark"), 7.5),
        Head("enters", wording("Enters"), 14),
        Head("note", wording("What it does"), 25),
        Head("own", wording("Value of the reviewer"), 12),
        Head("basis", wording("Basis of the reviewer"), 14),
        Head("signed", wording("Signature, date"), 12),
    )


def _values(dossier: Dossier, wording: Wording) -> Iterator[tuple[Put, ...]]:
    for row in _open_values(dossier):
        topic = row.name.split(".", maxsplit=1)[0]
        yield (
            sentence(wording.terms.get(f"topic.{topic}", topic)),
            sentence(name_of(row, dossier.policy, wording)),
            Put(value_text(row.value, wording), "long", "open"),
            name(wording.term(row.unit)),
            sentence(title_of(row.source, wording, dossier.policy)),
            Put(wording.term(row.confidence), "text", "open"),
            sentence(wording.term(_enters(topic))),
            sentence(_note(row, wording)),
        )


def _enters(topic: str) -> str:
    """Return the term for the part of the calculation that a topic enters."""
    found = (part for part, topics in _ENTERS.items() if topic in topics)
    return f"enters.{next(found, 'checks')}"


def _note(row: Assumption, wording: Wording) -> str:
    """Return the note; of English notes Chinese has only how often a field was not given."""
    missing = _NOT_GIVEN.match(row.note)
    if wording.lang == "en" or missing is None:
        return row.note if wording.lang == "en" else ""
    return wording("{field} not given in {n} entries", field=missing["field"], n=missing["n"])


def _prices(dossier: Dossier, wording: Wording) -> Iterator[tuple[Put, ...]]:
    lines = dossier.plan.bill.lines if dossier.plan else ()
    for price in dict.fromkeys(line.price for line in lines):
        if not is_verified(price.confidence):
            yield tuple(_price_cells(price, dossier, wording))


def _price_cells(price: Price | Surcharge, dossier: Dossier, wording: Wording) -> Iterator[Put]:
    is_share = isinstance(price, Surcharge)
    yield sentence(wording.term("topic.share" if is_share else "topic.price"))
    yield sentence(price_name(price, wording))
    yield Put(price_range(price, wording), "long", "open")
    yield name("")
    yield sentence(title_of(price.source, wording, dossier.policy))
    yield Put(wording.term(price.confidence), "text", "open")
    yield sentence(wording.term("enters.cost"))
    yield sentence(price.note if wording.lang == "en" else "")
