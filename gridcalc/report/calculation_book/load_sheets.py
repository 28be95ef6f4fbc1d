"""Sheets of loads by hand: every transformer, every feeder trunk, every cable to a box."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from gridcalc.dossier import Dossier
from gridcalc.powerflow.elements import BranchResult
from gridcalc.provenance import Confidence
from gridcalc.report.calculation_book.cells import (
    EMPTY,
    TOTAL_GAP,
    Put,
    computed,
    formula,
    given,
    marked,
    name,
    sentence,
    total,
)
from gridcalc.report.calculation_book.load_basis import (
    FactorBasis,
    basis_words,
    factor_basis,
    factor_remark,
)
from gridcalc.report.calculation_book.load_rows import LoadRow, LoadSet
from gridcalc.report.calculation_book.page import TOP, Head, Page, letters
from gridcalc.report.wording import Wording
from gridcalc.units import SQRT3, VN_LV_KV, tan_phi


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where the sums of a set stand on its sheet; ``row`` is counted from 0."""

    page: str
    row: int
    p: str
    q: str


Spots = Mapping[tuple[str, str, str], Spot]
"""By transformer, element and the first of the scenarios."""


def _load_heads(wording: Wording) -> tuple[Head, ...]:
    """Return the columns that all load sheets share."""
    return (
        Head("element", wording("Supplied by"), 12),
        Head("scenario", wording("Scenario"), 12),
        Head("kind", wording("Load"), 13),
        Head("n", wording("Number n"), 5.5),
        Head("unit_kw", wording("Each [kW]"), 6.5),
        Head("installed", wording("Installed Pe [kW]"), 8),
        Head("factor", wording("Demand factor Kx"), 6.5),
        Head("scale", wording("Factor to the meter"), 6.5),
        Head("p", wording("P [kW]"), 8),
        Head("cos", wording("cosφ"), 6),
        Head("tan", wording("tanφ"), 6),
        Head("q", wording("Q [kvar]"), 8),
        Head("s", wording("S [kVA]"), 8),
        Head("i", wording("I, balanced [A]"), 7.5),
    )


def loads_sheet(page: Page, dossier: Dossier, sets: Sequence[LoadSet], remark: str) -> Spots:
    """Write the load of each transformer by scenario, and return where the sums stand."""
    wording = page.wording
    heads = (*_load_heads(wording), *_basis_heads(wording))
    return _write(page, dossier, sets, heads, remark)


def cables_sheet(page: Page, dossier: Dossier, sets: Sequence[LoadSet], remark: str) -> Spots:
    """Write the load of each cable by scenario, with the current of the power flow beside it.

    Cables without load in a scenario are left out of it; where scenarios connect the same to a
    cable, the heaviest of them is shown, for the rest of the network differs.
    """
    wording = page.wording
    flow_heads = (
        Head("i_max", wording("I of the power flow, heaviest phase [A]"), 8.5),
        Head("ampacity", wording("Ampacity [A]"), 7.5),
        Head("loading", wording("Loading [%]"), 6.5),
    )
    heads = (*_load_heads(wording), *flow_heads, *_basis_heads(wording))
    return _write(page, dossier, [row for row in sets if row.rows], heads, remark)


def _write(
    page: Page,
    dossier: Dossier,
    sets: Sequence[LoadSet],
    heads: tuple[Head, ...],
    remark: str,
) -> Spots:
    at, wording = letters(heads), page.wording
    page = page.opened(heads, remark)
    page.heads(TOP, heads)
    branches = _branches(dossier)
    row, spots = TOP + 1, {}
    for found in sets:
        for k, line in enumerate(_load_lines(found, dossier, at, row, wording)):
            page.row(row + k, tuple(line.get(head.key, EMPTY) for head in heads))
        row += len(found.rows)
        hits = [branches.get((scenario, found.element)) for scenario in found.scenarios]
        branch = max(
            (hit for hit in hits if hit), key=lambda hit: hit.loading_percent, default=None
        )
        line = _sum_line(found, at, row, wording) | _carried(branch, at, row)
        page.row(row, tuple(line.get(head.key, TOTAL_GAP) for head in heads))
        spots[found.transformer, found.element, found.scenarios[0]] = Spot(
            page=page.name, row=row, p=at["p"], q=at["q"]
        )
        row += 1
    page.sheet.autofilter(TOP, 0, max(row - 1, TOP + 1), len(heads) - 1)
    page.close(row - 1, len(heads))
    return spots


def _basis_heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("basis", wording("Basis of the demand factor"), 22),
        Head("mark", wording("Mark"), 7),
    )


def _load_lines(
    found: LoadSet, dossier: Dossier, at: Mapping[str, str], first: int, wording: Wording
) -> Iterator[dict[str, Put]]:
    """Yield the cells of each kind of load by column; ``first`` is counted from 0."""
    for k, row in enumerate(found.rows):
        basis = factor_basis(dossier, row, found.level)
        yield {
            "element": name(found.element),
            "scenario": name(scenarios_text(found, wording)),
            "kind": name(_kind(row, wording)),
            **_numbers(row, at, first + k + 1, basis.confidence),
            "basis": sentence(_basis(row, basis, dossier, wording)),
            "mark": marked(wording.term(basis.confidence), basis.confidence)
            if basis.source
            else EMPTY,
        }


def _basis(row: LoadRow, basis: FactorBasis, dossier: Dossier, wording: Wording) -> str:
    said = basis_words(basis, dossier.policy, wording)
    return wording.clauses([said, factor_remark(row, basis, wording)])


def scenarios_text(found: LoadSet, wording: Wording) -> str:
    """Return the scenarios of a set, which all connect the same."""
    if len(found.scenarios) == found.n_scenarios > 1:
        return wording("every scenario")
    return wording.words(wording.scenario(scenario) for scenario in found.scenarios)


def _kind(row: LoadRow, wording: Wording) -> str:
    word = wording.term(f"kind.{row.kind}")
    return wording("{said} ({what})", said=word, what=wording.term(row.item)) if row.item else word


def _numbers(row: LoadRow, at: Mapping[str, str], r: int, mark: Confidence) -> dict[str, Put]:
    """Return the numbers of a row of load; ``r`` is the row as formulas name it."""
    p_text = f"={at['installed']}{r}*{at['factor']}{r}*{at['scale']}{r}"
    cos, s_kva = f"{at['cos']}{r}", hypot(row.p_kw, row.q_kvar)
    installed_kw = row.n * row.p_unit_kw
    return {
        "n": given(row.n, "whole"),
        "unit_kw": given(row.p_unit_kw, "general"),
        "installed": formula(f"={at['n']}{r}*{at['unit_kw']}{r}", installed_kw, "d1"),
        "factor": given(row.factor, "d3", mark),
        "scale": given(row.scale, "d3"),
        "p": formula(p_text, row.p_kw, "d2"),
        "cos": given(row.power_factor, "d3"),
        "tan": formula(f"=SQRT(1-{cos}^2)/{cos}", tan_phi(row.power_factor), "d3"),
        "q": formula(f"={at['p']}{r}*{at['tan']}{r}", row.q_kvar, "d2"),
        "s": formula(_apparent(at, r), s_kva, "d2"),
        "i": formula(_current(at, r), _ampere(s_kva), "d1"),
    }


def _sum_line(found: LoadSet, at: Mapping[str, str], row: int, wording: Wording) -> dict[str, Put]:
    """Return the sums of a set in the row below it; ``row`` is counted from 0."""
    r, first = row + 1, row + 1 - len(found.rows)
    p_kw, q_kvar = found.p_kw, found.q_kvar
    s_kva = hypot(p_kw, q_kvar)
    installed = sum(row.n * row.p_unit_kw for row in found.rows)

    def added(key: str) -> str:
        return f"=SUM({at[key]}{first}:{at[key]}{row})" if found.rows else "=0"

    return {
        "element": Put(found.element, "text", "total"),
        "scenario": Put(scenarios_text(found, wording), "text", "total"),
        "kind": Put(wording("Sum"), "text", "total"),
        "installed": total(added("installed"), installed, "d1"),
        "factor": total(_ratio(at, ("p", "installed"), r), _part(p_kw, installed), "d3"),
        "p": total(added("p"), p_kw, "d2"),
        "cos": total(_ratio(at, ("p", "s"), r), _part(p_kw, s_kva), "d3"),
        "tan": total(_ratio(at, ("q", "p"), r), _part(q_kvar, p_kw), "d3"),
        "q": total(added("q"), q_kvar, "d2"),
        "s": total(_apparent(at, r), s_kva, "d2"),
        "i": total(_current(at, r), _ampere(s_kva), "d1"),
    }


def _part(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _ratio(at: Mapping[str, str], of: tuple[str, str], r: int) -> str:
    part, whole = (f"{at[key]}{r}" for key in of)
    return f"=IF({whole}=0,0,{part}/{whole})"


def _apparent(at: Mapping[str, str], r: int) -> str:
    return f"=SQRT({at['p']}{r}^2+{at['q']}{r}^2)"


def _current(at: Mapping[str, str], r: int) -> str:
    return f"={at['s']}{r}/(SQRT(3)*{VN_LV_KV:g})"


def _ampere(s_kva: float) -> float:
    return s_kva / (SQRT3 * VN_LV_KV)


def _carried(branch: BranchResult | None, at: Mapping[str, str], row: int) -> dict[str, Put]:
    """Return current, ampacity and loading of a cable as the power flow found them."""
    if branch is None or "loading" not in at:
        return {}
    r = row + 1
    text = f"=100*{at['i_max']}{r}/{at['ampacity']}{r}"
    return {
        "i_max": computed(branch.i_max_a, "d1"),
        "ampacity": computed(branch.ampacity_a, "d1"),
        "loading": total(text, branch.loading_percent, "d1"),
    }


def _branches(dossier: Dossier) -> dict[tuple[str, str], BranchResult]:
    """Return the cables of the runs by factor, by scenario and id."""
    return {
        (run.scenario, row.id): row
        for run in dossier.study.runs
        if run.days is None
        for row in run.branches
    }
