"""What two routes of a double supply may share: the straight connector to the target, turns."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gridcalc.routing.kinds import CONNECTOR
from gridcalc.routing.records import CorridorGraph
from gridcalc.routing.search.network import RouteNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shared:
    """A network in which arcs that may be shared stand twice.

    Parameters
    ----------
    network
        Its second arcs come last; those of connectors have edges of their own.
    origin
        Arc of the first network that each arc stands for. shape (n_arcs,)
    """

    network: RouteNetwork = field(repr=False)
    origin: NDArray[np.int64] = field(repr=False)


def with_shared_arcs(network: RouteNetwork, graph: CorridorGraph) -> Shared:
    """Return a network whose searches for disjoint routes may share connectors and turns.

    A connector is the last metres to one point; both lines must end there. Connectors of sources
    belong to one source each.
    """
    names = np.array([kind == CONNECTOR for kind in graph.kinds], dtype=bool)
    connector = np.append(names[graph.kind], [False])[network.edge]
    twice = np.flatnonzero(connector | (network.edge < 0))
    own_edge = network.edge[twice]
    again = np.where(own_edge >= 0, own_edge + graph.n_edges, -1)
    origin = np.concatenate([np.arange(len(network.tail)), twice])
    doubled = replace(
        network,
        tail=network.tail[origin],
        head=network.head[origin],
        cost_yuan=network.cost_yuan[origin],
        length_m=network.length_m[origin],
        edge=np.concatenate([network.edge, again]),
        crossing=network.crossing[origin],
    )
    return Shared(network=doubled, origin=origin)
