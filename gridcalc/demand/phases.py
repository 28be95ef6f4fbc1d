"""Which phase each single-phase unit hangs on, and in which order chargers are added."""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

_NEGLIGIBLE = 1e-9
GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it, modulo 1, spread any first few groups over all of them."""


def round_robin(count: int, start: int) -> tuple[int, int, int]:
    """Return how many of ``count`` units fall on phases a, b, c, dealt out from phase ``start``.

    Examples
    --------
    >>> round_robin(5, start=1)
    (1, 2, 2)
    """
    whole, rest = divmod(count, 3)
    dealt = [whole, whole, whole]
    for i in range(rest):
        dealt[(start + i) % 3] += 1
    return dealt[0], dealt[1], dealt[2]


def first_units(counts: tuple[int, int, int], n: int, start: int) -> tuple[int, int, int]:
    """Return the phases of the first ``n`` units of a box, dealt out while a phase has any left.

    Adding one unit adds one to one phase and takes none away.

    Examples
    --------
    >>> first_units((4, 1, 1), n=4, start=0)
    (2, 1, 1)
    """
    if n >= sum(counts):
        return counts
    taken = [0, 0, 0]
    phase = start
    while n > 0:
        if taken[phase % 3] < counts[phase % 3]:
            taken[phase % 3] += 1
            n -= 1
        phase += 1
    return taken[0], taken[1], taken[2]


def build_out(today: Counts, total: Counts, n: int) -> Counts:
    """Return how many units each group has when ``n`` units exist in all.

    Units that are there today come first; the others follow in a fixed order, evenly over the
    groups and, among groups that are equally full, spread over the whole list, so that a larger
    ``n`` only ever adds and a small one does not crowd under one transformer.

    Parameters
    ----------
    today, total
        Units per group today and at full build-out, shape (n_groups,).
    n
        Units wanted; never fewer than today's, never more than there is room for.

    Examples
    --------
    >>> build_out(np.array([0, 1]), np.array([2, 4]), 3).tolist()
    [1, 2]
    """
    group = np.repeat(np.arange(len(total)), total - today)
    if n <= int(today.sum()) or not len(group):
        return today.copy()
    rank = np.concatenate([np.arange(a, b) for a, b in zip(today, total, strict=True)])
    priority = (rank + 0.5) / total[group]
    order = np.lexsort((np.mod(group * GOLDEN, 1.0), priority))
    chosen = group[order[: n - int(today.sum())]]
    return np.asarray(today + np.bincount(chosen, minlength=len(total)))


def rounded_shares(wanted: NDArray[np.float64]) -> Counts:
    """Return whole numbers whose sum is the rounded sum of what is wanted.

    What is left after rounding down goes to the largest fractions; equal ones are spread.

    Examples
    --------
    >>> rounded_shares(np.array([0.45, 0.45, 0.45, 0.45])).tolist()
    [1, 0, 1, 0]
    """
    whole = np.floor(wanted + _NEGLIGIBLE).astype(np.int64)
    n_left = int(np.floor(wanted.sum() + 0.5 + _NEGLIGIBLE)) - int(whole.sum())
    spread = np.mod(np.arange(len(wanted)) * GOLDEN, 1.0)
    order = np.lexsort((spread, -np.round(wanted - whole, 9)))
    whole[order[: max(n_left, 0)]] += 1
    return whole
