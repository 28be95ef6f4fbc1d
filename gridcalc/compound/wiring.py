"""Do the cables of a compound file lead from a source to all that is there, and nowhere twice."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import networkx as nx

from gridcalc.compound.model import lv_board
from gridcalc.compound.outline import LOAD_SECTIONS, Item, Outline
from gridcalc.errors import Problem


def supply_problems(outline: Outline) -> Iterator[Problem]:
    """Yield sources that closed cables join, and what has no 10 kV supply, or two."""
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


def feeder_problems(outline: Outline) -> Iterator[Problem]:
    """Yield LV cables that make a feeder no tree, and LV nodes without supply."""
    incoming = _incoming(outline)
    graph = _lv_graph(outline)
    boards = {lv_board(item.id) for item in outline.transformers}
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
    for item in _islands(outline, graph):
        yield outline.at(item, "id", f"{item.id!r} has no supply; no cable leads to it")


def nodes_without_use(outline: Outline) -> Iterator[Problem]:
    """Yield supplied LV nodes with neither a load nor an outgoing cable."""
    graph = _lv_graph(outline)
    islands = {item.id for item in _islands(outline, graph)}
    loaded = {item.text("node") for item in outline.items(*LOAD_SECTIONS)}
    for item in outline.items("lv_nodes"):
        is_used = item.id in loaded or (item.id and graph.out_degree(item.id))
        if item.id and item.id not in islands and not is_used:
            message = f"{item.id!r} has neither a load nor an outgoing cable; remove it"
            yield outline.at(item, "id", message)


def _incoming(outline: Outline) -> dict[str, list[Item]]:
    """Return the cables that end at each LV node."""
    incoming: dict[str, list[Item]] = defaultdict(list)
    known = outline.lv_nodes
    for cable in outline.items("lv_cables"):
        start, end = cable.text("from"), cable.text("to")
        if {start, end} <= known and start != end:
            incoming[end].append(cable)
    return incoming


def _lv_graph(outline: Outline) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(outline.lv_nodes)
    for node, cables in _incoming(outline).items():
        graph.add_edges_from((cable.text("from"), node) for cable in cables)
    return graph


def _islands(outline: Outline, graph: "nx.DiGraph[str]") -> list[Item]:
    """Return the LV nodes that no cable leads to from a board, except those on a loop."""
    boards = {lv_board(item.id) for item in outline.transformers}
    supplied = set(boards)
    for board in boards & set(graph):
        supplied |= nx.descendants(graph, board)
    loops = [nodes for nodes in nx.strongly_connected_components(graph) if len(nodes) > 1]
    in_cycle = set().union(*loops)
    rows = [item for item in outline.items("lv_nodes") if item.id]
    return [item for item in rows if item.id not in supplied and item.id not in in_cycle]
