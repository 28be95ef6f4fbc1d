"""Many days by the sweep: closed formulas, extremes of known series, lanes without a solution.

A load of constant power P behind a resistance R on an ideal voltage E has the voltage
``(E + sqrt(E² - 4 P R)) / 2`` and no solution above ``P = E² / (4 R)``. The extremes of a day are
compared with ``flows`` of every slot's voltages, which share no code with the compiled ones.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from math import sqrt

import numpy as np
import pytest

from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.network.day_loads import DayLoads
from gridcalc.network.loads import phase_loads
from gridcalc.powerflow.days import DayResults
from gridcalc.powerflow.engine import day_solver
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.power_grid_model_engine import power_grid_model_days
from gridcalc.powerflow.radial import RadialSolver, radial_days, radial_voltages
from gridcalc.powerflow.slot_loads import slot_loads
from gridcalc.powerflow.solution import Solution
from tests.crosscheck.drawn_days import drawn_days, loads_of_slot
from tests.crosscheck.hand_network import hand_network
from tests.crosscheck.random_networks import random_network
from tests.unit.test_powerflow_radial import P_MAX_KW, one_line

VOLTAGE_ATOL = 1e-7  # what the sweep leaves to go
ONE = np.array([1.0])
SOLVERS = {"radial": radial_days, "power-grid-model": power_grid_model_days}


def days_of_one_load(p_kw: np.ndarray, *, node: int, tan_phi: float = 0.0) -> DayLoads:
    """Return days of a balanced load given per day and slot, [kW] per phase."""
    n_days, n_slots = p_kw.shape
    none = np.zeros(0, dtype=np.int64)
    return DayLoads(
        curves=np.ones((1, n_slots)),
        shaped_node=none,
        shaped_phase=none,
        shaped_curve=none,
        shaped_p_kw=np.zeros((0, n_days)),
        shaped_tan_phi=np.zeros(0),
        free_node=np.full(3, node),
        free_phase=np.arange(3),
        free_tan_phi=np.full(3, tan_phi),
        free_p_kw=np.tile(p_kw, (3, 1, 1)).astype(np.float32),
    )


def solve_line(p_kw: np.ndarray) -> DayResults:
    solve = radial_days(one_line(), source_vm_pu=ONE, target_power_factor=0.95)
    return solve(days_of_one_load(p_kw, node=1))


def closed_form(p_kw: np.ndarray) -> np.ndarray:
    return (1 + np.sqrt(1 - p_kw.astype(np.float32).astype(float) / P_MAX_KW)) / 2


def test_every_slot_of_every_day_has_the_voltage_of_the_quadratic():
    # 40 slots: one full tile and a part of the next.
    p_kw = np.random.default_rng(3).uniform(0, 0.9, (3, 40)) * P_MAX_KW

    v_pu = radial_voltages(
        one_line(),
        days_of_one_load(p_kw, node=1),
        source_vm_pu=ONE,
        target_power_factor=0.95,
    )

    assert v_pu.shape == (3, 40, 2, 3)
    assert np.abs(v_pu[:, :, 1]) == pytest.approx(
        np.repeat(closed_form(p_kw)[:, :, None], 3, axis=2), abs=VOLTAGE_ATOL
    )


def test_the_extremes_of_a_line_are_those_of_its_heaviest_slot():
    p_kw = np.random.default_rng(4).uniform(0.1, 0.8, (5, 96)) * P_MAX_KW

    result = solve_line(p_kw)

    heaviest = closed_form(p_kw.max(axis=1))
    assert result.vm_min_pu[:, 1, 0] == pytest.approx(heaviest, abs=VOLTAGE_ATOL)
    assert result.vm_line_min_pu[:, 1] == pytest.approx(heaviest, abs=VOLTAGE_ATOL)
    i_a = p_kw.max(axis=1) / (heaviest * 10 / sqrt(3))  # kW over kV, per phase
    assert result.i_max_a[:, 0, 1] == pytest.approx(i_a, rel=1e-6)
    loss_kw = 3 * i_a**2 * 10.0 / 1000  # 10 ohm
    assert result.p_loss_max_kw == pytest.approx(loss_kw, rel=1e-5)
    assert result.p_total_max_kw == pytest.approx(3 * p_kw.max(axis=1) + loss_kw, rel=1e-6)
    assert result.s_source_max_kva[:, 0] == pytest.approx(result.s_total_max_kva, rel=1e-12)
    assert np.max(result.unbalance_max_percent) < 1e-5
    assert np.max(result.i_neutral_max_a) < 1e-4  # of 200 A in single precision


@pytest.mark.parametrize("bad", [1.05, 3.0, 1e6, np.nan, np.inf])
def test_a_slot_without_a_solution_is_flagged_and_leaves_its_neighbours_alone(bad):
    p_kw = np.random.default_rng(5).uniform(0.1, 0.7, (3, 64)) * P_MAX_KW
    spoilt = p_kw.copy()
    spoilt[1, [0, 17, 40]] = bad * P_MAX_KW

    result = solve_line(spoilt)

    expected = np.ones((3, 64), dtype=bool)
    expected[1, [0, 17, 40]] = False
    assert np.array_equal(result.solved, expected)
    rest = np.delete(p_kw[1], [0, 17, 40])
    assert result.vm_min_pu[1, 1] == pytest.approx([closed_form(rest.max())] * 3, abs=VOLTAGE_ATOL)
    for day in (0, 2):
        heaviest = closed_form(p_kw[day].max())
        assert result.vm_min_pu[day, 1] == pytest.approx([heaviest] * 3, abs=VOLTAGE_ATOL)


def test_a_load_close_to_the_limit_is_solved_or_flagged_but_never_wrong():
    # The sweep converges ever slower towards the limit: q = (1 - w) / (1 + w), w² = 1 - P / Pmax.
    share = np.array([[0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 1.0, 1.001]])

    v_pu = radial_voltages(
        one_line(),
        days_of_one_load(share * P_MAX_KW, node=1),
        source_vm_pu=ONE,
        target_power_factor=0.95,
    )

    solved = np.isfinite(v_pu[0, :, 1, 0])
    assert solved[:4].all()
    assert not solved[6:].any()
    found = np.abs(v_pu[0, solved, 1, 0])
    assert found == pytest.approx(closed_form(share[0, solved] * P_MAX_KW), abs=5e-7)


def test_a_day_without_any_solution_has_zeros_and_no_solved_slot():
    p_kw = np.full((2, 10), 0.3 * P_MAX_KW)
    p_kw[0] = 2 * P_MAX_KW

    result = solve_line(p_kw)

    assert not result.solved[0].any()
    assert result.solved[1].all()
    for field in fields(DayResults):
        if field.name not in {"engine", "solved", "p_load_kw"}:
            assert np.all(getattr(result, field.name)[0] == 0), field.name
    assert result.vm_min_pu[1, 1, 0] == pytest.approx(closed_form(p_kw[1, 0]), abs=VOLTAGE_ATOL)


def with_compensation(network: Network, kvar: float) -> Network:
    installed = np.full(len(network.transformers.ids), kvar)
    return replace(network, transformers=replace(network.transformers, compensation_kvar=installed))


@pytest.mark.parametrize("kvar", [0.0, 40.0, 1000.0])
def test_compensation_in_every_slot_is_that_of_phase_loads(kvar):
    drawn = random_network(5, n_trafos=3)
    network = with_compensation(drawn.network, kvar)
    days = drawn_days(drawn.loads, n_days=2, n_slots=3, seed=1)
    trafo_of_node = {
        node: f"T{node[1]}" for node in network.node_ids if node.startswith("T")
    }  # ids of boxes and boards begin with that of their transformer

    found = slot_loads(network, days, slice(0, 2), target_power_factor=0.97)

    for day, slot in ((0, 0), (0, 2), (1, 1)):
        plain = loads_of_slot(network, days, day, slot)
        boxes = [i for i, node in enumerate(network.node_ids) if node in trafo_of_node]
        expected = phase_loads(
            network,
            node_of_group=[network.node_ids[i] for i in boxes],
            p_kw=plain.p_kw[boxes],
            q_kvar=plain.q_kvar[boxes],
            transformer_of_node=trafo_of_node,
            target_power_factor=0.97,
        )
        np.testing.assert_allclose(found.p_kw[day, slot], expected.p_kw, atol=1e-9)
        np.testing.assert_allclose(found.q_kvar[day, slot], expected.q_kvar, atol=1e-9)


@pytest.mark.parametrize("name", SOLVERS)
def test_capacitors_bring_the_transformer_to_the_target_power_factor(name):
    # 300 kW at tan φ = 0.6: 180 kvar, of which 300 tan(acos 0.95) = 98.6 remain.
    network = with_compensation(hand_network(), 500.0)
    solve = SOLVERS[name](network, source_vm_pu=ONE, target_power_factor=0.95)

    result = solve(days_of_one_load(np.array([[100.0]]), node=2, tan_phi=0.6))

    assert result.p_trafo_max_kw[0, 0] == pytest.approx(300.0, rel=1e-6)
    assert result.s_trafo_kva[0, 0, 0] == pytest.approx(300.0 / 0.95, rel=1e-6)


@pytest.mark.parametrize("name", SOLVERS)
def test_no_more_capacitors_switch_in_than_there_are_and_none_without_need(name):
    network = with_compensation(hand_network(), 30.0)
    solve = SOLVERS[name](network, source_vm_pu=ONE, target_power_factor=0.95)

    heavy = solve(days_of_one_load(np.array([[100.0]]), node=2, tan_phi=0.6))
    light = solve(days_of_one_load(np.array([[100.0]]), node=2, tan_phi=0.1))

    assert heavy.s_trafo_kva[0, 0, 0] == pytest.approx(np.hypot(300, 150), rel=1e-6)
    assert light.s_trafo_kva[0, 0, 0] == pytest.approx(np.hypot(300, 30), rel=1e-6)


def extremes_by_hand(network: Network, days: DayLoads, v_pu: np.ndarray) -> dict:
    """Return the record of one day from the flows of each slot, one after the other."""
    rows: dict[str, list] = {}
    for slot in range(days.n_slots):
        solution = Solution(engine="", v_pu=v_pu[slot])
        loads = slot_loads(network, days, slice(0, 1), target_power_factor=0.95)
        here = PhaseLoads(p_kw=loads.p_kw[0, slot], q_kvar=loads.q_kvar[0, slot])
        found = flows(network, here, solution)
        s_source = found.s_source_kva
        for name, value in {
            "vm_min_pu": -solution.vm_pu,
            "vm_line_min_pu": -solution.vm_line_pu.min(axis=1),
            "unbalance_max_percent": solution.unbalance_percent,
            "i_max_a": found.i_phase_a,
            "i_neutral_max_a": found.i_neutral_a,
            "s_trafo_phase_max_kva": np.abs(found.s_lv_phase_kva),
            "p_trafo_max_kw": found.s_lv_phase_kva.sum(axis=1).real,
            "s_source_max_kva": np.abs(s_source),
            "s_total_max_kva": np.abs(s_source.sum()),
            "p_total_max_kw": s_source.sum().real,
            "p_loss_max_kw": found.p_loss_kw,
        }.items():
            rows.setdefault(name, []).append(value)
        rows.setdefault("s_trafo_kva", []).append(np.abs(found.s_lv_phase_kva.sum(axis=1)))
        rows.setdefault("p_load_kw", []).append(here.p_kw.sum())
    result = {name: np.max(np.array(values), axis=0) for name, values in rows.items()}
    for name in ("s_trafo_kva", "p_load_kw"):
        result[name] = np.array(rows[name])
    for name in ("vm_min_pu", "vm_line_min_pu"):
        result[name] = -result[name]
    return result


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("seed", [0, 3, 7])
def test_extremes_are_the_extremes_of_the_flows_of_every_slot(name, seed):
    drawn = random_network(seed, n_sources=1 + seed % 2, s_sc_mva=150.0)
    network = with_compensation(drawn.network, 50.0)
    days = drawn_days(drawn.loads, n_days=1, n_slots=37, seed=seed)
    settings = {"source_vm_pu": drawn.source_vm_pu, "target_power_factor": 0.95}
    expected = extremes_by_hand(network, days, radial_voltages(network, days, **settings)[0])

    result = SOLVERS[name](network, **settings)(days)

    assert result.solved.all()
    for quantity, value in expected.items():
        scale = np.max(np.abs(value))
        # Losses are the difference of two powers, thirty times as large.
        atol = 3e-5 if quantity == "p_loss_max_kw" else 3e-6
        np.testing.assert_allclose(
            getattr(result, quantity)[0], value, atol=atol * scale, err_msg=quantity
        )


def test_a_cable_drawn_towards_the_source_has_the_same_currents():
    network, loads = hand_network(), days_of_one_load(np.array([[90.0, 20.0]]), node=3)
    cables = network.cables
    turned = replace(
        network, cables=replace(cables, from_node=cables.to_node, to_node=cables.from_node)
    )
    settings = {"source_vm_pu": ONE, "target_power_factor": 0.95}

    straight, reverse = (radial_days(net, **settings)(loads) for net in (network, turned))

    assert np.array_equal(straight.i_max_a, reverse.i_max_a)
    assert np.array_equal(straight.vm_min_pu, reverse.vm_min_pu)


@pytest.mark.parametrize("turned", [False, True])
def test_the_neutral_current_is_that_of_the_end_a_charged_cable_is_drawn_from(turned):
    # One phase loaded: the neutral point moves and with it the charging current of the three.
    line = one_line()
    ends = (line.cables.to_node, line.cables.from_node)
    start, end = ends if turned else ends[::-1]
    cables = replace(line.cables, from_node=start, to_node=end, c_nf_per_km=np.array([5e4]))
    network = replace(line, cables=cables)
    balanced = days_of_one_load(np.array([[300.0]]), node=1, tan_phi=0.3)
    days = replace(
        balanced,
        free_node=np.ones(1, dtype=np.int64),
        free_phase=np.zeros(1, dtype=np.int64),
        free_tan_phi=balanced.free_tan_phi[:1],
        free_p_kw=balanced.free_p_kw[:1],
    )
    settings = {"source_vm_pu": ONE, "target_power_factor": 0.95}
    v_pu = radial_voltages(network, days, **settings)[0, 0]
    loads = loads_of_slot(network, days, 0, 0)
    expected = flows(network, loads, Solution(engine="", v_pu=v_pu)).i_neutral_a

    found = radial_days(network, **settings)(days).i_neutral_max_a[0]

    assert found == pytest.approx(expected, rel=1e-6)


def test_a_day_has_the_same_numbers_within_the_tolerance_whatever_came_before():
    drawn = random_network(2)
    days = drawn_days(drawn.loads, n_days=6, n_slots=48, seed=8)
    last = replace(days, shaped_p_kw=days.shaped_p_kw[:, 5:], free_p_kw=days.free_p_kw[:, 5:])
    settings = {"source_vm_pu": drawn.source_vm_pu, "target_power_factor": 0.95}

    together = radial_voltages(drawn.network, days, **settings)[5]
    alone = radial_voltages(drawn.network, last, **settings)[0]

    assert np.max(np.abs(together - alone)) < 2 * VOLTAGE_ATOL


def same_bytes(one: DayResults, other: DayResults) -> bool:
    return all(
        getattr(one, field.name).tobytes() == getattr(other, field.name).tobytes()
        for field in fields(DayResults)
        if field.name != "engine"
    )


@pytest.mark.parametrize("name", SOLVERS)
def test_threads_that_share_a_solver_get_the_bytes_of_one_thread(name):
    drawn = random_network(1, n_sources=2)
    solve = SOLVERS[name](drawn.network, source_vm_pu=drawn.source_vm_pu, target_power_factor=0.95)
    blocks = [drawn_days(drawn.loads, n_days=4, n_slots=40, seed=s) for s in range(6)]

    alone = [solve(block) for block in blocks]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(solve, blocks))

    assert all(same_bytes(one, other) for one, other in zip(alone, together, strict=True))


def test_the_loads_given_are_not_changed():
    drawn = random_network(1)
    days = drawn_days(drawn.loads, n_days=1, n_slots=5, seed=1)
    before = {field.name: getattr(days, field.name).copy() for field in fields(DayLoads)}

    radial_days(drawn.network, source_vm_pu=drawn.source_vm_pu, target_power_factor=0.95)(days)

    assert all(np.array_equal(getattr(days, name), value) for name, value in before.items())


def test_one_load_state_is_solved_to_the_last_digits_like_a_slot_of_a_day():
    drawn = random_network(6)
    days = drawn_days(drawn.loads, n_days=1, n_slots=1, seed=2)
    settings = {"source_vm_pu": drawn.source_vm_pu, "target_power_factor": 0.95}

    slot = radial_voltages(drawn.network, days, **settings)[0, 0]
    one = RadialSolver(drawn.network).solve(
        loads_of_slot(drawn.network, days, 0, 0), drawn.source_vm_pu
    )

    assert np.max(np.abs(slot - one.v_pu)) < VOLTAGE_ATOL


def test_a_radial_network_goes_to_the_sweep_and_a_closed_ring_to_power_grid_model():
    network = random_network(2, n_trafos=3).network
    ring = replace(
        network, cables=replace(network.cables, is_open=np.zeros_like(network.cables.is_open))
    )
    settings = {"source_vm_pu": ONE, "target_power_factor": 0.95}
    loads = days_of_one_load(np.array([[10.0]]), node=network.n_nodes - 1)

    for net, expected in ((network, "radial"), (ring, "power-grid-model")):
        name, solve = day_solver(net, **settings)
        assert name == expected
        assert solve(loads).engine == expected


def test_the_sweep_refuses_a_closed_ring():
    network = random_network(2, n_trafos=3).network
    ring = replace(
        network, cables=replace(network.cables, is_open=np.zeros_like(network.cables.is_open))
    )

    with pytest.raises(ValueError, match="radial"):
        radial_days(ring, source_vm_pu=ONE, target_power_factor=0.95)


def test_a_node_without_a_source_is_named():
    network = hand_network()
    cut = replace(network, cables=replace(network.cables, is_open=np.array([False, True])))

    with pytest.raises(ValueError, match="without a source: BOX"):
        RadialSolver(cut)


@pytest.mark.parametrize("name", SOLVERS)
def test_a_network_without_any_load_stands_at_no_load(name):
    # Unloaded the board stands at 400/380 of nominal, less what the magnetising current drops.
    network = hand_network()
    none = days_of_one_load(np.zeros((2, 3)), node=3)

    result = SOLVERS[name](network, source_vm_pu=ONE, target_power_factor=0.95)(none)

    assert result.solved.all()
    assert result.vm_min_pu[1, 3] == pytest.approx([400 / 380] * 3, rel=2e-4)
    assert np.max(result.s_trafo_kva) < 1e-3


def test_power_grid_model_flags_what_has_no_solution_and_solves_the_rest():
    p_kw = np.array([[0.5, 1.5, 0.2], [0.1, 0.3, 0.4]]) * P_MAX_KW
    solve = power_grid_model_days(one_line(), source_vm_pu=ONE, target_power_factor=0.95)

    result = solve(days_of_one_load(p_kw, node=1))

    assert result.solved.tolist() == [[True, False, True], [True, True, True]]
    assert result.vm_min_pu[:, 1, 0] == pytest.approx(
        closed_form(np.array([0.5, 0.4]) * P_MAX_KW), abs=VOLTAGE_ATOL
    )
