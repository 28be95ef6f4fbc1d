"""A lower bound by dual ascent: bundles pay for trenches together until the way is paid for.

The dual of the flow model (see ``exact``) asks of each bundle how much of each trench it pays,
so that no trench is paid for more than once. What the bundles' cheapest ways then cost together,
cables and shares, no plan goes below. Shares grow round by round, at the same pace for all
bundles, as the moats of Wong's dual ascent do.
"""

from dataclasses import dataclass, field

import numpy as np

from gridcalc.routing.trench.instance import Instance, longest_m
from gridcalc.routing.trench.records import Bools, Floats

_N_ROUNDS = 40
_N_LAST_ROUNDS = 3
_N_MULTIPLIERS = 12
_ROUNDING = 1e-9
_TINY_YUAN = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ascent:
    """What no plan costs less than, and what plans cost at least that use an arc.

    Parameters
    ----------
    bound_yuan
        No plan costs less. [yuan]
    through_yuan
        No plan in which a bundle runs along an arc costs less; inf where it cannot.
        [yuan], shape (n_bundles, n_arcs)
    open_yuan
        What is not paid of the trench of each edge. [yuan], shape (n_edges,)
    """

    bound_yuan: float
    through_yuan: Floats = field(repr=False)
    open_yuan: Floats = field(repr=False)


def dual_ascent(instance: Instance) -> Ascent:
    """Return a lower bound on the cost of every plan.

    Notes
    -----
    R. T. Wong, A dual ascent approach for Steiner tree problems on a directed graph, Mathematical
    Programming 28 (1984); with prices of cables as in Balakrishnan, Magnanti and Wong, Operations
    Research 37 (1989). Growth is in steps here: each is one shortest-path search per bundle.
    """
    duals = _Duals(instance, instance.usable())
    highest = duals.highest_yuan()
    for step in range(1, _N_ROUNDS):
        for k in range(instance.n_bundles):
            duals.grow(k, highest * step / _N_ROUNDS)
    for _ in range(_N_LAST_ROUNDS):
        for k in range(instance.n_bundles):
            duals.shorten(k)
            duals.grow(k, np.inf)
    return duals.ascent()


def ascent_from(instance: Instance, share_yuan: Floats, per_m: Floats) -> Ascent:
    """Return the lower bound that shares of the trenches prove, raised as far as they can be.

    Parameters
    ----------
    instance
        The problem.
    share_yuan
        What each bundle pays along each arc; lowered where a trench would be paid for more than
        once. [yuan], shape (n_bundles, n_arcs)
    per_m
        What a metre costs each bundle, at least its price. [yuan/m], shape (n_bundles,)
    """
    duals = _Duals(instance, instance.usable())
    duals.take(share_yuan, per_m)
    for k in range(instance.n_bundles):
        duals.grow(k, np.inf)
    return duals.ascent()


class _Duals:
    """Shares of the trenches paid by each bundle, and what its ways cost with them."""

    def __init__(self, instance: Instance, usable: Bools) -> None:
        self.instance, self.arcs = instance, instance.arcs
        self.usable = usable
        both_m = self.arcs.both(instance.length_m)
        self.both_m = both_m
        self.never = 2.0 * float(
            1 + instance.trench_yuan.sum() + instance.yuan_per_m.sum() * instance.length_m.sum()
        )
        self.per_m = instance.yuan_per_m.copy()
        n_arcs = len(self.arcs.tail)
        self.share: Floats = np.zeros((instance.n_bundles, n_arcs))
        self.paid: Floats = np.zeros((len(instance.origins), n_arcs))
        self.label = np.zeros((instance.n_bundles, self.arcs.n_nodes))
        self.base = np.zeros((instance.n_bundles, self.arcs.n_nodes))
        for k in range(instance.n_bundles):
            self._restart(k)
        self.label[:] = np.minimum(self.base, self._at_origin(self.base)[:, None])

    def take(self, share_yuan: Floats, per_m: Floats) -> None:
        """Start from shares, scaled down where they pay more than a trench costs."""
        instance, m = self.instance, self.instance.n_edges
        self.per_m = np.where(np.isfinite(instance.max_length_m), per_m, instance.yuan_per_m)
        paid = self._paid_by(share_yuan)
        taken = np.maximum(paid[:, :m], paid[:, m:]).sum(axis=0)
        fits = np.minimum(1.0, instance.trench_yuan / np.maximum(taken, _TINY_YUAN))
        self.share = share_yuan * self.arcs.both(fits)
        self.paid = self._paid_by(self.share)
        for k in range(instance.n_bundles):
            self._restart(k)

    def _paid_by(self, share_yuan: Floats) -> Floats:
        origins = range(len(self.instance.origins))
        own = [share_yuan[self.instance.origin_of == o].sum(axis=0) for o in origins]
        return np.array(own)

    def highest_yuan(self) -> float:
        """Return what the dearest way to a destination costs in trenches alone."""
        weight = self.arcs.both(self.instance.trench_yuan)
        ways = [
            self.arcs.to_node(weight, int(self.instance.destination[k]))[self.instance.origin(k)]
            for k in range(self.instance.n_bundles)
        ]
        return float(max(ways, default=0.0))

    def _cost(self, k: int) -> Floats:
        return np.where(self.usable[k], self.per_m[k] * self.both_m, self.never)

    def _restart(self, k: int) -> None:
        distance = self.arcs.to_node(self._cost(k), int(self.instance.destination[k]))
        self.base[k] = np.minimum(distance, self.never)

    def _at_origin(self, label: Floats) -> Floats:
        nodes = self.instance.origins[self.instance.origin_of]
        return label[np.arange(self.instance.n_bundles), nodes]

    def _open_yuan(self) -> Floats:
        """Return what nobody pays of the trenches. shape (n_edges,)."""
        m = self.instance.n_edges
        taken = np.maximum(self.paid[:, :m], self.paid[:, m:]).sum(axis=0)
        left: Floats = np.maximum(self.instance.trench_yuan - taken, 0.0)
        return left

    def _room(self, origin: int) -> Floats:
        """Return by how much the bundles of an origin may raise what they pay. shape (n_arcs,)."""
        paid = self.paid[origin]
        one_way: Floats = np.maximum(paid, self.arcs.twin(paid)) - paid
        return one_way + self.arcs.both(self._open_yuan())

    def grow(self, k: int, at_most_yuan: float) -> None:
        """Let a bundle pay so much that its ways cost up to some amount more than the cables."""
        arcs, origin = self.arcs, int(self.instance.origin_of[k])
        cost = self._cost(k)
        budget = self.share[k] + self._room(origin)
        limit = self.base[k][self.instance.origin(k)] + at_most_yuan
        end = int(self.instance.destination[k])
        far = arcs.to_node(cost + budget, end, limit=limit * (1 + _ROUNDING))
        label = np.minimum(far, self.base[k] + at_most_yuan)
        label = np.minimum(label, label[self.instance.origin(k)])
        share = np.maximum(label[arcs.tail] - label[arcs.head] - cost, 0.0)
        self.paid[origin] += share - self.share[k]
        self.share[k], self.label[k] = share, label

    def shorten(self, k: int) -> None:
        """Raise the price per metre of a bundle until its cheapest way keeps its length.

        The bound loses the rise times the largest length, and gains what the way costs more.
        """
        limit_m = float(self.instance.max_length_m[k])
        if not np.isfinite(limit_m):
            return
        budget = self.share[k] + self._room(int(self.instance.origin_of[k]))
        best_value, best = -np.inf, self.per_m[k]
        low, high = float(self.instance.yuan_per_m[k]), np.inf
        per_m = low
        for _ in range(_N_MULTIPLIERS):
            value, length_m = self._way(k, per_m, budget)
            value -= (per_m - self.instance.yuan_per_m[k]) * limit_m
            if value > best_value:
                best_value, best = value, per_m
            if length_m <= longest_m(limit_m):
                high = per_m
            else:
                low = per_m
            if high <= low:
                break
            step_yuan = float(budget[self.usable[k]].sum()) / max(limit_m, 1.0)
            per_m = (low + high) / 2 if np.isfinite(high) else 2 * low + step_yuan / _N_ROUNDS
        self.per_m[k] = best
        self._restart(k)

    def _way(self, k: int, per_m: float, budget: Floats) -> tuple[float, float]:
        """Return cost and length of the cheapest way of a bundle at a price per metre."""
        plain = np.where(self.usable[k], per_m * self.both_m + budget, self.never)
        origin, end = self.instance.origin(k), int(self.instance.destination[k])
        distance, before = self.arcs.from_node(plain, origin)
        way = list(self.arcs.way(before, end))
        return float(distance[end]), float(self.both_m[way].sum())

    def ascent(self) -> Ascent:
        """Return the bound, and those of plans that use an arc."""
        instance = self.instance
        rise = self.per_m - instance.yuan_per_m
        limits_m = np.where(rise > 0, instance.max_length_m, 0.0)
        bound = float((self._at_origin(self.label) - rise * limits_m).sum()) * (1 - _ROUNDING)
        extra = [self._extra(k) for k in range(instance.n_bundles)]
        return Ascent(
            bound_yuan=max(bound, float(instance.yuan_per_m @ instance.shortest_m)),
            through_yuan=bound + np.array(extra).reshape(self.share.shape),
            open_yuan=self._open_yuan(),
        )

    def _extra(self, k: int) -> Floats:
        arcs, label = self.arcs, self.label[k]
        left = self._cost(k) + self.share[k] - (label[arcs.tail] - label[arcs.head])
        left = np.maximum(left, 0.0)
        start, _ = arcs.from_node(left, self.instance.origin(k))
        end = arcs.to_node(left, int(self.instance.destination[k]))
        detour = start[arcs.tail] + left + end[arcs.head]
        room = self._room(int(self.instance.origin_of[k]))
        return np.where(self.usable[k], detour + room, np.inf)
