"""Short-circuit currents at every node by sums along the tree: IEC 60909, largest and smallest."""

from dataclasses import dataclass

import numpy as np

from gridcalc.network.arrays import Floats, Network
from gridcalc.powerflow.impedance import source_ohm, transformer_ohm, transformer_pu
from gridcalc.powerflow.solution import Complexes
from gridcalc.powerflow.tree import levels_of
from gridcalc.units import M_PER_KM, SQRT3, VN_MV_KV


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortCircuitRules:
    """Voltage factors c and the growth of resistance during the smallest fault.

    ``end_temperature_factor`` multiplies the 20 °C resistance of cables: 1.5 in the design
    handbook's phase-protective loop.
    """

    c_max_mv: float
    c_min_mv: float
    c_max_lv: float
    c_min_lv: float
    end_temperature_factor: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShortCircuit:
    """Fault levels per node, shape (n_nodes,).

    Attributes
    ----------
    ik3_max_ka, ip_max_ka
        Largest three-phase fault current and its peak. [kA]
    ik3_min_ka
        Smallest three-phase fault current. [kA]
    ik1_min_ka
        Smallest phase-to-neutral fault current; NaN at 10 kV. [kA]
    """

    ik3_max_ka: Floats
    ip_max_ka: Floats
    ik3_min_ka: Floats
    ik1_min_ka: Floats


def short_circuit(network: Network, rules: ShortCircuitRules) -> ShortCircuit:
    """Return the fault levels at every node of a radial network.

    Notes
    -----
    IEC 60909: ``Ik3 = c Un / (√3 |Z1|)``, ``Ik1 = √3 c Un / |2 Z1 + Z0|``; the transformer
    correction K_T belongs to the largest currents only (IEC 60909-0:2016, 6.3.3). Un is the
    nominal voltage of the node, 380 V for LV as in the Chinese design handbook; programs that
    use 400 V get 5 % more from the same impedances. Transformer zero sequence equals positive
    sequence; 10 kV has none.
    """
    z1_max, _ = _impedances(network, rules, smallest=False)
    z1_min, z0_min = _impedances(network, rules, smallest=True)
    is_lv = network.vn_kv < VN_MV_KV
    c_max = np.where(is_lv, rules.c_max_lv, rules.c_max_mv)
    c_min = np.where(is_lv, rules.c_min_lv, rules.c_min_mv)
    ik3_max = c_max * network.vn_kv / (SQRT3 * np.abs(z1_max))
    r_over_x = z1_max.real / np.maximum(z1_max.imag, 1e-12)
    kappa = 1.02 + 0.98 * np.exp(-3 * r_over_x)
    ik1 = SQRT3 * c_min * network.vn_kv / np.abs(2 * z1_min + z0_min)
    return ShortCircuit(
        ik3_max_ka=ik3_max,
        ip_max_ka=kappa * np.sqrt(2.0) * ik3_max,
        ik3_min_ka=c_min * network.vn_kv / (SQRT3 * np.abs(z1_min)),
        ik1_min_ka=np.where(is_lv, ik1, np.nan),
    )


def _impedances(
    network: Network, rules: ShortCircuitRules, *, smallest: bool
) -> tuple[Complexes, Complexes]:
    """Return Z1 and the LV part of Z0 at each node, referred to the node's own voltage. [ohm]."""
    cables, trafos, sources = network.cables, network.transformers, network.sources
    z1 = np.zeros(network.n_nodes, dtype=np.complex128)
    z0 = np.zeros_like(z1)
    s_sc = sources.s_sc_min_mva if smallest else sources.s_sc_max_mva
    c_mv = rules.c_min_mv if smallest else rules.c_max_mv
    z1[sources.node] = source_ohm(
        sources, c_factor=c_mv, s_sc_mva=s_sc, vn_kv=network.vn_kv[sources.node]
    )
    heat = rules.end_temperature_factor if smallest else 1.0
    scale = cables.length_m / M_PER_KM / cables.parallel
    z1_cable = (heat * cables.r20_ohm_per_km + 1j * cables.x1_ohm_per_km) * scale
    r0_20 = cables.r0_ohm_per_km / cables.r1_ohm_per_km * cables.r20_ohm_per_km
    z0_cable = (heat * r0_20 + 1j * cables.x0_ohm_per_km) * scale
    z_trafo = transformer_ohm(trafos) if smallest else corrected_transformer_ohm(network, rules)
    ratio_square = (trafos.vn_lv_kv / trafos.vn_hv_kv) ** 2
    for level in levels_of(network):
        is_cable = level.cable >= 0
        cable, child, parent = level.cable[is_cable], level.child[is_cable], level.parent[is_cable]
        z1[child] = z1[parent] + z1_cable[cable]
        z0[child] = z0[parent] + z0_cable[cable]
        trafo, child = level.trafo[~is_cable], level.child[~is_cable]
        parent = level.parent[~is_cable]
        z1[child] = z1[parent] * ratio_square[trafo] + z_trafo[trafo]
        z0[child] = z_trafo[trafo]
    return z1, z0


def corrected_transformer_ohm(network: Network, rules: ShortCircuitRules) -> Complexes:
    """Return K_T times the short-circuit impedance of each transformer, LV side. [ohm]."""
    trafos = network.transformers
    k_t = 0.95 * rules.c_max_lv / (1 + 0.6 * transformer_pu(trafos).imag)
    return np.asarray(k_t * transformer_ohm(trafos))
