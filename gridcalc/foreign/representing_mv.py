"""The 10 kV side of a foreign network as nodes and cables of a compound."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import hv_terminal
from gridcalc.foreign.areas import Areas
from gridcalc.foreign.records import LV_BELOW_KV
from gridcalc.foreign.representing_equipment import Kit
from gridcalc.network.foreign_fused import closed_between_buses
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.policy import PolicyPack
from gridcalc.units import M_PER_KM, SQRT3, VN_MV_KV

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MvNetwork:
    """Buses above low voltage, those that closed switches make one taken together.

    Attributes
    ----------
    node_of_bus
        The first of the buses that are one, for each live bus of this side.
    supplied
        Such buses that a source feeds over lines in service.
    closed, opened
        Lines between two different supplied buses: in service, and those that would close one
        more way: open by a switch or out of service.
    """

    node_of_bus: Mapping[int, int]
    supplied: frozenset[int]
    closed: tuple[int, ...]
    opened: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MvNames:
    """Ids of sources, transformers, other 10 kV nodes, and lines, each by row."""

    sources: Mapping[int, str]
    transformers: Mapping[int, str]
    nodes: Mapping[int, str]
    lines: Mapping[int, str]


def mv_network(tables: ForeignTables, areas: Areas) -> MvNetwork:
    """Return the 10 kV side of a network."""
    bus, line, grid = (tables.frame(name) for name in ("bus", "line", "ext_grid"))
    rows = zip(bus.numbers("vn_kv"), bus.flags("in_service"), strict=True)
    high = {k for k, (kv, is_live) in enumerate(rows) if is_live and kv >= LV_BELOW_KV}
    node_of_bus = _joined(tables, high)
    ends = list(zip(line.places("from_bus"), line.places("to_bus"), strict=True))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(node_of_bus.values())
    between = {
        row: (node_of_bus[a], node_of_bus[b])
        for row, (a, b) in enumerate(ends)
        if a in high and b in high and node_of_bus[a] != node_of_bus[b]
    }
    graph.add_edges_from(pair for row, pair in between.items() if areas.live_line[row])
    on = zip(grid.places("bus"), grid.flags("in_service"), strict=True)
    starts = {node_of_bus[at] for at, is_live in on if is_live and at in high}
    supplied = frozenset(n for start in starts for n in nx.node_connected_component(graph, start))
    inside = [row for row, pair in between.items() if supplied.issuperset(pair)]
    return MvNetwork(
        node_of_bus=node_of_bus,
        supplied=supplied,
        closed=tuple(row for row in inside if areas.live_line[row]),
        opened=tuple(row for row in inside if not areas.live_line[row]),
    )


def _joined(tables: ForeignTables, buses: set[int]) -> dict[int, int]:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(sorted(buses))
    graph.add_edges_from(pair for pair in closed_between_buses(tables) if buses.issuperset(pair))
    return {bus: min(part) for part in nx.connected_components(graph) for bus in part}


def source_entries(
    tables: ForeignTables, sources: Mapping[int, str], policy: PolicyPack
) -> list[Entry]:
    """Return the sources: what the file says of fault level and voltage, the rest left open."""
    grid = tables.frame("ext_grid")
    fault, volts = grid.numbers("s_sc_max_mva"), grid.numbers("vm_pu")
    low_load = policy.number("mv.source_vm_low_load_pu")
    least_ka = policy.number("mv.sc_min_mva") / (SQRT3 * VN_MV_KV)
    found = []
    for row, name in sources.items():
        entry: Entry = {"id": name, "kind": "line_tap", "vm_peak_pu": volts[row]}
        if volts[row] > low_load:
            entry["vm_low_load_pu"] = volts[row]
        if fault[row] > 0:
            entry["i_sc_max_ka"] = _rounded(fault[row] / (SQRT3 * VN_MV_KV))
            if entry["i_sc_max_ka"] < least_ka:
                entry["i_sc_min_ka"] = entry["i_sc_max_ka"]
        found.append(entry)
    return found


def mv_entries(
    tables: ForeignTables, medium: MvNetwork, names: MvNames, kit: Kit
) -> tuple[list[Entry], list[Entry], list[Entry]]:
    """Return the RMUs, 10 kV cables and substations.

    A bus with transformers is a substation, one without and without a source an RMU. A bus that
    is called as the terminal of its only transformer is that terminal.
    """
    hv = tables.frame("trafo").places("hv_bus")
    units: dict[int, list[int]] = defaultdict(list)
    for row in names.transformers:
        units[medium.node_of_bus[hv[row]]].append(row)
    source_at = {
        medium.node_of_bus[tables.frame("ext_grid").places("bus")[row]]: name
        for row, name in names.sources.items()
    }
    bus_names = tables.frame("bus").texts("name")
    ends = dict(source_at)
    stations: list[Entry] = []
    for node, rows in sorted(units.items()):
        unit = names.transformers[rows[0]]
        is_terminal = len(rows) == 1 and bus_names[node] == hv_terminal(unit)
        ends.setdefault(node, unit if is_terminal else names.nodes[node])
        fed_from = source_at.get(node)
        stations.append(_station(tables, names, kit, node, rows, fed_from))
    ends |= {node: names.nodes[node] for node in medium.supplied if node not in ends}
    cables = _cables(tables, medium, names, kit, ends)
    taken = {*source_at, *units}
    rmus = _rmus(sorted(medium.supplied - taken), ends, cables, kit.catalogue)
    return rmus, cables, stations


def _station(
    tables: ForeignTables,
    names: MvNames,
    kit: Kit,
    node: int,
    rows: list[int],
    fed_from: str | None,
) -> Entry:
    frame = tables.frame("trafo")
    position, neutral = frame.numbers("tap_pos"), frame.numbers("tap_neutral")
    units: list[Entry] = []
    for row in rows:
        unit: Entry = {"id": names.transformers[row], "type": kit.transformers[row]}
        tap = round(position[row] - neutral[row])
        units.append(unit | ({"tap": tap} if tap else {}))
        if fed_from:
            units[-1]["fed_from"] = fed_from
    return {"id": names.nodes[node], "kind": "prefabricated", "transformers": units}


def _cables(
    tables: ForeignTables, medium: MvNetwork, names: MvNames, kit: Kit, ends: Mapping[int, str]
) -> list[Entry]:
    line = tables.frame("line")
    start, end = line.places("from_bus"), line.places("to_bus")
    length, parallel = line.numbers("length_km"), line.numbers("parallel", 1.0)
    found = []
    for row in sorted((*medium.closed, *medium.opened)):
        entry: Entry = {
            "id": names.lines[row],
            "from": ends[medium.node_of_bus[start[row]]],
            "to": ends[medium.node_of_bus[end[row]]],
            "length_m": _rounded(length[row] * M_PER_KM),
            **kit.cables[row].keys,
        }
        if row in medium.opened:
            entry["normally_open"] = True
        n = int(parallel[row])
        found += (
            [entry | {"id": f"{entry['id']}-p{k}"} for k in range(1, n + 1)] if n > 1 else [entry]
        )
    return found


def _rmus(
    nodes: list[int], ends: Mapping[int, str], cables: list[Entry], catalogue: Catalogue
) -> list[Entry]:
    bays = Counter(cable[end] for cable in cables for end in ("from", "to"))
    by_size = sorted(catalogue.rmus.values(), key=lambda row: (row.n_bays, row.name))
    found = []
    for node in nodes:
        n = bays[ends[node]]
        fitting = next((row for row in by_size if row.n_bays >= n), by_size[-1])
        entry: Entry = {"id": ends[node], "type": fitting.name}
        found.append(entry if fitting.n_bays >= n else entry | {"n_bays": n})
    return found


def _rounded(value: float) -> float:
    """Return a length or current without the noise of its unit; a thousandth is enough."""
    return round(value, 3)
