"""Magnitudes, line voltages and unbalance of complex phase voltages, by definition."""

import numpy as np
import pytest

from gridcalc.powerflow.solution import TO_PHASE, TO_SEQUENCE, Solution

BALANCED = np.exp(1j * np.deg2rad([0.0, -120.0, 120.0]))
REVERSED = np.exp(1j * np.deg2rad([0.0, 120.0, -120.0]))


def solution(*rows: np.ndarray) -> Solution:
    return Solution(engine="by hand", v_pu=np.array(rows, dtype=np.complex128))


def test_a_balanced_system_has_equal_line_and_phase_values_and_no_unbalance():
    found = solution(1.03 * BALANCED)

    assert found.vm_pu[0] == pytest.approx([1.03] * 3)
    assert found.vm_line_pu[0] == pytest.approx([1.03] * 3)
    assert found.unbalance_percent[0] == pytest.approx(0.0, abs=1e-12)


def test_unbalance_is_the_reversed_over_the_forward_system():
    found = solution(0.98 * BALANCED + 0.0196 * REVERSED)

    assert found.unbalance_percent[0] == pytest.approx(2.0)


def test_a_shift_of_the_neutral_is_no_unbalance_and_no_line_voltage():
    found = solution(BALANCED + 0.05)

    assert found.unbalance_percent[0] == pytest.approx(0.0, abs=1e-12)
    assert found.vm_line_pu[0] == pytest.approx([1.0] * 3)
    assert found.vm_pu[0, 0] == pytest.approx(1.05)


def test_line_voltages_are_ab_bc_ca():
    # Phase a lost: ab and ca are one phase voltage, 1/sqrt(3) of the line-to-line; bc is whole.
    found = solution(BALANCED * [0, 1, 1])

    assert found.vm_line_pu[0] == pytest.approx([3**-0.5, 1.0, 3**-0.5])


def test_the_transformations_undo_each_other():
    assert pytest.approx(np.eye(3)) == TO_PHASE @ TO_SEQUENCE


def test_the_rows_of_the_transformation_are_zero_positive_negative():
    assert TO_SEQUENCE @ np.ones(3) == pytest.approx([1, 0, 0])
    assert pytest.approx([0, 1, 0]) == TO_SEQUENCE @ BALANCED
    assert pytest.approx([0, 0, 1]) == TO_SEQUENCE @ REVERSED
