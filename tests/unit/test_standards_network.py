"""Short circuit, fault loop, voltage drop, unbalance and rule tables beyond the worked examples."""

import pytest

from gridcalc.errors import InputError
from gridcalc.standards.fault_loop import (
    PhpReactanceRow,
    earth_fault_a,
    r_php_ohm_per_km,
    x_php_ohm_per_km,
)
from gridcalc.standards.rules import (
    harmonic_current_limits,
    power_quality_limits,
    public_loads,
    range_rule,
    supply_thresholds,
    value_rule,
)
from gridcalc.standards.short_circuit_iec60909 import (
    Impedance,
    dyn_zero_sequence,
    peak_factor,
    single_phase_fault_ka,
    three_phase_fault_ka,
    voltage_factor,
)
from gridcalc.standards.voltage_drop import voltage_drop_percent
from gridcalc.standards.voltage_unbalance import voltage_unbalance_percent


# Handbook table 4.1-1 (c_max), IEC 60909 (c_min 1.00 at 10 kV recalled, 0.95 at LV secondary).
@pytest.mark.parametrize(
    ("vn_kv", "extreme", "value", "confidence"),
    [
        (10, "max", 1.10, "seen"),
        (10, "min", 1.00, "recalled"),
        (0.4, "max", 1.05, "seen"),
        (0.38, "min", 0.95, "secondary"),
    ],
)
def test_voltage_factors(vn_kv, extreme, value, confidence):
    result = voltage_factor(vn_kv=vn_kv, extreme=extreme)

    assert (result.value, result.confidence) == (value, confidence)


def test_equal_sequence_impedances_make_both_faults_equal():
    # |2 Z1 + Z0| = 3 |Z1|, so Ik1 = sqrt(3) c Un / (3 Z1) = Ik3.
    z = Impedance(r_mohm=3, x_mohm=10)

    single = single_phase_fault_ka(positive=z, zero=z, c_factor=1.05, un_kv=0.4)

    assert single == pytest.approx(three_phase_fault_ka(impedance=z, c_factor=1.05, un_kv=0.4))


def test_a_dyn_transformer_feeds_more_current_to_earth_than_between_phases():
    z = Impedance(r_mohm=3, x_mohm=10)

    single = single_phase_fault_ka(positive=z, zero=dyn_zero_sequence(z), c_factor=1, un_kv=0.4)

    assert single > three_phase_fault_ka(impedance=z, c_factor=1, un_kv=0.4)


def test_the_peak_factor_lies_between_resistive_and_inductive():
    assert peak_factor(Impedance(r_mohm=0, x_mohm=1)) == pytest.approx(2.0)
    assert peak_factor(Impedance(r_mohm=100, x_mohm=1)) == pytest.approx(1.02)


def test_loop_resistance_is_one_and_a_half_times_both_conductors():
    # 1.5 (0.125 + 0.253) = 0.567: Al 240 with PE 120.
    r = r_php_ohm_per_km(r20_phase_ohm_per_km=0.125, r20_pe_ohm_per_km=0.253)

    assert r == pytest.approx(0.567)


# Handbook 3rd edition, table 4-25: 95 mm2 0.158 / 0.186, 185 mm2 0.152 / 0.179.
@pytest.mark.parametrize(
    ("area", "pen", "x", "confidence"),
    [
        (95, "equal", 0.158, "seen"),
        (95, "half", 0.186, "seen"),
        (185, "half", 0.179, "seen"),
        (240, "equal", 0.152, "assumed"),
        (100, "equal", 0.158, "assumed"),
    ],
)
def test_loop_reactance(area, pen, x, confidence):
    result = x_php_ohm_per_km(area_mm2=area, pen=pen)

    assert (result.value, result.confidence) == (x, confidence)


def test_a_section_below_the_table_has_no_loop_reactance():
    with pytest.raises(InputError, match=r"2\.5 mm2 is below the table"):
        x_php_ohm_per_km(area_mm2=2.5, pen="equal")


def test_a_user_table_replaces_the_shipped_reactances():
    row = PhpReactanceRow(
        area_mm2=95,
        x_php_equal_pen_mohm_per_m=0.2,
        x_php_half_pen_mohm_per_m=0.3,
        note="",
        source="user:x.csv",
        confidence="assumed",
    )

    assert x_php_ohm_per_km(area_mm2=95, pen="half", table=(row,)).value == 0.3


def test_the_voltage_factor_scales_the_earth_fault():
    loop = Impedance(r_mohm=300, x_mohm=400)

    assert earth_fault_a(u0_v=220, loop=loop) == pytest.approx(440)
    assert earth_fault_a(u0_v=220, loop=loop, c_factor=0.95) == pytest.approx(418)


def test_a_purely_active_load_drops_by_resistance_only():
    # 100 kW over 0.1 ohm at 0.38 kV: 100 x 0.1 MW x 0.1 ohm / 0.1444 kV2 = 6.925 %.
    drop = voltage_drop_percent(
        p_kw=100, power_factor=1, length_m=1000, r_ohm_per_km=0.1, x_ohm_per_km=9, vn_kv=0.38
    )

    assert drop == pytest.approx(6.9252, rel=1e-4)


@pytest.mark.parametrize("power_factor", [0, -0.9, 1.1])
def test_an_impossible_power_factor_is_a_programming_error(power_factor):
    with pytest.raises(ValueError, match="power factor"):
        voltage_drop_percent(
            p_kw=1,
            power_factor=power_factor,
            length_m=1,
            r_ohm_per_km=1,
            x_ohm_per_km=1,
            vn_kv=0.38,
        )


def test_no_negative_sequence_current_makes_no_unbalance():
    assert voltage_unbalance_percent(i2_a=0, vn_kv=10, s_sc_mva=100) == 0


def test_rules_are_found_by_name_and_scope():
    residential = range_rule(
        "transformer_loading_rules", "long_term_loading_percent", applies_to="residential buildings"
    )

    assert (residential.value_max, residential.source) == (85, "jgj-242-2011-4.3.1")
    assert value_rule("lv_protection_rules", "disconnection_time_fixed_s").number == 5


def test_a_rule_that_is_a_formula_is_no_number():
    with pytest.raises(ValueError, match="could not convert"):
        _ = value_rule("lv_protection_rules", "tn_fault_loop").number


def test_unknown_rules_are_refused():
    with pytest.raises(InputError, match="'x' is not a rule"):
        value_rule("lv_protection_rules", "x")
    with pytest.raises(InputError, match="'x' is not a rule"):
        range_rule("network_rules", "x")


def test_other_rule_tables_hold_their_best_known_rows():
    # GB/T 12325-2008 cl. 4.3; Power Supply Business Rules 2024 art. 9; GB/T 14549-1993 table 2.
    limit = next(row for row in power_quality_limits() if row.applies_to == "single-phase 220 V")
    single_phase = next(row for row in supply_thresholds() if row.name == "single_phase_load")
    fifth = next(r for r in harmonic_current_limits() if (r.vn_kv, r.harmonic_order) == (35, 5))
    office = next(row for row in public_loads() if row.name == "property_office")

    assert (limit.limit_min, limit.limit_max) == (-10, 7)
    assert single_phase.max_p_kw == 12
    assert (fifth.max_i_a, fifth.confidence) == (12, "seen")
    assert (office.value_min, office.value_max, office.unit) == (60, 100, "W/m2")
