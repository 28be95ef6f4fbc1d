"""Compiled loops over the lanes of one element: voltage behind it, currents into it.

Nodes are reached through two names of the same array, ``w`` for the node and ``up`` for its
parent, so that the compiler needs one overlap test for each loop. Per unit: voltage over the
nominal phase voltage, power in kW, hence current in kW per pu.
"""
# ruff: noqa: PLR0913, PLR0917  records instead of numbers cost the loops their vectors

from gridcalc.network.arrays import Floats
from gridcalc.powerflow.radial_rows import (
    HALF_ROOT3,
    I0,
    I1,
    I2,
    I3,
    I4,
    I5,
    LOWEST,
    N6,
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
    STEP,
    Index,
    N,
    fast,
)
from gridcalc.powerflow.vector_extremes import high, low

Six = tuple[float, float, float, float, float, float]


@fast
def _draw(
    w: Floats,
    lane: Floats,
    k: Index,
    b: Index,
    v0: float,
    v1: float,
    v2: float,
    v3: float,
    v4: float,
    v5: float,
) -> Six:
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


@fast
def _move(
    w: Floats,
    lane: Floats,
    k: Index,
    b: Index,
    v0: float,
    v1: float,
    v2: float,
    v3: float,
    v4: float,
    v5: float,
) -> None:
    """Store new voltages; keep the square of the largest step."""
    e0, e1, e2 = v0 - w[b], v1 - w[b + R1], v2 - w[b + R2]
    e3, e4, e5 = v3 - w[b + R3], v4 - w[b + R4], v5 - w[b + R5]
    a_step, b_step, c_step = e0 * e0 + e1 * e1, e2 * e2 + e3 * e3, e4 * e4 + e5 * e5
    lane[k + STEP] = high(lane[k + STEP], high(a_step, high(b_step, c_step)))
    w[b], w[b + R1], w[b + R2] = v0, v1, v2
    w[b + R3], w[b + R4], w[b + R5] = v3, v4, v5


@fast
def _pass_cable(
    w: Floats,
    up: Floats,
    lane: Floats,
    k: Index,
    b: Index,
    p: Index,
    r: float,
    x: float,
    rc: float,
    xc: float,
) -> Six:
    """One lane of ``down_cable``; returns the currents."""
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


@fast
def down_cable(
    w: Floats,
    up: Floats,
    lane: Floats,
    own: Index,
    above: Index,
    r: float,
    x: float,
    rc: float,
    xc: float,
) -> None:
    """Voltage behind a cable, and the load currents there."""
    for k in range(N):
        _pass_cable(w, up, lane, k, own + k, above + k, r, x, rc, xc)


@fast
def down_leaf(
    w: Floats,
    up: Floats,
    lane: Floats,
    own: Index,
    above: Index,
    r: float,
    x: float,
    rc: float,
    xc: float,
) -> None:
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


@fast
def load_current(w: Floats, lane: Floats, own: Index) -> None:
    """Currents of the loads of a node at its voltages."""
    for k in range(N):
        b = own + k
        v0, v1, v2, v3 = w[b], w[b + R1], w[b + R2], w[b + R3]
        _draw(w, lane, k, b, v0, v1, v2, v3, w[b + R4], w[b + R5])


@fast
def add_charging(w: Floats, own: Index, b_shunt: float) -> None:
    """Add the charging current j b V of the cables at a node."""
    for k in range(N):
        b = own + k
        w[b + I0] -= b_shunt * w[b + R1]
        w[b + I1] += b_shunt * w[b]
        w[b + I2] -= b_shunt * w[b + R3]
        w[b + I3] += b_shunt * w[b + R2]
        w[b + I4] -= b_shunt * w[b + R5]
        w[b + I5] += b_shunt * w[b + R4]


@fast
def up_cable(w: Floats, up: Floats, own: Index, above: Index) -> None:
    """Add the current into a node to that of its parent; the six rows lie side by side."""
    for k in range(N6):
        up[above + I0 + k] += w[own + I0 + k]


@fast
def _star_current(w: Floats, b: Index, r: float, x: float, g: float, h: float) -> Six:
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


@fast
def up_trafo(
    w: Floats,
    up: Floats,
    own: Index,
    above: Index,
    r: float,
    x: float,
    g: float,
    h: float,
    ratio: float,
) -> None:
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


@fast
def down_trafo(
    w: Floats,
    up: Floats,
    lane: Floats,
    own: Index,
    above: Index,
    r: float,
    x: float,
    g: float,
    h: float,
    ratio: float,
) -> None:
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


@fast
def down_source(w: Floats, lane: Floats, own: Index, vm: float, r: float, x: float) -> None:
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
