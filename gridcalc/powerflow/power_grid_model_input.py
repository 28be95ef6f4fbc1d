"""A ``Network`` as input tables of power-grid-model, circuit for circuit the model of the sweep."""

from typing import Any

import numpy as np
from power_grid_model import (
    BranchSide,
    ComponentType,
    DatasetType,
    LoadGenType,
    WindingType,
    initialize_array,
)

from gridcalc.network.arrays import Floats, Ints, Network
from gridcalc.powerflow.impedance import (
    iron_admittance_s,
    series_impedance_ohm,
    shunt_admittance_s,
    transformer_ohm,
)
from gridcalc.units import HZ, KW_PER_MW, PERCENT, V_PER_KV, W_PER_KW

_DYN11_CLOCK = 11
_ANY_RATED_A = 1000.0
_ZERO_SEQUENCE_SHARE = 1e-6
"""Of a source's impedance: the sweep holds the zero sequence voltage of a source at zero."""

Tables = dict[ComponentType, Any]


def input_tables(
    network: Network, load_node: Ints, source_vm_pu: Floats, c_factor: float
) -> Tables:
    """Return the tables of a network with an unbalanced load at some nodes.

    The T circuit of a transformer is one without no-load losses and half the impedance, a shunt
    that only the positive and negative sequence see, and a line with the other half. Nodes of the
    network come first; the middle of transformer k is node ``n_nodes + k``.
    """
    counter = _Ids()
    n, m = network.n_nodes, len(network.transformers.ids)
    u_rated = np.concatenate([network.vn_kv, network.vn_kv[network.transformers.lv_node]])
    middle = n + np.arange(m)
    tables = {
        ComponentType.node: counter.table(ComponentType.node, n + m, u_rated=u_rated * V_PER_KV),
        ComponentType.line: _lines(counter, network, middle),
        ComponentType.transformer: _transformers(counter, network, middle),
        ComponentType.shunt: _iron(counter, network, middle),
        ComponentType.source: _sources(counter, network, source_vm_pu, c_factor),
        ComponentType.asym_load: counter.table(
            ComponentType.asym_load,
            len(load_node),
            node=load_node,
            status=1,
            type=LoadGenType.const_power,
            p_specified=0.0,
            q_specified=0.0,
        ),
    }
    return {component: table for component, table in tables.items() if len(table)}


class _Ids:
    """Tables whose ids are numbered through."""

    def __init__(self) -> None:
        self._next = 0

    def table(self, component: ComponentType, n_rows: int, **columns: Any) -> Any:
        table = initialize_array(DatasetType.input, component, n_rows)
        table["id"] = self._next + np.arange(n_rows)
        for name, values in columns.items():
            table[name] = values
        self._next += n_rows
        return table


def _lines(counter: _Ids, network: Network, middle: Ints) -> Any:
    cables, trafos = network.cables, network.transformers
    closed = np.flatnonzero(~cables.is_open)
    z0, z1 = (z[closed] for z in series_impedance_ohm(cables))
    half = transformer_ohm(trafos) / 2
    farad = 2 * shunt_admittance_s(cables)[closed] / (2 * np.pi * HZ)
    farad = np.concatenate([farad, np.zeros(len(half))])
    z0, z1 = np.concatenate([z0, half]), np.concatenate([z1, half])
    return counter.table(
        ComponentType.line,
        len(z1),
        from_node=np.concatenate([cables.from_node[closed], middle]),
        to_node=np.concatenate([cables.to_node[closed], trafos.lv_node]),
        from_status=1,
        to_status=1,
        r1=z1.real,
        x1=z1.imag,
        c1=farad,
        tan1=0.0,
        r0=z0.real,
        x0=z0.imag,
        c0=farad,
        tan0=0.0,
        i_n=_ANY_RATED_A,
    )


def _transformers(counter: _Ids, network: Network, middle: Ints) -> Any:
    trafos = network.transformers
    return counter.table(
        ComponentType.transformer,
        len(middle),
        from_node=trafos.hv_node,
        to_node=middle,
        from_status=1,
        to_status=1,
        u1=trafos.vn_hv_kv * trafos.ratio_tap * V_PER_KV,
        u2=trafos.vn_lv_kv * V_PER_KV,
        sn=trafos.sn_kva * W_PER_KW,
        uk=trafos.vk_percent / PERCENT / 2,
        pk=trafos.vkr_percent / PERCENT * trafos.sn_kva * W_PER_KW / 2,
        i0=0.0,
        p0=0.0,
        winding_from=WindingType.delta,
        winding_to=WindingType.wye_n,
        clock=_DYN11_CLOCK,
        tap_side=BranchSide.from_side,
        tap_pos=0,
        tap_min=0,
        tap_max=0,
        tap_nom=0,
        tap_size=0.0,
    )


def _iron(counter: _Ids, network: Network, middle: Ints) -> Any:
    y = iron_admittance_s(network.transformers)
    return counter.table(
        ComponentType.shunt,
        len(middle),
        node=middle,
        status=1,
        g1=y.real,
        b1=y.imag,
        g0=0.0,
        b0=0.0,
    )


def _sources(counter: _Ids, network: Network, source_vm_pu: Floats, c_factor: float) -> Any:
    sources = network.sources
    return counter.table(
        ComponentType.source,
        len(sources.ids),
        node=sources.node,
        status=1,
        u_ref=source_vm_pu,
        u_ref_angle=0.0,
        sk=sources.s_sc_max_mva * KW_PER_MW * W_PER_KW / c_factor,
        rx_ratio=sources.r_over_x,
        z01_ratio=_ZERO_SEQUENCE_SHARE,
    )
