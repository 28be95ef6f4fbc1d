"""Mixed integer programs taken apart, and a solver that keeps quiet."""

import os

import numpy as np
from scipy.sparse import csr_array

from gridcalc.upgrade.search import integer
from gridcalc.upgrade.search.integer import Program, minimum


def _program(a, low, cost):
    n = len(cost)
    return Program(
        cost=np.array(cost, dtype=float),
        a=csr_array(np.array(a, dtype=float)),
        low=np.array(low, dtype=float),
        lower=np.zeros(n),
        upper=np.ones(n),
        whole=np.ones(n, dtype=bool),
    )


def test_parts_without_a_common_variable_are_solved_on_their_own():
    # By hand: of x0, x1 the cheaper one (2), of x2, x3 both (1 + 4).
    program = _program([[1, 1, 0, 0], [0, 0, 1, 1]], [1, 2], [3, 2, 1, 4])

    found = minimum(program, gap=0.0, max_nodes=10)

    assert found is not None
    assert found.x.tolist() == [0, 1, 1, 1]
    assert found.bound == 7


def test_a_part_without_a_solution_leaves_none():
    program = _program([[1, 1, 0], [0, 0, 1]], [1, 2], [3, 2, 1])

    assert minimum(program, gap=0.0, max_nodes=10) is None


def test_a_row_without_variables_that_asks_for_something_cannot_be_met():
    assert minimum(_program([[0, 0]], [1], [1, 1]), gap=0.0, max_nodes=10) is None


def test_what_the_solver_prints_itself_stays_off_stdout(capfd):
    with integer.silent_solver():
        os.write(1, b"from within the solver")
    os.write(1, b"result")

    assert capfd.readouterr().out == "result"
