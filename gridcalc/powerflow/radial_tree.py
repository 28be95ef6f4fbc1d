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

CABLE, LEAF, TRAFO, SOURCE = range(4)
KIND, PARENT, ENDS, NODE, ELEMENT, TRAFO_ABOVE, IS_REVERSED = range(7)
R, X, R_COMMON, X_COMMON, G_IRON, B_IRON, RATIO, B_NODE, B_CABLE = range(9)
C_MAX_MV = 1.1
"""Of the source impedance c Un² / S_sc, as in ``runpp_3ph``."""


class Tree(NamedTuple):
    """Nodes in an order where every subtree is one stretch; a row belongs to a node.

    Attributes
    ----------
    place
        Columns ``KIND`` (what feeds the node: ``CABLE``, ``LEAF`` for one
        without charging and without nodes below, ``TRAFO`` or ``SOURCE``), ``PARENT``
        (row of the node above, its own for a source), ``ENDS`` (how many subtrees end here:
        those of the node, of its parent and so on), ``NODE`` and ``ELEMENT`` (indices in the
        network of the node and of what feeds it), ``TRAFO_ABOVE`` (the transformer that feeds
        the node, their number where there is none), ``IS_REVERSED`` (a cable drawn from the
        child to the parent).
    value
        Columns ``R`` and ``X`` (series impedance, of sources that of the negative sequence),
        ``R_COMMON`` and ``X_COMMON`` ((z0 - z1) / 3 of cables), ``G_IRON`` and ``B_IRON``
        (no-load admittance of transformers), ``RATIO`` (line voltage on the HV side to phase
        voltage on the LV side), ``B_NODE`` (charging susceptance at the node), ``B_CABLE``
        (half of that of the cable above it). [pu]
    lv_row, compensation_kvar
        Of each transformer: row of its LV node, and installed capacitors.
    n_cables, n_sources
        Numbers of elements, open cables included.
    """

    place: Ints
    value: Floats
    lv_row: Ints
    compensation_kvar: Floats
    n_cables: int
    n_sources: int


def tree_of(network: Network) -> Tree:
    """Return the tree of a radial network; open cables are left out.

    Raises
    ------
    ValueError
        A node has no way to a source.
    """
    place = _places(network)
    trafos = network.transformers
    is_trafo = place[:, KIND] == TRAFO
    lv_row = np.zeros(len(trafos.ids), dtype=np.int64)
    lv_row[place[is_trafo, ELEMENT]] = np.flatnonzero(is_trafo)
    return Tree(
        place=place,
        value=tree_values(network, place),
        lv_row=lv_row,
        compensation_kvar=np.ascontiguousarray(trafos.compensation_kvar, dtype=np.float64),
        n_cables=len(network.cables.ids),
        n_sources=len(network.sources.ids),
    )


def _places(network: Network) -> Ints:
    place = np.zeros((network.n_nodes, 7), dtype=np.int64)
    n_trafos = len(network.transformers.ids)
    rows = _depth_first(network)
    if len(rows) < network.n_nodes:
        missing = set(range(network.n_nodes)) - {node for _, node, _, _ in rows}
        names = ", ".join(network.node_ids[node] for node in sorted(missing))
        raise ValueError(f"without a source: {names}")
    for row, (kind, node, parent, element) in enumerate(rows):
        above = place[parent, TRAFO_ABOVE]
        above = {TRAFO: element, SOURCE: n_trafos}.get(kind, int(above))
        is_reversed = kind == CABLE and network.cables.to_node[element] != node
        place[row] = kind, parent, 0, node, element, above, is_reversed
    last = np.arange(len(place))
    for row in range(len(place) - 1, -1, -1):
        parent = place[row, PARENT]
        last[parent] = max(last[parent], last[row])
    is_below = place[:, KIND] != SOURCE
    place[:, ENDS] = np.bincount(last[is_below], minlength=len(place))
    is_charged = shunt_admittance_s(network.cables) > 0
    outer = np.flatnonzero((place[:, KIND] == CABLE) & (last == np.arange(len(place))))
    place[outer[~is_charged[place[outer, ELEMENT]]], KIND] = LEAF
    return place


def tree_values(network: Network, place: Ints) -> Floats:
    """Return the columns ``Tree.value`` of some rows."""
    cables, trafos = network.cables, network.transformers
    node, kind, element = place[:, NODE], place[:, KIND], place[:, ELEMENT]
    is_cable = kind <= LEAF
    cable, trafo, source = element[is_cable], element[kind == TRAFO], element[kind == SOURCE]
    z, common, iron = (np.zeros(len(place), dtype=np.complex128) for _ in range(3))
    ratio, b_cable = np.zeros(len(place)), np.zeros(len(place))
    z0, z1 = series_impedance_ohm(cables)
    z[is_cable], common[is_cable] = z1[cable], (z0 - z1)[cable] / 3
    z[kind == TRAFO] = transformer_ohm(trafos)[trafo]
    z[kind == SOURCE] = _source_ohm(network)[source]
    iron[kind == TRAFO] = iron_admittance_s(trafos)[trafo]
    vn_kv = network.vn_kv
    turns = trafos.vn_lv_kv / (trafos.vn_hv_kv * trafos.ratio_tap)
    ratio[kind == TRAFO] = (turns * vn_kv[trafos.hv_node] / vn_kv[trafos.lv_node] / SQRT3)[trafo]
    half = shunt_admittance_s(cables)
    b_node = np.zeros(network.n_nodes)
    np.add.at(b_node, cables.from_node, half)
    np.add.at(b_node, cables.to_node, half)
    b_cable[is_cable] = half[cable]
    z_base = (vn_kv[node] * V_PER_KV / SQRT3) ** 2 / W_PER_KW
    z, common, iron = z / z_base, common / z_base, iron * z_base
    columns = (z.real, z.imag, common.real, common.imag, iron.real, iron.imag, ratio)
    return np.column_stack([*columns, b_node[node] * z_base, b_cable * z_base])


def _source_ohm(network: Network) -> Complexes:
    sources = network.sources
    vn_kv = network.vn_kv[sources.node]
    return source_ohm(sources, c_factor=C_MAX_MV, s_sc_mva=sources.s_sc_max_mva, vn_kv=vn_kv)


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


def no_load(tree: Tree, source_vm_pu: Floats) -> Floats:
    """Return the voltages of an unloaded network without drops. [pu], shape (n, 6).

    The columns are real and imaginary parts of phases a, b, c.
    """
    return no_load_of(tree.place, tree.value, source_vm_pu)


def no_load_of(place: Ints, value: Floats, source_vm_pu: Floats) -> Floats:
    """Return the voltages of unloaded rows; see ``no_load``.

    The positive sequence alone: a cable changes nothing, a transformer shifts and scales it.
    """
    kind, ratio = place[:, KIND], value[:, RATIO]
    source = np.cumsum(kind == SOURCE) - 1
    vm = source_vm_pu[place[kind == SOURCE, ELEMENT]][source]
    above = place[:, TRAFO_ABOVE]
    phases = np.array([1, ALPHA**2, ALPHA])
    is_lv = above < above[0] if len(above) else above > 0
    row = np.zeros(int(above.max(initial=0)) + 1, dtype=np.int64)
    is_trafo = kind == TRAFO
    row[above[is_trafo]] = np.flatnonzero(is_trafo)
    shifted = ratio[row[above]][:, None] * (phases - np.roll(phases, -1))
    volts = vm[:, None] * np.where(is_lv[:, None], shifted, phases)
    return np.ascontiguousarray(volts.astype(np.complex128).view(np.float64))
