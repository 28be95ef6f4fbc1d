"""Where lines meet: crossings of segments, and vertices that lie on segments."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_TOUCH_M = 0.001
"""A vertex as close as this lies on a segment: below what maps resolve, above rounding. [m]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meetings:
    """Cuts that meetings make, two for each: one per line.

    Parameters
    ----------
    position
        Where a line is cut: number of a vertex plus the share of the segment after it.
    vertex
        The vertex that stands there; -1 for the crossing of two segments.
    xy_m
        Where it is. [m], shape (n_cuts, 2)
    """

    position: Floats
    vertex: Ints
    xy_m: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Segments:
    """Straight parts of all lines; segment i runs from vertex ``at[i]`` to the next."""

    at: Ints
    owner: Ints
    is_end: NDArray[np.bool_]
    xy_m: Floats


def meetings(xy_m: Floats, first: Ints, *, level: Ints, tolerance_m: float) -> Meetings:
    """Return where lines of one level cut each other.

    Parameters
    ----------
    xy_m
        Vertices of all lines in turn. [m], shape (n_vertices, 2)
    first
        First vertex of each line, and the number of vertices.
    level
        Level of each line.
    tolerance_m
        A line that ends as close as this to another touches it. [m]
    """
    segments = _segments(xy_m, first)
    one, two = _close_pairs(segments, level, tolerance_m)
    found = [
        _crossings(segments, one, two),
        *(
            _touches(segments, this, that, step, tolerance_m)
            for this, that in ((one, two), (two, one))
            for step in (0, 1)
        ),
    ]
    return Meetings(
        position=np.concatenate([met.position for met in found]),
        vertex=np.concatenate([met.vertex for met in found]),
        xy_m=np.concatenate([met.xy_m for met in found]),
    )


def _segments(xy_m: Floats, first: Ints) -> _Segments:
    owner = np.repeat(np.arange(len(first) - 1), np.diff(first))
    at = np.flatnonzero(owner[1:] == owner[:-1])
    moved = (xy_m[at + 1] != xy_m[at]).any(axis=1)
    at = at[moved]
    is_end = np.zeros(len(xy_m), dtype=bool)
    is_end[first[:-1]] = True
    is_end[first[1:] - 1] = True
    return _Segments(at=at, owner=owner[at], is_end=is_end, xy_m=xy_m)


def _close_pairs(segments: _Segments, level: Ints, tolerance_m: float) -> tuple[Ints, Ints]:
    """Return pairs of segments of one level whose boxes are close."""
    begin, end = segments.xy_m[segments.at], segments.xy_m[segments.at + 1]
    low = np.minimum(begin, end) - tolerance_m
    high = np.maximum(begin, end) + tolerance_m
    tree = shapely.STRtree(shapely.linestrings(np.stack([begin, end], axis=1)))
    one, two = tree.query(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
    once = one < two
    one, two = one[once], two[once]
    wanted = level[segments.owner[one]] == level[segments.owner[two]]
    return one[wanted], two[wanted]


def _crossings(segments: _Segments, one: Ints, two: Ints) -> Meetings:
    """Return where segments that do not follow each other cross between their ends."""
    follows = segments.at[two] == segments.at[one] + 1
    at_one, at_two = segments.at[one[~follows]], segments.at[two[~follows]]
    begin_one, begin_two = segments.xy_m[at_one], segments.xy_m[at_two]
    run_one = segments.xy_m[at_one + 1] - begin_one
    run_two = segments.xy_m[at_two + 1] - begin_two
    apart = begin_two - begin_one
    area = _cross(run_one, run_two)
    with np.errstate(divide="ignore", invalid="ignore"):
        share_one = _cross(apart, run_two) / area
        share_two = _cross(apart, run_one) / area
    inside = (share_one > 0) & (share_one < 1) & (share_two > 0) & (share_two < 1)
    xy_m = begin_one[inside] + share_one[inside, None] * run_one[inside]
    position = np.concatenate(
        [at_one[inside] + share_one[inside], at_two[inside] + share_two[inside]]
    )
    return Meetings(
        position=position,
        vertex=np.full(len(position), -1, dtype=np.int64),
        xy_m=np.concatenate([xy_m, xy_m]),
    )


def _touches(
    segments: _Segments, this: Ints, that: Ints, step: int, tolerance_m: float
) -> Meetings:
    """Return where an end of these segments lies on those; a line end may be a little away."""
    vertex = segments.at[this] + step
    point_m = segments.xy_m[vertex]
    begin = segments.at[that]
    begin_m = segments.xy_m[begin]
    run_m = segments.xy_m[begin + 1] - begin_m
    share = np.clip(((point_m - begin_m) * run_m).sum(axis=1) / (run_m**2).sum(axis=1), 0, 1)
    away_m = np.hypot(*(begin_m + share[:, None] * run_m - point_m).T)
    reach_m = np.where(segments.is_end[vertex], tolerance_m, _TOUCH_M)
    own = segments.owner[this] == segments.owner[that]
    its_end = own & ((vertex == begin) | (vertex == begin + 1))
    near = (away_m <= reach_m) & ~(own & (away_m > _TOUCH_M)) & ~its_end
    near &= ~_end_on_end(segments, vertex, begin, share)
    vertex, position, point_m = vertex[near], begin[near] + share[near], point_m[near]
    return Meetings(
        position=np.concatenate([position, vertex.astype(float)]),
        vertex=np.concatenate([vertex, vertex]),
        xy_m=np.concatenate([point_m, point_m]),
    )


def _end_on_end(segments: _Segments, vertex: Ints, begin: Ints, share: Floats) -> NDArray[np.bool_]:
    """Return where a line end meets a line end, which is a node already or was kept apart."""
    at_begin = (share == 0) & segments.is_end[begin]
    at_end = (share == 1) & segments.is_end[begin + 1]
    return np.asarray(segments.is_end[vertex] & (at_begin | at_end))


def _cross(one: Floats, two: Floats) -> Floats:
    product: Floats = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    return product
