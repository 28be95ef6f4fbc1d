"""The compiled rounds of sweeps over a tile of slots: all nodes once, then those with leaves."""

import numpy as np

from gridcalc.network.arrays import Bools
from gridcalc.powerflow.days_elements import (
    Six,
    add_charging,
    clear_currents,
    down_cable,
    down_source,
    down_trafo,
    draw,
    up_cable,
    up_trafo,
)
from gridcalc.powerflow.days_leaves import (
    draw_and_share,
    draw_and_turn,
    first_leaf,
    leaf,
    share_of_leaves,
)
from gridcalc.powerflow.days_rows import (
    BIG,
    BLOCK,
    E0,
    LANES,
    LAST_LEAF_STEP,
    LAST_STEP,
    LEAF_BLOCK,
    LEAF_STEP,
    LOWEST,
    PENDING,
    S0,
    SOLVED,
    STATUS,
    STEP,
    SUMS,
    UNSOLVED,
    ZERO,
    Floats32,
    N,
)
from gridcalc.powerflow.days_tree import DaysTree
from gridcalc.powerflow.radial_kernel import LOWEST_SQUARE
from gridcalc.powerflow.radial_rows import exact, fast
from gridcalc.powerflow.radial_tree import (
    B_CABLE,
    B_IRON,
    B_NODE,
    CABLE,
    ENDS,
    G_IRON,
    KIND,
    PARENT,
    R_COMMON,
    RATIO,
    TRAFO,
    X_COMMON,
    R,
    X,
)

GUESS, FIRST, ALL, INNER = range(4)
"""Kinds of sweeps. ``INNER`` leaves the leaves alone: what they draw stays the same power as seen
from above. ``GUESS`` is the same at the voltages of other loads. ``FIRST`` and ``ALL`` go to the
leaves, the first time with new loads."""

NOISE_PU = 1e-7
"""Steps that may be rounding in single precision where half of the voltage is lost on the way."""
LEAST_OF_LEAVES = 0.1
"""Share of a leaf's step that may reach the nodes above."""


@fast
def sweep(  # noqa: C901, PLR0912, PLR0915  parts of their own cost the loops their vectors
    w: Floats32, up: Floats32, u: Floats32, lane: Floats32, tree: DaysTree, draws: Bools, how: int
) -> None:
    """One sweep: voltages on the way down, load currents there, their sums on the way back."""
    place, value, flat = tree.place, tree.value, tree.flat
    leaf_first, leaf_value = tree.leaf_first, tree.leaf_value
    for row in range(len(place)):
        own, above = np.uint64(row * BLOCK), np.uint64(place[row, PARENT] * BLOCK)
        kind, r, x = place[row, KIND], value[row, R], value[row, X]
        f = flat_of(flat, row)
        if how == GUESS:
            pass
        elif kind == CABLE:
            rc, xc = value[row, R_COMMON], value[row, X_COMMON]
            down_cable(w, up, lane, own, above, r, x, rc, xc)
        elif kind == TRAFO:
            g, h, ratio = value[row, G_IRON], value[row, B_IRON], value[row, RATIO]
            down_trafo(w, up, lane, own, above, f, r, x, g, h, ratio)
        else:
            down_source(w, lane, own, r, x)
        first, last = leaf_first[row], leaf_first[row + 1]
        if first == last and not draws[row]:
            clear_currents(w, own)
        elif how in (GUESS, INNER):
            draw(w, lane, own, own + E0, f)
        else:
            if first == last:
                draw(w, lane, own, own + S0, f)
            elif how == FIRST:
                draw_and_share(w, lane, own, own + S0, f)
            else:
                draw_and_turn(w, lane, own, own + S0, f)
            for k in range(first, last):
                at = np.uint64(k * LEAF_BLOCK)
                r, x, square = leaf_value[k, R], leaf_value[k, X], leaf_value[k, B_CABLE]
                z = (r, x, leaf_value[k, R_COMMON], leaf_value[k, X_COMMON], square)
                if how == FIRST:
                    first_leaf(w, u, lane, own, at, f, z)
                else:
                    leaf(w, u, lane, own, at, f, z)
            share_of_leaves(w, own, f)
        if value[row, B_NODE] != ZERO:
            add_charging(w, own, value[row, B_NODE], f)
        below = row
        for _ in range(place[row, ENDS]):
            parent = place[below, PARENT]
            own, above = np.uint64(below * BLOCK), np.uint64(parent * BLOCK)
            if place[below, KIND] != TRAFO:
                up_cable(w, up, own, above)
            else:
                r, x, ratio = value[below, R], value[below, X], value[below, RATIO]
                g, h = value[below, G_IRON], value[below, B_IRON]
                up_trafo(w, up, own, above, flat_of(flat, below), r, x, g, h, ratio)
            below = parent


@fast
def flat_of(flat: Floats32, row: int) -> Six:
    """Return the voltages of a row without load."""
    return (
        flat[row, 0],
        flat[row, 1],
        flat[row, 2],
        flat[row, 3],
        flat[row, 4],
        flat[row, 5],
    )


@exact
def give_up(w: Floats32, u: Floats32, lane: Floats32, k: int) -> None:
    """Mark a lane and let it idle: no load and the voltages of no load."""
    lane[int(STATUS) + k] = UNSOLVED
    for at in range(k, len(w), LANES):
        w[at] = ZERO
    for at in range(k, len(u), LANES):
        u[at] = ZERO


@exact
def start_flat(w: Floats32, u: Floats32, lane: Floats32) -> None:
    """Put every lane at the voltages of no load."""
    for k in range(LANES):
        give_up(w, u, lane, k)


@fast
def clear_steps(lane: Floats32) -> None:
    """Forget the steps of the tile before."""
    for k in range(N):
        lane[STEP + k] = ZERO
        lane[LAST_STEP + k] = ZERO
        lane[LEAF_STEP + k] = ZERO
        lane[LAST_LEAF_STEP + k] = ZERO
        lane[LOWEST + k] = BIG


@exact
def _to_go(step: float, last: float, least: float) -> float:
    """Return what is left of a geometric series after a step, at least a share of the step."""
    if step <= NOISE_PU:
        return 0.0
    ratio = step / last if last > 0.0 else 0.5
    return step * max(ratio / (1.0 - ratio), least) if ratio < 1.0 else np.inf


@exact
def judge(w: Floats32, u: Floats32, lane: Floats32, tolerance_pu: float) -> int:
    """Look at the largest steps of a round; return how many lanes go on.

    What a round leaves to go is the sum of a geometric series, step · q / (1 - q) with q the
    ratio of the last two rounds; a lane is solved when that is below the tolerance. What the
    voltages of leaves were off when they drew their currents moves the nodes above by less.
    """
    pending = 0
    for k in range(LANES):
        lowest, last = lane[int(LOWEST) + k], lane[int(LAST_STEP) + k]
        leaf_last = lane[int(LAST_LEAF_STEP) + k]
        step, leaf_step = np.sqrt(lane[int(STEP) + k]), np.sqrt(lane[int(LEAF_STEP) + k])
        lane[int(STEP) + k], lane[int(LEAF_STEP) + k] = ZERO, ZERO
        lane[int(LAST_STEP) + k], lane[int(LAST_LEAF_STEP) + k] = step, leaf_step
        lane[int(LOWEST) + k] = BIG
        if lane[int(STATUS) + k] != PENDING:
            continue
        if not (lowest > LOWEST_SQUARE and step < BIG and leaf_step < BIG):
            give_up(w, u, lane, k)
            continue
        to_go = max(_to_go(step, last, 0.0), _to_go(leaf_step, leaf_last, LEAST_OF_LEAVES))
        if to_go <= tolerance_pu:
            lane[int(STATUS) + k] = SOLVED
        else:
            pending += 1
    return pending


@exact
def settle(
    w: Floats32, u: Floats32, lane: Floats32, first: int, n_slots: int, solved: Bools
) -> bool:
    """Flag the lanes of a tile; unsolved ones repeat a solved one. Return whether there is one."""
    example = -1
    n_solved = 0
    for k in range(LANES):
        if lane[int(STATUS) + k] == SOLVED:
            example = k
            n_solved += 1
        elif lane[int(STATUS) + k] == PENDING:
            give_up(w, u, lane, k)
        if first + k < n_slots:
            solved[first + k] = lane[int(STATUS) + k] == SOLVED
    if example < 0:
        return False
    if n_solved < LANES:
        for k in range(LANES):
            if lane[int(STATUS) + k] != SOLVED:
                _repeat(w, 0, example, k)
                _repeat(u, 0, example, k)
                _repeat(lane, int(SUMS), example, k)
    return True


@exact
def _repeat(values: Floats32, start: int, example: int, k: int) -> None:
    for at in range(start, len(values), LANES):
        values[at + k] = values[at + example]
