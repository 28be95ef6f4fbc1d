"""Why the methods differ: what each kind of load contributes to a transformer's peak."""

from collections.abc import Iterator, Mapping, Sequence

from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.model import Compound
from gridcalc.compound.topology import lv_topology
from gridcalc.demand.design import demand_model, units
from gridcalc.demand.groups import KINDS
from gridcalc.demand.scenario import parse_scenario
from gridcalc.outcome import Run
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.elements import TransformerResult
from gridcalc.report.blocks import NO_BREAK, Block, Column, Heading, Paragraph, Table, Text
from gridcalc.report.figures import number, quantity
from gridcalc.report.load_tables import N_SHOWN
from gridcalc.report.modes import (
    FACTOR,
    TOU,
    UNCONTROLLED,
    Mode,
    days_of,
    largest_scenario,
    mode_of,
    mode_word,
    seasons_of,
)
from gridcalc.report.transformer_tables import ranked_transformers
from gridcalc.report.wording import Wording

_PRIVATE = "private_charger"
_NONE = "-"
_ALIKE = 0.03
"""Share of the peak below which a difference is not worth a reason. [-]"""

Rows = Mapping[Mode, TransformerResult]


def connected_kw(compound: Compound, policy: PolicyPack, scenario: str) -> dict[str, float]:
    """Return the installed power of the private chargers under each transformer. [kW]."""
    filled = resolve_defaults(compound, policy).compound
    topology = lv_topology(filled)
    model = demand_model(filled, topology, policy)
    places = topology.by_id()
    total: dict[str, float] = {}
    for group, n in zip(model.groups, units(model, parse_scenario(scenario)), strict=True):
        if group.kind == _PRIVATE:
            unit = places[group.node].transformer
            total[unit] = total.get(unit, 0.0) + int(n) * group.p_unit_kw
    return total


def why_blocks(
    compound: Compound,
    policy: PolicyPack,
    runs: Sequence[Run],
    wording: Wording,
    *,
    show_all: bool,
) -> Iterator[Block]:
    """Yield the parts of the peak by method, for the heaviest transformer of the most connected.

    Nothing where days are not simulated. With ``show_all`` more transformers are told.
    """
    scenario = largest_scenario(runs)
    of_scenario = [run for run in runs if run.scenario == scenario]
    ranked = ranked_transformers(of_scenario)
    seasons = seasons_of(runs)
    if not seasons or not ranked:
        return
    both = any(run.method == FACTOR for run in runs)
    yield Heading(
        text=wording("Why the methods differ") if both else wording("What makes up the peak")
    )
    installed = connected_kw(compound, policy, scenario)
    for name in ranked[: N_SHOWN if show_all else 1]:
        for season in seasons:
            rows = _rows(days_of(of_scenario, season), name)
            installed_kw = installed.get(name, 0.0)
            where = wording(
                "{element} in {scenario}", element=name, scenario=wording.scenario(scenario)
            )
            if len(seasons) > 1:
                where = wording.words([where, wording.term(season)])
            yield _table(rows, where, installed_kw, wording)
            said = _reason_text(rows, policy.text("tariff.valley_start"), installed_kw, wording)
            if said:
                yield Paragraph(text=Text(said))


def _rows(runs: Sequence[Run], name: str) -> Rows:
    return {mode_of(run): row for run in runs for row in run.transformers if row.id == name}


def _table(rows: Rows, caption: str, installed: float, wording: Wording) -> Table:
    modes = tuple(rows)
    columns = (
        Column(title=wording("Part of the peak")),
        *(Column(title=_title(rows[mode], mode, wording), align="right") for mode in modes),
    )
    kinds = [kind for kind in KINDS if any(row.parts_kw.get(kind) for row in rows.values())]
    lines = [
        (
            Text(wording.term(f"kind.{kind}")),
            *(Text(_kw(row.parts_kw.get(kind), wording)) for row in rows.values()),
        )
        for kind in kinds
    ]
    total = [sum(row.parts_kw.values()) if row.parts_kw else None for row in rows.values()]
    lines.append((Text(wording("sum"), "strong"), *(Text(_kw(kw, wording)) for kw in total)))
    if installed and _PRIVATE in kinds:
        shares = [_share(row, installed) for row in rows.values()]
        lines.append((Text(wording("coincidence"), "strong"), *(Text(share) for share in shares)))
    return Table(
        columns=columns,
        rows=tuple(lines),
        caption=caption,
        note=_note(installed, wording) if installed and _PRIVATE in kinds else "",
    )


def _note(installed: float, wording: Wording) -> str:
    return wording(
        "coincidence: private chargers over the {kw} kW of them that are connected",
        kw=number(installed, 0),
    )


def _title(row: TransformerResult, mode: Mode, wording: Wording) -> str:
    word = mode_word(mode, [mode], wording)
    if not row.peak_time:
        return word
    return wording("{mode} at {time}", mode=word, time=row.peak_time)


def _kw(value: float | None, wording: Wording) -> str:
    return quantity(value, "kW", wording)


def _share(row: TransformerResult, installed: float) -> str:
    if _PRIVATE not in row.parts_kw:
        return _NONE
    return number(row.parts_kw[_PRIVATE] / installed, 2)


def _reason_text(rows: Rows, valley_start: str, installed_kw: float, wording: Wording) -> str:
    """Return in a few sentences why factor and simulated days differ, or nothing.

    Cars that nobody controls are compared; without them the first mode there is.
    """
    factor = next((row for mode, row in rows.items() if mode.name == FACTOR), None)
    simulated = {mode.name: row for mode, row in rows.items() if mode.is_simulated}
    days = simulated.get(UNCONTROLLED) or next(iter(simulated.values()), None)
    if factor is None or days is None or not factor.parts_kw or not days.parts_kw:
        return ""
    first = wording(
        "The factor method adds the peaks of all kinds (K_sigma = 1.0) to {factor} kW; the"
        " simulated day reaches {days} kW at {time}.",
        factor=number(sum(factor.parts_kw.values()), 0),
        days=number(sum(days.parts_kw.values()), 0),
        time=days.peak_time,
    )
    second = _largest_difference(factor, days, installed_kw, wording)
    third = _timers(simulated, valley_start, wording)
    return " ".join([first, second, third]).rstrip().replace(" kW", f"{NO_BREAK}kW")


def _largest_difference(
    factor: TransformerResult, days: TransformerResult, installed_kw: float, wording: Wording
) -> str:
    gaps = {kind: factor.parts_kw.get(kind, 0.0) - days.parts_kw.get(kind, 0.0) for kind in KINDS}
    kind = max(gaps, key=lambda name: (abs(gaps[name]), name))
    if abs(gaps[kind]) < _ALIKE * sum(factor.parts_kw.values()):
        return wording("The parts are about the same.")
    if kind == _PRIVATE and installed_kw:
        return wording(
            "The largest difference is the coincidence of private chargers: {factor} of the power"
            " that is connected by factor, {days} on the day.",
            factor=_share(factor, installed_kw),
            days=_share(days, installed_kw),
        )
    values = {
        "kind": wording.term(f"kind.{kind}"),
        "factor": number(factor.parts_kw.get(kind, 0.0), 0),
        "days": number(days.parts_kw.get(kind, 0.0), 0),
    }
    return wording(
        "The largest difference is in {kind}: {factor} kW by factor, {days} kW on the day.",
        **values,
    )


def _timers(simulated: Mapping[str, TransformerResult], start: str, wording: Wording) -> str:
    """Return that timers make chargers coincide, where they do more than cars left alone."""
    alone, timed = simulated.get(UNCONTROLLED), simulated.get(TOU)
    if alone is None or timed is None:
        return ""
    kw = timed.parts_kw.get(_PRIVATE, 0.0)
    if kw <= alone.parts_kw.get(_PRIVATE, 0.0):
        return ""
    return wording(
        "Timers that start together at the valley tariff ({start}) bring private chargers to"
        " {kw} kW at {time}.",
        start=start,
        kw=number(kw, 0),
        time=timed.peak_time,
    )
