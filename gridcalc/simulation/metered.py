"""A metered peak or curve in place of the estimate of households and common loads."""

from dataclasses import replace

import numpy as np

from gridcalc.compound.model import Compound, Metered
from gridcalc.network.arrays import Floats
from gridcalc.simulation.base_load import HOUSEHOLD, BaseLoad, quantile_of_days


def with_metered(
    base: BaseLoad,
    compound: Compound,
    transformers: tuple[str, ...],
    today_kw: Floats,
    peak_percentile: float,
) -> BaseLoad:
    """Return the base load with metered transformers following what was metered.

    A metered load contains the chargers and sockets of today, so their mean day is taken off;
    what is left is the curve of the households and common loads of that transformer, which is
    reached on 95 of 100 days. A metered peak without a curve keeps the default curve.

    Parameters
    ----------
    base
        As estimated.
    compound
        With its ``metered`` rows.
    transformers
        Ids in the order of ``base.transformer``.
    today_kw
        Mean day of what charges today under each transformer. [kW], shape (n_transformers, 96)
    peak_percentile
        Share of days that do not exceed the metered peak. [%]
    """
    for row in compound.metered:
        k = transformers.index(row.transformer)
        if (base.transformer == k).any():
            base = _replaced(
                base, k, _target_kw(row, base, k, today_kw[k], peak_percentile), peak_percentile
            )
    return base


def _target_kw(
    row: Metered, base: BaseLoad, k: int, today_kw: Floats, peak_percentile: float
) -> Floats:
    """Return the day that households and common loads have on the metered peak day. [kW]."""
    if row.curve_96_kw is not None:
        return np.maximum(np.array(row.curve_96_kw) - today_kw, 0.0)
    mine = base.transformer == k
    homes = mine & (base.kind == HOUSEHOLD)
    whole = quantile_of_days(base.p_kw[homes].sum(axis=0), peak_percentile)
    common = base.p_kw[mine & (base.kind != HOUSEHOLD)].sum(axis=0)[0]
    shape = whole * base.curves[0] + common
    room = np.maximum((row.peak_kw or 0.0) - today_kw, 0.0)
    return np.asarray(shape * (room / np.maximum(shape, 1e-12)).min())


def _replaced(base: BaseLoad, k: int, target_kw: Floats, peak_percentile: float) -> BaseLoad:
    mine = base.transformer == k
    peak = float(target_kw.max())
    p_kw = base.p_kw.copy()
    whole = float(quantile_of_days(p_kw[mine].sum(axis=0), peak_percentile))
    p_kw[mine] *= peak / whole if whole > 0 else 0.0
    curve = base.curve.copy()
    curve[mine] = len(base.curves)
    shape = target_kw / peak if peak > 0 else np.zeros_like(target_kw)
    return replace(base, curves=np.vstack([base.curves, shape]), curve=curve, p_kw=p_kw)
