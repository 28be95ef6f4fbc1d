"""Tables of lines as offices keep them; expected values are what the person filled in."""

import openpyxl
import pyogrio.raw
import pytest

from gridcalc.city.lines.line_table import read_line_table
from gridcalc.errors import InputError
from tests.unit.city_table_cases import read, write_table
from tests.unit.test_city_lines_table import column_map, messages
from tests.unit.test_city_table_untidy import workbook

HEADINGS = ["线路名称", "限流值(A)", "主变", "主变容量(MVA)"]


def lines_of(path, columns=None):
    return read_line_table(path, columns=columns, power_factor=0.95)


def merged(path, *ranges):
    book = openpyxl.load_workbook(path)
    for one in ranges:
        book.active.merge_cells(one)
    book.save(path)
    return path


def test_a_merged_main_transformer_is_that_of_all_its_lines(tmp_path):
    rows = [["L1", 400, "1号主变", 50], ["L2", 420, None, None], ["L3", 430, "2号主变", 40]]
    table = lines_of(merged(workbook(tmp_path, 线路=[HEADINGS, *rows]), "C2:C3", "D2:D3"))

    found = [(one.id, one.main_transformer, one.main_transformer_kva) for one in table.lines]
    # 50 MVA = 50 000 kVA
    assert found == [
        ("L1", "1号主变", 50_000),
        ("L2", "1号主变", 50_000),
        ("L3", "2号主变", 40_000),
    ]
    assert table.bad == ()


def test_a_merged_limit_may_be_a_sum(tmp_path):
    path = workbook(tmp_path, 线路=[HEADINGS, ["L1", 400, "T", 50], ["L2", None, "T", 50]])
    table = lines_of(merged(path, "B2:B3"))

    text = "is one cell for rows 2 to 3; undo the merge and give each row its own value"
    assert [messages(one) for one in table.bad] == [[f"限流值(A): {text}"]] * 2


def test_the_only_sheet_that_says_what_lines_carry_is_read(tmp_path):
    compounds = [["编号", "名称", "线路"], ["A1", "甲", "L1"]]
    lines = [HEADINGS, ["L1", 400, "T", 50]]

    path = workbook(tmp_path, 小区=compounds, 线路参数=lines, 主变=[["主变", "主变容量(MVA)"]])

    assert [one.id for one in lines_of(path).lines] == ["L1"]


def test_several_sheets_of_lines_are_told(tmp_path):
    lines = [HEADINGS, ["L1", 400, "T", 50]]
    path = workbook(tmp_path, 昌吉=lines, 阜康=[HEADINGS, ["L2", 420, "T", 50]])

    with pytest.raises(InputError, match="the sheets '昌吉', '阜康' are all such tables"):
        lines_of(path)
    chosen = column_map(tmp_path, "sheet: 阜康\n")
    assert [one.id for one in lines_of(path, chosen).lines] == ["L2"]


def test_headings_in_two_rows(tmp_path):
    upper = ["线路", None, None, "最大负荷", "主变", None, None, "联络线"]
    lower = ["编号", "名称", "限流值(A)", "MW", "名称", "容量(MVA)", "最大负荷（MVA）", None]
    row = ["L1", "东一线", 400, 3.8, "1号主变", 50, 32, "L9"]
    compounds = [["编号", "名称", "线路"], ["A1", "甲", "L1"]]

    line = lines_of(workbook(tmp_path, 小区=compounds, 线路=[upper, lower, row])).lines[0]

    assert (line.row, line.id, line.name, line.tie) == (3, "L1", "东一线", "L9")
    assert line.capacity_kva == pytest.approx(3**0.5 * 10 * 400)
    assert line.peak_kva == pytest.approx(3_800 / 0.95)
    assert (line.main_transformer, line.main_transformer_kva) == ("1号主变", 50_000)
    assert line.main_transformer_peak_kva == 32_000


def test_headings_in_two_rows_are_complete_together(tmp_path):
    upper = ["编号", "最大负荷", "线路参数", None]
    lower = [None, "MW", "限流值(A)", "联络线"]
    compounds = [["编号", "名称", "线路"], ["A1", "甲", "L1"]]

    path = workbook(tmp_path, 小区=compounds, 线路=[upper, lower, ["L1", 3.8, 400, "L2"]])

    assert [(one.id, one.tie) for one in lines_of(path).lines] == [("L1", "L2")]


def two_layers(folder):
    """Write a GeoPackage with a layer ``compounds``, and the same features as ``lines``."""
    rows = [
        {"id": "A", "template": "walk-up", "限流值": 400, "lon": lon, "lat": 44.0}
        for lon in (87.3,)
    ]
    path = write_table(folder, "gpkg", rows)
    meta, _ids, shapes, fields = pyogrio.raw.read(path)
    for layer in ("lines", "others"):
        options = {"layer": layer, "driver": "GPKG", "append": True, "crs": "EPSG:4490"}
        pyogrio.raw.write(
            path, shapes, field_data=fields, fields=meta["fields"], geometry_type="Point", **options
        )
    return path


def test_a_layer_is_named_as_the_message_says(tmp_path):
    path = two_layers(tmp_path)

    with pytest.raises(InputError, match="its layers are compounds, lines, others; name one as"):
        read(path, columns=column_map(tmp_path, "layer: other\n"))
    for key in ("layer", "sheet"):
        chosen = column_map(tmp_path, f"{key}: others\n")
        assert [row.id for row in read(path, columns=chosen).rows] == ["A"]
        assert [one.id for one in lines_of(path, chosen).lines] == ["A"]


@pytest.mark.parametrize("reader", [lines_of, lambda path, columns: read(path, columns=columns)])
def test_a_sheet_and_a_layer_are_not_named_together(tmp_path, reader):
    chosen = column_map(tmp_path, "sheet: a\nlayer: b\n")

    with pytest.raises(InputError, match="layer: stands beside sheet, which means the same"):
        reader(two_layers(tmp_path), chosen)
