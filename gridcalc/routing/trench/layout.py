"""A plan as the methods see it: the way of each bundle, as arcs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gridcalc.routing.trench.instance import Instance, longest_m
from gridcalc.routing.trench.records import Bools

Way = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The way of each bundle as arcs of the instance, and what all costs [yuan]."""

    ways: tuple[Way, ...] = field(repr=False)
    cost_yuan: float


def layout_of(instance: Instance, ways: Sequence[Way]) -> Layout:
    """Return ways with their cost: trenches once, cables each."""
    dug = dug_by(instance, ways)
    both_m = instance.arcs.both(instance.length_m)
    cables = [
        per_m * float(both_m[list(way)].sum())
        for per_m, way in zip(instance.yuan_per_m, ways, strict=True)
    ]
    cost_yuan = float(instance.trench_yuan[dug].sum()) + float(np.sum(cables))
    return Layout(ways=tuple(ways), cost_yuan=cost_yuan)


def dug_by(instance: Instance, ways: Sequence[Way]) -> Bools:
    """Return which edges some way runs along. shape (n_edges,)."""
    dug = np.zeros(instance.n_edges, dtype=bool)
    for way in ways:
        dug[np.asarray(way, dtype=np.int64) % instance.n_edges] = True
    return dug


def settled(instance: Instance, dug: Bools) -> Layout | None:
    """Return the cheapest layout in given trenches, ``None`` where a bundle has none.

    That is the shortest way for every bundle: from one origin they make up a tree. Trenches
    that are left empty are not dug.
    """
    arcs, both_m = instance.arcs, instance.arcs.both(instance.length_m)
    open_arcs = np.concatenate([dug, dug])
    trees = [arcs.from_node(both_m, int(node), only=open_arcs) for node in instance.origins]
    ways = []
    for k in range(instance.n_bundles):
        length_m, before = trees[instance.origin_of[k]]
        end = int(instance.destination[k])
        if np.isinf(length_m[end]) or length_m[end] > longest_m(instance.max_length_m[k]):
            return None
        ways.append(arcs.way(before, end))
    return layout_of(instance, ways)
