"""A path of the search as a route on the map: its line, what it crosses, what permits ask of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import nan

import numpy as np
from numpy.typing import NDArray

from gridcalc.connection.records import Crossing
from gridcalc.connection.regions import (
    ALONG_UNKNOWN,
    green_m2,
    is_road,
    reg_ends_m,
    reg_length_m,
)
from gridcalc.connection.ways import Ways, ways_of
from gridcalc.policy import PolicyPack
from gridcalc.policy.permit_of_route import UNKNOWN_ROAD, RouteFacts, RoutePermit, permit_of
from gridcalc.routing.records import CorridorGraph
from gridcalc.routing.search.network import Path, RouteNetwork
from gridcalc.units import VN_MV_KV


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EdgeFacts:
    """What the permit rules ask of every edge, computed once for a site.

    Parameters
    ----------
    reg_length_m, green_m2
        Length that counts [m] and green land that is dug [m²]. shape (n_edges,)
    road
        Edges that open a road. shape (n_edges,)
    ways
        How cables are built along corridors and across areas.
    year
        Year of the works; None where it is not known.
    """

    graph: CorridorGraph = field(repr=False)
    policy: PolicyPack = field(repr=False)
    reg_length_m: NDArray[np.float64] = field(repr=False)
    green_m2: NDArray[np.float64] = field(repr=False)
    road: NDArray[np.bool_] = field(repr=False)
    ways: Ways = field(repr=False)
    year: int | None


def edge_facts(graph: CorridorGraph, policy: PolicyPack, *, year: int | None) -> EdgeFacts:
    """Return what the permit rules ask of every edge."""
    return EdgeFacts(
        graph=graph,
        policy=policy,
        reg_length_m=reg_length_m(graph, policy),
        green_m2=green_m2(graph, policy),
        ways=ways_of(policy),
        road=is_road(graph),
        year=year,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """A path on the map.

    Parameters
    ----------
    path
        As the search found it.
    edges
        Its corridor edges in order from the source.
    crossings
        What it passes, in order.
    facts, permit
        What the permit classes ask, and the permit.
    """

    path: Path
    edges: tuple[int, ...]
    crossings: tuple[Crossing, ...]
    facts: RouteFacts
    permit: RoutePermit


def trace(path: Path, network: RouteNetwork, known: EdgeFacts) -> Trace:
    """Return a path with what it crosses and its permit."""
    graph = known.graph
    edges = path.edges(network)
    used = np.array(edges, dtype=np.int64)
    turned = {
        graph.kinds[k] for k in network.crossing[np.array(path.arcs, dtype=np.int64)] if k >= 0
    }
    areas = {graph.obstacle_kind[k] for k in graph.obstacle[used] if k >= 0}
    areas |= {kind for kind, inside in graph.within.items() if inside[used].any()}
    facts = RouteFacts(
        voltage_kv=VN_MV_KV,
        reg_length_m=float(known.reg_length_m[used].sum()) + reg_ends_m(known.policy),
        along_m=dict(_along_m(graph, used)),
        crossings=frozenset(turned | areas),
        green_m2=float(known.green_m2[used].sum()),
        important_m=float(graph.length_m[used][graph.important[used]].sum()),
        youngest_road_year=_youngest(graph.road_year[used][known.road[used]]),
    )
    return Trace(
        path=path,
        edges=edges,
        crossings=tuple(_crossings(path, network, known)),
        facts=facts,
        permit=permit_of(facts, known.policy, year=known.year),
    )


def _along_m(graph: CorridorGraph, used: NDArray[np.int64]) -> Iterator[tuple[str, float]]:
    along, length_m = graph.along[used], graph.length_m[used]
    for code in np.unique(along):
        name = UNKNOWN_ROAD if code == ALONG_UNKNOWN else graph.kinds[code] if code >= 0 else ""
        if name:
            yield name, float(length_m[along == code].sum())


def _youngest(years: NDArray[np.float64]) -> float | None:
    if not len(years):
        return None
    return nan if np.isnan(years).any() else float(years.max())


def _crossings(path: Path, network: RouteNetwork, known: EdgeFacts) -> Iterator[Crossing]:
    """Yield roads where they are crossed, and areas where they begin, with their whole length."""
    graph = known.graph
    inside, length_m = -1, 0.0
    for arc in path.arcs:
        edge, road = int(network.edge[arc]), int(network.crossing[arc])
        area = _passed(known, edge) if edge >= 0 else inside
        if area != inside:
            yield from _left(graph, inside, length_m)
            inside, length_m = area, 0.0
        if edge >= 0 and area >= 0:
            length_m += float(graph.length_m[edge])
        if road >= 0:
            kind = known.ways.corridors[graph.kinds[road]]
            yield Crossing(kind=kind.kind, name="", length_m=kind.road_width_m)
    yield from _left(graph, inside, length_m)


def _left(graph: CorridorGraph, area: int, length_m: float) -> Iterator[Crossing]:
    if area >= 0:
        yield Crossing(
            kind=graph.obstacle_kind[area], name=graph.obstacle_ids[area], length_m=length_m
        )


def _passed(known: EdgeFacts, edge: int) -> int:
    """Return the area an edge passes by a crossing, -1 for none."""
    area = int(known.graph.obstacle[edge])
    if area >= 0 and known.ways.areas[known.graph.obstacle_kind[area]].passage == "crossing":
        return area
    return -1


def line_of(
    graph: CorridorGraph, edges: Sequence[int], start: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the coordinates of edges one after the other from a node on, each point once [m]."""
    points: list[tuple[float, float]] = [(float(graph.x_m[start]), float(graph.y_m[start]))]
    node = start
    for edge in edges:
        forward = int(graph.from_node[edge]) == node
        coordinates = list(graph.geometry(edge).coords)
        points += coordinates[1:] if forward else coordinates[-2::-1]
        node = int(graph.to_node[edge] if forward else graph.from_node[edge])
    line = np.array(points, dtype=np.float64)
    return line[:, 0], line[:, 1]
