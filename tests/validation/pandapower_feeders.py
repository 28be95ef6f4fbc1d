"""Published feeders out of pandapower's collection, as arrays by the tests' own conversion.

Columns of the pandapower tables go straight into the records; ``network.pandapower_net`` is not
used. Where the two worlds differ:

Buses joined by closed switches are one node.

These transformers are Dyn1, a ``Network`` knows Dyn11. Terminals a, b, c carry A - C, B - A, C - B
in Dyn1 and A - B, B - C, C - A in Dyn11: Dyn1 is Dyn11 with terminals c, a, b turned over. So LV
loads change phases on the way in, and voltages change phases and sign on the way back. Nothing is
approximated, and HV phases keep their names.

A transformer of a ``Network`` has Z0 = Z1. The zero sequence T circuit of pandapower has a
magnetising branch of ``mag0_percent`` (100: as large as Z0, 1: a hundredth), which takes half to
nine tenths of Z0 away. It is either removed from the pandapower net or, as the one line behind
the transformer carries the same current, added to that line.

A ``Network`` holds the positive sequence voltage at its source; an impedance before it is a line.
"""

from copy import deepcopy
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from gridcalc.network.arrays import Cables, Network, PhaseLoads, Sources, Transformers
from gridcalc.network.day_loads import DayLoads

DYN1_TO_DYN11 = [1, 2, 0]  # column a of Dyn11 holds phase b of Dyn1, and so on
DYN11_TO_DYN1 = [2, 0, 1]
SHIFT_DYN1_DEGREE = 30.0
ANY_AMPACITY_A = 1e3
STIFF_MVA = 1e6
LV_BELOW_KV = 1.0
POWERS = ["p_a_mw", "p_b_mw", "p_c_mw", "q_a_mvar", "q_b_mvar", "q_c_mvar"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Feeder:
    """A net as gridcalc's records; ``node_of_bus`` and ``behind_dyn1`` serve the way back."""

    network: Network
    loads: PhaseLoads
    source_vm_pu: np.ndarray
    node_of_bus: np.ndarray
    behind_dyn1: np.ndarray

    def at_buses(self, v_pu: np.ndarray) -> np.ndarray:
        """Return voltages of the nodes, shape (..., n_nodes, 3), at buses and in Dyn1 phases."""
        renamed = -v_pu[..., DYN11_TO_DYN1]
        turned = np.where(self.behind_dyn1[:, None], renamed, v_pu)
        return turned[..., self.node_of_bus, :]


def feeder_of(net: Any) -> Feeder:
    """Return a pandapower net as a feeder; bus indices count from 0 without gaps."""
    assert list(net.bus.index) == list(range(len(net.bus)))
    node_of_bus, first_bus = _joined_buses(net)
    vn_kv = net.bus.vn_kv.to_numpy()[first_bus]
    network = Network(
        node_ids=tuple(str(net.bus.name[bus]) for bus in first_bus),
        vn_kv=vn_kv,
        sources=_sources(net, node_of_bus),
        cables=_cables(net, node_of_bus),
        transformers=_transformers(net, node_of_bus),
    )
    behind_dyn1 = vn_kv < LV_BELOW_KV
    p_q = _power_of_nodes(net, node_of_bus, len(first_bus))
    p_q[:, behind_dyn1] = p_q[:, behind_dyn1][..., DYN1_TO_DYN11]
    return Feeder(
        network=network,
        loads=PhaseLoads(p_kw=p_q[0], q_kvar=p_q[1]),
        source_vm_pu=net.ext_grid.vm_pu.to_numpy(),
        node_of_bus=node_of_bus,
        behind_dyn1=behind_dyn1,
    )


def _joined_buses(net: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the node of each bus and the first bus of each node."""
    first = np.arange(len(net.bus))
    for a, b, kind, closed in net.switch[["bus", "element", "et", "closed"]].to_numpy():
        assert kind == "b"
        assert closed
        first[first == first[b]] = first[a]
    first_bus, node_of_bus = np.unique(first, return_inverse=True)
    return node_of_bus, first_bus


def _power_of_nodes(net: Any, node_of_bus: np.ndarray, n_nodes: int) -> np.ndarray:
    """Return [kW] and [kvar], shape (2, n_nodes, 3); ``load`` is a third on each phase."""
    p_q = np.zeros((2, n_nodes, 3))
    for table, columns in (("asymmetric_load", POWERS), ("load", 3 * ["p_mw"] + 3 * ["q_mvar"])):
        rows = net[table]
        share = 1.0 if table == "asymmetric_load" else 1 / 3
        kilo = 1000 * share * rows[columns].to_numpy() * rows.scaling.to_numpy()[:, None]
        node = node_of_bus[rows.bus.to_numpy()]
        np.add.at(p_q[0], node, kilo[:, :3])
        np.add.at(p_q[1], node, kilo[:, 3:])
    return p_q


def _sources(net: Any, node_of_bus: np.ndarray) -> Sources:
    grid = net.ext_grid
    return Sources(
        ids=("grid",),
        node=node_of_bus[grid.bus.to_numpy()],
        vm_peak_pu=grid.vm_pu.to_numpy(),
        vm_low_load_pu=grid.vm_pu.to_numpy(),
        s_sc_max_mva=grid.s_sc_max_mva.to_numpy(),
        s_sc_min_mva=grid.s_sc_min_mva.to_numpy(),
        r_over_x=grid.rx_max.to_numpy(),
    )


def _cables(net: Any, node_of_bus: np.ndarray) -> Cables:
    line = net.line
    r1, x1 = line.r_ohm_per_km.to_numpy(), line.x_ohm_per_km.to_numpy()
    given = "r0_ohm_per_km" in line  # a balanced net has no zero sequence, so any value will do
    return Cables(
        ids=tuple(f"line {k}" for k in line.index),
        types=tuple(line.std_type),
        from_node=node_of_bus[line.from_bus.to_numpy()],
        to_node=node_of_bus[line.to_bus.to_numpy()],
        length_m=1000 * line.length_km.to_numpy(),
        parallel=line.parallel.to_numpy().astype(np.int64),
        r1_ohm_per_km=r1,
        x1_ohm_per_km=x1,
        r0_ohm_per_km=line.r0_ohm_per_km.to_numpy() if given else r1,
        x0_ohm_per_km=line.x0_ohm_per_km.to_numpy() if given else x1,
        r20_ohm_per_km=r1,
        c_nf_per_km=line.c_nf_per_km.to_numpy(),
        ampacity_a=1000 * line.max_i_ka.to_numpy(),
        is_open=~line.in_service.to_numpy(),
    )


def _transformers(net: Any, node_of_bus: np.ndarray) -> Transformers:
    trafo = net.trafo
    n = len(trafo)
    assert np.all(trafo.shift_degree == SHIFT_DYN1_DEGREE)
    return Transformers(
        ids=tuple(f"T{k}" for k in trafo.index),
        types=n * ("published",),
        hv_node=node_of_bus[trafo.hv_bus.to_numpy()],
        lv_node=node_of_bus[trafo.lv_bus.to_numpy()],
        sn_kva=1000 * trafo.sn_mva.to_numpy(),
        vn_hv_kv=trafo.vn_hv_kv.to_numpy(),
        vn_lv_kv=trafo.vn_lv_kv.to_numpy(),
        vk_percent=trafo.vk_percent.to_numpy(),
        vkr_percent=trafo.vkr_percent.to_numpy(),
        p0_kw=trafo.pfe_kw.to_numpy(),
        i0_percent=trafo.i0_percent.to_numpy(),
        tap=np.zeros(n, dtype=np.int64),
        tap_step_percent=np.zeros(n),
        compensation_kvar=np.zeros(n),
    )


def days_of(feeders: list[Feeder]) -> DayLoads:
    """Return load states of one network as days of one slot: a row of P kW, a row of Q kvar.

    The row of Q stands for Q kW and Q kvar, so the row of P draws P - Q kW.
    """
    p_kw = np.array([feeder.loads.p_kw for feeder in feeders])
    q_kvar = np.array([feeder.loads.q_kvar for feeder in feeders])
    node, phase = np.nonzero(np.any((p_kw != 0) | (q_kvar != 0), axis=0))
    p, q = p_kw[:, node, phase].T, q_kvar[:, node, phase].T
    n = len(node)
    return DayLoads(
        curves=np.ones((1, 1)),
        shaped_node=np.tile(node, 2),
        shaped_phase=np.tile(phase, 2),
        shaped_curve=np.zeros(2 * n, dtype=np.int64),
        shaped_p_kw=np.concatenate([p - q, q]),
        shaped_tan_phi=np.repeat([0.0, 1.0], n),
        free_node=np.zeros(0, dtype=np.int64),
        free_phase=np.zeros(0, dtype=np.int64),
        free_tan_phi=np.zeros(0),
        free_p_kw=np.zeros((0, len(feeders), 1), dtype=np.float32),
    )


def without_zero_sequence_magnetising(net: Any) -> Any:
    """Return a copy whose transformer has nothing but Z0 = Z1 in the zero sequence."""
    copy = deepcopy(net)
    copy.trafo["mag0_percent"] = 1e8
    return copy


def with_power_factor(net: Any, power_factor: float) -> Any:
    """Return a copy whose unbalanced loads all have one power factor, lagging."""
    copy = deepcopy(net)
    tan_phi = np.sqrt(1 / power_factor**2 - 1)
    for phase in "abc":
        copy.asymmetric_load[f"q_{phase}_mvar"] = tan_phi * copy.asymmetric_load[f"p_{phase}_mw"]
    return copy


def with_transformer_zero_sequence(feeder: Feeder, net: Any) -> Feeder:
    """Return a feeder whose first line behind its transformer makes up for Z0 being Z1.

    T circuit of the zero sequence seen from the LV terminals, the HV side short-circuited by the
    delta: the LV share of Z0 in series with the HV share beside the magnetising branch.
    """
    trafo, cables = net.trafo.iloc[0], feeder.network.cables
    x_percent = np.sqrt(trafo.vk0_percent**2 - trafo.vkr0_percent**2)
    z0 = complex(trafo.vkr0_percent, x_percent) / 100 * trafo.vn_lv_kv**2 / trafo.sn_mva
    magnetising = 1j * abs(z0) * trafo.mag0_percent / 100
    hv, lv = trafo.si0_hv_partial * z0, (1 - trafo.si0_hv_partial) * z0
    missing = lv + hv * magnetising / (hv + magnetising) - z0
    (first,) = np.flatnonzero(cables.from_node == feeder.network.transformers.lv_node[0])
    per_km = missing / (cables.length_m[first] / 1000)
    r0, x0 = cables.r0_ohm_per_km.copy(), cables.x0_ohm_per_km.copy()
    r0[first] += per_km.real
    x0[first] += per_km.imag
    changed = replace(cables, r0_ohm_per_km=r0, x0_ohm_per_km=x0)
    return replace(feeder, network=replace(feeder.network, cables=changed))


def behind_impedance(feeder: Feeder, *, r_ohm: float, x_ohm: float) -> Feeder:
    """Return a feeder whose source is ideal and stands behind a line of this impedance."""
    network, n = feeder.network, feeder.network.n_nodes
    at = network.sources.node
    line = Cables(
        ids=("source impedance",),
        types=("source impedance",),
        from_node=np.array([n]),
        to_node=at,
        length_m=np.array([1000.0]),
        parallel=np.array([1]),
        r1_ohm_per_km=np.array([r_ohm]),
        x1_ohm_per_km=np.array([x_ohm]),
        r0_ohm_per_km=np.array([r_ohm]),
        x0_ohm_per_km=np.array([x_ohm]),
        r20_ohm_per_km=np.array([r_ohm]),
        c_nf_per_km=np.array([0.0]),
        ampacity_a=np.array([ANY_AMPACITY_A]),
        is_open=np.array([False]),
    )
    stiff = np.array([STIFF_MVA])
    return replace(
        feeder,
        network=replace(
            network,
            node_ids=(*network.node_ids, "ideal source"),
            vn_kv=np.append(network.vn_kv, network.vn_kv[at]),
            sources=replace(
                network.sources, node=np.array([n]), s_sc_max_mva=stiff, s_sc_min_mva=stiff
            ),
            cables=_joined(network.cables, line),
        ),
        loads=PhaseLoads(
            p_kw=np.vstack([feeder.loads.p_kw, np.zeros(3)]),
            q_kvar=np.vstack([feeder.loads.q_kvar, np.zeros(3)]),
        ),
        behind_dyn1=np.append(feeder.behind_dyn1, [False]),
    )


def _joined(first: Cables, second: Cables) -> Cables:
    columns = {}
    for field in fields(Cables):
        a, b = getattr(first, field.name), getattr(second, field.name)
        columns[field.name] = a + b if isinstance(a, tuple) else np.concatenate([a, b])
    return Cables(**columns)
