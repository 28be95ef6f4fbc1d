"""A search for the largest number that fits, guided by how far limits are from breaking.

The numbers in between need not be tried one by one or half by half: limits come nearer almost
in proportion to the chargers. Many searches may run side by side; each of them takes the same
steps as it would alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FAR = 4.0
"""A utilisation above it is no guide to where the limit is met. [-]"""
_NEAR = 1e-6
_HALVE_EVERY = 8
_NARROW = 3
_BEND = 1.25
"""Power of the first share: the more chargers there are, the less each of them adds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guided:
    """Where some searches stand; all arrays of one length.

    Attributes
    ----------
    low, high
        ``low`` fits and ``high`` does not.
    below, above
        How far the worst limit is from breaking at ``low``, and beyond it at ``high``; halved
        at an end that stays while the other one moves. [-]
    last
        Which end moved last: -1 for ``low``, 1 for ``high``.
    """

    low: Ints
    high: Ints
    below: Floats
    above: Floats
    last: Ints

    @property
    def is_open(self) -> Bools:
        """Which searches are not at their end."""
        return np.asarray(self.high - self.low > 1)

    def guess(self, i: int) -> Ints:
        """Return the number to try next, strictly between; ``i`` counts the tries.

        A straight line between the ends, bent at first; half way now and then and where little
        is left.
        """
        width = self.high - self.low
        share = self.below / (self.below + self.above)
        if i == 0:
            share = share**_BEND
        halve = (i % _HALVE_EVERY == _HALVE_EVERY - 1) | (width <= _NARROW)
        step = np.where(halve, width // 2, np.floor(share * width)).astype(np.int64)
        return np.asarray(np.clip(self.low + step, self.low + 1, self.high - 1))

    def after(self, tried: Ints, fits: Bools, margin: Floats) -> "Guided":
        """Return the searches after one try each; closed ones stay as they are.

        Parameters
        ----------
        tried
            What was tried.
        fits
            Whether it fits.
        margin
            Utilisation of the worst limit, less one. [-]
        """
        inside = (tried > self.low) & (tried < self.high)
        up, down = inside & fits, inside & ~fits
        below = np.where(up, np.maximum(-margin, _NEAR), self.below)
        above = np.where(down, np.maximum(margin, _NEAR), self.above)
        return Guided(
            low=np.where(up, tried, self.low),
            high=np.where(down, tried, self.high),
            below=np.where(down & (self.last == 1), below / 2, below),
            above=np.where(up & (self.last == -1), above / 2, above),
            last=np.where(up, -1, np.where(down, 1, self.last)),
        )

    def of(self, rows: Ints) -> "Guided":
        """Return some of the searches."""
        return Guided(
            low=self.low[rows],
            high=self.high[rows],
            below=self.below[rows],
            above=self.above[rows],
            last=self.last[rows],
        )


def searches(low: Ints, high: Ints, margin_low: Floats, margin_high: Floats) -> Guided:
    """Return searches at their beginning; see ``Guided`` for the arguments."""
    return Guided(
        low=low,
        high=high,
        below=np.maximum(-margin_low, _NEAR),
        above=np.maximum(margin_high, _NEAR),
        last=np.zeros(len(low), dtype=np.int64),
    )
