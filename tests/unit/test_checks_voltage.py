"""voltage.deviation and voltage.unbalance."""

from dataclasses import replace

import pytest

from gridcalc.checks.facts import DayFacts
from gridcalc.checks.voltage import voltage_deviation, voltage_unbalance


@pytest.fixture
def node(small, facts_of):
    """Return the deviation findings of one node whose result row is changed."""

    def of(name, scenario="ev-100", highest=1.0, **changes):
        facts = facts_of(small, scenario)
        rows = tuple(replace(row, **changes) if row.id == name else row for row in facts.nodes)
        low = {**facts.site.vm_max_low_load_pu, name: highest}
        facts = replace(facts, nodes=rows, site=replace(facts.site, vm_max_low_load_pu=low))
        return {f.quantity: f for f in voltage_deviation(facts) if f.element == name}

    return of


# GB/T 12325-2008: 4.3: 220 V +7 % / −10 %; 4.2: 380 V and 10 kV ±7 %
@pytest.mark.parametrize(
    ("vm_pu", "value", "status"),
    [(0.9, -10, "pass"), (0.8999, -10.01, "fail"), (1.05, 5, "pass"), (0.95, -5, "pass")],
)
def test_a_phase_may_be_ten_percent_low(node, vm_pu, value, status):
    finding = node("MB1", vm_min_pu=vm_pu)["phase_min"]

    assert (finding.check, finding.limit, finding.unit) == ("voltage.deviation", -10, "%")
    assert finding.value == pytest.approx(value)
    assert finding.status == status
    assert (finding.source, finding.clause) == ("gbt-12325-2008", "4.3")
    assert finding.level == "feeder"


@pytest.mark.parametrize(
    ("vm_pu", "status"), [(1.07, "pass"), (1.0701, "fail"), (0.8, "pass"), (1.0, "pass")]
)
def test_a_phase_may_be_seven_percent_high_at_low_load(node, vm_pu, status):
    finding = node("MB1", highest=vm_pu)["phase_max"]

    assert (finding.limit, finding.status) == (7, status)
    assert finding.value == pytest.approx(100 * (vm_pu - 1))
    assert finding.confidence == "seen"


@pytest.mark.parametrize(
    ("vm_pu", "status"), [(1.07, "pass"), (1.0701, "fail"), (0.8, "pass"), (1.0, "pass")]
)
def test_a_phase_may_be_seven_percent_high_at_peak_as_well(node, vm_pu, status):
    findings = node("MB1", vm_phase_pu=(0.79, vm_pu, 0.79))

    finding = findings["phase_max_peak"]
    assert (finding.limit, finding.status, finding.level) == (7, status, "feeder")
    assert finding.value == pytest.approx(100 * (vm_pu - 1))
    assert (finding.source, finding.clause) == ("gbt-12325-2008", "4.3")
    assert findings["phase_max"].status == "pass"  # at low load nothing is too high


def test_chargers_on_one_phase_lift_the_others_above_the_limit_at_peak_only(small, facts_of):
    # Without load a board stands at 1.015 * 400/380 = 1.068 pu. What phase a draws comes back
    # through the neutral, and the drop there adds to the voltages of b and c at the box.
    small["sources"][0].update(vm_peak_pu=1.015, vm_low_load_pu=1.015)
    small["lv_cables"][3]["length_m"] = 200
    small["private_bays"][0].update(count=12, phases=[12, 0, 0])
    del small["public_bays"]
    facts = facts_of(small, "ev-100")

    found = {f.quantity: f for f in voltage_deviation(facts) if f.element == "CB1"}

    (row,) = (row for row in facts.nodes if row.id == "CB1")
    assert row.vm_phase_pu[0] < 1 < min(row.vm_phase_pu[1:])
    assert found["phase_max"].status == "pass"
    assert found["phase_max_peak"].status == "fail"
    assert found["phase_max_peak"].value == pytest.approx(100 * (max(row.vm_phase_pu) - 1))


def test_simulated_days_do_not_know_their_highest_voltages(small, facts_of):
    facts = facts_of(small)
    days = DayFacts(
        engine="radial",
        percentile=95,
        n_days=10,
        n_unsolved=0,
        served=None,
        hot_spots=(),
        bands=(),
    )

    quantities = {f.quantity for f in voltage_deviation(replace(facts, days=days))}

    assert quantities == {"phase_min", "phase_max", "line_min", "mv_min", "mv_max"}


@pytest.mark.parametrize(("vm_pu", "status"), [(0.93, "pass"), (0.9299, "fail")])
def test_a_three_phase_customer_may_be_seven_percent_low(node, vm_pu, status):
    # the lift at T1.LV is a three-phase load
    finding = node("T1.LV", vm_line_min_pu=vm_pu)["line_min"]

    assert (finding.limit, finding.status) == (-7, status)
    assert finding.clause == "4.2"


def test_line_voltages_are_judged_only_where_something_is_connected_to_three_phases(small, node):
    assert "line_min" not in node("CB1")

    small["private_bays"][0]["phases"] = "three"

    assert "line_min" in node("CB1", scenario="ev-100")
    assert "line_min" not in node("CB1", scenario="today")  # no charger there yet


@pytest.mark.parametrize(("vm_pu", "status"), [(0.93, "pass"), (0.9299, "fail")])
def test_10_kv_may_be_seven_percent_low(node, vm_pu, status):
    findings = node("PD1", vm_line_min_pu=vm_pu)

    assert set(findings) == {"mv_min", "mv_max"}
    assert (findings["mv_min"].limit, findings["mv_min"].status) == (-7, status)


@pytest.mark.parametrize(("vm_pu", "status"), [(1.07, "pass"), (1.0701, "fail")])
def test_10_kv_may_be_seven_percent_high(node, vm_pu, status):
    assert node("PD1", highest=vm_pu)["mv_max"].status == status


def test_a_very_low_voltage_says_that_the_model_ends_there(node):
    assert "below 0.8 pu" in str(node("MB1", vm_min_pu=0.79)["phase_min"].note)
    assert not node("MB1", vm_min_pu=0.81)["phase_min"].note


def test_every_node_is_judged(small, facts_of):
    judged = {f.element for f in voltage_deviation(facts_of(small))}

    assert judged == {"SRC1", "PD1", "T1.LV", "BB1", "MB1", "MB2", "CB1", "ES1"}


def test_a_level_without_a_solution_is_a_violation_of_the_compound(small, facts_of):
    facts = replace(facts_of(small), failed_levels=("feeder",), nodes=())

    (finding,) = voltage_deviation(facts)

    assert (finding.element, finding.quantity, finding.status) == (
        "compound",
        "solution_feeder",
        "fail",
    )
    assert finding.value is None
    assert finding.utilisation > 1


def test_a_network_that_cannot_carry_its_load_is_found_and_not_raised(small, facts_of):
    small["private_bays"][0].update(count=3000)  # 3000 chargers on one 240 mm² cable

    facts = facts_of(small, "ev-100")

    assert "feeder" in facts.failed_levels
    assert any(f.status == "fail" and f.element == "compound" for f in voltage_deviation(facts))


# GB/T 15543-2008: 2 %
@pytest.mark.parametrize(("percent", "status"), [(2, "pass"), (2.001, "fail"), (0, "pass")])
def test_voltage_unbalance_may_reach_two_percent(small, facts_of, percent, status):
    facts = facts_of(small)
    rows = tuple(replace(row, unbalance_percent=percent) for row in facts.nodes)

    findings = list(voltage_unbalance(replace(facts, nodes=rows)))

    assert len(findings) == len(rows)
    assert {f.status for f in findings} == {status}
    assert {(f.check, f.source, f.confidence) for f in findings} == {
        ("voltage.unbalance", "gbt-15543-2008", "secondary")
    }
