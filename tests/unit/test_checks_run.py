"""All checks together: what they rest on, marks of old violations, and the condensed list."""

from dataclasses import replace

import pytest

from gridcalc.catalogue import load_sources
from gridcalc.checks.run import (
    LOAD_CHECKS,
    OTHER_CHECKS,
    against_today,
    check,
    condensed,
    utilisation_today,
)
from gridcalc.provenance import CONFIDENCES

RULES = {  # check and quantity: the rule of the policy pack that judges
    ("cable.loading", ""): "cable.max_loading_percent",
    ("cable.loading", "neutral"): "cable.third_harmonic_percent",
    ("cable.loading", "protective_device"): "protection.overload_coordination",
    ("cable.loading", "device_setting"): "protection.overload_coordination",
    ("cable.short_circuit", ""): "cable.thermal_withstand",
    ("charging.ebike_share", ""): "charging.min_ebike_share_percent",
    ("charging.orderly", ""): "charging.orderly_required",
    ("charging.private_share", ""): "charging.min_private_share_percent",
    ("charging.public_pairs", ""): "charging.public_bays_per_charger",
    ("metering.one_household_one_meter", ""): "metering.one_household_one_meter_required",
    ("mv.line_capacity", ""): "mv.max_line_installed_kva",
    ("mv.open_capacity", ""): "mv.open_capacity",
    ("mv.ring_n_minus_1", "without"): "mv.max_ring_loading_percent",
    ("mv.spare_bays", ""): "mv.bays",
    ("mv.spare_bays", "rmu"): "mv.bays",
    ("protection.breaking", ""): "protection.breaking_capacity",
    ("protection.breaking", "short_time"): "protection.breaking_capacity",
    ("protection.disconnection", ""): "protection.sensitivity_factor",
    ("protection.overload", "device_setting"): "protection.overload_coordination",
    ("protection.overload", "protective_device"): "protection.overload_coordination",
    ("siting.floor", ""): "siting.min_floor",
    ("siting.floor", "flood_protection"): "siting.flood_protection_required",
    ("siting.generator_interface", ""): "siting.generator_interface_required",
    ("supply.mode", "passenger_lift"): "supply.max_lv_kw",
    ("supply.mode", "public_chargers"): "supply.max_lv_kw",
    ("supply.mode", "public_line"): "supply.max_public_line_kva",
    ("transformer.loading", ""): "transformer.max_pair_loading_percent",
    ("transformer.loading", "phase"): "transformer.max_phase_loading_percent",
    ("transformer.n_minus_1", ""): "transformer.n_minus_1_max_loading_percent",
    ("voltage.deviation", "line_min"): "voltage.max_deviation_three_phase_percent",
    ("voltage.deviation", "mv_max"): "voltage.max_deviation_mv_percent",
    ("voltage.deviation", "mv_min"): "voltage.max_deviation_mv_percent",
    ("voltage.deviation", "phase_max"): "voltage.max_rise_single_phase_percent",
    ("voltage.deviation", "phase_max_peak"): "voltage.max_rise_single_phase_percent",
    ("voltage.deviation", "phase_min"): "voltage.max_drop_single_phase_percent",
    ("voltage.unbalance", ""): "voltage.max_unbalance_percent",
}

RULES_AT_10_KV = {
    ("cable.loading", ""): "cable.mv_loading",
    ("cable.short_circuit", ""): "cable.mv_thermal_withstand",
}


@pytest.fixture
def everything(small):
    """Return a compound in which every check has something to say."""
    mv = {"type": "YJV22-8.7/15-3x150", "length_m": 10}
    small["sources"].append({"id": "SRC2", "kind": "rmu_bay"})
    small["rmus"] = [{"id": "R1", "type": "RMU-2in-2out"}]
    small["mv_cables"] += [
        {"id": "MC2", "from": "PD1", "to": "R1", **mv},
        {"id": "MC3", "from": "R1", "to": "SRC2", "normally_open": True, **mv},
    ]
    station = small["substations"][0]
    station.update(kind="room", floor=-1, lv_tie=True)
    station["transformers"].append({"id": "T2", "type": "S20-630"})
    small["protection"] = [{"element": "F1", "in_a": 250}, {"element": "F2", "in_a": 250}]
    small["protection"].append({"element": "T2", "in_a": 630})
    return small


def test_every_check_speaks_and_carries_source_clause_and_mark_of_its_rule(
    everything, facts_of, national
):
    findings = check(facts_of(everything, "ev-100+ebike-50"))

    assert {(f.check, f.quantity.split(" ")[0]) for f in findings} == set(RULES)
    for finding in findings:
        key = finding.check, finding.quantity.split(" ")[0]
        is_mv = finding.element.startswith("MC")
        rule = national.rule(RULES_AT_10_KV[key] if is_mv and key in RULES_AT_10_KV else RULES[key])
        assert (finding.source, finding.clause) == (rule.document, rule.clause)
        assert finding.confidence == rule.confidence


def test_every_source_resolves_and_every_mark_is_known(everything, facts_of):
    for finding in check(facts_of(everything, "ev-100")):
        assert finding.source in load_sources()
        assert finding.confidence in CONFIDENCES


def test_what_is_not_checked_says_what_to_give(everything, facts_of):
    findings = check(facts_of(everything, "ev-100"))

    missing = [f for f in findings if f.status == "not_checked"]
    assert len(missing) >= 6
    assert all("not given" in str(f.note) or str(f.note).startswith("no ") for f in missing)
    assert all(f.limit is None for f in missing)


def test_findings_are_sorted_by_check_and_the_worst_first(everything, facts_of):
    findings = check(facts_of(everything, "ev-100"))

    assert [f.check for f in findings] == sorted(f.check for f in findings)
    loading = [f.utilisation for f in findings if f.check == "cable.loading"]
    assert loading == sorted(loading, reverse=True)


def test_some_checks_can_be_asked_alone(everything, facts_of):
    facts = facts_of(everything, "ev-100")

    load, other = check(facts, LOAD_CHECKS), check(facts, OTHER_CHECKS)

    assert not {f.check for f in load} & {f.check for f in other}
    assert sorted([*load, *other], key=repr) == sorted(check(facts), key=repr)


# ------------------------------------------------------------------ old violations


@pytest.fixture
def finding(small, facts_of):
    return check(facts_of(small))[0]


@pytest.fixture
def old(finding):
    """Return a violation of today, a fifth above its limit."""
    return replace(finding, check="c", element="E", quantity="q", status="fail", utilisation=1.2)


def test_only_violations_of_today_are_remembered(old):
    rows = [old, replace(old, element="F", status="pass"), replace(old, element="G", status="info")]

    assert utilisation_today(rows) == {("c", "E", "q"): 1.2}


def test_of_two_violations_under_one_name_the_worst_is_remembered(old):
    # two pumps at one board, 192 and 176 kW where 160 are allowed: chargers change neither
    rows = [old, replace(old, utilisation=1.1)]

    assert utilisation_today(rows) == utilisation_today(rows[::-1]) == {("c", "E", "q"): 1.2}
    assert not any(f.is_added for f in against_today(rows, utilisation_today(rows)))


def test_a_violation_of_today_is_marked_in_every_scenario(old):
    elsewhere, other = replace(old, element="F"), replace(old, quantity="r")

    marked = against_today([old, elsewhere, other], utilisation_today([old]))

    assert [f.pre_existing for f in marked] == [True, False, False]
    assert [f.is_added for f in marked] == [False, True, True]


@pytest.mark.parametrize(
    ("utilisation", "worsened"),
    [(1.1, False), (1.2, False), (1.2 * 1.001, False), (1.2 * 1.0011, True), (2.0, True)],
)
def test_a_violation_of_today_that_grows_by_more_than_a_thousandth_is_added(
    old, utilisation, worsened
):
    grown = replace(old, utilisation=utilisation)

    (marked,) = against_today([grown], utilisation_today([old]))

    assert (marked.pre_existing, marked.worsened, marked.is_added) == (True, worsened, worsened)
    assert marked.utilisation == utilisation


def test_what_holds_is_never_marked_or_added(old):
    (marked,) = against_today([replace(old, status="pass")], utilisation_today([old]))

    assert (marked.pre_existing, marked.worsened, marked.is_added) == (False, False, False)


def test_an_undersized_cable_of_today_is_not_blamed_on_the_chargers(small, facts_of):
    small["households"][0]["count"] = 200  # far too much for a 70 mm² cable
    today = utilisation_today(check(facts_of(small, "today")))

    findings = against_today(check(facts_of(small, "ev-100")), today)

    rows = [f for f in findings if (f.check, f.element) == ("cable.loading", "C1")]
    (c1,) = [f for f in rows if not f.quantity]
    assert (c1.status, c1.pre_existing) == ("fail", True)


# ------------------------------------------------------------------ condensed


def test_a_condensed_list_keeps_every_violation(small, facts_of):
    small["private_bays"][0]["count"] = 300
    findings = check(facts_of(small, "ev-100"))

    short = condensed(findings)

    failed = [f for f in findings if f.status == "fail"]
    assert len(failed) > 3
    assert [f for f in short if f.status == "fail"] == failed


def test_a_condensed_list_stands_for_all_elements(everything, facts_of):
    findings = check(facts_of(everything, "ev-100"))

    short = condensed(findings)

    assert sum(f.n_checked for f in short) == len(findings)
    assert len(short) < len(findings)


def test_a_passing_row_is_the_tightest_of_its_kind(finding):
    rows = [
        replace(finding, check="c", element=name, status="pass", utilisation=u)
        for name, u in (("A", 0.3), ("B", 0.9), ("C", 0.5))
    ]

    (row,) = condensed(rows)

    assert (row.element, row.n_checked) == ("B", 3)


def test_rows_of_different_status_or_quantity_are_never_joined(finding):
    row = replace(finding, check="c", status="pass")
    rows = [row, replace(row, quantity="q"), replace(row, status="info"), replace(row, check="d")]

    assert len(condensed(rows)) == 4


def test_the_ring_seen_from_two_ends_is_one_kind_of_row(finding):
    row = replace(finding, check="mv.ring_n_minus_1", status="pass", quantity="without SRC1")

    (short,) = condensed([row, replace(row, quantity="without SRC2")])

    assert short.n_checked == 2


def test_an_empty_list_stays_empty():
    assert condensed([]) == ()
