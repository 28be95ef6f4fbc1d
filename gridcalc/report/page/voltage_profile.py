"""Voltage along the feeders against its limits: as it is, with the chargers, after the works."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gridcalc.demand.scenario import TODAY
from gridcalc.dossier import Dossier
from gridcalc.outcome import Run
from gridcalc.policy import PolicyPack
from gridcalc.report.figures import number, signed
from gridcalc.report.modes import mode_of, mode_word, modes_of
from gridcalc.report.page.chart import Chart, Label, Mark, Plane, Stroke, Tick, apart, round_steps
from gridcalc.report.page.feeder_lines import FeederLine, envelope, feeder_lines
from gridcalc.report.page.parts import Charts, Key
from gridcalc.report.page.strokes import INK, LIMIT, LIMIT_DASHES, PALE, SERIES, THIN
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT, VN_MV_KV

MOST_LINES = 30
"""Feeders that are drawn one by one; of more, the range is drawn beside the worst."""
_WIDTH, _HEIGHT = 350.0, 260.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 46.0, 26.0, 62.0, 40.0
_LABEL_PX, _END_R = 12.0, 5.0
_N_STEPS, _MOST_X_TICKS, _MOST_Y_TICKS = 40, 4, 6
_ROOM_PU, _LEAST_M = 0.01, 10.0
_TRUNK, _BRANCH, _OTHER = 1.9, 0.8, 0.9
_GREY, _RANGE, _RANGE_OPACITY = "#9aa3ad", "#9aa3ad", 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """The feeders of one state of the compound, the lowest voltage first."""

    title: str
    lines: tuple[FeederLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """What all charts share: greatest distance, range of voltages, and the limits. [m, pu]."""

    most_m: float
    low_pu: float
    high_pu: float
    limits_pu: tuple[float, float]


def voltage_charts(dossier: Dossier, wording: Wording) -> Iterator[Charts]:
    """Yield one group of charts; nothing where no voltages were found."""
    states = tuple(row for row in _states(dossier, wording) if row.lines)
    if not states:
        return
    scale = _scale(states, dossier.policy)
    yield Charts(
        charts=tuple(_chart(state, scale, wording) for state in states),
        caption=_caption(states, wording),
        keys=tuple(_keys(states, wording)),
    )


def _states(dossier: Dossier, wording: Wording) -> Iterator[_State]:
    """Yield today, the run that decides, and the same scenario after the works."""
    deciding = dossier.deciding_run
    runs = dossier.study.runs
    modes = modes_of(runs)
    before = [
        run
        for run in runs
        if run.scenario == TODAY and mode_of(run) == mode_of(deciding) and run is not deciding
    ]
    for run in [*before, deciding]:
        title = wording(
            "{scenario}, {mode}",
            scenario=wording.scenario(run.scenario),
            mode=mode_word(mode_of(run), modes, wording),
        )
        yield _State(title=title, lines=feeder_lines(dossier.resolved, voltages(run)))
    after = dossier.after
    run_after = run_after_works(dossier)
    if after is not None and run_after is not None:
        title = wording(
            "after the works: {scenario}, {mode}",
            scenario=wording.scenario(run_after.scenario),
            mode=mode_word(mode_of(run_after), modes, wording),
        )
        yield _State(title=title, lines=feeder_lines(after.compound, voltages(run_after)))


def run_after_works(dossier: Dossier) -> Run | None:
    """Return the run after the least-cost plan that compares with the deciding one.

    Under control where the plan rests on it; ``None`` without a plan.
    """
    after, before = dossier.after, dossier.deciding_run
    if after is None:
        return None
    runs = [run for run in after.study.runs if run.scenario == before.scenario]
    managed = [run for run in runs if run.charging == "managed"]
    alike = [run for run in runs if mode_of(run) == mode_of(before)]
    rests_on_control = after.study.verdict == "ready_managed" and managed
    return next(iter(managed if rests_on_control else alike), None)


def voltages(run: Run) -> Mapping[str, float]:
    """Return the lowest phase voltage of each LV node in a run. [pu of 380/220 V]."""
    return {row.id: row.vm_min_pu for row in run.nodes if row.vn_kv < VN_MV_KV}


def _scale(states: Sequence[_State], policy: PolicyPack) -> _Scale:
    points = [point for state in states for line in state.lines for point in line.points]
    drop = policy.number("voltage.max_drop_single_phase_percent")
    rise = policy.number("voltage.max_rise_single_phase_percent")
    limits = (1 - drop / PERCENT, 1 + rise / PERCENT)
    values = [vm for _, vm in points]
    return _Scale(
        most_m=max([_LEAST_M, *(at_m for at_m, _ in points)]),
        low_pu=min([limits[0], *values]) - _ROOM_PU,
        high_pu=max([limits[1], *values]) + _ROOM_PU,
        limits_pu=limits,
    )


def _chart(state: _State, scale: _Scale, wording: Wording) -> Chart:
    plane = Plane(
        left=_LEFT,
        top=_TOP,
        width=_WIDTH - _LEFT - _RIGHT,
        height=_HEIGHT - _TOP - _BOTTOM,
        x=(0.0, scale.most_m),
        y=(scale.low_pu, scale.high_pu),
    )
    worst = state.lines[: len(SERIES)]
    others = state.lines[len(SERIES) :]
    areas = [_range(plane, others)] if len(state.lines) > MOST_LINES else []
    lines = [] if areas else [stroke for row in others for stroke in _grey(plane, row)]
    lines += [stroke for k in reversed(range(len(worst))) for stroke in _bold(plane, worst[k], k)]
    lines += [_level(plane, value) for value in scale.limits_pu]
    return Chart(
        title=state.title,
        width=_WIDTH,
        height=_HEIGHT,
        plane=plane,
        x_ticks=tuple(
            Tick(at=plane.at(m, scale.low_pu)[0], text=f"{m:g}")
            for m in round_steps(0.0, scale.most_m, _MOST_X_TICKS)
        ),
        y_ticks=tuple(
            Tick(at=plane.at(0.0, vm)[1], text=number(vm, 2))
            for vm in round_steps(scale.low_pu, scale.high_pu, _MOST_Y_TICKS)
        ),
        x_title=wording("cable from the LV board [m]"),
        y_title=wording("voltage [pu of 380/220 V]"),
        areas=tuple(areas),
        lines=tuple(lines),
        marks=tuple(_end(plane, row, k) for k, row in enumerate(worst)),
        labels=(*_names(plane, worst), *_limit_labels(plane, scale, wording)),
    )


def _range(plane: Plane, lines: Sequence[FeederLine]) -> Stroke:
    rows = envelope(lines, _N_STEPS)
    around = [(x, high) for x, _, high in rows] + [(x, low) for x, low, _ in reversed(rows)]
    return Stroke(d=f"{plane.path(around)}Z", colour=_RANGE, opacity=_RANGE_OPACITY)


def _grey(plane: Plane, line: FeederLine) -> Iterator[Stroke]:
    yield Stroke(d=plane.path(line.trunk), colour=_GREY, width=_OTHER)


def _bold(plane: Plane, line: FeederLine, k: int) -> Iterator[Stroke]:
    """Yield the branches of a feeder in one thin stroke, then its trunk."""
    colour, dashes = SERIES[k]
    if line.branches:
        d = "".join(plane.path(pair) for pair in line.branches)
        yield Stroke(d=d, colour=colour, width=_BRANCH)
    yield Stroke(d=plane.path(line.trunk), colour=colour, width=_TRUNK, dashes=dashes)


def _end(plane: Plane, line: FeederLine, k: int) -> Mark:
    x, y = plane.at(*line.trunk[-1])
    return Mark(x=x, y=y, colour=SERIES[k][0], title=f"{line.id} {number(line.lowest_pu, 3)} pu")


def _names(plane: Plane, worst: Sequence[FeederLine]) -> Iterator[Label]:
    """Yield the names of the worst feeders beside the plane, at the height of their ends."""
    ends = [plane.at(*line.trunk[-1])[1] for line in worst]
    places = apart(ends, _LABEL_PX, plane.top + _END_R, plane.bottom)
    for k, (line, y) in enumerate(zip(worst, places, strict=True)):
        name = shortened(line.id)
        yield Label(x=plane.right + _END_R, y=y + 3, text=name, colour=SERIES[k][0])


def shortened(name: str, most: int = 9) -> str:
    """Return a name that fits beside a chart.

    Examples
    --------
    >>> shortened("T1-F3"), shortened("T1-feeder-north")
    ('T1-F3', 'T1-feede…')
    """
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _level(plane: Plane, vm_pu: float) -> Stroke:
    d = plane.path([(plane.x[0], vm_pu), (plane.x[1], vm_pu)])
    return Stroke(d=d, colour=LIMIT, width=THIN, dashes=LIMIT_DASHES)


def _limit_labels(plane: Plane, scale: _Scale, wording: Wording) -> Iterator[Label]:
    for vm_pu, down in zip(scale.limits_pu, (-4.0, 11.0), strict=True):
        x, y = plane.at(plane.x[0], vm_pu)
        text = wording("limit {percent} %", percent=signed(PERCENT * (vm_pu - 1), 0))
        yield Label(x=x + 4, y=y + down, text=text, colour=LIMIT)


def _caption(states: Sequence[_State], wording: Wording) -> str:
    n = max(len(state.lines) for state in states)
    shown = min(n, len(SERIES))
    return wording(
        "Lowest phase voltage at the peak along each of {n} feeders; the {shown} lowest are named,"
        " dots mark their lowest nodes.",
        n=n,
        shown=shown,
    )


def _keys(states: Sequence[_State], wording: Wording) -> Iterator[Key]:
    n = max(len(state.lines) for state in states)
    yield Key(text=wording("limits of the voltage"), colour=LIMIT, dashes=LIMIT_DASHES, width=THIN)
    yield Key(text=wording("branches of a feeder"), colour=PALE, width=_BRANCH)
    if n > MOST_LINES:
        yield Key(text=wording("range of the other feeders"), colour=_RANGE, fill=_RANGE, width=0)
    elif n > len(SERIES):
        yield Key(text=wording("other feeders"), colour=_GREY, width=_OTHER)
    yield Key(text=wording("named feeders"), colour=INK, width=_TRUNK)
