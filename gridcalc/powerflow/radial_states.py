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
from gridcalc.powerflow.radial_kernel import clear_steps, judge, start_flat, sweep
from gridcalc.powerflow.radial_order import along_paths, places
from gridcalc.powerflow.radial_rows import (
    BLOCK,
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
    value = tree_values(network, place)
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
) -> States:
    """Return voltages and currents of all networks in all states.

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
    """
    trees = forest.trees
    n_rows, n_states = len(trees.place), p_kw.shape[2]
    load = np.empty((n_rows, 6, n_states))
    load[forest.row_of_node, 0::2] = p_kw
    load[forest.row_of_node, 1::2] = q_kvar
    vm = np.ascontiguousarray(source_vm_pu, dtype=np.float64)
    flat = no_load(forest, vm) if start is None else start
    out = np.empty((n_rows, 6, n_states, 2))
    solved = np.zeros((len(trees.first) - 1, n_states), dtype=np.bool_)
    tile = aligned(int(np.diff(trees.first).max(initial=0)) * BLOCK)
    lane = aligned(n_lane_numbers(0))
    _run(tile, tile, lane, trees, flat, load, vm, TOLERANCE_PU, MAX_SWEEPS, solved, out)
    found = out.view(np.complex128)[..., 0]
    return States(solved=solved, volts=found[:, :3], amps=found[:, 3:])


@exact
def _fill(w: Floats, lane: Floats, load: Floats, first: int, used: int) -> None:
    """Write the loads of a tile; lanes without a state repeat the last one."""
    for row in range(len(load)):
        for j in range(6):
            at = row * BLOCK + int(S0) + j * LANES
            for k in range(LANES):
                w[at + k] = load[row, j, first + min(k, used - 1)]
    for k in range(LANES):
        lane[int(STATUS) + k] = PENDING


@exact
def _store(w: Floats, out: Floats, first: int, used: int) -> None:
    for row in range(len(out)):
        for j in range(12):
            at = row * BLOCK + j * LANES
            for k in range(used):
                out[row, j // 2, first + k, j % 2] = w[at + k]


def _compiled(text_stamp: int) -> Callable[..., None]:
    @njit(nogil=True, error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
    def run(  # noqa: PLR0913, PLR0917  numba unpacks records of the innermost loops badly
        w: Floats,
        up: Floats,
        lane: Floats,
        trees: Any,
        flat: Floats,
        load: Floats,
        source_vm_pu: Floats,
        tolerance_pu: float,
        max_sweeps: int,
        solved: Bools,
        out: Floats,
    ) -> None:
        _ = text_stamp
        for tree in range(len(trees.first) - 1):
            a, b = trees.first[tree], trees.first[tree + 1]
            place, value, own_flat = trees.place[a:b], trees.value[a:b], flat[a:b]
            for first in range(0, load.shape[2], LANES):
                used = min(LANES, load.shape[2] - first)
                start_flat(w, lane, own_flat)
                _fill(w, lane, load[a:b], first, used)
                clear_steps(lane)
                for count in range(max_sweeps + 1):
                    sweep(w, up, lane, place, value, source_vm_pu, count == 0)
                    if count > 0 and judge(w, lane, own_flat, tolerance_pu) == 0:
                        break
                for k in range(used):
                    solved[tree, first + k] = lane[int(STATUS) + k] == SOLVED
                _store(w, out[a:b], first, used)

    return cast("Callable[..., None]", run)


_run = _compiled(stamp())
