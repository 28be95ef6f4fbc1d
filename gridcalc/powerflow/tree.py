"""The radial tree of a network: branches by their distance from the source."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from gridcalc.network.arrays import Ints, Network


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TreeLevel:
    """Branches whose far ends are equally many branches from a source.

    ``parent`` and ``child`` are node indices; ``cable`` and ``trafo`` are the index of the
    branch in its table, -1 where the branch is of the other kind. All of one length.
    """

    parent: Ints
    child: Ints
    cable: Ints
    trafo: Ints


def levels_of(network: Network) -> list[TreeLevel]:
    """Return the branches of a network level by level; open cables are left out."""
    cables, trafos = network.cables, network.transformers
    neighbours: list[list[tuple[int, int, int]]] = [[] for _ in range(network.n_nodes)]
    for k in np.flatnonzero(~cables.is_open).tolist():
        a, b = int(cables.from_node[k]), int(cables.to_node[k])
        neighbours[a].append((b, k, -1))
        neighbours[b].append((a, k, -1))
    for k, (a, b) in enumerate(zip(trafos.hv_node, trafos.lv_node, strict=True)):
        neighbours[int(a)].append((int(b), -1, k))
    depth = dict.fromkeys((int(node) for node in network.sources.node), 0)
    queue, used = deque(depth), set()
    rows: list[list[tuple[int, int, int, int]]] = []
    while queue:
        node = queue.popleft()
        for other, cable, trafo in neighbours[node]:
            if other in depth or (cable, trafo) in used:
                continue
            used.add((cable, trafo))
            depth[other] = depth[node] + 1
            while len(rows) < depth[other]:
                rows.append([])
            rows[depth[other] - 1].append((node, other, cable, trafo))
            queue.append(other)
    columns = [np.array(level, dtype=np.int64).T for level in rows]
    return [TreeLevel(parent=c[0], child=c[1], cable=c[2], trafo=c[3]) for c in columns]


def is_radial(network: Network) -> bool:
    """Return whether every node has exactly one way to one source."""
    levels = levels_of(network)
    n_branches = sum(len(level.child) for level in levels)
    n_closed = int((~network.cables.is_open).sum()) + len(network.transformers.ids)
    reached = n_branches + len(network.sources.ids)
    return n_branches == n_closed and reached == network.n_nodes
