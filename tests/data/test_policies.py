"""What every shipped policy pack obeys, and the values of the documents it cites.

Expected values of the regional packs were read in the documents named in ``sources_policy.yaml``;
each row below gives the section and item where the number stands.
"""

import json
from importlib.resources import files

import pytest
import yaml

from gridcalc.policy import PAYERS, list_policies, load_policy, pack_json, permit_classes
from gridcalc.policy.loading import shipped_ids
from gridcalc.provenance import weakest

PACKS = ("changji-2026", "fujian-2024", "jiangxi-2025", "national", "ningxia-2025", "wujiang-2021")

# Every rule that calculations ask for by name; the base pack must define all of them.
CALLED_BY_NAME = [
    "transformer.max_loading_percent",
    "transformer.max_pair_loading_percent",
    "transformer.heavy_loading_percent",
    "transformer.heavy_duration_h",
    "transformer.overload_percent",
    "transformer.max_phase_loading_percent",
    "transformer.n_minus_1_max_loading_percent",
    "transformer.max_unit_kva",
    "transformer.max_unit_prefabricated_kva",
    "cable.max_loading_percent",
    "voltage.max_deviation_three_phase_percent",
    "voltage.max_rise_single_phase_percent",
    "voltage.max_drop_single_phase_percent",
    "voltage.max_deviation_mv_percent",
    "voltage.max_unbalance_percent",
    "protection.sensitivity_factor",
    "protection.u0_v",
    "mv.max_line_installed_kva",
    "mv.max_ring_loading_percent",
    "supply.max_lv_kw",
    "supply.max_public_line_kva",
    "supply.max_single_phase_kw",
    "charging.min_private_share_percent",
    "charging.min_ebike_share_percent",
    "charging.public_bays_per_charger",
    "charging.orderly_required",
    "siting.min_floor",
    "siting.above_ground_preferred",
    "siting.flood_protection_required",
    "siting.generator_interface_required",
    "siting.generator_interface_at_ground",
    "metering.one_household_one_meter_required",
    "household.kw_rule_set",
    "household.kw_position",
    "household.default_area_m2",
    "household.factor_rule_set",
    "household.cable_factor_rule_set",
    "household.factor_position",
    "household.power_factor",
    "charger.factor_rule_set",
    "charger.factor_position",
    "charger.factor_floor",
    "charger.p_kw",
    "charger.power_factor",
    "charger.phase_factor",
    "public_charger.factor_rule_set",
    "ebike.p_kw_per_socket",
    "ebike.power_factor",
    "ebike.coincidence",
    "public.power_factor",
    "public.demand_factor",
    "public.excluded_kinds",
    "compensation.target_power_factor",
    "demand.low_load_factor",
    "demand.governing_method",
    "mv.source_vm_peak_pu",
    "mv.source_vm_low_load_pu",
    "mv.sc_max_mva",
    "mv.sc_min_mva",
    "mv.source_r_over_x",
    "mv.fault_clearing_s",
    "lv.fault_clearing_s",
    "short_circuit.end_temperature_factor",
    "short_circuit.c_max_mv",
    "short_circuit.c_min_mv",
    "short_circuit.c_max_lv",
    "short_circuit.c_min_lv",
    "cable.conductor_celsius",
    "cable.soil_celsius",
    "cable.air_celsius",
    "cable.soil_rho_k_m_per_w",
    "cable.n_grouped",
    "cable.third_harmonic_percent",
    "mv.default_laying",
    "lv.default_laying",
    "season.governing",
    "tariff.valley_start",
    "stochastic.percentile",
    "stochastic.n_days",
    "season.winter_heating",
    "household.day_sigma_factor",
    "household.winter.day_sigma_factor",
    "timer.responder_share",
    "timer.spread_min",
    "ebike.charges_per_socket_day",
    "orderly.rule",
    "orderly.participation_share",
    "orderly.min_current_a",
    "orderly.step_min",
    "orderly.lost_communication_share",
    "orderly.headroom_percent",
    "orderly.min_energy_delivered_percent",
    "orderly.min_sessions_served_percent",
    "permit.classes",
    "permit.approval_working_days",
    "deadline.lv_residential",
    "deadline.lv_residential_counts",
    "deadline.lv_without_external_works",
    "deadline.lv_with_external_works",
    "deadline.lv_other",
    "deadline.hv_single_source",
    "deadline.hv_double_source",
    "deadline.hv_important_user_surcharge",
    "deadline.charging_acceptance",
    "deadline.charging_supply_scheme",
    "deadline.charging_meter_and_connection",
    "deadline.lv_works_simple",
    "deadline.lv_works_new_structures",
    "deadline.mv_works",
    "ageing.oil_paper",
    "ageing.dry_class",
    "ageing.summer_mean_celsius",
    "ageing.summer_swing_celsius",
    "ageing.winter_mean_celsius",
    "ageing.winter_swing_celsius",
    "ageing.hottest_hour",
]

BASE_VALUES = [  # rule, value, document, clause, mark
    ("transformer.max_loading_percent", 85, "gb-51348-2019", "4.3.2", "seen"),
    ("transformer.max_pair_loading_percent", 65, "gbt-36040-2018", "9.3", "seen"),
    ("transformer.n_minus_1_max_loading_percent", 100, "gb-51348-2019", "4.3.2", "seen"),
    ("voltage.max_deviation_three_phase_percent", 7, "gbt-12325-2008", "4.2", "seen"),
    ("voltage.max_rise_single_phase_percent", 7, "gbt-12325-2008", "4.3", "seen"),
    ("voltage.max_drop_single_phase_percent", 10, "gbt-12325-2008", "4.3", "seen"),
    ("voltage.max_unbalance_percent", 2, "gbt-15543-2008", "", "secondary"),
    ("protection.sensitivity_factor", 1.3, "gb-50054-2011", "6.2.4", "seen"),
    ("short_circuit.c_max_mv", 1.1, "supply-design-handbook", "表4.1-1", "seen"),
    ("short_circuit.c_max_lv", 1.05, "supply-design-handbook", "表4.1-1", "seen"),
    ("short_circuit.c_min_mv", 1.0, "iec-60909", "", "recalled"),
    ("short_circuit.c_min_lv", 0.95, "iec-60909", "", "secondary"),
    ("mv.max_line_installed_kva", 12000, "project-assumption", "", "assumed"),
]

TASKS, LEDGER = "二、重点任务", "附件2 任务台账"
OFFICE = "二、打造更便捷的办电环境"
WORK = "三、工作内容"
GOALS, HANDOVER = "二、工作目标", "三、移交实施流程"

REGIONAL_VALUES = [  # pack, rule, value, section, item
    ("ningxia-2025", "supply.max_lv_kw", 160, TASKS, "1"),
    ("ningxia-2025", "supply.split_application_allowed", False, TASKS, "1"),
    ("ningxia-2025", "deadline.lv_without_external_works", 5, TASKS, "2"),
    ("ningxia-2025", "deadline.lv_with_external_works", 15, TASKS, "2"),
    ("ningxia-2025", "deadline.charging_acceptance", 1, TASKS, "2"),
    ("ningxia-2025", "deadline.charging_supply_scheme", 3, TASKS, "2"),
    ("ningxia-2025", "deadline.charging_meter_and_connection", 2, TASKS, "2"),
    ("ningxia-2025", "deadline.lv_residential_counts", "whole_process", LEDGER, "3"),  # 全过程
    ("ningxia-2025", "deadline.lv_other", 6, LEDGER, "3"),
    ("ningxia-2025", "deadline.hv_single_source", 22, LEDGER, "3"),
    ("ningxia-2025", "deadline.hv_double_source", 32, LEDGER, "3"),
    ("ningxia-2025", "service.source_route_scheme_generated", True, TASKS, "3"),
    ("ningxia-2025", "permit.approval_working_days", 3, TASKS, "4"),
    ("ningxia-2025", "charging.min_private_share_percent", 100, TASKS, "5"),
    ("ningxia-2025", "charging.min_ebike_share_percent", 50, TASKS, "5"),
    ("ningxia-2025", "siting.min_floor", -1, TASKS, "6"),
    ("ningxia-2025", "siting.flood_protection_required", True, TASKS, "6"),
    ("ningxia-2025", "siting.generator_interface_at_ground", True, TASKS, "6"),
    ("ningxia-2025", "metering.one_household_one_meter_required", True, TASKS, "6"),
    ("ningxia-2025", "restoration.inside_compound_standard", "not_below_original", TASKS, "9"),
    ("ningxia-2025", "reliability.max_outages_per_year", 5, LEDGER, "28"),
    ("ningxia-2025", "reliability.max_outages_in_60_days", 3, LEDGER, "28"),
    ("jiangxi-2025", "supply.max_lv_kw", 160, OFFICE, "1"),
    ("jiangxi-2025", "supply.outside_red_line_at_user_cost", False, OFFICE, "2"),
    ("jiangxi-2025", "deadline.lv_without_external_works", 5, OFFICE, "3"),
    ("jiangxi-2025", "deadline.lv_with_external_works", 15, OFFICE, "3"),
    ("jiangxi-2025", "deadline.lv_residential_counts", "whole_process", OFFICE, "3"),  # 全过程
    ("jiangxi-2025", "deadline.hv_single_source", 16, OFFICE, "3"),
    ("jiangxi-2025", "deadline.hv_double_source", 26, OFFICE, "3"),
    ("jiangxi-2025", "deadline.hv_important_user_surcharge", 6, OFFICE, "3"),
    ("jiangxi-2025", "service.source_route_scheme_generated", True, OFFICE, "4"),
    ("jiangxi-2025", "mv.township_n_minus_1_required", True, "三、构建更高质的供电能力", "6"),
    ("jiangxi-2025", "reliability.max_outages_per_year", 5, "三、构建更高质的供电能力", "8"),
    ("jiangxi-2025", "charging.ebike_zero_investment", True, "四、提升更绿色的用电能效", "11"),
    ("fujian-2024", "charging.public_bays_per_charger", 2, WORK, "（三）"),
    ("fujian-2024", "payer.lv_before_meter", ("utility",), WORK, "（三）"),
    ("fujian-2024", "payer.charging_civil", ("owners", "operator", "government"), WORK, "（三）"),
    ("fujian-2024", "charging.orderly_required", True, WORK, "（六）"),
    ("fujian-2024", "charging.grid_control_required", True, WORK, "（六）"),
    ("wujiang-2021", "deadline.lv_residential", 3, GOALS, "（一）"),
    ("wujiang-2021", "deadline.lv_residential_counts", "steps", GOALS, "（一）"),  # 各环节合计
    ("wujiang-2021", "deadline.lv_other", 5, GOALS, "（一）"),
    ("wujiang-2021", "deadline.hv_single_source", 12, GOALS, "（一）"),
    ("wujiang-2021", "deadline.hv_double_source", 22, GOALS, "（一）"),
    ("wujiang-2021", "supply.max_lv_kw", 200, "三、重点任务（三）", "6"),
    ("wujiang-2021", "supply.max_public_line_kva", 4000, "三、重点任务（三）", "6"),
    ("wujiang-2021", "permit.approval_working_days", 5, "三、重点任务（一）", "2"),
    ("wujiang-2021", "deadline.lv_works_simple", 5, "三、重点任务（一）", "3"),
    ("wujiang-2021", "deadline.lv_works_new_structures", 10, "三、重点任务（一）", "3"),
    ("wujiang-2021", "deadline.mv_works", 30, "三、重点任务（一）", "3"),
    ("wujiang-2021", "payer.mv_outside_red_line", ("utility",), "三、重点任务（三）", "7"),
    ("wujiang-2021", "payer.mv_civil_outside_red_line", ("government",), "三、重点任务（三）", "7"),
    ("wujiang-2021", "reliability.max_outage_h_per_year_urban", 5, GOALS, "（五）"),
    ("wujiang-2021", "reliability.max_outage_h_per_year_rural", 7, GOALS, "（五）"),
    ("changji-2026", "handover.old_courtyard_latest_year", 2005, "二、工作任务（二）", "1"),
    ("changji-2026", "payer.meter_and_box", ("utility",), "二、工作任务（二）", "3"),
    ("changji-2026", "payer.public_network", ("utility",), "二、工作任务（二）", "3"),
    ("changji-2026", "payer.lv_civil.old_courtyard", ("government",), "二、工作任务（二）", "3"),
    ("changji-2026", "handover.demarcation_required", True, "二、工作任务（三）", "3"),
    ("changji-2026", "vote.min_participation_area_factor", 2 / 3, HANDOVER, "2"),
    ("changji-2026", "vote.min_participation_owners_factor", 2 / 3, HANDOVER, "2"),
    ("changji-2026", "vote.approval_above_area_factor", 0.5, HANDOVER, "2"),
    ("changji-2026", "vote.notice_days", 7, HANDOVER, "2"),
]


def sources():
    folder = files("gridcalc") / "data"
    found = {}
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.startswith("sources") and entry.name.endswith(".yaml"):
            found.update(yaml.safe_load(entry.read_text(encoding="utf-8")))
    return found


def test_the_shipped_packs_are_the_national_one_and_five_regions():
    assert shipped_ids() == PACKS


@pytest.mark.parametrize("pack_id", PACKS)
def test_every_pack_loads_under_its_file_name(pack_id):
    pack = load_policy(pack_id)

    assert pack.id == pack_id
    assert pack.extends == (None if pack_id == "national" else "national")
    assert pack.title
    assert pack.title_en
    assert pack.issuer


@pytest.mark.parametrize("pack", list_policies(), ids=lambda pack: pack.id)
def test_every_document_resolves_and_no_rule_is_trusted_more_than_its_document(pack):
    known = sources()

    unknown = {rule.document for rule in pack.own_rules()} - set(known)
    raised = [
        rule.name
        for rule in pack.own_rules()
        if rule.document in known
        and weakest(rule.confidence, known[rule.document]["confidence"]) != rule.confidence
    ]

    assert unknown == set()
    assert raised == []


@pytest.mark.parametrize("pack", list_policies(), ids=lambda pack: pack.id)
def test_every_rule_has_a_unit_and_a_short_title_in_both_languages(pack):
    faulty = [
        rule.name
        for rule in pack.own_rules()
        if not rule.unit
        or not (0 < len(rule.title_zh) <= 20)
        or not (0 < len(rule.title_en) <= 70)
        or rule.title_zh == rule.title_en
    ]

    assert faulty == []


@pytest.mark.parametrize("pack", list_policies(), ids=lambda pack: pack.id)
def test_a_rule_read_in_a_regional_document_names_its_section(pack):
    unplaced = [
        rule.name
        for rule in pack.own_rules()
        if rule.document == pack.id and not (rule.section and (rule.item or "changji" in pack.id))
    ]

    assert unplaced == []


@pytest.mark.parametrize("pack", list_policies(), ids=lambda pack: pack.id)
def test_payer_rules_name_known_payers(pack):
    faulty = [
        rule.name
        for rule in pack.own_rules()
        if rule.name.startswith("payer.") and not set(pack.names(rule.name)) <= set(PAYERS)
    ]

    assert faulty == []


def test_the_base_pack_defines_every_rule_that_calculations_call():
    missing = [name for name in CALLED_BY_NAME if name not in load_policy("national").rules]

    assert missing == []


@pytest.mark.parametrize(("name", "value", "document", "clause", "mark"), BASE_VALUES)
def test_the_base_pack_cites_its_standards(name, value, document, clause, mark):
    rule = load_policy("national").rule(name)

    assert (rule.value, rule.document, rule.clause) == (value, document, clause)
    assert rule.confidence == mark


@pytest.mark.parametrize("name", CALLED_BY_NAME)
def test_engineering_choices_are_marked_as_assumed(name):
    rule = load_policy("national").rule(name)

    assert rule.confidence == "assumed" or rule.document not in {
        "project-assumption",
        "engineering-practice",
    }


@pytest.mark.parametrize(("pack_id", "name", "value", "section", "item"), REGIONAL_VALUES)
def test_a_regional_rule_says_what_its_document_says(pack_id, name, value, section, item):
    rule = load_policy(pack_id).rule(name)

    assert rule.value == value
    assert (rule.document, rule.section, rule.item) == (pack_id, section, item)
    assert rule.confidence == "seen"


def test_ningxia_binds_new_compounds_where_its_text_speaks_of_new_ones():
    pack = load_policy("ningxia-2025")

    for name in ("metering.one_household_one_meter_required", "siting.min_floor"):
        assert pack.rule(name).applies_to == "new"


@pytest.mark.parametrize("pack_id", ["national", "fujian-2024", "changji-2026"])
def test_without_a_local_rule_the_days_of_residents_are_assumed_to_be_the_whole_process(pack_id):
    rule = load_policy(pack_id).rule("deadline.lv_residential_counts")

    assert (rule.value, rule.confidence) == ("whole_process", "assumed")
    assert rule.bounds.allowed == ("steps", "whole_process")


@pytest.mark.parametrize(
    ("pack_id", "clause"),
    [("wujiang-2021", "二、工作目标（一）"), ("jiangxi-2025", "二、打造更便捷的办电环境 3")],
)
def test_a_split_of_days_for_charging_is_assumed_and_names_the_clause(pack_id, clause):
    pack = load_policy(pack_id)

    for step in ("acceptance", "supply_scheme", "meter_and_connection"):
        rule = pack.own_rule(f"deadline.charging_{step}")
        assert (rule.document, rule.confidence) == ("project-assumption", "assumed")
        assert clause in rule.note


@pytest.mark.parametrize("name", ["payer.lv_before_meter", "payer.meter_and_box"])
def test_ningxia_names_businesses_and_residents_are_read_as_one_of_them(name):
    rule = load_policy("ningxia-2025").rule(name)

    # 二、重点任务 1: 小微企业及各类民营经济组织正式新装用电
    assert rule.value == ("utility",)
    assert (rule.document, rule.section, rule.item) == ("ningxia-2025", TASKS, "1")
    assert rule.confidence == "assumed"
    assert "small businesses and private organisations" in rule.note


def test_fujian_binds_existing_compounds_of_the_renewal_plan():
    rule = load_policy("fujian-2024").rule("charging.orderly_required")

    assert rule.applies_to == "existing"
    assert not rule.holds_for("new")


def test_ningxia_files_up_to_500_m_and_approves_longer_works_in_three_days():
    filing, approval = permit_classes(load_policy("ningxia-2025"))  # 二、重点任务 4

    assert (filing.kind, filing.max_reg_length_m, filing.boundary) == ("filing", 500, "<=")
    assert set(filing.exempt_permits) == {
        "planning",
        "construction",
        "temporary_green_land",
        "road_digging",
    }
    assert (approval.kind, approval.max_reg_length_m, approval.working_days) == (
        "approval",
        None,
        3,
    )
    assert approval.voltage_kv_max == 10


def test_wujiang_files_up_to_600_m_unless_along_main_or_secondary_roads():
    filing, approval = permit_classes(load_policy("wujiang-2021"))  # 三、重点任务（一） 2

    assert (filing.kind, filing.max_reg_length_m, filing.boundary) == ("filing", 600, "<=")
    assert filing.forbid_along == ("primary_road", "secondary_road")
    assert filing.forbid_important_infrastructure
    assert (approval.kind, approval.working_days) == ("approval", 5)


@pytest.mark.parametrize("pack_id", ["national", "jiangxi-2025", "fujian-2024", "changji-2026"])
def test_without_a_local_permit_rule_there_are_no_classes(pack_id):
    pack = load_policy(pack_id)

    assert permit_classes(pack) == ()
    assert "local rule" in pack.rule("permit.classes").note


def test_changji_knows_four_categories_and_what_each_hands_over():
    rows = load_policy("changji-2026").rows("handover.categories")

    assert {row["category"] for row in rows} == {
        "old_courtyard",
        "combined_meter",
        "owners_metered",
        "new",
    }
    assert next(row for row in rows if row["category"] == "old_courtyard")["latest_year"] == 2005


def test_wujiang_takes_its_demand_from_the_jiangsu_method():
    pack = load_policy("wujiang-2021")

    assert pack.text("household.kw_rule_set") == "jiangsu_style"
    assert pack.text("household.factor_rule_set") == "jiangsu_style_transformer_kp"
    assert pack.text("household.cable_factor_rule_set") == "jiangsu_style_cable_kp"
    assert pack.rule("household.kw_rule_set").confidence == "assumed"


def test_the_dates_and_status_are_those_of_the_documents():
    found = {pack.id: (pack.date, pack.status) for pack in list_policies()}

    assert found["jiangxi-2025"] == ("2025-12-22", "in_force")
    assert found["wujiang-2021"] == ("2021-11-26", "in_force")
    assert found["ningxia-2025"][1] == found["changji-2026"][1] == "draft"


@pytest.mark.parametrize("pack", list_policies(), ids=lambda pack: pack.id)
def test_a_pack_as_json_keeps_numbers_and_the_citation_of_every_rule(pack):
    shown = json.loads(json.dumps(pack_json(pack), ensure_ascii=False))

    assert list(shown["rules"]) == list(pack.rules)
    for name, row in shown["rules"].items():
        assert {"value", "unit", "document", "section", "item", "confidence"} <= set(row)
        value = pack.rules[name].value
        if isinstance(value, (bool, int, float)):
            assert row["value"] == value
            assert type(row["value"]) is type(value)
