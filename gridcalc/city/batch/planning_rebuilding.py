"""A compound drawn anew where feeders went over to other units; its LV side stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gridcalc.city.batch.devices import Devices
from gridcalc.city.batch.parts import Groups, Part, part_of
from gridcalc.city.batch.planning_records import Tools, Transfer
from gridcalc.compound.model import Compound, lv_board
from gridcalc.demand.groups import KINDS
from gridcalc.demand.levels import STATION
from gridcalc.network.arrays import Cables, Floats, Ints, Network
from gridcalc.units import VN_LV_KV, VN_MV_KV
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.measures import MoveFeeder

_LOADS = ("households", "private_bays", "public_bays", "ebikes", "public_loads")
_METERED = "metered"


def with_transfers(part: Part, stub: Compound, units: Sequence[Transfer], tools: Tools) -> Part:
    """Return a compound as arrays after whole feeders went over to other units.

    Parameters
    ----------
    part
        Before.
    stub
        Its records, with at least the first cable of every feeder.
    units
        New units and moves, each after the ones before it.
    tools
        Equipment and pack.
    """
    after = apply(stub, units, catalogue=tools.catalogue)
    if part.compound.lv_cables:
        return part_of(after, catalogue=tools.catalogue, policy=tools.policy)
    names = {unit.id for unit in after.transformers}
    bare: dict[str, object] = dict.fromkeys((*_LOADS, _METERED, "lv_cables"), ())
    mains = tuple(row for row in after.protection if row.element in names)
    frame = part_of(
        after.model_copy(update={**bare, "protection": mains}),
        catalogue=tools.catalogue,
        policy=tools.policy,
    )
    return _Rebuilt.of(part, frame, units).part()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rebuilt:
    """Where the LV side of a compound stands below other boards.

    Attributes
    ----------
    lv
        LV cables of the compound before.
    node
        New position of each LV node, shape (n_nodes,); -1 for those of the 10 kV side.
    unit
        New transformer of each node, shape (n_nodes,).
    """

    old: Part
    frame: Part
    lv: Ints
    node: Ints
    unit: Ints
    moved: Mapping[str, int]

    @classmethod
    def of(cls, old: Part, frame: Part, units: Sequence[Transfer]) -> "_Rebuilt":
        network = old.network
        is_lv = network.vn_kv < VN_MV_KV
        is_board = np.zeros(network.n_nodes, dtype=bool)
        is_board[network.transformers.lv_node] = True
        names = {name: k for k, name in enumerate(frame.network.transformers.ids)}
        boards = {node: k for k, node in enumerate(frame.network.node_ids)}
        place = np.full(network.n_nodes, -1, dtype=np.int64)
        rest = np.flatnonzero(is_lv & ~is_board)
        place[rest] = frame.network.n_nodes + np.arange(len(rest))
        for name, node in zip(network.transformers.ids, network.transformers.lv_node, strict=True):
            place[node] = boards[lv_board(name)]
        moved = {}
        for row in units:
            if isinstance(row, MoveFeeder):
                moved[row.feeder] = names[row.transformer]
            else:
                moved.update(dict.fromkeys(row.feeders, names[row.transformer_id]))
        lv = np.flatnonzero(is_lv[network.cables.from_node])
        return cls(
            old=old,
            frame=frame,
            lv=lv,
            node=place,
            unit=_unit_of_node(network, lv, names, moved),
            moved=moved,
        )

    def part(self) -> Part:
        """Return the compound as arrays."""
        old, frame = self.old, self.frame
        kept = {name: getattr(old.compound, name) for name in _LOADS}
        network, groups = self._network(), self._groups()
        return replace(
            old,
            compound=frame.compound.model_copy(update=kept),
            topology=frame.topology,
            network=network,
            groups=groups,
            levels=self._levels(groups),
            cable_level=[*frame.cable_level, *(old.cable_level[k] for k in self.lv.tolist())],
            devices=self._devices(network.n_nodes),
            metered_peak_kw=self._metered_kw(),
            station=frame.station,
            common_node=self.node[old.common_node],
            rings=frame.rings,
        )

    def _network(self) -> Network:
        old, frame = self.old.network, self.frame.network
        rest = np.flatnonzero(self.node >= frame.n_nodes)
        return Network(
            node_ids=(*frame.node_ids, *(old.node_ids[k] for k in rest.tolist())),
            vn_kv=np.concatenate([frame.vn_kv, np.full(len(rest), VN_LV_KV)]),
            sources=frame.sources,
            cables=self._cables(),
            transformers=frame.transformers,
        )

    def _cables(self) -> Cables:
        old, frame = self.old.network.cables, self.frame.network
        start = self.node[old.from_node[self.lv]]
        position = {old.ids[k]: j for j, k in enumerate(self.lv.tolist())}
        for feeder, unit in self.moved.items():
            start[position[feeder]] = frame.transformers.lv_node[unit]
        columns: dict[str, Any] = {}
        for name in Cables.__dataclass_fields__:
            mine, own = getattr(frame.cables, name), getattr(old, name)
            if isinstance(own, tuple):
                columns[name] = (*mine, *(own[k] for k in self.lv.tolist()))
            else:
                columns[name] = np.concatenate([mine, own[self.lv]])
        first = len(frame.cables.ids)
        columns["from_node"][first:] = start
        columns["to_node"][first:] = self.node[old.to_node[self.lv]]
        return Cables(**columns)

    def _groups(self) -> Groups:
        groups = self.old.groups
        return replace(groups, node=self.node[groups.node], transformer=self.unit[groups.node])

    def _levels(self, groups: Groups) -> dict[str, tuple[Ints, Ints]]:
        found = {}
        for name, (member, unit) in self.old.levels.items():
            if name == STATION:
                units, member_of = np.unique(groups.transformer, return_inverse=True)
                found[name] = (member_of.astype(np.int64), units)
                continue
            above = np.zeros(len(unit), dtype=np.int64)
            above[member] = groups.transformer
            found[name] = (member, above)
        return found

    def _devices(self, n_nodes: int) -> Devices:
        old, frame = self.old.devices, self.frame.devices
        n_old, n_mv = len(self.old.network.cables.ids), len(self.frame.network.cables.ids)
        n_all = n_mv + len(self.lv)

        def column(name: str) -> Floats:
            mine, own = getattr(frame, name), getattr(old, name)
            return np.concatenate([mine[:n_mv], own[self.lv], mine[n_mv:]])

        position = np.full(n_old, -1, dtype=np.int64)
        position[self.lv] = n_mv + np.arange(len(self.lv))
        guard = np.full(n_nodes, -1, dtype=np.int64)
        mains = np.flatnonzero(frame.guard >= n_mv)
        guard[mains] = frame.guard[mains] - n_mv + n_all
        rest = np.flatnonzero(self.node >= self.frame.network.n_nodes)
        before = old.guard[rest]
        by_cable = position[np.clip(before, 0, n_old - 1)]
        by_unit = n_all + self.unit[rest]
        guard[self.node[rest]] = np.where(
            before < 0, -1, np.where(before < n_old, by_cable, by_unit)
        )
        return Devices(
            in_a=column("in_a"),
            i_trip_a=column("i_trip_a"),
            breaking_ka=column("breaking_ka"),
            clearing_s=np.concatenate([frame.clearing_s, old.clearing_s[self.lv]]),
            area_mm2=np.concatenate([frame.area_mm2, old.area_mm2[self.lv]]),
            thermal_k=np.concatenate([frame.thermal_k, old.thermal_k[self.lv]]),
            guard=guard,
            rmu_node=frame.rmu_node,
            rmu_ka=frame.rmu_ka,
        )

    def _metered_kw(self) -> Floats:
        """Return the metered peaks, divided as the flats are; see ``metering.metered_after``."""
        old, groups = self.old, self.old.groups
        names = list(self.frame.network.transformers.ids)
        before = np.array([names.index(name) for name in old.network.transformers.ids])
        flats = np.where(groups.kind == KINDS.index("household"), groups.total.sum(axis=1), 0)
        table = np.zeros((len(before), len(names)))
        np.add.at(table, (groups.transformer, self.unit[groups.node]), flats)
        own = table.sum(axis=1, keepdims=True)
        stays = np.zeros_like(table)
        stays[np.arange(len(before)), before] = 1.0
        share = np.where(own > 0, table / np.where(own > 0, own, 1.0), stays)
        peaks = old.metered_peak_kw
        given = ~np.isnan(peaks)
        found = np.where(given, peaks, 0.0) @ share
        is_known = np.asarray(np.any((share > 0) & given[:, None], axis=0))
        is_partly = np.asarray(np.any((table > 0) & ~given[:, None], axis=0))
        return np.where(is_known & ~is_partly, found, np.nan)


def _unit_of_node(
    network: Network, lv: Ints, names: Mapping[str, int], moved: Mapping[str, int]
) -> Ints:
    """Return the new transformer of every LV node."""
    unit = np.full(network.n_nodes, -1, dtype=np.int64)
    for name, node in zip(network.transformers.ids, network.transformers.lv_node, strict=True):
        unit[node] = names[name]
    cables = network.cables
    start, end = cables.from_node[lv], cables.to_node[lv]
    taken = np.array([moved.get(cables.ids[k], -1) for k in lv.tolist()], dtype=np.int64)
    for _ in range(len(lv)):
        known = (unit[end] < 0) & (unit[start] >= 0)
        if not known.any():
            break
        above = np.where(taken >= 0, taken, unit[start])
        unit[end[known]] = above[known]
    return unit
