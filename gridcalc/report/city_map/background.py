"""Roads and areas behind the compounds, from a GeoJSON file of the user; outlines of compounds."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import shapely

from gridcalc.errors import InputError, Problem

_DECIMALS = 6
_MOST_BYTES = 60_000_000
_MOST_LON, _MOST_LAT = 180.0, 90.0
_MAIN = ("primary", "trunk", "motorway")
Ring = list[float]
"""Longitude and latitude in turn. [deg]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Quiet lines and areas behind the compounds, longitude and latitude in turn. [deg].

    ``main`` are lines whose ``kind`` or ``highway`` begins with primary, trunk or motorway.
    """

    lines: tuple[Ring, ...] = ()
    main: tuple[Ring, ...] = ()
    areas: tuple[Ring, ...] = ()


def read_background(path: Path) -> Background:
    """Return the lines and polygons of a GeoJSON file in longitude and latitude.

    Points and empty geometries are left out.

    Raises
    ------
    InputError
        The file is no GeoJSON, is too large, or has coordinates beyond longitude and latitude.
    """
    try:
        size = path.stat().st_size
        tree = json.loads(path.read_text(encoding="utf-8-sig")) if size <= _MOST_BYTES else None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError([Problem(str(path), 0, "", f"cannot be read: {error}")]) from error
    features = tree.get("features") if isinstance(tree, dict) else None
    if not isinstance(features, list):
        message = "give a GeoJSON FeatureCollection of at most 60 MB with lines and polygons"
        raise InputError([Problem(str(path), 0, "", message)])
    rows = [_parts(feature) for feature in features]
    problems = [
        Problem(
            str(path), 0, f"features[{i}]", "give longitude and latitude in degrees (EPSG:4490)"
        )
        for i, row in enumerate(rows)
        if row is None
    ]
    if problems:
        raise InputError(problems[:20])
    parts = [part for row in rows if row for part in row]
    return Background(
        lines=tuple(ring for kind, ring in parts if kind == "line"),
        main=tuple(ring for kind, ring in parts if kind == "main"),
        areas=tuple(ring for kind, ring in parts if kind == "area"),
    )


def outline_rings(wkb: bytes) -> list[Ring]:
    """Return the outer rings of a polygon; nothing for another geometry.

    Examples
    --------
    >>> outline_rings(shapely.to_wkb(shapely.box(87.0, 44.0, 87.1, 44.1)))[0][:4]
    [87.1, 44.0, 87.1, 44.1]
    """
    shape = shapely.from_wkb(wkb, on_invalid="ignore")
    if shape is None:
        return []
    parts = shapely.get_parts(shape)
    return [_flat(part.exterior.coords) for part in parts if part.geom_type == "Polygon"]


def _parts(feature: Any) -> list[tuple[str, Ring]] | None:
    """Return kind and coordinates of each part of a feature; ``None`` where one is wrong."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return []
    properties = feature.get("properties")
    try:
        parts = list(_rings(geometry, _line_kind(properties)))
    except (TypeError, ValueError, IndexError, AttributeError):
        return None
    return parts if all(_is_on_earth(ring) for _, ring in parts) else None


def _line_kind(properties: Any) -> str:
    if not isinstance(properties, dict):
        return "line"
    kind = str(properties.get("kind") or properties.get("highway") or "")
    return "main" if kind.startswith(_MAIN) else "line"


def _rings(geometry: dict[str, Any], kind: str) -> Iterator[tuple[str, Ring]]:
    coordinates = geometry.get("coordinates") or ()
    match geometry.get("type"):
        case "LineString":
            yield kind, _flat(coordinates)
        case "MultiLineString":
            yield from ((kind, _flat(line)) for line in coordinates)
        case "Polygon" if coordinates:
            yield "area", _flat(coordinates[0])
        case "MultiPolygon":
            yield from (("area", _flat(polygon[0])) for polygon in coordinates if polygon)


def _flat(coordinates: Sequence[Sequence[float]]) -> Ring:
    return [round(float(value), _DECIMALS) for point in coordinates for value in point[:2]]


def _is_on_earth(ring: Ring) -> bool:
    return all(isfinite(value) for value in ring) and (
        all(abs(value) <= _MOST_LON for value in ring[::2])
        and all(abs(value) <= _MOST_LAT for value in ring[1::2])
    )
