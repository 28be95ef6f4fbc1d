"""Fault levels of trees and of closed rings against pandapower's IEC 60909 on the same net."""

from dataclasses import replace

import numpy as np
import pandapower.shortcircuit
import pytest

from gridcalc.network.arrays import Network
from gridcalc.network.pandapower_net import to_pandapower
from gridcalc.powerflow.fault_impedance import Branches, by_inversion, by_path_sums
from gridcalc.powerflow.short_circuit import ShortCircuit, ShortCircuitRules, short_circuit
from gridcalc.powerflow.tree import is_radial
from tests.crosscheck.cases import case
from tests.crosscheck.random_networks import Drawn, closed, random_network

RTOL = 1e-10  # two ways through the same formulas; a bus matrix costs a few digits
TREE_RTOL = 1e-12  # path sums and the inverted matrix on the same tree
LV_TOLERANCE_PERCENT = 6  # c = 1.05 and 0.95 at LV; pandapower's default 10 gives 1.10 and 0.90
END_CELSIUS = 145.0
END_FACTOR = 1.5  # 1 + 0.004 (145 - 20)
RULES = ShortCircuitRules(
    c_max_mv=1.1, c_min_mv=1.0, c_max_lv=1.05, c_min_lv=0.95, end_temperature_factor=END_FACTOR
)
TREES = ("open ring of three units", "dry unit at tap -2 with capacitors", "two sources", "drawn")
RINGS = ("closed ring of three units", "drawn ring", "drawn ring of two sources")
NAMES = (*TREES, *RINGS)
QUANTITIES = ("ik3_max_ka", "ip_max_ka", "ik3_min_ka", "ik1_min_ka")


def drawn_case(name: str) -> Drawn:
    if name == "drawn":
        return random_network(3, n_sources=2, s_sc_mva=220.0)
    if name == "drawn ring":
        return closed(random_network(4, n_trafos=4, s_sc_mva=150.0))
    if name == "drawn ring of two sources":
        return closed(random_network(3, n_trafos=3, n_sources=2, s_sc_mva=220.0))
    if name == "closed ring of three units":
        return closed(case("open ring of three units", "weak source"))
    return case(name, "weak source")


def at_20_celsius(network: Network) -> Network:
    """The power flow's resistances are hot; pandapower starts from 20 °C."""
    cables = network.cables
    cold = cables.r20_ohm_per_km
    ratio = cables.r0_ohm_per_km / cables.r1_ohm_per_km
    return replace(network, cables=replace(cables, r1_ohm_per_km=cold, r0_ohm_per_km=ratio * cold))


def pandapower_ka(name: str, extreme: str, fault: str) -> tuple[np.ndarray, np.ndarray]:
    drawn = drawn_case(name)
    network = at_20_celsius(drawn.network)
    net = to_pandapower(network, drawn.loads, source_vm_pu=drawn.source_vm_pu)
    net.line["endtemp_degree"] = END_CELSIUS
    with_peak = extreme == "max"
    pandapower.shortcircuit.calc_sc(
        net, case=extreme, fault=fault, lv_tol_percent=LV_TOLERANCE_PERCENT, ip=with_peak
    )
    result = net.res_bus_sc
    return result.ikss_ka.to_numpy(), result.ip_ka.to_numpy() if with_peak else np.empty(0)


def gridcalc_ka(name: str) -> tuple[ShortCircuit, np.ndarray]:
    network = drawn_case(name).network
    return short_circuit(network, RULES), network.vn_kv < 1


@pytest.mark.parametrize("name", NAMES)
def test_largest_three_phase_currents_and_their_peaks_equal_pandapower(name):
    ikss_ka, ip_ka = pandapower_ka(name, "max", "3ph")

    found, _ = gridcalc_ka(name)

    np.testing.assert_allclose(found.ik3_max_ka, ikss_ka, rtol=RTOL)
    np.testing.assert_allclose(found.ip_max_ka, ip_ka, rtol=RTOL)


@pytest.mark.parametrize("name", NAMES)
def test_smallest_three_phase_currents_equal_pandapower(name):
    ikss_ka, _ = pandapower_ka(name, "min", "3ph")

    found, _ = gridcalc_ka(name)

    np.testing.assert_allclose(found.ik3_min_ka, ikss_ka, rtol=RTOL)


@pytest.mark.parametrize("name", NAMES)
def test_smallest_phase_to_neutral_currents_equal_pandapower_at_lv(name):
    ikss_ka, _ = pandapower_ka(name, "min", "1ph")

    found, is_lv = gridcalc_ka(name)

    np.testing.assert_allclose(found.ik1_min_ka[is_lv], ikss_ka[is_lv], rtol=RTOL)
    assert np.all(np.isnan(found.ik1_min_ka[~is_lv]))


def test_the_nets_tested_have_taps_parallel_cables_and_an_open_point():
    networks = [drawn_case(name).network for name in NAMES]

    assert any(np.any(net.transformers.tap != 0) for net in networks)
    assert any(np.any(net.cables.parallel > 1) for net in networks)
    assert any(np.any(net.cables.is_open) for net in networks)


def test_the_rings_tested_are_closed():
    assert [is_radial(drawn_case(name).network) for name in NAMES] == [True] * 4 + [False] * 3


def test_closing_a_ring_raises_the_fault_levels_on_it():
    opened = short_circuit(drawn_case("open ring of three units").network, RULES)
    network = drawn_case("closed ring of three units").network

    ring = short_circuit(network, RULES)

    rmu, is_lv = network.node_index()["R2"], network.vn_kv < 1
    for quantity in QUANTITIES:
        before, after = getattr(opened, quantity)[is_lv], getattr(ring, quantity)[is_lv]
        assert np.all(after > before)
    assert ring.ik3_max_ka[rmu] > 1.05 * opened.ik3_max_ka[rmu]


def branches_of(network: Network, *, passes: bool) -> Branches:
    """Return impedances of about the size of real ones; nothing depends on what they are."""
    rng = np.random.default_rng(7)
    trafos, cables = network.transformers, network.cables
    z_cable = (cables.r20_ohm_per_km + 1j * cables.x1_ohm_per_km) * cables.length_m / 1000
    turns = trafos.vn_lv_kv / trafos.vn_hv_kv
    return Branches(
        z_source=rng.uniform(0.3, 0.9, len(network.sources.ids)) * (0.1 + 1j),
        z_cable=z_cable,
        z_trafo=rng.uniform(0.005, 0.02, len(trafos.ids)) * (0.3 + 1j),
        turns=turns if passes else np.zeros_like(turns),
    )


@pytest.mark.parametrize("passes", [True, False], ids=["positive sequence", "zero sequence"])
@pytest.mark.parametrize("name", TREES)
def test_the_inverted_matrix_gives_the_path_sums_of_a_tree(name, passes):
    network = drawn_case(name).network
    branches = branches_of(network, passes=passes)

    found = by_inversion(network, branches)

    np.testing.assert_allclose(found, by_path_sums(network, branches), rtol=TREE_RTOL)
