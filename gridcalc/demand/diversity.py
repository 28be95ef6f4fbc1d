"""What the units of one kind draw together: in total, per phase, and three-phase units apart.

Units of one size draw n·K(n) times their power. Where sizes differ, the largest unit counts
first: each further unit adds its own power times what the diversified count grows by. For equal
sizes this is the hand calculation; for unequal ones a unit more, however small, never lowers it.
Households are summed as in the hand calculation, Σ kW times K(n), whatever their sizes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gridcalc.demand.groups import KINDS, LoadGroup

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_SINGLE_PHASE_KINDS = ("household", "private_charger", "public_charger", "ebike_socket")
_BY_COUNT = "household"


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KindDemand:
    """Demand of one kind in every set.

    Attributes
    ----------
    single_rows, balanced_rows
        Load groups of single-phase and of three-phase units, shape (n_groups,).
    single
        Installed on each phase by single-phase units. [kW], shape (n_sets, 3)
    balanced_power, balanced
        Installed by three-phase units and their demand, all phases. [kW], shape (n_sets,)
    by_phase
        Demand of each phase by the count rule, three-phase units included.
        [kW], shape (n_sets, 3)
    total
        Demand of all phases by the count of all units. [kW], shape (n_sets,)
    tan_phi
        Reactive over active power. [-]
    """

    single_rows: Bools
    balanced_rows: Bools
    single: Floats
    balanced_power: Floats
    balanced: Floats
    by_phase: Floats
    total: Floats
    tan_phi: float


def kind_demands(
    table: GroupTable, units: Floats, member: Ints, n_sets: int, diversity: Diversity
) -> list[KindDemand]:
    """Return the demand of every kind that occurs; see ``factor.demand_kw`` for the arguments."""
    kinds = []
    for name in _SINGLE_PHASE_KINDS:
        of_kind = table.kind == KINDS.index(name)
        if of_kind.any():
            sets = member, n_sets
            kinds.append(_kind_demand(name, of_kind, table, units, sets, diversity))
    return kinds


def sums(member: Ints, values: Floats, n_sets: int) -> Floats:
    """Return the sum of the rows of ``values`` in each set, shape (n_sets, n_columns)."""
    n_columns = values.shape[1]
    at = member[:, None] * n_columns + np.arange(n_columns)
    found = np.bincount(at.ravel(), weights=values.ravel(), minlength=n_sets * n_columns)
    return np.asarray(found, dtype=np.float64).reshape(n_sets, n_columns)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Installed:
    """Units of one kind and one size in every set, or of all sizes where only counts matter.

    ``n_single`` and ``single_kw`` have shape (n_sets, 3), ``n_balanced`` and ``balanced_kw``
    shape (n_sets,).
    """

    size_kw: float
    n_single: Floats
    single_kw: Floats
    n_balanced: Floats
    balanced_kw: Floats


def _kind_demand(
    name: str,
    of_kind: Bools,
    table: GroupTable,
    units: Floats,
    sets: tuple[Ints, int],
    diversity: Diversity,
) -> KindDemand:
    by_count = name == _BY_COUNT
    sizes = [0.0] if by_count else (-np.unique(-table.p_unit_kw[of_kind])).tolist()
    of_size = [of_kind] if by_count else [of_kind & (table.p_unit_kw == size) for size in sizes]
    rows = [
        _installed(size, rows, table, units, sets)
        for size, rows in zip(sizes, of_size, strict=True)
    ]
    summed = _by_count if by_count else _by_size
    total, phase = diversity.total[name], diversity.phase[name]
    n_all = [across(row.n_single) + row.n_balanced for row in rows]
    kw_all = [across(row.single_kw) + row.balanced_kw for row in rows]
    together = summed(total, rows, n_all, kw_all)
    of_balanced = summed(
        total, rows, [row.n_balanced for row in rows], [row.balanced_kw for row in rows]
    )
    on_phase = _on_phase(phase, rows, diversity.phase_factor[name], summed)
    installed = np.sum([row.single_kw for row in rows], axis=0)
    third = of_balanced[:, None] / 3
    even = installed * share_of(together - of_balanced, across(installed))[:, None]
    on_phase = np.maximum(on_phase, third + even)
    return KindDemand(
        single_rows=of_kind & ~table.balanced,
        balanced_rows=of_kind & table.balanced,
        single=installed,
        balanced_power=np.sum([row.balanced_kw for row in rows], axis=0),
        balanced=of_balanced,
        by_phase=np.clip(on_phase, third, third + installed),
        total=together,
        tan_phi=float(table.tan_phi[of_kind][0]),
    )


def _installed(
    size_kw: float, rows: Bools, table: GroupTable, units: Floats, sets: tuple[Ints, int]
) -> _Installed:
    member, n_sets = sets
    alone, three = np.flatnonzero(rows & ~table.balanced), np.flatnonzero(rows & table.balanced)
    n_three = across(units[three])[:, None]
    return _Installed(
        size_kw=size_kw,
        n_single=sums(member[alone], units[alone], n_sets),
        single_kw=sums(member[alone], units[alone] * table.p_unit_kw[alone, None], n_sets),
        n_balanced=sums(member[three], n_three, n_sets)[:, 0],
        balanced_kw=sums(member[three], n_three * table.p_unit_kw[three, None], n_sets)[:, 0],
    )


Summed = Callable[[Floats, Sequence[_Installed], Sequence[Floats], Sequence[Floats]], Floats]
"""The diversified demand of some units: table, sizes, counts and power by size. (n_sets,)."""


def _on_phase(
    diversified: Floats, rows: Sequence[_Installed], factor: float, summed: Summed
) -> Floats:
    """Return the demand of each phase by its own count, three-phase units counted on all."""
    both = (*(_scaled(row, factor) for row in rows), *(_scaled(row, 1 / 3) for row in rows))
    columns = [
        summed(
            diversified,
            both,
            [*(row.n_single[:, x] for row in rows), *(row.n_balanced for row in rows)],
            [
                *(factor * row.single_kw[:, x] for row in rows),
                *(row.balanced_kw / 3 for row in rows),
            ],
        )
        for x in range(3)
    ]
    return np.stack(columns, axis=1)


def _scaled(row: _Installed, factor: float) -> _Installed:
    return replace(row, size_kw=factor * row.size_kw)


def across(values: Floats) -> Floats:
    """Return the sum over the phases, shape (n,); quicker than a sum over a short axis."""
    return np.asarray(values[:, 0] + values[:, 1] + values[:, 2])


def share_of(part: Floats, whole: Floats) -> Floats:
    """Return part over whole, 0 where there is nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, 0.0)


def _by_size(
    diversified: Floats,
    rows: Sequence[_Installed],
    counts: Sequence[Floats],
    kw: Sequence[Floats],  # noqa: ARG001  the same call as ``_by_count``
) -> Floats:
    """Return the demand of units counted from the largest size down, shape (n_sets,)."""
    order = sorted(range(len(rows)), key=lambda k: -rows[k].size_kw)
    demand, n_before, before = (np.zeros_like(counts[0]) for _ in range(3))
    for k in order:
        n_before = n_before + counts[k]
        until: Floats = diversified[np.rint(n_before).astype(np.int64)]
        demand += rows[k].size_kw * (until - before)
        before = until
    return demand


def _by_count(
    diversified: Floats,
    rows: Sequence[_Installed],  # noqa: ARG001  the same call as ``_by_size``
    counts: Sequence[Floats],
    kw: Sequence[Floats],
) -> Floats:
    """Return installed power times the factor for the number of units, shape (n_sets,)."""
    n = np.rint(np.sum(counts, axis=0)).astype(np.int64)
    return np.asarray(np.sum(kw, axis=0) * diversified[n] / np.maximum(n, 1))
