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
    position = {transformer: i for i, transformer in enumerate(network.transformers.ids)}
    return node_loads(
        network,
        node=np.array([index[node] for node in node_of_group], dtype=np.int64),
        transformer=np.array(
            [position[transformer_of_node[node]] for node in node_of_group], dtype=np.int64
        ),
        p_kw=p_kw,
        q_kvar=q_kvar,
        target_power_factor=target_power_factor,
    )


def node_loads(
    network: Network,
    *,
    node: Ints,
    transformer: Ints,
    p_kw: Floats,
    q_kvar: Floats,
    target_power_factor: float,
) -> PhaseLoads:
    """Return the load per node and phase; see ``phase_loads``.

    Parameters
    ----------
    network
        The network.
    node, transformer
        Node of each load group and the transformer above it, shape (n_groups,).
    p_kw, q_kvar
        Demand of each load group per phase, shape (n_groups, 3). [kW, kvar]
    target_power_factor
        Of the compensation. [-]
    """
    n, trafos = network.n_nodes, network.transformers
    p, q = _on_nodes(node, p_kw, n), _on_nodes(node, q_kvar, n)
    q_switched = _switched_kvar(
        trafos.compensation_kvar, transformer, p_kw, q_kvar, target_power_factor
    )
    q[trafos.lv_node] -= q_switched[:, None] / 3
    return PhaseLoads(p_kw=p, q_kvar=q)


def _on_nodes(node: Ints, values: Floats, n_nodes: int) -> Floats:
    columns = [np.bincount(node, weights=values[:, x], minlength=n_nodes) for x in range(3)]
    return np.stack(columns, axis=1).astype(np.float64)


def _switched_kvar(
    installed: Floats, above: Ints, p_kw: Floats, q_kvar: Floats, target_power_factor: float
) -> Floats:
    p_sum = np.bincount(
        above, weights=p_kw[:, 0] + p_kw[:, 1] + p_kw[:, 2], minlength=len(installed)
    )
    q_sum = np.bincount(
        above, weights=q_kvar[:, 0] + q_kvar[:, 1] + q_kvar[:, 2], minlength=len(installed)
    )
    return np.asarray(np.clip(q_sum - p_sum * tan_phi(target_power_factor), 0.0, installed))
