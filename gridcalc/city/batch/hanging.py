"""Load groups of many drawn compounds, the sets they count in, and their common loads."""

from dataclasses import fields
from itertools import pairwise
from typing import Any

import numpy as np

from gridcalc.city.batch.blocks import GROUP_COLUMNS, G
from gridcalc.city.batch.parts import Groups
from gridcalc.city.batch.placing import Plan, cut, first_of, side_by_side
from gridcalc.demand.groups import KINDS
from gridcalc.demand.levels import BOX, FEEDER, STATION
from gridcalc.demand.phases import rounded_shares
from gridcalc.network.arrays import Floats, Ints

Levels = dict[str, tuple[Ints, Ints]]

_ON_BOARD = -1
_GROUP_FIELDS = tuple(one.name for one in fields(Groups))


def hanging(plan: Plan) -> tuple[list[Groups], list[Levels]]:
    """Return the load groups: those of the feeders of a transformer, then those of its board."""
    tables: list[Floats] = []
    places: list[tuple[int, int]] = []
    n_tables = []
    for i, piece in enumerate(plan.pieces):
        at, n_before = 0, len(tables)
        for k, board in enumerate(piece.boards):
            number = int(plan.first_unit[i]) + k
            while at < len(piece.hung) and piece.hung[at].unit == k:
                tables.append(piece.hung[at].block.groups)
                places.append((int(plan.first_block[i]) + at, number))
                at += 1
            tables.append(board)
            places.append((_ON_BOARD, number))
        n_tables.append(len(tables) - n_before)
    sizes = np.array([len(table) for table in tables], dtype=np.int64)
    block, unit = (np.repeat(column, sizes) for column in np.array(places, dtype=np.int64).T)
    first = first_of(sizes.tolist())[first_of(n_tables)]
    table = side_by_side(tables, len(GROUP_COLUMNS))
    cable = plan.at[block] + table[G["cable"]].astype(np.int64)
    node = plan.board[unit]
    on_feeder = block != _ON_BOARD
    node[on_feeder] = plan.node_of_cable[cable[on_feeder]]
    own_unit = unit - np.repeat(plan.first_unit[:-1], np.diff(first))
    groups = _groups(table, node, own_unit, first)
    keys = {STATION: unit, FEEDER: np.where(on_feeder, block, -1 - unit), BOX: node}
    return groups, _levels(keys, own_unit, first)


def _groups(table: Floats, node: Ints, unit: Ints, first: Ints) -> list[Groups]:
    whole = table.astype(np.int64)
    total = np.ascontiguousarray(whole[G["total_a"] : G["total_a"] + 3].T)
    columns: dict[str, Any] = {
        "node": node,
        "transformer": unit,
        "kind": whole[G["kind"]],
        "p_unit_kw": table[G["p_unit_kw"]],
        "power_factor": table[G["power_factor"]],
        "demand_factor": table[G["demand_factor"]],
        "balanced": table[G["balanced"]] > 0,
        "total": total,
        "today": _today(whole, table[G["equipped_share"]] * total.sum(axis=1), first),
        "start": whole[G["start"]],
        "grade": whole[G["grade"]],
    }
    found = [cut(columns[name], first) for name in _GROUP_FIELDS]
    return [
        Groups(**dict(zip(_GROUP_FIELDS, row, strict=True))) for row in zip(*found, strict=True)
    ]


def _today(whole: Ints, wanted: Floats, first: Ints) -> Ints:
    """Return the units there are today; private chargers are shared out in each compound."""
    private = whole[G["kind"]] == KINDS.index("private_charger")
    today = np.where(private, 0, whole[G["today"]])
    for a, b in pairwise(first.tolist()):
        if wanted[a:b].any():
            rows = a + np.flatnonzero(private[a:b])
            today[rows] = rounded_shares(wanted[rows])
    return today


def _levels(keys: dict[str, Ints], unit: Ints, first: Ints) -> list[Levels]:
    """Return the sets of each level of each compound; see ``demand.levels.levels``.

    Groups of one compound and with one key are a set; equal keys stand together.
    """
    found: list[Levels] = [{} for _ in range(len(first) - 1)]
    for name, key in keys.items():
        is_new = np.ones(len(key), dtype=bool)
        is_new[1:] = key[1:] != key[:-1]
        is_new[first[:-1]] = True
        member = np.cumsum(is_new) - 1
        for i, (a, b) in enumerate(pairwise(first.tolist())):
            found[i][name] = (member[a:b] - member[a], unit[a:b][is_new[a:b]])
    return found


def common_loads(plan: Plan) -> list[tuple[Floats, Ints]]:
    """Return the power and the node of each common load: those of feeders, then of boards."""
    tables = [block.common for block in plan.blocks]
    sizes = [len(table) for table in tables]
    kw_and_cable = np.concatenate([np.zeros((0, 2)), *tables])
    cable = np.repeat(plan.at, sizes) + kw_and_cable[:, 0].astype(np.int64)
    first = first_of(sizes)[plan.first_block]
    kw, node = cut(kw_and_cable[:, 1], first), cut(plan.node_of_cable[cable], first)
    board = cut(plan.board, plan.first_unit)
    return [
        (
            np.concatenate([kw[i], [value for row in piece.board_kw for value in row]]),
            np.concatenate([node[i], np.repeat(board[i], [len(row) for row in piece.board_kw])]),
        )
        for i, piece in enumerate(plan.pieces)
    ]
