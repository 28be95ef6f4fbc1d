"""Corridors that were drawn twice: one of them stays, the one with the stricter rules."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gridcalc.routing.corridors.edges import Edges, Ints, chosen
from gridcalc.routing.kinds import EXISTING_DUCT
from gridcalc.routing.site.layers import Corridors, kind_names, strictness


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Merged:
    """Edges of which no two are equal.

    Parameters
    ----------
    edges
        What is left.
    n_equal
        Edges left out beside an equal one of the same kind.
    n_stricter
        Edges left out beside one with stricter rules.
    where
        The first edge that stayed in place of others, -1 for none.
    """

    edges: Edges
    n_equal: int
    n_stricter: int
    where: int


def merge_duplicates(edges: Edges, corridors: Corridors, *, tolerance_m: float) -> Merged:
    """Return the edges without those that join the same nodes on the same way.

    An existing duct and the road it lies in both stay: they are different ways to lay a cable.

    Parameters
    ----------
    edges
        Pieces of the corridors.
    corridors
        The corridors they were cut from.
    tolerance_m
        Lines nowhere farther apart than this are the same way. [m]
    """
    strict = strictness(corridors.kind, corridors.along)[edges.parent]
    is_duct = corridors.kind[edges.parent] == kind_names().index(EXISTING_DUCT)
    group = _equal(edges, is_duct, tolerance_m)
    best = np.lexsort((edges.parent, strict, group))
    stays = np.sort(best[np.unique(group[best], return_index=True)[1]])
    in_place_of = np.empty(len(group), dtype=np.int64)
    in_place_of[group[stays]] = stays
    gone = np.setdiff1d(np.arange(len(group)), stays)
    instead = in_place_of[group[gone]]
    n_equal = int((strict[gone] == strict[instead]).sum())
    return Merged(
        edges=chosen(edges, stays),
        n_equal=n_equal,
        n_stricter=len(gone) - n_equal,
        where=int(np.searchsorted(stays, instead.min())) if len(gone) else -1,
    )


def _equal(edges: Edges, is_duct: NDArray[np.bool_], tolerance_m: float) -> Ints:
    """Return a number for each edge, the same for those that are equal."""
    n_edges = len(edges.line)
    low = np.minimum(edges.from_node, edges.to_node)
    high = np.maximum(edges.from_node, edges.to_node)
    pair = (low * len(edges.xy_m) + high) * 2 + is_duct
    _pairs, which, count = np.unique(pair, return_inverse=True, return_counts=True)
    several = np.flatnonzero(count[which] > 1)
    middle = shapely.line_interpolate_point(edges.line[several], 0.5, normalized=True)
    slanted = shapely.get_x(middle) + shapely.get_y(middle) * np.sqrt(0.5)
    order = several[np.lexsort((edges.parent[several], slanted, pair[several]))]
    before, after = order[:-1], order[1:]
    same = np.flatnonzero(pair[before] == pair[after])
    away_m = shapely.hausdorff_distance(edges.line[before[same]], edges.line[after[same]])
    first = np.arange(n_edges)
    follows = np.zeros(len(order), dtype=bool)
    follows[same[away_m <= tolerance_m] + 1] = True
    leads = np.maximum.accumulate(np.where(follows, 0, np.arange(len(order))))
    first[order] = order[leads]
    return first
