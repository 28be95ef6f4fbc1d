"""Where the blocks of many compounds stand, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from gridcalc.city.batch.blocks import Block, C
from gridcalc.city.batch.parts import Part
from gridcalc.network.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hung:
    """A block in its place: the transformer it hangs on, and the name of its feeder."""

    unit: int
    name: str
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """What a compound is put together from.

    Attributes
    ----------
    frame
        Its 10 kV side and LV boards.
    hung
        Its feeders, by their transformers and names.
    boards
        Load groups at each board.
    board_kw
        Common loads at each board. [kW]
    """

    frame: Part
    hung: Sequence[Hung]
    boards: Sequence[Floats]
    board_kw: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """Where everything of all compounds stands; nodes and cables count within their compound.

    Attributes
    ----------
    first_unit, first_lv, first_block
        First transformer, LV cable and block of each compound and, at the end, their number.
    n_mv, n_mv_cables
        10 kV nodes and cables of each compound.
    unit_of, at
        Transformer of each block in the whole, and its first LV cable in the whole.
    node_of_cable
        Node behind each LV cable.
    board
        Node of each LV board.
    cables
        Columns of the LV cables as in ``CABLE_COLUMNS``, one in each row.
    """

    pieces: Sequence[Pieces]
    blocks: Sequence[Block]
    first_unit: Ints
    first_lv: Ints
    first_block: Ints
    n_mv: Ints
    n_mv_cables: Ints
    unit_of: Ints
    at: Ints
    node_of_cable: Ints
    board: Ints
    cables: Floats


def first_of(counts: Sequence[int]) -> Ints:
    """Return where the elements of each begin and, at the end, how many there are."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def cut(values: Any, first: Ints) -> list[Any]:
    """Return the values of each compound, given where those of each begin."""
    return [values[a:b] for a, b in pairwise(first.tolist())]


def plan_of(pieces: Sequence[Pieces]) -> Plan:
    """Return where everything stands; blocks come in the order of their transformers and names."""
    n_units = [len(row.frame.network.transformers.ids) for row in pieces]
    first_unit = first_of(n_units)
    n_blocks = [len(row.hung) for row in pieces]
    blocks = [row.block for piece in pieces for row in piece.hung]
    own = np.array([row.unit for piece in pieces for row in piece.hung], dtype=np.int64)
    unit_of = own + np.repeat(first_unit[:-1], n_blocks)
    sizes = np.array([len(block.types) for block in blocks], dtype=np.int64)
    at = first_of(sizes.tolist())
    first_block = first_of(n_blocks)
    first_lv = at[first_block]
    n_mv = np.array([row.frame.network.n_nodes for row in pieces], dtype=np.int64) - n_units
    unit_of_cable = np.repeat(unit_of, sizes)
    of_unit = np.repeat(np.arange(len(pieces)), n_units)
    of_cable = of_unit[unit_of_cable]
    before = np.searchsorted(unit_of_cable, np.arange(len(of_unit)))
    boards = np.arange(len(of_unit)) - first_unit[of_unit]
    return Plan(
        pieces=pieces,
        blocks=blocks,
        first_unit=first_unit,
        first_lv=first_lv,
        first_block=first_block,
        n_mv=n_mv,
        n_mv_cables=np.array([len(row.frame.network.cables.ids) for row in pieces]),
        unit_of=unit_of,
        at=at[:-1],
        node_of_cable=n_mv[of_cable]
        + (np.arange(len(of_cable)) - first_lv[of_cable])
        + (unit_of_cable - first_unit[of_cable])
        + 1,
        board=n_mv[of_unit] + (before - first_lv[of_unit]) + boards,
        cables=side_by_side([block.cables for block in blocks], len(C)),
    )


def side_by_side(tables: Sequence[Floats], n_columns: int) -> Floats:
    """Return the columns of tables below one another, each column in a row of its own."""
    if not tables:
        return np.zeros((n_columns, 0))
    return np.ascontiguousarray(np.concatenate(tables).T)
