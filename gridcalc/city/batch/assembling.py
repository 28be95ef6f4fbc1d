"""Blocks put together to the arrays of one compound."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.city.batch.blocks import CABLE_COLUMNS, GROUP_COLUMNS, Block, C, G
from gridcalc.city.batch.devices import Devices
from gridcalc.city.batch.parts import Groups, Part
from gridcalc.compound.model import lv_board
from gridcalc.demand.groups import KINDS
from gridcalc.demand.levels import BOX, FEEDER, STATION
from gridcalc.demand.phases import rounded_shares
from gridcalc.network.arrays import Cables, Floats, Ints, Network, Transformers
from gridcalc.units import VN_LV_KV, VN_MV_KV

GroupRow = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hung:
    """A block in its place: the transformer it hangs on, and the name of its feeder."""

    unit: int
    name: str
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """Where the blocks of a compound stand.

    Attributes
    ----------
    unit, first
        Transformer of each block and its first LV cable, shape (n_blocks,).
    node_of_cable
        Node behind each LV cable, shape (n_lv_cables,).
    board
        Node of each LV board, shape (n_units,).
    """

    hung: Sequence[Hung]
    unit: Ints
    first: Ints
    node_of_cable: Ints
    board: Ints
    cables: Floats


def plan_of(hung: Sequence[Hung], frame: Part) -> Plan:
    """Return where blocks stand; they come in the order of their transformers and names."""
    n_units = len(frame.network.transformers.ids)
    n_mv = frame.network.n_nodes - n_units
    unit = np.array([row.unit for row in hung], dtype=np.int64)
    sizes = np.array([len(row.block.types) for row in hung], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    unit_of_cable = np.repeat(unit, sizes)
    before = np.searchsorted(unit_of_cable, np.arange(n_units))
    return Plan(
        hung=hung,
        unit=unit,
        first=first,
        node_of_cable=n_mv + np.arange(len(unit_of_cable)) + unit_of_cable + 1,
        board=n_mv + before + np.arange(n_units),
        cables=np.concatenate([row.block.cables for row in hung]).reshape(-1, len(CABLE_COLUMNS)),
    )


def network_of(plan: Plan, frame: Part) -> Network:
    """Return the network: the 10 kV side of the frame, and the blocks below its boards."""
    base = frame.network
    n_units = len(base.transformers.ids)
    n_mv = base.n_nodes - n_units
    ids: list[str] = list(base.node_ids[:n_mv])
    at = 0
    for k, name in enumerate(base.transformers.ids):
        ids.append(lv_board(name))
        while at < len(plan.hung) and plan.hung[at].unit == k:
            row = plan.hung[at]
            ids += [row.name + end for end in row.block.node_ends]
            at += 1
    vn_kv = np.full(len(ids), VN_LV_KV)
    vn_kv[:n_mv] = VN_MV_KV
    return Network(
        node_ids=tuple(ids),
        vn_kv=vn_kv,
        sources=base.sources,
        cables=_cables(plan, base.cables),
        transformers=_on_boards(base.transformers, plan.board),
    )


def _on_boards(units: Transformers, board: Ints) -> Transformers:
    names = Transformers.__dataclass_fields__
    columns = {name: getattr(units, name) for name in names}
    return Transformers(**{**columns, "lv_node": board})


def _cables(plan: Plan, mv: Cables) -> Cables:
    lv = plan.cables
    n = len(lv)
    sizes = [len(row.block.types) for row in plan.hung]
    parent = lv[:, C["parent"]].astype(np.int64)
    above = plan.node_of_cable[np.maximum(parent, 0) + np.repeat(plan.first, sizes)]
    from_node = np.where(parent < 0, plan.board[np.repeat(plan.unit, sizes)], above)
    r1, x1 = lv[:, C["r1_ohm_per_km"]], lv[:, C["x1_ohm_per_km"]]
    ids = [row.name + end for row in plan.hung for end in row.block.cable_ends]
    zeros = np.zeros(n)
    return Cables(
        ids=(*mv.ids, *ids),
        types=(*mv.types, *(name for row in plan.hung for name in row.block.types)),
        from_node=np.concatenate([mv.from_node, from_node]),
        to_node=np.concatenate([mv.to_node, plan.node_of_cable]),
        length_m=np.concatenate([mv.length_m, lv[:, C["length_m"]]]),
        parallel=np.concatenate([mv.parallel, np.ones(n, dtype=np.int64)]),
        r1_ohm_per_km=np.concatenate([mv.r1_ohm_per_km, r1]),
        x1_ohm_per_km=np.concatenate([mv.x1_ohm_per_km, x1]),
        r0_ohm_per_km=np.concatenate([mv.r0_ohm_per_km, r1 + 3 * r1]),
        x0_ohm_per_km=np.concatenate([mv.x0_ohm_per_km, x1 + 3 * x1]),
        r20_ohm_per_km=np.concatenate([mv.r20_ohm_per_km, lv[:, C["r20_ohm_per_km"]]]),
        c_nf_per_km=np.concatenate([mv.c_nf_per_km, zeros]),
        ampacity_a=np.concatenate([mv.ampacity_a, lv[:, C["ampacity_a"]]]),
        is_open=np.concatenate([mv.is_open, zeros > 0]),
    )


def devices_of_plan(plan: Plan, frame: Part, n_nodes: int) -> Devices:
    """Return the devices: every LV cable has its own and guards the node behind it."""
    base, lv = frame.devices, plan.cables
    n_mv = len(frame.network.cables.ids)
    n_cables = n_mv + len(lv)
    guard = np.full(n_nodes, -1, dtype=np.int64)
    guard[plan.node_of_cable] = n_mv + np.arange(len(lv))
    guard[plan.board] = n_cables + np.arange(len(plan.board))

    def with_own(column: Floats, name: str) -> Floats:
        return np.concatenate([column[:n_mv], lv[:, C[name]], column[n_mv:]])

    return Devices(
        in_a=with_own(base.in_a, "in_a"),
        i_trip_a=with_own(base.i_trip_a, "i_trip_a"),
        breaking_ka=with_own(base.breaking_ka, "breaking_ka"),
        clearing_s=np.concatenate([base.clearing_s, lv[:, C["clearing_s"]]]),
        area_mm2=np.concatenate([base.area_mm2, lv[:, C["area_mm2"]]]),
        thermal_k=np.concatenate([base.thermal_k, lv[:, C["thermal_k"]]]),
        guard=guard,
        rmu_node=base.rmu_node,
        rmu_ka=base.rmu_ka,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hanging:
    """Load groups in their order; ``block`` is -1 for those at a board."""

    groups: Groups
    block: Ints


def hanging(plan: Plan, boards: Sequence[Sequence[GroupRow]]) -> Hanging:
    """Return the load groups: those of the feeders of a transformer, then those of its board."""
    width = len(GROUP_COLUMNS)
    rows, block = [], []
    at = 0
    for k, board in enumerate(boards):
        while at < len(plan.hung) and plan.hung[at].unit == k:
            rows.append(plan.hung[at].block.groups)
            block.append((at, k, len(rows[-1])))
            at += 1
        own = np.array([(0.0, *row) for row in board], dtype=np.float64).reshape(-1, width)
        rows.append(own)
        block.append((-1, k, len(own)))
    table = np.concatenate(rows)
    places = np.array(block, dtype=np.int64)
    block_of, unit_of = (np.repeat(places[:, j], places[:, 2]) for j in (0, 1))
    cable = plan.first[np.maximum(block_of, 0)] + table[:, G["cable"]].astype(np.int64)
    on_feeder = block_of >= 0
    node = plan.board[unit_of]
    node[on_feeder] = plan.node_of_cable[cable[on_feeder]]
    return Hanging(groups=_groups(table, node, unit_of), block=block_of)


def _groups(table: Floats, node: Ints, unit: Ints) -> Groups:
    whole = table.astype(np.int64)
    total = whole[:, G["total_a"] : G["total_a"] + 3]
    kind, today = whole[:, G["kind"]], whole[:, G["today"]].copy()
    private = kind == KINDS.index("private_charger")
    wanted = table[private, G["equipped_share"]] * total[private].sum(axis=1)
    today[private] = rounded_shares(wanted) if wanted.any() else 0
    return Groups(
        node=node,
        transformer=unit,
        kind=kind,
        p_unit_kw=table[:, G["p_unit_kw"]],
        power_factor=table[:, G["power_factor"]],
        demand_factor=table[:, G["demand_factor"]],
        balanced=table[:, G["balanced"]] > 0,
        total=total,
        today=today,
        start=whole[:, G["start"]],
        grade=whole[:, G["grade"]],
    )


def levels_of_plan(found: Hanging) -> dict[str, tuple[Ints, Ints]]:
    """Return the sets of each level; see ``demand.levels.levels``."""
    unit, node = found.groups.transformer, found.groups.node
    return {
        STATION: _sets(unit, unit),
        FEEDER: _sets(np.where(found.block < 0, -1 - unit, found.block), unit),
        BOX: _sets(node, unit),
    }


def _sets(key: Ints, unit: Ints) -> tuple[Ints, Ints]:
    """Return the set of each group and the transformer of each set; equal keys stand together."""
    is_new = np.ones(len(key), dtype=bool)
    is_new[1:] = key[1:] != key[:-1]
    return np.cumsum(is_new) - 1, unit[is_new]


def cable_levels(plan: Plan, frame: Part) -> list[str]:
    """Return the level that judges each cable."""
    is_trunk = plan.cables[:, C["is_trunk"]] > 0
    return [*frame.cable_level, *(FEEDER if trunk else BOX for trunk in is_trunk.tolist())]
