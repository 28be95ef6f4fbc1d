"""Boxes of a transformer put together into feeders, by kind of load, current and distance."""

from collections.abc import Mapping, Sequence

from gridcalc.compound.templates.allotment import Box as LoadOfBox
from gridcalc.compound.templates.feeder_design import Yard, design_a
from gridcalc.compound.templates.low_voltage import has_trunk
from gridcalc.design.kit import Kit
from gridcalc.design.records import Feeder, LoadBox
from gridcalc.routing.trench.feeders import Box, FeederGroup, FeederTerms, group_boxes

Yards = Mapping[bool, Yard]
"""Cables and rules of feeders with the reserves of the kit (True) and without. [-]"""

_MAX_EXACT_BOXES = 10
_N_TRIALS = 12
_TIGHTER = 0.93


def feeders_of(
    unit: str, root: int, boxes: Sequence[LoadBox], yards: Yards, kit: Kit
) -> list[Feeder]:
    """Return the feeders of one transformer.

    Meter boxes and sheds share feeders, chargers have their own unless the standard compound
    hangs them on the same branch boxes, and each distribution box has a cable of its own. Places
    with reserves have feeders of their own.

    Parameters
    ----------
    unit, root
        The transformer, and the node of its board.
    boxes
        What it supplies.
    yards, kit
        Cables and rules; site and distances.

    Raises
    ------
    NoSolutionError
        A box is beyond the supply radius.
    """
    groups: list[tuple[int, tuple[LoadBox, ...]]] = []
    for family in _families(boxes, kit):
        groups += _grouped(root, family, yards[is_strong(family[0], kit)], kit)
    direct = [row for row in boxes if row.box.kind == "distribution_box"]
    found = [
        Feeder(id=f"{unit}-F{i + 1}", unit=unit, branch_node=node, boxes=rows, is_direct=False)
        for i, (node, rows) in enumerate(groups)
    ]
    for row in direct:
        name = f"{unit}-F{len(found) + 1}"
        found.append(Feeder(id=name, unit=unit, branch_node=row.node, boxes=(row,), is_direct=True))
    return found


def _families(boxes: Sequence[LoadBox], kit: Kit) -> list[list[LoadBox]]:
    shared = kit.layout.parking.wiring == "branch_boxes"
    at_home = {"meter_box", "ebike_shed", "charger_box"} if shared else {"meter_box", "ebike_shed"}
    first = [row for row in boxes if row.box.kind in at_home]
    second = [row for row in boxes if row.box.kind == "charger_box" and not shared]
    return [
        rows
        for family in (first, second)
        for strong in (False, True)
        if (rows := [row for row in family if is_strong(row, kit) == strong])
    ]


def is_strong(row: LoadBox, kit: Kit) -> bool:
    """Return whether the feeder of a box has the reserves of the kit."""
    return kit.site.places[row.place].id in kit.strong_places


def _grouped(
    root: int, rows: Sequence[LoadBox], yard: Yard, kit: Kit
) -> list[tuple[int, tuple[LoadBox, ...]]]:
    """Return branch node and boxes of each feeder of a family.

    The currents of boxes do not add up, because a larger group is less often used at once; so
    each box counts with its part of a full feeder, and the limit is tightened until every feeder
    has a trunk that does its duty. Feeders that are too long even then are halved.
    """
    limit_a = _largest_trunk_a(yard)
    most = kit.layout.lv.max_boxes_per_feeder
    parts = [max(_part_a(row.box, yard, limit_a, most), limit_a / most) for row in rows]
    for trial in range(_N_TRIALS):
        tight_a = limit_a * _TIGHTER**trial
        boxes = [
            Box(id=str(k), node=row.node, current_a=min(part_a, tight_a))
            for k, (row, part_a) in enumerate(zip(rows, parts, strict=True))
        ]
        plan = group_boxes(
            kit.distance_m,
            boxes,
            root=root,
            terms=_terms(tight_a, yard, kit),
            max_exact_boxes=_MAX_EXACT_BOXES,
        )
        groups = [(_branch(group, rows), _members(group, rows)) for group in plan.feeders]
        if all(_fits(root, node, members, yard, kit) for node, members in groups):
            return groups
    return [part for group in groups for part in _parted(root, *group, yard, kit)]


def _parted(
    root: int, branch: int, members: tuple[LoadBox, ...], yard: Yard, kit: Kit
) -> list[tuple[int, tuple[LoadBox, ...]]]:
    """Return a feeder, or two with half of its boxes each as long as no trunk does its duty."""
    if _fits(root, branch, members, yard, kit):
        return [(branch, members)]
    half = len(members) // 2
    return [
        part
        for rows in (members[:half], members[half:])
        for part in _parted(root, branch if len(rows) > 1 else rows[0].node, rows, yard, kit)
    ]


def _members(group: FeederGroup, rows: Sequence[LoadBox]) -> tuple[LoadBox, ...]:
    return tuple(rows[int(name)] for name in group.boxes)


def _branch(group: FeederGroup, rows: Sequence[LoadBox]) -> int:
    """Return where the branch box stands; with the only box of a feeder."""
    return group.branch_node if len(group.boxes) > 1 else rows[int(group.boxes[0])].node


def _fits(root: int, branch: int, members: Sequence[LoadBox], yard: Yard, kit: Kit) -> bool:
    boxes = tuple(row.box for row in members)
    return len(boxes) == 1 or has_trunk(boxes, kit.lv_length_m(kit.way_m(root, branch)), yard)


def _largest_trunk_a(yard: Yard) -> float:
    """Return what the largest trunk carries, as far as a breaker can protect it [A]."""
    carried_a = yard.shelf.ampacity_a[yard.trunks[-1].name]
    below = [row.rated_i_a for row in yard.shelf.breakers if row.rated_i_a <= carried_a]
    return max(below, default=carried_a)


def _part_a(box: LoadOfBox, yard: Yard, limit_a: float, most: int) -> float:
    """Return the part of a box in the current of a feeder filled with boxes like it [A]."""
    parts = [design_a((box,) * n, yard) for n in range(1, most + 1)]
    fitting = [(n, i_a) for n, i_a in enumerate(parts, start=1) if i_a <= limit_a]
    n, i_a = fitting[-1] if fitting else (1, parts[0])
    return i_a / n


def _terms(limit_a: float, yard: Yard, kit: Kit) -> FeederTerms:
    slack = "design.lv_cable_slack_percent"
    trunk = kit.cable_yuan_per_m(f"cable_lv.{yard.trunks[-1].name}", slack)
    middle = yard.box_cables[len(yard.box_cables) // 2]
    return FeederTerms(
        max_current_a=limit_a,
        max_length_m=kit.radius_m,
        trunk_yuan_per_m=trunk,
        box_yuan_per_m=kit.cable_yuan_per_m(f"cable_lv.{middle.name}", slack),
        feeder_yuan=kit.feeder_yuan,
    )
