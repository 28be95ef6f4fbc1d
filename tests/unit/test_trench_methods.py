"""Parts of the methods one by one: bound, laying, branches, integer programs."""

import os

import numpy as np
import pytest
from scipy.sparse import csr_array

from gridcalc.routing.trench.ascent import ascent_from, dual_ascent
from gridcalc.routing.trench.branches import branches_of, move_branches
from gridcalc.routing.trench.integer import Program, minimum, partition, relaxed
from gridcalc.routing.trench.layout import dug_by, layout_of, settled
from gridcalc.routing.trench.records import CableDemand, TrenchGraph, gap_percent
from gridcalc.routing.trench.reduction import reduced
from gridcalc.routing.trench.relaying import Laying, shortest_ways
from gridcalc.silence import silent_solver


def instance_of(n_nodes, edges, ends, *, yuan_per_m=1.0, max_length_m=np.inf):
    """A reduced problem from (from, to, length, trench) and (origin, destination)."""
    table = np.array(edges, dtype=float)
    graph = TrenchGraph(
        x_m=np.zeros(n_nodes),
        y_m=np.zeros(n_nodes),
        from_node=table[:, 0].astype(np.int64),
        to_node=table[:, 1].astype(np.int64),
        length_m=table[:, 2],
        trench_yuan=table[:, 3],
    )
    cables = [
        CableDemand(
            id=f"C{i}",
            origin=origin,
            destination=end,
            yuan_per_m=yuan_per_m,
            max_length_m=max_length_m,
        )
        for i, (origin, end) in enumerate(ends)
    ]
    return reduced(graph, cables).instance


FORK = [(0, 1, 100, 30_000), (0, 2, 100, 30_000), (1, 2, 10, 3000)]
"""1 and 2 lie 100 m from 0 on streets of their own, and 10 m from each other."""


def test_the_bound_of_a_single_cable_is_its_cheapest_way():
    # By 1: 30 000 + 3000 + 110 yuan; straight: 30 000 + 100 yuan.
    instance = instance_of(3, FORK, [(0, 2)])

    assert dual_ascent(instance).bound_yuan == pytest.approx(30_100)


def test_the_bound_of_two_cables_that_share_a_trench_is_met():
    # The optimum by hand: one street, the link, and 100 + 110 m of cable.
    instance = instance_of(3, FORK, [(0, 1), (0, 2)])

    assert dual_ascent(instance).bound_yuan == pytest.approx(33_210, rel=1e-3)


def test_a_length_that_binds_raises_the_bound():
    # A short dear way (10 m, 5000 yuan) and a long cheap one (30 m, 100 yuan); up to 20 m only
    # the first is left, and no way that is too long may lower the bound.
    edges = [(0, 1, 10, 5000), (0, 2, 15, 50), (2, 1, 15, 50)]
    free = instance_of(3, edges, [(0, 1)])
    limited = instance_of(3, edges, [(0, 1)], max_length_m=20.0)

    assert dual_ascent(free).bound_yuan == pytest.approx(130.0)
    assert dual_ascent(limited).bound_yuan == pytest.approx(5010.0)


def test_no_plan_through_an_arc_costs_less_than_said():
    # Through the link the single cable costs 33 110 yuan, by hand.
    instance = instance_of(3, FORK, [(0, 1), (0, 2)])

    through_yuan = dual_ascent(instance).through_yuan

    arcs = instance.arcs
    both_streets = 60_200  # the cheapest plan in which cable 1 (to 1) goes straight and 2 too
    straight = [arcs.arc_of[0, 1], arcs.arc_of[0, 2]]
    assert min(through_yuan[k, a] for k, a in enumerate(straight)) <= 33_210
    assert (through_yuan[[0, 1], straight] <= both_streets).all()
    assert np.isinf(through_yuan[:, arcs.arc_of[1, 0]]).all()


def test_shares_that_pay_a_trench_twice_are_lowered():
    # Both bundles claim the whole of every trench; a bound from that must not pass the optimum.
    instance = instance_of(3, FORK, [(0, 1), (0, 2)])
    share_yuan = np.tile(instance.arcs.both(instance.trench_yuan), (2, 1))

    assert ascent_from(instance, share_yuan, np.ones(2)).bound_yuan <= 33_210


def test_a_cable_laid_beside_another_uses_its_trench():
    instance = instance_of(3, FORK, [(0, 1), (0, 2)])
    laying = Laying(instance, shortest_ways(instance), instance.trench_yuan)

    laying.lay(0)
    laying.lay(1)

    assert laying.layout().cost_yuan == pytest.approx(33_210)


def test_cables_taken_out_together_are_laid_one_beside_the_other():
    instance = instance_of(3, FORK, [(0, 1), (0, 2)])
    laying = Laying(instance, shortest_ways(instance), instance.trench_yuan)
    for k in range(2):
        laying.put(k)
    apart_yuan = laying.layout().cost_yuan

    laying.lay_anew([0, 1])

    assert apart_yuan == pytest.approx(60_200)
    assert laying.layout().cost_yuan == pytest.approx(33_210)


def test_a_copy_of_a_laying_is_on_its_own():
    instance = instance_of(3, FORK, [(0, 1), (0, 2)])
    laying = Laying(instance, shortest_ways(instance), instance.trench_yuan)
    laying.put(0)

    other = laying.copy()
    other.take_out(0)

    assert laying.lies.tolist() == [True, False]
    assert laying.in_edge.sum() == 1
    assert other.in_edge.sum() == 0


def test_a_branch_moves_as_a_whole():
    # 1 - 2 hang on the dear street 0 - 1; 2 is also near 0 by a cheap one. Bound to 1 first, both
    # cables go over the dear street; joined on at 2 they cost 100 + 10 + 10 and 20 + 10 m.
    edges = [(0, 1, 10, 1000), (1, 2, 10, 10), (0, 2, 20, 100)]
    instance = instance_of(3, edges, [(0, 1), (0, 2)])
    arcs = instance.arcs.arc_of
    start = layout_of(instance, [(arcs[0, 1],), (arcs[0, 1], arcs[1, 2])])

    moved = move_branches(instance, start)

    assert start.cost_yuan == pytest.approx(1010 + 10 + 20)
    assert moved.cost_yuan == pytest.approx(110 + 20 + 30)


def test_branches_are_cut_at_forks_and_destinations():
    # 0 - 1 - 2 with destinations 1 and 2, and 3 on a street of its own.
    edges = [(0, 1, 10, 1), (1, 2, 10, 1), (0, 3, 10, 1)]
    instance = instance_of(4, edges, [(0, 1), (0, 2), (0, 3)])
    layout = layout_of(instance, shortest_ways(instance))

    found = {branch.node: branch.bundles for branch in branches_of(instance, layout)}

    assert found == {1: (0, 1), 2: (1,), 3: (2,)}


def test_trenches_left_empty_are_not_dug():
    instance = instance_of(3, FORK, [(0, 1), (0, 2)])

    layout = settled(instance, np.ones(3, dtype=bool))

    assert layout is not None
    assert dug_by(instance, layout.ways).sum() == 2


def test_trenches_that_lead_nowhere_are_no_layout():
    instance = instance_of(3, FORK, [(0, 1), (0, 2)])

    assert settled(instance, np.zeros(3, dtype=bool)) is None


def program(low, high):
    return Program(
        cost=np.array([3.0, 2.0]),
        a=csr_array(np.array([[1.0, 1.0]])),
        low=np.array([low]),
        high=np.array([high]),
        whole=np.ones(2, dtype=bool),
    )


def test_an_integer_program_is_solved_with_its_bound():
    found = minimum(program(1.0, 2.0), time_limit_s=5.0, gap_percent=0.0)

    assert found.x is not None
    assert (found.x.tolist(), found.bound) == ([0.0, 1.0], 2.0)


def test_an_integer_program_without_a_solution_has_no_bound():
    found = minimum(program(3.0, 3.0), time_limit_s=5.0, gap_percent=0.0)

    assert (found.x, found.bound) == (None, np.inf)


def test_the_price_of_a_row_is_what_its_limit_saves():
    # x0 + x1 = 1.5 costs 2 + 0.5 x 3; one unit less costs 3 less.
    found = relaxed(program(1.5, 1.5), time_limit_s=5.0)

    assert found is not None
    assert found.x.tolist() == [0.5, 1.0]
    assert found.price.tolist() == [-3.0]
    assert relaxed(program(3.0, 3.0), time_limit_s=5.0) is None


def test_a_partition_of_nothing_is_empty():
    assert partition([], np.zeros(0), 0, time_limit_s=1.0) == ([], 0.0)


def test_members_without_a_group_have_no_partition():
    assert partition([(0,)], np.ones(1), 2, time_limit_s=1.0) == ([], np.inf)


def test_what_the_solver_prints_itself_stays_off_stdout(capfd):
    with silent_solver():
        os.write(1, b"from within the solver")
    os.write(1, b"result")

    assert capfd.readouterr().out == "result"


def test_a_gap_is_a_share_of_the_cost_and_never_negative():
    assert gap_percent(100.0, 98.0) == pytest.approx(2.0)
    assert gap_percent(100.0, 100.5) == 0.0
