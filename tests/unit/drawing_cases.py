"""Dossiers for the tests of the drawings, each made once, by the factor method alone."""

from collections.abc import Iterable, Iterator
from functools import cache

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.model import Compound
from gridcalc.compound.reader import parse_compound
from gridcalc.compound.templates import load_template
from gridcalc.compound.templates.expanding import expand
from gridcalc.dossier import Dossier, Wanted, compile_dossier
from gridcalc.policy import load_policy
from gridcalc.question import Question
from gridcalc.report.drawing.placing import overlap
from gridcalc.report.drawing.shapes import (
    Box,
    Circle,
    Label,
    Panel,
    Path,
    Point,
    Shape,
    Sign,
    label_box,
)
from gridcalc.report.drawing.symbols import SYMBOLS

TEMPLATES = (
    "combined-meter",
    "high-rise",
    "mid-rise",
    "mixed-use",
    "old-courtyard",
    "resettlement",
    "villa",
    "walk-up",
)
SCENARIO = "ev-100+ebike-50"
TOUCH_MM = 0.05
"""Boxes that share less are beside each other."""


@cache
def template(name: str) -> Compound:
    """Return the compound of a template with its default parameters."""
    return expand(load_template(name), {}, catalogue=load_catalogue())


def dossier_of(compound: Compound) -> Dossier:
    """Return the dossier of a compound: today and full build-out, no days, no plan."""
    return compile_dossier(
        compound,
        catalogue=load_catalogue(),
        policy=load_policy("national"),
        inputs=(),
        question=Question(scenarios=(SCENARIO,), methods=("factor",)),
        wanted=Wanted(with_hosting=False),
    )


@cache
def of_template(name: str) -> Dossier:
    """Return the dossier of a template."""
    return dossier_of(template(name))


def of_text(text: str) -> Dossier:
    """Return the dossier of a compound file."""
    return dossier_of(parse_compound(text, file="test.yaml", catalogue=load_catalogue()))


def labels(shapes: Iterable[Shape]) -> list[Label]:
    """Return the texts among shapes."""
    return [shape for shape in shapes if isinstance(shape, Label) and shape.text]


def overlapping(shapes: Iterable[Shape]) -> list[tuple[str, str]]:
    """Return the pairs of texts that cover each other."""
    rows = sorted(((label_box(row), row.text) for row in labels(shapes)), key=lambda row: row[0])
    found = []
    for k, (a, first) in enumerate(rows):
        for b, second in rows[k + 1 :]:
            if b[0] >= a[2]:
                break
            if overlap(_smaller(a), b):
                found.append((first, second))
    return found


def _smaller(box: Box) -> Box:
    x0, y0, x1, y1 = box
    return x0 + TOUCH_MM, y0 + TOUCH_MM, x1 - TOUCH_MM, y1 - TOUCH_MM


def outside(panel: Panel) -> list[Shape]:
    """Return the shapes that reach beyond the edges of a panel."""
    width, height = panel.width_mm + TOUCH_MM, panel.height_mm + TOUCH_MM
    return [
        shape
        for shape in panel.shapes
        if any(
            not (-TOUCH_MM <= x <= width and -TOUCH_MM <= y <= height) for x, y in corners(shape)
        )
    ]


def corners(shape: Shape) -> Iterator[Point]:
    """Yield points that no part of a shape lies outside of."""
    match shape:
        case Path():
            yield from shape.points
        case Circle():
            (x, y), r = shape.centre, shape.radius_mm
            yield from ((x - r, y - r), (x + r, y + r))
        case Label():
            x0, y0, x1, y1 = label_box(shape)
            yield from ((x0, y0), (x1, y1)) if shape.text else ()
        case Sign():
            for part in SYMBOLS[shape.block]:
                for x, y in corners(part):
                    turned = (-y, x) if shape.turn_deg else (x, y)
                    yield (
                        shape.at[0] + shape.scale * turned[0],
                        shape.at[1] + shape.scale * turned[1],
                    )
