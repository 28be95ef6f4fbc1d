"""10 kV rings that lose a way in: an open one fed from one end, a closed one without a cable."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.facts import Facts, Site
from gridcalc.checks.finding import Finding, Subject, at_most
from gridcalc.compound.topology import hv_nodes
from gridcalc.network.arrays import Floats, Ints, Network
from gridcalc.notes import Note, note
from gridcalc.powerflow.impedance import series_impedance_ohm
from gridcalc.units import PERCENT, VN_MV_KV, line_current_a

RING = "mv.ring_n_minus_1"
_EQUAL = 9
"""Decimals of a loading in percent beyond which cables count as equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """A 10 kV cable between two nodes."""

    id: str
    start: str
    end: str
    is_open: bool
    y_siemens: complex
    ampacity_a: float


def mv_ring_n_minus_1(facts: Facts) -> Iterator[Finding]:
    """Yield the heaviest 10 kV cable of each ring that lost a way in.

    An open ring is fed from either end alone. A closed ring loses each of its cables in turn; the
    worst of these states is told, and only the cables of the ring count, because the others carry
    what they always carry. Currents are those of the transformers' peaks; losses are not added.
    """
    if facts.mv is None:
        return
    loads_kva = _mv_loads_kva(facts)
    links = _links(facts.site.network)
    yield from _open_rings(facts.site, links, loads_kva)
    yield from _closed_rings(facts.site, links, loads_kva)


def _mv_loads_kva(facts: Facts) -> dict[str, float]:
    feeding = hv_nodes(facts.site.compound)
    loads: dict[str, float] = defaultdict(float)
    for row in facts.transformers:
        loads[feeding[row.id]] += row.s_peak_kva
    return loads


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RingState:
    """An open ring that lost a source, as a function of the transformers' loads.

    Attributes
    ----------
    lost
        The source that is lost.
    cables
        Indices of the cables that are supplied, by id.
    kva_per_kva
        What each of them carries for one kVA at each transformer. [-], shape
        (n_cables, n_transformers)
    """

    lost: str
    cables: Ints
    kva_per_kva: Floats


def open_ring_states(network: Network, source_of_node: Mapping[str, str]) -> list[RingState]:
    """Return the states ``mv_ring_n_minus_1`` looks at, for a network without closed rings.

    Without closed rings loadings are sums of the loads behind, so that one kVA at each
    transformer tells everything.
    """
    links = _links(network)
    index = {name: k for k, name in enumerate(network.cables.ids)}
    hv = [network.node_ids[node] for node in network.transformers.hv_node]
    found = []
    for closed, lost, kept, _ in _states_of_open_rings(links, source_of_node):
        left = _without_dead_end(closed, lost)
        names = sorted(_loadings(left, kept, {}))
        if names:
            columns = [_through_kva(left, kept, {node: 1.0}) for node in hv]
            factors = np.array([[column[name] for column in columns] for name in names])
            cables = np.array([index[name] for name in names], dtype=np.int64)
            found.append(RingState(lost=lost, cables=cables, kva_per_kva=factors))
    return found


def _links(network: Network) -> list[_Link]:
    """Return all 10 kV cables, open ones too, by id."""
    cables = network.cables
    _, z1 = series_impedance_ohm(cables)
    rows = [
        _Link(
            id=name,
            start=network.node_ids[cables.from_node[k]],
            end=network.node_ids[cables.to_node[k]],
            is_open=bool(cables.is_open[k]),
            y_siemens=complex(1 / z1[k]),
            ampacity_a=float(cables.ampacity_a[k]),
        )
        for k, name in enumerate(cables.ids)
        if network.vn_kv[cables.from_node[k]] >= VN_MV_KV
    ]
    return sorted(rows, key=lambda link: link.id)


def _open_rings(
    site: Site, links: Sequence[_Link], loads_kva: Mapping[str, float]
) -> Iterator[Finding]:
    for closed, lost, kept, tie in _states_of_open_rings(links, site.source_of_node):
        loadings = _loadings(_without_dead_end(closed, lost), kept, loads_kva)
        if loadings:
            text = note("{id} closed, all on {kept}", id=tie, kept=kept)
            yield _finding(site, _heaviest(loadings), lost, text)


def _states_of_open_rings(
    links: Sequence[_Link], source_of_node: Mapping[str, str]
) -> Iterator[tuple[list[_Link], str, str, str]]:
    """Yield closed cables, lost and kept source and the tie of every open ring, fed either way."""
    for tie in links:
        sources = [source_of_node[node] for node in (tie.start, tie.end)]
        if not tie.is_open or sources[0] == sources[1]:
            continue
        closed = [link for link in links if link is tie or not link.is_open]
        for lost, kept in (sources, sources[::-1]):
            yield closed, lost, kept, tie.id


def _without_dead_end(closed: Sequence[_Link], lost: str) -> list[_Link]:
    """Return the cables without those to a lost source, unless its busbar leads on."""
    own = [link for link in closed if lost in (link.start, link.end)]
    beyond = {node for link in own for node in (link.start, link.end)} - {lost}
    return [link for link in closed if len(beyond) > 1 or link not in own]


def _closed_rings(
    site: Site, links: Sequence[_Link], loads_kva: Mapping[str, float]
) -> Iterator[Finding]:
    closed = [link for link in links if not link.is_open]
    for ring in _rings(closed):
        fed_from = site.source_of_node[ring[0].start]
        states = []
        for out in ring:
            left = [link for link in closed if link is not out]
            loadings = _loadings(left, fed_from, loads_kva)
            own = {link.id: loadings[link.id] for link in ring if link is not out}
            states.append((*_heaviest(own), out.id))
        name, loading, lost = max(states, key=lambda state: (round(state[1], _EQUAL), state[0]))
        text = note("{id} out of service, the rest of the ring carries all", id=lost)
        yield _finding(site, (name, loading), lost, text)


def _rings(closed: Sequence[_Link]) -> list[list[_Link]]:
    """Return the cables of each ring, or of each mesh of rings that share cables, by id.

    Every cable stands as a node between its ends, so that two cables side by side are a ring.
    """
    import networkx as nx  # noqa: PLC0415  only closed rings need it

    graph: nx.Graph[_Link | str] = nx.Graph()
    for link in closed:
        graph.add_edges_from(((link, link.start), (link, link.end)))
    rings = [
        {end for edge in edges for end in edge if isinstance(end, _Link)}
        for edges in nx.biconnected_component_edges(graph)
        if len(edges) > 1
    ]
    by_id = [sorted(ring, key=lambda link: link.id) for ring in rings]
    return sorted(by_id, key=lambda ring: ring[0].id)


def _loadings(
    links: Sequence[_Link], fed_from: str, loads_kva: Mapping[str, float]
) -> dict[str, float]:
    """Return the loading of every cable that is supplied. [%]."""
    through = _through_kva(links, fed_from, loads_kva)
    return {
        link.id: PERCENT * line_current_a(through[link.id], VN_MV_KV) / link.ampacity_a
        for link in links
        if link.id in through
    }


def _through_kva(
    links: Sequence[_Link], fed_from: str, loads_kva: Mapping[str, float]
) -> dict[str, float]:
    """Return what every cable that is supplied carries. [kVA].

    Without a ring a cable carries the sum of what lies behind it; where paths are parallel the
    currents divide by the impedances.
    """
    supplied = _supplied(links, fed_from)
    if len(supplied) < 2:
        return {}
    links = [link for link in links if link.start in supplied]
    index = {node: i for i, node in enumerate([fed_from, *sorted(supplied - {fed_from})])}
    y = np.zeros((len(index), len(index)), dtype=np.complex128)
    for link in links:
        a, b = index[link.start], index[link.end]
        y[a, a] += link.y_siemens
        y[b, b] += link.y_siemens
        y[a, b] -= link.y_siemens
        y[b, a] -= link.y_siemens
    s_kva = np.array([loads_kva.get(node, 0.0) for node in index], dtype=np.complex128)
    drop = np.zeros_like(s_kva)
    drop[1:] = np.linalg.solve(y[1:, 1:], s_kva[1:])
    found = {}
    for link in links:
        apart = drop[index[link.end]] - drop[index[link.start]]
        found[link.id] = float(abs(link.y_siemens * apart))
    return found


def _supplied(links: Sequence[_Link], fed_from: str) -> set[str]:
    """Return the nodes that some cables connect with a node, itself included."""
    beside: dict[str, list[str]] = defaultdict(list)
    for link in links:
        beside[link.start].append(link.end)
        beside[link.end].append(link.start)
    found, todo = {fed_from}, [fed_from]
    while todo:
        new = [node for node in beside[todo.pop()] if node not in found]
        found.update(new)
        todo += new
    return found


def _heaviest(loadings: Mapping[str, float]) -> tuple[str, float]:
    """Return cable and loading; of equal ones the last by name."""
    return max(loadings.items(), key=lambda row: (round(row[1], _EQUAL), row[0]))


def _finding(site: Site, worst: tuple[str, float], lost: str, text: Note) -> Finding:
    rule = site.policy.rule("mv.max_ring_loading_percent")
    name, loading = worst
    subject = Subject(
        check=RING, element=name, quantity=f"without {lost}", level="station", note=text
    )
    return at_most(subject, loading, rule, limit=site.policy.number(rule.name), unit="%")
