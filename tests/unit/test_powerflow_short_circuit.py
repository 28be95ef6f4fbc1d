"""How fault levels move with the network; the numbers themselves stand in tests/validation."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.network.arrays import Network
from gridcalc.powerflow.impedance import transformer_ohm
from gridcalc.powerflow.short_circuit import (
    ShortCircuitRules,
    corrected_transformer_ohm,
    short_circuit,
)
from tests.crosscheck.hand_network import hand_network

RULES = ShortCircuitRules(
    c_max_mv=1.1, c_min_mv=1.0, c_max_lv=1.05, c_min_lv=0.95, end_temperature_factor=1.5
)
QUANTITIES = ("ik3_max_ka", "ip_max_ka", "ik3_min_ka", "ik1_min_ka")


def changed(network: Network, **columns: object) -> Network:
    return replace(network, cables=replace(network.cables, **columns))


def test_transformer_impedance_and_its_correction():
    # Handbook example: 2.49937 + j9.84647 mΩ; K_T = 0.974823.
    network = hand_network()

    plain = transformer_ohm(network.transformers)[0]
    corrected = corrected_transformer_ohm(network, RULES)[0]

    assert plain == pytest.approx(2.49937e-3 + 9.84647e-3j, rel=1e-6)
    assert corrected / plain == pytest.approx(0.974823, rel=1e-6)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_fault_currents_fall_along_a_voltage_level(quantity):
    values = getattr(short_circuit(hand_network(), RULES), quantity)

    assert values[3] < values[2]
    assert np.isnan(values[0]) or values[1] < values[0]


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_second_cable_in_parallel_is_half_the_length(quantity):
    network = hand_network()

    doubled = short_circuit(changed(network, parallel=np.array([1, 2])), RULES)
    halved = short_circuit(changed(network, length_m=np.array([200.0, 50.0])), RULES)

    assert getattr(doubled, quantity)[3] == pytest.approx(getattr(halved, quantity)[3], rel=1e-12)


def test_the_temperature_of_the_power_flow_does_not_touch_fault_currents():
    network = hand_network()
    c = network.cables
    hot = changed(
        network, r1_ohm_per_km=1.275 * c.r1_ohm_per_km, r0_ohm_per_km=1.275 * c.r0_ohm_per_km
    )

    cold_ka, hot_ka = (short_circuit(net, RULES) for net in (network, hot))

    for quantity in QUANTITIES:
        np.testing.assert_allclose(getattr(hot_ka, quantity), getattr(cold_ka, quantity))


def test_the_end_temperature_lowers_the_smallest_currents_only():
    network = hand_network()

    cold = short_circuit(network, replace(RULES, end_temperature_factor=1.0))
    hot = short_circuit(network, RULES)

    assert hot.ik3_max_ka[3] == cold.ik3_max_ka[3]
    assert hot.ik3_min_ka[3] < cold.ik3_min_ka[3]
    assert hot.ik1_min_ka[3] < cold.ik1_min_ka[3]


def test_a_tap_does_not_change_fault_currents():
    # The standard works with the main position.
    network = hand_network()
    tapped = replace(network, transformers=replace(network.transformers, tap=np.array([2])))

    before, after = (short_circuit(net, RULES) for net in (network, tapped))

    assert after.ik3_max_ka.tolist() == before.ik3_max_ka.tolist()


def test_the_smallest_current_is_below_the_largest_everywhere():
    found = short_circuit(hand_network(), RULES)

    assert np.all(found.ik3_min_ka < found.ik3_max_ka)


def test_a_ring_is_two_paths_side_by_side():
    # SRC - M1 - BUS and back over M2 of three times the length: Z = Zs + 0.75 Z_M1 by hand.
    # Zs = 1.1 x 10² / 173.205 = 0.63509 ohm, R/X 0.1: 0.063193 + j0.631934;
    # Z_M1 = 0.2 x (0.124 + j0.093) = 0.0248 + j0.0186. Sum: 0.081793 + j0.645884, 0.651042 ohm.
    # Ik = 1.1 x 10 / (sqrt(3) x 0.651042) = 9.7549 kA. At 20 Hz R and 0.4 X: equal paths, so R/X
    # is 0.126638, kappa 1.02 + 0.98 exp(-0.379914) = 1.690242, ip = 23.3178 kA.
    found = short_circuit(with_second_way(hand_network(), length_m=600.0), RULES)

    assert found.ik3_max_ka[1] == pytest.approx(9.7549, abs=1e-4)
    assert found.ip_max_ka[1] == pytest.approx(23.3178, abs=1e-4)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_long_second_way_hardly_counts(quantity):
    network = hand_network()

    tree = getattr(short_circuit(network, RULES), quantity)
    ring = getattr(short_circuit(with_second_way(network, length_m=2e12), RULES), quantity)

    np.testing.assert_allclose(ring, tree, rtol=1e-9)


def with_second_way(network: Network, *, length_m: float) -> Network:
    """Return the network with a copy of M1, of another length, beside it."""
    cables = network.cables
    columns = {
        name: np.append(getattr(cables, name), getattr(cables, name)[0])
        for name in cables.__slots__
        if name not in {"ids", "types"}
    }
    columns["length_m"][-1] = length_m
    ids, types = (*cables.ids, "M2"), (*cables.types, cables.types[0])
    return replace(network, cables=replace(cables, ids=ids, types=types, **columns))
