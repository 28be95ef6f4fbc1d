"""The door to OpenDSS: a ``Network`` and its loads as one script that solves itself."""

import re
from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np

from gridcalc.network.arrays import Floats, Network, PhaseLoads
from gridcalc.units import HZ, M_PER_KM, N_PHASES, PERCENT, SQRT3

_STIFF_OHM = 1e-7
"""Positive sequence of a source: its voltage is given at its own bus."""
_SOURCE_C = 1.1
"""Voltage factor in the short-circuit impedance that the negative sequence sees."""
_TOLERANCE = 1e-10
_LOAD_FLOOR_PU, _LOAD_CEILING_PU = 0.1, 2.0
"""Voltages between which OpenDSS keeps the power of a load constant."""


def opendss_script(
    network: Network, loads: PhaseLoads, *, source_vm_pu: Floats, title: str = ""
) -> str:
    """Return an OpenDSS script whose solution has the reported voltages.

    Parameters
    ----------
    network
        Nodes, cables and transformers.
    loads
        Load per node and phase, constant power.
    source_vm_pu
        Voltage at each source. [pu of 10 kV], shape (n_sources,)
    title
        What is written, for the head of the script; one line.

    Notes
    -----
    Bus names are node ids in small letters and digits; the script lists both. OpenDSS has the
    no-load branch of a transformer at its terminals, where gridcalc has it between two half
    windings: voltages differ by less than i0 vk / 2, some 1e-4 pu.

    Examples
    --------
    >>> bus_names(["T1.LV", "t1_lv", "表箱1"])
    ('t1_lv', 't1_lv_2', 'u8868u7bb11')
    """
    buses = bus_names(network.node_ids)
    lines = [
        *_head(network, buses, title),
        *_sources(network, buses, source_vm_pu),
        *_cables(network, buses),
        *_transformers(network, buses),
        *_loads(network, buses, loads),
        *_solve(network),
    ]
    return "\n".join(lines) + "\n"


def bus_names(node_ids: Sequence[str]) -> tuple[str, ...]:
    """Return a name that OpenDSS takes for each id: no dots, one case, no two alike."""
    found: dict[str, None] = {}
    for node in node_ids:
        plain = "".join(sign if sign.isascii() else f"u{ord(sign):x}" for sign in node.lower())
        base = re.sub(r"[^a-z0-9_]", "_", plain)
        name, k = base, 1
        while name in found:
            k += 1
            name = f"{base}_{k}"
        found[name] = None
    return tuple(found)


def _head(network: Network, buses: Sequence[str], title: str) -> Iterator[str]:
    yield f"! {_line(title) or 'gridcalc'}"
    yield "! voltages in pu: 10 kV and 0.38 kV; no-load branches stand at the LV terminals"
    for bus, node in zip(buses, network.node_ids, strict=True):
        if bus != node:
            yield f"! bus {bus} = {node}"
    yield "Clear"
    yield f"Set DefaultBaseFrequency={HZ:g}"


def _sources(network: Network, buses: Sequence[str], vm_pu: Floats) -> Iterator[str]:
    sources = network.sources
    for k, node in enumerate(sources.node.tolist()):
        vn_kv = float(network.vn_kv[node])
        size = _SOURCE_C * vn_kv**2 / float(sources.s_sc_max_mva[k])
        ratio = float(sources.r_over_x[k])
        x = max(size / sqrt(1 + ratio**2), _STIFF_OHM)
        other = f"[{_number(ratio * x)} {_number(x)}]"
        element = "New Circuit.gridcalc" if k == 0 else f"New Vsource.source_{k + 1}"
        yield (
            f"{element} bus1={buses[node]} basekv={_number(vn_kv)} pu={_number(vm_pu[k])} phases=3"
            f" angle=0 frequency={HZ:g} Z1=[0 {_number(_STIFF_OHM)}] Z2={other} Z0={other}"
        )


def _cables(network: Network, buses: Sequence[str]) -> Iterator[str]:
    cables, codes = network.cables, bus_names([f"cable_{name}" for name in network.cables.ids])
    for k, name in enumerate(codes):
        if cables.is_open[k]:
            yield f"! {cables.ids[k]} is open"
            continue
        n = int(cables.parallel[k])
        ohms = {
            "r1": cables.r1_ohm_per_km[k] / n,
            "x1": cables.x1_ohm_per_km[k] / n,
            "r0": cables.r0_ohm_per_km[k] / n,
            "x0": cables.x0_ohm_per_km[k] / n,
            "c1": cables.c_nf_per_km[k] * n,
            "c0": cables.c_nf_per_km[k] * n,
        }
        said = " ".join(f"{key}={_number(value)}" for key, value in ohms.items())
        yield (
            f"New Line.{name} bus1={buses[cables.from_node[k]]} bus2={buses[cables.to_node[k]]}"
            f" phases=3 units=km length={_number(cables.length_m[k] / M_PER_KM)} {said}"
            f" normamps={_number(cables.ampacity_a[k])} ! {_line(cables.types[k])}"
        )


def _transformers(network: Network, buses: Sequence[str]) -> Iterator[str]:
    trafos, names = network.transformers, bus_names(network.transformers.ids)
    for k, name in enumerate(names):
        kva = _number(trafos.sn_kva[k])
        iron = PERCENT * float(trafos.p0_kw[k] / trafos.sn_kva[k])
        magnetising = sqrt(max(float(trafos.i0_percent[k]) ** 2 - iron**2, 0.0))
        reactance = sqrt(float(trafos.vk_percent[k]) ** 2 - float(trafos.vkr_percent[k]) ** 2)
        yield (
            f"New Transformer.{name} phases=3 windings=2 leadlag=lead ppm_antifloat=0"
            f" buses=[{buses[trafos.hv_node[k]]}.1.2.3 {buses[trafos.lv_node[k]]}.1.2.3.0]"
            f" conns=[delta wye] kvs=[{_number(trafos.vn_hv_kv[k])} {_number(trafos.vn_lv_kv[k])}]"
            f" kvas=[{kva} {kva}] taps=[{_number(trafos.ratio_tap[k])} 1]"
            f" xhl={_number(reactance)} %loadloss={_number(trafos.vkr_percent[k])}"
            f" %noloadloss={_number(iron)} %imag={_number(magnetising)}"
            f" ! {_line(trafos.types[k])} Dyn11"
        )


def _loads(network: Network, buses: Sequence[str], loads: PhaseLoads) -> Iterator[str]:
    for node, phase in np.argwhere((loads.p_kw != 0) | (loads.q_kvar != 0)).tolist():
        kv = float(network.vn_kv[node]) / SQRT3
        yield (
            f"New Load.{buses[node]}_{'abc'[phase]} phases=1 bus1={buses[node]}.{phase + 1}.0"
            f" model=1 kv={_number(kv)} kw={_number(loads.p_kw[node, phase])}"
            f" kvar={_number(loads.q_kvar[node, phase])}"
            f" vminpu={_LOAD_FLOOR_PU:g} vmaxpu={_LOAD_CEILING_PU:g}"
        )


def _solve(network: Network) -> Iterator[str]:
    bases = " ".join(_number(value) for value in sorted(set(network.vn_kv.tolist()), reverse=True))
    yield f"Set voltagebases=[{bases}]"
    yield "CalcVoltageBases"
    yield f"Set tolerance={_TOLERANCE:g} maxiterations={PERCENT * N_PHASES:g}"
    yield "Solve"


def _number(value: float | np.float64) -> str:
    """Return a number with all its digits, the same on every machine."""
    return repr(float(value))


def _line(text: str) -> str:
    """Return a text as one line, so that it stays behind its sign of a comment."""
    return " ".join(text.split())
