"""Extremes of days from the voltages of their slots; definitions are those of ``flows``."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from gridcalc.network.arrays import Bools, Floats, Network
from gridcalc.powerflow.days import DayResults
from gridcalc.powerflow.impedance import (
    iron_admittance_s,
    series_impedance_ohm,
    shunt_admittance_s,
    transformer_ohm,
)
from gridcalc.powerflow.slot_loads import SlotLoads
from gridcalc.powerflow.solution import TO_SEQUENCE, Complexes
from gridcalc.units import PERCENT, SQRT3, V_PER_KV, W_PER_KW


def results_of_days(
    engine: str, network: Network, loads: SlotLoads, v_pu: Complexes, solved: Bools
) -> DayResults:
    """Return the extremes over the solved slots.

    Parameters
    ----------
    engine
        Name of the solver.
    network, loads
        What was solved.
    v_pu
        Voltages, shape (n_days, n_slots, n_nodes, 3). [pu]
    solved
        Slots whose voltages count, shape (n_days, n_slots).
    """
    volts = v_pu * (network.vn_kv * V_PER_KV / SQRT3)[:, None]
    i_from, i_to = _cable_currents(network, volts)
    s_node = _node_outflow(network, volts, i_from, i_to) + loads.p_kw + 1j * loads.q_kvar
    trafos = network.transformers
    s_lv = s_node[:, :, trafos.lv_node]
    s_source = _source_power(network, volts, s_node, s_lv)
    s_trafo, s_total = s_lv.sum(axis=3), s_source.sum(axis=2)
    loss_kw = s_total.real - loads.p_kw.sum(axis=(2, 3))
    vm = np.abs(v_pu)
    sequence = v_pu @ TO_SEQUENCE.T
    line = np.abs(v_pu - np.roll(v_pu, -1, axis=3)).min(axis=3) / SQRT3
    unbalance = PERCENT * np.abs(sequence[..., 2]) / np.abs(sequence[..., 1])
    i_max = np.maximum(np.abs(i_from), np.abs(i_to))
    return DayResults(
        engine=engine,
        solved=solved,
        vm_min_pu=-_largest(-vm, solved),
        vm_line_min_pu=-_largest(-line, solved),
        unbalance_max_percent=_largest(unbalance, solved),
        i_max_a=_largest(i_max, solved),
        i_neutral_max_a=_largest(np.abs(i_from.sum(axis=3)), solved),
        p_load_kw=loads.p_kw.sum(axis=(2, 3)),
        s_trafo_kva=np.where(solved[:, :, None], np.abs(s_trafo), 0.0),
        s_trafo_phase_max_kva=_largest(np.abs(s_lv), solved),
        p_trafo_max_kw=_largest(s_trafo.real, solved),
        s_source_max_kva=_largest(np.abs(s_source), solved),
        s_total_max_kva=_largest(np.abs(s_total), solved),
        p_total_max_kw=_largest(s_total.real, solved),
        p_loss_max_kw=_largest(loss_kw, solved),
    )


def join_days(parts: Sequence[DayResults]) -> DayResults:
    """Return the results of all days from those of blocks of days, in order."""
    arrays = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(DayResults)
        if field.name != "engine"
    }
    return DayResults(engine=parts[0].engine, **arrays)


def _largest(values: Floats, solved: Bools) -> Floats:
    """Return the largest value of each day's solved slots; zero where there is none."""
    mask = solved.reshape(solved.shape + (1,) * (values.ndim - 2))
    found = np.where(mask, values, -np.inf).max(axis=1)
    return np.asarray(
        np.where(solved.any(axis=1).reshape((-1,) + (1,) * (found.ndim - 1)), found, 0.0)
    )


def _cable_currents(network: Network, volts: Complexes) -> tuple[Complexes, Complexes]:
    cables = network.cables
    z0, z1 = series_impedance_ohm(cables)
    drop = volts[:, :, cables.from_node] - volts[:, :, cables.to_node]
    zero = drop.mean(axis=3, keepdims=True)
    series = (drop - zero) / z1[:, None] + zero / z0[:, None]
    series[:, :, cables.is_open] = 0
    half = 1j * shunt_admittance_s(cables)[:, None]
    return series + half * volts[:, :, cables.from_node], series - half * volts[
        :, :, cables.to_node
    ]


def _node_outflow(
    network: Network, volts: Complexes, i_from: Complexes, i_to: Complexes
) -> Complexes:
    current = np.zeros_like(volts)
    for k, (start, end) in enumerate(
        zip(network.cables.from_node, network.cables.to_node, strict=True)
    ):
        current[:, :, start] += i_from[:, :, k]
        current[:, :, end] -= i_to[:, :, k]
    return np.asarray(volts * current.conj() / W_PER_KW)


def _source_power(
    network: Network, volts: Complexes, s_node: Complexes, s_lv: Complexes
) -> Complexes:
    trafos, sources = network.transformers, network.sources
    v_lv = volts[:, :, trafos.lv_node]
    i_lv = (s_lv * W_PER_KW / v_lv).conj()
    z = transformer_ohm(trafos)
    v_inner = v_lv + i_lv * (z / 2)[:, None]
    no_zero = v_inner - v_inner.mean(axis=3, keepdims=True)
    y_iron = iron_admittance_s(trafos)
    i_hv = i_lv + no_zero * y_iron[:, None]
    copper = (np.abs(i_lv) ** 2 + np.abs(i_hv) ** 2).sum(axis=3) * z / 2
    iron = (np.abs(no_zero) ** 2).sum(axis=3) * y_iron.conj()
    s_hv = s_lv.sum(axis=3) + (copper + iron) / W_PER_KW
    s_source = s_node.sum(axis=3)[:, :, sources.node]
    for k, node in enumerate(sources.node):
        s_source[:, :, k] += s_hv[:, :, trafos.hv_node == node].sum(axis=2)
    return np.asarray(s_source)
