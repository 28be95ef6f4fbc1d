"""A traced path as an option: its works, its bill, its checks, its rank."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from gridcalc.catalogue import Cable
from gridcalc.connection.line import line_checks
from gridcalc.connection.records import RouteOption
from gridcalc.connection.tracing import EdgeFacts, Trace, line_of
from gridcalc.connection.works import (
    MEASURE,
    Works,
    kinds_of,
    needs_of_crossing,
    needs_of_source,
    needs_per_m,
)
from gridcalc.cost import bill_of_quantities
from gridcalc.cost.quantities import Need, added_up
from gridcalc.routing.records import CorridorGraph, SiteMap, SourcePoint
from gridcalc.routing.search.network import RouteNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """What all routes of a site have in common.

    Parameters
    ----------
    demand_kva
        Capacity asked for. [kVA]
    day_yuan
        Worth of a day of approval. [yuan]
    """

    site: SiteMap = field(repr=False)
    network: RouteNetwork = field(repr=False)
    known: EdgeFacts = field(repr=False)
    works: Works
    cable: Cable
    demand_kva: float
    day_yuan: float


def option_of(found: Trace, setting: Setting) -> RouteOption:
    """Return a route with its bill and the checks of its line."""
    graph = setting.site.graph
    source = setting.site.sources[found.path.source]
    length_m = float(graph.length_m[list(found.edges)].sum())
    rows = added_up(_needs(found, source, setting), setting.works.prices, measure=MEASURE)
    bill = bill_of_quantities(rows, setting.works.prices)
    x_m, y_m = line_of(graph, found.edges, int(setting.site.source_node[found.path.source]))
    by_kind = _by_kind_m(graph, found)
    cable_m = setting.works.cable_m(length_m)
    worth = setting.day_yuan * found.permit.max_working_days
    return RouteOption(
        source=source,
        length_m=length_m,
        cable_length_m=cable_m,
        facts=found.facts,
        permit=found.permit,
        crossings=found.crossings,
        by_kind_m=by_kind,
        quantities=rows,
        bill=bill,
        search_yuan=found.path.cost_yuan,
        score_yuan=float(bill.cost_yuan.typical) + worth,
        checks=line_checks(
            setting.cable,
            source,
            demand_kva=setting.demand_kva,
            cable_m=cable_m,
            layings=[setting.works.ways.corridors[kind].laying for kind, _ in by_kind],
            policy=setting.known.policy,
        ),
        x_m=x_m,
        y_m=y_m,
        edges=found.edges,
    )


def _by_kind_m(graph: CorridorGraph, found: Trace) -> tuple[tuple[str, float], ...]:
    used = np.array(found.edges, dtype=np.int64)
    kind, length_m = graph.kind[used], graph.length_m[used]
    return tuple(
        (graph.kinds[int(code)], float(length_m[kind == code].sum())) for code in np.unique(kind)
    )


def _needs(found: Trace, source: SourcePoint, setting: Setting) -> Iterator[tuple[str, Need]]:
    """Yield the works by element: the source, each kind of corridor, each area and crossing."""
    graph, works = setting.site.graph, setting.works
    for need in needs_of_source(source, works):
        yield source.id, need
    for edge in found.edges:
        corridor, area = kinds_of(graph, edge, works.ways)
        place = int(graph.obstacle[edge])
        element = graph.obstacle_ids[place] if area is not None else corridor.kind
        for item, per_m, subject in needs_per_m(corridor, area, works):
            yield element, (item, per_m * float(graph.length_m[edge]), subject)
    for crossing in found.crossings:
        if crossing.kind in works.ways.corridors:
            for need in needs_of_crossing(works.ways.corridors[crossing.kind]):
                yield crossing.kind, need
