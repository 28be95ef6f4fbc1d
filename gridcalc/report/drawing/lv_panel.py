"""The 0.4 kV side of a transformer: unit, busbar and feeders from left to right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gridcalc.compound.model import lv_board
from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.lv_scheme import Branch, Tree, feeders
from gridcalc.report.drawing.lv_words import (
    box_text,
    cable_text,
    change_text,
    hint_text,
    ids_text,
    length_text,
    loading_text,
    loads_text,
    rating_text,
    voltage_text,
)
from gridcalc.report.drawing.readings import NO_LOADS, Readings
from gridcalc.report.drawing.shapes import (
    Label,
    Panel,
    Path,
    Shape,
    Sign,
    Tone,
    fitted,
    text_mm,
    widest,
    wire,
)
from gridcalc.report.drawing.unit_part import UNIT_HEIGHT_MM, UNIT_WIDTH_MM, unit_shapes
from gridcalc.report.wording import Wording

_ROW_MM = 10.0
TITLE_MM = 5.0
_NEW_MM = 0.8
"""Width of a line that works have built. [mm]"""
ABOVE_MM, BELOW_MM = 1.1, 3.7
"""From a line to the base line of the text above and below it. [mm]"""
_HEAD_MM, _TOP_MM, _FOOT_MM = 9.0, 7.0, 6.0
_GAP_MM = 2.0
_SWITCH_MM = 2 * symbols.HALF_SWITCH_MM
_BOX_MM = 2 * symbols.HALF_BOX_MM
_MOST_TEXT_MM, _MOST_LOADS_MM = 62.0, 100.0
"""No text beside a line is longer, and no list of loads. [mm]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A branch at its place: how deep, on which line of the panel, and its last line."""

    branch: Branch
    depth: int
    line: int
    last_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of a branch: two at its device, four at its cable, three at its box."""

    ids: str
    rating: str
    cable: str
    change: str
    length: str
    loading: str
    box: str
    deviation: str
    loads: str
    hint: str

    @property
    def device_mm(self) -> float:
        """Width of the texts at the device. [mm]."""
        return widest([self.ids, self.rating])

    @property
    def cable_mm(self) -> float:
        """Width of the texts at the cable. [mm]."""
        return max(_beside(self.cable, self.change), _beside(self.length, self.loading))

    @property
    def box_mm(self) -> float:
        """Width of the texts at the box. [mm]."""
        if not self.loads:
            return max(text_mm(self.box), text_mm(self.deviation))
        return max(_beside(self.box, self.deviation), text_mm(self.loads))


def _beside(first: str, second: str) -> float:
    return text_mm(first) + (_GAP_MM + text_mm(second) if second else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where the parts of the branches of one depth stand: left ends. [mm]."""

    bus: float
    device: float
    cable: float
    box: float
    end: float


def lv_panels(
    tree: Tree, transformer: str, wording: Wording, *, height_mm: float
) -> Iterator[Panel]:
    """Yield the 0.4 kV side of a transformer, in several parts where it is too high for one.

    Parameters
    ----------
    tree
        LV cables of the compound with their results.
    transformer
        Id of the transformer.
    wording
        Language of the labels.
    height_mm
        Room for a part; a single feeder that needs more gets more. [mm]
    """
    direct = tree.readings.loads.get(lv_board(transformer), NO_LOADS)
    room = max(int((height_mm - _HEAD_MM - _TOP_MM - _FOOT_MM) / _ROW_MM), 1)
    parts = list(_parts(feeders(tree, transformer), room - 1 if direct != NO_LOADS else room))
    for k, part in enumerate(parts):
        said = fitted(loads_text(direct, wording), _MOST_LOADS_MM)
        at_board = said if k + 1 == len(parts) else ""
        name = f"{transformer} ({k + 1}/{len(parts)})" if len(parts) > 1 else transformer
        yield _panel(tree.readings, transformer, part, wording, title=name, at_board=at_board)


def _parts(branches: Sequence[Branch], room: int) -> Iterator[tuple[Branch, ...]]:
    part: list[Branch] = []
    for branch in branches:
        if part and _lines([*part, branch]) > room:
            yield tuple(part)
            part = []
        part.append(branch)
    yield tuple(part)


def _lines(branches: Sequence[Branch]) -> int:
    return sum(_lines(branch.branches) or 1 for branch in branches)


def _rows(branches: Sequence[Branch], depth: int, line: int) -> Iterator[Row]:
    for branch in branches:
        below = tuple(_rows(branch.branches, depth + 1, line))
        last = max((row.last_line for row in below), default=line)
        yield Row(branch=branch, depth=depth, line=line, last_line=last)
        yield from below
        line = last + 1


def _texts(row: Row, wording: Wording) -> Texts:
    branch = row.branch
    named = row.depth == 0 or not _named_by_box(branch)

    def short(text: str) -> str:
        return fitted(text, _MOST_TEXT_MM)

    return Texts(
        ids=short(ids_text(branch.cables)) if named else "",
        rating=rating_text(branch.in_a, wording),
        cable=short(cable_text(branch)),
        change=short(change_text(branch.change, wording)),
        length=length_text(branch, wording),
        loading=loading_text(branch, wording),
        box=short(box_text(branch, wording)),
        deviation=voltage_text(branch, wording),
        loads=fitted(loads_text(branch.loads, wording), _MOST_LOADS_MM),
        hint=hint_text(branch, wording),
    )


def _named_by_box(branch: Branch) -> bool:
    """Return whether the ids of cables say no more than those of the boxes at their ends."""
    pairs = zip(branch.cables, branch.nodes, strict=True)
    return branch.n > 1 or all(cable.startswith(node) for cable, node in pairs)


def _columns(rows: Sequence[tuple[Row, Texts]], left: float) -> tuple[Column, ...]:
    columns: list[Column] = []
    for depth in range(1 + max((row.depth for row, _ in rows), default=-1)):
        texts = [said for row, said in rows if row.depth == depth]
        bus = columns[-1].end if columns else left
        device = bus + _GAP_MM + _SWITCH_MM
        cable = device + max(said.device_mm for said in texts) + 2 * _GAP_MM
        box = cable + max(said.cable_mm for said in texts) + 2 * _GAP_MM
        end = box + _BOX_MM + _GAP_MM + max(said.box_mm for said in texts) + 2 * _GAP_MM
        columns.append(Column(bus=bus, device=device, cable=cable, box=box, end=end))
    return tuple(columns)


def _panel(
    readings: Readings,
    transformer: str,
    branches: Sequence[Branch],
    wording: Wording,
    *,
    title: str,
    at_board: str,
) -> Panel:
    rows = [(row, _texts(row, wording)) for row in _rows(branches, 0, 0)]
    columns = _columns(rows, UNIT_WIDTH_MM)
    n_lines = _lines(branches) + bool(at_board)
    first = _HEAD_MM + _TOP_MM
    last = first + _ROW_MM * max(n_lines - 1, 0)
    box_x = columns[0].cable if columns else UNIT_WIDTH_MM + 2 * _SWITCH_MM
    shapes: list[Shape] = [
        *unit_shapes(readings, transformer, wording, title=title, line_mm=first),
        _busbar(UNIT_WIDTH_MM, first - _GAP_MM, max(last, first + UNIT_HEIGHT_MM) + _GAP_MM),
    ]
    for row, said in rows:
        shapes += _row(row, said, columns[row.depth], first, readings)
    if at_board:
        shapes += _at_board(at_board, box_x, last, wording)
    width = max([*(column.end for column in columns), UNIT_WIDTH_MM * 2])
    if at_board:
        width = max(width, box_x + _BOX_MM + 2 * _GAP_MM + text_mm(at_board))
    height = max(last, first + UNIT_HEIGHT_MM) + _FOOT_MM
    return Panel(width_mm=width, height_mm=height, shapes=tuple(shapes))


def _busbar(x: float, top: float, bottom: float) -> Path:
    return Path(layer=layers.LV_BUSBAR, points=((x, top), (x, bottom)), width_mm=0.9)


def _row(row: Row, said: Texts, at: Column, first: float, readings: Readings) -> Iterator[Shape]:
    branch, y = row.branch, first + _ROW_MM * row.line
    tone = readings.cable_tone(branch.loading_percent[1] if branch.loading_percent else None)
    yield from _device(branch, said, at.bus, y)
    start = at.device - _GAP_MM if branch.device else at.bus
    drawn: Tone = "built" if branch.is_built else tone
    yield cable_line(((start, y), (at.box, y)), drawn, said.hint)
    yield _text(said.ids, at.device, y - ABOVE_MM)
    yield _text(said.rating, at.device, y + BELOW_MM)
    yield _text(said.cable, at.cable, y - ABOVE_MM)
    if said.change:
        x = at.cable + text_mm(said.cable) + _GAP_MM
        yield result(said.change, x, y - ABOVE_MM, "new")
    yield _text(said.length, at.cable, y + BELOW_MM)
    if said.loading:
        yield result(said.loading, at.cable + text_mm(said.length) + _GAP_MM, y + BELOW_MM, tone)
    yield from _box(row, said, at, y, readings)


def cable_line(points: tuple[tuple[float, float], ...], tone: Tone, hint: str) -> Path:
    """Return an LV cable in the colour of its loading, or as one that works have built."""
    wide = {"over": 0.6, "built": _NEW_MM}.get(tone, 0.3)
    layer = layers.NEW_WORKS if tone == "built" else layers.LV_CABLE
    return Path(layer=layer, points=points, tone=tone, width_mm=wide, hint=hint)


def _device(branch: Branch, said: Texts, x: float, y: float) -> Iterator[Shape]:
    if not branch.device:
        return
    yield Sign(
        layer=layers.LV_SWITCHGEAR,
        block=symbols.FUSE if branch.device == "fuse" else symbols.BREAKER,
        at=(x + _SWITCH_MM / 2, y),
        attributes=(
            ("ID", ids_text(branch.cables)),
            ("TYPE", branch.device),
            ("RATING", said.rating),
        ),
    )


def _box(row: Row, said: Texts, at: Column, y: float, readings: Readings) -> Iterator[Shape]:
    branch = row.branch
    tone = readings.voltage_tone(branch.nodes, branch.deviation_percent)
    yield Sign(
        layer=layers.LV_BOX,
        block=symbols.BOXES.get(branch.box, symbols.DISTRIBUTION_BOX),
        at=(at.box + _BOX_MM / 2, y),
        tone=tone,
        attributes=(("ID", ids_text(branch.nodes)), ("TYPE", said.box), ("RATING", said.loads)),
        hint=said.loads,
    )
    x = at.box + _BOX_MM + _GAP_MM
    yield _text(said.box, x, y - ABOVE_MM)
    if not said.loads:
        yield result(said.deviation, x, y + BELOW_MM, tone)
    elif said.deviation:
        yield result(said.deviation, x + text_mm(said.box) + _GAP_MM, y - ABOVE_MM, tone)
    yield _text(said.loads, x, y + BELOW_MM)
    if branch.branches:
        bottom = y + _ROW_MM * _last_start(branch)
        yield wire(layers.LV_CABLE, (at.box + _BOX_MM, y), (at.end, y))
        yield wire(layers.LV_BUSBAR, (at.end, y), (at.end, bottom))


def _last_start(branch: Branch) -> int:
    """Return on which of its own lines the last of the branches behind a box begins."""
    return _lines(branch.branches[:-1])


def _at_board(said: str, x: float, y: float, wording: Wording) -> Iterator[Shape]:
    """Yield the loads that are wired from the LV board itself."""
    yield wire(layers.LV_CABLE, (UNIT_WIDTH_MM, y), (x, y))
    block, place = symbols.DISTRIBUTION_BOX, (x + _BOX_MM / 2, y)
    kind = wording("at the LV board")
    attributes = (("ID", ""), ("TYPE", kind), ("RATING", said))
    yield Sign(layer=layers.LV_BOX, block=block, at=place, attributes=attributes)
    yield _text(kind, x + _BOX_MM + _GAP_MM, y - ABOVE_MM)
    yield _text(said, x + _BOX_MM + _GAP_MM, y + BELOW_MM)


def _text(text: str, x: float, y: float) -> Label:
    return Label(layer=layers.LV_TEXT, at=(x, y), text=text)


def result(text: str, x: float, y: float, tone: Tone) -> Label:
    """Return a computed value in the colour of its limit."""
    return Label(layer=layers.RESULTS, at=(x, y), text=text, tone=tone, bold=tone == "over")
