"""One compound as arrays: what the batch of a city needs of it, read from its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import source_of_node
from gridcalc.checks.ring import RingState, open_ring_states
from gridcalc.city.batch.devices import Devices, devices_of
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.compound.topology import LvTopology, lv_topology
from gridcalc.demand.design import metered_peaks_kw
from gridcalc.demand.groups import KINDS, LoadGroup, load_groups
from gridcalc.demand.levels import STATION, levels
from gridcalc.demand.rules import unit_rules
from gridcalc.network.arrays import Bools, Floats, Ints, Network
from gridcalc.network.build import build_network
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.tree import is_radial


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Load groups in their order; shape (n_groups,), ``total`` (n_groups, 3).

    ``node`` and ``transformer`` are indices in the network of the compound.
    """

    node: Ints
    transformer: Ints
    kind: Ints
    p_unit_kw: Floats
    power_factor: Floats
    demand_factor: Floats
    balanced: Bools
    total: Ints
    today: Ints
    start: Ints
    grade: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One compound as arrays.

    Attributes
    ----------
    compound
        Records with gaps filled; of a drawn template those that are not arrays.
    network, groups
        Its elements and what draws power.
    levels
        By name: set of each group, and transformer of each set.
    cable_level
        Name of the level that judges each cable.
    devices
        Protective devices and the zones they guard.
    metered_peak_kw
        Of each transformer, NaN where not metered. [kW]
    station
        Substation of each transformer, in the order of the records.
    common_kw, common_node
        Common loads and their nodes: customers of their own.
    rings
        Open 10 kV rings that lost a source.
    """

    compound: Compound
    topology: LvTopology
    network: Network
    groups: Groups
    levels: Mapping[str, tuple[Ints, Ints]]
    cable_level: Sequence[str]
    devices: Devices
    metered_peak_kw: Floats
    station: Ints
    common_kw: Floats
    common_node: Ints
    rings: Sequence[RingState]


class NotRadialError(Exception):
    """A compound whose network is not radial; it is studied on its own."""


def part_of(compound: Compound, *, catalogue: Catalogue, policy: PolicyPack) -> Part:
    """Return a compound as arrays.

    Raises
    ------
    NotRadialError
        Its network has a closed ring.
    """
    full = resolve_defaults(compound, policy).compound
    network = build_network(
        full,
        catalogue=catalogue,
        conductor_celsius=policy.number("cable.conductor_celsius"),
        source_r_over_x=policy.number("mv.source_r_over_x"),
    )
    if not is_radial(network):
        raise NotRadialError(compound.id)
    topology = lv_topology(full)
    rows = load_groups(full, topology, unit_rules(full, policy))
    found = levels(topology, rows)
    cable_level = dict.fromkeys(network.cables.ids, STATION)
    for level in found:
        cable_level.update(dict.fromkeys(level.cables, level.name))
    index = network.node_index()
    peaks = metered_peaks_kw(full)
    stations = {
        unit.id: i for i, station in enumerate(full.substations) for unit in station.transformers
    }
    return Part(
        compound=full,
        topology=topology,
        network=network,
        groups=_groups(rows, topology, network),
        levels={level.name: (level.member, level.set_transformer) for level in found},
        cable_level=[cable_level[name] for name in network.cables.ids],
        devices=devices_of(full, topology, network, catalogue, policy),
        metered_peak_kw=np.array([peaks.get(name, np.nan) for name in network.transformers.ids]),
        station=np.array([stations[name] for name in network.transformers.ids], dtype=np.int64),
        common_kw=np.array([load.kw for load in full.public_loads], dtype=np.float64),
        common_node=np.array([index[load.node] for load in full.public_loads], dtype=np.int64),
        rings=open_ring_states(network, source_of_node(network)),
    )


def _groups(rows: Sequence[LoadGroup], topology: LvTopology, network: Network) -> Groups:
    index = network.node_index()
    position = {name: k for k, name in enumerate(network.transformers.ids)}
    above = {place.id: position[place.transformer] for place in topology.places}
    total = np.array([row.total for row in rows], dtype=np.int64).reshape(-1, 3)
    return Groups(
        node=np.array([index[row.node] for row in rows], dtype=np.int64),
        transformer=np.array([above[row.node] for row in rows], dtype=np.int64),
        kind=np.array([KINDS.index(row.kind) for row in rows], dtype=np.int64),
        p_unit_kw=np.array([row.p_unit_kw for row in rows], dtype=np.float64),
        power_factor=np.array([row.power_factor for row in rows], dtype=np.float64),
        demand_factor=np.array([row.demand_factor for row in rows], dtype=np.float64),
        balanced=np.array([row.balanced for row in rows], dtype=bool),
        total=total,
        today=np.array([row.today for row in rows], dtype=np.int64),
        start=np.array([max(row.start, 0) for row in rows], dtype=np.int64),
        grade=np.array([row.grade for row in rows], dtype=np.int64),
    )
