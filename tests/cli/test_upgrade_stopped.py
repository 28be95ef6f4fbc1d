"""``gridcalc upgrade`` and Ctrl-C, around a search that is made by hand."""

import json
import os
import signal
import sys
from dataclasses import replace
from types import ModuleType

import pytest

from gridcalc.cli.main import cli
from gridcalc.planning.records import Stopped
from tests.unit.plan_cases import upgrade

MODULE = "gridcalc.planning.plan"
OPEN = Stopped(
    unfinished=("no_control",),
    not_searched=("orderly",),
    price_ends_open=("low", "high"),
    stages_open=True,
)


def press():
    os.kill(os.getpid(), signal.SIGINT)


class Search:
    """Stands in for the search: Ctrl-C some times while a plan is at hand, or before."""

    def __init__(self):
        self.n_pressed, self.has_plan, self.answers = 1, True, []

    def __call__(self, compound, *, policy, prices, settings, watcher, **_):
        if self.has_plan:
            self.answers.append(watcher.stopped())
        for _ in range(self.n_pressed):
            press()
        self.answers.append(watcher.stopped())
        found = upgrade(compound, policy, prices, settings)
        kept = (found.answers[0], replace(found.answers[0], strategy="least_cost"))
        return replace(found, answers=kept, stages=(), stopped=OPEN)


@pytest.fixture
def search(monkeypatch):
    found = Search()
    module = ModuleType(MODULE)
    module.plan_upgrade = found
    monkeypatch.setitem(sys.modules, MODULE, module)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield found
    signal.signal(signal.SIGINT, before)


def test_the_plan_at_hand_is_given_and_marked(run, search, hamlet, tmp_path):
    plan = tmp_path / "plan.yaml"

    result = run("upgrade", hamlet, "--format", "json", "-o", str(plan))

    assert result.exit_code == 0, result.stderr
    assert search.answers == [False, True]
    tree = json.loads(result.stdout)
    assert tree["stopped"] == {
        "unfinished": ["no_control"],
        "not_searched": ["orderly"],
        "price_ends_open": ["low", "high"],
        "stages_open": True,
    }
    assert [row["strategy"] for row in tree["answers"]] == ["no_control", "least_cost"]
    assert "the search was stopped by the user" in result.stderr
    assert "a cheaper plan was not excluded" in plan.read_text("utf-8")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "a cheaper one was not excluded"), ("zh", "不排除有更便宜的方案")]
)
def test_the_table_says_it_beside_the_answer(run, search, hamlet, lang, said):
    lines = run("upgrade", hamlet, "--lang", lang).stdout.splitlines()

    assert said in " ".join(" ".join(lines[2:9]).split())


def test_a_strategy_that_was_not_searched_is_no_strategy_without_a_plan(
    run, search, hamlet, tmp_path
):
    plan = tmp_path / "plan.yaml"
    args = ("upgrade", hamlet, "--strategy", "orderly")

    result = run(*args, "-o", str(plan))
    strict = run(*args, "--strict")

    assert (result.exit_code, strict.exit_code) == (1, 3)
    assert "strategy orderly was not searched to a plan; --strategy no_control" in result.stderr
    assert not plan.exists()


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "stopped by the user before a plan"), ("zh", "此前未找到方案")]
)
def test_without_a_plan_the_command_ends_with_one_line(
    run, search, hamlet, tmp_path, monkeypatch, lang, said
):
    monkeypatch.setattr(cli, "lang", lang)
    search.has_plan = False
    plan = tmp_path / "plan.yaml"

    result = run("upgrade", hamlet, "-o", str(plan), "--lang", lang)

    assert (result.exit_code, result.stdout) == (130, "")
    (line,) = result.stderr.splitlines()
    assert said in line
    assert list(tmp_path.glob("*plan*")) == []


def test_the_second_one_ends_the_command_at_once(run, search, hamlet, tmp_path):
    search.n_pressed = 2
    plan = tmp_path / "plan.yaml"

    result = run("upgrade", hamlet, "-o", str(plan))

    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.splitlines() == ["stopped by the user before the result was complete"]
    assert not plan.exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_shell_that_ignores_the_signal_is_obeyed(run, search, hamlet):
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    result = run("upgrade", hamlet)

    assert search.answers == [False, False]
    assert result.exit_code == 0
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
