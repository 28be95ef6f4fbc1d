"""The 0.4 kV side of a foreign network as boxes, cables and loads of a compound."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np

from gridcalc.compound.model import lv_board
from gridcalc.demand.phases import round_robin, rounded_shares
from gridcalc.demand.rules import diversity_of
from gridcalc.foreign.areas import NOWHERE, Areas
from gridcalc.foreign.records import Load
from gridcalc.foreign.representing_equipment import Kit
from gridcalc.network.foreign_tables import ForeignTables, Frame
from gridcalc.policy import PolicyPack
from gridcalc.units import KW_PER_MW, M_PER_KM, N_PHASES, tan_phi

Entry = dict[str, Any]
_SHORTEST_M = 0.5
"""The shortest cable of a compound file. [m]"""
_NOTHING = "none"
_KINDS = {"commerce": "commerce_unknown_use", "heat_pump": "heat_pump", "other": "other"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LvNames:
    """Ids of transformers, boxes and lines by row; of buses that are one, the first stands."""

    transformers: Mapping[int, str]
    nodes: Mapping[int, str]
    lines: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LvLoads:
    """Entries of a compound file by section, and what could not be told exactly.

    Attributes
    ----------
    sections
        Households, private bays, e-bikes, common loads.
    compensation_kvar
        Capacitive reactive power of loads, by transformer.
    n_without_power
        Loads left out because they draw nothing.
    most_over_given
        Power of a flat over its share of the file's load, the largest of all transformers. [-]
    """

    sections: Mapping[str, list[Entry]]
    compensation_kvar: Mapping[int, float]
    n_without_power: int
    most_over_given: float


def lv_boxes(areas: Areas, boxed: Iterable[int]) -> tuple[int, ...]:
    """Return the buses that become boxes, all but the boards, in the order of the file."""
    return tuple(sorted({int(areas.child[row]) for row in boxed}))


def lv_lines(areas: Areas) -> tuple[int, ...]:
    """Return the lines of all low-voltage areas."""
    return tuple(row for row, child in enumerate(areas.child.tolist()) if child != NOWHERE)


def lv_entries(
    tables: ForeignTables, areas: Areas, names: LvNames, kit: Kit
) -> tuple[list[Entry], int]:
    """Return the LV cables, each from the end nearer its transformer, and how many were longer.

    A cable below the shortest length of the format gets that length; these are counted.
    """
    line = tables.frame("line")
    length, parallel = line.numbers("length_km"), line.numbers("parallel", 1.0)
    found, n_short = [], 0
    for row, name in names.lines.items():
        length_m = round(length[row] * M_PER_KM, 3)
        n_short += length_m < _SHORTEST_M
        entry: Entry = {
            "id": name,
            "from": node_name(areas, names, int(areas.parent[row])),
            "to": names.nodes[int(areas.child[row])],
            "length_m": max(length_m, _SHORTEST_M),
            **kit.cables[row].keys,
        }
        n = int(parallel[row])
        found.append(entry if n == 1 else entry | {"parallel": n})
    return found, n_short


def node_name(areas: Areas, names: LvNames, bus: int) -> str:
    """Return the id of the node at a low-voltage bus."""
    above = int(areas.above[bus])
    if above != NOWHERE:
        return names.nodes[int(areas.child[above])]
    return lv_board(names.transformers[areas.areas[int(areas.of_bus[bus])].trafos[0]])


def box_entries(boxes: Mapping[int, str], areas: Areas, loads: LvLoads) -> list[Entry]:
    """Return the boxes, their kind by what stands at them."""
    onward = {int(areas.parent[row]) for row in lv_lines(areas)}
    at = {
        section: {row["node"] for row in rows if row.get("kind") != _NOTHING}
        for section, rows in loads.sections.items()
    }
    found = []
    for bus, name in boxes.items():
        kind = "distribution_box"
        if name in at["households"]:
            kind = "meter_box"
        elif name in at["private_bays"]:
            kind = "charger_box"
        elif bus in onward:
            kind = "branch_box"
        found.append({"id": name, "kind": kind})
    return found


def load_entries(
    tables: ForeignTables,
    loads: Sequence[Load],
    areas: Areas,
    names: LvNames,
    policy: PolicyPack,
) -> LvLoads:
    """Return the loads of a compound.

    Flats get the power with which, by the demand factor of all flats of their transformer, they
    draw at the station what the loads of the file draw; a common load is that of the file. Boxes
    at the end of a line without a load get one of 0 kW, which the format asks for.
    """
    drawing = [load for load in loads if load.p_kw and areas.of_bus[load.bus] != NOWHERE]
    reactive = {load.id: _q_kvar(tables.frame(load.table), load) for load in drawing}
    households, most = _households(tables, drawing, areas, names, policy)
    common = [
        _common(load, reactive[load.id], node_name(areas, names, load.bus))
        for load in drawing
        if _is_common(load)
    ]
    sections = {
        "households": households,
        "private_bays": _bays(drawing, areas, names),
        "ebikes": _ebikes(drawing, areas, names),
        "public_loads": common,
    }
    loaded = {row["node"] for rows in sections.values() for row in rows}
    onward = {int(areas.parent[row]) for row in lv_lines(areas)}
    idle = [name for bus, name in names.nodes.items() if bus not in onward and name not in loaded]
    common += [{"node": name, "kind": _NOTHING, "kw": 0.0} for name in idle]
    return LvLoads(
        sections=sections,
        compensation_kvar=_compensation(drawing, reactive, areas, policy),
        n_without_power=sum(not load.p_kw for load in loads),
        most_over_given=most,
    )


def _is_common(load: Load) -> bool:
    return load.kind in _KINDS or (load.kind == "household" and not load.households)


def _q_kvar(frame: Frame, load: Load) -> float:
    columns = ("q_mvar",) if load.table == "load" else tuple(f"q_{x}_mvar" for x in "abc")
    total = sum(frame.numbers(column)[load.place] for column in columns)
    return total * frame.numbers("scaling", 1.0)[load.place] * KW_PER_MW


def _households(
    tables: ForeignTables, loads: Sequence[Load], areas: Areas, names: LvNames, policy: PolicyPack
) -> tuple[list[Entry], float]:
    """Return the flats, and the largest of their factors on the power of the file."""
    flats = [load for load in loads if load.kind == "household" and load.households]
    n_at: Counter[int] = Counter()
    for load in flats:
        n_at[int(areas.of_bus[load.bus])] += load.households
    most = max(n_at.values(), default=1)
    counts = diversity_of(policy, policy.text("household.factor_rule_set"), most).total["household"]
    found, start, least = [], 0, 1.0
    for load in flats:
        n = n_at[int(areas.of_bus[load.bus])]
        factor = float(counts[n]) / n
        entry: Entry = {
            "node": node_name(areas, names, load.bus),
            "count": load.households,
            "kw_each": round(load.p_kw / load.households / factor, 4),
            "phases": _phases(tables, load, start),
        }
        start, least = start + load.households, min(least, factor)
        found.append(entry)
    return found, 1 / least


def _phases(tables: ForeignTables, load: Load, start: int) -> Any:
    """Return the phases of flats: shared as the file's powers, dealt in turn where it is balanced.

    Fewer flats than phases that draw cannot be shared; they count as three-phase.
    """
    n = load.households
    if load.table == "load":
        return list(round_robin(n, start % N_PHASES)) if n >= N_PHASES else "three"
    frame = tables.frame(load.table)
    powers = np.array([frame.numbers(f"p_{x}_mw")[load.place] for x in "abc"])
    if n < np.count_nonzero(powers) or powers.min() < 0:
        return "three"
    if np.allclose(powers, powers[0]):
        return list(round_robin(n, start % N_PHASES))
    return [int(k) for k in rounded_shares(powers / powers.sum() * n)]


def _bays(loads: Sequence[Load], areas: Areas, names: LvNames) -> list[Entry]:
    """Return the private bays of each node; chargers of the file stand at some of them."""
    bays, chargers = Counter[str](), Counter[str]()
    for load in loads:
        node = node_name(areas, names, load.bus)
        bays[node] += load.bays
        chargers[node] += load.chargers
    found = []
    for node in sorted(node for node in bays if bays[node] or chargers[node]):
        n = max(bays[node], chargers[node])
        share = {"equipped_share": chargers[node] / n} if chargers[node] else {}
        found.append({"node": node, "count": n} | share)
    return found


def _ebikes(loads: Sequence[Load], areas: Areas, names: LvNames) -> list[Entry]:
    bikes = defaultdict[str, int](int)
    for load in loads:
        bikes[node_name(areas, names, load.bus)] += load.ebikes
    return [{"node": node, "bikes": n} for node, n in sorted(bikes.items()) if n]


def _common(load: Load, q_kvar: float, node: str) -> Entry:
    factor = 1.0 if q_kvar <= 0 else load.p_kw / hypot(load.p_kw, q_kvar)
    return {
        "node": node,
        "kind": _KINDS.get(load.kind, "other"),
        "kw": round(load.p_kw, 4),
        "demand_factor": 1.0,
        "power_factor": round(factor, 4),
    }


def _compensation(
    loads: Sequence[Load], reactive: Mapping[str, float], areas: Areas, policy: PolicyPack
) -> dict[int, float]:
    """Return the capacitors that explain capacitive loads, by transformer. [kvar]."""
    lagging = tan_phi(policy.number("household.power_factor"))
    found = defaultdict[int, float](float)
    for load in loads:
        if reactive[load.id] < 0:
            own = 0.0 if _is_common(load) else load.p_kw * lagging
            trafo = areas.areas[int(areas.of_bus[load.bus])].trafos[0]
            found[trafo] += round(own - reactive[load.id], 3)
    return dict(found)
