"""power-grid-model as an oracle: the same nameplate data as its input tables.

Loads are constant power between phase and neutral, the source is made stiff explicitly (its own
default shifts voltages by 1.5e-4 pu), the transformer is Dyn11 with a pi no-load branch.
"""

import numpy as np
from power_grid_model import (
    BranchSide,
    CalculationMethod,
    ComponentType,
    DatasetType,
    LoadGenType,
    PowerGridModel,
    WindingType,
    initialize_array,
)

from gridcalc.network.arrays import Network, PhaseLoads

TOLERANCE = 1e-12
_DYN11_CLOCK = 11


def solve_pgm(network: Network, loads: PhaseLoads, source_vm_pu: np.ndarray) -> np.ndarray:
    """Return complex phase-to-ground voltages in pu of 10 kV or 380 V, shape (n_nodes, 3)."""
    model = PowerGridModel(
        {
            ComponentType.node: _nodes(network),
            ComponentType.line: _lines(network),
            ComponentType.transformer: _transformers(network),
            ComponentType.source: _sources(network, source_vm_pu),
            ComponentType.asym_load: _loads(network, loads),
        },
        system_frequency=50.0,
    )
    result = model.calculate_power_flow(
        symmetric=False,
        error_tolerance=TOLERANCE,
        max_iterations=200,
        calculation_method=CalculationMethod.newton_raphson,
    )
    nodes = result[ComponentType.node]
    return nodes["u_pu"] * np.exp(1j * nodes["u_angle"])


def _table(component: ComponentType, first_id: int, n: int, **columns: object) -> np.ndarray:
    table = initialize_array(DatasetType.input, component, n)
    table["id"] = first_id + np.arange(n)
    for name, values in columns.items():
        table[name] = values
    return table


def _nodes(network: Network) -> np.ndarray:
    return _table(ComponentType.node, 0, network.n_nodes, u_rated=network.vn_kv * 1000)


def _lines(network: Network) -> np.ndarray:
    cables = network.cables
    closed = np.flatnonzero(~cables.is_open)
    rows = np.repeat(closed, cables.parallel[closed])  # parallel cables one by one
    km = cables.length_m[rows] / 1000
    farad = cables.c_nf_per_km[rows] * 1e-9 * km
    return _table(
        ComponentType.line,
        100_000,
        len(rows),
        from_node=cables.from_node[rows],
        to_node=cables.to_node[rows],
        from_status=1,
        to_status=1,
        r1=cables.r1_ohm_per_km[rows] * km,
        x1=cables.x1_ohm_per_km[rows] * km,
        c1=farad,
        tan1=0.0,
        r0=cables.r0_ohm_per_km[rows] * km,
        x0=cables.x0_ohm_per_km[rows] * km,
        c0=farad,
        tan0=0.0,
        i_n=1000.0,
    )


def _transformers(network: Network) -> np.ndarray:
    trafos = network.transformers
    n = len(trafos.ids)
    return _table(
        ComponentType.transformer,
        200_000,
        n,
        from_node=trafos.hv_node,
        to_node=trafos.lv_node,
        from_status=1,
        to_status=1,
        u1=trafos.vn_hv_kv * 1000,
        u2=trafos.vn_lv_kv * 1000,
        sn=trafos.sn_kva * 1000,
        uk=trafos.vk_percent / 100,
        pk=trafos.vkr_percent / 100 * trafos.sn_kva * 1000,
        i0=trafos.i0_percent / 100,
        p0=trafos.p0_kw * 1000,
        i0_zero_sequence=0.0,
        p0_zero_sequence=0.0,
        winding_from=WindingType.delta,
        winding_to=WindingType.wye_n,
        clock=_DYN11_CLOCK,
        tap_side=BranchSide.from_side,
        tap_pos=trafos.tap,
        tap_min=-5,
        tap_max=5,
        tap_nom=0,
        tap_size=trafos.tap_step_percent / 100 * trafos.vn_hv_kv * 1000,
    )


def _sources(network: Network, source_vm_pu: np.ndarray) -> np.ndarray:
    sources = network.sources
    return _table(
        ComponentType.source,
        300_000,
        len(sources.ids),
        node=sources.node,
        status=1,
        u_ref=source_vm_pu,
        sk=sources.s_sc_max_mva * 1e6,
        rx_ratio=sources.r_over_x,
        z01_ratio=1.0,
    )


def _loads(network: Network, loads: PhaseLoads) -> np.ndarray:
    loaded = np.flatnonzero(np.any((loads.p_kw != 0) | (loads.q_kvar != 0), axis=1))
    return _table(
        ComponentType.asym_load,
        400_000,
        len(loaded),
        node=loaded,
        status=1,
        type=LoadGenType.const_power,
        p_specified=loads.p_kw[loaded] * 1000,
        q_specified=loads.q_kvar[loaded] * 1000,
    )
