"""Many radial networks at once, each with a few load states: the sweep of a whole city."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from numba import njit

from gridcalc.network.arrays import Bools, Floats, Ints, Network
from gridcalc.powerflow.aligned import aligned
from gridcalc.powerflow.fault_impedance import Branches
from gridcalc.powerflow.radial import MAX_SWEEPS, TOLERANCE_PU
from gridcalc.powerflow.radial_few import FEW, sweep_few
from gridcalc.powerflow.radial_kernel import clear_steps, judge, sweep
from gridcalc.powerflow.radial_order import along_paths, places
from gridcalc.powerflow.radial_rows import (
    BLOCK,
    I0,
    LANES,
    PENDING,
    S0,
    SOLVED,
    STATUS,
    exact,
    n_lane_numbers,
)
from gridcalc.powerflow.radial_run import stamp
from gridcalc.powerflow.radial_tree import (
    ELEMENT,
    KIND,
    LEAF,
    NODE,
    PARENT,
    SOURCE,
    TRAFO,
    no_load_of,
    tree_values,
)
from gridcalc.powerflow.solution import Complexes


class _Trees(NamedTuple):
    """Trees side by side: rows of each, parents counted within a tree."""

    place: Ints
    value: Floats
    first: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forest:
    """Radial networks side by side, ready to be solved.

    Attributes
    ----------
    network
        All of them as one; the nodes of each stand together.
    row_of_node
        Row of each node in the results, shape (n_nodes,).
    place
        Rows as in ``radial_tree.Tree``, parents counted over the whole.
    """

    network: Network
    trees: _Trees
    row_of_node: Ints
    place: Ints

    @property
    def source_of_node(self) -> Ints:
        """The source that feeds each node, shape (n_nodes,)."""
        return np.asarray(np.cumsum(self.place[:, KIND] == SOURCE)[self.row_of_node] - 1)

    @property
    def row_of_cable(self) -> Ints:
        """Row of the node behind each cable, -1 for open ones, shape (n_cables,)."""
        rows = np.flatnonzero(self.place[:, KIND] <= LEAF)
        found = np.full(len(self.network.cables.ids), -1, dtype=np.int64)
        found[self.place[rows, ELEMENT]] = rows
        return found

    def fault_impedance(self, _: Network, branches: Branches) -> Complexes:
        """Return the impedance at each node; see ``fault_impedance.fault_impedance``."""
        kind, element = self.place[:, KIND], self.place[:, ELEMENT]
        own, factor = np.zeros(len(kind), dtype=np.complex128), np.ones(len(kind))
        is_cable, is_trafo, is_source = kind <= LEAF, kind == TRAFO, kind == SOURCE
        own[is_cable] = branches.z_cable[element[is_cable]]
        own[is_trafo] = branches.z_trafo[element[is_trafo]]
        own[is_source] = branches.z_source[element[is_source]]
        factor[is_trafo] = branches.turns[element[is_trafo]] ** 2
        return np.asarray(along_paths(self.place, own, factor)[self.row_of_node])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class States:
    """Solved load states; rows as in ``Forest.row_of_node``.

    Attributes
    ----------
    solved
        Which networks have a solution in which states, shape (n_networks, n_states).
    volts
        Phase voltages. [pu], complex, shape (n_rows, 3, n_states)
    amps
        Currents into each node from above, of a source into the network. Per unit of voltage:
        [kW per pu], complex, shape (n_rows, 3, n_states)
    """

    solved: Bools
    volts: Complexes
    amps: Complexes


def forest_of(network: Network, first_node: Ints) -> Forest:
    """Return networks that stand side by side, ready to be solved.

    Parameters
    ----------
    network
        All of them as one.
    first_node
        First node of each, and the number of nodes at the end; the sources of a network come
        before those of the next. Shape (n_networks + 1,)

    Raises
    ------
    ValueError
        A node has no way to a source, or more than one.
    """
    place = places(network)
    n_branches = int((~network.cables.is_open).sum()) + len(network.transformers.ids)
    if len(place) < network.n_nodes or n_branches + len(network.sources.ids) != len(place):
        raise ValueError("a network is not radial")
    return trees_of(network, first_node, place, tree_values(network, place))


def trees_of(network: Network, first_node: Ints, place: Ints, value: Floats) -> Forest:
    """Return networks side by side, given the rows of their nodes; see ``forest_of``.

    Parameters
    ----------
    network, first_node
        As for ``forest_of``.
    place, value
        Columns as in ``radial_tree.Tree``, parents counted over the whole.

    Raises
    ------
    ValueError
        The sources stand in another order than the networks.
    """
    row_of_node = np.empty(network.n_nodes, dtype=np.int64)
    row_of_node[place[:, NODE]] = np.arange(len(place))
    tree_of_row = np.searchsorted(first_node, place[:, NODE], side="right") - 1
    if (np.diff(tree_of_row) < 0).any():
        raise ValueError("the sources stand in another order than the networks")
    relative = place.copy()
    relative[:, PARENT] -= first_node[tree_of_row]
    trees = _Trees(place=relative, value=value, first=np.ascontiguousarray(first_node))
    return Forest(network=network, trees=trees, row_of_node=row_of_node, place=place)


def no_load(forest: Forest, source_vm_pu: Floats) -> Floats:
    """Return the voltages without load and drops, where a solution starts from."""
    vm = np.ascontiguousarray(source_vm_pu, dtype=np.float64)
    return no_load_of(forest.place, forest.trees.value, vm)


def solve_states(
    forest: Forest,
    p_kw: Floats,
    q_kvar: Floats,
    source_vm_pu: Floats,
    *,
    start: Floats | None = None,
    n_first: int | None = None,
) -> States:
    """Return voltages and currents of all networks in all states.

    States that are solved together stop together, those of ``n_first`` as if they were alone.

    Parameters
    ----------
    forest
        The networks.
    p_kw, q_kvar
        Load per node and phase, capacitors counted in. Shape (n_nodes, 3, n_states)
    source_vm_pu
        Voltage of each source. [pu], shape (n_sources,)
    start
        What ``no_load`` returns for these voltages, for those who solve again and again.
    n_first
        States that do not wait for the ones behind them; all wait for each other if missing.
        Their numbers are the same bit for bit whatever is behind them.
    """
    trees = forest.trees
    n_rows, n_states = len(trees.place), p_kw.shape[2]
    load = np.ascontiguousarray(p_kw), np.ascontiguousarray(q_kvar)
    vm = np.ascontiguousarray(source_vm_pu, dtype=np.float64)
    flat = no_load(forest, vm) if start is None else start
    out = np.empty((n_rows, 6, n_states, 2))
    solved = np.zeros((len(trees.first) - 1, n_states), dtype=np.bool_)
    tile = aligned(int(np.diff(trees.first).max(initial=0)) * BLOCK)
    lane = aligned(n_lane_numbers(0))
    n_few = FEW if n_first is None else 0
    numbers = MAX_SWEEPS, n_states if n_first is None else n_first, n_few
    _run(tile, tile, lane, trees, flat, load, vm, TOLERANCE_PU, numbers, solved, out)
    found = out.view(np.complex128)[..., 0]
    return States(solved=solved, volts=found[:, :3], amps=found[:, 3:])


@exact
def _fill(
    w: Floats, lane: Floats, flat: Floats, load: Any, nodes: Ints, lanes: tuple[int, int, int]
) -> None:
    """Begin some lanes: no drops, and the loads; those without a state repeat the last one."""
    first, used, n = lanes
    for row in range(len(nodes)):
        for j in range(6):
            at = row * BLOCK + j * LANES
            for k in range(n):
                w[at + k] = flat[row, j]
                w[at + int(I0) + k] = 0.0
        for j in range(3):
            at = row * BLOCK + int(S0) + 2 * j * LANES
            for k in range(n):
                state = first + min(k, used - 1)
                w[at + k] = load[0][nodes[row], j, state]
                w[at + LANES + k] = load[1][nodes[row], j, state]
    for k in range(LANES):
        lane[int(STATUS) + k] = PENDING if k < n else SOLVED


@exact
def _store(
    w: Floats, lane: Floats, out: Floats, solved: Bools, first: int, start: int, end: int
) -> None:
    """Keep some lanes of a tile."""
    for k in range(start, end):
        solved[first + k] = lane[int(STATUS) + k] == SOLVED
    for row in range(len(out)):
        for j in range(12):
            at = row * BLOCK + j * LANES
            for k in range(start, end):
                out[row, j // 2, first + k, j % 2] = w[at + k]


@exact
def _none_pending(lane: Floats, end: int) -> bool:
    n_pending = 0
    for k in range(end):
        n_pending += lane[int(STATUS) + k] == PENDING
    return n_pending == 0


def _compiled(text_stamp: int) -> Callable[..., None]:
    @njit(nogil=True, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
    def run(  # noqa: PLR0913, PLR0917  numba unpacks records of the innermost loops badly
        w: Floats,
        up: Floats,
        lane: Floats,
        trees: Any,
        flat: Floats,
        load: Any,
        source_vm_pu: Floats,
        tolerance_pu: float,
        numbers: tuple[int, int, int],
        solved: Bools,
        out: Floats,
    ) -> None:
        _ = text_stamp
        max_sweeps, n_first, n_few = numbers
        for tree in range(len(trees.first) - 1):
            a, b = trees.first[tree], trees.first[tree + 1]
            place, value, own_flat = trees.place[a:b], trees.value[a:b], flat[a:b]
            n_states = load[0].shape[2]
            for first in range(0, n_states, LANES):
                used = min(LANES, n_states - first)
                n = FEW if used <= n_few else LANES
                _fill(w, lane, own_flat, load, place[:, NODE], (first, used, n))
                clear_steps(lane)
                early, kept = min(max(n_first - first, 0), used), 0
                for count in range(max_sweeps + 1):
                    if n == FEW:
                        sweep_few(w, up, lane, place, value, source_vm_pu, count == 0)
                    else:
                        sweep(w, up, lane, place, value, source_vm_pu, count == 0)
                    if count == 0:
                        continue
                    left = judge(w, lane, own_flat, tolerance_pu)
                    if left == 0:
                        break
                    if kept < early and _none_pending(lane, early):
                        _store(w, lane, out[a:b], solved[tree], first, 0, early)
                        kept = early
                _store(w, lane, out[a:b], solved[tree], first, kept, used)

    return cast("Callable[..., None]", run)


_run = _compiled(stamp())
