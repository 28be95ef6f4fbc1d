"""The transformers' day as a picture: bands of the simulated days against rating and limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from gridcalc.outcome import Run
from gridcalc.report.check_report import Checked
from gridcalc.report.conventions import days_text, percentile_word
from gridcalc.report.curve_style import BAND_ALPHA, INK, MARK, MEDIAN_PT, PALE, STROKES
from gridcalc.report.day_panel import Panel, draw_panel
from gridcalc.report.modes import FACTOR, days_of, largest_scenario, seasons_of
from gridcalc.report.plot_style import Form, Plot, picture, words_for
from gridcalc.report.text_room import text_width
from gridcalc.report.transformer_tables import design_limits, ranked_transformers
from gridcalc.report.wording import Wording
from gridcalc.simulation.bands import BAND_PERCENTILES
from gridcalc.units import PERCENT

N_PANELS = 6
_PANEL_IN = (5.6, 3.0)
_HEAD_IN, _FOOT_IN = 1.25, 0.9
_FOOTNOTES_IN = (0.32, 0.15)
_LEFT_IN, _RIGHT_IN = 0.75, 0.3
_GAP_IN = (0.6, 0.65)
_PT_PER_IN = 72
_KEY_IN = 0.42
_TITLE, _SMALL = 13, 8.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What the picture shows: the panels, how many were left out, and its texts."""

    panels: tuple[Panel, ...]
    n_left_out: int
    title: str
    subtitle: str
    footnotes: tuple[str, str]


def day_plot(checked: Checked, wording: Wording, *, form: Form) -> Plot | None:
    """Return the day of the heaviest transformers in the scenario that connects most.

    Chinese words that no installed font can draw into a PNG are left to English. ``None`` where
    no simulated day has a solution.
    """
    words = words_for(form, wording)
    said = words.wording
    day = _day(checked, said, has_chinese=words.has_chinese)
    if not day.panels:
        return None
    return Plot(data=picture(lambda: _figure(day, said), form), remark=words.remark)


def _day(checked: Checked, wording: Wording, *, has_chinese: bool) -> Day:
    study = checked.study
    scenario = largest_scenario(study.runs)
    season = _season(checked)
    runs = [run for run in days_of(study.runs, season) if run.scenario == scenario]
    panels = _panels(checked, runs)
    name = checked.compound.name if has_chinese or checked.compound.name.isascii() else ""
    return Day(
        panels=panels[:N_PANELS],
        n_left_out=max(len(panels) - N_PANELS, 0),
        title=f"{checked.compound.id}  {name}".rstrip(),
        subtitle=wording(
            "Load of the transformers over a {season} day in {scenario}",
            season=wording.term(season),
            scenario=wording.scenario(scenario),
        ),
        footnotes=(days_text(runs, study.seed, wording), _footnote(runs, wording)),
    )


def _season(checked: Checked) -> str:
    """Return the season the policy pack judges by where it was simulated, else the first."""
    seasons = seasons_of(checked.study.runs)
    wanted = checked.policy.text("season.governing")
    return wanted if wanted in seasons else next(iter(seasons), "")


def _panels(checked: Checked, runs: Sequence[Run]) -> tuple[Panel, ...]:
    limits = design_limits(checked.compound, checked.policy)
    simulated = [run for run in runs if run.days is not None]
    bands = {
        (run.charging, band.id): band for run in simulated if run.days for band in run.days.bands
    }
    peaks = {(run.charging, row.id): row for run in simulated for row in run.transformers}
    factor = {row.id: row for run in runs if run.method == FACTOR for row in run.transformers}
    drawn = {name for _, name in bands}
    return tuple(
        Panel(
            id=name,
            sn_kva=next(band.sn_kva for (_, other), band in bands.items() if other == name),
            limit_percent=limits[name],
            valley_start=checked.policy.text("tariff.valley_start"),
            bands={mode: bands[mode, name] for mode in STROKES if (mode, name) in bands},
            peaks={mode: peaks[mode, name] for mode in STROKES if (mode, name) in peaks},
            factor=factor.get(name),
        )
        for name in [*ranked_transformers(runs), *sorted(drawn - set(ranked_transformers(runs)))]
        if name in drawn
    )


def _footnote(runs: Sequence[Run], wording: Wording) -> str:
    days = next((run.days for run in runs if run.days is not None), None)
    low, _, high = BAND_PERCENTILES
    return wording(
        "Bands: {low} to {high} % of the days in each quarter hour, with the median; marks: peak"
        " that is judged, {percentile} of the daily peaks at the time of its day",
        low=low,
        high=high,
        percentile=percentile_word(days.percentile if days else PERCENT),
    )


def _figure(day: Day, wording: Wording) -> Figure:
    n = len(day.panels)
    n_columns = min(n, 2)
    n_rows = -(-n // n_columns)
    width = _LEFT_IN + _RIGHT_IN + n_columns * _PANEL_IN[0] + (n_columns - 1) * _GAP_IN[0]
    if n_columns == 1:
        width += _PANEL_IN[0] / 2
    height = _HEAD_IN + _FOOT_IN + n_rows * _PANEL_IN[1] + (n_rows - 1) * _GAP_IN[1]
    figure = Figure(figsize=(width, height), facecolor="white")
    inner = width - _LEFT_IN - _RIGHT_IN
    across = (inner - (n_columns - 1) * _GAP_IN[0]) / n_columns
    tops: dict[float, float] = {}
    for panel in day.panels:
        tops[panel.sn_kva] = max(tops.get(panel.sn_kva, 0.0), panel.highest_kva)
    for k, panel in enumerate(day.panels):
        row, column = divmod(k, n_columns)
        left = _LEFT_IN + column * (across + _GAP_IN[0])
        bottom = height - _HEAD_IN - (row + 1) * _PANEL_IN[1] - row * _GAP_IN[1]
        axes = figure.add_axes(
            (left / width, bottom / height, across / width, _PANEL_IN[1] / height)
        )
        draw_panel(axes, panel, tops[panel.sn_kva], wording)
        if column == 0:
            axes.set_ylabel(wording("load [kVA]"), fontsize=_SMALL, color=INK)
        if k + n_columns >= n:
            axes.set_xlabel(wording("time of day [h]"), fontsize=_SMALL, color=INK)
    _words(figure, day, wording)
    return figure


def _words(figure: Figure, day: Day, wording: Wording) -> None:
    """Write title, legend and footnote at fixed places, whatever fonts are installed."""
    width, height = (float(side) for side in figure.get_size_inches())
    left = _LEFT_IN / width

    def write(text: str, inches_down: float, size: float, colour: str) -> None:
        y = 1 - inches_down / height
        weight = "bold" if size == _TITLE and text.isascii() else "normal"
        figure.text(left, y, text, fontsize=size, color=colour, fontweight=weight, va="baseline")

    write(day.title, 0.34, _TITLE, INK)
    write(day.subtitle, 0.58, _SMALL + 1, INK)
    _legend(figure, day, wording, 0.86)
    for k, footnote in enumerate(day.footnotes):
        write(footnote, height - _FOOTNOTES_IN[k], 7.5, PALE)
    if day.n_left_out:
        said = wording("{n} more transformers are not shown", n=day.n_left_out)
        figure.text(
            1 - _RIGHT_IN / width,
            1 - 0.34 / height,
            said,
            fontsize=_SMALL,
            color=PALE,
            ha="right",
            va="baseline",
        )


def _legend(figure: Figure, day: Day, wording: Wording, inches_down: float) -> None:
    width, height = (float(side) for side in figure.get_size_inches())
    x_in, y = _LEFT_IN, 1 - inches_down / height
    for mode in dict.fromkeys(mode for panel in day.panels for mode in panel.bands):
        word = wording.term(mode)
        _key(figure, mode, (x_in / width, y - 0.035 / height), (_KEY_IN / width, 0.15 / height))
        figure.text(
            (x_in + _KEY_IN + 0.08) / width, y, word, fontsize=_SMALL, color=INK, va="baseline"
        )
        x_in += _KEY_IN + text_width(word, _SMALL) / _PT_PER_IN + 0.35


def _key(figure: Figure, mode: str, corner: tuple[float, float], size: tuple[float, float]) -> None:
    """Draw the key of a mode as it stands in the panels: band, median and mark."""
    stroke = STROKES[mode]
    x, y = corner[0], corner[1] + size[1] / 2
    figure.add_artist(Rectangle(corner, *size, color=stroke.colour, alpha=BAND_ALPHA, linewidth=0))
    figure.add_artist(
        Line2D([x, x + size[0]], [y, y], color=stroke.colour, ls=stroke.dashes, lw=MEDIAN_PT)
    )
    figure.add_artist(
        Line2D([x + size[0] / 2], [y], color=stroke.colour, marker=stroke.marker, **MARK)
    )
