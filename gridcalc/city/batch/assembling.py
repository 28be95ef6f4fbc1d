"""Blocks put together to the arrays of many compounds: made in one go, then cut compound-wise."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np

from gridcalc.city.batch.blocks import C
from gridcalc.city.batch.devices import Devices
from gridcalc.city.batch.hanging import Levels, common_loads, hanging
from gridcalc.city.batch.parts import Groups, Part
from gridcalc.city.batch.placing import Pieces, Plan, cut, first_of, plan_of
from gridcalc.compound.model import lv_board
from gridcalc.network.arrays import Cables, Floats, Ints, Network, Transformers
from gridcalc.units import VN_LV_KV, VN_MV_KV

_MOST_NAMES = 16384


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assembled:
    """The arrays of a compound; see ``parts.Part``."""

    network: Network
    groups: Groups
    levels: Levels
    cable_level: Sequence[str]
    devices: Devices
    common_kw: Floats
    common_node: Ints


def assembled(pieces: Sequence[Pieces]) -> Iterator[Assembled]:
    """Yield the arrays of some compounds, in their order; at least one."""
    plan = plan_of(pieces)
    nodes, guards = _nodes(plan)
    cables = _cables(plan)
    groups, levels = hanging(plan)
    common = common_loads(plan)
    for i, piece in enumerate(pieces):
        network = _network(plan, i, nodes[i], cables[i])
        lv = slice(plan.first_lv[i], plan.first_lv[i + 1])
        yield Assembled(
            network=network,
            groups=groups[i],
            levels=levels[i],
            cable_level=[
                *piece.frame.cable_level,
                *(level for row in piece.hung for level in row.block.levels),
            ],
            devices=_devices(piece.frame, plan.cables[:, lv], guards[i]),
            common_kw=common[i][0],
            common_node=common[i][1],
        )


def _nodes(plan: Plan) -> tuple[list[Floats], list[Ints]]:
    """Return the nominal voltages of the nodes and the device that guards each."""
    n_units = np.diff(plan.first_unit)
    n_lv = np.diff(plan.first_lv)
    first = first_of((plan.n_mv + n_units + n_lv).tolist())
    parts = np.stack([plan.n_mv, n_units + n_lv], axis=1).ravel()
    vn_kv = np.repeat(np.tile([VN_MV_KV, VN_LV_KV], len(n_units)), parts)
    guard = np.full(len(vn_kv), -1, dtype=np.int64)
    behind = plan.node_of_cable + np.repeat(first[:-1], n_lv)
    guard[behind] = np.arange(len(behind)) + np.repeat(plan.n_mv_cables - plan.first_lv[:-1], n_lv)
    last = plan.n_mv_cables + n_lv - plan.first_unit[:-1]
    boards = plan.board + np.repeat(first[:-1], n_units)
    guard[boards] = np.arange(len(boards)) + np.repeat(last, n_units)
    return cut(vn_kv, first), cut(guard, first)


def _network(plan: Plan, i: int, vn_kv: Floats, cables: Cables) -> Network:
    """Return the network: the 10 kV side of the frame, and the blocks below its boards."""
    piece, board = plan.pieces[i], plan.board[plan.first_unit[i] : plan.first_unit[i + 1]]
    base = piece.frame.network
    ids: list[str] = list(base.node_ids[: plan.n_mv[i]])
    at = 0
    for k, name in enumerate(base.transformers.ids):
        ids.append(lv_board(name))
        while at < len(piece.hung) and piece.hung[at].unit == k:
            row = piece.hung[at]
            ids += _names(row.name, row.block.node_ends)
            at += 1
    return Network(
        node_ids=tuple(ids),
        vn_kv=vn_kv,
        sources=base.sources,
        cables=cables,
        transformers=_on_boards(base.transformers, board),
    )


@lru_cache(maxsize=_MOST_NAMES)
def _names(feeder: str, ends: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([feeder + end for end in ends])


_UNIT_COLUMNS = tuple(one.name for one in fields(Transformers))


def _on_boards(units: Transformers, board: Ints) -> Transformers:
    columns = {name: getattr(units, name) for name in _UNIT_COLUMNS}
    columns["lv_node"] = board
    return Transformers(**columns)


def _cables(plan: Plan) -> list[Cables]:
    """Return the cables of each compound: those of its frame, then those of its blocks."""
    lv, sizes = plan.cables, np.diff([*plan.at.tolist(), int(plan.first_lv[-1])])
    parent = lv[C["parent"]].astype(np.int64)
    above = plan.node_of_cable[np.maximum(parent, 0) + np.repeat(plan.at, sizes)]
    from_node = np.where(parent < 0, np.repeat(plan.board[plan.unit_of], sizes), above)
    r1, x1 = lv[C["r1_ohm_per_km"]], lv[C["x1_ohm_per_km"]]
    zeros = np.zeros(lv.shape[1])
    behind = {
        "from_node": from_node,
        "to_node": plan.node_of_cable,
        "length_m": lv[C["length_m"]],
        "parallel": np.ones(lv.shape[1], dtype=np.int64),
        "r1_ohm_per_km": r1,
        "x1_ohm_per_km": x1,
        "r0_ohm_per_km": r1 + 3 * r1,
        "x0_ohm_per_km": x1 + 3 * x1,
        "r20_ohm_per_km": lv[C["r20_ohm_per_km"]],
        "c_nf_per_km": zeros,
        "ampacity_a": lv[C["ampacity_a"]],
        "is_open": zeros > 0,
    }
    frames = [piece.frame.network.cables for piece in plan.pieces]
    first = plan.first_lv + first_of(plan.n_mv_cables.tolist())
    columns = {
        name: cut(_alternating([getattr(row, name) for row in frames], values, plan), first)
        for name, values in behind.items()
    }
    return [
        Cables(
            ids=(*mv.ids, *_cable_ids(piece)),
            types=(*mv.types, *(name for row in piece.hung for name in row.block.types)),
            **{name: values[i] for name, values in columns.items()},
        )
        for i, (mv, piece) in enumerate(zip(frames, plan.pieces, strict=True))
    ]


def _cable_ids(piece: Pieces) -> Iterator[str]:
    for row in piece.hung:
        yield from _names(row.name, row.block.cable_ends)


def _alternating(of_frames: Sequence[Any], behind: Any, plan: Plan) -> Any:
    """Return the values of the frame and then of the blocks, compound by compound."""
    own = cut(behind, plan.first_lv)
    return np.concatenate([row for pair in zip(of_frames, own, strict=True) for row in pair])


def _devices(base: Part, lv: Floats, guard: Ints) -> Devices:
    """Return the devices: every LV cable has its own and guards the node behind it."""
    old, n_mv = base.devices, len(base.network.cables.ids)

    def with_own(name: str) -> Floats:
        column = getattr(old, name)
        return np.concatenate([column[:n_mv], lv[C[name]], column[n_mv:]])

    return Devices(
        in_a=with_own("in_a"),
        i_trip_a=with_own("i_trip_a"),
        breaking_ka=with_own("breaking_ka"),
        clearing_s=np.concatenate([old.clearing_s, lv[C["clearing_s"]]]),
        area_mm2=np.concatenate([old.area_mm2, lv[C["area_mm2"]]]),
        thermal_k=np.concatenate([old.thermal_k, lv[C["thermal_k"]]]),
        guard=guard,
        rmu_node=old.rmu_node,
        rmu_ka=old.rmu_ka,
    )
