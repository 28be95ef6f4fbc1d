"""Extremes of a solved tile, in squares and per unit, and the records made of them."""
# ruff: noqa: PLR0913, PLR0917  a tuple instead of arguments costs the loops their vectors

from typing import NamedTuple

import numpy as np

from gridcalc.network.arrays import Bools, Ints
from gridcalc.powerflow.days_elements import Six
from gridcalc.powerflow.days_measures import (
    Five,
    Four,
    of_cable,
    of_end,
    of_leaf,
    of_node,
    power,
)
from gridcalc.powerflow.days_rows import (
    BIG,
    BLOCK,
    LANES,
    LEAF_BLOCK,
    POWER_P,
    POWER_Q,
    SUMS,
    TOTAL_P,
    TOTAL_Q,
    ZERO,
    Floats32,
    N,
    Single,
)
from gridcalc.powerflow.days_sweep import flat_of
from gridcalc.powerflow.days_tree import DaysTree
from gridcalc.powerflow.radial_rows import Index, fast
from gridcalc.powerflow.radial_tree import (
    B_CABLE,
    CABLE,
    ELEMENT,
    IS_REVERSED,
    KIND,
    NODE,
    PARENT,
    R_COMMON,
    SOURCE,
    X_COMMON,
    R,
    X,
)
from gridcalc.powerflow.vector_extremes import high, low


class Extremes(NamedTuple):
    """What a run fills in; every row belongs to a day.

    Attributes
    ----------
    solved
        Shape (n_days, n_slots).
    node
        Of the smallest voltages of a, b, c and the smallest line voltage what their squares are
        above those without load (pu of the phase voltage), and the square of the largest
        unbalance. Shape (n_days, n_nodes, 5)
    cable
        Squares of the currents of a, b, c and neutral. Shape (n_days, n_cables, 4)
    trafo
        Squares of the powers of a, b, c, and active power. Shape (n_days, n_transformers, 4)
    p_load_kw
        Shape (n_days, n_slots)
    s_trafo_kva
        Shape (n_days, n_slots, n_transformers)
    source
        Square of the power. Shape (n_days, n_sources)
    total
        Square of the power, active power, losses. Shape (n_days, 3)
    """

    solved: Bools
    node: Floats32
    cable: Floats32
    trafo: Floats32
    p_load_kw: Floats32
    s_trafo_kva: Floats32
    source: Floats32
    total: Floats32


def no_extremes(
    *, n_days: int, n_slots: int, n_nodes: int, n_cables: int, n_trafos: int, n_sources: int
) -> Extremes:
    """Return what a run begins with: smallest numbers large and largest ones small."""
    node = np.full((n_days, n_nodes, 5), BIG)
    node[:, :, 4] = ZERO
    trafo = np.zeros((n_days, n_trafos, 4), dtype=np.float32)
    trafo[:, :, 3] = -BIG
    total = np.zeros((n_days, 3), dtype=np.float32)
    total[:, 1:] = -BIG
    return Extremes(
        solved=np.zeros((n_days, n_slots), dtype=np.bool_),
        node=node,
        cable=np.zeros((n_days, n_cables, 4), dtype=np.float32),
        trafo=trafo,
        p_load_kw=np.zeros((n_days, n_slots), dtype=np.float32),
        s_trafo_kva=np.zeros((n_days, n_slots, n_trafos), dtype=np.float32),
        source=np.zeros((n_days, n_sources), dtype=np.float32),
        total=total,
    )


@fast
def _keep_node(node: Floats32, day: int, at: int, found: Five) -> None:
    a, b, c, line, unbalance = found
    node[day, at, 0] = low(node[day, at, 0], a)
    node[day, at, 1] = low(node[day, at, 1], b)
    node[day, at, 2] = low(node[day, at, 2], c)
    node[day, at, 3] = low(node[day, at, 3], line)
    node[day, at, 4] = high(node[day, at, 4], unbalance)


@fast
def _keep_four(values: Floats32, day: int, element: int, found: Four) -> None:
    a, b, c, d = found
    values[day, element, 0] = high(values[day, element, 0], a)
    values[day, element, 1] = high(values[day, element, 1], b)
    values[day, element, 2] = high(values[day, element, 2], c)
    values[day, element, 3] = high(values[day, element, 3], d)


@fast
def _keep_cable(
    w: Floats32,
    up: Floats32,
    place: Ints,
    row: int,
    f: Six,
    charge: float,
    cable: Floats32,
    day: int,
) -> None:
    own = np.uint64(row * BLOCK)
    if charge == ZERO:
        _keep_four(cable, day, place[row, ELEMENT], of_cable(w, own))
        return
    above = np.uint64(place[row, PARENT] * BLOCK)
    a, b, c, neutral = of_end(w, up, own, above, f, charge)
    a_low, b_low, c_low, neutral_low = of_end(w, up, own, own, f, -charge)
    neutral = neutral_low if place[row, IS_REVERSED] else neutral
    found = high(a, a_low), high(b, b_low), high(c, c_low), neutral
    _keep_four(cable, day, place[row, ELEMENT], found)


@fast
def _keep_source(lane: Floats32) -> Single:
    """Add the power of a source to the total; return the square of its largest."""
    s_square = ZERO
    for k in range(N):
        p, q = lane[POWER_P + k], lane[POWER_Q + k]
        s_square = high(s_square, p * p + q * q)
        lane[TOTAL_P + k] += p
        lane[TOTAL_Q + k] += q
    return s_square


@fast
def _keep_total(lane: Floats32, n_trafos: int, total: Floats32, day: int) -> None:
    for k in range(LANES):
        p, q, load = lane[int(TOTAL_P) + k], lane[int(TOTAL_Q) + k], ZERO
        for trafo in range(n_trafos + 1):
            load += lane[int(SUMS) + 2 * LANES * trafo + k]
        total[day, 0] = high(total[day, 0], p * p + q * q)
        total[day, 1] = high(total[day, 1], p)
        total[day, 2] = high(total[day, 2], p - load)


@fast
def _keep_leaf(
    w: Floats32,
    u: Floats32,
    lane: Floats32,
    place: Ints,
    value: Floats32,
    k: int,
    above: Index,
    f: Six,
    node: Floats32,
    cable: Floats32,
    day: int,
) -> None:
    r, x, rc, xc = value[k, R], value[k, X], value[k, R_COMMON], value[k, X_COMMON]
    own = np.uint64(k * LEAF_BLOCK)
    a, b, c, line, unbalance, i_a, i_b, i_c, neutral = of_leaf(
        w, u, lane, above, own, f, r, x, rc, xc
    )
    _keep_node(node, day, place[k, NODE], (a, b, c, line, unbalance))
    _keep_four(cable, day, place[k, ELEMENT], (i_a, i_b, i_c, neutral))


@fast
def keep_loads(lane: Floats32, n_trafos: int, p_load_kw: Floats32, day: int, first: int) -> None:
    """Write the loads of a tile, before any lane is given up."""
    for k in range(min(LANES, p_load_kw.shape[1] - first)):
        load = ZERO
        for trafo in range(n_trafos + 1):
            load += lane[int(SUMS) + 2 * LANES * trafo + k]
        p_load_kw[day, first + k] = load


@fast
def _keep_slots(
    lane: Floats32, solved: Bools, s_trafo_kva: Floats32, day: int, first: int, element: int
) -> None:
    for k in range(min(LANES, solved.shape[1] - first)):
        if solved[day, first + k]:
            p, q = lane[int(POWER_P) + k], lane[int(POWER_Q) + k]
            s_trafo_kva[day, first + k, element] = np.sqrt(p * p + q * q)


@fast
def keep_extremes(
    w: Floats32,
    up: Floats32,
    u: Floats32,
    lane: Floats32,
    tree: DaysTree,
    out: Extremes,
    day: int,
    first: int,
) -> None:
    """Merge the extremes of a tile that begins at slot ``first`` into those of its day."""
    place, value, flat, leaf_first = tree.place, tree.value, tree.flat, tree.leaf_first
    leaf_place, leaf_value = tree.leaf_place, tree.leaf_value
    node, cable, trafo, source = out.node, out.cable, out.trafo, out.source
    solved, s_trafo_kva = out.solved, out.s_trafo_kva
    for k in range(N):
        lane[TOTAL_P + k] = ZERO
        lane[TOTAL_Q + k] = ZERO
    for row in range(len(place)):
        own, element, f = np.uint64(row * BLOCK), place[row, ELEMENT], flat_of(flat, row)
        _keep_node(node, day, place[row, NODE], of_node(w, own, f))
        for k in range(leaf_first[row], leaf_first[row + 1]):
            _keep_leaf(w, u, lane, leaf_place, leaf_value, k, own, f, node, cable, day)
        if place[row, KIND] == CABLE:
            _keep_cable(w, up, place, row, f, value[row, B_CABLE], cable, day)
            continue
        powers = power(w, lane, own, f)
        if place[row, KIND] == SOURCE:
            source[day, element] = high(source[day, element], _keep_source(lane))
        else:
            _keep_four(trafo, day, element, powers)
            _keep_slots(lane, solved, s_trafo_kva, day, first, element)
    _keep_total(lane, trafo.shape[1], out.total, day)
