"""Which turns cross a road, on junctions drawn by hand; streets are 10 m long unless said."""

import numpy as np
import pytest
from shapely.geometry import LineString

from gridcalc.routing.junctions import route_network
from gridcalc.routing.records import CorridorGraph
from gridcalc.routing.search.pareto import least_cost, pareto_paths
from gridcalc.routing.search.shortest import cheapest_paths

KINDS = ("primary_road", "secondary_road", "local_road")
PRIMARY, SECONDARY, LOCAL = range(3)
PRICES = {PRIMARY: 500.0, SECONDARY: 300.0}
CENTRE = (0.0, 0.0)
NORTH, SOUTH, EAST, WEST = (0.0, 10.0), (0.0, -10.0), (10.0, 0.0), (-10.0, 0.0)


class Town:
    """Streets given by their points and kind; nodes are their ends in order of appearance."""

    def __init__(self, *streets):
        ends = [point for points, _ in streets for point in (points[0], points[-1])]
        self.nodes = list(dict.fromkeys(ends))
        lines = np.empty(len(streets), dtype=object)
        lines[:] = [LineString(points) for points, _ in streets]
        n = len(streets)
        nothing = np.zeros(n, dtype=bool)
        self.graph = CorridorGraph(
            x_m=np.array([x for x, _ in self.nodes]),
            y_m=np.array([y for _, y in self.nodes]),
            from_node=np.array([self.nodes.index(points[0]) for points, _ in streets]),
            to_node=np.array([self.nodes.index(points[-1]) for points, _ in streets]),
            length_m=np.array([line.length for line in lines]),
            kind=np.array([kind for _, kind in streets]),
            kinds=KINDS,
            along=np.full(n, -1),
            obstacle=np.full(n, -1),
            obstacle_ids=(),
            obstacle_kind=(),
            blocked=nothing,
            important=nothing,
            green=nothing,
            road_year=np.full(n, np.nan),
            line=lines,
        )

    def network(self, start, target, *, prices=None, without=()):
        """Return the network in which a metre costs a yuan."""
        return route_network(
            self.graph,
            usable=~np.isin(np.arange(self.graph.n_edges), without),
            edge_cost_yuan=self.graph.length_m,
            crossing_cost_yuan=PRICES if prices is None else prices,
            start=np.array([self.nodes.index(start)]),
            start_cost_yuan=np.zeros(1),
            target=self.nodes.index(target),
        )

    def paid(self, start, target, **settings):
        """Return what the cheapest route pays for crossings, and their kinds."""
        network = self.network(start, target, **settings)
        path = least_cost(network)
        kinds = network.crossing[list(path.arcs)]
        return path.cost_yuan - path.length_m, [KINDS[kind] for kind in kinds if kind >= 0]


def arm(end, kind):
    return ((CENTRE, end), kind)


X = Town(arm(NORTH, PRIMARY), arm(SOUTH, PRIMARY), arm(EAST, LOCAL), arm(WEST, LOCAL))


def test_straight_on_over_a_road_crosses_it():
    assert X.paid(WEST, EAST) == (500.0, ["primary_road"])


@pytest.mark.parametrize(("start", "target"), [(WEST, NORTH), (WEST, SOUTH), (NORTH, EAST)])
def test_turning_into_a_road_or_out_of_it_crosses_nothing(start, target):
    assert X.paid(start, target) == (0.0, [])


def test_along_a_road_past_streets_without_a_price_crosses_nothing():
    assert X.paid(NORTH, SOUTH) == (0.0, [])


@pytest.mark.parametrize(("start", "target"), [(WEST, EAST), (WEST, NORTH), (NORTH, EAST)])
def test_a_road_that_ends_at_the_junction_is_not_crossed(start, target):
    """A T: there is nothing on the other side."""
    town = Town(arm(NORTH, PRIMARY), arm(EAST, LOCAL), arm(WEST, LOCAL))

    assert town.paid(start, target) == (0.0, [])


OFFSET = Town(
    ((SOUTH, CENTRE), PRIMARY),
    ((CENTRE, (0.0, 5.0)), PRIMARY),
    (((0.0, 5.0), NORTH), PRIMARY),
    ((WEST, CENTRE), LOCAL),
    (((0.0, 5.0), (10.0, 5.0)), LOCAL),
    (((0.0, 5.0), (-10.0, 5.0)), LOCAL),
)


def test_a_road_is_crossed_by_a_route_that_runs_along_it_for_a_while():
    """Streets that meet the road 5 m apart: on one side in, on the other side out."""
    assert OFFSET.paid(WEST, (10.0, 5.0)) == (500.0, ["primary_road"])


@pytest.mark.parametrize("place", [0, 2, 6])
@pytest.mark.parametrize("turned", [False, True])
def test_a_duct_that_lies_in_a_road_is_no_way_across(place, turned):
    """The offset streets, with a free line on the very place of the road between them."""
    ends = (CENTRE, (0.0, 5.0))
    road = (
        (SOUTH, CENTRE),
        ends,
        ((0.0, 5.0), NORTH),
    )
    streets = [(points, PRIMARY) for points in road]
    streets += [((WEST, CENTRE), LOCAL), (((0.0, 5.0), (10.0, 5.0)), LOCAL)]
    streets += [(((0.0, 5.0), (-10.0, 5.0)), LOCAL)]
    streets.insert(place, (ends[::-1] if turned else ends, LOCAL))

    town = Town(*streets)

    assert town.paid(WEST, (10.0, 5.0)) == (500.0, ["primary_road"])
    assert town.paid(WEST, (-10.0, 5.0)) == (0.0, [])


def test_a_route_along_a_road_that_stays_on_its_side_crosses_nothing():
    assert OFFSET.paid(WEST, (-10.0, 5.0)) == (0.0, [])


def test_into_a_road_and_back_is_no_way_round_a_crossing():
    """10 m into a side arm and back would be cheaper than 500 yuan."""
    path = least_cost(X.network(WEST, EAST))

    assert path.length_m == 20.0


def test_a_road_that_ends_at_other_streets_can_be_walked_round():
    """The road's end in the north meets a street: 10 m there, 10 m back, no crossing."""
    town = Town(
        arm(NORTH, PRIMARY),
        arm(SOUTH, PRIMARY),
        arm(EAST, LOCAL),
        arm(WEST, LOCAL),
        ((NORTH, (0.0, 20.0)), LOCAL),
    )

    path = least_cost(town.network(WEST, EAST))

    assert (path.cost_yuan, path.length_m) == (40.0, 40.0)


FIVE = Town(
    arm(NORTH, SECONDARY),
    arm((7.0, 7.0), PRIMARY),
    arm(EAST, LOCAL),
    arm(SOUTH, SECONDARY),
    arm(WEST, LOCAL),
)


def test_at_five_arms_the_cheaper_way_round_is_taken():
    """West to east has 300 and 500 yuan on its left, 300 on its right."""
    assert FIVE.paid(WEST, EAST) == (300.0, ["secondary_road"])


def test_at_five_arms_a_turn_may_have_a_road_on_each_side_or_not():
    """Along north and south on the west side nothing is crossed; west to north-east only north."""
    assert FIVE.paid(NORTH, SOUTH) == (0.0, [])
    assert FIVE.paid(WEST, (7.0, 7.0)) == (300.0, ["secondary_road"])
    assert FIVE.paid(EAST, (7.0, 7.0)) == (0.0, [])


def test_a_road_that_changes_its_class_is_crossed_as_the_lesser_one():
    town = Town(arm(NORTH, PRIMARY), arm(SOUTH, SECONDARY), arm(EAST, LOCAL), arm(WEST, LOCAL))

    assert town.paid(WEST, EAST) == (300.0, ["secondary_road"])


def test_two_roads_that_meet_are_crossed_by_each_other():
    town = Town(
        arm(NORTH, PRIMARY), arm(SOUTH, PRIMARY), arm(EAST, SECONDARY), arm(WEST, SECONDARY)
    )

    assert town.paid(WEST, EAST) == (500.0, ["primary_road"])
    assert town.paid(NORTH, SOUTH) == (300.0, ["secondary_road"])
    assert town.paid(WEST, NORTH) == (0.0, [])


def test_a_crossing_without_cost_is_still_counted():
    assert X.paid(WEST, EAST, prices={PRIMARY: 0.0}) == (0.0, ["primary_road"])


def test_without_prices_nothing_is_taken_apart():
    network = X.network(WEST, EAST, prices={})

    assert network.n_nodes == X.graph.n_nodes
    assert len(network.tail) == 2 * X.graph.n_edges


def test_a_blocked_road_is_crossed_all_the_same():
    assert X.paid(WEST, EAST, without=(0, 1)) == (500.0, ["primary_road"])


def test_blocked_edges_are_no_arcs():
    network = X.network(WEST, EAST, without=(0, 1))

    assert sorted(set(network.edge.tolist())) == [-1, 2, 3]


def test_a_priced_road_has_an_arc_on_each_side_in_each_direction():
    """Two road arms with two arcs each way, two streets with one.

    The middle and both ends of the road have two sectors each; each arm can be crossed at both
    of its ends.
    """
    network = X.network(WEST, EAST)

    assert np.bincount(network.edge[network.edge >= 0]).tolist() == [4, 4, 2, 2]
    assert network.n_nodes == X.graph.n_nodes + 3
    assert int((network.crossing == PRIMARY).sum()) == 2 * 2 * 2


def test_a_route_may_start_or_end_on_any_side_of_a_road():
    assert X.paid(CENTRE, EAST) == (0.0, [])
    assert X.paid(CENTRE, WEST) == (0.0, [])
    assert X.paid(WEST, CENTRE) == (0.0, [])
    assert X.paid(EAST, CENTRE) == (0.0, [])


def test_a_source_at_the_target_on_a_road_needs_no_edge():
    network = X.network(CENTRE, CENTRE)

    assert [path.edges(network) for path in pareto_paths(network)] == [()]


def test_ends_on_roads_and_off_them_get_the_right_nodes():
    """Sources off the road, on it and at the target, each 10 m or nothing away."""
    network = route_network(
        X.graph,
        usable=np.ones(4, dtype=bool),
        edge_cost_yuan=X.graph.length_m,
        crossing_cost_yuan=PRICES,
        start=np.array([X.nodes.index(place) for place in (EAST, NORTH, CENTRE, SOUTH)]),
        start_cost_yuan=np.zeros(4),
        target=X.nodes.index(CENTRE),
    )

    assert [path.cost_yuan for path in cheapest_paths(network)] == [10.0, 10.0, 0.0, 10.0]


def test_the_first_stretch_of_an_edge_says_on_which_side_it_leaves():
    """Both roads end in the north; one leaves the junction to the south and bends round."""
    bent = ((CENTRE, (0.0, -5.0), (20.0, -5.0), (20.0, 20.0), (0.0, 20.0)), PRIMARY)
    town = Town(arm(NORTH, PRIMARY), bent, arm(EAST, LOCAL), arm(WEST, LOCAL))

    assert town.paid(WEST, EAST) == (500.0, ["primary_road"])


def test_the_direction_at_the_far_end_of_an_edge_is_that_of_its_last_stretch():
    streets = (arm(NORTH, PRIMARY), arm(SOUTH, PRIMARY), arm(EAST, LOCAL), arm(WEST, LOCAL))
    backwards = [(points[::-1], kind) for points, kind in streets]

    assert Town(*backwards).paid(WEST, EAST) == (500.0, ["primary_road"])
