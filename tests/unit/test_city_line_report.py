"""What is said of 10 kV lines: printed, as CSV and JSON, in the workbook and on the map.

Expected values are those of ``test_city_line_room``; lines of 1000 kVA may carry 800.
"""

import io
import json
import re
from dataclasses import replace

import openpyxl
import pytest

from gridcalc.city.records import CityQuestion
from gridcalc.city.summary.summarise import summarise
from gridcalc.city.summary.year_plan import plan_years
from gridcalc.city.summary.year_records import Budget
from gridcalc.cli.screen import drawn
from gridcalc.report.city_map import city_map_page
from gridcalc.report.city_summary_report import city_summary_output
from gridcalc.report.city_summary_tree import CitySummed
from gridcalc.report.city_workbook import city_workbook
from gridcalc.report.wording import load_wording
from tests.browser.city_samples import head
from tests.unit.city_line_results import two_lines
from tests.unit.city_summary_cases import city

ENGLISH = re.compile(r"[a-z]{4,}")


@pytest.fixture
def found():
    """Return six compounds with their lines and works in two years."""
    summary = summarise(city())
    budget = Budget(yuan_per_year=3500.0, n_years=2, start_year=2026)
    return CitySummed(
        table="city.csv",
        method="factor",
        policy=None,
        scenarios=("today", "ev-100"),
        n_bad=0,
        summary=summary,
        year_plan=plan_years(summary.ranking, budget),
        lines=two_lines(),
    )


def said(found, lang="en"):
    return drawn(city_summary_output(found, load_wording(lang)).blocks)


def flat(text):
    return " ".join(text.split())


def test_a_line_is_shown_with_the_mode_that_counts_and_what_stops_its_compounds(found):
    text = said(found)

    # tou at 95 % is 150 kVA beyond 80 %; without control it is at 70 %
    rows = [flat(row) for row in text.splitlines()]
    assert "1 L1线 50 70 95 60 if managed 150, tou 1 / 2 10 kV line ×1" in rows
    assert "- L2线 40 45 50 45 yes - 0 / 2 T1 ×2" in rows
    assert "1 of 2 need relief; not if managed: 1; only under tou: 1" in flat(text)


def test_main_transformers_are_shown_with_their_limit(found):
    rows = [flat(row) for row in said(found).splitlines()]

    assert "T1 5000 2 81.0 90.0 99.0 85.0 80 not even today 2" in rows
    assert "Main transformers: 1 of 1 beyond their limit with all converted, 1 today" in flat(
        said(found)
    )


def test_ties_transformers_and_compounds_left_out_are_counted(found):
    text = flat(said(found))

    assert "1 of 4 compounds fit on line and main transformer, 2 more only if managed" in text
    assert "0 of 2 ties pass 100 % today when they carry both lines, 2 with all converted" in text
    assert "1 of 2 lines have more than 12000 kVA of transformers" in text
    assert "compounds: 1, whose load is missing on L2线 ×1" in text


def test_the_years_tell_how_many_chargers_have_no_room(found):
    text = said(found)

    # 2026: c4 gains 80, which do not fit; 2027: c3 gains 30, which fit only if managed
    assert "110 of these chargers, in 2 of 2 compounds" in flat(text)
    assert "need relief first; 30 of them fit if managed" in flat(text)
    assert re.search(r"^2026 +1 +80 +80 +80 +0\.10", text, re.MULTILINE)
    assert re.search(r"^2027 +1 +30 +110 +30 +0\.30", text, re.MULTILINE)


def test_every_ranked_compound_says_whether_it_has_room(found):
    output = city_summary_output(found, load_wording("en"))
    rows = {row["id"]: (row["fits_line"], row["line_limited_by"]) for row in output.rows}
    tree = json.loads(json.dumps(output.tree))

    assert rows["c2"] == ("yes", None)
    assert rows["c3"] == ("managed", "line")
    assert rows["c4"] == ("no", "main_transformer")
    assert rows["c6"] == (None, None)  # its line is not in the table
    assert tree["main_transformers"][0]["n_stopped"] == 2
    assert tree["year_plan"]["years"][0]["n_enabled_without_room"] == 80


def test_without_lines_nothing_is_said_of_them(found):
    output = city_summary_output(replace(found, lines=()), load_wording("en"))

    assert "fits_line" not in output.rows[0]
    assert "room" not in drawn(output.blocks)


def test_chinese_has_no_english_left(found):
    words = set(ENGLISH.findall(said(found, "zh"))) - {"city", "json", "national", "failed"}

    assert words == set()


def test_the_workbook_has_verdicts_limits_and_names():
    data = city_workbook(city(), head(), question=CityQuestion(), lang="en", lines=two_lines())
    book = openpyxl.load_workbook(io.BytesIO(data))
    titles, first, second = list(book["10 kV lines"].iter_rows(values_only=True))
    line = dict(zip(titles, first, strict=True))
    other = dict(zip(titles, second, strict=True))

    assert line["Line within its limit"] == "if managed"
    assert (line["Highest in mode"], line["Too much there [kVA]"]) == ("tou", 150.0)
    assert line["Main transformer"] == "T1"
    assert line["Main transformer at most [%]"] == 80.0
    assert line["Main transformer within its limit"] == "not even today"
    assert (line["Tie"], line["N-1 at most [%]"]) == ("L2线", 100.0)
    assert line["N-1 within its limit"] == "no"  # 110 % even if managed
    assert (line["Installed within its limit"], other["Installed within its limit"]) == (
        "yes",
        "no",
    )
    assert (line["Compounds not counted"], other["Compounds not counted"]) == (None, 1)
    assert other["Others stopped by"] == "T1 ×2"
    mains = list(book["Main transformers"].iter_rows(values_only=True))
    assert mains[1][:3] == ("T1", 5000, 2)


def test_compounds_in_the_workbook_say_whether_they_have_room():
    data = city_workbook(city(), head(), question=CityQuestion(), lang="zh", lines=two_lines())
    sheet = openpyxl.load_workbook(io.BytesIO(data))["小区"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    place, ident = rows[0].index("线路可接入"), rows[0].index("编号")

    assert {row[ident]: row[place] for row in rows[1:]} == {
        "c2": "是",
        "c3": "有序可满足（10kV线路）",
        "c4": "否（T1）",
        "c5": "有序可满足（T1）",
        "c6": None,
        "c7": None,
    }


@pytest.mark.parametrize("name", ["10kV线路", "主变", "未得出结果的行"])
def test_headings_have_room_and_repeat_on_paper(name):
    data = city_workbook(city(), head(), question=CityQuestion(), lang="zh", lines=two_lines())
    sheet = openpyxl.load_workbook(io.BytesIO(data))[name]
    lines = [str(cell.value).count("\n") + 1 for cell in sheet[1]]

    assert sheet.row_dimensions[1].height >= 14 * max(lines)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_title_cols.startswith("$A:$")


def test_the_page_tells_the_same_as_the_summary():
    page = city_map_page(city(), head(), lang="en", lines=two_lines())
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    data = json.loads(text[1])["page"]
    line, other = data["lines"]

    assert line["states"][line["worst"]]["mode"] == "tou"
    assert line["states"][line["worst"]]["relief"] == 150
    assert line["remarks"] == ["N-1: L2线 at 90 % today, at most 140 % converted, limit 100 %"]
    assert other["remarks"][1:] == [
        "installed 13,000 kVA, limit 12,000 kVA",
        "compounds not counted: 1",
    ]
    assert data["mains"] == [
        {
            "name": "T1",
            "limit": 80.0,
            "isOver": True,
            "loading": 99.0,
            "mode": "tou",
            "today": 81.0,
            "stopped": 2,
        }
    ]
    assert set(data["lists"]["room"]) == {
        "yes",
        "no (T1)",
        "if managed (10 kV line)",
        "if managed (T1)",
        "",
    }
