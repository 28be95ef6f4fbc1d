"""The door to pandapower: a ``Network`` and its loads as a net, whole tables at once."""

import copy
import functools
from typing import Any

import numpy as np

from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.units import A_PER_KA, KW_PER_MW, M_PER_KM

_ZERO_SEQUENCE_MAGNETISING_PERCENT = 1e8
_SHARE_HV = 0.9
_DYN11_SHIFT_DEGREE = 330.0


def to_pandapower(network: Network, loads: PhaseLoads, *, source_vm_pu: Any) -> Any:
    """Return a pandapower net whose ``runpp_3ph`` gives the reported voltages.

    Parameters
    ----------
    network
        Arrays of nodes, cables and transformers.
    loads
        Load per node and phase.
    source_vm_pu
        Voltage behind each source's short-circuit impedance. [pu], shape (n_sources,)

    Returns
    -------
    pandapowerNet
        Bus names are node ids; line resistances are those of the power flow, not of 20 °C.
    """
    net = copy.deepcopy(_empty_net())
    n = network.n_nodes
    _fill(
        net,
        "bus",
        n,
        name=list(network.node_ids),
        vn_kv=network.vn_kv,
        type=["b"] * n,
        in_service=np.ones(n, dtype=bool),
    )
    _fill_sources(net, network, source_vm_pu)
    _fill_cables(net, network)
    _fill_transformers(net, network)
    _fill_loads(net, network, loads)
    return net


def net_json(net: Any) -> str:
    """Return a pandapower net as the text that ``pandapower.from_json_string`` reads."""
    import pandapower as pp  # noqa: PLC0415  the import takes seconds

    return str(pp.to_json(net))


@functools.cache
def _empty_net() -> Any:
    import pandapower as pp  # noqa: PLC0415  the import takes seconds

    return pp.create_empty_network()


def _fill(net: Any, table: str, n_rows: int, **columns: Any) -> None:
    """Replace an empty table by whole columns; missing ones get the table's own empty value."""
    import pandas as pd  # noqa: PLC0415  comes with pandapower

    empty = net[table]
    frame = pd.DataFrame(index=np.arange(n_rows, dtype=np.int64))
    for name, dtype in empty.dtypes.items():
        if name in columns:
            values = columns.pop(name)
            frame[name] = pd.Series(values, index=frame.index, dtype=dtype)
        elif dtype == np.bool_:
            frame[name] = pd.Series(data=False, index=frame.index, dtype=dtype)
        elif dtype == np.float64:
            frame[name] = np.nan
        else:
            frame[name] = pd.Series([None] * n_rows, index=frame.index, dtype=dtype)
    for name, values in columns.items():
        frame[name] = values
    net[table] = frame


def _fill_sources(net: Any, network: Network, source_vm_pu: Any) -> None:
    sources = network.sources
    n = len(sources.ids)
    _fill(
        net,
        "ext_grid",
        n,
        name=list(sources.ids),
        bus=sources.node,
        vm_pu=source_vm_pu,
        va_degree=np.zeros(n),
        slack_weight=np.ones(n),
        in_service=np.ones(n, dtype=bool),
        s_sc_max_mva=sources.s_sc_max_mva,
        s_sc_min_mva=sources.s_sc_min_mva,
        rx_max=sources.r_over_x,
        rx_min=sources.r_over_x,
        x0x_max=np.ones(n),
        r0x0_max=sources.r_over_x,
        x0x_min=np.ones(n),
        r0x0_min=sources.r_over_x,
    )


def _fill_cables(net: Any, network: Network) -> None:
    cables = network.cables
    n = len(cables.ids)
    _fill(
        net,
        "line",
        n,
        name=list(cables.ids),
        std_type=list(cables.types),
        from_bus=cables.from_node,
        to_bus=cables.to_node,
        length_km=cables.length_m / M_PER_KM,
        r_ohm_per_km=cables.r1_ohm_per_km,
        x_ohm_per_km=cables.x1_ohm_per_km,
        c_nf_per_km=cables.c_nf_per_km,
        g_us_per_km=np.zeros(n),
        max_i_ka=cables.ampacity_a / cables.parallel / A_PER_KA,
        df=np.ones(n),
        parallel=cables.parallel,
        type=["cs"] * n,
        in_service=~cables.is_open,
        r0_ohm_per_km=cables.r0_ohm_per_km,
        x0_ohm_per_km=cables.x0_ohm_per_km,
        c0_nf_per_km=cables.c_nf_per_km,
        g0_us_per_km=np.zeros(n),
    )


def _fill_transformers(net: Any, network: Network) -> None:
    trafos = network.transformers
    n = len(trafos.ids)
    reach = np.maximum(np.abs(trafos.tap), 2)
    _fill(
        net,
        "trafo",
        n,
        name=list(trafos.ids),
        std_type=list(trafos.types),
        hv_bus=trafos.hv_node,
        lv_bus=trafos.lv_node,
        sn_mva=trafos.sn_kva / KW_PER_MW,
        vn_hv_kv=trafos.vn_hv_kv,
        vn_lv_kv=trafos.vn_lv_kv,
        vk_percent=trafos.vk_percent,
        vkr_percent=trafos.vkr_percent,
        pfe_kw=trafos.p0_kw,
        i0_percent=trafos.i0_percent,
        shift_degree=np.full(n, _DYN11_SHIFT_DEGREE),
        tap_side=["hv"] * n,
        tap_neutral=np.zeros(n),
        tap_min=-reach.astype(float),
        tap_max=reach.astype(float),
        tap_step_percent=trafos.tap_step_percent,
        tap_pos=trafos.tap.astype(float),
        tap_changer_type=["Ratio"] * n,
        parallel=np.ones(n, dtype=np.int64),
        df=np.ones(n),
        in_service=np.ones(n, dtype=bool),
        vk0_percent=trafos.vk_percent,
        vkr0_percent=trafos.vkr_percent,
        mag0_percent=np.full(n, _ZERO_SEQUENCE_MAGNETISING_PERCENT),
        mag0_rx=np.zeros(n),
        si0_hv_partial=np.full(n, _SHARE_HV),
        vector_group=["Dyn"] * n,
    )


def _fill_loads(net: Any, network: Network, loads: PhaseLoads) -> None:
    loaded = np.flatnonzero(np.any((loads.p_kw != 0) | (loads.q_kvar != 0), axis=1))
    p_mw, q_mvar = loads.p_kw[loaded] / KW_PER_MW, loads.q_kvar[loaded] / KW_PER_MW
    _fill(
        net,
        "asymmetric_load",
        len(loaded),
        name=[network.node_ids[i] for i in loaded],
        bus=loaded,
        p_a_mw=p_mw[:, 0],
        p_b_mw=p_mw[:, 1],
        p_c_mw=p_mw[:, 2],
        q_a_mvar=q_mvar[:, 0],
        q_b_mvar=q_mvar[:, 1],
        q_c_mvar=q_mvar[:, 2],
        scaling=np.ones(len(loaded)),
        in_service=np.ones(len(loaded), dtype=bool),
        type=["wye"] * len(loaded),
    )
