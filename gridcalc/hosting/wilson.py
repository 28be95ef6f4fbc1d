"""How sure a counted share is: Wilson's interval."""

from math import sqrt

from gridcalc.simulation.results import CONFIDENCE_Z


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
    middle = share + CONFIDENCE_Z**2 / (2 * n)
    spread = CONFIDENCE_Z * sqrt(share * (1 - share) / n + CONFIDENCE_Z**2 / (4 * n * n))
    scale = 1 + CONFIDENCE_Z**2 / n
    low = 0.0 if n_hits == 0 else (middle - spread) / scale
    high = 1.0 if n_hits == n else (middle + spread) / scale
    return low, high
