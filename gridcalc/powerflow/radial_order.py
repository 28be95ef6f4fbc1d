"""Nodes of radial networks in depth-first order, found by a compiled loop."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from gridcalc.network.arrays import Floats, Ints, Network
from gridcalc.powerflow.impedance import shunt_admittance_s
from gridcalc.powerflow.radial_tree import (
    CABLE,
    ELEMENT,
    ENDS,
    IS_REVERSED,
    KIND,
    LEAF,
    NODE,
    PARENT,
    SOURCE,
    TRAFO,
    TRAFO_ABOVE,
)
from gridcalc.powerflow.solution import Complexes


class Branches(NamedTuple):
    """Ends of all branches, cables first; open ones are marked. Shape (n_branches,)."""

    start: Ints
    end: Ints
    is_open: Ints
    n_cables: int


def places(network: Network) -> Ints:
    """Return the columns ``Tree.place`` of a network, or of several that stand side by side.

    A node without a way to a source is left out: the result is then shorter than the network.

    Parameters
    ----------
    network
        Radial; open cables are left out.
    """
    cables, trafos = network.cables, network.transformers
    branches = Branches(
        start=np.concatenate([cables.from_node, trafos.hv_node]),
        end=np.concatenate([cables.to_node, trafos.lv_node]),
        is_open=np.concatenate([cables.is_open, np.zeros(len(trafos.ids), dtype=bool)]).astype(
            np.int64
        ),
        n_cables=len(cables.ids),
    )
    place = np.zeros((network.n_nodes, 7), dtype=np.int64)
    n = _depth_first(branches, np.ascontiguousarray(network.sources.node), place)
    place = place[:n]
    is_charged = shunt_admittance_s(cables) > 0
    outer = np.flatnonzero((place[:, KIND] == CABLE) & (_last(place) == np.arange(n)))
    place[outer[~is_charged[place[outer, ELEMENT]]], KIND] = LEAF
    return place


def _last(place: Ints) -> Ints:
    last = np.arange(len(place))
    _ends(place, last)
    return last


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _depth_first(branches: Any, sources: Ints, place: Ints) -> int:
    """Fill in the rows of all nodes that are supplied; return their number."""
    start, end, is_open = branches.start, branches.end, branches.is_open
    n_nodes, n_branches = len(place), len(start)
    n_trafos = n_branches - branches.n_cables
    first, around = _neighbours(start, end, is_open, n_nodes)
    seen = np.zeros(n_nodes, dtype=np.bool_)
    todo = np.zeros((n_nodes + 1, 3), dtype=np.int64)
    row = 0
    for k in range(len(sources)):
        todo[0, 0], todo[0, 1], todo[0, 2] = sources[k], -1, row
        n_todo = 1
        seen[sources[k]] = True
        while n_todo > 0:
            n_todo -= 1
            node, branch, parent = todo[n_todo, 0], todo[n_todo, 1], todo[n_todo, 2]
            _write(place, row, node, branch, parent, k, branches, n_trafos)
            for i in range(first[node + 1] - 1, first[node] - 1, -1):
                other = start[around[i]] + end[around[i]] - node
                if not seen[other]:
                    seen[other] = True
                    todo[n_todo, 0], todo[n_todo, 1], todo[n_todo, 2] = other, around[i], row
                    n_todo += 1
            row += 1
    return row


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _neighbours(start: Ints, end: Ints, is_open: Ints, n_nodes: int) -> tuple[Ints, Ints]:
    """Return the branches around each node, and where those of each node begin."""
    first = np.zeros(n_nodes + 2, dtype=np.int64)
    for k in range(len(start)):
        if not is_open[k]:
            first[start[k] + 2] += 1
            first[end[k] + 2] += 1
    for node in range(n_nodes):
        first[node + 2] += first[node + 1]
    around = np.zeros(first[n_nodes + 1], dtype=np.int64)
    for k in range(len(start)):
        if not is_open[k]:
            for node in (start[k], end[k]):
                around[first[node + 1]] = k
                first[node + 1] += 1
    return first, around


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def along_paths(place: Ints, own: Complexes, factor: Floats) -> Complexes:
    """Return, for every row, what its parent has times the factor of the row plus its own."""
    found = np.zeros(len(place), dtype=np.complex128)
    for row in range(len(place)):
        if place[row, KIND] == SOURCE:
            found[row] = own[row]
        else:
            found[row] = found[place[row, PARENT]] * factor[row] + own[row]
    return found


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _write(  # noqa: PLR0913, PLR0917  compiled code has no records to change
    place: Ints,
    row: int,
    node: int,
    branch: int,
    parent: int,
    source: int,
    branches: Any,
    n_trafos: int,
) -> None:
    place[row, NODE], place[row, PARENT] = node, parent
    if branch < 0:
        place[row, KIND], place[row, ELEMENT], place[row, TRAFO_ABOVE] = SOURCE, source, n_trafos
    elif branch < branches.n_cables:
        place[row, KIND], place[row, ELEMENT] = CABLE, branch
        place[row, TRAFO_ABOVE] = place[parent, TRAFO_ABOVE]
        place[row, IS_REVERSED] = branches.end[branch] != node
    else:
        place[row, KIND], place[row, ELEMENT] = TRAFO, branch - branches.n_cables
        place[row, TRAFO_ABOVE] = branch - branches.n_cables


@njit(nogil=True, cache=True)  # type: ignore[untyped-decorator]
def _ends(place: Ints, last: Ints) -> None:
    """Count the subtrees that end at each row; ``last`` gets the last row of each subtree."""
    for row in range(len(place) - 1, -1, -1):
        parent = place[row, PARENT]
        last[parent] = max(last[parent], last[row])
        place[row, ENDS] = 0
    for row in range(len(place)):
        if place[row, KIND] != SOURCE:
            place[last[row], ENDS] += 1
