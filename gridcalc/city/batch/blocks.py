"""Feeders of templates as small arrays: equal feeders are made once and copied."""

from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter

import numpy as np

from gridcalc.catalogue import Cable
from gridcalc.catalogue.resistance import resistance_ohm_per_km
from gridcalc.checks.cable import SHORTEST_FAULT_S
from gridcalc.compound.common_loads import factor_values
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Ambient, Compound, PublicLoad
from gridcalc.compound.templates.allotment import Box, PublicItem
from gridcalc.compound.templates.feeder_design import (
    Drawn,
    FeederDesign,
    Yard,
    direct_design,
    feeder_design,
)
from gridcalc.compound.templates.low_voltage import (
    LvPart,
    add_loads,
    box_ids,
    box_lengths_m,
    public_loads,
)
from gridcalc.compound.topology import LvNodePlace, LvTopology
from gridcalc.demand.groups import KINDS, LoadGroup, load_groups
from gridcalc.demand.levels import BOX, FEEDER
from gridcalc.demand.phases import round_robin
from gridcalc.demand.rules import unit_rules
from gridcalc.network.arrays import Floats
from gridcalc.standards.thermal_withstand import thermal_k
from gridcalc.units import N_PHASES

CABLE_COLUMNS = (
    "length_m",
    "r1_ohm_per_km",
    "x1_ohm_per_km",
    "r20_ohm_per_km",
    "ampacity_a",
    "area_mm2",
    "thermal_k",
    "in_a",
    "i_trip_a",
    "breaking_ka",
    "clearing_s",
    "parent",
)
"""``parent`` is the position of the cable above in its feeder, -1 for a trunk."""
GROUP_COLUMNS = (
    "cable",
    "kind",
    "p_unit_kw",
    "power_factor",
    "demand_factor",
    "balanced",
    "total_a",
    "total_b",
    "total_c",
    "today",
    "start",
    "grade",
    "equipped_share",
)
"""``cable`` is the position in the feeder of the cable to the node of the group."""
C = {name: k for k, name in enumerate(CABLE_COLUMNS)}
G = {name: k for k, name in enumerate(GROUP_COLUMNS)}

_TRUNK = "T1-F1"
_BALANCED, _START, _P_UNIT = G["balanced"] - 1, G["start"] - 1, G["p_unit_kw"] - 1
_TOTALS = slice(G["total_a"] - 1, G["total_a"] + 2)
"""Places in a row of a group before its cable is known."""
_MOST_KW = max(getattr(row, "le", 0.0) for row in PublicLoad.model_fields["kw"].metadata)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """One feeder: cables in the order of their ids, and what hangs on the nodes behind them.

    Attributes
    ----------
    cable_ends, node_ends
        Ids of the cables and of the nodes behind them, without the name of the feeder.
    types, levels
        Types of the cables, and the levels that judge them.
    cables, groups
        Columns as in ``CABLE_COLUMNS`` and ``GROUP_COLUMNS``.
    common
        Common loads: position of the cable, and power. [kW], shape (n, 2)
    """

    cable_ends: tuple[str, ...]
    node_ends: tuple[str, ...]
    types: tuple[str, ...]
    levels: tuple[str, ...]
    cables: Floats
    groups: Floats
    common: Floats


def feeder_block(boxes: tuple[Box, ...], trunk_m: float, yard: Yard) -> Block:
    """Return a feeder with a branch box; see ``low_voltage.add_feeder``."""

    def find() -> Block:
        design = feeder_design(boxes, trunk_m, box_lengths_m(len(boxes), yard), yard)
        ends = [name[len(_TRUNK) :] for name in box_ids(_TRUNK, boxes)]
        order = sorted(range(len(boxes)), key=lambda k: f"{ends[k]}-C")
        drawn = [design.trunk, *(design.boxes[k] for k in order)]
        return _block(
            cable_ends=("", *(f"{ends[k]}-C" for k in order)),
            node_ends=("-BB1", *(ends[k] for k in order)),
            drawn=drawn,
            boxes=[None, *(boxes[k] for k in order)],
            yard=yard,
        )

    return yard.once(("block", boxes, trunk_m), find)


def direct_block(box: Box, length_m: float, yard: Yard) -> Block:
    """Return a feeder that ends at its only box; see ``low_voltage.add_direct``."""

    def find() -> Block:
        design: FeederDesign = direct_design(box, length_m, yard)
        (node,) = box_ids(_TRUNK, (box,))
        return _block(
            cable_ends=("",),
            node_ends=(node[len(_TRUNK) :],),
            drawn=[design.trunk],
            boxes=[box],
            yard=yard,
        )

    return yard.once(("direct block", box, length_m), find)


def _block(
    *,
    cable_ends: tuple[str, ...],
    node_ends: tuple[str, ...],
    drawn: list[Drawn],
    boxes: list[Box | None],
    yard: Yard,
) -> Block:
    groups: list[tuple[float, ...]] = []
    common: list[tuple[int, float]] = []
    n_leaves = 0
    for k, box in enumerate(boxes):
        if box is not None:
            groups += [(k, *row) for row in box_groups(box, n_leaves % 3, yard)]
            common += [(k, item.kw) for item in box.public]
            n_leaves += 1
    return Block(
        cable_ends=cable_ends,
        node_ends=node_ends,
        types=tuple(row.cable.name for row in drawn),
        levels=(FEEDER, *(BOX for _ in drawn[1:])),
        cables=np.array([_cable_row(row, k, yard) for k, row in enumerate(drawn)]),
        groups=np.array(groups, dtype=np.float64).reshape(-1, len(GROUP_COLUMNS)),
        common=np.array(common, dtype=np.float64).reshape(-1, 2),
    )


def _cable_row(row: Drawn, position: int, yard: Yard) -> tuple[float, ...]:
    device = row.device
    return (
        row.length_m,
        *_of_type(row.cable, yard),
        device.in_a,
        device.i_trip_a,
        device.breaking_ka,
        max(device.clearing_s, SHORTEST_FAULT_S),
        0.0 if position else -1.0,
    )


def _of_type(cable: Cable, yard: Yard) -> tuple[float, ...]:
    def find() -> tuple[float, ...]:
        celsius = yard.shelf.policy.number("cable.conductor_celsius")
        return (
            resistance_ohm_per_km(cable, celsius),
            cable.x_ohm_per_km or 0.0,
            cable.r20_ohm_per_km,
            yard.shelf.ampacity_a[cable.name],
            cable.area_mm2,
            thermal_k(conductor=cable.conductor, insulation=cable.insulation).value,
        )

    return yard.once(("type", cable.name), find)


def box_groups(box: Box, rank: int, yard: Yard) -> list[tuple[float, ...]]:
    """Return the load groups of a box, without its place; ``rank`` is that among its feeder's."""
    first = yard.once(("groups", box), lambda: _box_groups(box, yard))
    return first if rank == 0 else [_turned(row, rank) for row in first]


def _box_groups(box: Box, yard: Yard) -> list[tuple[float, ...]]:
    """Return the groups of a box kind by kind, because few numbers of a kind occur again."""
    kind = box.kind
    rows: list[tuple[float, ...]] = []
    if box.n_households:
        one = yard.once(
            ("flat", kind, box.area_m2),
            lambda: _read_rows(Box(kind=kind, n_households=1, area_m2=box.area_m2), yard),
        )
        rows += _counted(one, box.n_households, box.n_households)
    if box.n_private_bays:
        one = yard.once(("bay", kind), lambda: _read_rows(Box(kind=kind, n_private_bays=1), yard))
        rows += _counted(one, box.n_private_bays, 0)
    if box.n_public_bays:
        of_public = Box(
            kind=kind, n_public_bays=box.n_public_bays, n_public_chargers=box.n_public_chargers
        )
        rows += yard.once(("kind", of_public), lambda: _read_rows(of_public, yard))
    if box.n_bikes:
        one = yard.once(("bike", kind), lambda: _read_rows(Box(kind=kind, n_bikes=1), yard))
        rows += _counted(one, max(box.n_sockets, box.n_bikes), box.n_sockets)
    return rows + _common_rows(box.public, yard)


def _counted(of_one: list[tuple[float, ...]], n: int, n_today: int) -> list[tuple[float, ...]]:
    """Return the group of some units, given that of one; others differ in counts only."""
    (row,) = of_one
    total = (n, 0, 0) if row[_BALANCED] else round_robin(n, int(row[_START]))
    counts = (*(float(k) for k in total), float(n_today))
    return [(*row[: _TOTALS.start], *counts, *row[_TOTALS.stop + 1 :])]


def _common_rows(items: tuple[PublicItem, ...], yard: Yard) -> list[tuple[float, ...]]:
    """Return the groups of common loads in their order; equal kinds differ in power only."""
    found = []
    for item in (_with_factors(item, yard) for item in items):
        if not 0 <= item.kw <= _MOST_KW:
            next(public_loads(f"{_TRUNK}-DB1", (item,)))
        key = ("common", item.kind, item.grade, item.demand_factor, item.power_factor)
        known = yard.once(key, partial(_read_common, item, yard))
        found += [(float(item.kw), row) for row in known]
    found.sort(key=itemgetter(0))
    return [
        (*row[:_P_UNIT], kw, *row[_P_UNIT + 1 : _START], float(k % N_PHASES), *row[_START + 1 :])
        for k, (kw, row) in enumerate(found)
    ]


def _with_factors(item: PublicItem, yard: Yard) -> PublicItem:
    """Return a common load with the factors it would get; they may depend on its power."""
    if item.demand_factor is not None and item.power_factor is not None:
        return item
    demand, power = factor_values(item.kind, item.kw, yard.rules.policy)
    demand = demand if item.demand_factor is None else item.demand_factor
    return replace(item, demand_factor=demand, power_factor=item.power_factor or power)


def _read_common(item: PublicItem, yard: Yard) -> list[tuple[float, ...]]:
    """Return the groups of a common load of 1 kW that is like another one otherwise."""
    return _read_rows(Box(kind="distribution_box", public=(replace(item, kw=1.0),)), yard)


def _read_rows(box: Box, yard: Yard) -> list[tuple[float, ...]]:
    part = LvPart()
    node = f"{_TRUNK}-MB1"
    add_loads(part, node, box, yard.layout)
    return _group_rows(part, node, yard)


def _turned(row: tuple[float, ...], rank: int) -> tuple[float, ...]:
    """Return a group dealt out from another phase: a box's rank turns its phases on."""
    balanced, totals, start = row[_BALANCED], row[_TOTALS], row[_START]
    turned = totals if balanced else [totals[(k - rank) % N_PHASES] for k in range(N_PHASES)]
    return (
        *row[: _TOTALS.start],
        *turned,
        row[_TOTALS.stop],
        (start + rank) % N_PHASES,
        *row[_START + 1 :],
    )


def board_groups(items: tuple[PublicItem, ...], yard: Yard) -> Floats:
    """Return the load groups at an LV board, in columns as in ``GROUP_COLUMNS``."""
    rows = [(0.0, *row) for row in _common_rows(items, yard)]
    return np.array(rows, dtype=np.float64).reshape(-1, len(GROUP_COLUMNS))


def _group_rows(part: LvPart, node: str, yard: Yard) -> list[tuple[float, ...]]:
    """Return the groups that ``demand.groups`` makes of the loads of one node."""
    compound = resolve_defaults(
        Compound.model_construct(
            gridcalc=1,
            id=node,
            name=node,
            policy=yard.shelf.policy.id,
            build=yard.layout.build,
            ambient=Ambient(),
            households=tuple(part.households),
            private_bays=tuple(part.private_bays),
            public_bays=tuple(part.public_bays),
            ebikes=tuple(part.ebikes),
            public_loads=tuple(part.public_loads),
            substations=(),
            sources=(),
        ),
        yard.shelf.policy,
    ).compound
    places = (LvNodePlace(id=node, transformer="T1", path=(_TRUNK,), has_children=False),)
    rules = unit_rules(compound, yard.shelf.policy)
    shares = [row.equipped_share or 0.0 for row in compound.private_bays]
    share = shares[0] if shares else 0.0
    return [_row(row, share) for row in load_groups(compound, LvTopology(places=places), rules)]


def _row(group: LoadGroup, equipped_share: float) -> tuple[float, ...]:
    return (
        float(KINDS.index(group.kind)),
        group.p_unit_kw,
        group.power_factor,
        group.demand_factor,
        float(group.balanced),
        *(float(n) for n in group.total),
        float(group.today),
        float(max(group.start, 0)),
        float(group.grade),
        equipped_share if group.kind == "private_charger" else 0.0,
    )
