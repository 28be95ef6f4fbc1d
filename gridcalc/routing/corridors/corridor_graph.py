"""The corridor graph: corridors, obstacles, sources and target as one network."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.notes import note
from gridcalc.routing.corridors.attaching import attach
from gridcalc.routing.corridors.duplicates import Merged, merge_duplicates
from gridcalc.routing.corridors.edges import CONNECTED, Edges, Floats, Ints, chosen
from gridcalc.routing.corridors.noding import lines_of, node_lines
from gridcalc.routing.corridors.obstacles import Inside, cut_at_areas, inherited
from gridcalc.routing.kinds import CONNECTOR, obstacle_kinds
from gridcalc.routing.records import CorridorGraph, MapWarning, Reach
from gridcalc.routing.site.layers import NOT_ALONG, Areas, Corridors, kind_names
from gridcalc.routing.site.suspicions import gap_warnings, island_warnings, warning_at


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Built:
    """A corridor graph and where the points stand on it.

    Parameters
    ----------
    graph
        The network.
    node
        Node at which each point stands. shape (n_points,)
    reached
        Whether a corridor was found for it. shape (n_points,)
    warnings
        Gaps, islands and corridors drawn twice.
    """

    graph: CorridorGraph
    node: Ints
    reached: NDArray[np.bool_]
    warnings: tuple[MapWarning, ...]


def build_graph(
    corridors: Corridors,
    areas: Areas,
    points_m: Floats,
    *,
    epsg: int,
    reach: Reach,
) -> Built:
    """Return the network of a site.

    Nodes are numbered by easting and northing and edges by their nodes, whatever the order of
    the layers.

    Parameters
    ----------
    corridors, areas
        The layers.
    points_m
        Sources, and the target as the last one. [m], shape (n_points, 2)
    epsg
        Zone of all coordinates.
    reach
        How close ends are joined, and how far connectors go.
    """
    tolerance_m = reach.snap_tolerance_m
    lines = lines_of(corridors.line, level=corridors.level)
    merged = merge_duplicates(
        node_lines(lines, tolerance_m=tolerance_m), corridors, tolerance_m=tolerance_m
    )
    gaps = gap_warnings(
        merged.edges,
        corridors.level[merged.edges.parent],
        tolerance_m=tolerance_m,
        epsg=epsg,
    )
    split, inside = cut_at_areas(merged.edges, areas, among=np.ones(len(areas.ids), dtype=bool))
    attached = attach(
        split.edges,
        inside,
        points_m,
        areas=areas,
        reach=reach,
    )
    edges, place, order = _ordered(attached.edges, corridors)
    node = place[attached.node]
    return Built(
        graph=_graph(edges, inherited(attached.inside, order), corridors, areas),
        node=node,
        reached=attached.reached,
        warnings=(
            *_duplicate_warnings(merged, epsg),
            *gaps,
            *island_warnings(edges, int(node[-1]), epsg=epsg),
        ),
    )


def _ordered(edges: Edges, corridors: Corridors) -> tuple[Edges, Ints, Ints]:
    """Return the edges from the lower to the higher node; new numbers of nodes; old of edges."""
    by_place = np.lexsort((edges.xy_m[:, 1], edges.xy_m[:, 0]))
    place = np.empty(len(by_place), dtype=np.int64)
    place[by_place] = np.arange(len(by_place))
    begin, end = place[edges.from_node], place[edges.to_node]
    line = edges.line.copy()
    line[begin > end] = shapely.reverse(line[begin > end])
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    kind = np.where(edges.parent == CONNECTED, -1, corridors.kind[edges.parent])
    order = np.lexsort((edges.parent, kind, shapely.length(line), high, low))
    turned = Edges(
        xy_m=edges.xy_m[by_place], from_node=low, to_node=high, parent=edges.parent, line=line
    )
    return chosen(turned, order), place, order


def _graph(edges: Edges, inside: Inside, corridors: Corridors, areas: Areas) -> CorridorGraph:
    own = edges.parent != CONNECTED
    kind = np.full(len(own), kind_names().index(CONNECTOR))
    along = np.full(len(own), NOT_ALONG)
    year = np.full(len(own), np.nan)
    kind[own] = corridors.kind[edges.parent[own]]
    along[own] = corridors.along[edges.parent[own]]
    year[own] = corridors.year[edges.parent[own]]
    return CorridorGraph(
        x_m=edges.xy_m[:, 0].copy(),
        y_m=edges.xy_m[:, 1].copy(),
        from_node=edges.from_node,
        to_node=edges.to_node,
        length_m=shapely.length(edges.line),
        kind=kind,
        kinds=kind_names(),
        along=along,
        obstacle=inside.area,
        obstacle_ids=areas.ids,
        obstacle_kind=areas.kind,
        within=dict(zip(obstacle_kinds(), inside.kinds, strict=True)),
        blocked=inside.blocked,
        important=inside.important,
        green=inside.green,
        road_year=year,
        line=edges.line,
    )


def _duplicate_warnings(merged: Merged, epsg: int) -> tuple[MapWarning, ...]:
    n_gone = merged.n_equal + merged.n_stricter
    if not n_gone:
        return ()
    if merged.n_stricter:
        text = note(
            "pieces of corridor drawn twice on the same line: {n}, with another kind:"
            " {stricter}, where the stricter kind counts; the first is here",
            n=n_gone,
            stricter=merged.n_stricter,
        )
    else:
        text = note(
            "pieces of corridor drawn twice on the same line: {n}; the first is here", n=n_gone
        )
    place_m = merged.edges.xy_m[merged.edges.from_node[merged.where]]
    return (warning_at("duplicate", text, place_m, epsg=epsg),)
