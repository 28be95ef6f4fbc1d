"""How QGIS draws the layers that gridcalc writes: a style inside the GeoPackage for each layer."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np
import shapely
from shapely.geometry import shape

from gridcalc.report.blocks import Cell
from gridcalc.report.city_style import LAYERS_TABLE
from gridcalc.report.geo_files import (
    Feature,
    Layer,
    LayerField,
    field_names,
    geopackage_of_layers,
    table_name,
)
from gridcalc.report.qgis_symbol import SymbolKind, add_symbol
from gridcalc.report.wording import Wording

_GOOD, _NEAR, _BAD, _QUIET = "0,158,115,255", "230,159,0,255", "200,70,28,255", "125,133,144,255"
_BLUE, _DARK, _WHITE = "36,94,160,255", "40,52,66,255", "255,255,255,255"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one kind of features is drawn; ``size_mm`` is a width for lines. [mm]."""

    kind: SymbolKind
    colour: str
    size_mm: float
    form: str = "circle"
    pen: str = "solid"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerStyle:
    """The style of a layer.

    Parameters
    ----------
    field
        Field whose values have looks of their own; empty for one look.
    looks
        Look by value; the value ``""`` stands for all others.
    """

    field: str = ""
    looks: Mapping[str, Look]


def _lines(size_mm: float) -> dict[str, Look]:
    colours = {"ok": _GOOD, "near": _NEAR, "over": _BAD, "": _QUIET}
    return {
        name: Look(kind="line", colour=colour, size_mm=size_mm) for name, colour in colours.items()
    }


def _marks(size_mm: float, form: str) -> dict[str, Look]:
    colours = {"ok": _GOOD, "near": _NEAR, "over": _BAD, "": _QUIET}
    return {
        name: Look(kind="marker", colour=colour, size_mm=size_mm, form=form)
        for name, colour in colours.items()
    }


_DASHED = Look(kind="line", colour=_DARK, size_mm=0.4, pen="dash")
STYLES: Mapping[str, LayerStyle] = {
    "compound": LayerStyle(field="state", looks=_marks(4.6, "star")),
    "cables": LayerStyle(field="state", looks=_lines(0.7)),
    "nodes": LayerStyle(field="state", looks=_marks(2.4, "circle")),
    "transformers": LayerStyle(field="state", looks=_marks(4.0, "square")),
    "substations": LayerStyle(
        looks={"": Look(kind="marker", colour=_BLUE, size_mm=4.0, form="square")}
    ),
    "rmus": LayerStyle(looks={"": Look(kind="marker", colour=_BLUE, size_mm=3.4, form="square")}),
    "boxes": LayerStyle(looks={"": Look(kind="marker", colour=_DARK, size_mm=2.2)}),
    "places": LayerStyle(
        looks={"": Look(kind="marker", colour=_QUIET, size_mm=2.0, form="diamond")}
    ),
    "trenches": LayerStyle(looks={"": _DASHED}),
    "routes": LayerStyle(
        field="recommended",
        looks={
            "true": Look(kind="line", colour=_BAD, size_mm=1.0),
            "": Look(kind="line", colour=_BLUE, size_mm=0.6, pen="dash"),
        },
    ),
    "sources": LayerStyle(
        field="accepted",
        looks={
            "true": Look(kind="marker", colour=_GOOD, size_mm=4.0, form="triangle"),
            "": Look(kind="marker", colour=_QUIET, size_mm=3.4, form="triangle"),
        },
    ),
    "target": LayerStyle(looks={"": Look(kind="marker", colour=_BAD, size_mm=4.6, form="star")}),
}
"""Styles by the name of a layer."""


def styled_geopackage(features: Sequence[Feature], wording: Wording) -> bytes:
    """Return features as a GeoPackage with a style for each layer; None stays empty.

    Parameters
    ----------
    features
        At least one.
    wording
        Language of the legends.
    """
    spelt: dict[str, str] = {}
    groups: dict[str, list[Feature]] = {}
    for row in features:
        name = table_name(row.layer)
        groups.setdefault(spelt.setdefault(name.casefold(), name), []).append(row)
    layers = [_layer(name, rows) for name, rows in groups.items()]
    return geopackage_of_layers(layers, lambda file: dress(file, list(groups), wording))


def _layer(name: str, features: Sequence[Feature]) -> Layer:
    shapes = [shape(row.geometry) for row in features]
    kinds = {row.geom_type for row in shapes}
    fields = field_names(key for row in features for key in row.properties)
    columns = [[row.properties.get(key) for row in features] for key in fields]
    return Layer(
        name=name,
        geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
        shapes=list(shapely.to_wkb(np.array(shapes, dtype=object))),
        fields=[
            LayerField(name=name, kind=_kind(column), values=_cells(column))
            for name, column in zip(fields.values(), columns, strict=True)
        ],
    )


def _kind(column: Sequence[Cell]) -> type[float] | type[int] | type[str]:
    """Return the type of a column: whole numbers, numbers, else texts; truths are texts."""
    held = {type(value) for value in column if value is not None}
    if held == {int}:
        return int
    return float if held and held <= {int, float} else str


def _cells(column: Sequence[Cell]) -> list[Cell]:
    return [str(value).lower() if isinstance(value, bool) else value for value in column]


def dress(file: sqlite3.Connection, names: Sequence[str], wording: Wording) -> None:
    """Add the styles of the known ones of some layers to a GeoPackage."""
    file.executescript(LAYERS_TABLE)
    for name in names:
        style = STYLES.get(name)
        if style is None:
            continue
        file.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, useAsDefault)"
            " VALUES ('', '', ?, 'geom', ?, ?, 1)",
            (name, wording.term(f"layer.{name}"), style_document(style, wording)),
        )


def style_document(style: LayerStyle, wording: Wording) -> str:
    """Return a style as QGIS reads it.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> text = style_document(STYLES["trenches"], load_wording("en"))
    >>> text.startswith("<!DOCTYPE qgis>"), "SimpleLine" in text
    (True, True)
    """
    root = Element("qgis", version="3.22.0", styleCategories="Symbology")
    if not style.field:
        renderer = SubElement(root, "renderer-v2", {"type": "singleSymbol"})
        _symbol(SubElement(renderer, "symbols"), "0", style.looks[""])
        return _document(root)
    renderer = SubElement(root, "renderer-v2", {"type": "categorizedSymbol", "attr": style.field})
    categories = SubElement(renderer, "categories")
    symbols = SubElement(renderer, "symbols")
    for place, (value, look) in enumerate(style.looks.items()):
        label = wording.term(f"look.{style.field}.{value or 'other'}")
        entry = {"symbol": str(place), "value": value, "label": label, "render": "true"}
        SubElement(categories, "category", entry)
        _symbol(symbols, str(place), look)
    return _document(root)


def _document(root: Element) -> str:
    return f"<!DOCTYPE qgis>\n{tostring(root, encoding='unicode')}"


def _symbol(symbols: Element, name: str, look: Look) -> None:
    size = f"{look.size_mm:g}"
    if look.kind == "line":
        values = {"line_color": look.colour, "line_width": size, "line_style": look.pen}
        values |= {"line_width_unit": "MM", "capstyle": "round", "joinstyle": "round"}
    elif look.kind == "marker":
        values = {"color": look.colour, "name": look.form, "size": size, "size_unit": "MM"}
        values |= {"outline_color": _WHITE, "outline_width": "0.3"}
    else:
        values = {"color": look.colour, "style": "solid", "outline_color": _DARK}
    add_symbol(symbols, name, look.kind, values)
