"""Lines and points out: GeoJSON and GeoPackage, longitude and latitude of CGCS2000."""

import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from gridcalc.city.lean import no_frames
from gridcalc.report.blocks import Cell

_CRS = "EPSG:4490"
_URN = "urn:ogc:def:crs:EPSG::4490"
_DATE_OPTION, _DATE = "OGR_CURRENT_DATE", "2000-01-01T00:00:00.000Z"
"""A layer says when it was last changed; a fixed date keeps its bytes the same."""
_VERSION = "1.2"
"""Edition of GeoPackage that programs of the last years read without a warning."""
_UNSUITED = re.compile(r"[^\w .\-]")
_RESERVED = re.compile(r"$|gpkg|sqlite|rtree|layer_styles", re.IGNORECASE)
_LONGEST_NAME = 60
_EMPTY: Mapping[type, object] = {bool: False, int: 0, float: 0.0, str: ""}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerField:
    """A field of a layer: its name, the type of its values, and the values, ``None`` for none."""

    name: str
    kind: type[bool] | type[int] | type[float] | type[str]
    values: Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer of a GeoPackage; a row without a shape has ``None``.

    ``geometry_type`` is that of OGC, such as ``Point``; shapes are WKB in longitude and latitude.
    """

    name: str
    geometry_type: str
    shapes: Sequence[bytes | None]
    fields: Sequence[LayerField]


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
    library = _library()
    with tempfile.TemporaryDirectory() as folder, _fixed_date():
        path = Path(folder) / "layers.gpkg"
        for name in dict.fromkeys(row.layer for row in features):
            rows = [row for row in features if row.layer == name]
            fields = list(dict.fromkeys(key for row in rows for key in row.properties))
            geometry = [shape(row.geometry) for row in rows]
            library.raw.write(
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


def geopackage_of_layers(
    layers: Sequence[Layer], dress: Callable[[sqlite3.Connection], None]
) -> bytes:
    """Return layers as the bytes of a GeoPackage; the same layers give the same bytes.

    Parameters
    ----------
    layers
        At least one.
    dress
        Adds tables of its own, such as the styles of the layers, to the finished file.
    """
    with tempfile.TemporaryDirectory() as folder, _fixed_date():
        path = Path(folder) / "layers.gpkg"
        for layer in layers:
            _write_layer(path, layer)
        with closing(sqlite3.connect(path)) as connection:
            dress(connection)
            connection.commit()
        return path.read_bytes()


def table_name(layer: str) -> str:
    """Return the name of a layer as a table of a GeoPackage may be called.

    Examples
    --------
    >>> table_name("trenches"), table_name("gpkg_contents"), table_name('a"; b')
    ('trenches', 'layer_gpkg_contents', 'a__ b')
    """
    clean = _UNSUITED.sub("_", layer).strip()[:_LONGEST_NAME]
    return f"layer_{clean}" if _RESERVED.match(clean) else clean


def field_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the name of the column for each property; a GeoPackage does not tell a from A.

    Examples
    --------
    >>> field_names(["id", "ID", "geom", "id"])
    {'id': 'id', 'ID': 'ID_2', 'geom': 'geom_2'}
    """
    found: dict[str, str] = {}
    taken = {"fid", "geom"}
    for key in dict.fromkeys(keys):
        base = _UNSUITED.sub("_", key).strip()[:_LONGEST_NAME] or "field"
        name, k = base, 1
        while name.casefold() in taken:
            k += 1
            name = f"{base}_{k}"
        taken.add(name.casefold())
        found[key] = name
    return found


def _write_layer(path: Path, layer: Layer) -> None:
    library = _library()
    shapes = np.empty(len(layer.shapes), dtype=object)
    shapes[:] = layer.shapes
    library.raw.write(
        path,
        shapes,
        [_filled(field) for field in layer.fields],
        [field.name for field in layer.fields],
        field_mask=[_missing(field) for field in layer.fields],
        layer=layer.name,
        driver="GPKG",
        geometry_type=layer.geometry_type,
        crs=_CRS,
        dataset_options={"VERSION": _VERSION},
        append=path.exists(),
    )


def _filled(field: LayerField) -> np.ndarray:
    """Return the values of a field in its type, with something where there is none."""
    dtype = object if field.kind is str else field.kind
    empty = _EMPTY[field.kind]
    values = [empty if value is None else field.kind(value) for value in field.values]
    return np.array(values, dtype=dtype)


def _missing(field: LayerField) -> np.ndarray | None:
    missing = np.array([value is None for value in field.values], dtype=bool)
    return missing if missing.any() else None


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Let the files written say one date."""
    library = _library()
    before = library.get_gdal_config_option(_DATE_OPTION)
    library.set_gdal_config_options({_DATE_OPTION: _DATE})
    try:
        yield
    finally:
        library.set_gdal_config_options({_DATE_OPTION: before})


def _library() -> Any:
    """Return the library of map files; pandas would take longer to load than a layer to write."""
    with no_frames():
        import pyogrio.raw  # noqa: PLC0415  only this door needs it
    return pyogrio


def _column(values: Sequence[Cell]) -> np.ndarray:
    """Return the values of a field in one type; texts where they do not share a numeric one."""
    if all(isinstance(value, bool) for value in values):
        return np.array(values, dtype=bool)
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return np.array(values, dtype=float)
    return np.array(["" if value is None else str(value) for value in values], dtype=object)
