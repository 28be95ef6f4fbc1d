"""What the units of one kind draw together: in total, per phase, and three-phase units apart.

Units of one size draw n·K(n) times their power. Where sizes differ, the largest unit counts
first: each further unit adds its own power times what the diversified count grows by. For equal
sizes this is the hand calculation; for unequal ones a unit more, however small, never lowers it.
Households are summed as in the hand calculation, Σ kW times K(n), whatever their sizes.
"""

from dataclasses import dataclass

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
            kinds.append(_kind_demand(name, of_kind, table, units, (member, n_sets), diversity))
    return kinds


def _kind_demand(
    name: str,
    of_kind: Bools,
    table: GroupTable,
    units: Floats,
    sets: tuple[Ints, int],
    diversity: Diversity,
) -> KindDemand:
    member, n_sets = sets
    sizes = -np.unique(-table.p_unit_kw[of_kind])
    single = np.zeros((len(sizes), n_sets, 3))
    balanced = np.zeros((len(sizes), n_sets))
    for k, size in enumerate(sizes):
        rows = of_kind & (table.p_unit_kw == size)
        alone, three = rows & ~table.balanced, rows & table.balanced
        np.add.at(single[k], member[alone], units[alone])
        np.add.at(balanced[k], member[three], units[three].sum(axis=1))
    summed = _by_count if name == _BY_COUNT else _by_size
    total, phase = diversity.total[name], diversity.phase[name]
    together = summed(total, sizes, single.sum(axis=2) + balanced)
    of_balanced = summed(total, sizes, balanced)
    factor = diversity.phase_factor[name]
    on_phase = np.empty((n_sets, 3))
    for x in range(3):
        counts = np.concatenate([single[:, :, x], balanced])
        weights = np.concatenate([factor * sizes, sizes / 3])
        on_phase[:, x] = summed(phase, weights, counts)
    installed = np.tensordot(sizes, single, axes=1)
    third = of_balanced[:, None] / 3
    even = installed * share_of(together - of_balanced, installed.sum(axis=1))[:, None]
    on_phase = np.maximum(on_phase, third + even)
    return KindDemand(
        single_rows=of_kind & ~table.balanced,
        balanced_rows=of_kind & table.balanced,
        single=installed,
        balanced_power=sizes @ balanced,
        balanced=of_balanced,
        by_phase=np.clip(on_phase, third, third + installed),
        total=together,
        tan_phi=float(table.tan_phi[of_kind][0]),
    )


def share_of(part: Floats, whole: Floats) -> Floats:
    """Return part over whole, 0 where there is nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, 0.0)


def _by_size(diversified: Floats, sizes: Floats, counts: Floats) -> Floats:
    """Return the demand of units counted from the largest size down, shape (n_sets,)."""
    order = np.argsort(-sizes, kind="stable")
    n_so_far = np.rint(np.cumsum(counts[order], axis=0)).astype(np.int64)
    grown = np.diff(diversified[n_so_far], axis=0, prepend=0.0)
    return np.asarray(sizes[order] @ grown)


def _by_count(diversified: Floats, sizes: Floats, counts: Floats) -> Floats:
    """Return installed power times the factor for the number of units, shape (n_sets,)."""
    n = np.rint(counts.sum(axis=0)).astype(np.int64)
    return np.asarray((sizes @ counts) * diversified[n] / np.maximum(n, 1))
