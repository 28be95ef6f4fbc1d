"""Currents, transformer loads and losses from voltages, by hand calculation."""

from dataclasses import replace
from math import pi, sqrt

import numpy as np
import pytest

from gridcalc.powerflow.flows import (
    flows,
    mismatch_kva,
    series_impedance_ohm,
    shunt_admittance_s,
)
from gridcalc.powerflow.radial import solve_radial
from gridcalc.powerflow.solution import Solution
from tests.crosscheck.hand_network import BOARD, BOX, hand_network, loads_at

ONE = np.array([1.0])
BALANCED = np.exp(1j * np.deg2rad([0.0, -120.0, 120.0]))


def flows_of(network, loads, vm=ONE):
    return flows(network, loads, solve_radial(network, loads, vm))


def test_series_impedance_is_that_of_all_parallel_cables_together():
    # F1: 0.1 km x (0.0754 + j0.077) ohm/km, two in parallel, zero sequence four times that.
    network = hand_network()
    cables = replace(network.cables, parallel=np.array([1, 2]))

    z0, z1 = series_impedance_ohm(cables)

    assert z1[1] == pytest.approx(0.00377 + 0.00385j)
    assert z0[1] == pytest.approx(0.01508 + 0.0154j)


def test_half_the_capacitance_sits_at_each_end():
    # M1: 284 nF/km x 0.2 km = 56.8 nF, x 2 pi 50 / 2.
    y = shunt_admittance_s(hand_network().cables)

    assert y.tolist() == pytest.approx([pi * 50 * 56.8e-9, 0.0])


def test_a_cable_current_is_the_voltage_difference_over_the_impedance():
    # 1 V across F1 on all phases, balanced: |0.00754 + j0.0077| = 0.010777 ohm, 92.79 A.
    network = hand_network()
    v_pu = np.tile(BALANCED, (4, 1))
    v_pu[3] *= 1 - 1 / (380 / sqrt(3))
    loads = loads_at(network, BOX, [0, 0, 0], [0, 0, 0])

    found = flows(network, loads, Solution(engine="by hand", v_pu=v_pu))

    assert found.i_phase_a[1] == pytest.approx([92.79] * 3, rel=1e-4)
    assert found.i_neutral_a[1] == pytest.approx(0.0, abs=1e-9)


def test_equal_voltages_in_all_phases_drive_the_zero_sequence_current():
    # 1 V in phase across F1: Z0 = 4 x 0.010777 ohm, 23.197 A per phase, three times that in N.
    network = hand_network()
    v_pu = np.tile(BALANCED, (4, 1))
    v_pu[3] -= 1 / (380 / sqrt(3))
    loads = loads_at(network, BOX, [0, 0, 0], [0, 0, 0])

    found = flows(network, loads, Solution(engine="by hand", v_pu=v_pu))

    assert found.i_phase_a[1] == pytest.approx([23.197] * 3, rel=1e-4)
    assert found.i_neutral_a[1] == pytest.approx(69.59, rel=1e-4)


def test_a_single_phase_load_flows_in_its_phase_and_in_the_neutral_only():
    network = hand_network()
    loads = loads_at(network, BOX, [44, 0, 0], [0, 0, 0])

    found = flows_of(network, loads)

    i_a, i_b, i_c = found.i_phase_a[1]
    assert i_a == pytest.approx(found.i_neutral_a[1])
    assert (i_b, i_c) == pytest.approx((0, 0), abs=1e-6)


def test_transformer_load_is_what_leaves_the_lv_terminals():
    # All load on the board: no cable between, so exactly the load, phase by phase.
    network = hand_network()
    loads = loads_at(network, BOARD, [50, 30, 10], [20, 10, 0])

    found = flows_of(network, loads)

    assert found.s_lv_phase_kva[0] == pytest.approx([50 + 20j, 30 + 10j, 10])


def test_copper_losses_follow_the_square_of_the_load():
    # Rated current at the LV terminals: 6.2 kW on rated voltage; without iron losses the board
    # of 630 kVA has |V| = v, so the loss is 6.2 (400/380/v)² kW.
    network = hand_network()
    zero = np.zeros(1)
    network = replace(
        network,
        cables=replace(network.cables, length_m=np.array([1e-6, 100.0])),
        transformers=replace(network.transformers, p0_kw=zero, i0_percent=zero),
    )
    loads = loads_at(network, BOARD, [210, 210, 210], [0, 0, 0])
    solution = solve_radial(network, loads, ONE)

    found = flows(network, loads, solution)

    v = solution.vm_pu[2, 0]
    assert found.p_loss_kw == pytest.approx(6.2 * (400 / 380 / v) ** 2, rel=1e-6)


def test_iron_losses_are_there_without_load():
    # 0.57 kW at rated voltage; the source stands at 1.05, so 0.57 x 1.1025 kW. Charging of the
    # 10 kV cable and the no-load current itself add little.
    network = hand_network()
    loads = loads_at(network, BOARD, [0, 0, 0], [0, 0, 0])

    found = flows_of(network, loads, np.array([1.05]))

    assert found.p_loss_kw == pytest.approx(0.57 * 1.1025, rel=1e-3)
    assert found.s_lv_phase_kva[0] == pytest.approx([0, 0, 0], abs=1e-6)


def test_the_no_load_current_is_drawn_from_the_source():
    # i0 0.6 % of 630 kVA = 3.78 kVA, of it 0.57 kW; Q = sqrt(3.78² - 0.57²) = 3.737 kvar. The
    # cable charges 2 pi 50 x 56.8 nF x (10 kV)² = 1.784 kvar against it.
    network = hand_network()
    loads = loads_at(network, BOARD, [0, 0, 0], [0, 0, 0])

    found = flows_of(network, loads)

    assert found.s_source_kva[0].imag == pytest.approx(3.737 - 1.784, rel=2e-3)
    assert found.s_hv_kva[0] == pytest.approx(0.57 + 3.737j, rel=2e-3)


def test_an_open_cable_has_no_current_and_no_charging():
    network = hand_network()
    cables = replace(network.cables, is_open=np.array([False, True]))
    opened = replace(network, cables=cables)
    v_pu = np.tile(BALANCED, (4, 1))
    v_pu[3] *= 0.5
    loads = loads_at(network, BOARD, [0, 0, 0], [0, 0, 0])

    found = flows(opened, loads, Solution(engine="by hand", v_pu=v_pu))

    assert not found.i_phase_a[1].any()
    assert found.i_neutral_a[1] == 0


def test_power_in_is_load_plus_losses():
    network = hand_network()
    loads = loads_at(network, BOX, [70, 35, 10], [20, 10, 0])

    found = flows_of(network, loads)

    assert found.s_source_kva.real.sum() == pytest.approx(115 + found.p_loss_kw, rel=1e-8)


def test_power_that_appears_from_nowhere_betrays_a_diverged_state():
    """Kirchhoff's current law: what enters a box leaves it as load, in a solution only."""
    network = hand_network()
    loads = loads_at(network, BOX, [30, 20, 10], [10, 0, 0])
    solution = solve_radial(network, loads, ONE)
    other = solution.v_pu.copy()
    other[network.node_index()[BOX]] *= 0.9

    assert mismatch_kva(network, loads, solution) < 1e-5
    assert mismatch_kva(network, loads, replace(solution, v_pu=other)) > 100
