"""The fast engine against the engine of record, on networks neither was tuned for."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import PhaseLoads
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from gridcalc.powerflow.radial import solve_radial
from tests.crosscheck.cases import CASES, ENGINES, case, solution, solved_flows
from tests.crosscheck.random_networks import random_network

VOLTAGE_ATOL = 1e-6  # pandapower stops at 3e-8 MVA of positive sequence mismatch
BALANCE_RTOL = {"pandapower": 1e-4, "radial": 1e-8}
ROTATION_ATOL = 1e-9
SOLVE = {"pandapower": solve_pandapower, "radial": solve_radial}


def times(loads: PhaseLoads, factor: float) -> PhaseLoads:
    return PhaseLoads(p_kw=loads.p_kw * factor, q_kvar=loads.q_kvar * factor)


@pytest.mark.parametrize("seed", range(20, 32))
def test_both_engines_find_the_same_voltages_in_random_networks(seed):
    drawn = random_network(
        seed,
        n_sources=1 + seed % 2,
        s_sc_mva=150.0,
        loading=0.4 + 0.05 * (seed % 8),
        single_phase_share=(seed % 5) / 4,
    )

    found = [solve(drawn.network, drawn.loads, drawn.source_vm_pu).v_pu for solve in SOLVE.values()]

    assert np.max(np.abs(found[0] - found[1])) < VOLTAGE_ATOL


@pytest.mark.parametrize("name", CASES)
def test_both_engines_find_the_same_voltages_in_written_networks(name):
    pandapower, radial = (solution(name, "weak source", engine).v_pu for engine in ENGINES)

    assert np.max(np.abs(pandapower - radial)) < VOLTAGE_ATOL


@pytest.mark.parametrize("seed", [0, 5])
def test_both_engines_agree_at_voltages_far_below_the_limit(seed):
    # 1.3 and 2 times a heavy load: 0.68 and 0.72 pu, where few programs are compared.
    drawn = random_network(seed)
    loads = times(drawn.loads, {0: 1.3, 5: 1.9}[seed])

    found = [solve(drawn.network, loads, drawn.source_vm_pu) for solve in SOLVE.values()]

    assert found[0].vm_pu.min() < 0.75
    assert np.max(np.abs(found[0].v_pu - found[1].v_pu)) < VOLTAGE_ATOL


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("factor", [3.0, 20.0])
def test_a_load_no_network_can_carry_is_an_error_and_never_numbers(engine, factor):
    drawn = random_network(5)
    loads = times(drawn.loads, factor)

    with pytest.raises(ConvergenceError, match=rf"{loads.p_kw.sum():.0f} kW"):
        SOLVE[engine](drawn.network, loads, drawn.source_vm_pu)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_open_cable_carries_nothing_and_closing_the_other_end_moves_the_load(engine):
    drawn = case("open ring of three units", "iron")
    network = drawn.network
    ids = list(network.cables.ids)
    other_way = network.cables.is_open.copy()
    other_way[[ids.index("M2"), ids.index("M3")]] = True, False
    turned = replace(network, cables=replace(network.cables, is_open=other_way))

    before, after = (
        flows(net, drawn.loads, SOLVE[engine](net, drawn.loads, drawn.source_vm_pu)).i_phase_a
        for net in (network, turned)
    )

    assert np.all(before[ids.index("M3")] == 0)
    assert np.all(after[ids.index("M2")] == 0)
    assert np.all(after[ids.index("M3")] > 5)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_unit_sees_only_the_source_it_is_connected_to(engine):
    drawn = case("two sources", "iron")
    alone = drawn.loads.p_kw.copy()
    index = drawn.network.node_index()
    alone[index["MB2"]] = 0
    lighter = PhaseLoads(p_kw=alone, q_kvar=drawn.loads.q_kvar)

    before = solution("two sources", "iron", engine).v_pu
    after = SOLVE[engine](drawn.network, lighter, drawn.source_vm_pu).v_pu

    own = [index[node] for node in ("SRCA", "T1.LV", "MB1")]
    assert np.max(np.abs(before[own] - after[own])) < VOLTAGE_ATOL
    assert np.max(np.abs(before - after)) > 0.01


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_power_in_is_load_plus_the_losses_of_the_elements(name, engine):
    loads = case(name, "weak source").loads
    result = solved_flows(name, "weak source", engine)

    p_in_kw = result.s_source_kva.real.sum()

    assert p_in_kw == pytest.approx(loads.p_kw.sum() + result.p_loss_kw, rel=BALANCE_RTOL[engine])


@pytest.mark.parametrize("engine", ENGINES)
def test_an_unloaded_network_has_no_unbalance_and_only_no_load_losses(engine):
    # No-load losses of S20-400 and two S20-630 are 370 + 2 x 510 = 1390 W at rated voltage;
    # the source stands at 1.05 and the taps +2, 0, -1 of 2.5 % at 1.05, 1 and 0.975:
    # 370 + 510 (1.05² + (1.05 / 0.975)²) = 1524 W.
    result = solved_flows("no load", "iron", engine)
    voltages = solution("no load", "iron", engine)

    assert result.p_loss_kw == pytest.approx(1.524, rel=2e-3)
    assert np.max(voltages.unbalance_percent) < 1e-6
    assert np.max(result.i_neutral_a) < 1e-6


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_moving_every_load_to_the_next_phase_moves_the_voltages_and_nothing_else(name, engine):
    # A rotation of the phases turns the whole system by 120 degrees: what phase b was, c is.
    drawn = case(name, "weak source")
    moved = PhaseLoads(
        p_kw=np.roll(drawn.loads.p_kw, 1, axis=1), q_kvar=np.roll(drawn.loads.q_kvar, 1, axis=1)
    )

    vm_pu = SOLVE[engine](drawn.network, moved, drawn.source_vm_pu).vm_pu

    before = solution(name, "weak source", engine).vm_pu
    assert np.max(np.abs(vm_pu - np.roll(before, 1, axis=1))) < ROTATION_ATOL
