"""The cheapest plan: linear programs that prove or narrow down, and an integer program."""

import time
from dataclasses import dataclass

import numpy as np

from gridcalc.routing.trench.ascent import Ascent, ascent_from
from gridcalc.routing.trench.heuristic import led_layout
from gridcalc.routing.trench.instance import Instance
from gridcalc.routing.trench.integer import minimum, relaxed
from gridcalc.routing.trench.layout import Layout, settled
from gridcalc.routing.trench.model import FlowModel
from gridcalc.routing.trench.records import Bools
from gridcalc.routing.trench.records import gap_percent as gap_of

_PARTS = (0.35, 0.7)
"""Parts of the gap; arcs within them are in the linear programs. [-]"""
_TAKEN = 0.5
_FRACTION = 0.01
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """The cheapest layout found, and what no plan costs less than [yuan]."""

    layout: Layout
    bound_yuan: float


def cheapest_layout(
    instance: Instance, good: Layout, ascent: Ascent, *, time_limit_s: float, gap_percent: float
) -> Searched:
    """Return the cheapest layout, by linear programs and an integer program at the end.

    Each program has the arcs that plans cheaper than the best known can use, by the bound so far;
    the prices of a linear program with few of them give a better bound over all, and what it digs
    leads to better layouts.

    Parameters
    ----------
    instance
        The problem.
    good, ascent
        A layout and a bound to begin with.
    time_limit_s, gap_percent
        When the search ends. [s], [%]
    """
    end_s = time.monotonic() + time_limit_s
    best = good
    for part in _PARTS:
        limit_s = end_s - time.monotonic()
        if gap_of(best.cost_yuan, ascent.bound_yuan) <= gap_percent or limit_s <= 0:
            return Searched(layout=best, bound_yuan=min(ascent.bound_yuan, best.cost_yuan))
        best, ascent = _sharpened(instance, best, ascent, part=part, time_limit_s=limit_s)
    limit_s = end_s - time.monotonic()
    if gap_of(best.cost_yuan, ascent.bound_yuan) <= gap_percent or limit_s <= 0:
        return Searched(layout=best, bound_yuan=min(ascent.bound_yuan, best.cost_yuan))
    model = FlowModel(instance, _within(ascent, best, 1.0))
    found = minimum(model.program, time_limit_s=limit_s, gap_percent=gap_percent)
    if found.x is not None:
        best = _cheaper(best, settled(instance, model.dug(found.x) > _TAKEN))
    bound_yuan = max(ascent.bound_yuan, found.bound)
    return Searched(layout=best, bound_yuan=min(bound_yuan, best.cost_yuan))


def _within(ascent: Ascent, best: Layout, part: float) -> Bools:
    """Return the arcs of plans that cost no more than the bound and a part of the gap."""
    gap_yuan = max(best.cost_yuan - ascent.bound_yuan, 0.0)
    return ascent.through_yuan <= (ascent.bound_yuan + part * gap_yuan) * (1 + _ROUNDING)


def _sharpened(
    instance: Instance, best: Layout, ascent: Ascent, *, part: float, time_limit_s: float
) -> tuple[Layout, Ascent]:
    """Return the better layout and bound of a linear program with some of the arcs."""
    chosen = _within(ascent, best, part)
    for k, way in enumerate(best.ways):
        chosen[k, list(way)] = True
    model = FlowModel(instance, chosen)
    found = relaxed(model.program, time_limit_s=time_limit_s)
    if found is None:
        return best, ascent
    better = ascent_from(instance, model.shares(found.price), model.per_m(found.price))
    dug = model.dug(found.x)
    best = _cheaper(best, settled(instance, dug > _TAKEN))
    if (np.minimum(dug, 1 - dug) > _FRACTION).any():
        best = _cheaper(best, led_layout(instance, instance.trench_yuan * np.maximum(1 - dug, 0.0)))
    return best, max(ascent, better, key=lambda row: row.bound_yuan)


def _cheaper(layout: Layout, other: Layout | None) -> Layout:
    return layout if other is None or layout.cost_yuan <= other.cost_yuan else other
