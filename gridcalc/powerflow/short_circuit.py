"""Short-circuit currents at every node: IEC 60909, largest and smallest."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gridcalc.network.arrays import Cables, Floats, Network
from gridcalc.powerflow.fault_impedance import Branches, fault_impedance
from gridcalc.powerflow.impedance import source_ohm, transformer_ohm, transformer_pu
from gridcalc.powerflow.solution import Complexes
from gridcalc.units import HZ, M_PER_KM, SQRT3, VN_MV_KV

_PEAK_HZ = 20.0
"""Equivalent frequency for the peak in a 50 Hz network: IEC 60909-0, method c."""


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


FaultImpedance = Callable[[Network, Branches], Complexes]
"""A way to find the impedance a fault sees at every node."""


def short_circuit(
    network: Network, rules: ShortCircuitRules, *, find: FaultImpedance = fault_impedance
) -> ShortCircuit:
    """Return the fault levels at every node of a network, closed rings as they are run.

    Parameters
    ----------
    network
        The network.
    rules
        Voltage factors.
    find
        How impedances are found.

    Notes
    -----
    IEC 60909: ``Ik3 = c Un / (√3 |Z1|)``, ``Ik1 = √3 c Un / |2 Z1 + Z0|``; the transformer
    correction K_T belongs to the largest currents only (IEC 60909-0:2016, 6.3.3). Un is the
    nominal voltage of the node, 380 V for LV as in the Chinese design handbook; programs that
    use 400 V get 5 % more from the same impedances. Transformer zero sequence equals positive
    sequence; 10 kV has none. R/X of the peak is that at the equivalent frequency of 20 Hz.
    """
    largest = _positive_sequence(network, rules, smallest=False)
    smallest = _positive_sequence(network, rules, smallest=True)
    z1_max, z1_min = find(network, largest), find(network, smallest)
    z0_min = find(network, _zero_sequence(network, rules, smallest))
    is_lv = network.vn_kv < VN_MV_KV
    c_max = np.where(is_lv, rules.c_max_lv, rules.c_max_mv)
    c_min = np.where(is_lv, rules.c_min_lv, rules.c_min_mv)
    ik3_max = c_max * network.vn_kv / (SQRT3 * np.abs(z1_max))
    kappa = 1.02 + 0.98 * np.exp(-3 * _r_over_x_of_peak(network, largest, find))
    ik1 = SQRT3 * c_min * network.vn_kv / np.abs(2 * z1_min + z0_min)
    return ShortCircuit(
        ik3_max_ka=ik3_max,
        ip_max_ka=kappa * np.sqrt(2.0) * ik3_max,
        ik3_min_ka=c_min * network.vn_kv / (SQRT3 * np.abs(z1_min)),
        ik1_min_ka=np.where(is_lv, ik1, np.nan),
    )


def _positive_sequence(network: Network, rules: ShortCircuitRules, *, smallest: bool) -> Branches:
    cables, trafos, sources = network.cables, network.transformers, network.sources
    heat = rules.end_temperature_factor if smallest else 1.0
    z_per_km = heat * cables.r20_ohm_per_km + 1j * cables.x1_ohm_per_km
    return Branches(
        z_source=source_ohm(
            sources,
            c_factor=rules.c_min_mv if smallest else rules.c_max_mv,
            s_sc_mva=sources.s_sc_min_mva if smallest else sources.s_sc_max_mva,
            vn_kv=network.vn_kv[sources.node],
        ),
        z_cable=_of_cables(cables, z_per_km),
        z_trafo=transformer_ohm(trafos) if smallest else corrected_transformer_ohm(network, rules),
        turns=trafos.vn_lv_kv / trafos.vn_hv_kv,
    )


def _zero_sequence(network: Network, rules: ShortCircuitRules, positive: Branches) -> Branches:
    """Return the zero sequence of the smallest currents; it ends in the Dyn transformers.

    At 10 kV, where nobody reads it, it has the sources of the positive sequence.
    """
    cables = network.cables
    r0_20 = cables.r0_ohm_per_km / cables.r1_ohm_per_km * cables.r20_ohm_per_km
    hot = rules.end_temperature_factor * r0_20
    return Branches(
        z_source=positive.z_source,
        z_cable=_of_cables(cables, hot + 1j * cables.x0_ohm_per_km),
        z_trafo=positive.z_trafo,
        turns=np.zeros_like(positive.turns),
    )


def _of_cables(cables: Cables, z_ohm_per_km: Complexes) -> Complexes:
    """Return the impedance of all parallel cables together. [ohm]."""
    return np.asarray(z_ohm_per_km * (cables.length_m / M_PER_KM / cables.parallel))


def _r_over_x_of_peak(network: Network, branches: Branches, find: FaultImpedance) -> Floats:
    """Return R/X that tells how fast the direct current of a fault at each node decays. [-].

    Of a tree it is R/X of the impedance; where paths are parallel their ratios mix otherwise.
    """
    share = _PEAK_HZ / HZ
    slow = Branches(
        z_source=_at(share, branches.z_source),
        z_cable=_at(share, branches.z_cable),
        z_trafo=_at(share, branches.z_trafo),
        turns=branches.turns,
    )
    z = find(network, slow)
    return np.asarray(share * z.real / np.maximum(z.imag, 1e-12))


def _at(share: float, z: Complexes) -> Complexes:
    """Return impedances at another frequency, a share of the one they are for."""
    return np.asarray(z.real + 1j * share * z.imag)


def corrected_transformer_ohm(network: Network, rules: ShortCircuitRules) -> Complexes:
    """Return K_T times the short-circuit impedance of each transformer, LV side. [ohm]."""
    trafos = network.transformers
    k_t = 0.95 * rules.c_max_lv / (1 + 0.6 * transformer_pu(trafos).imag)
    return np.asarray(k_t * transformer_ohm(trafos))
