"""Lines into edges: joined where they end, cross or touch, and nowhere else.

1. Line ends within the tolerance become one node.
2. Segments of lines on the same level that cross, or on which another line ends within the
   tolerance, are cut there. Other vertices cut a segment only where they lie on it.
3. Cuts within the tolerance of a node or of each other are one node.

No vertex moves by more than the tolerance.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.routing.corridors.edges import Edges, Ints
from gridcalc.routing.corridors.meetings import Meetings, meetings
from gridcalc.routing.corridors.snapping import Points, snap


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """Lines as they were drawn.

    Parameters
    ----------
    xy_m
        Vertices of all lines in turn. [m], shape (n_vertices, 2)
    first
        First vertex of each line, and the number of vertices. shape (n_lines + 1,)
    level
        Level on which each line runs; lines of different levels join at common ends only.
    """

    xy_m: Points
    first: Ints
    level: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cuts:
    """Where lines are cut: vertex number plus the share of the segment after it; and the node."""

    position: NDArray[np.float64]
    node: Ints


def lines_of(geometry: NDArray[np.object_], *, level: Ints) -> Lines:
    """Return line strings as one array of vertices; equal vertices in a row become one.

    Examples
    --------
    >>> lines_of(np.array([shapely.LineString([(0, 0), (0, 0), (4, 3)])]), level=np.zeros(1)).first
    array([0, 2])
    """
    xy_m, owner = shapely.get_coordinates(geometry, return_index=True)
    repeated = np.zeros(len(xy_m), dtype=bool)
    repeated[1:] = (owner[1:] == owner[:-1]) & (xy_m[1:] == xy_m[:-1]).all(axis=1)
    xy_m, owner = xy_m[~repeated], owner[~repeated]
    first = np.searchsorted(owner, np.arange(len(geometry) + 1))
    return Lines(xy_m=xy_m, first=first, level=level)


def node_lines(lines: Lines, *, tolerance_m: float) -> Edges:
    """Return the lines cut at every place where they meet.

    Parameters
    ----------
    lines
        At least two vertices each.
    tolerance_m
        Ends as close as this are joined. [m]

    Returns
    -------
    Edges without loops: a piece that would end where it begins is cut in two.

    Examples
    --------
    >>> cross = shapely.from_wkt(["LINESTRING (0 0, 2 2)", "LINESTRING (0 2, 2 0)"])
    >>> edges = node_lines(lines_of(cross, level=np.zeros(2)), tolerance_m=0.1)
    >>> edges.parent.tolist(), len(edges.xy_m)
    ([0, 0, 1, 1], 5)
    """
    head, tail = lines.first[:-1], lines.first[1:] - 1
    ends = np.concatenate([head, tail])
    end_node, nodes_m = snap(lines.xy_m[ends], tolerance_m=tolerance_m, fixed_m=np.empty((0, 2)))
    xy_m = lines.xy_m.copy()
    xy_m[ends] = nodes_m[end_node]
    met = meetings(xy_m, lines.first, level=lines.level, tolerance_m=tolerance_m)
    cuts, nodes_m = _placed(met, _node_of_vertex(ends, end_node, len(xy_m)), nodes_m, tolerance_m)
    cuts = _sorted(
        np.concatenate([ends.astype(float), cuts.position]), np.concatenate([end_node, cuts.node])
    )
    looped = _loops(cuts, xy_m, nodes_m, lines.first, tolerance_m)
    if len(looped):
        extra = np.arange(len(looped)) + len(nodes_m)
        nodes_m = np.concatenate([nodes_m, xy_m[looped]])
        cuts = _sorted(
            np.concatenate([cuts.position, looped.astype(float)]),
            np.concatenate([cuts.node, extra]),
        )
    return _cut(cuts, xy_m, nodes_m, lines.first)


def _node_of_vertex(ends: Ints, end_node: Ints, n_vertices: int) -> Ints:
    node = np.full(n_vertices, -1, dtype=np.int64)
    node[ends] = end_node
    return node


def _placed(
    met: Meetings, node_of_vertex: Ints, nodes_m: Points, tolerance_m: float
) -> tuple[_Cuts, Points]:
    """Return the cuts with a node each: that of the line end, or a new one."""
    node = np.where(met.vertex >= 0, node_of_vertex[met.vertex], -1)
    free = node < 0
    node[free], nodes_m = snap(met.xy_m[free], tolerance_m=tolerance_m, fixed_m=nodes_m)
    return _Cuts(position=met.position, node=node), nodes_m


def _sorted(position: NDArray[np.float64], node: Ints) -> _Cuts:
    order = np.lexsort((node, position))
    return _Cuts(position=position[order], node=node[order])


def _spans(cuts: _Cuts, first: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return line, first cut, first and last inner vertex of each stretch between two cuts."""
    owner = np.searchsorted(first, cuts.position, side="right") - 1
    start = np.flatnonzero(owner[1:] == owner[:-1])
    inner_from = np.floor(cuts.position[start]).astype(np.int64) + 1
    inner_to = np.ceil(cuts.position[start + 1]).astype(np.int64) - 1
    return owner[start], start, inner_from, inner_to


def _loops(cuts: _Cuts, xy_m: Points, nodes_m: Points, first: Ints, tolerance_m: float) -> Ints:
    """Return the far vertex of each stretch that ends where it begins and is no sliver."""
    _owner, start, inner_from, inner_to = _spans(cuts, first)
    closed = np.flatnonzero(cuts.node[start] == cuts.node[start + 1])
    far = []
    for stretch in closed[inner_to[closed] >= inner_from[closed]].tolist():
        inner_m = xy_m[inner_from[stretch] : inner_to[stretch] + 1]
        away_m = np.hypot(*(inner_m - nodes_m[cuts.node[start[stretch]]]).T)
        if away_m.max() > tolerance_m:
            far.append(inner_from[stretch] + np.argmax(away_m))
    return np.array(far, dtype=np.int64)


def _cut(cuts: _Cuts, xy_m: Points, nodes_m: Points, first: Ints) -> Edges:
    owner, start, inner_from, inner_to = _spans(cuts, first)
    keep = cuts.node[start] != cuts.node[start + 1]
    owner, start = owner[keep], start[keep]
    inner_from, inner_to = inner_from[keep], inner_to[keep]
    n_inner = np.maximum(inner_to - inner_from + 1, 0)
    offset = np.concatenate([[0], np.cumsum(n_inner + 2)])
    piece = np.repeat(np.arange(len(owner)), n_inner + 2)
    rank = np.arange(offset[-1]) - offset[:-1][piece]
    vertex = np.clip(inner_from[piece] + rank - 1, 0, len(xy_m) - 1)
    points_m = xy_m[vertex]
    points_m[offset[:-1]] = nodes_m[cuts.node[start]]
    points_m[offset[1:] - 1] = nodes_m[cuts.node[start + 1]]
    used, renumbered = np.unique(cuts.node[np.concatenate([start, start + 1])], return_inverse=True)
    return Edges(
        xy_m=nodes_m[used],
        from_node=renumbered[: len(start)],
        to_node=renumbered[len(start) :],
        parent=owner,
        line=shapely.linestrings(points_m, indices=piece),
    )
