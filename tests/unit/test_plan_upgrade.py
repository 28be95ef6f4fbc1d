"""The complete flow of an upgrade on small compounds: study, search, verify, price, stage.

Typical prices of ``national-2025`` without surcharges: a second cable 4x95 of 80 m at 331 in a duct
at 300 is 50 480; a controller at 15 000 and 30 modules at 250 are 22 500, 15 000 and 9 are 17 250;
60 m of cable 4x70 at 264 with nothing to dig are 15 840.
"""

import json
from dataclasses import replace
from functools import partial

import pytest

from gridcalc.checks.case import evaluate, prepare, scenario_units
from gridcalc.checks.run import check
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.cost import load_price_book
from gridcalc.demand.scenario import parse_scenario
from gridcalc.errors import InputError
from gridcalc.planning import answering, plan
from gridcalc.planning.plan import plan_upgrade
from gridcalc.planning.records import STRATEGIES, PlanSettings
from gridcalc.powerflow.engine import solve_state
from gridcalc.powerflow.radial import solve_radial
from gridcalc.question import Question
from gridcalc.report.plaintext import json_text
from gridcalc.report.upgrade_tree import upgrade_tree
from gridcalc.study import study
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.measures import OrderlyCharging
from tests.unit.cost_cases import plain_book

DAYS = 60
ASKED = Question(n_days=DAYS, scenarios=("today", "ev-100"))
BOOK = plain_book()
DETAILED = load_price_book("national-2025")
CONTROL_YUAN, CONTROL_30_YUAN = 22_500, 17_250
SECOND_CABLE_YUAN = 50_480
SHED_CABLE_YUAN = 15_840
CENT = 0.01
THIN, THICK = "YJV22-0.6/1-4x95", "YJV22-0.6/1-4x70"
CHARGERS, SHED = 3, 4
"""Cables of the small compound, by position."""


@pytest.fixture(scope="module")
def quick():
    """Let the studies use the engine of the search: the tests need no second one."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (plan, answering):
            patch.setattr(module, "study", partial(study, solver=solve_radial))
        yield


@pytest.fixture(scope="module")
def planned_anew(read, catalogue, national, quick):
    """Return how a file, or a compound, gets its plans."""

    def of(file, question=ASKED, *, prices=BOOK, **settings):
        return plan_upgrade(
            read(file) if isinstance(file, dict) else file,
            catalogue=catalogue,
            policy=national,
            prices=prices,
            question=question,
            settings=PlanSettings(**settings),
        )

    return of


@pytest.fixture(scope="module")
def planned(planned_anew):
    """Return the same, searched once for the same file and question at the same prices."""
    known = {}

    def of(file, question=ASKED, *, prices=BOOK, **settings):
        if not isinstance(file, dict):
            return planned_anew(file, question, prices=prices, **settings)
        key = json.dumps([file, question.scenarios, id(prices), settings])
        if key not in known:
            known[key] = planned_anew(file, question, prices=prices, **settings)
        return known[key]

    return of


@pytest.fixture
def studied(catalogue, national):
    def of(compound):
        return study(
            compound, catalogue=catalogue, policy=national, question=ASKED, solver=solve_radial
        )

    return of


@pytest.fixture
def loading_of(catalogue, national):
    """Return how far a cable is loaded with a charger on every bay [%]."""

    def of(compound, cable):
        filled = resolve_defaults(compound, national).compound
        case = prepare(filled, catalogue=catalogue, policy=national, solver=solve_state)
        scenario = parse_scenario("ev-100")
        n_units = scenario_units(case, scenario)
        facts = evaluate(case, scenario, n_units, solver=solve_state, s_today_kva=None)
        (row,) = (r for r in check(facts) if r.key == ("cable.loading", cable, ""))
        return row.value

    return of


@pytest.fixture
def sound(small):
    """Return the small compound, which then carries a charger on every bay."""
    small["lv_cables"][SHED]["type"] = THICK
    return small


@pytest.fixture
def thin(sound):
    """Return one whose cable to the chargers is too thin unless their charging is controlled."""
    sound["lv_cables"][CHARGERS]["type"] = THIN
    return sound


@pytest.fixture
def thin_and_old(small):
    """Return one whose cable to the shed, too, does not stand a short circuit, even today."""
    small["lv_cables"][CHARGERS]["type"] = THIN
    return small


@pytest.fixture
def double(thin):
    """Return two units in a room, the first with most flats and eight chargers on a thin cable."""
    units = [{"id": name, "type": "S20-250"} for name in ("T1", "T2")]
    thin["substations"] = [{"id": "PD1", "kind": "room", "transformers": units}]
    thin["lv_nodes"].append({"id": "MB3", "kind": "meter_box"})
    more = {"id": "F4", "from": "T2.LV", "to": "MB3", "type": "YJV22-0.6/1-4x120", "length_m": 50}
    thin["lv_cables"].append(more)
    thin["lv_cables"][CHARGERS]["type"] = "YJV22-0.6/1-4x25"
    for k in (1, 2):
        thin["lv_cables"][k]["type"] = "YJV22-0.6/1-4x150"
    flats = (("MB1", 28), ("MB2", 28), ("MB3", 4))
    thin["households"] = [{"node": n, "count": count, "area_m2": 110} for n, count in flats]
    thin["private_bays"][0]["count"] = 8
    thin["public_bays"], thin["public_loads"] = [], []
    return thin


def works_of(rows):
    return [(row.measure.kind, row.measure.element) for row in rows.works]


def typical(row):
    return float(row.bill.cost_yuan.typical)


def failing(outcome):
    """Return how far every broken limit goes in the runs without control."""
    return {
        (run.scenario, *row.key): row.utilisation
        for run in outcome.runs
        if run.charging == "uncontrolled"
        for row in run.findings
        if row.status == "fail"
    }


def test_three_answers_stand_side_by_side(thin, planned):
    found = planned(thin)
    alone, orderly, least = found.answers

    assert found.before.verdict == "ready_managed"
    assert works_of(alone) == [("replace_cable", "F2")]
    assert works_of(orderly) == [("orderly_charging", "compound")]
    assert (typical(alone), typical(orderly)) == (SECOND_CABLE_YUAN, CONTROL_YUAN)
    assert (alone.verdict_after, orderly.verdict_after) == ("ready", "ready_managed")
    assert (typical(least), works_of(least)) == (CONTROL_YUAN, works_of(orderly))
    assert least.n_judged == alone.n_judged + orderly.n_judged


def test_amounts_agree_with_each_other(thin_and_old, planned):
    for row in planned(thin_and_old, prices=DETAILED).answers:
        cost = row.bill.cost_yuan
        for end in ("low", "typical", "high"):
            parts = [getattr(works.cost_yuan, end) for works in row.works]
            assert sum(parts) == getattr(cost, end)
            paid = [float(getattr(payer, end)) for payer in row.split.totals_yuan.values()]
            assert sum(paid) == pytest.approx(float(getattr(cost, end)), abs=CENT)
        assert 0 < row.lower_bound_yuan <= typical(row)
        assert row.gap_percent == pytest.approx(
            100 * (typical(row) - row.lower_bound_yuan) / typical(row)
        )
        assert row.blocked_by == ()


@pytest.mark.slow
def test_the_engine_of_record_confirms_a_plan(thin_and_old, read, catalogue, national):
    found = plan_upgrade(
        read(thin_and_old), catalogue=catalogue, policy=national, prices=BOOK, question=ASKED
    )

    assert [row.verdict_after for row in found.answers] == ["ready", *["ready_managed"] * 2]
    assert all(row.study_after.engine == "pandapower" for row in found.answers)


@pytest.mark.parametrize(
    ("strategy", "verdict"), [("no_control", "ready"), ("orderly", "ready_managed")]
)
def test_a_plan_that_is_built_fits_and_leaves_nothing_to_do(
    thin_and_old, planned, studied, strategy, verdict
):
    built = planned(thin_and_old).answer(strategy).compound_after

    again = planned(built)

    assert studied(built).verdict == verdict
    assert again.answer(strategy).works == again.answer("least_cost").works == ()
    assert typical(again.answer("least_cost")) == 0
    assert again.answer("least_cost").verdict_after == verdict


def test_where_everything_fits_there_is_nothing_to_do(sound, planned):
    found = planned(sound)

    assert [row.strategy for row in found.answers] == list(STRATEGIES)
    for row in found.answers:
        assert (works_of(row), typical(row), row.verdict_after) == ([], 0, "ready")
        assert (row.lower_bound_yuan, row.gap_percent, row.price_checks) == (0, 0, ())
    assert found.stages == ()


def test_what_no_works_can_mend_is_named(sound, planned):
    sound["sources"][0]["open_capacity_kva"] = 20

    for row in planned(sound).answers:
        (blocking,) = row.blocked_by
        assert (row.verdict_after, works_of(row), row.study_after) == ("no_solution", [], None)
        assert (blocking.finding.check, blocking.finding.element) == ("mv.open_capacity", "SRC1")


@pytest.fixture
def underground(thin):
    thin["substations"][0] |= {"kind": "room", "floor": -2}
    return thin


def test_a_floor_that_no_works_change_is_told_beside_the_plan_for_the_rest(underground, planned):
    alone, orderly, least = planned(underground).answers

    assert works_of(alone) == [("replace_cable", "F2")]
    assert works_of(orderly) == works_of(least) == [("orderly_charging", "compound")]
    for row in (alone, orderly, least):
        assert row.verdict_after == "no_solution"
        assert {(b.finding.check, b.finding.element) for b in row.blocked_by} == {
            ("siting.floor", "PD1")
        }


def test_a_plan_makes_no_limit_worse(underground, planned):
    found = planned(underground)
    before = failing(found.before)
    after = failing(found.answer("no_control").study_after)

    assert after
    assert after.keys() < before.keys()
    assert all(value <= before[key] for key, value in after.items())


def test_stages_build_up_to_the_plan(thin_and_old, planned):
    found = planned(thin_and_old)
    first, second, last = found.stages

    assert [row.bays_percent for row in found.stages] == [30, 50, 100]
    assert works_of(first) == [("replace_cable", "F3")]
    assert works_of(second) == []
    assert works_of(last) == [("orderly_charging", "compound")]
    assert typical(first) == SHED_CABLE_YUAN
    assert last.cumulative_yuan == found.answer("least_cost").bill.cost_yuan
    assert [row.extra_yuan for row in found.stages] == [0, 0, 0]


def test_works_on_one_element_come_with_the_stage_that_needs_them(double, planned):
    """The short circuit asks for a thicker cable today; another unit only all eight chargers."""
    found = planned(double)
    first, second, last = found.stages

    assert works_of(found.answer("least_cost")) == [("move_feeder", "F2"), ("replace_cable", "F2")]
    assert [works_of(row) for row in (first, second, last)] == [
        [("replace_cable", "F2")],
        [],
        [("move_feeder", "F2")],
    ]
    assert last.cumulative_yuan == found.answer("least_cost").bill.cost_yuan


def test_each_stage_brings_as_many_controlled_chargers_as_it_equips(thin, planned):
    thin["private_bays"][0]["count"] = 200  # no cable carries them without control
    stages = planned(thin).stages
    control = [row.works[0] for row in stages]

    assert [row.measure for row in control] == [
        OrderlyCharging(bays_percent=percent) for percent in (30, 50, 100)
    ]
    assert [row.change.quantity for row in control] == [60, 40, 100]
    assert [part.quantity for part in control[0].quantities] == [1, 60]
    assert [part.quantity for part in control[1].quantities] == [40]


def test_only_the_chargers_that_are_asked_for_come_under_control(thin, planned):
    thin["lv_cables"][CHARGERS]["type"] = "YJV22-0.6/1-4x25"
    found = planned(thin, replace(ASKED, scenarios=("ev-30",)))
    orderly = found.answer("orderly")

    assert works_of(orderly)[0] == ("orderly_charging", "compound")
    assert float(orderly.works[0].cost_yuan.typical) == CONTROL_30_YUAN
    assert found.stages[-1].cumulative_yuan == found.answer("least_cost").bill.cost_yuan


@pytest.mark.parametrize("scenario", ["today", "ev-0", "ebike-100"])
def test_where_no_charger_is_added_control_is_no_part_of_a_plan(small, planned, scenario):
    found = planned(small, replace(ASKED, scenarios=(scenario,)))

    for row in found.answers:
        assert (works_of(row), typical(row)) == ([("replace_cable", "F3")], SHED_CABLE_YUAN)
    assert found.stages == ()


def test_without_private_bays_there_is_nothing_to_control(small, planned):
    del small["private_bays"]

    assert {tuple(works_of(row)) for row in planned(small).answers} == {(("replace_cable", "F3"),)}


def test_the_choice_changes_where_prices_at_one_end_ask_for_another_plan(thin, planned):
    """Control at 22 500 is cheapest, and 50 480 is not; with modules at 2 000 it is not so."""
    module = BOOK.prices["orderly.charger"]
    dear = replace(module, high_yuan=8_000.0)
    book = replace(BOOK, prices={**BOOK.prices, "orderly.charger": dear})
    low, high = planned(thin, prices=book).answer("least_cost").price_checks

    assert (low.end, low.same_plan, low.cheapest_yuan) == ("low", True, low.plan_yuan)
    assert (high.end, high.same_plan) == ("high", False)
    assert high.plan_yuan == 30_000 + 30 * 8_000  # controller at its high price
    assert high.cheapest_yuan < high.plan_yuan


def test_what_is_built_stays_below_the_target(thin, planned, loading_of):
    """``C2``, loaded to 83 %, breaks no limit and is left as it is."""
    usual = planned(thin).answer("no_control")
    found = planned(thin, target_loading_percent=60).answer("no_control")
    again = planned(found.compound_after)

    assert works_of(found) == [("replace_cable", "F2")]
    assert typical(found) > SECOND_CABLE_YUAN
    assert loading_of(found.compound_after, "F2") <= 60 < loading_of(usual.compound_after, "F2")
    assert all(row.works == () for row in again.answers)


def test_a_trigger_asks_for_works_where_no_limit_is_broken(sound, planned):
    settings = {"trigger_loading_percent": 60, "target_loading_percent": 50}
    found = planned(sound, **settings)
    alone = found.answer("no_control")
    again = planned(alone.compound_after, **settings)

    assert found.before.verdict == "ready"
    assert {name for _, name in works_of(alone)} == {"C1", "C2", "F2"}
    assert all(works_of(row) == [] for row in again.answers)


def test_the_same_inputs_give_the_same_result(thin, planned, planned_anew):
    one, other = (json_text(upgrade_tree(plans(thin))) for plans in (planned, planned_anew))

    assert one == other
    assert json.loads(one)["command"] == "upgrade"


def test_whole_families_without_a_price_are_told_at_once(thin, planned):
    gone = ("transformer.", "orderly.")
    kept = {name: row for name, row in BOOK.prices.items() if not name.startswith(gone)}

    with pytest.raises(InputError) as error:
        planned(thin, prices=replace(BOOK, prices=kept))

    told = "\n".join(str(problem) for problem in error.value.problems)
    for item in ("orderly.charger", "orderly.controller", "transformer.S20-"):
        assert item in told


def test_each_stage_holds_for_its_scenario(thin_and_old, planned, catalogue, national):
    """The works so far, applied by hand, pass the checks of the stage's own scenario."""
    found = planned(thin_and_old)
    measures = []
    for stage in found.stages:
        measures += [row.measure for row in stage.works]
        built = apply(found.compound, measures, catalogue=catalogue)
        question = replace(ASKED, scenarios=("today", stage.scenario))
        outcome = study(
            built, catalogue=catalogue, policy=national, question=question, solver=solve_radial
        )
        assert outcome.verdict in {"ready", "ready_managed"}
        controlled = any(isinstance(row, OrderlyCharging) for row in measures)
        assert outcome.verdict == "ready" or controlled


def test_a_main_breaker_below_the_load_is_replaced_alone(sound, planned):
    # The feeders have devices of their own, so that only the main breaker of 250 A is too small.
    sizes = {"T1": 250, "F1": 315, "F2": 315, "F3": 100, "C1": 160, "C2": 160}
    sound["protection"] = [
        {"element": name, "in_a": in_a, "i_trip_a": 5 * in_a, "breaking_ka": 50, "clearing_s": 0.1}
        for name, in_a in sizes.items()
    ]

    alone, orderly, _ = planned(sound).answers

    assert works_of(alone) == [("replace_breaker", "T1")]
    assert works_of(orderly) == [("orderly_charging", "compound"), ("replace_breaker", "T1")]
    (line,) = alone.bill.lines
    price = BOOK.price(line.item).typical_yuan
    assert typical(alone) == pytest.approx(float(price), abs=CENT)
    assert alone.gap_percent == pytest.approx(0.0)
