"""Searches on networks small enough to see the answer; expected numbers are added by hand."""

import numpy as np
import pytest

from gridcalc.routing.search.different import different_paths, shared_percent
from gridcalc.routing.search.network import Path, Resource, RouteNetwork, path_of
from gridcalc.routing.search.pairs import apart, disjoint_pair, supported_pairs
from gridcalc.routing.search.pareto import least_cost, non_dominated, pareto_paths, shortest
from gridcalc.routing.search.shortest import cheapest_paths, to_target

ANY_TWO = np.ones((2, 2), dtype=bool) ^ np.eye(2, dtype=bool)
ITSELF = np.ones((1, 1), dtype=bool)


def streets(edges, *, start, target, start_cost=None, directed=False) -> RouteNetwork:
    """Return edges ``(a, b, yuan, metres)`` as arcs; arc ``i`` is edge ``i`` from a to b."""
    a, b, cost, length = (np.array(column) for column in zip(*edges, strict=True))
    twice = 1 if directed else 2
    return RouteNetwork(
        n_nodes=int(max(a.max(), b.max(), target, *start)) + 1,
        tail=a if directed else np.concatenate([a, b]),
        head=b if directed else np.concatenate([b, a]),
        cost_yuan=np.tile(cost.astype(float), twice),
        length_m=np.tile(length.astype(float), twice),
        edge=np.tile(np.arange(len(edges)), twice),
        crossing=np.full(twice * len(edges), -1),
        start=np.array(start),
        start_cost_yuan=np.array(start_cost or [0.0] * len(start)),
        target=target,
    )


# 0 - 1 - 3 costs 2 and is 8 m long, 0 - 2 - 3 costs 5 and is 4 m long, 0 - 3 costs 6 and is 5 m.
DIAMOND = [(0, 1, 1, 4), (1, 3, 1, 4), (0, 2, 2, 2), (2, 3, 3, 2), (0, 3, 6, 5)]


def points(paths) -> list[tuple[float, float]]:
    return [(path.cost_yuan, path.length_m) for path in paths]


def test_cheap_and_short_are_kept_and_worse_in_both_is_not():
    network = streets(DIAMOND, start=[0], target=3)

    assert points(pareto_paths(network)) == [(2.0, 8.0), (5.0, 4.0)]


def test_the_cheapest_and_the_shortest_are_the_ends_of_the_set():
    network = streets(DIAMOND, start=[0], target=3)

    best, least = least_cost(network), shortest(network)

    assert best == pareto_paths(network)[0]
    assert least == pareto_paths(network)[-1]


def test_the_source_is_chosen_together_with_the_route():
    """From 2 it costs 2.5 to start and 3 to the target: dearer than all from 0, but 2 m long."""
    network = streets(DIAMOND, start=[0, 2], start_cost=[0.0, 2.5], target=3)

    found = pareto_paths(network)

    assert points(found) == [(2.0, 8.0), (5.0, 4.0), (5.5, 2.0)]
    assert [path.source for path in found] == [0, 0, 1]


def test_only_chosen_sources_are_used():
    network = streets(DIAMOND, start=[0, 2], start_cost=[0.0, 2.5], target=3)

    assert points(pareto_paths(network, sources=[1])) == [(4.5 + 1.0, 2.0)]
    assert pareto_paths(network, sources=[]) == ()


def test_masked_arcs_are_not_used():
    network = streets(DIAMOND, start=[0], target=3)
    mask = network.edge != 1

    assert points(pareto_paths(network, mask=mask)) == [(5.0, 4.0)]


def test_of_parallel_arcs_each_counts_for_itself():
    """A cheap long one and a dear short one side by side are two routes, not their sum."""
    network = streets([(0, 1, 1, 9), (0, 1, 4, 3), (0, 1, 5, 4)], start=[0], target=1)

    assert points(pareto_paths(network)) == [(1.0, 9.0), (4.0, 3.0)]
    assert to_target(network).cost_yuan.tolist() == [1.0, 0.0]
    assert to_target(network).length_m.tolist() == [3.0, 0.0]


def test_nothing_leads_to_a_target_out_of_reach():
    network = streets([(0, 1, 1, 1)], start=[0], target=2)

    assert pareto_paths(network) == ()
    assert least_cost(network) is None
    assert shortest(network) is None
    assert cheapest_paths(network) == (None,)
    assert disjoint_pair(network, ITSELF) is None
    assert supported_pairs(network, ITSELF) == ()
    assert np.isinf(to_target(network).cost_yuan[0])


def test_a_source_at_the_target_needs_no_arc():
    network = streets(DIAMOND, start=[3], start_cost=[7.0], target=3)

    assert pareto_paths(network) == (Path(source=0, arcs=(), cost_yuan=7.0, length_m=0.0),)


def test_without_arcs_only_a_source_at_the_target_is_connected():
    network = streets(DIAMOND, start=[0, 3], target=3)
    mask = np.zeros(len(network.tail), dtype=bool)

    assert [path.source for path in pareto_paths(network, mask=mask)] == [1]


def test_arcs_without_a_finite_cost_are_not_used():
    network = streets([(0, 1, np.inf, 1), (0, 1, 2, 3)], start=[0], target=1)

    assert points(pareto_paths(network)) == [(2.0, 3.0)]


@pytest.mark.parametrize(
    ("length_m", "inclusive", "is_found"),
    [
        (500.0, True, True),
        (500.0, False, False),
        (500.1, True, False),
        (499.9, False, True),
    ],
)
def test_a_limit_of_length_says_whether_it_is_allowed_itself(length_m, inclusive, is_found):
    network = streets([(0, 1, 1, length_m)], start=[0], target=1)
    limit = Resource(
        name="reg_length_m", per_arc=network.length_m, limit=500.0, inclusive=inclusive
    )

    assert (least_cost(network, resources=[limit]) is not None) == is_found


@pytest.mark.parametrize("inclusive", [True, False])
def test_a_route_cut_into_many_edges_still_stands_at_its_limit(inclusive):
    """Ten times 0.1 is 0.9999999999999999 when summed; the route is 1 m long all the same."""
    network = streets([(i, i + 1, 1, 0.1) for i in range(10)], start=[0], target=10)
    limit = Resource(name="x", per_arc=network.length_m * 1.0, limit=1.0, inclusive=inclusive)
    other = Resource(name="y", per_arc=network.length_m[::-1] * 3, limit=3.0, inclusive=inclusive)

    for resources in ([limit], [other]):
        assert (least_cost(network, resources=resources) is not None) == inclusive


@pytest.mark.parametrize("n_edges", [3, 6, 7])
@pytest.mark.parametrize("inclusive", [True, False])
def test_a_route_of_uneven_edges_stands_at_its_limit_too(n_edges, inclusive):
    """Thirds, sixths and sevenths of a metre are no whole number of any step."""
    edges = [(i, i + 1, 1, 1 / n_edges) for i in range(n_edges)]
    network = streets(edges, start=[0], target=n_edges)
    limit = Resource(name="x", per_arc=network.length_m, limit=1.0, inclusive=inclusive)

    assert (least_cost(network, resources=[limit]) is not None) == inclusive


def test_the_largest_length_is_allowed_itself():
    network = streets(DIAMOND, start=[0], target=3)

    assert points(pareto_paths(network, max_length_m=8.0)) == [(2.0, 8.0), (5.0, 4.0)]
    assert points(pareto_paths(network, max_length_m=7.9)) == [(5.0, 4.0)]
    assert pareto_paths(network, max_length_m=3.9) == ()


def test_a_resource_brings_up_a_route_that_is_worse_in_cost_and_length():
    """Both good routes use 2 of the resource, the direct edge none."""
    network = streets(DIAMOND, start=[0], target=3)
    use = Resource(name="green_m2", per_arc=(network.edge != 4) * 1.0, limit=1.0)

    assert points(pareto_paths(network, resources=[use])) == [(6.0, 5.0)]
    assert points([least_cost(network, resources=[use])]) == [(6.0, 5.0)]
    assert points([shortest(network, resources=[use])]) == [(6.0, 5.0)]


def test_a_resource_without_a_limit_changes_nothing():
    network = streets(DIAMOND, start=[0], target=3)
    use = Resource(name="green_m2", per_arc=np.ones(10), limit=np.inf, inclusive=False)

    assert pareto_paths(network, resources=[use]) == pareto_paths(network)


def test_equal_routes_are_one_and_the_first_source_has_it():
    network = streets([(0, 2, 1, 1), (1, 2, 1, 1)], start=[1, 0], start_cost=[1.0, 1.0], target=2)

    assert [path.source for path in pareto_paths(network)] == [0]


def test_differences_of_the_last_digits_are_none():
    """0.1 + 0.2 is more than 0.3 in floating point; it is the same route length."""
    network = streets([(0, 1, 1, 0.1), (1, 2, 1, 0.2), (0, 2, 3, 0.3)], start=[0], target=2)

    assert len(pareto_paths(network)) == 1


def test_a_set_is_cleaned_of_what_is_dominated_or_equal():
    rows = [(2.0, 5.0), (1.0, 9.0), (2.0, 5.0), (3.0, 6.0), (1.0 + 1e-9, 8.0)]
    paths = [
        Path(source=i, arcs=(), cost_yuan=cost, length_m=length)
        for i, (cost, length) in enumerate(rows)
    ]

    assert [path.source for path in non_dominated(paths)] == [4, 0]


def test_shared_length_counts_an_edge_in_either_direction():
    """3 of 4 m on the other's edge."""
    network = streets([(0, 1, 1, 3), (1, 2, 1, 1)], start=[0, 1], target=2)
    to_and_on = path_of(network, 0, [0, 1])
    back = path_of(network, 1, [2])

    assert shared_percent(network, to_and_on, back) == pytest.approx(75.0)
    assert shared_percent(network, back, to_and_on) == pytest.approx(100.0)
    assert shared_percent(network, path_of(network, 1, []), back) == 100.0


def test_different_routes_come_from_the_candidates_first():
    network = streets(DIAMOND, start=[0], target=3)
    candidates = pareto_paths(network)

    assert different_paths(network, candidates, 2, max_shared_percent=0) == candidates


def test_different_routes_are_searched_when_candidates_do_not_suffice():
    network = streets(DIAMOND, start=[0], target=3)

    found = different_paths(network, pareto_paths(network), 3, max_shared_percent=0)

    assert points(found) == [(2.0, 8.0), (5.0, 4.0), (6.0, 5.0)]


def test_candidates_that_share_too_much_are_left_out():
    """Both routes share the 9 m to node 1, of 10 and 11 m."""
    network = streets([(0, 1, 1, 9), (1, 2, 1, 1), (1, 2, 2, 2)], start=[0], target=2)
    candidates = [path_of(network, 0, [0, 1]), path_of(network, 0, [0, 2])]

    assert different_paths(network, candidates, 2, max_shared_percent=82) == tuple(candidates)
    assert different_paths(network, candidates, 2, max_shared_percent=81) == (candidates[0],)


def test_no_route_has_no_alternatives():
    network = streets([(0, 1, 1, 1)], start=[0], target=2)

    assert different_paths(network, (), 2, max_shared_percent=50) == ()


def test_a_pair_gives_up_the_shortest_route_when_it_stands_in_the_way():
    """Suurballe's trap: 0-1-2-3 costs 3 and leaves nothing; the pair costs 1 + 4 twice."""
    edges = [(0, 1, 1, 1), (1, 2, 1, 1), (2, 3, 1, 1), (0, 2, 4, 1), (1, 3, 4, 1)]
    network = streets(edges, start=[0], target=3)

    pair = disjoint_pair(network, ITSELF)

    assert pair.cost_yuan == 10.0
    assert not set(pair.first.edges(network)) & set(pair.second.edges(network))


def test_the_same_trap_on_streets_with_one_direction():
    edges = [(0, 1, 1, 1), (1, 2, 1, 1), (2, 3, 1, 1), (0, 2, 4, 1), (1, 3, 4, 1)]
    network = streets(edges, start=[0], target=3, directed=True)

    assert disjoint_pair(network, ITSELF).cost_yuan == 10.0


def test_the_partner_is_the_one_that_makes_the_pair_cheapest():
    """1 is nearer, but has only the edge that 0 needs: 2 + 7 against 2 + 3 + 6 the long way."""
    edges = [(0, 3, 2, 1), (1, 0, 1, 1), (1, 3, 9, 1), (2, 3, 7, 1)]
    network = streets(edges, start=[0, 1, 2], target=3)

    pair = disjoint_pair(network, apart(["a", "b", "c"]))

    assert (pair.first.source, pair.second.source, pair.cost_yuan) == (0, 2, 9.0)


def test_only_sources_that_may_be_combined_are():
    network = streets(DIAMOND, start=[1, 2, 0], target=3)

    assert disjoint_pair(network, apart(["a", "a", "a"])) is None
    pair = disjoint_pair(network, apart(["a", "a", "b"]))
    assert (pair.first.source, pair.second.source) == (1, 2)
    assert pair.cost_yuan == 3.0 + 2.0


def test_sources_of_unknown_groups_are_not_combined():
    assert not apart([None, None]).any()
    assert apart(["a", "b"]).tolist() == ANY_TWO.tolist()


def test_an_edge_is_not_used_in_both_directions():
    """Arcs of one edge between four nodes, as around junctions.

    0-2-6 and 1-4-6 cost 2 each but share edge 0; the second best from 1 costs 5.
    """
    network = streets(
        [(0, 2, 1, 1), (2, 6, 1, 1), (1, 4, 1, 1), (4, 6, 1, 1), (1, 6, 5, 1), (0, 6, 9, 1)],
        start=[0, 1],
        target=6,
        directed=True,
    )
    edge = np.array([0, 1, 0, 3, 4, 5])
    one_street = RouteNetwork(
        **{name: getattr(network, name) for name in network.__slots__ if name != "edge"}, edge=edge
    )

    assert disjoint_pair(network, ANY_TWO).cost_yuan == 4.0
    assert disjoint_pair(one_street, ANY_TWO).cost_yuan == 7.0


def test_routes_that_meet_go_on_so_that_the_longer_one_is_short():
    """From 0 9 m and from 1 1 m to node 2, then 9 m or 1 m: 10 m each rather than 18 and 2."""
    network = streets(
        [(0, 2, 1, 9), (1, 2, 1, 1), (2, 3, 1, 9), (2, 3, 1, 1)], start=[0, 1], target=3
    )

    assert disjoint_pair(network, ANY_TWO).longest_m == 10.0


def test_pairs_trade_cost_for_the_length_of_the_longer_route():
    """The cheap pair is 2 + 2 yuan and 10 m, 1 m at most for 5 yuan more for each."""
    edges = [(0, 2, 2, 10), (0, 2, 7, 1), (1, 2, 2, 10), (1, 2, 7, 1)]
    network = streets(edges, start=[0, 1], target=2)

    found = supported_pairs(network, ANY_TWO)

    assert [(pair.cost_yuan, pair.longest_m) for pair in found] == [(4.0, 10.0), (14.0, 1.0)]


def test_pairs_keep_to_the_mask():
    edges = [(0, 2, 2, 10), (0, 2, 7, 1), (1, 2, 2, 10), (1, 2, 7, 1)]
    network = streets(edges, start=[0, 1], target=2)

    pair = disjoint_pair(network, ANY_TWO, mask=network.edge != 0)

    assert pair.cost_yuan == 7.0 + 2.0
