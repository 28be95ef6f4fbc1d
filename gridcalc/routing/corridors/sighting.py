"""Which corridors a point may be joined to by a straight line, besides the nearest."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry import Point

from gridcalc.routing.corridors.edges import Floats, Ints
from gridcalc.routing.records import Reach

_CROSSED_M = 0.001
"""A connector that runs less than this in an area only touches it. [m]"""
_NEARER_M = 1e-6
"""A line counts as nearer than another from such a difference on. [m]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """What connectors may go to, and what they may not pass.

    Parameters
    ----------
    line, tree
        Corridors that can be used.
    begin, end
        Nodes of each. shape (n_lines,)
    barrier, barriers
        Areas that may not be passed.
    reach
        How far connectors go.
    """

    line: NDArray[np.object_]
    tree: shapely.STRtree
    begin: Ints
    end: Ints
    barrier: NDArray[np.object_]
    barriers: shapely.STRtree
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joins:
    """Points joined to lines.

    Parameters
    ----------
    point, line
        Indices of both. shape (n_joins,)
    along_m
        Where along the line. [m], shape (n_joins,)
    """

    point: Ints
    line: Ints
    along_m: Floats


def straight(points: NDArray[np.object_], feet: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the straight lines from points to their feet."""
    ends_m = np.stack([shapely.get_coordinates(points), shapely.get_coordinates(feet)], axis=1)
    return np.asarray(shapely.linestrings(ends_m), dtype=object)


def is_clear(
    lines: Lines, ways: NDArray[np.object_], points: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Return which straight lines run through no barrier but the one their point stands in."""
    which, barrier = lines.barriers.query(ways, predicate="intersects")
    polygon = lines.barrier[barrier]
    inside_m = shapely.length(shapely.intersection(ways[which], polygon))
    hidden = (inside_m > _CROSSED_M) & ~shapely.intersects(polygon, points[which])
    clear = np.ones(len(ways), dtype=bool)
    clear[which[hidden]] = False
    return clear


def more_in_sight(lines: Lines, points: NDArray[np.object_], nearest: Joins) -> Joins:
    """Return the joins to the nearest lines, and those to others in sight of their points.

    A map is no surveyed plan, so which of two corridors is nearer is not known to the metre:
    corridors that are farther by no more than the margin of the reach are joined too. So is the
    nearest of each part of the network that those before do not belong to, or else a stray piece
    of corridor would cut a point off. In sight is the nearest place of a corridor to which a
    straight line leads that passes no barrier and meets no other corridor. A point on a corridor
    is joined to this one only. Without a margin nothing is added.
    """
    if lines.reach.sight_margin_m is None or not len(nearest.point):
        return nearest
    part = _parts(lines)
    point, line, along_m = [nearest.point], [nearest.line], [nearest.along_m]
    for who, first, where_m in zip(*_rows(nearest), strict=True):
        added, at_m = _others(lines, points[who], first, where_m, part)
        point.append(np.full(len(added), who))
        line.append(added)
        along_m.append(at_m)
    return Joins(
        point=np.concatenate(point), line=np.concatenate(line), along_m=np.concatenate(along_m)
    )


def _rows(joins: Joins) -> tuple[list[int], list[int], list[float]]:
    return joins.point.tolist(), joins.line.tolist(), joins.along_m.tolist()


def _parts(lines: Lines) -> NDArray[np.int32]:
    """Return the part of the network each line belongs to. shape (n_lines,)."""
    n_nodes = int(max(lines.begin.max(), lines.end.max())) + 1
    ones = np.ones(len(lines.line), dtype=np.int8)
    joints = csr_array((ones, (lines.begin, lines.end)), shape=(n_nodes, n_nodes))
    part: NDArray[np.int32] = connected_components(joints, directed=False)[1]
    return part[lines.begin]


def _others(
    lines: Lines, point: Point, first: int, first_along_m: float, part: NDArray[np.int32]
) -> tuple[Ints, Floats]:
    """Return the other lines that one point is joined to, the nearest first, and where along."""
    reach = lines.reach
    own = shapely.line_interpolate_point(lines.line[first], first_along_m)
    least_m = float(shapely.distance(own, point))
    margin_m = reach.sight_margin_m or 0.0
    far_m = reach.max_connector_m
    if not part.any():
        far_m = min(far_m, least_m + margin_m)
    found = lines.tree.query(point, predicate="dwithin", distance=far_m)
    away_m = shapely.distance(lines.line[found], point)
    wanted = (away_m <= least_m + margin_m) | (part[found] != part[first])
    if least_m <= reach.snap_tolerance_m or not (wanted & (found != first)).any():
        return np.empty(0, dtype=np.int64), np.empty(0)
    order = np.lexsort((found, away_m))
    found, away_m, wanted = found[order], away_m[order], wanted[order]
    along_m = shapely.line_locate_point(lines.line[found], point)
    feet = shapely.line_interpolate_point(lines.line[found], along_m)
    seen = np.flatnonzero(wanted & _in_sight(lines, point, found, feet))
    kept = [
        place
        for place in _distinct(seen, feet, own, reach.snap_tolerance_m)
        if found[place] != first and _is_nearest_here(lines, found, away_m, feet, place)
    ]
    parts = {int(part[first])}
    chosen = []
    for place in kept:
        own_part = int(part[found[place]])
        if away_m[place] <= least_m + margin_m or own_part not in parts:
            chosen.append(place)
            parts.add(own_part)
    return found[chosen], along_m[chosen]


def _in_sight(
    lines: Lines, point: Point, found: Ints, feet: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Return which feet a straight line reaches that no barrier and no other corridor cuts."""
    points = np.repeat(np.array([point], dtype=object), len(found))
    ways = straight(points, feet)
    seen = is_clear(lines, ways, points)
    which, other = lines.tree.query(ways, predicate="intersects")
    met = shapely.intersection(lines.line[other], ways[which])
    before_m = shapely.length(ways[which]) - shapely.distance(met, points[which])
    seen[which[before_m > lines.reach.snap_tolerance_m]] = False
    return seen


def _distinct(
    places: Ints, feet: NDArray[np.object_], own: Point, tolerance_m: float
) -> Iterator[int]:
    """Yield the places whose feet lie apart from each other and from a first foot."""
    taken = [own]
    for place in places.tolist():
        if shapely.distance(np.array(taken, dtype=object), feet[place]).min() > tolerance_m:
            taken.append(feet[place])
            yield place


def _is_nearest_here(
    lines: Lines, found: Ints, away_m: Floats, feet: NDArray[np.object_], place: int
) -> bool:
    """Return whether no line that begins at this foot leads nearer to the point."""
    nearer = lines.line[found[away_m < away_m[place] - _NEARER_M]]
    near_m = shapely.distance(nearer, feet[place])
    return not bool((near_m <= lines.reach.snap_tolerance_m).any())
