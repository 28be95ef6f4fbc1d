"""The sheet of simulated days: the peak of every transformer by scenario and charging mode."""

from collections.abc import Iterator, Sequence

from gridcalc.dossier import Dossier
from gridcalc.outcome import Run
from gridcalc.powerflow.elements import TransformerResult
from gridcalc.report.basis import basis_short
from gridcalc.report.calculation_book.cells import Put, computed, formula, given, name, sentence
from gridcalc.report.calculation_book.page import TOP, Head, Page, letters
from gridcalc.report.calculation_book.transformer_sheet import UnitGiven, judged, units_given
from gridcalc.report.cost_report import basis_of_rule
from gridcalc.report.modes import mode_of, mode_word, modes_of
from gridcalc.report.wording import Wording


def simulated_runs(dossier: Dossier) -> tuple[Run, ...]:
    """Return the runs of a study that simulate days; without any there is no such sheet."""
    return tuple(run for run in dossier.study.runs if run.days is not None)


def day_sheet(page: Page, dossier: Dossier) -> None:
    """Write the peaks of simulated days.

    Parameters
    ----------
    page
        The sheet.
    dossier
        The compound, with at least one run of simulated days.
    """
    wording, runs = page.wording, simulated_runs(dossier)
    heads = _heads(wording)
    page = page.opened(
        heads,
        wording(
            "Each day counts with its peak; what stands here is the value that {percentile:g} % of"
            " the days do not exceed. Power flow of every quarter hour, at the LV terminals.",
            percentile=_percentile(runs),
        ),
    )
    page.heads(TOP, heads)
    row = TOP + 1
    for unit, known in units_given(dossier).items():
        for run in runs:
            for found in run.transformers:
                if found.id == unit:
                    page.row(row, tuple(_cells(dossier, (run, found), known, row, runs, wording)))
                    row += 1
    page.judge(TOP + 1, row - 1, len(heads) - 2)
    page.close(row - 1, len(heads))


def _percentile(runs: Sequence[Run]) -> float:
    return next(run.days.percentile for run in runs if run.days is not None)


def _heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("id", wording("Transformer"), 9),
        Head("scenario", wording("Scenario"), 34),
        Head("type", wording("Type"), 9.5),
        Head("sn", wording("Sn [kVA]"), 9),
        Head("p_flow", wording("P of the power flow [kW]"), 10),
        Head("s_flow", wording("S of the power flow [kVA]"), 10),
        Head("loading", wording("Loading, power flow [%]"), 10),
        Head("limit", wording("Limit [%]"), 8),
        Head("margin", wording("Margin [%]"), 8),
        Head("verdict", wording("Result"), 9),
        Head("basis", wording("Basis of the limit"), 42),
    )


def _cells(
    dossier: Dossier,
    of: tuple[Run, TransformerResult],
    unit: UnitGiven,
    row: int,
    runs: Sequence[Run],
    wording: Wording,
) -> Iterator[Put]:
    run, found = of
    at, r = letters(_heads(wording)), row + 1
    mode = mode_word(mode_of(run), modes_of(runs), wording)
    yield name(found.id)
    yield name(wording("{scenario}, {mode}", scenario=wording.scenario(run.scenario), mode=mode))
    yield name(unit.type)
    yield given(unit.sn_kva, "general")
    yield computed(found.p_peak_kw, "d2")
    yield computed(found.s_peak_kva, "d2")
    yield formula(f"=100*{at['s_flow']}{r}/{at['sn']}{r}", found.loading_percent, "d1")
    yield from judged(found.loading_percent, unit, at, r, wording)
    yield sentence(basis_short(basis_of_rule(unit.rule), wording, dossier.policy))
