"""Compounds side by side: one network, one table of load groups, the pack of each compound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar, cast

import numpy as np

from gridcalc.checks.case import short_circuit_rules
from gridcalc.city.batch.devices import Devices
from gridcalc.city.batch.parts import Groups, Part
from gridcalc.demand.diversity import GroupTable
from gridcalc.demand.levels import BOX, FEEDER, STATION
from gridcalc.demand.many import CountRule, ManyGroups, Sets, calibrated, count_rule, counts_of
from gridcalc.demand.many_build_out import BuildOut, build_out_of
from gridcalc.demand.many_records import Counts
from gridcalc.demand.rules import diversity_of
from gridcalc.network.arrays import Floats, Ints
from gridcalc.network.joining import first_nodes, joined
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.radial_states import Forest, forest_of, no_load
from gridcalc.powerflow.short_circuit import ShortCircuit, short_circuit

Found = TypeVar("Found")

_ALWAYS = (STATION, FEEDER, BOX)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """Compounds side by side; elements stand compound by compound.

    Attributes
    ----------
    policies, pack
        Packs, and which of them judges each compound; shape (n_compounds,).
    first_cable, first_trafo, first_source, first_node
        First element of each compound and, at the end, how many there are.
    group_node, group_transformer
        Of each load group, in the whole.
    level_names
        Levels that any of them has, the station first.
    cable_level
        Index of the level that judges each cable.
    grade
        Supply grade of each load group.
    devices
        Of all; those of the cables come first, then those of the transformers.
    short_circuit
        Fault levels at every node.
    start
        Voltages without load at the sources' peak voltage.
    memo
        What was found for this field before; a changed field begins anew.
    """

    policies: tuple[PolicyPack, ...]
    pack: Ints
    parts: Sequence[Part]
    forest: Forest
    groups: ManyGroups
    first_node: Ints
    first_cable: Ints
    first_trafo: Ints
    first_source: Ints
    group_node: Ints
    group_transformer: Ints
    level_names: tuple[str, ...]
    cable_level: Ints
    grade: Ints
    devices: Devices
    short_circuit: ShortCircuit
    start: Floats
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def n_compounds(self) -> int:
        """Number of compounds."""
        return len(self.parts)

    @property
    def policy(self) -> PolicyPack:
        """The pack of compounds that are under one and the same."""
        (policy,) = self.policies
        return policy

    def once(self, name: str, find: Callable[[], Found]) -> Found:
        """Return what a name stands for, found now if it is new."""
        if name not in self.memo:
            self.memo[name] = find()
        return cast("Found", self.memo[name])

    def order(self, kind: str) -> BuildOut:
        """Return in which order the units of a kind are added."""
        return self.once(f"order of {kind}", lambda: build_out_of(self.groups, kind))

    def number(self, rule: str) -> Floats:
        """Return the value of a rule for each compound, shape (n_compounds,)."""
        return self.once(
            rule, lambda: np.array([row.number(rule) for row in self.policies])[self.pack]
        )

    @property
    def of_cable(self) -> Ints:
        """Compound of each cable, shape (n_cables,)."""
        return self.once("of cable", lambda: owner(self.first_cable))

    @property
    def of_trafo(self) -> Ints:
        """Compound of each transformer, shape (n_transformers,)."""
        return self.once("of trafo", lambda: owner(self.first_trafo))

    @property
    def of_source(self) -> Ints:
        """Compound of each source, shape (n_sources,)."""
        return self.once("of source", lambda: owner(self.first_source))

    @property
    def of_node(self) -> Ints:
        """Compound of each node, shape (n_nodes,)."""
        return self.once("of node", lambda: owner(self.first_node))

    @property
    def count_rule(self) -> CountRule:
        """Load groups made ready for the count rule."""
        return self.once("count rule", lambda: count_rule(self.groups))


def owner(first: Ints) -> Ints:
    """Return the compound of each element from where those of each begin.

    Examples
    --------
    >>> owner(np.array([0, 2, 2, 3])).tolist()
    [0, 0, 2]
    """
    return np.repeat(np.arange(len(first) - 1), np.diff(first))


def field_of(parts: Sequence[Part], policy: PolicyPack) -> Field:
    """Return compounds under one pack side by side.

    Parameters
    ----------
    parts
        At least one.
    policy
        The pack.
    """
    return field_under(parts, [policy] * len(parts))


def field_under(parts: Sequence[Part], policies: Sequence[PolicyPack]) -> Field:
    """Return compounds side by side.

    Parameters
    ----------
    parts
        At least one.
    policies
        Pack of each.
    """
    peaks = np.concatenate([part.metered_peak_kw for part in parts])
    distinct = {id(policy): policy for policy in policies}
    place = {key: k for k, key in enumerate(distinct)}
    pack = np.array([place[id(policy)] for policy in policies], dtype=np.int64)
    bare = _uncalibrated(parts, tuple(distinct.values()), pack, _level_names(parts))
    return replace(
        bare,
        groups=calibrated(bare.groups, peaks),
        short_circuit=_fault_levels(bare),
    )


def _fault_levels(bare: Field) -> ShortCircuit:
    """Return the fault levels by the rules of each compound's pack; most packs have the same."""
    rules = [short_circuit_rules(policy) for policy in bare.policies]
    network, find = bare.forest.network, bare.forest.fault_impedance
    found = {row: short_circuit(network, row, find=find) for row in dict.fromkeys(rules)}
    first, *others = found
    columns = {}
    for one in fields(ShortCircuit):
        values = getattr(found[first], one.name)
        for row in others:
            of_rules = np.array([own == row for own in rules])[bare.pack]
            values = np.where(of_rules[bare.of_node], getattr(found[row], one.name), values)
        columns[one.name] = values
    return ShortCircuit(**columns)


def _uncalibrated(
    parts: Sequence[Part],
    policies: tuple[PolicyPack, ...],
    pack: Ints,
    level_names: tuple[str, ...],
) -> Field:
    """Return a field whose loads are not yet scaled to metered ones, without fault levels."""
    networks = [part.network for part in parts]
    network, first_node = joined(networks), first_nodes(networks)
    first_cable = _first([len(net.cables.ids) for net in networks])
    first_trafo = _first([len(net.transformers.ids) for net in networks])
    forest = forest_of(network, first_node)
    groups = _joined_groups(parts, first_node, first_trafo)
    index = {name: k for k, name in enumerate(level_names)}
    none = np.zeros(0)
    return Field(
        policies=policies,
        pack=pack,
        parts=parts,
        forest=forest,
        groups=_many_groups(parts, groups, first_trafo, level_names, (policies, pack)),
        first_node=first_node,
        first_cable=first_cable,
        first_trafo=first_trafo,
        first_source=_first([len(net.sources.ids) for net in networks]),
        group_node=groups.node,
        group_transformer=groups.transformer,
        level_names=level_names,
        cable_level=np.array(
            [index[name] for part in parts for name in part.cable_level], dtype=np.int64
        ),
        grade=groups.grade,
        devices=_joined_devices(parts, first_node, first_cable, first_trafo),
        short_circuit=ShortCircuit(
            ik3_max_ka=none, ip_max_ka=none, ik3_min_ka=none, ik1_min_ka=none
        ),
        start=no_load(forest, network.sources.vm_peak_pu),
    )


def _first(counts: Sequence[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _level_names(parts: Sequence[Part]) -> tuple[str, ...]:
    names = {name for part in parts for name in part.levels}
    between = sorted(names.difference(_ALWAYS))
    return (STATION, FEEDER, *between, BOX)


def _joined_groups(parts: Sequence[Part], first_node: Ints, first_trafo: Ints) -> Groups:
    moves = {"node": first_node, "transformer": first_trafo}
    columns = {}
    for one in fields(Groups):
        values = [getattr(part.groups, one.name) for part in parts]
        if one.name in moves:
            values = [v + a for v, a in zip(values, moves[one.name][:-1], strict=True)]
        columns[one.name] = np.concatenate(values)
    return Groups(**columns)


def _many_groups(
    parts: Sequence[Part],
    groups: Groups,
    first_trafo: Ints,
    level_names: Sequence[str],
    packs: tuple[tuple[PolicyPack, ...], Ints],
) -> ManyGroups:
    n_of = [len(part.groups.kind) for part in parts]
    compound = np.repeat(np.arange(len(parts)), n_of)
    n_units = np.bincount(compound, weights=groups.total.sum(axis=1), minlength=len(parts))
    n_max = 1 << int(n_units.max(initial=1)).bit_length()
    power_factor = groups.power_factor
    table = GroupTable(
        kind=groups.kind,
        p_unit_kw=groups.p_unit_kw,
        tan_phi=np.sqrt(1 - power_factor**2) / power_factor,
        demand_factor=groups.demand_factor,
        balanced=groups.balanced,
    )
    return ManyGroups(
        table=table,
        total=groups.total,
        today=groups.today,
        start=groups.start,
        compound=compound,
        pack=packs[1],
        transformer_compound=owner(first_trafo),
        levels={name: _sets(parts, name, first_trafo) for name in level_names},
        station=_counts(packs[0], "household.factor_rule_set", n_max),
        cables=_counts(packs[0], "household.cable_factor_rule_set", n_max),
        metered_scale=np.ones(int(first_trafo[-1])),
    )


def _counts(policies: Sequence[PolicyPack], rule: str, n_max: int) -> Counts:
    return counts_of([diversity_of(row, row.text(rule), n_max) for row in policies], n_max)


def _sets(parts: Sequence[Part], name: str, first_trafo: Ints) -> Sets:
    """Return the sets of a level; a compound without the level has its boxes there."""
    own = [part.levels.get(name, part.levels[BOX]) for part in parts]
    first = _first([len(transformer) for _, transformer in own])
    return Sets(
        member=np.concatenate([m + a for (m, _), a in zip(own, first[:-1], strict=True)]),
        transformer=np.concatenate(
            [t + a for (_, t), a in zip(own, first_trafo[:-1], strict=True)]
        ),
    )


def _joined_devices(
    parts: Sequence[Part], first_node: Ints, first_cable: Ints, first_trafo: Ints
) -> Devices:
    all_cables = int(first_cable[-1])

    def halves(name: str) -> Floats:
        columns = [getattr(part.devices, name) for part in parts]
        n_of = [len(part.cable_level) for part in parts]
        pairs = list(zip(columns, n_of, strict=True))
        return np.concatenate([*(c[:n] for c, n in pairs), *(c[n:] for c, n in pairs)])

    def side_by_side(name: str) -> Floats:
        return np.concatenate([getattr(part.devices, name) for part in parts])

    guards = []
    for i, part in enumerate(parts):
        guard, n = part.devices.guard, len(part.cable_level)
        of_trafo = guard - n + all_cables + first_trafo[i]
        moved = np.where(guard < n, guard + first_cable[i], of_trafo)
        guards.append(np.where(guard < 0, -1, moved))
    nodes = [part.devices.rmu_node + first_node[i] for i, part in enumerate(parts)]
    return Devices(
        in_a=halves("in_a"),
        i_trip_a=halves("i_trip_a"),
        breaking_ka=halves("breaking_ka"),
        clearing_s=side_by_side("clearing_s"),
        area_mm2=side_by_side("area_mm2"),
        thermal_k=side_by_side("thermal_k"),
        guard=np.concatenate(guards),
        rmu_node=np.concatenate(nodes),
        rmu_ka=side_by_side("rmu_ka"),
    )
