"""A compound's layers for GIS: results at the places that a layout names."""

import json
import sqlite3
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyogrio
import pytest
import shapely

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.model import Location
from gridcalc.compound.reader import read_compound
from gridcalc.dossier import Dossier, compile_dossier, input_file
from gridcalc.errors import InputError
from gridcalc.policy import load_policy
from gridcalc.question import Question
from gridcalc.report.compound_layers import compound_features, compound_geopackage
from gridcalc.report.geo_files import Feature
from gridcalc.report.geo_styles import STYLES, styled_geopackage
from gridcalc.report.wording import load_wording
from gridcalc.routing.site.layout import read_layout

FILE = Path(__file__).parents[2] / "examples" / "walk-up-wujiang" / "compound.yaml"


@cache
def _dossier() -> Dossier:
    catalogue = load_catalogue(None)
    compound = read_compound(str(FILE), catalogue=catalogue)
    found = compile_dossier(
        compound,
        catalogue=catalogue,
        policy=load_policy(compound.policy),
        inputs=(input_file("compound", FILE.name, FILE.read_bytes()),),
        question=Question(methods=("factor",)),
    )
    return replace(
        found,
        compound=compound.model_copy(update={"location": Location(lon=120.6, lat=31.1)}),
        hosting=None,
    )


def _layout(tmp_path: Path, crs: str = "") -> Path:
    compound = _dossier().compound
    cable, node = compound.lv_cables[0], compound.lv_nodes[0]
    line = [[120.6, 31.1], [120.601, 31.1]]
    if crs:
        line = [[461783.0, 3441500.0], [461883.0, 3441500.0]]
    rows = [
        ("cables", {"id": cable.id}, {"type": "LineString", "coordinates": line}),
        ("boxes", {"id": node.id}, {"type": "Point", "coordinates": line[0]}),
        ("trenches", {"corridor": "path"}, {"type": "LineString", "coordinates": line}),
    ]
    tree = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"layer": layer, **values}, "geometry": geometry}
            for layer, values, geometry in rows
        ],
    }
    if crs:
        tree["crs"] = {"type": "name", "properties": {"name": crs}}
    path = tmp_path / "layout.geojson"
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


def _placed(tmp_path: Path) -> Dossier:
    compound = _dossier().compound
    ids = frozenset(row.id for row in (*compound.lv_cables, *compound.lv_nodes))
    return replace(_dossier(), layout=read_layout(str(_layout(tmp_path)), ids=ids))


def test_results_stand_at_the_elements_that_have_a_place(tmp_path):
    dossier = _placed(tmp_path)
    cable = dossier.compound.lv_cables[0].id
    found = {row.layer: row for row in compound_features(dossier)}
    result = next(row for row in dossier.deciding_run.branches if row.id == cable)

    assert set(found) == {"compound", "cables", "nodes", "trenches"}
    assert found["cables"].properties["loading_percent"] == result.loading_percent
    assert found["cables"].properties["scenario"] == dossier.deciding_run.scenario
    assert found["compound"].properties["verdict"] == dossier.study.verdict
    assert found["trenches"].properties == {"corridor": "path"}


def test_without_any_place_there_is_one_error():
    bare = _dossier().compound.model_copy(update={"location": None})

    with pytest.raises(InputError, match="--layout"):
        compound_features(replace(_dossier(), compound=bare))


def test_a_layout_in_a_metric_system_becomes_longitude_and_latitude(tmp_path):
    # EPSG:4549 has its meridian at 120 degrees; a point 38.217 km west of it at 31 N lies
    # near 119.6 E (one degree of longitude is 95.5 km there).
    cable = _dossier().compound.lv_cables[0].id
    found = read_layout(str(_layout(tmp_path, "EPSG:4549")), ids=frozenset({cable}))
    lon, lat = np.array(found.shapes[cable]["coordinates"])[0]

    assert lon == pytest.approx(120 - 38.217 / 95.5, abs=2e-3)
    assert 31.0 < lat < 31.2


def test_a_layout_of_another_compound_is_refused(tmp_path):
    with pytest.raises(InputError, match="no feature has an element"):
        read_layout(str(_layout(tmp_path)), ids=frozenset({"nothing"}))


@pytest.mark.parametrize(
    "text",
    ["[]", '{"features": 1}', '{"features": [{}]}', '{"features": [{"geometry": {"type": "X"}}]}'],
)
def test_what_is_no_map_is_refused(tmp_path, text):
    path = tmp_path / "bad.geojson"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError):
        read_layout(str(path), ids=frozenset({"a"}))


POINT = {"type": "Point", "coordinates": [120.6, 31.1]}


def _feature(name: str, geometry: object, properties: object = None) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties or {"id": name}}


def _file(tmp_path: Path, *features: object, crs: str = "") -> str:
    tree: dict[str, object] = {"type": "FeatureCollection", "features": features}
    if crs:
        tree["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}}
    path = tmp_path / "layout.geojson"
    path.write_text(json.dumps(tree), encoding="utf-8")
    return str(path)


def _nested(depth: int) -> list[object]:
    found: list[object] = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        (_feature("a", {"type": "Point", "coordinates": [1e308, -1e300]}), "looks like metres"),
        (_feature("a", {"type": "Point", "coordinates": [461783.0, 3441500.0]}), "like metres"),
        (_feature("a", {"type": "Point", "coordinates": [float("nan"), 31]}), "finite number"),
        (_feature("a", {"type": "Point", "coordinates": [31.1, 120.6]}), "exchanged"),
        (_feature("a", {"type": "Point", "coordinates": [2.3, 48.9]}), "outside China"),
        (_feature("a", {"type": "Point", "coordinates": ["120", "31"]}), "not a geometry"),
        (_feature("a", {"type": "Polygon", "coordinates": _nested(900)}), "not a geometry"),
        (_feature("a", POINT, ["id"]), "not a Feature"),
        (_feature("a", POINT, "id"), "not a Feature"),
        (5, "not a Feature"),
        (_feature("c", POINT), "'c' is a Point; a cable is a LineString"),
        (_feature("a", POINT, {f"p{k}": 1 for k in range(501)}), "more than 500 different"),
    ],
)
def test_a_feature_that_lies_nowhere_is_named(tmp_path, feature, said):
    with pytest.raises(InputError, match=said):
        read_layout(_file(tmp_path, feature), ids={"a", "c"}, cables={"c"})


def test_every_broken_feature_is_listed_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        read_layout(_file(tmp_path, 5, _feature("a", POINT), "x"), ids={"a"})

    assert [row.key for row in caught.value.problems] == ["features[0]", "features[2]"]


def test_a_layout_in_an_unknown_system_is_refused(tmp_path):
    with pytest.raises(InputError, match="coordinate system is not known"):
        read_layout(_file(tmp_path, _feature("a", POINT), crs="99999"), ids={"a"})


def test_features_without_a_shape_are_left_out(tmp_path):
    empty = {"type": "LineString", "coordinates": []}
    file = _file(tmp_path, _feature("a", POINT), _feature("b", None), _feature("c", empty))
    found = read_layout(file, ids={"a", "b", "c"})

    assert set(found.shapes) == {"a"}
    assert found.drawn == ()


def test_what_no_map_file_can_hold_does_not_pass_the_door(tmp_path):
    values = {"id": "x", "nan": float("nan"), "huge": 2**80, "half": "\ud800", "list": [1]}
    file = _file(tmp_path, _feature("a", POINT), _feature("x", POINT, values))
    (drawn,) = read_layout(file, ids={"a"}).drawn

    assert drawn.properties == {
        "id": "x", "nan": None, "huge": str(2**80), "half": "?", "list": None,
    }  # fmt: skip


def test_names_that_a_geopackage_does_not_take_are_changed(tmp_path):
    layers = ("my", "MY", "gpkg_contents", "sqlite_x", "layer_styles", 'a"; drop table b', "x" * 99)
    rows = [
        Feature(layer=name, geometry=POINT, properties={"fid": 1, "geom": 2, "A": 3, "a": 4, "": 5})
        for name in layers
    ]
    target = tmp_path / "a.gpkg"
    target.write_bytes(styled_geopackage(rows, load_wording("en")))
    names = [str(name) for name, kind in pyogrio.list_layers(target) if kind]
    meta, _, shapes, _ = pyogrio.raw.read(target, layer="my")

    assert names == [
        "my", "layer_gpkg_contents", "layer_sqlite_x", "layer_layer_styles", "a__ drop table b",
        "x" * 60,
    ]  # fmt: skip
    assert list(meta["fields"]) == ["fid_2", "geom_2", "A", "a_2", "field"]
    assert len(shapes) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_layer_of_the_geopackage_has_a_style_that_is_xml(tmp_path, lang):
    target = tmp_path / "net.gpkg"
    target.write_bytes(compound_geopackage(_placed(tmp_path), load_wording(lang)))

    with sqlite3.connect(target) as file:
        styles = dict(file.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    layers = {str(name) for name, kind in pyogrio.list_layers(target) if kind}
    assert layers == {"compound", "cables", "nodes", "trenches"} == set(styles)
    for name, text in styles.items():
        root = ElementTree.fromstring(text.split("\n", 1)[1])
        symbols = root.findall(".//symbol")
        assert len(symbols) == len(STYLES[name].looks)


def test_empty_values_stay_empty_and_numbers_stay_numbers(tmp_path):
    point = {"type": "Point", "coordinates": [120.0, 31.0]}
    rows = [
        Feature(layer="places", geometry=point, properties={"a": 1.5, "b": None, "c": True}),
        Feature(layer="places", geometry=point, properties={"a": None, "b": "x", "c": False}),
    ]
    target = tmp_path / "a.gpkg"
    target.write_bytes(styled_geopackage(rows, load_wording("en")))
    meta, _, shapes, columns = pyogrio.raw.read(target, layer="places")

    found = dict(zip(meta["fields"], columns, strict=True))
    assert found["a"][0] == 1.5
    assert np.isnan(found["a"][1])
    assert list(found["b"]) == [None, "x"]
    assert list(found["c"]) == ["true", "false"]
    assert shapely.from_wkb(shapes[0]).equals(shapely.Point(120, 31))


def test_the_same_dossier_gives_the_same_bytes(tmp_path):
    dossier, wording = _placed(tmp_path), load_wording("zh")

    assert compound_geopackage(dossier, wording) == compound_geopackage(dossier, wording)
