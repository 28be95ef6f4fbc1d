"""Lines and points out: GeoJSON and GeoPackage, longitude and latitude of CGCS2000."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from gridcalc.report.blocks import Cell

_CRS = "EPSG:4490"
_URN = "urn:ogc:def:crs:EPSG::4490"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One shape and what is known of it.

    Parameters
    ----------
    layer
        Name of the layer it belongs to.
    geometry
        GeoJSON geometry in longitude and latitude. [deg]
    properties
        Plain values.
    """

    layer: str
    geometry: Mapping[str, Any]
    properties: Mapping[str, Cell]


def geojson_text(features: Sequence[Feature]) -> str:
    """Return features as one GeoJSON collection; the layer is a property."""
    rows = [
        {
            "type": "Feature",
            "properties": {"layer": row.layer, **row.properties},
            "geometry": row.geometry,
        }
        for row in features
    ]
    tree = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": _URN}},
        "features": rows,
    }
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def geopackage(features: Sequence[Feature]) -> bytes:
    """Return features as the bytes of a GeoPackage, one layer per name of layer."""
    import pyogrio.raw  # noqa: PLC0415  half a second, and only this door needs it

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layers.gpkg"
        for name in dict.fromkeys(row.layer for row in features):
            rows = [row for row in features if row.layer == name]
            fields = list(dict.fromkeys(key for row in rows for key in row.properties))
            geometry = [shape(row.geometry) for row in rows]
            pyogrio.raw.write(
                path,
                shapely.to_wkb(np.array(geometry, dtype=object)),
                [_column([row.properties.get(key) for row in rows]) for key in fields],
                fields,
                layer=name,
                driver="GPKG",
                geometry_type=geometry[0].geom_type,
                crs=_CRS,
                append=path.exists(),
            )
        return path.read_bytes()


def _column(values: Sequence[Cell]) -> np.ndarray:
    """Return the values of a field in one type; texts where they do not share a numeric one."""
    if all(isinstance(value, bool) for value in values):
        return np.array(values, dtype=bool)
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return np.array(values, dtype=float)
    return np.array(["" if value is None else str(value) for value in values], dtype=object)
