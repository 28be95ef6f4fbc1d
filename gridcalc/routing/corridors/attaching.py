"""Sources and target on the corridors: a straight connector to the nearest that can be used."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point

from gridcalc.routing.corridors.edges import CONNECTED, Edges, Floats, Ints, split_edges
from gridcalc.routing.corridors.obstacles import Inside, cut_at_areas, inherited, joined
from gridcalc.routing.site.layers import Areas

_CROSSED_M = 0.001
"""A connector that runs less than this in an area only touches it. [m]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attached:
    """Edges with a connector from each point.

    Parameters
    ----------
    edges, inside
        The edges, those of the connectors last, and what they lie in.
    node
        Node at which each point stands. shape (n_points,)
    reached
        Whether a corridor was found for it. shape (n_points,)
    """

    edges: Edges
    inside: Inside
    node: Ints
    reached: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Reach:
    """What connectors may go to, and what they may not pass."""

    line: NDArray[np.object_]
    tree: shapely.STRtree
    barrier: NDArray[np.object_]
    barriers: shapely.STRtree
    max_m: float


def attach(
    edges: Edges,
    inside: Inside,
    points_m: Floats,
    *,
    areas: Areas,
    tolerance_m: float,
    max_connector_m: float,
) -> Attached:
    """Return the edges with the points joined to them.

    A connector goes straight to the nearest point of a corridor, or to the next nearest whose
    line passes no blocked area. The area in which a point itself stands does not block it, and is
    passed like one that is open.

    Parameters
    ----------
    edges, inside
        The corridors, and what they lie in.
    points_m
        Sources and target. [m], shape (n_points, 2)
    areas
        The obstacles.
    tolerance_m
        A point as close as this to a corridor needs no connector. [m]
    max_connector_m
        Longest connector. [m]
    """
    usable = np.flatnonzero(~inside.blocked)
    barrier = areas.polygon[areas.blocked]
    reach = _Reach(
        line=edges.line[usable],
        tree=shapely.STRtree(edges.line[usable]),
        barrier=barrier,
        barriers=shapely.STRtree(barrier),
        max_m=max_connector_m,
    )
    nearest, distance_m = _nearest(reach, shapely.points(points_m))
    reached = nearest >= 0
    edge = usable[nearest[reached]]
    cut, at_node = _feet(edges, edge, distance_m[reached], tolerance_m)
    split = split_edges(edges, *cut)
    foot = at_node.copy()
    foot[at_node < 0] = split.node[-at_node[at_node < 0] - 1]
    node, connectors = _connectors(split.edges, points_m, reached, foot, tolerance_m)
    laid, lies_in = cut_at_areas(connectors, areas, among=np.ones(len(areas.ids), dtype=bool))
    passable = replace(lies_in, blocked=np.zeros_like(lies_in.blocked))
    return Attached(
        edges=_appended(split.edges, laid.edges),
        inside=joined(inherited(inside, split.origin), passable),
        node=node,
        reached=reached,
    )


def _nearest(reach: _Reach, points: NDArray[np.object_]) -> tuple[Ints, Floats]:
    """Return the line each point is joined to, -1 for none, and where along it."""
    line = np.full(len(points), -1, dtype=np.int64)
    along_m = np.zeros(len(points))
    if not len(reach.line):
        return line, along_m
    who, found = reach.tree.query_nearest(points, max_distance=reach.max_m)
    order = np.lexsort((found, who))
    first = order[np.unique(who[order], return_index=True)[1]]
    line[who[first]] = found[first]
    met = np.flatnonzero(line >= 0)
    along_m[met] = shapely.line_locate_point(reach.line[line[met]], points[met])
    feet = shapely.line_interpolate_point(reach.line[line[met]], along_m[met])
    straight = _straight(points[met], feet)
    for point in met[~_clear(reach, straight, points[met])].tolist():
        line[point], along_m[point] = _next_nearest(reach, points[point])
    return line, along_m


def _next_nearest(reach: _Reach, point: Point) -> tuple[int, float]:
    """Return the nearest line within reach that no barrier hides, and where along it."""
    found = reach.tree.query(point, predicate="dwithin", distance=reach.max_m)
    found = found[np.lexsort((found, shapely.distance(reach.line[found], point)))]
    lines = reach.line[found]
    along_m = shapely.line_locate_point(lines, point)
    points = np.repeat(np.array([point], dtype=object), len(found))
    straight = _straight(points, shapely.line_interpolate_point(lines, along_m))
    clear = np.flatnonzero(_clear(reach, straight, points))
    if not len(clear):
        return -1, 0.0
    return _first_met(reach, point, straight[clear[0]], int(found[clear[0]]))


def _first_met(
    reach: _Reach, point: Point, straight: LineString, fallback: int
) -> tuple[int, float]:
    """Return the first line that a connector meets, and where along it."""
    met = np.unique(np.append(reach.tree.query(straight, predicate="intersects"), fallback))
    nearest = shapely.intersection(reach.line[met], straight)
    away_m = np.where(shapely.is_empty(nearest), np.inf, shapely.distance(nearest, point))
    if not np.isfinite(away_m).any():
        return fallback, float(shapely.line_locate_point(reach.line[fallback], point))
    first = int(met[np.argmin(away_m)])
    place = shapely.line_interpolate_point(straight, away_m.min())
    return first, float(shapely.line_locate_point(reach.line[first], place))


def _clear(
    reach: _Reach, straight: NDArray[np.object_], points: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Return which straight lines run through no barrier but the one their point stands in."""
    which, barrier = reach.barriers.query(straight, predicate="intersects")
    polygon = reach.barrier[barrier]
    inside_m = shapely.length(shapely.intersection(straight[which], polygon))
    hidden = (inside_m > _CROSSED_M) & ~shapely.intersects(polygon, points[which])
    clear = np.ones(len(straight), dtype=bool)
    clear[which[hidden]] = False
    return clear


def _straight(points: NDArray[np.object_], feet: NDArray[np.object_]) -> NDArray[np.object_]:
    ends_m = np.stack([shapely.get_coordinates(points), shapely.get_coordinates(feet)], axis=1)
    return np.asarray(shapely.linestrings(ends_m), dtype=object)


def _feet(
    edges: Edges, edge: Ints, along_m: Floats, tolerance_m: float
) -> tuple[tuple[Ints, Floats], Ints]:
    """Return the cuts at the feet, and the node of each foot; ``-i - 1`` stands for cut i."""
    length_m = shapely.length(edges.line[edge])
    begins, ends = along_m <= tolerance_m, along_m >= length_m - tolerance_m
    nearer_end = ends & (~begins | (along_m > length_m / 2))
    node = np.where(nearer_end, edges.to_node[edge], edges.from_node[edge])
    inner = np.flatnonzero(~begins & ~ends)
    order = inner[np.lexsort((along_m[inner], edge[inner]))]
    cut_edge: list[int] = []
    cut_m: list[float] = []
    for foot in order.tolist():
        new = not cut_edge or cut_edge[-1] != edge[foot] or along_m[foot] - cut_m[-1] > tolerance_m
        if new:
            cut_edge.append(int(edge[foot]))
            cut_m.append(float(along_m[foot]))
        node[foot] = -len(cut_edge)
    return (np.array(cut_edge, dtype=np.int64), np.array(cut_m)), node


def _connectors(
    edges: Edges, points_m: Floats, reached: NDArray[np.bool_], foot: Ints, tolerance_m: float
) -> tuple[Ints, Edges]:
    """Return the node of each point, and the connectors of those that stand off a corridor."""
    node = np.full(len(points_m), -1, dtype=np.int64)
    node[reached] = foot
    away_m = np.full(len(points_m), np.inf)
    away_m[reached] = np.hypot(*(points_m[reached] - edges.xy_m[foot]).T)
    off = np.flatnonzero(away_m > tolerance_m)
    own = np.arange(len(off)) + len(edges.xy_m)
    joins = reached[off]
    begin, end = own[joins], node[off[joins]]
    node[off] = own
    xy_m = np.concatenate([edges.xy_m, points_m[off]])
    connectors = Edges(
        xy_m=xy_m,
        from_node=begin,
        to_node=end,
        parent=np.full(len(begin), CONNECTED),
        line=np.asarray(
            shapely.linestrings(np.stack([xy_m[begin], xy_m[end]], axis=1)), dtype=object
        ),
    )
    return node, connectors


def _appended(edges: Edges, more: Edges) -> Edges:
    """Return edges and more edges; the nodes of the second continue those of the first."""
    return Edges(
        xy_m=more.xy_m,
        from_node=np.concatenate([edges.from_node, more.from_node]),
        to_node=np.concatenate([edges.to_node, more.to_node]),
        parent=np.concatenate([edges.parent, more.parent]),
        line=np.concatenate([edges.line, more.line]),
    )
