"""protection.disconnection and protection.breaking."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.checks.protection import protection_breaking, protection_disconnection


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
