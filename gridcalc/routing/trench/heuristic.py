"""Good plans quickly: cables laid one by one, taken out and laid anew, branches moved."""

from collections.abc import Sequence

import numpy as np

from gridcalc.routing.trench.branches import branches_of, move_branches
from gridcalc.routing.trench.instance import Instance
from gridcalc.routing.trench.layout import Layout, dug_by, settled
from gridcalc.routing.trench.records import Floats
from gridcalc.routing.trench.relaying import Laying, shortest_ways

_N_SWEEPS = 20
_SAVING = 1e-9
_LARGE = 100_000
"""Nodes times bundles above which there is one start only. [-]"""
_KEPT_SHARE = 0.1
"""Part of its price that a trench keeps while bundles are led by what the bound leaves open. [-]"""


def good_layout(instance: Instance, open_yuan: Floats) -> Layout:
    """Return a good layout; the same one every time.

    Starts with the bundles laid along trenches that the lower bound pays for, and unless the
    problem is large also by price alone, from the farthest to the nearest and the other way
    round; improves each, and returns the cheapest.

    Parameters
    ----------
    instance
        The problem; every bundle must have a way that is short enough.
    open_yuan
        What the lower bound leaves of the trench of each edge. [yuan], shape (n_edges,)
    """
    found = [led_layout(instance, open_yuan)]
    if instance.arcs.n_nodes * instance.n_bundles <= _LARGE:
        far_first = _far_first(instance)
        starts = [_laid(instance, order, instance.trench_yuan) for order in _both_ways(far_first)]
        found.extend(_improved(instance, start) for start in starts)
    return min(found, key=lambda layout: layout.cost_yuan)


def led_layout(instance: Instance, open_yuan: Floats) -> Layout:
    """Return a good layout whose start was led by what trenches still cost after a hint.

    Parameters
    ----------
    instance
        The problem.
    open_yuan
        What is left of the trench of each edge. [yuan], shape (n_edges,)
    """
    led_yuan = open_yuan + _KEPT_SHARE * instance.trench_yuan
    return _improved(instance, _laid(instance, _far_first(instance), led_yuan))


def _far_first(instance: Instance) -> list[int]:
    return [int(k) for k in np.argsort(-instance.shortest_m, kind="stable")]


def _both_ways(order: list[int]) -> tuple[list[int], list[int]]:
    return order, order[::-1]


def _laid(instance: Instance, order: Sequence[int], trench_yuan: Floats) -> Layout:
    laying = Laying(instance, shortest_ways(instance), trench_yuan)
    for k in order:
        laying.lay(k)
    return _settled(instance, laying.layout())


def _settled(instance: Instance, layout: Layout) -> Layout:
    """Return the layout with every bundle on its shortest way in the same trenches."""
    found = settled(instance, dug_by(instance, layout.ways))
    return layout if found is None else found


def _improved(instance: Instance, layout: Layout) -> Layout:
    best = layout
    for _ in range(_N_SWEEPS):
        found = move_branches(instance, _settled(instance, _each_anew(instance, best)))
        if not _is_cheaper(found, best):
            found = _branches_anew(instance, found)
        if not _is_cheaper(found, best):
            break
        best = found
    return best


def _is_cheaper(layout: Layout, other: Layout) -> bool:
    return layout.cost_yuan < other.cost_yuan * (1 - _SAVING)


def _lying(instance: Instance, layout: Layout) -> Laying:
    laying = Laying(instance, layout.ways, instance.trench_yuan)
    for k in range(instance.n_bundles):
        laying.put(k)
    return laying


def _each_anew(instance: Instance, layout: Layout) -> Layout:
    laying = _lying(instance, layout)
    for k in range(instance.n_bundles):
        laying.lay(k)
    return laying.layout()


def _branches_anew(instance: Instance, layout: Layout) -> Layout:
    """Return a layout in which whole branches were taken out and their bundles laid in order."""
    best, lying = layout, _lying(instance, layout)
    groups = {branch.bundles for branch in branches_of(instance, layout)}
    for group in sorted((g for g in groups if len(g) > 1), key=lambda g: (len(g), g)):
        far_first = sorted(group, key=lambda k: (-instance.shortest_m[k], k))
        for order in _both_ways(far_first):
            laying = lying.copy()
            laying.lay_anew(order)
            if _is_cheaper(laying.layout(), best):
                best = _settled(instance, laying.layout())
                lying = _lying(instance, best)
    return best
