"""Where the elements of a compound lie: map layers whose features carry ids of its file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape

from gridcalc.compound.door import read_text
from gridcalc.errors import InputError, Problem
from gridcalc.routing.coordinates import LON_LAT, Crs, parse_crs, stored_crs, to_lon_lat
from gridcalc.routing.site.geojson_layer import parse_json, stated_crs
from gridcalc.routing.site.layer_files import (
    checked_suffix,
    layer_names,
    local_path,
    read_features,
)

ID = "id"
"""Property that names the element of the compound file."""
_USES = (".gpkg", ".geojson", ".json")
_PLAIN = (str, int, float, bool)

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A feature that is no element of a compound, such as a trench.

    ``geometry`` is GeoJSON in longitude and latitude of CGCS2000. [deg]
    """

    layer: str
    geometry: Mapping[str, Any]
    properties: Mapping[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The places of elements.

    Attributes
    ----------
    shapes
        GeoJSON geometry by id, in longitude and latitude of CGCS2000. [deg]
    drawn
        Everything else.
    """

    shapes: Mapping[str, Mapping[str, Any]] = field(repr=False)
    drawn: tuple[Drawn, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    layer: str
    wkb: bytes
    properties: Mapping[str, Plain]
    crs: Crs


def read_layout(file: str, *, ids: frozenset[str]) -> Layout:
    """Return where elements lie; 'gridcalc design --layers' writes such files.

    Parameters
    ----------
    file
        GeoPackage or GeoJSON.
    ids
        Ids of the elements; other features are kept as they are.

    Raises
    ------
    InputError
        The file cannot be read, or none of its features names an element.
    """
    try:
        path = local_path(file, Path(), start="this folder")
    except ValueError as error:
        raise InputError([Problem(file, 0, "", str(error))]) from None
    suffix = checked_suffix(path, file)
    if suffix not in _USES:
        raise _error(file, f"a layout is one of {', '.join(_USES)}")
    rows = list(_stored(path, file) if suffix == ".gpkg" else _written(path, file))
    shapes: dict[str, Mapping[str, Any]] = {}
    drawn: list[Drawn] = []
    for row in rows:
        geometry = _in_degrees(row)
        name = row.properties.get(ID)
        if isinstance(name, str) and name in ids and name not in shapes:
            shapes[name] = geometry
        else:
            drawn.append(Drawn(layer=row.layer, geometry=geometry, properties=row.properties))
    if not shapes:
        raise _error(file, f"no feature has an element of the compound as its property {ID!r}")
    return Layout(shapes=shapes, drawn=tuple(drawn))


def _stored(path: Path, file: str) -> Iterator[_Row]:
    for layer in layer_names(path, file):
        found = read_features(path, shown=file, layer=layer, usual=layer)
        crs = stored_crs(found.stored_crs) if found.stored_crs else LON_LAT
        if crs is None:
            raise _error(file, f"layer {layer!r}: its coordinate system is not known")
        for k, wkb in enumerate(found.wkb):
            if wkb is None:
                continue
            values = {
                name: _plain(column[k])
                for name, column in zip(found.names, found.columns, strict=True)
            }
            yield _Row(layer=layer, wkb=wkb, properties=values, crs=crs)


def _written(path: Path, file: str) -> Iterator[_Row]:
    tree = parse_json(read_text(path), file=file)
    features = tree.get("features") if isinstance(tree, dict) else None
    if not isinstance(features, list):
        raise _error(file, "is no GeoJSON FeatureCollection")
    said = stated_crs(tree)
    crs = (parse_crs(said) if said else None) or LON_LAT
    for k, row in enumerate(features):
        try:
            geometry = shape(row["geometry"])
            values = row.get("properties") or {}
            wkb = shapely.to_wkb(geometry)
        except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError):
            raise _error(file, f"feature {k}: has no geometry that can be read") from None
        plain = {str(name): _plain(value) for name, value in values.items()}
        yield _Row(layer=str(plain.pop("layer", path.stem)), wkb=wkb, properties=plain, crs=crs)


def _plain(value: Any) -> Plain:
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, _PLAIN) else None


def _in_degrees(row: _Row) -> dict[str, Any]:
    geometry = shapely.force_2d(shapely.from_wkb(row.wkb))
    if row.crs is not LON_LAT:
        geometry = shapely.transform(geometry, lambda points: to_lon_lat(points, row.crs))
    return dict(mapping(geometry))


def _error(file: str, message: str) -> InputError:
    return InputError([Problem(file, 0, "", message)])
