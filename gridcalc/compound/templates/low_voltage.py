"""The 0.4 kV side: feeders, boxes, cables, loads and protective devices of one transformer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from math import ceil
from typing import NamedTuple

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
from gridcalc.compound.templates.feeder_design import (
    Drawn,
    Yard,
    direct_design,
    feeder_design,
    trunk_fits,
)
from gridcalc.compound.templates.schema import Layout

_PREFIX = {
    "meter_box": "MB",
    "charger_box": "CB",
    "ebike_shed": "ES",
    "distribution_box": "DB",
}


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
class FeederOf:
    """A feeder of a transformer: boxes behind one trunk; a direct one ends at its only box."""

    line: Line
    boxes: tuple[Box, ...]
    is_direct: bool


def add_transformer(part: LvPart, transformer: str, share: Allotment, yard: Yard) -> None:
    """Add everything that one transformer supplies to the entries of a file."""
    part.public_loads.extend(public_loads(lv_board(transformer), share.board))
    for feeder in feeders_of(transformer, share, yard):
        if feeder.is_direct:
            add_direct(part, feeder.line, feeder.boxes[0], yard)
        else:
            add_feeder(part, feeder.line, feeder.boxes, yard)


def feeders_of(transformer: str, share: Allotment, yard: Yard) -> Iterator[FeederOf]:
    """Yield the feeders of one transformer with their names and lengths."""
    for name, route in routes_of(share, yard):
        line = Line(
            transformer=transformer,
            name=f"{transformer}{name}",
            trunk_m=route.trunk_m,
            box_m=box_lengths_m(len(route.boxes), yard),
        )
        yield FeederOf(line=line, boxes=route.boxes, is_direct=route.is_direct)


class Route(NamedTuple):
    """A feeder without its name: boxes behind a trunk of some length [m], or one without any."""

    boxes: tuple[Box, ...]
    trunk_m: float
    is_direct: bool


def routes_of(share: Allotment, yard: Yard) -> Iterator[tuple[str, Route]]:
    """Yield the feeders of one transformer, and what stands behind its name in theirs."""
    trunks_m = _trunks_m(yard)
    for i, (boxes, is_direct) in enumerate(_feeders(share, yard)):
        yield f"-F{i + 1}", Route(boxes, trunks_m[i % len(trunks_m)], is_direct)


def box_lengths_m(n: int, yard: Yard) -> tuple[float, ...]:
    """Return the lengths of the cables to some boxes of a feeder, the same for every feeder."""
    return _lengths_m(yard.layout.lv.box_m, n, yard)


def _trunks_m(yard: Yard) -> tuple[float, ...]:
    """Return the lengths of the first trunks; those of the others repeat them. [m]."""
    lv = yard.layout.lv
    return _lengths_m(lv.trunk_m, len(lv.length_pattern), yard)


def _lengths_m(mean_m: float, n: int, yard: Yard) -> tuple[float, ...]:
    """Return the lengths of the first cables around a mean, the same for every feeder."""
    key = ("lengths", mean_m, n)
    return yard.once(key, lambda: tuple(_length_m(mean_m, k, yard.layout) for k in range(n)))


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


def _feeders(share: Allotment, yard: Yard) -> Iterator[tuple[tuple[Box, ...], bool]]:
    own_feeders = yard.layout.parking.wiring != "branch_boxes" or not share.meter_boxes
    extras = share.sheds if own_feeders else (*share.sheds, *share.charger_boxes)
    if share.meter_boxes:
        yield from _grouped(share.meter_boxes, extras, yard)
    elif extras:
        yield from _grouped(extras, (), yard)
    if own_feeders and share.charger_boxes:
        yield from _grouped(share.charger_boxes, (), yard)
    for box in share.distribution_boxes:
        yield (box,), True


def _grouped(
    boxes: tuple[Box, ...], extras: tuple[Box, ...], yard: Yard
) -> Iterator[tuple[tuple[Box, ...], bool]]:
    """Yield the fewest feeders of which each has a trunk that does its duty."""
    most = yard.layout.lv.max_boxes_per_feeder
    for n_feeders in range(1, len(boxes) + 1):
        is_last = n_feeders == len(boxes)
        n_first = ceil(len(boxes) / n_feeders) + ceil(len(extras) / n_feeders)
        if n_first > most and not is_last:
            continue
        groups = _with_trunks(_dealt(boxes, extras, n_feeders), yard, any_will_do=is_last)
        if len(groups) == n_feeders:
            yield from ((group, False) for group in groups)
            return


def _with_trunks(
    groups: Iterable[tuple[Box, ...]], yard: Yard, *, any_will_do: bool
) -> list[tuple[Box, ...]]:
    """Return the first groups that have a trunk; nothing behind one that has none is looked at."""
    trunks_m = _trunks_m(yard)
    found = []
    for i, group in enumerate(groups):
        if not any_will_do and not has_trunk(group, trunks_m[i % len(trunks_m)], yard):
            break
        found.append(group)
    return found


def _dealt(
    boxes: tuple[Box, ...], extras: tuple[Box, ...], n_feeders: int
) -> Iterator[tuple[Box, ...]]:
    first = 0
    for i, size in enumerate(split(len(boxes), n_feeders)):
        yield (*boxes[first : first + size], *extras[i::n_feeders])
        first += size


def has_trunk(boxes: tuple[Box, ...], length_m: float, yard: Yard) -> bool:
    """Return whether one trunk of some length can supply some boxes."""
    if len(boxes) > yard.layout.lv.max_boxes_per_feeder:
        return False
    return trunk_fits(boxes, length_m, yard)


def add_feeder(part: LvPart, line: Line, boxes: tuple[Box, ...], yard: Yard) -> None:
    """Add a trunk to a branch box, and a cable from there to each box."""
    name, branch_box = line.name, f"{line.name}-BB1"
    design = feeder_design(boxes, line.trunk_m, line.box_m, yard)
    part.nodes.append(LvNode(id=branch_box, kind="branch_box"))
    _add_cable(part, name, (lv_board(line.transformer), branch_box), design.trunk, yard)
    for node, box, drawn in zip(box_ids(name, boxes), boxes, design.boxes, strict=True):
        part.nodes.append(LvNode(id=node, kind=box.kind))
        _add_cable(part, f"{node}-C", (branch_box, node), drawn, yard)
        add_loads(part, node, box, yard.layout)


def add_direct(part: LvPart, line: Line, box: Box, yard: Yard) -> None:
    """Add a cable from the board to its only box; ``trunk_m`` is its length."""
    (node,) = box_ids(line.name, (box,))
    design = direct_design(box, line.trunk_m, yard)
    part.nodes.append(LvNode(id=node, kind=box.kind))
    _add_cable(part, line.name, (lv_board(line.transformer), node), design.trunk, yard)
    add_loads(part, node, box, yard.layout)


def _add_cable(part: LvPart, name: str, ends: tuple[str, str], drawn: Drawn, yard: Yard) -> None:
    part.cables.append(
        LvCable(
            id=name,
            from_id=ends[0],
            to_id=ends[1],
            type=drawn.cable.name,
            length_m=drawn.length_m,
            laying=yard.layout.lv.laying,
        )
    )
    part.protection.append(drawn.device.protection(name))


def _length_m(mean_m: float, i: int, layout: Layout) -> float:
    pattern = layout.lv.length_pattern
    return float(max(1, round(mean_m * pattern[i % len(pattern)])))


def add_loads(part: LvPart, node: str, box: Box, layout: Layout) -> None:
    """Add what hangs on a box to the entries of a file."""
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
