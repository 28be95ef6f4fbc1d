"""GeoJSON in: text to a value, a FeatureCollection to a layer."""

import json
from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError
from shapely.geometry import shape

from gridcalc.errors import InputError, Problem
from gridcalc.routing.site.map_layer import MapLayer, Role, capped, shown
from gridcalc.yamlfile import Document, Path

_DEFAULT_CRS = "EPSG:4326"
_NO_GEOMETRY = (
    *(ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError),
    *(OverflowError, RecursionError),
)
"""What the map library raises on what is no geometry, nested without end or beyond all numbers."""
_TYPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def parse_json(text: str, *, file: str) -> Any:
    """Return the value of a JSON text.

    Raises
    ------
    InputError
        The text is not JSON or nested without end.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = f"this is not valid JSON: {error.msg.lower()}"
        raise InputError([Problem(file, error.lineno, "", message)]) from None
    except (RecursionError, ValueError):
        raise InputError([Problem(file, 0, "", "this is not JSON that can be read")]) from None


def is_collection(value: Any) -> bool:
    """Return whether a value is meant as a FeatureCollection."""
    return isinstance(value, dict) and ("features" in value or "type" in value)


def feature_layer(
    value: Any,
    *,
    role: Role,
    where: str,
    wanted: Collection[str],
    document: Document,
    path: Path,
) -> MapLayer:
    """Return a FeatureCollection as a layer.

    Parameters
    ----------
    value
        What JSON or YAML held.
    role, where
        What the layer is for and where it comes from.
    wanted
        Properties that matter.
    document, path
        Where the collection stands, for messages.

    Raises
    ------
    InputError
        It is no FeatureCollection, or features are not what GeoJSON asks for.
    """
    features = features_of(value, document, path)
    at = (*path, "features")
    broken = [
        document.problem((*at, row), "is not a Feature; give 'type', 'geometry' and 'properties'")
        for row, feature in enumerate(features)
        if not (
            isinstance(feature, dict)
            and isinstance(feature.get("properties") or {}, dict)
            and isinstance(feature.get("geometry") or {}, dict)
        )
    ]
    if broken:
        raise InputError(capped(broken))
    properties: list[dict[str, Any]] = [feature.get("properties") or {} for feature in features]
    names = dict.fromkeys(chain.from_iterable(properties))
    return MapLayer(
        role=role,
        where=where,
        geometry=_geometry([feature.get("geometry") for feature in features], document, at),
        columns={name: [row.get(name) for row in properties] for name in names if name in wanted},
        names=tuple(str(name) for name in names),
        stored_crs=own_crs(value),
        document=document,
        path=at,
        number=np.arange(len(features)),
    )


def stated_crs(value: Any) -> str:
    """Return the ``crs`` member of a FeatureCollection as a code, or an empty text.

    Examples
    --------
    >>> stated_crs({"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}})
    'EPSG:4547'
    """
    try:
        name = value["crs"]["properties"]["name"]
    except (KeyError, TypeError):
        return ""
    code = str(name).rsplit(":", 1)[-1]
    return f"EPSG:{code}" if code.isdigit() else _DEFAULT_CRS


def own_crs(value: Any) -> str:
    """Return the system a collection names; empty for WGS 84, which every program writes."""
    named = stated_crs(value)
    return "" if named == _DEFAULT_CRS else named


def features_of(value: Any, document: Document, path: Path) -> list[Any]:
    """Return the features of a FeatureCollection as they are written.

    Raises
    ------
    InputError
        It is no FeatureCollection.
    """
    kind = value.get("type") if isinstance(value, dict) else None
    features = value.get("features") if isinstance(value, dict) else None
    if kind == "FeatureCollection" and isinstance(features, list):
        return features
    if kind == "FeatureCollection":
        message = "this FeatureCollection has no list of 'features'"
    else:
        held = f"a {kind}" if isinstance(kind, str) else shown(value)
        message = f"this is no layer, it holds {held}; give a GeoJSON FeatureCollection"
    raise InputError([document.problem(path, message)])


def _geometry(
    values: Sequence[dict[str, Any] | None], document: Document, at: Path
) -> NDArray[np.object_]:
    geometry = np.full(len(values), None, dtype=object)
    types = [value.get("type") if value else None for value in values]
    straight = [row for row, kind in enumerate(types) if kind == "LineString"]
    lines = _line_strings([(values[row] or {}).get("coordinates") for row in straight])
    slow: list[int] = [row for row, kind in enumerate(types) if kind not in {"LineString", None}]
    if lines is None:
        slow = sorted([*slow, *straight])
    else:
        geometry[straight] = lines
    problems = []
    for row in slow:
        try:
            geometry[row] = _shape(values[row] or {})
        except _NO_GEOMETRY:
            text = f"{shown(values[row])} is not a geometry with coordinates; correct it"
            problems.append(document.problem((*at, row, "geometry"), text))
    if problems:
        raise InputError(capped(problems))
    return geometry


def _line_strings(lines: Sequence[Any]) -> NDArray[np.object_] | None:
    """Return many lines at once; None if any of them is broken."""
    try:
        counts = np.array([len(line) for line in lines], dtype=np.int64)
        points = list(chain.from_iterable(lines))
        axes = {len(point) for point in points}
        if (counts < 2).any() or not axes <= {2, 3}:
            return None
        if len(axes) > 1:
            points = [point[:2] for point in points]
        xy = np.array(points) if points else np.empty((0, 2))
    except (TypeError, ValueError):
        return None
    if xy.dtype.kind not in "if":
        return None
    owner = np.repeat(np.arange(len(counts)), counts)
    return np.asarray(shapely.linestrings(xy[:, :2].astype(float), indices=owner), dtype=object)


def _shape(value: dict[str, Any]) -> Any:
    if value.get("type") not in (*_TYPES, "GeometryCollection"):
        raise ValueError(value.get("type"))
    made = shapely.force_2d(shape(value))
    if value["type"] in _TYPES and not _numeric(value["coordinates"]):
        raise ValueError(value["type"])
    return None if made.is_empty else made


def feature_shape(value: Any) -> Any:
    """Return a geometry of GeoJSON without heights; None where it is null or empty.

    Raises
    ------
    ValueError
        It is no geometry with coordinates; the message says so.

    Examples
    --------
    >>> feature_shape({"type": "Point", "coordinates": [113.5, 30.5]}).x
    113.5
    """
    if value is None:
        return None
    try:
        return _shape(value)
    except _NO_GEOMETRY:
        text = f"{shown(value)} is not a geometry with coordinates; correct it"
        raise ValueError(text) from None


def _numeric(value: Any) -> bool:
    """Return whether nested lists hold numbers only; text such as '3' would pass unnoticed."""
    if isinstance(value, (list, tuple)):
        return all(_numeric(item) for item in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)
