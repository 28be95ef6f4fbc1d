"""Who pays: one example per policy pack, split by hand from the clauses of its document."""

from dataclasses import replace

import pytest

from gridcalc.cost import bill_of_quantities, load_price_book, payers
from gridcalc.cost.money import total
from gridcalc.errors import InputError
from gridcalc.policy import PAYERS, PayerScope, PolicyPack, list_policies, load_policy
from gridcalc.policy.values import freeze
from tests.unit.cost_cases import TYPICAL_YUAN, plain_book, works

# By hand from the works in cost_cases.py (lv 83 600, lv civil 30 000, meter boxes 10 000,
# transformer 85 000, 10 kV cable 8 300, its trench 30 000, tray 10 800, controller 15 000).
# Where the document of a pack is silent the base pack's assumptions hold: civil works of charging
# by owners and operator (5 400 each), the controller by the operator, outside the red line all by
# the utility, in a new compound all inside by the developer.
NEW_BY_BASE_PACK = {"utility": 38_300, "developer": 219_400, "operator": 15_000}
SPLITS = {
    # Assumptions of the base pack: before the meter all is the utility's.
    ("national", "existing", "utility"): {"utility": 246_900, "owners": 5_400, "operator": 20_400},
    # Owners' equipment is the owners': 83 600 + 30 000 + 85 000 + 5 400.
    ("national", "existing", "combined_meter"): {
        "utility": 48_300,
        "owners": 204_000,
        "operator": 20_400,
    },
    ("national", "new", None): NEW_BY_BASE_PACK,
    # 二、重点任务 1: 电能表及以上供电设施全部由供电企业投资. The rest as in the base pack.
    ("ningxia-2025", "existing", "utility"): {
        "utility": 246_900,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 8: 坚持"政府主导、多方参与、共担共建"原则, 有序推进老旧小区…改造. Transformer, LV and its
    # civil works (198 600) by government and utility, 99 300 each; meters (10 000) by 1.
    ("ningxia-2025", "existing", "old_courtyard"): {
        "utility": 147_600,
        "government": 99_300,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 8: …稳妥推进非电网企业供配电设施资产小区改造; 1 leaves out 高压供电用户申请销户转低压用电.
    # The same 198 600 by government and owners.
    ("ningxia-2025", "existing", "combined_meter"): {
        "utility": 48_300,
        "government": 99_300,
        "owners": 104_700,
        "operator": 20_400,
    },
    # 7: 房屋工程开发建设单位 builds, 验收合格交房后直接移交供电企业.
    ("ningxia-2025", "new", None): NEW_BY_BASE_PACK,
    # 二 2: 不得由用户承担建筑区划红线外投资; the civil works there (30 000) are shared by utility
    # and government, no shares stated.
    ("jiangxi-2025", "existing", "utility"): {
        "utility": 231_900,
        "government": 15_000,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 二 1: 低压用户办电零投资, so LV (83 600) and meters (10 000) by the utility; transformer and
    # LV civil works (115 000) by government and utility as in the base pack, 57 500 each.
    ("jiangxi-2025", "existing", "old_courtyard"): {
        "utility": 174_400,
        "government": 72_500,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 五 15: 根据…供配电设施资产权属主体等情况，分类施策. Inside all but the meters by the owners.
    ("jiangxi-2025", "existing", "combined_meter"): {
        "utility": 33_300,
        "government": 15_000,
        "owners": 204_000,
        "operator": 20_400,
    },
    # 三（三）: 表前供电线路及设备改造费用由供电企业承担 (83 600 + 10 000 + 85 000);
    # 土建部分建设费用、充电设施…建设费用按照谁收益、谁出资原则, of 群众, 运营单位, 政府财政支持:
    # LV civil works, tray and controller (55 800) in three parts of 18 600. Outside the red line
    # (38 300) the base pack.
    ("fujian-2024", "existing", "old_courtyard"): {
        "utility": 216_900,
        "government": 18_600,
        "owners": 18_600,
        "operator": 18_600,
    },
    # The text makes no difference by ownership.
    ("fujian-2024", "existing", "combined_meter"): {
        "utility": 216_900,
        "government": 18_600,
        "owners": 18_600,
        "operator": 18_600,
    },
    # 三（一）: 本方案的老旧小区是…住宅小区; of new ones it says nothing.
    ("fujian-2024", "new", None): NEW_BY_BASE_PACK,
    # 三（三）7: 外线电气工程由供电企业负责投资建设;
    # 线路通道、电缆管沟廊道等市政配套基础设施由各级政府负责投资建设.
    ("wujiang-2021", "existing", "utility"): {
        "utility": 216_900,
        "government": 30_000,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 三（三）7: 对…电动汽车充换电设施等，由供电企业投资至计量箱, whoever owns the network: LV,
    # meters and the 10 kV cable (101 900). LV civil works and transformer (115 000) by the base
    # pack.
    ("wujiang-2021", "existing", "combined_meter"): {
        "utility": 101_900,
        "government": 30_000,
        "owners": 120_400,
        "operator": 20_400,
    },
    # 二（四）: 10（20）千伏客户由供电企业投资外线电气工程, channels by the government; inside, of
    # which it does not speak, the base pack.
    ("wujiang-2021", "new", None): {
        "utility": 8_300,
        "government": 30_000,
        "developer": 219_400,
        "operator": 15_000,
    },
    # 二（二）3: 国网昌吉供电公司负责…计量箱、电能表;
    # 州、县(市)财政将改造补贴资金纳入年度财政预算 for transformer, LV and LV civil works (198 600).
    # Outside the red line as in the base pack.
    ("changji-2026", "existing", "old_courtyard"): {
        "utility": 48_300,
        "government": 198_600,
        "owners": 5_400,
        "operator": 20_400,
    },
    # 二（三） names no funds; 三 5: 谁的产权谁负责 until the handover. As in the base pack.
    ("changji-2026", "existing", "combined_meter"): {
        "utility": 48_300,
        "owners": 204_000,
        "operator": 20_400,
    },
    # 二（一）: 居民小区供配电设施由建设单位…设计，施工; by the base pack's rules for new compounds
    # that includes LV civil works, meters and the civil works of charging. 二（二）3, which gives
    # meters to the utility, stands under 加快老旧院落供配电设施改造移交.
    ("changji-2026", "new", None): NEW_BY_BASE_PACK,
}

OUTSIDE, LV, CONTROL = "mv_outside_red_line", "lv_before_meter", "orderly_control"
ASKED_OF_EVERY_PACK = {OUTSIDE, LV, CONTROL}
NATIONAL, NINGXIA, JIANGXI, FUJIAN, WUJIANG, CHANGJI = (
    *("national", "ningxia-2025", "jiangxi-2025", "fujian-2024", "wujiang-2021"),
    "changji-2026",
)
ASSUMPTION, RED_LINE = ("project-assumption", "", "assumed"), ("guobanhan-2020-129", "", "recalled")
UTILITY, OPERATOR, SHARED = ("utility",), ("operator",), ("owners", "operator", "government")
NINGXIA_1 = (NINGXIA, "二、重点任务 1", "assumed")  # the text names businesses, not residents
NINGXIA_8 = (NINGXIA, "二、重点任务 8", "assumed")
JIANGXI_1 = (JIANGXI, "二、打造更便捷的办电环境 1", "seen")
JIANGXI_2 = (JIANGXI, "二、打造更便捷的办电环境 2", "assumed")  # the text names no payer
FUJIAN_3 = (FUJIAN, "三、工作内容 （三）", "seen")
WUJIANG_7 = (WUJIANG, "三、重点任务（三） 7", "seen")
CHANGJI_3 = (CHANGJI, "二、工作任务（二） 3", "seen")
CLAUSES = [  # pack, category (None: new), part of the works, payers, (document, clause, mark)
    # No document: the base pack's own assumptions, and the red line of 国办函〔2020〕129号.
    (NATIONAL, "utility", OUTSIDE, UTILITY, RED_LINE),
    (NATIONAL, "utility", LV, UTILITY, ASSUMPTION),
    (NATIONAL, "utility", CONTROL, OPERATOR, ASSUMPTION),
    # Ningxia names neither works outside the red line nor controllers.
    (NINGXIA, "utility", OUTSIDE, UTILITY, RED_LINE),
    (NINGXIA, "utility", LV, UTILITY, NINGXIA_1),
    (NINGXIA, "utility", CONTROL, OPERATOR, ASSUMPTION),
    (NINGXIA, "utility", "meter_and_box", UTILITY, NINGXIA_1),
    (NINGXIA, "old_courtyard", LV, ("government", "utility"), NINGXIA_8),
    (NINGXIA, "owners_metered", LV, ("government", "owners"), NINGXIA_8),
    (NINGXIA, "combined_meter", "mv_inside_red_line", ("government", "owners"), NINGXIA_8),
    (NINGXIA, "combined_meter", "lv_civil", ("government", "owners"), NINGXIA_8),
    (NINGXIA, None, LV, ("developer",), ASSUMPTION),
    # Jiangxi names no controllers.
    (JIANGXI, "utility", OUTSIDE, UTILITY, JIANGXI_2),
    (JIANGXI, None, OUTSIDE, UTILITY, JIANGXI_2),
    (JIANGXI, "utility", "mv_civil_outside_red_line", ("utility", "government"), JIANGXI_2),
    (JIANGXI, "utility", LV, UTILITY, JIANGXI_1),
    (JIANGXI, "old_courtyard", LV, UTILITY, JIANGXI_1),
    (
        *(JIANGXI, "owners_metered", LV, ("owners",)),
        (JIANGXI, "五、完善更普惠的服务保障 13", "assumed"),
    ),
    (JIANGXI, None, LV, ("developer",), ASSUMPTION),
    (JIANGXI, "utility", CONTROL, OPERATOR, ASSUMPTION),
    # Fujian names nothing outside the red line; 三（六）: 充电设施应具备有序充电功能, and 三（三）
    # says who pays for 充电设施.
    (FUJIAN, "old_courtyard", OUTSIDE, UTILITY, RED_LINE),
    (FUJIAN, "old_courtyard", LV, UTILITY, FUJIAN_3),
    (FUJIAN, "owners_metered", LV, UTILITY, FUJIAN_3),
    (FUJIAN, "old_courtyard", "mv_inside_red_line", UTILITY, FUJIAN_3),
    (FUJIAN, "old_courtyard", "lv_civil", SHARED, FUJIAN_3),
    (FUJIAN, "old_courtyard", "mv_civil_inside_red_line", SHARED, FUJIAN_3),
    (FUJIAN, "old_courtyard", "charging_civil", SHARED, FUJIAN_3),
    (
        *(FUJIAN, "old_courtyard", CONTROL, SHARED),
        (FUJIAN, "三、工作内容 （三）、（六）", "assumed"),
    ),
    (FUJIAN, None, CONTROL, OPERATOR, ASSUMPTION),
    # Wujiang names no controllers.
    (WUJIANG, "utility", OUTSIDE, UTILITY, WUJIANG_7),
    (WUJIANG, None, OUTSIDE, UTILITY, WUJIANG_7),
    (WUJIANG, "utility", "mv_civil_outside_red_line", ("government",), WUJIANG_7),
    (WUJIANG, "combined_meter", LV, UTILITY, WUJIANG_7),
    (WUJIANG, None, LV, ("developer",), ASSUMPTION),
    (WUJIANG, "utility", CONTROL, OPERATOR, ASSUMPTION),
    # Changji names neither the works from the public line to the red line nor controllers.
    (CHANGJI, "old_courtyard", OUTSIDE, UTILITY, RED_LINE),
    (CHANGJI, "old_courtyard", LV, ("government",), CHANGJI_3),
    (CHANGJI, "owners_metered", LV, ("owners",), ASSUMPTION),
    (CHANGJI, None, LV, ("developer",), (CHANGJI, "二、工作任务（一）", "seen")),
    (CHANGJI, "old_courtyard", "meter_and_box", UTILITY, CHANGJI_3),
    (
        *(CHANGJI, "combined_meter", "meter_and_box", UTILITY),
        (CHANGJI, "三、移交实施流程 5", "assumed"),
    ),
    (CHANGJI, None, "meter_and_box", ("developer",), ASSUMPTION),
    (CHANGJI, "old_courtyard", CONTROL, OPERATOR, ASSUMPTION),
]


def split_of(pack_id: str, build: str, category: str | None):
    bill = bill_of_quantities(works(), plain_book())
    return payers(bill, policy=load_policy(pack_id), build=build, category=category)


@pytest.mark.parametrize(("case", "expected"), SPLITS.items(), ids=lambda c: "-".join(map(str, c)))
def test_the_payers_of_a_pack_bear_what_its_clauses_say(case, expected):
    totals = split_of(*case).totals_yuan

    assert sum(expected.values()) == TYPICAL_YUAN
    assert {payer: money.typical for payer, money in totals.items()} == expected


def row_of(pack: PolicyPack, subject: PayerScope, *, build: str, category: str | None):
    """Return the split of 100 m of LV cable, taken as that part of the works."""
    bill = bill_of_quantities([replace(works()[0], payer_subject=subject)], plain_book())
    return payers(bill, policy=pack, build=build, category=category).rows[0]


@pytest.mark.parametrize(("pack_id", "category", "subject", "names", "said"), CLAUSES)
def test_a_payer_is_named_with_the_clause_and_its_mark(pack_id, category, subject, names, said):
    build = "existing" if category else "new"

    row = row_of(load_policy(pack_id), subject, build=build, category=category)

    assert tuple(share.payer for share in row.shares) == names
    assert (row.rule.document, row.rule.clause, row.rule.confidence) == said
    assert row.holds


def test_every_shipped_pack_has_splits_and_clauses_checked_by_hand():
    shipped = {pack.id for pack in list_policies()}

    assert {pack_id for pack_id, _, _ in SPLITS} == shipped
    asked = {(pack_id, part) for pack_id, _, part, _, _ in CLAUSES if part in ASKED_OF_EVERY_PACK}
    assert asked == {(pack_id, part) for pack_id in shipped for part in ASKED_OF_EVERY_PACK}


@pytest.mark.parametrize("pack", list_policies(), ids=lambda pack: pack.id)
@pytest.mark.parametrize(
    ("build", "category"),
    [
        ("new", None),
        *(
            ("existing", c)
            for c in ("utility", "owners_metered", "combined_meter", "old_courtyard")
        ),
    ],
)
@pytest.mark.parametrize("subject", PayerScope.__args__)
def test_every_part_of_the_works_has_a_rule_made_for_each_kind_of_compound(
    pack, build, category, subject
):
    assert row_of(pack, subject, build=build, category=category).holds


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


def test_shares_are_as_doubtful_as_their_own_mark():
    shares = [{"payer": "utility", "percent": 50}, {"payer": "government", "percent": 50}]
    pack = _with_shares(shares)
    subject = "mv_civil_outside_red_line"
    payer_rule = replace(pack.rule(f"payer.{subject}"), confidence="seen")
    pack = replace(pack, rules={**pack.rules, payer_rule.name: payer_rule})

    row = row_of(pack, subject, build="existing", category="utility")

    # The shares carry the mark of 江西 二 2, assumed; that the payers are seen does not help.
    assert (row.division, row.rule.confidence, row.confidence) == ("stated", "seen", "assumed")


def test_a_plan_for_old_compounds_says_nothing_about_new_ones():
    # Fujian 三（一）: old compounds of the renewal plan; for new ones the base pack's rule holds.
    row = row_of(load_policy("fujian-2024"), "public_charger", build="new", category=None)

    assert [share.payer for share in row.shares] == ["operator"]
    assert (row.rule.pack_id, row.holds) == ("national", True)


def test_a_rule_made_for_existing_compounds_is_doubtful_where_a_new_one_has_no_other():
    pack = load_policy("national")
    rule = replace(pack.rule("payer.public_charger"), applies_to="existing", confidence="seen")
    pack = replace(pack, rules={**pack.rules, rule.name: rule})

    row = row_of(pack, "public_charger", build="new", category=None)

    assert (row.rule, row.holds, row.confidence) == (rule, False, "assumed")


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
