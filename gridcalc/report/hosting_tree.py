"""The result of ``hosting`` as plain values: the JSON contract, and its results as rows."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import gridcalc
from gridcalc.hosting.records import CurvePoint, Hosting, HostingResult, Limit
from gridcalc.report.blocks import Cell


def hosting_tree(hosting: Hosting, settings: Mapping[str, Cell]) -> dict[str, Any]:
    """Return a hosting capacity as the JSON object of the command ``hosting``.

    ``settings`` are further keys of the head. ``curve`` is that of the first result of simulated
    days; each result has its own. Nothing is rounded.
    """
    first = next((row.curve for row in hosting.results if row.curve), ())
    return {
        "gridcalc": gridcalc.__version__,
        "command": "hosting",
        "compound_id": hosting.compound_id,
        "compound_name": hosting.compound_name,
        "policy": hosting.policy,
        "seed": hosting.seed,
        "scenario": hosting.scenario,
        "engine": hosting.engine,
        "accepted_risk": hosting.accepted_risk,
        **settings,
        "n_private_bays": hosting.n_private_bays,
        "n_today": hosting.n_today,
        "results": [_result(row) for row in hosting.results],
        "curve": [_point(point) for point in first],
    }


def _result(row: HostingResult) -> dict[str, Any]:
    return {
        **asdict(row),
        "binding": _limit(row.binding),
        "next_binding": _limit(row.next_binding),
        "curve": [_point(point) for point in row.curve],
    }


def _limit(limit: Limit | None) -> dict[str, Any] | None:
    return None if limit is None else asdict(limit)


def _point(point: CurvePoint) -> dict[str, Any]:
    return asdict(point)


def hosting_rows(hosting: Hosting) -> list[Mapping[str, Cell]]:
    """Return every result as one row of a CSV file; the curves stand in JSON only."""
    return [
        {
            "compound_id": hosting.compound_id,
            "policy": hosting.policy,
            "scenario": hosting.scenario,
            "seed": hosting.seed,
            "n_private_bays": hosting.n_private_bays,
            "n_today": hosting.n_today,
            "mode": row.mode,
            "season": row.season,
            "charging": row.charging,
            "n_max": row.n_max,
            "share_percent": row.share_percent,
            "risk": row.risk,
            "risk_low": row.risk_low,
            "risk_high": row.risk_high,
            "n_first": row.n_first,
            "n_all": row.n_all,
            **_limit_cells("binding", row.binding),
            "n_without_binding": row.n_without_binding,
            **_limit_cells("next_binding", row.next_binding),
            "energy_delivered_percent": row.energy_delivered_percent,
            "sessions_served_percent": row.sessions_served_percent,
            "n_draws": row.n_draws,
        }
        for row in hosting.results
    ]


def _limit_cells(name: str, limit: Limit | None) -> dict[str, Cell]:
    return {
        f"{name}_check": None if limit is None else limit.check,
        f"{name}_element": None if limit is None else limit.element,
    }
