"""The 10 kV side as it is drawn: from every source down a line of switchgear with its bays."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound, MvCable, hv_terminal
from gridcalc.compound.topology import hv_nodes, mv_node

BayKind = Literal["unit", "branch", "tie", "spare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A bay beside those of the line itself.

    ``unit`` feeds the transformer ``to``, without a cable where it stands beside the bay;
    ``branch`` and ``tie`` lead to switchgear ``to`` that is drawn elsewhere; ``spare`` is free.
    """

    kind: BayKind
    to: str = ""
    cable: MvCable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switchgear:
    """A ring main unit or the 10 kV busbar of a substation, with the cable that feeds it."""

    id: str
    type: str
    cable: MvCable
    bays: tuple[Bay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What follows the last switchgear: a source, the next line, or a part drawn elsewhere."""

    kind: Literal["source", "link", "reference"]
    to: str
    cable: MvCable


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Switchgear one after the other.

    ``head`` is a source where ``from_source`` says so, else switchgear drawn elsewhere.
    """

    head: str
    from_source: bool
    gear: tuple[Switchgear, ...]
    tail: Tail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The 10 kV nodes: closed cables by the node they lead from, open ones, and transformers."""

    compound: Compound
    catalogue: Catalogue
    downstream: Mapping[str, tuple[tuple[MvCable, str], ...]]
    open_cables: tuple[tuple[MvCable, str, str], ...]
    units: Mapping[str, tuple[str, ...]]
    terminals: Mapping[str, str]

    def is_end(self, node: str, parent: str) -> bool:
        """Return whether a node is the terminal of a transformer at the end of its cable."""
        tied = any(node in (a, b) for _, a, b in self.open_cables)
        of_source = parent in {source.id for source in self.compound.sources}
        below = self.downstream.get(node, ())
        return node in self.terminals and not below and not tied and not of_source

    def weight(self, node: str) -> int:
        """Return how many pieces of switchgear stand on the longest line from a node."""
        below = [other for _, other in self.downstream.get(node, ())]
        return 1 + max((self.weight(other) for other in below), default=0)


def mv_lines(compound: Compound, catalogue: Catalogue) -> tuple[Line, ...]:
    """Return the lines of a compound, those of the sources in file order, branches behind them.

    Neighbours in this order may be linked at their ends by a normally open cable.
    """
    graph = _graph(compound, catalogue)
    lines: list[Line] = []
    for source in compound.sources:
        for cable, node in graph.downstream.get(source.id, ()):
            lines += _lines(graph, source.id, cable, node)
    return _with_tails(graph, lines)


def _graph(compound: Compound, catalogue: Catalogue) -> Graph:
    beside: dict[str, list[tuple[MvCable, str]]] = defaultdict(list)
    open_cables = []
    for cable in compound.mv_cables:
        a, b = (mv_node(end, compound) for end in (cable.from_id, cable.to_id))
        if cable.normally_open:
            open_cables.append((cable, a, b))
            continue
        beside[a].append((cable, b))
        beside[b].append((cable, a))
    units: dict[str, list[str]] = defaultdict(list)
    for unit, node in hv_nodes(compound).items():
        units[node].append(unit)
    return Graph(
        compound=compound,
        catalogue=catalogue,
        downstream=_downstream(beside, [source.id for source in compound.sources]),
        open_cables=tuple(open_cables),
        units={node: tuple(names) for node, names in units.items()},
        terminals={hv_terminal(unit.id): unit.id for unit in compound.transformers},
    )


def _downstream(
    beside: Mapping[str, Sequence[tuple[MvCable, str]]], sources: Sequence[str]
) -> dict[str, tuple[tuple[MvCable, str], ...]]:
    found: dict[str, tuple[tuple[MvCable, str], ...]] = {}
    seen, queue = set(sources), list(sources)
    for node in queue:
        below = [(cable, other) for cable, other in beside.get(node, ()) if other not in seen]
        found[node] = tuple(below)
        seen.update(other for _, other in below)
        queue += [other for _, other in below]
    return found


def _lines(graph: Graph, head: str, cable: MvCable, node: str) -> Iterator[Line]:
    """Yield the line that begins with a cable, then the lines that branch off it."""
    gear: list[Switchgear] = []
    branches: list[tuple[str, MvCable, str]] = []
    here, by = node, cable
    while True:
        onward = [row for row in graph.downstream.get(here, ()) if not graph.is_end(row[1], here)]
        onward.sort(key=lambda row: -graph.weight(row[1]))
        gear.append(_switchgear(graph, here, by, onward))
        branches += [(here, *row) for row in onward[1:]]
        if not onward:
            break
        by, here = onward[0]
    is_source = head in {source.id for source in graph.compound.sources}
    yield Line(head=head, from_source=is_source, gear=tuple(gear))
    for at, through, to in branches:
        yield from _lines(graph, at, through, to)


def _switchgear(
    graph: Graph, node: str, cable: MvCable, onward: Sequence[tuple[MvCable, str]]
) -> Switchgear:
    bays = [Bay(kind="unit", to=unit) for unit in graph.units.get(node, ())]
    for by, other in graph.downstream.get(node, ()):
        if graph.is_end(other, node):
            bays.append(Bay(kind="unit", to=graph.terminals[other], cable=by))
    bays += [Bay(kind="branch", to=other, cable=by) for by, other in onward[1:]]
    rmus = {row.id: row.type for row in graph.compound.rmus}
    kind = rmus.get(node, "")
    if kind:
        used = 1 + len(bays) + bool(onward) + sum(node in row[1:] for row in graph.open_cables)
        bays += [Bay(kind="spare")] * max(graph.catalogue.rmus[kind].n_bays - used, 0)
    name = graph.terminals.get(node, node)
    return Switchgear(id=name, type=kind, cable=cable, bays=tuple(bays))


def _with_tails(graph: Graph, lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines with their normally open cables, at the ends where that is possible."""
    heads = {line.head for line in lines}
    sources = {source.id for source in graph.compound.sources}
    taken: set[str] = set()
    for cable, *nodes in graph.open_cables:
        a, b = (graph.terminals.get(node, node) for node in nodes)
        ends = {line.gear[-1].id: k for k, line in enumerate(lines) if line.tail is None}
        pair = sorted(ends[name] for name in (a, b) if name in ends)
        free = [name for name in (a, b) if name in sources - heads - taken]
        if pair and free:
            lines[pair[0]] = replace(
                lines[pair[0]], tail=Tail(kind="source", to=free[0], cable=cable)
            )
            taken.add(free[0])
        elif len(pair) == 2 and pair[1] - pair[0] == 1:
            to = lines[pair[1]].gear[-1].id
            lines[pair[0]] = replace(lines[pair[0]], tail=Tail(kind="link", to=to, cable=cable))
            lines[pair[1]] = replace(
                lines[pair[1]],
                tail=Tail(kind="link", to=lines[pair[0]].gear[-1].id, cable=cable),
            )
        else:
            lines = [_tied(line, cable, (a, b)) for line in lines]
    return tuple(lines)


def _tied(line: Line, cable: MvCable, ends: tuple[str, str]) -> Line:
    """Return a line with a bay for a cable whose other end is drawn elsewhere."""
    a, b = ends
    gear = tuple(
        replace(
            row, bays=_with_tie(row.bays, Bay(kind="tie", to=b if row.id == a else a, cable=cable))
        )
        if row.id in ends
        else row
        for row in line.gear
    )
    return replace(line, gear=gear)


def _with_tie(bays: tuple[Bay, ...], tie: Bay) -> tuple[Bay, ...]:
    used = [bay for bay in bays if bay.kind != "spare"]
    return (*used, tie, *(bay for bay in bays if bay.kind == "spare"))
