"""Smaller problems with the same cheapest plan, and the way back to the graph."""

import numpy as np

from gridcalc.routing.trench.records import CableDemand, TrenchGraph
from gridcalc.routing.trench.reduction import reduced


def graph_of(n_nodes, edges):
    """A graph from (from, to, length, trench)."""
    table = np.array(edges, dtype=float).reshape(-1, 4)
    return TrenchGraph(
        x_m=np.zeros(n_nodes),
        y_m=np.zeros(n_nodes),
        from_node=table[:, 0].astype(np.int64),
        to_node=table[:, 1].astype(np.int64),
        length_m=table[:, 2],
        trench_yuan=table[:, 3],
    )


def cable(origin, destination, *, name="C", yuan_per_m=1.0, max_length_m=np.inf):
    return CableDemand(
        id=name,
        origin=origin,
        destination=destination,
        yuan_per_m=yuan_per_m,
        max_length_m=max_length_m,
    )


def test_a_chain_becomes_one_edge_and_is_read_in_order_both_ways():
    # 0 - 1 - 2 - 3 with the middle edge given against the direction.
    graph = graph_of(4, [(0, 1, 1, 10), (2, 1, 2, 20), (2, 3, 4, 40)])

    small = reduced(graph, [cable(0, 3)])

    assert small.instance.n_edges == 1
    assert (small.instance.length_m[0], small.instance.trench_yuan[0]) == (7.0, 70.0)
    assert small.edges_along((0,)) == (0, 1, 2)
    assert small.edges_along((1,)) == (2, 1, 0)


def test_dead_ends_and_loops_and_parts_without_cables_are_dropped():
    # A dead end of two edges at node 1, a loop at 0, and an island 5 - 6.
    graph = graph_of(
        7, [(0, 1, 1, 1), (1, 2, 1, 1), (1, 3, 1, 1), (3, 4, 1, 1), (0, 0, 1, 1), (5, 6, 1, 1)]
    )

    small = reduced(graph, [cable(0, 2)])

    assert small.chains == ((0, 1),)


def test_of_parallel_edges_the_better_one_is_left():
    graph = graph_of(2, [(0, 1, 5, 50), (1, 0, 4, 50), (0, 1, 4, 60)])

    small = reduced(graph, [cable(0, 1)])

    assert small.chains == ((1,),)


def test_parallel_edges_of_which_none_is_better_are_all_kept():
    # One is shorter, the other cheaper to dig.
    graph = graph_of(2, [(0, 1, 5, 50), (0, 1, 4, 60)])

    small = reduced(graph, [cable(0, 1)])

    assert small.instance.arcs.n_nodes == 3
    assert sorted(edge for chain in small.chains for edge in chain) == [0, 1]
    assert small.instance.length_m.sum() == 9.0
    assert small.instance.trench_yuan.sum() == 110.0


def test_cables_with_the_same_ends_are_one_bundle():
    graph = graph_of(3, [(0, 1, 5, 50), (1, 2, 5, 50)])
    cables = [
        cable(0, 2, yuan_per_m=3.0, max_length_m=40.0),
        cable(0, 2, yuan_per_m=4.0, max_length_m=30.0),
        cable(2, 0, yuan_per_m=5.0),
        cable(1, 1),
    ]

    small = reduced(graph, cables)

    assert small.bundle_of == (0, 0, 1, -1)
    assert small.instance.yuan_per_m.tolist() == [7.0, 5.0]
    assert small.instance.max_length_m.tolist() == [30.0, np.inf]
    assert small.instance.shortest_m.tolist() == [10.0, 10.0]


def test_arcs_with_which_a_bundle_would_be_too_long_are_not_usable():
    # Square 0 - 1 - 3 (20 m) and 0 - 2 - 3 (30 m); 25 m allowed leaves the first way only.
    graph = graph_of(4, [(0, 1, 10, 1), (1, 3, 10, 1), (0, 2, 15, 1), (2, 3, 15, 1)])
    cables = [cable(0, 3, max_length_m=25.0), cable(0, 1), cable(0, 2)]

    instance = reduced(graph, cables).instance

    arcs, bundle = instance.arcs, instance.destination.tolist().index(3)
    usable = np.flatnonzero(instance.usable()[bundle])
    assert sorted((int(arcs.tail[a]), int(arcs.head[a])) for a in usable) == [(0, 1), (1, 3)]


def test_no_cables_leave_nothing():
    small = reduced(graph_of(2, [(0, 1, 1, 1)]), [])

    assert small.instance.n_bundles == 0
    assert small.instance.n_edges == 0
