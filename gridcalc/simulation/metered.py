"""A metered peak or curve in place of the estimate of households and common loads."""

from dataclasses import replace

import numpy as np

from gridcalc.compound.model import Compound, Metered
from gridcalc.network.arrays import Floats
from gridcalc.simulation.base_load import HOUSEHOLD, BaseLoad, quantile_of_days

_HALVINGS = 50


def with_metered(
    base: BaseLoad,
    compound: Compound,
    transformers: tuple[str, ...],
    today_kw: Floats,
    peak_percentile: float,
) -> BaseLoad:
    """Return the base load with metered transformers following what was metered.

    A metered load contains the chargers and sockets of today, so their mean day is taken off;
    what is left is the curve of the households and common loads of that transformer. It is
    scaled so that base and charging of today together have a daily peak that the stated share of
    days does not exceed at the metered peak; where charging alone exceeds it, nothing is left.
    A metered peak without a curve keeps the default curve.

    Parameters
    ----------
    base
        As estimated.
    compound
        With its ``metered`` rows.
    transformers
        Ids in the order of ``base.transformer``.
    today_kw
        What charges today under each transformer. [kW], shape (n_transformers, n_days, 96)
    peak_percentile
        Share of days that do not exceed the metered peak. [%]
    """
    for row in compound.metered:
        k = transformers.index(row.transformer)
        if (base.transformer == k).any():
            peak_kw = max(row.curve_96_kw) if row.curve_96_kw else row.peak_kw or 0.0
            target_kw = _target_kw(row, base, k, today_kw[k].mean(axis=0), peak_percentile)
            base = _replaced(base, k, target_kw)
            base = _scaled(base, k, today_kw[k], peak_kw, peak_percentile)
    return base


def _target_kw(
    row: Metered, base: BaseLoad, k: int, mean_today_kw: Floats, peak_percentile: float
) -> Floats:
    """Return the day that households and common loads have on the metered peak day. [kW]."""
    if row.curve_96_kw is not None:
        return np.maximum(np.array(row.curve_96_kw) - mean_today_kw, 0.0)
    mine = base.transformer == k
    homes = mine & (base.kind == HOUSEHOLD)
    whole = quantile_of_days(base.p_kw[homes].sum(axis=0), peak_percentile)
    common = base.p_kw[mine & (base.kind != HOUSEHOLD)].sum(axis=0)[0]
    return np.asarray(whole * base.curves[0] + common)


def _replaced(base: BaseLoad, k: int, target_kw: Floats) -> BaseLoad:
    """Return the base load with the curve of a transformer put in place of its own."""
    mine = base.transformer == k
    peak_kw = float(target_kw.max())
    curve = base.curve.copy()
    curve[mine] = len(base.curves)
    shape = target_kw / peak_kw if peak_kw > 0 else np.zeros_like(target_kw)
    return replace(base, curves=np.vstack([base.curves, shape]), curve=curve)


def _scaled(
    base: BaseLoad, k: int, today_kw: Floats, peak_kw: float, peak_percentile: float
) -> BaseLoad:
    """Return the base load of a transformer so large that today's peak is the metered one."""
    mine = base.transformer == k
    of_day = base.p_kw[mine].sum(axis=0)
    alone_kw = float(quantile_of_days(of_day, peak_percentile))
    scale = peak_kw / alone_kw if alone_kw > 0 else 0.0
    if today_kw.any():
        low, high = 0.0, scale
        for _ in range(_HALVINGS):
            scale = (low + high) / 2
            peaks = (scale * of_day[:, None] * base.curves[-1] + today_kw).max(axis=1)
            fits = quantile_of_days(peaks, peak_percentile) <= peak_kw
            low, high = (scale, high) if fits else (low, scale)
        scale = low
    p_kw = base.p_kw.copy()
    p_kw[mine] *= scale
    return replace(base, p_kw=p_kw)
