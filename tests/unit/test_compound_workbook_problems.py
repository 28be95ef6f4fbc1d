"""What is wrong with a workbook: one list, every line with its sheet and cell.

Cells follow from the layout: data begin on row 5, in the order of the small compound's file.
"""

import io

import openpyxl
import pytest

from gridcalc.compound.workbook.reading import read_workbook
from gridcalc.errors import InputError, Problem
from tests.unit.workbook_cases import (
    changed,
    read_back,
    told,
    with_parts,
    workbook,
)


@pytest.fixture
def data(read, small):
    """Return the Chinese workbook of the small compound."""
    return workbook(read(small))


def with_cells(data, sheet, **cells):
    """Return a workbook with other values in some cells."""

    def change(book):
        for address, value in cells.items():
            book[sheet][address] = value

    return changed(data, change)


MISTAKES = [
    ("低压电缆", {"E5": "12 m"}, "低压电缆!E5 length_m: '12 m' is not a number; write 12"),
    ("低压电缆", {"E5": -3}, "低压电缆!E5 length_m: -3 is not at least 0.5"),
    ("低压电缆", {"E5": None}, "低压电缆!E5 length_m: length_m is missing"),
    ("低压电缆", {"B5": "T1.LW"}, "低压电缆!B5 from: there is no LV node 'T1.LW'; did you mean"),
    ("低压电缆", {"D5": "YJV-9"}, "低压电缆!D5 type: 'YJV-9' is not in the catalogue"),
    ("低压电缆", {"F5": "埋"}, "低压电缆!F5 laying: '埋' is not one of 直埋, 穿管"),
    ("低压电缆", {"G5": 2.5}, "低压电缆!G5 grouping: 2.5 is not a whole number"),
    ("低压电缆", {"A5": "a b"}, "低压电缆!A5 id: 'a b' may only hold letters"),
    ("低压电缆", {"E5": "#REF!"}, "低压电缆!E5 length_m: holds the error #REF!; correct"),
    ("低压电缆", {"E5": "=1+1"}, "低压电缆!E5 length_m: holds a formula whose result is not"),
    ("低压电缆", {"E5": "=cmd|'/c x'!A1"}, "低压电缆!E5 length_m: holds a formula that calls"),
    ("低压节点", {"A6": "BB1"}, "低压节点!A6 id: the id 'BB1' stands already in 低压节点!A5"),
    ("低压电缆", {"J7": "note"}, "低压电缆!J7: a value in a column without field key"),
    ("低压电缆", {"I4": "lenght_m"}, "低压电缆!I4: there is no field 'lenght_m'; did you mean"),
    ("低压电缆", {"I4": "length_m"}, "低压电缆!I4 length_m: stands already in column E"),
    ("低压电缆", {"E4": None}, "低压电缆: has no column length_m; copy it from a new one"),
    ("住户", {"C5": "A1 B1 C1"}, "住户!A5: phases [1, 1, 1] do not add up to count 16"),
    ("总体", {"B5": None}, "总体!B5 gridcalc: write 1, the version of the file format"),
    ("总体", {"B5": 2}, "总体!B5 gridcalc: '2' is not one of 1"),
    ("总体", {"B6": None}, "总体!B6 id: id is missing"),
    ("总体", {"B8": "natonal"}, "总体!B8 policy: there is no policy pack 'natonal'; did you"),
    ("总体", {"D6": "di"}, "总体!D6: there is no field 'di'"),
    ("总体", {"D7": "id"}, "总体!B7 id: the field stands already in row 6; keep one"),
    ("总体", {"D6": None}, "总体!D6: a value without a field key; remove it"),
    ("电源点", {"H5": 20}, "电源点!A5: i_sc_min_ka 20.0 is above i_sc_max_ka 10.0"),
    ("变压器", {"B5": "PD9"}, "变压器!B5 substation: no row of sheet '配电室' has the substation"),
    ("变压器", {"B5": None}, "变压器!B5 substation: substation is missing"),
    ("变压器", {"D5": 9}, "变压器!D5 tap: 9 is above the largest allowed value 5"),
    ("实测负荷", {"A5": "T1"}, "实测负荷!A5: give either peak_kw or curve_96_kw"),
    ("实测曲线", {"C9": 3}, "实测曲线!C4: values without a transformer; write its id over them"),
    ("实测曲线", {"B4": "T1", "B5": 3}, "实测曲线!B6: 95 of 96 quarter hours have no value"),
    ("实测曲线", {"B4": "T1", "B5": 3, "A7": "x"}, "实测曲线!A7: the quarter hour 00:30 belongs"),
    ("路径分段", {"A5": "MC9", "B5": "沿行", "C5": "x", "D5": 1}, "路径分段!A5 cable: no row of"),
    ("路径分段", {"A5": "MC1", "C5": "x", "D5": 1}, "路径分段!B5 part: part is missing"),
]


@pytest.mark.parametrize(("sheet", "cells", "message"), MISTAKES, ids=lambda value: str(value)[:40])
def test_each_mistake_is_told_at_its_cell(data, sheet, cells, message):
    found = told(with_cells(data, sheet, **cells))

    assert [line for line in found if line.startswith(message)], found


@pytest.mark.parametrize(
    ("sheet", "cells", "message"),
    [row for row in MISTAKES if row[0] == "低压电缆" and "E5" in row[1]],
    ids=lambda value: str(value)[:40],
)
def test_a_cell_that_cannot_be_read_is_one_problem_not_two(data, sheet, cells, message):
    assert len(told(with_cells(data, sheet, **cells))) == 1


def test_a_transformer_without_its_substation_is_one_problem_not_one_per_cable(data):
    assert told(with_cells(data, "变压器", B5="PD9")) == [
        "变压器!B5 substation: no row of sheet '配电室' has the substation 'PD9';"
        " did you mean 'PD1'?"
    ]


def test_all_mistakes_are_told_at_once_row_by_row(data):
    mistaken = with_cells(data, "低压电缆", A14="X", E9="1 m", E6="2 m", F6="埋", D5="YJV-9")
    mistaken = with_cells(mistaken, "低压节点", B5="箱")

    with pytest.raises(InputError) as error:
        read_back(mistaken)

    assert str(error.value).startswith("x.xlsx is not usable:\n  - ")
    # sheets in the order of the workbook, cells row by row
    assert [problem.key for problem in error.value.problems] == [
        "低压节点!B5 kind",
        "低压电缆!D5 type",
        "低压电缆!E6 length_m",
        "低压电缆!F6 laying",
        "低压电缆!E9 length_m",
        "低压电缆!B14 from",
        "低压电缆!C14 to",
        "低压电缆!D14 type",
        "低压电缆!E14 length_m",
    ]


def test_an_english_workbook_names_english_sheets_and_words(read, small):
    mistaken = with_cells(workbook(read(small), "en"), "LV cables", E5="12 m", F5="berried")

    assert told(mistaken) == [
        "LV cables!E5 length_m: '12 m' is not a number; write 12; the unit stands in the heading",
        "LV cables!F5 laying: 'berried' is not one of buried, duct, trench, tray, ladder,"
        " in air; did you mean 'buried'?",
    ]


# ------------------------------------------------------------------ what may be changed freely


def test_columns_may_be_moved_headings_reworded_and_rows_left_empty(data, read, small):
    def change(book):
        sheet = book["低压节点"]
        rows = [[sheet.cell(row, k).value for k in (1, 2)] for row in range(3, 10)]
        for row, (first, second) in enumerate(rows, 3):
            sheet.cell(row + 1 if row > 4 else row, 1, second)
            sheet.cell(row + 1 if row > 4 else row, 2, first)
        sheet["A3"], sheet["A5"], sheet["B5"] = "箱型", None, None

    assert read_back(changed(data, change)) == read(small)


def test_own_sheets_and_columns_begin_with_a_hash(data, read, small):
    def change(book):
        book.create_sheet("#算稿")["A1"] = "=1/0"
        book["低压电缆"]["J4"], book["低压电缆"]["J5"] = "#备注", "已核对"
        book["总体"]["D30"], book["总体"]["B30"] = "#校核", "王工"

    assert read_back(changed(data, change)) == read(small)


def test_empty_sheets_may_be_deleted_and_their_order_changed(data, read, small):
    def change(book):
        for name in ("环网柜", "实测曲线", "10kV路径", "路径分段", "说明", "下拉选项"):
            del book[name]
        book.move_sheet("住户", -5)

    assert read_back(changed(data, change)) == read(small)


def test_sheets_may_carry_the_keys_of_the_file_or_the_other_language(data, read, small):
    def change(book):
        book["低压电缆"].title = "lv_cables"
        book["低压节点"].title = "LV nodes"

    assert read_back(changed(data, change)) == read(small)


def test_a_formula_counts_by_its_stored_result(data, read, small):
    def change(parts):
        name = "xl/worksheets/sheet9.xml"  # the ninth sheet, LV cables
        old = b"<v>100</v></c>"
        assert parts[name].count(old) == 1
        parts[name] = parts[name].replace(old, b"<f>4*25</f><v>100</v></c>")

    assert read_back(with_parts(data, change)) == read(small)


def test_an_error_in_a_column_that_is_not_read_is_no_problem(data, read, small):
    assert read_back(with_cells(data, "低压电缆", J4="#", J5="#REF!")) == read(small)


# ------------------------------------------------------------------ sheets


def test_an_unknown_sheet_is_named_with_what_it_may_have_meant(data):
    def change(book):
        book.create_sheet("低压电览")
        book.create_sheet("备忘")

    assert told(changed(data, change)) == [
        "低压电览: is no sheet of a fill-in workbook; did you mean '低压电缆'?",
        "备忘: is no sheet of a fill-in workbook; remove it, or begin its name with #",
    ]


def test_two_sheets_for_one_thing_are_refused(data):
    def change(book):
        book.create_sheet("lv_nodes")

    (line,) = told(changed(data, change))
    assert line == "lv_nodes: is a second sheet for what '低压节点' holds; keep one"


def test_a_workbook_without_the_sheet_of_the_compound_says_so(data):
    def change(book):
        del book["总体"]

    lines = told(changed(data, change))
    assert "总体: the sheet is missing" in lines
    assert "总体 name: name is missing" in lines


def test_a_workbook_of_something_else_is_refused_as_a_whole():
    book = openpyxl.Workbook()
    book.active["A1"] = "小区名称"
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(InputError, match="is no fill-in workbook; 'gridcalc template new"):
        read_workbook(stream.getvalue(), file="city.xlsx")


def test_a_sheet_without_its_row_of_keys_says_so(data):
    def change(book):
        book["低压节点"].delete_rows(4)

    message = "低压节点: no row holds the field keys (id, kind …); copy it from a new workbook"
    assert message in told(changed(data, change))


def test_merged_cells_are_refused_where_rows_stand(data):
    def change(book):
        book["住户"].merge_cells("A5:A6")
        book["住户"].merge_cells("A1:C1")

    lines = told(changed(data, change))
    assert "住户!A5: cells down to A6 are merged; unmerge them and fill each cell" in lines
    assert not [line for line in lines if line.startswith("住户!A1")]


def without_sheet(data, name):
    """Return a workbook after a sheet was deleted."""

    def change(book):
        del book[name]

    return changed(data, change)


def test_an_empty_list_is_told_at_its_sheet_and_not_at_all_that_names_its_rows(data):
    def change(book):
        book["电源点"].delete_rows(5)

    # the one 10 kV cable starts at the source
    assert told(changed(data, change)) == [
        "电源点: the sheet has no rows; what follows from this is not listed: 1,"
        " first 10kV电缆!B5 from"
    ]


def test_a_deleted_sheet_is_one_problem_not_one_per_row_that_names_its_rows(data):
    # three feeders start at T1.LV, a lift is fed from it, and nothing supplies the five boxes
    assert told(without_sheet(data, "变压器")) == [
        "变压器: the sheet is missing; what follows from this is not listed: 9,"
        " first 低压电缆!B5 from"
    ]


@pytest.mark.parametrize("sheet", ["配电室", "低压节点", "低压电缆", "10kV电缆", "住户"])
def test_every_deleted_sheet_is_named_once_and_first(data, sheet):
    first, *others = told(without_sheet(data, sheet))

    assert first.startswith(f"{sheet}: the sheet is missing")
    assert others == []


def test_boxes_are_not_to_be_removed_because_a_heading_of_their_loads_was_renamed(data):
    assert told(with_cells(data, "住户", A4="nodes")) == [
        "住户: has no column node; copy it from a new one",
        "住户!A4: there is no field 'nodes'; did you mean 'node'?",
    ]


def test_a_box_without_load_is_still_told_where_all_sheets_are_there(data):
    found = told(with_cells(data, "住户", A5="MB2"))

    assert [line for line in found if "has neither a load" in line]


def test_a_peak_that_cannot_be_read_is_not_taken_for_none(data):
    assert told(with_cells(data, "实测负荷", A5="T1", B5="很大")) == [
        "实测负荷!B5 peak_kw: '很大' is not a number; write digits"
    ]


def test_a_peak_under_a_renamed_heading_is_not_taken_for_none(data):
    assert told(with_cells(data, "实测负荷", A5="T1", B4="peakkw", B5=100)) == [
        "实测负荷!B4: there is no field 'peakkw'; did you mean 'peak_kw'?"
    ]


def test_a_problem_of_a_workbook_has_no_line(data):
    with pytest.raises(InputError) as error:
        read_back(with_cells(data, "低压电缆", E5=-3))

    assert error.value.problems == (
        Problem("x.xlsx", 0, "低压电缆!E5 length_m", "-3 is not at least 0.5"),
    )
