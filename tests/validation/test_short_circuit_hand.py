"""Fault levels of a whole network against calculations by hand and the published example.

Reference of the example: worked exam example on IEC 60909 (power supply design handbook, 4th
edition, p. 182), in golden_examples.csv as T2, T3 and T16: 630 kVA, uk 4 %, load loss 6.2 kW
behind 10 kA at 10 kV. The other numbers are the same formulas with a pocket calculator;
each step is written above the test. Rules: c = 1.1 and 1.0 at 10 kV, 1.05 and 0.95 at 0.4 kV,
R/X = 0.1 behind the source, 1.5 times the 20 °C resistance for the smallest currents.
"""

from collections.abc import Callable

import numpy as np
import pytest

from gridcalc.network.arrays import Network
from gridcalc.powerflow.short_circuit import ShortCircuitRules, short_circuit
from tests.crosscheck.hand_network import BOARD, BOX, hand_network, without_mv_cable

RULES = ShortCircuitRules(
    c_max_mv=1.1, c_min_mv=1.0, c_max_lv=1.05, c_min_lv=0.95, end_temperature_factor=1.5
)
HAND_RTOL = 1e-5  # six digits were carried
PRINTED_RTOL = 1e-3  # the example prints four digits and rounds its impedances


def at(quantity: str, node: str, make: Callable[[], Network] = hand_network) -> float:
    network = make()
    values = getattr(short_circuit(network, RULES), quantity)
    return float(values[network.node_index()[node]])


def example() -> Network:
    return without_mv_cable(hand_network())


def test_the_published_example_of_a_fault_at_the_transformer_terminals():
    # T16: Un = 380 V, 21.11 kA.
    # Z_Q = 1.1 x 10/(√3 x 10) = 0.635085 Ω, X_Q = 0.995037 Z_Q, R_Q = 0.1 X_Q; at 0.4 kV
    # (0.04²) R = 0.10111, X = 1.01109 mΩ. Transformer 2.49937 + j9.84647 mΩ times
    # K_T = 0.95 x 1.05/(1 + 0.6 x 0.038770) = 0.974823. Sum 2.53755 + j10.60966, Z = 10.90890 mΩ.
    # 1.05 x 380 V/(√3 x 10.90890 mΩ) = 21.11696 kA.
    i_sc_ka = at("ik3_max_ka", BOARD, example)

    assert i_sc_ka == pytest.approx(21.11, rel=PRINTED_RTOL)
    assert i_sc_ka == pytest.approx(21.11696, rel=HAND_RTOL)


def test_the_published_peak_current_at_the_transformer_terminals():
    # T16: 44.72 kA. κ = 1.02 + 0.98 exp(-3 x 2.53755/10.60966) = 1.498201; √2 κ 21.11696.
    i_peak_ka = at("ip_max_ka", BOARD, example)

    assert i_peak_ka == pytest.approx(44.72, rel=PRINTED_RTOL)
    assert i_peak_ka == pytest.approx(44.74210, rel=HAND_RTOL)


def test_programs_that_use_400_v_find_five_percent_more():
    # T17: 22.2284 kA, which is 400/380 of T16: the same impedances and another Un.
    i_sc_ka = at("ik3_max_ka", BOARD, example)

    assert i_sc_ka * 400 / 380 == pytest.approx(22.2284, rel=HAND_RTOL)


def test_the_largest_current_at_the_source_is_the_one_given():
    # c cancels: Z_Q was found from it.
    assert at("ik3_max_ka", "SRC") == pytest.approx(10.0, rel=1e-9)
    assert at("ik3_min_ka", "SRC") == pytest.approx(6.0, rel=1e-9)


def test_the_largest_current_and_its_peak_at_the_end_of_a_10_kv_cable():
    # Z_Q = 0.0631933 + j0.6319335 Ω; cable 0.2 km x (0.124 + j0.093) = 0.0248 + j0.0186 Ω;
    # Z = 0.0879933 + j0.6505335, |Z| = 0.6564577 Ω; 1.1 x 10/(√3 x 0.6564577) = 9.674429 kA.
    # κ = 1.02 + 0.98 exp(-3 x 0.0879933/0.6505335) = 1.673121; √2 κ I = 22.89115 kA.
    assert at("ik3_max_ka", "BUS") == pytest.approx(9.674429, rel=HAND_RTOL)
    assert at("ip_max_ka", "BUS") == pytest.approx(22.89115, rel=HAND_RTOL)


def test_the_smallest_current_at_the_end_of_a_10_kv_cable():
    # Z_Q = 1.0 x 10/(√3 x 6) = 0.962250 Ω: 0.0957475 + j0.9574750; the cable is hot:
    # 1.5 x 0.0248 + j0.0186; |0.1329475 + j0.9760750| = 0.9850875 Ω; 10/(√3 x 0.9850875).
    assert at("ik3_min_ka", "BUS") == pytest.approx(5.860903, rel=HAND_RTOL)


def test_the_largest_current_at_the_end_of_a_feeder():
    # 10 kV part at 0.4 kV: 0.0016 x (87.9933 + j650.5335) = 0.140789 + j1.040854 mΩ; K_T Z_T =
    # 2.436444 + j9.598568; cable 0.1 km x (75.4 + j77) = 7.54 + j7.7; sum 10.117234 + j18.339422,
    # |Z| = 20.944995 mΩ; 1.05 x 380/(√3 x 20.944995) = 10.998463 kA.
    assert at("ik3_max_ka", BOX) == pytest.approx(10.998463, rel=HAND_RTOL)


def test_the_peak_at_the_end_of_a_feeder():
    # κ = 1.02 + 0.98 exp(-3 x 10.117234/18.339422) = 1.207271; √2 x 1.207271 x 10.998463.
    assert at("ip_max_ka", BOX) == pytest.approx(18.77810, rel=HAND_RTOL)


def test_the_smallest_three_phase_current_has_no_transformer_correction():
    # 10 kV part 0.0016 x (132.9475 + j976.0750) = 0.212716 + j1.561720 mΩ; Z_T = 2.499370 +
    # j9.846469 without K_T: 2.712086 + j11.408189; 0.95 x 380/(√3 |Z|) = 17.774270 kA. The cable
    # adds 1.5 x 7.54 + j7.7: |14.022086 + j19.108189| = 23.701092 mΩ, 8.793833 kA.
    assert at("ik3_min_ka", BOARD) == pytest.approx(17.774270, rel=HAND_RTOL)
    assert at("ik3_min_ka", BOX) == pytest.approx(8.793833, rel=HAND_RTOL)


def test_the_smallest_current_between_phase_and_neutral_counts_phase_and_pen():
    # A loop: two thirds of the 10 kV part (the delta hides its zero sequence), the transformer
    # once (Z0 = Z1), phase and PEN conductor of the cable. Board: 2/3 x (0.212716 + j1.561720) +
    # 2.499370 + j9.846469 = 2.641181 + j10.887615 mΩ, 0.95 x 380/(√3 |Z|) = 18.603601 kA.
    # Box: + 1.5 x 2 x 7.54 + j2 x 7.7 = 25.261181 + j26.287615, |Z| = 36.457729, 5.716852 kA.
    assert at("ik1_min_ka", BOARD) == pytest.approx(18.603601, rel=HAND_RTOL)
    assert at("ik1_min_ka", BOX) == pytest.approx(5.716852, rel=HAND_RTOL)


def test_a_phase_to_neutral_fault_does_not_exist_at_10_kv():
    assert np.isnan(at("ik1_min_ka", "BUS"))
