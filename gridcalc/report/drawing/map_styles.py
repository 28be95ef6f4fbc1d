"""How each kind of corridor and of area is drawn in a plan: colour, type of line, hatch."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridcalc.report.drawing import linetypes


@dataclass(frozen=True, slots=True, kw_only=True)
class KindStyle:
    """How a kind is drawn.

    Parameters
    ----------
    colour
        Number of its colour in the index of AutoCAD.
    linetype
        Of its lines.
    width_mm
        Of its lines. [mm]
    hatch
        Name of the pattern inside an area; empty for none.
    """

    colour: int
    linetype: str = linetypes.CONTINUOUS
    width_mm: float = 0.25
    hatch: str = ""


_BROWN, _OCHRE, _GREY, _PALE, _GREEN, _VIOLET = 34, 42, 8, 9, 84, 194
_WATER, _RED, _BLACK, _PURPLE = 142, 12, 7, 204
CORRIDORS: Mapping[str, KindStyle] = {
    "primary_road": KindStyle(colour=_BROWN, linetype=linetypes.CENTRE, width_mm=0.7),
    "secondary_road": KindStyle(colour=_OCHRE, linetype=linetypes.CENTRE, width_mm=0.5),
    "local_road": KindStyle(colour=_GREY, linetype=linetypes.LONG_DASH, width_mm=0.35),
    "footpath": KindStyle(colour=_GREY, linetype=linetypes.SHORT_DASH),
    "greenway": KindStyle(colour=_GREEN, linetype=linetypes.DASH_DOT, width_mm=0.35),
    "existing_duct": KindStyle(colour=_VIOLET, linetype=linetypes.TWO_DOTS, width_mm=0.5),
    "connector": KindStyle(colour=_GREY, linetype=linetypes.DOTS),
}
"""Style by the kind of a corridor."""
OTHER_CORRIDOR = KindStyle(colour=_PALE)
AREAS: Mapping[str, KindStyle] = {
    "river": KindStyle(colour=_WATER, hatch="DASH"),
    "lake": KindStyle(colour=_WATER, hatch="DASH", width_mm=0.35),
    "green": KindStyle(colour=_GREEN, linetype=linetypes.SHORT_DASH, hatch="DOTS"),
    "building": KindStyle(colour=_GREY, hatch="ANSI31"),
    "railway": KindStyle(colour=_BLACK, linetype=linetypes.LONG_DASH, hatch="ANSI32"),
    "protected": KindStyle(colour=_RED, linetype=linetypes.DASH_DOT, hatch="ANSI37"),
    "important_infrastructure": KindStyle(
        colour=_PURPLE, linetype=linetypes.TWO_DOTS, hatch="ANSI33"
    ),
}
"""Style by the kind of an area."""
OTHER_AREA = KindStyle(colour=_PALE, linetype=linetypes.SHORT_DASH)
ROUTE_COLOURS = (1, 5, 94, 6, 134, 54)
ROUTES_MM = (1.6, 1.2, 0.85, 0.6, 0.35, 0.2)
"""Widths of routes, the first one first: where they lie on each other, all are seen. [mm]"""
CROSSING_MM = 3.0
