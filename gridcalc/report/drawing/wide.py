"""The part of a line or an area that a map window shows; coordinates that stay are not touched."""

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.report.drawing.shapes import Box

Points = NDArray[np.float64]


def shown_part(xy_m: Points, window_m: Box, *, closed: bool) -> tuple[Points, ...]:
    """Return the pieces of a line or of an outline inside a window.

    Parameters
    ----------
    xy_m
        Easting and northing. [m], shape (n, 2)
    window_m
        West, south, east and north. [m]
    closed
        Whether the line is the outline of an area.
    """
    x, y = xy_m[:, 0], xy_m[:, 1]
    west, south, east, north = window_m
    if ((x >= west) & (x <= east) & (y >= south) & (y <= north)).all():
        return (xy_m,)
    window = shapely.box(*window_m)
    shape = shapely.make_valid(shapely.Polygon(xy_m)) if closed else shapely.LineString(xy_m)
    parts = shapely.get_parts(shapely.intersection(shape, window))
    wanted = "Polygon" if closed else "LineString"
    kept = [part for part in parts if part.geom_type == wanted and not part.is_empty]
    lines = [part.exterior if closed else part for part in kept]
    return tuple(shapely.get_coordinates(line) for line in lines)


def shown_area(area: shapely.Polygon, window_m: Box) -> tuple[shapely.Polygon, ...]:
    """Return the pieces of an area inside a window with their holes; an area that fits stays.

    Parameters
    ----------
    area
        In easting and northing. [m]
    window_m
        West, south, east and north. [m]
    """
    window = shapely.box(*window_m)
    if shapely.covers(window, area) and shapely.is_valid(area):
        return (area,)
    found = shapely.intersection(shapely.make_valid(area), window)
    parts = shapely.get_parts(shapely.get_parts(found))
    return tuple(part for part in parts if part.geom_type == "Polygon" and not part.is_empty)
