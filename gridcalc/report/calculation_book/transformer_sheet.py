"""The sheet of transformers: load by hand, compensation, loading, and the power flow beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from gridcalc.checks.transformer import loading_rules
from gridcalc.dossier import Dossier
from gridcalc.policy import Rule
from gridcalc.powerflow.elements import TransformerResult
from gridcalc.report.basis import basis_short
from gridcalc.report.calculation_book.cells import (
    EMPTY,
    Put,
    computed,
    formula,
    given,
    name,
    sentence,
    verdict,
)
from gridcalc.report.calculation_book.load_rows import LoadSet
from gridcalc.report.calculation_book.load_sheets import Spots, scenarios_text
from gridcalc.report.calculation_book.page import TOP, Head, Page, cell_of, letters
from gridcalc.report.cost_report import basis_of_rule
from gridcalc.report.wording import Wording
from gridcalc.units import PERCENT, tan_phi

_TARGET = "compensation.target_power_factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGiven:
    """What is given of a transformer."""

    type: str
    sn_kva: float
    installed_kvar: float
    rule: Rule
    limit_percent: float


def transformer_sheet(page: Page, dossier: Dossier, sets: Sequence[LoadSet], spots: Spots) -> None:
    """Write the loading of every transformer in every scenario, by hand and by power flow.

    Parameters
    ----------
    page
        The sheet.
    dossier
        The compound.
    sets
        Loads at station level.
    spots
        Where their sums stand.
    """
    wording = page.wording
    heads = _heads(wording)
    page = page.opened(
        heads,
        wording(
            "By hand: design demands add up, K_sigma = 1.0; Qc is what automatic compensation"
            " switches in, at most what is installed. Power flow: load at the LV terminals, which"
            " holds the losses of the LV cables; its loading is the one that is judged."
        ),
    )
    page.heads(TOP, heads)
    units = units_given(dossier)
    found = _results(dossier)
    row = TOP + 1
    for one in sets:
        unit = units[one.transformer]
        spot = spots[one.transformer, one.element, one.scenarios[0]]
        sums = (
            f"={cell_of(spot.page, spot.p, spot.row)}",
            f"={cell_of(spot.page, spot.q, spot.row)}",
        )
        flow = found.get((one.scenarios[0], one.transformer))
        page.row(row, tuple(_cells(dossier, (one, unit), sums, flow, row, wording)))
        row += 1
    page.judge(TOP + 1, row - 1, len(heads) - 2)
    page.close(row - 1, len(heads))


def _heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("id", wording("Transformer"), 9),
        Head("scenario", wording("Scenario"), 13.5),
        Head("type", wording("Type"), 9.5),
        Head("sn", wording("Sn [kVA]"), 7),
        Head("p", wording("ΣP [kW]"), 8.5),
        Head("q", wording("ΣQ [kvar]"), 8.5),
        Head("bank", wording("Compensation installed [kvar]"), 8.5),
        Head("target", wording("cosφ to reach"), 7),
        Head("qc", wording("Qc switched in [kvar]"), 7.5),
        Head("s", wording("S by hand [kVA]"), 8.5),
        Head("hand", wording("Loading by hand [%]"), 7.5),
        Head("p_flow", wording("P of the power flow [kW]"), 8.5),
        Head("loss", wording("of it LV losses [kW]"), 7.5),
        Head("s_flow", wording("S of the power flow [kVA]"), 8.5),
        Head("loading", wording("Loading, power flow [%]"), 7.5),
        Head("limit", wording("Limit [%]"), 6),
        Head("margin", wording("Margin [%]"), 6.5),
        Head("verdict", wording("Result"), 8),
        Head("basis", wording("Basis of the limit"), 16),
    )


def units_given(dossier: Dossier) -> Mapping[str, UnitGiven]:
    """Return what is given of each transformer, by id."""
    trafos = dossier.case.site.network.transformers
    policy = dossier.policy
    rules = loading_rules(dossier.resolved)
    return {
        unit: UnitGiven(
            type=trafos.types[k],
            sn_kva=float(trafos.sn_kva[k]),
            installed_kvar=float(trafos.compensation_kvar[k]),
            rule=policy.rule(rules[unit]),
            limit_percent=policy.number(rules[unit]),
        )
        for k, unit in enumerate(trafos.ids)
    }


def _results(dossier: Dossier) -> Mapping[tuple[str, str], TransformerResult]:
    return {
        (run.scenario, row.id): row
        for run in dossier.study.runs
        if run.days is None
        for row in run.transformers
    }


def _cells(
    dossier: Dossier,
    of: tuple[LoadSet, UnitGiven],
    sums: tuple[str, str],
    flow: TransformerResult | None,
    row: int,
    wording: Wording,
) -> Iterator[Put]:
    found, unit = of
    at, r = letters(_heads(wording)), row + 1
    rule = dossier.policy.rule(_TARGET)
    target = dossier.policy.number(_TARGET)
    p_kw, q_kvar = found.p_kw, found.q_kvar
    qc_kvar = min(max(q_kvar - p_kw * tan_phi(target), 0.0), unit.installed_kvar)
    s_kva = hypot(p_kw, q_kvar - qc_kvar)
    yield name(found.transformer)
    yield name(scenarios_text(found, wording))
    yield name(unit.type)
    yield given(unit.sn_kva, "general")
    yield formula(sums[0], p_kw, "d2")
    yield formula(sums[1], q_kvar, "d2")
    yield given(unit.installed_kvar, "general")
    yield given(target, "d3", rule.confidence)
    tan = f"SQRT(1-{at['target']}{r}^2)/{at['target']}{r}"
    missing = f"{at['q']}{r}-{at['p']}{r}*{tan}"
    yield formula(f"=MIN(MAX({missing},0),{at['bank']}{r})", qc_kvar, "d2")
    rest = f"({at['q']}{r}-{at['qc']}{r})"
    yield formula(f"=SQRT({at['p']}{r}^2+{rest}^2)", s_kva, "d2")
    yield formula(f"=100*{at['s']}{r}/{at['sn']}{r}", PERCENT * s_kva / unit.sn_kva, "d1")
    yield from _of_flow(flow, p_kw, at, r)
    yield from judged(flow.loading_percent if flow else None, unit, at, r, wording)
    yield sentence(basis_short(basis_of_rule(unit.rule), wording, dossier.policy))


def _of_flow(
    flow: TransformerResult | None, p_kw: float, at: Mapping[str, str], r: int
) -> Iterator[Put]:
    if flow is None:
        yield from (EMPTY,) * 4
        return
    yield computed(flow.p_peak_kw, "d2")
    yield formula(f"={at['p_flow']}{r}-{at['p']}{r}", flow.p_peak_kw - p_kw, "d2")
    yield computed(flow.s_peak_kva, "d2")
    yield formula(f"=100*{at['s_flow']}{r}/{at['sn']}{r}", flow.loading_percent, "d1")


def judged(
    loading: float | None, unit: UnitGiven, at: Mapping[str, str], r: int, wording: Wording
) -> Iterator[Put]:
    """Yield limit, margin and result; a limit met exactly is kept."""
    limit = unit.limit_percent
    yield given(limit, "general", unit.rule.confidence)
    if loading is None:
        yield EMPTY
        yield sentence(wording("no solution"))
        return
    yield formula(f"={at['limit']}{r}-{at['loading']}{r}", limit - loading, "d1")
    holds = f"{at['margin']}{r}>=-1E-7"
    yield verdict(holds, wording, holds=limit - loading >= -1e-7)
