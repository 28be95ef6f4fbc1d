"""Internal paths of a compound, cables that run through them, and a plan of trenches."""

from dataclasses import dataclass, field
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gridcalc.units import PERCENT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Method = Literal["exact", "heuristic"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrenchGraph:
    """Paths inside a compound along which trenches may be dug; undirected.

    Parameters
    ----------
    x_m, y_m
        Nodes, in the metric system of the site. [m], shape (n_nodes,)
    from_node, to_node
        Ends of the edges; equal and parallel edges are allowed. shape (n_edges,)
    length_m
        Length of a cable along an edge, at least 0. [m], shape (n_edges,)
    trench_yuan
        What digging an edge costs once, however many cables share it; at least 0.
        [yuan], shape (n_edges,)
    """

    x_m: Floats
    y_m: Floats
    from_node: Ints
    to_node: Ints
    length_m: Floats
    trench_yuan: Floats

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.x_m)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.length_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class CableDemand:
    """A cable that has to be laid.

    Parameters
    ----------
    id
        Its name.
    origin, destination
        Nodes of the graph.
    yuan_per_m
        Cable and pulling it in, at least 0. [yuan/m]
    max_length_m
        Supply radius, or the length at which the voltage drop is used up; inf for none. [m]
    """

    id: str
    origin: int
    destination: int
    yuan_per_m: float
    max_length_m: float = inf


@dataclass(frozen=True, slots=True, kw_only=True)
class TrenchPlan:
    """Which edges are dug and which way each cable runs.

    Parameters
    ----------
    edges
        Edges dug, ascending.
    paths
        Edges of each cable from its origin to its destination, cables in the order asked for.
    length_m
        Length of each cable. [m]
    trench_yuan, cable_yuan
        Digging, and cables with their pulling. [yuan]
    lower_bound_yuan
        No plan costs less. [yuan]
    method
        ``exact`` where an integer program was searched or the bound is met, else ``heuristic``.
    """

    edges: tuple[int, ...]
    paths: tuple[tuple[int, ...], ...] = field(repr=False)
    length_m: tuple[float, ...]
    trench_yuan: float
    cable_yuan: float
    lower_bound_yuan: float
    method: Method

    @property
    def cost_yuan(self) -> float:
        """Trenches and cables together. [yuan]."""
        return self.trench_yuan + self.cable_yuan

    @property
    def gap_percent(self) -> float:
        """How far the plan may be above the cheapest one, as a share of its cost. [%]."""
        return gap_percent(self.cost_yuan, self.lower_bound_yuan)


def gap_percent(cost_yuan: float, lower_bound_yuan: float) -> float:
    """Return how far a cost may be above the least one, as a share of the cost. [%].

    Examples
    --------
    >>> gap_percent(200.0, 190.0)
    5.0
    >>> gap_percent(0.0, 0.0)
    0.0
    """
    if cost_yuan <= lower_bound_yuan:
        return 0.0
    return PERCENT * (cost_yuan - lower_bound_yuan) / cost_yuan
