"""Unbalanced voltages against power-grid-model, with sources made stiff on both sides."""

import numpy as np
import pytest

from gridcalc.network.arrays import Network
from tests.crosscheck.cases import CASES, ENGINES, case, solution
from tests.crosscheck.pgm_model import solve_pgm

VOLTAGE_ATOL = {
    "pandapower": 1e-6,  # stops at 3e-8 MVA of positive sequence mismatch
    "radial": 1e-8,  # stops at 1e-10 pu, power-grid-model at 1e-12
}


def pi_against_t_atol(network: Network) -> float:
    """Return what a pi instead of a T no-load branch may change. [pu].

    The T circuit seen from outside has the series impedance z (1 + z y / 4), that of the pi is
    z: the drop of the transformer, at most vk, changes by vk i0 / 4. Twice that for overload on
    one phase and the bases 400/380.
    """
    trafos = network.transformers
    vk, i0 = trafos.vk_percent / 100, trafos.i0_percent / 100
    return float(np.max(2 * vk * vk * i0 / 4))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_voltages_equal_those_of_power_grid_model_without_iron_losses(name, engine):
    drawn = case(name, "no iron")
    expected = solve_pgm(drawn.network, drawn.loads, drawn.source_vm_pu)

    v_pu = solution(name, "no iron", engine).v_pu

    assert np.max(np.abs(v_pu - expected)) < VOLTAGE_ATOL[engine]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_voltages_differ_from_power_grid_model_by_t_against_pi_with_iron_losses(name, engine):
    drawn = case(name, "iron")
    expected = solve_pgm(drawn.network, drawn.loads, drawn.source_vm_pu)

    v_pu = solution(name, "iron", engine).v_pu

    assert np.max(np.abs(v_pu - expected)) < pi_against_t_atol(drawn.network)
