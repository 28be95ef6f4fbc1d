"""The steps of a connection on the calendar: one bar each, rest days shaded."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from gridcalc.report.curve_style import GRID, INK, PALE
from gridcalc.report.plot_style import Form, Plot, picture, words_for
from gridcalc.report.text_room import text_width
from gridcalc.report.timeline_report import customer_text, duration_text
from gridcalc.report.timeline_tree import Timed
from gridcalc.report.wording import Wording
from gridcalc.timeline.calendar import days_between, is_working_day
from gridcalc.timeline.records import DatedStep

CRITICAL, OTHER, REST = "#D55E00", "#0072B2", "#ececec"
"""Colours of Okabe and Ito; bars that are not critical are hatched, to be told apart in grey."""
_HATCH = "////"
_ROW_IN, _BAR = 0.36, 0.56
_HEAD_IN, _FOOT_IN = 1.2, 0.85
_LEFT_MIN_IN, _RIGHT_IN, _AXIS_IN = 1.6, 0.35, 8.6
_PT_PER_IN = 72
_TITLE, _SMALL, _TINY = 13, 8.5, 7.5
_ROOM_SHARE = 0.16
"""Room behind the last day for the words at the last bars, over the length of the whole."""
_TICK_DAYS = ((45, 3), (160, 7), (400, 14))
"""Up to so many days on the axis, a date stands at every so many."""
_MOST_TICKS = 24
_MOST_DAYS_OF_ONE_YEAR = 365


def gantt(found: Timed, wording: Wording, *, form: Form) -> Plot:
    """Return the timeline as a bar chart, the same bytes each time.

    Chinese words that no installed font can draw into a PNG are left to English.
    """
    words = words_for(form, wording)
    said, has_chinese = words.wording, words.has_chinese
    return Plot(
        data=picture(lambda: _figure(found, said, has_chinese=has_chinese), form),
        remark=words.remark,
    )


def _figure(found: Timed, wording: Wording, *, has_chinese: bool) -> Figure:
    steps = found.timeline.steps
    labels = [_label(row, wording) for row in steps]
    widest = max(text_width(label, _SMALL) for label in labels) / _PT_PER_IN
    left = max(_LEFT_MIN_IN, widest + 0.35)
    width = left + _AXIS_IN + _RIGHT_IN
    height = _HEAD_IN + _FOOT_IN + _ROW_IN * len(steps)
    figure = Figure(figsize=(width, height), facecolor="white")
    axes = figure.add_axes(
        (left / width, _FOOT_IN / height, _AXIS_IN / width, _ROW_IN * len(steps) / height)
    )
    first, last = _shown_days(found)
    _frame(axes, labels, first, last)
    _rest_days(axes, first, last)
    for k, row in enumerate(steps):
        _bar(axes, k, row, first, wording)
    _links(axes, steps, first)
    _words(figure, found, wording, has_chinese=has_chinese)
    return figure


def _label(row: DatedStep, wording: Wording) -> str:
    return wording(
        "{step} ({responsible})",
        step=wording.term(row.step.id),
        responsible=wording.term(row.step.responsible),
    )


def _shown_days(found: Timed) -> tuple[date, date]:
    """Return the first and the last day of the axis, with room for words at the last bars."""
    timeline = found.timeline
    n_days = (timeline.finish - timeline.start).days
    room = timedelta(days=max(3, round(n_days * _ROOM_SHARE)))
    return timeline.start, timeline.finish + room


def _frame(axes: Any, labels: list[str], first: date, last: date) -> None:
    n_days = (last - first).days + 1
    axes.set_xlim(0, n_days)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), labels)
    step = next((every for most, every in _TICK_DAYS if n_days <= most), n_days // _MOST_TICKS)
    days = [first + timedelta(days=k) for k in range(0, n_days, step)]
    if n_days > _MOST_DAYS_OF_ONE_YEAR:
        days = days[::2]
    words = [f"{day:%Y-%m}" if n_days > _MOST_DAYS_OF_ONE_YEAR else f"{day:%m-%d}" for day in days]
    axes.set_xticks([(day - first).days + 0.5 for day in days], words, rotation=0)
    axes.tick_params(labelsize=_SMALL, colors=INK, length=0)
    axes.tick_params(axis="x", labelsize=_TINY, length=3, width=0.6)
    axes.set_axisbelow(True)
    for k in range(len(labels)):
        axes.axhline(k + 0.5, color=GRID, linewidth=0.6, zorder=0.5)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(PALE)
    axes.spines["bottom"].set_linewidth(0.7)


def _rest_days(axes: Any, first: date, last: date) -> None:
    """Shade runs of rest days; make-up working days stay white."""
    for start, length in rest_runs(first, last):
        axes.axvspan(start, start + length, color=REST, linewidth=0, zorder=0, gid="rest")


def rest_runs(first: date, last: date) -> Iterator[tuple[int, int]]:
    """Yield where each run of rest days begins, in days after the first, and how long it is.

    Examples
    --------
    >>> list(rest_runs(date(2026, 9, 28), date(2026, 10, 12)))
    [(3, 7), (13, 1)]
    """
    days = enumerate(days_between(first, last))
    for is_work, run in groupby(days, key=lambda pair: is_working_day(pair[1])):
        offsets = [k for k, _ in run]
        if not is_work:
            yield offsets[0], len(offsets)


def _bar(axes: Any, k: int, row: DatedStep, first: date, wording: Wording) -> None:
    colour = CRITICAL if row.is_critical else OTHER
    begin, end = (row.start - first).days, (row.finish - first).days + 1
    if row.step.working_days == 0:
        axes.plot([end], [k], marker="D", markersize=6, color=colour, zorder=4, gid="no-days")
    else:
        bar = Rectangle(
            (begin, k - _BAR / 2),
            end - begin,
            _BAR,
            facecolor=colour,
            edgecolor="white" if not row.is_critical else colour,
            hatch=None if row.is_critical else _HATCH,
            linewidth=0,
            alpha=0.9,
            zorder=3,
            gid="critical" if row.is_critical else "other",
        )
        axes.add_patch(bar)
    is_long = end > _MOST_DAYS_OF_ONE_YEAR
    day = row.finish.isoformat() if is_long else f"{row.finish:%m-%d}"
    said = wording("{n} d, to {day}", n=row.step.working_days, day=day)
    axes.annotate(
        said,
        (end, k),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        fontsize=_TINY,
        color=INK,
        zorder=5,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "alpha": 0.75, "linewidth": 0},
    )


def _links(axes: Any, steps: tuple[DatedStep, ...], first: date) -> None:
    """Draw from the end of each step down to the begin of those that wait for it."""
    rows = {row.step.id: k for k, row in enumerate(steps)}
    for k, row in enumerate(steps):
        for name in row.step.after:
            before = steps[rows[name]]
            x_end = (before.finish - first).days + 1
            x_begin = (row.start - first).days if row.step.working_days else x_end
            is_critical = before.is_critical and row.is_critical
            axes.plot(
                [x_end, x_end, x_begin],
                [rows[name] + _BAR / 2, k, k],
                color=CRITICAL if is_critical else PALE,
                linewidth=1.0 if is_critical else 0.7,
                zorder=2,
            )


def _words(figure: Figure, found: Timed, wording: Wording, *, has_chinese: bool) -> None:
    """Write title, legend and footnote at fixed places, whatever fonts are installed."""
    width, height = (float(side) for side in figure.get_size_inches())
    timeline, compound = found.timeline, found.compound
    customer = customer_text(timeline, wording)
    name = compound.name if has_chinese or compound.name.isascii() else ""
    said = wording(
        "{start} to {finish}: {duration}",
        start=timeline.start.isoformat(),
        finish=timeline.finish.isoformat(),
        duration=duration_text(timeline, wording),
    )
    title = f"{compound.id}  {name}".rstrip()
    lines = (
        (title, 0.34, _TITLE, INK),
        (wording.clauses([customer, timeline.policy_id, said]), 0.58, _SMALL + 1, INK),
        (_footnote(found, wording), height - 0.2, _TINY, PALE),
    )
    for text, down_in, size, colour in lines:
        weight = "bold" if size == _TITLE and text.isascii() else "normal"
        y = 1 - down_in / height
        figure.text(0.2 / width, y, text, fontsize=size, color=colour, fontweight=weight)
    _legend(figure, wording)


def _footnote(found: Timed, wording: Wording) -> str:
    said = wording("Each step takes as long as its deadline allows")
    until = found.timeline.known_until
    if until is None:
        return said
    later = wording(
        "after {day} weekends and statutory holidays rest; no schedule is known",
        day=until.isoformat(),
    )
    return wording.clauses([said, later])


def _legend(figure: Figure, wording: Wording) -> None:
    width, height = (float(side) for side in figure.get_size_inches())
    keys = (
        (wording("critical path"), CRITICAL, None),
        (wording("with slack"), OTHER, _HATCH),
        (wording("rest day or holiday"), REST, None),
    )
    x_in, y = 0.2, 1 - 0.86 / height
    for word, colour, hatch in keys:
        key = Rectangle(
            (x_in / width, y - 0.01),
            0.34 / width,
            0.14 / height,
            facecolor=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0,
        )
        figure.add_artist(key)
        figure.text((x_in + 0.42) / width, y, word, fontsize=_SMALL, color=INK, va="baseline")
        x_in += 0.42 + text_width(word, _SMALL) / _PT_PER_IN + 0.35
    figure.add_artist(
        Line2D([x_in / width], [y + 0.06 / height], marker="D", markersize=5, color=CRITICAL, lw=0)
    )
    said = wording("step without days of its own")
    figure.text((x_in + 0.12) / width, y, said, fontsize=_SMALL, color=INK, va="baseline")
