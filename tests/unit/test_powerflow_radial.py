"""The sweep against closed formulas of a line with a load at its end.

A load of constant power P behind a resistance R on an ideal voltage E has the voltage
``(E + sqrt(E² - 4 P R)) / 2`` and no solution above ``P = E² / (4 R)``.
"""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.powerflow.radial import RadialSolver, solve_radial
from tests.crosscheck.hand_network import BOX, hand_network, loads_at

R_OHM = 10.0
E_V = 10_000 / sqrt(3)
P_MAX_KW = E_V**2 / (4 * R_OHM) / 1000  # per phase: 833.3 kW
ONE = np.array([1.0])


def one_line() -> Network:
    """A 10 kV source and a line of 10 ohm per phase, no mutual impedance, no transformer."""
    network = hand_network()
    none = {
        name: getattr(network.transformers, name)[:0] for name in network.transformers.__slots__
    }
    cables = {name: getattr(network.cables, name)[:1] for name in network.cables.__slots__} | {
        "length_m": np.array([1000.0]),
        "r1_ohm_per_km": np.array([R_OHM]),
        "r0_ohm_per_km": np.array([R_OHM]),
        "x1_ohm_per_km": np.zeros(1),
        "x0_ohm_per_km": np.zeros(1),
        "c_nf_per_km": np.zeros(1),
    }
    return Network(
        node_ids=("SRC", "BUS"),
        vn_kv=np.array([10.0, 10.0]),
        sources=replace(network.sources, s_sc_max_mva=np.array([1e9])),
        cables=replace(network.cables, **cables),
        transformers=replace(network.transformers, **none),
    )


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_resistive_load_behind_a_resistance_has_the_voltage_of_the_quadratic(share):
    expected = (1 + sqrt(1 - share)) / 2
    network = one_line()
    loads = loads_at(network, "BUS", [share * P_MAX_KW] * 3, [0, 0, 0])

    solution = solve_radial(network, loads, ONE)

    assert solution.vm_pu[1] == pytest.approx([expected] * 3, rel=1e-8)
    assert solution.engine == "radial"


def test_phases_without_mutual_impedance_do_not_see_each_other():
    network = one_line()
    loads = loads_at(network, "BUS", [0.5 * P_MAX_KW, 0, 0.1 * P_MAX_KW], [0, 0, 0])

    solution = solve_radial(network, loads, ONE)

    expected = [(1 + sqrt(0.5)) / 2, 1.0, (1 + sqrt(0.9)) / 2]
    assert solution.vm_pu[1] == pytest.approx(expected, rel=1e-8)


def test_the_voltage_of_the_source_scales_what_can_be_carried():
    # 0.9 pu carries 0.81 of the power: 0.5 P_max is then 0.617 of the limit.
    network = one_line()
    loads = loads_at(network, "BUS", [0.5 * P_MAX_KW] * 3, [0, 0, 0])

    solution = solve_radial(network, loads, np.array([0.9]))

    assert solution.vm_pu[1, 0] == pytest.approx(0.9 * (1 + sqrt(1 - 0.5 / 0.81)) / 2, rel=1e-8)


@pytest.mark.parametrize("share", [1.02, 1.5, 10.0, 1000.0])
def test_more_than_the_largest_power_is_an_error_that_names_the_load(share):
    network = one_line()
    loads = loads_at(network, "BUS", [share * P_MAX_KW] * 3, [0, 0, 0])

    with pytest.raises(ConvergenceError, match=f"at {3 * share * P_MAX_KW:.0f} kW"):
        solve_radial(network, loads, ONE)


def test_a_solver_used_twice_remembers_nothing():
    network = hand_network()
    heavy = loads_at(network, BOX, [60, 20, 0], [20, 5, 0])
    light = loads_at(network, BOX, [6, 2, 0], [2, 0, 0])
    solver = RadialSolver(network)
    solver.solve(heavy, ONE)

    again = solver.solve(light, ONE)

    assert np.array_equal(again.v_pu, solve_radial(network, light, ONE).v_pu)


def test_the_loads_given_are_not_changed():
    network = hand_network()
    loads = loads_at(network, BOX, [60, 20, 0], [20, 5, 0])
    before = PhaseLoads(p_kw=loads.p_kw.copy(), q_kvar=loads.q_kvar.copy())

    solve_radial(network, loads, ONE)

    assert np.array_equal(loads.p_kw, before.p_kw)
    assert np.array_equal(loads.q_kvar, before.q_kvar)


def test_a_load_on_one_phase_lifts_another_phase():
    # The PEN carries the return current, so the neutral point moves.
    network = hand_network()
    loads = loads_at(network, BOX, [80, 0, 0], [0, 0, 0])

    vm = solve_radial(network, loads, ONE).vm_pu

    board, box = vm[2], vm[3]
    assert box[0] < board[0] - 0.02
    assert max(box[1:]) > max(board[1:])
