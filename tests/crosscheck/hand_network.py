"""A network small enough for hand calculations, every number of it in this file.

::

    SRC ── M1 ── BUS ── T1 ── T1.LV ── F1 ── BOX
     10 kA       YJV22 3x150, 200 m   630 kVA       4x240, 100 m

The transformer is that of a worked exam example on IEC 60909 (630 kVA, uk 4 %,
load loss 6.2 kW, behind 10 kA at 10 kV); the cables are copper with r20 and x of the tables.
"""

from dataclasses import replace

import numpy as np

from gridcalc.network.arrays import Cables, Network, PhaseLoads, Sources, Transformers

BOARD, BOX = "T1.LV", "BOX"


def hand_network() -> Network:
    """Return the network above; resistances of the power flow are those of 20 °C as well."""
    r20, x = np.array([0.124, 0.0754]), np.array([0.093, 0.077])
    return Network(
        node_ids=("SRC", "BUS", BOARD, BOX),
        vn_kv=np.array([10.0, 10.0, 0.38, 0.38]),
        sources=Sources(
            ids=("SRC",),
            node=np.array([0]),
            vm_peak_pu=np.array([1.0]),
            vm_low_load_pu=np.array([1.05]),
            s_sc_max_mva=np.array([173.2050808]),  # sqrt(3) x 10 kV x 10 kA
            s_sc_min_mva=np.array([103.9230485]),  # sqrt(3) x 10 kV x 6 kA
            r_over_x=np.array([0.1]),
        ),
        cables=Cables(
            ids=("M1", "F1"),
            types=("YJV22-8.7/15-3x150", "YJV22-0.6/1-4x240"),
            from_node=np.array([0, 2]),
            to_node=np.array([1, 3]),
            length_m=np.array([200.0, 100.0]),
            parallel=np.array([1, 1]),
            r1_ohm_per_km=r20,
            x1_ohm_per_km=x,
            r0_ohm_per_km=4 * r20,
            x0_ohm_per_km=4 * x,
            r20_ohm_per_km=r20,
            c_nf_per_km=np.array([284.0, 0.0]),
            ampacity_a=np.array([283.0, 400.0]),
            is_open=np.array([False, False]),
        ),
        transformers=Transformers(
            ids=("T1",),
            types=("630 kVA",),
            hv_node=np.array([1]),
            lv_node=np.array([2]),
            sn_kva=np.array([630.0]),
            vn_hv_kv=np.array([10.0]),
            vn_lv_kv=np.array([0.4]),
            vk_percent=np.array([4.0]),
            vkr_percent=np.array([100 * 6.2 / 630]),
            p0_kw=np.array([0.57]),
            i0_percent=np.array([0.6]),
            tap=np.array([0]),
            tap_step_percent=np.array([2.5]),
            compensation_kvar=np.array([0.0]),
        ),
    )


def without_mv_cable(network: Network) -> Network:
    """Return the network with a 10 kV cable of no length: the worked example has none."""
    length_m = network.cables.length_m.copy()
    length_m[0] = 1e-9
    return replace(network, cables=replace(network.cables, length_m=length_m))


def loads_at(network: Network, node: str, p_kw: list[float], q_kvar: list[float]) -> PhaseLoads:
    """Return loads of one node, per phase."""
    p, q = np.zeros((network.n_nodes, 3)), np.zeros((network.n_nodes, 3))
    p[network.node_index()[node]] = p_kw
    q[network.node_index()[node]] = q_kvar
    return PhaseLoads(p_kw=p, q_kvar=q)
