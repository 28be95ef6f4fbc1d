"""Currents, transformer loads and losses from voltages; the same for every engine."""

from dataclasses import dataclass

import numpy as np

from gridcalc.network.arrays import Floats, Network, PhaseLoads
from gridcalc.powerflow.impedance import (
    iron_admittance_s,
    series_impedance_ohm,
    shunt_admittance_s,
    transformer_ohm,
)
from gridcalc.powerflow.solution import TO_PHASE, TO_SEQUENCE, Complexes, Solution
from gridcalc.units import (
    SQRT3,
    V_PER_KV,
    W_PER_KW,
)


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


def mismatch_kva(network: Network, loads: PhaseLoads, solution: Solution) -> float:
    """Return the largest power that appears from nowhere at a node with cables and loads only.

    Zero but for rounding in a solution; large where an iteration diverged. [kVA]
    """
    volts = solution.v_pu * (network.vn_kv * V_PER_KV / SQRT3)[:, None]
    i_from, i_to, _ = _cable_currents(network, volts)
    outflow = _node_outflow(network, volts, i_from, i_to, loads)
    trafos = network.transformers
    outflow[np.concatenate([network.sources.node, trafos.hv_node, trafos.lv_node])] = 0
    return float(np.abs(outflow).max(initial=0.0))


def _cable_currents(network: Network, volts: Complexes) -> tuple[Complexes, Complexes, float]:
    cables = network.cables
    z0, z1 = series_impedance_ohm(cables)
    v_from, v_to = volts[cables.from_node], volts[cables.to_node]
    drop = (v_from - v_to) @ TO_SEQUENCE.T
    series = (drop / np.column_stack([z0, z1, z1])) @ TO_PHASE.T
    series[cables.is_open] = 0
    half = 1j * shunt_admittance_s(cables)[:, None]
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
    z = transformer_ohm(trafos)
    v_inner = v_lv + i_lv * (z / 2)[:, None]
    no_zero = v_inner - v_inner.mean(axis=1, keepdims=True)
    y_iron = iron_admittance_s(trafos)
    i_hv = i_lv + no_zero * y_iron[:, None]
    copper_w = ((np.abs(i_lv) ** 2 + np.abs(i_hv) ** 2).sum(axis=1)) * z / 2
    iron_w = (np.abs(no_zero) ** 2).sum(axis=1) * y_iron.conj()
    loss = (copper_w + iron_w) / W_PER_KW
    return s_lv.sum(axis=1) + loss, float(loss.real.sum())
