"""Trench plans against every subset of edges that could be dug, on small graphs.

The reference digs each of the 2^m subsets of edges, finds shortest lengths in all of them at once
by relaxing the edges n - 1 times (Bellman-Ford on arrays), leaves out the subsets in which a cable
is too long, and takes the cheapest. It shares nothing with the methods.
"""

import numpy as np
import pytest

from gridcalc.errors import NoSolutionError
from gridcalc.routing.trench.ascent import dual_ascent
from gridcalc.routing.trench.exact import cheapest_layout
from gridcalc.routing.trench.layout import layout_of
from gridcalc.routing.trench.records import CableDemand, TrenchGraph
from gridcalc.routing.trench.reduction import reduced
from gridcalc.routing.trench.relaying import shortest_ways
from gridcalc.routing.trench.solve import plan_trenches

N_NODES, N_EDGES = 7, 12
RTOL = 1e-6  # the integer program is solved within the tolerances of its solver


def small_graph(rng, *, whole=False):
    """A random connected graph, parallel edges included; whole numbers make many ties."""
    tree = [(int(rng.integers(v)), v) for v in range(1, N_NODES)]
    more = [tuple(rng.choice(N_NODES, 2, replace=False)) for _ in range(N_EDGES - len(tree))]
    ends = np.array([*tree, *more], dtype=np.int64)
    length_m = rng.uniform(5.0, 50.0, N_EDGES)
    trench_yuan = rng.uniform(0.0, 100.0, N_EDGES) * length_m
    if whole:
        length_m, trench_yuan = np.ceil(length_m / 15), np.ceil(trench_yuan / 1000)
    return TrenchGraph(
        x_m=np.zeros(N_NODES),
        y_m=np.zeros(N_NODES),
        from_node=ends[:, 0],
        to_node=ends[:, 1],
        length_m=length_m,
        trench_yuan=trench_yuan,
    )


def lengths_of_all_subsets(graph, origin):
    """Shortest lengths from a node in every subset of edges, shape (2^m, n)."""
    subsets = np.arange(2**graph.n_edges)[:, None] >> np.arange(graph.n_edges) & 1
    reach_m = np.full((len(subsets), graph.n_nodes), np.inf)
    reach_m[:, origin] = 0.0
    for _ in range(graph.n_nodes - 1):
        for e in range(graph.n_edges):
            step_m = np.where(subsets[:, e] == 1, graph.length_m[e], np.inf)
            u, v = graph.from_node[e], graph.to_node[e]
            reach_m[:, v] = np.minimum(reach_m[:, v], reach_m[:, u] + step_m)
            reach_m[:, u] = np.minimum(reach_m[:, u], reach_m[:, v] + step_m)
    return subsets, reach_m


def least_yuan(graph, cables):
    """Cost of the cheapest subset of edges, inf where none will do."""
    total = 0.0
    for cable in cables:
        subsets, reach_m = lengths_of_all_subsets(graph, cable.origin)
        length_m = reach_m[:, cable.destination]
        short_enough = np.isfinite(length_m) & (length_m <= cable.max_length_m + 1e-9)
        finite_m = np.where(short_enough, length_m, 0.0)
        total = total + np.where(short_enough, cable.yuan_per_m * finite_m, np.inf)
    return float((total + subsets @ graph.trench_yuan).min())


def cables_of(graph, rng, *, n_origins, n_cables, slack):
    """Cables from some origins; ``slack`` of a cable's shortest length is what it may be longer."""
    nodes = rng.permutation(graph.n_nodes)
    found = []
    for i in range(n_cables):
        origin = int(nodes[i % n_origins])
        destination = int(rng.choice(nodes[n_origins:]))
        _, reach_m = lengths_of_all_subsets(graph, origin)
        shortest_m = reach_m[-1, destination]
        found.append(
            CableDemand(
                id=f"C{i}",
                origin=origin,
                destination=destination,
                yuan_per_m=float(rng.choice([0.0, 15.0, 60.0])),
                max_length_m=float(shortest_m * slack),
            )
        )
    return found


CASES = [
    (seed, n_origins, slack)
    for n_origins in (1, 2, 3)
    for slack in (np.inf, 1.15, 1.0)
    for seed in range(8)
]


@pytest.fixture(scope="module", params=CASES, ids=lambda c: f"{c[0]}-{c[1]}origins-{c[2]}")
def case(request):
    seed, n_origins, slack = request.param
    rng = np.random.default_rng([seed, n_origins])
    graph = small_graph(rng, whole=seed % 2 == 1)
    cables = cables_of(graph, rng, n_origins=n_origins, n_cables=4, slack=slack)
    return graph, cables, least_yuan(graph, cables)


def test_the_exact_plan_costs_what_the_cheapest_subset_of_edges_costs(case):
    graph, cables, least = case

    plan = plan_trenches(graph, cables, gap_percent=0.0)

    assert plan.cost_yuan == pytest.approx(least, rel=RTOL, abs=1e-6)
    assert plan.method == "exact"
    assert plan.gap_percent == pytest.approx(0.0, abs=1e-3)


def test_the_integer_program_needs_no_good_plan_to_start_from(case):
    # Shortest ways and no more than the bound that belongs to them leave all the work to it.
    graph, cables, least = case
    instance = reduced(graph, cables).instance
    poor = layout_of(instance, shortest_ways(instance))

    found = cheapest_layout(
        instance, poor, dual_ascent(instance), time_limit_s=20.0, gap_percent=0.0
    )

    assert found.layout.cost_yuan == pytest.approx(least, rel=RTOL, abs=1e-6)
    assert found.bound_yuan <= least * (1 + RTOL) + 1e-6


def test_bound_optimum_and_heuristic_come_in_this_order(case):
    graph, cables, least = case

    plan = plan_trenches(graph, cables, max_exact_nodes=0)

    assert plan.lower_bound_yuan <= least * (1 + RTOL) + 1e-6
    assert plan.cost_yuan >= least * (1 - RTOL) - 1e-6


def test_every_number_of_a_plan_follows_from_its_paths(case):
    graph, cables, _ = case

    plan = plan_trenches(graph, cables)

    assert set(plan.edges) == {edge for path in plan.paths for edge in path}
    assert plan.trench_yuan == pytest.approx(sum(graph.trench_yuan[e] for e in plan.edges))
    lengths_m = [sum(graph.length_m[e] for e in path) for path in plan.paths]
    assert plan.length_m == pytest.approx(lengths_m)
    prices = [cable.yuan_per_m for cable in cables]
    assert plan.cable_yuan == pytest.approx(np.dot(prices, lengths_m))
    for cable, path, length_m in zip(cables, plan.paths, lengths_m, strict=True):
        assert length_m <= cable.max_length_m * (1 + 1e-6)
        node = cable.origin
        for e in path:
            assert node in (graph.from_node[e], graph.to_node[e])
            node = int(graph.from_node[e] + graph.to_node[e] - node)
        assert node == cable.destination


def test_a_limit_below_the_shortest_length_is_no_solution_for_both():
    rng = np.random.default_rng(5)
    graph = small_graph(rng)
    cables = cables_of(graph, rng, n_origins=1, n_cables=2, slack=0.9)

    with pytest.raises(NoSolutionError, match="C0"):
        plan_trenches(graph, cables)
    assert least_yuan(graph, cables) == np.inf
