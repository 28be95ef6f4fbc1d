"""Where no route exists: which areas would have to be passed, as few metres of them as can be."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gridcalc.connection.options import Setting
from gridcalc.connection.works import crossing_costs_yuan, edge_costs_yuan
from gridcalc.routing.junctions import route_network
from gridcalc.routing.search.pareto import least_cost

_PENALTY = 1e6
"""Money in which a metre of a closed area counts, so that other costs only break ties."""


def areas_in_the_way(setting: Setting, usable: Sequence[int]) -> tuple[str, ...]:
    """Return the closed areas on the way that passes the fewest metres of them; () if none helps.

    Parameters
    ----------
    setting
        The site, in which no route was found.
    usable
        Sources that can take the supply.
    """
    graph = setting.site.graph
    if not usable or not graph.blocked.any():
        return ()
    open_graph = replace(graph, blocked=np.zeros_like(graph.blocked))
    costs = edge_costs_yuan(open_graph, setting.works)
    network = route_network(
        open_graph,
        usable=np.ones(graph.n_edges, dtype=bool),
        edge_cost_yuan=costs + np.where(graph.blocked, _PENALTY * graph.length_m, 0.0),
        crossing_cost_yuan=crossing_costs_yuan(open_graph, setting.works),
        start=setting.site.source_node,
        start_cost_yuan=setting.network.start_cost_yuan,
        target=setting.site.target_node,
    )
    path = least_cost(network, sources=usable)
    if path is None:
        return ()
    passed = [edge for edge in path.edges(network) if graph.blocked[edge]]
    names = (graph.obstacle_ids[int(graph.obstacle[edge])] for edge in passed)
    return tuple(dict.fromkeys(names))
