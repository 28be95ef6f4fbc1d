"""The compiled sweep over a tile of lanes: loads in, voltages down the tree, currents up."""
# ruff: noqa: PLR0913, PLR0917  records instead of numbers cost the loops their vectors

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.network.day_loads import Floats32
from gridcalc.powerflow.radial_elements import (
    add_charging,
    down_cable,
    down_leaf,
    down_source,
    down_trafo,
    load_current,
    up_cable,
    up_trafo,
)
from gridcalc.powerflow.radial_rows import (
    BIG,
    BLOCK,
    LANES,
    LAST_STEP,
    LOWEST,
    N6,
    PENDING,
    R1,
    S0,
    S1,
    S2,
    S3,
    S4,
    S5,
    SOLVED,
    STATUS,
    STEP,
    SUMS,
    UNSOLVED,
    Index,
    N,
    exact,
    fast,
)
from gridcalc.powerflow.radial_tree import (
    B_IRON,
    B_NODE,
    CABLE,
    ELEMENT,
    ENDS,
    G_IRON,
    KIND,
    LEAF,
    NODE,
    PARENT,
    R_COMMON,
    RATIO,
    TRAFO,
    TRAFO_ABOVE,
    X_COMMON,
    R,
    X,
)

Ints32 = NDArray[np.int32]

ONE = np.uint64(1)
LARGEST_KW = 1e12
LOWEST_SQUARE = 0.2**2
"""Below 0.2 pu there is no solution worth having."""


@fast
def sweep(
    w: Floats,
    up: Floats,
    lane: Floats,
    place: Ints,
    value: Floats,
    source_vm_pu: Floats,
    is_first: bool,  # noqa: FBT001  compiled code has no keywords
) -> None:
    """One sweep: voltages on the way down, load currents there, their sums on the way back.

    The first one keeps the voltages of the loads before and finds the currents of the new ones.
    """
    for row in range(len(place)):
        own, above = np.uint64(row * BLOCK), np.uint64(place[row, PARENT] * BLOCK)
        r, x, rc, xc = value[row, R], value[row, X], value[row, R_COMMON], value[row, X_COMMON]
        kind = place[row, KIND]
        below = row
        if kind == LEAF and not is_first:
            down_leaf(w, up, lane, own, above, r, x, rc, xc)
            below = place[row, PARENT]
        elif kind == CABLE and not is_first:
            down_cable(w, up, lane, own, above, r, x, rc, xc)
        else:
            if kind == TRAFO and not is_first:
                g, h, ratio = value[row, G_IRON], value[row, B_IRON], value[row, RATIO]
                down_trafo(w, up, lane, own, above, r, x, g, h, ratio)
            elif not is_first:
                down_source(w, lane, own, source_vm_pu[place[row, ELEMENT]], r, x)
            load_current(w, lane, own)
        if value[row, B_NODE] != 0.0:
            add_charging(w, own, value[row, B_NODE])
        for _ in range(place[row, ENDS] - (below != row)):
            parent = place[below, PARENT]
            own, above = np.uint64(below * BLOCK), np.uint64(parent * BLOCK)
            if place[below, KIND] != TRAFO:
                up_cable(w, up, own, above)
            else:
                r, x, ratio = value[below, R], value[below, X], value[below, RATIO]
                g, h = value[below, G_IRON], value[below, B_IRON]
                up_trafo(w, up, own, above, r, x, g, h, ratio)
            below = parent


@fast
def _add_shaped(
    w: Floats,
    n: Index,
    curves: Floats,
    curve: int,
    first: Index,
    at: Index,
    p_kw: float,
    tan: float,
) -> None:
    for k in range(n):
        p = p_kw * curves[curve, first + k]
        w[at + k] += p
        w[at + R1 + k] += p * tan


@fast
def _add_free(
    w: Floats, n: Index, p_kw: Floats32, row: int, day: int, first: Index, at: Index, tan: float
) -> None:
    for k in range(n):
        p = np.float64(p_kw[row, day, first + k])
        w[at + k] += p
        w[at + R1 + k] += p * tan


@fast
def _is_drawn(bits: Ints32, row: int, day: int, first: Index, n: Index) -> bool:
    """Return whether a row draws anything in a tile; chargers mostly do not."""
    found = 0
    for k in range(n):
        found |= bits[row, day, first + k]
    return found != 0


@fast
def _add_sums(w: Floats, lane: Floats, own: Index, to: Index) -> None:
    """Add the load of a node to that of the transformer above it."""
    for k in range(N):
        b = own + k
        lane[to + k] += w[b + S0] + w[b + S2] + w[b + S4]
        lane[to + R1 + k] += w[b + S1] + w[b + S3] + w[b + S5]


@fast
def _repeat_last(w: Floats, own: Index, used: Index) -> None:
    for j in range(6):
        at = own + S0 + np.uint64(j * LANES)
        for k in range(used, N):
            w[at + k] = w[at + used - ONE]


@fast
def expand(w: Floats, lane: Floats, place: Ints, loads: Any, day: int, first: int) -> None:
    """Write the loads of a tile; lanes beyond the day's end repeat its last slot."""
    curves, shaped_p_kw, free_p_kw = loads.curves, loads.shaped_p_kw, loads.free_p_kw
    free_bits = loads.free_bits
    shaped_at, shaped_curve = loads.shaped_at, loads.shaped_curve
    shaped_tan_phi, free_tan_phi, free_at = loads.shaped_tan_phi, loads.free_tan_phi, loads.free_at
    start, used = np.uint64(first), np.uint64(min(LANES, curves.shape[1] - first))
    for row in range(len(place)):
        at = np.uint64(row * BLOCK) + S0
        for k in range(N6):
            w[at + k] = 0.0
    for row in range(len(shaped_at)):
        p, tan, at = shaped_p_kw[row, day], shaped_tan_phi[row], np.uint64(shaped_at[row])
        _add_shaped(w, used, curves, shaped_curve[row], start, at, p, tan)
    for row in range(len(free_at)):
        if _is_drawn(free_bits, row, day, start, used):
            at = np.uint64(free_at[row])
            _add_free(w, used, free_p_kw, row, day, start, at, free_tan_phi[row])
    for k in range(int(SUMS), len(lane)):
        lane[k] = 0.0
    for row in range(len(place)):
        own = np.uint64(row * BLOCK)
        if used < N:
            _repeat_last(w, own, used)
        _add_sums(w, lane, own, SUMS + np.uint64(2 * LANES * place[row, TRAFO_ABOVE]))


@exact
def compensate(
    w: Floats,
    lane: Floats,
    lv_row: Ints,
    compensation_kvar: Floats,
    flat: Floats,
    tan_target: float,
) -> None:
    """Switch in capacitors at the LV boards; a lane whose load is no number is given up."""
    n_trafos = len(lv_row)
    for k in range(LANES):
        total = 0.0
        for trafo in range(n_trafos + 1):
            total += lane[int(SUMS) + 2 * trafo * LANES + k]
            total += lane[int(SUMS) + (2 * trafo + 1) * LANES + k]
        lane[int(STATUS) + k] = PENDING
        if not abs(total) < LARGEST_KW:
            _give_up(w, lane, flat, k)
    for trafo in range(n_trafos):
        installed = compensation_kvar[trafo]
        if installed <= 0.0:
            continue
        for k in range(LANES):
            if lane[int(STATUS) + k] == UNSOLVED:
                continue
            p = lane[int(SUMS) + 2 * trafo * LANES + k]
            q = lane[int(SUMS) + (2 * trafo + 1) * LANES + k]
            switched = min(max(q - p * tan_target, 0.0), installed)
            for j in range(3):
                at = lv_row[trafo] * BLOCK + int(S1) + 2 * j * LANES
                w[at + k] -= switched / 3


@exact
def _give_up(w: Floats, lane: Floats, flat: Floats, k: int) -> None:
    """Mark a lane and let it idle: no load and the voltages of no load."""
    lane[int(STATUS) + k] = UNSOLVED
    for row in range(len(flat)):
        for j in range(6):
            w[row * BLOCK + j * LANES + k] = flat[row, j]
            w[row * BLOCK + (6 + j) * LANES + k] = 0.0
            w[row * BLOCK + (12 + j) * LANES + k] = 0.0


@exact
def judge(w: Floats, lane: Floats, flat: Floats, tolerance_pu: float) -> int:
    """Look at the steps of a sweep; return how many lanes go on.

    What a sweep leaves to go is the sum of a geometric series, step · q / (1 - q) with q the
    ratio of the last two steps; a lane is solved when that is below the tolerance.
    """
    pending = 0
    for k in range(LANES):
        step_square, lowest = lane[int(STEP) + k], lane[int(LOWEST) + k]
        lane[int(STEP) + k] = 0.0
        lane[int(LOWEST) + k] = BIG
        if lane[int(STATUS) + k] != PENDING:
            continue
        if not (lowest > LOWEST_SQUARE and step_square < BIG):
            _give_up(w, lane, flat, k)
            continue
        step = np.sqrt(step_square)
        last = lane[int(LAST_STEP) + k]
        lane[int(LAST_STEP) + k] = step
        ratio = step / last if last > 0.0 else 0.5
        if step == 0.0 or (ratio < 1.0 and step * ratio <= tolerance_pu * (1.0 - ratio)):
            lane[int(STATUS) + k] = SOLVED
        else:
            pending += 1
    return pending


@exact
def settle(w: Floats, lane: Floats, flat: Floats, first: int, n_slots: int, solved: Bools) -> None:
    """Flag the lanes of a tile; those still on their way are given up."""
    for k in range(LANES):
        if lane[int(STATUS) + k] == PENDING:
            _give_up(w, lane, flat, k)
        if first + k < n_slots:
            solved[first + k] = lane[int(STATUS) + k] == SOLVED


@exact
def start_flat(w: Floats, lane: Floats, flat: Floats) -> None:
    """Put every lane at the voltages of no load."""
    for k in range(LANES):
        _give_up(w, lane, flat, k)


@fast
def clear_steps(lane: Floats) -> None:
    """Forget the steps of the tile before."""
    for k in range(N):
        lane[LAST_STEP + k] = 0.0
        lane[STEP + k] = 0.0
        lane[LOWEST + k] = BIG


@exact
def keep_voltages(
    w: Floats, place: Ints, solved: Bools, volts: Floats, day: int, first: int
) -> None:
    """Write the voltages of a tile; those of unsolved slots are no numbers."""
    for k in range(min(LANES, solved.shape[1] - first)):
        for row in range(len(place)):
            for j in range(6):
                found = w[row * BLOCK + j * LANES + k]
                volts[day, first + k, place[row, NODE], j] = (
                    found if solved[day, first + k] else np.nan
                )
