"""GeoPackage and GeoJSON in: one feature per compound, its properties as cells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gridcalc.city.table.cell_text import row_texts
from gridcalc.city.table.heading_row import check_width, limited, one_line
from gridcalc.city.table.parquet_rows import read_wkb
from gridcalc.city.table.records import RawRow, RawTable
from gridcalc.compound.door import read_text
from gridcalc.routing.site.geojson_layer import feature_shape, features_of, own_crs, parse_json
from gridcalc.routing.site.layer_files import MAX_MAP_MB, Features, read_features
from gridcalc.routing.site.map_layer import file_document

LAYER = "compounds"
"""Layer of a GeoPackage that is taken when there are several."""

_NOT_A_FEATURE = "is not a Feature; give 'type', 'geometry' and 'properties'"
_BROKEN = "has a geometry that cannot be read; draw it anew"


def read_geopackage(path: Path, *, file: str, layer: str | None) -> RawTable:
    """Return a layer of a GeoPackage; rows have the numbers (fid) of its features.

    Parameters
    ----------
    path, file
        The file, and how messages call it.
    layer
        Name of the layer; ``None`` takes the only one, or ``compounds``.

    Raises
    ------
    InputError
        The file is no GeoPackage, cannot be read, or has no such layer.
    """
    features = read_features(path, shown=file, layer=layer, usual=LAYER)
    check_width(file, features.names)
    return RawTable(
        file=file,
        heading_row=0,
        headings=one_line(features.names),
        rows=limited(file, _geopackage_rows(features)),
        has_shapes=any(one is not None for one in features.wkb),
        stored_crs=features.stored_crs,
    )


def _geopackage_rows(features: Features) -> Iterator[RawRow]:
    shapes, broken = read_wkb(features.wkb)
    lines = zip(*features.columns, strict=True) if features.columns else [()] * len(shapes)
    for place, values in enumerate(lines):
        texts, faults = row_texts(values)
        yield RawRow(
            number=features.numbers[place],
            cells=texts,
            faults=faults,
            shape=shapes[place],
            fault=_BROKEN if broken[place] else "",
        )


def read_geojson(path: Path, *, file: str) -> RawTable:
    """Return a FeatureCollection; its features are numbered from 1.

    Raises
    ------
    InputError
        The file is no FeatureCollection.
    """
    value = parse_json(read_text(path, max_mb=MAX_MAP_MB), file=file)
    features = features_of(value, file_document(file), ())
    properties = [_properties(feature) for feature in features]
    names = tuple(dict.fromkeys(name for row in properties for name in row or ()))
    check_width(file, names)
    return RawTable(
        file=file,
        heading_row=0,
        headings=one_line(names),
        rows=limited(file, _geojson_rows(features, properties, names)),
        has_shapes=any(isinstance(one, dict) and one.get("geometry") for one in features),
        stored_crs=own_crs(value),
    )


def _properties(feature: Any) -> dict[str, Any] | None:
    """Return the properties of a feature, ``None`` if it is none."""
    held = feature.get("properties") if isinstance(feature, dict) else feature
    if held is None and isinstance(feature, dict):
        return {}
    return held if isinstance(held, dict) and isinstance(feature, dict) else None


def _geojson_rows(
    features: list[Any], properties: list[dict[str, Any] | None], names: tuple[str, ...]
) -> Iterator[RawRow]:
    nothing = ("",) * len(names)
    for number, (feature, held) in enumerate(zip(features, properties, strict=True), start=1):
        if held is None:
            yield RawRow(number=number, cells=nothing, fault=_NOT_A_FEATURE)
            continue
        texts, faults = row_texts([held.get(name) for name in names])
        shape, fault = None, ""
        try:
            shape = feature_shape(feature.get("geometry"))
        except ValueError as error:
            fault = str(error)
        yield RawRow(number=number, cells=texts, faults=faults, shape=shape, fault=fault)
