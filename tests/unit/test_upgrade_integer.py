"""Mixed integer programs taken apart, and a solver that keeps quiet."""

import os
from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array

from gridcalc.upgrade.search import integer
from gridcalc.upgrade.search.integer import Program, minimum, minimum_apart


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


def _cheapest_of_all(program):
    """Return the least cost of all choices that obey the rows, tried one by one."""
    choices = np.array(list(product((0.0, 1.0), repeat=len(program.cost))))
    kept = (choices @ program.a.toarray().T >= program.low - 1e-9).all(axis=1)
    return (choices[kept] @ program.cost).min() if kept.any() else None


def test_rare_variables_are_taken_where_they_pay():
    # By hand: x2 for 3 meets both rows, which x0 and x1 for 2 each meet one by one.
    program = _program([[1, 0, 1], [0, 1, 1]], [1, 1], [2, 2, 3])

    found = minimum_apart(program, np.array([0, 0, 1]), gap=0.0, max_nodes=10)

    assert found is not None
    assert found.x.tolist() == [0, 0, 1]
    assert found.bound == 3


def test_rare_variables_that_help_too_little_are_ruled_out_without_solving_the_whole(monkeypatch):
    # By hand: x4 for 1 takes 1 of the 4 that each pair is asked for; without it
    # all four cost 40, with it no pair gets by with one.
    asked = _program([[2, 2, 0, 0, 1], [0, 0, 2, 2, 1]], [4, 4], [10, 10, 10, 10, 1])
    sizes = []

    def counted(program, **rest):
        sizes.append(len(program.cost))
        return minimum(program, **rest)

    monkeypatch.setattr(integer, "minimum", counted)
    found = integer.minimum_apart(asked, np.array([0, 0, 0, 0, 1]), gap=0.0, max_nodes=10)

    assert found is not None
    assert found.x.tolist() == [1, 1, 1, 1, 0]
    assert found.bound == 40
    assert sizes == [4, 4]


@pytest.mark.parametrize("seed", range(60))
def test_programs_with_rare_variables_cost_what_trying_everything_says(seed):
    draw = np.random.default_rng(seed)
    n, n_rows = 9, 5
    weights = draw.integers(-2, 5, (n_rows, n)) * (draw.random((n_rows, n)) < 0.6)
    both = np.zeros(n)
    both[6:8] = -1.0
    program = _program([*weights, both], [*draw.integers(0, 7, n_rows), -1], draw.integers(0, 9, n))

    found = minimum_apart(program, np.array([0, 0, 0, 0, 0, 0, 1, 1, 2]), gap=0.0, max_nodes=1000)

    best = _cheapest_of_all(program)
    assert (found is None) == (best is None)
    if found is not None:
        assert program.cost @ found.x == pytest.approx(best)
        assert found.bound == pytest.approx(best)


@pytest.mark.parametrize("asked", [1, 2])
def test_a_row_with_most_variables_counts_once_it_is_broken(asked, monkeypatch):
    # By hand: x1 and x3 for 1 each meet the narrow rows; where three are asked, x0 for 5 too.
    monkeypatch.setattr(integer, "_WIDE", 2)
    program = _program([[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]], [1, 1, asked + 1], [5, 1, 6, 1])

    found = integer.minimum_apart(program, np.zeros(4, dtype=int), gap=0.0, max_nodes=10)

    assert found is not None
    assert found.bound == {1: 2, 2: 7}[asked]
    assert program.cost @ found.x == found.bound
