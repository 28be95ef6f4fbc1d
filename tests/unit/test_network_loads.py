"""Demand of load groups onto nodes, and automatic compensation, by hand calculation."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.network.loads import phase_loads
from tests.crosscheck.hand_network import BOARD, BOX, hand_network

TAN_095 = 0.3286841  # tan(arccos 0.95)


def with_compensation(kvar: float) -> Network:
    network = hand_network()
    trafos = replace(network.transformers, compensation_kvar=np.array([kvar]))
    return replace(network, transformers=trafos)


def place(
    network: Network, nodes: list[str], p_kw: list[list[float]], q_kvar: list[list[float]]
) -> PhaseLoads:
    return phase_loads(
        network,
        node_of_group=nodes,
        p_kw=np.array(p_kw, dtype=float).reshape(-1, 3),
        q_kvar=np.array(q_kvar, dtype=float).reshape(-1, 3),
        transformer_of_node={BOARD: "T1", BOX: "T1"},
        target_power_factor=0.95,
    )


def test_groups_at_one_node_add_up_phase_by_phase():
    network = with_compensation(0)

    loads = place(network, [BOX, BOX, BOARD], [[1, 2, 3], [10, 0, 0], [5, 5, 5]], [[0, 0, 0]] * 3)

    assert loads.p_kw[3].tolist() == [11, 2, 3]
    assert loads.p_kw[2].tolist() == [5, 5, 5]
    assert loads.p_kw[:2].sum() == 0


def test_compensation_brings_the_power_factor_to_its_target_and_no_further():
    # 300 kW and 150 kvar; 0.95 leaves 300 x 0.3286841 = 98.605 kvar, so 51.395 are switched in.
    network = with_compensation(200)

    loads = place(network, [BOX], [[100, 100, 100]], [[50, 50, 50]])

    assert -loads.q_kvar[2].sum() == pytest.approx(150 - 300 * TAN_095, rel=1e-6)
    assert loads.q_kvar.sum() == pytest.approx(300 * TAN_095, rel=1e-6)


def test_compensation_is_limited_by_what_is_installed():
    loads = place(with_compensation(30), [BOX], [[100, 100, 100]], [[50, 50, 50]])

    assert loads.q_kvar[2].tolist() == [-10, -10, -10]


def test_compensation_stays_off_where_the_power_factor_is_good():
    loads = place(with_compensation(200), [BOX], [[100, 100, 100]], [[30, 30, 30]])

    assert loads.q_kvar.sum() == 90
    assert loads.q_kvar[2].tolist() == [0, 0, 0]


def test_compensation_never_follows_a_capacitive_load():
    loads = place(with_compensation(200), [BOX], [[100, 100, 100]], [[-10, -10, -10]])

    assert loads.q_kvar.sum() == -30


def test_compensation_is_the_same_on_all_phases_of_an_unbalanced_load():
    loads = place(with_compensation(200), [BOX], [[300, 0, 0]], [[150, 0, 0]])

    assert loads.q_kvar[2] == pytest.approx([-(150 - 300 * TAN_095) / 3] * 3, rel=1e-6)


def test_no_groups_are_no_load():
    loads = place(with_compensation(200), [], [], [])

    assert not loads.p_kw.any()
    assert not loads.q_kvar.any()
