"""The command ``cost``: a plan priced and split, a survey table, and what is wrong with them."""

import csv
import io
import json
from pathlib import Path

import pytest

SURVEY = Path(__file__).parents[2] / "examples" / "changji-survey" / "survey.csv"
SURVEY_KEYS = [
    *("area", "n_compounds", "n_households", "meter_wan_yuan", "meter_box_wan_yuan"),
    *("lv_cable_wan_yuan", "accessories_wan_yuan", "mv_cable_wan_yuan", "rmu_wan_yuan"),
    *("lv_civil_wan_yuan", "mv_civil_wan_yuan", "total_wan_yuan", "per_household_wan_yuan"),
]
PLAN = """\
gridcalc_plan: 1
compound: riverside
policy: fujian-2024
build: existing
category: old_courtyard
quantities:
  - {item: transformer.S20-630, element: T1, measure: replace_transformer, quantity: 1,
     unit: piece, payer_subject: mv_inside_red_line}
  - {item: cable_lv.YJV22-0.6/1-4x240, element: T1-F2, measure: parallel_cable, quantity: 80,
     unit: m, payer_subject: lv_before_meter}
  - {item: laying.tray, element: CB1, measure: charging, quantity: 60, unit: m,
     payer_subject: charging_civil}
"""


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return str(path)


def test_a_bill_says_whether_it_holds_tax(run, plan, tmp_path):
    book = tmp_path / "ours.yaml"
    book.write_text(
        "gridcalc_prices: 1\nid: ours\ntitle: t\nyear: 2026\nextends: national-2025\n"
        "tax: excluded\nsurcharges:\n  vat: {low: 9, typical: 9, high: 9, section: other,\n"
        "    base: [equipment, cable, civil, installation, other]}\n",
        encoding="utf-8",
    )

    bare = json.loads(run("cost", plan, "--format", "json").stdout)
    taxed = json.loads(run("cost", plan, "--prices", str(book), "--format", "json").stdout)

    assert (bare["prices"]["tax"], taxed["prices"]["tax"]) == ("not_stated", "excluded")
    typical = [row["cost_yuan"]["typical"] for row in (bare, taxed)]
    assert typical[1] == pytest.approx(1.09 * typical[0], abs=0.03)  # half a fen for each part
    assert "not said by the price book" in run("cost", plan).stdout


def test_a_plan_is_priced_line_by_line_and_its_payers_sum_to_it(run, plan):
    tree = json.loads(run("cost", plan, "--format", "json").stdout)

    assert (tree["compound"], tree["policy"], tree["prices"]["id"]) == (
        *("riverside", "fujian-2024", "national-2025"),
    )
    lines = {row["item"]: row for row in tree["lines"]}
    # 80 m at 836 yuan/m, a transformer at 85 000
    assert lines["cable_lv.YJV22-0.6/1-4x240"]["cost_yuan"]["typical"] == 66_880
    assert lines["transformer.S20-630"]["cost_yuan"] == {
        "low": 70_000,
        "typical": 85_000,
        "high": 110_000,
    }
    for estimate in ("low", "typical", "high"):
        whole = tree["cost_yuan"][estimate]
        assert sum(m[estimate] for m in tree["payers"].values()) == pytest.approx(whole, abs=1e-6)
        assert sum(r["cost_yuan"][estimate] for r in tree["lines"]) == pytest.approx(whole)
    assert set(tree["payers"]) == {"utility", "government", "owners", "operator"}


def test_a_payer_row_names_rule_clause_division_and_demarcation(run, plan):
    rows = json.loads(run("cost", plan, "--format", "json").stdout)["payer_rows"]

    (row,) = [row for row in rows if row["payer_subject"] == "charging_civil"]

    # Fujian 三（三）: those who benefit, operators and government, no shares stated
    assert (row["rule"], row["document"], row["clause"]) == (
        *("payer.charging_civil", "fujian-2024", "三、工作内容 （三）"),
    )
    assert (row["division"], row["demarcation"]) == ("equal", "charging_bay")
    assert [p["payer"] for p in row["payers"]] == ["owners", "operator", "government"]


def test_prices_without_a_document_are_listed_as_to_be_verified(run, plan):
    names = {
        row["name"]
        for row in json.loads(run("cost", plan, "--format", "json").stdout)["assumptions"]
        if row["confidence"] == "assumed"
    }

    assert {"price.transformer.S20-630", "share.contingency"} <= names
    assert "待核实的单价" in run("cost", plan, "--lang", "zh").stdout


def test_the_csv_holds_the_lines_with_their_payers(run, plan):
    rows = list(csv.DictReader(io.StringIO(run("cost", plan, "--format", "csv").stdout)))

    by_item = {row["item"]: row for row in rows}
    assert by_item["transformer.S20-630"]["payers"] == "utility 100 %"
    assert by_item["transformer.S20-630"]["cost_yuan_typical"] == "85000.0"
    assert by_item["laying.tray"]["payers"].startswith("owners 33.3333 %; operator 33.3333 %")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("fmt", ["table", "md"])
def test_people_read_bill_payers_sums_and_marks(run, plan, fmt, lang):
    words = {
        "zh": ["工程量清单", "变压器 S20-630", "供电企业", "计费电能表", "均摊", "假定", "合计"],
        "en": ["Bill of quantities", "Transformer S20-630", "utility", "billing meter", "equally"],
    }

    text = run("cost", plan, "--format", fmt, "--lang", lang).stdout

    assert [word for word in words[lang] if word not in text] == []


def test_a_plan_can_be_piped(run, plan):
    assert run("cost", "-", text=PLAN).stdout == run("cost", plan).stdout


def test_the_same_plan_gives_the_same_bytes(run, plan):
    args = ("cost", plan, "--format", "json")

    assert run(*args).stdout == run(*args).stdout


def test_a_book_named_in_the_plan_is_looked_up_beside_it(run, tmp_path):
    book = (
        "gridcalc_prices: 1\nid: ours\ntitle: Ours\nyear: 2026\nextends: national-2025\n"
        "items:\n  transformer.S20-630: {typical: 90000}\n"
    )
    (tmp_path / "ours.yaml").write_text(book, encoding="utf-8")
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.replace("quantities:", "prices: ours.yaml\nquantities:"), "utf-8")

    tree = json.loads(run("cost", str(path), "--format", "json").stdout)
    other = json.loads(
        run("cost", str(path), "--prices", "national-2025", "--format", "json").stdout
    )

    assert tree["prices"]["id"] == "ours"
    assert (other["prices"]["id"], other["cost_yuan"] == tree["cost_yuan"]) == (
        *("national-2025", False),
    )


def test_a_broken_book_names_every_missing_negative_and_inverted_price(run, plan, tmp_path):
    from gridcalc.tables import data_text

    text = data_text("prices/national-2025.yaml").replace("id: national-2025", "id: ours")
    text = text.replace("meter: {low: 150,", "meter: {low: -150,")
    text = text.replace("drilling: {low: 400,", "drilling: {low: 4000,")
    text = text.replace("  transformer.S20-630: {", "  transformer.S20-631: {")
    path = tmp_path / "ours.yaml"
    path.write_text(text, encoding="utf-8")

    result = run("cost", plan, "--prices", str(path))

    assert (result.exit_code, result.stdout) == (1, "")
    for key in ("items.meter.low", "items.drilling.low", "items.transformer.S20-630"):
        lines = [line for line in result.stderr.splitlines() if key in line]
        assert lines, key
        assert all("line " in line for line in lines)


def test_faults_of_plan_book_and_policy_are_in_one_error(run, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        PLAN.replace("unit: m,", "unit: km,").replace("fujian-2024", "nowhere"), "utf-8"
    )

    result = run("cost", str(path), "--prices", str(tmp_path / "none.yaml"))

    assert result.exit_code == 1
    assert "nowhere is not usable" in result.stderr
    assert "none.yaml is not usable" in result.stderr


def test_a_unit_that_is_not_that_of_the_price_is_named_in_the_plan(run, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.replace("unit: m,", "unit: km,"), encoding="utf-8")

    result = run("cost", str(path))

    assert result.exit_code == 1
    assert "quantities[1].unit" in result.stderr
    assert "quantities[2].unit" in result.stderr


def test_the_survey_has_the_keys_of_the_contract(run):
    tree = json.loads(run("cost", "--survey", str(SURVEY), "--format", "json").stdout)

    assert len(tree["rows"]) == 7
    assert [list(row) for row in (*tree["rows"], tree["total"])] == [SURVEY_KEYS] * 8
    assert tree["total"]["total_wan_yuan"] == 66715.19


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_survey_may_be_in_any_encoding_of_a_chinese_spreadsheet(run, tmp_path, encoding):
    english = "area,n_compounds,n_households,n_households_civil,n_rmus"
    text = SURVEY.read_text("utf-8").replace(english, "县市,小区数量,户数,土建户数,环网柜")
    path = tmp_path / "survey.csv"
    path.write_bytes(text.encode(encoding))

    args = ("--format", "json")

    expected = run("cost", "--survey", str(SURVEY), *args).stdout
    assert run("cost", "--survey", str(path), *args).stdout == expected


def test_the_expected_output_of_the_example_is_current(run):
    expected = (SURVEY.parent / "expected.csv").read_text(encoding="utf-8")

    assert run("cost", "--survey", str(SURVEY), "--format", "csv").stdout == expected


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_survey_table_names_its_convention_and_prices(run, lang):
    text = run("cost", "--survey", str(SURVEY), "--lang", lang).stdout

    assert "66715.19" in text
    assert "2,922" in text
    assert ("四舍五入" if lang == "zh" else "half up") in text


def test_broken_rows_of_a_survey_are_all_named(run, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(SURVEY.read_text("utf-8").replace("5245", "-1").replace("258", "x"), "utf-8")

    result = run("cost", "--survey", str(path))

    assert (result.exit_code, result.stdout) == (1, "")
    assert "line 3, n_households" in result.stderr
    assert "line 5, n_households" in result.stderr


def test_a_book_without_survey_prices_is_refused(run):
    result = run("cost", "--survey", str(SURVEY), "--prices", "national-2025")

    assert result.exit_code == 1
    assert result.stderr.count("items.survey.") == 8
