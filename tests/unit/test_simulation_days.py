"""Simulated days: the same bytes for every number of threads, and what a longer run keeps."""

import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest

from gridcalc.network.arrays import PhaseLoads
from gridcalc.powerflow.days import DayResults
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from gridcalc.powerflow.radial import solve_radial
from gridcalc.simulation.days import (
    drawn_blocks,
    draws_of,
    joined,
    loads_of,
    simulate_days,
)
from gridcalc.simulation.units import PRIVATE
from tests.unit.simulated_cases import day_case, days_of, first_block, node_loads, simulation

ARRAYS = [field.name for field in fields(DayResults) if field.name != "engine"]


def same_bytes(one, other, *, but=()):
    """Return the arrays that differ."""
    return [
        name
        for name in ARRAYS
        if name not in but
        and getattr(one.results, name).tobytes() != getattr(other.results, name).tobytes()
    ]


# ------------------------------------------------------------------ repetition


@pytest.mark.parametrize("n_days", [1, 30, 75])
@pytest.mark.parametrize("charging", ["uncontrolled", "managed"])
def test_the_number_of_threads_changes_no_byte(small, case_of, n_days, charging):
    case = case_of(small)

    one, two, four = (
        days_of(case, simulation(case, n_days=n_days, threads=n), "ev-100", charging)
        for n in (1, 2, 4)
    )

    assert same_bytes(one, two) == same_bytes(one, four) == []
    assert one.results.solved.shape == (n_days, 96)
    if charging == "managed":
        assert one.service.energy_share.tobytes() == four.service.energy_share.tobytes()
        assert len(one.service.energy_share) == n_days


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_days(small, case_of):
    case = case_of(small)

    one, again, other = (days_of(case, simulation(case, seed=seed)) for seed in (7, 7, 8))

    assert same_bytes(one, again) == []
    assert {"s_trafo_kva", "i_max_a", "vm_min_pu"} <= set(same_bytes(one, other))


def test_another_compound_has_other_days(small, case_of):
    one = days_of(case_of(small), simulation(case_of(small)))
    small["id"] = "twin"
    twin = days_of(case_of(small), simulation(case_of(small)))

    assert "s_trafo_kva" in same_bytes(one, twin)


def test_draws_made_before_give_the_same_bytes(small, case_of):
    case = case_of(small)
    sim = simulation(case, n_days=30)
    what = day_case(case, sim, "ev-100", "managed")

    (fresh,) = simulate_days(sim, [what])
    (kept,) = simulate_days(sim, [what], drawn_blocks(sim))

    assert same_bytes(fresh, kept) == []


def test_cases_that_are_simulated_together_do_not_touch_each_other(small, case_of):
    case = case_of(small)
    sim = simulation(case, n_days=30)
    cases = [day_case(case, sim, "ev-100", mode) for mode in ("managed", "uncontrolled", "tou")]

    together = simulate_days(sim, cases)

    for what, done in zip(cases, together, strict=True):
        assert done.case is what
        assert same_bytes(done, simulate_days(sim, [what])[0]) == []


# ------------------------------------------------------------------ longer runs


def test_a_longer_run_keeps_the_charging_of_whole_blocks(small, case_of):
    # the scale of the households uses all days, cars and sockets do not
    case = case_of(small)
    short, long = simulation(case, n_days=25), simulation(case, n_days=100)

    one, other = (first_block(case, sim, "ev-100", "tou")[0] for sim in (short, long))

    assert one.free_p_kw.tobytes() == other.free_p_kw.tobytes()


def test_without_households_a_longer_run_keeps_whole_blocks_entirely(small, case_of):
    small["households"] = []
    small["private_bays"] += [{"node": "MB1", "count": 2}, {"node": "MB2", "count": 2}]
    case = case_of(small)

    short, long = (days_of(case, simulation(case, n_days=n)) for n in (25, 60))

    for name in ARRAYS:
        assert np.array_equal(getattr(short.results, name), getattr(long.results, name)[:25]), name


def test_the_days_of_a_block_that_is_cut_short_are_other_days(small, case_of):
    # streams are read bay by bay: what holds for blocks does not hold inside them
    case = case_of(small)
    cut, whole = (simulation(case, n_days=n) for n in (30, 50))

    one, other = draws_of(cut, 25).private, draws_of(whole, 25).private

    assert (one.n_days, other.n_days) == (5, 25)
    n_first = int((other.day < 5).sum())
    assert len(one.unit) != n_first or not np.allclose(one.arrival_h, other.arrival_h[:n_first])


def test_no_block_repeats_another(small, case_of):
    case = case_of(small)
    sim = simulation(case, n_days=75)

    results = days_of(case, sim).results

    assert len({draws_of(sim, first).private.energy_kwh.tobytes() for first in (0, 25, 50)}) == 3
    assert len({day.tobytes() for day in results.s_trafo_kva}) == 75


def test_joined_days_stand_in_order(small, case_of):
    case = case_of(small)
    done = days_of(case, simulation(case, n_days=30)).results

    twice = joined([done, done])

    assert twice.s_trafo_kva.shape[0] == 60
    assert np.array_equal(twice.s_trafo_kva[30:], done.s_trafo_kva)


# ------------------------------------------------------------------ against other engines


@pytest.mark.parametrize("charging", ["uncontrolled", "managed"])
def test_extremes_are_those_of_every_slot_solved_alone(small, case_of, charging):
    # oracle: loads added up row by row, each slot solved by itself
    case = case_of(small)
    sim = simulation(case)
    network = sim.network
    loads, _ = first_block(case, sim, "ev-100", charging)
    s_kva = node_loads(loads, network.n_nodes)[:, :, :2, ::4]
    done = days_of(case, sim, "ev-100", charging).results

    for day in range(2):
        found = []
        for slot in range(s_kva.shape[3]):
            power = PhaseLoads(
                p_kw=s_kva[:, :, day, slot].real.copy(), q_kvar=s_kva[:, :, day, slot].imag.copy()
            )
            solution = solve_radial(network, power, network.sources.vm_peak_pu)
            result = flows(network, power, solution)
            found.append(float(np.abs(result.s_lv_phase_kva.sum())))
            assert (solution.vm_pu >= done.vm_min_pu[day] - 1e-6).all()
            assert (result.i_phase_a <= done.i_max_a[day] * (1 + 1e-5) + 1e-3).all()
        # single precision of some hundred kVA
        assert done.s_trafo_kva[day, ::4, 0] == pytest.approx(found, rel=1e-5)


def test_the_worst_slot_agrees_with_pandapower(small, case_of):
    # oracle: pandapower at the slot of the highest transformer load
    small["substations"][0]["transformers"][0]["compensation_kvar"] = 20
    case = case_of(small)
    sim = simulation(case)
    network = sim.network
    loads, _ = first_block(case, sim)
    done = days_of(case, sim).results
    day = 7
    slot = int(done.s_trafo_kva[day, :, 0].argmax())
    s_kva = node_loads(loads, network.n_nodes)[:, :, day, slot]
    total = s_kva.sum()
    switched = min(max(total.imag - total.real * np.sqrt(1 / 0.95**2 - 1), 0), 20)
    board = network.node_index()["T1.LV"]
    s_kva[board] -= 1j * switched / 3
    power = PhaseLoads(p_kw=s_kva.real.copy(), q_kvar=s_kva.imag.copy())

    solution = solve_pandapower(network, power, network.sources.vm_peak_pu)

    result = flows(network, power, solution)
    # pandapower iterates to 1e-8 MVA per bus, here 1e-4 of the load
    assert done.s_trafo_kva[day, slot, 0] == pytest.approx(
        abs(result.s_lv_phase_kva.sum()), rel=1e-4
    )
    assert (done.vm_min_pu[day] <= solution.vm_pu + 1e-5).all()
    assert (done.i_max_a[day] >= result.i_phase_a * (1 - 1e-4) - 0.01).all()
    assert switched == 20


def test_a_day_with_a_slot_without_solution_is_marked(small, case_of):
    # 350 m of thin cable carry 60 flats at night but not on a summer evening
    small["lv_cables"][1]["length_m"] = 350
    small["lv_cables"][1]["type"] = "YJV22-0.6/1-4x35"
    small["households"][0].update(count=60)
    case = case_of(small)

    done = days_of(case, simulation(case), "today").results

    failed = ~done.solved.all(axis=1)
    assert failed.any()
    assert done.solved.any()
    assert np.isfinite(done.vm_min_pu).all()
    assert (done.s_trafo_kva[~done.solved] == 0).all()


# ------------------------------------------------------------------ memory

PROGRAM = """
from pathlib import Path
from gridcalc.catalogue import load_catalogue
from gridcalc.checks.case import prepare, scenario_units
from gridcalc.checks.simulated import simulation_of
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.templates.expanding import expand
from gridcalc.compound.templates.loading import load_template
from gridcalc.demand.scenario import parse_scenario
from gridcalc.policy import load_policy
from gridcalc.powerflow.radial import solve_radial
from gridcalc.simulation.days import simulate_days
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.settings import SimulationSettings

catalogue, policy = load_catalogue(), load_policy("national")
compound = expand(load_template("high-rise"), {}, catalogue=catalogue)
compound = resolve_defaults(compound, policy).compound
case = prepare(compound, catalogue=catalogue, policy=policy, solver=solve_radial)
sim = simulation_of(case, SimulationSettings(
    seed=1, season="summer", n_days=1000, percentile=95, participation_share=0.8, threads=2))
units = scenario_units(case, parse_scenario("ev-100+ebike-50"))
modes = ("uncontrolled", "tou", "managed")
simulate_days(sim, [case_of(sim, units, mode) for mode in modes])
# getrusage would tell the peak of the process that started this one, if that is higher
status = Path("/proc/self/status").read_text()
print(case.site.network.n_nodes, status.partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.slow
def test_a_thousand_days_of_a_large_compound_need_less_than_half_a_gigabyte():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )

    n_nodes, peak_kib = (int(word) for word in done.stdout.split())
    assert n_nodes > 50
    assert peak_kib * 1024 < 500e6


def test_units_of_all_kinds_are_drawn_whatever_is_connected(small, case_of):
    case = case_of(small)
    sim = simulation(case)
    draws = draws_of(sim, 0)

    today, _ = loads_of(sim, day_case(case, sim, "today"), draws, 0)

    assert draws.private.n_units == sim.units[PRIVATE].n == 30
    assert today.free_p_kw[: len(sim.units[PRIVATE].row_node)].sum() == 0
