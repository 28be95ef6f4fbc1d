"""What symbols and colours mean, and what a reader must know of the drawing."""

from collections.abc import Iterable, Iterator, Sequence

from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.readings import NEAR, Readings
from gridcalc.report.drawing.shapes import (
    TEXT_MM,
    Label,
    Panel,
    Path,
    Shape,
    Sign,
    Tone,
    moved,
    text_mm,
)
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT

_SIGN_MM, _ROW_MM, _GAP_MM, _HEAD_MM = 17.0, 9.6, 5.0, 7.0
_LINE_MM = 4.9
_TURNED = symbols.HALF_PAIR_MM
_EARTH_MM = 1.6
"""A transformer stands higher, for the earth below it. [mm]"""


def legend_panel(
    shapes: Iterable[Shape],
    readings: Readings,
    wording: Wording,
    *,
    tones: Sequence[Tone],
    width_mm: float,
) -> Panel:
    """Return the legend of what a drawing shows, as wide as the room for it.

    Parameters
    ----------
    shapes
        Of the drawing; the legend has the symbols among them.
    readings, wording
        Results, and the language of the legend.
    tones
        Colours that tell something.
    width_mm
        Room for the legend. [mm]
    """
    used = {shape.block for shape in shapes if isinstance(shape, Sign)}
    entries = [*_signs(used, wording), *_colours(tones, wording)]
    found: list[Shape] = [_label(wording("Legend"), 0.0, TEXT_MM + 0.6, bold=True)]
    x, y = 0.0, _HEAD_MM
    pitch = max(width for width, _ in entries)
    columns = max(int((width_mm + _GAP_MM) / (pitch + _GAP_MM)), 1)
    for k, (_, entry) in enumerate(entries):
        x = (k % columns) * (pitch + _GAP_MM)
        y = _HEAD_MM + (k // columns) * _ROW_MM
        found += moved(entry, x, y)
    y += _ROW_MM + _LINE_MM
    for note in _notes(readings, wording):
        for line in wrapped(note, width_mm):
            found.append(_label(line, 0.0, y))
            y += _LINE_MM
    width = max(width_mm, pitch)
    return Panel(width_mm=width, height_mm=y, shapes=tuple(found))


def _signs(used: set[str], wording: Wording) -> Iterator[tuple[float, tuple[Shape, ...]]]:
    for block in symbols.SYMBOLS:
        if block in used:
            said = wording.term(f"symbol.{block}")
            y = _ROW_MM / 2 - (_EARTH_MM if block == symbols.TRANSFORMER else 0.0)
            sign = Sign(layer=layers.LEGEND, block=block, at=(_TURNED + 0.5, y))
            yield _entry((sign,), said)


def _colours(tones: Sequence[Tone], wording: Wording) -> Iterator[tuple[float, tuple[Shape, ...]]]:
    y = _ROW_MM / 2
    for tone in tones:
        said = wording.term(f"tone.{tone}").format(percent=f"{PERCENT * NEAR:g}")
        line = Path(layer=layers.LEGEND, points=((1.0, y), (14.0, y)), tone=tone, width_mm=0.8)
        yield _entry((line,), said)


def _entry(shapes: tuple[Shape, ...], said: str) -> tuple[float, tuple[Shape, ...]]:
    label = _label(said, _SIGN_MM, _ROW_MM / 2 + 1.2)
    return _SIGN_MM + text_mm(said), (*shapes, label)


def _notes(readings: Readings, wording: Wording) -> Iterator[str]:
    yield wording(
        "×n: equal ones drawn once; values from the least to the most, colour after the worst."
    )
    yield wording("ΔU: lowest phase voltage against 220 V; loading of cables against ampacity.")
    limits = sorted(set(readings.transformer_limits.values()))
    yield wording(
        "Limits: transformers {units} %, cables {cables} %, ΔU -{drop} %, three-phase loads"
        " -{three} %.",
        units="/".join(f"{limit:g}" for limit in limits),
        cables=f"{readings.cable_limit_percent:g}",
        drop=f"{readings.max_drop_percent:g}",
        three=f"{readings.max_three_phase_percent:g}",
    )
    plan = readings.planned
    if plan.changes:
        yield wording("→: what the plan of works makes of it, in blue.")
    if plan.added:
        yield wording("The plan of works adds: {what}.", what=wording.words(plan.added))
    if readings.compound.mv_cables:
        yield wording(
            "10 kV bays are drawn as load switches, those of transformers with fuses; what is"
            " installed is to be confirmed."
        )


def wrapped(text: str, width_mm: float, size_mm: float = TEXT_MM) -> Sequence[str]:
    """Return a text in lines that a width takes; Chinese may break between any characters.

    Examples
    --------
    >>> wrapped("one two three", 20.0, 3.0)
    ['one two', 'three']
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and text_mm((line + piece).rstrip(), size_mm) > width_mm:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for c in text:
        if c > _LAST_LATIN:
            if c in _CLOSING:
                word += c
                continue
            if word:
                yield word
            word = c
            continue
        if word and word[-1] > _LAST_LATIN:
            yield word
            word = ""
        word += c
        if c == " ":
            yield word
            word = ""
    if word:
        yield word


_LAST_LATIN = "\u2e7f"
_CLOSING = "，。；：、）！？》"


def _label(text: str, x: float, y: float, *, bold: bool = False) -> Label:
    return Label(layer=layers.LEGEND, at=(x, y), text=text, bold=bold)
