"""How much of each clock slot a car is plugged in, and where the day is cut: at noon."""

import numpy as np

from gridcalc.demand.diversity import Floats
from gridcalc.units import H_PER_DAY


def availability(arrival_h: Floats, departure_h: Floats, n_slots: int) -> Floats:
    """Return the share of each clock slot that each car is plugged in.

    The day repeats: what lies after the next noon counts in the slots of the same clock time.
    Slots that are covered in part count in part.

    Parameters
    ----------
    arrival_h, departure_h
        As in ``Sessions``. [h after noon], shape (n,)
    n_slots
        Slots of a day, an even number; slot 0 begins at midnight.

    Returns
    -------
    Shares from 0 to 1, shape (n, n_slots). [-]

    Examples
    --------
    >>> evening = availability(np.array([6.5]), np.array([9.0]), 24)
    >>> evening[0, 17:22].tolist()
    [0.0, 0.5, 1.0, 1.0, 0.0]
    """
    slot_h = H_PER_DAY / n_slots
    edge_h = np.arange(2 * n_slots) * slot_h
    end_h = np.minimum(departure_h[:, None], edge_h + slot_h)
    covered_h = np.maximum(end_h - np.maximum(arrival_h[:, None], edge_h), 0.0)
    folded_h = covered_h[:, :n_slots] + covered_h[:, n_slots:]
    return np.asarray(np.roll(folded_h, n_slots // 2, axis=1) / slot_h)
