"""The story of plans made by hand; amounts are summed by hand in ``plan_cases``."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import get_args

import pytest

from gridcalc.cost import Money
from gridcalc.notes import note
from gridcalc.planning.records import STRATEGIES, Blocking, PlanSettings, PriceCheck
from gridcalc.policy import load_policy
from gridcalc.provenance import Assumption
from gridcalc.report.markdown import markdown
from gridcalc.report.plaintext import csv_text, json_text
from gridcalc.report.upgrade_report import upgrade_output
from gridcalc.report.upgrade_words import (
    kind_word,
    opens_ground,
    settings_text,
    some_elements,
    wan_yuan,
)
from gridcalc.report.wording import load_wording
from gridcalc.upgrade.measures import Measure, SetTap
from gridcalc.upgrade.options import Rejected
from tests.unit.cost_cases import plain_book
from tests.unit.plan_cases import (
    BLOCKED,
    CABLE_YUAN,
    CONTROL_YUAN,
    REJECTED,
    TRANSFORMER_YUAN,
    answer,
    bill_of,
    cable,
    control,
    no_plan,
    stage,
    transformer,
    upgrade,
)
from tests.unit.report_cases import BROKEN, run, study

EN = load_wording("en")
ZH = load_wording("zh")
BOOK = plain_book()
COPPER_YUAN = TRANSFORMER_YUAN + CABLE_YUAN
HEAD_KEYS = [
    *("gridcalc", "command", "compound_id", "compound_name", "policy", "build", "category"),
    *("seed", "prices", "settings", "verdict_before", "binding_before", "stopped", "answers"),
    *("stages", "rejected", "assumptions"),
]
ANSWER_KEYS = {
    *("strategy", "measures", "cost_yuan", "lower_bound_yuan", "gap_percent", "payers"),
    *("verdict_after", "blocked_by", "price_checks", "n_judged", "sections", "lines"),
    *("payer_rows", "demarcation"),
}
MEASURE_KEYS = {
    *("kind", "element", "from", "to", "quantity", "unit", "cost_yuan", "payer", "clause"),
    *("working_days", "payers", "quantities"),
}
STAGE_KEYS = {
    *("bays_percent", "scenario", "measures", "cost_yuan", "cumulative_yuan"),
    *("cheapest_alone_yuan", "extra_yuan", "payers"),
}


@pytest.fixture
def at(read, small, national):
    """The tiny compound, the national pack and the book without surcharges."""
    return read(small), national, BOOK


@pytest.fixture
def old_courtyard(read, small):
    """The same as an old courtyard in Fujian."""
    small["build"] = {"kind": "existing", "year": 2001, "category": "old_courtyard"}
    small["policy"] = "fujian-2024"
    return read(small), load_policy("fujian-2024"), BOOK


def _text(found, wording=EN, *, show_all=False):
    return markdown(upgrade_output(found, wording, show_all=show_all).blocks)


def _tree(found):
    return json.loads(json_text(upgrade_output(found, EN, show_all=False).tree))


def _rows(found):
    text = csv_text(upgrade_output(found, EN, show_all=False).rows)
    return list(csv.DictReader(io.StringIO(text)))


def _answers(at, *answers):
    return upgrade(*at, answers=answers, stages=())


def _copper_alone(at):
    copper = [transformer(BOOK), cable(BOOK)]
    return _answers(
        at,
        answer(*at, "no_control", copper),
        no_plan(*at, "orderly"),
        answer(*at, "least_cost", copper),
    )


def _nothing_works(at, *blocked_by):
    return _answers(at, *(no_plan(*at, strategy, *blocked_by) for strategy in STRATEGIES))


def _fits(at, verdict="ready"):
    plans = [answer(*at, strategy, verdict_after=verdict) for strategy in STRATEGIES]
    return replace(_answers(at, *plans), before=study(run(), verdict=verdict, binding=None))


# ---- JSON


def test_the_json_has_the_keys_of_the_contract(at):
    tree = _tree(upgrade(*at))

    assert list(tree) == HEAD_KEYS
    assert tree["command"] == "upgrade"
    assert [row["strategy"] for row in tree["answers"]] == list(STRATEGIES)
    assert all(set(row) >= ANSWER_KEYS for row in tree["answers"])
    measures = [m for row in (*tree["answers"], *tree["stages"]) for m in row["measures"]]
    assert all(set(row) >= MEASURE_KEYS for row in measures)
    assert all(set(row) >= STAGE_KEYS for row in tree["stages"])
    assert {tuple(row) for row in tree["rejected"]} == {("kind", "element", "reason")}
    assert {"name", "value", "source", "confidence"} <= set(tree["assumptions"][0])
    assert set(tree["prices"]) >= {"id", "year", "level", "file"}


def test_the_head_says_what_was_asked_and_what_decides_today(at):
    settings = PlanSettings(trigger_loading_percent=80.0, target_loading_percent=70.0)

    tree = _tree(upgrade(*at, settings))

    assert (tree["compound_id"], tree["policy"], tree["seed"]) == ("small", "national", 7)
    assert (tree["build"], tree["category"]) == ("new", None)
    assert tree["settings"]["trigger_loading_percent"] == 80.0
    assert tree["settings"]["target_loading_percent"] == 70.0
    assert tree["verdict_before"] == "ready_managed"
    binding = tree["binding_before"]
    assert (binding["check"], binding["element"], binding["scenario"]) == (
        *("transformer.loading", "T1", "ev-100"),
    )


def test_an_existing_compound_has_its_ownership_category(old_courtyard):
    tree = _tree(upgrade(*old_courtyard))

    assert (tree["build"], tree["category"]) == ("existing", "old_courtyard")


def test_costs_are_those_summed_by_hand_and_add_up(at):
    answers = _tree(upgrade(*at))["answers"]

    typical = [row["cost_yuan"]["typical"] for row in answers]
    assert typical == [COPPER_YUAN, CONTROL_YUAN, CONTROL_YUAN]
    for row in answers:
        for estimate in ("low", "typical", "high"):
            whole = row["cost_yuan"][estimate]
            assert sum(m["cost_yuan"][estimate] for m in row["measures"]) == whole
            assert sum(line["cost_yuan"][estimate] for line in row["lines"]) == whole
            assert sum(money[estimate] for money in row["payers"].values()) == whole


def test_a_measure_says_what_changes_how_much_and_how_long(at):
    first, second = _tree(upgrade(*at))["answers"][0]["measures"]

    assert (first["kind"], first["element"]) == ("replace_transformer", "T1")
    assert (first["from"], first["to"]) == ("S20-630", "S20-800")
    assert (first["quantity"], first["unit"], first["working_days"]) == (1, "piece", 3)
    assert (second["quantity"], second["unit"]) == (100, "m")
    assert [row["item"] for row in second["quantities"]] == [
        *("cable_lv.YJV22-0.6/1-4x240", "laying.duct"),
    ]


def test_the_payers_of_a_measure_stand_by_share_with_the_clauses_of_their_rules(old_courtyard):
    # Fujian 三（三）: the utility pays for lines before the meter, owners, operator and government
    # for civil works: 83 600 of 113 600 yuan are 73.59 %, a third of 30 000 yuan is 8.80 %
    measure = _tree(_copper_alone(old_courtyard))["answers"][0]["measures"][1]

    assert measure["payer"] == "utility + government + owners + operator"
    shares = {row["payer"]: row["percent"] for row in measure["payers"]}
    assert shares["utility"] == pytest.approx(73.5915, abs=1e-4)
    assert [shares[name] for name in ("government", "owners", "operator")] == (
        pytest.approx([8.8028] * 3, abs=1e-4)
    )
    assert measure["clause"] == "fujian-2024 三、工作内容 （三）"
    # equal shares are a reading of the clause, which states none
    assert measure["payer_confidence"] == "assumed"


def test_the_clauses_of_different_rules_are_all_named(at):
    compound, pack, book = at
    parts = {row.subject: row.rule for row in upgrade(*at).answers[0].split.rows}
    civil = replace(parts["lv_civil"], document="gb-51348-2019", section="4", item="(2)")
    changed = replace(pack, rules={**pack.rules, civil.name: civil})

    measures = _tree(upgrade(compound, changed, book))["answers"][0]["measures"]

    line = parts["lv_before_meter"]
    assert measures[1]["clause"] == f"{line.document} {line.clause}".strip() + (
        "; gb-51348-2019 4 (2)"
    )


def test_works_that_need_nothing_have_no_payer(at):
    free = replace(control(BOOK), quantities=(), cost_yuan=bill_of([], BOOK).cost_yuan)
    plan = replace(answer(*at, "orderly", [control(BOOK)]), works=(free,))

    measure = _tree(_answers(at, plan, plan, replace(plan, strategy="least_cost")))["answers"][0]
    (row,) = measure["measures"]

    assert (row["payer"], row["clause"], row["payers"]) == ("", "", [])
    assert row["payer_confidence"] is None


def test_where_nothing_works_there_is_no_cost_and_the_limits_are_named(at):
    row = _tree(_nothing_works(at))["answers"][0]

    assert row["cost_yuan"] is None
    assert (row["lower_bound_yuan"], row["gap_percent"], row["payers"]) == (None, None, {})
    assert (row["verdict_after"], row["measures"]) == ("no_solution", [])
    (blocked,) = row["blocked_by"]
    assert (blocked["scenario"], blocked["charging"]) == ("ev-100", "uncontrolled")
    assert (blocked["check"], blocked["value"]) == ("transformer.loading", 131.2)


def test_a_compound_that_fits_costs_nothing(at):
    row = _tree(_fits(at))["answers"][2]

    assert row["cost_yuan"] == {"low": 0, "typical": 0, "high": 0}
    assert row["measures"] == []


def test_stages_carry_their_costs(at):
    alone = Money(low=Decimal(1), typical=Decimal(2), high=Decimal(3))
    one = stage(*at, 10, [transformer(BOOK)], cheapest_alone_yuan=None, extra_yuan=None)
    two = stage(*at, 100, [cable(BOOK)], cheapest_alone_yuan=alone, extra_yuan=500.0)

    first, second = _tree(upgrade(*at, stages=(one, two)))["stages"]

    assert (first["bays_percent"], first["scenario"]) == (10, "ev-10")
    assert (first["cheapest_alone_yuan"], first["extra_yuan"]) == (None, None)
    assert first["cost_yuan"]["typical"] == TRANSFORMER_YUAN
    assert second["cheapest_alone_yuan"] == {"low": 1, "typical": 2, "high": 3}
    assert second["extra_yuan"] == 500
    assert sum(money["typical"] for money in second["payers"].values()) == CABLE_YUAN


def test_working_days_are_given_for_the_longest_and_for_all(at):
    # 3 days for the transformer, 5 for the cable
    assert _tree(upgrade(*at))["answers"][0]["working_days"] == {"longest": 5, "sum": 8}
    assert _tree(_fits(at))["answers"][0]["working_days"] == {"longest": 0, "sum": 0}


def test_assumptions_hold_prices_shares_and_payer_rules_of_every_plan_once(at):
    rows = _tree(upgrade(*at))["assumptions"]
    names = [row["name"] for row in rows]

    assert {"price.orderly.charger", "price.transformer.S20-800", "price.laying.duct"} <= set(names)
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    assert "payer.orderly_control" in names


def test_what_the_search_assumes_is_an_assumption_and_goes_before_what_the_bill_says(at):
    days = Assumption(
        name="works.x_working_days", value=5, unit="days", source="x", confidence="assumed"
    )
    own = replace(days, name="payer.orderly_control", note="own")

    rows = _tree(replace(upgrade(*at), assumptions=(days, own)))["assumptions"]

    assert "works.x_working_days" in {row["name"] for row in rows}
    assert [row["note"] for row in rows if row["name"] == own.name] == ["own"]


def test_the_same_plans_give_the_same_bytes(at):
    assert json_text(upgrade_output(upgrade(*at), EN, show_all=False).tree) == json_text(
        upgrade_output(upgrade(*at), ZH, show_all=True).tree
    )


# ---- CSV


def test_csv_has_one_row_per_strategy_and_measure(at):
    rows = _rows(upgrade(*at))

    assert [(row["strategy"], row["kind"]) for row in rows] == [
        ("no_control", "replace_transformer"),
        ("no_control", "replace_cable"),
        ("orderly", "orderly_charging"),
        ("least_cost", "orderly_charging"),
    ]
    assert float(rows[0]["cost_yuan_typical"]) == TRANSFORMER_YUAN
    assert rows[0]["payers"].endswith(" 100 %")


def test_a_strategy_without_works_keeps_its_verdict_in_csv(at):
    rows = _rows(_nothing_works(at))

    assert [(row["verdict_after"], row["kind"]) for row in rows] == [("no_solution", "")] * 3


# ---- the answer in one sentence


def test_control_alone_is_told_with_chargers_cost_and_that_nothing_is_dug_up(at):
    assert (
        "Answer: **fits with orderly charging: 30 chargers under control, 2.25 万元;"
        " nothing is dug up**"
    ) in _text(upgrade(*at))
    assert "**采用有序充电即可满足：30个充电桩纳入有序控制，2.25万元； 无需开挖**" in _text(
        upgrade(*at), ZH
    )


def test_works_are_told_by_kind_and_number_with_their_cost(at):
    works = [transformer(BOOK), cable(BOOK), cable(BOOK, "F2")]
    plan = answer(*at, "no_control", works)
    found = _answers(at, plan, no_plan(*at, "orderly"), replace(plan, strategy="least_cost"))

    # 111 000 + 2 x 113 600 = 338 200 yuan
    assert (
        "**fits after these works: replace transformer, replace or add cables x 2; 33.82 万元**"
    ) in _text(found)
    assert "更换变压器、更换（并列）电缆×2；33.82万元" in _text(found, ZH)


def test_only_cables_pulled_into_what_is_there_open_no_ground(at):
    assert opens_ground(bill_of([cable(BOOK)], BOOK))
    assert not opens_ground(bill_of([cable(BOOK, duct="laying.existing")], BOOK))
    assert not opens_ground(bill_of([transformer(BOOK)], BOOK))


def test_where_nothing_works_the_sentence_names_the_worst_limit(at):
    other = replace(BROKEN, element="T2", value=90.0, utilisation=90 / 85)
    blocked = (Blocking(scenario="ev-100", charging="managed", finding=other), BLOCKED)

    text = _text(_nothing_works(at, *blocked))

    assert (
        "**no plan was found that keeps every limit; transformer.loading at T1 stays broken:"
        " 131.2 % > 85 %**"
    ) in text.replace("&gt;", ">")


def test_no_limit_named_is_no_empty_table(at):
    found = _answers(at, *(no_plan(*at, s) for s in STRATEGIES))
    found = replace(found, answers=tuple(replace(row, blocked_by=()) for row in found.answers))

    text = _text(found)

    assert "**no plan was found that keeps every limit**" in text
    assert "stay broken" not in text


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("ready", "fits as it is: nothing is to be built"),
        ("ready_managed", "fits as it is under orderly charging: nothing is to be built"),
    ],
)
def test_a_compound_that_fits_is_told_without_empty_tables(at, verdict, said):
    text = _text(_fits(at, verdict), show_all=True)

    assert f"Answer: **{said}**" in text
    assert "|" not in text
    assert "## " not in text


def test_no_rejected_works_and_no_stages_are_no_headings(at):
    text = _text(replace(upgrade(*at), rejected=(), stages=()))

    assert "cannot be built" not in text
    assert "In stages" not in text


# ---- tables


def test_the_answers_stand_side_by_side_and_the_cheapest_names_its_twin(at):
    text = _text(upgrade(*at))

    assert "|  | no control of charging | orderly charging | least cost (= orderly charging) |" in (
        text
    )
    assert "| **Verdict after** | **ready** | **ready if managed** | **ready if managed** |" in text
    assert "| **Number of works** | 2 | 1 | 1 |" in text
    assert "| **Cost, typical** | **224,600** | **22,500** | **22,500** |" in text
    assert "| **Lower bound (gap)** | 224,600 (0.0 %) | 22,500 (0.0 %) |" in text
    assert "| **Days: longest / all** | 5 / 8 | 10 / 10 | 10 / 10 |" in text
    # low: 8 000 + 30 x 100, high: 30 000 + 30 x 500
    assert "| 11,000 – 45,000 |" in text


def test_who_pays_is_summed_for_every_payer_of_any_answer(at):
    found = upgrade(*at)
    payers = {name for row in found.answers for name in row.split.totals_yuan}

    text = _text(found)

    for payer in payers:
        sums = [row.split.totals_yuan.get(payer) for row in found.answers]
        cells = [f"{money.typical:,.0f}" if money else "0" for money in sums]
        assert f"| **{payer}** | {' | '.join(cells)} |" in text


def test_a_strategy_without_a_plan_has_dashes(at):
    text = _text(_copper_alone(at))

    assert "| **Verdict after** | **ready** | **no solution** | **ready** |" in text
    assert "| **Cost, typical** | **224,600** | - | **224,600** |" in text


def test_a_gap_is_told_beside_its_bound(at):
    plan = answer(*at, "no_control", [cable(BOOK)], lower_bound_yuan=100000.4, gap_percent=11.97)
    found = _answers(at, plan, no_plan(*at, "orderly"), replace(plan, strategy="least_cost"))

    assert "| 100,000 (12.0 %) | - | 100,000 (12.0 %) |" in _text(found)


def test_the_works_are_told_with_change_amount_cost_days_payer_and_rule(old_courtyard):
    text = _text(_copper_alone(old_courtyard))

    assert (
        "| **replace transformer** | T1 | S20-630 → S20-800 | 1 pc | 111,000 | 3 | utility | [1] |"
    ) in text
    assert (
        "| **replace or add cables** | F1 | YJV22-0.6/1-4x240 → 2 x YJV22-0.6/1-4x240 | 100 m |"
        " 113,600 | 5 | utility, 74 %, government, 9 %, owners, 9 %, operator, 9 % | [2][3] |"
    ) in text
    assert "| **Sum** |  |  |  | **224,600** |  |  |  |" in text
    assert "- [3]: LV civil works: owners, 1/3, operator, 1/3, government, 1/3; up to the" in text
    assert "shares not stated" in text


def test_what_is_not_verified_is_never_per_a_clause(old_courtyard, at):
    for found in (upgrade(*at), _copper_alone(old_courtyard)):
        text = _text(found, show_all=True)
        cells = [cell.strip() for line in text.splitlines() for cell in line.split("|")]

        assert [c for c in cells if c.startswith("per ") and "to be verified" in c] == []
        assert "to be verified" in text


def test_many_works_are_shortened_unless_all_are_asked_for(at):
    works = [cable(BOOK, f"F{k}") for k in range(35)]
    plan = answer(*at, "no_control", works)
    found = _answers(at, plan, no_plan(*at, "orderly"), replace(plan, strategy="least_cost"))

    # 30 rows of 35
    assert "… and 5 more (--all shows them)" in _text(found)
    assert "| F34 |" not in _text(found)
    assert "| F34 |" in _text(found, show_all=True)


def test_all_shows_other_plans_once_the_bill_and_the_prices(at):
    text = _text(upgrade(*at), show_all=True)

    assert text.count("## Works: ") == 2
    assert "## Works: no control of charging" in text
    assert "## Bill of quantities [yuan]" in text
    assert "## Who pays [yuan]" in text
    assert "## Prices to be verified" in text
    assert "Bill of quantities" not in _text(upgrade(*at))


def test_stages_are_told_by_share_with_works_and_extra_cost(at):
    # the second stage alone would cost 500 yuan less than both
    one = stage(*at, 10, [transformer(BOOK)], cheapest_alone_yuan=None, extra_yuan=None)
    two = stage(
        *at, 100, [cable(BOOK), cable(BOOK, "F2")],
        cumulative_yuan=Money(low=Decimal(1), typical=Decimal(338_200), high=Decimal(9)),
        cheapest_alone_yuan=Money(low=Decimal(1), typical=Decimal(337_700), high=Decimal(9)),
        extra_yuan=500.0,
    )  # fmt: skip

    text = _text(upgrade(*at, stages=(one, two)))

    assert "| **10 %** | ev-10 | replace transformer T1 | 111,000 | 111,000 | - | - |" in text
    assert (
        "| **100 %** | ev-100 | replace or add cables F1, F2 | 227,200 | 338,200 | 337,700 | 500 |"
    ) in text


def test_a_stage_in_which_nothing_is_built_says_so(at):
    assert "| **100 %** | ev-100 | nothing | 0 | 22,500 |" in _text(upgrade(*at))


# ---- range of prices, what blocks, what is rejected


def _checks(*ends, unproven=0.0):
    """Return checks; each end is (saving of another plan, or None where it is the same plan).

    ``unproven`` is what a plan that nobody found might save beyond that.
    """
    return tuple(
        PriceCheck(
            end=end,
            plan_yuan=1000.0,
            cheapest_yuan=1000.0 - (saving or 0.0),
            same_plan=saving is None,
            lower_bound_yuan=1000.0 - (saving or 0.0) - unproven,
        )
        for end, saving in zip(("low", "high"), ends, strict=True)
    )


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((None, None), "Range of prices: the plan stays the cheapest with all prices low and with"),
        ((None, 250.4), "**with all prices high another plan costs 250 yuan less**"),
        ((99.0, 1.0), "**with all prices low another plan costs 99 yuan less; with all prices"),
        ((0.0, None), "Range of prices: the plan stays the cheapest with all prices low and with"),
    ],
)
def test_whether_the_choice_holds_over_the_range_of_prices_is_said(at, ends, said):
    found = upgrade(*at)
    best = replace(found.answer("least_cost"), price_checks=_checks(*ends))

    assert said in _text(replace(found, answers=(*found.answers[:2], best)))


@pytest.mark.parametrize(
    ("unproven", "said"),
    [
        (5.0, "the plan stays the cheapest with all prices low"),
        (60.0, "no cheaper plan is found with all prices low or all prices high; none saves more"),
    ],
)
def test_what_no_bound_proves_is_not_said_of_the_range_of_prices(at, unproven, said):
    """Of 1000 yuan 5 are the gap of the search, half a percent; 60 are not."""
    found = upgrade(*at)
    checks = _checks(None, None, unproven=unproven)
    best = replace(found.answer("least_cost"), price_checks=checks)

    assert said in _text(replace(found, answers=(*found.answers[:2], best)))


def test_limits_that_stay_broken_stand_once_with_where_they_break(at):
    second = replace(BLOCKED, scenario="ev-50", charging="managed")
    other = replace(BROKEN, element="T2", value=90.0, utilisation=90 / 85)
    third = Blocking(scenario="ev-100", charging="managed", finding=other)

    text = _text(_nothing_works(at, third, BLOCKED, second)).replace("&gt;", ">")

    assert (
        "| transformer.loading | **T1** | **131.2 %** | > 85 % |"
        " ev-100, uncontrolled charging; ev-50, orderly charging |"
    ) in text
    assert text.index("**T1**") < text.index("**T2**")
    # all three strategies are blocked by the same, so there is one table
    assert text.count("### no control of charging, orderly charging, least cost") == 1


def test_blocks_that_differ_stand_apart_and_long_ones_are_shortened(at):
    many = tuple(replace(BLOCKED, finding=replace(BROKEN, element=f"T{k:02}")) for k in range(12))
    found = _answers(
        at,
        no_plan(*at, "no_control", *many),
        no_plan(*at, "orderly"),
        no_plan(*at, "least_cost"),
    )

    text = _text(found)

    assert "### no control of charging\n" in text
    assert "### orderly charging, least cost\n" in text
    assert "… and 2 more (--all shows them)" in text
    assert "**T11**" in _text(found, show_all=True)


def test_rejected_works_with_the_same_reason_share_a_row(at):
    text = _text(upgrade(*at))

    assert (
        "| second transformer | PD1, PD2, PD3 and 2 more |"
        " a prefabricated substation has no room for one more unit |"
    ) in text
    assert "PD1, PD2, PD3, PD4, PD5" in _text(upgrade(*at), show_all=True)


def test_at_most_ten_reasons_are_listed_unless_all_are_asked_for(at):
    many = tuple(
        Rejected(
            kind="second_transformer",
            element=f"PD{k}",
            reason=note("no spare bay at {node}", node=f"R{k}"),
        )
        for k in range(13)
    )
    found = replace(upgrade(*at), rejected=(*REJECTED, *many))

    # 1 + 13 reasons
    assert "… and 4 more (--all shows them)" in _text(found)
    assert "no spare bay at R12" in _text(found, show_all=True)


def test_rejected_works_are_told_in_chinese(at):
    text = _text(upgrade(*at), ZH)

    assert "| 增设变压器 | PD1、PD2、PD3 另有 2 项 | 箱变内没有增设变压器的位置 |" in text


# ---- what is to be verified


def test_prices_to_be_verified_are_named_and_all_lists_them(at):
    assert "Orderly-charging module per charger" in _text(upgrade(*at))
    assert "| 100 / 250 / 500 yuan per pc |" in _text(upgrade(*at), show_all=True)


def test_what_stands_behind_loads_and_limits_is_listed_once(at):
    guess = Assumption(
        name="ev.mean_energy_kwh", value=8, unit="kWh", source="x", confidence="assumed"
    )
    same_name = replace(guess, name="charger.p_kw", note="private_bays")
    rows = (same_name, replace(same_name, note="public_bays"), guess)
    found = upgrade(*at)
    before = replace(found.before, assumptions=rows)

    apart = replace(found, before=before)
    listed = replace(apart, assumptions=(*found.assumptions, *rows))

    for each in (apart, listed):
        names = [row["name"] for row in _tree(each)["assumptions"]]
        assert (names.count("ev.mean_energy_kwh"), names.count("charger.p_kw")) == (1, 2)
    assert "8 kWh" in _text(apart)


# ---- words


def test_the_settings_are_told(at):
    assert settings_text(PlanSettings(), EN).startswith("works where a limit is broken; at most 2")
    said = settings_text(
        PlanSettings(trigger_loading_percent=80.0, target_loading_percent=70.0, max_judged=9), EN
    )
    assert "or the loading is above 80 %" in said
    assert "what is built is loaded to 70 % at most" in said
    assert "at most 9 plans judged per strategy" in said


def test_amounts_in_wan_yuan_are_rounded_half_up():
    assert wan_yuan(Decimal(22550)) == "2.26"
    assert wan_yuan(Decimal(12345678)) == "1,234.57"


def test_two_or_more_elements_more_are_counted_one_more_is_named():
    names = ["F1", "F2", "F3", "F4", "F5"]

    assert some_elements(names[:4], EN) == "F1, F2, F3, F4"
    assert some_elements(names, EN) == "F1, F2, F3 and 2 more"
    assert some_elements(["F1", "F1", "compound"], ZH) == "F1、小区"


def test_every_kind_of_works_strategy_and_verdict_is_said_in_both_languages():
    kinds = {*(measure.kind for measure in get_args(Measure)), "storage", "photovoltaics"}
    names = {
        *(f"measure.{kind}" for kind in kinds),
        *(f"strategy.{strategy}" for strategy in STRATEGIES),
        *(f"price_end.{end}" for end in ("low", "high")),
        *("orderly", "round_robin"),
    }

    for wording in (EN, ZH):
        assert names - set(wording.terms) == set()
    assert kind_word(SetTap.kind, ZH) == "调整分接头"


@pytest.mark.parametrize("show_all", [False, True])
def test_the_story_in_chinese_has_no_english_words(at, old_courtyard, show_all):
    for found in (upgrade(*at), _copper_alone(old_courtyard), _nothing_works(at), _fits(at)):
        text = _text(found, ZH, show_all=show_all)

        for english in (
            *("fits", "works", "orderly", "least", "transformer.", "measure.", "strategy."),
            *("judged", "yuan", "nothing", "topic.", "more", "price_end", "replace"),
        ):
            assert english not in text, english
