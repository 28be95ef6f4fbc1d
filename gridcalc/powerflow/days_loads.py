"""Loads of a tile of slots: expanded where they are solved, capacitors switched in."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridcalc.network.arrays import Bools, Ints
from gridcalc.network.day_loads import DayLoads
from gridcalc.powerflow.days_rows import (
    BLOCK,
    E0,
    LANES,
    LEAF_BLOCK,
    N6,
    PENDING,
    R1,
    R2,
    R3,
    R4,
    R5,
    S0,
    S1,
    STATUS,
    SUMS,
    THIRD,
    UNSOLVED,
    ZERO,
    Floats32,
    N,
)
from gridcalc.powerflow.days_sweep import give_up
from gridcalc.powerflow.days_tree import DaysTree, rows_with_loads
from gridcalc.powerflow.radial_rows import Index, exact, fast
from gridcalc.powerflow.radial_tree import TRAFO_ABOVE

LARGEST_KW = np.float32(1e7)
"""Far beyond what any 10 kV network carries, and far below what single precision holds."""


class Rows(NamedTuple):
    """The loads of a block of days as the kernel wants them.

    ``at`` is a place among the nodes with something behind them or, counted on from their
    number, among the leaves; ``draws`` tells which of the former have loads or capacitors.
    """

    curves: Floats32
    shaped_at: Ints
    shaped_curve: Ints
    shaped_p_kw: Floats32
    shaped_tan_phi: Floats32
    free_at: Ints
    free_p_kw: Floats32
    free_bits: NDArray[np.int32]
    free_tan_phi: Floats32
    draws: Bools


def rows_of(tree: DaysTree, loads: DayLoads) -> Rows:
    """Return the loads with the places of their nodes in a tile."""
    n_rows = len(tree.place)

    def place(node: Ints, phase: Ints) -> Ints:
        at = tree.at_node[node]
        inner = at * BLOCK + int(S0)
        outer = n_rows * BLOCK + (at - n_rows) * LEAF_BLOCK
        return np.asarray(np.where(at < n_rows, inner, outer) + 2 * LANES * phase)

    curves, free_p_kw = _whole_tiles(loads.curves), _whole_tiles(loads.free_p_kw)
    used = np.concatenate([tree.at_node[loads.shaped_node], tree.at_node[loads.free_node]])
    return Rows(
        curves=curves,
        shaped_at=place(loads.shaped_node, loads.shaped_phase),
        shaped_curve=np.ascontiguousarray(loads.shaped_curve, dtype=np.int64),
        shaped_p_kw=np.ascontiguousarray(loads.shaped_p_kw, dtype=np.float32),
        shaped_tan_phi=np.ascontiguousarray(loads.shaped_tan_phi, dtype=np.float32),
        free_at=place(loads.free_node, loads.free_phase),
        free_p_kw=free_p_kw.reshape(-1),
        free_bits=free_p_kw.reshape(-1).view(np.int32),
        free_tan_phi=np.ascontiguousarray(loads.free_tan_phi, dtype=np.float32),
        draws=rows_with_loads(tree, used),
    )


def _whole_tiles(series: NDArray[np.floating[Any]]) -> Floats32:
    """Return series in single precision; their last slot is repeated up to whole tiles."""
    n_more = -series.shape[-1] % LANES
    single = np.ascontiguousarray(series, dtype=np.float32)
    if not n_more:
        return single
    last = np.repeat(single[..., -1:], n_more, axis=-1)
    return np.concatenate([single, last], axis=-1)


@fast
def _add_shaped(
    w: Floats32, curves: Floats32, curve: int, first: Index, at: Index, p_kw: float, tan: float
) -> None:
    for k in range(N):
        p = p_kw * curves[curve, first + k]
        w[at + k] += p
        w[at + R1 + k] += p * tan


@fast
def _add_free(w: Floats32, p_kw: Floats32, own: Index, at: Index, tan: float) -> None:
    for k in range(N):
        p = p_kw[own + k]
        w[at + k] += p
        w[at + R1 + k] += p * tan


@fast
def _is_drawn(bits: NDArray[np.int32], own: Index) -> bool:
    """Return whether a row draws anything in a tile; chargers mostly do not."""
    found = np.int32(0)
    for k in range(N):
        found |= bits[own + k]
    return bool(found != 0)


@fast
def _add_leaf(w: Floats32, u: Floats32, to: Index, at: Index) -> None:
    """Add the loads of a leaf to those of the node above it."""
    for k in range(N6):
        w[to + k] += u[at + k]


@fast
def _add_sums(w: Floats32, lane: Floats32, at: Index, to: Index) -> None:
    """Add the load of a node, six rows from ``at``, to that of the transformer above it."""
    for k in range(N):
        b = at + k
        lane[to + k] += w[b] + w[b + R2] + w[b + R4]
        lane[to + R1 + k] += w[b + R1] + w[b + R3] + w[b + R5]


@fast
def _clear(w: Floats32, at: Index) -> None:
    for k in range(N6):
        w[at + k] = ZERO


@fast
def _copy(w: Floats32, to: Index, at: Index) -> None:
    for k in range(N6):
        w[to + k] = w[at + k]


@fast
def _add_rows(w: Floats32, u: Floats32, rows: Rows, day: int, first: int) -> None:
    end, start, n_slots = len(w), np.uint64(first), rows.curves.shape[1]
    shaped_p_kw, shaped_tan_phi, shaped_at = rows.shaped_p_kw, rows.shaped_tan_phi, rows.shaped_at
    curves, shaped_curve = rows.curves, rows.shaped_curve
    free_at, free_tan_phi, free_p_kw = rows.free_at, rows.free_tan_phi, rows.free_p_kw
    bits, n_days = rows.free_bits, shaped_p_kw.shape[1]
    for row in range(len(shaped_at)):
        p, tan, at = shaped_p_kw[row, day], shaped_tan_phi[row], shaped_at[row]
        if at < end:
            _add_shaped(w, curves, shaped_curve[row], start, np.uint64(at), p, tan)
        else:
            _add_shaped(u, curves, shaped_curve[row], start, np.uint64(at - end), p, tan)
    for row in range(len(free_at)):
        own = np.uint64((row * n_days + day) * n_slots + first)
        if _is_drawn(bits, own):
            at, tan = free_at[row], free_tan_phi[row]
            if at < end:
                _add_free(w, free_p_kw, own, np.uint64(at), tan)
            else:
                _add_free(u, free_p_kw, own, np.uint64(at - end), tan)


@fast
def expand(
    w: Floats32, u: Floats32, lane: Floats32, tree: DaysTree, rows: Rows, day: int, first: int
) -> None:
    """Write the loads of a tile, and those of leaves also at the node above as a first guess."""
    place, leaf_first, draws = tree.place, tree.leaf_first, rows.draws
    for row in range(len(place)):
        _clear(w, np.uint64(row * BLOCK) + S0)
    for k in range(leaf_first[len(place)]):
        _clear(u, np.uint64(k * LEAF_BLOCK))
    _add_rows(w, u, rows, day, first)
    for k in range(int(SUMS), len(lane)):
        lane[k] = ZERO
    for row in range(len(place)):
        own, leaves = np.uint64(row * BLOCK), range(leaf_first[row], leaf_first[row + 1])
        if draws[row] or len(leaves) > 0:
            _copy(w, own + E0, own + S0)
            for k in leaves:
                _add_leaf(w, u, own + E0, np.uint64(k * LEAF_BLOCK))
            _add_sums(w, lane, own + E0, SUMS + np.uint64(2 * LANES * place[row, TRAFO_ABOVE]))


@exact
def compensate(w: Floats32, u: Floats32, lane: Floats32, tree: DaysTree, tan_target: float) -> None:
    """Switch in capacitors at the LV boards; a lane whose load is no number is given up."""
    n_trafos = len(tree.lv_row)
    for k in range(LANES):
        total = ZERO
        for trafo in range(n_trafos + 1):
            total += abs(lane[int(SUMS) + 2 * trafo * LANES + k])
            total += abs(lane[int(SUMS) + (2 * trafo + 1) * LANES + k])
        lane[int(STATUS) + k] = PENDING
        if not total < LARGEST_KW:
            give_up(w, u, lane, k)
    for trafo in range(n_trafos):
        installed = tree.compensation_kvar[trafo]
        if installed <= ZERO:
            continue
        for k in range(LANES):
            if lane[int(STATUS) + k] == UNSOLVED:
                continue
            p = lane[int(SUMS) + 2 * trafo * LANES + k]
            q = lane[int(SUMS) + (2 * trafo + 1) * LANES + k]
            switched = min(max(q - p * tan_target, ZERO), installed)
            for j in range(3):
                at = tree.lv_row[trafo] * BLOCK + int(S1) + 2 * j * LANES
                w[at + k] -= switched * THIRD
                w[at + int(E0 - S0) + k] -= switched * THIRD
