"""Temperatures that follow the load with a lag, on a day that repeats; no standard of its own."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def periodic_response(target: Floats, *, decay: float) -> Floats:
    """Return what settles towards ``target`` with a first-order lag, once every day is alike.

    Parameters
    ----------
    target
        Value that would be reached if a slot lasted for ever, shape (n_days, n_slots); each
        day is a case of its own that repeats.
    decay
        Share of a deviation that is left after one slot, 0 <= decay < 1. [-]

    Returns
    -------
    Floats
        Value at the end of each slot, in the unit of ``target``, shape (n_days, n_slots).

    Notes
    -----
    The state at midnight follows from the day itself: what is left of it after a day, added to
    what the day brings about from zero, must be that state again::

        x_midnight = x_end_from_zero / (1 - decay^n_slots)

    It is the limit of simulating the same day again and again.

    Examples
    --------
    >>> periodic_response(np.array([[0.0, 6.0]]), decay=0.5).tolist()
    [[2.0, 4.0]]
    """
    n_slots = target.shape[1]
    response = np.empty_like(target)
    state = np.zeros(target.shape[0])
    for slot in range(n_slots):
        state = target[:, slot] + (state - target[:, slot]) * decay
        response[:, slot] = state
    midnight = state / (1.0 - decay**n_slots)
    response += midnight[:, None] * decay ** np.arange(1, n_slots + 1)
    return response


def require_days(load_pu: Floats, ambient_celsius: Floats) -> None:
    """Refuse loads and ambient temperatures that are not days of the same slots.

    Raises
    ------
    ValueError
        Wrong shapes, negative loads, or values that are not finite.

    Examples
    --------
    >>> require_days(np.ones((3, 96)), np.full(96, 20.0))
    """
    if load_pu.ndim != 2 or ambient_celsius.shape != load_pu.shape[1:] or not load_pu.shape[1]:
        raise ValueError(
            f"loads have the shape (n_days, n_slots) and ambient temperatures (n_slots,), "
            f"not {load_pu.shape} and {ambient_celsius.shape}"
        )
    if not (np.isfinite(load_pu).all() and np.isfinite(ambient_celsius).all()):
        raise ValueError("a load or an ambient temperature is not a finite number")
    if (load_pu < 0).any():
        raise ValueError(f"a load of {load_pu.min():g} pu is below zero; give its magnitude")
