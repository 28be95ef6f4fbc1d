"""The single-line diagram of a compound, for the screen and for CAD."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import gridcalc
from gridcalc.dossier import Dossier
from gridcalc.outcome import Run
from gridcalc.report.drawing.dxf_pen import Place, add_shapes, document_bytes, new_document
from gridcalc.report.drawing.flowing import BETWEEN_MM, sheets_of, stacked
from gridcalc.report.drawing.frame import ROOM_MM, Title, framed
from gridcalc.report.drawing.layers import FRAME_TEXT, SINGLE_LINE_LAYERS
from gridcalc.report.drawing.legend import legend_panel
from gridcalc.report.drawing.lv_panel import lv_panels
from gridcalc.report.drawing.lv_scheme import lv_tree
from gridcalc.report.drawing.mv_panel import mv_panels
from gridcalc.report.drawing.mv_scheme import mv_lines
from gridcalc.report.drawing.planned import planned
from gridcalc.report.drawing.readings import Readings, readings
from gridcalc.report.drawing.shapes import Label, Panel, Tone, fitted, moved, scaled
from gridcalc.report.drawing.svg_pen import svg_text
from gridcalc.report.modes import mode_of, mode_word
from gridcalc.report.wording import Wording

_PAGE_MM = 277.0
"""Width of an A4 page on its side, without its margins. [mm]"""
_PAGE_RATIO = 1.3
"""Height over width of what an upright A4 page has room for beside its caption. [-]"""
_PART_MM = 340.0
_MARGIN_MM = 4.0
_LEGEND_MM = 100.0
"""Least room for the legend beside the 10 kV side. [mm]"""
_BETWEEN_SHEETS_MM = 30.0
_ROUNDING_MM = 1e-6
"""What a drawing may be larger by when its size has been changed and changed back. [mm]"""
_TITLE_MM, _SUBTITLE_MM = 5.2, 3.6
_FACTORS = (1.0, 1.1, 1.2)
"""How much more room a sheet may have where that saves one: its drawing is smaller by as much."""


def single_line_svg(dossier: Dossier, wording: Wording, run: Run) -> str:
    """Return the single-line diagram as one ``<svg>`` element.

    Parameters
    ----------
    dossier
        Of the compound.
    wording
        Language of the labels.
    run
        Whose loadings and voltages are shown; cables and boxes have the colour of how near they
        are to their limit.
    """
    return _pages(dossier, wording, run, ratio=None)[0]


def single_line_pages(dossier: Dossier, wording: Wording, run: Run) -> tuple[str, ...]:
    """Return the diagram as ``<svg>`` elements that each fit on an upright A4 page.

    Nothing is cut between them; the parameters are those of ``single_line_svg``.
    """
    return _pages(dossier, wording, run, ratio=_PAGE_RATIO)


def pages_after_works(dossier: Dossier, wording: Wording) -> tuple[str, ...]:
    """Return pages of the network after works that change its shape; none without such works."""
    return tuple(
        page
        for after, built in _redrawn(dossier)
        for page in _pages(after, wording, after.deciding_run, ratio=_PAGE_RATIO, built=built)
    )


def _redrawn(dossier: Dossier) -> Iterator[tuple[Dossier, frozenset[str]]]:
    """Yield the compound after works that change its shape, and what they build; else nothing."""
    plan = planned(dossier)
    if plan.needs_drawing and dossier.after is not None:
        yield dossier.after, plan.built


def _pages(
    dossier: Dossier,
    wording: Wording,
    run: Run,
    *,
    ratio: float | None,
    built: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Return the pages, none higher than ``ratio`` times its width; one page without it."""
    shown = readings(dossier, run, built=built)
    parts = _parts(dossier, shown, wording, height_mm=_PART_MM)
    width = max([_PAGE_MM - 2 * _MARGIN_MM, *(part.width_mm for part in (*parts.mv, *parts.lv))])
    tones: tuple[Tone, ...] = ("ok", "near", "built" if built else "over")
    name = dossier.compound.name
    after = wording("Single-line diagram of {name} after the works", name=name)
    title = after if built else wording("Single-line diagram of {name}", name=name)
    every = _with_legend(parts, shown, wording, tones=tones, width_mm=width)
    head = _head(title, run_text(run, wording), width)
    high = None if ratio is None else ratio * width - head.height_mm - BETWEEN_MM
    bodies = sheets_of(every, width_mm=width, height_mm=high)
    return tuple(
        svg_text(_with_margin(stacked([head, body])), title=title, text=run_text(run, wording))
        for body in bodies
    )


def _with_margin(page: Panel) -> Panel:
    return Panel(
        width_mm=page.width_mm + 2 * _MARGIN_MM,
        height_mm=page.height_mm + 2 * _MARGIN_MM,
        shapes=tuple(moved(page.shapes, _MARGIN_MM, _MARGIN_MM)),
    )


def single_line_dxf(dossier: Dossier, wording: Wording) -> bytes:
    """Return the single-line diagram as the bytes of a DXF file: A3 sheets beside each other.

    The results shown are those of the run that decides.
    """
    sheets = single_line_sheets(dossier, wording)
    document = new_document(
        SINGLE_LINE_LAYERS,
        wording,
        metres=False,
        properties={"COMPOUND": dossier.compound.id, "GRIDCALC": gridcalc.__version__},
    )
    x = 0.0
    for sheet in sheets:
        add_shapes(document, sheet.shapes, Place(x=x, y=sheet.height_mm))
        x += sheet.width_mm + _BETWEEN_SHEETS_MM
    high = max(sheet.height_mm for sheet in sheets)
    document.set_modelspace_vport(height=1.1 * high, center=(sheets[0].width_mm / 2, high / 2))
    return document_bytes(document)


def single_line_sheets(dossier: Dossier, wording: Wording) -> tuple[Panel, ...]:
    """Return the sheets of the diagram in their frames.

    Where works change the shape of the network, sheets of the network after them follow.
    """
    sheets = [*_sheets(dossier, wording)]
    for after, built in _redrawn(dossier):
        sheets += _sheets(after, wording, built=built)
    return tuple(
        framed(sheet, title, wording, k=k, n=len(sheets))
        for k, (sheet, title) in enumerate(sheets, 1)
    )


def _sheets(
    dossier: Dossier, wording: Wording, *, built: frozenset[str] = frozenset()
) -> Iterator[tuple[Panel, Title]]:
    """Yield the sheets with their titles, drawn a little smaller where that saves a sheet."""
    run = dossier.deciding_run
    shown = readings(dossier, run, built=built)
    tones: tuple[Tone, ...] = ("near", "built") if built else ("near", "over")

    def set_out(factor: float) -> tuple[Panel, ...]:
        width, height = (factor * side - _ROUNDING_MM for side in ROOM_MM)
        parts = _parts(dossier, shown, wording, height_mm=height)
        every = _with_legend(parts, shown, wording, tones=tones, width_mm=width)
        return sheets_of(every, width_mm=width, height_mm=height)

    trials = {factor: set_out(factor) for factor in _FACTORS}
    factor = min(trials, key=lambda row: (len(trials[row]), row))
    after, plain = wording("Single-line diagram after the works"), wording("Single-line diagram")
    title = Title(
        project=dossier.compound.name,
        drawing=after if built else plain,
        number=f"{dossier.compound.id}-01",
        remark=run_text(run, wording),
        version=gridcalc.__version__,
        scale=wording("scale: not to scale"),
        unit=wording("unit: mm of paper"),
    )
    for sheet in trials[factor]:
        yield scaled(sheet, 1 / factor) if factor > 1 else sheet, title


def run_text(run: Run, wording: Wording) -> str:
    """Return which run the results on a drawing are of."""
    mode = mode_of(run)
    return wording(
        "results of {scenario}, {mode}",
        scenario=wording.scenario(run.scenario),
        mode=mode_word(mode, [mode], wording),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a diagram: the 10 kV side, and the 0.4 kV side of every transformer."""

    mv: tuple[Panel, ...]
    lv: tuple[Panel, ...]


def _parts(dossier: Dossier, shown: Readings, wording: Wording, *, height_mm: float) -> Parts:
    lines = mv_lines(shown.compound, dossier.catalogue)
    tree = lv_tree(shown)
    return Parts(
        mv=tuple(mv_panels(shown, lines, wording, height_mm=height_mm)),
        lv=tuple(
            panel
            for unit in shown.compound.transformers
            for panel in lv_panels(tree, unit.id, wording, height_mm=height_mm)
        ),
    )


def _with_legend(
    parts: Parts, shown: Readings, wording: Wording, *, tones: Sequence[Tone], width_mm: float
) -> tuple[Panel, ...]:
    """Return the parts and the legend: beside the 10 kV side where it fits, else at the end."""
    shapes = [shape for part in (*parts.mv, *parts.lv) for shape in part.shapes]
    used = sum(part.width_mm + BETWEEN_MM for part in parts.mv)
    beside = width_mm - used
    fits = beside >= _LEGEND_MM
    legend = legend_panel(
        shapes, shown, wording, tones=tones, width_mm=beside if fits else width_mm
    )
    return (*parts.mv, legend, *parts.lv) if fits else (*parts.mv, *parts.lv, legend)


def _head(title: str, subtitle: str, width_mm: float) -> Panel:
    said = fitted(title, width_mm, _TITLE_MM, bold=True)
    shapes = (
        Label(layer=FRAME_TEXT, at=(0.0, _TITLE_MM), text=said, size_mm=_TITLE_MM, bold=True),
        Label(layer=FRAME_TEXT, at=(0.0, 2.2 * _TITLE_MM), text=subtitle, size_mm=_SUBTITLE_MM),
    )
    return Panel(width_mm=width_mm, height_mm=2.6 * _TITLE_MM, shapes=shapes)
