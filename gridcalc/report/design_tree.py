"""The result of ``design`` as plain values: the JSON object, rows for CSV, lines for maps."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import shapely

import gridcalc
from gridcalc.compound.model import LvCable
from gridcalc.design.records import Design, Run, Unit
from gridcalc.report.blocks import Cell
from gridcalc.report.check_tree import assumption_tree, check_tree, finding_tree
from gridcalc.report.cost_tree import bill_tree, book_tree
from gridcalc.report.design_facts import (
    CableRow,
    cable_m,
    cable_rows,
    loading_of_units,
    site_totals,
    supplied_places,
)
from gridcalc.report.geo_files import Feature
from gridcalc.routing.coordinates import zone_to_lon_lat

_DEGREE_DECIMALS = 9


def design_tree(found: Design) -> dict[str, Any]:
    """Return the outcome of ``design`` as its JSON object; nothing but degrees is rounded."""
    plan = found.scheme.trenches
    return {
        "gridcalc": gridcalc.__version__,
        "command": "design",
        "site_id": found.site.id,
        "site_name": found.site.name,
        "policy": found.policy.id,
        "prices": book_tree(found.bill.book),
        "template": found.template,
        "epsg": found.site.epsg,
        "scenario": found.asked.scenario,
        "charging": found.asked.charging,
        "passed": found.passed,
        "verdict": found.study.verdict,
        "stopped": str(found.stopped),
        "failed": [finding_tree(row) for row in found.failed],
        "steps": [asdict(row) for row in found.steps],
        **{f"n_{name}": n for name, n in site_totals(found).items()},
        "substations": [_substation(name, k, found) for name, k in found.scheme.station_candidate],
        "transformers": [_transformer(row, found) for row in found.scheme.units],
        "feeders": [_feeder(k, found) for k in range(len(found.scheme.feeders))],
        "cables": design_rows(found),
        "cable_m": cable_m(found),
        "trenches": {
            "length_m": sum(length_m for _, length_m in found.trench_m),
            "by_corridor_m": dict(found.trench_m),
            "trench_yuan": plan.trench_yuan,
            "cable_yuan": plan.cable_yuan,
            "lower_bound_yuan": plan.lower_bound_yuan,
            "gap_percent": plan.gap_percent,
            "method": plan.method,
        },
        **bill_tree(found.bill),
        "study": check_tree([found.study])["studies"][0],
        "warnings": [{**asdict(row), "text": str(row.text)} for row in found.site.warnings],
        "assumptions": [assumption_tree(row) for row in found.assumptions],
    }


def _substation(name: str, candidate: int, found: Design) -> dict[str, Any]:
    here = found.site.candidates[candidate]
    stations = {row.id: row for row in found.scheme.compound.substations}
    return {
        "id": name,
        "site_id": here.id,
        "kind": stations[name].kind,
        "transformers": [unit.id for unit in stations[name].transformers],
        "geometry": _point(here.x_m, here.y_m, found),
    }


def _transformer(row: Unit, found: Design) -> dict[str, Any]:
    boxes = [item.box for item in row.boxes]
    return {
        "id": row.id,
        "site_id": found.site.candidates[row.candidate].id,
        "type": row.transformer.name,
        "sn_kva": row.transformer.sn_kva,
        "design_kva": row.load_kva,
        "loading_percent": loading_of_units(found)[row.id],
        "n_households": sum(box.n_households for box in boxes),
        "n_private_bays": sum(box.n_private_bays for box in boxes),
        "n_public_bays": sum(box.n_public_bays for box in boxes),
        "n_bikes": sum(box.n_bikes for box in boxes),
    }


def _feeder(k: int, found: Design) -> dict[str, Any]:
    row = found.scheme.feeders[k]
    return {
        "id": row.id,
        "transformer": row.unit,
        "places": list(supplied_places(row, found)),
        "n_boxes": len(row.boxes),
        "branch_box": None if row.is_direct else f"{row.id}-BB1",
        "geometry": _node(row.branch_node, found),
    }


def design_rows(found: Design) -> list[Mapping[str, Cell]]:
    """Return the cables as rows of a CSV file."""
    return [
        {
            "id": row.cable.id,
            "voltage": "lv" if isinstance(row.cable, LvCable) else "mv",
            "from": row.cable.from_id,
            "to": row.cable.to_id,
            "type": row.cable.type,
            "length_m": row.cable.length_m,
            "way_m": row.way_m,
            "laying": row.cable.laying,
            "in_a": row.in_a,
            "loading_percent": row.loading_percent,
        }
        for row in cable_rows(found)
    ]


def design_features(found: Design) -> tuple[Feature, ...]:
    """Return places, substations, boxes, trenches and cables for a map."""
    return tuple(_features(found))


def _features(found: Design) -> Iterator[Feature]:
    rows = {row.cable.id: row for row in cable_rows(found)}
    for run in found.scheme.runs:
        if run.edges:
            yield Feature(
                layer="cables", geometry=_way(run, found), properties=_cable(rows[run.id])
            )
    ground = found.site.ground
    for edge in found.scheme.trenches.edges:
        xy_m = shapely.get_coordinates(ground.line[edge])
        length_m = float(ground.graph.length_m[edge])
        values: dict[str, Cell] = {"corridor": ground.kind[edge], "length_m": length_m}
        yield Feature(layer="trenches", geometry=_line(xy_m, found), properties=values)
    for tree in (_substation(name, k, found) for name, k in found.scheme.station_candidate):
        words: dict[str, Cell] = {key: tree[key] for key in ("id", "site_id", "kind")}
        yield Feature(layer="substations", geometry=tree["geometry"], properties=words)
    nodes = {row.id: row.kind for row in found.scheme.compound.lv_nodes}
    for name, node in found.scheme.node_of:
        if name in nodes:
            kind: dict[str, Cell] = {"id": name, "kind": nodes[name]}
            yield Feature(layer="boxes", geometry=_node(node, found), properties=kind)
    for place in found.site.places:
        counts: dict[str, Cell] = {
            "id": place.id,
            "kind": place.kind,
            "households": place.households,
            "private_bays": place.private_bays,
            "public_bays": place.public_bays,
            "bikes": place.bikes,
        }
        yield Feature(
            layer="places", geometry=_point(place.x_m, place.y_m, found), properties=counts
        )


def _cable(row: CableRow) -> dict[str, Cell]:
    return {
        "id": row.cable.id,
        "voltage": "lv" if isinstance(row.cable, LvCable) else "mv",
        "type": row.cable.type,
        "length_m": row.cable.length_m,
    }


def way_of(run: Run, found: Design) -> np.ndarray:
    """Return the line of a cable from its beginning. [m], shape (n, 2)."""
    ground, here = found.site.ground, run.origin
    parts = []
    for edge in run.edges:
        xy_m = shapely.get_coordinates(ground.line[edge])
        forward = int(ground.graph.from_node[edge]) == here
        here = int((ground.graph.to_node if forward else ground.graph.from_node)[edge])
        parts.append(xy_m if forward else xy_m[::-1])
    return np.concatenate([parts[0][:1], *(part[1:] for part in parts)])


def _way(run: Run, found: Design) -> dict[str, Any]:
    return _line(way_of(run, found), found)


def _line(xy_m: np.ndarray, found: Design) -> dict[str, Any]:
    lon_lat = zone_to_lon_lat(xy_m, epsg=found.site.epsg)
    return {"type": "LineString", "coordinates": np.round(lon_lat, _DEGREE_DECIMALS).tolist()}


def _node(node: int, found: Design) -> dict[str, Any]:
    graph = found.site.ground.graph
    return _point(float(graph.x_m[node]), float(graph.y_m[node]), found)


def _point(x_m: float, y_m: float, found: Design) -> dict[str, Any]:
    lon_lat = zone_to_lon_lat(np.array([[x_m, y_m]]), epsg=found.site.epsg)[0]
    return {"type": "Point", "coordinates": np.round(lon_lat, _DEGREE_DECIMALS).tolist()}
