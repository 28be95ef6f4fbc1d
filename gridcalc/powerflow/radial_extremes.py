"""Extremes of a solved tile, in squares and per unit; the second half of the compiled sweep."""
# ruff: noqa: PLR0913, PLR0917  a tuple instead of arguments costs the loops their vectors

from typing import NamedTuple

import numpy as np

from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.powerflow.radial_rows import (
    BIG,
    BLOCK,
    HALF_ROOT3,
    I0,
    I1,
    I2,
    I3,
    I4,
    I5,
    LANES,
    POWER_P,
    POWER_Q,
    R1,
    R2,
    R3,
    R4,
    R5,
    SUMS,
    TOTAL_P,
    TOTAL_Q,
    Index,
    N,
    exact,
    fast,
)
from gridcalc.powerflow.radial_tree import (
    B_CABLE,
    CABLE,
    ELEMENT,
    IS_REVERSED,
    KIND,
    LEAF,
    NODE,
    PARENT,
    SOURCE,
)
from gridcalc.powerflow.vector_extremes import high, low

Four = tuple[float, float, float, float]


class Extremes(NamedTuple):
    """What a run fills in; every row belongs to a day.

    Attributes
    ----------
    solved
        Shape (n_days, n_slots).
    node
        Squares of the smallest voltages of a, b, c, of the largest, of the smallest line
        voltage (pu of the phase voltage), of the largest unbalance. Shape (n_days, n_nodes, 8)
    cable
        Squares of the currents of a, b, c and neutral. Shape (n_days, n_cables, 4)
    trafo
        Squares of the powers of a, b, c, and active power. Shape (n_days, n_transformers, 4)
    s_trafo_kva
        Shape (n_days, n_slots, n_transformers)
    source
        Square of the power. Shape (n_days, n_sources)
    total
        Square of the power, active power, losses. Shape (n_days, 3)
    volts
        Voltages of every slot, real and imaginary parts by phase; empty where not asked for.
        Shape (n_days, n_slots, n_nodes, 6)
    """

    solved: Bools
    node: Floats
    cable: Floats
    trafo: Floats
    s_trafo_kva: Floats
    source: Floats
    total: Floats
    volts: Floats


@fast
def _of_node(
    w: Floats, own: Index
) -> tuple[float, float, float, float, float, float, float, float]:
    a_min = b_min = c_min = line = BIG
    a_max = b_max = c_max = unbalance = 0.0
    for k in range(N):
        b = own + k
        v0, v1, v2, v3 = w[b], w[b + R1], w[b + R2], w[b + R3]
        v4, v5 = w[b + R4], w[b + R5]
        a_square, b_square, c_square = v0 * v0 + v1 * v1, v2 * v2 + v3 * v3, v4 * v4 + v5 * v5
        a_min, a_max = low(a_min, a_square), high(a_max, a_square)
        b_min, b_max = low(b_min, b_square), high(b_max, b_square)
        c_min, c_max = low(c_min, c_square), high(c_max, c_square)
        line = low(line, (v0 - v2) * (v0 - v2) + (v1 - v3) * (v1 - v3))
        line = low(line, (v2 - v4) * (v2 - v4) + (v3 - v5) * (v3 - v5))
        line = low(line, (v4 - v0) * (v4 - v0) + (v5 - v1) * (v5 - v1))
        sr, si = v0 - (v2 + v4) / 2, v1 - (v3 + v5) / 2
        tr, ti = HALF_ROOT3 * (v3 - v5), HALF_ROOT3 * (v2 - v4)
        positive = (sr - tr) * (sr - tr) + (si + ti) * (si + ti)
        negative = (sr + tr) * (sr + tr) + (si - ti) * (si - ti)
        unbalance = high(unbalance, negative / positive)
    return a_min, b_min, c_min, a_max, b_max, c_max, line, unbalance


@fast
def _of_cable(w: Floats, own: Index) -> Four:
    """Series currents of a cable without charging."""
    i_a = i_b = i_c = neutral = 0.0
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
def _of_end(w: Floats, v: Floats, own: Index, at: Index, charge: float) -> Four:
    """Currents of a cable at one end: series current plus j charge V of the node there."""
    i_a = i_b = i_c = neutral = 0.0
    for k in range(N):
        b, p = own + k, at + k
        c0, c1 = w[b + I0] - charge * v[p + R1], w[b + I1] + charge * v[p]
        c2, c3 = w[b + I2] - charge * v[p + R3], w[b + I3] + charge * v[p + R2]
        c4, c5 = w[b + I4] - charge * v[p + R5], w[b + I5] + charge * v[p + R4]
        i_a = high(i_a, c0 * c0 + c1 * c1)
        i_b = high(i_b, c2 * c2 + c3 * c3)
        i_c = high(i_c, c4 * c4 + c5 * c5)
        sr, si = c0 + c2 + c4, c1 + c3 + c5
        neutral = high(neutral, sr * sr + si * si)
    return i_a, i_b, i_c, neutral


@fast
def _power(w: Floats, lane: Floats, own: Index) -> Four:
    """Store the three-phase power of each lane; return the squares of the phases and P."""
    s_a = s_b = s_c = 0.0
    p_max = -BIG
    for k in range(N):
        b = own + k
        v0, v1, v2, v3 = w[b], w[b + R1], w[b + R2], w[b + R3]
        v4, v5 = w[b + R4], w[b + R5]
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


@fast
def _keep_cable(
    w: Floats, up: Floats, row: int, place: Ints, charge: float, cable: Floats, day: int
) -> None:
    own, k = np.uint64(row * BLOCK), place[row, ELEMENT]
    if charge == 0.0:
        a, b, c, neutral = _of_cable(w, own)
    else:
        above = np.uint64(place[row, PARENT] * BLOCK)
        a, b, c, neutral = _of_end(w, up, own, above, charge)
        a_low, b_low, c_low, neutral_low = _of_end(w, up, own, own, -charge)
        a, b, c = high(a, a_low), high(b, b_low), high(c, c_low)
        neutral = neutral_low if place[row, IS_REVERSED] else neutral
    cable[day, k, 0] = high(cable[day, k, 0], a)
    cable[day, k, 1] = high(cable[day, k, 1], b)
    cable[day, k, 2] = high(cable[day, k, 2], c)
    cable[day, k, 3] = high(cable[day, k, 3], neutral)


@fast
def _keep_source(lane: Floats) -> float:
    """Add the power of a source to the total; return the square of its largest."""
    s_square = 0.0
    for k in range(N):
        p, q = lane[POWER_P + k], lane[POWER_Q + k]
        s_square = high(s_square, p * p + q * q)
        lane[TOTAL_P + k] += p
        lane[TOTAL_Q + k] += q
    return s_square


@fast
def _keep_total(lane: Floats, n_trafos: int, total: Floats, day: int) -> None:
    for k in range(LANES):
        p, q, load = lane[int(TOTAL_P) + k], lane[int(TOTAL_Q) + k], 0.0
        for trafo in range(n_trafos + 1):
            load += lane[int(SUMS) + 2 * LANES * trafo + k]
        total[day, 0] = high(total[day, 0], p * p + q * q)
        total[day, 1] = high(total[day, 1], p)
        total[day, 2] = high(total[day, 2], p - load)


@fast
def keep_extremes(
    w: Floats,
    up: Floats,
    lane: Floats,
    place: Ints,
    value: Floats,
    out: Extremes,
    day: int,
    first: int,
) -> None:
    """Merge the extremes of a tile that begins at slot ``first`` into those of its day."""
    solved, node, cable, trafo, source = out.solved, out.node, out.cable, out.trafo, out.source
    s_trafo_kva = out.s_trafo_kva
    for k in range(N):
        lane[TOTAL_P + k] = 0.0
        lane[TOTAL_Q + k] = 0.0
    for row in range(len(place)):
        own, at, element = np.uint64(row * BLOCK), place[row, NODE], place[row, ELEMENT]
        a_min, b_min, c_min, a_max, b_max, c_max, line, unbalance = _of_node(w, own)
        node[day, at, 0] = low(node[day, at, 0], a_min)
        node[day, at, 1] = low(node[day, at, 1], b_min)
        node[day, at, 2] = low(node[day, at, 2], c_min)
        node[day, at, 3] = high(node[day, at, 3], a_max)
        node[day, at, 4] = high(node[day, at, 4], b_max)
        node[day, at, 5] = high(node[day, at, 5], c_max)
        node[day, at, 6] = low(node[day, at, 6], line)
        node[day, at, 7] = high(node[day, at, 7], unbalance)
        if place[row, KIND] in (CABLE, LEAF):
            _keep_cable(w, up, row, place, value[row, B_CABLE], cable, day)
            continue
        a, b, c, p_max = _power(w, lane, own)
        if place[row, KIND] == SOURCE:
            source[day, element] = high(source[day, element], _keep_source(lane))
            continue
        trafo[day, element, 0] = high(trafo[day, element, 0], a)
        trafo[day, element, 1] = high(trafo[day, element, 1], b)
        trafo[day, element, 2] = high(trafo[day, element, 2], c)
        trafo[day, element, 3] = high(trafo[day, element, 3], p_max)
        for k in range(min(LANES, solved.shape[1] - first)):
            if solved[day, first + k]:
                p, q = lane[int(POWER_P) + k], lane[int(POWER_Q) + k]
                s_trafo_kva[day, first + k, element] = np.sqrt(p * p + q * q)
    _keep_total(lane, trafo.shape[1], out.total, day)


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
