"""Trenches without cables against steinerpy, an exact solver of Steiner trees and forests.

Where cables cost nothing the cheapest trenches from one origin are a Steiner tree, and those from
several origins a Steiner forest; steinerpy (MIT) solves both by a dynamic program or a cut model.
"""

import networkx as nx
import numpy as np
import pytest
from steinerpy import SteinerProblem

from gridcalc.routing.trench.records import CableDemand, TrenchGraph
from gridcalc.routing.trench.solve import plan_trenches

RTOL = 1e-6  # both stop within the tolerances of the same solver of integer programs


def grid_graph(n_x, n_y, rng):
    """A grid with edges of different cost, some of them missing."""
    full = nx.grid_2d_graph(n_x, n_y)
    missing = [edge for edge in full.edges if rng.random() < 0.15]
    for edge in missing:
        full.remove_edge(*edge)
        if not nx.is_connected(full):
            full.add_edge(*edge)
    graph = nx.convert_node_labels_to_integers(full, ordering="sorted")
    for _, _, data in graph.edges(data=True):
        data["length"] = float(rng.uniform(10.0, 30.0))
        data["weight"] = data["length"] * float(rng.choice([100.0, 200.0, 400.0]))
    return graph


def trench_graph(graph):
    ends = np.array(graph.edges, dtype=np.int64)
    data = [graph.edges[edge] for edge in graph.edges]
    return TrenchGraph(
        x_m=np.zeros(len(graph)),
        y_m=np.zeros(len(graph)),
        from_node=ends[:, 0],
        to_node=ends[:, 1],
        length_m=np.array([row["length"] for row in data]),
        trench_yuan=np.array([row["weight"] for row in data]),
    )


def free_cables(groups):
    return [
        CableDemand(id=f"{group[0]}-{node}", origin=group[0], destination=node, yuan_per_m=0.0)
        for group in groups
        for node in group[1:]
    ]


def oracle_yuan(graph, groups):
    return SteinerProblem(graph.copy(), [list(group) for group in groups]).get_solution().objective


@pytest.mark.parametrize("seed", range(20))
def test_trenches_for_cables_that_cost_nothing_are_a_steiner_tree(seed):
    rng = np.random.default_rng(seed)
    graph = grid_graph(6 + seed % 3, 7, rng)
    terminals = [int(node) for node in rng.choice(len(graph), 5 + seed % 5, replace=False)]

    plan = plan_trenches(trench_graph(graph), free_cables([terminals]), gap_percent=0.0)

    assert plan.cost_yuan == pytest.approx(oracle_yuan(graph, [terminals]), rel=RTOL)
    assert plan.gap_percent == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_trenches_from_two_origins_are_a_steiner_forest(seed):
    rng = np.random.default_rng([seed, 2])
    graph = grid_graph(5, 5, rng)
    nodes = [int(node) for node in rng.choice(len(graph), 8, replace=False)]
    groups = [nodes[:4], nodes[4:]]

    plan = plan_trenches(trench_graph(graph), free_cables(groups), gap_percent=0.0)

    assert plan.cost_yuan == pytest.approx(oracle_yuan(graph, groups), rel=RTOL)
