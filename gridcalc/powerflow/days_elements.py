"""Compiled loops over the lanes of one element: voltage behind it, currents into it.

As in ``radial_elements``, but in single precision and in differences from no load; ``f`` are the
voltages of no load.
"""
# ruff: noqa: PLR0913, PLR0917  records instead of numbers cost the loops their vectors

from gridcalc.powerflow.days_rows import (
    HALF,
    HALF_ROOT3,
    I0,
    I1,
    I2,
    I3,
    I4,
    I5,
    LOWEST,
    N6,
    ONE,
    R1,
    R2,
    R3,
    R4,
    R5,
    STEP,
    THIRD,
    ZERO,
    Floats32,
    N,
    Single,
)
from gridcalc.powerflow.radial_rows import Index, fast
from gridcalc.powerflow.vector_extremes import high, low

Six = tuple[Single, Single, Single, Single, Single, Single]


@fast
def per_power(
    lane: Floats32,
    k: Index,
    v0: float,
    v1: float,
    v2: float,
    v3: float,
    v4: float,
    v5: float,
) -> tuple[float, float, float]:
    """Return 1 / V² of the phases, one division for three: 1 / a = b c / (a b c)."""
    a_square, b_square, c_square = v0 * v0 + v1 * v1, v2 * v2 + v3 * v3, v4 * v4 + v5 * v5
    lane[k + LOWEST] = low(lane[k + LOWEST], low(a_square, low(b_square, c_square)))
    product = a_square * b_square
    inverse = ONE / (product * c_square)
    rest = c_square * inverse
    return rest * b_square, rest * a_square, product * inverse


@fast
def currents(
    s: Floats32,
    at: Index,
    ga: float,
    gb: float,
    gc: float,
    v0: float,
    v1: float,
    v2: float,
    v3: float,
    v4: float,
    v5: float,
) -> Six:
    """Return conj(S / V) for the loads in six rows from ``at``."""
    pa, qa, pb, qb = s[at], s[at + R1], s[at + R2], s[at + R3]
    pc, qc = s[at + R4], s[at + R5]
    return (
        (pa * v0 + qa * v1) * ga,
        (pa * v1 - qa * v0) * ga,
        (pb * v2 + qb * v3) * gb,
        (pb * v3 - qb * v2) * gb,
        (pc * v4 + qc * v5) * gc,
        (pc * v5 - qc * v4) * gc,
    )


@fast
def draw(w: Floats32, lane: Floats32, own: Index, at: Index, f: Six) -> None:
    """Currents of the loads of a node, those in six rows from ``at``, at its voltages."""
    f0, f1, f2, f3, f4, f5 = f
    for k in range(N):
        b = own + k
        v0, v1, v2 = f0 + w[b], f1 + w[b + R1], f2 + w[b + R2]
        v3, v4, v5 = f3 + w[b + R3], f4 + w[b + R4], f5 + w[b + R5]
        ga, gb, gc = per_power(lane, k, v0, v1, v2, v3, v4, v5)
        c0, c1, c2, c3, c4, c5 = currents(w, at + k, ga, gb, gc, v0, v1, v2, v3, v4, v5)
        w[b + I0], w[b + I1], w[b + I2] = c0, c1, c2
        w[b + I3], w[b + I4], w[b + I5] = c3, c4, c5


@fast
def clear_currents(w: Floats32, own: Index) -> None:
    """No load: no currents."""
    for k in range(N6):
        w[own + I0 + k] = ZERO


@fast
def behind(
    w: Floats32,
    p: Index,
    c0: float,
    c1: float,
    c2: float,
    c3: float,
    c4: float,
    c5: float,
    r: float,
    x: float,
    rc: float,
    xc: float,
) -> Six:
    """Return the differences of the voltage behind a cable that carries some currents."""
    sr, si = c0 + c2 + c4, c1 + c3 + c5
    dr, di = rc * sr - xc * si, rc * si + xc * sr
    v0 = w[p] - dr - (r * c0 - x * c1)
    v1 = w[p + R1] - di - (r * c1 + x * c0)
    v2 = w[p + R2] - dr - (r * c2 - x * c3)
    v3 = w[p + R3] - di - (r * c3 + x * c2)
    v4 = w[p + R4] - dr - (r * c4 - x * c5)
    v5 = w[p + R5] - di - (r * c5 + x * c4)
    return v0, v1, v2, v3, v4, v5


@fast
def _move(
    w: Floats32,
    lane: Floats32,
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
def down_cable(
    w: Floats32,
    up: Floats32,
    lane: Floats32,
    own: Index,
    above: Index,
    r: float,
    x: float,
    rc: float,
    xc: float,
) -> None:
    """Voltage behind a cable."""
    for k in range(N):
        b = own + k
        c0, c1, c2, c3 = w[b + I0], w[b + I1], w[b + I2], w[b + I3]
        c4, c5 = w[b + I4], w[b + I5]
        v0, v1, v2, v3, v4, v5 = behind(up, above + k, c0, c1, c2, c3, c4, c5, r, x, rc, xc)
        _move(w, lane, k, b, v0, v1, v2, v3, v4, v5)


@fast
def add_charging(w: Floats32, own: Index, b_shunt: float, f: Six) -> None:
    """Add the charging current j b V of the cables at a node."""
    f0, f1, f2, f3, f4, f5 = f
    for k in range(N):
        b = own + k
        w[b + I0] -= b_shunt * (f1 + w[b + R1])
        w[b + I1] += b_shunt * (f0 + w[b])
        w[b + I2] -= b_shunt * (f3 + w[b + R3])
        w[b + I3] += b_shunt * (f2 + w[b + R2])
        w[b + I4] -= b_shunt * (f5 + w[b + R5])
        w[b + I5] += b_shunt * (f4 + w[b + R4])


@fast
def up_cable(w: Floats32, up: Floats32, own: Index, above: Index) -> None:
    """Add the current into a node to that of its parent; the six rows lie side by side."""
    for k in range(N6):
        up[above + I0 + k] += w[own + I0 + k]


@fast
def _star_current(w: Floats32, b: Index, f: Six, r: float, x: float, g: float, h: float) -> Six:
    """Current through the first half of a transformer at its LV terminals: load plus iron."""
    f0, f1, f2, f3, f4, f5 = f
    a0, a1, a2, a3 = w[b + I0], w[b + I1], w[b + I2], w[b + I3]
    a4, a5 = w[b + I4], w[b + I5]
    m0, m1 = f0 + w[b] + r * a0 - x * a1, f1 + w[b + R1] + r * a1 + x * a0
    m2, m3 = f2 + w[b + R2] + r * a2 - x * a3, f3 + w[b + R3] + r * a3 + x * a2
    m4, m5 = f4 + w[b + R4] + r * a4 - x * a5, f5 + w[b + R5] + r * a5 + x * a4
    zr, zi = (m0 + m2 + m4) * THIRD, (m1 + m3 + m5) * THIRD
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
    w: Floats32,
    up: Floats32,
    own: Index,
    above: Index,
    f: Six,
    r: float,
    x: float,
    g: float,
    h: float,
    ratio: float,
) -> None:
    """Add the current of a Dyn11 transformer to its HV node: the transposed delta matrix."""
    for k in range(N):
        p = above + k
        s0, s1, s2, s3, s4, s5 = _star_current(w, own + k, f, r * HALF, x * HALF, g, h)
        up[p + I0] += ratio * (s0 - s4)
        up[p + I1] += ratio * (s1 - s5)
        up[p + I2] += ratio * (s2 - s0)
        up[p + I3] += ratio * (s3 - s1)
        up[p + I4] += ratio * (s4 - s2)
        up[p + I5] += ratio * (s5 - s3)


@fast
def down_trafo(
    w: Floats32,
    up: Floats32,
    lane: Floats32,
    own: Index,
    above: Index,
    f: Six,
    r: float,
    x: float,
    g: float,
    h: float,
    ratio: float,
) -> None:
    """Voltage behind a Dyn11 transformer: ideal from line voltages, less half drops."""
    for k in range(N):
        b, p = own + k, above + k
        s0, s1, s2, s3, s4, s5 = _star_current(w, b, f, r * HALF, x * HALF, g, h)
        s0, s1, s2 = (s0 + w[b + I0]) * HALF, (s1 + w[b + I1]) * HALF, (s2 + w[b + I2]) * HALF
        s3, s4, s5 = (s3 + w[b + I3]) * HALF, (s4 + w[b + I4]) * HALF, (s5 + w[b + I5]) * HALF
        v0 = ratio * (up[p] - up[p + R2]) - (r * s0 - x * s1)
        v1 = ratio * (up[p + R1] - up[p + R3]) - (r * s1 + x * s0)
        v2 = ratio * (up[p + R2] - up[p + R4]) - (r * s2 - x * s3)
        v3 = ratio * (up[p + R3] - up[p + R5]) - (r * s3 + x * s2)
        v4 = ratio * (up[p + R4] - up[p]) - (r * s4 - x * s5)
        v5 = ratio * (up[p + R5] - up[p + R1]) - (r * s5 + x * s4)
        _move(w, lane, k, b, v0, v1, v2, v3, v4, v5)


@fast
def down_source(w: Floats32, lane: Floats32, own: Index, r: float, x: float) -> None:
    """Voltage of a source: a given positive sequence, the negative one behind z, no zero one."""
    for k in range(N):
        b = own + k
        # I2 = (Ia + α² Ib + α Ic) / 3
        dr, di = (w[b + I2] - w[b + I4]) * HALF_ROOT3, (w[b + I3] - w[b + I5]) * HALF_ROOT3
        ir = (w[b + I0] - (w[b + I2] + w[b + I4]) * HALF + di) * THIRD
        ii = (w[b + I1] - (w[b + I3] + w[b + I5]) * HALF - dr) * THIRD
        nr, ni = x * ii - r * ir, -(r * ii + x * ir)
        # Vb = α V2, Vc = α² V2
        v2, v3 = -nr * HALF - HALF_ROOT3 * ni, -ni * HALF + HALF_ROOT3 * nr
        v4, v5 = -nr * HALF + HALF_ROOT3 * ni, -ni * HALF - HALF_ROOT3 * nr
        _move(w, lane, k, b, nr, ni, v2, v3, v4, v5)
