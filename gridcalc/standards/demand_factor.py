"""Demand factors given as bands of unit counts, and the demand that never falls with the count.

A table of demand factors is turned into a piecewise linear curve over the count. Count times
factor can fall when one more unit reaches a lower band; the diversified count is therefore the
running maximum over all smaller counts. This monotone envelope is our own addition to the tables:
without it a compound could shed load by adding a flat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from gridcalc.provenance import Confidence, weakest
from gridcalc.standards.sourced import SourcedNumber, outside_table

Position = Literal["interpolate", "high", "low", "mid"]
"""Where in a band's range the factor is taken; ``interpolate`` runs from high to low."""

_FIRST_ENVELOPE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandFactorRow:
    """One band of a table of demand factors; counts inclusive, no ``n_max`` for an open end."""

    rule_set: str
    n_min: int
    n_max: int | None
    factor_low: float
    factor_high: float
    basis: str
    note: str
    source: str
    confidence: Confidence


Row = TypeVar("Row", bound=DemandFactorRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorCurve:
    """A demand factor over the unit count, linear between knots and constant outside.

    Parameters
    ----------
    n
        Unit counts of the knots, rising. [-]
    factor
        Demand factor at each knot. [-]
    floor_factor
        The factor is nowhere below this. [-]
    """

    n: tuple[float, ...]
    factor: tuple[float, ...]
    floor_factor: float = 0.0

    def __post_init__(self) -> None:
        rising = all(a < b for a, b in zip(self.n, self.n[1:], strict=False))
        if not self.n or len(self.n) != len(self.factor) or not rising:
            raise ValueError(f"counts must rise and have one factor each: {self.n}, {self.factor}")


def bands_of(rows: Sequence[Row], rule_set: str, *, table: str) -> tuple[Row, ...]:
    """Return the bands of one rule set, sorted by count.

    Raises
    ------
    InputError
        The table has no such rule set.
    """
    bands = tuple(sorted((r for r in rows if r.rule_set == rule_set), key=lambda r: r.n_min))
    if not bands:
        known = ", ".join(sorted({row.rule_set for row in rows}))
        message = f"{rule_set!r} is not a rule set of this table; known are {known}"
        raise outside_table(table, "rule_set", message)
    return bands


def curve_of(
    bands: Sequence[DemandFactorRow], position: Position, *, floor_factor: float = 0.0
) -> FactorCurve:
    """Return the curve through some bands: 1.0 below the first, linear across gaps.

    An open band, and the range beyond a closed last band, are constant; ``interpolate`` takes the
    high factor of an open band and of a band of one count.
    """
    knots: dict[float, float] = {}
    if bands[0].n_min > 1:
        knots |= {0.0: 1.0, bands[0].n_min - 1.0: 1.0}
    for band in bands:
        last = band.n_min if band.n_max is None else band.n_max
        knots[float(last)] = _factor(band, position, at_end=True)
        knots[float(band.n_min)] = _factor(band, position, at_end=False)
    n, factor = zip(*sorted(knots.items()), strict=True)
    return FactorCurve(n=n, factor=factor, floor_factor=floor_factor)


def _factor(band: DemandFactorRow, position: Position, *, at_end: bool) -> float:
    if position == "mid":
        return (band.factor_low + band.factor_high) / 2
    if position == "low" or (position == "interpolate" and at_end):
        return band.factor_low
    return band.factor_high


def factor_at(curve: FactorCurve, n: float) -> float:
    """Return the demand factor of ``n`` units [-].

    Examples
    --------
    >>> factor_at(FactorCurve(n=(1.0, 11.0), factor=(1.0, 0.5)), 6)
    0.75
    """
    if n < 0 or not isfinite(n):
        raise ValueError(f"a count of {n} is not possible")
    return max(float(np.interp(n, curve.n, curve.factor)), curve.floor_factor)


def diversified_at(curve: FactorCurve, n: float) -> float:
    """Return the diversified count of ``n`` units: the largest ``m factor(m)`` up to n [-].

    Between whole counts the value is linear, so that it never falls there either.

    Examples
    --------
    >>> curve = FactorCurve(n=(1.0, 10.0, 11.0), factor=(1.0, 1.0, 0.5))
    >>> diversified_at(curve, 10), diversified_at(curve, 11)
    (10.0, 10.0)
    """
    if n < 0 or not isfinite(n):
        raise ValueError(f"a count of {n} is not possible")
    envelope = _envelope(curve, _size(n))
    below = int(n)
    low, high = envelope[below], envelope[below + 1]
    return float(low + (n - below) * (high - low))


def diversified_array(curve: FactorCurve, n_max: int) -> NDArray[np.float64]:
    """Return the diversified counts of 0 … ``n_max`` units, read-only.

    Returns
    -------
    array
        [-], shape (n_max + 1,)
    """
    return _envelope(curve, _size(n_max))[: n_max + 1]


def _size(n: float) -> int:
    """Return how long an envelope to keep: a power of two, so that few are ever built."""
    return max(_FIRST_ENVELOPE, 1 << (int(n) + 2).bit_length())


@lru_cache(maxsize=256)
def _envelope(curve: FactorCurve, size: int) -> NDArray[np.float64]:
    counts = np.arange(size, dtype=np.float64)
    factors = np.maximum(np.interp(counts, curve.n, curve.factor), curve.floor_factor)
    envelope: NDArray[np.float64] = np.maximum.accumulate(counts * factors)
    envelope.setflags(write=False)
    return envelope


def sourced_factor(
    bands: Sequence[DemandFactorRow], curve: FactorCurve, n: float, *, position: Position
) -> SourcedNumber:
    """Return the factor of ``n`` units with the source and the mark of the band it comes from."""
    value = factor_at(curve, n)
    if curve.floor_factor > 0 and value > float(np.interp(n, curve.n, curve.factor)):
        note = f"raised to the floor of {curve.floor_factor:g}"
        source = "demand-factor-floor"
        return SourcedNumber(value=value, source=source, confidence="assumed", note=note)
    if n < bands[0].n_min:
        note = f"below the smallest count of the table, {bands[0].n_min}"
        source = "demand-factor-below-table"
        return SourcedNumber(value=value, source=source, confidence="assumed", note=note)
    below = max((band for band in bands if band.n_min <= n), key=lambda band: band.n_min)
    above = [band for band in bands if band.n_min > n]
    mark: Confidence = below.confidence
    note = below.note
    if below.n_max is not None and n > below.n_max:
        if above:
            mark = weakest(below.confidence, above[0].confidence)
            note = f"between the counts {below.n_max} and {above[0].n_min} of the table"
        else:
            mark, note = "assumed", f"beyond the last count of the table, {below.n_max}"
    elif position == "interpolate" and below.factor_low != below.factor_high:
        note = f"interpolated in the band {below.n_min} to {below.n_max}"
    return SourcedNumber(value=value, source=below.source, confidence=mark, note=note)
