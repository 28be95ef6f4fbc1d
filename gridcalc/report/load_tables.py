"""Loads at a glance: one line per scenario and mode, with what is connected below."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from gridcalc.outcome import Run
from gridcalc.report.blocks import NO_BREAK, Column, Table, Text
from gridcalc.report.extremes import heaviest_branch_text, lowest_voltage_text
from gridcalc.report.figures import quantity
from gridcalc.report.modes import ANY, Mode, mode_words, modes_of
from gridcalc.report.wording import Wording

N_SHOWN = 8


def scenario_table(runs: Sequence[Run], wording: Wording) -> Table:
    """Return peak, lowest voltage and heaviest cable of each scenario and mode.

    Modes of a scenario that are alike in every figure share a line, such as those of a scenario
    without chargers.
    """
    columns = (
        Column(title=wording("Scenario"), merges=True),
        Column(title=wording("Chargers"), align="right", merges=True),
        Column(title=wording("Method, charging")),
        Column(title=wording("10 kV peak"), align="right"),
        Column(title=wording("Lowest LV voltage"), align="right"),
        Column(title=wording("Heaviest cable"), align="right"),
        Column(title=wording("Broken"), align="right"),
    )
    modes = modes_of(runs)
    rows = []
    for _, of_scenario in groupby(_by_scenario(runs), key=lambda run: run.scenario):
        alike: dict[tuple[Text | str, ...], list[Run]] = {}
        for run in of_scenario:
            figures = _figures(run, wording)
            alike.setdefault((run.method, run.season, *figures), []).append(run)
        rows += [
            (
                *_what(some[0], wording),
                Text(_mode_words(some, modes, wording)),
                *_figures(some[0], wording),
            )
            for some in alike.values()
        ]
    note = wording(
        "chargers: private + public; e-bike sockets: {sockets}", sockets=_sockets(runs, wording)
    )
    return Table(columns=columns, rows=tuple(rows), note=note)


def _mode_words(some: Sequence[Run], modes: Sequence[Mode], wording: Wording) -> str:
    """Return the modes of runs that are alike, in short where they are all of a season."""
    mine = modes_of(some)
    of_season = [mode for mode in modes if mode.season == mine[0].season]
    if len(mine) == len(of_season) > 1:
        mine = (Mode(name=ANY, season=mine[0].season),)
    return mode_words(mine, modes, wording)


def _by_scenario(runs: Iterable[Run]) -> list[Run]:
    order = {name: i for i, name in enumerate(dict.fromkeys(run.scenario for run in runs))}
    return sorted(runs, key=lambda run: order[run.scenario])


def _what(run: Run, wording: Wording) -> tuple[Text, ...]:
    chargers = Text(f"{run.n_private_chargers} + {run.n_public_chargers}")
    return Text(wording.scenario(run.scenario), "strong"), chargers


def _figures(run: Run, wording: Wording) -> tuple[Text, ...]:
    n_broken = sum(finding.status == "fail" for finding in run.findings)
    peak = quantity(run.mv.s_peak_kva, "kVA", wording) if run.mv else wording("no solution")
    return (
        Text(peak, "plain" if run.mv else "bad"),
        Text(lowest_voltage_text(run, wording)),
        Text(heaviest_branch_text(run, wording)),
        Text(str(n_broken), "bad" if n_broken else "good"),
    )


def _sockets(runs: Sequence[Run], wording: Wording) -> str:
    """Return how many sockets are connected; one number where all scenarios have the same."""
    counts = {run.scenario: run.n_ebike_sockets for run in runs}
    if len(set(counts.values())) == 1:
        return str(next(iter(counts.values())))
    return wording.words(f"{wording.scenario(name)}{NO_BREAK}{n}" for name, n in counts.items())


def left_out(found: Sequence[object], shown: Sequence[object], wording: Wording) -> str:
    """Return how many rows are not shown, or nothing."""
    n = len(found) - len(shown)
    return wording("… and {n} more (--all shows them)", n=n) if n else ""
