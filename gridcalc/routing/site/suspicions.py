"""What in a map may be a mistake: gaps, islands, layers shifted against each other."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from gridcalc.notes import Note, note
from gridcalc.routing.coordinates import (
    LON_LAT,
    Points,
    shifted_to_gcj,
    to_zone,
    zone_to_lon_lat,
)
from gridcalc.routing.corridors.edges import CONNECTED, Edges, Floats, Ints
from gridcalc.routing.records import MapWarning

MAX_LISTED = 20
"""So many of one kind are listed; the rest is counted."""

_GAP_TOLERANCES, _WALK = 10, 3
"""A gap is up to so many tolerances wide, and the way around it so many times as long."""
_SHIFT_SEEN_M, _SHIFT_SEEN_BY_FEW_M, _FEW_POINTS = 20, 100, 4
_SHIFT_HEALS = 4
"""A shift is suspected from such a distance on, a larger one with few points, if taking it back
brings the points that many times nearer."""


def warning_at(kind: str, text: Note, place_m: Floats, *, epsg: int) -> MapWarning:
    """Return a warning with the place it is about.

    Parameters
    ----------
    kind, text
        As in :class:`MapWarning`.
    place_m
        Easting and northing. [m]
    epsg
        Their zone.
    """
    lon, lat = zone_to_lon_lat(np.atleast_2d(place_m), epsg=epsg)[0].tolist()
    return MapWarning(kind=kind, text=text, lon=lon, lat=lat)


def gap_warnings(
    edges: Edges, level: Ints, *, tolerance_m: float, epsg: int
) -> tuple[MapWarning, ...]:
    """Return the loose ends that nearly reach another corridor of their level.

    Parameters
    ----------
    edges
        Corridors cut at their junctions.
    level
        Level of each edge.
    tolerance_m
        Ends nearer than this were joined; up to ten times as far is a gap. [m]
    epsg
        Zone of the coordinates.
    """
    ends = np.concatenate([edges.from_node, edges.to_node])
    own = np.tile(np.arange(len(edges.line)), 2)[np.bincount(ends)[ends] == 1]
    node = ends[np.bincount(ends)[ends] == 1]
    reach_m = _GAP_TOLERANCES * tolerance_m
    points = shapely.points(edges.xy_m[node])
    which, other = shapely.STRtree(edges.line).query(points, predicate="dwithin", distance=reach_m)
    distance_m = shapely.distance(edges.line[other], points[which])
    counts = (level[other] == level[own[which]]) & (distance_m > tolerance_m)
    which, other, distance_m = which[counts], other[counts], distance_m[counts]
    joins = _joins(edges)
    part = connected_components(joins, directed=False)[1]
    apart = part[edges.from_node[other]] != part[node[which]]
    for end in np.unique(which[~apart]).tolist():
        near = np.flatnonzero(which == end)
        walk_m = dijkstra(joins, directed=False, indices=node[end], limit=_WALK * reach_m)
        begin, stop = edges.from_node[other[near]], edges.to_node[other[near]]
        apart[near] |= np.isinf(np.minimum(walk_m[begin], walk_m[stop]))
    which, distance_m = which[apart], distance_m[apart]
    order = np.lexsort((distance_m, which))
    first = order[np.unique(which[order], return_index=True)[1]].tolist()
    found = [(edges.xy_m[node[which[row]]], float(distance_m[row])) for row in first]
    return _listed_gaps(sorted(found, key=lambda gap: gap[0].tolist()), epsg)


def _joins(edges: Edges) -> csr_array:
    """Return the shortest edge between any two nodes as a matrix. [m]."""
    n_nodes = len(edges.xy_m)
    low = np.minimum(edges.from_node, edges.to_node)
    high = np.maximum(edges.from_node, edges.to_node)
    length_m = shapely.length(edges.line)
    order = np.lexsort((length_m, high, low))
    first = order[np.unique(low[order] * n_nodes + high[order], return_index=True)[1]]
    return csr_array((length_m[first], (low[first], high[first])), shape=(n_nodes, n_nodes))


def _listed_gaps(gaps: Sequence[tuple[Floats, float]], epsg: int) -> tuple[MapWarning, ...]:
    listed = [
        warning_at(
            "gap",
            note(
                "a corridor ends {away_m:.1f} m before another; join them if a cable can pass, or"
                " raise snap_tolerance_m",
                away_m=distance_m,
            ),
            place_m,
            epsg=epsg,
        )
        for place_m, distance_m in gaps[:MAX_LISTED]
    ]
    n_more = len(gaps) - len(listed)
    if n_more:
        text = note("corridors that end shortly before another: {n} more", n=n_more)
        listed.append(MapWarning(kind="gap", text=text))
    return tuple(listed)


def island_warnings(edges: Edges, target_node: int, *, epsg: int) -> tuple[MapWarning, ...]:
    """Return one warning on all corridors that are not joined to the target, if any."""
    _n_parts, part = connected_components(_joins(edges), directed=False)
    corridor = edges.parent != CONNECTED
    apart = np.flatnonzero(corridor & (part[edges.from_node] != part[target_node]))
    if not len(apart):
        return ()
    length_m = shapely.length(edges.line[apart])
    parts, which = np.unique(part[edges.from_node[apart]], return_inverse=True)
    longest = int(np.argmax(np.bincount(which, weights=length_m)))
    place_m = edges.xy_m[edges.from_node[apart[np.flatnonzero(which == longest)[0]]]]
    text = note(
        "parts of the corridors not joined to the target: {n}, {length_m:.0f} m in all; check the"
        " ends there or raise snap_tolerance_m; the longest is here",
        n=len(parts),
        length_m=float(length_m.sum()),
    )
    return (warning_at("island", text, place_m, epsg=epsg),)


def shift_warnings(
    points_m: Points, line: NDArray[np.object_], *, epsg: int
) -> tuple[MapWarning, ...]:
    """Return a warning if sources and target lie on the corridors only after a GCJ-02 shift.

    Parameters
    ----------
    points_m
        Sources and target. [m], shape (n_points, 2)
    line
        Corridors. [m]
    epsg
        Zone of the coordinates.
    """
    if not len(line):
        return ()
    tree = shapely.STRtree(line)
    given_m = _median_distance_m(tree, points_m)
    lon_lat = zone_to_lon_lat(points_m, epsg=epsg)
    moved_m = {
        word: _median_distance_m(
            tree, to_zone(shifted_to_gcj(lon_lat, back=back), LON_LAT, epsg=epsg)
        )
        for word, back in (("corridors", False), ("points", True))
    }
    word = min(moved_m, key=lambda name: moved_m[name])
    least_m = _SHIFT_SEEN_BY_FEW_M if len(points_m) < _FEW_POINTS else _SHIFT_SEEN_M
    if given_m < least_m or moved_m[word] * _SHIFT_HEALS > given_m:
        return ()
    away_m: dict[str, float] = {"given_m": given_m, "moved_m": moved_m[word]}
    if word == "corridors":
        text = note(
            "sources and target lie {given_m:.0f} m from the corridors (median), but {moved_m:.0f}"
            " m if the corridors are in GCJ-02; check the crs of each layer",
            **away_m,
        )
    else:
        text = note(
            "sources and target lie {given_m:.0f} m from the corridors (median), but {moved_m:.0f}"
            " m if the sources and the target are in GCJ-02; check the crs of each layer",
            **away_m,
        )
    return (MapWarning(kind="shifted", text=text),)


def _median_distance_m(tree: shapely.STRtree, points_m: Points) -> float:
    points = shapely.points(points_m)
    _pair, distance_m = tree.query_nearest(points, return_distance=True, all_matches=False)
    return float(np.median(distance_m))
