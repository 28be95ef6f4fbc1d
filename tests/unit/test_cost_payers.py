"""Who pays: one example per policy pack, split by hand from the clauses of its document."""

from dataclasses import replace

import pytest

from gridcalc.cost import bill_of_quantities, load_price_book, payers
from gridcalc.cost.money import total
from gridcalc.errors import InputError
from gridcalc.policy import PAYERS, PayerScope, list_policies, load_policy
from gridcalc.policy.values import freeze
from tests.unit.cost_cases import TYPICAL_YUAN, plain_book, works

# By hand from the works in cost_cases.py (lv 83 600, lv civil 30 000, meter boxes 10 000,
# transformer 85 000, 10 kV cable 8 300, its trench 30 000, tray 10 800, controller 15 000).
# Civil works of charging are shared by owners and operator in equal parts (5 400 each) and the
# controller is the operator's unless a line says otherwise.
SPLITS = {
    # Assumptions of the base pack: before the meter all is the utility's.
    ("national", "existing", "utility"): {"utility": 246_900, "owners": 5_400, "operator": 20_400},
    # 二、重点任务 1: meter and everything before it by the utility; the rest as in the base pack.
    ("ningxia-2025", "existing", "utility"): {
        "utility": 246_900,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 二 2: nothing outside the red line is the user's; the civil works there (30 000) are shared
    # by utility and government, no shares stated.
    ("jiangxi-2025", "existing", "utility"): {
        "utility": 231_900,
        "government": 15_000,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 三（三）: before the meter the utility, also in an old courtyard; civil works of charging by
    # owners, operator and government (3 600 each); LV civil works shared by government and utility
    # (base pack, 15 000 each).
    ("fujian-2024", "existing", "old_courtyard"): {
        "utility": 231_900,
        "government": 18_600,
        "owners": 3_600,
        "operator": 18_600,
    },
    # 三（三）7: electrical works outside by the utility, channels and ducts by the government.
    ("wujiang-2021", "existing", "utility"): {
        "utility": 216_900,
        "government": 30_000,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 二（二）3: meters and boxes by the utility; county subsidies for transformer, LV and its
    # civil works (85 000 + 83 600 + 30 000); outside the red line as in the base pack.
    ("changji-2026", "existing", "old_courtyard"): {
        "utility": 48_300,
        "government": 198_600,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 二（一）: the developer builds what is inside the red line; by the base pack's rules for new
    # compounds that includes LV civil works, meters and the civil works of charging.
    ("changji-2026", "new", None): {
        "utility": 38_300,
        "developer": 219_400,
        "operator": 15_000,
    },
}
CLAUSES = [  # pack, category, part of the works, payers, document, clause
    ("ningxia-2025", "utility", "lv_before_meter", ("utility",), "ningxia-2025", "二、重点任务 1"),
    ("ningxia-2025", "utility", "meter_and_box", ("utility",), "ningxia-2025", "二、重点任务 1"),
    (
        *("jiangxi-2025", "utility", "mv_civil_outside_red_line", ("utility", "government")),
        *("jiangxi-2025", "二、打造更便捷的办电环境 2"),
    ),
    (
        *("jiangxi-2025", "utility", "lv_before_meter", ("utility",)),
        *("jiangxi-2025", "二、打造更便捷的办电环境 1"),
    ),
    (
        *("fujian-2024", "old_courtyard", "charging_civil", ("owners", "operator", "government")),
        *("fujian-2024", "三、工作内容 （三）"),
    ),
    (
        *("fujian-2024", "old_courtyard", "mv_inside_red_line", ("utility",)),
        *("fujian-2024", "三、工作内容 （三）"),
    ),
    (
        *("wujiang-2021", "utility", "mv_civil_outside_red_line", ("government",)),
        *("wujiang-2021", "三、重点任务（三） 7"),
    ),
    (
        *("wujiang-2021", "utility", "mv_outside_red_line", ("utility",)),
        *("wujiang-2021", "三、重点任务（三） 7"),
    ),
    (
        *("changji-2026", "old_courtyard", "lv_before_meter", ("government",)),
        *("changji-2026", "二、工作任务（二） 3"),
    ),
    (
        *("changji-2026", "old_courtyard", "meter_and_box", ("utility",)),
        *("changji-2026", "二、工作任务（二） 3"),
    ),
]


def split_of(pack_id: str, build: str, category: str | None):
    bill = bill_of_quantities(works(), plain_book())
    return payers(bill, policy=load_policy(pack_id), build=build, category=category)


@pytest.mark.parametrize(("case", "expected"), SPLITS.items(), ids=lambda c: "-".join(map(str, c)))
def test_the_payers_of_a_pack_bear_what_its_clauses_say(case, expected):
    totals = split_of(*case).totals_yuan

    assert sum(expected.values()) == TYPICAL_YUAN
    assert {payer: money.typical for payer, money in totals.items()} == expected


@pytest.mark.parametrize(("pack_id", "category", "subject", "names", "document", "clause"), CLAUSES)
def test_a_payer_is_named_with_the_clause(pack_id, category, subject, names, document, clause):
    (row,) = [r for r in split_of(pack_id, "existing", category).rows if r.subject == subject]

    assert tuple(share.payer for share in row.shares) == names
    assert (row.rule.document, row.rule.clause) == (document, clause)


def test_every_shipped_pack_has_a_split_checked_by_hand():
    assert {pack.id for pack in list_policies()} == {pack_id for pack_id, _, _ in SPLITS}


@pytest.mark.parametrize("case", SPLITS, ids=lambda c: "-".join(map(str, c)))
def test_totals_by_payer_sum_to_the_bill_to_the_fen_with_surcharges(case):
    pack_id, build, category = case
    rows = [replace(row, quantity=row.quantity + 0.37) for row in works()]
    bill = bill_of_quantities(rows, load_price_book("national-2025"))

    split = payers(bill, policy=load_policy(pack_id), build=build, category=category)

    assert total(split.totals_yuan.values()) == bill.cost_yuan
    assert total(row.cost_yuan for row in split.rows) == bill.cost_yuan


def test_several_payers_without_shares_split_equally_and_that_is_an_assumption():
    rows = split_of("fujian-2024", "existing", "old_courtyard").rows

    (row,) = [row for row in rows if row.subject == "charging_civil"]

    assert (row.division, row.confidence, row.rule.confidence) == ("equal", "assumed", "seen")
    assert [share.cost_yuan.typical for share in row.shares] == [3_600] * 3


def _with_shares(value):
    pack = load_policy("jiangxi-2025")
    rule = pack.rule("payer.mv_civil_outside_red_line")
    name = "payer_share.mv_civil_outside_red_line"
    stated = replace(rule, name=name, value=freeze(value))
    return replace(pack, rules={**pack.rules, name: stated})


def test_shares_that_the_pack_states_go_before_equal_ones():
    shares = [{"payer": "utility", "percent": 70}, {"payer": "government", "percent": 30}]
    bill = bill_of_quantities(works(), plain_book())

    split = payers(bill, policy=_with_shares(shares), build="existing", category="utility")

    (row,) = [row for row in split.rows if row.subject == "mv_civil_outside_red_line"]
    assert row.division == "stated"
    assert [share.cost_yuan.typical for share in row.shares] == [21_000, 9_000]


@pytest.mark.parametrize(
    "shares",
    [
        [{"payer": "utility", "percent": 70}],
        [{"payer": "utility", "percent": 70}, {"payer": "government", "percent": 20}],
        [{"payer": "utility", "percent": 70}, {"payer": "owners", "percent": 30}],
        "half",
    ],
    ids=["one missing", "not 100", "another payer", "a text"],
)
def test_shares_that_do_not_fit_their_rule_are_refused(shares):
    bill = bill_of_quantities(works(), plain_book())

    with pytest.raises(InputError, match=r"together 100 % as payer\.mv_civil_outside_red_line"):
        payers(bill, policy=_with_shares(shares), build="existing", category="utility")


def test_a_rule_made_for_existing_compounds_is_doubtful_for_a_new_one():
    row = replace(works()[0], payer_subject="public_charger")
    bill = bill_of_quantities([row], plain_book())

    split = payers(bill, policy=load_policy("fujian-2024"), build="new", category=None)

    assert (split.rows[0].holds, split.rows[0].confidence) == (False, "assumed")


@pytest.mark.parametrize(
    ("category", "point"), [("old_courtyard", "billing_meter"), ("owners_metered", "transformer")]
)
def test_the_changji_draft_names_the_demarcation_point(category, point):
    # Changji 二（二）2 and 二（三）2
    rule = split_of("changji-2026", "existing", category).handover

    assert rule is not None
    assert (rule.value, rule.confidence) == (point, "seen")


@pytest.mark.parametrize(
    ("pack_id", "build", "category"),
    [("changji-2026", "new", None), ("wujiang-2021", "existing", "old_courtyard")],
)
def test_a_demarcation_point_that_no_clause_names_is_not_invented(pack_id, build, category):
    assert split_of(pack_id, build, category).handover is None


@pytest.mark.parametrize("subject", PayerScope.__args__)
def test_every_part_of_the_works_ends_somewhere_and_has_a_payer_in_every_pack(subject):
    bill = bill_of_quantities([replace(works()[0], payer_subject=subject)], plain_book())

    for pack in list_policies():
        split = payers(bill, policy=pack, build="existing", category="combined_meter")
        assert split.rows[0].demarcation
        assert set(split.totals_yuan) <= set(PAYERS)
