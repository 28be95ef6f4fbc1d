"""Layers of the single-line diagram: voltage and kind, and how a CAD program shows them."""

import re
from dataclasses import dataclass

from gridcalc.report.drawing.linetypes import CONTINUOUS
from gridcalc.report.route_words import way
from gridcalc.report.wording import Wording

MV_BUSBAR = "10KV-BUSBAR"
MV_CABLE = "10KV-CABLE"
MV_SWITCHGEAR = "10KV-SWITCHGEAR"
MV_TEXT = "10KV-TEXT"
TRANSFORMERS = "TRANSFORMER"
LV_BUSBAR = "0.4KV-BUSBAR"
LV_CABLE = "0.4KV-CABLE"
LV_SWITCHGEAR = "0.4KV-SWITCHGEAR"
LV_BOX = "0.4KV-BOX"
LV_TEXT = "0.4KV-TEXT"
RESULTS = "RESULTS"
NEW_WORKS = "NEW-WORKS"
FRAME = "FRAME"
FRAME_TEXT = "FRAME-TEXT"
LEGEND = "LEGEND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer of a DXF file.

    Parameters
    ----------
    name
        In letters that every CAD program takes.
    colour
        Number of its colour in the index of AutoCAD.
    width_mm
        Of its lines. [mm]
    linetype
        ``CONTINUOUS`` or another one of :mod:`linetypes`.
    of, number
        Kind of corridor or area, and number of a route, that a layer of a plan is made for.
    """

    name: str
    colour: int
    width_mm: float = 0.25
    linetype: str = CONTINUOUS
    of: str = ""
    number: str = ""


_RED, _DARK_RED, _GREEN, _TEAL, _BLUE, _MAGENTA, _INK = 1, 14, 94, 134, 5, 6, 7

SINGLE_LINE_LAYERS = (
    Layer(name=MV_BUSBAR, colour=_DARK_RED, width_mm=0.7),
    Layer(name=MV_CABLE, colour=_DARK_RED, width_mm=0.35),
    Layer(name=MV_SWITCHGEAR, colour=_DARK_RED),
    Layer(name=MV_TEXT, colour=_INK),
    Layer(name=TRANSFORMERS, colour=_MAGENTA, width_mm=0.35),
    Layer(name=LV_BUSBAR, colour=_TEAL, width_mm=0.7),
    Layer(name=LV_CABLE, colour=_TEAL),
    Layer(name=LV_SWITCHGEAR, colour=_TEAL),
    Layer(name=LV_BOX, colour=_GREEN),
    Layer(name=LV_TEXT, colour=_INK),
    Layer(name=RESULTS, colour=_BLUE),
    Layer(name=NEW_WORKS, colour=_RED, width_mm=0.7),
    Layer(name=FRAME, colour=_INK, width_mm=0.5),
    Layer(name=FRAME_TEXT, colour=_INK),
    Layer(name=LEGEND, colour=_INK),
)
"""All layers of a single-line diagram."""

GRID = "GRID"
MAP_TEXT = "MAP-TEXT"
SOURCES = "SOURCE"
TARGET = "TARGET"
SUBSTATIONS = "SUBSTATION"
TRENCHES = "TRENCH"
PLACES = "PLACE"
OTHERS = "OTHER"
CROSSING_LAYER = Layer(name="CROSSING", colour=30, width_mm=1.0)
PLACE_LAYERS = (
    Layer(name=SOURCES, colour=_DARK_RED, width_mm=0.35),
    Layer(name=TARGET, colour=_MAGENTA, width_mm=0.35),
)
MAP_LAYERS = (
    Layer(name=MAP_TEXT, colour=_INK),
    Layer(name=GRID, colour=8, width_mm=0.18),
    Layer(name=LEGEND, colour=_INK),
    Layer(name=FRAME, colour=_INK, width_mm=0.5),
    Layer(name=FRAME_TEXT, colour=_INK),
)
"""Layers of every plan."""
FEATURE_LAYERS = (
    Layer(name=MV_CABLE, colour=_DARK_RED, width_mm=0.5),
    Layer(name=LV_CABLE, colour=_TEAL, width_mm=0.35),
    Layer(name=TRENCHES, colour=33, width_mm=0.25),
    Layer(name=SUBSTATIONS, colour=_MAGENTA, width_mm=0.35),
    Layer(name=LV_BOX, colour=_GREEN),
    Layer(name=PLACES, colour=8),
    *PLACE_LAYERS,
    Layer(name=OTHERS, colour=_INK),
)
"""Layers of plans made from the features of a map."""
_NOT_IN_NAMES = re.compile(r"[^A-Z0-9_.-]")


def route(number: str) -> str:
    """Return the name of the layer of a route."""
    return _named(f"ROUTE-{number}")


def corridor(kind: str) -> str:
    """Return the name of the layer of a kind of corridor."""
    return _named(f"CORRIDOR-{kind}")


def obstacle(kind: str) -> str:
    """Return the name of the layer of a kind of area.

    Examples
    --------
    >>> obstacle("important_infrastructure")
    'OBSTACLE-IMPORTANT_INFRASTRUCTURE'
    """
    return _named(f"OBSTACLE-{kind}")


def _named(text: str) -> str:
    return _NOT_IN_NAMES.sub("-", text.upper())


def layer_title(layer: Layer, wording: Wording) -> str:
    """Return what a layer holds, in words."""
    if layer.number:
        return wording("route {number}", number=layer.number)
    if layer.of:
        return way(layer.of, wording)
    return wording.term(f"layer.{layer.name}")
