"""Protective devices as arrays, and which device guards each node."""

from dataclasses import dataclass

import numpy as np

from gridcalc.catalogue import Catalogue
from gridcalc.checks.cable import clearing_s
from gridcalc.checks.facts import guards_of
from gridcalc.compound.model import Compound
from gridcalc.compound.topology import LvTopology
from gridcalc.network.arrays import Floats, Ints, Network
from gridcalc.policy import PolicyPack
from gridcalc.standards.thermal_withstand import thermal_k
from gridcalc.units import VN_MV_KV

NOT_GIVEN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Devices:
    """Devices of the cables, then of the transformers; NaN where there is none or no value.

    Attributes
    ----------
    in_a, i_trip_a, breaking_ka
        Shape (n_cables + n_transformers,). [A, A, kA]
    clearing_s
        Longest time a fault at each cable lasts, defaults filled in. [s], shape (n_cables,)
    area_mm2, thermal_k
        Of each cable. [mm2, A·√s/mm2], shape (n_cables,)
    guard
        Device that guards each node, -1 for none; shape (n_nodes,).
    rmu_node, rmu_ka
        Node and short-time rating of each RMU. [kA]
    """

    in_a: Floats
    i_trip_a: Floats
    breaking_ka: Floats
    clearing_s: Floats
    area_mm2: Floats
    thermal_k: Floats
    guard: Ints
    rmu_node: Ints
    rmu_ka: Floats


def devices_of(
    compound: Compound,
    topology: LvTopology,
    network: Network,
    catalogue: Catalogue,
    policy: PolicyPack,
) -> Devices:
    """Return the devices of a compound as arrays."""
    cables, trafos = network.cables, network.transformers
    place = {name: k for k, name in enumerate((*cables.ids, *trafos.ids))}
    columns = np.full((4, len(place)), NOT_GIVEN)
    for device in compound.protection:
        given = (device.in_a, device.i_trip_a, device.breaking_ka, device.clearing_s)
        columns[:, place[device.element]] = [NOT_GIVEN if x is None else x for x in given]
    types = [catalogue.cables[name] for name in cables.types]
    is_mv = network.vn_kv[cables.from_node] >= VN_MV_KV
    mv_s, lv_s = policy.number("mv.fault_clearing_s"), policy.number("lv.fault_clearing_s")
    default_s = dict(zip(cables.ids, np.where(is_mv, mv_s, lv_s).tolist(), strict=True))
    devices = {device.element: device for device in compound.protection}
    clears = guards_of(devices, topology, cables.ids)
    index = network.node_index()
    return Devices(
        in_a=columns[0],
        i_trip_a=columns[1],
        breaking_ka=columns[2],
        clearing_s=np.array(
            [clearing_s(name, clears.get(name), t_s) for name, t_s in default_s.items()],
            dtype=np.float64,
        ),
        area_mm2=np.array([row.area_mm2 for row in types], dtype=np.float64),
        thermal_k=np.array(
            [thermal_k(conductor=r.conductor, insulation=r.insulation).value for r in types],
            dtype=np.float64,
        ),
        guard=_guards(topology, network, place, columns[0]),
        rmu_node=np.array([index[row.id] for row in compound.rmus], dtype=np.int64),
        rmu_ka=np.array(
            [catalogue.rmus[row.type].max_i_sc_ka for row in compound.rmus], dtype=np.float64
        ),
    )


def _guards(topology: LvTopology, network: Network, place: dict[str, int], in_a: Floats) -> Ints:
    """Return what guards each LV node; see ``checks.protection``."""
    index = network.node_index()
    guard = np.full(network.n_nodes, -1, dtype=np.int64)
    for row in topology.places:
        behind = [name for name in row.path if not np.isnan(in_a[place[name]])]
        has_main = not np.isnan(in_a[place[row.transformer]])
        if behind:
            guard[index[row.id]] = place[behind[-1]]
        elif row.path and not has_main:
            guard[index[row.id]] = place[row.feeder]
        elif has_main:
            guard[index[row.id]] = place[row.transformer]
    return guard
