"""The factor method for many compounds at once: their load groups stand in one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from gridcalc.demand.design import BASE_KINDS
from gridcalc.demand.diversity import Bools, Diversity, Floats, GroupTable, Ints, Memo, sums
from gridcalc.demand.factor import demand_kw
from gridcalc.demand.groups import KINDS
from gridcalc.demand.levels import STATION
from gridcalc.demand.phases import GOLDEN
from gridcalc.units import N_PHASES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sets:
    """Which groups count together at a level; sets stand in the order of their compounds.

    Attributes
    ----------
    member
        Set of each group, shape (n_groups,).
    transformer
        Transformer above each set, shape (n_sets,).
    """

    member: Ints
    transformer: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManyGroups:
    """Load groups of many compounds under one policy pack, compound by compound.

    Attributes
    ----------
    table
        Kind, power and factors, as for one compound.
    total
        Units per phase at full build-out; of three-phase units all in the first column.
        Shape (n_groups, 3)
    today, start
        Units today, and the phase that gets the first one. Shape (n_groups,)
    compound
        Compound of each group, shape (n_groups,).
    transformer_compound
        Compound of each transformer, shape (n_transformers,).
    levels
        Sets by the name of the level, the station among them.
    station, cables
        Diversified counts for stations, and for everything below.
    metered_scale
        Factor on households and common loads of each transformer. [-], shape (n_transformers,)
    memo
        What was found for the last state.
    """

    table: GroupTable
    total: Ints
    today: Ints
    start: Ints
    compound: Ints
    transformer_compound: Ints
    levels: Mapping[str, Sets]
    station: Diversity
    cables: Diversity
    metered_scale: Floats
    memo: Memo = field(default_factory=dict, repr=False)

    @property
    def n_compounds(self) -> int:
        """Number of compounds."""
        return int(self.transformer_compound.max(initial=-1)) + 1

    @property
    def n_total(self) -> Ints:
        """Units of each group at full build-out, shape (n_groups,)."""
        return np.asarray(self.total[:, 0] + self.total[:, 1] + self.total[:, 2])

    def is_kind(self, kind: str) -> Bools:
        """Return which groups are of a kind."""
        return np.asarray(self.table.kind == KINDS.index(kind))


def first_units_of(total: Ints, start: Ints, n: Ints) -> Ints:
    """Return the phases of the first ``n`` units of each group; see ``phases.first_units``.

    Examples
    --------
    >>> first_units_of(np.array([[4, 1, 1]]), np.array([0]), np.array([4])).tolist()
    [[2, 1, 1]]
    """
    low = np.minimum(np.minimum(total[:, 0], total[:, 1]), total[:, 2])
    high = np.maximum(np.maximum(total[:, 0], total[:, 1]), total[:, 2])
    middle = total[:, 0] + total[:, 1] + total[:, 2] - low - high
    rounds = np.where(
        n <= 3 * low,
        n // 3,
        np.where(n <= low + 2 * middle, (n - low) // 2, n - low - middle),
    )
    taken = np.minimum(total, rounds[:, None])
    rest = n - (taken[:, 0] + taken[:, 1] + taken[:, 2])
    rows = np.arange(len(total))
    for i in range(N_PHASES):
        phase = (start + i) % N_PHASES
        more = (rest > 0) & (total[rows, phase] > taken[rows, phase])
        taken[rows[more], phase[more]] += 1
        rest = rest - more
    return taken


def units_per_phase(groups: ManyGroups, n_units: Ints) -> Floats:
    """Return the units per group and phase, shape (n_groups, 3); three-phase ones a third each."""
    n = np.minimum(n_units, groups.n_total)
    dealt = first_units_of(groups.total, groups.start, n).astype(np.float64)
    dealt[groups.table.balanced] = (n_units[groups.table.balanced] / N_PHASES)[:, None]
    return dealt


def level_demands(groups: ManyGroups, n_units: Ints) -> dict[str, Floats]:
    """Return the design demand of every group at every level. [kW], each (n_groups, 3).

    Parameters
    ----------
    groups
        Of the compounds.
    n_units
        Units of each group, shape (n_groups,).
    """
    table, per_phase = groups.table, units_per_phase(groups, n_units)
    start: Ints = np.zeros(groups.n_compounds, dtype=np.int64)
    _, top = demand_kw(table, per_phase, groups.compound, groups.station, start, groups.memo)
    station = groups.levels[STATION]
    above = groups.transformer_compound[station.transformer]
    tie = (top[above] + turn(above)) % N_PHASES
    p_kw, critical = demand_kw(table, per_phase, station.member, groups.station, tie, groups.memo)
    found = {STATION: p_kw}
    by_transformer = np.zeros(len(groups.transformer_compound), dtype=np.int64)
    by_transformer[station.transformer] = critical
    for name, sets in groups.levels.items():
        if name != STATION:
            tie = (by_transformer[sets.transformer] + turn(sets.transformer)) % N_PHASES
            found[name], _ = demand_kw(
                table, per_phase, sets.member, groups.cables, tie, groups.memo
            )
    scale = _scale(groups)[:, None]
    return {name: p_kw * scale for name, p_kw in found.items()}


def _scale(groups: ManyGroups) -> Floats:
    station = groups.levels[STATION]
    scale = groups.metered_scale[station.transformer[station.member]]
    return np.where(np.isin(groups.table.kind, BASE_KINDS), scale, 1.0)


def calibrated(groups: ManyGroups, metered_peak_kw: Floats) -> ManyGroups:
    """Return the groups scaled so that today's station demand meets the metered peaks.

    Parameters
    ----------
    groups
        With ``metered_scale`` all 1.
    metered_peak_kw
        Of each transformer, NaN where it is not metered. [kW], shape (n_transformers,)
    """
    if np.isnan(metered_peak_kw).all():
        return groups
    p_kw = level_demands(groups, groups.today)[STATION].sum(axis=1, keepdims=True)
    station = groups.levels[STATION]
    transformer = station.transformer[station.member]
    is_base = np.isin(groups.table.kind, BASE_KINDS)[:, None]
    n = len(metered_peak_kw)
    base = sums(transformer, p_kw * is_base, n)[:, 0]
    rest = sums(transformer, p_kw * ~is_base, n)[:, 0]
    has_base = ~np.isnan(metered_peak_kw) & (base > 0)
    wanted = np.maximum(metered_peak_kw - rest, 0.0)
    scale = np.where(has_base, wanted / np.where(has_base, base, 1.0), 1.0)
    return replace(groups, metered_scale=scale)


def turn(key: Ints) -> Ints:
    """Return the position of each entry among the entries before it that are equal.

    Examples
    --------
    >>> turn(np.array([4, 4, 7, 4])).tolist()
    [0, 1, 0, 2]
    """
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    first = np.searchsorted(ordered, ordered)
    found = np.empty(len(key), dtype=np.int64)
    found[order] = np.arange(len(key)) - first
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BuildOut:
    """In which order the units of one kind are added in each compound.

    Attributes
    ----------
    sequence
        Group of each unit that is not there today, compound by compound.
    first
        First entry of each compound in the sequence, and its length at the end.
    n_today, n_total
        Units of the kind per compound, today and in all. Shape (n_compounds,)
    rows
        Groups of the kind.
    """

    sequence: Ints
    first: Ints
    n_today: Ints
    n_total: Ints
    rows: Bools


def build_out_of(groups: ManyGroups, kind: str) -> BuildOut:
    """Return the order of ``phases.build_out`` for one kind in every compound."""
    rows = groups.is_kind(kind)
    at = np.flatnonzero(rows)
    compound, today = groups.compound[at], groups.today[at]
    total = groups.n_total[at]
    position = turn(compound)
    entry = np.repeat(np.arange(len(at)), total - today)
    rank = turn(entry) + today[entry]
    priority = (rank + 0.5) / total[entry]
    spread = np.mod(position[entry] * GOLDEN, 1.0)
    order = np.lexsort((spread, priority, compound[entry]))
    n = groups.n_compounds
    counts = np.bincount(compound[entry], minlength=n)
    return BuildOut(
        sequence=at[entry[order]],
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        n_today=np.bincount(compound, weights=today, minlength=n).astype(np.int64),
        n_total=np.bincount(compound, weights=total, minlength=n).astype(np.int64),
        rows=rows,
    )


def built_out(groups: ManyGroups, order: BuildOut, n_wanted: Ints) -> Ints:
    """Return the units of every group when each compound has some number of units of a kind.

    Parameters
    ----------
    groups
        Of the compounds.
    order
        Of the kind.
    n_wanted
        Units per compound; never fewer than today's. Shape (n_compounds,)
    """
    n_more = np.clip(n_wanted - order.n_today, 0, order.n_total - order.n_today)
    n_of = np.diff(order.first)
    place = np.arange(len(order.sequence)) - np.repeat(order.first[:-1], n_of)
    chosen = order.sequence[place < np.repeat(n_more, n_of)]
    return np.asarray(groups.today + np.bincount(chosen, minlength=len(groups.today)))
