"""Edges in the making: pieces of corridors between nodes, and how they are cut further."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CONNECTED = -1
"""Parent of an edge that belongs to no corridor: a connector."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """Nodes, and edges between them.

    Parameters
    ----------
    xy_m
        Nodes. [m], shape (n_nodes, 2)
    from_node, to_node
        Ends of each edge. shape (n_edges,)
    parent
        The corridor it is a piece of; ``CONNECTED`` for none. shape (n_edges,)
    line
        Geometry from ``from_node`` to ``to_node``. shape (n_edges,), dtype object
    """

    xy_m: Floats
    from_node: Ints
    to_node: Ints
    parent: Ints
    line: NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Edges after cutting.

    Parameters
    ----------
    edges
        The edges, those cut from one edge in turn.
    origin
        The edge each was before. shape (n_edges,), ascending
    node
        Node at each cut, in the order the cuts were given. shape (n_cuts,)
    """

    edges: Edges
    origin: Ints
    node: Ints


def chosen(edges: Edges, which: Ints) -> Edges:
    """Return some of the edges; all nodes stay."""
    return Edges(
        xy_m=edges.xy_m,
        from_node=edges.from_node[which],
        to_node=edges.to_node[which],
        parent=edges.parent[which],
        line=edges.line[which],
    )


def split_edges(edges: Edges, edge: Ints, distance_m: Floats) -> Split:
    """Return the edges cut at distances from their beginning, with a new node at each cut.

    Parameters
    ----------
    edges
        The edges.
    edge, distance_m
        Each cut; no two at one place, none at an end. [m]

    Examples
    --------
    >>> one = np.array([LineString([(0, 0), (10, 0)])])
    >>> edges = Edges(xy_m=np.array([[0.0, 0.0], [10.0, 0.0]]), from_node=np.array([0]),
    ...               to_node=np.array([1]), parent=np.array([0]), line=one)
    >>> split = split_edges(edges, np.array([0]), np.array([4.0]))
    >>> split.edges.to_node.tolist(), shapely.length(split.edges.line).tolist()
    ([2, 1], [4.0, 6.0])
    """
    n_edges, n_cuts = len(edges.line), len(edge)
    if not n_cuts:
        return Split(edges=edges, origin=np.arange(n_edges), node=np.empty(0, dtype=np.int64))
    order = np.lexsort((distance_m, edge))
    n_parts = np.bincount(edge, minlength=n_edges) + 1
    origin = np.repeat(np.arange(n_edges), n_parts)
    last = np.cumsum(n_parts) - 1
    is_last = np.zeros(len(origin), dtype=bool)
    is_last[last] = True
    node = np.empty(n_cuts, dtype=np.int64)
    node[order] = np.arange(n_cuts) + len(edges.xy_m)
    from_node, to_node = edges.from_node[origin], edges.to_node[origin]
    before = np.flatnonzero(~is_last)
    to_node[before] = node[order]
    from_node[before + 1] = node[order]
    line = edges.line[origin]
    points_m = np.empty((n_cuts, 2))
    begin = last - n_parts + 1
    for cut in np.unique(edge).tolist():
        own = order[np.searchsorted(edge[order], cut) :][: n_parts[cut] - 1]
        parts, at = _parts(edges.line[cut], distance_m[own])
        line[begin[cut] : last[cut] + 1] = parts
        points_m[own] = at
    return Split(
        edges=Edges(
            xy_m=np.concatenate([edges.xy_m, points_m]),
            from_node=from_node,
            to_node=to_node,
            parent=edges.parent[origin],
            line=line,
        ),
        origin=origin,
        node=node,
    )


def _parts(line: LineString, distance_m: Floats) -> tuple[NDArray[np.object_], Floats]:
    """Return the parts of a line between ascending cuts, and the points of the cuts."""
    xy_m = shapely.get_coordinates(line)
    along_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy_m, axis=0).T))])
    at = np.column_stack([np.interp(distance_m, along_m, xy_m[:, axis]) for axis in (0, 1)])
    bounds = np.concatenate([[-1.0], distance_m, [along_m[-1] + 1.0]])
    ends = [xy_m[:0], *at[:, None], xy_m[:0]]
    parts = np.empty(len(distance_m) + 1, dtype=object)
    for part in range(len(parts)):
        inner = xy_m[(along_m > bounds[part]) & (along_m < bounds[part + 1])]
        parts[part] = LineString(np.concatenate([ends[part], inner, ends[part + 1]]))
    return parts, at


def distinct_cuts(
    edges: Edges, edge: Ints, distance_m: Floats, *, apart_m: float
) -> tuple[Ints, Floats]:
    """Return the cuts without those close to an end of their edge or to the cut before. [m]."""
    length_m = shapely.length(edges.line[edge])
    inner = (distance_m > apart_m) & (distance_m < length_m - apart_m)
    edge, distance_m = edge[inner], distance_m[inner]
    order = np.lexsort((distance_m, edge))
    edge, distance_m = edge[order], distance_m[order]
    new = np.ones(len(edge), dtype=bool)
    new[1:] = (np.diff(edge) != 0) | (np.diff(distance_m) > apart_m)
    return edge[new], distance_m[new]
