"""Routes on street grids: the whole set of cost and length, and all sources, against networkx.

Run alone with ``python benchmarks/routing.py`` or as part of ``make bench``.
"""

import time
from collections.abc import Callable

import networkx as nx
import numpy as np
import shapely

from gridcalc.routing.junctions import route_network
from gridcalc.routing.records import CorridorGraph
from gridcalc.routing.search.network import Resource, RouteNetwork
from gridcalc.routing.search.pairs import disjoint_pair
from gridcalc.routing.search.pareto import least_cost, pareto_paths
from gridcalc.routing.search.shortest import cheapest_paths

SIZES = (100, 300)
N_SOURCES = 50
N_TIMED = 5
"""Runs of networkx that are timed where all of them would take minutes."""
SPACING_M, JITTER_M = 100.0, 15.0
YUAN_PER_M = 800.0
CROSSING_YUAN = 30000.0
ROAD_EVERY = 10
LIMIT_SHARE = 0.3
"""Of the shortest route; a third of all streets counts."""
STREET, ROAD = 0, 1


def street_grid(size: int, seed: int = 1) -> CorridorGraph:
    """Return a grid of streets, every tenth a road, with corners off their places."""
    rng = np.random.default_rng(seed)
    node = np.arange(size * size).reshape(size, size)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    row, column = np.divmod(node.ravel(), size)
    x_m = SPACING_M * column + rng.uniform(-JITTER_M, JITTER_M, size * size)
    y_m = SPACING_M * row + rng.uniform(-JITTER_M, JITTER_M, size * size)
    ends = np.stack([np.column_stack([x_m[n], y_m[n]]) for n in (tail, head)], axis=1)
    line = shapely.linestrings(ends)
    along = np.where(row[tail] == row[head], row[tail], column[tail])
    n_edges = len(tail)
    nothing = np.zeros(n_edges, dtype=bool)
    return CorridorGraph(
        x_m=x_m,
        y_m=y_m,
        from_node=tail,
        to_node=head,
        length_m=shapely.length(line),
        kind=np.where(along % ROAD_EVERY == 0, ROAD, STREET),
        kinds=("local_road", "secondary_road"),
        along=np.full(n_edges, -1),
        obstacle=np.full(n_edges, -1),
        obstacle_ids=(),
        obstacle_kind=(),
        blocked=nothing,
        important=nothing,
        green=nothing,
        road_year=np.full(n_edges, np.nan),
        line=line,
    )


def network_of(
    graph: CorridorGraph, crossing_cost_yuan: dict[int, float], *, far: bool = False
) -> RouteNetwork:
    """Return the grid with prices of its own for every edge and sources all over the place.

    With ``far`` all sources stand at one edge of the grid and the target at the other.
    """
    rng = np.random.default_rng(2)
    size = int(np.sqrt(graph.n_nodes))
    start = rng.permutation(graph.n_nodes)[:N_SOURCES]
    target = size * size // 2 + size // 2
    if far:
        start, target = rng.permutation(size)[:N_SOURCES] * size, size * size // 2 + size - 1
    return route_network(
        graph,
        usable=np.ones(graph.n_edges, dtype=bool),
        edge_cost_yuan=graph.length_m * YUAN_PER_M * rng.uniform(0.8, 2.0, graph.n_edges),
        crossing_cost_yuan=crossing_cost_yuan,
        start=start,
        start_cost_yuan=rng.uniform(0, 2e5, N_SOURCES),
        target=target,
    )


def seconds(task: Callable[[], object], *, repeat: int = 3) -> float:
    """Return the shortest time of some runs. [s]."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        task()
        best = min(best, time.perf_counter() - start)
    return best


def library_times(network: RouteNetwork) -> tuple[float, float]:
    """Return the time of one search from each source by networkx, and of one from the target."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(network.n_nodes))
    arcs = zip(
        network.tail.tolist(), network.head.tolist(), network.cost_yuan.tolist(), strict=True
    )
    graph.add_weighted_edges_from(arcs)
    turned = graph.reverse()
    starts = network.start.tolist()[:N_TIMED]
    each = seconds(
        lambda: [nx.single_source_dijkstra_path_length(graph, node) for node in starts], repeat=1
    )
    one = seconds(lambda: nx.single_source_dijkstra_path_length(turned, network.target), repeat=1)
    return each / len(starts) * N_SOURCES, one


def against_networkx(size: int) -> None:
    """Print our times on a plain grid beside those of networkx on the same graph."""
    network = network_of(street_grid(size), {})
    each, one = library_times(network)
    ours = {
        f"all of cost and length ({len(pareto_paths(network))} routes)": seconds(
            lambda: pareto_paths(network)
        ),
        "cheapest route of each source": seconds(lambda: cheapest_paths(network)),
    }
    print(f"\n{size} x {size} streets, {N_SOURCES} sources")
    for name, own in ours.items():
        print(f"  {name:<44}{own:8.3f} s")
        print(f"  {'':<44}{each / own:8.0f} times networkx from each source ({each:.1f} s)")
        print(f"  {'':<44}{one / own:8.1f} times networkx from the target ({one:.2f} s)")


def other_searches(size: int) -> None:
    """Print the times of the harder questions."""
    graph = street_grid(size)
    roads = network_of(graph, {ROAD: CROSSING_YUAN})
    far = network_of(graph, {}, far=True)
    every = {STREET: CROSSING_YUAN, ROAD: CROSSING_YUAN}
    use = np.where(far.edge % 3 == 0, far.length_m, 0.0)
    shortest_m = pareto_paths(far)[-1].length_m
    green = Resource(name="green", per_arc=use, limit=LIMIT_SHARE * shortest_m)
    anyone = ~np.eye(N_SOURCES, dtype=bool)
    rows: dict[str, Callable[[], object]] = {
        "network with sides on every tenth street": lambda: network_of(
            graph, {ROAD: CROSSING_YUAN}
        ),
        "network with sides on every street": lambda: network_of(graph, every),
        "all of cost and length, tenth with sides": lambda: pareto_paths(roads),
        "all from one edge of the grid to the other": lambda: pareto_paths(far),
        "cheapest of these under a limit of use": lambda: least_cost(far, resources=[green]),
        "cheapest pair of two sources": lambda: disjoint_pair(roads, anyone),
    }
    for name, task in rows.items():
        print(f"  {name:<44}{seconds(task, repeat=2):8.3f} s")


def main() -> None:
    """Print both tables for both sizes."""
    for size in SIZES:
        against_networkx(size)
        other_searches(size)


if __name__ == "__main__":
    main()
