"""The command ``timeline``: forms, languages, options, errors, picture.

Dates are counted by hand on the State Council's notice for 2026 (National Day 1-7 October,
Saturday 10 October worked; Spring Festival 15-23 February, Saturdays 14 and 28 worked).
"""

import csv
import io
import json
import re

import pytest

STEP_KEYS = {
    *("id", "title", "after", "working_days", "start", "finish", "critical", "responsible"),
    *("source", "clause", "confidence"),
}


@pytest.fixture
def tree(run, hamlet):
    def of(*args):
        result = run("timeline", hamlet, "--format", "json", *args)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return of


def test_json_has_the_keys_of_the_contract(tree):
    found = tree("--start", "2026-03-02")

    assert (found["compound_id"], found["policy"], found["customer"], found["start"]) == (
        *("hamlet", "ningxia-2025", "hv_single", "2026-03-02"),
    )
    assert all(set(row) >= STEP_KEYS for row in found["steps"])
    # 22 days of the utility, 3 of approval (Ningxia), 30 of works (assumed)
    assert found["working_days"] == 22 + 3 + 30
    assert {row["id"] for row in found["limits"]} == {"utility_steps", "external_works"}
    assert "timeline.customer" in [row["name"] for row in found["assumptions"]]


def test_charging_takes_the_three_steps_of_ningxia(tree):
    found = tree("--start", "2026-09-28", "--customer", "charging")

    assert [(row["id"], row["working_days"], row["finish"]) for row in found["steps"]] == [
        ("acceptance", 1, "2026-09-29"),
        ("site_survey", 0, "2026-09-29"),
        ("supply_scheme", 3, "2026-10-09"),
        ("meter_and_connection", 2, "2026-10-12"),
    ]
    assert {row["clause"] for row in found["steps"]} == {"二、重点任务 2"}
    assert {row["confidence"] for row in found["steps"]} == {"seen"}
    assert (found["finish"], found["calendar_days"]) == ("2026-10-12", 14)


def test_the_options_reach_the_timeline(tree):
    found = tree(
        *("--start", "2026-03-02", "--policy", "wujiang-2021", "--customer", "hv_double"),
        *("--permit", "filing", "--important-user", "--works-days", "12", "--design-days", "5"),
    )

    assert (found["policy"], found["permit"], found["important_user"]) == (
        *("wujiang-2021", "filing", True),
    )
    days = {row["id"]: row["working_days"] for row in found["steps"]}
    assert (days["permit_filing"], days["external_works"], days["design"]) == (0, 12, 5)
    assert {"design_review", "intermediate_inspection"} <= set(days)


def test_without_external_works_there_is_neither_permit_nor_works(tree):
    found = tree("--start", "2026-03-02", "--no-external-works")

    assert found["permit"] is None
    assert {"external_works", "permit_approval"} & {row["id"] for row in found["steps"]} == set()
    assert found["working_days"] == 22


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("fmt", ["table", "md"])
def test_people_read_dates_steps_limits_and_marks(run, hamlet, fmt, lang):
    words = {
        "zh": ["接电日期", "供电方案答复", "行政审批部门", "关键路径", "合计时限校核", "待核实"],
        "en": ["Connected by", "supply scheme reply", "authority", "Critical path", "kept"],
    }

    text = run("timeline", hamlet, "--start", "2026-03-02", "--format", fmt, "--lang", lang).stdout

    assert [word for word in words[lang] if word not in text] == []
    assert re.search(r"2026-05-\d\d", text)


def test_the_csv_holds_one_row_per_step(run, hamlet):
    text = run("timeline", hamlet, "--start", "2026-03-02", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["id"] for row in rows][:4] == [
        *("acceptance", "site_survey", "supply_scheme", "permit_approval"),
    ]
    assert rows[3]["after"] == "supply_scheme"
    assert rows[3]["critical"] == "true"


def test_a_compound_can_be_piped_and_gives_the_same_bytes(run, hamlet, hamlet_text):
    args = ("--start", "2026-03-02", "--format", "json")

    piped = run("timeline", "-", *args, text=hamlet_text).stdout
    assert piped == run("timeline", hamlet, *args).stdout == run("timeline", hamlet, *args).stdout


@pytest.mark.parametrize("day", ["2026-02-30", "2026-9-1", "20260901", "tomorrow", "2026-W36-2"])
def test_what_is_no_day_is_wrong_usage(run, hamlet, day):
    result = run("timeline", hamlet, "--start", day)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "write YYYY-MM-DD" in result.stderr


def test_a_start_before_the_schedules_and_contradictions_are_named_together(run, hamlet):
    result = run(
        *("timeline", hamlet, "--start", "2003-05-01", "--customer", "charging"),
        *("--important-user", "--no-external-works", "--works-days", "3", "--permit", "filing"),
    )

    assert (result.exit_code, result.stdout) == (2, "")
    for option in ("--start", "--important-user", "--works-days", "--permit"):
        assert f"{option} is not usable" in result.stderr


def test_faults_of_the_file_exit_with_1(run, tmp_path, hamlet_text):
    path = tmp_path / "broken.yaml"
    path.write_text(hamlet_text.replace("S20-160", "S20-161"), encoding="utf-8")

    result = run("timeline", str(path), "--start", "2026-03-02")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "S20-161" in result.stderr


@pytest.mark.parametrize(("works_days", "code"), [("10", 0), ("11", 3)])
def test_strict_exits_with_3_where_a_limit_is_broken(run, hamlet, works_days, code):
    # residents with external works: 5 days of the utility and 10 of works are the 15 allowed
    result = run(
        *("timeline", hamlet, "--start", "2026-03-02", "--customer", "lv_residential"),
        *("--works-days", works_days, "--strict"),
    )

    assert result.exit_code == code
    assert "Connected by" in result.stdout


def test_a_picture_is_written_once(run, hamlet, tmp_path):
    target = tmp_path / "gantt.svg"
    args = ("timeline", hamlet, "--start", "2026-03-02", "--plot", str(target))

    first = run(*args)
    again = run(*args)

    assert first.exit_code == 0
    assert target.read_text("utf-8").startswith("<svg ")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "exists already" in again.stderr
    assert run(*args, "--force").exit_code == 0


def test_a_png_can_be_drawn(run, hamlet, tmp_path):
    target = tmp_path / "gantt.png"

    run("timeline", hamlet, "--start", "2026-03-02", "--plot", str(target), "--lang", "zh")

    assert target.read_bytes().startswith(b"\x89PNG")


def test_another_form_of_picture_is_wrong_usage(run, hamlet):
    result = run("timeline", hamlet, "--start", "2026-03-02", "--plot", "gantt.pdf")

    assert (result.exit_code, result.stdout) == (2, "")
    assert ".svg or .png" in result.stderr
