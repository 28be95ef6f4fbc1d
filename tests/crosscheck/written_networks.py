"""Small compounds written by hand, built by gridcalc, with loads given per node and phase.

Each one holds what an engine could get wrong: taps, dry and oil units, copper and aluminium,
parallel cables, capacitors, an open ring, two sources, all chargers on one phase. Loads are
[kW, kvar] of phases a, b, c; they are not demands of any rule, and the loads in the files only
make the files complete.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
import yaml

from gridcalc.catalogue import load_catalogue
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.reader import parse_compound
from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.network.build import build_network
from gridcalc.policy import load_policy
from tests.crosscheck.random_networks import STIFF_MVA, Drawn

CONDUCTOR_CELSIUS = 90.0
SOURCE_R_OVER_X = 0.1


@dataclass(frozen=True, kw_only=True)
class _Written:
    text: str
    loads: dict[str, tuple[tuple[float, ...], tuple[float, ...]]]
    source_vm_pu: tuple[float, ...]


def _compound(body: str) -> str:
    head = "gridcalc: 1\nname: crosscheck\npolicy: national\nbuild: {kind: new, year: 2025}\n"
    return head + body


_ONE_UNIT = _compound("""
id: one-unit
sources: [{id: SRC, kind: rmu_bay, i_sc_max_ka: 10, i_sc_min_ka: 6}]
mv_cables:
  - {id: M1, from: SRC, to: PD1, type: YJV22-8.7/15-3x150, length_m: 420}
substations:
  - {id: PD1, kind: prefabricated, transformers: [{id: T1, type: S20-630}]}
lv_nodes: [{id: BB1, kind: branch_box}, {id: MB1, kind: meter_box}, {id: MB2, kind: meter_box}]
lv_cables:
  - {id: F1, from: T1.LV, to: BB1, type: YJV22-0.6/1-4x240, length_m: 110}
  - {id: B1, from: BB1, to: MB1, type: YJV22-0.6/1-4x70, length_m: 30}
  - {id: B2, from: BB1, to: MB2, type: YJV22-0.6/1-4x70, length_m: 45}
public_loads:
  - {node: MB1, kind: passenger_lift, kw: 10}
  - {node: MB2, kind: passenger_lift, kw: 10}
""")

_DRY_TAPPED = _compound("""
id: dry-tapped
sources: [{id: SRC, kind: line_tap, i_sc_max_ka: 16, i_sc_min_ka: 8}]
mv_cables:
  - {id: M1, from: SRC, to: PD1, type: YJLV22-8.7/15-3x70, length_m: 2300}
substations:
  - {id: PD1, kind: room, transformers: [{id: T1, type: SCB14-800, tap: -2}]}
lv_nodes: [{id: BB1, kind: branch_box}, {id: MB1, kind: meter_box}, {id: CB1, kind: charger_box}]
lv_cables:
  - {id: F1, from: T1.LV, to: BB1, type: YJLV22-0.6/1-4x240, length_m: 140, parallel: 2}
  - {id: B1, from: BB1, to: MB1, type: YJLV22-0.6/1-4x120, length_m: 25}
  - {id: F2, from: T1.LV, to: CB1, type: YJLV22-0.6/1-4x185, length_m: 90, parallel: 3}
public_loads:
  - {node: MB1, kind: passenger_lift, kw: 10}
  - {node: CB1, kind: passenger_lift, kw: 10}
""")

_TWO_SOURCES = _compound("""
id: two-sources
sources:
  - {id: SRCA, kind: rmu_bay, i_sc_max_ka: 10, i_sc_min_ka: 6}
  - {id: SRCB, kind: switching_station_bay, i_sc_max_ka: 14, i_sc_min_ka: 9}
mv_cables:
  - {id: MA, from: SRCA, to: T1, type: YJV22-8.7/15-3x95, length_m: 800}
  - {id: MB, from: SRCB, to: T2, type: YJV22-8.7/15-3x120, length_m: 300}
substations:
  - id: PD1
    kind: room
    transformers: [{id: T1, type: S20-630, tap: 1}, {id: T2, type: SCB14-1000, tap: -1}]
lv_nodes: [{id: MB1, kind: meter_box}, {id: MB2, kind: meter_box}]
lv_cables:
  - {id: F1, from: T1.LV, to: MB1, type: YJV22-0.6/1-4x185, length_m: 95}
  - {id: F2, from: T2.LV, to: MB2, type: YJLV22-0.6/1-4x240, length_m: 120, parallel: 2}
public_loads:
  - {node: MB1, kind: passenger_lift, kw: 10}
  - {node: MB2, kind: passenger_lift, kw: 10}
""")

_OPEN_RING = _compound("""
id: open-ring
sources: [{id: SRC, kind: rmu_bay, i_sc_max_ka: 12, i_sc_min_ka: 7}]
rmus: [{id: R1, type: RMU-2in-4out}, {id: R2, type: RMU-2in-4out}]
mv_cables:
  - {id: M1, from: SRC, to: R1, type: YJV22-8.7/15-3x240, length_m: 900}
  - {id: M2, from: R1, to: R2, type: YJV22-8.7/15-3x240, length_m: 600}
  - {id: M3, from: R2, to: SRC, type: YJV22-8.7/15-3x240, length_m: 1200, normally_open: true}
  - {id: M4, from: R1, to: PD1, type: YJV22-8.7/15-3x70, length_m: 80}
  - {id: M5, from: R2, to: PD2, type: YJV22-8.7/15-3x70, length_m: 150}
substations:
  - {id: PD1, kind: prefabricated, transformers: [{id: T1, type: S20-400, tap: 2}]}
  - {id: PD2, kind: room, transformers: [{id: T2, type: S20-630}, {id: T3, type: S20-630, tap: -1}]}
lv_nodes:
  - {id: MB1, kind: meter_box}
  - {id: MB2, kind: meter_box}
  - {id: MB3, kind: meter_box}
lv_cables:
  - {id: F1, from: T1.LV, to: MB1, type: YJV22-0.6/1-4x150, length_m: 130}
  - {id: F2, from: T2.LV, to: MB2, type: YJV22-0.6/1-4x240, length_m: 150}
  - {id: F3, from: T3.LV, to: MB3, type: YJV22-0.6/1-4x240, length_m: 60}
public_loads:
  - {node: MB1, kind: passenger_lift, kw: 10}
  - {node: MB2, kind: passenger_lift, kw: 10}
  - {node: MB3, kind: passenger_lift, kw: 10}
""")

_AT_SOURCE = _compound("""
id: at-source
sources: [{id: SRC, kind: switching_station_bay, i_sc_max_ka: 10, i_sc_min_ka: 6}]
substations:
  - {id: PD1, kind: room, transformers: [{id: T1, type: S20-400, fed_from: SRC}]}
lv_nodes: [{id: MB1, kind: meter_box}]
lv_cables:
  - {id: F1, from: T1.LV, to: MB1, type: YJLV22-0.6/1-4x95, length_m: 160}
public_loads:
  - {node: MB1, kind: passenger_lift, kw: 10}
""")

_TWO_SOURCE_LOADS = {
    "MB1": ((90, 120, 60), (30, 40, 20)),
    "MB2": ((150, 0, 210), (60, 0, 50)),
    "T1.LV": ((0, 0, 0), (-25, -25, -25)),
    "T2.LV": ((12, 12, 12), (-30, -30, -30)),
}

WRITTEN = {
    "one unit": _Written(
        text=_ONE_UNIT,
        loads={
            "MB1": ((40, 30, 20), (12, 9, 6)),
            "MB2": ((25, 55, 30), (8, 20, 9)),
            "T1.LV": ((20, 20, 20), (10, 10, 10)),
        },
        source_vm_pu=(1.02,),
    ),
    "one unit, chargers on phase a": _Written(
        text=_ONE_UNIT,
        loads={"MB1": ((56, 0, 0), (0, 0, 0)), "MB2": ((63, 5, 0), (0, 2, 0))},
        source_vm_pu=(1.0,),
    ),
    "dry unit at tap -2 with capacitors": _Written(
        text=_DRY_TAPPED,
        loads={
            "MB1": ((60, 75, 50), (25, 30, 20)),
            "CB1": ((140, 126, 98), (10, 10, 10)),
            "T1.LV": ((0, 0, 0), (-60, -60, -60)),
        },
        source_vm_pu=(0.98,),
    ),
    "two sources": _Written(text=_TWO_SOURCES, loads=_TWO_SOURCE_LOADS, source_vm_pu=(1.03, 0.99)),
    "unit at the source": _Written(
        text=_AT_SOURCE,
        loads={"MB1": ((30, 42, 0), (9, 20, 0)), "T1.LV": ((15, 15, 15), (5, 5, 5))},
        source_vm_pu=(1.01,),
    ),
    "open ring of three units": _Written(
        text=_OPEN_RING,
        loads={
            "MB1": ((80, 70, 65), (30, 28, 20)),
            "MB2": ((120, 130, 60), (40, 60, 20)),
            "MB3": ((0, 170, 90), (0, 50, 30)),
            "T3.LV": ((30, 30, 30), (-40, -40, -40)),
        },
        source_vm_pu=(1.0,),
    ),
    "no load": _Written(text=_OPEN_RING, loads={}, source_vm_pu=(1.05,)),
}


def written_network(name: str, *, iron: bool = True, stiff: bool = True) -> Drawn:
    """Return one of the written networks.

    Parameters
    ----------
    name
        A key of ``WRITTEN``.
    iron
        Whether the transformers keep their no-load losses.
    stiff
        Whether the sources' short-circuit power is replaced by a huge one.
    """
    written = WRITTEN[name]
    network = network_of(written.text)
    if not iron:
        network = without_iron(network)
    if stiff:
        network = with_source_mva(network, STIFF_MVA)
    return Drawn(
        network=network,
        loads=loads_of(network, written.loads),
        source_vm_pu=np.array(written.source_vm_pu),
    )


def network_of(text: str) -> Network:
    """Return the network gridcalc builds from the text of a compound file."""
    catalogue = load_catalogue()
    compound = parse_compound(text, file="crosscheck.yaml", catalogue=catalogue)
    policy = load_policy(yaml.safe_load(text)["policy"])
    return build_network(
        resolve_defaults(compound, policy).compound,
        catalogue=catalogue,
        conductor_celsius=CONDUCTOR_CELSIUS,
        source_r_over_x=SOURCE_R_OVER_X,
    )


def loads_of(network: Network, loads: dict) -> PhaseLoads:
    """Return loads given per node id as ([kW] * 3, [kvar] * 3)."""
    p, q = np.zeros((network.n_nodes, 3)), np.zeros((network.n_nodes, 3))
    index = network.node_index()
    for node, (p_kw, q_kvar) in loads.items():
        p[index[node]], q[index[node]] = p_kw, q_kvar
    return PhaseLoads(p_kw=p, q_kvar=q)


def without_iron(network: Network) -> Network:
    """Return the network with transformers that have no no-load losses."""
    zero = np.zeros(len(network.transformers.ids))
    trafos = dataclasses.replace(network.transformers, p0_kw=zero, i0_percent=zero)
    return dataclasses.replace(network, transformers=trafos)


def with_source_mva(network: Network, s_sc_mva: float) -> Network:
    """Return the network with sources of another short-circuit power."""
    mva = np.full(len(network.sources.ids), s_sc_mva)
    sources = dataclasses.replace(network.sources, s_sc_max_mva=mva, s_sc_min_mva=mva)
    return dataclasses.replace(network, sources=sources)
