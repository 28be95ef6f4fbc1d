"""``gridcalc check`` from file to verdict, by the factor method; test_check_days has the other.

Expected loads of the hamlet: 40 chargers of 7 kW on a 160 kVA transformer cannot stay below 85 %;
today there are none, so that only the missing e-bike sockets (8 for 40, the rule asks for half)
are broken today.
"""

import csv
import io
import json

import pytest

from gridcalc.demand.scenario import STANDARD_SCENARIOS

STUDY_KEYS = ["compound_id", "policy", "seed", "verdict", "binding", "runs", "assumptions"]
RUN_KEYS = [
    "scenario",
    "charging",
    "method",
    "season",
    "passed",
    "transformers",
    "branches",
    "nodes",
    "mv",
    "findings",
]
TRANSFORMER_KEYS = [
    "id",
    "sn_kva",
    "s_peak_kva",
    "loading_percent",
    "loading_phase_percent",
    "above_80_percent_h",
    "level",
]
BRANCH_KEYS = ["id", "from", "to", "i_max_a", "i_phase_a", "ampacity_a", "loading_percent", "level"]
NODE_KEYS = ["id", "vm_min_pu", "vm_phase_pu", "unbalance_percent", "level"]
FINDING_KEYS = [
    "check",
    "element",
    "value",
    "limit",
    "unit",
    "status",
    "pre_existing",
    "source",
    "clause",
    "confidence",
]


@pytest.fixture(scope="module")
def checked(run, hamlet_text):
    """The JSON text of all standard scenarios by the factor method."""
    result = run("check", "-", "--method", "factor", "--format", "json", text=hamlet_text)
    assert result.exit_code == 0
    assert result.stderr == ""
    return result.stdout


def test_the_json_has_the_keys_of_the_contract(checked):
    tree = json.loads(checked)
    study = tree["studies"][0]
    run = study["runs"][-1]

    assert list(tree) == ["gridcalc", "command", "studies"]
    assert set(STUDY_KEYS) <= set(study)
    assert set(RUN_KEYS) <= set(run)
    assert set(TRANSFORMER_KEYS) <= set(run["transformers"][0])
    assert set(BRANCH_KEYS) <= set(run["branches"][0])
    assert set(NODE_KEYS) <= set(run["nodes"][0])
    assert {"s_peak_kva", "p_loss_kw"} <= set(run["mv"])
    assert set(FINDING_KEYS) <= set(run["findings"][0])
    assert {"name", "value", "source", "confidence"} <= set(study["assumptions"][0])
    assert {"check", "element", "scenario", "value", "limit", "unit"} <= set(study["binding"])


def test_the_standard_scenarios_are_computed_in_order(checked):
    runs = json.loads(checked)["studies"][0]["runs"]

    assert [run["scenario"] for run in runs] == list(STANDARD_SCENARIOS)
    assert {(r["charging"], r["method"], r["season"]) for r in runs} == {
        ("uncontrolled", "factor", "design")
    }


def test_forty_chargers_need_works_and_the_transformer_decides(checked):
    study = json.loads(checked)["studies"][0]

    assert study["verdict"] == "upgrade"
    assert (study["binding"]["check"], study["binding"]["element"]) == ("transformer.loading", "T1")
    assert study["binding"]["value"] > study["binding"]["limit"]
    assert 0 < study["sensitivity"]["n_max"] < 40


def test_missing_sockets_are_marked_as_there_before(checked):
    runs = json.loads(checked)["studies"][0]["runs"]
    found = {
        run["scenario"]: f
        for run in runs
        for f in run["findings"]
        if f["check"] == "charging.ebike_share"
    }

    assert found["today"]["value"] == 20.0  # 8 sockets for 40 e-bikes
    assert found["ev-100"]["status"] == "fail"
    assert found["ev-100"]["pre_existing"] is True
    assert found["ebike-50"]["status"] == "pass"


def test_the_rows_of_a_run_are_sorted_by_id(checked):
    run = json.loads(checked)["studies"][0]["runs"][0]

    for rows in ("transformers", "branches", "nodes"):
        ids = [row["id"] for row in run[rows]]
        assert ids == sorted(ids)


def test_the_same_file_gives_the_same_bytes(run, hamlet, checked):
    again = run("check", hamlet, "--method", "factor", "--format", "json").stdout

    assert again == checked
    assert checked.endswith("}\n")
    assert "小河村" in checked


def test_csv_has_one_row_per_finding(run, hamlet, checked):
    n_findings = sum(len(r["findings"]) for r in json.loads(checked)["studies"][0]["runs"])

    rows = list(
        csv.DictReader(
            io.StringIO(run("check", hamlet, "--method", "factor", "--format", "csv").stdout)
        )
    )

    assert len(rows) == n_findings
    assert {row["compound_id"] for row in rows} == {"hamlet"}


def test_the_table_says_first_what_an_engineer_asks_first(run, hamlet):
    lines = run("check", hamlet, "--method", "factor").stdout.splitlines()

    assert lines[0].startswith("hamlet  小河村")
    assert lines[2].split(maxsplit=1) == [
        "Verdict",
        "needs works; which ones is not searched by this command",
    ]
    said = " ".join(" ".join(lines[:12]).split())
    assert "public ones in step; then transformer.loading" in said
    assert max(len(line) for line in lines) <= 100


def test_a_table_in_chinese_leaves_no_check_in_english(run, hamlet):
    text = run("check", hamlet, "--lang", "zh", "--days", "20", "--all").stdout

    assert "需要改造" in text
    assert "现状已存在" in text
    assert "待核实" in text
    english_words = ("transformer.loading", "cable.", "voltage.", "charging.", "to be verified")
    for english in (*english_words, "sockets", "mode.", "kind.", "stochastic.", "topic."):
        assert english not in text


def test_markdown_tells_the_same_story(run, hamlet):
    args = ("--method", "factor", "--scenario", "ev-100", "--format", "md")

    text = run("check", hamlet, *args).stdout

    assert text.startswith("# hamlet  小河村\n")
    assert "| **T1** | 160 kVA | 85 % | ev-100 |" in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_unverified_is_said_to_be_per_a_clause(run, hamlet, lang):
    per, open_mark = {"en": ("per ", "to be verified"), "zh": ("依据 ", "待核实")}[lang]

    args = ("--days", "20", "--format", "md", "--all", "--lang", lang)

    text = run("check", hamlet, *args).stdout

    cells = [cell.strip() for line in text.splitlines() for cell in line.split("|")]
    assert any(cell.startswith(per) for cell in cells)
    assert [c for c in cells if c.startswith(per) and open_mark in c] == []


def test_strict_exits_with_3_when_a_limit_is_broken(run, hamlet):
    args = ("--method", "factor", "--scenario", "today", "--strict", "--format", "json")

    result = run("check", hamlet, *args)

    assert result.exit_code == 3
    assert json.loads(result.stdout)["studies"][0]["runs"][0]["passed"] is False


def test_strict_exits_with_0_when_all_limits_are_kept(run, hamlet_text):
    text = hamlet_text.replace("sockets: 8", "sockets: 20")

    args = ("--method", "factor", "--scenario", "today", "--strict")

    result = run("check", "-", *args, text=text)

    assert result.exit_code == 0
    assert "Nearest limit" in result.stdout
    assert "Limits broken" not in result.stdout


def test_several_files_are_told_after_an_overview_sorted_by_id(run, hamlet, hamlet_text, tmp_path):
    other = tmp_path / "a.yaml"
    other.write_text(hamlet_text.replace("id: hamlet", "id: abbey"), encoding="utf-8")

    args = ("--method", "factor", "--scenario", "today", "--format", "json")
    one, two = run("check", hamlet, str(other), *args), run("check", str(other), hamlet, *args)

    assert [s["compound_id"] for s in json.loads(one.stdout)["studies"]] == ["abbey", "hamlet"]
    assert one.stdout == two.stdout


def test_all_problems_of_all_files_are_listed_at_once(run, hamlet, hamlet_text, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(hamlet_text.replace("count: 16", "count: 0"), encoding="utf-8")
    worse = tmp_path / "worse.yaml"
    worse.write_text(hamlet_text.replace("S20-160", "S20-161"), encoding="utf-8")

    result = run("check", hamlet, str(bad), str(worse), "nowhere.yaml", "--scenario", "ev-101")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "households[0].count: 0 is not at least 1" in result.stderr
    assert "S20-161" in result.stderr
    assert "nowhere.yaml" in result.stderr
    assert "ev-101" in result.stderr


def test_another_policy_can_judge(run, hamlet):
    args = ("--method", "factor", "--scenario", "today", "--policy", "wujiang-2021")
    args = (*args, "--format", "json")

    study = json.loads(run("check", hamlet, *args).stdout)["studies"][0]

    limits = {f["limit"] for f in study["runs"][0]["findings"] if f["check"] == "supply.mode"}
    assert study["policy"] == "wujiang-2021"
    assert 200 in limits  # kW, largest customer at low voltage in Wujiang; Ningxia has 160


def test_a_policy_file_is_found_beside_the_compound_file(run, hamlet_text, tmp_path):
    (tmp_path / "ours.yaml").write_text(
        "gridcalc_policy: 1\nid: ours\ntitle: 我们的规则\nissuer: 我们\n"
        'date: "2025"\nstatus: reference\nvalid_from:\nregion: 宁夏\nextends: ningxia-2025\n'
        "rules:\n  transformer.max_loading_percent: {value: 70, document: user,\n"
        '    section: "", item: "", confidence: assumed}\n',
        encoding="utf-8",
    )
    path = tmp_path / "compound.yaml"
    path.write_text(hamlet_text.replace("ningxia-2025", "ours.yaml"), encoding="utf-8")

    args = ("--method", "factor", "--scenario", "today", "--format", "json")

    result = run("check", str(path), *args)

    assert result.exit_code == 0, result.stderr
    study = json.loads(result.stdout)["studies"][0]
    assert study["policy"] == "ours"
    loading = [
        f
        for f in study["runs"][0]["findings"]
        if (f["check"], f["limit"]) == ("transformer.loading", 70)
    ]
    assert loading


def test_the_users_own_equipment_is_used(run, hamlet_text, tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    lines = run("catalogue", "list", "transformers", "--format", "csv").stdout.splitlines()
    row = next(line for line in lines if line.startswith("S20-160,"))
    own = row.replace("S20-160,", "OURS-160,").rsplit(",", 2)[0]
    (folder / "transformers.csv").write_text(f"{lines[0]}\n{own},user,assumed\n", encoding="utf-8")
    text = hamlet_text.replace("S20-160", "OURS-160")

    args = ("--method", "factor", "--scenario", "today", "--catalogue", str(folder))
    result = run("check", "-", *args, text=text)

    assert result.exit_code == 0, result.stderr
    assert "OURS-160" in result.stdout
