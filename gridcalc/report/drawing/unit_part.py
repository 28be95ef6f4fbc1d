"""A transformer with main switch, compensation and tie: the left part of its 0.4 kV panel."""

from collections.abc import Iterator

from gridcalc.compound.model import TransformerUnit, lv_board
from gridcalc.compound.topology import hv_nodes
from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.lv_words import change_text, rating_text, tap_text
from gridcalc.report.drawing.readings import Readings
from gridcalc.report.drawing.shapes import Label, Shape, Sign, Tone, fitted, text_mm, wire
from gridcalc.report.figures import number, with_unit
from gridcalc.report.wording import Wording

UNIT_WIDTH_MM = 47.0
"""From the left edge of a panel to the LV busbar. [mm]"""
UNIT_HEIGHT_MM = 46.0
"""From the line of the transformer to the lowest text below it. [mm]"""
TITLE_MM = 4.6
_REFERENCE_X, _TRANSFORMER_X, _SWITCH_X = 2.0, 15.5, 34.0
_TITLE_Y, _TEXTS_Y, _LINE_MM = 6.0, 12.5, 4.9
_COMPENSATION_Y, _TIE_Y = 35.0, 43.0
_END_X = UNIT_WIDTH_MM - 4.5


def unit_shapes(
    readings: Readings, transformer: str, wording: Wording, *, title: str, line_mm: float
) -> Iterator[Shape]:
    """Yield title, transformer, main switch, compensation and tie; the busbar is not drawn.

    Parameters
    ----------
    readings, transformer
        Results, and the id of the transformer.
    wording, title
        Language of the labels, and the name of the panel.
    line_mm
        Height of the line on which the transformer stands. [mm]
    """
    station, unit = readings.placed(transformer)
    fed_from = _fed_from(readings, transformer)
    place = f"{station.id} {wording.term(f'station.{station.kind}')}"
    yield from _title(title, place, fed_from, wording)
    yield from _incoming(readings, unit, wording, line_mm)
    for k, (text, tone) in enumerate(_facts(readings, unit, wording)):
        layer = layers.LV_TEXT if tone == "plain" else layers.RESULTS
        at = (_REFERENCE_X, line_mm + _TEXTS_Y + k * _LINE_MM)
        said = fitted(text, UNIT_WIDTH_MM - 3.0, bold=tone == "over")
        yield Label(layer=layer, at=at, text=said, tone=tone, bold=tone == "over")
    if unit.compensation_kvar:
        kvar = with_unit(f"{unit.compensation_kvar:g}", "kvar", wording)
        yield from _left(symbols.CAPACITOR, kvar, kvar, line_mm + _COMPENSATION_Y)
    if station.lv_tie and len(station.transformers) > 1:
        others = [row.id for row in station.transformers if row.id != transformer]
        said = wording("open tie to {others}", others=wording.words(others))
        yield from _left(symbols.BREAKER, said, "", line_mm + _TIE_Y)


def _incoming(
    readings: Readings, unit: TransformerUnit, wording: Wording, y: float
) -> Iterator[Shape]:
    row = readings.transformers.get(unit.id)
    device = readings.devices.get(unit.id)
    rating = rating_text(device.in_a if device else None, wording)
    half, switch = symbols.HALF_TRANSFORMER_MM, symbols.HALF_SWITCH_MM
    yield wire(layers.MV_CABLE, (_REFERENCE_X, y), (_TRANSFORMER_X - half, y))
    is_built = unit.id in readings.built
    yield Sign(
        layer=layers.NEW_WORKS if is_built else layers.TRANSFORMERS,
        block=symbols.TRANSFORMER,
        at=(_TRANSFORMER_X, y),
        tone="built" if is_built else readings.transformer_tone(unit.id),
        attributes=(
            ("ID", unit.id),
            ("TYPE", unit.type),
            ("RATING", with_unit(f"{row.sn_kva:g}", "kVA", wording) if row else ""),
        ),
    )
    yield wire(layers.LV_BUSBAR, (_TRANSFORMER_X + half, y), (_SWITCH_X - switch, y))
    yield Sign(
        layer=layers.LV_SWITCHGEAR,
        block=symbols.FUSE if device and device.kind == "fuse" else symbols.BREAKER,
        at=(_SWITCH_X, y),
        attributes=(("ID", unit.id), ("TYPE", "main"), ("RATING", rating)),
    )
    yield wire(layers.LV_BUSBAR, (_SWITCH_X + switch, y), (UNIT_WIDTH_MM, y))
    at = (_SWITCH_X, y + symbols.HALF_BOX_MM + 1.5)
    yield Label(layer=layers.LV_TEXT, at=at, text=rating, anchor="middle")


def _facts(
    readings: Readings, unit: TransformerUnit, wording: Wording
) -> Iterator[tuple[str, Tone]]:
    yield f"{unit.type} {readings.vector_groups[unit.type]}", "plain"
    change = change_text(readings.planned.of(unit.id), wording)
    if change:
        yield change, "new"
    fault = with_unit(number(readings.ik3_max_ka[lv_board(unit.id)], 1), "kA", wording)
    yield f"{tap_text(unit.tap, wording)}  Ik {fault}", "plain"
    row = readings.transformers.get(unit.id)
    if row is not None:
        loading = with_unit(number(row.loading_percent, 1), "%", wording)
        load = with_unit(number(row.s_peak_kva, 0), "kVA", wording)
        yield f"{loading}  {load}", readings.transformer_tone(unit.id)


def _left(block: str, said: str, rating: str, y: float) -> Iterator[Shape]:
    """Yield a branch of the busbar to the left with its text."""
    half = symbols.HALF_SWITCH_MM
    yield wire(layers.LV_BUSBAR, (_END_X + half, y), (UNIT_WIDTH_MM, y))
    attributes = (("ID", said), ("TYPE", ""), ("RATING", rating))
    yield Sign(layer=layers.LV_SWITCHGEAR, block=block, at=(_END_X, y), attributes=attributes)
    text = fitted(said, _END_X - half - 2.0)
    at = (_END_X - half - 1.0, y + 1.2)
    yield Label(layer=layers.LV_TEXT, at=at, text=text, anchor="end")


def _fed_from(readings: Readings, transformer: str) -> str:
    """Return the switchgear that feeds a transformer."""
    node = hv_nodes(readings.compound)[transformer]
    for cable in readings.compound.mv_cables:
        if transformer in (cable.from_id, cable.to_id) and not cable.normally_open:
            return cable.to_id if cable.from_id == transformer else cable.from_id
    return node


def _title(title: str, place: str, fed_from: str, wording: Wording) -> Iterator[Shape]:
    name = fitted(title, UNIT_WIDTH_MM, TITLE_MM, bold=True)
    at = (0.0, _TITLE_Y)
    yield Label(layer=layers.LV_TEXT, at=at, text=name, size_mm=TITLE_MM, bold=True)
    at = (text_mm(name, TITLE_MM, bold=True) + _REFERENCE_X, _TITLE_Y)
    said = wording("{place}, 0.4 kV side; 10 kV from {id}", place=place, id=fed_from)
    yield Label(layer=layers.LV_TEXT, at=at, text=fitted(said, 3 * UNIT_WIDTH_MM))
