"""mv.ring_n_minus_1: open rings fed from one end, closed rings without one of their cables."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.checks.ring import mv_ring_n_minus_1

MV = "YJV22-8.7/15-3x150"


def mv_cable(name, start, end, **more):
    return {"id": name, "from": start, "to": end, "type": MV, "length_m": 10, **more}


# ------------------------------------------------------------------ open rings


@pytest.fixture
def ring(small):
    """Return SRC1 ─ A ─ PD1 ─ B ─ PD2 ─ C ─ SRC2 with B open; T1 and T2 of 630 kVA."""
    small["sources"].append({"id": "SRC2", "kind": "rmu_bay"})
    small["substations"].append(
        {"id": "PD2", "kind": "prefabricated", "transformers": [{"id": "T2", "type": "S20-630"}]}
    )
    small["mv_cables"] = [
        mv_cable("A", "SRC1", "PD1"),
        mv_cable("B", "PD1", "PD2", normally_open=True),
        mv_cable("C", "PD2", "SRC2"),
    ]
    return small


def with_peaks(facts, s_kva, ampacity_a):
    """Return facts whose transformers peak at given kVA, all cables of one ampacity."""
    rows = tuple(replace(row, s_peak_kva=s_kva[row.id]) for row in facts.transformers)
    cables = facts.site.network.cables
    cables = replace(cables, ampacity_a=np.full(len(cables.ids), ampacity_a))
    network = replace(facts.site.network, cables=cables)
    return replace(facts, transformers=rows, site=replace(facts.site, network=network))


@pytest.mark.parametrize(("ampacity_a", "status"), [(60.0, "pass"), (50.0, "pass"), (49.9, "fail")])
def test_either_end_of_an_open_ring_carries_everything(ring, facts_of, ampacity_a, status):
    # 600 + 266.0254 kVA = 866.0254 kVA = 50 A · √3 · 10 kV
    facts = with_peaks(facts_of(ring), {"T1": 600.0, "T2": 266.0254037844386}, ampacity_a)

    findings = list(mv_ring_n_minus_1(facts))

    assert {(f.element, f.quantity) for f in findings} == {
        ("C", "without SRC1"),
        ("A", "without SRC2"),
    }
    assert {f.status for f in findings} == {status}
    assert findings[0].value == pytest.approx(5000 / ampacity_a)
    assert {f.check for f in findings} == {"mv.ring_n_minus_1"}
    assert "B closed" in str(findings[0].note)


def test_a_cable_behind_the_open_point_can_be_the_weakest(ring, facts_of):
    facts = with_peaks(facts_of(ring), {"T1": 600.0, "T2": 200.0}, 100.0)
    cables = facts.site.network.cables
    thin = np.where(np.array(cables.ids) == "B", 10.0, 100.0)
    network = replace(facts.site.network, cables=replace(cables, ampacity_a=thin))
    facts = replace(facts, site=replace(facts.site, network=network))

    by_loss = {f.quantity: f for f in mv_ring_n_minus_1(facts)}

    # fed from SRC1, B carries T2: 200 kVA / (√3 · 10 kV) = 11.547 A of 10 A
    assert by_loss["without SRC2"].element == "B"
    assert by_loss["without SRC2"].value == pytest.approx(115.47, abs=0.01)


def test_a_network_without_an_open_ring_has_no_such_check(small, facts_of):
    assert list(mv_ring_n_minus_1(facts_of(small))) == []


def test_the_ring_is_not_passed_where_the_power_flow_failed(ring, facts_of):
    # without transformer results nothing is known about the ring
    facts = replace(facts_of(ring), transformers=(), mv=None, failed_levels=("station",))

    assert "pass" not in {finding.status for finding in mv_ring_n_minus_1(facts)}


def test_a_ring_without_any_load_still_names_a_cable(ring, facts_of):
    facts = with_peaks(facts_of(ring), {"T1": 0.0, "T2": 0.0}, 100.0)

    assert {f.element for f in mv_ring_n_minus_1(facts)} <= {"A", "B", "C"}


def test_a_ring_that_is_closed_behind_one_end_divides_its_current_when_the_other_is_lost(
    ring, facts_of
):
    # Fed from SRC1 all 866.0254 kVA (50 A) go over A and A2, of one type, 10 m and 30 m long: three
    # quarters and one quarter. All of it flows on as 300 kVA over B.
    ring["mv_cables"].append(mv_cable("A2", "SRC1", "PD1") | {"length_m": 30})
    facts = with_peaks(facts_of(ring), {"T1": 566.0254037844386, "T2": 300.0}, 100.0)

    by_loss = {f.quantity: f for f in mv_ring_n_minus_1(facts) if "SRC" in f.quantity}

    assert by_loss["without SRC2"].element == "A"
    assert by_loss["without SRC2"].value == pytest.approx(37.5)
    # lost is SRC1 with both of its cables: C carries everything
    assert by_loss["without SRC1"].element == "C"
    assert by_loss["without SRC1"].value == pytest.approx(50.0)


# ------------------------------------------------------------------ closed rings


@pytest.fixture
def closed(small):
    """Return SRC1 ─ A ─ R1 ─ B ─ R2 ─ C ─ SRC1, closed; T1 hangs on R1 over D, T2 on R2 over E."""
    small["rmus"] = [{"id": name, "type": "RMU-2in-4out"} for name in ("R1", "R2")]
    small["substations"].append(
        {"id": "PD2", "kind": "prefabricated", "transformers": [{"id": "T2", "type": "S20-630"}]}
    )
    small["mv_cables"] = [
        mv_cable("A", "SRC1", "R1"),
        mv_cable("B", "R1", "R2"),
        mv_cable("C", "R2", "SRC1"),
        mv_cable("D", "R1", "PD1"),
        mv_cable("E", "R2", "PD2"),
    ]
    return small


def with_ampacity(facts, **ampacity_a):
    cables = facts.site.network.cables
    values = np.array([ampacity_a.get(name, 1e6) for name in cables.ids])
    network = replace(facts.site.network, cables=replace(cables, ampacity_a=values))
    return replace(facts, site=replace(facts.site, network=network))


@pytest.mark.parametrize(("ampacity_a", "status"), [(60.0, "pass"), (50.0, "pass"), (49.9, "fail")])
def test_a_closed_ring_is_opened_at_each_of_its_cables(closed, facts_of, ampacity_a, status):
    # 600 + 266.0254 kVA = 866.0254 kVA = 50 A · √3 · 10 kV. Without A, C carries all of it.
    facts = with_peaks(facts_of(closed), {"T1": 600.0, "T2": 266.0254037844386}, 1.0)
    facts = with_ampacity(facts, A=100.0, B=100.0, C=ampacity_a)

    (finding,) = mv_ring_n_minus_1(facts)

    assert (finding.check, finding.element) == ("mv.ring_n_minus_1", "C")
    assert (finding.quantity, finding.level) == ("without A", "station")
    assert finding.value == pytest.approx(5000 / ampacity_a)
    assert (finding.limit, finding.status) == (100, status)
    assert str(finding.note) == "A out of service, the rest of the ring carries all"


def test_the_cable_between_two_rmus_of_a_closed_ring_can_be_the_weakest(closed, facts_of):
    # Without C, B carries T2: 200 kVA / (√3 · 10 kV) = 11.547 A; without A it carries T1: 34.641 A.
    facts = with_peaks(facts_of(closed), {"T1": 600.0, "T2": 200.0}, 1.0)
    facts = with_ampacity(facts, A=100.0, B=30.0, C=100.0)

    (finding,) = mv_ring_n_minus_1(facts)

    assert (finding.element, finding.quantity) == ("B", "without A")
    assert finding.value == pytest.approx(115.47, abs=0.01)


def test_a_cable_beside_the_ring_is_none_of_its_business(closed, facts_of):
    # D carries T1 in any state; cable.loading judges it.
    facts = with_peaks(facts_of(closed), {"T1": 600.0, "T2": 200.0}, 1.0)
    facts = with_ampacity(facts, A=100.0, B=100.0, C=100.0, D=1.0)

    (finding,) = mv_ring_n_minus_1(facts)

    assert finding.element in {"A", "C"}


def test_two_cables_side_by_side_are_a_ring_and_one_must_do(small, facts_of):
    # 500 kVA = 28.868 A
    small["mv_cables"] = [mv_cable("A", "SRC1", "PD1"), mv_cable("B", "SRC1", "PD1")]
    facts = with_ampacity(with_peaks(facts_of(small), {"T1": 500.0}, 1.0), A=40.0, B=50.0)

    (finding,) = mv_ring_n_minus_1(facts)

    assert (finding.element, finding.quantity) == ("A", "without B")
    assert finding.value == pytest.approx(72.17, abs=0.01)


def test_two_rings_on_one_source_are_two_findings(closed, facts_of):
    closed["mv_cables"] += [mv_cable("X", "SRC1", "PD3"), mv_cable("Y", "SRC1", "PD3")]
    closed["substations"].append(
        {"id": "PD3", "kind": "prefabricated", "transformers": [{"id": "T3", "type": "S20-630"}]}
    )
    facts = with_peaks(facts_of(closed), {"T1": 100.0, "T2": 200.0, "T3": 400.0}, 100.0)

    findings = list(mv_ring_n_minus_1(facts))

    # 300 kVA = 17.32 A and 400 kVA = 23.09 A
    assert [f.value for f in findings] == pytest.approx([17.32, 23.09], abs=0.01)
    assert [f.element in {"A", "C"} for f in findings] == [True, False]


def test_what_is_left_of_a_mesh_divides_by_the_impedances(closed, facts_of):
    # A second cable A2 beside A, three times as long. Without C all 50 A come over A and A2, 3 : 1;
    # without A all over A2 and C: more on one of them. T1 only: A2 + nothing else on the way 30 m,
    # C and B 20 m; of 50 A the shorter way takes 30 A and A2 20 A.
    closed["mv_cables"].append(mv_cable("A2", "SRC1", "R1") | {"length_m": 30})
    facts = with_peaks(facts_of(closed), {"T1": 866.0254037844386, "T2": 0.0}, 1.0)
    facts = with_ampacity(facts, A2=30.0)

    (without_a,) = mv_ring_n_minus_1(facts)
    (a2_alone,) = mv_ring_n_minus_1(with_ampacity(facts, A2=1e6, B=40.0))

    assert (without_a.element, without_a.quantity) == ("A2", "without A")
    assert without_a.value == pytest.approx(100 * 20 / 30)
    assert (a2_alone.element, a2_alone.quantity) == ("B", "without A")
    assert a2_alone.value == pytest.approx(100 * 30 / 40)


def test_a_closed_ring_is_not_passed_where_the_power_flow_failed(closed, facts_of):
    facts = replace(facts_of(closed), transformers=(), mv=None, failed_levels=("station",))

    assert list(mv_ring_n_minus_1(facts)) == []
