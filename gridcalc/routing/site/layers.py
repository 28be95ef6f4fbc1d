"""The layers of a site in metres, checked: corridors and obstacles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcalc.routing.kinds import UNKNOWN, corridor_kinds, obstacle_kinds

NOT_ALONG, ALONG_UNKNOWN = -1, -2
"""What ``along`` says of a corridor at no road, and of one of which that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corridors:
    """Lines a cable may follow.

    Parameters
    ----------
    line
        Geometry. [m], shape (n_lines,), dtype object
    kind
        Index into :func:`kind_names`. shape (n_lines,)
    along
        Index of the road it belongs to; -1 for none, -2 if not known. shape (n_lines,)
    level
        Level it runs on, 0 on the ground. shape (n_lines,)
    year
        Year in which the road was built or overhauled; NaN if not known. shape (n_lines,)
    """

    line: NDArray[np.object_]
    kind: NDArray[np.int64]
    along: NDArray[np.int64]
    level: NDArray[np.int64]
    year: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Areas:
    """Obstacles as areas.

    Parameters
    ----------
    polygon
        Geometry. [m], shape (n_areas,), dtype object
    ids, kind
        Name and kind of each.
    blocked
        Whether it may not be passed. shape (n_areas,)
    """

    polygon: NDArray[np.object_]
    ids: tuple[str, ...]
    kind: tuple[str, ...]
    blocked: NDArray[np.bool_]

    @property
    def important(self) -> NDArray[np.bool_]:
        """Which are important infrastructure."""
        return np.array([obstacle_kinds()[kind].is_important for kind in self.kind], dtype=bool)

    @property
    def green(self) -> NDArray[np.bool_]:
        """Which are green land."""
        return np.array([obstacle_kinds()[kind].is_green for kind in self.kind], dtype=bool)

    @property
    def rank(self) -> NDArray[np.int64]:
        """The order from the most restrictive area on; equal ones by kind and name."""
        crossed = np.array([obstacle_kinds()[kind].passage == "crossing" for kind in self.kind])
        names = (np.array(self.ids, dtype=str), np.array(self.kind, dtype=str))
        strict = (~self.green, ~self.important, ~crossed.astype(bool), ~self.blocked)
        order = np.lexsort((*names, *strict))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank


def no_areas() -> Areas:
    """Return the obstacles of a site that has none."""
    empty = np.empty(0, dtype=object)
    return Areas(polygon=empty, ids=(), kind=(), blocked=np.zeros(0, dtype=bool))


def kind_names() -> tuple[str, ...]:
    """Return the kinds of corridor in the order of their table, which indices refer to.

    Examples
    --------
    >>> kind_names()[0]
    'primary_road'
    """
    return tuple(corridor_kinds())


def strictness(kind: NDArray[np.int64], along: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how strict the rules for a corridor are; a smaller number is stricter.

    Roads and what belongs to them come in the order of the table, then what is not known, then
    the rest.

    Examples
    --------
    >>> names = kind_names()
    >>> road, path = names.index("secondary_road"), names.index("footpath")
    >>> first, second = strictness(np.array([road, path]), np.array([road, -1]))
    >>> bool(first < second)
    True
    """
    n_kinds = len(kind_names())
    open_kind = (along == ALONG_UNKNOWN) | (kind == kind_names().index(UNKNOWN))
    family = np.where(along >= 0, along, np.where(open_kind, n_kinds, n_kinds + 1))
    return np.asarray(family * n_kinds + kind, dtype=np.int64)
