"""Which transformer, feeder and lines stand above every low-voltage bus of a foreign network."""

from collections import defaultdict, deque
from dataclasses import dataclass

import numpy as np

from gridcalc.foreign.labels import labels
from gridcalc.foreign.records import LV_BELOW_KV
from gridcalc.network.arrays import Bools, Ints
from gridcalc.network.foreign_fused import FusedBuses, closed_between_buses
from gridcalc.network.foreign_tables import ForeignTables

NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Low-voltage buses that hang together without a transformer between them.

    ``trafos`` are the rows of the transformers that feed it; only a ``radial`` one, fed at one
    bus, has feeders.
    """

    id: str
    trafos: tuple[int, ...]
    roots: tuple[int, ...]
    radial: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Areas:
    """The low-voltage side of a network.

    Attributes
    ----------
    areas
        Those that a transformer or a source feeds.
    of_bus
        Area of each bus; ``NOWHERE`` for other voltages and for dead ends. Shape (n_buses,)
    first_line
        The first line on the way from the transformer to each bus; ``NOWHERE`` at the board and
        outside radial areas. Shape (n_buses,)
    above
        The line just above each bus, likewise. Shape (n_buses,)
    depth
        Lines between board and bus, shape (n_buses,).
    child, parent
        The buses behind and above each line of a radial area; ``NOWHERE`` for other lines. Of
        buses that closed switches make one, the first stands. Shape (n_lines,)
    forward
        Whether a line is written in the direction away from the board, shape (n_lines,).
    live_line, live_trafo
        In service and closed at both ends.
    """

    areas: tuple[Area, ...]
    of_bus: Ints
    first_line: Ints
    above: Ints
    depth: Ints
    child: Ints
    parent: Ints
    forward: Bools
    live_line: Bools
    live_trafo: Bools

    def lines_above(self, bus: int) -> tuple[int, ...]:
        """Return the lines of a radial area from a bus up to its board."""
        found = []
        while self.above[bus] != NOWHERE:
            line = int(self.above[bus])
            found.append(line)
            bus = int(self.parent[line])
        return tuple(found)


def areas_of(tables: ForeignTables) -> Areas:
    """Return the low-voltage areas of a network, their feeders and the trees below them."""
    bus = tables.frame("bus")
    live_bus = np.array(bus.flags("in_service"), dtype=bool)
    is_lv = np.array(bus.numbers("vn_kv")) < LV_BELOW_KV
    live_line = _live(tables, "line", ("from_bus", "to_bus"), "l", live_bus)
    live_trafo = _live(tables, "trafo", ("hv_bus", "lv_bus"), "t", live_bus)
    fused = _fused(tables, live_bus)
    edges = _edges(tables, live_line, is_lv, fused)
    parts = _parts(np.flatnonzero(live_bus & is_lv).tolist(), edges, fused)
    return _built(tables, parts, edges, fused, live_line, live_trafo)


def _live(
    tables: ForeignTables, name: str, ends: tuple[str, str], letter: str, live_bus: Bools
) -> Bools:
    frame = tables.frame(name)
    live = np.array(frame.flags("in_service"), dtype=bool)
    for end in ends:
        live &= live_bus[list(frame.places(end))]
    switch = tables.frame("switch")
    rows = zip(switch.texts("et"), switch.places("element"), switch.flags("closed"), strict=True)
    for kind, element, closed in rows:
        if kind == letter and not closed:
            live[element] = False
    return live


def _fused(tables: ForeignTables, live_bus: Bools) -> FusedBuses:
    found = FusedBuses(len(live_bus))
    for a, b in closed_between_buses(tables):
        if live_bus[a] and live_bus[b]:
            found.join(a, b)
    return found


Edges = dict[int, list[tuple[int, int]]]
"""Lines and the buses at their other ends, by fused bus."""


def _edges(tables: ForeignTables, live: Bools, is_lv: Bools, fused: FusedBuses) -> Edges:
    found: Edges = defaultdict(list)
    line = tables.frame("line")
    ends = zip(line.places("from_bus"), line.places("to_bus"), strict=True)
    for k, (a, b) in enumerate(ends):
        if live[k] and is_lv[a] and is_lv[b]:
            one, other = fused.top(a), fused.top(b)
            found[one].append((k, other))
            found[other].append((k, one))
    return found


def _parts(buses: list[int], edges: Edges, fused: FusedBuses) -> list[list[int]]:
    """Return the fused buses of each connected part, in the order of their first bus."""
    seen: set[int] = set()
    parts = []
    for bus in dict.fromkeys(fused.top(bus) for bus in buses):
        if bus in seen:
            continue
        part, queue = [], deque([bus])
        seen.add(bus)
        while queue:
            here = queue.popleft()
            part.append(here)
            for _, other in edges[here]:
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        parts.append(part)
    return parts


def _built(
    tables: ForeignTables,
    parts: list[list[int]],
    edges: Edges,
    fused: FusedBuses,
    live_line: Bools,
    live_trafo: Bools,
) -> Areas:
    n, n_lines = tables.frame("bus").n, tables.frame("line").n
    first, above, child, parents = (np.full(size, NOWHERE) for size in (n, n, n_lines, n_lines))
    depth, of_fused = np.zeros(n, dtype=np.int64), np.full(n, NOWHERE)
    found: list[Area] = []
    feeding = _feeding(tables, live_trafo, fused)
    for part in parts:
        area = _area(tables, part, edges, feeding)
        if area is None:
            continue
        of_fused[part] = len(found)
        found.append(area)
        if area.radial:
            _walk(area.roots[0], edges, (first, above, depth, child, parents))
    top = np.array([fused.top(bus) for bus in range(n)], dtype=np.int64)
    start = top[list(tables.frame("line").places("from_bus"))]
    forward = np.asarray((parents != NOWHERE) & (start == parents), dtype=np.bool_)
    is_live = np.array(tables.frame("bus").flags("in_service"), dtype=bool)
    is_lv = np.array(tables.frame("bus").numbers("vn_kv")) < LV_BELOW_KV
    return Areas(
        areas=tuple(found),
        of_bus=np.where(is_live & is_lv, of_fused[top], NOWHERE),
        first_line=first[top],
        above=above[top],
        depth=depth[top],
        child=child,
        parent=parents,
        forward=forward,
        live_line=live_line,
        live_trafo=live_trafo,
    )


def _area(
    tables: ForeignTables, part: list[int], edges: Edges, feeding: dict[int, list[int]]
) -> Area | None:
    """Return the area of a connected part; ``None`` where nothing feeds it."""
    roots = tuple(bus for bus in part if bus in feeding)
    if not roots:
        return None
    trafos = tuple(sorted(row for bus in roots for row in feeding[bus]))
    names = labels(tables, "trafo")
    n_edges = sum(len(edges[bus]) for bus in part) // 2
    return Area(
        id="+".join(names[row] for row in trafos) or labels(tables, "bus")[roots[0]],
        trafos=trafos,
        roots=roots,
        radial=len(roots) == 1 and n_edges == len(part) - 1,
    )


def _feeding(tables: ForeignTables, live: Bools, fused: FusedBuses) -> dict[int, list[int]]:
    """Return the transformers that feed each fused bus; a source at low voltage counts as none."""
    found: dict[int, list[int]] = defaultdict(list)
    trafo, grid = tables.frame("trafo"), tables.frame("ext_grid")
    for row, bus in enumerate(trafo.places("lv_bus")):
        if live[row]:
            found[fused.top(bus)].append(row)
    for bus, on in zip(grid.places("bus"), grid.flags("in_service"), strict=True):
        if on:
            found.setdefault(fused.top(bus), [])
    return found


def _walk(root: int, edges: Edges, out: tuple[Ints, Ints, Ints, Ints, Ints]) -> None:
    first, above, depth, child, parents = out
    queue = deque([root])
    while queue:
        here = queue.popleft()
        for line, other in sorted(edges[here]):
            if line == above[here]:
                continue
            above[other], child[line], parents[line] = line, other, here
            first[other] = line if here == root else first[here]
            depth[other] = depth[here] + 1
            queue.append(other)
