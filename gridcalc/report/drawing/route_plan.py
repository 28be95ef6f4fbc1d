"""The plan of the routes of a connection, in the coordinates of the ground."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import shapely

from gridcalc.connection.records import Connection, RouteOption
from gridcalc.dossier import Dossier
from gridcalc.report.drawing import layers, map_styles, symbols
from gridcalc.report.drawing.layers import Layer
from gridcalc.report.drawing.map_sheet import map_bytes
from gridcalc.report.drawing.map_styles import KindStyle
from gridcalc.report.drawing.map_window import Ground, MapPlan, Spot, Way
from gridcalc.report.route_report import rank_text
from gridcalc.report.route_words import (
    along_text,
    conditions_text,
    crossings_text,
    metres,
    permit_text,
    way,
)
from gridcalc.report.wording import Wording


def route_plan_dxf(dossier: Dossier, wording: Wording) -> bytes:
    """Return the plan of a dossier's connection as the bytes of a DXF file.

    Raises
    ------
    ValueError
        The dossier has no connection.
    """
    if dossier.connection is None:
        raise ValueError("a dossier without a connection has no routes to draw")
    return connection_dxf(dossier.connection, wording)


def connection_dxf(found: Connection, wording: Wording) -> bytes:
    """Return the routes of a connection as the bytes of a DXF file.

    Coordinates are easting and northing of the metric system of the site; nothing is moved.
    """
    return map_bytes(connection_plan(found, wording), wording)


def connection_plan(found: Connection, wording: Wording) -> MapPlan:
    """Return what the plan of a connection shows."""
    routes = _distinct(found)
    kinds = sorted(found.site.graph.kinds, key=_order(map_styles.CORRIDORS))
    areas = sorted({area.kind for area in found.site.areas}, key=_order(map_styles.AREAS))
    return MapPlan(
        epsg=found.site.epsg,
        ways=(
            *_corridors(found),
            *_crossings([row for _, row in routes], found, wording),
            *(_route(k, name, row, wording) for k, (name, row) in enumerate(routes)),
        ),
        grounds=tuple(_grounds(found)),
        spots=tuple(_spots(found, wording)),
        layers=(
            *(_route_layer(k, name) for k, (name, _) in enumerate(routes)),
            layers.CROSSING_LAYER,
            *layers.PLACE_LAYERS,
            *(_corridor_layer(kind) for kind in kinds),
            *(_area_layer(kind) for kind in areas),
        ),
        notes=tuple(_notes(routes, found, wording)),
        project=f"{found.site.name}".strip() or found.site.id,
        drawing=wording("Plan of 10 kV routes"),
        number=f"{found.site.id}-02",
    )


def _distinct(found: Connection) -> tuple[tuple[str, RouteOption], ...]:
    """Return the routes with their ranks; one that stands in several pairs only once."""
    ranks: dict[tuple[str, bytes, bytes], list[str]] = {}
    rows: dict[tuple[str, bytes, bytes], RouteOption] = {}
    for k, row in enumerate(found.routes):
        same = (row.source.id, row.x_m.tobytes(), row.y_m.tobytes())
        ranks.setdefault(same, []).append(rank_text(k, found))
        rows.setdefault(same, row)
    return tuple(("-".join(ranks[same]), row) for same, row in rows.items())


def _order(styles: Mapping[str, KindStyle]) -> Callable[[str], tuple[int, str]]:
    """Return what sorts kinds as their styles stand; others come last, by name."""
    places = {kind: k for k, kind in enumerate(styles)}
    return lambda kind: (places.get(kind, len(places)), kind)


def _route_layer(k: int, name: str) -> Layer:
    colour = map_styles.ROUTE_COLOURS[k % len(map_styles.ROUTE_COLOURS)]
    return Layer(name=layers.route(name), number=name, colour=colour, width_mm=_route_mm(k))


def _route_mm(k: int) -> float:
    """Return the width of a route; later ones lie above earlier ones and are narrower. [mm]."""
    return map_styles.ROUTES_MM[min(k, len(map_styles.ROUTES_MM) - 1)]


def _corridor_layer(kind: str) -> Layer:
    style = map_styles.CORRIDORS.get(kind, map_styles.OTHER_CORRIDOR)
    return _kind_layer(layers.corridor(kind), kind, style)


def _area_layer(kind: str) -> Layer:
    style = map_styles.AREAS.get(kind, map_styles.OTHER_AREA)
    return _kind_layer(layers.obstacle(kind), kind, style)


def _kind_layer(name: str, kind: str, style: KindStyle) -> Layer:
    return Layer(
        name=name,
        of=kind,
        colour=style.colour,
        width_mm=style.width_mm,
        linetype=style.linetype,
    )


def _route(k: int, name: str, row: RouteOption, wording: Wording) -> Way:
    said = wording("route {name}, {length}", name=name, length=metres(row.length_m, wording))
    xy_m = np.column_stack([row.x_m, row.y_m])
    layer = layers.route(name)
    return Way(layer=layer, xy_m=xy_m, label=said, label_layer=layer, width_mm=_route_mm(k))


def _crossings(rows: Sequence[RouteOption], found: Connection, wording: Wording) -> Iterator[Way]:
    """Yield the parts of routes inside areas, each once."""
    graph = found.site.graph
    for edge in dict.fromkeys(int(edge) for row in rows for edge in row.edges):
        area = int(graph.obstacle[edge])
        if area < 0:
            continue
        xy_m = shapely.get_coordinates(graph.line[edge])
        said = way(graph.obstacle_kind[area], wording)
        name = layers.CROSSING_LAYER.name
        yield Way(layer=name, xy_m=xy_m, label=said, width_mm=map_styles.CROSSING_MM)


def _corridors(found: Connection) -> Iterator[Way]:
    graph = found.site.graph
    for edge in range(graph.n_edges):
        xy_m = shapely.get_coordinates(graph.line[edge])
        kind = graph.kinds[int(graph.kind[edge])]
        yield Way(layer=layers.corridor(kind), xy_m=xy_m, is_context=True)


def _grounds(found: Connection) -> Iterator[Ground]:
    for area in found.site.areas:
        hatch = map_styles.AREAS.get(area.kind, map_styles.OTHER_AREA).hatch
        for polygon in shapely.get_parts(area.polygon):
            yield Ground(layer=layers.obstacle(area.kind), area=polygon, hatch=hatch)


def _spots(found: Connection, wording: Wording) -> Iterator[Spot]:
    graph, target = found.site.graph, found.site.target_node
    kva = wording("{n:,.0f} kVA", n=found.demand_kva)
    yield Spot(
        layer=layers.TARGET,
        x_m=float(graph.x_m[target]),
        y_m=float(graph.y_m[target]),
        block=symbols.TARGET,
        label=f"{found.site.id} {kva}",
        attributes=(("ID", found.site.id), ("TYPE", "target"), ("RATING", kva)),
    )
    used = {row.source.id for row in found.routes}
    for judged in found.sources:
        row = judged.source
        yield Spot(
            layer=layers.SOURCES,
            x_m=row.x_m,
            y_m=row.y_m,
            block=symbols.SOURCE,
            label=f"{row.id} {row.line or ''}".strip(),
            attributes=(("ID", row.id), ("TYPE", row.kind), ("RATING", row.line or "")),
            is_context=row.id not in used,
        )


def _notes(
    routes: tuple[tuple[str, RouteOption], ...], found: Connection, wording: Wording
) -> Iterator[str]:
    cable = found.cable.name.replace("x", "×")
    for name, row in routes:
        length = metres(row.length_m, wording)
        yield wording("route {name}, {length}", name=name, length=length)
        values = {"source": row.source.id, "cable": cable}
        long = metres(row.cable_length_m, wording)
        yield wording("from {source}; cable {cable}, {length}", **values, length=long)
        yield along_text(row, wording)
        if row.crossings:
            yield wording("across {what}", what=crossings_text(row.crossings, wording))
        permit = permit_text(row.permit, wording).text
        yield wording.clauses([permit, conditions_text(row.permit, wording)])
        yield ""
    if not routes:
        yield wording.note(found.reason)
