"""The compiled loop that finds what other loads leave under every limit, slot by slot."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridcalc.demand.charging.compiled import compiled
from gridcalc.demand.diversity import Floats, Ints
from gridcalc.units import N_PHASES

Floats32 = NDArray[np.float32]


class Shaped(NamedTuple):
    """Loads that follow a curve, added up below the limits.

    Attributes
    ----------
    curves
        Shape (n_curves, n_slots).
    p_kw, q_kvar
        Power where the curve is 1. Shape (n_curves, n_limits, n_days)
    """

    curves: Floats32
    p_kw: Floats32
    q_kvar: Floats32


class Free(NamedTuple):
    """Loads of their own, in groups of one power factor; a tuple for numba.

    Attributes
    ----------
    p_kw
        [kW], shape (n_rows, n_days, n_slots)
    row
        Rows of each group one after the other, ascending, shape (n_rows,).
    first
        Group g has the rows ``first[g]`` to ``first[g + 1] - 1``, shape (n_groups + 1,).
    tan_phi
        Of each group. [-]
    chain
        Limits above each row, -1 where there are fewer, shape (n_rows, depth).
    """

    p_kw: Floats32
    row: Ints
    first: Ints
    tan_phi: Floats32
    chain: Ints


class Rooms(NamedTuple):
    """Limits, and the transformers whose capacitors take off reactive power.

    Attributes
    ----------
    s_max_kva
        Shape (n_limits,).
    of_transformer
        Limits of the phases and of the total, -1 where there is none,
        shape (n_transformers, 4).
    compensation_kvar
        Shape (n_transformers,).
    tan_target, power_factor
        What the capacitors aim at, and of who takes what is left. [-]
    """

    s_max_kva: Floats32
    of_transformer: Ints
    compensation_kvar: Floats32
    tan_target: np.float32
    power_factor: np.float32


@compiled
def fill_rooms(rooms: Rooms, shaped: Shaped, free: Free, left_kw: Floats) -> None:
    """Fill in what is left under every limit, shape (n_limits, n_days, n_slots).

    Sums are formed in single precision, row by row in the order of the rows.
    """
    n_limits, n_days, n_slots = left_kw.shape
    p = np.zeros((n_limits, n_slots), dtype=np.float32)
    q = np.zeros((n_limits, n_slots), dtype=np.float32)
    part = np.zeros((n_limits, n_slots), dtype=np.float32)
    for day in range(n_days):
        p[:] = np.float32(0.0)
        q[:] = np.float32(0.0)
        for c in range(len(shaped.curves)):
            curve = shaped.curves[c]
            for limit in range(n_limits):
                p_kw, q_kvar = shaped.p_kw[c, limit, day], shaped.q_kvar[c, limit, day]
                to_p, to_q = p[limit], q[limit]
                for slot in range(n_slots):
                    to_p[slot] += p_kw * curve[slot]
                    to_q[slot] += q_kvar * curve[slot]
        for group in range(len(free.tan_phi)):
            part[:] = np.float32(0.0)
            _add_group(free, group, day, part)
            tan_phi = free.tan_phi[group]
            for limit in range(n_limits):
                of_part, to_p, to_q = part[limit], p[limit], q[limit]
                for slot in range(n_slots):
                    to_p[slot] += of_part[slot]
                    to_q[slot] += of_part[slot] * tan_phi
        _compensate(rooms, p, q)
        for limit in range(n_limits):
            _leave(rooms, limit, p[limit], q[limit], left_kw[limit, day])


@compiled
def _add_group(free: Free, group: int, day: int, part: Floats32) -> None:
    """Add the rows of a group to all limits above them; most rows draw nothing on a day."""
    n_slots = part.shape[1]
    for k in range(free.first[group], free.first[group + 1]):
        p_kw = free.p_kw[free.row[k], day]
        drawn = np.float32(0.0)
        for slot in range(n_slots):
            drawn = max(drawn, p_kw[slot])
        if drawn > np.float32(0.0):
            for x in range(free.chain.shape[1]):
                limit = free.chain[free.row[k], x]
                if limit >= 0:
                    to = part[limit]
                    for slot in range(n_slots):
                        to[slot] += p_kw[slot]


@compiled
def _compensate(rooms: Rooms, p: Floats32, q: Floats32) -> None:
    """Take off what the capacitors of each transformer switch in, a third from each phase."""
    zero = np.float32(0.0)
    for k in range(len(rooms.of_transformer)):
        total = rooms.of_transformer[k, N_PHASES]
        if total < 0:
            continue
        for slot in range(p.shape[1]):
            wanted = q[total, slot] - p[total, slot] * rooms.tan_target
            switched = min(max(wanted, zero), rooms.compensation_kvar[k])
            q[total, slot] -= switched
            for x in range(N_PHASES):
                limit = rooms.of_transformer[k, x]
                if limit >= 0:
                    q[limit, slot] -= switched / np.float32(N_PHASES)


@compiled
def _leave(rooms: Rooms, limit: int, p: Floats32, q: Floats32, left_kw: Floats) -> None:
    s_max_kva = rooms.s_max_kva[limit]
    for slot in range(len(left_kw)):
        p_square, q_square = p[slot] * p[slot], q[slot] * q[slot]
        left = s_max_kva - np.sqrt(p_square + q_square)
        left_kw[slot] = left * rooms.power_factor
