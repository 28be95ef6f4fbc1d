"""How many chargers fit: the tables of the hosting capacity, and the risk as curves."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gridcalc.dossier import Dossier
from gridcalc.hosting.records import Hosting, HostingResult
from gridcalc.report.blocks import Table
from gridcalc.report.curve_style import STROKES
from gridcalc.report.hosting_report import Hosted, hosting_output
from gridcalc.report.modes import FACTOR, Mode, mode_word
from gridcalc.report.page.chart import Chart, Label, Plane, Stroke, Tick
from gridcalc.report.page.parts import Charts, Fold, Item, Key, without_title
from gridcalc.report.page.strokes import (
    BAND,
    CURVE,
    INK,
    LIMIT,
    LIMIT_DASHES,
    THIN,
    dashes_of,
    mode_key,
)
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT

_WIDTH, _HEIGHT = 350.0, 230.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 46.0, 26.0, 12.0, 40.0
_BARS = dict.fromkeys(map(ord, "█░"))
_TICKS = (0, 20, 40, 60, 80, 100)


def capacity_items(dossier: Dossier, wording: Wording) -> Iterator[Item]:
    """Yield tables and curves; nothing where the hosting capacity was not searched."""
    hosting = dossier.hosting
    if hosting is None:
        return
    curved = wording("Probability that some limit is broken")
    blocks = hosting_output(_hosted(hosting, dossier), wording).blocks
    for block in without_title(blocks):
        if isinstance(block, Table) and block.caption == curved:
            yield from capacity_charts(hosting, wording)
            yield Fold(title=wording("The curves as a table"), items=(_without_bars(block),))
        else:
            yield block


def _without_bars(table: Table) -> Table:
    rows = tuple(
        tuple(replace(text, text=text.text.translate(_BARS).strip()) for text in row)
        for row in table.rows
    )
    columns = tuple(replace(column, align="right") for column in table.columns)
    return replace(table, columns=columns, rows=rows, caption="")


def _hosted(hosting: Hosting, dossier: Dossier) -> Hosted:
    question = dossier.question
    share = question.participation_percent
    if share is None:
        share = PERCENT * dossier.policy.number("orderly.participation_share")
    return Hosted(
        hosting=hosting,
        n_draws=max(row.n_draws for row in hosting.results),
        participation_percent=share,
    )


def capacity_charts(hosting: Hosting, wording: Wording) -> Iterator[Charts]:
    """Yield a chart for each season with a curve for each charging mode."""
    rows = [row for row in hosting.results if row.curve]
    if not rows:
        return
    seasons = dict.fromkeys(row.season for row in rows)
    modes = dict.fromkeys(row.charging for row in rows)
    keys = [mode_key(mode, wording.term(f"mode.{mode}"), banded=True) for mode in modes]
    accepted = wording("accepted risk")
    keys.append(Key(text=accepted, colour=LIMIT, dashes=LIMIT_DASHES, width=THIN))
    yield Charts(
        charts=tuple(
            _chart([row for row in rows if row.season == season], hosting, wording)
            for season in seasons
        ),
        caption=wording(
            "Probability that some limit is broken against the share of private bays with a"
            " charger; bands: 95 % Wilson interval."
        ),
        keys=tuple(keys),
    )


def _chart(rows: Sequence[HostingResult], hosting: Hosting, wording: Wording) -> Chart:
    plane = Plane(
        left=_LEFT,
        top=_TOP,
        width=_WIDTH - _LEFT - _RIGHT,
        height=_HEIGHT - _TOP - _BOTTOM,
        x=(0.0, PERCENT),
        y=(0.0, PERCENT),
    )
    risk = PERCENT * hosting.accepted_risk
    _, y = plane.at(0.0, risk)
    lines = [_line(plane, row) for row in rows]
    level = plane.path([(0.0, risk), (PERCENT, risk)])
    lines.append(Stroke(d=level, colour=LIMIT, width=THIN, dashes=LIMIT_DASHES))
    return Chart(
        title=wording.term(rows[0].season),
        width=_WIDTH,
        height=_HEIGHT,
        plane=plane,
        x_ticks=tuple(Tick(at=plane.at(p, 0.0)[0], text=f"{p}") for p in _TICKS),
        y_ticks=tuple(Tick(at=plane.at(0.0, p)[1], text=f"{p}") for p in _TICKS),
        x_title=wording("private bays with a charger [%]"),
        y_title=wording("probability [%]"),
        areas=tuple(_band(plane, row) for row in rows),
        lines=tuple(lines),
        labels=(Label(x=plane.left + 4, y=y - 4, text=f"{risk:g} %", colour=INK),),
    )


def _band(plane: Plane, row: HostingResult) -> Stroke:
    up = [(point.share_percent, PERCENT * point.probability_high) for point in row.curve]
    down = [(point.share_percent, PERCENT * point.probability_low) for point in row.curve[::-1]]
    colour = STROKES[row.charging].colour
    return Stroke(d=f"{plane.path([*up, *down])}Z", colour=colour, opacity=BAND)


def _line(plane: Plane, row: HostingResult) -> Stroke:
    points = [(point.share_percent, PERCENT * point.violation_probability) for point in row.curve]
    return Stroke(
        d=plane.path(points),
        colour=STROKES[row.charging].colour,
        width=CURVE,
        dashes=dashes_of(row.charging),
    )


def fits_words(hosting: Hosting, wording: Wording) -> Iterator[str]:
    """Yield for each mode how many private chargers fit."""
    modes = [_mode(row) for row in hosting.results]
    for row, mode in zip(hosting.results, modes, strict=True):
        n = 0 if row.n_max is None else row.n_max
        yield wording(
            "{mode} {n} of {total}",
            mode=mode_word(mode, modes, wording),
            n=n,
            total=hosting.n_private_bays,
        )


def _mode(row: HostingResult) -> Mode:
    return Mode(name=FACTOR if row.mode == FACTOR else row.charging, season=row.season)
