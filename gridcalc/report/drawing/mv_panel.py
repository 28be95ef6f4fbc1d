"""The 10 kV side: sources on top, switchgear below each other, transformers to the right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gridcalc.compound.model import MvCable
from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.mv_parts import (
    GAP_MM,
    PITCH_MM,
    RIGHT_MM,
    SOURCE_MM,
    SOURCE_RADIUS_MM,
    SOURCE_Y_MM,
    SPINE_MM,
    TEXT_X_MM,
    Pen,
    cable_down,
    cable_line,
    cable_mm,
    said,
    source_shapes,
    text_at,
    unit_bay,
)
from gridcalc.report.drawing.mv_scheme import Bay, Line, Switchgear, Tail
from gridcalc.report.drawing.readings import Readings
from gridcalc.report.drawing.shapes import (
    TEXT_MM,
    Label,
    Panel,
    Path,
    Point,
    Shape,
    Sign,
    fitted,
    label_box,
    moved,
    rectangle,
    wire,
)
from gridcalc.report.wording import Wording

_UNIT_MM, _BAY_MM, _SPARE_MM = 16.5, 11.0, 6.5
_RING_MM, _CABLE_MM, _HEAD_MM = 11.0, 15.0, 8.0
_LANE_MM, _BETWEEN_MM = 7.0, 8.0
_ARROW_MM = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A line: its shapes, where it ends below, and how wide it is. [mm]."""

    shapes: tuple[Shape, ...]
    bottom: float
    width: float


def mv_panels(
    readings: Readings, lines: Sequence[Line], wording: Wording, *, height_mm: float
) -> Iterator[Panel]:
    """Yield the lines of the 10 kV side; two lines linked at their ends are one panel.

    Lines that are higher than the room for a panel are cut, and the parts refer to each other.
    """
    parts = [part for line in lines for part in _cut(line, height_mm)]
    ends = [k for k, part in enumerate(parts) if _is_link(part)]
    pairs = dict(zip(ends[::2], ends[1::2], strict=True))
    seconds = set(pairs.values())
    for k, part in enumerate(parts):
        if k not in seconds:
            both = [part, parts[pairs[k]]] if k in pairs else [part]
            yield _panel([_drawn(readings, row, wording) for row in both])


def _is_link(line: Line) -> bool:
    return line.tail is not None and line.tail.kind == "link"


def _cut(line: Line, height_mm: float) -> Iterator[Line]:
    """Yield a line in parts that fit; a part ends with a reference to the next."""
    part: list[Switchgear] = []
    end = _CABLE_MM + SOURCE_MM
    head, from_source, used = line.head, line.from_source, SOURCE_MM + end
    for gear in line.gear:
        needed = _gear_mm(gear) + _CABLE_MM
        if part and used + needed > height_mm:
            tail = Tail(kind="reference", to=gear.id, cable=gear.cable)
            yield Line(head=head, from_source=from_source, gear=tuple(part), tail=tail)
            head, from_source, used, part = part[-1].id, False, _HEAD_MM + end, []
        part.append(gear)
        used += needed
    yield replace(line, head=head, from_source=from_source, gear=tuple(part))


def _bay_mm(bay: Bay) -> float:
    return {"unit": _UNIT_MM, "spare": _SPARE_MM}.get(bay.kind, _BAY_MM)


def _gear_mm(gear: Switchgear) -> float:
    return 2 * _RING_MM + sum(map(_bay_mm, gear.bays)) + GAP_MM


def _panel(lines: Sequence[Drawn]) -> Panel:
    """Return lines beside each other; the ends of two are joined below them."""
    shapes: list[Shape] = []
    ends: list[Point] = []
    x = 0.0
    for line in lines:
        shapes += moved(line.shapes, x, 0.0)
        ends.append((x + SPINE_MM, line.bottom))
        x += line.width + _BETWEEN_MM
    height = max(y for _, y in ends)
    if len(ends) > 1:
        height += _LANE_MM
        points = (ends[0], (ends[0][0], height), (ends[-1][0], height), ends[-1])
        shapes.append(cable_line(points, "plain", dashed=True))
    return Panel(width_mm=x - _BETWEEN_MM, height_mm=height + GAP_MM, shapes=tuple(shapes))


def _drawn(readings: Readings, line: Line, wording: Wording) -> Drawn:
    pen = _pen(readings, line, wording)
    shapes = [*_head(pen, line)]
    y = SOURCE_MM if line.from_source else _HEAD_MM
    start = SOURCE_Y_MM + SOURCE_RADIUS_MM if line.from_source else y
    for gear in line.gear:
        goes_on = gear is not line.gear[-1] or line.tail is not None
        shapes += cable_down(pen, gear.cable, start, y, y + _CABLE_MM)
        y += _CABLE_MM
        shapes += _gear(pen, gear, y, goes_on=goes_on)
        y += _gear_mm(gear)
        start = y
    if line.tail is not None:
        more, y = _tail(pen, line.tail, y)
        shapes += more
    right = max(label_box(shape)[2] for shape in shapes if isinstance(shape, Label))
    return Drawn(shapes=tuple(shapes), bottom=y, width=max(right, RIGHT_MM) + GAP_MM)


def _pen(readings: Readings, line: Line, wording: Wording) -> Pen:
    """Return the pen of a line: its cables to transformers are as long as their texts."""
    pen = Pen(readings=readings, wording=wording, cable_end_mm=0.0)
    bays = [bay for gear in line.gear for bay in gear.bays if bay.kind == "unit"]
    texts = [cable_mm(pen, bay.cable) for bay in bays if bay.cable is not None]
    return replace(pen, cable_end_mm=RIGHT_MM + GAP_MM + max(texts, default=0.0) + GAP_MM)


def _head(pen: Pen, line: Line) -> Iterator[Shape]:
    if line.from_source:
        yield from source_shapes(pen, line.head, 0.0)
        return
    wording = pen.wording
    yield _arrow(SPINE_MM, 2.0, down=True)
    yield text_at(said(wording("from {id}", id=line.head)), TEXT_X_MM, 5.5)


def _arrow(x: float, y: float, *, down: bool) -> Sign:
    block = symbols.REFERENCE
    return Sign(layer=layers.MV_TEXT, block=block, at=(x, y), turn_deg=90 if down else 0)


def _gear(pen: Pen, gear: Switchgear, y: float, *, goes_on: bool) -> Iterator[Shape]:
    """Yield a piece of switchgear whose upper edge is at a height."""
    top, bus_end = y + _RING_MM, y + _gear_mm(gear) - _RING_MM
    bottom = bus_end + (_RING_MM if goes_on else GAP_MM)
    yield rectangle(layers.MV_SWITCHGEAR, (0.0, y, RIGHT_MM, bottom), dashed=True)
    room = RIGHT_MM - TEXT_X_MM - GAP_MM
    yield text_at(fitted(gear.id, room, bold=True), TEXT_X_MM, y + 5.0, bold=True)
    yield text_at(fitted(gear.type, room), TEXT_X_MM, y + 5.0 + PITCH_MM)
    yield from _ring(gear.cable, y)
    points = ((SPINE_MM, top), (SPINE_MM, bus_end))
    yield Path(layer=layers.MV_BUSBAR, points=points, width_mm=1.0)
    for bay in gear.bays:
        yield from _bay(pen, bay, top + _bay_mm(bay) / 2)
        top += _bay_mm(bay)
    if goes_on:
        yield from _ring(gear.cable, bus_end)


def _ring(cable: MvCable, y: float) -> Iterator[Shape]:
    """Yield a bay of the line itself, from a height downwards."""
    middle, half = y + _RING_MM / 2, symbols.HALF_SWITCH_MM
    yield wire(layers.MV_SWITCHGEAR, (SPINE_MM, y), (SPINE_MM, middle - half))
    yield Sign(
        layer=layers.MV_SWITCHGEAR,
        block=symbols.RING_BAY,
        at=(SPINE_MM, middle),
        turn_deg=90,
        attributes=(("ID", cable.id), ("TYPE", "load_switch"), ("RATING", "")),
    )
    yield wire(layers.MV_SWITCHGEAR, (SPINE_MM, middle + half), (SPINE_MM, y + _RING_MM))


def _bay_symbol(pen: Pen, bay: Bay) -> str:
    """Return the symbol of a bay: the device that is stated, else the usual one."""
    device = pen.readings.devices.get(bay.cable.id) if bay.cable else None
    if device is not None and device.kind == "breaker":
        return symbols.BREAKER
    return symbols.SWITCH_FUSE if bay.kind == "unit" else symbols.LOAD_SWITCH


def _bay(pen: Pen, bay: Bay, y: float) -> Iterator[Shape]:
    block, wording = _bay_symbol(pen, bay), pen.wording
    is_pair = block == symbols.SWITCH_FUSE
    half = symbols.HALF_PAIR_MM if is_pair else symbols.HALF_SWITCH_MM
    at = SPINE_MM + GAP_MM + half
    yield wire(layers.MV_SWITCHGEAR, (SPINE_MM, y), (at - half, y))
    yield Sign(
        layer=layers.MV_SWITCHGEAR,
        block=block,
        at=(at, y),
        attributes=(
            ("ID", bay.cable.id if bay.cable else bay.to),
            ("TYPE", bay.kind),
            ("RATING", ""),
        ),
    )
    if bay.kind == "spare":
        yield text_at(wording("spare"), at + half + GAP_MM, y + 1.2)
    elif bay.kind == "unit":
        yield from unit_bay(pen, bay, at + half, y)
    elif bay.cable is not None:
        yield from _elsewhere(pen, bay.to, bay.cable, (at + half, y))


def _elsewhere(pen: Pen, to: str, cable: MvCable, at: Point) -> Iterator[Shape]:
    """Yield a cable to switchgear that is drawn elsewhere."""
    y, wording = at[1], pen.wording
    end = RIGHT_MM + GAP_MM
    yield cable_line((at, (end, y)), pen.line_tone(cable), dashed=cable.normally_open)
    yield _arrow(end, y, down=False)
    first, length, loading = pen.texts(cable)
    left = end + _ARROW_MM + GAP_MM
    yield text_at(said(f"{wording('to {id}', id=to)}  {first}"), left, y - 0.4)
    yield text_at(f"{length}  {loading}", left, y - 0.4 + PITCH_MM)


def _tail(pen: Pen, tail: Tail, y: float) -> tuple[list[Shape], float]:
    """Return what follows the last switchgear, and where it ends. [mm]."""
    wording = pen.wording
    shapes = [*cable_down(pen, tail.cable, y, y, y + _CABLE_MM)]
    y += _CABLE_MM
    if tail.kind == "source":
        top = y + SOURCE_Y_MM - SOURCE_RADIUS_MM
        shapes.append(cable_line(((SPINE_MM, y), (SPINE_MM, top)), "plain", dashed=True))
        shapes += source_shapes(pen, tail.to, y)
        return shapes, y + SOURCE_MM
    if tail.kind == "reference":
        shapes.append(_arrow(SPINE_MM, y, down=True))
        name = said(wording("to {id}", id=tail.to))
        shapes.append(text_at(name, TEXT_X_MM, y + TEXT_MM))
        return shapes, y + _HEAD_MM
    return shapes, y
