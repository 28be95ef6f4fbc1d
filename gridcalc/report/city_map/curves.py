"""Day curves and loadings of one compound, small enough for a page with ten thousand."""

from collections.abc import Mapping, Sequence

import numpy as np

from gridcalc.city.records import RunResult
from gridcalc.report.worst_runs import worst_runs

TODAY = "today"
STEPS = "".join(chr(code) for code in range(35, 127) if chr(code) not in "&<>\\")
"""Signs of a curve from nothing to its peak: none of them is written longer in the page."""
_TABLE = bytes([ord(sign) for sign in STEPS] + [ord(STEPS[-1])] * (256 - len(STEPS)))
_DECIMALS = 1
_VOLTAGE_DECIMALS = 3


def curve_text(kw: Sequence[float]) -> str:
    """Return a curve in steps of its peak, one sign of ``STEPS`` for each value.

    Examples
    --------
    >>> curve_text([0.0, 5.0, 10.0])
    '#R~'
    """
    values = np.maximum(np.asarray(kw, dtype=float), 0.0)
    peak = values.max(initial=0.0)
    steps = np.rint(values * ((len(STEPS) - 1) / peak if peak > 0 else 0.0)).astype(np.uint8)
    text: str = steps.tobytes().translate(_TABLE).decode("ascii")
    return text


def curves_shown(day_kw: Mapping[str, Sequence[float]]) -> dict[str, Sequence[float]]:
    """Return the curves a page shows: one of today, and those of the last scenario.

    Curves that are alike are shown once.

    Examples
    --------
    >>> days = {"today/tou": [1.0], "ev-50/tou": [2.0], "ev-100/tou": [3.0]}
    >>> list(curves_shown({**days, "ev-100/managed": [3.0]}))
    ['today/tou', 'ev-100/tou']
    """
    if not day_kw:
        return {}
    last = next(reversed(list(day_kw))).split("/")[0]
    today = next((key for key in day_kw if key.split("/")[0] == TODAY), None)
    keys = [today] if today else []
    keys += [key for key in day_kw if key.split("/")[0] == last and key != today]
    shown: dict[str, Sequence[float]] = {}
    for key in keys:
        if all(day_kw[key] != other for other in shown.values()):
            shown[key] = day_kw[key]
    return shown


def worst_of_seasons(runs: Sequence[RunResult]) -> dict[tuple[str, str, bool], list[float | None]]:
    """Return the runs by scenario, charging and whether all limits hold, worst of their seasons.

    The values are the loading of the transformer, of its worst phase and of the cable [%], and
    the lowest voltage [pu].
    """
    return {
        (*key, worst.passed): [
            _rounded(worst.loading_percent, _DECIMALS),
            _rounded(worst.phase_loading_percent, _DECIMALS),
            _rounded(worst.cable_loading_percent, _DECIMALS),
            _rounded(worst.vm_min_pu, _VOLTAGE_DECIMALS),
        ]
        for key, worst in worst_runs(runs).items()
    }


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
