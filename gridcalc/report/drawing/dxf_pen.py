"""Drawings as DXF: layers, symbols as blocks with attributes, and text that CAD shows in Chinese.

ezdxf writes; the same drawing gives the same bytes.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gridcalc.report.drawing.layers import Layer, layer_title
from gridcalc.report.drawing.linetypes import CONTINUOUS, DASHED, PATTERNS_MM, SHOWN
from gridcalc.report.drawing.shapes import (
    Circle,
    Hatch,
    Label,
    Path,
    Point,
    Shape,
    Sign,
    Tone,
    clean,
)
from gridcalc.report.drawing.symbols import SYMBOLS
from gridcalc.report.wording import Wording

STYLE, FONT_FILE, FONT_FAMILY = "GRIDCALC", "simsun.ttc", "SimSun"
"""Text style and its font: SimSun is part of every Chinese Windows and has all characters."""
TAGS = ("ID", "TYPE", "RATING")
"""Attributes of every block, written without being shown: the labels say the same."""
_VERSION = "R2010"
_HEIGHT, _WIDTH_FACTOR = 0.72, 0.9
"""Height of a capital over the size of a text, and how narrow characters are set. [-]"""
_COLOURS: dict[Tone, int] = {"over": 1, "near": 30, "new": 5, "built": 1}
_BY_LAYER = 256
_WIDE_MM = 0.6
"""Lines as wide as this are drawn with their width. [mm]"""
_STEERING = str.maketrans({"\\": "＼", "^": "＾"})
_INVISIBLE = 1
_HAIR = 13
"""Width of the lines of a hatch, in hundredths of a millimetre."""
_OUTLINE, _HOLE = 1, 16
_ALL_ALONG = 128
"""Flag of a line whose dashes run on around its corners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where shapes are drawn: the place of their top left corner, and units to a millimetre."""

    x: float = 0.0
    y: float = 0.0
    unit_per_mm: float = 1.0

    def at(self, point: Point) -> Point:
        """Return a point of a panel in the drawing, where y runs upwards."""
        return self.x + self.unit_per_mm * point[0], self.y - self.unit_per_mm * point[1]


def cad_text(text: str) -> str:
    r"""Return a text in which a CAD program finds no codes.

    Examples
    --------
    >>> cad_text("50%%d \\U+0041\n^J")
    '50％％d ＼U+0041 ＾J'
    """
    return clean(text).translate(_STEERING).replace("%%", "％％")


def new_document(
    layers: Sequence[Layer],
    wording: Wording,
    *,
    metres: bool,
    properties: Mapping[str, str],
    dash: float = 1.0,
) -> Any:
    """Return an empty drawing with layers, text style and dashed lines.

    Parameters
    ----------
    layers
        All layers that are used.
    wording
        Language of what the layers say they hold.
    metres
        Whether a unit is a metre, else a millimetre.
    properties
        What the file says of itself, by name.
    dash
        Length of the dashes in millimetres of paper, in units. [-]
    """
    import ezdxf  # noqa: PLC0415  a quarter of a second, and only this door needs it
    from ezdxf import units  # noqa: PLC0415

    with _fixed_meta_data():
        document = ezdxf.new(_VERSION)
    document.units = units.M if metres else units.MM
    document.header["$MEASUREMENT"] = 1
    for name in sorted({DASHED, *(layer.linetype for layer in layers)} - {CONTINUOUS}):
        lengths = [dash * length for length in PATTERNS_MM[name]]
        pattern = [sum(map(abs, lengths)), *lengths]
        document.linetypes.add(name, pattern=pattern, description=SHOWN[name])
    style = document.styles.add(STYLE, font=FONT_FILE, dxfattribs={"width": _WIDTH_FACTOR})
    style.set_extended_font_data(family=FONT_FAMILY)
    document.header["$TEXTSTYLE"] = STYLE
    for layer in layers:
        row = document.layers.add(
            layer.name, color=layer.colour, linetype=layer.linetype, lineweight=_weight(layer)
        )
        row.description = layer_title(layer, wording)
    for name, value in properties.items():
        document.header.custom_vars.append(name, cad_text(value))
    return document


def _weight(layer: Layer) -> int:
    """Return the width of a layer's lines in hundredths of a millimetre, of those there are."""
    return min(_WEIGHTS, key=lambda weight: abs(weight - 100 * layer.width_mm))


_WEIGHTS = (13, 18, 25, 35, 50, 70, 100)


def add_shapes(document: Any, shapes: Iterable[Shape], place: Place) -> None:
    """Add shapes to a drawing; the blocks of signs are made where they are missing."""
    space = document.modelspace()
    for shape in shapes:
        if isinstance(shape, Sign):
            _add_block(document, shape.block)
            _insert(space, shape, place)
        else:
            _add(space, shape, place)


def document_bytes(document: Any) -> bytes:
    """Return a drawing as the bytes of its file; the same in every process."""
    for name in sorted(document.entitydb.dxf_types_in_use()):
        document.classes.add_class(name)  # ezdxf adds them as a set has them
    stream = io.StringIO()
    with _fixed_meta_data():
        document.write(stream)
    return stream.getvalue().encode(document.output_encoding)


@contextmanager
def _fixed_meta_data() -> Iterator[None]:
    """Leave dates and random ids out of the file; the setting of ezdxf is put back."""
    import ezdxf  # noqa: PLC0415

    before = ezdxf.options.write_fixed_meta_data_for_testing
    ezdxf.options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        ezdxf.options.write_fixed_meta_data_for_testing = before


def _add_block(document: Any, name: str) -> None:
    if name in document.blocks:
        return
    block = document.blocks.new(name)
    for shape in SYMBOLS[name]:
        _add(block, shape, Place())
    for k, tag in enumerate(TAGS):
        block.add_attdef(
            tag,
            (0, -6 - 3 * k),
            height=2.0,
            dxfattribs={"style": STYLE, "flags": _INVISIBLE, "layer": "0"},
        )


def _insert(space: Any, sign: Sign, place: Place) -> None:
    scale = sign.scale * place.unit_per_mm
    attributes = {"layer": sign.layer, "rotation": -sign.turn_deg, "xscale": scale, "yscale": scale}
    insert = space.add_blockref(sign.block, place.at(sign.at), dxfattribs=attributes)
    insert.add_auto_attribs({tag: cad_text(value) for tag, value in sign.attributes})
    for attribute in insert.attribs:
        attribute.dxf.layer = sign.layer


def _add(space: Any, shape: Shape, place: Place) -> None:
    match shape:
        case Path():
            _add_path(space, shape, place)
        case Circle():
            radius = shape.radius_mm * place.unit_per_mm
            space.add_circle(place.at(shape.centre), radius, dxfattribs={"layer": shape.layer})
        case Label():
            _add_label(space, shape, place)
        case Hatch():
            _add_hatch(space, shape, place)


def _add_path(space: Any, shape: Path, place: Place) -> None:
    points = [place.at(point) for point in shape.points]
    if shape.filled:
        hatch = space.add_hatch(color=_BY_LAYER, dxfattribs={"layer": shape.layer})
        hatch.paths.add_polyline_path(points, is_closed=True)
    colour = _COLOURS.get(shape.tone, _BY_LAYER)
    attributes: dict[str, object] = {"layer": shape.layer, "color": colour}
    if shape.dashed:
        attributes["linetype"] = DASHED
    line = space.add_lwpolyline(points, close=shape.closed, dxfattribs=attributes)
    line.dxf.flags |= _ALL_ALONG
    if shape.width_mm >= _WIDE_MM:
        line.dxf.const_width = shape.width_mm * place.unit_per_mm


def _add_hatch(space: Any, shape: Hatch, place: Place) -> None:
    attributes = {"layer": shape.layer, "lineweight": _HAIR}
    hatch = space.add_hatch(color=_BY_LAYER, dxfattribs=attributes)
    hatch.set_pattern_fill(shape.pattern, color=_BY_LAYER, scale=place.unit_per_mm)
    for k, ring in enumerate(shape.rings):
        points = [place.at(point) for point in ring]
        hatch.paths.add_polyline_path(points, is_closed=True, flags=_HOLE if k else _OUTLINE)


def _add_label(space: Any, label: Label, place: Place) -> None:
    from ezdxf.enums import TextEntityAlignment as Align  # noqa: PLC0415

    if not label.text:
        return
    aligned = {"start": Align.LEFT, "middle": Align.CENTER, "end": Align.RIGHT}
    attributes = {
        "layer": label.layer,
        "style": STYLE,
        "width": _WIDTH_FACTOR,
        "color": _COLOURS.get(label.tone, _BY_LAYER),
    }
    height = _HEIGHT * label.size_mm * place.unit_per_mm
    text = space.add_text(cad_text(label.text), height=height, dxfattribs=attributes)
    text.set_placement(place.at(label.at), align=aligned[label.anchor])
