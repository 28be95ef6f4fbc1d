"""The story of ``city summary`` in both languages; numbers are those of test_city_summary."""

import json
import re

import pytest

from gridcalc.city.summary.elements import _KINDS
from gridcalc.city.summary.records import GROUPS, VERDICTS
from gridcalc.city.summary.summarise import summarise
from gridcalc.city.summary.year_plan import plan_years
from gridcalc.city.summary.year_records import Budget
from gridcalc.cli.screen import drawn
from gridcalc.report.city_summary_report import city_summary_output
from gridcalc.report.city_summary_tree import CitySummed
from gridcalc.report.markdown import markdown
from gridcalc.report.plaintext import csv_text, json_text
from gridcalc.report.wording import load_wording
from tests.unit.city_summary_cases import city, failed, planned, result, row

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]{4,}")


def summed(results=None, **more):
    facts = {
        "table": "city.csv",
        "method": "factor",
        "policy": None,
        "scenarios": ("today", "ev-100"),
        "n_bad": 0,
        "summary": summarise(city() if results is None else results),
        **more,
    }
    return CitySummed(**facts)


def with_years(**more):
    summary = summarise(city())
    budget = Budget(yuan_per_year=3500.0, n_years=2, start_year=2026, **more)
    return summed(year_plan=plan_years(summary.ranking, budget))


def shown(found, lang="en"):
    return drawn(city_summary_output(found, load_wording(lang)).blocks)


def flat(text):
    return " ".join(text.split())


def test_the_facts_are_said():
    text = flat(shown(summed(n_bad=2)))

    assert "8, 5 of them computed; 900 households" in text
    assert "2 rows of the table; failed.csv lists them" in text
    assert "uncontrolled 120 of 200 (60 %) in 4 compounds" in text
    assert "0.40 万元 in 2 compounds, 13 yuan per household there" in text
    assert "110 more chargers possible, 36 yuan each" in text
    assert "1 of 2 plans hold" in text
    assert "A: 1, B: 2; verdicts that the missing data could change: 1" in text


def test_the_ranking_leaves_out_what_is_ready_and_keeps_the_place():
    text = shown(summed(n_shown=2))
    caption = text[text.index("Ranking after the 1 that are ready") :]

    assert re.findall(r"^ *(\d) +c(\d)", caption, re.MULTILINE) == [("2", "4"), ("3", "3")]
    assert "3 more; csv and json hold all" in caption


def test_without_plans_there_are_no_columns_of_cost():
    text = shown(summed([result(2)]))

    assert "yuan per flat" not in text
    assert "Who pays" not in text


def test_the_years_are_told_with_what_is_left():
    # 3500 a year: c4 (1000, 80) and then 2500 left are too few for c3 (3000, 30).
    text = shown(with_years())
    said = flat(text)

    assert "0.35 万元 per year for 2 years; what a year leaves is lost" in said
    assert "110 more chargers possible, 0.40 万元 spent" in said
    assert "no choice is better" in said
    assert "compounds that need works or control: 1" in said
    assert re.search(r"^2026 +1 +80 +80 +0\.10 +0\.25 +小区4$", text, re.MULTILINE)
    assert re.search(r"^2027 +1 +30 +110 +0\.30 +0\.05 +小区3$", text, re.MULTILINE)


def test_the_budget_of_a_payer_has_a_column_of_all_payers():
    text = shown(with_years(payer="owners"))

    assert "the part of owners counts" in text
    assert "All payers" in text


def test_a_gap_and_what_the_simple_rule_misses_are_told():
    rows = [planned(no, cost, n) for no, cost, n in ((2, 60.0, 7), (3, 50.0, 5), (4, 50.0, 5))]
    plan = plan_years(rows, Budget(yuan_per_year=100.0, n_years=1))

    text = flat(shown(summed([], year_plan=plan)))

    assert "3 charger-years more than the cheapest charger first" in text


def test_what_the_method_does_not_tell_is_left_out():
    assert "Fit as it is" not in shown(summed([result(2)]))


def test_where_no_plan_has_a_price_nothing_is_put_into_years():
    plan = plan_years(summarise([result(2)]).ranking, Budget(yuan_per_year=100.0, n_years=2))

    text = shown(summed([result(2)], year_plan=plan))

    assert "compounds that need works or control: 1" in text
    assert "Chosen" not in text
    assert "So far" not in text


@pytest.mark.parametrize("by", GROUPS)
def test_every_way_of_grouping_is_told_and_listed(by):
    found = summed(by=by)
    output = city_summary_output(found, load_wording("en"))

    lines = csv_text(output.rows).splitlines()

    assert lines[0].startswith(f"{by},n_compounds,n_ready,n_ready_managed,n_upgrade,n_no_solution")
    assert len(lines) == 1 + len(found.summary.groups(by))
    assert "not given" in drawn(output.blocks) or all(g.name for g in found.summary.groups(by))


def test_csv_holds_every_ranked_compound_with_its_year():
    output = city_summary_output(with_years(), load_wording("en"))

    rows = [(row["rank"], row["id"], row["year"]) for row in output.rows]

    assert rows == [
        (1, "c2", None),
        (2, "c4", "2026"),
        (3, "c3", "2027"),
        (4, "c5", None),
        (5, "c6", None),
        (6, "c7", None),
    ]


def test_json_is_full_and_valid():
    tree = json.loads(json_text(city_summary_output(with_years(), load_wording("zh")).tree))

    assert tree["command"] == "city summary"
    assert tree["total"]["name"] is None
    assert tree["total"]["cost_yuan"] == 4000.0
    assert [area["name"] for area in tree["by_area"]] == ["东区", "西区", None]
    assert tree["bindings"][0]["n_compounds"] == 3
    assert [row["id"] for row in tree["ranking"]] == ["c2", "c4", "c3", "c5", "c6", "c7"]
    assert tree["year_plan"]["years"][0] == {
        "year": 2026,
        "compounds": ["c4"],
        "carried_yuan": 0.0,
        "spent_yuan": 1000.0,
        "left_yuan": 2500.0,
        "cost_yuan": 1000.0,
        "n_enabled": 80,
        "n_enabled_so_far": 80,
    }
    assert (
        json.loads(json_text(city_summary_output(summed(), load_wording("en")).tree))["year_plan"]
        is None
    )


def test_chinese_has_no_english_left():
    text = shown(with_years(payer="owners"), "zh")
    words = set(ENGLISH.findall(text)) - {"city", "json", "national", "failed"}

    assert words == set()
    assert "排序规则" in text


def test_markdown_of_hostile_names_keeps_the_table():
    hostile = result(2, of=row(2, name="a|b<script>", area="|"))

    text = markdown(city_summary_output(summed([hostile]), load_wording("en")).blocks)

    assert "a\\|b&lt;script>" in text


def test_a_name_that_a_spreadsheet_would_compute_is_guarded():
    output = city_summary_output(summed([failed(2, area="=1+1")]), load_wording("en"))

    assert "'=1+1" in csv_text(output.rows)


def test_an_empty_run_is_told():
    text = shown(summed([]))

    assert "0, 0 of them computed" in text


def test_every_kind_of_element_verdict_and_group_is_said_in_both_languages():
    names = {
        *(f"element.{kind}" for kind in (*_KINDS.values(), "compound", "other", "box_cable")),
        *(f"tally.{name}" for name in VERDICTS),
        *(f"group.{name}" for name in GROUPS),
        *(f"later.{reason}" for reason in ("horizon", "too_dear", "no_charger")),
    }

    for lang in ("en", "zh"):
        assert names - set(load_wording(lang).terms) == set()
    assert [n for n in sorted(names) if not CHINESE.search(load_wording("zh").term(n))] == []
