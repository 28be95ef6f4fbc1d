"""The one way loops of this package are compiled: exact arithmetic, no interpreter lock."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """Return a loop compiled by numba on its first call; the result is kept on disk.

    Arithmetic is not reordered, so ties are the same ties everywhere.
    """
    return cast("Loop", njit(cache=True, nogil=True, error_model="numpy")(loop))


def inlined(loop: Loop) -> Loop:
    """Return a part of a compiled loop that is dissolved in it: calls with records cost much."""
    return cast("Loop", njit(nogil=True, error_model="numpy", forceinline=True)(loop))
