"""From charges to power: constant pieces, and their exact averages over the slots of a day."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridcalc.demand.charging.clock import NOON_H
from gridcalc.demand.charging.sessions import Sessions
from gridcalc.demand.diversity import Bools, Floats, Ints
from gridcalc.units import H_PER_DAY, N_PHASES

SLOTS_PER_DAY = 96

_Means = TypeVar("_Means", NDArray[np.float32], NDArray[np.float64])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """Constant powers of many units on many days, one entry each.

    Attributes
    ----------
    n_units, n_days
        Units and days the entries belong to.
    unit, day
        Index of each entry, shape (n,).
    start_h, end_h
        From and until, start <= end; an end beyond the next noon is folded back into the same
        day. [h after noon], shape (n,)
    p_kw
        Power in between. [kW], shape (n,)
    """

    n_units: int
    n_days: int
    unit: Ints
    day: Ints
    start_h: Floats
    end_h: Floats
    p_kw: Floats


def pieces_of(sessions: Sessions) -> Pieces:
    """Return one piece for each charge: full power from its start until it is full."""
    return Pieces(
        n_units=sessions.n_units,
        n_days=sessions.n_days,
        unit=sessions.unit,
        day=sessions.day,
        start_h=sessions.start_h,
        end_h=sessions.start_h + sessions.energy_kwh / sessions.p_kw,
        p_kw=sessions.p_kw,
    )


def slot_means_kw(
    pieces: Pieces, *, row: Ints, thirds: Bools, n_rows: int, n_slots: int = SLOTS_PER_DAY
) -> NDArray[np.float32]:
    """Return the exact mean power of each row, day and slot. [kW], (n_rows, n_days, n_slots).

    Slots follow the clock: slot 0 begins at midnight. What lies after the noon that ends a day
    is folded back into it, so that every day is a steady state of its own and no energy is lost.
    Sums are formed in single precision, to about 1e-6 of a row's power.

    Parameters
    ----------
    pieces
        What each unit draws.
    row
        Row of each unit, -1 where it is not connected. Shape (n_units,)
    thirds
        A third of the unit's power goes to each of ``row``, ``row + 1`` and ``row + 2``.
        Shape (n_units,)
    n_rows, n_slots
        Size of the result.

    Examples
    --------
    >>> one = Pieces(
    ...     n_units=1, n_days=1, unit=np.array([0]), day=np.array([0]), start_h=np.array([11.5]),
    ...     end_h=np.array([12.25]), p_kw=np.array([7.0]),
    ... )  # 23:30 to 0:15
    >>> means = slot_means_kw(one, row=np.array([0]), thirds=np.array([False]), n_rows=1)
    >>> means[0, 0, [93, 94, 95, 0, 1]].tolist()
    [0.0, 7.0, 7.0, 7.0, 0.0]
    """
    means = np.zeros((n_rows, pieces.n_days, n_slots), dtype=np.float32)
    return _filled(means, pieces, row, thirds)


def fill_slot_means_kw(
    means: NDArray[np.float32], pieces: Pieces, *, row: Ints, thirds: Bools
) -> None:
    """Do the same as `slot_means_kw` in an array that is there, whatever it holds."""
    means[:] = 0.0
    _filled(means, pieces, row, thirds)


def exact_slot_means_kw(
    pieces: Pieces, *, row: Ints, thirds: Bools, n_rows: int, n_slots: int = SLOTS_PER_DAY
) -> Floats:
    """Return the same as `slot_means_kw` in double precision."""
    means = np.zeros((n_rows, pieces.n_days, n_slots))
    return _filled(means, pieces, row, thirds)


def _filled(means: _Means, pieces: Pieces, row: Ints, thirds: Bools) -> _Means:
    n_phases = np.where(thirds, N_PHASES, 1).astype(np.int64)
    last = row + n_phases - 1
    if len(row) and (row.min() < -1 or last[row >= 0].max(initial=-1) >= len(means)):
        raise ValueError(f"rows of units must lie in -1 to {len(means) - 1}")
    _add_pieces(
        means, pieces.unit, pieces.day, pieces.start_h, pieces.end_h, pieces.p_kw, row, n_phases
    )
    return means


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _add_pieces(  # noqa: PLR0913, PLR0917  a kernel takes plain arrays
    means: NDArray[np.floating],
    unit: Ints,
    day: Ints,
    start_h: Floats,
    end_h: Floats,
    p_kw: Floats,
    row: Ints,
    n_phases: Ints,
) -> None:
    """Add each piece to the slots it touches, in proportion to the time it covers."""
    n_slots = means.shape[2]
    slots_per_h = n_slots / H_PER_DAY
    for k in range(len(unit)):
        first_row = row[unit[k]]
        if first_row < 0:
            continue
        phases = n_phases[unit[k]]
        power = p_kw[k] / phases
        start = (start_h[k] + NOON_H) * slots_per_h
        end = (end_h[k] + NOON_H) * slots_per_h
        slot = int(np.floor(start))
        while slot < end:
            part = power * (min(end, slot + 1.0) - max(start, float(slot)))
            for r in range(first_row, first_row + phases):
                means[r, day[k], slot % n_slots] += part
            slot += 1
