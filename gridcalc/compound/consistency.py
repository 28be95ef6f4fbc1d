"""Do the parts of a compound file fit together: ids, links, equipment, supply, LV feeders."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import networkx as nx

from gridcalc.catalogue import Catalogue
from gridcalc.compound.door import nearest
from gridcalc.compound.equipment import equipment_problems
from gridcalc.compound.model import hv_terminal, lv_board
from gridcalc.compound.outline import LOAD_SECTIONS, Item, Outline
from gridcalc.errors import Problem


def consistency_problems(outline: Outline, catalogue: Catalogue) -> list[Problem]:
    """Return every contradiction between the entries of a file."""
    problems: list[Problem] = []
    for check in (_ids, _links, _medium_voltage, _low_voltage, _loads, _single_rows):
        problems += check(outline)
    problems += equipment_problems(outline, catalogue)
    return problems


def _ids(outline: Outline) -> Iterator[Problem]:
    seen: dict[str, Item] = {}
    units = [item.id for item in outline.transformers if item.id]
    reserved = {name: unit for unit in units for name in (lv_board(unit), hv_terminal(unit))}
    named = ("sources", "rmus", "mv_cables", "substations", "transformers", "lv_nodes", "lv_cables")
    for item in outline.items(*named):
        other = seen.setdefault(item.id, item) if item.id else item
        if other is not item:
            place = outline.document.place(other.path)
            yield outline.at(item, "id", f"the id {item.id!r} stands already {place}")
        owner = reserved.get(item.id)
        if owner:
            message = f"the id {item.id!r} belongs to the transformer {owner!r}; choose another"
            yield outline.at(item, "id", message)


def _reference(
    outline: Outline, item: Item, key: str, nodes: set[str], what: str
) -> Iterator[Problem]:
    name = item.text(key)
    if name and name not in nodes:
        guess = nearest(name, sorted(nodes))
        yield outline.at(item, key, f"there is no {what} {name!r}{guess}")


def _links(outline: Outline) -> Iterator[Problem]:
    transformers = {item.id for item in outline.transformers}
    cables = {item.id for item in outline.items("mv_cables", "lv_cables")}
    mv_cables = {item.id for item in outline.items("mv_cables")}
    links: list[tuple[Iterable[Item], tuple[str, ...], set[str], str]] = [
        (outline.items("mv_cables"), ("from", "to"), outline.mv_nodes, "10 kV node"),
        (outline.items("lv_cables"), ("from", "to"), outline.lv_nodes, "LV node"),
        (outline.items(*LOAD_SECTIONS), ("node",), outline.lv_nodes, "LV node"),
        (outline.items("metered"), ("transformer",), transformers, "transformer"),
        (outline.items("protection"), ("element",), cables | transformers, "cable or transformer"),
        (outline.transformers, ("fed_from",), outline.mv_nodes - transformers, "10 kV node"),
        (outline.items("routes"), ("cable",), mv_cables, "10 kV cable"),
    ]
    for items, keys, known, what in links:
        for item in items:
            for key in keys:
                yield from _reference(outline, item, key, known, what)
    for item in outline.items("mv_cables", "lv_cables"):
        if item.text("from") and item.text("from") == item.text("to"):
            message = f"the cable ends where it starts, at {item.text('to')!r}"
            yield outline.at(item, "to", message)


def _medium_voltage(outline: Outline) -> Iterator[Problem]:
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    graph.add_nodes_from(outline.mv_nodes)
    cable_ends: set[str] = set()
    for cable in outline.items("mv_cables"):
        ends = (cable.text("from"), cable.text("to"))
        cable_ends.update(ends)
        if not cable.flag("normally_open") and set(ends) <= outline.mv_nodes:
            graph.add_edge(*ends, cable=cable)
    yield from _joined_sources(outline, graph)
    for unit, node in _feeding_nodes(outline, cable_ends).items():
        if node and unit != node and node in outline.mv_nodes:
            graph.add_edge(unit, node)
    yield from _without_supply(outline, graph, cable_ends)
    for item in outline.transformers:
        if item.id in cable_ends and item.text("fed_from"):
            message = f"{item.id!r} has a 10 kV cable of its own and fed_from; keep one"
            yield outline.at(item, "fed_from", message)


def _without_supply(
    outline: Outline, graph: "nx.MultiGraph[str]", cable_ends: set[str]
) -> Iterator[Problem]:
    sources = {item.id for item in outline.items("sources")} & set(graph)
    if not sources:
        return
    supplied = set().union(*(nx.node_connected_component(graph, source) for source in sources))
    for item in outline.items("rmus", "substations"):
        used = item.section == "rmus" or item.id in cable_ends
        if item.id and used and item.id not in supplied:
            message = f"{item.id!r} has no 10 kV supply; connect it to a source"
            yield outline.at(item, "id", message)
    for item in outline.transformers:
        named = item.text("fed_from")
        if item.id and item.id not in supplied and (not named or named in outline.mv_nodes):
            message = f"{item.id!r} has no 10 kV supply; give fed_from or end a 10 kV cable at it"
            yield outline.at(item, "fed_from", message)


def _joined_sources(outline: Outline, graph: "nx.MultiGraph[str]") -> Iterator[Problem]:
    """Yield where closed cables lead from one source to another; a ring on one source is sound."""
    sources = sorted({item.id for item in outline.items("sources")} & set(graph))
    for nodes in nx.connected_components(graph):
        inside = [source for source in sources if source in nodes]
        if len(inside) < 2:
            continue
        part = graph.subgraph(nodes)
        way = nx.shortest_path(part, inside[0], inside[1])
        cables = [part.edges[a, b, 0]["cable"] for a, b in pairwise(way)]
        message = (
            f"closed 10 kV cables join the sources {', '.join(inside)}; what flows from one to"
            " the other depends on data of the grid that nobody has;"
            " mark the open point with normally_open: true"
        )
        yield outline.at(max(cables, key=lambda cable: cable.path), "to", message)


def _feeding_nodes(outline: Outline, cable_ends: set[str]) -> dict[str, str]:
    """Return the 10 kV node of each transformer; its own id where a cable ends at it."""
    feeding: dict[str, str] = {}
    for station in outline.items("substations"):
        for unit in outline.transformers:
            if unit.path[:2] == station.path:
                by_bus = station.id in cable_ends and unit.id not in cable_ends
                feeding[unit.id] = unit.text("fed_from") or (station.id if by_bus else "")
    return feeding


def _low_voltage(outline: Outline) -> Iterator[Problem]:
    incoming: dict[str, list[Item]] = defaultdict(list)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(outline.lv_nodes)
    boards = {lv_board(item.id) for item in outline.transformers}
    for cable in outline.items("lv_cables"):
        start, end = cable.text("from"), cable.text("to")
        if {start, end} <= outline.lv_nodes and start != end:
            incoming[end].append(cable)
            graph.add_edge(start, end)
    for node, cables in sorted(incoming.items()):
        if node in boards:
            message = f"a cable may not end at the LV board {node!r}; exchange from and to"
            yield outline.at(cables[0], "to", message)
        for cable in cables[1:]:
            message = (
                f"{node!r} is fed already by {cables[0].id!r}; for equal cables use parallel,"
                " LV feeders are radial"
            )
            yield outline.at(cable, "to", message)
    for loop in nx.strongly_connected_components(graph):
        if len(loop) > 1:
            ring = " - ".join(sorted(loop))
            cable = incoming[min(loop)][0]
            yield outline.at(cable, "from", f"LV loop over {ring}; feeders are radial, open it")
    yield from _islands(outline, graph, boards)


def _islands(outline: Outline, graph: "nx.DiGraph[str]", boards: set[str]) -> Iterator[Problem]:
    supplied = set(boards)
    for board in boards & set(graph):
        supplied |= nx.descendants(graph, board)
    loops = [nodes for nodes in nx.strongly_connected_components(graph) if len(nodes) > 1]
    in_cycle = set().union(*loops)
    loaded = {item.text("node") for item in outline.items(*LOAD_SECTIONS)}
    for item in outline.items("lv_nodes"):
        if not item.id:
            continue
        if item.id not in supplied and item.id not in in_cycle:
            yield outline.at(item, "id", f"{item.id!r} has no supply; no cable leads to it")
        elif item.id not in loaded and graph.out_degree(item.id) == 0:
            message = f"{item.id!r} has neither a load nor an outgoing cable; remove it"
            yield outline.at(item, "id", message)


def _loads(outline: Outline) -> Iterator[Problem]:
    for item in outline.items("private_bays"):
        shares = [item.values.get(f"{word}_share") for word in ("equipped", "reserved")]
        equipped, reserved = [s if isinstance(s, (int, float)) else None for s in shares]
        if equipped is not None and reserved is not None and reserved < equipped:
            message = f"reserved_share {reserved} is below equipped_share {equipped}"
            yield outline.at(item, "reserved_share", message)
    for item in outline.items("substations"):
        units = item.values.get("transformers")
        if item.flag("lv_tie") and isinstance(units, list) and len(units) < 2:
            yield outline.at(item, "lv_tie", "a tie needs two transformers; there is one")


def _single_rows(outline: Outline) -> Iterator[Problem]:
    for section, key in (
        ("metered", "transformer"),
        ("protection", "element"),
        ("routes", "cable"),
    ):
        seen: dict[str, Item] = {}
        for item in outline.items(section):
            name = item.text(key)
            if name and seen.setdefault(name, item) is not item:
                place = outline.document.place(seen[name].path)
                yield outline.at(item, key, f"{name!r} stands already {place}; keep one")
