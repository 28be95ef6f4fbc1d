"""Unbalanced voltages, currents, powers and losses against OpenDSS.

OpenDSS (dss-python) gets nameplate data only and does its own conversions. Two of its limits
are worked around in the circuit, not in the tolerance: the source has separate positive and
negative sequence impedances, and the no-load branch can be moved into the middle of the
transformer, where the T model of gridcalc's engines has it.
"""

import numpy as np
import pytest

from gridcalc.checks.case import loads_at, scenario_units
from gridcalc.demand.scenario import parse_scenario
from gridcalc.network.arrays import Network
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from tests.crosscheck.cases import CASES, ENGINES, case, opendss, solution, solved_flows
from tests.crosscheck.opendss_circuit import solve_opendss

VOLTAGE_ATOL = {
    "pandapower": 1e-6,  # stops at 3e-8 MVA of positive sequence mismatch
    "radial": 1e-8,  # stops at 1e-10 pu, OpenDSS at 1e-11
}
CURRENT_RTOL = {"pandapower": 1e-5, "radial": 1e-7}
CURRENT_ATOL_A = 1e-3  # cables that carry only their charging current
SOURCE_ATOL_KVA = 1e-3  # OpenDSS divides the last digits of 10 kV by its source's 1e-7 ohm
LOSS_RTOL = {"pandapower": 1e-4, "radial": 1e-6}


def iron_place_atol(network: Network) -> float:
    """Return what moving the no-load branch to the LV terminals may change. [pu].

    The no-load current i0 then flows through the whole of the short-circuit impedance and not
    through half of it: Δu = i0 vk / 2, times 400/380 and the tap. Constant power loads on long
    feeders amplify it and the zero sequence, which the delta cannot magnetise, adds: half on top.
    """
    trafos = network.transformers
    half_drop = trafos.i0_percent / 100 * trafos.vk_percent / 100 / 2
    return float(np.max(1.5 * half_drop * (0.4 / 0.38) / trafos.ratio_tap**2))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_voltages_equal_those_of_opendss_without_iron_losses(name, engine):
    expected = opendss(name, "no iron", "lv_terminals").v_pu

    v_pu = solution(name, "no iron", engine).v_pu

    assert np.max(np.abs(v_pu - expected)) < VOLTAGE_ATOL[engine]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_voltages_equal_those_of_opendss_with_iron_losses_inside_the_transformer(name, engine):
    expected = opendss(name, "iron", "t_model").v_pu

    v_pu = solution(name, "iron", engine).v_pu

    assert np.max(np.abs(v_pu - expected)) < VOLTAGE_ATOL[engine]


@pytest.mark.parametrize("name", CASES)
def test_voltages_are_near_those_of_opendss_with_iron_losses_at_the_lv_terminals(name):
    expected = opendss(name, "iron", "lv_terminals").v_pu

    v_pu = solution(name, "iron", "pandapower").v_pu

    assert np.max(np.abs(v_pu - expected)) < iron_place_atol(case(name, "iron").network)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_a_weak_source_passes_its_negative_sequence_voltage_on(name, engine):
    # The positive sequence is held at the source's bus, the negative one sees 1.1 Un²/Sk".
    expected = opendss(name, "weak source", "t_model").v_pu

    v_pu = solution(name, "weak source", engine).v_pu

    assert np.max(np.abs(v_pu - expected)) < VOLTAGE_ATOL[engine]


def test_the_negative_sequence_impedance_of_the_source_is_large_enough_to_be_tested():
    name = "two sources"

    weak, stiff = (solution(name, v, "radial").unbalance_percent for v in ("weak source", "iron"))

    source = case(name, "iron").network.sources.node
    assert np.all(stiff[source] < 1e-6)
    assert np.all(weak[source] > 0.03)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_phase_currents_of_cables_equal_those_of_opendss(name, engine):
    result = opendss(name, "weak source", "t_model")
    expected = np.maximum(np.abs(result.i_from_a), np.abs(result.i_to_a))

    i_phase_a = solved_flows(name, "weak source", engine).i_phase_a

    np.testing.assert_allclose(i_phase_a, expected, rtol=CURRENT_RTOL[engine], atol=CURRENT_ATOL_A)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_neutral_currents_of_cables_equal_those_of_opendss(name, engine):
    result = opendss(name, "weak source", "t_model")
    expected = np.abs(result.i_from_a.sum(axis=1))

    i_neutral_a = solved_flows(name, "weak source", engine).i_neutral_a

    np.testing.assert_allclose(
        i_neutral_a, expected, rtol=CURRENT_RTOL[engine], atol=CURRENT_ATOL_A
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_transformer_load_per_phase_equals_that_of_opendss(name, engine):
    expected = opendss(name, "weak source", "t_model").s_lv_phase_kva

    s_kva = solved_flows(name, "weak source", engine).s_lv_phase_kva

    np.testing.assert_allclose(s_kva, expected, rtol=CURRENT_RTOL[engine], atol=1e-3)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_power_of_each_source_equals_that_of_opendss(name, engine):
    expected = opendss(name, "iron", "t_model").s_source_kva

    s_kva = solved_flows(name, "iron", engine).s_source_kva

    np.testing.assert_allclose(s_kva, expected, rtol=CURRENT_RTOL[engine], atol=SOURCE_ATOL_KVA)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", [name for name in CASES if name != "no load"])
def test_losses_without_iron_equal_those_of_opendss(name, engine):
    expected = opendss(name, "no iron", "lv_terminals").p_loss_kw

    p_loss_kw = solved_flows(name, "no iron", engine).p_loss_kw

    assert p_loss_kw == pytest.approx(expected, rel=LOSS_RTOL[engine])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_losses_with_iron_are_what_opendss_draws_from_the_source_beyond_the_load(name, engine):
    p_load_kw = case(name, "iron").loads.p_kw.sum()
    expected = opendss(name, "iron", "t_model").s_source_kva.real.sum() - p_load_kw

    p_loss_kw = solved_flows(name, "iron", engine).p_loss_kw

    assert p_loss_kw == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("level", ["station", "feeder", "box"])
def test_the_demand_of_a_compound_full_of_chargers_gets_the_voltages_of_opendss(
    small, case_of, level
):
    whole = case_of(small)
    network = whole.site.network
    loads = loads_at(whole, scenario_units(whole, parse_scenario("ev-100+ebike-50")), level)
    expected = solve_opendss(network, loads, network.sources.vm_peak_pu, iron="t_model").v_pu

    v_pu = solve_pandapower(network, loads, network.sources.vm_peak_pu).v_pu

    assert np.max(np.abs(v_pu - expected)) < VOLTAGE_ATOL["pandapower"]
