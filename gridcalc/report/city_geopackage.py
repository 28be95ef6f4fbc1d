"""The compounds of a city as map layers that QGIS opens in the colours of their verdicts."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import shapely

from gridcalc.city.records import CityQuestion, CityResult
from gridcalc.city.store.columns import GEOMETRY, NESTED, Column, Kind, columns_of
from gridcalc.city.summary.entries import entry_of
from gridcalc.city.summary.ranking import rank_key
from gridcalc.messages import Lang
from gridcalc.report.blocks import Cell
from gridcalc.report.city_style import LAYERS_TABLE, field_titles, style_document
from gridcalc.report.city_words import outcome_of
from gridcalc.report.geo_files import Layer, LayerField, geopackage_of_layers
from gridcalc.report.wording import Wording, load_wording

POINTS, OUTLINES = "compounds", "outlines"
OUTCOME, RANK = "outcome", "rank"
"""Fields beside those of the result: what the colour says, and the place in the ranking."""
_TYPES: dict[Kind, Any] = {"text": str, "whole": int, "real": float, "yes_no": bool}
_LEFT_OUT = frozenset({*NESTED, GEOMETRY, "lon", "lat"})
_MULTI_POLYGON = (3, 6)
"""WKB codes of polygon and multipolygon."""


def city_geopackage(
    results: Iterable[CityResult], *, question: CityQuestion, lang: Lang = "en"
) -> bytes:
    """Return a GeoPackage of a city run; the same results give the same bytes.

    The layer ``compounds`` has a row for every compound, with a point where its place is known;
    ``outlines`` has the polygons. The fields are named as the columns of ``compounds.parquet``;
    their titles are in the language asked for.

    Parameters
    ----------
    results
        Read once; the best compounds stand first.
    question
        What was asked; it says which scenarios have fields.
    lang
        Language of titles and legend.
    """
    columns = [column for column in columns_of(question) if column.name not in _LEFT_OUT]
    rows = [_row(result, columns) for result in results]
    rows.sort(key=lambda row: row[0])
    cells = [(outcome, rank, *values) for rank, (_, outcome, values, _, _) in enumerate(rows, 1)]
    points = [point for _, _, _, point, _ in rows]
    outlines = [(outline, cell) for (*_, outline), cell in zip(rows, cells, strict=True) if outline]
    layers = [_layer(POINTS, "Point", points, columns, cells)]
    if outlines:
        shapes = [outline for outline, _ in outlines]
        layers.append(
            _layer(OUTLINES, "MultiPolygon", shapes, columns, [cell for _, cell in outlines])
        )
    wording = load_wording(lang)
    return geopackage_of_layers(layers, lambda file: _dress(file, layers, question, wording))


def _row(result: CityResult, columns: Sequence[Column]) -> tuple[Any, ...]:
    """Return rank, outcome, values, point and outline of a compound."""
    values = tuple(column.value(result) for column in columns)
    return rank_key(entry_of(result)), outcome_of(result), values, _point(result), _outline(result)


def _point(result: CityResult) -> bytes | None:
    row = result.row
    if row.lon is None or row.lat is None:
        return None
    made: bytes = shapely.to_wkb(shapely.Point(row.lon, row.lat))
    return made


def _outline(result: CityResult) -> bytes | None:
    """Return the outline as a multipolygon, so that all rows of the layer are of one type."""
    if result.row.outline_wkb is None:
        return None
    shape = shapely.force_2d(shapely.from_wkb(result.row.outline_wkb))
    if shapely.get_type_id(shape) not in _MULTI_POLYGON or shape.is_empty:
        return None
    made: bytes = shapely.to_wkb(shapely.multipolygons(shapely.get_parts(shape)))
    return made


def _layer(
    name: str,
    geometry_type: str,
    shapes: Sequence[bytes | None],
    columns: Sequence[Column],
    cells: Sequence[Sequence[Cell]],
) -> Layer:
    kinds = [(OUTCOME, str), (RANK, int), *((row.name, _TYPES[row.kind]) for row in columns)]
    fields = [
        LayerField(name=own, kind=kind, values=[row[place] for row in cells])
        for place, (own, kind) in enumerate(kinds)
    ]
    return Layer(name=name, geometry_type=geometry_type, shapes=shapes, fields=fields)


def _dress(
    file: sqlite3.Connection, layers: Sequence[Layer], question: CityQuestion, wording: Wording
) -> None:
    """Add the styles of the layers and the titles of their fields."""
    file.executescript(LAYERS_TABLE)
    for layer in layers:
        titles = field_titles([field.name for field in layer.fields], question, wording)
        document = style_document(layer.geometry_type, titles, wording)
        file.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, useAsDefault)"
            " VALUES ('', '', ?, 'geom', ?, ?, 1)",
            (layer.name, wording("Verdict"), document),
        )
        file.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title)"
            " VALUES (?, ?, ?, ?)",
            [
                (layer.name, name, f"{title} ({name})", title)
                for name, title in titles.items()
                if title != name
            ],
        )
