"""Demand of load groups onto the nodes of a network, with automatic compensation."""

from collections.abc import Mapping, Sequence

import numpy as np

from gridcalc.network.arrays import Floats, Ints, Network, PhaseLoads
from gridcalc.units import tan_phi


def phase_loads(
    network: Network,
    *,
    node_of_group: Sequence[str],
    p_kw: Floats,
    q_kvar: Floats,
    transformer_of_node: Mapping[str, str],
    target_power_factor: float,
) -> PhaseLoads:
    """Return the load per node and phase, compensation counted at the LV boards.

    Automatic compensation switches in what brings the transformer's load to the target power
    factor, at most what is installed, equally on the three phases; it never overcompensates.

    Parameters
    ----------
    network
        The network.
    node_of_group
        Node id of each load group.
    p_kw, q_kvar
        Demand of each load group per phase, shape (n_groups, 3). [kW, kvar]
    transformer_of_node
        Transformer id above each LV node.
    target_power_factor
        Of the compensation. [-]
    """
    index = network.node_index()
    nodes = np.array([index[node] for node in node_of_group], dtype=np.int64)
    p = np.zeros((network.n_nodes, 3))
    q = np.zeros((network.n_nodes, 3))
    np.add.at(p, nodes, p_kw)
    np.add.at(q, nodes, q_kvar)
    trafos = network.transformers
    position = {transformer: i for i, transformer in enumerate(trafos.ids)}
    above = np.array([position[transformer_of_node[n]] for n in node_of_group], dtype=np.int64)
    q_switched = _switched_kvar(trafos.compensation_kvar, above, p_kw, q_kvar, target_power_factor)
    q[trafos.lv_node] -= q_switched[:, None] / 3
    return PhaseLoads(p_kw=p, q_kvar=q)


def _switched_kvar(
    installed: Floats, above: Ints, p_kw: Floats, q_kvar: Floats, target_power_factor: float
) -> Floats:
    p_sum, q_sum = np.zeros(len(installed)), np.zeros(len(installed))
    np.add.at(p_sum, above, p_kw.sum(axis=1))
    np.add.at(q_sum, above, q_kvar.sum(axis=1))
    return np.asarray(np.clip(q_sum - p_sum * tan_phi(target_power_factor), 0.0, installed))
