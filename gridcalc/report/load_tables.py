"""Loads at a glance: one line per scenario, one per transformer and scenario."""

from collections.abc import Sequence

from gridcalc.checks.transformer import loading_rules
from gridcalc.compound.model import Compound
from gridcalc.outcome import Run
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.elements import TransformerResult
from gridcalc.report.blocks import Column, Table, Text, Tone, plain
from gridcalc.report.figures import number, quantity
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT, VN_MV_KV

N_SHOWN = 8
_EQUAL = 4
"""Decimals beyond which rows count as equal and are told apart by name."""
_NONE = "-"


def scenario_table(runs: Sequence[Run], wording: Wording) -> Table:
    """Return what is connected in each scenario, its peak, lowest voltage and heaviest cable."""
    columns = (
        Column(title=wording("Scenario")),
        Column(title=wording("Chargers private + public"), align="right"),
        Column(title=wording("E-bike sockets"), align="right"),
        Column(title=wording("10 kV peak"), align="right"),
        Column(title=wording("Lowest LV voltage"), align="right"),
        Column(title=wording("Heaviest cable"), align="right"),
        Column(title=wording("Broken"), align="right"),
    )
    return Table(columns=columns, rows=tuple(_scenario_row(run, wording) for run in runs))


def _scenario_row(run: Run, wording: Wording) -> tuple[Text, ...]:
    peak = quantity(run.mv.s_peak_kva, "kVA", wording) if run.mv else _NONE
    n_broken = sum(finding.status == "fail" for finding in run.findings)
    return (
        Text(wording.scenario(run.scenario), "strong"),
        Text(f"{run.n_private_chargers} + {run.n_public_chargers}"),
        Text(str(run.n_ebike_sockets)),
        Text(peak),
        Text(_lowest_voltage(run, wording)),
        Text(_heaviest_cable(run, wording)),
        Text(str(n_broken), "bad" if n_broken else "good"),
    )


def _lowest_voltage(run: Run, wording: Wording) -> str:
    nodes = [row for row in run.nodes if row.vn_kv < VN_MV_KV]
    if not nodes:
        return _NONE
    worst = min(nodes, key=lambda row: (round(row.vm_min_pu, _EQUAL), row.id))
    deviation = number(PERCENT * (worst.vm_min_pu - 1), 1)
    sign = "" if deviation.startswith("-") else "+"
    return f"{worst.id} {sign}{deviation} {wording.term('%')}"


def _heaviest_cable(run: Run, wording: Wording) -> str:
    if not run.branches:
        return _NONE
    worst = min(run.branches, key=lambda row: (-round(row.loading_percent, _EQUAL), row.id))
    return f"{worst.id} {quantity(worst.loading_percent, '%', wording)}"


def transformer_table(
    compound: Compound,
    policy: PolicyPack,
    runs: Sequence[Run],
    wording: Wording,
    *,
    show_all: bool,
) -> Table:
    """Return the load of each transformer in each scenario, the heaviest transformers first."""
    columns = (
        Column(title=wording("Transformer"), merges=True),
        Column(title=wording("Rating"), align="right", merges=True),
        Column(title=wording("Scenario")),
        Column(title=wording("Load"), align="right"),
        Column(title=wording("Loading"), align="right"),
        Column(title=wording("Limit"), align="right"),
        Column(title=wording("Worst phase"), align="right"),
        Column(title=wording("Limit"), align="right"),
    )
    peaks: dict[str, float] = {}
    for run in runs:
        for row in run.transformers:
            peaks[row.id] = max(round(row.loading_percent, 1), peaks.get(row.id, 0.0))
    ranked = sorted(peaks, key=lambda name: (-peaks[name], name))
    shown = ranked if show_all else ranked[:N_SHOWN]
    limits = {name: policy.number(rule) for name, rule in loading_rules(compound).items()}
    rows = [
        _transformer_row(row, run, limits[name], policy, wording)
        for name in shown
        for run in runs
        for row in run.transformers
        if row.id == name
    ]
    return Table(columns=columns, rows=tuple(rows), note=left_out(ranked, shown, wording))


def left_out(found: Sequence[object], shown: Sequence[object], wording: Wording) -> str:
    """Return how many rows are not shown, or nothing."""
    n = len(found) - len(shown)
    return wording("… and {n} more (--all shows them)", n=n) if n else ""


def _transformer_row(
    row: TransformerResult, run: Run, limit: float, policy: PolicyPack, wording: Wording
) -> tuple[Text, ...]:
    letter, phase = row.worst_phase
    phase_limit = policy.number("transformer.max_phase_loading_percent")
    return (
        Text(row.id, "strong"),
        *plain(quantity(row.sn_kva, "kVA", wording), wording.scenario(run.scenario)),
        Text(quantity(row.s_peak_kva, "kVA", wording)),
        Text(quantity(row.loading_percent, "%", wording), _tone(row.loading_percent, limit)),
        Text(f"{limit:g} {wording.term('%')}", "quiet"),
        Text(f"{letter} {quantity(phase, '%', wording)}", _tone(phase, phase_limit)),
        Text(f"{phase_limit:g} {wording.term('%')}", "quiet"),
    )


def _tone(value: float, limit: float) -> Tone:
    return "bad" if value > limit else "plain"
