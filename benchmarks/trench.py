"""Trenches and cables: times of plans, and how far they and their bounds are from the optimum."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.spatial import Delaunay

from gridcalc.routing.trench.checking import shortest_m
from gridcalc.routing.trench.feeders import Box, FeederTerms, group_boxes
from gridcalc.routing.trench.records import CableDemand, TrenchGraph
from gridcalc.routing.trench.siting import LoadPoints, SiteOffer, choose_sites
from gridcalc.routing.trench.solve import plan_trenches

Case = tuple[TrenchGraph, list[CableDemand]]
PERCENT = 100.0
SPACING_M, CROOKED_M = 20.0, 4.0
TRENCH_YUAN_PER_M = 300.0
GROUND = (0.5, 1.0, 1.0, 2.0)
N_SEEDS = 10


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Instances of one kind."""

    name: str
    n_nodes: int
    n_cables: int
    is_grid: bool = True
    n_origins: int = 1
    slack: float = inf
    price: tuple[float, float] = (20.0, 120.0)
    exact: bool = True


SETTINGS = (
    Setting(name="grid", n_nodes=100, n_cables=20),
    Setting(name="planar", n_nodes=100, n_cables=20, is_grid=False),
    Setting(name="grid, thin cables", n_nodes=100, n_cables=20, price=(5.0, 20.0)),
    Setting(name="planar, trenches only", n_nodes=100, n_cables=20, is_grid=False, price=(0, 0)),
    Setting(name="grid, radius + 10 %", n_nodes=100, n_cables=20, slack=1.1, price=(5.0, 20.0)),
    Setting(name="planar, radius + 10 %", n_nodes=100, n_cables=20, is_grid=False, slack=1.1),
    Setting(name="grid, 3 origins", n_nodes=100, n_cables=20, n_origins=3),
    Setting(name="grid", n_nodes=300, n_cables=30),
    Setting(name="planar", n_nodes=300, n_cables=30, is_grid=False),
    Setting(name="planar, 3 origins", n_nodes=300, n_cables=30, is_grid=False, n_origins=3),
    Setting(name="grid", n_nodes=3000, n_cables=30, exact=False),
    Setting(name="planar", n_nodes=3000, n_cables=60, is_grid=False, exact=False),
)


def case_of(setting: Setting, seed: int) -> Case:
    """Return streets on a crooked grid or 70 % of a triangulation, and cables to random nodes."""
    rng = np.random.default_rng(seed)
    xy, edges = (_grid if setting.is_grid else _planar)(setting.n_nodes, rng)
    length_m = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T)
    graph = TrenchGraph(
        x_m=xy[:, 0],
        y_m=xy[:, 1],
        from_node=edges[:, 0],
        to_node=edges[:, 1],
        length_m=length_m,
        trench_yuan=length_m * TRENCH_YUAN_PER_M * rng.choice(GROUND, len(edges)),
    )
    nodes = rng.permutation(np.flatnonzero(np.isfinite(shortest_m(graph, 0))))
    origins, ends = nodes[: setting.n_origins], nodes[setting.n_origins :][: setting.n_cables]
    cables = [
        CableDemand(
            id=f"C{i}",
            origin=(origin := int(origins[i % setting.n_origins])),
            destination=int(end),
            yuan_per_m=float(rng.uniform(*setting.price)),
            max_length_m=float(setting.slack * shortest_m(graph, origin)[end]),
        )
        for i, end in enumerate(ends)
    ]
    return graph, cables


def _grid(n_nodes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n_x = int(np.sqrt(n_nodes))
    at = np.arange(n_x * (n_nodes // n_x))
    crooked = rng.uniform(-CROOKED_M, CROOKED_M, (len(at), 2))
    xy = SPACING_M * np.column_stack([at % n_x, at // n_x]) + crooked
    along, across = at[at % n_x < n_x - 1], at[:-n_x]
    edges = [np.column_stack([along, along + 1]), np.column_stack([across, across + n_x])]
    return xy, np.vstack(edges)


def _planar(n_nodes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    xy = rng.uniform(0.0, SPACING_M * np.sqrt(n_nodes), (n_nodes, 2))
    corners = Delaunay(xy).simplices
    sides = np.vstack([corners[:, pair] for pair in ([0, 1], [1, 2], [0, 2])])
    edges = np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)
    return xy, edges[rng.random(len(edges)) < 0.7]


def measured(setting: Setting, n_seeds: int) -> np.ndarray:
    """Return heuristic time, exact time, three gaps of each instance. shape (n_seeds, 5)."""
    rows = []
    for seed in range(n_seeds):
        graph, cables = case_of(setting, seed)
        start = time.perf_counter()
        quick = plan_trenches(graph, cables, max_exact_nodes=0)
        between = time.perf_counter()
        best = plan_trenches(graph, cables) if setting.exact else quick
        end = time.perf_counter()
        above = PERCENT * (quick.cost_yuan / best.cost_yuan - 1)
        rows.append((between - start, end - between, above, quick.gap_percent, best.gap_percent))
    return np.array(rows)


def trenches(settings: Sequence[Setting], n_seeds: int) -> None:
    """Print times and gaps of plans, the mean and the worst of all instances."""
    print(f"\nTrenches, {n_seeds} instances each: mean (worst)")
    print(
        f"{'':<24}{'nodes':>6}{'cables':>7}{'heuristic s':>16}{'exact s':>16}"
        f"{'above exact %':>16}{'own bound %':>16}{'gap left %':>16}"
    )
    for setting in settings:
        table = measured(setting, n_seeds)
        cells = [
            f"{mean:8.2f} ({worst:5.2f})"
            for mean, worst in zip(table.mean(axis=0), table.max(axis=0), strict=True)
        ]
        shown = [cells[0], *(cells[1:3] if setting.exact else ["-", "-"]), cells[3], cells[4]]
        row = "".join(f"{cell:>16}" for cell in shown)
        print(f"{setting.name:<24}{setting.n_nodes:6d}{setting.n_cables:7d}{row}", flush=True)


def feeders(n_seeds: int) -> None:
    """Print how far merging of boxes is from the best partition."""
    print("\nFeeders: merging against the best partition, mean (worst) %, seconds of both")
    for n_boxes in (8, 12, 16, 20):
        above, seconds = [], np.zeros(2)
        for seed in range(n_seeds):
            rng = np.random.default_rng(seed)
            xy = rng.uniform(0.0, 200.0, (n_boxes + 30, 2))
            distance_m = np.abs(xy[:, None] - xy[None]).sum(axis=2)
            boxes = [
                Box(id=f"B{i}", node=i + 1, current_a=float(rng.uniform(40.0, 120.0)))
                for i in range(n_boxes)
            ]
            terms = FeederTerms(
                max_current_a=260.0, trunk_yuan_per_m=120.0, box_yuan_per_m=70.0, feeder_yuan=2000.0
            )
            start = time.perf_counter()
            quick = group_boxes(distance_m, boxes, root=0, terms=terms, max_exact_boxes=0)
            between = time.perf_counter()
            best = group_boxes(distance_m, boxes, root=0, terms=terms)
            seconds += between - start, time.perf_counter() - between
            above.append(PERCENT * (quick.cost_yuan / best.cost_yuan - 1))
        times = "".join(f"{value / n_seeds:8.3f}" for value in seconds)
        print(f"{n_boxes:4d} boxes{np.mean(above):8.2f} ({max(above):5.2f}){times}", flush=True)


def sites() -> None:
    """Print time and gap of choosing sites, single points and points put together."""
    print("\nSites: candidates, points, groups, seconds, gap %")
    for n_sites, n_points in ((15, 40), (25, 40), (25, 200), (30, 500)):
        rng = np.random.default_rng(n_points)
        place, home = rng.uniform(0, 600, (n_sites, 2)), rng.uniform(0, 600, (n_points, 2))
        load_kva = rng.uniform(50.0, 200.0, n_points) * 40 / n_points
        start = time.perf_counter()
        plan = choose_sites(
            np.abs(place[:, None] - home[None]).sum(axis=2),
            points=LoadPoints(load_kva=load_kva, yuan_per_m=load_kva * 1.5),
            offer=SiteOffer(
                capacity_kva=rng.choice([800.0, 1260.0, 1600.0], n_sites),
                fixed_yuan=rng.uniform(3e5, 6e5, n_sites),
            ),
            max_distance_m=450.0,
            gap_percent=2.0,
        )
        seconds = time.perf_counter() - start
        print(
            f"{n_sites:6d}{n_points:6d}{plan.n_groups:6d}{seconds:8.2f}{plan.gap_percent:8.2f}",
            flush=True,
        )


def main(n_seeds: int = N_SEEDS) -> None:
    """Print all tables."""
    trenches(SETTINGS, n_seeds)
    feeders(n_seeds)
    sites()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_SEEDS)
