"""What controlled charging may use: limits along the way from each charger to the transformer."""

from dataclasses import dataclass

import numpy as np

from gridcalc.demand.diversity import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Headroom:
    """Where each charger is connected, and what every limit on its way has left.

    Attributes
    ----------
    row
        Output row of each unit: one node and phase; -1 where it is not connected.
        Shape (n_units,)
    thirds
        A three-phase unit puts a third of its power on ``row``, ``row + 1`` and ``row + 2``.
        Shape (n_units,)
    limits_of_row
        Limits that a kilowatt on a row counts against, from the charger upwards, such as box
        cable phase, feeder phase, transformer phase, transformer total; -1 where there are fewer.
        Shape (n_rows, depth)
    headroom_kw
        What households and other uncontrolled loads leave under each limit; less than zero
        leaves nothing. Slot 0 begins at midnight. [kW], shape (n_limits, n_days, n_slots)
    """

    row: Ints
    thirds: Bools
    limits_of_row: Ints
    headroom_kw: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chains:
    """Limits that each unit counts against, every limit once.

    Attributes
    ----------
    limit
        Shape (n_units, width); -1 where a unit has fewer.
    weight
        Share of the unit's power that counts: 1, a third, or two thirds. Shape (n_units, width)
    """

    limit: Ints
    weight: Floats


def chains(headroom: Headroom) -> Chains:
    """Return the limits of each unit; a unit that is not connected has none.

    Examples
    --------
    >>> one_box = Headroom(row=np.array([1, 0]), thirds=np.array([False, True]),
    ...     limits_of_row=np.array([[0, 3], [1, 3], [2, 3]]), headroom_kw=np.ones((4, 1, 96)))
    >>> chains(one_box).limit.tolist()
    [[1, 3, -1, -1], [0, 1, 2, 3]]
    >>> chains(one_box).weight.round(2).tolist()
    [[1.0, 1.0, 0.0, 0.0], [0.33, 0.33, 0.33, 1.0]]
    """
    n_units, depth = len(headroom.row), headroom.limits_of_row.shape[1]
    limit = np.full((n_units, 3 * depth), -1, dtype=np.int64)
    weight = np.zeros((n_units, 3 * depth))
    single = np.flatnonzero((headroom.row >= 0) & ~headroom.thirds)
    limit[single, :depth] = headroom.limits_of_row[headroom.row[single]]
    weight[single, :depth] = limit[single, :depth] >= 0
    three = np.flatnonzero((headroom.row >= 0) & headroom.thirds)
    rows = headroom.row[three, None] + np.arange(3)
    sorted_limit = np.sort(headroom.limits_of_row[rows].reshape(len(three), 3 * depth), axis=1)
    limit[three], weight[three] = _merged(sorted_limit)
    order = np.argsort(limit < 0, axis=1, kind="stable")
    order = order[:, : int((limit >= 0).sum(axis=1).max(initial=0))]
    return Chains(
        limit=np.ascontiguousarray(np.take_along_axis(limit, order, axis=1)),
        weight=np.ascontiguousarray(np.take_along_axis(weight, order, axis=1)),
    )


def _merged(limit: Ints) -> tuple[Ints, Floats]:
    """Return sorted limits with repetitions blanked, and a third for each time one occurred."""
    weight = (limit[:, :, None] == limit[:, None, :]).sum(axis=2) / 3
    first = np.diff(limit, axis=1, prepend=-2) != 0
    kept = first & (limit >= 0)
    return np.where(kept, limit, -1), np.where(kept, weight, 0.0)
