"""Results of a foreign network per transformer, line and bus, each from the level that judges."""

from dataclasses import dataclass

import numpy as np

from gridcalc.demand.levels import BOX, FEEDER, STATION
from gridcalc.foreign.areas import NOWHERE, Areas
from gridcalc.foreign.demand import AddedLoads, behind
from gridcalc.foreign.labels import labels
from gridcalc.network.arrays import Floats
from gridcalc.network.foreign_net import Complexes, State
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.powerflow.elements import (
    BranchResult,
    MvResult,
    NodeResult,
    TransformerResult,
    triple,
)
from gridcalc.powerflow.solution import Solution
from gridcalc.units import (
    A_PER_KA,
    KW_PER_MW,
    M_PER_KM,
    N_PHASES,
    PERCENT,
    SQRT3,
    V_PER_KV,
    W_PER_KW,
)

SEGMENT = "segment"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """The solved levels of one scenario and what was added; both are one state today."""

    station: State
    feeder: State
    added: AddedLoads | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Equipment:
    """Names, ratings and places of the elements of a network.

    ``rating_a`` is zero for lines without a usable rating; of all parallel lines. [A]
    """

    tables: ForeignTables
    areas: Areas
    bus_ids: tuple[str, ...]
    line_ids: tuple[str, ...]
    trafo_ids: tuple[str, ...]
    vn_kv: Floats
    rating_a: Floats
    sn_kva: Floats


def equipment(tables: ForeignTables, areas: Areas, max_rating_a: float) -> Equipment:
    """Return names and ratings; ratings from ``max_rating_a`` on are no ratings. [A]."""
    line, trafo = tables.frame("line"), tables.frame("trafo")
    single = np.array(line.numbers("max_i_ka")) * A_PER_KA
    single[(single <= 0) | (single >= max_rating_a)] = 0.0
    factor = np.array(line.numbers("df", 1.0)) * np.array(line.numbers("parallel", 1.0))
    of_trafo = np.array(trafo.numbers("df", 1.0)) * np.array(trafo.numbers("parallel", 1.0))
    return Equipment(
        tables=tables,
        areas=areas,
        bus_ids=labels(tables, "bus"),
        line_ids=labels(tables, "line"),
        trafo_ids=labels(tables, "trafo"),
        vn_kv=np.array(tables.frame("bus").numbers("vn_kv")),
        rating_a=single * factor,
        sn_kva=np.array(trafo.numbers("sn_mva")) * KW_PER_MW * of_trafo,
    )


def transformer_rows(kit: Equipment, levels: Levels) -> tuple[TransformerResult, ...]:
    """Return one row per live two-winding transformer, sorted by id."""
    rows = []
    for k in np.flatnonzero(kit.areas.live_trafo).tolist():
        s_phase, sn_kva = levels.station.s_lv_kva[k], float(kit.sn_kva[k])
        total = complex(s_phase.sum())
        rows.append(
            TransformerResult(
                id=kit.trafo_ids[k],
                sn_kva=sn_kva,
                s_peak_kva=abs(total),
                p_peak_kw=total.real,
                loading_percent=PERCENT * abs(total) / sn_kva,
                loading_phase_percent=triple(PERCENT * np.abs(s_phase) * N_PHASES / sn_kva),
                above_80_percent_h=None,
                level=STATION,
            )
        )
    return tuple(sorted(rows, key=lambda row: row.id))


def branch_rows(kit: Equipment, levels: Levels) -> tuple[BranchResult, ...]:
    """Return one row per live line with a rating, sorted by id."""
    current, neutral = _currents(kit, levels)
    line, areas = kit.tables.frame("line"), kit.areas
    ends = list(zip(line.places("from_bus"), line.places("to_bus"), strict=True))
    types, lengths = line.texts("std_type"), line.numbers("length_km")
    parents = set(areas.parent.tolist())
    rows = []
    for k in np.flatnonzero(areas.live_line & (kit.rating_a > 0)).tolist():
        a, b = ends[k] if areas.forward[k] or areas.child[k] == NOWHERE else ends[k][::-1]
        i_max, rating = float(current[k].max()), float(kit.rating_a[k])
        rows.append(
            BranchResult(
                id=kit.line_ids[k],
                from_id=kit.bus_ids[a],
                to_id=kit.bus_ids[b],
                type=types[k],
                length_m=lengths[k] * M_PER_KM,
                vn_kv=float(kit.vn_kv[a]),
                i_max_a=i_max,
                i_phase_a=triple(current[k]),
                i_neutral_a=float(neutral[k]),
                ampacity_a=rating,
                loading_percent=PERCENT * i_max / rating,
                level=_level(areas, k, parents),
            )
        )
    return tuple(sorted(rows, key=lambda row: row.id))


def _level(areas: Areas, line: int, parents: set[int]) -> str:
    child = int(areas.child[line])
    if child == NOWHERE:
        return STATION
    if areas.depth[child] == 1:
        return FEEDER
    return SEGMENT if child in parents else BOX


def _currents(kit: Equipment, levels: Levels) -> tuple[Floats, Floats]:
    """Return phase and neutral currents of each line at its own level. [A].

    A line below the first of its feeder carries the current of the feeder level, changed by what
    its own units draw more because they are fewer, at the voltage of that level.
    """
    station, feeder, areas = levels.station, levels.feeder, kit.areas
    in_tree = areas.child != NOWHERE
    current = np.where(in_tree[:, None], feeder.i_line_a, station.i_line_a)
    neutral = np.where(in_tree, feeder.i_neutral_a, station.i_neutral_a)
    if levels.added is None:
        return current, neutral
    more = levels.added.own - behind(areas, levels.added.feeder)
    below = in_tree & (areas.depth[np.maximum(areas.child, 0)] > 1)
    changed = np.flatnonzero(below & np.any(np.abs(more) > 0, axis=1))
    phasor = _phasors(kit, feeder, changed, more[changed])
    current[changed] = np.abs(phasor)
    neutral[changed] = np.abs(phasor.sum(axis=1))
    return current, neutral


def _phasors(kit: Equipment, state: State, lines: object, more: Complexes) -> Complexes:
    """Return the currents at the upper ends of some lines, with some load more behind. [A]."""
    rows = np.asarray(lines, dtype=np.int64)
    s_kva = np.where(kit.areas.forward[rows, None], state.s_from_kva[rows], state.s_to_kva[rows])
    bus = kit.areas.parent[rows]
    volts = state.v_pu[bus] * (kit.vn_kv[bus] * V_PER_KV / SQRT3)[:, None]
    return np.asarray(((s_kva + more) * W_PER_KW / volts).conj())


def node_rows(kit: Equipment, levels: Levels) -> tuple[NodeResult, ...]:
    """Return one row per live bus, in pu of its own nominal voltage, sorted by id."""
    state = levels.feeder
    rows = np.flatnonzero(state.alive)
    solved = Solution(engine=state.engine, v_pu=state.v_pu[rows])
    vm, vm_line, unbalance = solved.vm_pu, solved.vm_line_pu, solved.unbalance_percent
    found = [
        NodeResult(
            id=kit.bus_ids[bus],
            vn_kv=float(kit.vn_kv[bus]),
            vm_min_pu=float(vm[k].min()),
            vm_phase_pu=triple(vm[k]),
            vm_line_min_pu=float(vm_line[k].min()),
            unbalance_percent=float(unbalance[k]),
            level=FEEDER,
        )
        for k, bus in enumerate(rows.tolist())
    ]
    return tuple(sorted(found, key=lambda row: row.id))


def source_row(levels: Levels) -> MvResult:
    """Return what all sources supply at station level."""
    total = levels.station.s_source_kva
    return MvResult(
        s_peak_kva=abs(total),
        p_peak_kw=total.real,
        p_loss_kw=levels.station.p_loss_kw,
        s_source_kva={"source": abs(total)},
    )
