"""Coordinate systems: what a layer is written in, and the metric zone everything is taken to.

A site is computed in one CGCS2000 3-degree zone, chosen by its target. CGCS2000 and WGS 84 are
taken as equal. Coordinates are easting and northing, or longitude and latitude, in this order.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gridcalc.routing.gcj import (
    Degrees,
    gcj_from_bd,
    gcj_from_wgs,
    in_china,
    wgs_from_gcj,
)

Points = NDArray[np.float64]
"""Coordinates, one pair per row. shape (n, 2)"""

Fault = tuple[NDArray[np.bool_], str]
"""Which points are faulty, and what to do about it."""

LON_LAT_EPSG = 4490
_FIRST_ZONE_EPSG, _FIRST_MERIDIAN_DEG, _LAST_MERIDIAN_DEG, _ZONE_WIDTH_DEG = 4534, 75, 135, 3
_SHIFTED = ("gcj02", "bd09")
_CODE = re.compile(r"epsg:(\d{4,6})", re.IGNORECASE)
_LARGEST_LON_DEG, _LARGEST_LAT_DEG, _SMALLEST_CHINESE_LON_DEG = 180, 90, 60
_SAME_DATUM = frozenset({4490, 4326, 4979, 4480})


@dataclass(frozen=True, slots=True, kw_only=True)
class Crs:
    """A coordinate system.

    Parameters
    ----------
    name
        As messages show it: ``EPSG:4547``, ``gcj02``, ``bd09``.
    kind
        What its numbers are: degrees, metres, or degrees of a shifted web map.
    definition
        What the projection library reads.
    datum
        Name of the datum when it is neither CGCS2000 nor WGS 84, else empty.
    """

    name: str
    kind: Literal["degrees", "metres", "gcj02", "bd09"]
    definition: str
    datum: str = ""

    @property
    def in_degrees(self) -> bool:
        """Whether its coordinates are longitude and latitude."""
        return self.kind != "metres"


@cache
def parse_crs(text: str) -> Crs | None:
    """Return the system that a user names, or None when there is none of that name.

    Parameters
    ----------
    text
        ``EPSG:<code>``, ``gcj02`` or ``bd09``.

    Examples
    --------
    >>> parse_crs("epsg:4547").kind
    'metres'
    >>> parse_crs("WGS84") is None
    True
    """
    word = text.strip().lower()
    if word in _SHIFTED:
        kind: Literal["gcj02", "bd09"] = "gcj02" if word == "gcj02" else "bd09"
        return Crs(name=word, kind=kind, definition=f"EPSG:{LON_LAT_EPSG}")
    found = _CODE.fullmatch(word)
    return stored_crs(f"EPSG:{found[1]}") if found else None


@cache
def stored_crs(definition: str) -> Crs | None:
    """Return the system that a file describes by a code or by WKT, or None if it is not usable.

    Examples
    --------
    >>> stored_crs("EPSG:4326").in_degrees
    True
    """
    try:
        crs = CRS.from_user_input(definition)
    except CRSError:
        return None
    if not (crs.is_geographic or crs.is_projected):
        return None
    code = crs.to_epsg()
    base = crs.geodetic_crs
    same = base is not None and (base.to_epsg(min_confidence=25) in _SAME_DATUM)
    return Crs(
        name=f"EPSG:{code}" if code else crs.name,
        kind="degrees" if crs.is_geographic else "metres",
        definition=f"EPSG:{code}" if code else definition,
        datum="" if same else str(base.datum.name if base is not None and base.datum else "?"),
    )


LON_LAT = Crs(name=f"EPSG:{LON_LAT_EPSG}", kind="degrees", definition=f"EPSG:{LON_LAT_EPSG}")
"""Longitude and latitude in CGCS2000."""


def zone_epsg(lon_deg: float) -> int:
    """Return the CGCS2000 3-degree zone of a longitude, easting 500 000 m on its meridian.

    Examples
    --------
    >>> zone_epsg(113.5), zone_epsg(73.5)
    (4547, 4534)
    """
    nearest = _ZONE_WIDTH_DEG * int(np.floor(lon_deg / _ZONE_WIDTH_DEG + 0.5))
    meridian = min(max(nearest, _FIRST_MERIDIAN_DEG), _LAST_MERIDIAN_DEG)
    return _FIRST_ZONE_EPSG + (meridian - _FIRST_MERIDIAN_DEG) // _ZONE_WIDTH_DEG


def to_lon_lat(points: Points, crs: Crs) -> Points:
    """Return longitude and latitude in CGCS2000; not finite where there are none, in degrees."""
    if crs.kind in _SHIFTED:
        return np.column_stack(_unshifted(points[:, 0], points[:, 1], crs))
    return _projected(points, crs.definition, f"EPSG:{LON_LAT_EPSG}")


def to_zone(points: Points, crs: Crs, *, epsg: int) -> Points:
    """Return easting and northing in a metric zone, in metres.

    Examples
    --------
    >>> lon_lat = np.array([[113.5, 30.5]])
    >>> to_zone(lon_lat, parse_crs("EPSG:4490"), epsg=4547).round(3).tolist()
    [[452000.239, 3375648.033]]
    """
    if crs.kind in _SHIFTED:
        return _projected(to_lon_lat(points, crs), f"EPSG:{LON_LAT_EPSG}", f"EPSG:{epsg}")
    return _projected(points, crs.definition, f"EPSG:{epsg}")


def zone_to_lon_lat(points_m: Points, *, epsg: int) -> Points:
    """Return longitude and latitude in CGCS2000 of points of a metric zone, in degrees."""
    return _projected(points_m, f"EPSG:{epsg}", f"EPSG:{LON_LAT_EPSG}")


def shifted_to_gcj(lon_lat: Points, *, back: bool) -> Points:
    """Return points as GCJ-02 would show them, or with that shift taken ``back``."""
    shift = wgs_from_gcj if back else gcj_from_wgs
    return np.column_stack(shift(lon_lat[:, 0], lon_lat[:, 1]))


def misplaced(points: Points, crs: Crs) -> Fault:
    """Return which points cannot be what their system says, and what to do about the first fault.

    Parameters
    ----------
    points
        Coordinates as the layer has them. shape (n, 2)
    crs
        The system they are said to be in.

    Returns
    -------
    Mask of the faulty points and the message; nothing marked and no text where all are in place.

    Examples
    --------
    >>> misplaced(np.array([[30.5, 113.5]]), parse_crs("EPSG:4490"))[1]
    'longitude and latitude look exchanged; write the longitude first'
    """
    for wrong, text in _plain_faults(points, crs):
        if wrong.any():
            return wrong, text
    lon_lat = to_lon_lat(points, crs)
    outside = ~(np.isfinite(lon_lat).all(axis=1) & in_china(lon_lat[:, 0], lon_lat[:, 1]))
    if outside.any():
        return outside, f"lies outside China in {crs.name}; correct the crs or the coordinates"
    far = _far_from_area(lon_lat, crs)
    text = (
        f"lies outside the area that {crs.name} is made for; correct the crs" if far.any() else ""
    )
    return far, text


def _plain_faults(points: Points, crs: Crs) -> list[Fault]:
    x, y = points[:, 0], points[:, 1]
    like_degrees = (np.abs(x) <= _LARGEST_LON_DEG) & (np.abs(y) <= _LARGEST_LON_DEG)
    faults: list[Fault] = [
        (
            np.asarray(~np.isfinite(points).all(axis=1)),
            "has a coordinate that is not a finite number",
        )
    ]
    if not crs.in_degrees:
        text = f"looks like longitude and latitude, but is read in {crs.name}; give the layer a crs"
        return [*faults, (like_degrees, text)]
    text = f"looks like metres, but is read in {crs.name}, which has degrees; correct the crs"
    faults.append((~like_degrees, text))
    exchanged = (x < _SMALLEST_CHINESE_LON_DEG) & (y > _SMALLEST_CHINESE_LON_DEG)
    text = "longitude and latitude look exchanged; write the longitude first"
    faults.append((exchanged, text))
    text = "has a latitude above 90; correct it"
    return [*faults, (np.abs(y) > _LARGEST_LAT_DEG, text)]


def _far_from_area(lon_lat: Points, crs: Crs) -> NDArray[np.bool_]:
    """Return which points lie more than one zone away from where a projected system belongs."""
    area = CRS.from_user_input(crs.definition).area_of_use
    if crs.in_degrees or area is None:
        return np.zeros(len(lon_lat), dtype=bool)
    west, _south, east, _north = area.bounds
    lon_deg = lon_lat[:, 0]
    return np.asarray((lon_deg < west - _ZONE_WIDTH_DEG) | (lon_deg > east + _ZONE_WIDTH_DEG))


def _unshifted(lon_deg: Degrees, lat_deg: Degrees, crs: Crs) -> tuple[Degrees, Degrees]:
    if crs.kind == "bd09":
        lon_deg, lat_deg = gcj_from_bd(lon_deg, lat_deg)
    return wgs_from_gcj(lon_deg, lat_deg)


def _projected(points: Points, given: str, wanted: str) -> Points:
    if given == wanted or not len(points):
        return points.astype(float)
    x, y = _transformer(given, wanted).transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y])


@cache
def _transformer(given: str, wanted: str) -> Transformer:
    return Transformer.from_crs(given, wanted, always_xy=True)
