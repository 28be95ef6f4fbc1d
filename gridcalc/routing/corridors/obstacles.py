"""What lies in an obstacle: edges cut at its border, and what holds for each side."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.routing.corridors.edges import Edges, Ints, Split, distinct_cuts, split_edges
from gridcalc.routing.kinds import obstacle_kinds
from gridcalc.routing.site.layers import Areas

_BORDER_M = 0.001
"""What is as close as this to a border lies on it: below what maps resolve. [m]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inside:
    """What edges lie in.

    Parameters
    ----------
    area
        The most restrictive area an edge lies in; -1 for none. shape (n_edges,)
    kinds
        Whether it lies in an area of each kind, by the order of the table of kinds.
        shape (n_kinds, n_edges)
    blocked, important, green
        Whether one of its areas may not be passed, is important, is green. shape (n_edges,)
    """

    area: Ints
    kinds: NDArray[np.bool_]
    blocked: NDArray[np.bool_]
    important: NDArray[np.bool_]
    green: NDArray[np.bool_]


def outside(n_edges: int) -> Inside:
    """Return what holds for edges that lie in no area."""
    no = np.zeros(n_edges, dtype=bool)
    return Inside(
        area=np.full(n_edges, -1),
        kinds=np.zeros((len(obstacle_kinds()), n_edges), dtype=bool),
        blocked=no,
        important=no.copy(),
        green=no.copy(),
    )


def inherited(inside: Inside, origin: Ints) -> Inside:
    """Return what holds for edges that were cut from others."""
    return Inside(
        area=inside.area[origin],
        kinds=inside.kinds[:, origin],
        blocked=inside.blocked[origin],
        important=inside.important[origin],
        green=inside.green[origin],
    )


def joined(one: Inside, two: Inside) -> Inside:
    """Return what holds for some edges and then for others."""
    return Inside(
        area=np.concatenate([one.area, two.area]),
        kinds=np.concatenate([one.kinds, two.kinds], axis=1),
        blocked=np.concatenate([one.blocked, two.blocked]),
        important=np.concatenate([one.important, two.important]),
        green=np.concatenate([one.green, two.green]),
    )


def cut_at_areas(edges: Edges, areas: Areas, *, among: NDArray[np.bool_]) -> tuple[Split, Inside]:
    """Return the edges cut at the borders of some areas, and which lie inside.

    An edge along a border lies outside.

    Parameters
    ----------
    edges
        The edges.
    areas
        All areas.
    among
        Which of them count. shape (n_areas,)
    """
    counted = np.flatnonzero(among)
    if not len(counted) or not len(edges.line):
        return split_edges(edges, np.empty(0, dtype=np.int64), np.empty(0)), outside(
            len(edges.line)
        )
    found, edge = shapely.STRtree(edges.line).query(areas.polygon[counted], predicate="intersects")
    area = counted[found]
    split = split_edges(edges, *_border_cuts(edges, areas.polygon[counted], np.unique(edge)))
    first = np.searchsorted(split.origin, np.arange(len(edges.line) + 1))
    n_parts = np.diff(first)[edge]
    offset = np.arange(n_parts.sum()) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    part = np.repeat(first[edge], n_parts) + offset
    return split, _inside(split.edges, areas, part, np.repeat(area, n_parts))


def _border_cuts(
    edges: Edges, polygon: NDArray[np.object_], edge: Ints
) -> tuple[Ints, NDArray[np.float64]]:
    """Return where some edges meet the borders of areas, segment by segment."""
    xy_m, owner = shapely.get_coordinates(edges.line[edge], return_index=True)
    begin = np.flatnonzero(owner[1:] == owner[:-1])
    step_m = np.zeros(len(xy_m))
    step_m[begin + 1] = np.hypot(*(xy_m[begin + 1] - xy_m[begin]).T)
    along_m = np.cumsum(step_m)
    along_m -= along_m[np.searchsorted(owner, np.arange(len(edge)))][owner]
    segment = shapely.linestrings(np.stack([xy_m[begin], xy_m[begin + 1]], axis=1))
    border = shapely.boundary(polygon)
    which, met = shapely.STRtree(segment).query(border, predicate="intersects")
    points_m, pair = shapely.get_coordinates(
        shapely.intersection(segment[met], border[which]), return_index=True
    )
    at = begin[met[pair]]
    distance_m = along_m[at] + np.hypot(*(points_m - xy_m[at]).T)
    return distinct_cuts(edges, edge[owner[at]], distance_m, apart_m=_BORDER_M)


def _inside(edges: Edges, areas: Areas, edge: Ints, area: Ints) -> Inside:
    middle = shapely.line_interpolate_point(edges.line[edge], 0.5, normalized=True)
    shapely.prepare(areas.polygon)
    within = shapely.contains(areas.polygon[area], middle)
    edge, area, middle = edge[within], area[within], middle[within]
    deep = shapely.distance(shapely.boundary(areas.polygon)[area], middle) > _BORDER_M
    edge, area = edge[deep], area[deep]
    result = outside(len(edges.line))
    rank = areas.rank
    best = np.full(len(edges.line), len(rank))
    np.minimum.at(best, edge, rank[area])
    result.area[:] = np.append(np.argsort(rank), -1)[best]
    names = list(obstacle_kinds())
    result.kinds[np.array([names.index(kind) for kind in areas.kind], dtype=int)[area], edge] = True
    result.blocked[edge[areas.blocked[area]]] = True
    result.important[edge[areas.important[area]]] = True
    result.green[edge[areas.green[area]]] = True
    return result
