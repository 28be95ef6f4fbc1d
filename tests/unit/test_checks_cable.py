"""cable.loading and cable.short_circuit."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.checks.cable import cable_loading, cable_short_circuit
from gridcalc.policy import load_policy


@pytest.fixture
def pack(tmp_path):
    """Return a user's own pack with some rules."""

    def of(*rules):
        lines = "".join(f"  {rule}\n" for rule in rules)
        text = (
            "gridcalc_policy: 1\nid: own\ntitle: own\nissuer: own\ndate: '2026'\nstatus: draft\n"
            f"region: own\nextends: national\nrules:\n{lines}"
        )
        (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
        return load_policy(str(tmp_path / "own.yaml"))

    return of


@pytest.fixture
def row_changed(small, facts_of):
    """Return the loading findings of F2 with its result row changed."""

    def of(pack=None, **changes):
        facts = facts_of(small, **({"pack": pack} if pack else {}))
        (row,) = [row for row in facts.branches if row.id == "F2"]
        findings = cable_loading(replace(facts, branches=(replace(row, **changes),)))
        return {finding.quantity: finding for finding in findings}

    return of


@pytest.mark.parametrize(
    ("percent", "value", "status"),
    [
        # GB 50054-2011 cl. 3.2.9: up to 15 % of third harmonic nothing is reduced
        (100.0, 100.0, "pass"),
        (100.01, 100.01, "fail"),
        (64.8, 64.8, "pass"),
    ],
)
def test_a_cable_may_carry_its_derated_ampacity(row_changed, percent, value, status):
    finding = row_changed(loading_percent=percent)[""]

    assert (finding.check, finding.element, finding.level) == ("cable.loading", "F2", "feeder")
    assert finding.value == pytest.approx(value, abs=1e-6)
    assert (finding.limit, finding.status) == (100, status)
    # GB 50054-2011 cl. 6.3.3
    assert (finding.source, finding.clause, finding.confidence) == (
        "gb-50054-2011",
        "6.3.3",
        "seen",
    )


@pytest.mark.parametrize(("ampacity_a", "status"), [(50, "pass"), (49.9, "fail")])
def test_the_neutral_carries_unbalance_and_third_harmonics(row_changed, ampacity_a, status):
    finding = row_changed(
        i_phase_a=(150, 100, 50), i_neutral_a=40, ampacity_a=ampacity_a, loading_percent=1
    )["neutral"]

    # third harmonics of 10 % of 100 A on the mean phase add up to 30 A; √(40² + 30²) = 50 A
    assert finding.value == pytest.approx(5000 / ampacity_a)
    assert finding.status == status
    assert str(finding.note) == "40 A at 50 Hz and 30 A of third harmonic"


@pytest.mark.parametrize(
    ("share", "value", "said"),
    [
        # GB 50054-2011 cl. 3.2.9, by hand from 64.8 % of the ampacity
        (0, 64.8, ""),
        (10, 64.8, ""),
        (15, 64.8, ""),  # the factor 0.86 begins above 15 %
        # 64.8 · √(1 + 0.2²) / 0.86
        (20, 76.841038, "phase current with 20 % of third harmonic, ampacity times 0.86"),
        # 3 · 0.35 · 64.8 / 0.86
        (35, 79.116279, "neutral current of 35 % of third harmonic, ampacity times 0.86"),
        # 3 · 0.5 · 64.8
        (50, 97.2, "neutral current of 50 % of third harmonic, ampacity times 1"),
    ],
)
def test_third_harmonics_raise_what_a_lv_cable_has_to_carry(row_changed, pack, share, value, said):
    own = pack(f"cable.third_harmonic_percent: {{value: {share}}}")

    finding = row_changed(own, loading_percent=64.8)[""]

    assert finding.value == pytest.approx(value, abs=1e-6)
    assert str(finding.note) == said


@pytest.mark.parametrize(
    ("share", "value"),
    [
        # 100 A in each phase, 40 A of unbalance, ampacity 200 A
        (15, 30.103986),  # √(40² + 45²) / 200
        (20, 41.925015),  # √(40² + 60²) / 200 / 0.86
        (35, 65.326177),  # √(40² + 105²) / 200 / 0.86
        (50, 77.620873),  # √(40² + 150²) / 200
    ],
)
def test_four_loaded_cores_leave_the_neutral_less_too(row_changed, pack, share, value):
    finding = row_changed(
        pack(f"cable.third_harmonic_percent: {{value: {share}}}"),
        i_phase_a=(100, 100, 100),
        i_neutral_a=40,
        ampacity_a=200,
    )["neutral"]

    assert finding.value == pytest.approx(value, abs=1e-6)
    assert str(finding.note).endswith("times 0.86") is (share in {20, 35})


def test_a_10_kv_cable_has_no_neutral_and_no_third_harmonics(row_changed):
    findings = row_changed(vn_kv=10.0, loading_percent=64.8)

    assert set(findings) == {""}
    assert findings[""].value == 64.8


@pytest.mark.parametrize(("in_a", "status"), [(250, "pass"), (249, "fail")])
def test_the_load_current_may_not_exceed_the_device(small, row_changed, in_a, status):
    small["protection"] = [{"element": "F2", "in_a": in_a}]

    finding = row_changed(i_max_a=250.0)["protective_device"]

    assert finding.value == pytest.approx(100 * 250 / in_a)
    assert finding.status == status


@pytest.mark.parametrize(("in_a", "status"), [(300, "pass"), (301, "fail")])
def test_the_device_may_not_be_set_above_the_ampacity(small, row_changed, in_a, status):
    # GB 50054-2011 cl. 6.3.3: In at most Iz
    small["protection"] = [{"element": "F2", "in_a": in_a}]

    finding = row_changed(ampacity_a=300.0)["device_setting"]

    assert finding.value == pytest.approx(100 * in_a / 300)
    assert finding.status == status


def test_a_cable_without_a_device_is_not_compared_with_one(row_changed):
    assert set(row_changed()) == {"", "neutral"}


def test_every_cable_of_every_level_is_judged_once(small, facts_of):
    facts = facts_of(small)

    judged = [f.element for f in cable_loading(facts) if not f.quantity]

    assert sorted(judged) == ["C1", "C2", "F1", "F2", "F3", "MC1"]
    levels = {f.element: f.level for f in cable_loading(facts) if not f.quantity}
    assert levels == {
        "MC1": "station",
        "F1": "feeder",
        "F2": "feeder",
        "F3": "feeder",
        "C1": "box",
        "C2": "box",
    }


def test_an_open_cable_carries_nothing_and_is_not_judged(small, facts_of):
    small["sources"].append({"id": "SRC2", "kind": "rmu_bay"})
    small["mv_cables"].append(
        {
            "id": "MC2",
            "from": "SRC2",
            "to": "PD1",
            "type": "YJV22-8.7/15-3x150",
            "length_m": 9,
            "normally_open": True,
        }
    )

    assert "MC2" not in {finding.element for finding in cable_loading(facts_of(small))}


# ------------------------------------------------------------------ short circuit


@pytest.fixture
def fault(small, facts_of):
    """Return the short-circuit finding of a cable with one fault level everywhere."""

    def at(cable, i_sc_ka):
        facts = facts_of(small)
        site = facts.site
        level = np.full(site.network.n_nodes, i_sc_ka)
        site = replace(site, short_circuit=replace(site.short_circuit, ik3_max_ka=level))
        findings = cable_short_circuit(replace(facts, site=site))
        return next(finding for finding in findings if finding.element == cable)

    return at


def test_a_cable_that_just_withstands_the_fault_passes(small, fault):
    small["protection"] = [{"element": "F3", "in_a": 100, "clearing_s": 1.0}]

    # 35 mm² copper, XLPE, k = 137: 35 · 137 / √1 s = 4795 A
    finding = fault("F3", 4.795)

    assert (finding.status, finding.limit, finding.unit) == ("pass", 35, "mm2")
    assert finding.value == pytest.approx(35)
    assert finding.source == "gb-50054-2011"
    assert fault("F3", 4.796).status == "fail"


@pytest.mark.parametrize(
    ("cable", "clearing_s", "area"),
    [
        ("F3", None, 32.644),  # national pack: 0.2 s at low voltage; 10 kA · √0.2 / 137
        ("MC1", None, 51.614),  # 0.5 s at 10 kV; k 137 as well
        ("F3", 0.4, 46.165),
        ("F3", 0.02, 23.082),  # below 0.1 s the d.c. component counts, 0.1 s is used
    ],
)
def test_the_section_needed_by_a_fault_of_10_ka(small, fault, cable, clearing_s, area):
    if clearing_s:
        small["protection"] = [{"element": cable, "in_a": 100, "clearing_s": clearing_s}]

    assert fault(cable, 10).value == pytest.approx(area, abs=1e-3)


def test_each_of_some_parallel_cables_stands_the_whole_fault(small, fault):
    """At its start one of them feeds it alone: the way over the far end and back is long."""
    small["lv_cables"][4]["parallel"] = 2

    assert fault("F3", 10).value == pytest.approx(32.644, abs=1e-3)


def test_the_fault_at_the_sending_end_decides(small, facts_of):
    facts = facts_of(small)

    notes = {f.element: str(f.note) for f in cable_short_circuit(facts)}

    assert " at T1.LV," in notes["F1"]
    assert " at BB1," in notes["C2"]
    assert " at SRC1," in notes["MC1"]


@pytest.mark.parametrize(
    ("protection", "area"),
    [
        # 10 kA · √t / 137: nothing given, 0.2 s of the national pack
        ([], 32.644),
        # the feeder's device clears what happens on a cable that has none: 0.4 s
        ([{"element": "F1", "in_a": 250, "clearing_s": 0.4}], 46.165),
        # it is not counted on to clear a fault further away sooner than in 0.2 s
        ([{"element": "F1", "in_a": 250, "clearing_s": 0.1}], 32.644),
        # the main breaker does where the feeder has none: 0.5 s
        ([{"element": "T1", "in_a": 1000, "clearing_s": 0.5}], 51.614),
        # its own device comes first: 0.1 s
        (
            [
                {"element": "F1", "in_a": 250, "clearing_s": 0.4},
                {"element": "C2", "in_a": 160, "clearing_s": 0.1},
            ],
            23.082,
        ),
        # a device of another feeder clears nothing here
        ([{"element": "F2", "in_a": 250, "clearing_s": 0.4}], 32.644),
    ],
)
def test_a_fault_lasts_until_the_next_device_towards_the_transformer_clears_it(
    small, fault, protection, area
):
    small["protection"] = protection

    assert fault("C2", 10.0).value == pytest.approx(area, abs=1e-3)


def test_beyond_300_mm2_k_is_assumed_and_says_so(small, facts_of):
    """The handbook's k 137 and 90 are both for sections up to 300 mm² (electrical.md, 2)."""
    marks = {}
    for area in (300, 400):
        small["mv_cables"][0]["type"] = f"YJV22-8.7/15-3x{area}"
        found = {f.element: f for f in cable_short_circuit(facts_of(small))}["MC1"]
        marks[area] = found.confidence, "table of smaller sections" in str(found.note)

    # what the code for 10 kV cables says is recalled itself
    assert marks == {300: ("recalled", False), 400: ("assumed", True)}


# ------------------------------------------------------------------ the paper of each level


def papers(findings):
    return {(f.check, f.quantity): (f.source, f.confidence) for f in findings if f.element == "MC1"}


def test_a_10_kv_cable_is_not_judged_by_the_code_of_low_voltage(small, facts_of):
    # GB 50054 is the code of low-voltage installations; GB 50217 is that of power cables
    small["protection"] = [{"element": "MC1", "in_a": 200}]
    facts = facts_of(small)

    found = papers([*cable_loading(facts), *cable_short_circuit(facts)])

    assert found == {
        ("cable.loading", ""): ("gb-50217-2018", "recalled"),
        ("cable.loading", "protective_device"): ("engineering-practice", "assumed"),
        ("cable.loading", "device_setting"): ("engineering-practice", "assumed"),
        ("cable.short_circuit", ""): ("gb-50217-2018", "recalled"),
    }
    assert {f.clause for f in cable_loading(facts) if f.element == "MC1"} == {""}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # the pack's own limit is named at both levels
        (["cable.max_loading_percent: {value: 80}"], (80, "user")),
        # a paper of its own for 10 kV alone
        (["cable.mv_loading: {value: true}"], (100, "user")),
        (["voltage.max_unbalance_percent: {value: 1}"], (100, "gb-50217-2018")),
    ],
)
def test_a_pack_that_states_the_limit_itself_is_named(small, facts_of, pack, rules, expected):
    found = next(f for f in cable_loading(facts_of(small, pack=pack(*rules))) if f.element == "MC1")

    assert (found.limit, found.source) == expected
