"""Where compounds lie: points and outlines of any system in CGCS2000, each fault by its row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError

from gridcalc.city.table.vocabulary import cell_words, word_key
from gridcalc.routing.coordinates import (
    LON_LAT,
    Crs,
    Points,
    misplaced,
    parse_crs,
    stored_crs,
    to_lon_lat,
)

_AREAS = ("Polygon", "MultiPolygon")
_POINT_IDS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_LITTLE_ENDIAN = 1
_MOST_KINDS_OF_FAULTS = 8
_EXCHANGED = "longitude and latitude (or easting and northing) look exchanged; correct the columns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a compound lies, in CGCS2000.

    ``outline_wkb`` is its polygon, where there is one; ``fault`` tells what is wrong instead.
    """

    lon: float | None = None
    lat: float | None = None
    outline_wkb: bytes | None = None
    fault: str = ""


NOWHERE = Place()


def named_crs(text: str) -> Crs:
    """Return the coordinate system of a text such as ``EPSG:4547``, ``4547``, ``gcj02`` or 百度.

    Raises
    ------
    ValueError
        There is none of that name.

    Examples
    --------
    >>> named_crs("高德").name, named_crs("4490").name
    ('gcj02', 'EPSG:4490')
    """
    named = cell_words("crs").get(word_key(text), text.strip())
    found = parse_crs(f"EPSG:{named}" if named.isdigit() else named)
    if found is None:
        raise ValueError(f"{text!r} is not a coordinate system known here; {_crs_hint()}")
    return found


def remarked_crs(remark: str) -> Crs | None:
    """Return the coordinate system that a remark in a heading names, ``None`` if it names none.

    Examples
    --------
    >>> remarked_crs("gcj02").name, remarked_crs("epsg4547").name, remarked_crs("2000")
    ('gcj02', 'EPSG:4547', None)
    """
    code = remark.removeprefix("epsg")
    if code != remark and code.isdigit():
        return parse_crs(f"EPSG:{code}")
    named = cell_words("crs").get(remark)
    return parse_crs(named) if named else None


def resolved_crs(given: Crs | None, stored: str) -> Crs:
    """Return the system of a table: the one the user gives, else that of the file, else CGCS2000.

    Web maps' shifted systems cannot be stored in a file, so they may be given for one that says it
    is in degrees.

    Raises
    ------
    ValueError
        What the file says is not usable, or the two disagree.

    Examples
    --------
    >>> resolved_crs(None, "").name
    'EPSG:4490'
    """
    if not stored:
        return given or LON_LAT
    held = stored_crs(stored)
    if given is None:
        if held is None:
            raise ValueError(f"its coordinate system is not usable here; give one: {_crs_hint()}")
        return held
    if held is None or held.name == given.name or (held.in_degrees and given.in_degrees):
        return given
    raise ValueError(f"the file says {held.name}, but {given.name} is given; correct one of them")


def point_places(points: Points, systems: Sequence[Crs]) -> list[Place]:
    """Return the places of points, each in its own system.

    Parameters
    ----------
    points
        Coordinates as written. shape (n, 2)
    systems
        System of each.
    """
    places = [NOWHERE] * len(points)
    for crs in dict.fromkeys(systems):
        rows = np.array([row for row, one in enumerate(systems) if one is crs])
        faults = _faults(points[rows], np.arange(len(rows)), crs)
        good = np.array([row for row in range(len(rows)) if row not in faults], dtype=np.int64)
        lon_lat = to_lon_lat(points[rows[good]], crs).tolist()
        for row, (lon, lat) in zip(rows[good].tolist(), lon_lat, strict=True):
            places[row] = Place(lon=lon, lat=lat)
        for row, fault in faults.items():
            places[int(rows[row])] = Place(fault=fault)
    return places


def shape_places(shapes: Sequence[Any], crs: Crs) -> list[Place]:
    """Return the places of geometry: of a polygon its outline and a point inside it.

    Parameters
    ----------
    shapes
        Geometry without heights; ``None`` where there is none.
    crs
        The system of all.
    """
    faults = {row: _wrong_kind(shape) for row, shape in enumerate(shapes)}
    geometry = np.array([None] * len(shapes), dtype=object)
    for row, shape in enumerate(shapes):
        geometry[row] = None if faults[row] else shape
    points, owner = shapely.get_coordinates(geometry, return_index=True)
    faults |= _faults(points, owner, crs)
    bad = np.array([bool(faults[row]) for row in range(len(shapes))])
    geometry[bad] = None
    is_point = np.isin(shapely.get_type_id(geometry), _POINT_IDS)
    places = [Place(fault=faults[row]) if faults[row] else NOWHERE for row in range(len(shapes))]
    lon_lat = to_lon_lat(shapely.get_coordinates(geometry[is_point]), crs).tolist()
    for row, (lon, lat) in zip(np.flatnonzero(is_point).tolist(), lon_lat, strict=True):
        places[row] = Place(lon=lon, lat=lat)
    areas = np.flatnonzero(~is_point & ~shapely.is_missing(geometry))
    moved = shapely.transform(geometry[areas], partial(to_lon_lat, crs=crs))
    for row, shape in zip(areas.tolist(), moved, strict=True):
        places[row] = _area_place(shape)
    return places


def _wrong_kind(shape: Any) -> str:
    if shape is None or shape.geom_type in _AREAS:
        return ""
    if shape.geom_type == "Point" or (shape.geom_type == "MultiPoint" and len(shape.geoms) == 1):
        return ""
    return f"is a {shape.geom_type}; a compound is one point or an area"


def _area_place(shape: Any) -> Place:
    try:
        whole = shape if shape.is_valid else shapely.make_valid(shape)
    except ShapelyError:
        return Place(fault="has an outline that crosses itself; draw it anew")
    areas = [one for one in shapely.get_parts(whole) if one.geom_type in _AREAS and one.area > 0]
    if not areas:
        return Place(fault="has an outline without an area; draw it anew")
    outline = whole if whole.geom_type in _AREAS else shapely.union_all(areas)
    inside = shapely.point_on_surface(outline)
    wkb = shapely.to_wkb(outline, byte_order=_LITTLE_ENDIAN)
    return Place(lon=float(inside.x), lat=float(inside.y), outline_wkb=bytes(wkb))


def _faults(points: Points, owner: Any, crs: Crs) -> Mapping[int, str]:
    """Return what is wrong with points, by owner; each kind of fault is looked for in turn."""
    found: dict[int, str] = {}
    left = np.arange(len(points))
    for _kind in range(_MOST_KINDS_OF_FAULTS):
        wrong, text = misplaced(points[left], crs)
        if not wrong.any():
            break
        for place in left[wrong].tolist():
            x, y = points[place].tolist()
            found.setdefault(int(owner[place]), f"({x:.10g}, {y:.10g}) {_told(x, y, text, crs)}")
        left = left[~wrong]
    return found


def _told(x: float, y: float, text: str, crs: Crs) -> str:
    """Return what is wrong with a point; also metres may be exchanged."""
    turned = np.array([[y, x]])
    is_finite = bool(np.isfinite(turned).all())
    if not crs.in_degrees and is_finite and not misplaced(turned, crs)[1]:
        return _EXCHANGED
    return text


def _crs_hint() -> str:
    from gridcalc.routing.site.site_file import CRS_HINT  # noqa: PLC0415  records of map files

    return CRS_HINT
