"""Features of a map as a plan in the metric system of their site."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.report.blocks import Cell
from gridcalc.report.drawing import layers, symbols
from gridcalc.report.drawing.map_sheet import map_bytes
from gridcalc.report.drawing.map_window import MapPlan, Spot, Way
from gridcalc.report.geo_files import Feature
from gridcalc.report.wording import Wording
from gridcalc.routing.coordinates import LON_LAT, to_zone

_LAYERS = {
    "routes": layers.MV_CABLE,
    "trenches": layers.TRENCHES,
    "substations": layers.SUBSTATIONS,
    "boxes": layers.LV_BOX,
    "places": layers.PLACES,
    "sources": layers.SOURCES,
    "target": layers.TARGET,
}
_SYMBOLS = {
    layers.SUBSTATIONS: symbols.SUBSTATION,
    layers.SOURCES: symbols.SOURCE,
    layers.TARGET: symbols.TARGET,
}
_WIDTHS_MM = {layers.MV_CABLE: 0.7, layers.LV_CABLE: 0.35, layers.TRENCHES: 0.25}
_ID_KEYS = ("id", "source_id", "route_id", "site_id")


def features_dxf(
    features: Sequence[Feature], wording: Wording, *, crs: int, title: str = ""
) -> bytes:
    """Return features as the bytes of a DXF file in the coordinates of the ground.

    Parameters
    ----------
    features
        In longitude and latitude; at least one. [deg]
    wording
        Language of names of layers and notes.
    crs
        EPSG code of the metric system that is drawn in.
    title
        Name of the site.
    """
    rows = [row for feature in features for row in _drawn(feature, crs)]
    plan = MapPlan(
        epsg=crs,
        ways=tuple(sorted((row for row in rows if isinstance(row, Way)), key=_first_wide)),
        spots=tuple(row for row in rows if isinstance(row, Spot)),
        layers=layers.FEATURE_LAYERS,
        notes=(),
        project=title,
        drawing=wording("Plan of cables and trenches"),
        number="",
    )
    return map_bytes(plan, wording)


def _first_wide(way: Way) -> tuple[bool, str]:
    """Order ways so that names of 10 kV cables find a place before all others."""
    return way.layer != layers.MV_CABLE, way.layer


def _drawn(feature: Feature, crs: int) -> Iterator[Way | Spot]:
    layer = _layer(feature)
    for part in shapely.get_parts(shapely.geometry.shape(feature.geometry)):
        if part.geom_type == "Point":
            yield _spot(layer, _metres(part, crs)[0], feature.properties)
        elif part.geom_type == "Polygon":
            yield Way(layer=layer, xy_m=_metres(part.exterior, crs)[:-1], closed=True)
        else:
            width = _WIDTHS_MM.get(layer, 0.25)
            label = _line_label(layer, feature.properties)
            xy_m = _metres(part, crs)
            yield Way(layer=layer, xy_m=xy_m, label=label, width_mm=width)


def _metres(part: shapely.Geometry, crs: int) -> NDArray[np.float64]:
    return to_zone(shapely.get_coordinates(part), LON_LAT, epsg=crs)


def _layer(feature: Feature) -> str:
    if feature.layer == "cables":
        is_mv = feature.properties.get("voltage") == "mv"
        return layers.MV_CABLE if is_mv else layers.LV_CABLE
    return _LAYERS.get(feature.layer, layers.OTHERS)


def _name(values: Mapping[str, Cell]) -> str:
    return next((str(values[key]) for key in _ID_KEYS if values.get(key)), "")


def _line_label(layer: str, values: Mapping[str, Cell]) -> str:
    """Return id and type of a 10 kV cable; other lines are told by their layer."""
    if layer != layers.MV_CABLE:
        return ""
    return f"{_name(values)} {values.get('type') or ''}".strip()


def _spot(layer: str, at: NDArray[np.float64], values: Mapping[str, Cell]) -> Spot:
    kind, name = str(values.get("kind") or ""), _name(values)
    return Spot(
        layer=layer,
        x_m=float(at[0]),
        y_m=float(at[1]),
        block=_SYMBOLS.get(layer) or symbols.BOXES.get(kind, symbols.SPOT),
        label=name,
        attributes=(("ID", name), ("TYPE", kind), ("RATING", "")),
    )
