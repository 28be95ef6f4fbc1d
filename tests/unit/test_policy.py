"""Loading, overriding and comparing policy packs."""

import copy
import json
import pickle
from dataclasses import replace

import pytest

from gridcalc.errors import InputError
from gridcalc.policy import (
    PolicyFile,
    compare,
    ids_of_title,
    list_policies,
    load_policy,
    pack_json,
    payer_rule,
    payer_shares,
    permit_classes,
    rule_json,
)
from gridcalc.policy.values import FrozenMapping, freeze, plain

HEAD = """\
gridcalc_policy: 1
id: {id}
title: 某市规定
date: "2026-01"
extends: {extends}
rules:
"""


def write_pack(folder, rules, *, pack_id="my-city", extends="national"):
    path = folder / f"{pack_id}.yaml"
    path.write_text(HEAD.format(id=pack_id, extends=extends) + rules, encoding="utf-8")
    return path


def problems_of(path):
    with pytest.raises(InputError) as caught:
        load_policy(str(path))
    return caught.value.problems


# ------------------------------------------------------------------ looking up


def test_a_region_inherits_what_it_does_not_state():
    pack = load_policy("wujiang-2021")

    rule = pack.rule("transformer.max_loading_percent")

    assert rule.value == 85  # GB 51348-2019 cl. 4.3.2, from the base pack
    assert rule.pack_id == "national"
    assert rule not in pack.own_rules()


def test_an_override_keeps_unit_and_titles_but_not_the_citation_of_the_base():
    base = load_policy("national").rule("supply.max_public_line_kva")

    rule = load_policy("wujiang-2021").rule("supply.max_public_line_kva")

    assert (rule.unit, rule.title_zh) == (base.unit, base.title_zh)
    assert rule.document == "wujiang-2021"
    assert rule.note != base.note


def test_an_unknown_rule_name_is_a_clear_programmer_error():
    pack = load_policy("national")

    with pytest.raises(KeyError, match=r"no rule 'supply.max_lv_kva'; the nearest is 'supply.max_"):
        pack.rule("supply.max_lv_kva")


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("number", "charging.orderly_required"),
        ("number", "household.kw_rule_set"),
        ("text", "supply.max_lv_kw"),
        ("flag", "supply.max_lv_kw"),
        ("names", "ebike.coincidence"),
        ("rows", "public.excluded_kinds"),
    ],
)
def test_asking_for_the_wrong_kind_of_value_is_a_programmer_error(method, name):
    pack = load_policy("national")

    with pytest.raises(TypeError, match=rf"{name}.* asked for as a"):
        getattr(pack, method)(name)


def test_a_rule_becomes_an_assumption_with_its_source_and_mark():
    assumption = load_policy("national").rule("charger.p_kw").assumption()

    assert (assumption.name, assumption.value, assumption.unit) == ("charger.p_kw", 7, "kW")
    assert assumption.source == "gbt-18487.1-page"
    assert assumption.confidence == "secondary"


def test_an_unknown_pack_names_the_nearest_ids():
    with pytest.raises(InputError) as caught:
        load_policy("ningxia-2024")

    assert "ningxia-2024 is not usable" in str(caught.value)
    assert "'ningxia-2025'" in str(caught.value)


def test_a_missing_file_is_an_input_error(tmp_path):
    (problem,) = problems_of(tmp_path / "nowhere.yaml")

    assert problem.message == "cannot be read: no such file or directory"


def test_values_of_a_pack_cannot_be_changed():
    rows = load_policy("national").rows("ebike.coincidence")

    with pytest.raises(TypeError, match="cannot be changed"):
        rows[0]["factor"] = 1.0  # type: ignore[index]
    with pytest.raises(TypeError, match="cannot be changed"):
        load_policy("national").rules.update({})  # type: ignore[attr-defined]


def test_a_pack_travels_to_another_process_unchanged():
    pack = load_policy("ningxia-2025")

    again = pickle.loads(pickle.dumps(pack))

    assert again == pack
    assert copy.deepcopy(pack.rows("permit.classes")) == pack.rows("permit.classes")


def test_frozen_values_are_equal_to_the_plain_ones_and_hash():
    value = freeze([{"a": 1, "b": [True, "x"]}])

    assert plain(value) == [{"a": 1, "b": [True, "x"]}]
    assert hash(value) == hash((FrozenMapping(a=1, b=(True, "x")),))
    with pytest.raises(TypeError, match="cannot be the value of a rule"):
        freeze({1, 2})


# ------------------------------------------------------------------ a user's pack


def test_a_users_pack_overrides_a_value_and_inherits_the_rest(tmp_path):
    path = write_pack(tmp_path, "  supply.max_lv_kw: {value: 250, document: 某供〔2026〕1号}\n")

    pack = load_policy(str(path))

    rule = pack.rule("supply.max_lv_kw")
    assert (rule.value, rule.unit, rule.document) == (250, "kW", "某供〔2026〕1号")
    assert (rule.confidence, rule.section, rule.item) == ("assumed", "", "")
    assert [own.name for own in pack.own_rules()] == ["supply.max_lv_kw"]
    assert pack.number("transformer.max_loading_percent") == 85


def test_a_users_pack_can_extend_a_region(tmp_path):
    rules = "  deadline.mv_works: {value: 25}\n"
    path = write_pack(tmp_path, rules, extends="wujiang-2021")

    pack = load_policy(str(path))

    assert pack.number("supply.max_lv_kw") == 200  # 吴江 三（三）6
    assert pack.number("deadline.mv_works") == 25
    assert pack.rule("supply.max_lv_kw").pack_id == "wujiang-2021"
    assert pack.rule("deadline.mv_works").document == "user"


def test_a_pack_is_found_by_id_in_the_users_folder(tmp_path):
    write_pack(tmp_path, "  supply.max_lv_kw: {value: 250}\n")

    assert load_policy("my-city", tmp_path).number("supply.max_lv_kw") == 250
    assert [pack.id for pack in list_policies(tmp_path)][-1] == "my-city"


def test_a_rule_of_ones_own_needs_all_keys(tmp_path):
    full = """\
  service.hotline: {value: "95598", unit: "-", document: user, confidence: assumed,
    title_zh: 服务热线, title_en: Hotline}
"""
    path = write_pack(tmp_path, full)

    assert load_policy(str(path)).text("service.hotline") == "95598"

    (problem,) = problems_of(write_pack(tmp_path, "  service.hotline: {value: '95598'}\n"))
    assert "also needs unit, document, confidence, title_zh, title_en" in problem.message


def test_a_permit_class_may_leave_out_what_has_a_default(tmp_path):
    rules = """\
  permit.classes:
    value:
      - {id: short, kind: filing, max_reg_length_m: 100, boundary: "<", working_days: 0}
"""
    (found,) = permit_classes(load_policy(str(write_pack(tmp_path, rules))))

    assert (found.max_reg_length_m, found.boundary, found.forbid_along) == (100, "<", ())


def test_all_mistakes_of_a_file_come_as_one_error_with_lines(tmp_path):
    rules = """\
  supply.max_lv_kva: {value: 200}
  supply.max_lv_kw: {valeu: 200}
  transformer.max_loading_percent: {value: 850}
  charging.orderly_required: {value: yes}
  household.kw_position: {value: hihg}
  deadline.mv_works: {value: 4, unit: weeks}
  tariff.valley_start: {value: "23h"}
  payer.lv_civil: {value: [ultility]}
  voltage.max_unbalance_percent: {value: .nan}
  mv.sc_min_mva: {value: 80, confidence: certain}
  permit.classes:
    value:
      - {id: a, kind: filling, max_reg_length: 500}
  ebike.coincidence: {value: [{n: 10, factor: 0.8}]}
  public.excluded_kinds: {value: [7]}
  cable.n_grouped: {value: }
"""
    problems = problems_of(write_pack(tmp_path, rules))

    found = [(problem.line, problem.key, problem.message) for problem in problems]
    expected = [
        (7, "rules.supply.max_lv_kva", "did you mean 'supply.max_lv_kw'?"),
        (8, "rules.supply.max_lv_kw.value", "value is missing"),
        (8, "rules.supply.max_lv_kw.valeu", "unknown key; did you mean 'value'?"),
        (9, "rules.transformer.max_loading_percent.value", "850 is above the largest allowed"),
        (10, "rules.charging.orderly_required.value", "'yes' is a text, not true or false"),
        (11, "rules.household.kw_position.value", "did you mean 'high'?"),
        (12, "rules.deadline.mv_works.unit", "the unit of this rule is 'working days'"),
        (13, "rules.tariff.valley_start.value", "'23h' has not the form of"),
        (14, "rules.payer.lv_civil.value", "did you mean 'utility'?"),
        (15, "rules.voltage.max_unbalance_percent.value", "not finite"),
        (16, "rules.mv.sc_min_mva.confidence", "'certain' is not one of"),
        (19, "rules.permit.classes.value[0].kind", "did you mean 'filing'?"),
        (19, "rules.permit.classes.value[0].max_reg_length", "did you mean 'max_reg_length_m'?"),
        (20, "rules.ebike.coincidence.value[0]", "needs exactly the keys factor (a number), n_so"),
        (21, "rules.public.excluded_kinds.value[0]", "entry 1 is a number, not a text"),
        (22, "rules.cable.n_grouped.value", "the value is nothing"),
    ]
    for line, key, text in expected:
        assert any((line, key) == row[:2] and text in row[2] for row in found), (line, key, text)
    lines = {line for line, _, _ in expected}
    assert {line for line, _, _ in found} == lines
    assert str(tmp_path / "my-city.yaml") in {problem.file for problem in problems}


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        ("id: national\n", "id", "is the id of a shipped pack"),
        ("id: other\n", "id", "differs from the file name 'my-city'"),
        ("id: my-city\nextends: natoinal\n", "extends", "did you mean 'national'?"),
        ("id: my-city\nextends:\n", "extends", "only the base pack extends nothing"),
        ("id: my-city\ndate: 2026\n", "date", "2026 is not a text; put it in quotes"),
        ("id: my-city\ndate: last year\n", "date", "write YYYY, YYYY-MM or YYYY-MM-DD"),
        ("id: my-city\nstatus: drafts\n", "status", "did you mean 'draft'?"),
        ("id: my-city\nregoin: x\n", "regoin", "did you mean 'region'?"),
    ],
)
def test_a_wrong_head_says_which_key_and_what_to_write(tmp_path, text, key, message):
    path = tmp_path / "my-city.yaml"
    path.write_text(f"gridcalc_policy: 1\ntitle: t\n{text}rules: {{}}\n", encoding="utf-8")

    found = problems_of(path)

    assert any(problem.key == key and message in problem.message for problem in found)


def test_a_rule_name_without_a_point_is_refused(tmp_path):
    problems = problems_of(write_pack(tmp_path, "  MaxLoad: {value: 1}\n"))

    assert "a rule name is small words joined by points" in str(problems)


def test_bounds_of_the_base_pack_cannot_be_moved(tmp_path):
    rules = "  transformer.max_loading_percent: {value: 180, max: 200}\n"

    problems = problems_of(write_pack(tmp_path, rules))

    assert {problem.key.rsplit(".", 1)[-1] for problem in problems} == {"max", "value"}


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
def test_a_file_that_is_no_pack_says_how_one_starts(tmp_path, text):
    path = tmp_path / "my-city.yaml"
    path.write_text(text, encoding="utf-8")

    (problem,) = problems_of(path)

    assert "write 'gridcalc_policy: 1' on the first line" in problem.message


def test_a_file_saved_as_gb18030_is_read(tmp_path):
    path = tmp_path / "my-city.yaml"
    text = HEAD.format(id="my-city", extends="national") + "  supply.max_lv_kw: {value: 250}\n"
    path.write_bytes(text.encode("gb18030"))

    assert load_policy(str(path)).title == "某市规定"


# ------------------------------------------------------------------ who pays


@pytest.mark.parametrize(
    ("pack_id", "build", "category", "value", "pack_of_rule"),
    [
        ("changji-2026", "existing", "old_courtyard", ("government",), "changji-2026"),  # 二（二）3
        ("changji-2026", "existing", "owners_metered", ("owners",), "national"),
        ("changji-2026", "new", "utility", ("developer",), "changji-2026"),  # 二（一）
        ("fujian-2024", "existing", "combined_meter", ("utility",), "fujian-2024"),  # 三（三）
        ("fujian-2024", "new", "", ("developer",), "national"),  # 三（一）: old compounds only
        ("wujiang-2021", "existing", "old_courtyard", ("utility",), "wujiang-2021"),  # 三（三）7
        ("jiangxi-2025", "existing", "old_courtyard", ("utility",), "jiangxi-2025"),  # 二 1
        ("ningxia-2025", "existing", "utility", ("utility",), "ningxia-2025"),  # 二 1
        ("ningxia-2025", "existing", "combined_meter", ("government", "owners"), "ningxia-2025"),
        ("national", "existing", "old_courtyard", ("government", "utility"), "national"),
        ("national", "existing", "utility", ("utility",), "national"),
        ("national", "existing", "", ("utility",), "national"),
    ],
)
def test_what_the_region_states_goes_before_what_is_special_in_the_base_pack(
    pack_id, build, category, value, pack_of_rule
):
    rule = payer_rule(load_policy(pack_id), "lv_before_meter", build=build, category=category)

    assert (rule.value, rule.pack_id) == (value, pack_of_rule)
    assert rule.holds_for(build)


OWN_TITLES = "unit: '-', document: user, confidence: assumed, title_zh: 出资, title_en: Who pays"


@pytest.mark.parametrize(
    ("build", "category", "value", "pack_of_rule"),
    [
        ("existing", "old_courtyard", ("operator",), "my-city"),  # own, special
        ("existing", "utility", ("owners",), "my-city"),  # own, general
        ("existing", "combined_meter", ("owners",), "my-city"),  # though Ningxia is more special
        ("new", "", ("developer",), "national"),  # neither own nor Ningxia's: existing only
    ],
)
def test_the_nearest_pack_goes_first_and_within_it_the_more_special_rule(
    tmp_path, build, category, value, pack_of_rule
):
    rules = (
        "  payer.lv_before_meter: {value: [owners]}\n"
        "  payer.lv_before_meter.old_courtyard: {value: [operator]}\n"
    )
    pack = load_policy(str(write_pack(tmp_path, rules, extends="ningxia-2025")))

    rule = payer_rule(pack, "lv_before_meter", build=build, category=category)

    assert (rule.value, rule.pack_id) == (value, pack_of_rule)


def test_a_rule_for_the_other_kind_of_build_uncovers_the_one_it_takes_the_place_of(tmp_path):
    rules = "  payer.lv_before_meter: {value: [owners], applies_to: new}\n"
    pack = load_policy(str(write_pack(tmp_path, rules, extends="ningxia-2025")))

    new = payer_rule(pack, "lv_before_meter", build="new", category="")
    existing = payer_rule(pack, "lv_before_meter", build="existing", category="utility")

    assert [level.id for level in pack.lineage()] == ["my-city", "ningxia-2025", "national"]
    assert (new.value, new.pack_id) == (("owners",), "my-city")
    assert (existing.value, existing.pack_id) == (("utility",), "ningxia-2025")


def test_where_no_rule_was_made_for_the_build_the_nearest_one_is_given_and_does_not_hold():
    national, region = load_policy("national"), load_policy("fujian-2024")
    name = "payer.public_charger"
    doubtful = replace(national.rule(name), applies_to="existing")
    base = replace(national, rules={**national.rules, name: doubtful})

    rule = payer_rule(replace(region, base=base), "public_charger", build="new", category="")

    assert (rule.pack_id, rule.holds_for("new")) == ("fujian-2024", False)


def test_a_part_of_the_works_without_any_rule_is_named():
    national = load_policy("national")
    rules = {name: rule for name, rule in national.rules.items() if "orderly_control" not in name}

    with pytest.raises(KeyError, match=r"no rule 'payer\.orderly_control'"):
        payer_rule(replace(national, rules=rules), "orderly_control", build="new", category="")


SHARES = "[{payer: utility, percent: 60}, {payer: government, percent: 40}]"


def test_shares_are_those_of_the_pack_that_names_the_payers_or_of_one_above_it(tmp_path):
    name = "mv_civil_outside_red_line"
    rules = f"  payer_share.{name}: {{value: {SHARES}, {OWN_TITLES}}}\n"
    above = load_policy(str(write_pack(tmp_path, rules, extends="jiangxi-2025")))
    below = replace(
        load_policy("jiangxi-2025"), base=replace(above, id="my-city", base=load_policy("national"))
    )
    rule = load_policy("jiangxi-2025").rule(f"payer.{name}")

    shares = payer_shares(above, rule, build="existing")

    assert shares is not None
    assert shares.pack_id == "my-city"
    assert payer_shares(below, rule, build="existing") is None


def test_shares_made_for_the_other_kind_of_build_do_not_count(tmp_path):
    name = "mv_civil_outside_red_line"
    rules = f"  payer_share.{name}: {{value: {SHARES}, applies_to: existing, {OWN_TITLES}}}\n"
    pack = load_policy(str(write_pack(tmp_path, rules, extends="jiangxi-2025")))
    rule = pack.rule(f"payer.{name}")

    assert payer_shares(pack, rule, build="existing") == pack.rule(f"payer_share.{name}")
    assert payer_shares(pack, rule, build="new") is None


@pytest.mark.parametrize("value", ["utility", "7", "[]"])
def test_a_payer_rule_of_ones_own_is_a_list_of_payers(tmp_path, value):
    rules = f"  payer.meter_and_box.utility: {{value: {value}, {OWN_TITLES}}}\n"

    (problem,) = problems_of(write_pack(tmp_path, rules))

    assert problem.key == "rules.payer.meter_and_box.utility.value"
    assert "list at least one of utility, government" in problem.message


# ------------------------------------------------------------------ side by side


def test_comparing_is_symmetric():
    a, b = load_policy("ningxia-2025"), load_policy("wujiang-2021")

    there, back = compare(a, b), compare(b, a)

    assert [(d.name, d.value_a, d.value_b) for d in there] == [
        (d.name, d.value_b, d.value_a) for d in back
    ]
    assert [d.name for d in there] == sorted(d.name for d in there)


def test_comparing_lists_only_what_differs():
    found = {d.name: d for d in compare(load_policy("jiangxi-2025"), load_policy("ningxia-2025"))}

    assert "supply.max_lv_kw" not in found  # both 160 kW
    assert found["deadline.hv_double_source"].value_a == 26  # 江西 二 3
    assert found["deadline.hv_double_source"].value_b == 32  # 宁夏 台账 3
    assert found["permit.fee_is_precondition"].rule_a is None
    assert found["permit.fee_is_precondition"].value_a is None


def test_a_pack_does_not_differ_from_itself():
    assert compare(load_policy("national"), load_policy("national")) == ()


def test_json_of_a_rule_shows_number_citation_and_origin():
    pack = load_policy("wujiang-2021")

    own = rule_json(pack.rule("supply.max_lv_kw"), pack_id=pack.id)
    inherited = rule_json(pack.rule("voltage.max_unbalance_percent"), pack_id=pack.id)

    assert (own["value"], own["document"], own["item"]) == (200, "wujiang-2021", "6")
    assert own["inherited_from"] is None
    assert (inherited["value"], inherited["inherited_from"]) == (2, "national")


def test_json_of_a_pack_is_the_same_bytes_every_time():
    first = json.dumps(pack_json(load_policy("ningxia-2025")), ensure_ascii=False)
    second = json.dumps(pack_json(load_policy("ningxia-2025")), ensure_ascii=False)

    assert first == second
    assert '"max_reg_length_m": 500' in first


def test_the_file_format_has_a_json_schema():
    schema = PolicyFile.model_json_schema()

    assert set(schema["required"]) == {"gridcalc_policy", "id", "title", "date", "rules"}


def test_every_shipped_title_names_one_pack():
    for pack in list_policies():
        assert ids_of_title(pack.title) == ids_of_title(pack.title_en) == (pack.id,)
        assert load_policy(pack.title) is load_policy(pack.id)
