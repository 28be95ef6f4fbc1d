"""The searches against every route there is, on small seeded random graphs.

Routes are enumerated here one by one without anything the searches use: plain sums of floats, a
filter over all routes, all combinations of two routes. Around a junction one walks from gap to
gap between the edges, either way, and pays for every road in between.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import atan2

import numpy as np
import pytest
from shapely.geometry import LineString

from gridcalc.routing.junctions import route_network
from gridcalc.routing.records import CorridorGraph
from gridcalc.routing.search.network import Resource, RouteNetwork
from gridcalc.routing.search.pairs import disjoint_pair, supported_pairs
from gridcalc.routing.search.pareto import least_cost, pareto_paths, shortest
from gridcalc.routing.search.shortest import cheapest_paths, to_target

ATOL = 1e-6
"""Of sums of up to twenty numbers; the searches count in steps of 1e-7."""
N_PLAIN, N_LIMITED, N_PAIRS, N_JUNCTIONS = 120, 120, 120, 60


@dataclass(frozen=True)
class Walk:
    """A route as it is enumerated: its source, its arcs and its sums."""

    source: int
    arcs: tuple[int, ...]
    cost: float
    length: float


def random_network(
    seed: int, *, n_nodes: int = 7, n_edges: int | None = None, whole: bool = False
) -> RouteNetwork:
    """Return arcs in both directions, some of them parallel, some nodes out of reach.

    With whole numbers there are many ties.
    """
    rng = np.random.default_rng(seed)
    n_edges = n_edges or int(rng.integers(n_nodes, 2 * n_nodes + 3))
    ends = np.array([rng.permutation(n_nodes)[:2] for _ in range(n_edges)])
    draw = (lambda n: rng.integers(1, 5, n).astype(float)) if whole else rng.random
    cost, length = np.tile(draw(n_edges) + 0.1, 2), np.tile(draw(n_edges), 2)
    n_sources = int(rng.integers(1, 4))
    return RouteNetwork(
        n_nodes=n_nodes,
        tail=np.concatenate([ends[:, 0], ends[:, 1]]),
        head=np.concatenate([ends[:, 1], ends[:, 0]]),
        cost_yuan=cost,
        length_m=length,
        edge=np.tile(np.arange(n_edges), 2),
        crossing=np.full(2 * n_edges, -1),
        start=rng.integers(0, n_nodes, n_sources),
        start_cost_yuan=draw(n_sources),
        target=int(rng.integers(0, n_nodes)),
    )


def every_route(network: RouteNetwork) -> Iterator[Walk]:
    """Yield every route that visits no node twice."""
    out: list[list[int]] = [[] for _ in range(network.n_nodes)]
    for arc, tail in enumerate(network.tail.tolist()):
        out[tail].append(arc)

    def onward(node: int, arcs: tuple[int, ...], visited: frozenset[int]) -> Iterator[tuple]:
        if node == network.target:
            yield arcs
            return
        for arc in out[node]:
            after = int(network.head[arc])
            if after not in visited:
                yield from onward(after, (*arcs, arc), visited | {after})

    for source, node in enumerate(network.start.tolist()):
        for arcs in onward(node, (), frozenset({node})):
            cost = float(network.start_cost_yuan[source]) + sum(
                float(network.cost_yuan[arc]) for arc in arcs
            )
            length = sum(float(network.length_m[arc]) for arc in arcs)
            yield Walk(source=source, arcs=arcs, cost=cost, length=length)


def frontier(walks: Sequence[Walk]) -> list[tuple[float, float]]:
    """Return the pairs of cost and length that are not dominated, equal ones once."""
    points: list[tuple[float, float]] = []
    for walk in sorted(walks, key=lambda row: (row.cost, row.length)):
        if not points or walk.length < points[-1][1] - ATOL:
            if points and walk.cost < points[-1][0] + ATOL:
                points.pop()
            points.append((walk.cost, walk.length))
    return points


def points_of(paths) -> list[tuple[float, float]]:
    return [(path.cost_yuan, path.length_m) for path in paths]


def assert_same(found, expected) -> None:
    assert len(found) == len(expected)
    if expected:
        assert np.allclose(found, expected, rtol=0, atol=ATOL)


def assert_leads(network: RouteNetwork, path) -> None:
    """The arcs join the source to the target and sum up to what the route says."""
    node = int(network.start[path.source])
    for arc in path.arcs:
        assert network.tail[arc] == node
        node = int(network.head[arc])
    assert node == network.target
    assert path.cost_yuan == pytest.approx(
        network.start_cost_yuan[path.source] + sum(network.cost_yuan[arc] for arc in path.arcs)
    )


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", range(N_PLAIN))
def test_all_that_is_not_dominated_is_found(seed, whole):
    network = random_network(seed, whole=whole)
    walks = list(every_route(network))

    found = pareto_paths(network)

    expected = frontier(walks)
    assert_same(points_of(found), expected)
    for path in found:
        assert_leads(network, path)
    best, least = least_cost(network), shortest(network)
    assert_same(points_of([best] if best else []), expected[:1])
    assert_same(points_of([least] if least else []), expected[-1:])


@pytest.mark.parametrize("seed", range(N_PLAIN))
def test_of_equal_routes_the_first_source_is_kept(seed):
    network = random_network(seed, whole=True)
    walks = list(every_route(network))

    for path in pareto_paths(network):
        equal = [
            walk.source
            for walk in walks
            if abs(walk.cost - path.cost_yuan) < ATOL and abs(walk.length - path.length_m) < ATOL
        ]
        assert path.source == min(equal)


@pytest.mark.parametrize("seed", range(N_PLAIN))
def test_every_source_has_its_cheapest_route(seed):
    network = random_network(seed)
    walks = list(every_route(network))
    ways = to_target(network)

    for source, path in enumerate(cheapest_paths(network)):
        own = [walk for walk in walks if walk.source == source]
        assert (path is None) == (not own)
        if path is None:
            assert np.isinf(ways.cost_yuan[network.start[source]])
            continue
        assert_leads(network, path)
        start_cost = network.start_cost_yuan[source]
        to_go = ways.cost_yuan[network.start[source]], ways.length_m[network.start[source]]
        expected = min(walk.cost for walk in own), min(walk.length for walk in own)
        assert path.cost_yuan == pytest.approx(expected[0])
        assert to_go == pytest.approx((expected[0] - start_cost, expected[1]), abs=ATOL)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", range(N_LIMITED))
def test_limits_and_masks_leave_the_rest_complete(seed, whole):
    """Two resources, one of them strict, a limit of length, a mask and chosen sources."""
    network = random_network(1000 + seed, whole=whole)
    rng = np.random.default_rng(seed)
    n_arcs = len(network.tail)
    mask = rng.random(n_arcs) < 0.9
    sources = [s for s in range(len(network.start)) if rng.random() < 0.8]
    draw = (lambda: rng.integers(0, 3, n_arcs) * 1.0) if whole else (lambda: rng.random(n_arcs))
    resources = [
        Resource(name="a", per_arc=draw(), limit=rng.integers(1, 6) * 0.5),
        Resource(name="b", per_arc=draw(), limit=float(rng.integers(1, 5)), inclusive=False),
    ]
    max_length_m = float(rng.integers(1, 8)) if rng.random() < 0.5 else None

    limits = {
        "resources": resources,
        "mask": mask,
        "sources": sources,
        "max_length_m": max_length_m,
    }

    def holds(walk: Walk) -> bool:
        used = [sum(float(row.per_arc[arc]) for arc in walk.arcs) for row in resources]
        return (
            walk.source in sources
            and all(mask[arc] for arc in walk.arcs)
            and used[0] <= resources[0].limit
            and used[1] < resources[1].limit
            and (max_length_m is None or walk.length <= max_length_m)
        )

    expected = frontier([walk for walk in every_route(network) if holds(walk)])
    assert_same(points_of(pareto_paths(network, **limits)), expected)
    best, least = least_cost(network, **limits), shortest(network, **limits)
    assert_same(points_of([best] if best else []), expected[:1])
    assert_same(points_of([least] if least else []), expected[-1:])


@pytest.mark.parametrize("n_limits", [1, 2, 3])
@pytest.mark.parametrize("seed", range(N_LIMITED // 2))
def test_tight_limits_leave_the_rest_complete(seed, n_limits):
    """What is cheap uses much, and each limit keeps three routes of ten: most matter at once."""
    network = random_network(3000 + seed, n_nodes=6, n_edges=16)
    walks = list(every_route(network))
    rng = np.random.default_rng(seed)
    rows = rng.random((n_limits, len(network.tail))) / network.cost_yuan
    uses = [[sum(float(row[arc]) for arc in walk.arcs) for walk in walks] for row in rows]
    limits = [float(np.quantile(use, 0.3)) + ATOL if use else 1.0 for use in uses]
    resources = [
        Resource(name=str(i), per_arc=row, limit=limit)
        for i, (row, limit) in enumerate(zip(rows, limits, strict=True))
    ]

    found = pareto_paths(network, resources=resources)

    kept = [
        walk
        for i, walk in enumerate(walks)
        if all(use[i] <= limit for use, limit in zip(uses, limits, strict=True))
    ]
    expected = frontier(kept)
    assert_same(points_of(found), expected)
    best, least = least_cost(network, resources=resources), shortest(network, resources=resources)
    assert_same(points_of([best] if best else []), expected[:1])
    assert_same(points_of([least] if least else []), expected[-1:])


def shared_edges(network: RouteNetwork, seed: int) -> RouteNetwork:
    """Return the network with edges of two unrelated arcs each, and some turns without an edge.

    Around junctions the two directions of an edge run between four nodes; this is the same
    without the junctions, and much more often in the way.
    """
    rng = np.random.default_rng(seed)
    n_arcs = len(network.tail)
    edge = rng.permutation(np.tile(np.arange(n_arcs // 2), 2))
    return replace(network, edge=np.where(rng.random(n_arcs) < 0.1, -1, edge))


def cheapest_pair_of_all(network: RouteNetwork, compatible) -> float | None:
    """Return the least cost of two routes that use no edge twice, trying all of them."""
    edges = [
        (walk, [int(network.edge[arc]) for arc in walk.arcs if network.edge[arc] >= 0])
        for walk in every_route(network)
    ]
    best = None
    for i, (walk, used) in enumerate(edges):
        for other, used_too in edges[i:]:
            may = compatible[walk.source, other.source] or compatible[other.source, walk.source]
            both = used + used_too
            is_apart = len(set(both)) == len(both) and not set(walk.arcs) & set(other.arcs)
            if may and is_apart and (best is None or walk.cost + other.cost < best):
                best = walk.cost + other.cost
    return best


def assert_disjoint(network: RouteNetwork, pair, compatible) -> None:
    first, second = pair.first, pair.second
    assert compatible[first.source, second.source] or compatible[second.source, first.source]
    both = [*first.edges(network), *second.edges(network)]
    assert len(set(both)) == len(both)
    assert not set(first.arcs) & set(second.arcs)
    assert pair.cost_yuan == pytest.approx(first.cost_yuan + second.cost_yuan)
    assert_leads(network, first)
    assert_leads(network, second)


@pytest.mark.parametrize("is_scrambled", [False, True])
@pytest.mark.parametrize("seed", range(N_PAIRS))
def test_the_cheapest_pair_of_all_is_found(seed, is_scrambled):
    network = random_network(2000 + seed, n_nodes=6)
    network = shared_edges(network, seed) if is_scrambled else network
    rng = np.random.default_rng(seed)
    n = len(network.start)
    compatible = rng.random((n, n)) < 0.7

    pair = disjoint_pair(network, compatible)

    expected = cheapest_pair_of_all(network, compatible)
    assert (pair is None) == (expected is None)
    if pair is not None:
        assert_disjoint(network, pair, compatible)
        assert pair.cost_yuan == pytest.approx(expected, abs=ATOL)
        supported = supported_pairs(network, compatible)
        assert supported[0].cost_yuan == pytest.approx(expected, abs=ATOL)
        for row in supported:
            assert_disjoint(network, row, compatible)


def random_corridors(seed: int) -> CorridorGraph:
    """Return streets between few points, so that many meet at one; kinds 0 and 1 are roads."""
    rng = np.random.default_rng(seed)
    n_nodes = 6
    x, y = rng.random(n_nodes), rng.random(n_nodes)
    n_edges = 7
    hub = rng.permutation(n_nodes)[:2]
    ends = np.array(
        [
            (hub[i % 2], rng.choice(np.delete(np.arange(n_nodes), hub[i % 2])))
            if rng.random() < 0.8
            else rng.permutation(n_nodes)[:2]
            for i in range(n_edges)
        ]
    )
    middle = rng.random((n_edges, 2))
    lines = np.empty(n_edges, dtype=object)
    for i, (a, b) in enumerate(ends):
        lines[i] = LineString([(x[a], y[a]), middle[i], (x[b], y[b])])
    nothing = np.zeros(n_edges, dtype=bool)
    return CorridorGraph(
        x_m=x,
        y_m=y,
        from_node=ends[:, 0],
        to_node=ends[:, 1],
        length_m=np.array([line.length for line in lines]),
        kind=rng.integers(0, 3, n_edges),
        kinds=("primary_road", "secondary_road", "footpath"),
        along=np.full(n_edges, -1),
        obstacle=np.full(n_edges, -1),
        obstacle_ids=(),
        obstacle_kind=(),
        blocked=nothing,
        important=nothing,
        green=nothing,
        road_year=np.full(n_edges, np.nan),
        line=lines,
    )


@dataclass(frozen=True)
class Streets:
    """Corridors with what may be used, what it costs, and what crossing a kind costs.

    One leaves and reaches a node by an edge on its left or its right side, as seen from there;
    off the roads the side does not matter.
    """

    graph: CorridorGraph
    usable: np.ndarray
    cost: np.ndarray
    crossing_cost: dict[int, float]

    def around(self, node: int) -> list[int]:
        """Return the edges at a node, anticlockwise."""
        found = []
        for edge in range(self.graph.n_edges):
            points = list(self.graph.geometry(edge).coords)
            for end, ahead, at in ((0, 1, self.graph.from_node), (-1, -2, self.graph.to_node)):
                if at[edge] == node:
                    (x, y), (u, v) = points[end], points[ahead]
                    found.append((atan2(v - y, u - x), edge))
        return [edge for _, edge in sorted(found)]

    def price(self, edge: int) -> float:
        """Return what crossing an edge costs."""
        return self.crossing_cost.get(int(self.graph.kind[edge]), 0.0)

    def is_road(self, edge: int) -> bool:
        return int(self.graph.kind[edge]) in self.crossing_cost

    def onward(self, node: int, edge: int, is_left: bool) -> Iterator[tuple[int, bool, float]]:
        """Yield the edges one can leave by, on which side, and what is paid on the way.

        Gap ``i`` lies between edge ``i`` and the next one. One walks from gap to gap, either way
        round, and pays for the roads in between.
        """
        edges = self.around(node)
        n, own = len(edges), edges.index(edge)
        if n == 1 and self.is_road(edge):
            yield edge, is_left, 0.0
            yield edge, not is_left, self.price(edge)
            return
        both = [own, own - 1]
        for gap in [both[not is_left]] if self.is_road(edge) else both:
            for direction in (1, -1):
                paid = 0.0
                for step in range(n):
                    at = (gap + direction * step) % n
                    yield edges[at], True, paid
                    yield edges[(at + 1) % n], False, paid
                    paid += self.price(edges[(at + 1) % n if direction > 0 else at])

    def ways(self, node: int, edge: int, is_left: bool) -> list[tuple[int, bool, float]]:
        """Return the cheapest way to leave by each edge and side; off the roads by one side."""
        least: dict[tuple[int, bool], float] = {}
        for after, side, paid in self.onward(node, edge, is_left):
            key = (after, side and self.is_road(after))
            least[key] = min(paid, least.get(key, paid))
        return [(after, side, paid) for (after, side), paid in least.items()]

    def every_route(self, start: int, target: int) -> Iterator[Walk]:
        """Yield routes that run along an edge at most twice, and not on one side in one direction.

        One is given up as soon as it costs more and is longer than a whole one before it.
        """
        ends = list(zip(self.graph.from_node.tolist(), self.graph.to_node.tolist(), strict=True))
        ways = cache(self.ways)
        found: list[tuple[float, float]] = []

        def onward(walked: tuple, node: int, cost: float, more: list) -> Iterator[Walk]:
            edges = tuple(edge for edge, _, _ in walked)
            length = sum(float(self.graph.length_m[edge]) for edge in edges)
            if any(cost > row[0] + ATOL and length > row[1] + ATOL for row in found):
                return
            if node == target:
                found.append((cost, length))
                yield Walk(source=0, arcs=edges, cost=cost, length=length)
                return
            for edge, is_left, paid in more:
                step = (edge, node, is_left)
                if self.usable[edge] and step not in walked and edges.count(edge) < 2:
                    head = ends[edge][1] if ends[edge][0] == node else ends[edge][0]
                    then = ways(head, edge, not is_left)
                    total = cost + paid + float(self.cost[edge])
                    yield from onward((*walked, step), head, total, then)

        first = [(edge, side, 0.0) for edge in self.around(start) for side in (True, False)]
        yield from onward((), start, 0.0, first)


@pytest.mark.parametrize("seed", range(N_JUNCTIONS))
def test_routes_pay_for_the_roads_they_cross(seed):
    graph = random_corridors(seed)
    rng = np.random.default_rng(seed)
    streets = Streets(
        graph=graph,
        usable=rng.random(graph.n_edges) < 0.6,
        cost=rng.random(graph.n_edges) + 0.05,
        crossing_cost={0: 1.5, 1: 0.6},
    )
    start, target = rng.permutation(graph.n_nodes)[:2].tolist()
    network = route_network(
        graph,
        usable=streets.usable,
        edge_cost_yuan=streets.cost,
        crossing_cost_yuan=streets.crossing_cost,
        start=np.array([start]),
        start_cost_yuan=np.zeros(1),
        target=target,
    )

    found = pareto_paths(network)

    walks = list(streets.every_route(start, target))
    assert_same(points_of(found), frontier(walks))
    for path in found:
        assert_leads(network, path)
        by_edges = sum(float(streets.cost[edge]) for edge in path.edges(network))
        by_kind = sum(
            streets.crossing_cost[int(kind)]
            for kind in network.crossing[list(path.arcs)]
            if kind >= 0
        )
        assert path.cost_yuan == pytest.approx(by_edges + by_kind)


def test_the_random_cases_are_of_every_kind():
    """Guards the generator: some have no route, some have many."""
    sizes = [len(frontier(list(every_route(random_network(seed))))) for seed in range(N_PLAIN)]

    assert min(sizes) == 0
    assert max(sizes) >= 4
