"""One city in every format: the same compounds come back, whoever wrote the file."""

import codecs
import csv
import json
import resource
import tempfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridcalc.city.records import CityRow, Units
from gridcalc.errors import InputError
from tests.unit.city_table_cases import FORMATS, many_rows, read, text_table, write_table

WITH_OUTLINES = ("geoparquet", "gpkg", "geojson")
WITHOUT_HEADING = ("parquet", "geoparquet", "gpkg", "gpkg-table", "geojson")

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z", "Sk")) | st.sampled_from(" ,;\"'\t"),
    max_size=12,
)
ROWS = st.fixed_dictionaries(
    {
        "小区名称": TEXTS.map(lambda text: "N" + " ".join(text.split())),
        "template": st.sampled_from(("walk-up", "high-rise")),
        "policy": st.sampled_from(("national", None)),
        "区县": TEXTS.map(lambda text: "=" + " ".join(text.split())),
        "category": st.sampled_from(("utility", "combined_meter", None)),
        "year": st.none() | st.integers(1949, 2100),
        "n_households": st.none() | st.integers(1, 100_000),
        "n_ebikes": st.none() | st.integers(0, 100_000),
        "kw_each": st.none() | st.sampled_from((8, 12, 64)),
        "units": st.lists(st.tuples(st.integers(1, 50), st.sampled_from((400, 630))), max_size=1),
        "place": st.none() | st.tuples(st.integers(75, 134), st.integers(1, 9_999)),
        "floors": st.none() | st.integers(1, 40),
    }
)


def cells(number, row):
    """Return a row as it is written; units, places and peaks take part in several columns."""
    plain = {key: value for key, value in row.items() if key not in ("units", "place", "kw_each")}
    place, kva = row["place"], sum(n * size for n, size in row["units"])
    flats, each = row["n_households"], row["kw_each"]
    return {
        "id": f"X{number}",
        **plain,
        # a peak that fits: 1/8 to 1 kW for a flat, or a tenth of that for a kVA
        "metered_peak_kw": None
        if flats and kva
        else each and each * (flats or kva / 10 or 64) / 64,
        "transformers": "+".join(f"{n}x{kva}" for n, kva in row["units"]) or None,
        "lon": place and round(place[0] + place[1] / 10_000 + 0.00001, 5),
        "lat": place and round(20 + place[1] / 1_000 + 0.00001, 5),
    }


def compound(number, written, row):
    """Return the compound that the cells of a row mean."""
    floors = written["floors"]
    return CityRow(
        row=number,
        id=written["id"],
        name=written["小区名称"],
        template=written["template"],
        settings={} if floors is None else {"floors": str(floors)},
        policy=written["policy"],
        area=written["区县"],
        category=written["category"],
        year=written["year"],
        n_households=written["n_households"],
        n_ebikes=written["n_ebikes"],
        transformers=tuple(Units(n=n, sn_kva=float(kva)) for n, kva in row["units"]),
        metered_peak_kw=written["metered_peak_kw"],
        lon=written["lon"],
        lat=written["lat"],
    )


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rows=st.lists(ROWS, min_size=1, max_size=6))
def test_what_is_written_in_a_format_is_read_from_it(form, rows):
    written = [cells(number, row) for number, row in enumerate(rows)]
    first = 1 if form in WITHOUT_HEADING else 2

    with tempfile.TemporaryDirectory() as folder:
        table = read(write_table(Path(folder), form, written))

    pairs = zip(written, rows, strict=True)
    expected = tuple(compound(first + n, one, row) for n, (one, row) in enumerate(pairs))
    assert (table.bad, table.rows) == ((), expected)


@pytest.mark.parametrize("form", WITH_OUTLINES)
def test_outlines_are_kept_and_have_a_point_inside(tmp_path, form):
    square = shapely.box(87.3, 44.0, 87.302, 44.001)
    horseshoe = shapely.Polygon(
        [
            *((87, 44), (87.03, 44), (87.03, 44.03), (87.02, 44.03), (87.02, 44.01)),
            *((87.01, 44.01), (87.01, 44.03), (87, 44.03)),
        ]
    )
    two = shapely.MultiPolygon([square, shapely.box(87.31, 44.0, 87.32, 44.001)])
    rows = many_rows(5)

    table = read(write_table(tmp_path, form, rows, [square, horseshoe, two, None, horseshoe]))

    assert table.bad == ()
    outlines = [row.outline_wkb and shapely.from_wkb(row.outline_wkb) for row in table.rows]
    for row, outline, shape in zip(table.rows, outlines, [square, horseshoe, two], strict=False):
        assert outline.equals(shape)
        assert shape.contains(shapely.Point(row.lon, row.lat))
    # the centre of the horseshoe lies between its arms, outside
    assert not horseshoe.contains(horseshoe.centroid)
    assert (outlines[3], table.rows[3].lon) == (None, None)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_ten_thousand_rows_are_read_in_every_format(tmp_path, form):
    path = write_table(tmp_path, form, many_rows(10_000))

    table = read(path)

    assert (len(table.rows), table.bad) == (10_000, ())


def test_ten_thousand_rows_take_little_memory(tmp_path):
    path = write_table(tmp_path, "csv", many_rows(10_000))
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    table = read(path)

    assert (len(table.rows), table.bad) == (10_000, ())
    # a compound is a few hundred bytes; 10 000 of them and a chunk of drafts stay below 100 MiB
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 100 * 1024


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_found_out(tmp_path, encoding, newline):
    path = tmp_path / "a.csv"
    text = newline.join(["小区编号,小区名称,模板", "A,宁边小区,多层", ""])
    path.write_bytes(text.encode(encoding))

    table = read(path)

    assert [(row.row, row.name) for row in table.rows] == [(2, "宁边小区")]


def test_a_letter_cut_by_a_piece_of_the_file_does_not_change_its_encoding(tmp_path):
    # a piece is 2**20 bytes; the letter 边 has three bytes and begins one byte before its end
    head = "小区编号,小区名称,模板\n".encode()
    filler = (b" " * 499 + b"\n") * 3000
    filler = filler[: (1 << 20) - 2 - len(head)] + b"\n"
    path = tmp_path / "a.csv"
    path.write_bytes(head + filler + "边,宁,多层\n".encode())

    table = read(path)

    assert [row.id for row in table.rows] == ["边"]


@pytest.mark.parametrize("raw", [b"id,template\nA\x00,walk-up\n", codecs.BOM_UTF8 + b"id\n\x00"])
def test_null_bytes_are_no_text(tmp_path, raw):
    (tmp_path / "a.csv").write_bytes(raw)

    with pytest.raises(InputError, match="holds null bytes, so it is no text table"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_few_broken_bytes_make_their_rows_bad_and_not_the_file(tmp_path, encoding):
    lines = [f"{row},宁边小区,多层" for row in range(100)]
    raw = "\n".join(["id,小区名称,模板", *lines]).encode(encoding).split(b"\n")
    raw[7] = raw[7].replace("宁".encode(encoding.removesuffix("-sig")), b"\xff")
    (tmp_path / "a.csv").write_bytes(b"\n".join(raw))

    table = read(tmp_path / "a.csv")

    coding = encoding.removesuffix("-sig").upper()
    assert {row.name for row in table.rows} == {"宁边小区"}
    assert [(p.line, p.message) for row in table.bad for p in row.problems] == [
        (8, f"holds bytes that are no letters in {coding}; write the row anew")
    ]


def test_bytes_of_no_encoding_are_told(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,template\n\xff\xff,walk-up\n")

    with pytest.raises(InputError, match="is not text in UTF-8 or GB18030; save it as 'CSV UTF-8'"):
        read(tmp_path / "a.csv")


def test_a_truncated_utf_16_file_is_told(tmp_path):
    (tmp_path / "a.csv").write_bytes("id,template\nA,walk-up\n".encode("utf-16")[:-1])

    with pytest.raises(InputError, match="is not text in UTF-8 or GB18030"):
        read(tmp_path / "a.csv")


def test_german_and_french_workbooks_write_semicolons_and_commas(tmp_path):
    head = "id;template;metered_peak_kw;lon;lat;n_households;param:box_m;name"
    table = text_table(
        tmp_path,
        head,
        "A;walk-up;512,5;87,123;44,5;1.200;0,8;Ost, West",
        "B;walk-up;1.200,5;87.123;44.5;1,200;;",
        "C;walk-up;1,200;87;44;1,000;;",
    )

    assert [row.metered_peak_kw for row in table.rows] == [512.5, 1200.5]
    assert [(row.lon, row.lat) for row in table.rows] == [(87.123, 44.5)] * 2
    assert [row.n_households for row in table.rows] == [1200, 1200]
    assert (table.rows[0].name, table.rows[0].settings) == ("Ost, West", {"box_m": "0.8"})
    assert [problem.message for problem in table.bad[0].problems] == [
        "'1,200' can be 1200 or 1.200; write one of them plainly",
        "'1,000' can be 1000 or 1.000; write one of them plainly",
    ]


def test_a_line_that_names_the_delimiter_is_followed(tmp_path):
    table = text_table(tmp_path, "sep=;", "id;template;name", "A;walk-up;a,b,c,d")

    assert [(row.row, row.name) for row in table.rows] == [(3, "a,b,c,d")]


def test_cells_of_a_workbook_are_read_as_they_look(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day, share = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "0%"}),
        )
        sheet = book.add_worksheet()
        sheet.merge_range(0, 1, 0, 4, "昌吉市小区台账")
        sheet.write_row(2, 1, ["编号", "模板", "建成时间", "floors", "户数"])
        sheet.write_row(3, 1, [12.0, "多层"])
        sheet.write_datetime(3, 3, datetime(2005, 6, 1), day)
        sheet.write_number(3, 4, 0.8, share)
        sheet.write_string(3, 5, "1,200")
        sheet.write_row(5, 1, [True, "高层", 1999, 6.0, 80])

    table = read(path)

    assert [replace(row, name="") for row in table.rows] == [
        CityRow(
            row=4,
            id="12",
            name="",
            template="walk-up",
            year=2005,
            settings={"floors": "0.8"},
            n_households=1200,
        ),
        CityRow(
            row=6,
            id="true",
            name="",
            template="high-rise",
            year=1999,
            settings={"floors": "6"},
            n_households=80,
        ),
    ]


def test_errors_and_cut_numbers_of_a_workbook_are_told_by_cell(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表 & <1>")
        sheet.write_row(1, 1, ["id", "template", "户数", "备注"])
        sheet.write_row(2, 1, ["A", "walk-up"])
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        sheet.write_row(3, 1, [123456789012345678, "walk-up", 5])
        sheet.write_row(4, 1, ["C", "walk-up", 5])
        sheet.write_formula(4, 4, "=NA()", None, "#N/A")

    table = read(path)

    assert [row.id for row in table.rows] == ["C"]
    assert [(p.line, p.key, p.message) for row in table.bad for p in row.problems] == [
        (3, "户数", "holds an Excel error such as #N/A; correct the formula"),
        (
            4,
            "id",
            "is a number of more than 15 digits, which Excel cuts; format the column as text",
        ),
    ]


def test_the_only_sheet_that_is_seen_is_read_or_the_one_that_is_named(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("old", "now", "next"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["id", "template"])
            sheet.write_row(1, 0, [f"of-{name}", "walk-up"])
            if name != "now":
                sheet.hide()
        book.get_worksheet_by_name("now").activate()
        book.get_worksheet_by_name("now").set_first_sheet()
    column_map = tmp_path / "map.yaml"
    column_map.write_text("sheet: next\n")

    assert [row.id for row in read(path).rows] == ["of-now"]
    assert [row.id for row in read(path, columns=column_map).rows] == ["of-next"]
    column_map.write_text("sheet: nexxt\n")
    with pytest.raises(InputError, match="there is no sheet 'nexxt'; did you mean 'next'"):
        read(path, columns=column_map)


def test_columns_of_parquet_may_have_any_flat_type(tmp_path):
    table = pa.table(
        {
            "id": pa.array(["A", "B"]).dictionary_encode(),
            "template": pa.array(["walk-up"] * 2, pa.large_string()),
            "year": pa.array([datetime(2005, 6, 1), None], pa.timestamp("us")),
            "n_households": pa.array([Decimal("1200.00"), Decimal(7)]),
            "n_ebikes": pa.array([float("nan"), 5.0]),
            "metered_peak_kw": pa.array([600.5, None], pa.float32()),
            "floors": pa.array([date(2005, 6, 1), None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")

    found = read(tmp_path / "a.parquet")

    assert found.rows == (
        CityRow(
            row=1,
            id="A",
            name="A",
            template="walk-up",
            year=2005,
            n_households=1200,
            metered_peak_kw=600.5,
            settings={"floors": "2005-06-01"},
        ),
        CityRow(row=2, id="B", name="B", template="walk-up", n_households=7, n_ebikes=5),
    )


def test_nested_columns_of_parquet_are_left_out(tmp_path):
    table = pa.table(
        {
            "id": ["A"],
            "template": ["walk-up"],
            "households": [[1, 2]],
            "bbox": [{"xmin": 1.0}],
            "raw": [b"\x00\xff"],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")

    found = read(tmp_path / "a.parquet")

    assert (found.rows[0].n_households, found.ignored) == (None, ("households", "bbox", "raw"))


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("a.csv", b"PK\x03\x04zip", "is no CSV file, whatever its name says; it is Excel"),
        ("a.xlsx", b"id,template\nA,walk-up\n", r"is no Excel workbook \(.xlsx\) file"),
        ("a.xlsx", b"PK\x03\x04zip", "is damaged or protected; open it, save it anew as .xlsx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old or protected Excel workbook"),
        ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 99, "is not a GPKG file"),
        ("a.gpkg", b"nothing", "is no GeoPackage file"),
        ("a.geojson", b"{", "this is not valid JSON"),
        ("a.geojson", b'{"type": "Feature"}', "give a GeoJSON FeatureCollection"),
        ("a.parquet", b"PAR1 and no more", "is no Parquet file that can be read"),
        ("a.ods", b"", "the ending '.ods' is not one of a table; known are .csv"),
        ("a", b"", "no ending is not one of a table"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_told(tmp_path, name, raw, told):
    (tmp_path / name).write_bytes(raw)

    with pytest.raises(InputError, match=told):
        read(tmp_path / name)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read: no such file or directory"):
        read(tmp_path / "none.csv")


def test_a_folder_is_no_table(tmp_path):
    (tmp_path / "a.csv").mkdir()

    with pytest.raises(InputError, match="cannot be read: is a directory"):
        read(tmp_path / "a.csv")


def test_a_delimited_name_survives(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerows([["id", "template", "name"], ["A", "walk-up", 'a,"b";c']])

    assert read(path).rows[0].name == 'a,"b";c'


def test_features_that_are_none_and_nested_properties_are_bad_rows(tmp_path):
    def feature(geometry, **properties):
        return {"type": "Feature", "geometry": geometry, "properties": properties}

    point = {"type": "Point", "coordinates": [87.3, 44.0]}
    features = [
        feature(point, id="A", template="walk-up"),
        "no feature",
        feature({"type": "Point", "coordinates": ["x", 1]}, id="C", template="walk-up"),
        feature({"type": "Point", "coordinates": [[[1]]]}, id="D", template="walk-up"),
        feature(point, id="E", template=["walk-up"]),
        feature(None, id="F", template="walk-up", note={"a": 1}),
        feature(
            {"type": "LineString", "coordinates": [[87, 44], [88, 44]]}, id="G", template="多层"
        ),
        {"type": "Feature", "geometry": point, "properties": [1]},
        feature(
            {"type": "Polygon", "coordinates": [[[87, 44], [87, 44], [87, 44], [87, 44]]]}, id="I"
        ),
        feature(point, id=float("nan"), template="walk-up"),
    ]
    value = {"type": "FeatureCollection", "features": features}
    (tmp_path / "a.geojson").write_text(json.dumps(value))

    table = read(tmp_path / "a.geojson")

    assert [(row.row, row.id, row.lon) for row in table.rows] == [(1, "A", 87.3), (6, "F", None)]
    told = {row.row: " / ".join(problem.message for problem in row.problems) for row in table.bad}
    assert told[2] == "is not a Feature; give 'type', 'geometry' and 'properties'"
    assert "is not a geometry with coordinates; correct it" in told[3]
    assert "is not a geometry with coordinates; correct it" in told[4]
    assert told[5] == "holds a list; write a number or a text"
    assert told[7] == "is a LineString; a compound is one point or an area"
    assert "is not a Feature" in told[8]
    assert "has an outline without an area; draw it anew" in told[9]
    assert told[10] == "is empty; give every compound an id of its own"


def test_two_columns_of_one_name_are_told(tmp_path):
    table = pa.Table.from_arrays([pa.array(["A"])] * 3, names=["id", "template", "id"])
    pq.write_table(table, tmp_path / "a.parquet")

    with pytest.raises(InputError, match="two columns are called 'id'; rename one"):
        read(tmp_path / "a.parquet")


def test_broken_geometry_of_a_binary_format_is_a_bad_row(tmp_path):
    path = write_table(tmp_path, "geoparquet", many_rows(3))
    held = pq.read_table(path)
    wkb = [held["geometry"][0].as_py(), b"\x01\x07nonsense", None]
    column = pa.array(wkb, pa.binary())
    pq.write_table(held.set_column(held.num_columns - 1, "geometry", column), path)

    table = read(path)

    assert [row.row for row in table.rows] == [1, 3]
    text = "has a geometry that cannot be read; draw it anew"
    assert [p.message for p in table.bad[0].problems] == [text]
