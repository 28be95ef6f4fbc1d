"""Loads by scenario: the whole compound, its transformers, what makes up the peak, ageing."""

from collections.abc import Iterator

from gridcalc.dossier import Dossier
from gridcalc.report.blocks import Heading, Paragraph, Text
from gridcalc.report.day_tables import hot_spot_blocks, service_blocks
from gridcalc.report.load_tables import scenario_table
from gridcalc.report.page.day_curves import curves_notes, day_charts
from gridcalc.report.page.parts import Fold, Item
from gridcalc.report.peak_parts import why_blocks
from gridcalc.report.transformer_tables import (
    design_limits,
    transformer_details,
    transformer_tables,
)
from gridcalc.report.wording import Wording


def load_items(dossier: Dossier, wording: Wording) -> Iterator[Item]:
    """Yield the tables of loads by scenario and by transformer."""
    compound, policy, runs = dossier.compound, dossier.policy, dossier.study.runs
    yield scenario_table(runs, wording)
    yield Heading(text=wording("Loading of the transformers"))
    yield from transformer_tables(compound, policy, runs, wording, show_all=True)
    limits = design_limits(compound, policy)
    yield Fold(
        title=wording("Interval, phases and heavy hours of every run"),
        items=(transformer_details(policy, limits, runs, wording),),
    )
    why = tuple(why_blocks(compound, policy, runs, wording, show_all=False))
    yield from why
    yield from service_blocks(runs, policy, wording, show_all=True)
    yield from hot_spot_blocks(runs, policy, wording, show_all=True)


def day_items(dossier: Dossier, wording: Wording) -> Iterator[Item]:
    """Yield the day curves of the heaviest transformers; nothing without simulated days."""
    charts = tuple(day_charts(dossier, wording))
    if charts:
        for note in curves_notes(dossier, wording):
            yield Paragraph(text=Text(note, "quiet"))
        yield from charts
