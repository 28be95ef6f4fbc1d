"""Where compounds lie. The shifted coordinates are those of the documented example of GCJ-02.

In CGCS2000 zone EPSG:4547 (meridian 114°) the point 113.5° E, 30.5° N is at easting 452000.239 m
and northing 3375648.033 m, as pyproj's ``cs2cs`` gives it.
"""

import json
import math

import pytest
import shapely

from gridcalc.errors import InputError
from tests.unit.city_table_cases import many_rows, read, text_table, write_table

HEAD = "id,template,经度,纬度"


def place(table):
    return table.rows[0].lon, table.rows[0].lat


def test_degrees_are_kept_to_the_last_digit(tmp_path):
    table = text_table(tmp_path, HEAD, "A,walk-up,87.30000000000001,44.1")

    assert place(table) == (87.30000000000001, 44.1)


@pytest.mark.parametrize("crs", ["EPSG:4547", "4547", "epsg:4547"])
def test_metres_become_degrees(tmp_path, crs):
    table = text_table(tmp_path, HEAD, "A,walk-up,452000.239,3375648.033", crs=crs)

    # a millimetre is 1e-8 degrees
    assert place(table) == pytest.approx((113.5, 30.5), abs=1e-8)


def test_shifted_coordinates_are_shifted_back(tmp_path):
    # 120 E, 40 N is (120.005675684, 40.00130479) in GCJ-02, to nine digits
    table = text_table(tmp_path, HEAD, "A,walk-up,120.005675684,40.00130479", crs="gcj02")

    assert place(table) == pytest.approx((120, 40), abs=2e-9)


@pytest.mark.parametrize(
    "lines",
    [
        ("id,template,经度（GCJ-02）,纬度", "A,walk-up,120.005675684,40.00130479"),
        ("id,template,经度（EPSG:4490）,纬度（度）", "A,walk-up,120,40"),
        ("id,template,经度（2000）,纬度", "A,walk-up,120,40"),
        ("id,template,经度,纬度,坐标系", "A,walk-up,120.005675684,40.00130479,高德"),
    ],
)
def test_a_heading_or_a_column_may_name_the_system(tmp_path, lines):
    assert place(text_table(tmp_path, *lines)) == pytest.approx((120, 40), abs=2e-9)


def test_every_row_may_have_a_system_of_its_own(tmp_path):
    table = text_table(
        tmp_path,
        "id,template,x,y,crs",
        "A,walk-up,113.5,30.5,",
        "B,walk-up,452000.239,3375648.033,EPSG:4547",
        "C,walk-up,113.5,30.5,wgs84",
        "D,walk-up,113.5,30.5,mars",
    )

    assert [(row.lon, row.lat) for row in table.rows] == [
        pytest.approx((113.5, 30.5), abs=1e-8)
    ] * 3
    text = "'mars' is not a coordinate system known here; write EPSG:<code>, gcj02 or bd09"
    assert [p.message.partition(", such")[0] for p in table.bad[0].problems] == [text]


def test_the_option_wins_over_the_column_map(tmp_path):
    (tmp_path / "map.yaml").write_text("crs: bd09\n")

    by_map = text_table(tmp_path, HEAD, "A,walk-up,120,40", columns=tmp_path / "map.yaml")
    by_option = text_table(
        tmp_path, HEAD, "A,walk-up,120,40", columns=tmp_path / "map.yaml", crs="EPSG:4490"
    )

    assert place(by_option) == (120, 40)
    # BD-09 lies some hundred metres from CGCS2000
    assert 0.005 < math.dist(place(by_map), (120, 40)) < 0.02


def test_a_system_of_the_column_map_that_is_not_known_is_told_there(tmp_path):
    (tmp_path / "map.yaml").write_text("sheet:\ncrs: mars\n")

    with pytest.raises(InputError, match=r"map\.yaml is not usable") as caught:
        text_table(tmp_path, HEAD, "A,walk-up,120,40", columns=tmp_path / "map.yaml")

    assert [(p.line, p.key) for p in caught.value.problems] == [(2, "crs")]


def test_a_system_that_is_not_known_is_told(tmp_path):
    with pytest.raises(InputError, match="--crs: 'WGS72' is not a coordinate system known here"):
        text_table(tmp_path, HEAD, "A,walk-up,120,40", crs="WGS72")


@pytest.mark.parametrize(
    ("cells", "crs", "told"),
    [
        ("44.0,87.3", None, "longitude and latitude look exchanged; write the longitude first"),
        ("2.35,48.85", None, "lies outside China in EPSG:4490"),
        ("113.5,91", None, "has a latitude above 90"),
        ("452000,3375648", None, "looks like metres, but is read in EPSG:4490"),
        ("113.5,30.5", "EPSG:4547", "looks like longitude and latitude, but is read in EPSG:4547"),
        (
            "3375648.0,452000.2",
            "EPSG:4547",
            "longitude and latitude (or easting and northing) look exchanged",
        ),
    ],
)
def test_places_that_cannot_be_are_told(tmp_path, cells, crs, told):
    table = text_table(tmp_path, HEAD, "A,walk-up,87,44", f"B,walk-up,{cells}", crs=crs)

    problem = table.bad[-1].problems[0]
    assert (problem.line, problem.key) == (3, "经度")
    assert told in problem.message


def test_faults_of_many_kinds_are_told_row_by_row(tmp_path):
    cells = ["44,87", "87,44", "2,48", "452000,3375648", "87,44", "113,91", "87,1e999", "87,"]
    lines = [f"{row},walk-up,{cell}" for row, cell in enumerate(cells)]

    table = text_table(tmp_path, HEAD, *lines)

    assert [row.row for row in table.rows] == [3, 6]
    assert [row.row for row in table.bad] == [2, 4, 5, 7, 8, 9]
    assert table.bad[-1].problems[0].message == "is empty, but a place needs both coordinates"


def test_rows_without_a_place_are_good(tmp_path):
    table = text_table(tmp_path, HEAD, "A,walk-up,,", "B,walk-up,87,44")

    assert [row.lon for row in table.rows] == [None, 87]


def test_columns_of_a_place_are_ignored_beside_geometry(tmp_path):
    rows = [{**row, "longitude": 1, "latitude": 2} for row in many_rows(2)]

    table = read(write_table(tmp_path, "geojson", rows))

    assert table.rows[0].lon == 86.5
    assert table.ignored == ("备注", "longitude", "latitude")


def test_a_shifted_map_is_shifted_back_with_its_outlines(tmp_path):
    square = shapely.box(120.005675684, 40.00130479, 120.006, 40.002)
    path = write_table(tmp_path, "gpkg", many_rows(1), [square])

    table = read(path, crs="gcj02")

    corners = shapely.from_wkb(table.rows[0].outline_wkb).exterior.coords
    assert min(math.dist(corner, (120, 40)) for corner in corners) < 3e-9


def test_a_map_and_its_reader_may_not_disagree(tmp_path):
    path = write_table(tmp_path, "gpkg", many_rows(1))

    with pytest.raises(InputError, match="the file says EPSG:4490, but EPSG:4547 is given"):
        read(path, crs="EPSG:4547")


def test_geojson_may_name_its_system(tmp_path):
    path = write_table(tmp_path, "geojson", many_rows(1), [shapely.Point(452000.239, 3375648.033)])
    value = json.loads(path.read_text(encoding="utf-8"))
    value["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
    path.write_text(json.dumps(value), encoding="utf-8")

    assert place(read(path)) == pytest.approx((113.5, 30.5), abs=1e-8)


def test_an_outline_that_crosses_itself_is_mended(tmp_path):
    bow = shapely.Polygon([(87, 44), (87.002, 44.002), (87.002, 44), (87, 44.002)])

    table = read(write_table(tmp_path, "geojson", many_rows(1), [bow]))

    # two triangles that meet in the middle, each of half of 0.002 by 0.001 square degrees
    mended = shapely.from_wkb(table.rows[0].outline_wkb)
    assert mended.is_valid
    assert mended.area == pytest.approx(2e-6, rel=1e-6)


def test_heights_are_left_out(tmp_path):
    solid = shapely.force_3d(shapely.box(87, 44, 87.001, 44.001), z=450.0)

    table = read(write_table(tmp_path, "geoparquet", many_rows(1), [solid]))

    assert not shapely.from_wkb(table.rows[0].outline_wkb).has_z
