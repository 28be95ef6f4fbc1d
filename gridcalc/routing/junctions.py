"""From corridors to the network of the searches: the sides of roads, and what crossing one costs.

A cable along a road lies on one side of it. A priced road therefore has an arc on each side, and
a node on it is taken apart into the sectors between its roads: streets that leave between the
same two roads share a sector, and going on to the next sector crosses the road between.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.routing.kinds import CONNECTOR
from gridcalc.routing.records import CorridorGraph
from gridcalc.routing.search.network import RouteNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NONE = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sectors:
    """Nodes of the corridors taken apart; an arm is an edge at one of its ends.

    Arm ``2 * edge`` is the first end of an edge, the next one its last end.

    Parameters
    ----------
    n_nodes
        Nodes and sectors; the first sector of a node keeps its number.
    left, right
        Sector on each side of an arm as seen from its node; one and the same where it is no
        priced road. shape (2 * n_edges,)
    crossed
        Arms of priced roads that have a sector on each side.
    node
        Nodes that are taken apart.
    first, last
        Sectors beyond the first of these nodes, as a range of numbers. shape (len(node),)
    """

    n_nodes: int
    left: Ints
    right: Ints
    crossed: Ints
    node: Ints
    first: Ints
    last: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """Arcs of one sort, with the corridor edge they run along or the road kind they cross."""

    tail: Ints
    head: Ints
    edge: Ints
    crossing: Ints


def route_network(
    graph: CorridorGraph,
    *,
    usable: Bools,
    edge_cost_yuan: Floats,
    crossing_cost_yuan: Mapping[int, float],
    start: Ints,
    start_cost_yuan: Floats,
    target: int,
) -> RouteNetwork:
    """Return the corridors as arcs in both directions, and as turns that cross a road.

    A route that comes to a priced road on one side and leaves it on the other crosses it, at
    one junction or after a stretch along it; where several roads lie between, each of them, on
    the cheaper way round. Where a priced road ends at other streets a route can go round it; an
    end with nothing beside it is often the border of the map and is crossed like the rest. A
    route that starts or ends at a node of a road may do so on any side. Nodes off the roads stay
    one node. A source off the corridors can be left only: no other route passes its connectors.

    Parameters
    ----------
    graph
        The corridors.
    usable
        Edges that may be used. Others are no arcs, yet they are roads that are crossed.
        shape (n_edges,)
    edge_cost_yuan
        Above 0. [yuan], shape (n_edges,)
    crossing_cost_yuan
        Cost of crossing a road, by index into ``graph.kinds``. [yuan]
    start
        Node at which each source stands. shape (n_sources,)
    start_cost_yuan
        [yuan], shape (n_sources,)
    target
        Node at which routes end.
    """
    is_priced = np.isin(graph.kind, list(crossing_cost_yuan))
    sectors = _sectors(graph, is_priced)
    start = np.asarray(start, dtype=np.int64)
    ends = np.append(start, target)
    n_entrances = int(np.isin(ends, sectors.node).sum())
    into, starts = _entrances(sectors, start, sectors.n_nodes)
    out, targets = _entrances(sectors, ends[-1:], sectors.n_nodes + n_entrances - 1)
    rows = (
        _leaving(_along(sectors, np.flatnonzero(usable)), graph, start),
        _across(graph, sectors),
        into,
        Arcs(tail=out.head, head=out.tail, edge=out.edge, crossing=out.crossing),
    )
    edge = np.concatenate([row.edge for row in rows])
    crossing = np.concatenate([row.crossing for row in rows])
    price = np.zeros(len(graph.kinds) + 1)
    price[list(crossing_cost_yuan)] = list(crossing_cost_yuan.values())
    return RouteNetwork(
        n_nodes=sectors.n_nodes + n_entrances,
        tail=np.concatenate([row.tail for row in rows]),
        head=np.concatenate([row.head for row in rows]),
        cost_yuan=np.append(edge_cost_yuan, 0.0)[edge] + price[crossing],
        length_m=np.append(graph.length_m, 0.0)[edge],
        edge=edge,
        crossing=crossing,
        start=starts,
        start_cost_yuan=np.asarray(start_cost_yuan, dtype=np.float64),
        target=int(targets[0]),
    )


def _along(sectors: Sectors, used: Ints) -> Arcs:
    """Return the edges in both directions, on both sides where the sides are not the same.

    What is on the left as seen from one end is on the right as seen from the other.
    """
    forth, back = 2 * used, 2 * used + 1
    ends = np.stack([sectors.left[forth], sectors.right[back]])
    other = np.stack([sectors.right[forth], sectors.left[back]])
    differs = (ends != other).any(axis=0)
    ends = np.concatenate([ends, other[:, differs]], axis=1)
    edge = np.concatenate([used, used[differs]])
    return Arcs(
        tail=np.concatenate([ends[0], ends[1]]),
        head=np.concatenate([ends[1], ends[0]]),
        edge=np.tile(edge, 2),
        crossing=np.full(2 * len(edge), NONE),
    )


def _leaving(arcs: Arcs, graph: CorridorGraph, start: Ints) -> Arcs:
    """Return the arcs without those that lead by a connector to a source off the corridors."""
    is_connector = np.array([kind == CONNECTOR for kind in graph.kinds], dtype=bool)[graph.kind]
    own = ~is_connector
    on_corridor = np.zeros(graph.n_nodes, dtype=bool)
    on_corridor[graph.from_node[own]] = on_corridor[graph.to_node[own]] = True
    off = start[~on_corridor[start]]
    kept = ~(is_connector[arcs.edge] & np.isin(arcs.head, off))
    return Arcs(
        tail=arcs.tail[kept],
        head=arcs.head[kept],
        edge=arcs.edge[kept],
        crossing=arcs.crossing[kept],
    )


def _across(graph: CorridorGraph, sectors: Sectors) -> Arcs:
    """Return the turns from each side of a road to the other."""
    arm = sectors.crossed
    left, right = sectors.left[arm], sectors.right[arm]
    return Arcs(
        tail=np.concatenate([left, right]),
        head=np.concatenate([right, left]),
        edge=np.full(2 * len(arm), NONE),
        crossing=np.tile(graph.kind[arm // 2], 2),
    )


def _entrances(sectors: Sectors, wanted: Ints, first: int) -> tuple[Arcs, Ints]:
    """Return turns from new nodes, numbered from ``first``, into all sectors of wanted nodes.

    A node in one piece is its own entrance.
    """
    place = np.searchsorted(sectors.node, wanted)
    is_apart = np.isin(wanted, sectors.node)
    own = np.where(is_apart, first + np.cumsum(is_apart) - 1, wanted)
    tail: list[int] = []
    head: list[int] = []
    for row in np.flatnonzero(is_apart).tolist():
        more = range(int(sectors.first[place[row]]), int(sectors.last[place[row]]))
        head += [int(wanted[row]), *more]
        tail += [int(own[row])] * (1 + len(more))
    nothing = np.full(len(head), NONE)
    ends = np.array([tail, head], dtype=np.int64)
    return Arcs(tail=ends[0], head=ends[1], edge=nothing, crossing=nothing), own


def _sectors(graph: CorridorGraph, is_priced: Bools) -> Sectors:
    """Take nodes apart; sector ``k`` of a node lies anticlockwise of its road ``k``.

    The end of a road with nothing beside it has two sectors, any other node as many as roads.
    """
    at = np.column_stack([graph.from_node, graph.to_node]).ravel()
    roads = np.bincount(at[np.repeat(is_priced, 2)], minlength=graph.n_nodes)
    is_end = (roads == 1) & (np.bincount(at, minlength=graph.n_nodes) == 1)
    sectors = np.where(is_end, 2, roads)
    node = np.flatnonzero(sectors >= 2)
    more = np.zeros(graph.n_nodes + 1, dtype=np.int64)
    more[node + 1] = sectors[node] - 1
    base = graph.n_nodes + np.cumsum(more)
    arm = np.flatnonzero(sectors[at] >= 2)
    arm = arm[np.lexsort((_beside(arm), _angles(graph, arm), at[arm]))]
    place, road = at[arm], is_priced[arm // 2]
    passed = np.cumsum(road)
    earlier = np.concatenate([[0], np.cumsum(roads[node])])[np.searchsorted(node, place)]
    sector = (passed - earlier - 1) % sectors[place]
    before = (sector - road) % sectors[place]
    left, right = at.copy(), at.copy()
    left[arm] = np.where(sector == 0, place, base[place] + sector - 1)
    right[arm] = np.where(before == 0, place, base[place] + before - 1)
    return Sectors(
        n_nodes=int(base[-1]),
        left=left,
        right=right,
        crossed=np.sort(arm[road]),
        node=node,
        first=base[node],
        last=base[node + 1],
    )


def _beside(arm: Ints) -> Ints:
    """Return the order of arms in one direction: left at one end of an edge is right at the other.

    So a duct that lies in a road stays on one side of it.
    """
    return np.where(arm % 2 == 1, -(arm // 2), arm // 2)


def _angles(graph: CorridorGraph, arm: Ints) -> Floats:
    """Return the direction of each arm's first stretch. [rad]."""
    lines = graph.line[arm // 2]
    is_last = arm % 2 == 1
    near = shapely.get_coordinates(shapely.get_point(lines, np.where(is_last, -1, 0)))
    far = shapely.get_coordinates(shapely.get_point(lines, np.where(is_last, -2, 1)))
    step = far - near
    angle: Floats = np.arctan2(step[:, 1], step[:, 0])
    return angle
