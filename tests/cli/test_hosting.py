"""``gridcalc hosting`` from file to number.

Expected of the hamlet: 40 chargers of 7 kW are too many for 160 kVA, so no mode but orderly
charging comes near all bays; its 160 kVA unit has a design limit of 85 %.
"""

import csv
import io
import json

import pytest

HEAD_KEYS = {"compound_id", "n_private_bays", "results", "curve"}
RESULT_KEYS = {
    "mode",
    "season",
    "charging",
    "n_max",
    "share_percent",
    "risk",
    "risk_low",
    "risk_high",
    "binding",
    "next_binding",
    "energy_delivered_percent",
    "sessions_served_percent",
}


@pytest.fixture(scope="module")
def hosted(run, hamlet_text):
    """The JSON text of all modes with 20 draws."""
    result = run("hosting", "-", "--draws", "20", "--format", "json", text=hamlet_text)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


def test_the_json_has_the_keys_of_the_contract(hosted):
    tree = json.loads(hosted)

    assert set(tree) >= HEAD_KEYS
    assert all(set(row) >= RESULT_KEYS for row in tree["results"])
    assert all({"share_percent", "violation_probability"} <= set(point) for point in tree["curve"])
    assert tree["compound_id"] == "hamlet"
    assert tree["n_private_bays"] == 40


def test_the_factor_method_comes_first_and_then_every_charging_mode(hosted):
    rows = json.loads(hosted)["results"]

    assert [(row["mode"], row["charging"]) for row in rows] == [
        ("factor", "uncontrolled"),
        ("probabilistic", "uncontrolled"),
        ("probabilistic", "tou"),
        ("managed", "managed"),
    ]
    assert rows[0]["season"] == "design"
    assert {row["season"] for row in rows[1:]} <= {"summer", "winter"}


def test_forty_chargers_do_not_fit_and_the_limit_is_named(hosted):
    rows = json.loads(hosted)["results"]

    assert 0 < rows[0]["n_max"] < 40
    assert 0 < rows[1]["n_max"] < 40
    for row in rows[:2]:
        assert set(row["binding"]) >= {"check", "element"}
    # at most 5 % of 20 draws is one draw
    assert {row["risk"] for row in rows[1:]} <= {0.0, 0.05}
    assert all(row["risk_low"] <= row["risk"] <= row["risk_high"] for row in rows[1:])


def test_only_orderly_charging_has_a_service(hosted):
    rows = json.loads(hosted)["results"]

    assert [row["energy_delivered_percent"] is None for row in rows] == [True, True, True, False]


def test_the_probability_never_falls_with_more_chargers(hosted):
    tree = json.loads(hosted)

    for row in tree["results"][1:]:
        curve = [point["violation_probability"] for point in row["curve"]]
        assert curve == sorted(curve)
    assert tree["curve"] == tree["results"][1]["curve"]


def test_the_same_question_gives_the_same_bytes_whatever_the_threads(run, hamlet, hosted):
    again = run("hosting", hamlet, "--draws", "20", "--threads", "2", "--format", "json")

    assert again.stdout == hosted


def test_one_mode_can_be_asked_for(run, hamlet):
    args = ("--draws", "5", "--charging", "managed", "--participation", "50", "--format", "json")

    tree = json.loads(run("hosting", hamlet, *args).stdout)

    assert [row["mode"] for row in tree["results"]] == ["factor", "managed"]
    assert (tree["n_draws"], tree["participation_percent"]) == (5, 50.0)


def test_csv_has_one_row_per_mode(run, hamlet):
    args = ("--draws", "5", "--charging", "uncontrolled", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(run("hosting", hamlet, *args).stdout)))

    assert [row["mode"] for row in rows] == ["factor", "probabilistic"]
    assert rows[0]["risk"] == ""


def test_the_table_says_how_many_fit_what_binds_and_how_it_was_found(run, hamlet):
    lines = run("hosting", hamlet, "--draws", "10").stdout.splitlines()
    text = " ".join(" ".join(lines).split())

    assert lines[0].startswith("hamlet  小河村")
    assert "10 draws of a" in text
    assert "What binds" in text
    assert "transformer.loading at T1" in text
    assert "Probability that some limit is broken" in text
    assert max(len(line) for line in lines) <= 100


def test_markdown_and_chinese_tell_the_same_story(run, hamlet):
    args = ("--draws", "5", "--charging", "uncontrolled", "--lang", "zh", "--format", "md")

    text = run("hosting", hamlet, *args).stdout

    assert text.startswith("# hamlet  小河村\n")
    assert "| **系数法** |" in text
    for english in ("transformer.loading", "uncontrolled", "factor", "draw"):
        assert english not in text


def test_a_compound_without_private_bays_is_refused(run, hamlet_text):
    lines = hamlet_text.splitlines(keepends=True)
    text = "".join(line for line in lines if "private_bays" not in line and "reserved" not in line)

    result = run("hosting", "-", "--draws", "5", text=text)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "private_bays" in result.stderr


def test_a_wrong_scenario_is_wrong_usage(run, hamlet):
    result = run("hosting", hamlet, "--scenario", "ev-101")

    assert result.exit_code == 2
    assert "ev-101" in result.stderr
