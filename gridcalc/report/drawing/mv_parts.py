"""Sources, cables and transformers of the 10 kV side with their texts."""

from collections.abc import Iterator
from dataclasses import dataclass

from gridcalc.compound.model import MvCable, Source
from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.lv_words import change_text, tap_text, type_text
from gridcalc.report.drawing.mv_scheme import Bay
from gridcalc.report.drawing.readings import Readings
from gridcalc.report.drawing.shapes import (
    Label,
    Path,
    Point,
    Shape,
    Sign,
    Tone,
    fitted,
    text_mm,
)
from gridcalc.report.figures import number, with_unit
from gridcalc.report.wording import Wording

SPINE_MM, RIGHT_MM = 9.0, 43.0
"""From the left edge to the busbars and to the right edge of the switchgear. [mm]"""
TEXT_X_MM, PITCH_MM, GAP_MM = 15.0, 4.9, 2.0
"""Where texts beside the line begin, from line of text to line of text, and the least gap. [mm]"""
SOURCE_MM, SOURCE_Y_MM, SOURCE_RADIUS_MM = 26.0, 6.0, 3.2
"""Height of a source with its texts, where its circle stands, and how large it is. [mm]"""
ABOVE_MM, BELOW_MM = 1.1, 3.7
_DOWN_MM = 6.0
_MOST_TEXT_MM = 74.0
_UNIT_TEXT_MM = -3.6
_NEW_MM = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """What the parts of the drawing need to say what they say.

    ``cable_end_mm`` is where the cables to transformers end.
    """

    readings: Readings
    wording: Wording
    cable_end_mm: float

    def tone(self, cable: MvCable) -> Tone:
        """Return how near a cable is to its limit."""
        row = self.readings.cables.get(cable.id)
        return self.readings.cable_tone(row.loading_percent if row else None)

    def line_tone(self, cable: MvCable) -> Tone:
        """Return the tone of the line of a cable, which shows what works have built."""
        return "built" if cable.id in self.readings.built else self.tone(cable)

    def texts(self, cable: MvCable) -> tuple[str, str, str]:
        """Return id and type, length, and loading of a cable."""
        row, wording = self.readings.cables.get(cable.id), self.wording
        loading = with_unit(number(row.loading_percent, 0), "%", wording) if row else ""
        length = with_unit(number(cable.length_m, 0), "m", wording)
        if cable.normally_open:
            loading = wording("normally open")
        change = change_text(self.readings.planned.of(cable.id), wording)
        return said(f"{cable.id} {type_text(cable.type, 1)} {change}"), length, loading


def said(text: str, *, bold: bool = False) -> str:
    """Return a text that is short enough."""
    return fitted(text, _MOST_TEXT_MM, bold=bold)


def text_at(text: str, x: float, y: float, *, bold: bool = False) -> Label:
    """Return a text of the 10 kV side."""
    return Label(layer=layers.MV_TEXT, at=(x, y), text=text, bold=bold)


def cable_mm(pen: Pen, cable: MvCable) -> float:
    """Return how long a cable must be drawn for its texts. [mm]."""
    first, length, loading = pen.texts(cable)
    return max(text_mm(first), text_mm(length) + GAP_MM + text_mm(loading))


def cable_line(points: tuple[Point, ...], tone: Tone, *, dashed: bool = False) -> Path:
    """Return a 10 kV cable in the colour of its loading, or as one that works have built."""
    width = {"over": 0.6, "built": _NEW_MM}.get(tone, 0.4)
    layer = layers.NEW_WORKS if tone == "built" else layers.MV_CABLE
    return Path(layer=layer, points=points, tone=tone, width_mm=width, dashed=dashed)


def _cable_texts(pen: Pen, cable: MvCable, at: tuple[Point, Point]) -> Iterator[Shape]:
    """Yield the texts of a cable: id and type at the first place, the rest at the second."""
    first, length, loading = pen.texts(cable)
    (x0, y0), (x1, y1) = at
    yield text_at(first, x0, y0)
    yield text_at(length, x1, y1)
    if loading:
        yield _result(loading, (x1 + text_mm(length) + GAP_MM, y1), pen.tone(cable))


def cable_down(
    pen: Pen, cable: MvCable, start: float, text_y: float, end: float
) -> Iterator[Shape]:
    """Yield a cable that runs down, with its texts to the right."""
    points = ((SPINE_MM, start), (SPINE_MM, end))
    yield cable_line(points, pen.line_tone(cable), dashed=cable.normally_open)
    x, y = SPINE_MM + GAP_MM, text_y + _DOWN_MM
    yield from _cable_texts(pen, cable, ((x, y), (x, y + PITCH_MM)))


def source_shapes(pen: Pen, name: str, y: float) -> Iterator[Shape]:
    """Yield a source with what is known of it."""
    source = pen.readings.given_sources[name]
    yield Sign(
        layer=layers.MV_SWITCHGEAR,
        block=symbols.SOURCE,
        at=(SPINE_MM, y + SOURCE_Y_MM),
        attributes=(("ID", name), ("TYPE", source.line or ""), ("RATING", "10 kV")),
    )
    for k, text in enumerate(_source_texts(source, pen.wording)):
        bold = k == 0
        yield text_at(said(text, bold=bold), TEXT_X_MM, y + 5.0 + k * PITCH_MM, bold=bold)


def _source_texts(source: Source, wording: Wording) -> Iterator[str]:
    yield f"{source.id}  {source.line or ''}"
    behind = [part for part in (source.substation, source.busbar) if part]
    yield wording.words([wording.term(f"source.{source.kind}"), *behind])
    if source.i_sc_max_ka is not None and source.i_sc_min_ka is not None:
        most, least = (f"{value:g}" for value in (source.i_sc_max_ka, source.i_sc_min_ka))
        yield wording("fault current {most}/{least} kA", most=most, least=least)
    if source.open_capacity_kva is not None:
        kva = with_unit(f"{source.open_capacity_kva:g}", "kVA", wording)
        yield wording("open capacity {kva}", kva=kva)


def unit_bay(pen: Pen, bay: Bay, x: float, y: float) -> Iterator[Shape]:
    """Yield the cable of a transformer's bay, and the transformer with its texts."""
    end = pen.cable_end_mm
    tone: Tone = "plain"
    if bay.cable is not None:
        tone = pen.line_tone(bay.cable)
        left = RIGHT_MM + GAP_MM
        yield from _cable_texts(pen, bay.cable, ((left, y - ABOVE_MM), (left, y + BELOW_MM)))
    yield cable_line(((x, y), (end, y)), tone)
    yield from _transformer(pen, bay.to, end, y)


def _transformer(pen: Pen, name: str, x: float, y: float) -> Iterator[Shape]:
    station, unit = pen.readings.placed(name)
    row, wording = pen.readings.transformers.get(name), pen.wording
    tone, half = pen.readings.transformer_tone(name), symbols.HALF_TRANSFORMER_MM
    rating = with_unit(f"{row.sn_kva:g}", "kVA", wording) if row else ""
    is_built = name in pen.readings.built
    yield Sign(
        layer=layers.NEW_WORKS if is_built else layers.TRANSFORMERS,
        block=symbols.TRANSFORMER,
        at=(x + half, y),
        tone="built" if is_built else tone,
        attributes=(("ID", name), ("TYPE", unit.type), ("RATING", rating)),
    )
    left, top = x + 2 * half + GAP_MM, y + _UNIT_TEXT_MM
    place = f"{name}  {station.id} {wording.term(f'station.{station.kind}')}"
    yield text_at(said(place, bold=True), left, top, bold=True)
    group = pen.readings.vector_groups[unit.type]
    kind = f"{unit.type} {group} {tap_text(unit.tap, wording)}"
    yield text_at(said(kind), left, top + PITCH_MM)
    if row is not None:
        load = with_unit(number(row.s_peak_kva, 0), "kVA", wording)
        loading = with_unit(number(row.loading_percent, 1), "%", wording)
        yield _result(f"{loading}  {load}", (left, top + 2 * PITCH_MM), tone)


def _result(text: str, at: Point, tone: Tone) -> Label:
    return Label(layer=layers.RESULTS, at=at, text=text, tone=tone, bold=tone == "over")
