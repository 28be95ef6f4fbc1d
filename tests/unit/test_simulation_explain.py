"""What makes up a peak: the parts of the reported day, its clock time, and the day in bands."""

import numpy as np
import pytest

from gridcalc.checks.case import scenario_units
from gridcalc.checks.simulated import evaluate_days
from gridcalc.demand.scenario import parse_scenario
from gridcalc.simulation.explain import clock_time, day_bands
from tests.unit.simulated_cases import days_of, nth_smallest, simulation


def evaluated(case, sim, scenario="ev-100+ebike-50", charging="uncontrolled"):
    done = days_of(case, sim, scenario, charging)
    n_units = scenario_units(case, parse_scenario(scenario))
    facts = evaluate_days(case, parse_scenario(scenario), n_units, sim, done, s_today_kva={})
    return done, facts


@pytest.mark.parametrize(
    ("slot", "n_slots", "text"),
    [(0, 96, "00:00"), (95, 96, "23:45"), (47, 48, "23:30"), (13, 24, "13:00"), (1, 288, "00:05")],
)
def test_a_slot_is_named_by_the_time_it_begins(slot, n_slots, text):
    assert clock_time(slot, n_slots) == text


@pytest.mark.parametrize("charging", ["uncontrolled", "tou", "managed"])
def test_the_parts_of_a_peak_add_up_to_it_but_for_losses(small, case_of, charging):
    case = case_of(small)
    done, facts = evaluated(case, simulation(case, n_days=60), charging=charging)

    (row,) = facts.transformers
    s_kva = done.results.s_trafo_kva[:, :, 0]
    day = int(np.flatnonzero(s_kva.max(axis=1) == np.float32(row.s_peak_kva))[0])
    slot = int(s_kva[day].argmax())
    assert row.peak_time == f"{slot // 4:02d}:{slot % 4 * 15:02d}"
    # apparent power at that slot with power factors of 0.9 to 0.95 and cable losses of a percent
    parts = sum(row.parts_kw.values())
    assert 0.89 * row.s_peak_kva < parts < 0.955 * row.s_peak_kva
    assert row.parts_kw["public_load"] == pytest.approx(22 * 0.8)
    assert all(kw >= 0 for kw in row.parts_kw.values())


def test_every_transformer_is_explained_by_its_own_loads(small, case_of):
    small["substations"][0]["transformers"].append({"id": "T2", "type": "S20-400"})
    small["lv_cables"][3]["from"] = "T2.LV"
    small["lv_cables"][4]["from"] = "T2.LV"
    case = case_of(small)

    _, facts = evaluated(case, simulation(case, n_days=60))

    homes, cars = facts.transformers
    assert (homes.id, cars.id) == ("T1", "T2")
    for kind in ("private_charger", "public_charger", "ebike_socket"):
        assert homes.parts_kw[kind] == 0
    assert cars.parts_kw["household"] == cars.parts_kw["public_load"] == 0
    assert cars.parts_kw["private_charger"] > 0
    for row in facts.transformers:
        # power factors 0.85 to 0.95 and cable losses of up to three percent
        assert 0.82 * row.s_peak_kva < sum(row.parts_kw.values()) < 0.955 * row.s_peak_kva


def test_bands_are_percentiles_of_each_quarter_hour(small, case_of):
    case = case_of(small)
    sim = simulation(case, n_days=40)
    done = days_of(case, sim)

    (band,) = day_bands(sim, done)

    for slot in (0, 40, 85):
        values = done.results.s_trafo_kva[:, slot, 0]
        expected = [nth_smallest(values, share) for share in (0.05, 0.50, 0.95)]
        assert [row[slot] for row in band.s_kva] == pytest.approx(expected)
    assert (band.id, band.sn_kva) == ("T1", 630)


def test_bands_leave_failed_days_out_and_are_empty_where_all_fail(small, case_of):
    case = case_of(small)
    sim = simulation(case)
    done = days_of(case, sim)
    done.results.solved[3, 5] = False
    done.results.s_trafo_kva[3] = 0

    (band,) = day_bands(sim, done)
    assert min(band.s_kva[0]) > 0

    done.results.solved[:, 5] = False
    assert day_bands(sim, done) == ()
