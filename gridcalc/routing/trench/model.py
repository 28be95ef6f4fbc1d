"""The problem as a linear program: directed trenches, and a flow for every bundle."""

import numpy as np
from scipy.sparse import csr_array

from gridcalc.routing.trench.instance import Instance
from gridcalc.routing.trench.integer import Program
from gridcalc.routing.trench.records import Bools, Floats, Ints


class _Rows:
    """Rows of a sparse matrix, collected."""

    def __init__(self) -> None:
        self.parts: list[tuple[Ints, Ints, Floats]] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.n = 0

    def add(self, n_rows: int, low: float | Floats, high: float | Floats) -> int:
        """Add rows with their limits; return the number of the first."""
        self.low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), n_rows))
        self.high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), n_rows))
        self.n += n_rows
        return self.n - n_rows

    def put(self, rows: Ints, columns: Ints, value: float | Floats) -> None:
        """Put values into rows."""
        self.parts.append((rows, columns, np.broadcast_to(np.float64(value), len(rows))))

    def matrix(self, n_columns: int) -> csr_array:
        """Return the rows."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        return csr_array((values, (rows, columns)), shape=(self.n, n_columns))


class FlowModel:
    """The bidirected flow model.

    Variables are flows of each bundle, trees of each origin, and edges where origins share them:
    for each origin a tree of directed trenches ``y`` in which at most one enters each node, for
    each bundle a flow ``f <= y`` from its origin to its destination, and where there are several
    origins an edge dug once for all of them.

    Parameters
    ----------
    instance
        The problem.
    candidates
        Arcs that each bundle may use. shape (n_bundles, n_arcs)
    """

    def __init__(self, instance: Instance, candidates: Bools) -> None:
        self.instance = instance
        self.flow_arcs = [np.flatnonzero(row) for row in candidates]
        self.tree_arcs = [
            np.flatnonzero(candidates[instance.origin_of == o].any(axis=0))
            for o in range(len(instance.origins))
        ]
        sizes = [len(arcs) for arcs in (*self.flow_arcs, *self.tree_arcs)]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        self.flow_at = starts[: instance.n_bundles]
        self.tree_at = starts[instance.n_bundles : -1]
        self.edge_at = int(starts[-1])
        self.n = self.edge_at + (instance.n_edges if self._shared else 0)
        self.share_at = np.zeros(instance.n_bundles, dtype=np.int64)
        self.length_at = np.full(instance.n_bundles, -1)
        self.program = self._program()

    @property
    def _shared(self) -> bool:
        return len(self.instance.origins) > 1

    def _program(self) -> Program:
        rows = _Rows()
        for k in range(self.instance.n_bundles):
            self._conserve(rows, k)
            self.share_at[k] = self._within_tree(rows, k)
            self.length_at[k] = self._within_length(rows, k)
        for o in range(len(self.instance.origins)):
            self._one_way_in(rows, o)
            if self._shared:
                self._within_edges(rows, o)
        whole = np.zeros(self.n, dtype=bool)
        whole[self.tree_at[0] : self.edge_at] = True
        return Program(
            cost=self._cost(),
            a=rows.matrix(self.n),
            low=np.concatenate(rows.low),
            high=np.concatenate(rows.high),
            whole=whole,
        )

    def shares(self, price: Floats) -> Floats:
        """Return what each bundle pays for trenches at prices of the rows.

        [yuan], shape (n_bundles, n_arcs)
        """
        share = np.zeros((self.instance.n_bundles, len(self.instance.arcs.tail)))
        for k, (arcs, at) in enumerate(zip(self.flow_arcs, self.share_at, strict=True)):
            share[k, arcs] = np.maximum(price[at : at + len(arcs)], 0.0)
        return share

    def per_m(self, price: Floats) -> Floats:
        """Return what a metre costs each bundle with the price of its length at prices of rows.

        [yuan/m], shape (n_bundles,)
        """
        rise = np.zeros(self.instance.n_bundles)
        limited = np.flatnonzero(self.length_at >= 0)
        price_yuan = np.maximum(price[self.length_at[limited]], 0.0)
        rise[limited] = price_yuan / self.instance.max_length_m[limited]
        return self.instance.yuan_per_m + rise

    def dug(self, x: Floats) -> Floats:
        """Return how far each edge is dug in a solution, 1 for wholly. [-], shape (n_edges,)."""
        dug = np.zeros(self.instance.n_edges)
        for arcs, at in zip(self.tree_arcs, self.tree_at, strict=True):
            own = np.bincount(
                arcs % self.instance.n_edges,
                weights=x[at : at + len(arcs)],
                minlength=self.instance.n_edges,
            )
            dug = np.maximum(dug, own)
        return dug

    def _cost(self) -> Floats:
        instance = self.instance
        both_m = instance.arcs.both(instance.length_m)
        cost = np.zeros(self.n)
        for k, (arcs, at) in enumerate(zip(self.flow_arcs, self.flow_at, strict=True)):
            cost[at : at + len(arcs)] = instance.yuan_per_m[k] * both_m[arcs]
        if self._shared:
            cost[self.edge_at :] = instance.trench_yuan
        else:
            cost[self.tree_at[0] : self.edge_at] = instance.arcs.both(instance.trench_yuan)[
                self.tree_arcs[0]
            ]
        return cost

    def _columns(self, k: int) -> Ints:
        columns: Ints = self.flow_at[k] + np.arange(len(self.flow_arcs[k]))
        return columns

    def _conserve(self, rows: _Rows, k: int) -> None:
        """Let what leaves a node be what enters it, and one more at the origin."""
        arcs, chosen = self.instance.arcs, self.flow_arcs[k]
        supply = np.zeros(arcs.n_nodes)
        supply[self.instance.origin(k)] = 1.0
        supply[self.instance.destination[k]] = -1.0
        nodes = np.unique(np.concatenate([arcs.tail[chosen], arcs.head[chosen]]))
        first = rows.add(len(nodes), supply[nodes], supply[nodes])
        rows.put(first + np.searchsorted(nodes, arcs.tail[chosen]), self._columns(k), 1.0)
        rows.put(first + np.searchsorted(nodes, arcs.head[chosen]), self._columns(k), -1.0)

    def _within_tree(self, rows: _Rows, k: int) -> int:
        """Let a bundle run through trenches only; return the number of the first row."""
        o = int(self.instance.origin_of[k])
        chosen = self.flow_arcs[k]
        first = rows.add(len(chosen), -np.inf, 0.0)
        numbers = first + np.arange(len(chosen))
        rows.put(numbers, self._columns(k), 1.0)
        rows.put(numbers, self.tree_at[o] + np.searchsorted(self.tree_arcs[o], chosen), -1.0)
        return first

    def _within_length(self, rows: _Rows, k: int) -> int:
        """Keep a bundle within its length; return the number of the row, -1 if there is none."""
        limit_m = float(self.instance.max_length_m[k])
        chosen = self.flow_arcs[k]
        if not (np.isfinite(limit_m) and limit_m > 0):
            return -1
        both_m = self.instance.arcs.both(self.instance.length_m)
        number = rows.add(1, -np.inf, 1.0)
        rows.put(np.full(len(chosen), number), self._columns(k), both_m[chosen] / limit_m)
        return number

    def _one_way_in(self, rows: _Rows, o: int) -> None:
        """Let at most one trench enter a node, and none end where no bundle of the tree does."""
        arcs, chosen = self.instance.arcs, self.tree_arcs[o]
        columns = self.tree_at[o] + np.arange(len(chosen))
        nodes = np.unique(arcs.head[chosen])
        first = rows.add(len(nodes), -np.inf, 1.0)
        rows.put(first + np.searchsorted(nodes, arcs.head[chosen]), columns, 1.0)
        ends = self.instance.destination[self.instance.origin_of == o]
        through = np.setdiff1d(nodes, ends)
        first = rows.add(len(through), -np.inf, 0.0)
        for node_of, value in ((arcs.head, 1.0), (arcs.tail, -1.0)):
            at = np.isin(node_of[chosen], through)
            rows.put(first + np.searchsorted(through, node_of[chosen[at]]), columns[at], value)

    def _within_edges(self, rows: _Rows, o: int) -> None:
        edge = self.tree_arcs[o] % self.instance.n_edges
        edges = np.unique(edge)
        first = rows.add(len(edges), -np.inf, 0.0)
        columns = self.tree_at[o] + np.arange(len(edge))
        rows.put(first + np.searchsorted(edges, edge), columns, 1.0)
        rows.put(first + np.arange(len(edges)), self.edge_at + edges, -1.0)
