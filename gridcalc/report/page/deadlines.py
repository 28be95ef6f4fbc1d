"""The deadlines of the connection: the calendar as a picture, then the steps and their limits."""

from collections.abc import Iterator

from gridcalc.dossier import Dossier
from gridcalc.provenance import is_verified
from gridcalc.report.blocks import Block
from gridcalc.report.page.markup import neutral, picture_address
from gridcalc.report.page.parts import Item, Picture, split_at, without_title
from gridcalc.report.timeline_report import timeline_output
from gridcalc.report.timeline_tree import Timed
from gridcalc.report.wording import Wording
from gridcalc.timeline.records import Timeline


def timed(dossier: Dossier, timeline: Timeline) -> Timed:
    """Return the timeline with the compound and the pack it belongs to."""
    compound = dossier.compound
    drawn = compound.model_copy(update={"name": neutral(compound.name)})
    return Timed(compound=drawn, policy=dossier.policy, timeline=timeline)


def deadline_items(found: Timed, wording: Wording) -> Iterator[Item]:
    """Yield the answer, the calendar, then the tables; assumptions stand in their own section."""
    from gridcalc.report.timeline_plot import gantt  # noqa: PLC0415  matplotlib is slow to load

    told, _ = _blocks(found, wording)
    yield from told[:1]
    yield Picture(
        source=picture_address(gantt(found, wording, form="svg").data),
        label=wording("Calendar of the steps"),
    )
    yield from told[1:]


def deadline_assumptions(found: Timed, wording: Wording) -> tuple[Block, ...]:
    """Return the table of what the deadlines rest on without proof."""
    return _blocks(found, wording)[1]


def _blocks(found: Timed, wording: Wording) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    rows = [row for row in found.timeline.assumptions if not is_verified(row.confidence)]
    title = wording("Assumptions to be verified ({n})", n=len(rows))
    return split_at(without_title(timeline_output(found, wording).blocks), title)
