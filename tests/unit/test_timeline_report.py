"""What the timeline says and draws: words in both languages, the same bytes, bars at their days."""

import re
from datetime import date
from typing import get_args

import pytest
from matplotlib.figure import Figure

from gridcalc.policy import list_policies, load_policy
from gridcalc.report import plot_style
from gridcalc.report import timeline_plot as module
from gridcalc.report.markdown import markdown
from gridcalc.report.plot_style import chinese_font
from gridcalc.report.timeline_plot import gantt, rest_runs
from gridcalc.report.timeline_report import remarks, timeline_output
from gridcalc.report.timeline_tree import Timed, timeline_tree
from gridcalc.report.wording import load_wording
from gridcalc.timeline.records import CUSTOMERS, Responsible
from tests.unit.timeline_cases import timeline_of

EN, ZH = load_wording("en"), load_wording("zh")
PNG = b"\x89PNG\r\n\x1a\n"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def timed(small, read):
    compound = read(small)

    def of(policy="ningxia-2025", **options):
        found = timeline_of(compound, policy=policy, **options)
        return Timed(compound=compound, policy=load_policy(policy), timeline=found)

    return of


def _story(found, wording=EN):
    return markdown(timeline_output(found, wording).blocks)


def test_every_step_customer_and_actor_has_a_word_in_both_languages():
    steps = {
        name
        for pack in list_policies()
        for rule in pack.rules.values()
        if rule.name.startswith("timeline.steps_")
        for name in rule.value
    }
    more = {"design", "permit_filing", "permit_approval", "external_works"}
    limits = {"limit.utility_steps", "limit.external_works", "limit.whole_process"}
    names = {*steps, *more, *limits, *CUSTOMERS, *get_args(Responsible)}

    assert names - set(EN.terms) == set()
    assert [name for name in sorted(names) if not CHINESE.search(ZH.term(name))] == []


def test_every_word_a_rule_of_the_timeline_may_have_has_a_chinese_one():
    rules = [r for r in load_policy("national").rules.values() if r.name.startswith("timeline.")]
    words = {word for rule in rules for word in rule.bounds.allowed}

    assert "new_structures" in words
    assert [word for word in sorted(words) if not CHINESE.search(ZH.term(word))] == []


def test_a_stated_number_is_per_its_clause_and_a_share_is_not(timed):
    text = _story(timed(customer="hv_single"))

    assert "| **permit by approval** | 3 | 3 |" in text
    assert "per ningxia-2025, 二、重点任务 4" in text
    assert "| 22 | 22 | **kept** | per ningxia-2025, 附件2 任务台账 3 |" in text
    assert text.count("share of 22 days; to be verified (assumed)") == 5


def test_what_the_user_gave_is_said_to_be_given(timed):
    assert _story(timed(works_days=7)).count("given by the user") == 1


def test_a_broken_limit_stands_in_the_head_with_its_numbers(timed):
    found = timed(customer="lv_residential", works_days=20)
    said = "whole process, application to supply takes 25 working days, 15 are allowed"

    (head,) = [line for line in _story(found).splitlines() if line.startswith("- Within")]
    assert said in head
    assert "**no: " in head
    assert "全过程办电时间25个工作日，时限15个工作日" in _story(found, ZH)


def test_a_moved_start_and_the_derived_customer_are_told(timed):
    text = _story(timed(start="2026-10-03"))

    assert "2026-10-03 (Sat); a rest day, counts as of 2026-10-08 (Thu)" in text
    assert "10 kV, one source; derived from the 10 kV sources SRC1" in text


@pytest.mark.parametrize(("start", "is_told"), [("2026-12-28", True), ("2026-12-01", False)])
def test_the_end_of_the_known_schedules_is_told_where_it_matters(timed, start, is_told):
    found = timed(start=start, customer="charging")

    said = [text.text for text in remarks(found.timeline, EN)]
    assert any("No holiday schedule after 2026-12-31" in text for text in said) == is_told
    assert ("未收录2026-12-31以后的放假安排" in _story(found, ZH)) == is_told


def test_the_shares_stand_in_one_row(timed):
    (row,) = [line for line in _story(timed()).splitlines() if "Shares of the utility's" in line]

    assert "supply scheme reply 12" in row
    assert "**assumed**" in row


def test_the_tree_has_the_keys_of_the_contract(timed):
    tree = timeline_tree(timed(), EN)

    assert {
        "compound_id",
        "policy",
        "customer",
        "start",
        "finish",
        "working_days",
        "calendar_days",
        "steps",
        "limits",
        "assumptions",
    } <= set(tree)
    assert {
        "id",
        "title",
        "after",
        "working_days",
        "start",
        "finish",
        "critical",
        "responsible",
        "source",
        "clause",
        "confidence",
    } <= set(tree["steps"][0])
    assert timeline_tree(timed(), ZH)["steps"][0]["title"] == "业务受理"
    assert tree["critical_path"] == [row["id"] for row in tree["steps"] if row["critical"]]


# ------------------------------------------------------------------ the picture


def test_rest_runs_are_holidays_and_weekends_without_make_up_days():
    # from Mon 28 September 2026: National Day 1-7 October, Sun 11 (Sat 10 is worked)
    assert list(rest_runs(date(2026, 9, 28), date(2026, 10, 11))) == [(3, 7), (13, 1)]


def test_an_svg_holds_bars_rest_days_and_words_as_text(timed):
    found = timed("wujiang-2021", start="2026-09-28")
    text = gantt(found, EN, form="svg").data.decode("utf-8")
    words = re.findall(r"<text[^>]*>([^<]*)</text>", text)

    assert text.startswith("<svg ")
    assert len(re.findall(r'id="critical"', text)) == 4
    assert len(re.findall(r'id="other"', text)) == 1
    assert 'id="rest"' in text
    assert "permit by approval (authority)" in words
    assert "30 d, to 11-25" in words


def test_a_bar_spans_its_first_to_its_last_day(timed):
    found = timed(start="2026-09-28", customer="charging")
    axes = Figure().add_subplot()
    row = found.timeline.steps[2]  # the scheme: 30 September to 9 October

    module._bar(axes, 2, row, date(2026, 9, 28), EN)

    (bar,) = axes.patches
    assert (bar.get_x(), bar.get_x() + bar.get_width()) == (2, 12)


def test_the_same_timeline_gives_the_same_bytes(timed):
    found = timed()

    for form in ("svg", "png"):
        assert gantt(found, ZH, form=form).data == gantt(found, ZH, form=form).data
    assert b"<dc:date>" not in gantt(found, EN, form="svg").data
    assert gantt(found, EN, form="png").data.startswith(PNG)


def test_long_works_leave_few_dates_on_the_axis(timed):
    text = gantt(timed(works_days=900), EN, form="svg").data.decode("utf-8")

    ticks = re.findall(r">(\d{4}-\d\d)<", text)
    assert 2 < len(ticks) <= module._MOST_TICKS + 2


def test_dates_beyond_a_year_have_their_year(timed):
    """900 working days are 180 weeks of five: the works that begin in 2026 end in 2029."""
    found = timed(works_days=900)
    text = gantt(found, EN, form="svg").data.decode("utf-8")

    assert found.timeline.finish.year == 2029
    assert f"to {found.timeline.finish.isoformat()}" in text
    assert ">2028-" in text


def test_the_picture_is_chinese_where_the_report_is(timed):
    text = gantt(timed(), ZH, form="svg").data.decode("utf-8")

    for said in ("供电方案答复（供电企业）", "关键路径", "休息日、节假日", "高压单电源"):
        assert said in text


def test_a_png_without_a_chinese_font_falls_back_to_english_and_says_so(timed, monkeypatch):
    monkeypatch.setattr(plot_style, "chinese_font", lambda: None)

    plot = gantt(timed(), ZH, form="png")

    assert plot.remark == "未安装中文字体，图中文字改用英文"
    assert plot.data.startswith(PNG)


@pytest.mark.skipif(chinese_font() is None, reason="needs an installed Chinese font")
def test_a_png_with_a_chinese_font_has_no_remark(timed):
    assert gantt(timed(), ZH, form="png").remark == ""
