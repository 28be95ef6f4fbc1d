"""The factor method: what a group of units draws at its own level, in total and per phase.

A group's three-phase total is Σ kW times the demand factor for all its units. Its most loaded
phase carries what the per-phase count rule gives for the units on that phase; the other two
phases share the rest of the total. See docs/method/demand.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcalc.demand.groups import KINDS, LoadGroup

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROUND = 9
_SINGLE_PHASE_KINDS = ("household", "private_charger", "public_charger", "ebike_socket")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Diversity:
    """Diversified numbers of units: entry n is the largest m·factor(m) for m up to n.

    The running maximum keeps one unit more from drawing less where a table steps down.

    Attributes
    ----------
    total
        By kind, for all units of a group. Each of shape (n_max + 1,).
    phase
        By kind, for the units on one phase, before ``phase_factor``.
    phase_factor
        By kind; 1.1 for chargers.
    """

    total: dict[str, Floats]
    phase: dict[str, Floats]
    phase_factor: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupTable:
    """Load groups as arrays, all of shape (n_groups,) or (n_groups, 3)."""

    kind: Ints
    p_unit_kw: Floats
    tan_phi: Floats
    demand_factor: Floats
    balanced: NDArray[np.bool_]


def group_table(groups: tuple[LoadGroup, ...]) -> GroupTable:
    """Return the arrays of some load groups."""
    power_factor = np.array([group.power_factor for group in groups], dtype=float)
    return GroupTable(
        kind=np.array([KINDS.index(group.kind) for group in groups], dtype=np.int64),
        p_unit_kw=np.array([group.p_unit_kw for group in groups], dtype=float),
        tan_phi=np.sqrt(1 - power_factor**2) / power_factor if len(groups) else power_factor,
        demand_factor=np.array([group.demand_factor for group in groups], dtype=float),
        balanced=np.array([group.balanced for group in groups], dtype=bool),
    )


def units_per_phase(groups: tuple[LoadGroup, ...], n_units: Ints) -> Floats:
    """Return the units of each group per phase, shape (n_groups, 3)."""
    rows = [group.per_phase(int(n)) for group, n in zip(groups, n_units, strict=True)]
    return np.array(rows, dtype=float).reshape(-1, 3)


def demand_kw(
    table: GroupTable, units: Floats, member: Ints, diversity: Diversity, tie: Ints
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
    n_sets = len(tie)
    public = table.kind == KINDS.index("public_load")
    power = units * (table.p_unit_kw * np.where(public, table.demand_factor, 1.0))[:, None]
    result[public] = power[public]
    kinds = _kind_demands(table, units, power, member, n_sets, diversity)
    critical = _critical_phase(kinds, tie)
    for kind in kinds:
        share = _shared(kind, critical)
        with np.errstate(invalid="ignore", divide="ignore"):
            per_kw = np.where(kind.power > 0, share / kind.power, 0.0)
        result[kind.rows] = power[kind.rows] * per_kw[member[kind.rows]]
    return result, critical


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _KindDemand:
    """Demand of one kind in every set: installed and by rule, (n_sets, 3); total (n_sets,)."""

    rows: NDArray[np.bool_]
    power: Floats
    by_phase: Floats
    total: Floats


def _kind_demands(
    table: GroupTable,
    units: Floats,
    power: Floats,
    member: Ints,
    n_sets: int,
    diversity: Diversity,
) -> list[_KindDemand]:
    kinds = []
    for name in _SINGLE_PHASE_KINDS:
        of_kind = table.kind == KINDS.index(name)
        if not of_kind.any():
            continue
        n_all = np.zeros(n_sets)
        np.add.at(n_all, member[of_kind], units[of_kind].sum(axis=1))
        factor = _factor(diversity.total[name], n_all)
        for balanced in (False, True):
            rows = of_kind & (table.balanced == balanced)
            if not rows.any():
                continue
            installed = np.zeros((n_sets, 3))
            np.add.at(installed, member[rows], power[rows])
            total = factor * installed.sum(axis=1)
            by_phase = installed * factor[:, None]
            if not balanced:
                n_phase = np.zeros((n_sets, 3))
                np.add.at(n_phase, member[rows], units[rows])
                rule = _factor(diversity.phase[name], n_phase) * diversity.phase_factor[name]
                by_phase = np.maximum(by_phase, installed * np.minimum(rule, 1.0))
            kinds.append(_KindDemand(rows=rows, power=installed, by_phase=by_phase, total=total))
    return kinds


def _factor(diversified: Floats, n_units: Floats) -> Floats:
    """Return the demand factor for a number of units; 1 where there are none."""
    whole = np.rint(n_units).astype(np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, diversified[whole] / np.maximum(whole, 1), 1.0)


def _critical_phase(kinds: list[_KindDemand], tie: Ints) -> Ints:
    """Return the phase with the largest demand by the per-phase rule.

    Of two equal phases the one that leads is taken (a before b, b before c, c before a), so
    that renaming the phases in turn renames the result.
    """
    demand = np.zeros((len(tie), 3))
    for kind in kinds:
        demand += kind.by_phase
    demand = np.round(demand, _ROUND)
    is_max = demand == demand.max(axis=1, keepdims=True)
    leads = is_max & ~np.roll(is_max, 1, axis=1)
    return np.where(leads.any(axis=1), leads.argmax(axis=1), tie)


def _shared(kind: _KindDemand, critical: Ints) -> Floats:
    """Give the critical phase its own demand and share the rest by installed power."""
    sets = np.arange(len(critical))
    own = kind.by_phase[sets, critical]
    rest = np.maximum(kind.total - own, 0.0)
    others = kind.power.copy()
    others[sets, critical] = 0.0
    weight = others.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(weight[:, None] > 0, others * (rest / weight)[:, None], 0.0)
    share[sets, critical] = own
    return share
