"""protection.disconnection, protection.breaking and protection.overload."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.checks.protection import (
    protection_breaking,
    protection_disconnection,
    protection_overload,
)


@pytest.fixture
def faults(small, facts_of):
    """Return the findings of a check with given fault levels, one value for all other nodes."""

    def of(check, ik1_min_a=1300.0, ik3_max_ka=10.0, **by_node_a):
        facts = facts_of(small)
        ids = facts.site.network.node_ids
        smallest = np.array([by_node_a.get(name, ik1_min_a) for name in ids]) / 1000
        level = replace(
            facts.site.short_circuit,
            ik1_min_ka=smallest,
            ik3_max_ka=np.full(len(ids), ik3_max_ka),
        )
        facts = replace(facts, site=replace(facts.site, short_circuit=level))
        return {(f.element, f.quantity): f for f in check(facts)}

    return of


# ------------------------------------------------------------------ the smallest fault


# GB 50054-2011 cl. 6.2.4: the smallest fault is at least 1.3 times the setting
@pytest.mark.parametrize(
    ("i_trip_a", "status", "ratio"),
    [(1000, "pass", 1.3), (1001, "fail", 1.2987), (500, "pass", 2.6)],
)
def test_a_device_must_see_1_3_times_its_setting(small, faults, i_trip_a, status, ratio):
    small["protection"] = [{"element": "F2", "in_a": 250, "i_trip_a": i_trip_a}]

    found = faults(protection_disconnection)["F2", ""]

    assert (found.check, found.limit, found.status) == ("protection.disconnection", 1.3, status)
    assert found.value == pytest.approx(ratio, abs=1e-4)
    assert (found.source, found.clause, found.confidence) == ("gb-50054-2011", "6.2.4", "seen")


def test_the_weakest_fault_in_the_zone_counts(small, faults):
    small["protection"] = [{"element": "F1", "in_a": 400, "i_trip_a": 1000}]

    found = faults(protection_disconnection, MB2=1200.0)["F1", ""]

    assert found.value == pytest.approx(1.2)
    assert str(found.note) == "smallest fault 1200 A at MB2, setting 1000 A"


def test_a_device_guards_up_to_the_place_of_the_next(small, faults):
    small["protection"] = [
        {"element": "F1", "in_a": 400, "i_trip_a": 1000},
        {"element": "C2", "in_a": 160, "i_trip_a": 600},
    ]

    found = faults(protection_disconnection, MB2=900.0, BB1=1250.0)

    # F1 guards BB1 and MB1, C2 guards MB2 alone
    assert found["F1", ""].value == pytest.approx(1.25)
    assert found["C2", ""].value == pytest.approx(1.5)


def test_a_main_breaker_guards_the_board_and_all_feeders_without_a_device(small, faults):
    small["protection"] = [
        {"element": "T1", "in_a": 1000, "i_trip_a": 800},
        {"element": "F1", "in_a": 400, "i_trip_a": 400},
    ]

    found = faults(protection_disconnection, ES1=960.0, MB1=600.0)

    assert set(found) == {("T1", ""), ("F1", "")}
    assert found["T1", ""].value == pytest.approx(1.2)
    assert found["F1", ""].value == pytest.approx(1.5)


def test_without_devices_every_feeder_is_told_its_largest_setting(faults):
    found = faults(protection_disconnection, MB1=650.0)

    assert {key: f.status for key, f in found.items()} == dict.fromkeys(
        [("F1", ""), ("F2", ""), ("F3", "")], "not_checked"
    )
    assert found["F1", ""].value == pytest.approx(500)  # 650 A / 1.3
    assert str(found["F1", ""].note) == (
        "protection not given; the smallest fault 650 A at MB1 allows a setting of at most 500 A"
    )


def test_a_device_without_a_setting_is_told_its_largest(small, faults):
    small["protection"] = [{"element": "F2", "in_a": 250}]

    found = faults(protection_disconnection)["F2", ""]

    assert (found.status, found.value) == ("not_checked", pytest.approx(1000))
    assert str(found.note).startswith("i_trip_a not given")


# ------------------------------------------------------------------ the largest fault


@pytest.mark.parametrize(("breaking_ka", "status"), [(10, "pass"), (9.99, "fail"), (50, "pass")])
def test_a_device_must_break_the_largest_fault(small, faults, breaking_ka, status):
    small["protection"] = [{"element": "F2", "in_a": 250, "breaking_ka": breaking_ka}]

    found = faults(protection_breaking)["F2", ""]

    assert (found.check, found.limit, found.status) == ("protection.breaking", breaking_ka, status)
    assert found.value == pytest.approx(10)


@pytest.mark.parametrize(
    ("on", "node"), [("F1", "T1.LV"), ("C1", "BB1"), ("T1", "T1.LV"), ("MC1", "SRC1")]
)
def test_a_device_stands_at_the_sending_end(small, facts_of, on, node):
    small["protection"] = [{"element": on, "in_a": 100, "breaking_ka": 100}]
    facts = facts_of(small)

    (found,) = protection_breaking(facts)

    index = facts.site.network.node_index()[node]
    assert found.value == pytest.approx(facts.site.short_circuit.ik3_max_ka[index])
    assert str(found.note) == f"fault at {node}"


def test_a_device_without_a_breaking_capacity_is_told_what_it_needs(small, faults):
    small["protection"] = [{"element": "F2", "in_a": 250}]

    found = faults(protection_breaking)["F2", ""]

    assert (found.status, found.value) == ("not_checked", pytest.approx(10))
    assert "no breaking_ka given" in str(found.note)


@pytest.mark.parametrize(("i_sc_ka", "status"), [(20, "pass"), (20.01, "fail")])
def test_an_rmu_must_withstand_the_fault_at_its_place(small, faults, i_sc_ka, status):
    small["rmus"] = [{"id": "R1", "type": "RMU-2in-2out"}]  # 20 kA in the catalogue
    small["mv_cables"].append(
        {"id": "M2", "from": "PD1", "to": "R1", "type": "YJV22-8.7/15-3x150", "length_m": 9}
    )

    found = faults(protection_breaking, ik3_max_ka=i_sc_ka)["R1", "short_time"]

    assert (found.limit, found.status) == (20, status)


# ------------------------------------------------------------------ overload


@pytest.fixture
def overload(small, facts_of):
    """Return the findings of T1, 630 kVA, with phases loaded by percents of their rating."""

    def at(*phases):
        facts = facts_of(small)
        rows = [replace(row, loading_phase_percent=phases) for row in facts.transformers]
        found = protection_overload(replace(facts, transformers=tuple(rows)))
        return {(f.element, f.quantity): f for f in found}

    return at


# 630 kVA / (√3 · 0.38 kV) = 957.2 A; half of it on the worst phase is 478.6 A
@pytest.mark.parametrize(("in_a", "status"), [(478.6, "pass"), (478.5, "fail"), (100, "fail")])
def test_a_main_breaker_below_the_rating_has_to_carry_the_load(small, overload, in_a, status):
    small["protection"] = [{"element": "T1", "in_a": in_a}]

    found = overload(10, 50, 20)["T1", "protective_device"]

    assert (found.check, found.limit, found.status) == ("protection.overload", 100, status)
    assert found.value == pytest.approx(100 * 478.594 / in_a, rel=1e-5)
    assert str(found.note) == f"479 A against the device's {in_a:.0f} A"
    # GB 50054-2011 cl. 6.3.3: IB at most In
    assert (found.source, found.clause, found.confidence) == ("gb-50054-2011", "6.3.3", "seen")


@pytest.mark.parametrize(("in_a", "told"), [(957, True), (958, False), (1000, False)])
def test_a_main_breaker_of_the_rating_is_never_overloaded_first(small, overload, in_a, told):
    small["protection"] = [{"element": "T1", "in_a": in_a}]

    assert (("T1", "protective_device") in overload(120, 120, 120)) is told


def test_a_transformer_that_cannot_be_used_up_is_not_ready(small, facts_of):
    # 100 A carry 66 kVA; 32 flats and 30 chargers need more
    small["protection"] = [{"element": "T1", "in_a": 100}]

    (found,) = [f for f in protection_overload(facts_of(small, "ev-100")) if f.status == "fail"]

    assert (found.element, found.quantity) == ("T1", "protective_device")
    assert found.value > 100


def test_without_devices_there_is_nothing_to_compare(overload):
    assert overload(50, 50, 50) == {}


# GB 50054-2011 cl. 6.3.3, In at most Iz; the ampacity is set here
@pytest.mark.parametrize(("in_a", "status"), [(200, "pass"), (200.1, "not_checked")])
def test_a_cable_without_a_device_needs_one_before_it_within_its_ampacity(
    small, facts_of, in_a, status
):
    small["protection"] = [{"element": "F1", "in_a": in_a}]
    facts = facts_of(small)
    cables = facts.site.network.cables
    network = replace(
        facts.site.network,
        cables=replace(cables, ampacity_a=np.full(len(cables.ids), 200.0)),
    )
    facts = replace(facts, site=replace(facts.site, network=network))

    found = {f.element: f for f in protection_overload(facts)}

    assert set(found) == {"C1", "C2"}  # F1 has its own, F2 and F3 have none before them
    assert (found["C1"].status, found["C1"].quantity) == (status, "device_setting")
    assert found["C1"].value == pytest.approx(100 * in_a / 200)
    said = {
        "pass": "the 200 A of F1 against the ampacity of 200 A",
        "not_checked": "no device of its own given; F1 before it has 200 A, above the ampacity of"
        " 200 A",
    }
    assert str(found["C1"].note) == said[status]


def test_the_main_breaker_stands_before_a_feeder_without_a_device(small, facts_of):
    small["protection"] = [{"element": "T1", "in_a": 1000}, {"element": "F1", "in_a": 250}]

    found = {f.element: f for f in protection_overload(facts_of(small))}

    assert {name: row.status for name, row in found.items() if name in ("F2", "F3")} == {
        "F2": "not_checked",
        "F3": "not_checked",
    }
    assert "T1 before it has 1000 A" in str(found["F2"].note)
    assert "F1 before it has 250 A" in str(found["C1"].note)
