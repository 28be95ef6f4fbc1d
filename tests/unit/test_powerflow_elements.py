"""Rows of results from solved levels: definitions of loading and where each row comes from."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.powerflow.elements import (
    LevelResult,
    branch_results,
    mv_result,
    node_results,
    transformer_results,
)
from gridcalc.powerflow.flows import Flows
from gridcalc.powerflow.solution import Solution
from tests.crosscheck.hand_network import BOARD, hand_network, loads_at

BALANCED = np.exp(1j * np.deg2rad([0.0, -120.0, 120.0]))


def level(name: str, *, scale: float = 1.0) -> LevelResult:
    """Results typed in by hand for the four nodes of the hand network."""
    network = hand_network()
    found = Flows(
        i_phase_a=scale * np.array([[10.0, 12.0, 11.0], [150.0, 200.0, 100.0]]),
        i_neutral_a=scale * np.array([0.0, 86.6]),
        s_lv_phase_kva=scale * np.array([[60 + 80j, 90 + 0j, 30 + 0j]]),
        s_hv_kva=scale * np.array([183 + 90j]),
        s_source_kva=scale * np.array([184 + 88j]),
        p_loss_kw=4.0 * scale,
    )
    v_pu = np.array([1.0, 0.99, 1.02, 0.95])[:, None] * BALANCED
    v_pu[3, 0] *= 0.9
    return LevelResult(
        level=name,
        loads=loads_at(network, BOARD, [0, 0, 0], [0, 0, 0]),
        solution=Solution(engine="by hand", v_pu=v_pu),
        flows=found,
    )


def test_loading_is_the_sum_of_the_phases_over_rated_power():
    # 180 + j80 kVA = 196.977 kVA; of 630 kVA 31.266 %.
    row = transformer_results(hand_network(), level("station"))[0]

    assert row.s_peak_kva == pytest.approx(196.977, rel=1e-5)
    assert row.p_peak_kw == pytest.approx(180)
    assert row.loading_percent == pytest.approx(31.266, rel=1e-4)


def test_loading_of_a_phase_is_over_a_third_of_rated_power():
    # 100, 90 and 30 kVA of 210 kVA.
    row = transformer_results(hand_network(), level("station"))[0]

    assert row.loading_phase_percent == pytest.approx((47.619, 42.857, 14.286), rel=1e-4)
    assert row.level == "station"


def test_a_cable_is_judged_by_its_largest_phase_at_its_own_level():
    # F1: 200 A of 400 A at feeder level; M1: 2 x 12 A of 283 A at station level.
    solved = {"station": level("station", scale=2.0), "feeder": level("feeder")}

    rows = branch_results(hand_network(), solved, {"M1": "station", "F1": "feeder"})

    assert [row.id for row in rows] == ["F1", "M1"]
    assert [row.level for row in rows] == ["feeder", "station"]
    assert [row.i_max_a for row in rows] == [200, 24]
    assert rows[0].loading_percent == pytest.approx(50)
    assert rows[1].loading_percent == pytest.approx(100 * 24 / 283)
    assert rows[0].i_neutral_a == 86.6
    assert (rows[0].from_id, rows[0].to_id, rows[0].vn_kv) == ("T1.LV", "BOX", 0.38)


def test_open_cables_and_unsolved_levels_give_no_rows():
    network = hand_network()
    opened = replace(network, cables=replace(network.cables, is_open=np.array([True, False])))
    levels = {"M1": "station", "F1": "box"}

    rows = branch_results(opened, {"station": level("station")}, levels)

    assert rows == ()


def test_a_node_has_its_lowest_phase_and_its_lowest_line_voltage():
    # BOX: phases 0.855, 0.95, 0.95; ab is |0.855 + 0.475 + j0.822724|/sqrt(3) = 0.902917.
    rows = {row.id: row for row in node_results(hand_network(), level("feeder"))}

    box = rows["BOX"]

    assert box.vm_min_pu == pytest.approx(0.855)
    assert box.vm_phase_pu == pytest.approx((0.855, 0.95, 0.95))
    assert box.vm_line_min_pu == pytest.approx(0.902917, rel=1e-5)
    # V1 = (0.855 + 2 x 0.95)/3 = 0.918333, V2 = (0.855 - 0.95)/3 = 0.031667 -> 3.4483 %.
    assert box.unbalance_percent == pytest.approx(3.4483, rel=1e-4)


def test_nodes_are_sorted_by_id():
    ids = [row.id for row in node_results(hand_network(), level("feeder"))]

    assert ids == sorted(ids)


def test_the_10_kv_side_adds_up_its_sources():
    # |184 + j88| = 203.961 kVA.
    row = mv_result(hand_network(), level("station"))

    assert row.s_peak_kva == pytest.approx(203.961, rel=1e-5)
    assert row.s_source_kva == pytest.approx({"SRC": 203.961}, rel=1e-5)
    assert (row.p_peak_kw, row.p_loss_kw) == (184, 4)
