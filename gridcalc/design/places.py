"""A site as a design sees it: places, candidates for substations, paths as a network."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gridcalc.compound.model import Build, Source
from gridcalc.routing.records import MapWarning
from gridcalc.routing.trench.records import TrenchGraph

PlaceKind = Literal["building", "parking", "shed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A building, a parking area or a shed, and what has to be supplied there.

    Parameters
    ----------
    id, kind
        Its name, and what it is.
    x_m, y_m
        Where its boxes stand: the point nearest to a path. [m]
    size_m2
        Area on the map; 0 for a point. [m²]
    households, floors, area_m2
        Of a building; ``area_m2`` is that of a flat. None where not given.
    private_bays, public_bays, bikes
        What is parked there. None where not given.
    """

    id: str
    kind: PlaceKind
    x_m: float
    y_m: float
    size_m2: float
    households: int | None = None
    floors: int | None = None
    area_m2: float | None = None
    private_bays: int | None = None
    public_bays: int | None = None
    bikes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place where a substation may stand; None leaves a property to the template."""

    id: str
    x_m: float
    y_m: float
    kind: Literal["room", "prefabricated"] | None
    floor: int | None
    flood_protected: bool | None
    generator_interface: bool | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The internal paths as a network, and where everything stands on it.

    Parameters
    ----------
    graph
        Paths with a connector from each point; the cost of digging is not in it yet.
    kind
        Kind of corridor of each edge. shape (n_edges,)
    line
        Geometry of each edge from its first node to its second. shape (n_edges,), dtype object
    place_node, candidate_node
        Node of each place and of each candidate.
    entry_node
        Node at which the 10 kV cable comes in.
    """

    graph: TrenchGraph
    kind: tuple[str, ...]
    line: NDArray[np.object_]
    place_node: tuple[int, ...]
    candidate_node: tuple[int, ...]
    entry_node: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignSite:
    """A site read, checked and projected; everything sorted by id.

    Parameters
    ----------
    file
        Name of the site file, for messages.
    epsg
        Metric system of all coordinates.
    places, candidates
        What is supplied, and where substations may stand.
    outside_m
        10 kV cable from the source to the entry; None where not given. [m]
    outlines
        Polygons of places by id, for pictures. [m]
    """

    file: str
    id: str
    name: str
    policy: str
    template: str | None
    arrangement: Literal["chain", "ring", "double"] | None
    build: Build
    area_m2: float | None
    epsg: int
    places: tuple[Place, ...]
    candidates: tuple[Candidate, ...]
    ground: Ground = field(repr=False)
    outside_m: float | None
    sources: tuple[Source, ...]
    n_paths_without_kind: int
    warnings: tuple[MapWarning, ...]
    outlines: tuple[tuple[str, PlaceKind, NDArray[np.float64]], ...] = field(repr=False)
