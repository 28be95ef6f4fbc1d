"""Load points put together where they lie close to each other as seen from all sites."""

import numpy as np

from gridcalc.routing.trench.records import Bools, Floats, Ints


def clusters(
    distance_m: Floats, load_kva: Floats, allowed: Bools, *, max_clusters: int, max_load_kva: float
) -> Ints:
    """Return the cluster of each point, numbered in the order of their first points.

    The two clusters of least cost of merging (Ward's: least growth of squared distances, weighted
    by load) become one, again and again, unless they have no site in common or become too large.

    Parameters
    ----------
    distance_m
        From each site to each point; inf where no path leads. [m], shape (n_sites, n_points)
    load_kva
        Of the points. [kVA], shape (n_points,)
    allowed
        Which site may supply which point. shape (n_sites, n_points)
    max_clusters
        Number at which merging ends. [-]
    max_load_kva
        Largest load of a cluster of several points. [kVA]

    Examples
    --------
    Two points beside each other and one far away:

    >>> clusters(
    ...     np.array([[10.0, 12.0, 90.0]]), np.ones(3), np.ones((1, 3), dtype=bool),
    ...     max_clusters=2, max_load_kva=5.0,
    ... ).tolist()
    [0, 0, 1]
    """
    n = len(load_kva)
    member_of = np.arange(n)
    largest = distance_m[np.isfinite(distance_m)].max(initial=0.0)
    centre = np.where(np.isfinite(distance_m), distance_m, 2 * largest).T.copy()
    load, sites = load_kva.astype(np.float64).copy(), allowed.T.copy()
    price = np.full((n, n), np.inf)
    for i in range(n):
        price[i] = _prices(i, centre, load, sites, max_load_kva)
    alive = np.ones(n, dtype=bool)
    for _ in range(max(n - max_clusters, 0)):
        i, j = sorted(int(k) for k in np.unravel_index(np.argmin(price), price.shape))
        if np.isinf(price[i, j]):
            break
        share = load[j] / (load[i] + load[j]) if load[i] + load[j] else 1 / 2
        centre[i] += share * (centre[j] - centre[i])
        load[i] += load[j]
        sites[i] &= sites[j]
        member_of[member_of == j] = i
        alive[j] = False
        price[j], price[:, j] = np.inf, np.inf
        fresh = _prices(i, centre, load, sites, max_load_kva)
        price[i] = price[:, i] = np.where(alive, fresh, np.inf)
    return np.asarray(np.unique(member_of, return_inverse=True)[1])


def _prices(i: int, centre: Floats, load: Floats, sites: Bools, max_load_kva: float) -> Floats:
    """Return what merging a cluster with each of the others costs, inf where it may not be."""
    squared = ((centre - centre[i]) ** 2).sum(axis=1)
    weight = load * load[i] / np.maximum(load + load[i], np.finfo(np.float64).tiny)
    possible = (sites & sites[i]).any(axis=1) & (load + load[i] <= max_load_kva)
    possible[i] = False
    return np.where(possible, weight * squared, np.inf)
