"""What three phases have together; an axis of three is slow to reduce for numpy."""

from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

_Values = TypeVar("_Values", bound=NDArray[Any])


def over_phases(choose: np.ufunc, values: _Values, *, axis: int = 1) -> _Values:
    """Return a ufunc of two over the three phases, from the first to the last.

    Parameters
    ----------
    choose
        ``np.maximum``, ``np.minimum`` or ``np.add``; the result is that of its ``reduce``.
    values
        An array whose ``axis`` has three rows.
    axis
        That of the phases; it is gone in the result.

    Examples
    --------
    >>> over_phases(np.maximum, np.array([[1.0, 3.0, 2.0], [6.0, 5.0, 4.0]])).tolist()
    [3.0, 6.0]
    """
    a, b, c = np.moveaxis(values, axis, 0)
    return cast("_Values", choose(choose(a, b), c))
