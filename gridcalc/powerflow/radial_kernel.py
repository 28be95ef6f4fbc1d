"""The compiled sweep: a tile of lanes through the tree, voltages down and currents up.

Nodes are reached through two names of the same array, ``w`` for the node and ``up`` for its
parent, so that the compiler needs one overlap test for each loop. Per unit: voltage over the
nominal phase voltage, power in kW, hence current in kW per pu.
"""

import numpy as np
from numba import njit

from gridcalc.powerflow.radial_rows import (
    BIG,
    BLOCK,
    EXACT,
    FAST,
    HALF_ROOT3,
    I0,
    I1,
    I2,
    I3,
    I4,
    I5,
    INLINE,
    LANES,
    N,
    N6,
    LAST_STEP,
    LOWEST,
    PENDING,
    R1,
    R2,
    R3,
    R4,
    R5,
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
    PARENT,
    R,
    R_COMMON,
    RATIO,
    TRAFO,
    TRAFO_ABOVE,
    X,
    X_COMMON,
)
from gridcalc.powerflow.vector_extremes import high, low

ONE = np.uint64(1)
LARGEST_KW = 1e12
LOWEST_SQUARE = 0.2**2
"""Below 0.2 pu there is no solution worth having."""


@njit(**INLINE)
def _draw(w, lane, k, b, v0, v1, v2, v3, v4, v5):
    """Return and store the currents of the loads at new voltages, conj(S / V)."""
    a_square, b_square, c_square = v0 * v0 + v1 * v1, v2 * v2 + v3 * v3, v4 * v4 + v5 * v5
    lane[k + LOWEST] = low(lane[k + LOWEST], low(a_square, low(b_square, c_square)))
    # One division for three: 1 / a = b c / (a b c).
    product = a_square * b_square
    inverse = 1.0 / (product * c_square)
    gc, rest = product * inverse, c_square * inverse
    ga, gb = rest * b_square, rest * a_square
    pa, qa, pb, qb = w[b + S0], w[b + S1], w[b + S2], w[b + S3]
    pc, qc = w[b + S4], w[b + S5]
    c0, c1 = (pa * v0 + qa * v1) * ga, (pa * v1 - qa * v0) * ga
    c2, c3 = (pb * v2 + qb * v3) * gb, (pb * v3 - qb * v2) * gb
    c4, c5 = (pc * v4 + qc * v5) * gc, (pc * v5 - qc * v4) * gc
    w[b + I0], w[b + I1], w[b + I2] = c0, c1, c2
    w[b + I3], w[b + I4], w[b + I5] = c3, c4, c5
    return c0, c1, c2, c3, c4, c5


@njit(**INLINE)
def _move(w, lane, k, b, v0, v1, v2, v3, v4, v5):
    """Store new voltages; keep the square of the largest step."""
    e0, e1, e2 = v0 - w[b], v1 - w[b + R1], v2 - w[b + R2]
    e3, e4, e5 = v3 - w[b + R3], v4 - w[b + R4], v5 - w[b + R5]
    a_step, b_step, c_step = e0 * e0 + e1 * e1, e2 * e2 + e3 * e3, e4 * e4 + e5 * e5
    lane[k + STEP] = high(lane[k + STEP], high(a_step, high(b_step, c_step)))
    w[b], w[b + R1], w[b + R2] = v0, v1, v2
    w[b + R3], w[b + R4], w[b + R5] = v3, v4, v5


@njit(**INLINE)
def _pass_cable(w, up, lane, k, b, p, r, x, rc, xc):
    """Voltage behind a cable, and the load currents there."""
    ar, ai, br, bi = w[b + I0], w[b + I1], w[b + I2], w[b + I3]
    cr, ci = w[b + I4], w[b + I5]
    sr, si = ar + br + cr, ai + bi + ci
    dr, di = rc * sr - xc * si, rc * si + xc * sr
    v0 = up[p] - dr - (r * ar - x * ai)
    v1 = up[p + R1] - di - (r * ai + x * ar)
    v2 = up[p + R2] - dr - (r * br - x * bi)
    v3 = up[p + R3] - di - (r * bi + x * br)
    v4 = up[p + R4] - dr - (r * cr - x * ci)
    v5 = up[p + R5] - di - (r * ci + x * cr)
    _move(w, lane, k, b, v0, v1, v2, v3, v4, v5)
    return _draw(w, lane, k, b, v0, v1, v2, v3, v4, v5)


@njit(**FAST)
def _down_cable(w, up, lane, own, above, r, x, rc, xc):
    for k in range(N):
        _pass_cable(w, up, lane, k, own + k, above + k, r, x, rc, xc)


@njit(**FAST)
def _down_leaf(w, up, lane, own, above, r, x, rc, xc):
    """The same where nothing follows: the currents go to the parent at once."""
    for k in range(N):
        p = above + k
        c0, c1, c2, c3, c4, c5 = _pass_cable(w, up, lane, k, own + k, p, r, x, rc, xc)
        up[p + I0] += c0
        up[p + I1] += c1
        up[p + I2] += c2
        up[p + I3] += c3
        up[p + I4] += c4
        up[p + I5] += c5


@njit(**FAST)
def _load_current(w, lane, own):
    for k in range(N):
        b = own + k
        v0, v1, v2, v3 = w[b], w[b + R1], w[b + R2], w[b + R3]
        _draw(w, lane, k, b, v0, v1, v2, v3, w[b + R4], w[b + R5])


@njit(**FAST)
def _add_charging(w, own, b_shunt):
    """Add the charging current j b V of the cables at a node."""
    for k in range(N):
        b = own + k
        w[b + I0] -= b_shunt * w[b + R1]
        w[b + I1] += b_shunt * w[b]
        w[b + I2] -= b_shunt * w[b + R3]
        w[b + I3] += b_shunt * w[b + R2]
        w[b + I4] -= b_shunt * w[b + R5]
        w[b + I5] += b_shunt * w[b + R4]


@njit(**FAST)
def _up_cable(w, up, own, above):
    """Add the current into a node to that of its parent; the six rows lie side by side."""
    for k in range(N6):
        up[above + I0 + k] += w[own + I0 + k]


@njit(**INLINE)
def _star_current(w, b, r, x, g, h):
    """Current through the first half of a transformer at its LV terminals: load plus iron."""
    a0, a1, a2, a3 = w[b + I0], w[b + I1], w[b + I2], w[b + I3]
    a4, a5 = w[b + I4], w[b + I5]
    m0, m1 = w[b] + r * a0 - x * a1, w[b + R1] + r * a1 + x * a0
    m2, m3 = w[b + R2] + r * a2 - x * a3, w[b + R3] + r * a3 + x * a2
    m4, m5 = w[b + R4] + r * a4 - x * a5, w[b + R5] + r * a5 + x * a4
    zr, zi = (m0 + m2 + m4) / 3, (m1 + m3 + m5) / 3
    m0, m2, m4, m1, m3, m5 = m0 - zr, m2 - zr, m4 - zr, m1 - zi, m3 - zi, m5 - zi
    return (
        a0 + g * m0 - h * m1,
        a1 + g * m1 + h * m0,
        a2 + g * m2 - h * m3,
        a3 + g * m3 + h * m2,
        a4 + g * m4 - h * m5,
        a5 + g * m5 + h * m4,
    )


@njit(**FAST)
def _up_trafo(w, up, own, above, r, x, g, h, ratio):
    """Add the current of a Dyn11 transformer to its HV node: the transposed delta matrix."""
    for k in range(N):
        p = above + k
        s0, s1, s2, s3, s4, s5 = _star_current(w, own + k, r / 2, x / 2, g, h)
        up[p + I0] += ratio * (s0 - s4)
        up[p + I1] += ratio * (s1 - s5)
        up[p + I2] += ratio * (s2 - s0)
        up[p + I3] += ratio * (s3 - s1)
        up[p + I4] += ratio * (s4 - s2)
        up[p + I5] += ratio * (s5 - s3)


@njit(**FAST)
def _down_trafo(w, up, lane, own, above, r, x, g, h, ratio):
    """Voltage behind a Dyn11 transformer: ideal from line voltages, less half drops."""
    for k in range(N):
        b, p = own + k, above + k
        s0, s1, s2, s3, s4, s5 = _star_current(w, b, r / 2, x / 2, g, h)
        s0, s1, s2 = (s0 + w[b + I0]) / 2, (s1 + w[b + I1]) / 2, (s2 + w[b + I2]) / 2
        s3, s4, s5 = (s3 + w[b + I3]) / 2, (s4 + w[b + I4]) / 2, (s5 + w[b + I5]) / 2
        v0 = ratio * (up[p] - up[p + R2]) - (r * s0 - x * s1)
        v1 = ratio * (up[p + R1] - up[p + R3]) - (r * s1 + x * s0)
        v2 = ratio * (up[p + R2] - up[p + R4]) - (r * s2 - x * s3)
        v3 = ratio * (up[p + R3] - up[p + R5]) - (r * s3 + x * s2)
        v4 = ratio * (up[p + R4] - up[p]) - (r * s4 - x * s5)
        v5 = ratio * (up[p + R5] - up[p + R1]) - (r * s5 + x * s4)
        _move(w, lane, k, b, v0, v1, v2, v3, v4, v5)


@njit(**FAST)
def _down_source(w, lane, own, vm, r, x):
    """Voltage of a source: a given positive sequence, the negative one behind z, no zero one."""
    for k in range(N):
        b = own + k
        # I2 = (Ia + α² Ib + α Ic) / 3
        dr, di = (w[b + I2] - w[b + I4]) * HALF_ROOT3, (w[b + I3] - w[b + I5]) * HALF_ROOT3
        ir = (w[b + I0] - (w[b + I2] + w[b + I4]) / 2 + di) / 3
        ii = (w[b + I1] - (w[b + I3] + w[b + I5]) / 2 - dr) / 3
        nr, ni = x * ii - r * ir, -(r * ii + x * ir)
        # Vb = α² E + α V2, Vc = α E + α² V2
        v2 = -vm / 2 - nr / 2 - HALF_ROOT3 * ni
        v3 = -HALF_ROOT3 * vm - ni / 2 + HALF_ROOT3 * nr
        v4 = -vm / 2 - nr / 2 + HALF_ROOT3 * ni
        v5 = HALF_ROOT3 * vm - ni / 2 - HALF_ROOT3 * nr
        _move(w, lane, k, b, vm + nr, ni, v2, v3, v4, v5)


@njit(**FAST, inline="always")
def sweep(w, up, lane, place, value, source_vm_pu, is_first):
    """One sweep: voltages on the way down, load currents there, their sums on the way back.

    The first one keeps the voltages of the loads before and finds the currents of the new ones.
    """
    for row in range(len(place)):
        own, above = np.uint64(row * BLOCK), np.uint64(place[row, PARENT] * BLOCK)
        r, x, rc, xc = value[row, R], value[row, X], value[row, R_COMMON], value[row, X_COMMON]
        kind = place[row, KIND]
        below = row
        if kind == LEAF and not is_first:
            _down_leaf(w, up, lane, own, above, r, x, rc, xc)
            below = place[row, PARENT]
        elif kind == CABLE and not is_first:
            _down_cable(w, up, lane, own, above, r, x, rc, xc)
        else:
            if kind == TRAFO and not is_first:
                g, h, ratio = value[row, G_IRON], value[row, B_IRON], value[row, RATIO]
                _down_trafo(w, up, lane, own, above, r, x, g, h, ratio)
            elif not is_first:
                _down_source(w, lane, own, source_vm_pu[place[row, ELEMENT]], r, x)
            _load_current(w, lane, own)
        if value[row, B_NODE] != 0.0:
            _add_charging(w, own, value[row, B_NODE])
        for _ in range(place[row, ENDS] - (below != row)):
            parent = place[below, PARENT]
            own, above = np.uint64(below * BLOCK), np.uint64(parent * BLOCK)
            if place[below, KIND] != TRAFO:
                _up_cable(w, up, own, above)
            else:
                r, x, ratio = value[below, R], value[below, X], value[below, RATIO]
                g, h = value[below, G_IRON], value[below, B_IRON]
                _up_trafo(w, up, own, above, r, x, g, h, ratio)
            below = parent


@njit(**FAST)
def _add_shaped(w, n, curves, curve, first, at, p_kw, tan):
    for k in range(n):
        p = p_kw * curves[curve, first + k]
        w[at + k] += p
        w[at + R1 + k] += p * tan


@njit(**FAST)
def _add_free(w, n, p_kw, row, day, first, at, tan):
    for k in range(n):
        p = np.float64(p_kw[row, day, first + k])
        w[at + k] += p
        w[at + R1 + k] += p * tan


@njit(**FAST)
def _add_sums(w, lane, own, to):
    """Add the load of a node to that of the transformer above it."""
    for k in range(N):
        b = own + k
        lane[to + k] += w[b + S0] + w[b + S2] + w[b + S4]
        lane[to + R1 + k] += w[b + S1] + w[b + S3] + w[b + S5]


@njit(**FAST)
def _repeat_last(w, own, used):
    for j in range(6):
        at = own + S0 + np.uint64(j * LANES)
        for k in range(used, N):
            w[at + k] = w[at + used - ONE]


@njit(**FAST, inline="always")
def expand(w, lane, place, loads, day, first):
    """Write the loads of a tile; lanes beyond the day's end repeat its last slot."""
    curves, shaped_p_kw, free_p_kw = loads.curves, loads.shaped_p_kw, loads.free_p_kw
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
        at = np.uint64(free_at[row])
        _add_free(w, used, free_p_kw, row, day, start, at, free_tan_phi[row])
    for k in range(int(SUMS), len(lane)):
        lane[k] = 0.0
    for row in range(len(place)):
        own = np.uint64(row * BLOCK)
        if used < N:
            _repeat_last(w, own, used)
        _add_sums(w, lane, own, SUMS + np.uint64(2 * LANES * place[row, TRAFO_ABOVE]))


@njit(**EXACT, inline="always")
def compensate(w, lane, lv_row, compensation_kvar, flat, tan_target):
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


@njit(**EXACT)
def _give_up(w, lane, flat, k):
    """Mark a lane and let it idle: no load and the voltages of no load."""
    lane[int(STATUS) + k] = UNSOLVED
    for row in range(len(flat)):
        for j in range(6):
            w[row * BLOCK + j * LANES + k] = flat[row, j]
            w[row * BLOCK + (6 + j) * LANES + k] = 0.0
            w[row * BLOCK + (12 + j) * LANES + k] = 0.0


@njit(**EXACT, inline="always")
def judge(w, lane, flat, tolerance_pu):
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


@njit(**EXACT, inline="always")
def settle(w, lane, flat, first, n_slots, solved):
    """Flag the lanes of a tile; unsolved ones repeat a solved one. Return whether there is one."""
    example = -1
    for k in range(LANES):
        if lane[int(STATUS) + k] == SOLVED:
            example = k
        elif lane[int(STATUS) + k] == PENDING:
            _give_up(w, lane, flat, k)
        if first + k < n_slots:
            solved[first + k] = lane[int(STATUS) + k] == SOLVED
    if example < 0:
        return False
    for k in range(LANES):
        if lane[int(STATUS) + k] != SOLVED:
            for at in range(0, len(flat) * BLOCK, LANES):
                w[at + k] = w[at + example]
            for at in range(int(SUMS), len(lane), LANES):
                lane[at + k] = lane[at + example]
    return True


@njit(**EXACT, inline="always")
def start_flat(w, lane, flat):
    """Put every lane at the voltages of no load."""
    for k in range(LANES):
        _give_up(w, lane, flat, k)


@njit(**FAST, inline="always")
def clear_steps(lane):
    """Forget the steps of the tile before."""
    for k in range(N):
        lane[LAST_STEP + k] = 0.0
        lane[STEP + k] = 0.0
        lane[LOWEST + k] = BIG
