"""Every cable on its way: trenches and cables planned together, lengths taken from the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from gridcalc.compound.model import MvCable
from gridcalc.compound.templates.low_voltage import box_ids
from gridcalc.design.kit import Kit, priced_ground
from gridcalc.design.records import Feeder
from gridcalc.routing.trench.records import CableDemand, TrenchPlan
from gridcalc.routing.trench.solve import plan_trenches
from gridcalc.units import PERCENT

_TOUCH_M = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A cable before it has a way: its ends, and the longest way it may take. [m]."""

    id: str
    origin: int
    destination: int
    max_way_m: float


def lv_wires(feeders: Sequence[Feeder], root_of: Mapping[str, int], kit: Kit) -> list[Wire]:
    """Return the trunks and the cables to boxes.

    A cable may be longer than its shortest way to share a trench, by the pack's percentage, as
    long as no box comes to lie beyond the supply radius.

    Parameters
    ----------
    feeders
        The feeders.
    root_of
        Node of each transformer.
    kit
        Distances and rules.
    """
    found = []
    longer = 1 + kit.policy.number("design.max_detour_percent") / PERCENT
    for feeder in feeders:
        root, branch = root_of[feeder.unit], feeder.branch_node
        trunk_m = kit.way_m(root, branch)
        ways_m = [kit.way_m(branch, row.node) for row in feeder.boxes]
        spare_m = max(kit.radius_m - trunk_m - max(ways_m), 0.0)
        most_m = min(trunk_m * longer, trunk_m + spare_m / 2) + _TOUCH_M
        found.append(Wire(id=feeder.id, origin=root, destination=branch, max_way_m=most_m))
        if feeder.is_direct:
            continue
        names = box_ids(feeder.id, tuple(row.box for row in feeder.boxes))
        for name, row, way_m in zip(names, feeder.boxes, ways_m, strict=True):
            rest_m = max(kit.radius_m - most_m, way_m)
            found.append(
                Wire(
                    id=f"{name}-C",
                    origin=branch,
                    destination=row.node,
                    max_way_m=min(way_m * longer, rest_m) + _TOUCH_M,
                )
            )
    return found


def mv_wires(cables: Sequence[MvCable], node_of: Mapping[str, int]) -> list[Wire]:
    """Return the 10 kV cables inside the site."""
    return [
        Wire(
            id=cable.id,
            origin=node_of[cable.from_id],
            destination=node_of[cable.to_id],
            max_way_m=inf,
        )
        for cable in cables
    ]


def laid(wires: Sequence[Wire], types: Mapping[str, str], kit: Kit) -> TrenchPlan:
    """Return the trenches and the way of each cable, at the least cost found.

    Parameters
    ----------
    wires
        All cables.
    types
        Item of the price book of each cable, by id.
    kit
        Site, rules and prices.
    """
    slack = {"cable_mv": "route.cable_slack_percent", "cable_lv": "design.lv_cable_slack_percent"}
    price = {
        item: kit.cable_yuan_per_m(item, slack[item.partition(".")[0]])
        for item in sorted(set(types.values()))
    }
    demands = [
        CableDemand(
            id=wire.id,
            origin=wire.origin,
            destination=wire.destination,
            yuan_per_m=price[types[wire.id]],
            max_length_m=wire.max_way_m,
        )
        for wire in wires
    ]
    return plan_trenches(
        priced_ground(kit.site.ground, kit),
        demands,
        time_limit_s=kit.policy.number("design.trench_time_s"),
        gap_percent=kit.policy.number("design.trench_gap_percent"),
    )
