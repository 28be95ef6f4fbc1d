"""The workbook as another program reads it: totals, order, texts that stay texts, fixed bytes.

Expected totals are added up here from the results. The formulas were computed by LibreOffice once
and agreed with the stored values in every cell; docs/method/city-map.md says how to repeat that.
"""

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from gridcalc.city.records import CityQuestion, CityResult, CityRow
from gridcalc.city.store import Failure
from gridcalc.report.city_workbook import city_workbook
from gridcalc.report.wording import load_wording
from tests.browser.city_samples import head, lines, results

ROWS = list(results(114))
OK = [row for row in ROWS if row.status == "ok"]
QUESTION = CityQuestion(method="stochastic")
YUAN_PER_WAN = 10_000
ZH = load_wording("zh")
FAILED = ZH("Rows without a result")
FAILURE = Failure(
    row=7, id="XQ9", name="=1+1", status="bad", column="户数", problem="0 is not at least 1"
)


def _book(rows=ROWS, *, lang="zh", values=True, **options):
    data = city_workbook(rows, head(), question=QUESTION, lang=lang, **options)
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


@pytest.fixture(scope="module")
def book():
    return _book(failures=[FAILURE], lines=lines(ROWS))


@pytest.fixture(scope="module")
def formulas():
    return _book(values=False)


def _table(sheet, title):
    """Return the rows below a title up to its total, by their first cell."""
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(i for i, row in enumerate(cells) if row[0] == title)
    rows = {}
    for row in cells[start + 1 :]:
        if row[0] is None:
            break
        rows[row[0]] = row[1:]
    return rows


def test_the_sheets_are_named_in_the_language(book):
    assert book.sheetnames == ["汇总", "小区", "10kV线路", FAILED, "说明"]
    assert _book(ROWS[:3], lang="en").sheetnames == [
        "Summary",
        "Compounds",
        "Rows without a result",
        "Notes",
    ]


def test_verdicts_are_counted_and_added_up(book):
    found = _table(book["汇总"], "按结论")
    works = [row for row in OK if row.verdict == "upgrade"]

    assert found["需要改造"][0] == len(works)
    assert found["需要改造"][1] == pytest.approx(len(works) / 114)
    assert found["需要改造"][2] == sum(row.n_households for row in works)
    assert found["需要改造"][6] == pytest.approx(
        sum(row.plan.cost_yuan for row in works) / YUAN_PER_WAN
    )
    assert found["计算失败"][0] == 114 - len(OK)
    assert found["合计"][0] == 114


def test_areas_are_counted_and_added_up(book):
    found = _table(book["汇总"], "按区县")
    here = [row for row in ROWS if row.row.area == "奇台县"]
    verdicts = Counter(row.verdict for row in here)

    names = ("ready", "ready_managed", "upgrade", "no_solution")
    assert found["奇台县"][:5] == [len(here), *(verdicts[name] for name in names)]
    assert found["奇台县"][5] == sum(row.row.n_households for row in here)
    assert found["合计"][0] == 114


def test_cost_is_split_by_payer(book):
    found = _table(book["汇总"], "按出资方")
    plans = [row.plan for row in ROWS if row.plan]
    utility = sum(plan.payers["utility"] for plan in plans) / YUAN_PER_WAN

    assert found["供电企业"][0] == pytest.approx(utility)
    assert found["合计"][0] == pytest.approx(
        sum(plan.cost_yuan for plan in plans) / YUAN_PER_WAN, abs=0.01
    )


def test_what_decides_is_counted_where_a_compound_is_not_ready(book):
    found = _table(book["汇总"], "未满足小区的控制因素")
    n = sum(row.binding.check == "cable.loading" for row in OK if row.verdict != "ready")

    assert found["电缆载流量"][0] == n
    assert found["合计"][0] == sum(row.verdict != "ready" for row in OK)


def test_grades_are_counted_with_those_that_could_flip(book):
    found = _table(book["汇总"], "资料")
    grade_b = [row.data for row in OK if row.data.grade == "B"]

    assert found["B"][:2] == [len(grade_b), sum(data.could_flip is True for data in grade_b)]


def test_every_total_is_a_formula_over_the_sheet_of_compounds(formulas):
    cells = [cell for row in formulas["汇总"].iter_rows(min_row=4) for cell in row]
    numbers = [cell for cell in cells if isinstance(cell.value, (int, float))]
    found = [cell.value for cell in cells if str(cell.value).startswith("=")]

    assert numbers == []
    assert len(found) > 80
    assert any(
        re.fullmatch(r"=COUNTIFS\('小区'!\$\w+\$3:\$\w+\$116,\$A6\)", text) for text in found
    )


def test_the_best_compounds_stand_first_with_their_numbers(book):
    sheet = book["小区"]
    titles = [cell.value for cell in sheet[2]]
    rows = [
        dict(zip(titles, [cell.value for cell in row], strict=True))
        for row in sheet.iter_rows(min_row=3)
    ]
    by_id = {row["编号"]: row for row in rows}
    result = next(row for row in ROWS if row.verdict == "upgrade")

    assert [row["排序"] for row in rows] == list(range(1, 115))
    assert rows[0]["结论"] == "满足"
    assert rows[-1]["结论"] == "计算失败"
    mine = by_id[result.row.id]
    assert mine["名称"] == result.row.name
    assert mine["户数"] == result.n_households
    assert mine["占限值（%）"] == pytest.approx(100 * result.binding.utilisation)
    assert mine["改造费用（万元）"] == pytest.approx(result.plan.cost_yuan / YUAN_PER_WAN)


def test_a_run_has_its_columns_below_its_scenario(book):
    sheet = book["小区"]
    groups = [cell.value for cell in sheet[1]]
    place = groups.index("汽车100%、无序充电")
    result = next(row for row in ROWS if row.status == "ok")
    loading = max(
        run.loading_percent
        for run in result.runs
        if (run.scenario, run.charging) == ("ev-100", "uncontrolled")
    )
    row = next(row for row in sheet.iter_rows(min_row=3) if row[1].value == result.row.id)

    assert sheet.cell(2, place + 1).value == "配变负载率（%）"
    assert row[place].value == pytest.approx(loading)


def test_no_text_becomes_a_formula_a_link_or_a_number():
    names = (
        "=1+1",
        "+1",
        "@SUM(A1)",
        "http://example.org",
        "mailto:a@b",
        "0012",
        "<b>",
        "a\ud800b",
    )
    rows = [
        replace(result, row=replace(result.row, id=name, name=name, area=name, line=name))
        for name, result in zip(names, ROWS, strict=False)
    ]

    book = _book(rows, values=False, failures=[FAILURE])

    sheet = book["小区"]
    cells = {row[1].value: row[1] for row in sheet.iter_rows(min_row=3)}
    assert {name.replace("\ud800", "?") for name in names} == set(cells)
    assert {cell.data_type for cell in cells.values()} == {"s"}
    assert [cell.hyperlink for cell in cells.values()] == [None] * len(names)
    failed = book[FAILED]
    assert failed["C2"].value == "=1+1"
    assert failed["C2"].data_type == "s"


def test_an_area_that_looks_like_a_condition_is_counted_as_it_is():
    names = ("<>", "*", ">0", "", "A", "a")
    rows = [
        replace(result, row=replace(result.row, area=name))
        for name, result in zip(names, OK, strict=False)
    ]

    sheet = _book(rows, values=False)["汇总"]

    texts = [cell.value for row in sheet.iter_rows() for cell in row if "EXACT" in str(cell.value)]
    assert len(texts) == len(names) * 7
    assert not [text for text in texts if "COUNTIF" in text]


def test_the_same_results_give_the_same_bytes():
    first = city_workbook(ROWS, head(), question=QUESTION, lang="zh")
    second = city_workbook(reversed(ROWS), head(), question=QUESTION, lang="zh")

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
    created = openpyxl.load_workbook(io.BytesIO(first)).properties.created
    assert created == datetime(2000, 1, 1)


def test_lines_stand_in_the_order_of_relief(book):
    rows = list(book["10kV线路"].iter_rows(values_only=True))
    orders = [row[0] for row in rows[1:]]

    n = sum(order is not None for order in orders)
    assert orders[:n] == list(range(1, n + 1))
    assert rows[1][rows[0].index("汽车100%、无序充电\n负载率（%）")] == 101.0


def test_failures_and_notes_are_listed(book):
    assert [cell.value for cell in book[FAILED][2]] == [
        7,
        "XQ9",
        "=1+1",
        ZH.term("status.bad"),
        "户数",
        "0 is not at least 1",
    ]
    notes = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=3)}
    assert notes["SHA-256"] == head().sha256
    assert notes[ZH("Audit")] == head().audit


def test_a_run_without_compounds_or_places_still_makes_a_workbook():
    one = CityResult(row=CityRow(row=2, id="a", name="a"), status="crashed", error="x" * 40_000)

    assert _book([])["汇总"]["B6"].value == 0
    assert len(_book([one])["小区"].cell(3, 2).value) == 1


def test_compounds_have_a_filter_and_frozen_headings(book):
    sheet = book["小区"]

    assert sheet.freeze_panes == "D3"
    assert sheet.auto_filter.ref.startswith("A2:")
    assert len(sheet.conditional_formatting) == 1
