"""The compiled count rule: what every set of load groups draws on each phase, set by set.

The same sums in the same order as ``demand.factor.demand_kw``, so that both give the same numbers.
"""

# ruff: noqa: FBT001, FBT003  compiled code has no keywords
from math import hypot
from typing import Any

import numpy as np

from gridcalc.demand.charging.compiled import compiled, inlined
from gridcalc.demand.diversity import Floats, Ints
from gridcalc.demand.groups import KINDS

_PUBLIC = KINDS.index("public_load")
_BY_COUNT = KINDS.index("household")
_N_SLOTS = 2048
"""Sets that are remembered while others are counted: most boxes have the units of another one."""
_ROUND = 1e9
"""Phases count as equal within the ninth decimal, as in ``demand.factor``."""


@inlined
def _sizes_of(rows: Any, own: Any, kind: int, sizes: Any) -> int:
    """List the sizes of one kind from the largest down; households count as one size."""
    n = 0
    for i in range(own[1], own[2]):
        g = own[0][i]
        p = 0.0 if kind == _BY_COUNT else rows.p_unit_kw[g]
        at = 0
        while at < n and sizes.size_kw[at] > p:
            at += 1
        if at < n and sizes.size_kw[at] == p:
            continue
        for k in range(n, at, -1):
            sizes.size_kw[k] = sizes.size_kw[k - 1]
        sizes.size_kw[at] = p
        n += 1
    return n


@inlined
def _install(rows: Any, units: Floats, own: Any, kind: int, sizes: Any, n: int) -> None:
    """Add up the units of one kind by their size."""
    for z in range(n):
        sizes.n_balanced[z], sizes.balanced_kw[z] = 0.0, 0.0
        for x in range(3):
            sizes.n_single[z, x], sizes.single_kw[z, x] = 0.0, 0.0
    for i in range(own[1], own[2]):
        g = own[0][i]
        p = rows.p_unit_kw[g]
        z = 0
        while kind != _BY_COUNT and sizes.size_kw[z] != p:
            z += 1
        if rows.balanced[g]:
            count = units[g, 0] + units[g, 1] + units[g, 2]
            sizes.n_balanced[z] += count
            sizes.balanced_kw[z] += count * p
        else:
            for x in range(3):
                sizes.n_single[z, x] += units[g, x]
                sizes.single_kw[z, x] += units[g, x] * p


@inlined
def _all_units(sizes: Any, n: int, table: Any, by_count: bool, with_single: bool) -> float:
    """Return the demand of all units, or of the three-phase ones only."""
    demand, n_before, before, power = 0.0, 0.0, 0.0, 0.0
    for z in range(n):
        count, kw = sizes.n_balanced[z], sizes.balanced_kw[z]
        if with_single:
            one, power_of = sizes.n_single, sizes.single_kw
            count = one[z, 0] + one[z, 1] + one[z, 2] + count
            kw = power_of[z, 0] + power_of[z, 1] + power_of[z, 2] + kw
        n_before += count
        power += kw
        until = table[0][table[1], table[2], int(np.rint(n_before))]
        demand += sizes.size_kw[z] * (until - before)
        before = until
    if by_count:
        demand = power * before / max(np.rint(n_before), 1.0)
    return demand


@inlined
def _on_phase(sizes: Any, n: int, table: Any, factor: float, x: int, by_count: bool) -> float:
    """Return the demand of a phase by its own count, three-phase units counted on all."""
    if by_count:
        count = np.rint(sizes.n_single[0, x] + sizes.n_balanced[0])
        power = factor * sizes.single_kw[0, x] + sizes.balanced_kw[0] / 3
        drawn: float = power * table[0][table[1], table[2], int(count)] / max(count, 1.0)
        return drawn
    demand, n_before, before = 0.0, 0.0, 0.0
    i, j, third = 0, 0, 1 / 3
    while i < n or j < n:
        if j == n or (i < n and factor * sizes.size_kw[i] >= third * sizes.size_kw[j]):
            size, count = factor * sizes.size_kw[i], sizes.n_single[i, x]
            i += 1
        else:
            size, count = third * sizes.size_kw[j], sizes.n_balanced[j]
            j += 1
        n_before += count
        until = table[0][table[1], table[2], int(np.rint(n_before))]
        demand += size * (until - before)
        before = until
    return demand


@inlined
def _judge_kind(sizes: Any, n: int, kind: int, pack: int, counts: Any, kinds: Any) -> None:
    """Write down the demand of one kind; see ``diversity.KindDemand``."""
    by_count = kind == _BY_COUNT
    total, phase = (counts.total, pack, kind), (counts.phase, pack, kind)
    factor = counts.factor[pack, kind]
    together = _all_units(sizes, n, total, by_count, True)
    balanced = _all_units(sizes, n, total, by_count, False)
    single, by_phase, power = kinds.single, kinds.by_phase, 0.0
    for x in range(3):
        single[kind, x] = 0.0
    for z in range(n):
        power += sizes.balanced_kw[z]
        for x in range(3):
            single[kind, x] += sizes.single_kw[z, x]
    installed = single[kind, 0] + single[kind, 1] + single[kind, 2]
    share = (together - balanced) / installed if installed > 0 else 0.0
    third = balanced / 3
    for x in range(3):
        own = _on_phase(sizes, n, phase, factor, x, by_count)
        own = max(own, third + single[kind, x] * share)
        by_phase[kind, x] = min(max(own, third), third + single[kind, x])
    kinds.whole[kind, 0], kinds.whole[kind, 1], kinds.whole[kind, 2] = together, balanced, power


@inlined
def _critical(p_kw: Floats, q_kvar: Floats, tie: int) -> int:
    """Return the phase with the largest apparent demand; of two equal ones the one that leads."""
    demand = p_kw
    for x in range(3):
        demand[x] = np.rint(hypot(p_kw[x], q_kvar[x]) * _ROUND) / _ROUND
    largest = max(demand[0], demand[1], demand[2])
    for x in range(3):
        if demand[x] == largest and demand[x - 1] != largest:
            return x
    return tie


@inlined
def _share(kinds: Any, kind: int, critical: int) -> None:
    """Turn the demand of one kind into shares of its power, into ``by_phase`` and ``whole``."""
    single, by_phase, whole = kinds.single, kinds.by_phase, kinds.whole
    own = by_phase[kind, critical] - whole[kind, 1] / 3
    rest = max(whole[kind, 0] - whole[kind, 1] - own, 0.0)
    others = 0.0
    for x in range(3):
        others += 0.0 if x == critical else single[kind, x]
    share = rest / others if others > 0 else 0.0
    for x in range(3):
        drawn = own if x == critical else single[kind, x] * share
        by_phase[kind, x] = drawn / single[kind, x] if single[kind, x] > 0 else 0.0
    whole[kind, 0] = whole[kind, 1] / whole[kind, 2] if whole[kind, 2] > 0 else 0.0


@inlined
def _give(rows: Any, units: Floats, own: Any, kinds: Any, p_kw: Floats) -> None:
    """Write down what every group of a set draws."""
    for i in range(own[1], own[2]):
        g = own[0][i]
        kind = rows.kind[g]
        for x in range(3):
            power = units[g, x] * rows.weight_kw[g]
            if kind == _PUBLIC:
                p_kw[g, x] = power
            elif rows.balanced[g]:
                p_kw[g, x] = power * kinds.whole[kind, 0]
            else:
                p_kw[g, x] = power * kinds.by_phase[kind, x]


@compiled
def set_demands(
    rows: Any, units: Floats, sets: Any, counts: Any, tie: Ints, space: Any, last: Any
) -> tuple[Ints, Floats]:
    """Return the critical phase of each set and the demand of every group.

    Parameters
    ----------
    rows
        Load groups, as ``Rows``.
    units
        Units per phase, shape (n_groups, 3); a balanced unit counts a third on each phase.
    sets, counts
        As ``Members`` and ``Counts``.
    tie
        Critical phase of a set whose phases are all equal, shape (n_sets,).
    space
        What ``room`` returns.
    last
        Another state of the same groups and sets.

    Returns
    -------
    critical, p_kw
        Shape (n_sets,), and [kW], shape (n_groups, 3).
    """
    sizes, kinds = space
    critical, p_kw = last.critical.copy(), last.p_kw.copy()
    p, q = np.zeros(3), np.zeros(3)
    seen = np.full((_N_SLOTS, 3), -1, dtype=np.int64)
    for s in range(len(tie)):
        own = sets.order, sets.first[s], sets.first[s + 1]
        if tie[s] == last.tie[s] and _is_same(units, last.units, own):
            continue
        slot = _slot(rows, units, own)
        like, seen[slot, tie[s]] = seen[slot, tie[s]], s
        if like >= 0 and _is_like(rows, units, sets, s, like):
            critical[s] = critical[like]
            _copy(sets, s, like, p_kw)
            continue
        _add_common(rows, units, own, p, q)
        end = own[1]
        for kind in range(_PUBLIC):
            begin, end = end, _end_of_kind(rows, own, kind, end)
            part = own[0], begin, end
            kinds.whole[kind, 0] = -1.0
            if begin < end:
                n = _sizes_of(rows, part, kind, sizes)
                _install(rows, units, part, kind, sizes, n)
                _judge_kind(sizes, n, kind, sets.pack[s], counts, kinds)
                _add_kind(kinds, kind, rows.tan_phi[own[0][begin]], p, q)
        critical[s] = _critical(p, q, tie[s])
        for kind in range(_PUBLIC):
            if kinds.whole[kind, 0] >= 0.0:
                _share(kinds, kind, critical[s])
        _give(rows, units, own, kinds, p_kw)
    return critical, p_kw


@inlined
def _is_same(units: Floats, before: Floats, own: Any) -> bool:
    """Return whether the groups of a set have the units they had."""
    n_other = 0
    for i in range(own[1], own[2]):
        g = own[0][i]
        for x in range(3):
            n_other += units[g, x] != before[g, x]
    return n_other == 0


@inlined
def _slot(rows: Any, units: Floats, own: Any) -> int:
    """Return a place for a set where those that draw the same have theirs, and few others."""
    found = 0.0
    for i in range(own[1], own[2]):
        g = own[0][i]
        unit = rows.p_unit_kw[g] + rows.kind[g]
        found = 0.8125 * found + unit * (1.0 + units[g, 0] + 1.25 * units[g, 1] + 1.5 * units[g, 2])
    return int(found * 64.0) % _N_SLOTS


@inlined
def _is_like(rows: Any, units: Floats, sets: Any, s: int, like: int) -> bool:
    """Return whether two sets have groups of the same properties with the same units."""
    begin, other = sets.first[s], sets.first[like]
    n = sets.first[s + 1] - begin
    if n != sets.first[like + 1] - other or sets.pack[s] != sets.pack[like]:
        return False
    for i in range(n):
        g, h = sets.order[begin + i], sets.order[other + i]
        for x in range(3):
            if units[g, x] != units[h, x]:
                return False
        if rows.kind[g] != rows.kind[h] or rows.balanced[g] != rows.balanced[h]:
            return False
        if rows.p_unit_kw[g] != rows.p_unit_kw[h] or rows.tan_phi[g] != rows.tan_phi[h]:
            return False
        if rows.weight_kw[g] != rows.weight_kw[h]:
            return False
    return True


@inlined
def _copy(sets: Any, s: int, like: int, p_kw: Floats) -> None:
    """Give the groups of a set what those of another one draw."""
    begin, other = sets.first[s], sets.first[like]
    for i in range(sets.first[s + 1] - begin):
        for x in range(3):
            p_kw[sets.order[begin + i], x] = p_kw[sets.order[other + i], x]


@inlined
def _add_common(rows: Any, units: Floats, own: Any, p: Floats, q: Floats) -> None:
    """Begin the power of a set with its common loads."""
    for x in range(3):
        p[x], q[x] = 0.0, 0.0
    first = own[2]
    while first > own[1] and rows.kind[own[0][first - 1]] == _PUBLIC:
        first -= 1
    for i in range(first, own[2]):
        g = own[0][i]
        for x in range(3):
            power = units[g, x] * rows.weight_kw[g]
            p[x] += power
            q[x] += power * rows.tan_phi[g]


@inlined
def _add_kind(kinds: Any, kind: int, tan_phi: float, p: Floats, q: Floats) -> None:
    for x in range(3):
        p[x] += kinds.by_phase[kind, x]
        q[x] += kinds.by_phase[kind, x] * tan_phi


@inlined
def _end_of_kind(rows: Any, own: Any, kind: int, begin: int) -> int:
    """Return where the groups of a kind end that begin somewhere in a set."""
    end = begin
    while end < own[2] and rows.kind[own[0][end]] == kind:
        end += 1
    return end
