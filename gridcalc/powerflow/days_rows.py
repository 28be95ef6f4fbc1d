"""Where the numbers of a tile of slots stand in memory, in single precision.

Everything is a difference from the voltages of no load, so that single precision is good for
1e-8 pu. A node with something behind it has a block of 30 rows of ``LANES`` numbers: differences
of the voltage (R), currents (I), loads (S), loads as seen from the node with those of its leaves
(E), and the voltages at which its leaves drew their currents (L), real and imaginary or active and
reactive parts of phases a, b, c. A leaf has a block of 12: loads and currents. Rows that belong to
the lanes stand in a third array.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]

LANES: Final = 48
"""Slots solved side by side: half a day, and three vectors of most processors."""
BLOCK: Final = 30 * LANES
LEAF_BLOCK: Final = 12 * LANES
N, N6 = np.uint64(LANES), np.uint64(6 * LANES)
R1, R2, R3, R4, R5 = (np.uint64(k * LANES) for k in range(1, 6))
I0, I1, I2, I3, I4, I5 = (np.uint64(k * LANES) for k in range(6, 12))
S0, S1, S2, S3, S4, S5 = (np.uint64(k * LANES) for k in range(12, 18))
E0, E1, E2, E3, E4, E5 = (np.uint64(k * LANES) for k in range(18, 24))
L0, L1, L2, L3, L4, L5 = (np.uint64(k * LANES) for k in range(24, 30))

STEP, LAST_STEP, LEAF_STEP, LAST_LEAF_STEP, LOWEST, STATUS = (
    np.uint64(k * LANES) for k in range(6)
)
"""Rows of the lanes: square of the largest step of this round of sweeps, step of the round before,
the same for the leaves, square of the lowest voltage, what became of the lane."""
TOTAL_P, TOTAL_Q, POWER_P, POWER_Q, SUMS = (np.uint64(k * LANES) for k in range(6, 11))
"""Power of all sources, of one element, and from ``SUMS`` on active and reactive load below each
transformer and below none."""

Single = Any
"""A number in single precision; with one in double precision beside it, it would not stay so."""
ZERO: Single = np.float32(0.0)
HALF: Single = np.float32(0.5)
ONE: Single = np.float32(1.0)
TWO: Single = np.float32(2.0)
THIRD: Single = np.float32(1 / 3)
HALF_ROOT3: Single = np.float32(np.sqrt(3.0) / 2)
BIG: Single = np.float32(1e30)
"""Larger than any square or power of a solved network."""
PENDING, SOLVED, UNSOLVED = ZERO, ONE, TWO


def n_lane_numbers(n_trafos: int) -> int:
    """Return the size of the array of lane rows."""
    return int(SUMS) + 2 * (n_trafos + 1) * LANES
