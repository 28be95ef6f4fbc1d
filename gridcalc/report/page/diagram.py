"""The single-line diagram on upright pages: as it is in the run that decides, and after works."""

from collections.abc import Iterator

from gridcalc.dossier import Dossier
from gridcalc.report.drawing.single_line import pages_after_works, single_line_pages
from gridcalc.report.page.parts import Drawing
from gridcalc.report.wording import Wording


def diagram_items(dossier: Dossier, wording: Wording) -> Iterator[Drawing]:
    """Yield the pages of the diagram; nothing is cut between them."""
    for page in single_line_pages(dossier, wording, dossier.deciding_run):
        yield Drawing(svg=page)
    for page in pages_after_works(dossier, wording):
        yield Drawing(svg=page)
