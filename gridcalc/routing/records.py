"""A site as the searches see it: sources, target and corridors in metres."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiPolygon, Polygon

from gridcalc.notes import Note
from gridcalc.routing.kinds import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePoint:
    """A 10 kV connection point on the map; ``None`` is what nobody knows.

    Parameters
    ----------
    id, kind
        Its name, and what a cable connects to.
    x_m, y_m
        Where it stands, in the metric system of the site. [m]
    open_capacity_kva
        What can still be connected. [kVA]
    spare_bays
        Bays that are free. [-]
    line_load_percent, main_transformer_load_percent
        Loading of the 10 kV line and of the transformer behind it today. [%]
    users
        Customers on the line. [-]
    line, busbar, substation
        What stands behind it.
    i_sc_max_ka
        Largest three-phase fault current. [kA]
    """

    id: str
    kind: SourceKind
    x_m: float
    y_m: float
    open_capacity_kva: float | None = None
    spare_bays: int | None = None
    line_load_percent: float | None = None
    main_transformer_load_percent: float | None = None
    users: int | None = None
    line: str | None = None
    busbar: str | None = None
    substation: str | None = None
    i_sc_max_ka: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far apart things on a map may lie to be joined.

    Parameters
    ----------
    snap_tolerance_m
        Ends of corridors as close as this are one point. [m]
    max_connector_m
        Longest straight connector from a source or the target to a corridor. [m]
    sight_margin_m
        Corridors in sight that are farther than the nearest by no more than this are joined too,
        and the nearest of each other part of the network; None joins the nearest only. [m]
    """

    snap_tolerance_m: float
    max_connector_m: float
    sight_margin_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWarning:
    """Something in the layers that may be a mistake.

    Parameters
    ----------
    kind
        ``gap``, ``island``, ``repaired``, ``shifted``, ``no_kind``, ``no_spare_duct`` …
    text
        What it is and what to do.
    lon, lat
        Where; None where it has no place. [deg]
    """

    kind: str
    text: Note
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapArea:
    """An obstacle as an area.

    Parameters
    ----------
    id, kind
        Its name, and what it is.
    blocked
        Whether it may not be passed.
    polygon
        Its outline in the metric system of the site; a river or railway drawn as a line has its
        width. [m]
    """

    id: str
    kind: str
    blocked: bool
    polygon: Polygon | MultiPolygon = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CorridorGraph:
    """Corridors cut at every junction and at the edge of every obstacle; undirected.

    Every edge lies wholly inside or wholly outside of each obstacle. No two nodes are joined by
    equal edges; parallel edges of different kind or geometry are kept.

    Parameters
    ----------
    x_m, y_m
        Nodes. [m], shape (n_nodes,)
    from_node, to_node
        Ends of the edges. shape (n_edges,)
    length_m
        [m], shape (n_edges,)
    kind
        Index into ``kinds``. shape (n_edges,)
    kinds
        Names of corridor kinds.
    along
        Index into ``kinds`` of the road an edge is laid along; -1 for none, -2 if not known.
        shape (n_edges,)
    obstacle
        Index into ``obstacle_ids`` of the area an edge lies in, the most restrictive one where
        areas overlap; -1 outside. shape (n_edges,)
    obstacle_ids, obstacle_kind
        Areas by name, and the kind of each.
    within
        Edges in an area of a kind, by kind, also where a more restrictive area overlaps it.
    blocked
        The edge lies in an area that may not be passed. shape (n_edges,)
    important
        The edge lies in important infrastructure. shape (n_edges,)
    green
        The edge lies in green land. shape (n_edges,)
    road_year
        Year in which the road was built or overhauled; NaN if not known. shape (n_edges,)
    line
        Geometry of each edge from ``from_node`` to ``to_node``. shape (n_edges,), dtype object
    """

    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    from_node: NDArray[np.int64]
    to_node: NDArray[np.int64]
    length_m: NDArray[np.float64]
    kind: NDArray[np.int64]
    kinds: tuple[str, ...]
    along: NDArray[np.int64]
    obstacle: NDArray[np.int64]
    obstacle_ids: tuple[str, ...]
    obstacle_kind: tuple[str, ...]
    within: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    blocked: NDArray[np.bool_]
    important: NDArray[np.bool_]
    green: NDArray[np.bool_]
    road_year: NDArray[np.float64]
    line: NDArray[np.object_]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.x_m)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.length_m)

    def lies_in(self, kinds: Collection[str]) -> NDArray[np.bool_]:
        """Return which edges lie in an area of one of some kinds; shape (n_edges,)."""
        hit = np.array([kind in kinds for kind in self.obstacle_kind] + [False], dtype=bool)
        found: NDArray[np.bool_] = hit[self.obstacle]
        for kind in kinds:
            if kind in self.within:
                found = found | self.within[kind]
        return found

    def geometry(self, edge: int) -> LineString:
        """Return the line of an edge."""
        line = self.line[edge]
        assert isinstance(line, LineString)  # noqa: S101  what the array holds
        return line


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteMap:
    """A site read, checked and projected.

    Parameters
    ----------
    id, name
        Of the site.
    policy
        As the file names it.
    demand_kva
        Capacity asked for; None where the file leaves it to the compound. [kVA]
    supply
        One source, or two that do not fail together.
    cable
        Type of the new cable; None where it is to be chosen.
    file
        Where the site was read from, for messages.
    compound_file
        Path of the target's compound file; None where the target is a point.
    epsg
        Metric system of all coordinates, a CGCS2000 3-degree zone.
    sources
        Sources on the map in file order.
    source_node
        Node of the graph at which each source stands. shape (n_sources,)
    target_node
        Node of the graph at which the new cable ends.
    graph
        The corridors, with a straight connector from each source and the target to the nearest.
    warnings
        What may be a mistake.
    layer_names
        Where each layer was read from, for the report.
    areas
        The obstacles, for pictures; what they mean for a cable stands in the graph.
    """

    id: str
    name: str
    policy: str
    demand_kva: float | None
    supply: Literal["single", "double"]
    cable: str | None
    file: str = ""
    compound_file: str | None
    epsg: int
    sources: tuple[SourcePoint, ...]
    source_node: NDArray[np.int64] = field(repr=False)
    target_node: int
    graph: CorridorGraph = field(repr=False)
    warnings: tuple[MapWarning, ...] = ()
    layer_names: tuple[tuple[str, str], ...] = ()
    areas: tuple[MapArea, ...] = field(default=(), repr=False)
