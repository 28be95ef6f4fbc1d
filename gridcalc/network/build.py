"""Compound and catalogue in, network arrays out."""

from collections.abc import Iterable

import numpy as np

from gridcalc.catalogue import Cable, Catalogue
from gridcalc.catalogue.resistance import resistance_ohm_per_km
from gridcalc.compound.model import Ambient, Compound, LvCable, MvCable, lv_board
from gridcalc.compound.topology import hv_nodes, lv_topology, mv_node
from gridcalc.network.arrays import Cables, Floats, Network, Sources, Transformers
from gridcalc.standards.cable_ampacity import LayingConditions, ampacity_a, side_by_side
from gridcalc.units import SQRT3, VN_LV_KV, VN_MV_KV, W_PER_KW


def build_network(
    compound: Compound,
    *,
    catalogue: Catalogue,
    conductor_celsius: float,
    source_r_over_x: float,
) -> Network:
    """Return the network of a compound whose gaps are filled.

    Parameters
    ----------
    compound
        With defaults resolved.
    catalogue
        Equipment data.
    conductor_celsius
        Conductor temperature of the power flow. [°C]
    source_r_over_x
        R/X of the network behind the sources. [-]

    Notes
    -----
    Z0 of a four-core cable is Z1 + 3 Z_PEN with a PEN conductor equal to a phase conductor,
    which is exact for phase-to-neutral loads in TN systems.
    """
    node_ids, vn_kv = _nodes(compound)
    index = {node: i for i, node in enumerate(node_ids)}
    return Network(
        node_ids=node_ids,
        vn_kv=vn_kv,
        sources=_sources(compound, index, source_r_over_x),
        cables=_cables(compound, index, catalogue, conductor_celsius),
        transformers=_transformers(compound, index, catalogue),
    )


def _nodes(compound: Compound) -> tuple[tuple[str, ...], Floats]:
    feeding = hv_nodes(compound)
    mv: dict[str, None] = dict.fromkeys(sorted(source.id for source in compound.sources))
    mv.update(dict.fromkeys(sorted(rmu.id for rmu in compound.rmus)))
    ends = {mv_node(e, compound) for c in compound.mv_cables for e in (c.from_id, c.to_id)}
    mv.update(dict.fromkeys(sorted(ends | set(feeding.values()))))
    lv = [place.id for place in lv_topology(compound).places]
    vn_kv = np.array([VN_MV_KV] * len(mv) + [VN_LV_KV] * len(lv))
    return (*mv, *lv), vn_kv


def _floats(values: Iterable[float | None]) -> Floats:
    return np.array([0.0 if value is None else value for value in values], dtype=np.float64)


def _sources(compound: Compound, index: dict[str, int], r_over_x: float) -> Sources:
    rows = sorted(compound.sources, key=lambda source: source.id)
    mva_per_ka = SQRT3 * VN_MV_KV
    return Sources(
        ids=tuple(row.id for row in rows),
        node=np.array([index[row.id] for row in rows], dtype=np.int64),
        vm_peak_pu=_floats(row.vm_peak_pu for row in rows),
        vm_low_load_pu=_floats(row.vm_low_load_pu for row in rows),
        s_sc_max_mva=_floats(row.i_sc_max_ka for row in rows) * mva_per_ka,
        s_sc_min_mva=_floats(row.i_sc_min_ka for row in rows) * mva_per_ka,
        r_over_x=np.full(len(rows), r_over_x),
    )


def _conditions(cable: MvCable | LvCable, ambient: Ambient) -> LayingConditions:
    return LayingConditions(
        laying=cable.laying or "duct",
        air_celsius=ambient.air_celsius or 0.0,
        soil_celsius=ambient.soil_celsius or 0.0,
        soil_rho_k_m_per_w=ambient.soil_rho_k_m_per_w or 0.0,
        n_grouped=side_by_side(cable.grouping, cable.parallel if isinstance(cable, LvCable) else 1),
    )


def _cables(
    compound: Compound, index: dict[str, int], catalogue: Catalogue, celsius: float
) -> Cables:
    mv = sorted(compound.mv_cables, key=lambda cable: cable.id)
    lv = sorted(compound.lv_cables, key=lambda cable: cable.id)
    rows: list[MvCable | LvCable] = [*mv, *lv]
    types = [catalogue.cables[row.type] for row in rows]
    parallel = np.array([1] * len(mv) + [row.parallel for row in lv], dtype=np.int64)
    r1 = _floats(resistance_ohm_per_km(cable, celsius) for cable in types)
    x1 = _floats(cable.x_ohm_per_km for cable in types)
    ends = [(mv_node(row.from_id, compound), mv_node(row.to_id, compound)) for row in rows]
    single = _floats(
        ampacity_a(cable, _conditions(row, compound.ambient))
        for cable, row in zip(types, rows, strict=True)
    )
    return Cables(
        ids=tuple(row.id for row in rows),
        types=tuple(row.type for row in rows),
        from_node=np.array([index[start] for start, _ in ends], dtype=np.int64),
        to_node=np.array([index[end] for _, end in ends], dtype=np.int64),
        length_m=_floats(row.length_m for row in rows),
        parallel=parallel,
        r1_ohm_per_km=r1,
        x1_ohm_per_km=x1,
        r0_ohm_per_km=r1 + 3 * r1,
        x0_ohm_per_km=x1 + 3 * x1,
        r20_ohm_per_km=_floats(cable.r20_ohm_per_km for cable in types),
        c_nf_per_km=_floats(_capacitance(cable) for cable in types),
        ampacity_a=single * parallel,
        is_open=np.array([row.normally_open for row in mv] + [False] * len(lv), dtype=bool),
    )


def _capacitance(cable: Cable) -> float:
    return (cable.c_nf_per_km or 0.0) if cable.vn_kv >= VN_MV_KV else 0.0


def _transformers(compound: Compound, index: dict[str, int], catalogue: Catalogue) -> Transformers:
    units = sorted(compound.transformers, key=lambda unit: unit.id)
    types = [catalogue.transformers[unit.type] for unit in units]
    feeding = hv_nodes(compound)
    return Transformers(
        ids=tuple(unit.id for unit in units),
        types=tuple(unit.type for unit in units),
        hv_node=np.array([index[feeding[unit.id]] for unit in units], dtype=np.int64),
        lv_node=np.array([index[lv_board(unit.id)] for unit in units], dtype=np.int64),
        sn_kva=_floats(row.sn_kva for row in types),
        vn_hv_kv=_floats(row.vn_hv_kv for row in types),
        vn_lv_kv=_floats(row.vn_lv_kv for row in types),
        vk_percent=_floats(row.vk_percent for row in types),
        vkr_percent=_floats(row.vkr_percent for row in types),
        p0_kw=_floats(row.p0_w / W_PER_KW for row in types),
        i0_percent=_floats(row.i0_percent for row in types),
        tap=np.array([unit.tap for unit in units], dtype=np.int64),
        tap_step_percent=_floats(row.tap_step_percent for row in types),
        compensation_kvar=_floats(unit.compensation_kvar for unit in units),
    )
