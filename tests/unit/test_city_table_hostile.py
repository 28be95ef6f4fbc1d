"""Files that are made to do harm, or are damaged: a clear error, little memory, no crash."""

import io
import json
import random
import resource
import sys
import zipfile
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from gridcalc.errors import InputError
from tests.unit.city_table_cases import many_rows, read, text_table, write_table

MIB = 1024  # in KiB, which is what ru_maxrss counts


def peak_kib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_a_line_without_end_is_refused_before_it_fills_the_memory(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.write(b"id,template\nA,")
        for _piece in range(300):
            stream.write(b"x" * (1 << 20))
    before_kib = peak_kib()

    with pytest.raises(InputError, match="line 2: is longer than 1000000 characters"):
        read(path)

    # 300 MiB in one line; 32 MiB are a few pieces of one MiB, and what the decoders hold
    assert peak_kib() - before_kib < 32 * MIB


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(2_000_000_000)

    with pytest.raises(InputError, match="2000000000 bytes are too much for a list of compounds"):
        read(path)


def test_a_huge_cell_is_refused(tmp_path):
    cell = "\n".join(["x" * 60] * 10_000)

    with pytest.raises(InputError, match="line 2: this is not a CSV table: field larger than"):
        text_table(tmp_path, "id,template,name", f'A,walk-up,"{cell}"')


def test_a_million_columns_are_refused(tmp_path):
    with pytest.raises(InputError, match="is longer than 1000000 characters"):
        text_table(tmp_path, "id,template" + ",a" * 1_000_000, "A,walk-up")
    with pytest.raises(InputError, match="columns are more than the 2000 that are read"):
        text_table(tmp_path, "id,template" + ",a" * 100_000, "A,walk-up")


def test_a_row_of_many_cells_is_bad_and_the_rest_is_read(tmp_path):
    table = text_table(tmp_path, "id,template", "A,walk-up" + ",x" * 100_000, "B,walk-up")

    assert [row.id for row in table.rows] == ["B"]
    assert len(table.bad) == 1


def test_a_million_columns_of_parquet_and_of_geojson_are_refused(tmp_path):
    pq.write_table(pa.table({f"c{n}": [1] for n in range(3000)}), tmp_path / "a.parquet")
    feature = {"type": "Feature", "geometry": None, "properties": {f"c{n}": 1 for n in range(3000)}}
    value = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "a.geojson").write_text(json.dumps(value))

    for name in ("a.parquet", "a.geojson"):
        with pytest.raises(InputError, match="3000 columns are more than the 2000"):
            read(tmp_path / name)


def workbook(path, rows, columns):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "template"])
        sheet.write(rows, columns, 1)


@pytest.mark.parametrize(("rows", "columns"), [(1_048_575, 16_383), (1, 16_383), (1_048_575, 99)])
def test_a_cell_far_outside_the_table_does_not_take_the_memory(tmp_path, rows, columns):
    workbook(tmp_path / "a.xlsx", rows, columns)

    with pytest.raises(InputError, match=f"reaches to row {rows + 1} and column {columns + 1}"):
        read(tmp_path / "a.xlsx")


def repacked(path, change):
    """Rewrite the parts of a workbook; ``change`` returns the bytes of a part."""
    with zipfile.ZipFile(path) as parts:
        held = {entry.filename: parts.read(entry) for entry in parts.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, data in held.items():
            parts.writestr(name, change(name, data))


def good_workbook(folder):
    return write_table(folder, "xlsx", many_rows(3))


@pytest.mark.parametrize(
    "address", [b"XFD1048576", b"xfd9", b"A", b"&#88;1", b"A1B2", b"A99999999"]
)
def test_odd_addresses_of_cells_are_refused(tmp_path, address):
    path = good_workbook(tmp_path)
    repacked(path, lambda _name, data: data.replace(b'r="B3"', b"r='" + address + b"'"))

    with pytest.raises(InputError, match=r"is damaged|reaches to row"):
        read(path)


def test_a_bomb_is_refused_by_what_it_says_it_unpacks_to(tmp_path):
    path = good_workbook(tmp_path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts,
        parts.open("xl/media/bomb.bin", "w") as stream,
    ):
        for _piece in range(500):
            stream.write(b"\0" * 1_000_000)
    before_kib = peak_kib()

    with pytest.raises(InputError, match=r"unpacks to 500\d+ bytes in \d+ parts, too much"):
        read(path)

    assert path.stat().st_size < 1_000_000
    assert peak_kib() - before_kib < 32 * MIB


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = good_workbook(tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/bomb.bin", b"\0" * 50_000_000)
    raw = path.read_bytes()
    true_size = (50_000_000).to_bytes(4, "little")
    assert raw.count(true_size) == 2
    path.write_bytes(raw.replace(true_size, (1000).to_bytes(4, "little")))

    with pytest.raises(InputError, match="is damaged or protected; open it, save it anew as"):
        read(path)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "geoparquet", "gpkg", "geojson"])
def test_damaged_files_give_a_table_or_a_clear_error(tmp_path, form):
    whole = write_table(tmp_path, form, many_rows(20)).read_bytes()
    chance = random.Random(6)
    path = tmp_path / f"damaged{write_table(tmp_path, form, many_rows(1)).suffix}"

    for _try in range(40):
        raw = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.3 else whole)
        for _change in range(chance.randrange(1, 20)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        path.write_bytes(raw)
        with suppress(InputError):
            table = read(path)
            assert len(table.rows) + len(table.bad) <= 40


def test_json_nested_without_end_is_refused(tmp_path):
    (tmp_path / "a.geojson").write_text("[" * 200_000)

    with pytest.raises(InputError, match="JSON"):
        read(tmp_path / "a.geojson")


def test_geometry_nested_without_end_is_a_bad_row(tmp_path):
    depth = sys.getrecursionlimit() // 3
    nested = "[" * depth + "]" * depth
    feature = (
        '{"type": "Feature", "properties": {"id": "A", "template": "walk-up"},'
        f' "geometry": {{"type": "Polygon", "coordinates": {nested}}}}}'
    )
    text = f'{{"type": "FeatureCollection", "features": [{feature}]}}'
    (tmp_path / "a.geojson").write_text(text)

    table = read(tmp_path / "a.geojson")

    assert "is not a geometry with coordinates" in table.bad[0].problems[0].message


def test_names_with_markup_and_signs_are_texts(tmp_path):
    names = ["<script>alert(1)</script>", "' OR 1=1 --", "👨‍👩‍👧 Hof", "..\\..\\a", "{0.__class__}"]
    rows = [dict(many_rows(1)[0], id=str(n), 小区名称=name) for n, name in enumerate(names)]

    for form in ("csv", "xlsx", "gpkg", "geojson", "parquet"):
        assert [row.name for row in read(write_table(tmp_path, form, rows)).rows] == names


def test_signs_that_are_no_letters_are_told(tmp_path):
    rows = r'{"id": "A\u0000", "template": "walk-up"}', r'{"id": "\ud800", "template": "walk-up"}'
    rows += (r'{"id": "B", "name": "b\uffff", "template": "walk-up"}',)
    features = ", ".join(
        f'{{"type": "Feature", "geometry": null, "properties": {row}}}' for row in rows
    )
    text = f'{{"type": "FeatureCollection", "features": [{features}]}}'
    (tmp_path / "a.geojson").write_text(text)

    table = read(tmp_path / "a.geojson")

    assert table.rows == ()
    assert ["holds signs that cannot be shown" in row.problems[0].message for row in table.bad] == [
        *(True, True, True)
    ]


@pytest.mark.parametrize(
    "path", ["../../../etc/passwd\x00", "a" * 5000, "\\\\host\\a.yaml", "/vsicurl/x"]
)
def test_paths_that_are_none_are_bad_rows(tmp_path, path):
    value = {"type": "FeatureCollection", "features": []}
    properties = {"id": "A", "file": path}
    value["features"] = [{"type": "Feature", "geometry": None, "properties": properties}]
    (tmp_path / "a.geojson").write_text(json.dumps(value))

    table = read(tmp_path / "a.geojson")

    assert [problem.key for problem in table.bad[0].problems] == ["file"]


def test_geoparquet_that_says_nonsense_of_its_geometry_is_refused(tmp_path):
    for geo in (b"{", b"[]", b'{"primary_column": "x", "columns": {}}', b'{"columns": 1}'):
        table = pa.table({"id": ["A"], "template": ["walk-up"]}).replace_schema_metadata(
            {"geo": geo}
        )
        pq.write_table(table, tmp_path / "a.parquet")
        with pytest.raises(InputError, match="is not GeoParquet; save it anew"):
            read(tmp_path / "a.parquet")


def test_geoparquet_without_its_column_or_in_another_form_is_refused(tmp_path):
    for about, told in (
        ({"encoding": "WKB"}, "has no column 'geometry'"),
        (
            {"encoding": "point"},
            "keeps its geometry as 'point'; save it with geometry encoding WKB",
        ),
    ):
        geo = json.dumps({"primary_column": "geometry", "columns": {"geometry": about}})
        table = pa.table({"id": ["A"], "template": ["walk-up"]}).replace_schema_metadata(
            {"geo": geo}
        )
        pq.write_table(table, tmp_path / "a.parquet")
        with pytest.raises(InputError, match=told):
            read(tmp_path / "a.parquet")


def test_a_table_that_unpacks_to_too_much_is_refused(tmp_path):
    # one text of 1 MB in 420 rows: a file of some megabytes that unpacks to 420 MB
    table = pa.table({"id": pa.repeat("x" * 1_000_000, 420), "template": ["walk-up"] * 420})
    pq.write_table(table, tmp_path / "a.parquet", use_dictionary=False, compression="snappy")

    with pytest.raises(InputError, match="bytes unpacked are too much for a list of compounds"):
        read(tmp_path / "a.parquet")


def test_a_text_that_is_long_and_repeated_does_not_fill_the_memory(tmp_path):
    # one text of 1 MB, stored once and pointed to by 5000 rows: 5 GB if each row had its own
    places = pa.array([0] * 5000, pa.int32())
    texts = pa.DictionaryArray.from_arrays(places, pa.array(["x" * 1_000_000]))
    table = pa.table({"id": texts, "template": ["walk-up"] * 5000})
    pq.write_table(table, tmp_path / "a.parquet")
    before_kib = peak_kib()

    with pytest.raises(InputError, match="a cell of the column 'id' holds 1000000 bytes of text"):
        read(tmp_path / "a.parquet")

    assert peak_kib() - before_kib < 64 * MIB


def test_an_empty_archive_is_no_workbook(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as parts:
        parts.writestr("readme.txt", "no workbook")
    (tmp_path / "a.xlsx").write_bytes(held.getvalue())

    with pytest.raises(InputError, match="is damaged or protected"):
        read(tmp_path / "a.xlsx")
