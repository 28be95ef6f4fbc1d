"""A search for works that the user stops: the plan at hand, what is proven, what is left open.

What has to come out stands in the complete run of the same compound: costs and bounds of plans
that are proven cheapest.
"""

from functools import partial

import pytest

from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.planning import answering, plan
from gridcalc.planning.plan import plan_upgrade
from gridcalc.planning.records import STRATEGIES
from gridcalc.planning.watching import Watcher
from gridcalc.powerflow.radial import solve_radial
from gridcalc.question import Question
from gridcalc.report.upgrade_report import upgrade_output
from gridcalc.report.upgrade_tree import has_plan, upgrade_tree
from gridcalc.report.wording import load_wording
from gridcalc.study import study
from gridcalc.upgrade.search.building import build_space
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.judge import Criteria
from gridcalc.upgrade.search.learned import Record
from gridcalc.upgrade.search.loop import search
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.tools import Tools
from gridcalc.upgrade.search.watch import Watch
from tests.unit.cost_cases import plain_book

ASKED = Question(n_days=60, scenarios=("today", "ev-100"))
FEN = 0.01
CHARGERS, SHED = 3, 4
N_LAST = 6
"""Questions at the end of the run, where the plan of the last stage is proven or nearly so."""


class Stop:
    """Wants the plan at hand after having been asked some times; counts how often it was."""

    def __init__(self, after):
        self.after, self.n_asked, self.lines = after, 0, []

    def __call__(self):
        self.n_asked += 1
        return self.n_asked > self.after


@pytest.fixture(scope="module")
def quick():
    with pytest.MonkeyPatch.context() as patch:
        for module in (plan, answering):
            patch.setattr(module, "study", partial(study, solver=solve_radial))
        yield


@pytest.fixture
def stopped(read, catalogue, national, quick):
    """Return the plans of a file whose search is stopped after some questions."""

    def of(file, after=10**9):
        stop = Stop(after)
        found = plan_upgrade(
            read(file),
            catalogue=catalogue,
            policy=national,
            prices=plain_book(),
            question=ASKED,
            watcher=Watcher(progress=stop.lines.append, stopped=stop),
        )
        return found, stop

    return of


@pytest.fixture
def old(small):
    """Return the compound whose cable to the shed does not stand a short circuit, even today.

    The one to the chargers is too thin unless charging is controlled.
    """
    small["lv_cables"][CHARGERS]["type"] = "YJV22-0.6/1-4x95"
    return small


@pytest.fixture
def thin(old):
    """Return the one where control alone is enough."""
    old["lv_cables"][SHED]["type"] = "YJV22-0.6/1-4x70"
    return old


def typical(answer):
    return float(answer.bill.cost_yuan.typical)


def test_stopped_at_any_moment_a_plan_holds_and_its_bound_is_true(old, stopped):
    whole, asked = stopped(old)
    best = {row.strategy: typical(row) for row in whole.answers}
    assert whole.stopped is None
    assert asked.n_asked > 20

    for after in range(0, asked.n_asked - N_LAST, asked.n_asked // 6):
        found, _ = stopped(old, after)
        told = found.stopped

        assert told is not None, after
        missing = set(told.not_searched)
        assert [row.strategy for row in found.answers] == [
            row for row in STRATEGIES if row not in missing
        ]
        for row in found.answers:
            assert has_plan(row), (after, row.strategy)
            assert typical(row) >= best[row.strategy] - FEN
            if row.lower_bound_yuan is not None:
                assert row.lower_bound_yuan <= best[row.strategy] + FEN
        least = found.answer("least_cost")
        assert (least.lower_bound_yuan is None) == bool(missing)
        open_ends = {row.end for row in least.price_checks} ^ {"low", "high"}
        assert open_ends == set(told.price_ends_open)
        assert told.stages_open == (not found.stages)


def test_what_was_searched_before_the_stop_is_as_in_the_complete_run(old, stopped):
    whole, asked = stopped(old)

    last, _ = stopped(old, asked.n_asked - N_LAST)

    assert last.stopped is not None
    assert (last.stopped.unfinished, last.stopped.not_searched) == ((), ())
    assert last.stopped.price_ends_open == ()
    assert last.stopped.stages_open
    trees = [upgrade_tree(found)["answers"] for found in (whole, last)]
    assert trees[0] == trees[1]
    assert upgrade_tree(whole)["stopped"] is None


def test_control_that_is_enough_is_at_hand_from_the_beginning(thin, stopped):
    found, _ = stopped(thin, 0)

    assert found.stopped.not_searched == ("no_control",)
    assert [row.strategy for row in found.answers] == ["orderly", "least_cost"]
    # a controller at 15 000 and 30 modules at 250, see test_plan_upgrade
    assert typical(found.answer("least_cost")) == 22_500
    assert found.answer("least_cost").lower_bound_yuan is None
    assert found.stopped.price_ends_open == ("low", "high")


def test_nobody_is_asked_before_a_plan_is_at_hand(old, stopped):
    old["sources"][0]["open_capacity_kva"] = 20  # no works mend it, so there never is a plan

    found, stop = stopped(old, 0)

    assert stop.n_asked == 0
    assert found.stopped is None


def test_every_search_tells_how_far_it_is_and_claims_only_what_is_proven(old, stopped):
    whole, stop = stopped(old)

    for start in (
        "study of the compound as it is",
        "no control of charging: 1 plans judged; none holds yet",
        "orderly charging: ",
        "all prices low: no control of charging: ",
        "all prices high: orderly charging: ",
        "stage ev-50: ",
        "stage ev-50 alone: ",
    ):
        assert any(line.startswith(start) for line in stop.lines), start
    names = {"no_control": "no control of charging", "orderly": "orderly charging"}
    for row in whole.answers[:2]:
        mine = [line for line in stop.lines if line.startswith(f"{names[row.strategy]}: ")]
        for line in mine:
            for part in line.split("; "):
                yuan = float(part.split()[-2].replace(",", "")) if part.endswith(" yuan") else None
                if part.startswith("none below"):
                    assert yuan <= typical(row) + 0.5  # told in whole yuan
                elif yuan is not None:
                    assert yuan >= typical(row) - 0.5


def test_a_search_proves_a_bound_for_the_plan_it_is_stopped_with(old, read, catalogue, national):
    space = build_space(
        read(old), catalogue=catalogue, policy=national, prices=plain_book(), max_parallel=2
    )
    criteria = Criteria(
        catalogue=catalogue,
        policy=national,
        scenarios=scenarios_in_order(ASKED.scenarios),
        method="factor",
        days=(),
    )
    seen = []
    best = search(space, criteria, Costs(space=space)).cost_yuan

    found = search(
        space, criteria, Costs(space=space), watch=Watch(told=seen.append, stopped=lambda: True)
    )

    bounds = [row.bound_yuan or 0.0 for row in seen]
    assert bounds == sorted(bounds)
    assert 0 < found.lower_bound_yuan <= best + FEN <= found.cost_yuan + 2 * FEN
    assert found.selection is not None


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "stopped by the user; this plan holds the limits, a cheaper one was not excluded"),
        ("zh", "用户已停止搜索；本方案满足限值，不排除有更便宜的方案"),
    ],
)
def test_the_report_says_plainly_that_the_search_was_stopped(thin, stopped, lang, said):
    found, _ = stopped(thin, 0)

    sheet = upgrade_output(found, load_wording(lang), show_all=False).blocks[1]
    rows = {label: text.text for label, text in sheet.rows}

    assert rows["Stopped" if lang == "en" else "停止"].replace("； ", "；").startswith(said)
    assert ("no control of charging" if lang == "en" else "无序充电") in " ".join(rows.values())


def test_what_a_guess_makes_dearer_is_no_bound(old, read, catalogue, national):
    space = build_space(
        read(old), catalogue=catalogue, policy=national, prices=plain_book(), max_parallel=2
    )
    costs = Costs(space=space)
    dear = next((name, 1) for name in sorted(space.places) if costs.plan_yuan({name: 1}) > 0)
    guess = Cut(weights={dear: 1.0}, at_least=1.0, reason=None)
    tools = Tools(space=space, criteria=None, costs=costs, allowed=None, gap=0.0, watch=Watch())
    record = Record(cuts=[], patterns=[], left_open={})

    guessed = tools.cheapest(record, [guess])

    assert guessed.cost_yuan > 0
    assert record.bound_yuan is None
    tools.cheapest(record, [])
    assert record.bound_yuan == 0.0  # nothing is known, so that nothing has to be built
