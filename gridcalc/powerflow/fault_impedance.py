"""The impedance a fault sees at every node: sums along a tree, an inverted matrix for rings."""

from dataclasses import dataclass

import numpy as np

from gridcalc.network.arrays import Floats, Network
from gridcalc.powerflow.solution import Complexes
from gridcalc.powerflow.tree import is_radial, levels_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Branches:
    """The elements of a network in one sequence.

    Attributes
    ----------
    z_source
        Impedance of each source. [ohm], shape (n_sources,)
    z_cable
        Impedance of all parallel cables together, open cables too. [ohm], shape (n_cables,)
    z_trafo
        Impedance of each transformer, LV side. [ohm], shape (n_transformers,)
    turns
        LV over HV voltage of each transformer; zero where the sequence does not pass and ends in
        the transformer. [-], shape (n_transformers,)
    """

    z_source: Complexes
    z_cable: Complexes
    z_trafo: Complexes
    turns: Floats


def fault_impedance(network: Network, branches: Branches) -> Complexes:
    """Return the impedance at each node, referred to the node's own voltage.

    Returns
    -------
    complex array
        [ohm], shape (n_nodes,)
    """
    find = by_path_sums if is_radial(network) else by_inversion
    return find(network, branches)


def by_path_sums(network: Network, branches: Branches) -> Complexes:
    """Return the impedances of a radial network; see ``fault_impedance``."""
    z = np.zeros(network.n_nodes, dtype=np.complex128)
    z[network.sources.node] = branches.z_source
    for level in levels_of(network):
        is_cable = level.cable >= 0
        child, parent = level.child[is_cable], level.parent[is_cable]
        z[child] = z[parent] + branches.z_cable[level.cable[is_cable]]
        child, parent = level.child[~is_cable], level.parent[~is_cable]
        trafo = level.trafo[~is_cable]
        z[child] = z[parent] * branches.turns[trafo] ** 2 + branches.z_trafo[trafo]
    return z


def by_inversion(network: Network, branches: Branches) -> Complexes:
    """Return the impedances of any network whose nodes are all supplied; see ``fault_impedance``.

    The diagonal of the inverted admittance matrix. The matrix is in terms of the nominal voltages,
    so that it holds numbers of like size.
    """
    cables, trafos, sources = network.cables, network.transformers, network.sources
    closed = ~cables.is_open
    start = np.concatenate([cables.from_node[closed], trafos.hv_node])
    end = np.concatenate([cables.to_node[closed], trafos.lv_node])
    branch = 1 / np.concatenate([branches.z_cable[closed], branches.z_trafo])
    turns = np.concatenate([np.ones(int(closed.sum())), branches.turns])
    y = np.zeros((network.n_nodes, network.n_nodes), dtype=np.complex128)
    np.add.at(y, (sources.node, sources.node), 1 / branches.z_source)
    np.add.at(y, (start, start), branch * turns**2)
    np.add.at(y, (end, end), branch)
    np.add.at(y, (start, end), -branch * turns)
    np.add.at(y, (end, start), -branch * turns)
    vn = network.vn_kv
    z_by_voltage = np.linalg.inv(y * vn[:, None] * vn)
    return np.asarray(np.diagonal(z_by_voltage) * vn**2)
