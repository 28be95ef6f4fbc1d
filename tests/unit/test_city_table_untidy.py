"""Tables as offices keep them; each expected value is what the person who filled it in meant."""

import openpyxl
import pytest

from gridcalc.errors import InputError
from tests.unit.city_table_cases import read, text_table


def told(bad):
    return [f"{problem.key}|{problem.message}" for problem in bad.problems]


def refused(folder, *lines, **options):
    with pytest.raises(InputError) as caught:
        text_table(folder, *lines, **options)
    return [f"{problem.key}|{problem.message}" for problem in caught.value.problems]


def workbook(folder, **sheets):
    """Write sheets of rows; a sheet whose name begins with an underscore is hidden."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name.startswith("_") else "visible"
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def with_map(folder, text):
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("最大负荷(A)", "is in A; give the active power in kW"),
        ("最大负荷/A", "is in A; give the active power in kW"),
        ("最大负荷（%）", "is in %; give the active power in kW"),
        ("最大负荷（万kW）", "is in 万kW; give the active power in kW"),
        ("最大负荷(kW·h)", "is in kWh; give the active power in kW"),
        ("户数（万户）", "is in 万户; write plain numbers and correct the heading"),
        ("商业面积（万平方米）", "is in 万m²; give it in m² and correct the heading"),
        ("分支箱至表箱电缆平均长度(km)", "is in km; give it in m and correct the heading"),
        ("变压器(MVA)", "is in MVA; give it in kVA and correct the heading"),
    ],
)
def test_a_unit_that_would_be_misread_is_told(tmp_path, heading, message):
    assert refused(tmp_path, f"id,template,{heading}", "A1,walk-up,12") == [f"{heading}|{message}"]


@pytest.mark.parametrize(
    "heading", ["户数（户）", "最大负荷（2024年，kW）", "变压器（台）", "商业面积/㎡"]
)
def test_a_unit_that_fits_is_no_fault(tmp_path, heading):
    table = text_table(tmp_path, f"id,template,{heading}", "A1,mixed-use,800")

    assert [row.id for row in table.rows] == ["A1"]


def test_shares_below_a_heading_in_percent(tmp_path):
    table = text_table(
        tmp_path, "id,template,楼层数（%）", "A1,walk-up,80", "A2,walk-up,0.8%", "A3,walk-up,0.8"
    )

    # a workbook stores 80 % as 0.8 and does not say so
    assert [row.settings["floors"] for row in table.rows] == ["0.8", "0.008"]
    hint = "take % out of the heading and write shares"
    assert told(table.bad[0]) == [
        f"楼层数（%）|'0.8' below a heading in % can be 0.8% or 80%; {hint}"
    ]


def test_a_power_with_its_unit_is_told_in_kw(tmp_path):
    cells = ("0.65MW", "650 kW", "65%", "650kVA")
    table = text_table(
        tmp_path, "id,template,最大负荷", *(f"A{n},walk-up,{one}" for n, one in enumerate(cells))
    )

    assert [told(one) for one in table.bad] == [
        ["最大负荷|'0.65MW' is not a number; write 650"],
        ["最大负荷|'650 kW' is not a number; write 650"],
        ["最大负荷|is in %; give the active power in kW"],
        ["最大负荷|is in kVA; give the active power in kW"],
    ]


def test_a_peak_in_another_unit_is_told(tmp_path):
    table = text_table(
        tmp_path,
        "id,template,户数,变压器,最大负荷",
        "A1,walk-up,300,,0.65",
        "A2,walk-up,,2x800,65000",
        "A3,walk-up,300,2x800,650",
        "A4,walk-up,,,0.65",
    )

    hint = "is it in another unit? correct it"
    assert [told(one) for one in table.bad] == [
        [f"最大负荷|0.65 kW for 300 flats cannot be; {hint}"],
        [f"最大负荷|65000 kW for 1600 kVA of transformers cannot be; {hint}"],
    ]
    assert [row.id for row in table.rows] == ["A3", "A4"]


def test_sums_and_notes_are_no_compounds_of_a_default_template(tmp_path):
    table = text_table(
        tmp_path,
        "编号,户数,区县",
        "A1,100,昌吉市",
        "昌吉市小计,100,",
        "合计（1个）：,100,",
        "注：数据截至2025年6月,,",
        "填表人：张三,,审核：李四",
        "合计里小区,50,",
        columns=with_map(tmp_path, "defaults: {template: walk-up}\n"),
    )

    assert [row.id for row in table.rows] == ["A1", "合计里小区"]
    sums = "is a sum, not a compound; leave the line out, sums are computed"
    note = "is empty, and the row tells nothing but names; is it a note below the table? delete it"
    assert [told(one) for one in table.bad] == [
        [f"|'昌吉市小计' {sums}"],
        [f"|'合计（1个）：' {sums}"],
        [f"template|{note}"],
        [f"template|{note}"],
    ]


def test_full_width_letters_make_no_other_id(tmp_path):
    table = text_table(tmp_path, "id,template", "A2,walk-up", "Ａ２,walk-up", "a2,walk-up")

    assert [row.id for row in table.rows] == ["A2", "a2"]
    assert told(table.bad[0]) == [
        "id|'Ａ２' is the id of row 2 already; give every compound its own"
    ]


@pytest.mark.parametrize("cell", ["无", "没有", "－", "／", "？", "暂缺"])
def test_a_line_that_is_none_has_no_name(tmp_path, cell):
    assert text_table(tmp_path, "id,template,线路", f"A1,walk-up,{cell}").rows[0].line == ""


@pytest.mark.parametrize("cell", ["2005年以前", "1990年代", "2005年左右", "2005年-2008年"])
def test_a_year_that_is_not_known_exactly_is_told(tmp_path, cell):
    table = text_table(tmp_path, "id,template,建成年份", f"A1,walk-up,{cell}")

    assert told(table.bad[0]) == [
        f"建成年份|'{cell}' is not a year; write four digits such as 2005"
    ]


def test_headings_in_two_rows(tmp_path):
    table = text_table(
        tmp_path,
        "小区台账,,,,,,,,",
        "编号,类型,模板,车位,,坐标（高德）,,最大负荷,新增,",
        "—,,,固定（个）,公共,经度,纬度,MW,户数,变压器",
        "A1,商品房,walk-up,100,60,87.3,44.01,0.65,500,2x800",
    )

    row = table.rows[0]
    assert (row.n_private_bays, row.n_public_bays, row.metered_peak_kw) == (100, 60, 650)
    # Gaode's map is shifted by 273 m there: 0.0031 deg of longitude
    assert (round(87.3 - row.lon, 4), row.row) == (0.0031, 4)
    assert (row.n_households, row.transformers) == (None, ())
    assert table.ignored == ("类型", "新增 户数", "新增 变压器")


@pytest.mark.parametrize("first", ["A", "m", "户"])
def test_a_first_row_that_looks_like_units_is_a_compound(tmp_path, first):
    table = text_table(tmp_path, "id,template,", f"{first},walk-up,", "B,walk-up,")

    assert [row.id for row in table.rows] == [first, "B"]


def test_a_title_may_stand_above_headings_that_a_column_map_names(tmp_path):
    chosen = with_map(tmp_path, "columns: {id: 台账号, n_households: 住户}\n")

    table = text_table(tmp_path, "小区台账,,", "台账号,住户,模板", "A1,100,多层", columns=chosen)

    assert [(row.id, row.n_households) for row in table.rows] == [("A1", 100)]


def test_one_heading_for_two_fields_is_told(tmp_path):
    chosen = with_map(tmp_path, "columns: {id: 台账号, name: 台账号}\n")

    found = refused(tmp_path, "台账号,模板", "A1,多层", columns=chosen)

    text = "names '台账号', which stands for id already; one column, one field"
    assert found == [f"columns.name|{text}"]


def test_numbers_of_a_column_map_are_texts_of_cells(tmp_path):
    chosen = with_map(tmp_path, "values: {category: {1: utility, 2: 合表}}\n")

    table = text_table(tmp_path, "id,模板,产权", "A,多层,1", "B,多层,2", columns=chosen)

    assert [row.category for row in table.rows] == ["utility", "combined_meter"]


def test_the_sheet_with_the_table_is_read_wherever_it_stands(tmp_path):
    rows = [["编号", "模板"], ["A1", "多层"]]

    path = workbook(tmp_path, 填表说明=[["请各县市填报"]], _旧=rows, 台账=rows, 附录=[["备注"]])

    assert [row.id for row in read(path).rows] == ["A1"]


def test_several_sheets_with_tables_are_told(tmp_path):
    path = workbook(
        tmp_path,
        昌吉市=[["编号", "模板"], ["A1", "多层"]],
        阜康市=[["编号", "模板"], ["B1", "多层"]],
    )

    with pytest.raises(InputError, match="the sheets '昌吉市', '阜康市' are all such tables"):
        read(path)
    chosen = with_map(tmp_path, "sheet: 阜康市\n")
    assert [row.id for row in read(path, columns=chosen).rows] == ["B1"]


@pytest.mark.parametrize("headings", [["编号", "模板"], ["编号", "文件"]])
def test_a_sheet_of_lines_is_no_city_table(tmp_path, headings):
    lines = [["编号", "线路名称", "限流值"], ["L1", "东一线", 400]]

    path = workbook(tmp_path, 线路=lines, 台账=[headings, ["A1", "多层"]])

    found = read(path)
    assert [row.id for row in (*found.rows, *found.bad)] == ["A1"]


def test_a_default_template_completes_a_city_table(tmp_path):
    path = workbook(tmp_path, 台账=[["编号", "户数"], ["A1", 60]], 附录=[["编号", "模板"]])
    chosen = with_map(tmp_path, "defaults: {template: walk-up}\n")

    with pytest.raises(InputError, match="the sheets '台账', '附录' are all such tables"):
        read(path, columns=chosen)


def test_a_merged_cell_gives_its_text_to_all_its_rows_but_no_number(tmp_path):
    path = workbook(
        tmp_path,
        台账=[
            ["编号", "模板", "线路", "户数"],
            ["A1", "多层", "L1", 600],
            ["A2", "多层", None, None],
            ["A3", "多层", None, 80],
            ["A4", "多层", None, 90],
        ],
    )
    book = openpyxl.load_workbook(path)
    book["台账"].merge_cells("C2:C4")
    book["台账"].merge_cells("D2:D3")
    book.save(path)

    table = read(path)

    hint = "undo the merge and give each row its own value"
    assert [told(one) for one in table.bad] == [[f"户数|is one cell for rows 2 to 3; {hint}"]] * 2
    assert [(row.id, row.line) for row in table.rows] == [("A3", "L1"), ("A4", "")]


def test_a_formula_that_was_never_computed_is_told(tmp_path):
    path = workbook(tmp_path, 台账=[["编号", "模板", "户数"], ["A1", "多层", "=100+20"]])

    text = "is a formula that was never computed; open the workbook in Excel or WPS and save it"
    assert [told(one) for one in read(path).bad] == [[f"户数|{text}"]]


def test_an_id_that_excel_made_a_date_of_is_told(tmp_path):
    table = text_table(tmp_path, "id,template", "2024-03-01,walk-up", "3-1,walk-up")

    hint = "format the column as text and fill it in again"
    assert told(table.bad[0]) == [
        f"id|'2024-03-01' looks like a date that Excel has made of an id; {hint}"
    ]
    assert [row.id for row in table.rows] == ["3-1"]


def test_a_letter_that_looks_like_a_digit_is_not_left_out(tmp_path):
    table = text_table(tmp_path, "id,template,户数", "A1,walk-up,6O0", "A2,walk-up,约650")

    assert [told(one) for one in table.bad] == [
        ["户数|'6O0' is not a number; write digits, or leave the cell empty"],
        ["户数|'约650' is not a number; write 650"],
    ]
