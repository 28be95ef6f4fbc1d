"""How QGIS draws the layers of a city: one symbol per verdict, and titles of the fields."""

from collections.abc import Mapping, Sequence
from itertools import product
from xml.etree.ElementTree import Element, SubElement, tostring

from gridcalc.city.records import CityQuestion
from gridcalc.city.store.columns import asked_modes, run_suffix
from gridcalc.report.city_words import outcome_word
from gridcalc.report.qgis_symbol import add_symbol
from gridcalc.report.wording import Wording

LAYERS_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT '2000-01-01T00:00:00.000Z');
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
  VALUES ('layer_styles', 'attributes', 'layer_styles', '', '2000-01-01T00:00:00.000Z', 0);
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)
  VALUES ('gpkg_data_columns', NULL, 'gpkg_schema',
    'http://www.geopackage.org/spec121/#extension_schema', 'read-write');
"""
"""Tables that QGIS and GDAL read beside the layers; their dates are fixed."""

_SYMBOLS: Mapping[str, tuple[str, str, str]] = {
    "ready": ("0,158,115,255", "circle", "3.2"),
    "ready_managed": ("47,143,208,255", "triangle", "3.8"),
    "upgrade": ("230,159,0,255", "square", "3.1"),
    "no_solution": ("200,70,28,255", "diamond", "4.2"),
}
"""Colour, shape and size [mm] of a verdict."""
_CROSS = "cross2"
_REST = ("125,133,144,255", _CROSS, "2.6")
_WHITE = "255,255,255,255"
_EDGE_MM, _CROSS_MM = "0.3", "0.9"
_RUN_FIELDS = (
    "passed",
    "s_peak_kva",
    "loading_percent",
    "phase_loading_percent",
    "cable_loading_percent",
    "vm_min_pu",
)


def style_document(geometry_type: str, titles: Mapping[str, str], wording: Wording) -> str:
    """Return the style of a layer as QGIS reads it, coloured by the field ``outcome``.

    Parameters
    ----------
    geometry_type
        ``Point`` or ``MultiPolygon``.
    titles
        Title of each field.
    wording
        Language of the legend.
    """
    is_point = geometry_type == "Point"
    root = Element("qgis", version="3.22.0", styleCategories="Symbology|Fields")
    kind = {"type": "categorizedSymbol", "attr": "outcome", "enableorderby": "0"}
    renderer = SubElement(root, "renderer-v2", kind)
    categories = SubElement(renderer, "categories")
    symbols = SubElement(renderer, "symbols")
    looks = [(name, outcome_word(name, wording), look) for name, look in _SYMBOLS.items()]
    looks.append(("", wording.term("map.no_result"), _REST))
    for place, (value, label, look) in enumerate(looks):
        SubElement(
            categories,
            "category",
            {"symbol": str(place), "value": value, "label": label, "render": "true"},
        )
        _symbol(symbols, str(place), look, is_point=is_point)
    aliases = SubElement(root, "aliases")
    for place, (name, title) in enumerate(titles.items(), 1):
        SubElement(aliases, "alias", {"index": str(place), "field": name, "name": title})
    return f"<!DOCTYPE qgis>\n{tostring(root, encoding='unicode')}"


def _symbol(symbols: Element, name: str, look: tuple[str, str, str], *, is_point: bool) -> None:
    colour, form, size_mm = look
    is_cross = form == _CROSS
    looks = {
        "color": colour if is_point else f"{colour.rsplit(',', 1)[0]},115",
        "outline_color": _WHITE if is_point and not is_cross else colour,
        "outline_style": "solid",
        "outline_width": _CROSS_MM if is_point and is_cross else _EDGE_MM,
    }
    own = {"name": form, "size": size_mm, "size_unit": "MM"} if is_point else {"style": "solid"}
    add_symbol(symbols, name, "marker" if is_point else "fill", {**looks, **own})


def field_titles(names: Sequence[str], question: CityQuestion, wording: Wording) -> dict[str, str]:
    """Return the title of each field; a field of a run says scenario and charging.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> names = ["n_households", "loading_percent_ev_100"]
    >>> list(field_titles(names, CityQuestion(), load_wording("zh")).values())
    ['户数', '配变负载率（%）汽车100%、无序充电']
    """
    titles = {name: wording.terms.get(f"column.{name}", name) for name in names}
    for scenario, charging in product(question.scenarios, asked_modes(question)):
        run = wording.words([wording.scenario(scenario), wording.term(f"mode.{charging}")])
        for field in _RUN_FIELDS:
            name = f"{field}_{run_suffix(scenario, charging)}"
            if name in titles:
                said = wording.term(f"column.{field}")
                titles[name] = wording("{quantity}: {run}", quantity=said, run=run)
    return titles
