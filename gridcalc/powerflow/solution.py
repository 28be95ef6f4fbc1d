"""What every engine returns: complex phase voltages at every node."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcalc.network.arrays import Floats, Network, PhaseLoads
from gridcalc.units import PERCENT, SQRT3

Complexes = NDArray[np.complex128]

ALPHA = complex(np.exp(2j * np.pi / 3))
"""The rotation by 120 degrees."""
TO_SEQUENCE: Complexes = (
    np.array([[1, 1, 1], [1, ALPHA, ALPHA**2], [1, ALPHA**2, ALPHA]], dtype=np.complex128) / 3
)
"""Phase to zero, positive and negative sequence (rows)."""
TO_PHASE: Complexes = np.asarray(np.linalg.inv(TO_SEQUENCE), dtype=np.complex128)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """Phase-to-neutral voltages of one load block.

    ``v_pu`` is complex, shape (n_nodes, 3), in pu of the node's nominal voltage over √3;
    ``engine`` names the solver.
    """

    engine: str
    v_pu: Complexes

    @property
    def vm_pu(self) -> Floats:
        """Voltage magnitudes per phase, shape (n_nodes, 3)."""
        return np.abs(self.v_pu)

    @property
    def vm_line_pu(self) -> Floats:
        """Line-to-line magnitudes ab, bc, ca in pu of the nominal line-to-line voltage."""
        shifted = np.roll(self.v_pu, -1, axis=1)
        return np.asarray(np.abs(self.v_pu - shifted) / SQRT3)

    @property
    def unbalance_percent(self) -> Floats:
        """Negative over positive sequence voltage, shape (n_nodes,). [%]."""
        sequence = self.v_pu @ TO_SEQUENCE.T
        return np.asarray(PERCENT * np.abs(sequence[:, 2]) / np.abs(sequence[:, 1]))


Solver = Callable[[Network, PhaseLoads, Floats], Solution]
"""An engine: network, loads and source voltages [pu] in, solution out; raises ConvergenceError."""
