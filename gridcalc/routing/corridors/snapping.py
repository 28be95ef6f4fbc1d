"""Points that mean the same place: each joins the first place within the tolerance."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

Points = NDArray[np.float64]


def snap(
    points_m: Points, *, tolerance_m: float, fixed_m: Points
) -> tuple[NDArray[np.int64], Points]:
    """Return the place of every point, and the places.

    A point joins the nearest fixed place within the tolerance; else it joins, or becomes, a new
    place. Points are taken by how many coincide there, then by easting and northing, so that the
    order of the input changes nothing and no point moves by more than the tolerance.

    Parameters
    ----------
    points_m
        Points. [m], shape (n_points, 2)
    tolerance_m
        How far a point may move. [m]
    fixed_m
        Places that exist already and stay. [m], shape (n_fixed, 2)

    Returns
    -------
    Index of the place of each point, and all places, the fixed ones first.

    Examples
    --------
    >>> points = np.array([[0.0, 0.0], [0.3, 0.0], [5.0, 0.0]])
    >>> place, places = snap(points, tolerance_m=0.5, fixed_m=np.empty((0, 2)))
    >>> place.tolist(), places.tolist()
    ([0, 0, 1], [[0.0, 0.0], [5.0, 0.0]])
    """
    n_fixed = len(fixed_m)
    if not len(points_m):
        return np.empty(0, dtype=np.int64), fixed_m
    unique, member, n_here = _distinct(points_m)
    place = np.full(len(unique), -1, dtype=np.int64)
    if n_fixed:
        distance_m, nearest = cKDTree(fixed_m).query(unique, distance_upper_bound=tolerance_m)
        place = np.where(np.isfinite(distance_m), nearest, -1).astype(np.int64)
    free = np.flatnonzero(place < 0)
    leader = _leaders(unique[free], n_here[free], tolerance_m)
    is_leader = leader == np.arange(len(free))
    number = np.cumsum(is_leader) - 1 + n_fixed
    place[free] = number[leader]
    return place[member], np.concatenate([fixed_m, unique[free[is_leader]]])


def _distinct(points_m: Points) -> tuple[Points, NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct points by easting, northing; the one of each point; how many there."""
    as_complex = points_m[:, 0] + 1j * points_m[:, 1]
    unique, member, count = np.unique(as_complex, return_inverse=True, return_counts=True)
    return np.column_stack([unique.real, unique.imag]), member, count


def _leaders(points_m: Points, n_here: NDArray[np.int64], tolerance_m: float) -> NDArray[np.int64]:
    """Return for each point the one whose place it takes; most take their own."""
    n_points = len(points_m)
    leader = np.arange(n_points)
    if not n_points:
        return leader
    pairs = cKDTree(points_m).query_pairs(tolerance_m, output_type="ndarray")
    near = np.concatenate([pairs, pairs[:, ::-1]])
    ones = np.ones(len(near), dtype=np.int8)
    neighbours = csr_array((ones, (near[:, 0], near[:, 1])), shape=(n_points, n_points))
    crowded = np.unique(pairs)
    order = crowded[np.lexsort((crowded, -n_here[crowded]))]
    taken = np.zeros(n_points, dtype=bool)
    for point in order.tolist():
        if taken[point]:
            continue
        around = neighbours.indices[neighbours.indptr[point] : neighbours.indptr[point + 1]]
        joining = around[~taken[around]]
        leader[joining] = point
        taken[joining] = True
        taken[point] = True
    return leader
