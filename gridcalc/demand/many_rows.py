"""Compiled loops over load groups: the phases of their first units, and sums by place."""

import numpy as np

from gridcalc.demand.charging.compiled import compiled
from gridcalc.demand.diversity import Bools, Floats, Ints


@compiled
def dealt_out(total: Ints, start: Ints, n_units: Ints, balanced: Bools, found: Floats) -> None:
    """Write down the phases of the first units of every group; a third each of balanced ones.

    See ``phases.first_units``.
    """
    for g in range(len(total)):
        own, n = total[g], n_units[g]
        if balanced[g]:
            found[g] = n / 3
            continue
        low, high = min(own[0], own[1], own[2]), max(own[0], own[1], own[2])
        n_all = own[0] + own[1] + own[2]
        middle = n_all - low - high
        n = min(n, n_all)
        if n <= 3 * low:
            rounds = n // 3
        elif n <= low + 2 * middle:
            rounds = (n - low) // 2
        else:
            rounds = n - low - middle
        rest = n
        for x in range(3):
            found[g, x] = min(own[x], rounds)
            rest -= min(own[x], rounds)
        for i in range(3):
            x = (start[g] + i) % 3
            if rest > 0 and own[x] > found[g, x]:
                found[g, x] += 1
                rest -= 1


def row_sums(at: Ints, values: Floats, n: int) -> Floats:
    """Return the sums of the rows of ``values`` that go to the same place.

    Parameters
    ----------
    at
        Place of each row, shape (n_rows,).
    values
        Shape (n_rows, a, b).
    n
        Number of places.

    Returns
    -------
    array
        Shape (n, a, b).

    Examples
    --------
    >>> row_sums(np.array([0, 2, 0]), np.array([[[1.0]], [[2.0]], [[4.0]]]), 3).ravel().tolist()
    [5.0, 0.0, 2.0]
    """
    found = np.zeros((n, *values.shape[1:]))
    flat = values.reshape(len(values), -1)
    _add_rows(at, np.ascontiguousarray(flat), found.reshape(n, -1))
    return found


@compiled
def _add_rows(at: Ints, values: Floats, found: Floats) -> None:
    for row in range(len(at)):
        for k in range(values.shape[1]):
            found[at[row], k] += values[row, k]
