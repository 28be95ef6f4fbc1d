"""Routes, sources and crossed areas as features for a map."""

from collections.abc import Iterator

import numpy as np

from gridcalc.connection.records import Connection
from gridcalc.report.geo_files import Feature
from gridcalc.report.route_tree import geometry, route_rows
from gridcalc.routing.coordinates import zone_to_lon_lat


def route_features(found: Connection) -> tuple[Feature, ...]:
    """Return the routes with their numbers, the sources judged, and the target."""
    return tuple(_features(found))


def _features(found: Connection) -> Iterator[Feature]:
    for row, values in zip(found.routes, route_rows(found), strict=True):
        yield Feature(layer="routes", geometry=geometry(row, found), properties=values)
    for judged in found.sources:
        yield Feature(
            layer="sources",
            geometry=_point(judged.source.x_m, judged.source.y_m, found),
            properties={
                "source_id": judged.source.id,
                "kind": judged.source.kind,
                "accepted": judged.accepted,
                "reason": "; ".join(str(reason) for reason in judged.reasons),
            },
        )
    graph, node = found.site.graph, found.site.target_node
    yield Feature(
        layer="target",
        geometry=_point(float(graph.x_m[node]), float(graph.y_m[node]), found),
        properties={"site_id": found.site.id, "demand_kva": found.demand_kva},
    )


def _point(x_m: float, y_m: float, found: Connection) -> dict[str, object]:
    lon_lat = zone_to_lon_lat(np.array([[x_m, y_m]]), epsg=found.site.epsg)[0]
    return {"type": "Point", "coordinates": [round(float(value), 9) for value in lon_lat]}
