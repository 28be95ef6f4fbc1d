"""The factor method: what a group of units draws at its own level, in total and per phase.

A group's three-phase total is Σ kW times the demand factor for all its units. Its most loaded
phase carries what the per-phase count rule gives for the units on that phase; the other two
phases share the rest of the total. See docs/method/demand.md.
"""

import numpy as np
from numpy.typing import NDArray

from gridcalc.demand.diversity import (
    Diversity,
    Floats,
    GroupTable,
    Ints,
    KindDemand,
    across,
    kind_demands,
    share_of,
    sums,
)
from gridcalc.demand.groups import KINDS, LoadGroup

_ROUND = 9


def units_per_phase(groups: tuple[LoadGroup, ...], n_units: Ints) -> Floats:
    """Return the units of each group per phase, shape (n_groups, 3)."""
    rows = [group.per_phase(int(n)) for group, n in zip(groups, n_units, strict=True)]
    return np.array(rows, dtype=float).reshape(-1, 3)


def demand_kw(
    table: GroupTable,
    units: Floats,
    member: Ints,
    diversity: Diversity,
    tie: Ints,
) -> tuple[Floats, Ints]:
    """Return the design demand of every load group per phase at one level.

    Parameters
    ----------
    table
        The load groups.
    units
        Units per phase, shape (n_groups, 3); a balanced unit counts a third on each phase.
    member
        Index of the set (box, feeder or station) each load group belongs to, shape (n_groups,).
    diversity
        Diversified counts by kind.
    tie
        Critical phase of a set whose phases are all equal, shape (n_sets,).

    Returns
    -------
    demand, critical
        [kW], shape (n_groups, 3), and the critical phase 0–2 of each set, shape (n_sets,).
    """
    result = np.zeros_like(units)
    public = table.kind == KINDS.index("public_load")
    power = units * (table.p_unit_kw * np.where(public, table.demand_factor, 1.0))[:, None]
    result[public] = power[public]
    kinds = kind_demands(table, units, member, len(tie), diversity)
    p_kw = power[public]
    q_kvar = p_kw * table.tan_phi[public, None]
    own = member[public]
    common = sums(own, p_kw, len(tie)) + 1j * sums(own, q_kvar, len(tie))
    critical = _critical_phase(kinds, common, tie)
    for kind in kinds:
        single = share_of(_shared(kind, critical), kind.single)
        balanced = share_of(kind.balanced[:, None], kind.balanced_power[:, None])
        for rows, share in ((kind.single_rows, single), (kind.balanced_rows, balanced)):
            result[rows] = power[rows] * share[member[rows]]
    return result, critical


def _critical_phase(kinds: list[KindDemand], common: NDArray[np.complex128], tie: Ints) -> Ints:
    """Return the phase with the largest apparent demand by the per-phase rule.

    Of two equal phases the one that leads is taken (a before b, b before c, c before a), so
    that renaming the phases in turn renames the result.
    """
    s_kva = common.copy()
    for kind in kinds:
        s_kva += kind.by_phase * (1 + 1j * kind.tan_phi)
    demand = np.round(np.abs(s_kva), _ROUND)
    largest = np.maximum(np.maximum(demand[:, 0], demand[:, 1]), demand[:, 2])
    is_max = demand == largest[:, None]
    leads = is_max & ~np.roll(is_max, 1, axis=1)
    none = np.where(leads[:, 2], 2, tie)
    return np.where(leads[:, 0], 0, np.where(leads[:, 1], 1, none))


def _shared(kind: KindDemand, critical: Ints) -> Floats:
    """Give the critical phase its own demand and share the rest by installed power."""
    sets = np.arange(len(critical))
    own = (kind.by_phase - kind.balanced[:, None] / 3)[sets, critical]
    rest = np.maximum(kind.total - kind.balanced - own, 0.0)
    others = kind.single.copy()
    others[sets, critical] = 0.0
    share = others * share_of(rest, across(others))[:, None]
    share[sets, critical] = own
    return share
