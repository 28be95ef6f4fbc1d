"""The page about a compound: what it holds, in which order, as one file that needs no other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import gridcalc
from gridcalc.dossier import Dossier
from gridcalc.report.page.capacity import capacity_items
from gridcalc.report.page.deadlines import deadline_items, timed
from gridcalc.report.page.diagram import diagram_items
from gridcalc.report.page.echo import input_items
from gridcalc.report.page.grid import gathered
from gridcalc.report.page.judgements import finding_items
from gridcalc.report.page.loads import day_items, load_items
from gridcalc.report.page.markup import POLICY, environment, neutral
from gridcalc.report.page.open_points import open_items
from gridcalc.report.page.parts import Fold, Item, Section
from gridcalc.report.page.tiles import tiles
from gridcalc.report.page.verdict import summary
from gridcalc.report.page.voltage_profile import voltage_charts
from gridcalc.report.page.way import route_items
from gridcalc.report.page.works import works_items
from gridcalc.report.wording import Wording

_HTML_LANG = {"zh": "zh-CN", "en": "en"}

_Part = tuple[str, str, Callable[[], Iterator[Item]]]


def report_page(dossier: Dossier, wording: Wording) -> bytes:
    """Return the report of a compound as one HTML file in UTF-8.

    The page opens from a file, runs no program, sends no request and has the same bytes for the
    same dossier. On paper it is A4 upright, with everything that folds away on the screen.

    Parameters
    ----------
    dossier
        Everything that is known about the compound; what was not computed is left out.
    wording
        Language of the page.
    """
    compound, wording = dossier.compound, wording.with_named_checks()
    text = (
        environment()
        .get_template("page.html.j2")
        .render(
            lang=_HTML_LANG[wording.lang],
            policy=POLICY,
            w=wording,
            compound=compound,
            pack=dossier.policy,
            version=gridcalc.__version__,
            seed=dossier.study.seed,
            summary=summary(dossier, wording),
            tiles=tiles(dossier, wording),
            sections=sections(dossier, wording),
            words=_words(wording),
            all_rows=lambda n: wording("Show all {n} rows", n=n),
            footer=f"{compound.id}  {compound.name}",
        )
    )
    return neutral(text).encode("utf-8")


def sections(dossier: Dossier, wording: Wording) -> tuple[Section, ...]:
    """Return the numbered parts of the page in order; parts without content are left out."""
    found = (
        Section(id=name, title=title, items=_ready(tuple(items())))
        for name, title, items in _parts(dossier, wording)
    )
    return tuple(row for row in found if row.items)


def _ready(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return parts with their tables made ready, also of those that fold away."""
    folded = [
        replace(row, items=_ready(row.items)) if isinstance(row, Fold) else row for row in items
    ]
    return gathered(folded)


def _parts(dossier: Dossier, wording: Wording) -> tuple[_Part, ...]:
    plans, connection, timeline = dossier.upgrade, dossier.connection, dossier.timeline
    rows: list[_Part] = [
        ("diagram", wording("Single-line diagram"), lambda: diagram_items(dossier, wording)),
        ("loads", wording("Loads by scenario"), lambda: load_items(dossier, wording)),
        ("days", wording("Day curves of the transformers"), lambda: day_items(dossier, wording)),
        ("voltage", wording("Voltage along the feeders"), lambda: voltage_charts(dossier, wording)),
        ("findings", wording("Findings"), lambda: finding_items(dossier, wording)),
    ]
    if plans is not None:
        rows.append(("works", wording("Plan of works"), lambda: works_items(plans, wording)))
    rows.append(("capacity", wording("Hosting capacity"), lambda: capacity_items(dossier, wording)))
    if connection is not None:
        title = wording("Route of the 10 kV cable")
        rows.append(("route", title, lambda: route_items(connection, wording)))
    if timeline is not None:
        title = wording("Deadlines of the connection")
        rows.append(("deadlines", title, lambda: deadline_items(timed(dossier, timeline), wording)))
    rows.append(
        (
            "assumptions",
            wording("Assumptions and prices to be verified"),
            lambda: open_items(dossier, wording),
        )
    )
    rows.append(("inputs", wording("Inputs"), lambda: input_items(dossier, wording)))
    return tuple(rows)


def _words(wording: Wording) -> dict[str, str]:
    """Return the words of the templates by name."""
    return {
        "title": wording("Supply report for charging"),
        "contents": wording("Contents"),
        "id": wording("Id"),
        "rules": wording("Rules"),
        "seed": wording("Seed"),
        "verdict": wording("Verdict"),
        "version": wording("Program"),
        "basis": wording("What the verdict rests on"),
    }
