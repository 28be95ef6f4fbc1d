"""All days of a block through the compiled sweep, tile by tile."""

from typing import NamedTuple

import numpy as np
from numba import njit

from gridcalc.network.arrays import Floats, Ints
from gridcalc.network.day_loads import DayLoads, Floats32
from gridcalc.powerflow.radial_extremes import BIG, Extremes, keep_extremes, keep_voltages
from gridcalc.powerflow.radial_kernel import compensate, expand, settle, solve_tile, start_flat
from gridcalc.powerflow.radial_rows import BLOCK, FAST, LANES, S0, n_lane_numbers
from gridcalc.powerflow.radial_tree import Tree


class Rows(NamedTuple):
    """The loads of a block of days as the kernel wants them; ``at`` is a place in a tile."""

    curves: Floats
    shaped_at: Ints
    shaped_curve: Ints
    shaped_p_kw: Floats
    shaped_tan_phi: Floats
    free_at: Ints
    free_p_kw: Floats32
    free_tan_phi: Floats


class Limits(NamedTuple):
    """When a lane is solved or given up, and what the capacitors aim at."""

    tolerance_pu: float
    max_sweeps: int
    tan_target: float


def rows_of(tree: Tree, loads: DayLoads) -> Rows:
    """Return the loads with the places of their nodes in a tile."""
    row_of_node = np.zeros(len(tree.node), dtype=np.int64)
    row_of_node[tree.node] = np.arange(len(tree.node))

    def at(node: Ints, phase: Ints) -> Ints:
        return np.asarray(row_of_node[node] * BLOCK + int(S0) + 2 * LANES * phase, dtype=np.int64)

    return Rows(
        curves=np.ascontiguousarray(loads.curves, dtype=np.float64),
        shaped_at=at(loads.shaped_node, loads.shaped_phase),
        shaped_curve=np.ascontiguousarray(loads.shaped_curve, dtype=np.int64),
        shaped_p_kw=np.ascontiguousarray(loads.shaped_p_kw, dtype=np.float64),
        shaped_tan_phi=np.ascontiguousarray(loads.shaped_tan_phi, dtype=np.float64),
        free_at=at(loads.free_node, loads.free_phase),
        free_p_kw=np.ascontiguousarray(loads.free_p_kw, dtype=np.float32),
        free_tan_phi=np.ascontiguousarray(loads.free_tan_phi, dtype=np.float64),
    )


def run_days(
    tree: Tree, flat: Floats, rows: Rows, source_vm_pu: Floats, limits: Limits, *, keep_volts: bool
) -> Extremes:
    """Return the extremes of every day, and the voltages of every slot where asked for."""
    n_days, n_slots = rows.shaped_p_kw.shape[1], rows.curves.shape[1]
    n_nodes, n_trafos = len(tree.node), len(tree.lv_row)
    node = np.zeros((n_days, n_nodes, 8))
    node[:, :, [0, 1, 2, 6]] = BIG
    trafo = np.zeros((n_days, n_trafos, 4))
    trafo[:, :, 3] = -BIG
    total = np.zeros((n_days, 3))
    total[:, 1:] = -BIG
    out = Extremes(
        solved=np.zeros((n_days, n_slots), dtype=np.bool_),
        node=node,
        cable=np.zeros((n_days, tree.n_cables, 4)),
        trafo=trafo,
        s_trafo_kva=np.zeros((n_days, n_slots, n_trafos)),
        source=np.zeros((n_days, int((tree.parent == np.arange(n_nodes)).sum()))),
        total=total,
        volts=np.zeros((n_days if keep_volts else 0, n_slots, n_nodes, 6)),
    )
    tile = np.empty(n_nodes * BLOCK)
    lane = np.zeros(n_lane_numbers(n_trafos))
    _run(tile, tile, lane, np.uint64(LANES), tree, flat, rows, source_vm_pu, limits, out)
    return out


@njit(**FAST)
def _run(w, up, lane, n, tree, flat, rows, source_vm_pu, limits, out):
    """Solve tile by tile; a tile starts from the voltages of the same hours the day before."""
    n_days, n_slots = out.solved.shape
    start_flat(w, lane, flat)
    sweeps = 0
    for first in range(0, n_slots, LANES):
        for day in range(n_days):
            expand(w, lane, n, tree, rows, day, first)
            compensate(w, lane, tree, flat, limits.tan_target)
            sweeps += solve_tile(
                w, up, lane, n, tree, flat, source_vm_pu, limits.tolerance_pu, limits.max_sweeps
            )
            if settle(w, lane, flat, first, n_slots, out.solved[day]):
                keep_extremes(w, up, lane, n, tree, out, day, first)
            if len(out.volts) > 0:
                keep_voltages(w, tree, out, day, first)
    return sweeps
