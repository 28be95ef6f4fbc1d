"""What a plan shows, and the window of the ground that fits on its sheet."""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.report.drawing.frame import ROOM_MM
from gridcalc.report.drawing.layers import MAP_TEXT, Layer
from gridcalc.report.drawing.shapes import Box, Point
from gridcalc.report.wording import Wording
from gridcalc.units import MM_PER_M

Points = NDArray[np.float64]

KEY_MM, GAP_MM = 104.0, 6.0
"""Width of the key beside a map, and what is between them. [mm]"""
LEFT_MM, BELOW_MM = 15.0, 5.0
"""Room for the coordinates beside and below a map. [mm]"""
_MAP_MM = (ROOM_MM[0] - LEFT_MM - KEY_MM - GAP_MM, ROOM_MM[1] - BELOW_MM)
_SCALES = (100, 200, 300, 500, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 10_000, 20_000, 50_000)
_COARSE = 10_000
_BORDER, _LEAST_M = 0.04, 20.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """A line on the ground.

    Parameters
    ----------
    xy_m
        Easting and northing. [m], shape (n, 2)
    label, label_layer
        What stands beside it, and the layer of that text.
    is_context
        Whether the window may cut it.
    """

    layer: str
    xy_m: Points
    label: str = ""
    label_layer: str = MAP_TEXT
    width_mm: float = 0.25
    closed: bool = False
    dashed: bool = False
    is_context: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """An area on the ground, as context. [m]; ``hatch`` is the pattern inside it, if any."""

    layer: str
    area: shapely.Polygon
    hatch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on the ground with its symbol. [m]."""

    layer: str
    x_m: float
    y_m: float
    block: str
    label: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    is_context: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapPlan:
    """What a plan shows.

    Parameters
    ----------
    epsg
        Metric system of all coordinates.
    ways, spots
        What is drawn, later ways above earlier ones; the window is laid around those that are
        not context.
    grounds
        Areas below all ways.
    layers
        All layers, in the order of the key.
    notes
        Sentences beside the map; an empty one leaves a gap.
    project, drawing, number
        For the title block.
    """

    epsg: int
    ways: tuple[Way, ...]
    spots: tuple[Spot, ...]
    layers: tuple[Layer, ...]
    notes: tuple[str, ...]
    project: str
    drawing: str
    number: str
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The map on paper: its upper left corner and size on the ground, and the scale. [m]."""

    west_m: float
    north_m: float
    width_m: float
    height_m: float
    scale: int

    @property
    def unit_per_mm(self) -> float:
        """Metres on the ground to a millimetre of paper."""
        return self.scale / MM_PER_M

    @property
    def size_mm(self) -> Point:
        """Width and height on paper. [mm]."""
        return self.width_m / self.unit_per_mm, self.height_m / self.unit_per_mm

    def on_paper(self, x_m: float, y_m: float) -> Point:
        """Return where a point of the ground lies in the window. [mm]."""
        return (x_m - self.west_m) / self.unit_per_mm, (self.north_m - y_m) / self.unit_per_mm

    @property
    def bounds_m(self) -> Box:
        """West, south, east and north. [m]."""
        west, north = self.west_m, self.north_m
        return west, north - self.height_m, west + self.width_m, north


def window_of(plan: MapPlan) -> Window:
    """Return the window around what matters, at the largest common scale that fits on A3."""
    points = [way.xy_m for way in plan.ways if not way.is_context]
    points += [np.array([[row.x_m, row.y_m]]) for row in plan.spots if not row.is_context]
    xy_m = np.concatenate(points)
    (x0, y0), (x1, y1) = xy_m.min(axis=0).tolist(), xy_m.max(axis=0).tolist()
    border = max(x1 - x0, y1 - y0, _LEAST_M) * _BORDER
    wide, high = x1 - x0 + 2 * border, y1 - y0 + 2 * border
    needed = MM_PER_M * max(wide / _MAP_MM[0], high / _MAP_MM[1])
    scale = next((row for row in _SCALES if row >= needed), _COARSE * math.ceil(needed / _COARSE))
    width_m, height_m = (side * scale / MM_PER_M for side in _MAP_MM)
    return Window(
        west_m=(x0 + x1 - width_m) / 2,
        north_m=(y0 + y1 + height_m) / 2,
        width_m=width_m,
        height_m=height_m,
        scale=scale,
    )


def crs_text(epsg: int, wording: Wording) -> str:
    """Return the coordinate system of a plan in words."""
    return wording("CGCS2000, 3-degree zone, EPSG:{epsg}", epsg=epsg)
