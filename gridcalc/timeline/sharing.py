"""Divide a number of whole days that a document states for several steps together."""

from collections.abc import Sequence
from fractions import Fraction


def shared_days(total_days: int, weights: Sequence[float]) -> tuple[int, ...]:
    """Return whole working days that add up to a total, as near to the weights as can be.

    Parameters
    ----------
    total_days
        What all steps together may take. [working days]
    weights
        Share of each step against the others, not all zero. [-]

    Notes
    -----
    Largest remainder (Hamilton): each step gets the whole days of its exact share, the days left
    go to the largest remainders; among equals to the larger weight, then to the earlier step.

    Examples
    --------
    >>> shared_days(22, [1, 2, 12, 3, 4])
    (1, 2, 12, 3, 4)
    >>> shared_days(12, [1, 12, 7])
    (1, 7, 4)
    """
    parts = [Fraction(weight) for weight in weights]
    exact = [total_days * part / sum(parts) for part in parts]
    whole = [int(share) for share in exact]
    n_left = total_days - sum(whole)
    order = sorted(range(len(parts)), key=lambda i: (whole[i] - exact[i], -parts[i], i))
    lucky = set(order[:n_left])
    return tuple(days + (i in lucky) for i, days in enumerate(whole))
