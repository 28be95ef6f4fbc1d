"""Impedances and admittances of the elements of a network, the same for every engine."""

import numpy as np

from gridcalc.network.arrays import Cables, Floats, Sources, Transformers
from gridcalc.powerflow.solution import Complexes
from gridcalc.units import HZ, M_PER_KM, NF_PER_F, PERCENT, V_PER_KV, W_PER_KW

_OMEGA = 2 * np.pi * HZ


def series_impedance_ohm(cables: Cables) -> tuple[Complexes, Complexes]:
    """Return the zero and positive sequence impedance of all parallel cables together. [ohm]."""
    scale = cables.length_m / M_PER_KM / cables.parallel
    z0 = np.asarray((cables.r0_ohm_per_km + 1j * cables.x0_ohm_per_km) * scale, np.complex128)
    z1 = np.asarray((cables.r1_ohm_per_km + 1j * cables.x1_ohm_per_km) * scale, np.complex128)
    return z0, z1


def shunt_admittance_s(cables: Cables) -> Floats:
    """Return half the capacitive susceptance of all parallel cables; zero where open. [S]."""
    farad = cables.c_nf_per_km * cables.length_m / M_PER_KM * cables.parallel / NF_PER_F
    return np.where(cables.is_open, 0.0, _OMEGA * farad / 2)


def transformer_pu(trafos: Transformers) -> Complexes:
    """Return the short-circuit impedance of each transformer on its own rating. [pu]."""
    r_pu = trafos.vkr_percent / PERCENT
    x_pu = np.sqrt((trafos.vk_percent / PERCENT) ** 2 - r_pu**2)
    return np.asarray(r_pu + 1j * x_pu, np.complex128)


def transformer_ohm(trafos: Transformers) -> Complexes:
    """Return the short-circuit impedance of each transformer, LV side. [ohm]."""
    v_rated = trafos.vn_lv_kv * V_PER_KV
    return np.asarray(transformer_pu(trafos) * v_rated**2 / (trafos.sn_kva * W_PER_KW))


def iron_admittance_s(trafos: Transformers) -> Complexes:
    """Return the no-load admittance of each transformer, LV side. [S]."""
    s0_kva = trafos.i0_percent / PERCENT * trafos.sn_kva
    q0_kvar = np.sqrt(np.maximum(s0_kva**2 - trafos.p0_kw**2, 0.0))
    v_rated = trafos.vn_lv_kv * V_PER_KV
    return np.asarray((trafos.p0_kw - 1j * q0_kvar) * W_PER_KW / v_rated**2)


def source_ohm(sources: Sources, *, c_factor: float, s_sc_mva: Floats, vn_kv: Floats) -> Complexes:
    """Return the impedance c Un² / S_sc of each source. [ohm].

    ``s_sc_mva`` and ``vn_kv`` have one entry for each source.
    """
    z = c_factor * vn_kv**2 / s_sc_mva
    x = z / np.sqrt(1 + sources.r_over_x**2)
    return np.asarray(x * (sources.r_over_x + 1j), np.complex128)
