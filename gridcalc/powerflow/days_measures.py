"""Compiled loops that find the extremes of one element over the lanes, in squares."""
# ruff: noqa: PLR0913, PLR0917  a tuple instead of arguments costs the loops their vectors

from gridcalc.powerflow.days_elements import Six, behind, currents, per_power
from gridcalc.powerflow.days_rows import (
    BIG,
    HALF,
    HALF_ROOT3,
    I0,
    I1,
    I2,
    I3,
    I4,
    I5,
    POWER_P,
    POWER_Q,
    R1,
    R2,
    R3,
    R4,
    R5,
    ZERO,
    Floats32,
    N,
    Single,
)
from gridcalc.powerflow.radial_rows import Index, fast
from gridcalc.powerflow.vector_extremes import high, low

Four = tuple[Single, Single, Single, Single]
Five = tuple[Single, Single, Single, Single, Single]


@fast
def _unbalance(e: Six, v: Six) -> Single:
    """Return the square of negative over positive sequence; without load there is no negative."""
    e0, e1, e2, e3, e4, e5 = e
    v0, v1, v2, v3, v4, v5 = v
    sr, si = v0 - (v2 + v4) * HALF, v1 - (v3 + v5) * HALF
    tr, ti = HALF_ROOT3 * (v3 - v5), HALF_ROOT3 * (v2 - v4)
    positive = (sr - tr) * (sr - tr) + (si + ti) * (si + ti)
    sr, si = e0 - (e2 + e4) * HALF, e1 - (e3 + e5) * HALF
    tr, ti = HALF_ROOT3 * (e3 - e5), HALF_ROOT3 * (e2 - e4)
    negative = (sr + tr) * (sr + tr) + (si - ti) * (si - ti)
    return negative / positive


@fast
def _rise(d0: float, d1: float, f0: float, f1: float) -> float:
    """Return |f + d|² - |f|², without the digits that a difference of squares loses."""
    return d0 * (f0 + f0 + d0) + d1 * (f1 + f1 + d1)


@fast
def of_node(w: Floats32, own: Index, f: Six) -> Five:
    """Lowest voltages of a, b, c and between them, and the largest unbalance."""
    f0, f1, f2, f3, f4, f5 = f
    a = b = c = line = BIG
    unbalance = ZERO
    for k in range(N):
        at = own + k
        e0, e1, e2, e3 = w[at], w[at + R1], w[at + R2], w[at + R3]
        e4, e5 = w[at + R4], w[at + R5]
        v0, v1, v2, v3, v4, v5 = f0 + e0, f1 + e1, f2 + e2, f3 + e3, f4 + e4, f5 + e5
        a = low(a, _rise(e0, e1, f0, f1))
        b = low(b, _rise(e2, e3, f2, f3))
        c = low(c, _rise(e4, e5, f4, f5))
        line = low(line, _rise(e0 - e2, e1 - e3, f0 - f2, f1 - f3))
        line = low(line, _rise(e2 - e4, e3 - e5, f2 - f4, f3 - f5))
        line = low(line, _rise(e4 - e0, e5 - e1, f4 - f0, f5 - f1))
        unbalance = high(unbalance, _unbalance((e0, e1, e2, e3, e4, e5), (v0, v1, v2, v3, v4, v5)))
    return a, b, c, line, unbalance


@fast
def of_leaf(
    w: Floats32,
    u: Floats32,
    lane: Floats32,
    above: Index,
    own: Index,
    f: Six,
    r: float,
    x: float,
    rc: float,
    xc: float,
) -> tuple[Single, Single, Single, Single, Single, Single, Single, Single, Single]:
    """Extremes of a leaf and of the cable to it.

    The currents are drawn once more: those of the last sweep lag behind the voltages.
    """
    f0, f1, f2, f3, f4, f5 = f
    a = b = c = line = BIG
    unbalance = i_a = i_b = i_c = neutral = ZERO
    for k in range(N):
        at = own + k
        c0, c1, c2, c3 = u[at + I0], u[at + I1], u[at + I2], u[at + I3]
        c4, c5 = u[at + I4], u[at + I5]
        e0, e1, e2, e3, e4, e5 = behind(w, above + k, c0, c1, c2, c3, c4, c5, r, x, rc, xc)
        v0, v1, v2, v3, v4, v5 = f0 + e0, f1 + e1, f2 + e2, f3 + e3, f4 + e4, f5 + e5
        a = low(a, _rise(e0, e1, f0, f1))
        b = low(b, _rise(e2, e3, f2, f3))
        c = low(c, _rise(e4, e5, f4, f5))
        line = low(line, _rise(e0 - e2, e1 - e3, f0 - f2, f1 - f3))
        line = low(line, _rise(e2 - e4, e3 - e5, f2 - f4, f3 - f5))
        line = low(line, _rise(e4 - e0, e5 - e1, f4 - f0, f5 - f1))
        unbalance = high(unbalance, _unbalance((e0, e1, e2, e3, e4, e5), (v0, v1, v2, v3, v4, v5)))
        ga, gb, gc = per_power(lane, k, v0, v1, v2, v3, v4, v5)
        c0, c1, c2, c3, c4, c5 = currents(u, at, ga, gb, gc, v0, v1, v2, v3, v4, v5)
        i_a = high(i_a, c0 * c0 + c1 * c1)
        i_b = high(i_b, c2 * c2 + c3 * c3)
        i_c = high(i_c, c4 * c4 + c5 * c5)
        sr, si = c0 + c2 + c4, c1 + c3 + c5
        neutral = high(neutral, sr * sr + si * si)
    return a, b, c, line, unbalance, i_a, i_b, i_c, neutral


@fast
def of_cable(w: Floats32, own: Index) -> Four:
    """Series currents of a cable without charging."""
    i_a = i_b = i_c = neutral = ZERO
    for k in range(N):
        b = own + k
        c0, c1, c2, c3 = w[b + I0], w[b + I1], w[b + I2], w[b + I3]
        c4, c5 = w[b + I4], w[b + I5]
        i_a = high(i_a, c0 * c0 + c1 * c1)
        i_b = high(i_b, c2 * c2 + c3 * c3)
        i_c = high(i_c, c4 * c4 + c5 * c5)
        sr, si = c0 + c2 + c4, c1 + c3 + c5
        neutral = high(neutral, sr * sr + si * si)
    return i_a, i_b, i_c, neutral


@fast
def of_end(w: Floats32, v: Floats32, own: Index, at: Index, f: Six, charge: float) -> Four:
    """Currents of a cable at one end: series current plus j charge V of the node there."""
    f0, f1, f2, f3, f4, f5 = f
    i_a = i_b = i_c = neutral = ZERO
    for k in range(N):
        b, p = own + k, at + k
        c0, c1 = w[b + I0] - charge * (f1 + v[p + R1]), w[b + I1] + charge * (f0 + v[p])
        c2, c3 = w[b + I2] - charge * (f3 + v[p + R3]), w[b + I3] + charge * (f2 + v[p + R2])
        c4, c5 = w[b + I4] - charge * (f5 + v[p + R5]), w[b + I5] + charge * (f4 + v[p + R4])
        i_a = high(i_a, c0 * c0 + c1 * c1)
        i_b = high(i_b, c2 * c2 + c3 * c3)
        i_c = high(i_c, c4 * c4 + c5 * c5)
        sr, si = c0 + c2 + c4, c1 + c3 + c5
        neutral = high(neutral, sr * sr + si * si)
    return i_a, i_b, i_c, neutral


@fast
def power(w: Floats32, lane: Floats32, own: Index, f: Six) -> Four:
    """Store the three-phase power of each lane; return the squares of the phases and P."""
    f0, f1, f2, f3, f4, f5 = f
    s_a = s_b = s_c = ZERO
    p_max = -BIG
    for k in range(N):
        b = own + k
        v0, v1, v2 = f0 + w[b], f1 + w[b + R1], f2 + w[b + R2]
        v3, v4, v5 = f3 + w[b + R3], f4 + w[b + R4], f5 + w[b + R5]
        c0, c1, c2, c3 = w[b + I0], w[b + I1], w[b + I2], w[b + I3]
        c4, c5 = w[b + I4], w[b + I5]
        pa, qa = v0 * c0 + v1 * c1, v1 * c0 - v0 * c1
        pb, qb = v2 * c2 + v3 * c3, v3 * c2 - v2 * c3
        pc, qc = v4 * c4 + v5 * c5, v5 * c4 - v4 * c5
        s_a = high(s_a, pa * pa + qa * qa)
        s_b = high(s_b, pb * pb + qb * qb)
        s_c = high(s_c, pc * pc + qc * qc)
        p, q = pa + pb + pc, qa + qb + qc
        p_max = high(p_max, p)
        lane[POWER_P + k] = p
        lane[POWER_Q + k] = q
    return s_a, s_b, s_c, p_max
