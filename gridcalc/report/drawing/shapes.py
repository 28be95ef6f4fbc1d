"""What a drawing is made of, in millimetres of paper, whatever pen draws it."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Tone = Literal["plain", "quiet", "ok", "near", "over", "new", "built"]
"""What a colour tells: nothing, less important, well within, near or over a limit, what works make
of it, built by works."""
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

TEXT_MM = 3.4
"""Size of common text: the width of a Chinese character."""
ASCENT, DESCENT = 0.86, 0.22
"""How far characters reach above and below their base line. [text size]"""
_ELLIPSIS = "…"
_WIDTHS = {" ": 0.30, **dict.fromkeys("il.,:;|'!", 0.34), **dict.fromkeys("fjrtI()[]-/\\", 0.44)}
_WIDTHS |= {**dict.fromkeys("mwMW%@", 0.96), "…": 1.0, "→": 1.0, "–": 0.62, "×": 0.84}
_WIDTHS |= dict.fromkeys("0123456789", 0.58)
_UPPER, _OTHER, _WIDE = 0.71, 0.60, 1.0
_BOLD = 1.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A line through points.

    Parameters
    ----------
    layer
        Name of its layer.
    points
        From the top left corner, y downwards. [mm]
    width_mm
        Of the pen. [mm]
    closed, filled, dashed
        A closed line may be filled in the colour of the pen.
    hint
        What a reader sees who points at it.
    """

    layer: str
    points: tuple[Point, ...]
    tone: Tone = "plain"
    width_mm: float = 0.25
    closed: bool = False
    filled: bool = False
    dashed: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A circle. [mm]."""

    layer: str
    centre: Point
    radius_mm: float
    tone: Tone = "plain"
    width_mm: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text in one line; ``at`` is on its base line, at its anchor. [mm]."""

    layer: str
    at: Point
    text: str
    size_mm: float = TEXT_MM
    anchor: Anchor = "start"
    tone: Tone = "plain"
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A symbol at a place.

    Parameters
    ----------
    block
        Name of the symbol.
    turn_deg
        0 where the line runs from left to right, 90 where it runs down.
    scale
        Its size over that of the symbol. [-]
    attributes
        What the symbol stands for, such as id, type and rating.
    """

    layer: str
    block: str
    at: Point
    turn_deg: Literal[0, 90] = 0
    scale: float = 1.0
    tone: Tone = "plain"
    attributes: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hatch:
    """An area filled with a pattern: its outline, then its holes; y downwards. [mm]."""

    layer: str
    rings: tuple[tuple[Point, ...], ...]
    pattern: str


Shape = Path | Circle | Label | Sign | Hatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of a drawing with its top left corner at (0, 0); it is never cut."""

    width_mm: float
    height_mm: float
    shapes: tuple[Shape, ...]


def moved(shapes: Iterable[Shape], dx: float, dy: float) -> Iterator[Shape]:
    """Yield shapes at another place. [mm]."""
    for shape in shapes:
        match shape:
            case Path():
                yield replace(shape, points=tuple((x + dx, y + dy) for x, y in shape.points))
            case Circle():
                yield replace(shape, centre=(shape.centre[0] + dx, shape.centre[1] + dy))
            case Hatch():
                rings = tuple(tuple((x + dx, y + dy) for x, y in row) for row in shape.rings)
                yield replace(shape, rings=rings)
            case Label() | Sign():
                yield replace(shape, at=(shape.at[0] + dx, shape.at[1] + dy))


def scaled(panel: Panel, factor: float) -> Panel:
    """Return a panel in another size; lines keep their widths. [-]."""
    return Panel(
        width_mm=factor * panel.width_mm,
        height_mm=factor * panel.height_mm,
        shapes=tuple(_scaled(shape, factor) for shape in panel.shapes),
    )


def _scaled(shape: Shape, factor: float) -> Shape:
    def at(point: Point) -> Point:
        return factor * point[0], factor * point[1]

    match shape:
        case Path():
            return replace(shape, points=tuple(map(at, shape.points)))
        case Circle():
            return replace(shape, centre=at(shape.centre), radius_mm=factor * shape.radius_mm)
        case Hatch():
            return replace(shape, rings=tuple(tuple(map(at, ring)) for ring in shape.rings))
        case Label():
            return replace(shape, at=at(shape.at), size_mm=factor * shape.size_mm)
        case Sign():
            return replace(shape, at=at(shape.at), scale=factor * shape.scale)


def clean(text: str) -> str:
    r"""Return a text in one line, without characters that steer and are not seen.

    Examples
    --------
    >>> clean("a\nb\u202ec\x00")
    'a b c'
    """
    shown = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)
    return " ".join(shown.split())


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def text_mm(text: str, size_mm: float = TEXT_MM, *, bold: bool = False) -> float:
    """Return the width that a text may take, whatever fonts are installed. [mm].

    Examples
    --------
    >>> text_mm("小区", 3.0)
    6.0
    """
    width = sum(map(_character, text))
    return size_mm * width * (_BOLD if bold else 1.0)


def _character(c: str) -> float:
    if c in _WIDTHS:
        return _WIDTHS[c]
    if unicodedata.east_asian_width(c) in "WFA":
        return _WIDE
    return _UPPER if c.isupper() else _OTHER


def fitted(text: str, width_mm: float, size_mm: float = TEXT_MM, *, bold: bool = False) -> str:
    """Return as much of a text as a width takes, with dots where something is left out.

    Examples
    --------
    >>> fitted("滨河家园一期", 12.0, 3.0)
    '滨河家…'
    """
    said = clean(text)
    if text_mm(said, size_mm, bold=bold) <= width_mm:
        return said
    while said and text_mm(said + _ELLIPSIS, size_mm, bold=bold) > width_mm:
        said = said[:-1]
    return said.rstrip() + _ELLIPSIS


def label_box(label: Label) -> Box:
    """Return left, top, right and bottom of a text. [mm]."""
    width = text_mm(label.text, label.size_mm, bold=label.bold)
    x = label.at[0] - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
    y = label.at[1]
    return x, y - ASCENT * label.size_mm, x + width, y + DESCENT * label.size_mm


def widest(texts: Sequence[str], size_mm: float = TEXT_MM) -> float:
    """Return the width of the widest of some texts. [mm]."""
    return max((text_mm(text, size_mm) for text in texts), default=0.0)


def wire(layer: str, *points: Point, tone: Tone = "plain", dashed: bool = False) -> Path:
    """Return a thin line through points. [mm]."""
    return Path(layer=layer, points=points, tone=tone, dashed=dashed)


def rectangle(layer: str, box: Box, *, dashed: bool = False, width_mm: float = 0.25) -> Path:
    """Return the outline of a box. [mm]."""
    x0, y0, x1, y1 = box
    points = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return Path(layer=layer, points=points, closed=True, dashed=dashed, width_mm=width_mm)
