"""Memory that starts where vectors of the processor start: half as many loads for the kernels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_VECTOR_BYTES = 64


def aligned(n: int, kind: type[np.floating[Any]] = np.float64) -> NDArray[Any]:
    """Return zeros whose first number begins a vector.

    Examples
    --------
    >>> aligned(5).ctypes.data % 64, aligned(5).tolist()
    (0, [0.0, 0.0, 0.0, 0.0, 0.0])
    """
    n_bytes = n * np.dtype(kind).itemsize
    memory = np.zeros(n_bytes + _VECTOR_BYTES, dtype=np.uint8)
    first = -memory.ctypes.data % _VECTOR_BYTES
    return memory[first : first + n_bytes].view(kind)
