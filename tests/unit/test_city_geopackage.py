"""The GeoPackage as GIS programs read it: layers, fields, shapes, styles, fixed bytes."""

import sqlite3
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pyogrio
import pyogrio.raw
import pytest
import shapely

from gridcalc.city.records import CityQuestion, CityResult, CityRow
from gridcalc.report.city_geopackage import city_geopackage
from tests.browser.city_samples import results

ROWS = list(results(60, method="factor"))
QUESTION = CityQuestion(method="factor")
DATE = "2000-01-01T00:00:00.000Z"


def _written(tmp_path, rows=ROWS, lang="zh"):
    path = tmp_path / "compounds.gpkg"
    path.write_bytes(city_geopackage(rows, question=QUESTION, lang=lang))
    return path


def _read(path, layer="compounds"):
    meta, _, shapes, values = pyogrio.raw.read(path, layer=layer)
    return dict(zip(meta["fields"], values, strict=True)), shapely.from_wkb(shapes)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return _written(tmp_path_factory.mktemp("gpkg"))


def test_every_compound_is_a_row_and_those_with_a_place_are_points(file):
    values, points = _read(file)
    placed = {row.row.id: (row.row.lon, row.row.lat) for row in ROWS if row.row.lon is not None}
    found = {
        name: (point.x, point.y)
        for name, point in zip(values["id"], points, strict=True)
        if point is not None
    }

    assert sorted(values["id"]) == sorted(row.row.id for row in ROWS)
    assert found == placed
    assert 0 < len(placed) < len(ROWS)


def test_outlines_are_a_layer_of_polygons(file):
    values, shapes = _read(file, "outlines")
    drawn = {row.row.id: row.row.outline_wkb for row in ROWS if row.row.outline_wkb}

    assert set(values["id"]) == set(drawn)
    first = str(values["id"][0])
    assert shapely.equals(shapes[0], shapely.from_wkb(drawn[first]))
    assert pyogrio.read_info(file, layer="outlines")["crs"] == "EPSG:4490"


def test_fields_hold_the_results_and_nothing_where_there_is_none(file):
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        rows = {row["id"]: row for row in connection.execute("SELECT * FROM compounds")}
    works = next(row for row in ROWS if row.verdict == "upgrade")
    ready = next(row for row in ROWS if row.verdict == "ready")
    mine = rows[works.row.id]

    assert mine["outcome"] == "upgrade"
    assert mine["n_max_uncontrolled"] == works.n_max_uncontrolled
    assert mine["plan_cost_yuan"] == pytest.approx(works.plan.cost_yuan)
    assert mine["loading_percent_ev_100"] == pytest.approx(
        next(run.loading_percent for run in works.runs if run.scenario == "ev-100")
    )
    assert rows[ready.row.id]["plan_cost_yuan"] is None
    assert [row["rank"] for row in rows.values()] == list(range(1, len(ROWS) + 1))


def test_names_of_fields_are_short_and_ascii(file):
    fields = pyogrio.read_info(file, layer="compounds")["fields"]

    assert all(name.isascii() and name.islower() and len(name) < 50 for name in fields)


def test_titles_of_fields_are_in_the_language(file):
    with sqlite3.connect(file) as connection:
        rows = connection.execute(
            "SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'compounds'"
        )
        titles = dict(rows.fetchall())
    fields = pyogrio.read_info(file, layer="compounds")["fields"]

    assert titles["n_households"] == "户数"
    assert titles["loading_percent_ev_100"] == "配变负载率（%）汽车100%、无序充电"
    assert set(fields) - set(titles) == set()


def test_each_layer_has_a_default_style_with_a_symbol_per_verdict(file):
    with sqlite3.connect(file) as connection:
        styles = dict(
            connection.execute(
                "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"
            ).fetchall()
        )

    assert set(styles) == {"compounds", "outlines"}
    for text in styles.values():
        tree = ElementTree.fromstring(text)
        renderer = tree.find("renderer-v2")
        assert renderer.get("attr") == "outcome"
        labels = {c.get("value"): c.get("label") for c in renderer.iter("category")}
        assert labels == {
            "ready": "满足",
            "ready_managed": "有序充电后满足",
            "upgrade": "需要改造",
            "no_solution": "无解",
            "": "无计算结果",
        }
        assert len(renderer.findall("symbols/symbol")) == 5
    marks = ElementTree.fromstring(styles["compounds"]).iter("prop")
    forms = [prop.get("v") for prop in marks if prop.get("k") == "name"]
    assert len(set(forms)) == 5  # told apart by shape too


def test_the_same_results_give_the_same_bytes_whenever_they_are_written(tmp_path):
    first = city_geopackage(ROWS, question=QUESTION)
    second = city_geopackage(reversed(ROWS), question=QUESTION)

    assert first == second
    path = tmp_path / "a.gpkg"
    path.write_bytes(first)
    with sqlite3.connect(path) as connection:
        dates = connection.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall()
    assert dates == [(DATE,)]


def test_without_places_or_outlines_there_is_one_layer_of_rows(tmp_path):
    row = CityRow(row=2, id="a", name="=1+1'; DROP TABLE x; --")
    point = shapely.to_wkb(shapely.Point(87, 44))
    rows = [
        CityResult(row=row, status="failed", error="no"),
        replace(ROWS[0], row=replace(ROWS[0].row, lon=None, lat=None, outline_wkb=point)),
    ]

    path = _written(tmp_path, rows, lang="en")

    assert [name for name, _ in pyogrio.list_layers(path)] == ["compounds", "layer_styles"]
    values, points = _read(path)
    assert list(points) == [None, None]
    assert row.name in values["name"]


def test_a_run_without_compounds_makes_an_empty_layer(tmp_path):
    path = _written(tmp_path, [])

    assert pyogrio.read_info(path, layer="compounds")["features"] == 0


def test_pandas_is_not_loaded_for_it_and_can_be_later():
    """The library of map files brings pandas along where nobody keeps it from that."""
    program = (
        "import sys\nfrom gridcalc.city.records import CityQuestion\n"
        "from gridcalc.report.city_geopackage import city_geopackage\n"
        "city_geopackage((), question=CityQuestion())\n"
        "print('pandas' in sys.modules)\nimport pandas\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
