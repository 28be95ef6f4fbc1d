"""``gridcalc upgrade`` around a search that is made by hand: options, files, exit codes.

The plans are those of ``tests.unit.plan_cases``: control is cheapest, a transformer and a cable do
it without control.
"""

import inspect
import io
import json
import sys
from dataclasses import replace
from types import ModuleType

import pytest
from rich.text import Text

from gridcalc.cli.screen import WIDTH
from gridcalc.errors import ConvergenceError, InputError, Problem
from gridcalc.planning.records import STRATEGIES, PlanSettings
from gridcalc.question import METHODS
from gridcalc.simulation.settings import CHARGING_MODES
from tests.unit.plan_cases import answer, no_plan, upgrade

MODULE = "gridcalc.planning.plan"


class Search:
    """Stands in for the search; ``answers`` makes the outcome from compound, pack and book."""

    def __init__(self):
        self.asked = {}
        self.compound = None
        self.outcome = upgrade

    def __call__(self, compound, **asked):
        self.compound, self.asked = compound, asked
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome(compound, asked["policy"], asked["prices"], asked["settings"])


@pytest.fixture
def search(monkeypatch):
    found = Search()
    module = ModuleType(MODULE)
    module.plan_upgrade = found
    monkeypatch.setitem(sys.modules, MODULE, module)
    return found


def _fits(compound, pack, book, settings):
    at = (compound, pack, book)
    plans = tuple(answer(*at, strategy) for strategy in STRATEGIES)
    return upgrade(*at, settings, answers=plans, stages=())


def _no_solution(compound, pack, book, settings):
    at = (compound, pack, book)
    plans = tuple(no_plan(*at, strategy) for strategy in STRATEGIES)
    return upgrade(*at, settings, answers=plans, stages=())


def _only_control(compound, pack, book, settings):
    found = upgrade(compound, pack, book, settings)
    return replace(found, answers=(no_plan(compound, pack, book, "no_control"), *found.answers[1:]))


# ---- what is asked of the search


def test_the_defaults_leave_everything_to_policy_and_limits(run, search, hamlet):
    result = run("upgrade", hamlet, "--format", "json")

    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    asked = search.asked
    assert search.compound.id == "hamlet"
    assert (asked["policy"].id, asked["prices"].id) == ("ningxia-2025", "national-2025")
    assert asked["settings"] == PlanSettings()
    question = asked["question"]
    assert (question.methods, question.charging) == (METHODS, CHARGING_MODES)
    assert (question.seed, question.n_days, question.seasons) == (1, None, ())
    assert question.scenarios == ("today", "ebike-50", "ev-100", "ev-100+ebike-50")


def test_options_reach_the_search(run, search, hamlet):
    args = (
        *("--scenario", "ev-50", "--scenario", "ev-100", "--season", "winter", "--days", "33"),
        *("--seed", "5", "--percentile", "90", "--participation", "60", "--threads", "1"),
        *("--trigger-loading", "80", "--target-loading", "70", "--max-parallel", "3"),
        *("--max-judged", "44", "--policy", "national"),
    )

    result = run("upgrade", hamlet, *args)

    assert result.exit_code == 0, result.stderr
    question, settings = search.asked["question"], search.asked["settings"]
    assert question.scenarios == ("ev-50", "ev-100")
    assert (question.seasons, question.n_days, question.seed) == (("winter",), 33, 5)
    assert (question.percentile, question.participation_percent) == (90.0, 60.0)
    assert settings == PlanSettings(
        trigger_loading_percent=80.0, target_loading_percent=70.0, max_parallel=3, max_judged=44
    )
    assert search.asked["policy"].id == "national"


def test_standard_input_is_read(run, search, hamlet_text):
    result = run("upgrade", "-", "--format", "json", text=hamlet_text)

    assert json.loads(result.stdout)["compound_id"] == "hamlet"


def test_a_person_who_waits_sees_the_step_word_for_word():
    from rich.console import Console

    from gridcalc.cli.waiting import shown_by

    status = Console(file=io.StringIO()).status("upgrade")

    shown_by(status)("orderly [3] plans")

    assert Text.from_markup(status.status).plain == "orderly [3] plans"
    assert shown_by(None) is None


def test_the_real_search_takes_what_the_command_gives():
    from gridcalc.planning.plan import plan_upgrade

    names = {"catalogue", "policy", "prices", "question", "settings", "watcher"}

    assert names <= set(inspect.signature(plan_upgrade).parameters)


# ---- forms of the result


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_fits_a_terminal_and_says_the_answer_first(run, search, hamlet, lang):
    lines = run("upgrade", hamlet, "--lang", lang).stdout.splitlines()

    from rich.cells import cell_len

    assert lines[0].startswith("hamlet  小河村")
    said = {"en": "fits with orderly charging: 30 chargers", "zh": "采用有序充电即可满足"}
    assert said[lang] in " ".join(lines[2:6])
    assert max(cell_len(line) for line in lines) <= WIDTH


def test_json_csv_and_markdown_are_written(run, search, hamlet):
    tree = json.loads(run("upgrade", hamlet, "--format", "json").stdout)
    csv_lines = run("upgrade", hamlet, "--format", "csv").stdout.splitlines()

    assert (tree["command"], tree["policy"]) == ("upgrade", "ningxia-2025")
    # three strategies with 2, 1 and 1 measures, and the header
    assert len(csv_lines) == 5
    assert run("upgrade", hamlet, "--format", "md").stdout.startswith("# hamlet  小河村\n")


def test_all_lists_the_bill(run, search, hamlet):
    assert "Bill of quantities" in run("upgrade", hamlet, "--all").stdout
    assert "Bill of quantities" not in run("upgrade", hamlet).stdout


# ---- prices


def test_the_users_own_prices_are_used(run, search, hamlet, tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(
        "gridcalc_prices: 1\nid: ours\ntitle: Ours\nyear: 2026\nextends: national-2025\n"
        "items:\n  orderly.charger: {typical: 300}\n",
        encoding="utf-8",
    )

    tree = json.loads(run("upgrade", hamlet, "--prices", str(path), "--format", "json").stdout)

    assert tree["prices"]["id"] == "ours"


def test_a_survey_book_is_refused_with_the_book_to_use(run, search, hamlet):
    result = run("upgrade", hamlet, "--prices", "changji-survey-2026")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "changji-survey-2026 is not usable" in result.stderr
    assert "national-2025" in result.stderr
    assert search.compound is None


def test_faults_of_file_prices_and_scenario_are_in_one_error(run, search, hamlet_text, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(hamlet_text.replace("S20-160", "S20-161"), encoding="utf-8")

    result = run("upgrade", str(path), "--prices", "nowhere.yaml", "--scenario", "ev-101")

    assert (result.exit_code, result.stdout) == (1, "")
    for said in ("S20-161", "nowhere.yaml", "ev-101"):
        assert said in result.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError([Problem("ours.yaml", 3, "items.x", "has no price")]), "items.x: has no price"),
        (ConvergenceError("no solution at low load"), "hamlet.yaml: no solution at low load"),
    ],
)
def test_errors_of_the_search_are_told_and_nothing_is_written(
    run, search, hamlet, tmp_path, error, said
):
    search.outcome = error
    target = tmp_path / "plan.yaml"

    result = run("upgrade", hamlet, "-o", str(target))

    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert not target.exists()


# ---- the plan and the compound as files


def test_the_plan_is_read_by_cost_at_the_same_amount(run, search, hamlet, tmp_path):
    target = tmp_path / "plan.yaml"

    result = run(
        "upgrade", hamlet, "--strategy", "no_control", "-o", str(target), "--format", "json"
    )
    priced = json.loads(run("cost", str(target), "--format", "json").stdout)

    assert result.exit_code == 0, result.stderr
    assert f"wrote {target}" in result.stderr
    mine = json.loads(result.stdout)["answers"][0]
    assert priced["cost_yuan"] == mine["cost_yuan"]
    assert priced["payers"] == mine["payers"]
    assert (priced["compound"], priced["policy"]) == ("hamlet", "ningxia-2025")
    assert "strategy no_control, compound hamlet" in target.read_text("utf-8")


def test_the_least_cost_plan_is_written_by_default(run, search, hamlet, tmp_path):
    target = tmp_path / "plan.yaml"

    run("upgrade", hamlet, "-o", str(target))

    text = target.read_text("utf-8")
    assert "orderly.charger" in text
    assert "transformer.S20-800" not in text


def test_the_compound_with_the_works_is_read_by_check(run, search, hamlet, tmp_path):
    def with_control(compound, *rest):
        found = upgrade(compound, *rest)
        after = compound.model_copy(update={"orderly_charging": True})
        answers = tuple(replace(row, compound_after=after) for row in found.answers)
        return replace(found, answers=answers)

    search.outcome = with_control
    target = tmp_path / "after.yaml"

    result = run("upgrade", hamlet, "--apply", str(target))

    assert result.exit_code == 0, result.stderr
    assert "orderly_charging: true" in target.read_text("utf-8")
    assert run("validate", str(target)).exit_code == 0


def test_both_files_are_written_from_one_search(run, search, hamlet, tmp_path):
    plan, after = tmp_path / "plan.yaml", tmp_path / "after.yaml"

    result = run("upgrade", hamlet, "-o", str(plan), "--apply", str(after))

    assert result.exit_code == 0
    assert plan.exists()
    assert after.exists()
    assert result.stdout == run("upgrade", hamlet).stdout


OURS = """\
gridcalc_policy: 1
id: ours
title: 我们的规则
issuer: 我们
date: "2025"
status: reference
valid_from:
region: 宁夏
extends: ningxia-2025
rules:
  transformer.max_loading_percent: {value: 70, document: user, section: "", item: "",
    confidence: assumed}
"""


def test_files_of_the_user_are_found_from_where_plan_and_compound_are_written(
    run, search, hamlet_text, tmp_path
):
    home, away = tmp_path / "home", tmp_path / "away"
    home.mkdir()
    away.mkdir()
    (home / "ours.yaml").write_text(OURS, encoding="utf-8")
    (home / "prices.yaml").write_text(
        "gridcalc_prices: 1\nid: mine\ntitle: Mine\nyear: 2026\nextends: national-2025\n"
        "items:\n  orderly.charger: {typical: 300}\n",
        encoding="utf-8",
    )
    file = home / "hamlet.yaml"
    file.write_text(hamlet_text.replace("ningxia-2025", "ours.yaml"), encoding="utf-8")
    plan, after = away / "plan.yaml", away / "after.yaml"

    args = ("--prices", str(home / "prices.yaml"), "-o", str(plan), "--apply", str(after))
    result = run("upgrade", str(file), *args)

    assert result.exit_code == 0, result.stderr
    priced = json.loads(run("cost", str(plan), "--format", "json").stdout)
    assert (priced["policy"], priced["prices"]["id"]) == ("ours", "mine")
    assert 'policy: "../home/ours.yaml"' in after.read_text("utf-8")
    assert run("validate", str(after)).exit_code == 0


def test_a_pack_chosen_by_option_judges_the_plan_and_stays_out_of_the_compound(
    run, search, hamlet, tmp_path
):
    (tmp_path / "ours.yaml").write_text(OURS, encoding="utf-8")
    plan, after = tmp_path / "plan.yaml", tmp_path / "after.yaml"

    args = ("--policy", str(tmp_path / "ours.yaml"), "-o", str(plan), "--apply", str(after))
    run("upgrade", hamlet, *args)

    assert "policy: ours.yaml" in plan.read_text("utf-8")
    assert "policy: ningxia-2025" in after.read_text("utf-8")


# ---- files that may not be written


def test_files_that_exist_are_named_together_before_the_search(run, search, hamlet, tmp_path):
    plan, after = tmp_path / "plan.yaml", tmp_path / "after.yaml"
    plan.write_text("mine", encoding="utf-8")
    after.write_text("mine", encoding="utf-8")
    args = ("upgrade", hamlet, "-o", str(plan), "--apply", str(after))

    result = run(*args)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("give --force") == 2
    assert search.compound is None
    assert plan.read_text("utf-8") == "mine"
    assert run(*args, "--force").exit_code == 0
    assert "gridcalc_plan: 1" in plan.read_text("utf-8")


def test_a_folder_that_does_not_exist_is_refused_before_the_search(run, search, hamlet, tmp_path):
    after = tmp_path / "after.yaml"

    result = run("upgrade", hamlet, "-o", str(tmp_path / "no" / "p.yaml"), "--apply", str(after))

    assert result.exit_code == 1
    assert "there is no folder" in result.stderr
    assert search.compound is None
    assert not after.exists()


def test_a_folder_is_no_file(run, search, hamlet, tmp_path):
    result = run("upgrade", hamlet, "-o", str(tmp_path), "--force")

    assert result.exit_code == 1
    assert "is a directory" in result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("-o", "a.yaml", "--apply", "./a.yaml"), "-o and --apply both name a.yaml"),
        (("-o", "{file}", "--force"), "this file is read"),
        (("--apply", "{file}", "--force"), "this file is read"),
        (("--prices", "p.yaml", "-o", "p.yaml", "--force"), "this file is read"),
        (("--policy", "p.yaml", "--apply", "p.yaml", "--force"), "this file is read"),
        (("-o", "-"), "standard output holds the result"),
        (("--apply", "-"), "standard output holds the result"),
        (("-o", "plan.xlsx"), "written as YAML only"),
        (("--trigger-loading", "70", "--target-loading", "80"), "above --trigger-loading 70"),
        (("--target-loading", "0"), "range"),
        (("--trigger-loading", "nan"), "not a number"),
        (("--max-parallel", "0"), "range"),
        (("--strategy", "cheapest"), "least_cost"),
        (("--method", "factor"), "--method"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_exits_with_2_before_the_search(run, search, hamlet, args, said):
    result = run("upgrade", hamlet, *(arg.format(file=hamlet) for arg in args))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in " ".join(result.stderr.split())
    assert search.compound is None


def test_a_target_as_high_as_the_trigger_is_allowed(run, search, hamlet):
    args = ("--trigger-loading", "80", "--target-loading", "80")

    assert run("upgrade", hamlet, *args).exit_code == 0


# ---- no plan, no works


def test_without_a_plan_the_result_is_shown_and_strict_exits_with_3(run, search, hamlet):
    search.outcome = _no_solution

    usual = run("upgrade", hamlet)
    strict = run("upgrade", hamlet, "--strict")

    assert (usual.exit_code, strict.exit_code) == (0, 3)
    assert usual.stdout == strict.stdout
    assert "no plan was found that keeps every limit" in " ".join(usual.stdout.split())
    assert usual.stderr == strict.stderr == ""


def test_without_a_plan_no_file_is_written_and_the_exit_code_is_1(run, search, hamlet, tmp_path):
    search.outcome = _no_solution
    plan, after = tmp_path / "plan.yaml", tmp_path / "after.yaml"

    result = run("upgrade", hamlet, "-o", str(plan), "--apply", str(after), "--format", "json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["answers"][0]["verdict_after"] == "no_solution"
    assert result.stderr == (
        f"Error: {plan} and {after} not written: strategy least_cost has no plan\n"
    )
    assert list(tmp_path.glob("*.yaml")) == [tmp_path / "hamlet.yaml"]


def test_strict_says_3_even_where_a_file_cannot_be_written(run, search, hamlet, tmp_path):
    search.outcome = _no_solution

    result = run("upgrade", hamlet, "--strict", "-o", str(tmp_path / "plan.yaml"))

    assert result.exit_code == 3
    assert "has no plan" in result.stderr


def test_strict_and_the_files_look_at_the_strategy_asked_for(run, search, hamlet, tmp_path):
    search.outcome = _only_control
    args = ("upgrade", hamlet, "--strategy", "no_control")

    assert run("upgrade", hamlet, "--strict").exit_code == 0
    assert run(*args, "--strict").exit_code == 3
    result = run(*args, "-o", str(tmp_path / "plan.yaml"))
    assert result.exit_code == 1
    assert "no_control has no plan; --strategy orderly has one" in result.stderr


def test_without_works_there_is_no_plan_file_and_the_compound_stays_as_it_is(
    run, search, hamlet, tmp_path
):
    search.outcome = _fits
    plan, after = tmp_path / "plan.yaml", tmp_path / "after.yaml"

    result = run("upgrade", hamlet, "-o", str(plan), "--apply", str(after), "--strict")

    assert result.exit_code == 0
    assert f"{plan} not written: no works are needed" in result.stderr
    assert not plan.exists()
    assert run("check", str(after), "--method", "factor").stdout == (
        run("check", hamlet, "--method", "factor").stdout
    )


def test_an_older_plan_is_not_taken_for_the_new_one(run, search, hamlet, tmp_path):
    search.outcome = _fits
    plan = tmp_path / "plan.yaml"
    plan.write_text("old", encoding="utf-8")

    result = run("upgrade", hamlet, "-o", str(plan), "--force")

    assert "the file of this name is an older one" in result.stderr
    assert plan.read_text("utf-8") == "old"


def test_the_defaults_shown_in_the_help_are_those_of_the_search(run):
    text = " ".join(run("upgrade", "--help").stdout.split())
    usual = PlanSettings()

    assert f"[default: {usual.max_parallel}; 1<=x<=" in text
    assert f"[default: {usual.max_judged}; 1<=x<=" in text
