"""What the answer for a connection rests on: rules, ways of building, equipment."""

from collections.abc import Iterator, Sequence

import numpy as np

from gridcalc.catalogue import Cable
from gridcalc.connection.records import SourceJudgement
from gridcalc.connection.ways import Ways, ways_of
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption, Value
from gridcalc.routing.kinds import CorridorKind, ObstacleKind
from gridcalc.routing.records import CorridorGraph
from gridcalc.stated import cable_assumption

_SETTINGS = (
    "permit.classes",
    "permit.approval_working_days",
    "permit.counted_length",
    "permit.existing_duct_counts",
    "permit.max_along_m",
    "source.max_line_load_percent",
    "source.max_main_transformer_load_percent",
    "source.max_users",
    "source.min_spare_bays",
    "route.approval_day_yuan",
    "route.max_dearer_percent",
    "route.max_shared_percent",
    "route.cable_end_m",
    "route.cable_slack_percent",
    "route.power_factor",
    "route.snap_tolerance_m",
    "route.survey_margin_m",
    "route.survey_margin_percent",
    "cable.max_loading_percent",
    "cable.soil_celsius",
    "cable.soil_rho_k_m_per_w",
    "mv.fault_clearing_s",
    "mv.source_vm_peak_pu",
)


def connection_assumptions(
    policy: PolicyPack, sources: Sequence[SourceJudgement], cable: Cable, graph: CorridorGraph
) -> tuple[Assumption, ...]:
    """Return every value the engineer did not give, by name.

    Parameters
    ----------
    policy
        The rules.
    sources
        The sources, for the fault levels that are not given.
    cable
        The new cable.
    graph
        The corridors and areas that occur.
    """
    names = list(_SETTINGS)
    if any(row.source.i_sc_max_ka is None for row in sources):
        names.append("mv.sc_max_mva")
    rows = [policy.rule(name).assumption() for name in names]
    rows += [*_ways(graph, ways_of(policy)), *cable_assumption(cable)]
    return tuple(sorted(rows, key=lambda row: row.name))


def _ways(graph: CorridorGraph, ways: Ways) -> Iterator[Assumption]:
    """Yield how each kind of corridor and area that occurs is built."""
    for kind in sorted({graph.kinds[code] for code in np.unique(graph.kind)}):
        row = ways.corridors[kind]
        yield _way(row, kind, _given(row.laying_item, row.surface_item))
        if row.crossing_item:
            yield _way(row, f"{kind}.crossing", _given(row.crossing_item))
            yield _way(row, f"{kind}.width", row.road_width_m, unit="m")
    met = np.unique(graph.obstacle[graph.obstacle >= 0])
    for kind in sorted({graph.obstacle_kind[area] for area in met}):
        area = ways.areas[kind]
        yield _way(area, kind, _given(area.crossing_item, area.surface_item) or area.passage)


def _given(*items: str) -> tuple[str, ...]:
    return tuple(item for item in items if item)


def _way(
    row: CorridorKind | ObstacleKind, name: str, value: Value, *, unit: str = "-"
) -> Assumption:
    return Assumption(
        name=f"corridor.{name}",
        value=value,
        unit=unit,
        source=row.source,
        confidence=row.confidence,
        note=row.note,
    )
