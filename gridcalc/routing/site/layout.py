"""Where the elements of a compound lie: map layers whose features carry ids of its file."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping

from gridcalc.compound.door import read_text
from gridcalc.errors import InputError, Problem
from gridcalc.routing.coordinates import (
    LON_LAT,
    Crs,
    misplaced,
    parse_crs,
    stored_crs,
    to_lon_lat,
)
from gridcalc.routing.site.geojson_layer import feature_shape, features_of, parse_json, stated_crs
from gridcalc.routing.site.layer_files import (
    MAX_MAP_MB,
    checked_suffix,
    layer_names,
    local_path,
    read_features,
)
from gridcalc.routing.site.map_layer import capped, file_document

ID = "id"
"""Property that names the element of the compound file."""
_LAYER = "layer"
"""Property that names the layer of a feature of GeoJSON."""
_USES = (".gpkg", ".geojson", ".json")
_MAX_PROPERTIES = 500
"""Different properties of all features together; a table of more columns is no map layer."""
_BITS = 63
_LINES = ("LineString", "MultiLineString")

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
    """A feature with a shape; ``key`` is where it stands in its file."""

    key: str
    layer: str
    shape: Any
    properties: Mapping[str, Plain]
    crs: Crs


def read_layout(
    file: str, *, ids: Collection[str], cables: Collection[str] = frozenset()
) -> Layout:
    """Return where elements lie; 'gridcalc design --layers' writes such files.

    Parameters
    ----------
    file
        GeoPackage or GeoJSON.
    ids
        Ids of the elements; other features are kept as they are.
    cables
        Those of them that are lines.

    Raises
    ------
    InputError
        The file cannot be read, a feature lies where its system has no place, a cable is no line,
        or none of the features names an element.
    """
    try:
        path = local_path(file, Path(), start="this folder")
    except ValueError as error:
        raise InputError([Problem(file, 0, "", str(error))]) from None
    suffix = checked_suffix(path, file)
    if suffix not in _USES:
        raise _error(file, f"a layout is one of {', '.join(_USES)}")
    rows = list(_stored(path, file) if suffix == ".gpkg" else _written(path, file))
    problems = [*_misplaced(rows, file), *_not_lines(rows, file, cables)]
    if problems:
        raise InputError(capped(problems))
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
            raise _unknown_crs(file, layer)
        try:
            shapes = shapely.force_2d(shapely.from_wkb(np.array(found.wkb, dtype=object)))
        except ShapelyError:
            message = "holds geometry that cannot be read; draw it without curves"
            raise _error(file, message) from None
        _few_enough(found.names, file)
        for k, shape in enumerate(shapes):
            if shape is None or shape.is_empty:
                continue
            values = {
                name: _plain(column[k])
                for name, column in zip(found.names, found.columns, strict=True)
            }
            key = f"{layer}[{found.numbers[k]}]"
            yield _Row(key=key, layer=layer, shape=shape, properties=values, crs=crs)


def _written(path: Path, file: str) -> Iterator[_Row]:
    tree = parse_json(read_text(path, max_mb=MAX_MAP_MB), file=file)
    features = features_of(tree, file_document(file), ())
    said = stated_crs(tree)
    crs = parse_crs(said) if said else LON_LAT
    if crs is None:
        raise _unknown_crs(file, path.stem)
    problems, names = [], dict.fromkeys((_LAYER,))
    for k, row in enumerate(features):
        key = f"features[{k}]"
        try:
            shape, values = _parts(row)
        except ValueError as error:
            problems.append(Problem(file, 0, key, str(error)))
            continue
        if shape is None or problems:
            continue
        names |= dict.fromkeys(values)
        _few_enough(names, file)
        layer = values.pop(_LAYER, None)
        yield _Row(key=key, layer=str(layer or path.stem), shape=shape, properties=values, crs=crs)
    if problems:
        raise InputError(capped(problems))


def _parts(row: Any) -> tuple[Any, dict[str, Plain]]:
    """Return shape and properties of a feature.

    Raises
    ------
    ValueError
        It is no feature.
    """
    values = row.get("properties") or {} if isinstance(row, dict) else None
    if not isinstance(values, dict):
        message = "is not a Feature; give 'type', 'geometry' and 'properties'"
        raise ValueError(message)  # noqa: TRY004  told like all that is wrong with a feature
    plain = {str(_plain(str(name))): _plain(value) for name, value in values.items()}
    return feature_shape(row.get("geometry")), plain


def _misplaced(rows: Sequence[_Row], file: str) -> Iterator[Problem]:
    """Yield what cannot be where its system says, once for each coordinate system."""
    for crs in dict.fromkeys(row.crs for row in rows):
        held = [row for row in rows if row.crs == crs]
        points, owner = shapely.get_coordinates([row.shape for row in held], return_index=True)
        wrong, text = misplaced(points, crs)
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            x, y = points[first].tolist()
            n_more = len(np.unique(owner[wrong])) - 1
            more = f" (and {n_more} more features)" if n_more else ""
            yield Problem(file, 0, held[owner[first]].key, f"({x:.10g}, {y:.10g}) {text}{more}")


def _not_lines(rows: Sequence[_Row], file: str, cables: Collection[str]) -> Iterator[Problem]:
    for row in rows:
        kind, name = row.shape.geom_type, row.properties.get(ID)
        if name in cables and kind not in _LINES:
            yield Problem(file, 0, row.key, f"{name!r} is a {kind}; a cable is a LineString")


def _few_enough(names: Collection[str], file: str) -> None:
    if len(names) > _MAX_PROPERTIES:
        raise _error(file, f"has more than {_MAX_PROPERTIES} different properties; leave some out")


def _plain(value: Any) -> Plain:
    r"""Return a value that every map file can hold; None for lists, groups and what is no number.

    Examples
    --------
    >>> _plain(float("nan")), _plain(2**80), _plain([1]), _plain("a\ud800")
    (None, '1208925819614629174706176', None, 'a?')
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= _BITS else f"{value:d}"
    return value if isinstance(value, float) and isfinite(value) else None


def _in_degrees(row: _Row) -> dict[str, Any]:
    if row.crs == LON_LAT:
        return dict(mapping(row.shape))
    return dict(mapping(shapely.transform(row.shape, lambda points: to_lon_lat(points, row.crs))))


def _unknown_crs(file: str, layer: str) -> InputError:
    return _error(file, f"layer {layer!r}: its coordinate system is not known")


def _error(file: str, message: str) -> InputError:
    return InputError([Problem(file, 0, "", message)])
