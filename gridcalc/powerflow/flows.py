"""Currents, transformer loads and losses from voltages; the same for every engine."""

from dataclasses import dataclass

import numpy as np

from gridcalc.network.arrays import Cables, Floats, Network, PhaseLoads
from gridcalc.powerflow.solution import TO_PHASE, TO_SEQUENCE, Complexes, Solution
from gridcalc.units import (
    HZ,
    M_PER_KM,
    NF_PER_F,
    PERCENT,
    SQRT3,
    V_PER_KV,
    W_PER_KW,
)

_OMEGA = 2 * np.pi * HZ


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flows:
    """Results per element of one solved load block.

    Attributes
    ----------
    i_phase_a
        Phase currents of each cable, the larger end. [A], shape (n_cables, 3)
    i_neutral_a
        Neutral current of each cable. [A], shape (n_cables,)
    s_lv_phase_kva
        Complex power leaving each transformer's LV terminals, per phase.
        [kVA], shape (n_transformers, 3)
    s_source_kva
        Complex three-phase power of each source. [kVA], shape (n_sources,)
    p_loss_kw
        Losses of cables and transformers. [kW]
    """

    i_phase_a: Floats
    i_neutral_a: Floats
    s_lv_phase_kva: Complexes
    s_hv_kva: Complexes
    s_source_kva: Complexes
    p_loss_kw: float


def flows(network: Network, loads: PhaseLoads, solution: Solution) -> Flows:
    """Return the flows that belong to a solution.

    Transformer load is what leaves the LV terminals, so that it compares with the design load
    of the codes; iron and copper losses come on top on the 10 kV side.
    """
    volts = solution.v_pu * (network.vn_kv * V_PER_KV / SQRT3)[:, None]
    i_from, i_to, p_cable_kw = _cable_currents(network, volts)
    s_node = _node_outflow(network, volts, i_from, i_to, loads)
    trafos = network.transformers
    s_lv = s_node[trafos.lv_node]
    s_hv, p_trafo_kw = _hv_power(network, volts, s_lv)
    s_sources = s_node.sum(axis=1)[network.sources.node]
    for k, node in enumerate(network.sources.node):
        s_sources[k] += s_hv[trafos.hv_node == node].sum()
    biggest = np.maximum(np.abs(i_from), np.abs(i_to))
    return Flows(
        i_phase_a=biggest,
        i_neutral_a=np.abs(i_from.sum(axis=1)),
        s_lv_phase_kva=s_lv,
        s_hv_kva=s_hv,
        s_source_kva=s_sources,
        p_loss_kw=float(p_cable_kw + p_trafo_kw),
    )


def series_impedance_ohm(cables: Cables) -> tuple[Complexes, Complexes]:
    """Return the zero and positive sequence impedance of all parallel cables together. [ohm]."""
    scale = cables.length_m / M_PER_KM / cables.parallel
    z0 = np.asarray((cables.r0_ohm_per_km + 1j * cables.x0_ohm_per_km) * scale, np.complex128)
    z1 = np.asarray((cables.r1_ohm_per_km + 1j * cables.x1_ohm_per_km) * scale, np.complex128)
    return z0, z1


def shunt_admittance_s(cables: Cables) -> Floats:
    """Return half the capacitive susceptance of all parallel cables together. [S]."""
    farad = cables.c_nf_per_km * cables.length_m / M_PER_KM * cables.parallel / NF_PER_F
    return np.asarray(_OMEGA * farad / 2)


def _cable_currents(network: Network, volts: Complexes) -> tuple[Complexes, Complexes, float]:
    cables = network.cables
    z0, z1 = series_impedance_ohm(cables)
    v_from, v_to = volts[cables.from_node], volts[cables.to_node]
    drop = (v_from - v_to) @ TO_SEQUENCE.T
    series = (drop / np.column_stack([z0, z1, z1])) @ TO_PHASE.T
    series[cables.is_open] = 0
    half = 1j * np.where(cables.is_open, 0.0, shunt_admittance_s(cables))[:, None]
    i_from = series + half * v_from
    i_to = series - half * v_to
    p_w = ((v_from * i_from.conj()) - (v_to * i_to.conj())).real.sum()
    return i_from, i_to, float(p_w) / W_PER_KW


def _node_outflow(
    network: Network, volts: Complexes, i_from: Complexes, i_to: Complexes, loads: PhaseLoads
) -> Complexes:
    current = np.zeros_like(volts)
    np.add.at(current, network.cables.from_node, i_from)
    np.add.at(current, network.cables.to_node, -i_to)
    s_cables = volts * current.conj() / W_PER_KW
    return np.asarray(s_cables + loads.p_kw + 1j * loads.q_kvar)


def _hv_power(network: Network, volts: Complexes, s_lv: Complexes) -> tuple[Complexes, float]:
    """Add copper and iron losses of the T model to what leaves the LV terminals."""
    trafos = network.transformers
    v_lv = volts[trafos.lv_node]
    i_lv = (s_lv * W_PER_KW / v_lv).conj()
    v_rated = trafos.vn_lv_kv * V_PER_KV
    z_base = v_rated**2 / (trafos.sn_kva * W_PER_KW)
    r_pu = trafos.vkr_percent / PERCENT
    x_pu = np.sqrt((trafos.vk_percent / PERCENT) ** 2 - r_pu**2)
    z = (r_pu + 1j * x_pu) * z_base
    v_inner = v_lv + i_lv * (z / 2)[:, None]
    no_zero = v_inner - v_inner.mean(axis=1, keepdims=True)
    s0 = trafos.i0_percent / PERCENT * trafos.sn_kva
    iron = trafos.p0_kw + 1j * np.sqrt(np.maximum(s0**2 - trafos.p0_kw**2, 0.0))
    y_iron = (iron * W_PER_KW).conj() / v_rated**2
    i_hv = i_lv + no_zero * y_iron[:, None]
    copper_w = ((np.abs(i_lv) ** 2 + np.abs(i_hv) ** 2).sum(axis=1)) * z / 2
    iron_w = (np.abs(no_zero) ** 2).sum(axis=1) * y_iron.conj()
    loss = (copper_w + iron_w) / W_PER_KW
    return s_lv.sum(axis=1) + loss, float(loss.real.sum())
