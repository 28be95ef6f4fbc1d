"""Which phase each single-phase unit hangs on, and in which order chargers are added."""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


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

    Units that are there today come first; the others follow evenly over the groups in a fixed
    order, so that a larger ``n`` only ever adds.

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
    order = np.lexsort((group, priority))
    chosen = group[order[: n - int(today.sum())]]
    return np.asarray(today + np.bincount(chosen, minlength=len(total)))
