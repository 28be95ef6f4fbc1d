"""The calculation book as a reviewer opens it: sheets, texts, marks, print, and hostile names."""

import csv
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from gridcalc.cost import load_price_book
from gridcalc.dossier import with_plans
from gridcalc.provenance import is_verified
from gridcalc.report.calculation_book import calculation_book
from gridcalc.report.calculation_book.page import lines_of
from gridcalc.report.wording import load_wording
from tests.unit import plan_cases
from tests.unit.calculation_book_cases import (
    Computed,
    bare,
    book,
    dossier,
    planned,
    rows,
    small,
    with_plan,
)

LONG = ("负荷计算", "干线负荷明细", "短路计算", "校验表", "待核实")

SHEETS = {
    "zh": [
        "封面",
        "负荷计算",
        "台区负荷明细",
        "干线负荷明细",
        "分支负荷明细",
        "短路计算",
        "保护校验",
        "电压降",
        "校验表",
        "设备材料表",
        "概算",
        "待核实",
    ],
    "en": [
        "Cover",
        "Load calculation",
        "Loads of stations",
        "Loads of feeders",
        "Loads of branches",
        "Short circuit",
        "Protection",
        "Voltage drop",
        "Checks",
        "Equipment and materials",
        "Estimate",
        "To be verified",
    ],
}
OPEN_PAPER = "FFFFF0C9"


def _texts(sheet):
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheets_stand_in_the_order_of_the_calculation(lang):
    assert book(bare(), lang).sheetnames == SHEETS[lang]


def test_the_same_dossier_gives_the_same_bytes():
    wording = load_wording("zh")

    assert calculation_book(bare(), wording) == calculation_book(bare(), wording)


def test_the_cover_names_compound_verdict_and_the_hash_of_the_file():
    texts = " ".join(_texts(book(bare())["封面"]))

    assert "小样小区 [small]" in texts
    assert load_wording("zh").term(f"short.{bare().study.verdict}") in texts
    assert bare().inputs[0].sha256 in texts


def test_the_cover_leads_to_every_sheet():
    links = [
        cell.hyperlink.location
        for row in book(bare())["封面"].iter_rows()
        for cell in row
        if cell.hyperlink
    ]

    assert links == [f"'{name}'!A1" for name in SHEETS["zh"][1:]]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "@SUM(1)", "+Z99", "-Z99+1", "<b>&\"'"])
def test_a_name_of_the_user_is_never_a_formula_or_a_link(name):
    found = dossier({**small(), "name": name}, name=f"{name}.yaml")

    sheets = book(found, values=False)

    hits = [
        cell
        for row in sheets["封面"].iter_rows()
        for cell in row
        if isinstance(cell.value, str) and name in cell.value
    ]
    assert hits
    assert {cell.data_type for cell in hits} == {"s"}
    formulas = [
        cell.value
        for sheet in sheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas
    assert not any(name in text for text in formulas)


@pytest.mark.parametrize("sheet", SHEETS["zh"])
def test_every_sheet_prints_on_a4_across_as_wide_as_the_paper(sheet):
    page = book(bare())[sheet]

    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.page_setup.fitToWidth in {1, None}
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_area
    assert "第&P页 共&N页" in page.oddFooter.right.text
    assert not page.print_options.gridLines


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_sheet_prints_texts_of_eight_points(lang):
    # A4 across is 297 mm wide, less two edges of 0.3 inch; a unit of width is 7 pixels of 1/96 inch
    paper_inch = 297 / 25.4 - 2 * 0.3

    for page in book(planned(), lang).worksheets:
        assert page.page_margins.left == page.page_margins.right == pytest.approx(0.3)
        columns = page.column_dimensions.values()
        width_inch = sum((row.max - row.min + 1) * row.width for row in columns) * 7 / 96
        sizes = {cell.font.sz for row in page.iter_rows() for cell in row if cell.value is not None}
        assert min(sizes) * min(1.0, paper_inch / width_inch) >= 8.0, page.title


def test_no_word_of_a_heading_is_broken():
    # a sign of a word is about as wide as a digit, of which a unit of width holds one
    for page in book(planned(), "en").worksheets[1:]:
        for cell in (cell for row in page.iter_rows() for cell in row):
            if not (cell.font.b and cell.alignment.horizontal == "center" and cell.value):
                continue
            words = [word for word in str(cell.value).split() if word.isalpha()]
            width = page.column_dimensions[cell.column_letter].width
            is_turned = cell.alignment.textRotation == 90
            assert is_turned or max(map(len, words), default=0) * 0.95 <= width + 3, cell.value


@pytest.mark.parametrize("sheet", [*LONG, "电压降", "设备材料表"])
def test_long_tables_repeat_their_headings_on_every_page(sheet):
    assert book(bare())[sheet].print_title_rows


def test_without_works_the_estimate_says_so():
    ready = replace(bare(), study=replace(bare().study, verdict="ready"))
    prices = load_price_book("national-2025")
    none = plan_cases.no_plan(bare().compound, bare().policy, prices, "least_cost")
    failed = with_plans(with_plan(), replace(with_plan().upgrade, answers=(none,)))

    said = [" ".join(_texts(book(found)["概算"])) for found in (ready, bare(), with_plan(), failed)]

    assert "无需改造" in said[0]
    assert "未求解改造方案" in said[1]
    assert "无需改造" in said[2]
    assert "未找到" in said[3]


def test_everything_that_is_not_verified_is_listed_for_the_reviewer():
    found = rows(book(planned())["待核实"], "序号")
    plan = planned()
    values = [*plan.study.assumptions, *plan.upgrade.assumptions]
    values = {(row.name, row.note) for row in values if not is_verified(row.confidence)}
    prices = {line.price for line in plan.plan.bill.lines}
    prices = [price for price in prices if not is_verified(price.confidence)]

    assert len(found) == len(values) + len(prices)
    assert [row["序号"] for row in found] == list(range(1, len(found) + 1))
    assert {row["审核取值"] for row in found} == {None}
    assert {row["影响范围"] for row in found} >= {"负荷计算", "短路计算", "概算"}
    assert not any(row["可信度"] == "已见原文" for row in found)


def test_a_value_to_be_verified_is_coloured_wherever_it_is_used():
    file = small()
    del file["public_loads"][0]["demand_factor"]
    sheet = book(dossier(file))["台区负荷明细"]
    heads = {cell.value: cell.column for cell in sheet[5]}
    flats = next(row for row in sheet.iter_rows(min_row=6) if row[2].value == "住宅")
    lift = next(row for row in sheet.iter_rows(min_row=6) if row[2].value == "公共用电（客梯）")

    factor = flats[heads["需要系数 Kx"] - 1]

    assert factor.fill.start_color.rgb == OPEN_PAPER
    assert flats[heads["数量 n"] - 1].fill.fill_type is None
    # The lift's factor is a gap that the table of common loads filled.
    assert lift[heads["需要系数 Kx"] - 1].fill.fill_type == "solid"


def test_a_factor_of_the_file_is_named_as_such():
    file = small()
    file["public_loads"][0]["demand_factor"] = 0.5

    found = rows(book(dossier(file))["台区负荷明细"], "供电元件")

    lift = next(row for row in found if row["负荷"] == "公共用电（客梯）")
    assert (lift["需要系数 Kx"], lift["需要系数依据"]) == (0.5, "小区文件给定")


def test_titles_and_headings_of_english_books_hold_no_chinese():
    bold = [
        cell.value
        for sheet in book(planned(), "en")
        for row in sheet.iter_rows()
        for cell in row
        if cell.font.bold and isinstance(cell.value, str) and cell.value != planned().compound.name
    ]

    assert len(bold) > 100
    assert [text for text in bold if any("\u4e00" <= sign <= "\u9fff" for sign in text)] == []


def test_a_book_is_a_small_file_of_known_parts():
    data = calculation_book(bare(), load_wording("zh"))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.namelist()

    assert not any("vba" in part or "externalLink" in part for part in parts)
    assert len(data) < 100_000


def test_books_open_without_repair():
    data = calculation_book(planned(), load_wording("en"))

    assert len(openpyxl.load_workbook(io.BytesIO(data)).sheetnames) == 12


def test_lines_of_a_text_are_counted_by_words_and_by_chinese_signs():
    # Width 10 holds 11 signs less the edges: 10 of them. "aaaa bbbbb" is 10, one more is a line.
    assert lines_of("aaaa bbbbb", 10) == 1
    assert lines_of("aaaa bbbbbb", 10) == 2
    assert lines_of("aaaa bbbb cccc", 10) == 2
    assert lines_of("一二三四五六七八", 10) == 2


def test_a_text_does_not_touch_the_number_at_its_left():
    sheet = book(bare())["校验表"]
    cells = [cell for row in sheet.iter_rows(min_row=6) for cell in row if cell.value]
    texts = [cell for cell in cells if cell.alignment.horizontal == "left"]

    assert len(texts) > 10
    assert {cell.alignment.indent for cell in texts} == {1}
    assert {cell.alignment.indent for cell in cells if cell not in texts} == {0}


def test_what_is_counted_has_no_decimal_places():
    file = small()
    file["substations"][0]["floor"] = 1
    sheet = book(dossier(file))["校验表"]
    # value in the fourth column, its unit in the seventh
    forms = {
        row[6].value: row[3].number_format
        for row in sheet.iter_rows(min_row=6)
        if row[3].value is not None
    }

    assert forms["层"] == "#,##0"
    assert forms["%"] == "#,##0.00"


def _with_conditions():
    """The tiny compound where some conditions hold, and one does not."""
    file = small()
    file |= {"policy": "ningxia-2025", "one_household_one_meter": False}
    file["build"] = {"kind": "new", "year": 2026, "category": "utility"}
    file["substations"][0] |= {"floor": -1, "flood_protected": True, "generator_interface": True}
    return dossier(file)


@pytest.mark.parametrize(
    ("lang", "check", "shown"),
    [("zh", "一户一表", '"是";"是";"否"'), ("en", "one meter per household", '"yes";"yes";"no"')],
)
def test_what_is_there_or_not_is_shown_as_yes_or_no(lang, check, shown):
    # value in the fourth column, limit in the sixth; a format of a spreadsheet has one part each
    # for numbers above, below and at zero
    page = book(_with_conditions(), lang)[SHEETS[lang][8]]
    found = [row for row in page.iter_rows(min_row=6) if check in str(row[1].value)]

    assert found
    for row in found:
        assert (row[3].value, row[4].value, row[5].value) == (0, "=", 1)
        assert {row[3].number_format, row[5].number_format} == {shown}


def test_a_least_value_that_is_met_exactly_is_a_least_value():
    # sockets for 50 % of the e-bikes where 50 % are asked for: value over limit is limit over value
    sheet = book(_with_conditions())["校验表"]
    found = {row[1]: row for row in sheet.iter_rows(min_row=6, max_col=7, values_only=True)}

    assert found["电动自行车充电配建"][3:] == (50, "≥", 50, "%")
    assert found["固定车位充电条件配建"][3:] == (100, "≥", 100, "%")


def test_the_result_of_a_condition_follows_its_value():
    # nothing but the formula says that a value of 1 keeps what must be 1, and floor -1 the least
    formulas = book(_with_conditions(), values=False)
    sheet = formulas["校验表"]
    rows_of = {row[1].value: row for row in sheet.iter_rows(min_row=6)}
    meters, floor = rows_of["一户一表"], rows_of["配电室所在楼层"]
    before = [Computed(formulas).value("校验表", row[8].coordinate) for row in (meters, floor)]
    meters[3].value, floor[3].value = 1, -2
    after = [Computed(formulas).value("校验表", row[8].coordinate) for row in (meters, floor)]

    assert before == ["越限", "合格"]
    assert after == ["合格", "越限"]


@pytest.mark.skipif(shutil.which("libreoffice") is None, reason="needs an installed LibreOffice")
def test_libreoffice_computes_the_conditions_again(tmp_path):
    formulas = book(_with_conditions(), values=False)
    sheet = formulas["校验表"]
    for row in sheet.iter_rows(min_row=6):
        row[3].value = 1 if row[1].value == "一户一表" else row[3].value
    formulas.active = formulas.sheetnames.index("校验表")
    formulas.save(tmp_path / "book.xlsx")

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    target = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,9"
    command = ["libreoffice", profile, "--headless", "--convert-to", target, "book.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    (text,) = tmp_path.glob("book*.csv")
    with text.open(encoding="utf-8", newline="") as stream:
        shown = {row[1]: row for row in csv.reader(stream) if len(row) > 8}

    # CSV holds the numbers behind 是 and 否; openpyxl saved no results, so this one is computed
    assert [shown["一户一表"][k] for k in (3, 4, 5, 8)] == ["1", "=", "1", "合格"]
