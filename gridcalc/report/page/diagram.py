"""The single-line diagram as sheets with a title block, one on a page of paper."""

from collections.abc import Iterator

from gridcalc.dossier import Dossier
from gridcalc.report.drawing.single_line import run_text, single_line_sheets
from gridcalc.report.drawing.svg_pen import svg_text
from gridcalc.report.page.parts import Drawing
from gridcalc.report.wording import Wording


def diagram_items(dossier: Dossier, wording: Wording) -> Iterator[Drawing]:
    """Yield the sheets with the results of the run that decides, the legend on the last."""
    title = wording("Single-line diagram of {name}", name=dossier.compound.name)
    text = run_text(dossier.deciding_run, wording)
    for sheet in single_line_sheets(dossier, wording):
        yield Drawing(svg=svg_text(sheet, title=title, text=text))
