"""The door of a design: a site file in, places and paths in metres or every problem out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.design.places import Candidate, DesignSite, Ground, Place, PlaceKind
from gridcalc.design.site_file import (
    BuildingProperties,
    ParkingProperties,
    ShedProperties,
    SubstationProperties,
)
from gridcalc.design.site_layers import PATHS, OpenedDesign, ReadLayer, open_design
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack
from gridcalc.routing.coordinates import misplaced, parse_crs, to_lon_lat, to_zone, zone_epsg
from gridcalc.routing.corridors.corridor_graph import Built, build_graph
from gridcalc.routing.kinds import UNKNOWN
from gridcalc.routing.records import MapWarning, Reach
from gridcalc.routing.site.corridor_features import corridors_of
from gridcalc.routing.site.layers import Corridors, kind_names, no_areas
from gridcalc.routing.site.map_layer import projected
from gridcalc.routing.trench.checking import shortest_m
from gridcalc.routing.trench.records import TrenchGraph

_KINDS: tuple[tuple[str, PlaceKind], ...] = (
    ("buildings", "building"),
    ("parking", "parking"),
    ("ebike_sheds", "shed"),
)
_SITES = "substation_sites"
_MM_DECIMALS = 3
_EQUAL_M = 0.5
"""Points of a wall this much farther from a path than the nearest one are as near. [m]"""

PlaceProperties = BuildingProperties | ParkingProperties | ShedProperties


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shape:
    """A feature in metres, with what messages call it."""

    layer: str
    row: int
    record: PlaceProperties | SubstationProperties
    geometry: shapely.Geometry


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Map:
    """Everything of a site in one metric zone."""

    epsg: int
    shapes: tuple[_Shape, ...]
    points_m: NDArray[np.float64]
    entry_m: NDArray[np.float64]
    corridors: Corridors
    n_without_kind: int
    warnings: tuple[MapWarning, ...]


def read_design_site(
    file: str, *, policy_of: Callable[[str], PolicyPack], text: str | None = None
) -> DesignSite:
    """Return a design site.

    Parameters
    ----------
    file
        Path of the site file, or the name to show where the text is given; relative paths of
        layers start at its folder.
    policy_of
        Gives the policy pack for the name in the file; its rules join paths and connect places.
    text
        Content of the site file; None reads the file.

    Raises
    ------
    InputError
        Every problem of the file and of its layers; or, for a file that is in order, everything
        that no path reaches.
    """
    opened = open_design(file, text=text)
    policy = policy_of(opened.site.policy)
    drawn = _map_of(opened, policy)
    max_connector_m = policy.number("design.max_connector_m")
    built = build_graph(
        drawn.corridors,
        no_areas(),
        np.concatenate([drawn.points_m, drawn.entry_m]),
        epsg=drawn.epsg,
        reach=Reach(
            snap_tolerance_m=opened.site.snap_tolerance_m
            or policy.number("route.snap_tolerance_m"),
            max_connector_m=max_connector_m,
        ),
    )
    problems = list(_unreached(opened, drawn, built, max_connector_m))
    if problems:
        raise InputError(problems)
    return _site(opened, drawn, built)


def _map_of(opened: OpenedDesign, policy: PolicyPack) -> _Map:
    entry = opened.site.entry
    entry_crs = parse_crs(entry.crs or opened.site.crs)
    entry_point = np.array([[entry.x, entry.y]])
    paths = opened.layers[PATHS]
    corridors, problems, warnings = corridors_of(paths.layer, opened.paths_entry)
    if entry_crs is not None:
        wrong, text = misplaced(entry_point, entry_crs)
        problems += [opened.document.problem(("entry",), text)] if wrong.any() else []
    if problems or entry_crs is None:
        raise InputError(problems)
    epsg = zone_epsg(float(to_lon_lat(entry_point, entry_crs)[0, 0]))
    unknown = corridors.kind == kind_names().index(UNKNOWN)
    kind = np.where(unknown, kind_names().index(policy.text("design.path_kind")), corridors.kind)
    line = _directed(_to_mm(projected(corridors.line, paths.crs, epsg=epsg)))
    shapes = tuple(
        shape
        for name in (*(layer for layer, _ in _KINDS), _SITES)
        if name in opened.layers
        for shape in _shapes(name, opened.layers[name], epsg)
    )
    return _Map(
        epsg=epsg,
        shapes=shapes,
        points_m=_nearest_points([shape.geometry for shape in shapes], line),
        entry_m=to_zone(entry_point, entry_crs, epsg=epsg).round(_MM_DECIMALS),
        corridors=Corridors(
            line=line,
            kind=kind,
            along=corridors.along,
            level=corridors.level,
            year=corridors.year,
        ),
        n_without_kind=int(unknown.sum()),
        warnings=(*opened.warnings, *(row for row in warnings if row.kind != "no_kind")),
    )


def _to_mm(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes with coordinates in whole millimetres, so that noise decides no tie."""
    return np.asarray(shapely.transform(shapes, lambda xy_m: np.round(xy_m, _MM_DECIMALS)))


def _directed(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return lines from the end farther west, or south: the way they were drawn does not count."""
    ends = [shapely.get_coordinates(line)[[0, -1]].tolist() for line in lines]
    turned = np.array([first > last for first, last in ends], dtype=bool)
    return np.asarray(np.where(turned, shapely.reverse(lines), lines))


def _shapes(name: str, read: ReadLayer, epsg: int) -> list[_Shape]:
    """Return the features of a layer by id."""
    geometry = _to_mm(projected(read.layer.geometry, read.crs, epsg=epsg))
    rows = sorted(range(len(geometry)), key=lambda row: read.records[row].id)
    return [
        _Shape(layer=name, row=row, record=read.records[row], geometry=geometry[row])
        for row in rows
    ]


def _nearest_points(
    shapes: Sequence[shapely.Geometry], line: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return the point of each shape nearest to a path; of equal ones the most central. [m]."""
    tree = shapely.STRtree(line)
    points = [_nearest_point(shape, line, tree) for shape in shapes]
    return np.array(points, dtype=float).reshape(-1, 2)


def _nearest_point(
    shape: shapely.Geometry, line: NDArray[np.object_], tree: shapely.STRtree
) -> NDArray[np.float64]:
    if shape.geom_type == "Point":
        return np.asarray(shapely.get_coordinates(shape)[0])
    away_m = float(shapely.distance(shape, line[tree.nearest(shape)])) + _EQUAL_M
    near = shapely.union_all(line[np.sort(tree.query(shape, "dwithin", distance=away_m))])
    facing = shapely.intersection(shapely.boundary(shape), shapely.buffer(near, away_m))
    straight = shapely.shortest_line(facing, shapely.centroid(shape))
    return np.asarray(shapely.get_coordinates(straight)[0])


def _unreached(
    opened: OpenedDesign, drawn: _Map, built: Built, max_connector_m: float
) -> Iterator[Problem]:
    """Yield everything that has no path in reach, or none that leads to the entry."""
    document = opened.document
    if not built.reached[-1]:
        text = f"no path lies within {max_connector_m:g} m of the entry; draw one"
        yield document.problem(("entry",), text)
        return
    away_m = shortest_m(_trench_graph(built), int(built.node[-1]))
    for k, shape in enumerate(drawn.shapes):
        layer, name = opened.layers[shape.layer].layer, shape.record.id
        if not built.reached[k]:
            text = f"{name!r}: no path lies within {max_connector_m:g} m; draw one that leads there"
            yield layer.problem(shape.row, text)
        elif np.isinf(away_m[built.node[k]]):
            text = f"{name!r}: its path does not lead to the entry; join the paths"
            yield layer.problem(shape.row, text)


def _trench_graph(built: Built) -> TrenchGraph:
    graph = built.graph
    return TrenchGraph(
        x_m=graph.x_m,
        y_m=graph.y_m,
        from_node=graph.from_node,
        to_node=graph.to_node,
        length_m=graph.length_m,
        trench_yuan=np.zeros(graph.n_edges),
    )


def _site(opened: OpenedDesign, drawn: _Map, built: Built) -> DesignSite:
    site = opened.site
    nodes = [int(node) for node in built.node]
    is_site = [shape.layer == _SITES for shape in drawn.shapes]
    kinds = dict(_KINDS)
    places = [k for k, own in enumerate(is_site) if not own]
    candidates = [k for k, own in enumerate(is_site) if own]
    ground = Ground(
        graph=_trench_graph(built),
        kind=tuple(built.graph.kinds[code] for code in built.graph.kind.tolist()),
        line=built.graph.line,
        place_node=tuple(nodes[k] for k in places),
        candidate_node=tuple(nodes[k] for k in candidates),
        entry_node=nodes[-1],
    )
    return DesignSite(
        file=opened.document.file,
        id=site.id,
        name=site.name or site.id,
        policy=site.policy,
        template=site.template,
        arrangement=site.arrangement,
        build=site.build,
        area_m2=site.area_m2,
        epsg=drawn.epsg,
        places=tuple(_place(drawn, k, kinds[drawn.shapes[k].layer]) for k in places),
        candidates=tuple(_candidate(drawn, k) for k in candidates),
        ground=ground,
        outside_m=site.entry.outside_m,
        sources=site.sources,
        n_paths_without_kind=drawn.n_without_kind,
        warnings=(*drawn.warnings, *built.warnings),
        outlines=tuple(
            (shape.record.id, kinds[shape.layer], shapely.get_coordinates(part))
            for shape in (drawn.shapes[k] for k in places)
            for part in shapely.get_parts(shape.geometry)
            if part.geom_type == "Polygon"
        ),
    )


def _place(drawn: _Map, k: int, kind: PlaceKind) -> Place:
    shape = drawn.shapes[k]
    given = shape.record.model_dump(exclude={"id"})
    x_m, y_m = drawn.points_m[k].tolist()
    return Place(
        id=shape.record.id,
        kind=kind,
        x_m=x_m,
        y_m=y_m,
        size_m2=float(shapely.area(shape.geometry)),
        **given,
    )


def _candidate(drawn: _Map, k: int) -> Candidate:
    record = drawn.shapes[k].record
    assert isinstance(record, SubstationProperties)  # noqa: S101  the layer says so
    x_m, y_m = drawn.points_m[k].tolist()
    return Candidate(
        id=record.id,
        x_m=x_m,
        y_m=y_m,
        kind=record.kind,
        floor=record.floor,
        flood_protected=record.flood_protected,
        generator_interface=record.generator_interface,
    )
