"""Curves and lines for tests, and sums that share nothing with the code under test."""

from itertools import combinations

import numpy as np

from gridcalc.city.lines.records import Line, LineCompound
from gridcalc.city.records import LineCurves

TODAY = "today/uncontrolled"
LAST = "ev-100+ebike-50"
MODES = ("uncontrolled", "tou", "managed")


def curves(name, today, **modes):
    """Return curves of a compound; days are lists of few slots or one number for all slots."""
    states = {TODAY: as_days(today)}
    states |= {f"{LAST}/{mode}": as_days(value) for mode, value in modes.items()}
    return LineCurves(id=name, season="summer", states=states)


def as_days(value):
    """Return days of 96 slots; the slots that are not given are zero."""
    if np.isscalar(value):
        return np.full((1, 96), value, dtype=np.float32)
    given = np.atleast_2d(np.array(value, dtype=np.float32))
    days = np.zeros((len(given), 96), dtype=np.float32)
    days[:, : given.shape[1]] = given
    return days


def source(*all_curves):
    """Return how curves are asked for: in the order of the ids, without those that lack."""
    known = {one.id: one for one in all_curves}

    def of(ids):
        return [known[name] for name in ids if name in known]

    return of


def a_line(line_id="L1", capacity_kva=1000.0, **changed):
    usual = {"row": 2, "id": line_id, "name": line_id, "capacity_kva": capacity_kva}
    return Line(**{**usual, **changed})


def on(line, *ids, n_chargers=10, **changed):
    """Return compounds on a line, in ranked order."""
    return tuple(
        LineCompound(id=name, name=name, line=line, n_chargers=n_chargers, **changed)
        for name in ids
    )


def counted_peak(days, share_percent):
    """Return the smallest daily peak with at least a share of the days at or below it."""
    peaks = sorted(max(float(value) for value in day) for day in days)
    return next(
        peak for peak in peaks if sum(p <= peak for p in peaks) * 100 >= share_percent * len(peaks)
    )


def most_that_fit(today, additions, limit, share_percent):
    """Return the most additions that together keep a limit, by trying every subset."""
    for n in range(len(additions), -1, -1):
        for chosen in combinations(additions, n):
            if counted_peak(today + sum(chosen), share_percent) <= limit:
                return n
    return 0
