"""Cables laid one by one beside those that lie, each in the cheapest way that is short enough."""

from collections.abc import Iterable, Sequence

import numpy as np

from gridcalc.routing.trench.instance import Instance, longest_m
from gridcalc.routing.trench.layout import Layout, Way, layout_of
from gridcalc.routing.trench.records import Floats

_N_MULTIPLIERS = 20
_SAME = 1e-9


class Laying:
    """Bundles that lie, and those that have been taken out.

    Parameters
    ----------
    instance
        The problem.
    known
        A way of each bundle that is short enough.
    trench_yuan
        What digging each edge counts for. [yuan], shape (n_edges,)
    """

    def __init__(self, instance: Instance, known: Sequence[Way], trench_yuan: Floats) -> None:
        self.instance = instance
        self.trench_yuan = trench_yuan
        self.both_m = instance.arcs.both(instance.length_m)
        self.known = list(known)
        self.lies = np.zeros(instance.n_bundles, dtype=bool)
        self.in_edge = np.zeros(instance.n_edges, dtype=np.int64)

    def copy(self) -> "Laying":
        """Return bundles that lie in the same way."""
        other = Laying(self.instance, self.known, self.trench_yuan)
        other.lies[:] = self.lies
        other.in_edge[:] = self.in_edge
        return other

    def put(self, k: int) -> None:
        """Put a bundle into the way known."""
        self.in_edge[self._edges(k)] += 1
        self.lies[k] = True

    def take_out(self, k: int) -> None:
        """Take a bundle out that lies."""
        self.in_edge[self._edges(k)] -= 1
        self.lies[k] = False

    def lay(self, k: int) -> None:
        """Lay a bundle in the cheapest way found, digging what nobody has dug."""
        if self.lies[k]:
            self.take_out(k)
        dig = np.where(self.in_edge > 0, 0.0, self.trench_yuan)
        cost = self.instance.yuan_per_m[k] * self.both_m + self.instance.arcs.both(dig)
        known_yuan = float(cost[list(self.known[k])].sum())
        found = self._cheapest(k, cost, known_yuan * (1 - _SAME))
        if found and cost[list(found)].sum() < known_yuan:
            self.known[k] = found
        self.put(k)

    def lay_anew(self, bundles: Iterable[int]) -> None:
        """Take bundles out all together, then lay them in order."""
        chosen = list(bundles)
        for k in chosen:
            self.take_out(k)
        for k in chosen:
            self.lay(k)

    def layout(self) -> Layout:
        """Return the layout."""
        return layout_of(self.instance, self.known)

    def _edges(self, k: int) -> list[int]:
        return [a % self.instance.n_edges for a in self.known[k]]

    def _way(self, k: int, weight: Floats, limit: float = np.inf) -> Way:
        arcs = self.instance.arcs
        _, before = arcs.from_node(weight, self.instance.origin(k), limit=limit)
        return arcs.way(before, int(self.instance.destination[k]))

    def _length_m(self, way: Way) -> float:
        return float(self.both_m[list(way)].sum())

    def _cheapest(self, k: int, cost: Floats, limit_yuan: float) -> Way:
        """Return the cheapest way within the length and a cost, an empty one if there is none.

        Where the length binds, by a price on it: a good way, not always the best.
        """
        limit_m = longest_m(float(self.instance.max_length_m[k]))
        dear = self._way(k, cost, limit_yuan)
        if self._length_m(dear) <= limit_m:
            return dear
        short = self._way(k, self.both_m)
        for _ in range(_N_MULTIPLIERS):
            saved_m = self._length_m(dear) - self._length_m(short)
            more_yuan = float(cost[list(short)].sum() - cost[list(dear)].sum())
            if saved_m <= _SAME or more_yuan <= _SAME:
                break
            weight = cost + more_yuan / saved_m * self.both_m
            way = self._way(k, weight)
            if weight[list(way)].sum() >= weight[list(short)].sum() * (1 - _SAME):
                break
            if self._length_m(way) <= limit_m:
                short = way
            else:
                dear = way
        return short


def shortest_ways(instance: Instance) -> tuple[Way, ...]:
    """Return the shortest way of every bundle."""
    arcs, both_m = instance.arcs, instance.arcs.both(instance.length_m)
    before = [arcs.from_node(both_m, int(node))[1] for node in instance.origins]
    return tuple(
        arcs.way(before[instance.origin_of[k]], int(instance.destination[k]))
        for k in range(instance.n_bundles)
    )
