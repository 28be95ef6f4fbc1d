"""The compiled sweep for few states: the first lanes of a tile only, a quarter of the work.

Tiles, elements and the order of a sweep are those of ``radial_kernel``; what differs is the
length of the loops, which the compiler has to know.
"""
# ruff: noqa: PLR0913, PLR0917  records instead of numbers cost the loops their vectors

from typing import Final

import numpy as np

from gridcalc.network.arrays import Floats, Ints
from gridcalc.powerflow.radial_elements import (
    Six,
    _draw,
    _move,
    _pass_cable,
    _star_current,
)
from gridcalc.powerflow.radial_rows import (
    BLOCK,
    HALF_ROOT3,
    I0,
    I1,
    I2,
    I3,
    I4,
    I5,
    R1,
    R2,
    R3,
    R4,
    R5,
    Index,
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
    PARENT,
    R_COMMON,
    RATIO,
    TRAFO,
    X_COMMON,
    R,
    X,
)

FEW: Final = 16
"""States that are solved in the first lanes of a tile: one vector of most processors."""
_F = np.uint64(FEW)


@fast
def _add(w: Floats, to: Index, k: Index, six: Six) -> None:
    at = to + k
    w[at + I0] += six[0]
    w[at + I1] += six[1]
    w[at + I2] += six[2]
    w[at + I3] += six[3]
    w[at + I4] += six[4]
    w[at + I5] += six[5]


@fast
def _down_cable(
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
    for k in range(_F):
        _pass_cable(w, up, lane, k, own + k, above + k, r, x, rc, xc)


@fast
def _down_leaf(
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
    for k in range(_F):
        _add(up, above, k, _pass_cable(w, up, lane, k, own + k, above + k, r, x, rc, xc))


@fast
def _load_current(w: Floats, lane: Floats, own: Index) -> None:
    for k in range(_F):
        b = own + k
        v0, v1, v2, v3 = w[b], w[b + R1], w[b + R2], w[b + R3]
        _draw(w, lane, k, b, v0, v1, v2, v3, w[b + R4], w[b + R5])


@fast
def _add_charging(w: Floats, own: Index, b_shunt: float) -> None:
    for k in range(_F):
        b = own + k
        v0, v1, v2, v3 = w[b], w[b + R1], w[b + R2], w[b + R3]
        v4, v5, y = w[b + R4], w[b + R5], b_shunt
        _add(w, own, k, (-y * v1, y * v0, -y * v3, y * v2, -y * v5, y * v4))


@fast
def _up_cable(w: Floats, up: Floats, own: Index, above: Index) -> None:
    for k in range(_F):
        b = own + k
        i0, i1, i2, i3 = w[b + I0], w[b + I1], w[b + I2], w[b + I3]
        _add(up, above, k, (i0, i1, i2, i3, w[b + I4], w[b + I5]))


@fast
def _up_trafo(
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
    for k in range(_F):
        s0, s1, s2, s3, s4, s5 = _star_current(w, own + k, r / 2, x / 2, g, h)
        a0, a1, a2 = ratio * (s0 - s4), ratio * (s1 - s5), ratio * (s2 - s0)
        a3, a4, a5 = ratio * (s3 - s1), ratio * (s4 - s2), ratio * (s5 - s3)
        _add(up, above, k, (a0, a1, a2, a3, a4, a5))


@fast
def _down_trafo(
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
    for k in range(_F):
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
def _down_source(w: Floats, lane: Floats, own: Index, vm: float, r: float, x: float) -> None:
    for k in range(_F):
        b = own + k
        dr, di = (w[b + I2] - w[b + I4]) * HALF_ROOT3, (w[b + I3] - w[b + I5]) * HALF_ROOT3
        ir = (w[b + I0] - (w[b + I2] + w[b + I4]) / 2 + di) / 3
        ii = (w[b + I1] - (w[b + I3] + w[b + I5]) / 2 - dr) / 3
        nr, ni = x * ii - r * ir, -(r * ii + x * ir)
        v2 = -vm / 2 - nr / 2 - HALF_ROOT3 * ni
        v3 = -HALF_ROOT3 * vm - ni / 2 + HALF_ROOT3 * nr
        v4 = -vm / 2 - nr / 2 + HALF_ROOT3 * ni
        v5 = HALF_ROOT3 * vm - ni / 2 - HALF_ROOT3 * nr
        _move(w, lane, k, b, vm + nr, ni, v2, v3, v4, v5)


@fast
def sweep_few(
    w: Floats,
    up: Floats,
    lane: Floats,
    place: Ints,
    value: Floats,
    source_vm_pu: Floats,
    is_first: bool,  # noqa: FBT001  compiled code has no keywords
) -> None:
    """One sweep over the first ``FEW`` lanes; see ``radial_kernel.sweep``."""
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
