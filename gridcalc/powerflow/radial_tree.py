"""The radial tree as the compiled sweep wants it: nodes in depth-first order, in per unit."""

from typing import NamedTuple

import numpy as np

from gridcalc.network.arrays import Floats, Ints, Network
from gridcalc.powerflow.impedance import (
    iron_admittance_s,
    series_impedance_ohm,
    shunt_admittance_s,
    source_ohm,
    transformer_ohm,
)
from gridcalc.powerflow.solution import ALPHA, Complexes
from gridcalc.powerflow.tree import levels_of
from gridcalc.units import SQRT3, V_PER_KV, W_PER_KW

CABLE, TRAFO, SOURCE = 0, 1, 2
C_MAX_MV = 1.1
"""Of the source impedance c Un² / S_sc, as in ``runpp_3ph``."""


class Tree(NamedTuple):
    """Nodes in an order where every subtree is one stretch; a row belongs to a node.

    Attributes
    ----------
    kind
        What feeds the node: ``CABLE``, ``TRAFO`` or ``SOURCE``.
    parent
        Row of the node above, its own row for a source.
    ends
        How many subtrees end here: those of the node, of its parent, and so on.
    node, element, trafo
        Index in the network of the node, of what feeds it, and of the transformer above it
        (their number where there is none).
    is_reversed
        Whether a cable is drawn from the child to the parent.
    z, z_common
        Series impedance, and (z0 - z1) / 3 of cables; negative sequence of sources.
        [pu], shape (n, 2)
    y_iron
        No-load admittance of transformers. [pu], shape (n, 2)
    ratio
        Line voltage on the HV side to phase voltage on the LV side, both pu.
    b_shunt, b_cable
        Charging susceptance at the node, and half of that of the cable above it. [pu]
    compensation_kvar
        Installed, shape (n_transformers,).
    lv_row
        Row of each transformer's LV node.
    n_cables
        Open ones too.
    """

    kind: Ints
    parent: Ints
    ends: Ints
    node: Ints
    element: Ints
    trafo: Ints
    is_reversed: Ints
    z: Floats
    z_common: Floats
    y_iron: Floats
    ratio: Floats
    b_shunt: Floats
    b_cable: Floats
    compensation_kvar: Floats
    lv_row: Ints
    n_cables: int


def tree_of(network: Network) -> Tree:
    """Return the tree of a radial network; open cables are left out."""
    rows = _depth_first(network)
    kind, node, parent, element = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    n = len(kind)
    base_v = network.vn_kv[node] * V_PER_KV / SQRT3
    z_base = base_v**2 / W_PER_KW
    z, z_common, y_iron = (np.zeros(n, dtype=np.complex128) for _ in range(3))
    ratio, b_shunt, b_cable = np.zeros(n), np.zeros(n), np.zeros(n)
    is_cable, is_trafo, is_source = kind == CABLE, kind == TRAFO, kind == SOURCE
    cable, trafo, source = element[is_cable], element[is_trafo], element[is_source]
    cables, trafos = network.cables, network.transformers
    z0, z1 = series_impedance_ohm(cables)
    z[is_cable], z_common[is_cable] = z1[cable], (z0 - z1)[cable] / 3
    z[is_trafo] = transformer_ohm(trafos)[trafo]
    y_iron[is_trafo] = iron_admittance_s(trafos)[trafo]
    z[is_source] = _source_ohm(network)[source]
    turns = trafos.vn_lv_kv / (trafos.vn_hv_kv * trafos.ratio_tap)
    ratio[is_trafo] = (
        turns[trafo] * network.vn_kv[trafos.hv_node[trafo]] / network.vn_kv[node[is_trafo]] / SQRT3
    )
    half = shunt_admittance_s(cables)
    at_node = np.zeros(network.n_nodes)
    np.add.at(at_node, cables.from_node, half)
    np.add.at(at_node, cables.to_node, half)
    b_shunt = at_node[node] * z_base
    b_cable[is_cable] = half[cable] * z_base[is_cable]
    is_reversed = np.zeros(n, dtype=np.int64)
    is_reversed[is_cable] = cables.to_node[cable] != node[is_cable]
    lv_row = np.zeros(len(trafos.ids), dtype=np.int64)
    lv_row[trafo] = np.flatnonzero(is_trafo)
    return Tree(
        kind=kind,
        parent=parent,
        ends=_ends(parent),
        node=node,
        element=element,
        trafo=_trafo_above(kind, parent, element, len(trafos.ids)),
        is_reversed=is_reversed,
        z=_pairs(z / z_base),
        z_common=_pairs(z_common / z_base),
        y_iron=_pairs(y_iron * z_base),
        ratio=ratio,
        b_shunt=b_shunt,
        b_cable=b_cable,
        compensation_kvar=np.ascontiguousarray(trafos.compensation_kvar, dtype=np.float64),
        lv_row=lv_row,
        n_cables=len(cables.ids),
    )


def _source_ohm(network: Network) -> Complexes:
    sources = network.sources
    vn_kv = network.vn_kv[sources.node]
    return source_ohm(sources, c_factor=C_MAX_MV, s_sc_mva=sources.s_sc_max_mva, vn_kv=vn_kv)


def _pairs(values: Complexes) -> Floats:
    return np.ascontiguousarray(np.column_stack([values.real, values.imag]))


def _depth_first(network: Network) -> list[tuple[int, int, int, int]]:
    """Return (kind, node, row of the parent, element) of each node, subtree by subtree."""
    below: dict[int, list[tuple[int, int, int]]] = {}
    for level in levels_of(network):
        for parent, child, cable, trafo in zip(
            level.parent.tolist(),
            level.child.tolist(),
            level.cable.tolist(),
            level.trafo.tolist(),
            strict=True,
        ):
            entry = (CABLE, child, cable) if cable >= 0 else (TRAFO, child, trafo)
            below.setdefault(parent, []).append(entry)
    rows: list[tuple[int, int, int, int]] = []
    for k, source in enumerate(network.sources.node.tolist()):
        todo = [(SOURCE, source, k, len(rows))]
        while todo:
            kind, node, element, parent = todo.pop()
            here = len(rows)
            rows.append((kind, node, parent, element))
            todo.extend((*entry, here) for entry in reversed(below.get(node, ())))
    return rows


def _ends(parent: Ints) -> Ints:
    """Return how many subtrees end at each row; that of a source counts as never ending."""
    last = np.arange(len(parent))
    for row in range(len(parent) - 1, -1, -1):
        last[parent[row]] = max(last[parent[row]], last[row])
    is_root = parent == np.arange(len(parent))
    return np.bincount(last[~is_root], minlength=len(parent)).astype(np.int64)


def _trafo_above(kind: Ints, parent: Ints, element: Ints, n_trafos: int) -> Ints:
    above = np.full(len(kind), n_trafos, dtype=np.int64)
    for row in range(len(kind)):
        above[row] = element[row] if kind[row] == TRAFO else above[parent[row]]
        if kind[row] == SOURCE:
            above[row] = n_trafos
    return above


def no_load(tree: Tree, source_vm_pu: Floats) -> Floats:
    """Return the voltages of an unloaded network without drops. [pu], shape (n, 6).

    The columns are real and imaginary parts of phases a, b, c.
    """
    volts = np.zeros((len(tree.kind), 3), dtype=np.complex128)
    for row, kind in enumerate(tree.kind):
        above = volts[tree.parent[row]]
        if kind == SOURCE:
            volts[row] = source_vm_pu[tree.element[row]] * np.array([1, ALPHA**2, ALPHA])
        elif kind == TRAFO:
            volts[row] = tree.ratio[row] * (above - np.roll(above, -1))
        else:
            volts[row] = above
    return np.ascontiguousarray(volts.view(np.float64))
