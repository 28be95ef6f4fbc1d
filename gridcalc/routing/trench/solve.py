"""Plan trenches and cables: choose the method, and check its plan against the graph."""

from collections.abc import Sequence

from gridcalc.routing.trench.ascent import dual_ascent
from gridcalc.routing.trench.checking import checked_plan, require_solvable, require_sound
from gridcalc.routing.trench.exact import cheapest_layout
from gridcalc.routing.trench.heuristic import good_layout
from gridcalc.routing.trench.instance import Instance
from gridcalc.routing.trench.layout import Layout
from gridcalc.routing.trench.records import (
    CableDemand,
    Method,
    TrenchGraph,
    TrenchPlan,
)
from gridcalc.routing.trench.records import (
    gap_percent as gap_of,
)
from gridcalc.routing.trench.reduction import reduced

MAX_EXACT_NODES = 400
"""Nodes of the reduced graph up to which an integer program is searched. [-]"""
TIME_LIMIT_S = 10.0
"""Time an integer program may take. [s]"""
GAP_PERCENT = 0.01
"""Gap that is good enough. [%]"""
_SAME_PERCENT = 1e-6


def plan_trenches(
    graph: TrenchGraph,
    cables: Sequence[CableDemand],
    *,
    max_exact_nodes: int = MAX_EXACT_NODES,
    time_limit_s: float = TIME_LIMIT_S,
    gap_percent: float = GAP_PERCENT,
) -> TrenchPlan:
    """Return which edges to dig and which way each cable runs, at the least cost found.

    Minimises what digging costs, each edge once, plus length times price of every cable, so that
    no cable is longer than it may be. Every plan comes with a bound that no plan goes below.

    Parameters
    ----------
    graph
        Paths along which trenches may be dug.
    cables
        What has to be laid.
    max_exact_nodes
        Up to how many nodes, dead ends and chains left out, an integer program is searched;
        0 for never. [-]
    time_limit_s
        Time that program may take; a plan found under a limit that binds may differ between
        machines. [s]
    gap_percent
        Gap between plan and bound that is good enough. [%]

    Raises
    ------
    NoSolutionError
        Cables have no way at all, or none that is short enough; all of them are named.
    ValueError
        A node does not exist, or a length or price is not a number of at least 0.

    Examples
    --------
    Two cables to the far side of a square with sides of 10 m share their trench, 20 m at
    100 yuan/m; their 10 and 20 m cost 20 yuan/m.

    >>> import numpy as np
    >>> graph = TrenchGraph(
    ...     x_m=np.array([0.0, 10.0, 10.0, 0.0]),
    ...     y_m=np.array([0.0, 0.0, 10.0, 10.0]),
    ...     from_node=np.array([0, 1, 2, 3]),
    ...     to_node=np.array([1, 2, 3, 0]),
    ...     length_m=np.full(4, 10.0),
    ...     trench_yuan=np.full(4, 1000.0),
    ... )
    >>> cables = [
    ...     CableDemand(id="C1", origin=0, destination=1, yuan_per_m=20.0),
    ...     CableDemand(id="C2", origin=0, destination=2, yuan_per_m=20.0),
    ... ]
    >>> plan = plan_trenches(graph, cables)
    >>> plan.edges, plan.trench_yuan, plan.cable_yuan, plan.method
    ((0, 1), 2000.0, 600.0, 'exact')
    """
    require_sound(graph, cables)
    require_solvable(graph, cables)
    small = reduced(graph, cables)
    layout, bound_yuan, method = _best(
        small.instance,
        max_exact_nodes=max_exact_nodes,
        time_limit_s=time_limit_s,
        gap_percent=gap_percent,
    )
    ways = [() if k < 0 else small.edges_along(layout.ways[k]) for k in small.bundle_of]
    return checked_plan(
        graph, cables, ways, expected_yuan=layout.cost_yuan, bound_yuan=bound_yuan, method=method
    )


def _best(
    instance: Instance, *, max_exact_nodes: int, time_limit_s: float, gap_percent: float
) -> tuple[Layout, float, Method]:
    if not instance.n_bundles:
        return Layout(ways=(), cost_yuan=0.0), 0.0, "exact"
    ascent = dual_ascent(instance)
    good = good_layout(instance, ascent.open_yuan)
    gap = gap_of(good.cost_yuan, ascent.bound_yuan)
    if gap <= gap_percent or instance.arcs.n_nodes > max_exact_nodes:
        return good, ascent.bound_yuan, "exact" if gap <= _SAME_PERCENT else "heuristic"
    found = cheapest_layout(
        instance, good, ascent, time_limit_s=time_limit_s, gap_percent=gap_percent
    )
    return found.layout, found.bound_yuan, "exact"
