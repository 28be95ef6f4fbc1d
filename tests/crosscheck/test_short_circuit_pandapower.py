"""Fault levels by sums along the tree against pandapower's IEC 60909 on the same net."""

from dataclasses import replace

import numpy as np
import pandapower.shortcircuit
import pytest

from gridcalc.network.arrays import Network
from gridcalc.network.pandapower_net import to_pandapower
from gridcalc.powerflow.short_circuit import ShortCircuit, ShortCircuitRules, short_circuit
from tests.crosscheck.cases import case
from tests.crosscheck.random_networks import Drawn, random_network

RTOL = 1e-10  # two ways through the same formulas; a bus matrix costs a few digits
LV_TOLERANCE_PERCENT = 6  # c = 1.05 and 0.95 at LV; pandapower's default 10 gives 1.10 and 0.90
END_CELSIUS = 145.0
END_FACTOR = 1.5  # 1 + 0.004 (145 - 20)
RULES = ShortCircuitRules(
    c_max_mv=1.1, c_min_mv=1.0, c_max_lv=1.05, c_min_lv=0.95, end_temperature_factor=END_FACTOR
)
NAMES = ("open ring of three units", "dry unit at tap -2 with capacitors", "two sources", "drawn")


def drawn_case(name: str) -> Drawn:
    return (
        random_network(3, n_sources=2, s_sc_mva=220.0)
        if name == "drawn"
        else case(name, "weak source")
    )


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
