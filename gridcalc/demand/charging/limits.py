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
    on_way
        What ``chains`` finds, for callers with many blocks of the same chargers.
    """

    row: Ints
    thirds: Bools
    limits_of_row: Ints
    headroom_kw: Floats
    on_way: "Chains | None" = None


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
    """Return the limits of each unit; a unit that is not connected has none."""
    if headroom.on_way is not None:
        return headroom.on_way
    return chains_of(headroom.row, headroom.thirds, headroom.limits_of_row)


def chains_of(row: Ints, thirds: Bools, limits_of_row: Ints) -> Chains:
    """Return the limits of each unit; what it is given is as in ``Headroom``.

    Examples
    --------
    >>> one_box = chains_of(np.array([1, 0]), np.array([False, True]),
    ...     np.array([[0, 3], [1, 3], [2, 3]]))
    >>> one_box.limit.tolist()
    [[1, 3, -1, -1], [0, 1, 2, 3]]
    >>> one_box.weight.round(2).tolist()
    [[1.0, 1.0, 0.0, 0.0], [0.33, 0.33, 0.33, 1.0]]
    """
    n_units, depth = len(row), limits_of_row.shape[1]
    limit = np.full((n_units, 3 * depth), -1, dtype=np.int64)
    weight = np.zeros((n_units, 3 * depth))
    single = np.flatnonzero((row >= 0) & ~thirds)
    limit[single, :depth] = limits_of_row[row[single]]
    weight[single, :depth] = limit[single, :depth] >= 0
    three = np.flatnonzero((row >= 0) & thirds)
    rows = row[three, None] + np.arange(3)
    sorted_limit = np.sort(limits_of_row[rows].reshape(len(three), 3 * depth), axis=1)
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
