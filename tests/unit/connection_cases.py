"""Small sites drawn by hand: corridors as segments between named points."""

from collections.abc import Mapping, Sequence

import numpy as np
from shapely.geometry import LineString

from gridcalc.routing.records import CorridorGraph, SiteMap, SourcePoint

Point = tuple[float, float]


def graph_of(
    points: Mapping[str, Point],
    edges: Sequence[tuple[str, str, str]],
    *,
    areas: Mapping[tuple[str, str], tuple[str, str]] | None = None,
    blocked: Sequence[tuple[str, str]] = (),
    years: Mapping[tuple[str, str], float] | None = None,
) -> CorridorGraph:
    """Return a graph of straight edges (from, to, kind); areas: edge -> (name, kind)."""
    names = list(points)
    kinds = tuple(dict.fromkeys(kind for _, _, kind in edges))
    area_rows = list(dict.fromkeys((areas or {}).values()))
    ends = [(names.index(one), names.index(other)) for one, other, _ in edges]
    lines = np.empty(len(edges), dtype=object)
    for k, (one, other, _) in enumerate(edges):
        lines[k] = LineString([points[one], points[other]])
    roads = {"primary_road", "secondary_road", "local_road"}

    def along(kind: str) -> int:
        if kind == "unknown":
            return -2
        return kinds.index(kind) if kind in roads else -1

    inside = [(areas or {}).get((one, other)) for one, other, _ in edges]
    kind_of_area = [row[1] if row else "" for row in inside]
    return CorridorGraph(
        x_m=np.array([points[name][0] for name in names], dtype=float),
        y_m=np.array([points[name][1] for name in names], dtype=float),
        from_node=np.array([one for one, _ in ends], dtype=np.int64),
        to_node=np.array([other for _, other in ends], dtype=np.int64),
        length_m=np.array([line.length for line in lines], dtype=float),
        kind=np.array([kinds.index(kind) for _, _, kind in edges], dtype=np.int64),
        kinds=kinds,
        along=np.array([along(kind) for _, _, kind in edges], dtype=np.int64),
        obstacle=np.array([area_rows.index(row) if row else -1 for row in inside], dtype=np.int64),
        obstacle_ids=tuple(name for name, _ in area_rows),
        obstacle_kind=tuple(kind for _, kind in area_rows),
        blocked=np.array([(one, other) in blocked for one, other, _ in edges], dtype=bool),
        important=np.array([kind == "important_infrastructure" for kind in kind_of_area]),
        green=np.array([kind == "green" for kind in kind_of_area]),
        road_year=np.array(
            [(years or {}).get((one, other), np.nan) for one, other, _ in edges], dtype=float
        ),
        line=lines,
    )


def site_of(
    graph: CorridorGraph,
    points: Mapping[str, Point],
    sources: Sequence[tuple[str, str]] | Sequence[SourcePoint],
    *,
    target: str,
    supply: str = "single",
    source_at: Mapping[str, str] | None = None,
) -> SiteMap:
    """Return a site; sources are (id, point) or records whose ids are points (or ``source_at``)."""
    names = list(points)
    rows = [row if isinstance(row, SourcePoint) else _source(*row, points) for row in sources]
    where = {row.id: (source_at or {}).get(row.id, row.id) for row in rows}
    where |= {row[0]: row[1] for row in sources if not isinstance(row, SourcePoint)}
    return SiteMap(
        id="site",
        name="",
        policy="national",
        demand_kva=800.0,
        supply=supply,
        cable=None,
        compound_file=None,
        epsg=4547,
        sources=tuple(rows),
        source_node=np.array([names.index(where[row.id]) for row in rows], dtype=np.int64),
        target_node=names.index(target),
        graph=graph,
    )


def _source(name: str, point: str, points: Mapping[str, Point]) -> SourcePoint:
    return SourcePoint(
        id=name,
        kind="rmu_bay",
        x_m=points[point][0],
        y_m=points[point][1],
        open_capacity_kva=5000,
        spare_bays=2,
        line_load_percent=40,
        main_transformer_load_percent=50,
        users=5,
        busbar=name,
        substation=name,
        i_sc_max_ka=12,
    )
