"""OpenDSS as an oracle: the same equipment written as OpenDSS elements and solved there.

Only nameplate data is taken from a ``Network``: lengths, ohms per kilometre, kVA, percent and
taps. What gridcalc does with them – sequence to phase, per unit, the Dyn11 matrix, iron losses,
flows – is done here by OpenDSS itself. Parallel cables are separate lines, open cables do not
exist, buses are called ``b<index>`` because node ids contain dots.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from dss import DSS

from gridcalc.network.arrays import Network, PhaseLoads

Iron = Literal["lv_terminals", "t_model"]
TOLERANCE = 1e-11
_Z1_OHM = 1e-7  # 100 A across it are 2e-9 pu of 10 kV


@dataclass(frozen=True, kw_only=True)
class OpenDssResult:
    """Complex phase-to-ground voltages in pu of 10 kV or 380 V, currents, powers and losses."""

    v_pu: np.ndarray
    i_from_a: np.ndarray
    i_to_a: np.ndarray
    s_lv_phase_kva: np.ndarray
    s_source_kva: np.ndarray
    p_loss_kw: float


def solve_opendss(
    network: Network, loads: PhaseLoads, source_vm_pu: np.ndarray, *, iron: Iron = "lv_terminals"
) -> OpenDssResult:
    """Return what OpenDSS makes of a network.

    Parameters
    ----------
    network, loads, source_vm_pu
        As for the engines of gridcalc.
    iron
        Where the no-load branch sits: at the LV terminals, as OpenDSS transformers have it, or
        between two half windings and without zero sequence, as in the T model.
    """
    for line in _script(network, loads, source_vm_pu, iron):
        DSS.Text.Command = line
    if not DSS.ActiveCircuit.Solution.Converged:
        raise AssertionError("OpenDSS found no solution")
    return OpenDssResult(
        v_pu=_voltages(network),
        i_from_a=_line_currents(network, 0),
        i_to_a=-_line_currents(network, 1),
        s_lv_phase_kva=_lv_power(network, iron),
        s_source_kva=_source_power(network),
        p_loss_kw=DSS.ActiveCircuit.Losses[0] / 1000,
    )


def _script(
    network: Network, loads: PhaseLoads, source_vm_pu: np.ndarray, iron: Iron
) -> Iterator[str]:
    yield "Clear"
    yield "Set DefaultBaseFrequency=50"
    yield from _sources(network, source_vm_pu)
    yield from _lines(network)
    yield from _transformers(network, iron)
    yield from _loads(network, loads)
    yield f"Set tolerance={TOLERANCE} maxiterations=500"
    yield "Solve"


def _sources(network: Network, source_vm_pu: np.ndarray) -> Iterator[str]:
    """Ideal positive sequence; 1.1 Un²/Sk" in the negative sequence."""
    sources = network.sources
    for k, node in enumerate(sources.node):
        z = 1.1 * network.vn_kv[node] ** 2 / sources.s_sc_max_mva[k]
        x = max(z / sqrt(1 + sources.r_over_x[k] ** 2), _Z1_OHM)
        r = sources.r_over_x[k] * x
        element = "New Circuit.s0" if k == 0 else f"New Vsource.s{k}"
        yield (
            f"{element} bus1=b{node} basekv={network.vn_kv[node]:.9g} pu={source_vm_pu[k]:.9g}"
            f" angle=0 phases=3 frequency=50 Z1=[0, {_Z1_OHM:.9g}]"
            f" Z2=[{r:.12g}, {x:.12g}] Z0=[{r:.12g}, {x:.12g}]"
        )


def _lines(network: Network) -> Iterator[str]:
    cables = network.cables
    for k in np.flatnonzero(~cables.is_open):
        yield (
            f"New Linecode.c{k} nphases=3 units=km basefreq=50"
            f" r1={cables.r1_ohm_per_km[k]:.12g} x1={cables.x1_ohm_per_km[k]:.12g}"
            f" r0={cables.r0_ohm_per_km[k]:.12g} x0={cables.x0_ohm_per_km[k]:.12g}"
            f" c1={cables.c_nf_per_km[k]:.12g} c0={cables.c_nf_per_km[k]:.12g}"
        )
        for copy in range(cables.parallel[k]):
            yield (
                f"New Line.c{k}_{copy} bus1=b{cables.from_node[k]} bus2=b{cables.to_node[k]}"
                f" phases=3 linecode=c{k} length={cables.length_m[k] / 1000:.12g} units=km"
            )


def _transformers(network: Network, iron: Iron) -> Iterator[str]:
    trafos = network.transformers
    for k in range(len(trafos.ids)):
        sn = trafos.sn_kva[k]
        tap = 1 + trafos.tap[k] * trafos.tap_step_percent[k] / 100
        loss_percent = 100 * trafos.p0_kw[k] / sn
        magnetising_percent = sqrt(max(trafos.i0_percent[k] ** 2 - loss_percent**2, 0.0))
        xhl = sqrt(trafos.vk_percent[k] ** 2 - trafos.vkr_percent[k] ** 2)
        whole = iron == "lv_terminals"
        share = 1.0 if whole else 0.5
        lv_bus = f"b{trafos.lv_node[k]}" if whole else f"m{k}"
        yield (
            f"New Transformer.t{k} phases=3 windings=2 ppm_antifloat=0 leadlag=lead"
            f" buses=[b{trafos.hv_node[k]}.1.2.3 {lv_bus}.1.2.3.0] conns=[delta wye]"
            f" kVs=[{trafos.vn_hv_kv[k]:.9g} {trafos.vn_lv_kv[k]:.9g}] kVAs=[{sn:.9g} {sn:.9g}]"
            f" taps=[{tap:.12g} 1.0] XHL={share * xhl:.12g}"
            f" %LoadLoss={share * trafos.vkr_percent[k]:.12g}"
            f" %NoLoadLoss={loss_percent * whole:.12g} %imag={magnetising_percent * whole:.12g}"
        )
        if not whole:
            yield from _second_half(network, k, loss_percent, magnetising_percent, xhl)


def _second_half(
    network: Network, k: int, loss_percent: float, magnetising_percent: float, xhl: float
) -> Iterator[str]:
    """The other half of the winding in ohms, and the no-load branch in delta before it."""
    trafos = network.transformers
    z_base = (1000 * trafos.vn_lv_kv[k]) ** 2 / (1000 * trafos.sn_kva[k])
    r, x = (z_base * percent / 100 / 2 for percent in (trafos.vkr_percent[k], xhl))
    yield (f"New Reactor.h{k} phases=3 bus1=m{k} bus2=b{trafos.lv_node[k]} R={r:.12g} X={x:.12g}")
    for name, percent, key in (("g", loss_percent, "R"), ("b", magnetising_percent, "X")):
        if percent == 0:
            continue
        other = "X=0" if key == "R" else "R=0"
        ohm_delta = 3 * z_base * 100 / percent
        for a, b in ((1, 2), (2, 3), (3, 1)):
            yield (
                f"New Reactor.{name}{k}_{a} phases=1 bus1=m{k}.{a} bus2=m{k}.{b}"
                f" {key}={ohm_delta:.12g} {other}"
            )


def _loads(network: Network, loads: PhaseLoads) -> Iterator[str]:
    for node, phase in np.argwhere((loads.p_kw != 0) | (loads.q_kvar != 0)):
        yield (
            f"New Load.l{node}_{phase} phases=1 bus1=b{node}.{phase + 1}.0 model=1"
            f" kV={network.vn_kv[node] / sqrt(3):.12g} vminpu=0.1 vmaxpu=2"
            f" kW={loads.p_kw[node, phase]:.15g} kvar={loads.q_kvar[node, phase]:.15g}"
        )


def _voltages(network: Network) -> np.ndarray:
    circuit = DSS.ActiveCircuit
    flat = np.asarray(circuit.AllBusVolts, dtype=float)
    by_node = dict(zip(circuit.AllNodeNames, flat[0::2] + 1j * flat[1::2], strict=True))
    volts = [[by_node[f"b{i}.{p}"] for p in (1, 2, 3)] for i in range(network.n_nodes)]
    return np.array(volts) / (network.vn_kv * 1000 / sqrt(3))[:, None]


def _element(name: str, quantity: str) -> np.ndarray:
    """Return a complex quantity of an element, shape (n_terminals, n_conductors)."""
    DSS.ActiveCircuit.SetActiveElement(name)
    element = DSS.ActiveCircuit.ActiveCktElement
    flat = np.asarray(getattr(element, quantity), dtype=float)
    return (flat[0::2] + 1j * flat[1::2]).reshape(element.NumTerminals, -1)


def _line_currents(network: Network, terminal: int) -> np.ndarray:
    cables = network.cables
    current = np.zeros((len(cables.ids), 3), dtype=complex)
    for k in np.flatnonzero(~cables.is_open):
        for copy in range(cables.parallel[k]):
            current[k] += _element(f"line.c{k}_{copy}", "Currents")[terminal]
    return current


def _lv_power(network: Network, iron: Iron) -> np.ndarray:
    element = "transformer.t" if iron == "lv_terminals" else "reactor.h"
    rows = range(len(network.transformers.ids))
    return np.array([-_element(f"{element}{k}", "Powers")[1, :3] for k in rows])


def _source_power(network: Network) -> np.ndarray:
    names = ["vsource.source", *(f"vsource.s{k}" for k in range(1, len(network.sources.ids)))]
    return np.array([-_element(name, "Powers")[0].sum() for name in names])
