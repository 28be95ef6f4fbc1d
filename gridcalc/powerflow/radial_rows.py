"""Where the numbers of a tile stand in memory, and how its loops are compiled.

A tile is one flat array with a block for each node in the order of the tree. A block has 18 rows
of ``LANES`` numbers: real and imaginary parts of the voltage (R) and of the current (I) of phases
a, b, c, then active and reactive load (S). Offsets inside a block are constants and indices are
unsigned: with row offsets known only at run time, or indices that might be negative, the compiler
gives up whole vectors.

A second flat array has rows that belong to the lanes and not to a node.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import njit

Index = Any
"""An unsigned place in a tile; numba needs ``np.uint64`` and nothing else in the sums."""

_Loop = TypeVar("_Loop", bound=Callable[..., Any])
_EXACT = {"nogil": True, "error_model": "numpy", "forceinline": True, "no_cpython_wrapper": True}


def exact(loop: _Loop) -> _Loop:
    """Compile a loop that must see infinities and NaN.

    Compiled loops are for other compiled loops only, and every call is dissolved: what is left
    as a call might run in one of two compiled forms, whose last digits differ.
    """
    return cast("_Loop", njit(**_EXACT)(loop))


def fast(loop: _Loop) -> _Loop:
    """Compile a loop over finite numbers; sums may be taken in any order."""
    return cast("_Loop", njit(**_EXACT, fastmath=True)(loop))


LANES: Final = 32
BLOCK: Final = 18 * LANES
N, N6 = np.uint64(LANES), np.uint64(6 * LANES)
R1, R2, R3, R4, R5 = (np.uint64(k * LANES) for k in range(1, 6))
I0, I1, I2, I3, I4, I5 = (np.uint64(k * LANES) for k in range(6, 12))
S0, S1, S2, S3, S4, S5 = (np.uint64(k * LANES) for k in range(12, 18))

STEP, LOWEST, LAST_STEP, STATUS, TOTAL_P, TOTAL_Q, POWER_P, POWER_Q, SUMS = (
    np.uint64(k * LANES) for k in range(9)
)
"""Rows of the lanes: squares of the largest step and of the lowest voltage, the step
before, what became of the lane, power of all sources, power of one element, and from ``SUMS`` on
active and reactive load below each transformer and below none."""

PENDING, SOLVED, UNSOLVED = 0.0, 1.0, 2.0
BIG: Final = 1e30
"""Larger than any square or power of a solved network."""
HALF_ROOT3 = float(np.sqrt(3.0) / 2)


def n_lane_numbers(n_trafos: int) -> int:
    """Return the size of the array of lane rows."""
    return int(SUMS) + 2 * (n_trafos + 1) * LANES
