"""The story of ``check`` for a network of another program."""

from collections.abc import Iterator, Sequence

from gridcalc.foreign.records import LV_BELOW_KV, ForeignStudy
from gridcalc.outcome import Run, Study
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.elements import TransformerResult
from gridcalc.report.assumptions import assumption_blocks
from gridcalc.report.blocks import (
    NO_BREAK,
    Block,
    Column,
    FactSheet,
    Heading,
    Output,
    Table,
    Text,
    Tone,
)
from gridcalc.report.check_tree import check_rows, check_tree
from gridcalc.report.extremes import heaviest_branch_text, lowest_voltage_text
from gridcalc.report.figures import quantity
from gridcalc.report.finding_tables import all_findings, unchecked_blocks
from gridcalc.report.finding_words import place_text, value_and_limit, violated
from gridcalc.report.foreign_import import import_blocks, import_tree
from gridcalc.report.load_tables import N_SHOWN, left_out
from gridcalc.report.modes import modes_of
from gridcalc.report.violation_tables import old_text, violation_blocks
from gridcalc.report.violations import passed_checks, violations
from gridcalc.report.wording import Wording

_TONES: dict[str, Tone] = {"ready": "good", "upgrade": "bad"}
_NONE = "-"
_EQUAL = 4
"""Decimals beyond which rows count as equal and are told apart by name."""


def foreign_check_output(
    found: Sequence[ForeignStudy], wording: Wording, *, show_all: bool
) -> Output:
    """Return the outcome of ``check`` for some foreign networks."""
    studies = [row.study for row in found]
    tree = check_tree(studies)
    for study, row in zip(tree["studies"], found, strict=True):
        study["import"] = import_tree(row.imported)
    blocks = [block for row in found for block in _story(row, wording, show_all=show_all)]
    return Output(tree=tree, rows=check_rows(studies, wording), blocks=tuple(blocks))


def _story(row: ForeignStudy, wording: Wording, *, show_all: bool) -> Iterator[Block]:
    study, policy = row.study, row.policy
    title = f"{study.compound_id}  {study.compound_name}".rstrip()
    yield Heading(text=title, level=1)
    yield FactSheet(rows=tuple(_facts(row, wording)))
    yield _scenario_table(study.runs, wording)
    yield _transformer_table(study.runs, wording, show_all=show_all)
    broken = wording("Limits broken")
    yield from violation_blocks(study.runs, policy, wording, title=broken, show_all=show_all)
    yield from unchecked_blocks(study.runs, wording)
    if show_all:
        modes = modes_of(study.runs)
        yield from (all_findings(run, modes, policy, wording) for run in study.runs)
    yield from import_blocks(row.imported, wording)
    yield from assumption_blocks(study.assumptions, policy, wording, show_all=show_all)


def _facts(row: ForeignStudy, wording: Wording) -> Iterator[tuple[str, Text]]:
    study = row.study
    yield (
        wording("Verdict"),
        Text(wording.term(f"verdict.{study.verdict}"), _TONES.get(study.verdict, "warn")),
    )
    yield (
        wording("Rests on"),
        Text(
            wording(
                "the loads of the file as they are, and chargers by the factor method; simulated"
                " days and plans need a compound file"
            )
        ),
    )
    found = violations(study.runs)
    old = sum(violation.finding.pre_existing for violation in found)
    said = wording("new: {new}; today already: {old}", new=len(found) - old, old=old)
    yield wording("Violations"), Text(said if found else wording("none"))
    yield from _binding(study, wording)
    passed = wording.words(wording.term(check) for check in passed_checks(study.runs))
    if passed:
        yield wording("Passed"), Text(passed)
    yield wording("Rules"), Text(_rules(row.policy, wording), "quiet")
    yield wording("Voltages"), Text(_base(study, wording), "quiet")
    said = wording(
        "pandapower: today as the file is, chargers on single phases by its unbalanced power flow;"
        " transformers at station level, voltages and first lines at feeder level, further lines"
        " with the factor for the units behind them"
    )
    yield wording("Power flow"), Text(said, "quiet")


def _binding(study: Study, wording: Wording) -> Iterator[tuple[str, Text]]:
    """Yield what decides: the worst violation, or the smallest margin."""
    binding = study.binding
    if binding is None:
        return
    finding = binding.finding
    place = wording(
        "{what} in {scenario}",
        what=place_text(finding, wording),
        scenario=wording.scenario(binding.scenario),
    )
    label = wording("Nearest limit")
    value, limit = value_and_limit(finding, wording)
    said = wording("{value}, limit {limit}", value=value, limit=limit)
    if finding.status == "fail":
        label = wording("Decided by")
        said = " ".join(violated(finding, wording)).rstrip()
        if finding.pre_existing:
            said = wording("{broken}; {old}", broken=said, old=old_text(finding, wording))
    yield label, Text(wording("{place}: {said}", place=place, said=said))


def _rules(policy: PolicyPack, wording: Wording) -> str:
    title = wording.either(zh=policy.title, en=policy.title_en)
    return f"{title} [{policy.id}, {wording.term(f'policy.{policy.status}')}]"


def _base(study: Study, wording: Wording) -> str:
    """Return the nominal voltages that deviations are of."""
    levels = sorted({node.vn_kv for run in study.runs for node in run.nodes}, reverse=True)
    names = wording.words(f"{level:g} kV" for level in levels)
    return wording(
        "in percent of the nominal voltages of the file ({levels}), not of 380/220 V", levels=names
    )


def _scenario_table(runs: Sequence[Run], wording: Wording) -> Table:
    columns = (
        Column(title=wording("Scenario")),
        Column(title=wording("Chargers"), align="right"),
        Column(title=wording("E-bike sockets"), align="right"),
        Column(title=wording("Peak of the sources"), align="right"),
        Column(title=wording("Lowest LV voltage"), align="right"),
        Column(title=wording("Heaviest line"), align="right"),
        Column(title=wording("Broken"), align="right"),
    )
    return Table(columns=columns, rows=tuple(_scenario_row(run, wording) for run in runs))


def _scenario_row(run: Run, wording: Wording) -> tuple[Text, ...]:
    n_broken = sum(finding.status == "fail" for finding in run.findings)
    peak = quantity(run.mv.s_peak_kva, "kVA", wording) if run.mv else wording("no solution")
    return (
        Text(wording.scenario(run.scenario), "strong"),
        Text(str(run.n_private_chargers)),
        Text(str(run.n_ebike_sockets)),
        Text(peak, "plain" if run.mv else "bad"),
        Text(lowest_voltage_text(run, wording, below_kv=LV_BELOW_KV)),
        Text(heaviest_branch_text(run, wording)),
        Text(str(n_broken), "bad" if n_broken else "good"),
    )


def _transformer_table(runs: Sequence[Run], wording: Wording, *, show_all: bool) -> Table:
    """Return the loading of the heaviest transformers, a column per scenario."""
    columns = (
        Column(title=wording("Transformer")),
        Column(title=wording("Rated"), align="right"),
        *(Column(title=wording.scenario(run.scenario), align="right") for run in runs),
    )
    by_run = [{row.id: row for row in run.transformers} for run in runs]
    units = {row.id: row.sn_kva for run in runs for row in run.transformers}
    ordered = sorted(units, key=lambda name: (-_most(by_run, name), name))
    shown = ordered if show_all else ordered[:N_SHOWN]
    rows = tuple(
        (
            Text(name, "strong"),
            Text(quantity(units[name], "kVA", wording)),
            *(Text(_loading(rows.get(name), wording)) for rows in by_run),
        )
        for name in shown
    )
    more = left_out(ordered, shown, wording)
    note = wording("three-phase loading, heaviest phase in brackets")
    return Table(columns=columns, rows=rows, note=wording.clauses([note, more]))


def _most(by_run: Sequence[dict[str, TransformerResult]], name: str) -> float:
    return max(round(rows[name].loading_percent, _EQUAL) for rows in by_run if name in rows)


def _loading(row: TransformerResult | None, wording: Wording) -> str:
    if row is None:
        return wording("no solution")
    phase, worst = row.worst_phase
    loading = quantity(row.loading_percent, "%", wording)
    return f"{loading} ({phase} {quantity(worst, '%', wording)})".replace(" ", NO_BREAK)
