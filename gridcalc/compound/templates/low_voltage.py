"""The 0.4 kV side: feeders, boxes, cables, loads and protective devices of one transformer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from gridcalc.catalogue import Cable
from gridcalc.compound.model import (
    Ebikes,
    Households,
    LvCable,
    LvNode,
    PrivateBays,
    Protection,
    PublicBays,
    PublicLoad,
    lv_board,
)
from gridcalc.compound.templates.allotment import Allotment, Box, PublicItem, split
from gridcalc.compound.templates.conductors import (
    Choice,
    Duty,
    Point,
    Shelf,
    choose,
    protection_of,
)
from gridcalc.compound.templates.design_load import LoadRules, phase_current_a
from gridcalc.compound.templates.schema import Layout

_PREFIX = {
    "meter_box": "MB",
    "charger_box": "CB",
    "ebike_shed": "ES",
    "distribution_box": "DB",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """What is the same for all feeders of a compound."""

    layout: Layout
    rules: LoadRules
    shelf: Shelf
    trunks: tuple[Cable, ...]
    box_cables: tuple[Cable, ...]
    board: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class LvPart:
    """Entries of the compound file, collected in the order of the feeders."""

    nodes: list[LvNode] = field(default_factory=list)
    cables: list[LvCable] = field(default_factory=list)
    households: list[Households] = field(default_factory=list)
    private_bays: list[PrivateBays] = field(default_factory=list)
    public_bays: list[PublicBays] = field(default_factory=list)
    ebikes: list[Ebikes] = field(default_factory=list)
    public_loads: list[PublicLoad] = field(default_factory=list)
    protection: list[Protection] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Name and lengths of a feeder: of its trunk, and of the cable to each of its boxes. [m]."""

    transformer: str
    name: str
    trunk_m: float
    box_m: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feeder:
    """Boxes behind one trunk; a direct feeder ends at its only box."""

    boxes: tuple[Box, ...]
    is_direct: bool = False


def add_transformer(part: LvPart, transformer: str, share: Allotment, yard: Yard) -> None:
    """Add everything that one transformer supplies to the entries of a file."""
    part.public_loads.extend(public_loads(lv_board(transformer), share.board))
    for i, feeder in enumerate(_feeders(share, yard)):
        name = f"{transformer}-F{i + 1}"
        line = Line(
            transformer=transformer,
            name=name,
            trunk_m=_length_m(yard.layout.lv.trunk_m, i, yard.layout),
            box_m=tuple(
                _length_m(yard.layout.lv.box_m, k, yard.layout) for k in range(len(feeder.boxes))
            ),
        )
        if feeder.is_direct:
            add_direct(part, line, feeder.boxes[0], yard)
        else:
            add_feeder(part, line, feeder.boxes, yard)


def box_ids(feeder: str, boxes: tuple[Box, ...]) -> list[str]:
    """Return the LV nodes of the boxes of a feeder, numbered by kind.

    Examples
    --------
    >>> box_ids("T1-F2", (Box(kind="meter_box"), Box(kind="ebike_shed"), Box(kind="meter_box")))
    ['T1-F2-MB1', 'T1-F2-ES1', 'T1-F2-MB2']
    """
    numbers = {prefix: count(1) for prefix in _PREFIX.values()}
    prefixes = [_PREFIX[box.kind] for box in boxes]
    return [f"{feeder}-{prefix}{next(numbers[prefix])}" for prefix in prefixes]


def _feeders(share: Allotment, yard: Yard) -> Iterator[_Feeder]:
    own_feeders = yard.layout.parking.wiring != "branch_boxes" or not share.meter_boxes
    extras = share.sheds if own_feeders else (*share.sheds, *share.charger_boxes)
    if share.meter_boxes:
        yield from _grouped(share.meter_boxes, extras, yard)
    elif extras:
        yield from _grouped(extras, (), yard)
    if own_feeders and share.charger_boxes:
        yield from _grouped(share.charger_boxes, (), yard)
    for box in share.distribution_boxes:
        yield _Feeder(boxes=(box,), is_direct=True)


def _grouped(boxes: tuple[Box, ...], extras: tuple[Box, ...], yard: Yard) -> Iterator[_Feeder]:
    """Yield the fewest feeders of which each has a trunk that does its duty."""
    for n_feeders in range(1, len(boxes) + 1):
        groups = _dealt(boxes, extras, n_feeders)
        if n_feeders == len(boxes) or all(_has_trunk(i, g, yard) for i, g in enumerate(groups)):
            yield from (_Feeder(boxes=group) for group in groups)
            return


def _dealt(
    boxes: tuple[Box, ...], extras: tuple[Box, ...], n_feeders: int
) -> list[tuple[Box, ...]]:
    groups = []
    first = 0
    for i, size in enumerate(split(len(boxes), n_feeders)):
        groups.append((*boxes[first : first + size], *extras[i::n_feeders]))
        first += size
    return groups


def _has_trunk(i: int, boxes: tuple[Box, ...], yard: Yard) -> bool:
    return has_trunk(boxes, _length_m(yard.layout.lv.trunk_m, i, yard.layout), yard)


def has_trunk(boxes: tuple[Box, ...], length_m: float, yard: Yard) -> bool:
    """Return whether one trunk of some length can supply some boxes."""
    if len(boxes) > yard.layout.lv.max_boxes_per_feeder:
        return False
    return _trunk(boxes, length_m, yard).fits


def design_a(boxes: tuple[Box, ...], yard: Yard) -> float:
    """Return the current a cable to some boxes is chosen for, with its reserve [A]."""
    lv = yard.layout.lv
    plain_a = lv.reserve_factor * phase_current_a(boxes, yard.rules, with_chargers=False)
    if not _is_reserved(boxes, yard):
        return plain_a
    full_a = lv.charger_reserve_factor * phase_current_a(boxes, yard.rules, with_chargers=True)
    return max(plain_a, full_a)


def _is_reserved(boxes: tuple[Box, ...], yard: Yard) -> bool:
    only_chargers = all(box.kind == "charger_box" for box in boxes)
    return only_chargers or yard.layout.parking.cables_reserved


def _trunk(boxes: tuple[Box, ...], length_m: float, yard: Yard) -> Choice:
    duty = Duty(
        i_a=design_a(boxes, yard),
        length_m=length_m,
        start=yard.board,
        clearing_s=yard.layout.protection.trunk_clearing_s,
        max_drop_percent=yard.layout.lv.max_trunk_drop_percent,
    )
    return choose(yard.trunks, duty, yard.shelf)


def _box_cable(box: Box, length_m: float, start: Point, yard: Yard) -> Choice:
    duty = Duty(
        i_a=design_a((box,), yard),
        length_m=length_m,
        start=start,
        clearing_s=yard.layout.protection.box_clearing_s,
        max_drop_percent=yard.layout.lv.max_box_drop_percent,
    )
    return choose(yard.box_cables, duty, yard.shelf)


def add_feeder(part: LvPart, line: Line, boxes: tuple[Box, ...], yard: Yard) -> None:
    """Add a trunk to a branch box, and a cable from there to each box."""
    name, branch_box = line.name, f"{line.name}-BB1"
    trunk = _trunk(boxes, line.trunk_m, yard)
    part.nodes.append(LvNode(id=branch_box, kind="branch_box"))
    part.cables.append(
        _cable(name, lv_board(line.transformer), branch_box, trunk, line.trunk_m, yard)
    )
    device = len(part.protection)
    ends = []
    for node, box, box_m in zip(box_ids(name, boxes), boxes, line.box_m, strict=True):
        choice = _box_cable(box, box_m, trunk.end, yard)
        ends.append(choice.end)
        part.nodes.append(LvNode(id=node, kind=box.kind))
        part.cables.append(_cable(f"{node}-C", branch_box, node, choice, box_m, yard))
        part.protection.append(_box_device(f"{node}-C", choice, yard))
        _add_loads(part, node, box, yard.layout)
    part.protection.insert(device, _trunk_device(name, trunk, ends, yard))


def add_direct(part: LvPart, line: Line, box: Box, yard: Yard) -> None:
    """Add a cable from the board to its only box; ``trunk_m`` is its length."""
    name, length_m = line.name, line.trunk_m
    (node,) = box_ids(name, (box,))
    lv = yard.layout.lv
    cables = sorted({*yard.trunks, *yard.box_cables}, key=lambda cable: cable.area_mm2)
    duty = Duty(
        i_a=design_a((box,), yard),
        length_m=length_m,
        start=yard.board,
        clearing_s=yard.layout.protection.box_clearing_s,
        max_drop_percent=lv.max_trunk_drop_percent + lv.max_box_drop_percent,
    )
    choice = choose(cables, duty, yard.shelf)
    part.nodes.append(LvNode(id=node, kind=box.kind))
    part.cables.append(_cable(name, lv_board(line.transformer), node, choice, length_m, yard))
    part.protection.append(_box_device(name, choice, yard))
    _add_loads(part, node, box, yard.layout)


def _length_m(mean_m: float, i: int, layout: Layout) -> float:
    pattern = layout.lv.length_pattern
    return float(max(1, round(mean_m * pattern[i % len(pattern)])))


def _cable(name: str, start: str, end: str, choice: Choice, length_m: float, yard: Yard) -> LvCable:
    return LvCable(
        id=name,
        from_id=start,
        to_id=end,
        type=choice.cable.name,
        length_m=length_m,
        laying=yard.layout.lv.laying,
    )


def _trunk_device(name: str, trunk: Choice, ends: list[Point], yard: Yard) -> Protection:
    """Return the trunk's breaker; it backs up the boxes where a setting allows that."""
    devices = yard.layout.protection
    clearing_s = devices.trunk_clearing_s
    return _device(name, trunk, devices.trunk_trip_factors, ends, clearing_s, yard)


def _box_device(name: str, choice: Choice, yard: Yard) -> Protection:
    devices = yard.layout.protection
    clearing_s = devices.box_clearing_s
    return _device(name, choice, devices.box_trip_factors, [choice.end], clearing_s, yard)


def _device(
    name: str,
    choice: Choice,
    factors: Iterable[float],
    ends: list[Point],
    clearing_s: float,
    yard: Yard,
) -> Protection:
    margin = yard.layout.protection.fault_margin_factor
    breaker, i_trip_a = protection_of(choice, factors, ends, yard.shelf, margin_factor=margin)
    return Protection(
        element=name,
        in_a=breaker.rated_i_a,
        i_trip_a=i_trip_a,
        clearing_s=clearing_s,
        breaking_ka=breaker.breaking_i_sc_ka,
    )


def _add_loads(part: LvPart, node: str, box: Box, layout: Layout) -> None:
    parking = layout.parking
    if box.n_households:
        part.households.append(
            Households(
                node=node,
                count=box.n_households,
                area_m2=box.area_m2 or layout.buildings.area_m2,
                phases="three" if layout.buildings.three_phase else "round_robin",
            )
        )
    if box.n_private_bays:
        part.private_bays.append(
            PrivateBays(
                node=node,
                count=box.n_private_bays,
                charger_kw=parking.charger_kw,
                equipped_share=parking.equipped_share,
                reserved_share=parking.reserved_share,
            )
        )
    if box.n_public_bays:
        share = parking.public_equipped_share
        part.public_bays.append(
            PublicBays(node=node, count=box.n_public_bays, equipped_share=share)
        )
    if box.n_bikes:
        part.ebikes.append(Ebikes(node=node, bikes=box.n_bikes, sockets=box.n_sockets))
    part.public_loads.extend(public_loads(node, box.public))


def public_loads(node: str, items: tuple[PublicItem, ...]) -> Iterator[PublicLoad]:
    """Yield the entries of some common loads at a node."""
    for item in items:
        yield PublicLoad(
            node=node,
            kind=item.kind,
            kw=item.kw,
            grade=item.grade,
            demand_factor=item.demand_factor,
            power_factor=item.power_factor,
        )
