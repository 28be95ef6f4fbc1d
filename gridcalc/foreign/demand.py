"""What chargers and sockets draw in a foreign network, with the factor of each level.

Given loads are a state: they stand as they are at every level and have no factor of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.demand.diversity import Diversity, GroupTable, group_table
from gridcalc.demand.factor import demand_kw, units_per_phase
from gridcalc.demand.groups import KINDS, LoadGroup
from gridcalc.demand.rules import diversity_of
from gridcalc.foreign.areas import NOWHERE, Areas
from gridcalc.foreign.records import Load
from gridcalc.foreign.units import unit_groups
from gridcalc.network.arrays import Floats, Ints
from gridcalc.network.foreign_net import Complexes, given_kva
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.policy import PolicyPack
from gridcalc.units import N_PHASES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForeignDemand:
    """Units that may be added, and what is there already.

    Attributes
    ----------
    groups
        Units of one kind at one load.
    bus
        Bus of each row of ``table``, shape (n_rows,); groups first, then given loads.
    table
        Groups and given loads as arrays.
    given
        Given load of each bus and phase. [kVA], complex, shape (n_buses, 3)
    diversity
        Diversified counts.
    areas
        Low-voltage areas and their feeders.
    """

    groups: tuple[LoadGroup, ...]
    bus: Ints
    table: GroupTable
    given: Complexes
    diversity: Diversity
    areas: Areas

    @property
    def n_groups(self) -> int:
        """Number of groups of units."""
        return len(self.groups)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AddedLoads:
    """Added load of each level. [kVA], complex.

    ``station`` and ``feeder`` are per bus, shape (n_buses, 3); ``own`` is what all units behind
    each line of a radial area draw with the factor for their own number, shape (n_lines, 3).
    """

    station: Complexes
    feeder: Complexes
    own: Complexes


def foreign_demand(
    tables: ForeignTables, loads: Sequence[Load], areas: Areas, policy: PolicyPack
) -> ForeignDemand:
    """Return the units of a network and its given load, ready for the factor method."""
    groups, buses = unit_groups(loads, areas, policy)
    given = given_kva(tables)
    at = np.flatnonzero((areas.of_bus != NOWHERE) & np.any(given != 0, axis=1))
    n_max = max(1, sum(group.n_total for group in groups))
    return ForeignDemand(
        groups=groups,
        bus=np.concatenate([np.array(buses, dtype=np.int64), at]),
        table=_table(groups, given[at]),
        given=given,
        diversity=diversity_of(policy, policy.text("household.factor_rule_set"), n_max),
        areas=areas,
    )


def _table(groups: tuple[LoadGroup, ...], given: Complexes) -> GroupTable:
    """Return groups and given loads; a given load is a common load of 1 kW units."""
    own = group_table(groups)
    total = given.sum(axis=1)
    n = len(given)
    ratio = np.zeros(n)
    np.divide(total.imag, total.real, out=ratio, where=total.real != 0)
    return GroupTable(
        kind=np.concatenate([own.kind, np.full(n, KINDS.index("public_load"))]),
        p_unit_kw=np.concatenate([own.p_unit_kw, np.ones(n)]),
        tan_phi=np.concatenate([own.tan_phi, ratio]),
        demand_factor=np.concatenate([own.demand_factor, np.ones(n)]),
        balanced=np.concatenate([own.balanced, np.zeros(n, dtype=bool)]),
    )


def added_loads(model: ForeignDemand, n_units: Ints) -> AddedLoads:
    """Return what some units of each group draw at every level.

    Parameters
    ----------
    model
        The network's units.
    n_units
        Units in use of each group, shape (n_groups,).
    """
    given = model.given[model.bus[model.n_groups :]].real
    units = np.concatenate([units_per_phase(model.groups, n_units), given])
    areas = model.areas
    area = _numbered(areas.of_bus[model.bus])
    set_of = _feeder_sets(areas, model.bus)
    area_of_set = area[np.unique(set_of, return_index=True)[1]]
    n_areas = int(area.max(initial=-1)) + 1
    station, of_area = demand_kw(
        model.table, units, area, model.diversity, np.arange(n_areas) % N_PHASES
    )
    tie = (of_area[area_of_set] + _turn(area_of_set)) % N_PHASES
    feeder, critical = demand_kw(model.table, units, set_of, model.diversity, tie)
    return AddedLoads(
        station=_by_bus(model, station),
        feeder=_by_bus(model, feeder),
        own=_own(model, units, critical[set_of]),
    )


def _numbered(keys: Ints) -> Ints:
    """Return keys as numbers from 0 without gaps, in their order."""
    return np.asarray(np.unique(keys, return_inverse=True)[1], dtype=np.int64)


def _feeder_sets(areas: Areas, bus: Ints) -> Ints:
    """Return the feeder of each row, numbered from 0.

    Loads at a board are a set of their own; an area that is not radial is one set.
    """
    radial = np.array([area.radial for area in areas.areas], dtype=bool)
    area, first = areas.of_bus[bus], areas.first_line[bus]
    at_board = (first == NOWHERE) & radial[area]
    key = np.where(at_board, -2 - bus, first)
    n_keys = int(key.max(initial=0) - key.min(initial=0)) + 1
    return _numbered(area * n_keys + key - key.min(initial=0))


def _turn(area_of_set: Ints) -> Ints:
    """Return the position of each set among those of its area."""
    turn = np.zeros(len(area_of_set), dtype=np.int64)
    for area in np.unique(area_of_set):
        mine = area_of_set == area
        turn[mine] = np.arange(int(mine.sum()))
    return turn


def _by_bus(model: ForeignDemand, p_kw: Floats) -> Complexes:
    """Return the added load of each bus and phase. [kVA]."""
    n = model.n_groups
    found = np.zeros(model.given.shape, dtype=np.complex128)
    np.add.at(found, model.bus[:n], p_kw[:n] * (1 + 1j * model.table.tan_phi[:n, None]))
    return found


def _own(model: ForeignDemand, units: Floats, critical: Ints) -> Complexes:
    """Return what all units behind each line draw with the factor for their number. [kVA]."""
    found = np.zeros((len(model.areas.child), N_PHASES), dtype=np.complex128)
    above = [model.areas.lines_above(int(bus)) for bus in model.bus]
    row = np.repeat(np.arange(len(above)), [len(lines) for lines in above])
    line = np.array([k for lines in above for k in lines], dtype=np.int64)
    if not len(line):
        return found
    keys, first, member = np.unique(line, return_index=True, return_inverse=True)
    table = model.table
    pairs = GroupTable(
        kind=table.kind[row],
        p_unit_kw=table.p_unit_kw[row],
        tan_phi=table.tan_phi[row],
        demand_factor=table.demand_factor[row],
        balanced=table.balanced[row],
    )
    tie = critical[row[first]]
    p_kw, _ = demand_kw(pairs, units[row], member, model.diversity, tie)
    added = row < model.n_groups
    s_kva = p_kw[added] * (1 + 1j * table.tan_phi[row[added], None])
    of_set = np.zeros((len(keys), N_PHASES), dtype=np.complex128)
    np.add.at(of_set, member[added], s_kva)
    found[keys] = of_set
    return found


def behind(areas: Areas, by_bus: Complexes) -> Complexes:
    """Return the sum of a load per bus behind each line of the radial areas.

    Zero for other lines. [kVA], complex, shape (n_lines, 3)
    """
    found = np.zeros((len(areas.child), N_PHASES), dtype=np.complex128)
    for bus in np.flatnonzero(np.any(by_bus != 0, axis=1)).tolist():
        found[list(areas.lines_above(bus))] += by_bus[bus]
    return found
