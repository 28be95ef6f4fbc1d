"""One unit more never draws less: stages are nested, and the worst phase of a box only rises."""

import numpy as np
import pytest

from gridcalc.checks.case import scenario_units
from gridcalc.demand.design import design_demand
from gridcalc.demand.levels import STATION
from gridcalc.demand.scenario import parse_scenario


@pytest.fixture
def box(small, case_of):
    """Return kW per phase and kVA of the worst phase of some loads, alone at one box."""
    small["lv_nodes"] = [{"id": "CB1", "kind": "charger_box"}]
    small["lv_cables"] = [cable for cable in small["lv_cables"] if cable["id"] == "F2"]

    def of(*bays, flats=()):
        for section in ("public_bays", "ebikes", "public_loads"):
            small[section] = []
        small["private_bays"] = [{"node": "CB1", **row} for row in bays]
        small["households"] = [{"node": "CB1", **row} for row in flats]
        case = case_of(small)
        n_units = scenario_units(case, parse_scenario("ev-100"))
        result = design_demand(case.model, n_units, case.model.level(STATION))
        s_kva = (result.p_kw + 1j * result.q_kvar).sum(axis=0)
        return result.p_kw.sum(axis=0), float(np.abs(s_kva).max())

    return of


def test_one_charger_more_lowers_no_worst_phase_where_power_factors_differ(box):
    # a: 4 flats of 8 kW (31.47 kW, 34.96 kVA) and 1 charger: 38.47 kW, 42.28 kVA.
    # b: 5 chargers, 35 · 1.1 · 0.86 = 33.11 kW; with 6, 42 · 1.1 · 0.836 = 38.62 kW. That is more
    # kW than on a but only 40.66 kVA at the better power factor: the worst phase is still a.
    flats = [{"count": 4, "kw_each": 8, "phases": [4, 0, 0]}]
    _, before = box({"count": 6, "phases": [1, 5, 0]}, flats=flats)
    assert before == pytest.approx(42.28, abs=0.01)

    _, after = box({"count": 7, "phases": [1, 6, 0]}, flats=flats)

    assert after >= before * (1 - 1e-9)


def test_one_charger_more_lowers_no_worst_phase_where_single_and_three_phase_mix(box):
    # 3 three-phase chargers by their own count, Kx(3) = 0.94: 21 / 3 · 0.94 = 6.58 kW on a, and
    # one of 7 kW there. By the count of all chargers it would be 13.3 kW, and with one more on b
    # 7 · 0.86 + 7 = 13.02 kW.
    three = {"count": 3, "phases": "three"}
    p_kw, before = box(three, {"count": 1, "phases": [1, 0, 0]})
    assert p_kw.max() == pytest.approx(13.58)

    _, after = box(three, {"count": 2, "phases": [1, 1, 0]})

    assert after >= before * (1 - 1e-9)


def test_one_small_charger_more_lowers_no_demand_of_large_ones(box):
    # 39 · 7 · 0.387 = 105.651 kW; with one of 3.5 kW, 276.5 · Kx(40) = 276.5 · 0.38 = 105.07 kW
    before, _ = box({"count": 39})
    assert before.sum() == pytest.approx(105.651)

    after, _ = box({"count": 39}, {"count": 1, "charger_kw": 3.5})

    assert after.sum() >= before.sum() * (1 - 1e-9)


# ------------------------------------------------------------------ build-out


def test_a_later_stage_never_draws_less_at_the_station(small, case_of):
    case = case_of(small)
    model = case.model
    before = None

    for percent in range(0, 101, 10):
        n_units = scenario_units(case, parse_scenario(f"ev-{percent}"))
        p_kw = design_demand(model, n_units, model.level(STATION)).p_kw.sum()
        assert before is None or p_kw >= before - 1e-9
        before = p_kw


def test_stages_are_nested(small, case_of):
    small["private_bays"] = [
        {"node": "CB1", "count": 17, "equipped_share": 0.3},
        {"node": "MB1", "count": 8},
        {"node": "MB2", "count": 5, "phases": [5, 0, 0]},
    ]
    case = case_of(small)

    stages = [scenario_units(case, parse_scenario(f"ev-{p}")) for p in (0, 10, 30, 50, 100)]

    assert all((np.diff(stages, axis=0) >= 0).ravel())
