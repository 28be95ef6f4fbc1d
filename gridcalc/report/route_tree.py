"""The result of ``route`` as plain values: the JSON contract, rows for CSV, lines for maps."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

import gridcalc
from gridcalc.connection.records import Connection, RouteOption, RoutePair, SourceJudgement
from gridcalc.policy.permit_of_route import RoutePermit
from gridcalc.report.blocks import Cell
from gridcalc.report.check_tree import assumption_tree, finding_tree
from gridcalc.report.cost_tree import book_tree, money_tree
from gridcalc.routing.coordinates import zone_to_lon_lat

_DEGREE_DECIMALS = 9


def route_tree(found: Connection) -> dict[str, Any]:
    """Return the outcome of ``route`` as its JSON object; nothing but degrees is rounded."""
    return {
        "gridcalc": gridcalc.__version__,
        "command": "route",
        "site_id": found.site.id,
        "site_name": found.site.name,
        "policy": found.policy.id,
        "prices": book_tree(found.prices),
        "epsg": found.site.epsg,
        "demand_kva": found.demand_kva,
        "supply": found.site.supply,
        "cable": found.cable.name,
        "routes": [_route(k, found) for k in range(len(found.routes))],
        "pairs": [_pair(k, pair) for k, pair in enumerate(found.pairs)],
        "pareto": [asdict(point) for point in found.pareto],
        "detour": asdict(found.detour) if found.detour else None,
        "why": [str(row) for row in found.why],
        "reason": str(found.reason),
        "remedies": list(found.remedies),
        "areas_in_the_way": list(found.relaxed),
        "sources": [_source(row) for row in found.sources],
        "rejected_sources": [
            {
                "source_id": row.source.id,
                "reason": "; ".join(str(reason) for reason in row.reasons),
                "remedies": list(row.remedies),
            }
            for row in found.sources
            if not row.accepted
        ],
        "warnings": [{**asdict(row), "text": str(row.text)} for row in found.warnings],
        "assumptions": [assumption_tree(row) for row in found.assumptions],
    }


def _pair(k: int, pair: RoutePair) -> dict[str, Any]:
    return {
        "rank": k + 1,
        "route_ranks": [2 * k + 1, 2 * k + 2],
        "cost_yuan": pair.cost_yuan,
        "source_ids": [pair.first.source.id, pair.second.source.id],
    }


def _route(k: int, found: Connection) -> dict[str, Any]:
    row = found.routes[k]
    return {
        "source_id": row.source.id,
        "rank": k + 1,
        "recommended": "recommended" in found.labels[k],
        "labels": list(found.labels[k]),
        "length_m": row.length_m,
        "reg_length_m": row.facts.reg_length_m,
        "cable_length_m": row.cable_length_m,
        "cost_yuan": row.cost_yuan,
        "cost_range_yuan": money_tree(row.bill.cost_yuan),
        "crossings": [asdict(crossing) for crossing in row.crossings],
        "along_m": dict(row.facts.along_m),
        "by_corridor_m": dict(row.by_kind_m),
        "green_m2": row.facts.green_m2,
        "important_m": row.facts.important_m,
        "permit": _permit_tree(row.permit),
        "margin_m": row.permit.margin_m,
        "in_survey_margin": row.permit.in_survey_margin,
        "checks": [finding_tree(finding) for finding in row.checks],
        "quantities": [asdict(quantity) for quantity in row.quantities],
        "geometry": geometry(row, found),
    }


def _permit_tree(permit: RoutePermit) -> dict[str, Any]:
    """Return a permit with its clause."""
    return {
        "kind": permit.kind,
        "class_id": permit.class_id,
        "threshold_m": permit.threshold_m,
        "excluded_by": permit.excluded_by,
        "confirm": list(permit.confirm),
        "working_days": permit.working_days,
        "max_working_days": permit.max_working_days,
        "document": permit.rule.document,
        "clause": permit.rule.clause,
        "confidence": permit.rule.confidence,
        "text": permit.clause,
        "exempt_permits": list(permit.exempt_permits),
        "conditions": list(permit.conditions),
    }


def geometry(row: RouteOption, found: Connection) -> dict[str, Any]:
    """Return the line of a route in longitude and latitude (CGCS2000) [deg].

    A line has two points at least, also where the source stands at the target.
    """
    points = zone_to_lon_lat(np.column_stack([row.x_m, row.y_m]), epsg=found.site.epsg)
    line = [[round(x, _DEGREE_DECIMALS), round(y, _DEGREE_DECIMALS)] for x, y in points.tolist()]
    return {"type": "LineString", "coordinates": line if len(line) > 1 else line * 2}


def _source(row: SourceJudgement) -> dict[str, Any]:
    return {
        "source_id": row.source.id,
        "kind": row.source.kind,
        "accepted": row.accepted,
        "not_given": list(row.unchecked),
    }


def route_rows(found: Connection) -> list[Mapping[str, Cell]]:
    """Return the routes as rows of a CSV file."""
    return [
        {
            "rank": k + 1,
            "source_id": row.source.id,
            "recommended": "recommended" in found.labels[k],
            "length_m": row.length_m,
            "reg_length_m": row.facts.reg_length_m,
            "cable_length_m": row.cable_length_m,
            "cost_yuan": row.cost_yuan,
            "permit": row.permit.kind,
            "threshold_m": row.permit.threshold_m,
            "margin_m": row.permit.margin_m,
            "excluded_by": row.permit.excluded_by,
            "working_days": row.permit.working_days,
            "crossings": "; ".join(f"{x.kind} {x.length_m:g} m" for x in row.crossings),
            "along": "; ".join(f"{kind} {m:g} m" for kind, m in row.facts.along_m.items()),
            "clause": row.permit.rule.clause,
        }
        for k, row in enumerate(found.routes)
    ]
