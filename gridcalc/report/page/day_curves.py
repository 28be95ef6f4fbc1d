"""The day of each transformer in every scenario: bands of the simulated days against its limit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gridcalc.dossier import Dossier
from gridcalc.outcome import Run
from gridcalc.report.conventions import days_text
from gridcalc.report.curve_style import STROKES
from gridcalc.report.day_panel import NOON_H, after_noon
from gridcalc.report.figures import number
from gridcalc.report.modes import FACTOR, seasons_of
from gridcalc.report.page.chart import Chart, Label, Plane, Point, Stroke, Tick, round_steps
from gridcalc.report.page.parts import Charts, Key
from gridcalc.report.page.strokes import (
    BAND,
    CURVE,
    EDGE,
    FACTOR_DASHES,
    INK,
    LIMIT,
    LIMIT_DASHES,
    THIN,
    VALLEY,
    VALLEY_DASHES,
    dashes_of,
    mode_key,
)
from gridcalc.report.transformer_tables import design_limits, ranked_transformers
from gridcalc.report.wording import Wording
from gridcalc.simulation.bands import BAND_PERCENTILES, DayBand
from gridcalc.units import H_PER_DAY, PERCENT

N_TRANSFORMERS = 6
_WIDTH, _HEIGHT = 350.0, 218.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 46.0, 26.0, 8.0, 40.0
_TICK_H, _MOST_TICKS, _ROOM = 4, 5, 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """A transformer in scenarios that are alike: bands by mode, and its peak by the factor method.

    ``factor_kva`` is ``None`` without the factor method. [kVA]
    """

    scenarios: tuple[str, ...]
    bands: Mapping[str, DayBand]
    factor_kva: float | None

    @property
    def highest_kva(self) -> float:
        """The highest of all that is drawn. [kVA]."""
        tops = [max(band.s_kva[-1]) for band in self.bands.values()]
        return max([*tops, self.factor_kva or 0.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """What a transformer's day is held against: limit of the loading, start of the valley. [%]."""

    limit_percent: float
    valley_start: str


def day_charts(dossier: Dossier, wording: Wording) -> Iterator[Charts]:
    """Yield the charts of each transformer, the heaviest first; nothing without simulated days."""
    season = _season_shown(dossier)
    runs = [run for run in dossier.study.runs if run.method == FACTOR or run.season == season]
    if not any(run.days and run.days.bands for run in runs):
        return
    limits = design_limits(dossier.compound, dossier.policy)
    start = dossier.policy.text("tariff.valley_start")
    for name in ranked_transformers(runs)[:N_TRANSFORMERS]:
        days = _days(runs, name)
        if days:
            rules = _Rules(limit_percent=limits[name], valley_start=start)
            yield _charts(name, days, rules, wording)


def _season_shown(dossier: Dossier) -> str:
    """Return the season the policy pack judges by where it was simulated, else the first."""
    seasons = seasons_of(dossier.study.runs)
    wanted = dossier.policy.text("season.governing")
    return wanted if wanted in seasons else next(iter(seasons), "")


def curves_notes(dossier: Dossier, wording: Wording) -> Iterator[str]:
    """Yield what the bands mean, which days they are of, and how many transformers are missing."""
    low, _, high = BAND_PERCENTILES
    yield wording(
        "Bands: {low} to {high} % of the days in each quarter hour; middle line: the median.",
        low=low,
        high=high,
    )
    season = _season_shown(dossier)
    runs = [run for run in dossier.study.runs if run.season == season and run.days]
    yield days_text(runs, dossier.study.seed, wording)
    n_more = len(ranked_transformers(runs)) - N_TRANSFORMERS
    if n_more > 0:
        yield wording("{n} more transformers are not shown", n=n_more)


def _days(runs: Sequence[Run], name: str) -> tuple[_Day, ...]:
    """Return the days of a transformer; scenarios with the same bands are told together."""
    alike: dict[tuple[object, ...], list[str]] = {}
    found: dict[tuple[object, ...], _Day] = {}
    for scenario in dict.fromkeys(run.scenario for run in runs):
        mine = [run for run in runs if run.scenario == scenario]
        bands = {
            run.charging: band
            for run in mine
            if run.days
            for band in run.days.bands
            if band.id == name
        }
        peaks = [
            row.s_peak_kva
            for run in mine
            if run.method == FACTOR
            for row in run.transformers
            if row.id == name
        ]
        distinct = _distinct(bands)
        key = (tuple(distinct.items()), tuple(peaks))
        if distinct:
            alike.setdefault(key, []).append(scenario)
            found[key] = _Day(
                scenarios=tuple(alike[key]),
                bands=distinct,
                factor_kva=next(iter(peaks), None),
            )
    return tuple(found.values())


def _distinct(bands: Mapping[str, DayBand]) -> dict[str, DayBand]:
    """Return the bands by mode, each once: without chargers all modes are one."""
    kept: dict[str, DayBand] = {}
    for mode in STROKES:
        if mode in bands and bands[mode] not in kept.values():
            kept[mode] = bands[mode]
    return kept


def _charts(name: str, days: Sequence[_Day], rules: _Rules, wording: Wording) -> Charts:
    sn_kva = next(iter(days[0].bands.values())).sn_kva
    top = _ROOM * max([sn_kva, *(day.highest_kva for day in days)])
    charts = [_chart(day, rules, (sn_kva, top), wording) for day in days]
    modes = dict.fromkeys(mode for day in days for mode in day.bands)
    keys = [mode_key(mode, wording.term(f"mode.{mode}"), banded=True) for mode in modes]
    keys += _limit_keys(sn_kva, rules, wording)
    if any(day.factor_kva is not None for day in days):
        said = wording("peak by the factor method")
        keys.append(Key(text=said, colour=INK, dashes=FACTOR_DASHES, width=THIN))
    rated = wording("rated {kva} kVA", kva=number(sn_kva, 0))
    return Charts(
        charts=tuple(charts),
        title=wording("{place}: {said}", place=name, said=rated),
        keys=tuple(keys),
    )


def _limit_keys(sn_kva: float, rules: _Rules, wording: Wording) -> list[Key]:
    limit = wording(
        "limit {percent} % = {kva} kVA",
        percent=f"{rules.limit_percent:g}",
        kva=number(sn_kva * rules.limit_percent / PERCENT, 0),
    )
    rated = wording("rated {kva} kVA", kva=number(sn_kva, 0))
    return [
        Key(text=limit, colour=LIMIT, dashes=LIMIT_DASHES, width=THIN),
        Key(text=rated, colour=INK, width=THIN),
        Key(
            text=wording("valley tariff {start}", start=rules.valley_start),
            colour=VALLEY,
            dashes=VALLEY_DASHES,
            width=THIN,
        ),
    ]


def _chart(day: _Day, rules: _Rules, sizes: tuple[float, float], wording: Wording) -> Chart:
    sn_kva, top = sizes
    plane = Plane(
        left=_LEFT,
        top=_TOP,
        width=_WIDTH - _LEFT - _RIGHT,
        height=_HEIGHT - _TOP - _BOTTOM,
        x=(NOON_H, NOON_H + H_PER_DAY),
        y=(0.0, top),
    )
    limit_kva = sn_kva * rules.limit_percent / PERCENT
    areas = [_area(plane, mode, band) for mode, band in day.bands.items()]
    lines = [line for mode, band in day.bands.items() for line in _lines(plane, mode, band)]
    lines += [
        _level(plane, limit_kva, LIMIT, LIMIT_DASHES),
        _level(plane, sn_kva, INK, ""),
        _valley(plane, rules.valley_start),
    ]
    if day.factor_kva is not None:
        lines.append(_level(plane, day.factor_kva, INK, FACTOR_DASHES))
    return Chart(
        title=wording.words(wording.scenario(name) for name in day.scenarios),
        width=_WIDTH,
        height=_HEIGHT,
        plane=plane,
        x_ticks=tuple(
            Tick(at=plane.at(NOON_H + h, 0.0)[0], text=f"{(NOON_H + h) % H_PER_DAY:g}")
            for h in range(0, int(H_PER_DAY) + 1, _TICK_H)
        ),
        y_ticks=tuple(
            Tick(at=plane.at(0.0, kva)[1], text=f"{kva:g}")
            for kva in round_steps(0.0, top, _MOST_TICKS)
        ),
        x_title=wording("time of day [h]"),
        y_title=wording("load [kVA]"),
        areas=tuple(areas),
        lines=tuple(lines),
        labels=(_limit_label(plane, limit_kva, rules.limit_percent),),
    )


def _limit_label(plane: Plane, limit_kva: float, limit_percent: float) -> Label:
    x, y = plane.at(plane.x[0], limit_kva)
    return Label(x=x + 4, y=y - 3, text=f"{limit_percent:g} %", colour=LIMIT)


def _from_noon(values: Sequence[float]) -> list[Point]:
    """Return hours and values from noon to noon."""
    n, half = len(values), len(values) // 2
    turned = [*values[half:], *values[:half]]
    return [(NOON_H + H_PER_DAY * (k + 0.5) / n, value) for k, value in enumerate(turned)]


def _area(plane: Plane, mode: str, band: DayBand) -> Stroke:
    low, _, high = (_from_noon(values) for values in band.s_kva)
    return Stroke(
        d=f"{plane.path([*high, *reversed(low)])}Z", colour=STROKES[mode].colour, opacity=BAND
    )


def _lines(plane: Plane, mode: str, band: DayBand) -> Iterator[Stroke]:
    """Yield the upper edge of the band, which decides, and the median."""
    _, middle, high = band.s_kva
    colour, dashes = STROKES[mode].colour, dashes_of(mode)
    for values, width in ((high, EDGE), (middle, CURVE)):
        d = plane.path(_from_noon(values))
        yield Stroke(d=d, colour=colour, width=width, dashes=dashes)


def _level(plane: Plane, kva: float, colour: str, dashes: str) -> Stroke:
    d = plane.path([(plane.x[0], kva), (plane.x[1], kva)])
    return Stroke(d=d, colour=colour, width=THIN, dashes=dashes)


def _valley(plane: Plane, start: str) -> Stroke:
    hour = after_noon(start)
    d = plane.path([(hour, plane.y[0]), (hour, plane.y[1])])
    return Stroke(d=d, colour=VALLEY, width=THIN, dashes=VALLEY_DASHES)
