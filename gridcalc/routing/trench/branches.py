"""Branches of a tree of cables, cut off and joined on elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridcalc.routing.trench.instance import NONE, Instance
from gridcalc.routing.trench.layout import Layout, Way, settled
from gridcalc.routing.trench.records import Floats, Ints

_SAVING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """What hangs on a node of a tree.

    Parameters
    ----------
    node
        Node it hangs on: a destination or a fork.
    stem
        Arcs that lead to the node from the fork, destination or origin before it.
    bundles
        Bundles that run along the stem.
    """

    node: int
    stem: Way
    bundles: tuple[int, ...]


def branches_of(instance: Instance, layout: Layout) -> Iterator[Branch]:
    """Yield the branches of the tree of each origin, those with few bundles first."""
    for origin in range(len(instance.origins)):
        yield from _branches(instance, layout, origin)


def _branches(instance: Instance, layout: Layout, origin: int) -> Iterator[Branch]:
    arcs = instance.arcs
    own = [k for k in range(instance.n_bundles) if instance.origin_of[k] == origin]
    on_arc: dict[int, list[int]] = {}
    for k in own:
        for a in layout.ways[k]:
            on_arc.setdefault(a, []).append(k)
    into = {int(arcs.head[a]): a for a in on_arc}
    n_out = np.bincount(arcs.tail[list(on_arc)], minlength=arcs.n_nodes)
    keys = {int(instance.origins[origin])} | {int(instance.destination[k]) for k in own}
    keys |= {node for node in into if n_out[node] > 1}
    for node in sorted(keys & set(into), key=lambda node: (len(on_arc[into[node]]), node)):
        stem = [into[node]]
        for _ in range(arcs.n_nodes):
            tail = int(arcs.tail[stem[-1]])
            if tail in keys:
                break
            stem.append(into[tail])
        yield Branch(node=node, stem=tuple(reversed(stem)), bundles=tuple(on_arc[into[node]]))


def move_branches(instance: Instance, layout: Layout) -> Layout:
    """Return a layout in which branches have been moved to where they are cheaper.

    Each branch is cut off at the fork it comes from and joined to the rest by the cheapest way,
    from any node of the rest to any node of the branch: the exchange of key paths, with cables.
    """
    best, trees = layout, _Trees(instance, layout)
    for branch in tuple(branches_of(instance, layout)):
        if not _is_part_of(best, branch):
            continue
        moved = _Cut(trees, branch).moved()
        if moved is not None and moved.cost_yuan < best.cost_yuan * (1 - _SAVING):
            best, trees = moved, _Trees(instance, moved)
    return best


def _is_part_of(layout: Layout, branch: Branch) -> bool:
    """Return whether a branch is still there after others have been moved."""
    last = branch.stem[-1]
    n = len(branch.stem)
    users = tuple(k for k, way in enumerate(layout.ways) if last in way)
    if not set(branch.bundles) <= set(users):
        return False
    ends = [layout.ways[k].index(last) + 1 for k in branch.bundles]
    ways = [layout.ways[k][:end][-n:] for k, end in zip(branch.bundles, ends, strict=True)]
    return all(way == branch.stem for way in ways)


class _Trees:
    """A layout with how far each node lies from each origin, along its tree."""

    def __init__(self, instance: Instance, layout: Layout) -> None:
        self.instance, self.layout = instance, layout
        self.both_m = instance.arcs.both(instance.length_m)
        self.ways = [np.array(way, dtype=np.int64) for way in layout.ways]
        self.reach_m = np.zeros((len(instance.origins), instance.arcs.n_nodes))
        for origin, way in zip(instance.origin_of, self.ways, strict=True):
            self.reach_m[origin, instance.arcs.head[way]] = np.cumsum(self.both_m[way])


class _Cut:
    """A layout with a branch cut off."""

    def __init__(self, trees: _Trees, branch: Branch) -> None:
        self.instance, self.branch = trees.instance, branch
        self.both_m = trees.both_m
        layout, instance = trees.layout, trees.instance
        cut = {k: layout.ways[k].index(branch.stem[-1]) + 1 for k in branch.bundles}
        trunks = [layout.ways[k][: end - len(branch.stem)] for k, end in cut.items()]
        self.inner = {k: layout.ways[k][end:] for k, end in cut.items()}
        left = [k for k in range(instance.n_bundles) if k not in cut]
        self.per_m = float(instance.yuan_per_m[list(branch.bundles)].sum())
        edges = [a % instance.n_edges for way in (*trunks, *self.inner.values()) for a in way]
        rest = np.concatenate([np.array(edges, dtype=np.int64), *(trees.ways[k] for k in left)])
        self.dug = np.zeros(instance.n_edges, dtype=bool)
        self.dug[rest % instance.n_edges] = True
        origin = instance.origin_of[branch.bundles[0]]
        own = [trees.ways[k] for k in left if instance.origin_of[k] == origin]
        arcs = np.concatenate([np.array(trunks[0], dtype=np.int64), *own])
        heads = instance.arcs.head[arcs]
        self.rest = np.unique(np.append(heads, instance.origins[origin]))
        self.start_yuan = self.per_m * trees.reach_m[origin]
        self.end_yuan = self._end_yuan()

    def moved(self) -> Layout | None:
        """Return the layout with the branch where it is cheapest, if that is elsewhere."""
        dig = np.where(self.dug, 0.0, self.instance.trench_yuan)
        cost = self.per_m * self.both_m + self.instance.arcs.both(dig)
        stem = self.branch.stem
        tail = int(self.instance.arcs.tail[stem[0]])
        now = self.start_yuan[tail] + cost[list(stem)].sum() + self.end_yuan[self.branch.node]
        distance, before = self._from_rest(cost, now - min(self.end_yuan.values()))
        nodes = sorted(self.end_yuan)
        total = [distance[node] + self.end_yuan[node] for node in nodes]
        if min(total) >= now * (1 - _SAVING):
            return None
        dug = self.dug.copy()
        dug[self._edges_to(before, nodes[int(np.argmin(total))])] = True
        return settled(self.instance, dug)

    def _end_yuan(self) -> Mapping[int, float]:
        """Return what the cables cost inside the branch if they enter it at each of its nodes."""
        arcs, per_m = self.instance.arcs, self.instance.yuan_per_m
        on_arc: dict[int, float] = {}
        for k, way in self.inner.items():
            for a in way:
                on_arc[a] = on_arc.get(a, 0.0) + float(per_m[k])
        found = {self.branch.node: sum(on_arc[a] * float(self.both_m[a]) for a in on_arc)}
        for way in self.inner.values():
            for a in way:
                shift = float(self.both_m[a]) * (self.per_m - 2 * on_arc[a])
                found.setdefault(int(arcs.head[a]), found[int(arcs.tail[a])] + shift)
        return found

    def _from_rest(self, cost: Floats, limit: float) -> tuple[Floats, Ints]:
        """Return the cheapest ways from the rest, which stands as one more node behind it."""
        arcs, n = self.instance.arcs, self.instance.arcs.n_nodes
        data = np.concatenate([cost[arcs.order], self.start_yuan[self.rest]])
        indices = np.concatenate([arcs.indices, self.rest]).astype(np.int32)
        indptr = np.append(arcs.indptr, len(indices)).astype(np.int32)
        matrix = csr_array((data, indices, indptr), shape=(n + 1, n + 1))
        distance, before = dijkstra(
            matrix, directed=True, indices=n, return_predecessors=True, limit=limit
        )
        return distance, np.where(before == n, NONE, before)

    def _edges_to(self, before: Ints, node: int) -> list[int]:
        way = self.instance.arcs.way(before, node)
        return [a % self.instance.n_edges for a in way]
