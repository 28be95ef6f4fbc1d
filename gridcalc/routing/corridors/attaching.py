"""Sources and target on the corridors: straight connectors to those that can be used."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point

from gridcalc.routing.corridors.edges import CONNECTED, Edges, Floats, Ints, split_edges
from gridcalc.routing.corridors.obstacles import Inside, cut_at_areas, inherited, joined
from gridcalc.routing.corridors.sighting import Joins, Lines, is_clear, more_in_sight, straight
from gridcalc.routing.records import Reach
from gridcalc.routing.site.layers import Areas


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


def attach(
    edges: Edges, inside: Inside, points_m: Floats, *, areas: Areas, reach: Reach
) -> Attached:
    """Return the edges with the points joined to them.

    A connector goes straight to the nearest point of a corridor, or to the next nearest whose
    line passes no blocked area. The area in which a point itself stands does not block it, and is
    passed like one that is open. Where ``reach`` has a margin, other corridors in sight are joined
    too, see :func:`gridcalc.routing.corridors.sighting.more_in_sight`.

    Parameters
    ----------
    edges, inside
        The corridors, and what they lie in.
    points_m
        Sources and target. [m], shape (n_points, 2)
    areas
        The obstacles.
    reach
        A point as close to a corridor as the tolerance needs no connector; how long others may be.
    """
    usable = np.flatnonzero(~inside.blocked)
    barrier = areas.polygon[areas.blocked]
    lines = Lines(
        line=edges.line[usable],
        tree=shapely.STRtree(edges.line[usable]),
        begin=edges.from_node[usable],
        end=edges.to_node[usable],
        barrier=barrier,
        barriers=shapely.STRtree(barrier),
        reach=reach,
    )
    nearest = _nearest(lines, shapely.points(points_m))
    joins = more_in_sight(lines, shapely.points(points_m), nearest)
    cut, at_node = _feet(edges, usable[joins.line], joins.along_m, reach.snap_tolerance_m)
    split = split_edges(edges, *cut)
    foot = at_node.copy()
    foot[at_node < 0] = split.node[-at_node[at_node < 0] - 1]
    node, connectors = _connectors(
        split.edges, points_m, joins.point, foot, tolerance_m=reach.snap_tolerance_m
    )
    laid, lies_in = cut_at_areas(connectors, areas, among=np.ones(len(areas.ids), dtype=bool))
    passable = replace(lies_in, blocked=np.zeros_like(lies_in.blocked))
    return Attached(
        edges=_appended(split.edges, laid.edges),
        inside=joined(inherited(inside, split.origin), passable),
        node=node,
        reached=np.isin(np.arange(len(points_m)), joins.point),
    )


def _nearest(lines: Lines, points: NDArray[np.object_]) -> Joins:
    """Return the line each point is joined to, and where along it; at most one for each."""
    line = np.full(len(points), -1, dtype=np.int64)
    along_m = np.zeros(len(points))
    if len(lines.line):
        who, found = lines.tree.query_nearest(points, max_distance=lines.reach.max_connector_m)
        order = np.lexsort((found, who))
        first = order[np.unique(who[order], return_index=True)[1]]
        line[who[first]] = found[first]
    met = np.flatnonzero(line >= 0)
    along_m[met] = shapely.line_locate_point(lines.line[line[met]], points[met])
    feet = shapely.line_interpolate_point(lines.line[line[met]], along_m[met])
    for point in met[~is_clear(lines, straight(points[met], feet), points[met])].tolist():
        line[point], along_m[point] = _next_nearest(lines, points[point])
    met = np.flatnonzero(line >= 0)
    return Joins(point=met, line=line[met], along_m=along_m[met])


def _next_nearest(lines: Lines, point: Point) -> tuple[int, float]:
    """Return the nearest line within reach that no barrier hides, and where along it."""
    most_m = lines.reach.max_connector_m
    found = lines.tree.query(point, predicate="dwithin", distance=most_m)
    found = found[np.lexsort((found, shapely.distance(lines.line[found], point)))]
    along_m = shapely.line_locate_point(lines.line[found], point)
    points = np.repeat(np.array([point], dtype=object), len(found))
    ways = straight(points, shapely.line_interpolate_point(lines.line[found], along_m))
    clear = np.flatnonzero(is_clear(lines, ways, points))
    if not len(clear):
        return -1, 0.0
    return _first_met(lines, point, ways[clear[0]], int(found[clear[0]]))


def _first_met(lines: Lines, point: Point, way: LineString, fallback: int) -> tuple[int, float]:
    """Return the first line that a connector meets, and where along it."""
    met = np.unique(np.append(lines.tree.query(way, predicate="intersects"), fallback))
    nearest = shapely.intersection(lines.line[met], way)
    away_m = np.where(shapely.is_empty(nearest), np.inf, shapely.distance(nearest, point))
    if not np.isfinite(away_m).any():
        return fallback, float(shapely.line_locate_point(lines.line[fallback], point))
    first = int(met[np.argmin(away_m)])
    place = shapely.line_interpolate_point(way, away_m.min())
    return first, float(shapely.line_locate_point(lines.line[first], place))


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
    edges: Edges, points_m: Floats, point: Ints, foot: Ints, *, tolerance_m: float
) -> tuple[Ints, Edges]:
    """Return the node of each point, and the connectors of those that stand off a corridor.

    ``point`` and ``foot`` are the joins; the first of a point is the nearest.
    """
    node = np.full(len(points_m), -1, dtype=np.int64)
    node[point[::-1]] = foot[::-1]
    away_m = np.full(len(points_m), np.inf)
    reached = node >= 0
    away_m[reached] = np.hypot(*(points_m[reached] - edges.xy_m[node[reached]]).T)
    off = np.flatnonzero(away_m > tolerance_m)
    own = np.arange(len(off)) + len(edges.xy_m)
    node[off] = own
    joins = np.isin(point, off)
    begin, end = node[point[joins]], foot[joins]
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
