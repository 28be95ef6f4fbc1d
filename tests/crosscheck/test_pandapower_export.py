"""The exported net, reopened by anybody's pandapower, gives the voltages gridcalc reports."""

import json

import numpy as np
import pandapower
import pytest

from gridcalc.network.pandapower_net import to_pandapower
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from tests.crosscheck.cases import case, solution

ROUND_TRIP_ATOL = 1e-9  # JSON keeps 15 digits
NAMES = ("open ring of three units", "dry unit at tap -2 with capacitors", "two sources", 2)


def reopened(name, variant="weak source"):
    drawn = case(name, variant)
    net = to_pandapower(drawn.network, drawn.loads, source_vm_pu=drawn.source_vm_pu)
    return pandapower.from_json_string(pandapower.to_json(net))


@pytest.mark.parametrize("name", NAMES)
def test_a_reopened_net_solved_plainly_gives_the_reported_voltages(name):
    net = reopened(name)

    pandapower.runpp_3ph(net)

    result = net.res_bus_3ph
    expected = solution(name, "weak source", "pandapower")
    for k, phase in enumerate("abc"):
        vm, va = result[f"vm_{phase}_pu"], np.deg2rad(result[f"va_{phase}_degree"])
        assert np.max(np.abs(vm * np.exp(1j * va) - expected.v_pu[:, k])) < ROUND_TRIP_ATOL


@pytest.mark.parametrize("name", NAMES)
def test_the_names_in_the_net_are_the_ids_of_the_user(name):
    network = case(name, "weak source").network

    net = reopened(name)

    assert tuple(net.bus.name) == network.node_ids
    assert tuple(net.line.name) == network.cables.ids
    assert tuple(net.trafo.name) == network.transformers.ids
    assert tuple(net.ext_grid.name) == network.sources.ids


@pytest.mark.parametrize("name", NAMES)
def test_taps_parallel_and_open_cables_reach_the_net(name):
    network = case(name, "weak source").network

    net = reopened(name)

    np.testing.assert_array_equal(net.trafo.tap_pos, network.transformers.tap)
    np.testing.assert_array_equal(net.line.parallel, network.cables.parallel)
    np.testing.assert_array_equal(net.line.in_service, ~network.cables.is_open)


def test_every_transformer_of_the_net_is_delta_star_with_the_lv_side_ahead_by_30_degrees():
    # pandapower knows the group without its clock number; 330 degrees behind are 30 ahead, Dyn11.
    net = reopened("open ring of three units")

    assert set(net.trafo.vector_group) == {"Dyn"}
    assert set(net.trafo.shift_degree) == {330.0}


def test_the_lv_side_leads_by_30_degrees_when_nothing_is_loaded():
    drawn = case("no load", "no iron")

    solved = solve_pandapower(drawn.network, drawn.loads, drawn.source_vm_pu)

    board = drawn.network.node_index()["T1.LV"]
    source = drawn.network.sources.node[0]
    assert np.rad2deg(np.angle(solved.v_pu[board, 0] / solved.v_pu[source, 0])) == pytest.approx(
        30.0, abs=0.01
    )


def test_a_tap_of_plus_two_lowers_the_lv_voltage_by_five_percent_of_the_turns():
    # 10 kV at 1.05, HV winding 10 kV x 1.05, so LV at its rated 400 V: 400/380 = 1.05263. The
    # charging of some kilometres of 10 kV cable lifts it by less than 1e-4.
    drawn = case("no load", "no iron")

    solved = solve_pandapower(drawn.network, drawn.loads, drawn.source_vm_pu)

    board = drawn.network.node_index()["T1.LV"]
    assert solved.vm_pu[board] == pytest.approx([400 / 380] * 3, rel=1e-4)


def test_a_net_without_results_is_saved_small():
    drawn = case("open ring of three units", "weak source")

    net = to_pandapower(drawn.network, drawn.loads, source_vm_pu=drawn.source_vm_pu)

    text = pandapower.to_json(net)
    assert json.loads(text)["_class"] == "pandapowerNet"
    assert len(text) < 200_000


def test_loads_of_the_net_add_up_to_those_of_the_network():
    drawn = case("dry unit at tap -2 with capacitors", "weak source")

    net = reopened("dry unit at tap -2 with capacitors")

    table = net.asymmetric_load
    p_mw = table[["p_a_mw", "p_b_mw", "p_c_mw"]].to_numpy().sum()
    q_mvar = table[["q_a_mvar", "q_b_mvar", "q_c_mvar"]].to_numpy().sum()
    assert p_mw == pytest.approx(drawn.loads.p_kw.sum() / 1000)
    assert q_mvar == pytest.approx(drawn.loads.q_kvar.sum() / 1000)


def test_every_change_of_one_net_leaves_the_next_one_alone():
    drawn = case("one unit", "iron")
    first = to_pandapower(drawn.network, drawn.loads, source_vm_pu=drawn.source_vm_pu)
    first.line["length_km"] = 99.0
    first.std_types["line"].clear()

    second = to_pandapower(drawn.network, drawn.loads, source_vm_pu=drawn.source_vm_pu)

    assert second.line.length_km.max() < 1
    assert second.std_types["line"]
