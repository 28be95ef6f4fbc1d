"""The factor method for many compounds at once: their load groups stand in one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gridcalc.demand.design import BASE_KINDS
from gridcalc.demand.diversity import Bools, Diversity, Floats, GroupTable, Ints, sums
from gridcalc.demand.groups import KINDS
from gridcalc.demand.levels import STATION
from gridcalc.demand.many_kernel import set_demands
from gridcalc.demand.many_records import Counts, Last, Members, Rows, room
from gridcalc.demand.many_rows import dealt_out
from gridcalc.units import N_PHASES

PUBLIC = KINDS.index("public_load")


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
    """Load groups of many compounds, compound by compound.

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
    pack
        Policy pack of each compound, as in ``station`` and ``cables``. Shape (n_compounds,)
    transformer_compound
        Compound of each transformer, shape (n_transformers,).
    levels
        Sets by the name of the level, the station among them.
    station, cables
        Diversified counts for stations, and for everything below.
    metered_scale
        Factor on households and common loads of each transformer. [-], shape (n_transformers,)
    """

    table: GroupTable
    total: Ints
    today: Ints
    start: Ints
    compound: Ints
    pack: Ints
    transformer_compound: Ints
    levels: Mapping[str, Sets]
    station: Counts
    cables: Counts
    metered_scale: Floats

    @property
    def n_compounds(self) -> int:
        """Number of compounds."""
        return len(self.pack)

    @property
    def n_total(self) -> Ints:
        """Units of each group at full build-out, shape (n_groups,)."""
        return np.asarray(self.total[:, 0] + self.total[:, 1] + self.total[:, 2])

    def is_kind(self, kind: str) -> Bools:
        """Return which groups are of a kind."""
        return np.asarray(self.table.kind == KINDS.index(kind))


def counts_of(packs: Sequence[Diversity], n_max: int) -> Counts:
    """Return the diversified counts of some packs side by side, for up to ``n_max`` units."""
    names, known = KINDS[:PUBLIC], slice(n_max + 1)
    return Counts(
        total=np.array([[row.total[name][known] for name in names] for row in packs]),
        phase=np.array([[row.phase[name][known] for name in names] for row in packs]),
        factor=np.array([[row.phase_factor[name] for name in names] for row in packs]),
    )


def first_units_of(total: Ints, start: Ints, n: Ints) -> Ints:
    """Return the phases of the first ``n`` units of each group; see ``phases.first_units``.

    Examples
    --------
    >>> first_units_of(np.array([[4, 1, 1]]), np.array([0]), np.array([4])).tolist()
    [[2, 1, 1]]
    """
    found = np.empty(total.shape)
    dealt_out(total, start, n, np.zeros(len(n), dtype=np.bool_), found)
    return found.astype(np.int64)


def units_per_phase(groups: ManyGroups, n_units: Ints) -> Floats:
    """Return the units per group and phase, shape (n_groups, 3); three-phase ones a third each."""
    found = np.empty(groups.total.shape)
    dealt_out(groups.total, groups.start, n_units, groups.table.balanced, found)
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Level:
    """The sets of a level, ready to be counted; ``turn`` is that among those of one unit."""

    name: str
    sets: Sets
    members: Members
    counts: Counts
    turn: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountRule:
    """Load groups made ready for the count rule, state by state.

    Attributes
    ----------
    groups
        Of the compounds.
    rows
        The groups for the compiled loops.
    whole, below
        The sets of the compounds, and of every level, the station first.
    scale
        Factor of the metered load on each group. [-], shape (n_groups, 1)
    n_sizes
        Different sizes of units.
    last
        The state that was asked for last, by level: most sets stay as they are from one state to
        the next. What is returned does not depend on it.
    """

    groups: ManyGroups
    rows: Rows
    whole: Members
    below: Sequence[_Level]
    scale: Floats
    n_sizes: int
    last: dict[str, Last] = field(default_factory=dict, repr=False)


def count_rule(groups: ManyGroups) -> CountRule:
    """Return load groups made ready, for those who ask for many states."""
    table = groups.table
    public = table.kind == PUBLIC
    stations = groups.levels[STATION]
    above = groups.transformer_compound[stations.transformer]
    levels = [
        _Level(
            name=STATION,
            sets=stations,
            members=_members(groups, stations.member, above),
            counts=groups.station,
            turn=turn(above),
        )
    ]
    for name, sets in groups.levels.items():
        if name != STATION:
            levels.append(
                _Level(
                    name=name,
                    sets=sets,
                    members=_members(
                        groups, sets.member, groups.transformer_compound[sets.transformer]
                    ),
                    counts=groups.cables,
                    turn=turn(sets.transformer),
                )
            )
    return CountRule(
        groups=groups,
        rows=Rows(
            kind=table.kind,
            p_unit_kw=table.p_unit_kw,
            weight_kw=table.p_unit_kw * np.where(public, table.demand_factor, 1.0),
            tan_phi=table.tan_phi,
            balanced=table.balanced,
        ),
        whole=_members(groups, groups.compound, np.arange(groups.n_compounds)),
        below=levels,
        scale=_scale(groups)[:, None],
        n_sizes=len(np.unique(table.p_unit_kw)),
    )


def _members(groups: ManyGroups, member: Ints, compound: Ints) -> Members:
    """Return the groups of each set, kind by kind in their order; sets know their compound."""
    n_of = np.bincount(member, minlength=len(compound))
    return Members(
        order=np.lexsort((groups.table.kind, member)),
        first=np.concatenate([[0], np.cumsum(n_of)]).astype(np.int64),
        pack=groups.pack[compound],
    )


def level_demands(rule: CountRule, n_units: Ints) -> dict[str, Floats]:
    """Return the design demand of every group at every level. [kW], each (n_groups, 3).

    Parameters
    ----------
    rule
        Of the compounds.
    n_units
        Units of each group, shape (n_groups,).
    """
    groups = rule.groups
    per_phase, space = units_per_phase(groups, n_units), room(rule.n_sizes)

    def counted(name: str, members: Members, counts: Counts, tie: Ints) -> Ints:
        last = rule.last.get(name) or _nothing(per_phase, tie)
        critical, p_kw = set_demands(rule.rows, per_phase, members, counts, tie, space, last)
        rule.last[name] = Last(units=per_phase, tie=tie, critical=critical, p_kw=p_kw)
        return critical

    critical = counted("", rule.whole, groups.station, np.zeros(groups.n_compounds, dtype=np.int64))
    of_unit = np.zeros(len(groups.transformer_compound), dtype=np.int64)
    for level in rule.below:
        unit = level.sets.transformer
        first = (
            critical[groups.transformer_compound[unit]] if level.name == STATION else of_unit[unit]
        )
        tie = (first + level.turn) % N_PHASES
        own = counted(level.name, level.members, level.counts, tie)
        if level.name == STATION:
            of_unit[unit] = own
    return {level.name: rule.last[level.name].p_kw * rule.scale for level in rule.below}


def _nothing(units: Floats, tie: Ints) -> Last:
    """Return a state that no other one is like."""
    none = np.full(units.shape, -1.0)
    return Last(units=none, tie=tie, critical=np.zeros_like(tie), p_kw=np.zeros(units.shape))


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
    p_kw = level_demands(count_rule(groups), groups.today)[STATION].sum(axis=1, keepdims=True)
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
