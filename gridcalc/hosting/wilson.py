"""How sure a counted share is: Wilson's interval."""

from math import sqrt

_Z95 = 1.959963984540054
"""Normal quantile of a two-sided interval of 95 %."""


def wilson_interval(n_hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a probability of which ``n_hits`` of ``n`` draws were seen.

    Notes
    -----
    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212::

        (p + z²/2n ± z √(p (1 - p)/n + z²/4n²)) / (1 + z²/n)

    Examples
    --------
    >>> [round(x, 4) for x in wilson_interval(0, 59)]
    [0.0, 0.0611]
    """
    share = n_hits / n
    middle = share + _Z95**2 / (2 * n)
    spread = _Z95 * sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n))
    scale = 1 + _Z95**2 / n
    low = 0.0 if n_hits == 0 else (middle - spread) / scale
    high = 1.0 if n_hits == n else (middle + spread) / scale
    return low, high
