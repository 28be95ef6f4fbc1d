"""One panel of the picture: a transformer from noon to noon."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gridcalc.powerflow.elements import TransformerResult
from gridcalc.report.curve_style import (
    BAND_ALPHA,
    EDGE_PT,
    GRID,
    INK,
    MARK,
    MEDIAN_PT,
    PALE,
    STROKES,
)
from gridcalc.report.figures import number
from gridcalc.report.wording import Wording
from gridcalc.simulation.bands import DayBand
from gridcalc.units import H_PER_DAY, MIN_PER_H, PERCENT

NOON_H = H_PER_DAY / 2
_TICK_H = 2
_ROOM = 1.12
"""Height of the axis over the highest line."""
_SMALL = 7.5
_WORDS_HIGH = 0.07
"""Height of a line of words over that of the axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A transformer: its bands and reported peaks by charging mode, and what it may carry.

    ``factor`` is its row by the factor method; ``valley_start`` a clock time such as ``23:00``.
    """

    id: str
    sn_kva: float
    limit_percent: float
    valley_start: str
    bands: Mapping[str, DayBand]
    peaks: Mapping[str, TransformerResult]
    factor: TransformerResult | None

    @property
    def highest_kva(self) -> float:
        """The highest of everything that is drawn. [kVA]."""
        tops = [max(max(values) for values in band.s_kva) for band in self.bands.values()]
        peaks = [row.s_peak_kva for row in self.peaks.values()]
        factor = [self.factor.s_peak_kva] if self.factor else []
        return max([self.sn_kva, *tops, *peaks, *factor])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A level across the panel with its words at one side."""

    kva: float
    text: str
    dashes: Any
    side: Literal["left", "right"]


def after_noon(clock: str) -> float:
    """Return a clock time in hours from the midnight before, noon to noon.

    Examples
    --------
    >>> after_noon("23:00"), after_noon("07:30")
    (23.0, 31.5)
    """
    hours, minutes = clock.split(":")
    h = int(hours) + int(minutes) / MIN_PER_H
    return h if h >= NOON_H else h + H_PER_DAY


def draw_panel(axes: Any, panel: Panel, top_kva: float, wording: Wording) -> None:
    """Draw a transformer's day; ``top_kva`` is the highest value of all panels of its rating."""
    _frame(axes, panel, top_kva)
    for mode, band in panel.bands.items():
        _band(axes, mode, band)
    for mode, row in panel.peaks.items():
        _peak(axes, mode, row, len(next(iter(panel.bands.values())).s_kva[0]))
    _limits(axes, panel, wording)
    _valley(axes, panel, wording)


def _frame(axes: Any, panel: Panel, top_kva: float) -> None:
    axes.set_xlim(NOON_H, NOON_H + H_PER_DAY)
    axes.set_ylim(0, _ROOM * top_kva)
    hours = np.arange(NOON_H, NOON_H + H_PER_DAY + 1, _TICK_H)
    axes.set_xticks(hours, [f"{int(h % H_PER_DAY)}" for h in hours])
    axes.set_xticks(np.arange(NOON_H, NOON_H + H_PER_DAY), minor=True)
    axes.tick_params(labelsize=8, colors=INK, length=3, width=0.6)
    axes.tick_params(which="minor", length=1.5, width=0.5)
    axes.grid(axis="both", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(PALE)
        axes.spines[side].set_linewidth(0.7)
    axes.axvline(H_PER_DAY, color=PALE, linewidth=0.5, zorder=1)
    axes.set_title(panel.id, loc="left", fontsize=10.5, fontweight="bold", color=INK, pad=7)


def _band(axes: Any, mode: str, band: DayBand) -> None:
    stroke = STROKES[mode]
    low, middle, high = (_from_noon(values) for values in band.s_kva)
    hours = NOON_H + H_PER_DAY * (np.arange(len(middle)) + 0.5) / len(middle)
    axes.fill_between(
        hours, low, high, color=stroke.colour, alpha=BAND_ALPHA, linewidth=0, gid=f"band-{mode}"
    )
    axes.plot(hours, high, color=stroke.colour, ls=stroke.dashes, lw=EDGE_PT)
    axes.plot(hours, middle, color=stroke.colour, ls=stroke.dashes, lw=MEDIAN_PT)


def _from_noon(values: tuple[float, ...]) -> Any:
    return np.roll(np.asarray(values), -(len(values) // 2))


def _peak(axes: Any, mode: str, row: TransformerResult, n_slots: int) -> None:
    """Mark the reported peak, which is a percentile of the daily peaks, at the time of its day."""
    if not row.peak_time:
        return
    stroke = STROKES[mode]
    axes.plot(
        [after_noon(row.peak_time) + H_PER_DAY / n_slots / 2],
        [row.s_peak_kva],
        marker=stroke.marker,
        color=stroke.colour,
        zorder=5,
        **MARK,
    )


def _limits(axes: Any, panel: Panel, wording: Wording) -> None:
    limit_kva = panel.sn_kva * panel.limit_percent / PERCENT
    rated = wording("rated {kva} kVA", kva=number(panel.sn_kva, 0))
    limit = wording(
        "limit {percent} % = {kva} kVA",
        percent=f"{panel.limit_percent:g}",
        kva=number(limit_kva, 0),
    )
    lines = [
        Line(kva=panel.sn_kva, text=rated, dashes="-", side="left"),
        Line(kva=limit_kva, text=limit, dashes=(0, (6, 3)), side="left"),
    ]
    if panel.factor is not None:
        said = wording("factor method {kva} kVA", kva=number(panel.factor.s_peak_kva, 0))
        kva = panel.factor.s_peak_kva
        lines.append(Line(kva=kva, text=said, dashes=(0, (1, 2)), side="right"))
    for line in lines:
        _line(axes, line, is_below=has_line_above(line, lines, axes.get_ylim()[1]))


def has_line_above(line: Line, lines: Iterable[Line], top_kva: float) -> bool:
    """Return whether another line would run through the words above a line.

    Examples
    --------
    >>> rated = Line(kva=800, text="rated", dashes="-", side="left")
    >>> near = Line(kva=815, text="near", dashes="-", side="right")
    >>> has_line_above(rated, [rated, near], 900), has_line_above(near, [rated, near], 900)
    (True, False)
    """
    return any(0 < other.kva - line.kva < _WORDS_HIGH * top_kva for other in lines)


def _line(axes: Any, line: Line, *, is_below: bool) -> None:
    axes.axhline(line.kva, color=INK, linewidth=0.9, linestyle=line.dashes, zorder=3)
    is_left = line.side == "left"
    axes.annotate(
        line.text,
        xy=(0.0 if is_left else 1.0, line.kva),
        xycoords=("axes fraction", "data"),
        xytext=(4 if is_left else -4, -3 if is_below else 2.5),
        textcoords="offset points",
        ha=line.side,
        va="top" if is_below else "bottom",
        fontsize=_SMALL,
        color=INK,
        zorder=6,
    )


def _valley(axes: Any, panel: Panel, wording: Wording) -> None:
    x = after_noon(panel.valley_start)
    axes.axvline(x, color=STROKES["tou"].colour, linewidth=0.8, linestyle=(0, (2, 2)), zorder=2)
    axes.annotate(
        wording("valley tariff {start}", start=panel.valley_start),
        xy=(x, 0.0),
        xycoords=("data", "axes fraction"),
        xytext=(4, 4),
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=_SMALL,
        color=STROKES["tou"].colour,
        zorder=6,
    )
