"""The load of every transformer: methods and charging modes side by side."""

from collections.abc import Iterator, Mapping, Sequence

from gridcalc.checks.transformer import loading_rules
from gridcalc.compound.model import Compound
from gridcalc.outcome import Run
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.elements import TransformerResult
from gridcalc.report.blocks import NO_BREAK, Column, Table, Text, Tone, plain
from gridcalc.report.figures import number, quantity
from gridcalc.report.load_tables import N_SHOWN, left_out
from gridcalc.report.modes import Mode, days_of, mode_of, mode_word, modes_of, seasons_of
from gridcalc.report.wording import Wording

_NONE = "-"


def ranked_transformers(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the transformers, the heaviest of any run first, equal ones by name."""
    peaks: dict[str, float] = {}
    for run in runs:
        for row in run.transformers:
            peaks[row.id] = max(round(row.loading_percent, 1), peaks.get(row.id, 0.0))
    return tuple(sorted(peaks, key=lambda name: (-peaks[name], name)))


def design_limits(compound: Compound, policy: PolicyPack) -> dict[str, float]:
    """Return the design limit of the loading of each transformer. [%]."""
    return {name: policy.number(rule) for name, rule in loading_rules(compound).items()}


def transformer_tables(
    compound: Compound,
    policy: PolicyPack,
    runs: Sequence[Run],
    wording: Wording,
    *,
    show_all: bool,
) -> Iterator[Table]:
    """Yield one table per season: a line per transformer and scenario, a column per mode."""
    limits = design_limits(compound, policy)
    ranked = ranked_transformers(runs)
    shown = ranked if show_all else ranked[:N_SHOWN]
    seasons = seasons_of(runs)
    for season in seasons or ("",):
        caption = ""
        if len(seasons) > 1:
            caption = wording("Simulated days of {season}", season=wording.term(season))
        table = _table(days_of(runs, season), shown, limits, wording, caption=caption)
        yield _with_note(table, left_out(ranked, shown, wording))


def _with_note(table: Table, note: str) -> Table:
    return Table(columns=table.columns, rows=table.rows, caption=table.caption, note=note)


def _table(
    runs: Sequence[Run],
    shown: Sequence[str],
    limits: Mapping[str, float],
    wording: Wording,
    *,
    caption: str,
) -> Table:
    modes = modes_of(runs)
    columns = (
        Column(title=wording("Transformer"), merges=True),
        Column(title=wording("Rating"), align="right", merges=True),
        Column(title=wording("Limit"), align="right", merges=True),
        Column(title=wording("Scenario")),
        *(Column(title=mode_word(mode, modes, wording), align="right") for mode in modes),
    )
    found = {(run.scenario, mode_of(run), row.id): row for run in runs for row in run.transformers}
    sn_kva = {row.id: row.sn_kva for row in found.values()}
    rows = [
        (
            Text(name, "strong"),
            Text(quantity(sn_kva[name], "kVA", wording)),
            Text(f"{limits[name]:g} {wording.term('%')}", "quiet"),
            Text(wording.scenario(scenario)),
            *(_cell(found.get((scenario, mode, name)), limits[name], wording) for mode in modes),
        )
        for name in shown
        if name in sn_kva
        for scenario in dict.fromkeys(run.scenario for run in runs)
    ]
    return Table(columns=columns, rows=tuple(rows), caption=caption)


def _cell(row: TransformerResult | None, limit: float, wording: Wording) -> Text:
    """Return the loading, with the time of the peak where there is a clock."""
    if row is None:
        return Text(wording("no solution"), "bad")
    said = quantity(row.loading_percent, "%", wording)
    at = f"{NO_BREAK}{row.peak_time}" if row.peak_time else ""
    return Text(f"{said}{at}", _tone(row.loading_percent, limit))


def _tone(value: float, limit: float) -> Tone:
    return "bad" if value > limit else "plain"


def transformer_details(
    policy: PolicyPack, limits: Mapping[str, float], runs: Sequence[Run], wording: Wording
) -> Table:
    """Return every transformer of every run with its load, interval, phases and heavy hours."""
    columns = (
        Column(title=wording("Transformer"), merges=True),
        Column(title=wording("Scenario"), merges=True),
        Column(title=wording("Method, charging")),
        Column(title=wording("Load"), align="right"),
        Column(title=wording("Loading"), align="right"),
        Column(title=wording("95 % interval"), align="right"),
        Column(title=wording("Worst phase"), align="right"),
        Column(title=_heavy_title(policy, wording), align="right"),
    )
    modes = modes_of(runs)
    rows = [
        _detail(row, run, modes, (limits[name], policy), wording)
        for name in ranked_transformers(runs)
        for scenario in dict.fromkeys(run.scenario for run in runs)
        for run in runs
        if run.scenario == scenario
        for row in run.transformers
        if row.id == name
    ]
    phase = policy.number("transformer.max_phase_loading_percent")
    return Table(
        columns=columns,
        rows=tuple(rows),
        caption=wording("All transformers of all runs"),
        note=wording("one phase may carry {limit} % of a third of the rating", limit=f"{phase:g}"),
    )


def _heavy_title(policy: PolicyPack, wording: Wording) -> str:
    heavy = policy.number("transformer.heavy_loading_percent")
    return wording("Above {heavy} %", heavy=f"{heavy:g}")


def _detail(
    row: TransformerResult,
    run: Run,
    modes: Sequence[Mode],
    limits: tuple[float, PolicyPack],
    wording: Wording,
) -> tuple[Text, ...]:
    limit, policy = limits
    phase_limit = policy.number("transformer.max_phase_loading_percent")
    letter, phase = row.worst_phase
    return (
        Text(row.id, "strong"),
        *plain(wording.scenario(run.scenario), mode_word(mode_of(run), modes, wording)),
        Text(quantity(row.s_peak_kva, "kVA", wording)),
        _cell(row, limit, wording),
        Text(_interval(row, wording), "quiet"),
        Text(f"{letter} {quantity(phase, '%', wording)}", _tone(phase, phase_limit)),
        Text(quantity(row.above_80_percent_h, "h", wording)),
    )


def _interval(row: TransformerResult, wording: Wording) -> str:
    if row.loading_low_percent is None or row.loading_high_percent is None:
        return _NONE
    low, high = number(row.loading_low_percent, 1), number(row.loading_high_percent, 1)
    return f"{low}…{high} {wording.term('%')}"
