"""Which engine solves a network, and a single load state of a closed ring."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.powerflow.engine import solve_state, state_solver
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.impedance import iron_admittance_s, series_impedance_ohm, transformer_ohm
from gridcalc.powerflow.power_grid_model_engine import solve_power_grid_model
from gridcalc.powerflow.radial import solve_radial
from tests.crosscheck.hand_network import BOX, hand_network, loads_at
from tests.crosscheck.random_networks import closed, random_network

ONE = np.array([1.0])
STATE_ATOL = 1e-7  # power-grid-model stops at 1e-9 and holds its sources within 5e-8


def with_twin(network: Network) -> Network:
    """Return the network with a second M1 beside the first, as a cable of its own."""
    cables = network.cables
    columns = {
        name: np.append(getattr(cables, name), getattr(cables, name)[0])
        for name in cables.__slots__
        if name not in {"ids", "types"}
    }
    ids, types = (*cables.ids, "M2"), (*cables.types, cables.types[0])
    return replace(network, cables=replace(cables, ids=ids, types=types, **columns))


def with_parallel(network: Network) -> Network:
    """Return the network with M1 as two parallel cables, which is a tree."""
    return replace(network, cables=replace(network.cables, parallel=np.array([2, 1])))


def test_a_tree_goes_to_the_sweep_and_a_ring_to_power_grid_model():
    network = hand_network()
    loads = loads_at(network, BOX, [40, 30, 10], [10, 5, 0])

    assert state_solver(network) is solve_radial
    assert state_solver(with_twin(network)) is solve_power_grid_model
    assert solve_state(network, loads, ONE).engine == "radial"
    assert solve_state(with_twin(network), loads, ONE).engine == "power-grid-model"


def test_two_cables_side_by_side_are_what_two_parallel_ones_are():
    network = hand_network()
    loads = loads_at(network, BOX, [70, 35, 10], [20, 10, 0])

    ring = solve_state(with_twin(network), loads, ONE)
    tree = solve_state(with_parallel(network), loads, ONE)

    assert np.max(np.abs(ring.v_pu - tree.v_pu)) < STATE_ATOL
    of_ring = flows(with_twin(network), loads, ring)
    of_tree = flows(with_parallel(network), loads, tree)
    np.testing.assert_allclose(of_ring.i_phase_a[0], of_tree.i_phase_a[0] / 2, rtol=1e-5)
    np.testing.assert_allclose(of_ring.i_phase_a[2], of_ring.i_phase_a[0], rtol=1e-9)
    np.testing.assert_allclose(of_ring.s_source_kva, of_tree.s_source_kva, rtol=1e-6)
    assert of_ring.p_loss_kw == pytest.approx(of_tree.p_loss_kw, rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_what_the_source_of_a_ring_gives_is_load_and_losses(seed):
    drawn = closed(random_network(seed, n_trafos=2 + seed % 3, s_sc_mva=180.0))

    found = flows(
        drawn.network, drawn.loads, solve_state(drawn.network, drawn.loads, drawn.source_vm_pu)
    )

    load_kw = drawn.loads.p_kw.sum()
    assert found.s_source_kva.real.sum() == pytest.approx(load_kw + found.p_loss_kw, rel=1e-7)


def test_the_losses_of_a_ring_are_those_of_its_currents_and_of_the_iron():
    # I² R of every cable from its phase and neutral currents, I² R of the transformers' windings
    # and the no-load losses at rated voltage; charging and the T circuit shift them a little.
    drawn = closed(random_network(3, n_trafos=3, s_sc_mva=180.0))
    network = drawn.network
    solution = solve_state(network, drawn.loads, drawn.source_vm_pu)

    found = flows(network, drawn.loads, solution)

    z0, z1 = series_impedance_ohm(network.cables)
    square = (found.i_phase_a**2).sum(axis=1)
    cables_w = z1.real * square + (z0 - z1).real / 3 * found.i_neutral_a**2
    trafos = network.transformers
    v_lv = solution.v_pu[trafos.lv_node] * 380 / np.sqrt(3)
    i_lv = np.abs(found.s_lv_phase_kva * 1000 / v_lv)
    copper_w = transformer_ohm(trafos).real * (i_lv**2).sum(axis=1)
    iron_w = iron_admittance_s(trafos).real * (np.abs(v_lv) ** 2).sum(axis=1)
    total_kw = (cables_w.sum() + copper_w.sum() + iron_w.sum()) / 1000
    assert found.p_loss_kw == pytest.approx(total_kw, rel=0.01)


def test_a_load_no_ring_can_carry_is_an_error_and_never_numbers():
    drawn = closed(random_network(5, n_trafos=3, s_sc_mva=180.0))
    loads = PhaseLoads(p_kw=20 * drawn.loads.p_kw, q_kvar=20 * drawn.loads.q_kvar)

    with pytest.raises(ConvergenceError, match=rf"no solution at {loads.p_kw.sum():.0f} kW"):
        solve_state(drawn.network, loads, drawn.source_vm_pu)


def test_a_ring_without_any_load_is_solved():
    network = with_twin(hand_network())
    none = loads_at(network, BOX, [0, 0, 0], [0, 0, 0])

    found = solve_state(network, none, ONE)

    assert found.vm_pu[2] == pytest.approx([400 / 380] * 3, abs=1e-3)


@pytest.mark.parametrize(
    ("vm_pu", "is_state"), [(0.95, True), (0.1, False), (2.4, False), (np.nan, False)]
)
def test_what_a_diverged_iteration_leaves_behind_is_no_state(vm_pu, is_state):
    """A solver may report success for voltages that no network has."""
    from gridcalc.powerflow.pandapower_engine import _is_a_state

    assert _is_a_state(np.array([[1.0, vm_pu, 1.0]])) is is_state


def test_pandapower_loads_without_what_power_flows_do_not_need_and_nothing_is_lost():
    program = (
        "import sys\n"
        "from gridcalc.powerflow.pandapower_engine import load_pandapower\n"
        "load_pandapower()\n"
        "print([name for name in ('scipy.stats', 'openpyxl') if name in sys.modules])\n"
        "import openpyxl, pandapower\n"
        "from pandapower.estimation import estimate\n"
        "print(pandapower.runpp_3ph.__name__, estimate.__name__)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert found.stdout.splitlines() == ["[]", "runpp_3ph estimate"], found.stderr
