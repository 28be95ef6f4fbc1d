"""Curves of many compounds together: peaks at a percentile of the days, and what was metered."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridcalc.network.arrays import Floats
from gridcalc.powerflow.days import Reals
from gridcalc.simulation.base_load import quantile_of_days
from gridcalc.simulation.explain import clock_time
from gridcalc.simulation.results import DayStatistics


def peak_kva(curves_kva: Reals, percentile: float) -> float:
    """Return the daily peak that a share of the days does not exceed. [kVA].

    Parameters
    ----------
    curves_kva
        [kVA], shape (n_days, n_slots)
    percentile
        Share of the days. [%]

    Examples
    --------
    >>> peak_kva(np.array([[1.0, 3.0], [4.0, 2.0], [9.0, 9.0]]), 60.0)
    4.0
    """
    return float(quantile_of_days(curves_kva.max(axis=1), percentile))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedDay:
    """The day whose peak is the percentile of all days.

    Attributes
    ----------
    low_kva, high_kva
        95 % interval of the peak from order statistics; no upper end where there are too few
        days. [kVA]
    peak_time
        Clock time of the peak, the first of equal ones.
    s_kva
        Load of the day, slot by slot from midnight. [kVA]
    """

    low_kva: float
    high_kva: float | None
    peak_time: str
    s_kva: tuple[float, ...]


def reported_day(curves_kva: Reals, percentile: float) -> ReportedDay:
    """Return the day whose peak is reported, the first of equal ones; see ``peak_kva``."""
    peaks = curves_kva.max(axis=1)
    day = int(np.abs(peaks - quantile_of_days(peaks, percentile)).argmin())
    known = DayStatistics(percentile=percentile, failed=np.zeros(len(peaks), dtype=bool))
    low_kva, high_kva = known.interval(peaks)
    return ReportedDay(
        low_kva=low_kva,
        high_kva=high_kva,
        peak_time=clock_time(int(curves_kva[day].argmax()), curves_kva.shape[1]),
        s_kva=tuple(float(value) for value in curves_kva[day]),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Metered:
    """What was metered: the peak, whether it has the simulated load in it, and maybe the day.

    ``peak_kva`` is None where nothing was metered; ``curve_kva`` is empty where no day was.
    """

    peak_kva: float | None
    includes_simulated: bool = True
    curve_kva: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """What makes the simulated load of today agree with what was metered.

    Attributes
    ----------
    scale_factor
        Factor on the simulated load of today, at most 1. [-]
    other_kva
        Everybody else, the same on every day. [kVA], shape (n_slots,)
    """

    scale_factor: float
    other_kva: Floats


def calibrate(today_kva: Reals, metered: Metered, percentile: float) -> Calibration:
    """Return how the load of others fills what the simulated load of today leaves of the peak.

    The others have the shape of the metered day less the mean simulated day, or of the mean
    simulated day itself where no day was metered; they are as large as can be while the share
    of the days keeps the metered peak. Where the simulated load alone exceeds that peak, there
    are no others, and it is scaled down. A metered peak without the simulated load in it is
    the peak of the others. Without simulated load and without a day the others are constant.

    Parameters
    ----------
    today_kva
        Simulated load of today. [kVA], shape (n_days, n_slots)
    metered
        What was metered.
    percentile
        Share of the days that do not exceed the metered peak. [%]

    Examples
    --------
    >>> both = calibrate(np.array([[20.0, 40.0]]), Metered(peak_kva=100.0), 95.0)
    >>> both.scale_factor, both.other_kva.tolist()
    (1.0, [30.0, 60.0])
    """
    nobody = np.zeros(today_kva.shape[1])
    if metered.peak_kva is None:
        return Calibration(scale_factor=1.0, other_kva=nobody)
    if not metered.includes_simulated:
        shape = _shape(np.array(metered.curve_kva), _mean_day(today_kva))
        return Calibration(scale_factor=1.0, other_kva=metered.peak_kva * shape)
    alone_kva = peak_kva(today_kva, percentile)
    if alone_kva >= metered.peak_kva:
        scale = metered.peak_kva / alone_kva if alone_kva > 0 else 1.0
        return Calibration(scale_factor=scale, other_kva=nobody)
    mean_kva = _mean_day(today_kva)
    left = np.maximum(np.array(metered.curve_kva) - mean_kva, 0.0) if metered.curve_kva else nobody
    shape = _shape(left, mean_kva)
    taken = shape > 0
    room_kva = (metered.peak_kva - today_kva[:, taken].astype(np.float64)) / shape[taken]
    room_kva = np.where(today_kva.max(axis=1) > metered.peak_kva, -np.inf, room_kva.min(axis=1))
    other_kva = -float(quantile_of_days(-room_kva, percentile))
    return Calibration(scale_factor=1.0, other_kva=other_kva * shape)


def coincidence_factor(together_kva: float, own_kva: Iterable[float]) -> float | None:
    """Return the peak of a sum over the sum of the peaks; None where nobody draws anything.

    Examples
    --------
    >>> coincidence_factor(90.0, (60.0, 60.0))
    0.75
    """
    total = sum(own_kva)
    return together_kva / total if total > 0 else None


def _mean_day(curves_kva: Reals) -> Floats:
    return np.asarray(curves_kva.mean(axis=0, dtype=np.float64))


def _shape(*days_kva: Floats) -> Floats:
    """Return the first of some days that is not nothing, its highest value 1; else a constant."""
    for day in days_kva:
        if day.size and day.max() > 0:
            return np.asarray(day / day.max())
    return np.ones_like(days_kva[-1])
