"""Compiled loops over leaves, whose voltages are never stored: they follow from the node above."""
# ruff: noqa: PLR0913, PLR0917  records instead of numbers cost the loops their vectors

from gridcalc.powerflow.days_elements import Six, behind, currents, per_power
from gridcalc.powerflow.days_rows import (
    E0,
    E1,
    E2,
    E3,
    E4,
    E5,
    I0,
    I1,
    I2,
    I3,
    I4,
    I5,
    L0,
    L1,
    L2,
    L3,
    L4,
    L5,
    LEAF_STEP,
    ONE,
    R1,
    R2,
    R3,
    R4,
    R5,
    Floats32,
    N,
    Single,
)
from gridcalc.powerflow.radial_rows import Index, fast
from gridcalc.powerflow.vector_extremes import high

Five = tuple[Single, Single, Single, Single, Single]
"""Series impedance of a cable, what its phases share of it, and the square that bounds both."""


@fast
def draw_and_share(w: Floats32, lane: Floats32, own: Index, at: Index, f: Six) -> None:
    """The same, and leave V / V² in the rows E for the leaves of the node."""
    f0, f1, f2, f3, f4, f5 = f
    for k in range(N):
        b = own + k
        v0, v1, v2 = f0 + w[b], f1 + w[b + R1], f2 + w[b + R2]
        v3, v4, v5 = f3 + w[b + R3], f4 + w[b + R4], f5 + w[b + R5]
        ga, gb, gc = per_power(lane, k, v0, v1, v2, v3, v4, v5)
        c0, c1, c2, c3, c4, c5 = currents(w, at + k, ga, gb, gc, v0, v1, v2, v3, v4, v5)
        w[b + I0], w[b + I1], w[b + I2] = c0, c1, c2
        w[b + I3], w[b + I4], w[b + I5] = c3, c4, c5
        w[b + E0], w[b + E1], w[b + E2] = v0 * ga, v1 * ga, v2 * gb
        w[b + E3], w[b + E4], w[b + E5] = v3 * gb, v4 * gc, v5 * gc


@fast
def draw_and_turn(w: Floats32, lane: Floats32, own: Index, at: Index, f: Six) -> None:
    """The same, and leave in the rows E what the currents of a constant power change by.

    That is the conjugate of old over new voltage.
    """
    f0, f1, f2, f3, f4, f5 = f
    for k in range(N):
        b = own + k
        v0, v1, v2 = f0 + w[b], f1 + w[b + R1], f2 + w[b + R2]
        v3, v4, v5 = f3 + w[b + R3], f4 + w[b + R4], f5 + w[b + R5]
        ga, gb, gc = per_power(lane, k, v0, v1, v2, v3, v4, v5)
        c0, c1, c2, c3, c4, c5 = currents(w, at + k, ga, gb, gc, v0, v1, v2, v3, v4, v5)
        o0, o1, o2, o3, o4, o5 = currents(w, b + L0, ga, gb, gc, v0, v1, v2, v3, v4, v5)
        w[b + I0], w[b + I1], w[b + I2] = c0, c1, c2
        w[b + I3], w[b + I4], w[b + I5] = c3, c4, c5
        w[b + E0], w[b + E1], w[b + E2] = o0, o1, o2
        w[b + E3], w[b + E4], w[b + E5] = o3, o4, o5


@fast
def _through_leaf(
    w: Floats32,
    u: Floats32,
    lane: Floats32,
    k: Index,
    p: Index,
    b: Index,
    f: Six,
    c: Six,
    z: Five,
) -> None:
    """New currents of a leaf's lane from guessed ones; they go to the node above."""
    f0, f1, f2, f3, f4, f5 = f
    c0, c1, c2, c3, c4, c5 = c
    r, x, rc, xc, z_square = z
    v0, v1, v2, v3, v4, v5 = behind(w, p, c0, c1, c2, c3, c4, c5, r, x, rc, xc)
    v0, v1, v2, v3, v4, v5 = v0 + f0, v1 + f1, v2 + f2, v3 + f3, v4 + f4, v5 + f5
    ga, gb, gc = per_power(lane, k, v0, v1, v2, v3, v4, v5)
    d0, d1, d2, d3, d4, d5 = currents(u, b, ga, gb, gc, v0, v1, v2, v3, v4, v5)
    u[b + I0], u[b + I1], u[b + I2] = d0, d1, d2
    u[b + I3], u[b + I4], u[b + I5] = d3, d4, d5
    w[p + I0] += d0
    w[p + I1] += d1
    w[p + I2] += d2
    w[p + I3] += d3
    w[p + I4] += d4
    w[p + I5] += d5
    c0, c1, c2, c3, c4, c5 = c0 - d0, c1 - d1, c2 - d2, c3 - d3, c4 - d4, c5 - d5
    moved = high(c0 * c0 + c1 * c1, high(c2 * c2 + c3 * c3, c4 * c4 + c5 * c5))
    lane[k + LEAF_STEP] = high(lane[k + LEAF_STEP], z_square * moved)


@fast
def first_leaf(
    w: Floats32,
    u: Floats32,
    lane: Floats32,
    above: Index,
    own: Index,
    f: Six,
    z: Five,
) -> None:
    """Currents of a leaf with new loads; the voltages above are the first guess of its own.

    Two loops, because one would need more vectors than a processor has.
    """
    r, x, rc, xc, _ = z
    f0, f1, f2, f3, f4, f5 = f
    for k in range(N):
        p, b = above + k, own + k
        g0, g1, g2 = w[p + E0], w[p + E1], w[p + E2]
        g3, g4, g5 = w[p + E3], w[p + E4], w[p + E5]
        c0, c1, c2, c3, c4, c5 = currents(u, b, ONE, ONE, ONE, g0, g1, g2, g3, g4, g5)
        v0, v1, v2, v3, v4, v5 = behind(w, p, c0, c1, c2, c3, c4, c5, r, x, rc, xc)
        v0, v1, v2, v3, v4, v5 = v0 + f0, v1 + f1, v2 + f2, v3 + f3, v4 + f4, v5 + f5
        ga, gb, gc = per_power(lane, k, v0, v1, v2, v3, v4, v5)
        c0, c1, c2, c3, c4, c5 = currents(u, b, ga, gb, gc, v0, v1, v2, v3, v4, v5)
        u[b + I0], u[b + I1], u[b + I2] = c0, c1, c2
        u[b + I3], u[b + I4], u[b + I5] = c3, c4, c5
    for k in range(N):
        b = own + k
        c = u[b + I0], u[b + I1], u[b + I2], u[b + I3], u[b + I4], u[b + I5]
        _through_leaf(w, u, lane, k, above + k, b, f, c, z)


@fast
def leaf(
    w: Floats32,
    u: Floats32,
    lane: Floats32,
    above: Index,
    own: Index,
    f: Six,
    z: Five,
) -> None:
    """Currents of a leaf from those it had, turned by what the voltages above have changed."""
    for k in range(N):
        p, b = above + k, own + k
        g0, g1, g2 = w[p + E0], w[p + E1], w[p + E2]
        g3, g4, g5 = w[p + E3], w[p + E4], w[p + E5]
        c0, c1, c2, c3 = u[b + I0], u[b + I1], u[b + I2], u[b + I3]
        c4, c5 = u[b + I4], u[b + I5]
        a0, a1, b0, b1 = c0 * g0 - c1 * g1, c0 * g1 + c1 * g0, c2 * g2 - c3 * g3, c2 * g3 + c3 * g2
        c0, c1 = c4 * g4 - c5 * g5, c4 * g5 + c5 * g4
        _through_leaf(w, u, lane, k, p, b, f, (a0, a1, b0, b1, c0, c1), z)


@fast
def share_of_leaves(w: Floats32, own: Index, f: Six) -> None:
    """The loads of a node as it sees them, V conj(I): its own, its leaves' and their losses.

    The voltages are kept for the next time.
    """
    f0, f1, f2, f3, f4, f5 = f
    for k in range(N):
        b = own + k
        v0, v1, v2 = f0 + w[b], f1 + w[b + R1], f2 + w[b + R2]
        v3, v4, v5 = f3 + w[b + R3], f4 + w[b + R4], f5 + w[b + R5]
        c0, c1, c2, c3 = w[b + I0], w[b + I1], w[b + I2], w[b + I3]
        c4, c5 = w[b + I4], w[b + I5]
        w[b + E0], w[b + E1] = v0 * c0 + v1 * c1, v1 * c0 - v0 * c1
        w[b + E2], w[b + E3] = v2 * c2 + v3 * c3, v3 * c2 - v2 * c3
        w[b + E4], w[b + E5] = v4 * c4 + v5 * c5, v5 * c4 - v4 * c5
        w[b + L0], w[b + L1], w[b + L2] = v0, v1, v2
        w[b + L3], w[b + L4], w[b + L5] = v3, v4, v5
