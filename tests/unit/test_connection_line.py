"""The checks of a new 10 kV line along a route: on what paper they stand, and what k is worth."""

import pytest

from gridcalc.connection.line import line_checks
from gridcalc.routing.records import SourcePoint
from tests.unit.upgrade_cases import CATALOGUE

SOURCE = SourcePoint(id="A", kind="rmu_bay", x_m=0.0, y_m=0.0, i_sc_max_ka=20.0)


def checks_of(name, national):
    found = line_checks(
        CATALOGUE.cables[name],
        SOURCE,
        demand_kva=4000.0,
        cable_m=500.0,
        layings=["duct"],
        policy=national,
    )
    return {row.check: row for row in found}


def test_the_code_of_low_voltage_does_not_judge_a_10_kv_line(national):
    found = checks_of("YJV22-8.7/15-3x300", national)

    # 4000 kVA / (√3 · 10 kV) = 230.9 A; 423 A in soil · 0.85 of a duct = 359.6 A
    loading = found["cable.loading"]
    assert loading.value == pytest.approx(64.2303, abs=1e-4)
    assert (loading.limit, loading.source, loading.clause) == (100, "gb-50217-2018", "")
    assert loading.confidence == "recalled"
    # 20 kA · √0.5 s / 137
    withstand = found["cable.short_circuit"]
    assert withstand.value == pytest.approx(103.2272, abs=1e-4)
    assert (withstand.source, withstand.confidence) == ("gb-50217-2018", "recalled")
    assert str(withstand.note) == "20.0 kA for 0.5 s, k 137"


def test_beyond_300_mm2_k_is_assumed(national):
    """The handbook's k is for sections up to 300 mm² (electrical.md, section 2)."""
    found = checks_of("YJV22-8.7/15-3x400", national)["cable.short_circuit"]

    assert found.value == pytest.approx(103.2272, abs=1e-4)
    assert found.confidence == "assumed"
    assert str(found.note) == "20.0 kA for 0.5 s, k 137 from a table of smaller sections"
