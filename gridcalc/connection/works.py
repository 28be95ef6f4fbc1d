"""What a cable along a corridor needs, metre by metre, and what that costs with all surcharges."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridcalc.connection.regions import N_ENDS
from gridcalc.connection.ways import Ways, ways_of
from gridcalc.cost import PriceBook, Quantity, bill_of_quantities
from gridcalc.cost.quantities import Need
from gridcalc.policy import PayerScope, PolicyPack
from gridcalc.routing.kinds import (
    EXISTING_DUCT,
    CorridorKind,
    ObstacleKind,
)
from gridcalc.routing.records import CorridorGraph, SourcePoint
from gridcalc.units import PERCENT

LINE: PayerScope = "mv_outside_red_line"
_CIVIL: PayerScope = "mv_civil_outside_red_line"
MEASURE = "new_mv_line"
_SAMPLE = 1_000_000.0
"""Units that are priced to learn the price of one with its surcharges; fen do not matter then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """With what a line is built.

    Parameters
    ----------
    cable
        Type of the cable.
    slack_percent, end_m
        Cable longer than the route [%], and cable at each end [m].
    ways
        How it is built along each kind of corridor and area.
    prices
        The price book.
    """

    cable: str
    slack_percent: float
    end_m: float
    ways: Ways = field(repr=False)
    prices: PriceBook = field(repr=False)

    def cable_m(self, length_m: float) -> float:
        """Return the length of cable along a route, ends included. [m]."""
        return length_m * (1 + self.slack_percent / PERCENT) + N_ENDS * self.end_m


def works_of(cable: str, *, policy: PolicyPack, prices: PriceBook) -> Works:
    """Return how a line of a cable type is built by the rules of a pack."""
    return Works(
        cable=cable,
        slack_percent=policy.number("route.cable_slack_percent"),
        end_m=policy.number("route.cable_end_m"),
        ways=ways_of(policy),
        prices=prices,
    )


def needs_per_m(
    corridor: CorridorKind, area: ObstacleKind | None, works: Works
) -> tuple[Need, ...]:
    """Return what a metre of route needs along a corridor, inside an area or outside of all.

    A duct that exists is used as it is, inside an area too.
    """
    found: list[Need] = [(f"cable_mv.{works.cable}", 1 + works.slack_percent / PERCENT, LINE)]
    crossed = area is not None and area.crossing_item and corridor.kind != EXISTING_DUCT
    if area is not None and crossed:
        return (*found, (area.crossing_item, 1.0, _CIVIL))
    found.append((corridor.laying_item, 1.0, _CIVIL))
    surface = area.surface_item if area is not None and area.surface_item else corridor.surface_item
    if surface and corridor.trench_width_m:
        found.append((surface, corridor.trench_width_m, _CIVIL))
    return tuple(found)


def needs_of_crossing(corridor: CorridorKind) -> tuple[Need, ...]:
    """Return what passing below a road needs, besides the channel on both sides."""
    if not corridor.crossing_item:
        return ()
    return ((corridor.crossing_item, corridor.road_width_m, _CIVIL),)


def needs_of_source(source: SourcePoint, works: Works) -> tuple[Need, ...]:
    """Return what connecting at a source needs, with the ends of the cable.

    Where nobody knows of a spare bay, a new one is counted.
    """
    found: list[Need] = [
        (f"cable_mv.{works.cable}", N_ENDS * works.end_m, LINE),
        ("termination.mv", float(N_ENDS), LINE),
    ]
    if source.kind == "line_tap":
        found.append(("line_tap", 1.0, LINE))
    elif not source.spare_bays:
        found.append(("rmu_bay", 1.0, LINE))
    return tuple(need for need in found if need[1] > 0)


def yuan(needs: Iterable[Need], prices: PriceBook) -> float:
    """Return the typical cost of some needs, surcharges included, without rounding to fen [yuan].

    Surcharges are shares of sums, so cost is linear in the quantities.
    """
    return sum(amount * _unit_yuan(item, subject, prices) for item, amount, subject in needs)


def _unit_yuan(item: str, subject: PayerScope, prices: PriceBook) -> float:
    row = Quantity(
        item=item,
        element=MEASURE,
        measure=MEASURE,
        quantity=_SAMPLE,
        unit=prices.price(item).unit,
        payer_subject=subject,
    )
    return float(bill_of_quantities([row], prices).cost_yuan.typical) / _SAMPLE


def edge_costs_yuan(graph: CorridorGraph, works: Works) -> NDArray[np.float64]:
    """Return what a cable along each edge costs, surcharges included [yuan], shape (n_edges,)."""
    sort, firsts = _sorts(graph)
    per_m = np.array(
        [
            yuan(needs_per_m(*kinds_of(graph, first, works.ways), works), works.prices)
            for first in firsts
        ]
    )
    return per_m[sort] * graph.length_m


def items_along(graph: CorridorGraph, works: Works) -> frozenset[str]:
    """Return every item of the price book that a route on the map may need, ends left aside."""
    _, firsts = _sorts(graph)
    along = [needs_per_m(*kinds_of(graph, first, works.ways), works) for first in firsts]
    across = [needs_of_crossing(works.ways.corridors[name]) for _, name in _occurring(graph)]
    return frozenset(item for needs in (*along, *across) for item, _, _ in needs)


def _sorts(graph: CorridorGraph) -> tuple[NDArray[np.int64], list[int]]:
    """Return the sort of each edge by corridor and area, and the first edge of each sort."""
    area = _area_kinds(graph)
    code = graph.kind * (area.max(initial=0) + 2) + area + 1
    _, firsts, sort = np.unique(code, return_index=True, return_inverse=True)
    return np.asarray(sort, dtype=np.int64), [int(first) for first in firsts]


def _occurring(graph: CorridorGraph) -> Iterator[tuple[int, str]]:
    """Yield the kinds of corridor that are on the map, with their index."""
    return ((int(code), graph.kinds[int(code)]) for code in np.unique(graph.kind))


def _area_kinds(graph: CorridorGraph) -> NDArray[np.int64]:
    """Return the kind of area of each edge as a number, -1 outside of all."""
    names = sorted(set(graph.obstacle_kind))
    codes = np.array([names.index(kind) for kind in graph.obstacle_kind] + [-1], dtype=np.int64)
    return codes[graph.obstacle]


def kinds_of(
    graph: CorridorGraph, edge: int, ways: Ways
) -> tuple[CorridorKind, ObstacleKind | None]:
    """Return what an edge runs along, and in what area it lies."""
    area = int(graph.obstacle[edge])
    return (
        ways.corridors[graph.kinds[int(graph.kind[edge])]],
        ways.areas[graph.obstacle_kind[area]] if area >= 0 else None,
    )


def crossing_costs_yuan(graph: CorridorGraph, works: Works) -> Mapping[int, float]:
    """Return what passing below a road costs, by index of its kind; free ones are left out."""
    return dict(_crossing_costs(graph, works))


def _crossing_costs(graph: CorridorGraph, works: Works) -> Iterator[tuple[int, float]]:
    for index, name in _occurring(graph):
        needs = needs_of_crossing(works.ways.corridors[name])
        if needs:
            yield index, yuan(needs, works.prices)
