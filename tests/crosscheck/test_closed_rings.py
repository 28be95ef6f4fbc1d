"""Single load states of closed rings: power-grid-model against pandapower, and the exported net."""

import numpy as np
import pandapower
import pytest

from gridcalc.network.pandapower_net import to_pandapower
from gridcalc.powerflow.engine import state_solver
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from gridcalc.powerflow.power_grid_model_engine import solve_power_grid_model
from tests.crosscheck.cases import case
from tests.crosscheck.random_networks import Drawn, closed, random_network

VOLTAGE_ATOL = 1e-6  # pandapower stops at 3e-8 MVA of positive sequence mismatch
CURRENT_RTOL = 1e-4  # of the largest current of each cable; small ones drown in that mismatch
ROUND_TRIP_ATOL = 1e-9  # JSON keeps 15 digits
NAMES = ("written", 0, 1, 2, 3)


def ring(name: str | int) -> Drawn:
    if name == "written":
        return closed(case("open ring of three units", "weak source"))
    return closed(random_network(name, n_trafos=2 + name % 3, s_sc_mva=150.0))


@pytest.mark.parametrize("name", NAMES)
def test_voltages_and_currents_of_a_closed_ring_equal_those_of_pandapower(name):
    drawn = ring(name)
    assert state_solver(drawn.network) is solve_power_grid_model

    found = solve_power_grid_model(drawn.network, drawn.loads, drawn.source_vm_pu)
    other = solve_pandapower(drawn.network, drawn.loads, drawn.source_vm_pu)

    assert np.max(np.abs(found.v_pu - other.v_pu)) < VOLTAGE_ATOL
    i_found = flows(drawn.network, drawn.loads, found).i_phase_a
    i_other = flows(drawn.network, drawn.loads, other).i_phase_a
    assert np.max(np.abs(i_found - i_other)) < CURRENT_RTOL * i_other.max()


@pytest.mark.parametrize("name", NAMES)
def test_a_reopened_net_with_a_closed_ring_gives_the_reported_voltages(name):
    drawn = ring(name)
    reported = solve_pandapower(drawn.network, drawn.loads, drawn.source_vm_pu)
    net = to_pandapower(drawn.network, drawn.loads, source_vm_pu=drawn.source_vm_pu)
    net = pandapower.from_json_string(pandapower.to_json(net))

    pandapower.runpp_3ph(net)

    result = net.res_bus_3ph[["vm_a_pu", "vm_b_pu", "vm_c_pu"]].to_numpy()
    assert np.max(np.abs(result - reported.vm_pu)) < ROUND_TRIP_ATOL


@pytest.mark.parametrize("name", NAMES)
def test_cable_currents_and_source_power_of_a_ring_are_those_pandapower_prints(name):
    # flows() works from voltages; res_line_3ph and res_ext_grid_3ph are pandapower's own.
    drawn = ring(name)
    solution = solve_pandapower(drawn.network, drawn.loads, drawn.source_vm_pu)
    net = to_pandapower(drawn.network, drawn.loads, source_vm_pu=drawn.source_vm_pu)
    pandapower.runpp_3ph(net, numba=False)

    found = flows(drawn.network, drawn.loads, solution)

    ends = [[f"i_{phase}_{end}_ka" for phase in "abc"] for end in ("from", "to")]
    biggest = np.maximum(*(net.res_line_3ph[end].to_numpy() for end in ends))
    assert np.max(np.abs(found.i_phase_a - 1000 * biggest)) < CURRENT_RTOL * 1000 * biggest.max()
    p_mw = net.res_ext_grid_3ph[["p_a_mw", "p_b_mw", "p_c_mw"]].to_numpy().sum()
    assert found.s_source_kva.real.sum() == pytest.approx(1000 * p_mw, rel=1e-4)
