"""What only simulated days can tell: service under orderly charging, hot spot and ageing."""

from collections.abc import Iterator, Sequence

from gridcalc.checks.facts import HotSpot, Served
from gridcalc.outcome import Run
from gridcalc.policy import PolicyPack
from gridcalc.report.blocks import NO_BREAK, Block, Column, Heading, Table, Text
from gridcalc.report.conventions import percentile_word
from gridcalc.report.figures import number, quantity
from gridcalc.report.load_tables import N_SHOWN, left_out
from gridcalc.report.modes import largest_scenario, mode_of, mode_word, modes_of
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT

_NONE = "-"


def service_blocks(
    runs: Sequence[Run], policy: PolicyPack, wording: Wording, *, show_all: bool
) -> Iterator[Block]:
    """Yield how cars under orderly control are served in the scenario that connects most.

    Nothing where nobody controls; with ``show_all`` in every scenario that has chargers.
    """
    largest = largest_scenario(runs)
    served = [
        (run, run.days.served)
        for run in runs
        if run.days and run.days.served and (show_all or run.scenario == largest)
    ]
    served = [(run, row) for run, row in served if run.n_private_chargers]
    if not served:
        return
    days = served[0][0].days
    low = percentile_word(PERCENT - days.percentile) if days else ""
    columns = (
        Column(title=wording("Scenario")),
        Column(title=wording("Method, charging")),
        Column(title=wording("Taking part"), align="right"),
        Column(title=wording("Energy delivered {low}", low=low), align="right"),
        Column(title=wording("mean"), align="right"),
        Column(title=wording("Charges served {low}", low=low), align="right"),
        Column(title=wording("mean"), align="right"),
    )
    modes = modes_of(runs)
    rows = tuple(
        (
            Text(wording.scenario(run.scenario), "strong"),
            Text(mode_word(mode_of(run), modes, wording)),
            *_service(row, policy, wording),
        )
        for run, row in served
    )
    yield Heading(text=wording("Service under orderly charging"))
    yield Table(columns=columns, rows=rows, note=_service_note(policy, low, wording))


def _service(row: Served, policy: PolicyPack, wording: Wording) -> tuple[Text, ...]:
    energy, sessions = row.energy_delivered_percent, row.sessions_served_percent
    low_energy = energy < policy.number("orderly.min_energy_delivered_percent")
    low_sessions = sessions < policy.number("orderly.min_sessions_served_percent")
    return (
        Text(f"{row.participation_percent:g} {wording.term('%')}"),
        Text(quantity(energy, "%", wording), "bad" if low_energy else "good"),
        Text(quantity(row.energy_delivered_mean_percent, "%", wording)),
        Text(quantity(sessions, "%", wording), "bad" if low_sessions else "good"),
        Text(quantity(row.sessions_served_mean_percent, "%", wording)),
    )


def _service_note(policy: PolicyPack, low: str, wording: Wording) -> str:
    return wording(
        "{low} of the days; limits: energy {energy} %, charges with their energy {sessions} %",
        low=low,
        energy=f"{policy.number('orderly.min_energy_delivered_percent'):g}",
        sessions=f"{policy.number('orderly.min_sessions_served_percent'):g}",
    )


def hot_spot_blocks(
    runs: Sequence[Run], policy: PolicyPack, wording: Wording, *, show_all: bool
) -> Iterator[Block]:
    """Yield hottest spot, life used in a day and heavy hours of each transformer, by mode.

    Of the scenario that connects most; the hottest transformers first.
    """
    scenario = largest_scenario(runs)
    mine = [run for run in runs if run.scenario == scenario and run.days and run.days.hot_spots]
    if not mine:
        return
    found = {(mode_of(run), row.id): row for run in mine if run.days for row in run.days.hot_spots}
    heavy = {
        (mode_of(run), row.id): row.above_80_percent_h or 0.0
        for run in mine
        for row in run.transformers
    }
    limit_h = policy.number("transformer.heavy_duration_h")
    hottest: dict[str, float] = {}
    for row in found.values():
        hottest[row.id] = max(hottest.get(row.id, 0.0), round(row.hot_spot_celsius, 1))
    ranked = sorted(hottest, key=lambda name: (-hottest[name], name))
    shown = ranked if show_all else ranked[:N_SHOWN]
    modes = modes_of(mine)
    limits = {row.id: row.max_celsius for row in found.values()}
    columns = (
        Column(title=wording("Transformer")),
        Column(title=wording("Limit"), align="right"),
        *(Column(title=mode_word(mode, modes, wording), align="right") for mode in modes),
    )
    rows = tuple(
        (
            Text(name, "strong"),
            Text(f"{limits[name]:g} {wording.term('°C')}", "quiet"),
            *(
                _hot_spot(found.get((mode, name)), heavy.get((mode, name), 0.0), limit_h, wording)
                for mode in modes
            ),
        )
        for name in shown
    )
    yield Heading(
        text=wording(
            "Hot spot, ageing and heavy load in {scenario}", scenario=wording.scenario(scenario)
        )
    )
    heavy_percent = f"{policy.number('transformer.heavy_loading_percent'):g}"
    note = _ageing_note(mine, heavy_percent, wording)
    note = wording.clauses([note, left_out(ranked, shown, wording)])
    yield Table(columns=columns, rows=rows, note=note)


def _hot_spot(row: HotSpot | None, heavy_h: float, limit_h: float, wording: Wording) -> Text:
    if row is None:
        return Text(_NONE)
    celsius = f"{number(row.hot_spot_celsius, 0)} {wording.term('°C')}"
    shown = number(row.life_days_per_day, 2)
    life = f"{shown if float(shown) else '< 0.01'} {wording.term('d/d')}"
    heavy = f"{number(heavy_h, 1)} {wording.term('h')}"
    text = wording.words([celsius, life, heavy]).replace(" ", NO_BREAK)
    told = row.hot_spot_celsius > row.max_celsius or heavy_h > limit_h
    return Text(text, "warn" if told else "plain")


def _ageing_note(runs: Sequence[Run], heavy: str, wording: Wording) -> str:
    days = runs[0].days
    return wording(
        "{percentile} of the daily maximum, days of life used in a day, hours above {heavy} %;"
        " for information",
        percentile=percentile_word(days.percentile if days else 0.0),
        heavy=heavy,
    )
