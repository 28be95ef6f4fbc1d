"""A compound for GIS: its elements with their results, where they lie if that is known."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gridcalc.checks.finding import Finding
from gridcalc.compound.model import Compound, Location, lv_board
from gridcalc.dossier import Dossier
from gridcalc.errors import InputError, Problem
from gridcalc.outcome import Run
from gridcalc.report.blocks import Cell
from gridcalc.report.geo_files import Feature
from gridcalc.report.geo_styles import styled_geopackage
from gridcalc.report.route_layers import route_features
from gridcalc.report.wording import Wording
from gridcalc.routing.coordinates import parse_crs, to_lon_lat
from gridcalc.routing.site.layout import Layout
from gridcalc.units import PERCENT

_DECIMALS = 9
_NEAR_PERCENT = 85.0
"""Utilisation of a limit from which an element is drawn as near it. [%]"""

Shapes = Mapping[str, Mapping[str, Any]]


def compound_geopackage(dossier: Dossier, wording: Wording) -> bytes:
    """Return the layers of a dossier with their styles as a GeoPackage.

    Raises
    ------
    InputError
        Nothing of the compound has a place.
    """
    return styled_geopackage(compound_features(dossier), wording)


def compound_features(dossier: Dossier) -> tuple[Feature, ...]:
    """Return compound, transformers, nodes and cables with the results that decide, and routes.

    Raises
    ------
    InputError
        Nothing of the compound has a place.
    """
    layout = dossier.layout
    shapes: Shapes = layout.shapes if layout else {}
    found = [*_compound(dossier), *_elements(dossier, shapes), *_drawn(layout)]
    if dossier.connection is not None:
        found += route_features(dossier.connection)
    if not found:
        raise no_place(dossier.compound)
    return tuple(found)


def location_point(location: Location) -> dict[str, Any] | None:
    """Return a location as a GeoJSON point in longitude and latitude; None where there is none.

    Examples
    --------
    >>> location_point(Location(lon=113.5, lat=30.5, crs="EPSG:4490"))["coordinates"]
    [113.5, 30.5]
    """
    crs = parse_crs(location.crs)
    if crs is None:
        return None
    lon_lat = to_lon_lat(np.array([[location.lon, location.lat]]), crs)[0]
    if not np.isfinite(lon_lat).all():
        return None
    return {"type": "Point", "coordinates": np.round(lon_lat, _DECIMALS).tolist()}


def no_place(compound: Compound) -> InputError:
    """Return the error of a compound of which nothing has a place."""
    message = (
        "nothing of the compound has a place on the map; give location, or --layout with the"
        " layers of 'gridcalc design', or --site"
    )
    return InputError([Problem(compound.id, 0, "location", message)])


def _compound(dossier: Dossier) -> Iterator[Feature]:
    compound, study = dossier.compound, dossier.study
    point = location_point(compound.location) if compound.location else None
    if point is None:
        return
    binding = study.binding
    values: dict[str, Cell] = {
        "id": compound.id,
        "name": compound.name,
        "policy": dossier.policy.id,
        "verdict": study.verdict,
        "state": _VERDICT_STATES[study.verdict],
        "binding_check": binding.finding.check if binding else None,
        "binding_element": binding.finding.element if binding else None,
        "binding_scenario": binding.scenario if binding else None,
        "n_private_bays": sum(row.count for row in compound.private_bays),
        "n_households": sum(row.count for row in compound.households),
        "plan_yuan": float(dossier.plan.bill.cost_yuan.typical) if dossier.plan else None,
    }
    yield Feature(layer="compound", geometry=point, properties=values)


_VERDICT_STATES: Mapping[str, str] = {
    "ready": "ok",
    "ready_managed": "near",
    "upgrade": "over",
    "no_solution": "over",
}


def _elements(dossier: Dossier, shapes: Shapes) -> Iterator[Feature]:
    run, worst = dossier.deciding_run, _utilisation(dossier.deciding_run)
    stations = _stations(dossier.resolved)
    for layer, name, values in _rows(dossier.resolved, run):
        place = shapes.get(name) or shapes.get(stations.get(name, ""))
        if place is None:
            continue
        values["scenario"] = run.scenario
        values["charging"] = run.charging
        values["utilisation_percent"] = worst.get(name)
        values["state"] = _state(worst.get(name))
        yield Feature(layer=layer, geometry=place, properties=values)


def _stations(compound: Compound) -> dict[str, str]:
    """Return the substation in which transformers and LV boards stand."""
    return {
        name: station.id
        for station in compound.substations
        for unit in station.transformers
        for name in (unit.id, lv_board(unit.id))
    }


def _rows(compound: Compound, run: Run) -> Iterator[tuple[str, str, dict[str, Cell]]]:
    for unit in run.transformers:
        yield (
            "transformers",
            unit.id,
            {
                "id": unit.id,
                "sn_kva": unit.sn_kva,
                "s_peak_kva": unit.s_peak_kva,
                "loading_percent": unit.loading_percent,
            },
        )
    for station in compound.substations:
        yield "substations", station.id, {"id": station.id, "kind": station.kind}
    for rmu in compound.rmus:
        yield "rmus", rmu.id, {"id": rmu.id, "type": rmu.type}
    kinds = {row.id: row.kind for row in compound.lv_nodes}
    for node in run.nodes:
        yield (
            "nodes",
            node.id,
            {
                "id": node.id,
                "kind": kinds.get(node.id, ""),
                "vn_kv": node.vn_kv,
                "vm_min_pu": node.vm_min_pu,
                "unbalance_percent": node.unbalance_percent,
            },
        )
    for cable in run.branches:
        yield (
            "cables",
            cable.id,
            {
                "id": cable.id,
                "from": cable.from_id,
                "to": cable.to_id,
                "type": cable.type,
                "vn_kv": cable.vn_kv,
                "length_m": cable.length_m,
                "i_max_a": cable.i_max_a,
                "ampacity_a": cable.ampacity_a,
                "loading_percent": cable.loading_percent,
            },
        )


def _utilisation(run: Run) -> dict[str, float]:
    """Return how far each element uses its tightest limit. [%]."""
    found: dict[str, float] = {}
    for row in run.findings:
        if row.limit is not None and _is_judged(row):
            found[row.element] = max(found.get(row.element, 0.0), PERCENT * row.utilisation)
    for cable in run.branches:
        found[cable.id] = max(found.get(cable.id, 0.0), cable.loading_percent)
    for unit in run.transformers:
        found.setdefault(unit.id, unit.loading_percent)
    return found


def _is_judged(row: Finding) -> bool:
    return row.status in {"pass", "fail"}


def _state(utilisation_percent: float | None) -> str:
    """Return how an element is drawn.

    Examples
    --------
    >>> _state(None), _state(50.0), _state(90.0), _state(101.0)
    ('', 'ok', 'near', 'over')
    """
    if utilisation_percent is None:
        return ""
    if utilisation_percent > PERCENT:
        return "over"
    return "near" if utilisation_percent > _NEAR_PERCENT else "ok"


def _drawn(layout: Layout | None) -> Iterator[Feature]:
    for row in layout.drawn if layout else ():
        yield Feature(layer=row.layer, geometry=row.geometry, properties=row.properties)
