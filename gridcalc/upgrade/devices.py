"""Protective devices that works bring: which breaker, and how it is set."""

from gridcalc.catalogue import Catalogue, LvBreaker, Transformer
from gridcalc.compound.model import Protection
from gridcalc.units import VN_TRAFO_LV_KV, line_current_a


def breakers(catalogue: Catalogue) -> tuple[LvBreaker, ...]:
    """Return the breakers of a catalogue, smallest first; ties by name."""
    return tuple(sorted(catalogue.breakers.values(), key=lambda row: (row.rated_i_a, row.name)))


def main_breaker(unit: Transformer, catalogue: Catalogue) -> LvBreaker:
    """Return the smallest breaker that carries the rated current, else the largest.

    Examples
    --------
    >>> from gridcalc.catalogue import load_catalogue
    >>> catalogue = load_catalogue()
    >>> main_breaker(catalogue.transformers["S20-630"], catalogue).name
    'ACB-1000'
    """
    rated_a = line_current_a(unit.sn_kva, VN_TRAFO_LV_KV)
    rows = breakers(catalogue)
    return next((row for row in rows if row.rated_i_a >= rated_a), rows[-1])


def breaker_for(in_a: float, catalogue: Catalogue) -> LvBreaker:
    """Return the smallest breaker of at least a rated current, else the largest."""
    rows = breakers(catalogue)
    return next((row for row in rows if row.rated_i_a >= in_a), rows[-1])


def largest_within(ampacity_a: float, catalogue: Catalogue) -> LvBreaker | None:
    """Return the largest breaker that protects an ampacity [A], None if none is that small."""
    fitting = [row for row in breakers(catalogue) if row.rated_i_a <= ampacity_a]
    return fitting[-1] if fitting else None


def better_breaker(device: Protection, ampacity_a: float, catalogue: Catalogue) -> LvBreaker | None:
    """Return the largest breaker that still protects a cable, None if the device may stay.

    The device stays if it neither limits the cable nor leaves it unprotected, or if no breaker
    is small enough.

    Parameters
    ----------
    device
        What is there.
    ampacity_a
        Of the new cable. [A]
    catalogue
        The breakers.
    """
    best = largest_within(ampacity_a, catalogue)
    if best is None:
        return None
    limits, too_large = best.rated_i_a > device.in_a, device.in_a > ampacity_a
    return best if limits or too_large else None


def feeder_device(device: Protection, breaker: LvBreaker) -> Protection:
    """Return a breaker in place of a cable's device.

    The trip setting stays as it is in ampere, because faults far down the feeder do not grow
    with the rating; it is at least the rated current.
    """
    i_trip_a = device.i_trip_a
    return device.model_copy(
        update={
            "kind": "breaker",
            "in_a": breaker.rated_i_a,
            "i_trip_a": None if i_trip_a is None else max(i_trip_a, breaker.rated_i_a),
            "breaking_ka": breaker.breaking_i_sc_ka,
        }
    )


def main_device(device: Protection, breaker: LvBreaker, *, transformer: str) -> Protection:
    """Return a main breaker set like another one: same factor of rated current, same delay."""
    i_trip_a = device.i_trip_a
    factor = None if i_trip_a is None else i_trip_a / device.in_a
    return device.model_copy(
        update={
            "element": transformer,
            "kind": "breaker",
            "in_a": breaker.rated_i_a,
            "i_trip_a": None if factor is None else factor * breaker.rated_i_a,
            "breaking_ka": breaker.breaking_i_sc_ka,
        }
    )
