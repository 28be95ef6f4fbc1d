"""The radial tree of simulated days: nodes with something behind them, and leaves by their node."""

from typing import NamedTuple

import numpy as np

from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.powerflow.days_rows import Floats32
from gridcalc.powerflow.radial_tree import (
    B_CABLE,
    ENDS,
    KIND,
    LEAF,
    NODE,
    PARENT,
    R_COMMON,
    SOURCE,
    X_COMMON,
    R,
    Tree,
    X,
)


class DaysTree(NamedTuple):
    """A tree whose leaves stand apart; rows are those of nodes with something behind them.

    Attributes
    ----------
    place, value
        Columns as in ``radial_tree.Tree``, of the rows.
    flat
        Voltages of no load. [pu], shape (n_rows, 6)
    leaf_first
        Leaves of row i are ``leaf_first[i]`` to ``leaf_first[i + 1] - 1``. Shape (n_rows + 1,)
    leaf_place, leaf_value
        The columns of each leaf. Shapes (n_leaves, 7) and (n_leaves, 9)
    lv_row, compensation_kvar
        Of each transformer: row of its LV node, and installed capacitors.
    at_node
        Row of each node, or the number of rows plus its leaf. Shape (n_nodes,)
    """

    place: Ints
    value: Floats32
    flat: Floats32
    leaf_first: Ints
    leaf_place: Ints
    leaf_value: Floats32
    lv_row: Ints
    compensation_kvar: Floats32
    at_node: Ints


def days_tree(tree: Tree, flat: Floats) -> DaysTree:
    """Return a tree with its leaves apart.

    Parameters
    ----------
    tree, flat
        The tree and its voltages without load, as ``radial_tree`` returns them.
    """
    is_leaf = tree.place[:, KIND] == LEAF
    rows, leaves = np.flatnonzero(~is_leaf), np.flatnonzero(is_leaf)
    new = np.cumsum(~is_leaf) - 1
    parent = new[tree.place[:, PARENT]]
    leaves = leaves[np.argsort(parent[leaves], kind="stable")]
    place = tree.place[rows]
    place[:, PARENT] = parent[rows]
    place[:, ENDS] = _ends(place)
    at_node = np.empty(len(tree.place), dtype=np.int64)
    at_node[place[:, NODE]] = np.arange(len(rows))
    at_node[tree.place[leaves, NODE]] = len(rows) + np.arange(len(leaves))
    return DaysTree(
        place=np.ascontiguousarray(place),
        value=_single(tree.value[rows]),
        flat=_single(flat[rows]),
        leaf_first=np.searchsorted(parent[leaves], np.arange(len(rows) + 1)).astype(np.int64),
        leaf_place=np.ascontiguousarray(tree.place[leaves]),
        leaf_value=_single(_of_leaves(tree.value[leaves])),
        lv_row=new[tree.lv_row],
        compensation_kvar=_single(tree.compensation_kvar),
        at_node=at_node,
    )


def _ends(place: Ints) -> Ints:
    """Return how many subtrees end at each row: those of the row, of its parent and so on."""
    last = np.arange(len(place))
    for row in range(len(place) - 1, -1, -1):
        parent = place[row, PARENT]
        last[parent] = max(last[parent], last[row])
    return np.bincount(last[place[:, KIND] != SOURCE], minlength=len(place))


def _of_leaves(value: Floats) -> Floats:
    """Return the columns of leaves, with the square of the largest impedance as ``B_CABLE``.

    It turns a step of three currents into one of the voltage, which it may exceed.
    """
    common = np.hypot(value[:, R_COMMON], value[:, X_COMMON])
    largest = np.hypot(value[:, R], value[:, X]) + 3 * common
    found = value.copy()
    found[:, B_CABLE] = largest**2
    return found


def _single(values: Floats) -> Floats32:
    return np.ascontiguousarray(values, dtype=np.float32)


def rows_with_loads(tree: DaysTree, at: Ints) -> Bools:
    """Return which rows have loads or capacitors of their own, ``at`` as in ``at_node``."""
    found = np.zeros(len(tree.place), dtype=np.bool_)
    found[at[at < len(found)]] = True
    found[tree.lv_row[tree.compensation_kvar > 0]] = True
    return found
