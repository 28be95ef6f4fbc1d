"""The door of compound files: a complete record, or one error with every problem in it."""

import pytest

from gridcalc.compound.reader import parse_compound
from gridcalc.errors import GridcalcError, InputError, Problem
from gridcalc.policy import list_policies, load_policy

POLICIES = tuple(pack.id for pack in list_policies())

EIGHTEEN_MISTAKES = """\
gridcalc: 1
id: faulty
name: 错误样例
name: 又一个名字  #! name: the key 'name' stands twice; keep one
policy: ningxia-2024  #! policy: there is no policy pack 'ningxia-2024'; did you mean
build: {kind: new, year: 1850}  #! build.year: 1850 is not at least 1949
sources:
  - id: SRC1
    kind: rmu_bay
    dedicted: true  #! sources[0].dedicted: unknown key; did you mean 'dedicated'?
  - {id: SRC2, kind: rmu_bay}
rmus:
  - {id: R1, type: RMU-2in-4out}
  - {id: R2, type: RMU-2in-4out}
mv_cables:
  - {id: M1, from: SRC1, to: R1, type: YJV22-8.7/15-3x150, length_m: 100}
  - {id: M2, from: R1, to: PD1, type: YJV22-8.7/15-3x150, length_m: 100}
  - {id: M3, from: R1, to: R2, type: YJV22-8.7/15-3x150, length_m: 100}
  - id: M4
    from: SRC2
    to: R2  #! mv_cables[3].to: closed 10 kV cables join the sources SRC1, SRC2; what flows
    type: YJV22-8.7/15-3x150
    length_m: 100
substations:
  - id: PD1
    kind: prefabricated
    transformers:
      - id: T1
        type: S20-631  #! transformers[0].type: 'S20-631' is not in the catalogue; the nearest
  - id: PD2
    kind: room
    transformers:
      - {id: T2, type: S20-630}  #! substations[1].transformers[0]: 'T2' has no 10 kV supply
lv_nodes:
  - {id: BB1, kind: branch_box}
  - {id: MB1, kind: meter_box}
  - {id: MB1, kind: meter_box}  #! lv_nodes[2].id: the id 'MB1' stands already on line 36
  - {id: ISLAND, kind: meter_box}  #! lv_nodes[3].id: 'ISLAND' has no supply
  - {id: EMPTY, kind: branch_box}  #! lv_nodes[4].id: 'EMPTY' has neither a load nor an
  - {id: LA, kind: meter_box}
  - {id: LB, kind: meter_box}
lv_cables:
  - id: F1
    from: T1.LV
    to: BB1
    type: YJV-4x999  #! lv_cables[0].type: 'YJV-4x999' is not in the catalogue; the nearest
    length_m: 100
  - id: C1
    from: BB1
    to: MB1
    type: YJV22-0.6/1-4x70
    length_m: 三十  #! lv_cables[1].length_m: '三十' is not a number
  - id: C2
    from: T1.LV
    to: MB1  #! lv_cables[2].to: 'MB1' is fed already by 'C1'; for equal cables use parallel
    type: YJV22-0.6/1-4x70
    length_m: 30
  - {id: C3, from: BB1, to: EMPTY, type: YJV22-0.6/1-4x70, length_m: 30}
  - id: C4
    from: BB1
    to: NOWHERE  #! lv_cables[4].to: there is no LV node 'NOWHERE'
    type: YJV22-0.6/1-4x70
    length_m: 30
  - {id: L1, from: LA, to: LB, type: YJV22-0.6/1-4x70, length_m: 30}
  - id: L2
    from: LB  #! lv_cables[6].from: LV loop over LA - LB; feeders are radial, open it
    to: LA
    type: YJV22-0.6/1-4x70
    length_m: 30
households:
  - {node: MB1, count: 12, area_m2: 90, kw_each: 6}  #! households[0]: give either area_m2 or
private_bays:
  - {node: MB9, count: 4}  #! private_bays[0].node: there is no LV node 'MB9'; did you mean 'MB1'?
  - {node: MB1, count: 30, phases: [10, 10, 5]}  #! private_bays[1]: phases [10, 10, 5] do not
"""


def planted(text):
    """Return line and start of message of every mistake that a text marks with ``#!``."""
    lines = enumerate(text.splitlines(), start=1)
    return [(line, row.split("#! ")[1]) for line, row in lines if "#! " in row]


@pytest.fixture
def problems(catalogue):
    def of(text):
        with pytest.raises(InputError) as caught:
            parse_compound(text, file="x.yaml", catalogue=catalogue, policies=POLICIES)
        return [str(problem) for problem in caught.value.problems]

    return of


@pytest.fixture
def changed(small_text, problems):
    """Return the problems of the small compound after one replacement in its text."""

    def of(old, new):
        assert old in small_text
        return problems(small_text.replace(old, new, 1))

    return of


BAYS = "{node: CB1, count: 30, reserved_share: 1}"  # stands on line 32 of the small compound


# ------------------------------------------------------------------ all at once


def test_a_file_with_a_mistake_of_every_kind_gives_one_error_with_the_right_lines(catalogue):
    expected = planted(EIGHTEEN_MISTAKES)
    assert len(expected) == 18

    with pytest.raises(InputError) as caught:
        parse_compound(EIGHTEEN_MISTAKES, file="x.yaml", catalogue=catalogue, policies=POLICIES)

    found = [(p.line, f"{p.key}: {p.message}") for p in caught.value.problems]
    assert len(found) == len(expected)
    for (line, text), (expected_line, start) in zip(found, expected, strict=True):
        assert line == expected_line
        # a nested key may be written from any level on
        assert text.startswith(start) or f".{start}" in text


def test_the_error_lists_the_file_once_and_each_problem_on_its_own_line(catalogue):
    with pytest.raises(InputError) as caught:
        parse_compound(EIGHTEEN_MISTAKES, file="x.yaml", catalogue=catalogue, policies=POLICIES)

    first, *rest = str(caught.value).splitlines()
    assert first == "x.yaml is not usable:"
    assert len(rest) == 18
    assert all(row.startswith("  - line ") for row in rest)


def test_an_input_error_is_sorted_by_line_and_names_nothing_twice():
    twice = [
        Problem("b", 2, "k", "m"),
        Problem("a", 0, "", "whole file"),
        Problem("b", 2, "k", "m"),
    ]

    error = InputError([*twice, Problem("b", 1, "", "first")])

    assert isinstance(error, GridcalcError)
    assert str(error) == (
        "a is not usable:\n  - whole file\nb is not usable:\n  - line 1: first\n  - line 2, k: m"
    )


# ------------------------------------------------------------------ one kind each


def test_an_unknown_key_is_refused_with_the_nearest_known_one(changed):
    assert changed("private_bays:", "privat_bays:")[-1] == (
        "line 31, privat_bays: unknown key; did you mean 'private_bays'?"
    )
    assert changed(BAYS, "{node: CB1, count: 30, reserved_shar: 1}") == [
        "line 32, private_bays[0].reserved_shar: unknown key; did you mean 'reserved_share'?"
    ]


def test_an_unknown_key_like_no_known_one_is_to_be_removed(changed):
    assert changed(BAYS, "{node: CB1, count: 30, colour: red}") == [
        "line 32, private_bays[0].colour: unknown key; remove it"
    ]


def test_only_the_keys_of_the_format_are_known_and_not_our_names_for_them(changed):
    # "from_id" would pass the record and stay invisible to the checks of links
    found = changed("from: SRC1, to: PD1,", "from_id: SRC1, to_id: PD1,")

    assert any("mv_cables[0].from_id: unknown key" in problem for problem in found)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("count: 3.5", "count: 3.5 is not a whole number"),
        ("count: '3'", "count: '3' is not a whole number"),
        ("count: true", "count: True is not a whole number"),
        ("count: 0", "count: 0 is not at least 1"),
        ("count: 100001", "count: 100001 is above the largest allowed value 100000"),
        ("count: 9, charger_kw: no", "charger_kw: 'no' is not a number"),
        ("count: 9, charger_kw: 0", "charger_kw: 0 is not above 0"),
        ("count: 9, charger_kw: .nan", "charger_kw: nan is not a finite number"),
        ("count: 9, charger_kw: .inf", "charger_kw: inf is not a finite number"),
        ("count: 9, charger_kw: 1e999", "charger_kw: inf is not a finite number"),
        ("count: " + "9" * 30, "count: 1e+30 is not a whole number"),
        ("count: 9, equipped_share: 1.01", "equipped_share: 1.01 is above the largest allowed"),
        ("count: 9, equipped_share: 50%", "equipped_share: '50%' is not a number"),
    ],
)
def test_a_value_of_the_wrong_type_or_range_is_shown_with_what_is_allowed(changed, row, message):
    (problem,) = changed(BAYS, f"{{node: CB1, {row}}}")

    assert problem.startswith(f"line 32, private_bays[0].{message}")


@pytest.mark.parametrize("value", ["both", "[10, 10]", "[10, 10, a]", "[40, -5, -5]", "5", ""])
def test_one_wrong_value_for_phases_is_one_problem(changed, value):
    (problem,) = changed(BAYS, f"{{node: CB1, count: 30, phases: {value}}}")

    assert problem.startswith("line 32, private_bays[0].phases: ")
    assert "round_robin" in problem


def test_phases_that_do_not_add_up_are_a_problem(changed):
    assert changed(BAYS, "{node: CB1, count: 30, phases: [10, 10, 9]}") == [
        "line 32, private_bays[0]: phases [10, 10, 9] do not add up to count 30"
    ]


@pytest.mark.parametrize("row", ["5", "", "[1, 2]", "CB1"])
def test_an_entry_that_is_not_a_group_of_keys_is_a_problem(changed, row):
    found = changed(f"- {BAYS}", f"- {row}")

    assert "is not a group of keys" in found[0]
    assert found[0].startswith("line 32, private_bays[0]: ")


@pytest.mark.parametrize("value", ["5", "", "{node: CB1, count: 30}"])
def test_a_section_that_is_not_a_list_is_a_problem(changed, value):
    (problem,) = changed(f"private_bays:\n  - {BAYS}", f"private_bays: {value}")

    assert problem.startswith("line 31, private_bays: ")
    assert problem.endswith("is not a list; start each entry with '-'")


def test_a_missing_key_is_named_with_what_to_write(changed):
    assert changed("gridcalc: 1\n", "") == [
        "line 1, gridcalc: gridcalc is missing; write 'gridcalc: 1' on the first line"
    ]
    assert "line 23, lv_cables[0].to: to is missing; name the node it feeds" in changed(
        "from: T1.LV, to: BB1,", "from: T1.LV,"
    )


@pytest.mark.parametrize("version", ["2", "'1'", "one"])
def test_another_version_of_the_format_is_refused(changed, version):
    (problem,) = changed("gridcalc: 1\n", f"gridcalc: {version}\n")

    assert problem.startswith("line 1, gridcalc: ")
    assert "is not one of 1" in problem


def test_a_word_outside_a_choice_names_the_choices_and_the_nearest(changed):
    assert changed("kind: branch_box", "kind: branchbox") == [
        "line 17, lv_nodes[0].kind: 'branchbox' is not one of branch_box, meter_box, charger_box,"
        " ebike_shed, distribution_box; did you mean 'branch_box'?"
    ]


def test_an_id_may_only_hold_some_characters(changed):
    assert changed("id: small", "id: 'a b'") == [
        "line 2, id: 'a b' may only hold letters, digits, '_', '-' and '.'"
    ]
    assert changed("name: 小样小区", "name: 12") == [
        "line 3, name: 12 is not a text; put it in quotes"
    ]


def test_a_list_that_may_not_be_empty_needs_an_entry(changed):
    found = changed("transformers:\n      - {id: T1, type: S20-630}", "transformers: []")

    assert found[0] == "line 14, substations[0].transformers: at least 1 entry is needed"


def test_an_unknown_policy_names_the_nearest_or_all(changed):
    (near,) = changed("policy: national", "policy: nationl")
    (far,) = changed("policy: national", "policy: mars")

    assert near == "line 4, policy: there is no policy pack 'nationl'; did you mean 'national'?"
    assert far.startswith("line 4, policy: there is no policy pack 'mars'; known are changji-2026,")


def test_a_policy_may_be_named_by_its_whole_title(catalogue, small_text):
    # titles of wujiang-2021 as its document has them; a part of one is a question, not an answer
    for title in (
        "吴江区打造全国一流用电营商环境实施方案",
        "wujiang (suzhou),  plan for a first-class electricity business environment",
    ):
        text = small_text.replace("policy: national", f'policy: "{title}"')
        compound = parse_compound(text, file="a", catalogue=catalogue, policies=["wujiang-2021"])
        assert load_policy(compound.policy).id == "wujiang-2021"


def test_a_part_of_a_title_asks_which_pack_is_meant(changed):
    (one,) = changed("policy: national", "policy: 昌吉")
    (several,) = changed("policy: national", "policy: 电力")

    assert one == "line 4, policy: there is no policy pack '昌吉'; did you mean 'changji-2026'?"
    assert several.endswith("'电力'; did you mean 'jiangxi-2025' or 'ningxia-2025'?")


def test_a_policy_may_be_a_file_of_the_user(catalogue, small_text):
    text = small_text.replace("policy: national", "policy: my/own.yaml")

    compound = parse_compound(text, file="x.yaml", catalogue=catalogue, policies=POLICIES)

    assert compound.policy == "my/own.yaml"


def test_a_household_row_may_have_area_or_power_but_not_both(changed):
    assert changed("area_m2: 110}", "area_m2: 110, kw_each: 6}") == [
        "line 29, households[0]: give either area_m2 or kw_each, not both"
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("", "give either peak_kw or curve_96_kw"),
        (", peak_kw: 5, curve_96_kw: [1]", "give either peak_kw or curve_96_kw"),
        (", curve_96_kw: [1, 2]", "curve_96_kw has 2 values, not 96"),
        (f", curve_96_kw: {[0] * 96}", "needs values of at least 0 and a peak above 0"),
        (f", curve_96_kw: {[-1] + [1] * 95}", "needs values of at least 0 and a peak above 0"),
    ],
)
def test_a_metered_load_is_a_peak_or_a_whole_day(changed, row, message):
    (problem,) = changed("public_loads:", f"metered:\n  - {{transformer: T1{row}}}\npublic_loads:")

    assert problem.startswith("line 38, metered[0]: ")
    assert problem.endswith(message)


def test_ranges_of_a_source_must_not_be_turned_round(changed):
    (fault,) = changed("i_sc_max_ka: 10, i_sc_min_ka: 6", "i_sc_max_ka: 6, i_sc_min_ka: 10")
    (voltage,) = changed("i_sc_min_ka: 6", "i_sc_min_ka: 6, vm_peak_pu: 1.05, vm_low_load_pu: 1.0")

    assert fault.endswith("i_sc_min_ka 10.0 is above i_sc_max_ka 6.0; exchange them")
    assert "vm_peak_pu 1.05 is above vm_low_load_pu 1.0" in voltage


def test_problems_of_values_and_of_links_are_found_in_one_pass(small_text, problems):
    text = small_text.replace("count: 30", "count: x").replace("to: ES1", "to: ES9")

    found = problems(text)

    assert [problem.split(":")[0] for problem in found] == [
        "line 21, lv_nodes[4].id",  # ES1 lost its supply
        "line 27, lv_cables[4].to",
        "line 32, private_bays[0].count",
    ]


def test_a_long_value_is_cut_in_its_message(changed):
    (said,) = changed("id: BB1, kind: branch_box", f"id: BB1, kind: {'x' * 3000}")

    assert "is not one of branch_box" in said
    assert "x" * 79 + "…" in said
    assert len(said) < 250


def test_an_id_that_is_too_long_is_said_so(changed):
    said = changed("id: BB1, kind: branch_box", f"id: {'x' * 65}, kind: branch_box")

    assert any("is longer than 64 characters" in text for text in said)
