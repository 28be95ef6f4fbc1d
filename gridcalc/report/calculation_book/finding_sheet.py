"""The sheet of checks: value, limit, utilisation and result of every finding."""

from collections.abc import Iterator, Mapping
from math import isclose

from gridcalc.checks.charging import EBIKE_SHARE, PRIVATE_SHARE, SERVICE
from gridcalc.checks.finding import Finding
from gridcalc.checks.protection import DISCONNECTION
from gridcalc.dossier import Dossier
from gridcalc.report.basis import title_of
from gridcalc.report.calculation_book.cells import (
    EMPTY,
    Put,
    computed,
    formula,
    given,
    marked,
    name,
    sentence,
    verdict,
)
from gridcalc.report.calculation_book.page import TOP, Head, Page, letters
from gridcalc.report.finding_words import check_name, element_text, is_yes_no, kind_of
from gridcalc.report.modes import mode_of, mode_word, modes_of
from gridcalc.report.wording import Wording

_AT_MOST, _AT_LEAST, _IS = "≤", "≥", "="
_OF_LEAST_VALUES = frozenset({EBIKE_SHARE, PRIVATE_SHARE, SERVICE, DISCONNECTION})
"""Checks whose limit is a least value; a value at its limit does not tell it."""
_SIGNS = {_AT_MOST: "<=", _AT_LEAST: ">=", _IS: "="}
_FLOOR = "floor"
"""Unit of a value without degree: a floor is not used to a share."""
_FORMS = {"-": "d3", **dict.fromkeys((_FLOOR, "bays", "days"), "whole")}
"""How values of a unit are written, unless with two places; what is counted has none."""


def finding_sheet(page: Page, dossier: Dossier) -> None:
    """Write the findings of the runs that the verdict rests on."""
    wording = page.wording
    heads = _heads(wording)
    page = page.opened(
        heads,
        wording(
            "Every broken limit, and of each check that holds the tightest element. Used: value"
            " over limit, or limit over value where the limit is a least value; above 1 the limit"
            " is broken."
        ),
    )
    page.heads(TOP, heads)
    runs = dossier.study.governing_runs
    row = TOP + 1
    for run in runs:
        mode = mode_word(mode_of(run), modes_of(runs), wording)
        case = wording("{scenario}, {mode}", scenario=wording.scenario(run.scenario), mode=mode)
        for finding in run.findings:
            page.row(row, tuple(_cells(finding, case, dossier, row, wording)))
            row += 1
    place = next(i for i, head in enumerate(heads) if head.key == "result")
    page.judge(TOP + 1, row - 1, place)
    page.sheet.autofilter(TOP, 0, max(row - 1, TOP + 1), len(heads) - 1)
    page.close(row - 1, len(heads))


def _heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("case", wording("Scenario"), 17),
        Head("check", wording("Check"), 18),
        Head("element", wording("Element"), 14),
        Head("value", wording("Value"), 9),
        Head("sense", wording("Must be"), 5),
        Head("limit", wording("Limit"), 8.5),
        Head("unit", wording("Unit"), 6.5),
        Head("used", wording("Used [-]"), 7.5),
        Head("result", wording("Result"), 8.5),
        Head("today", wording("Today already"), 8.5),
        Head("clause", wording("Clause"), 9),
        Head("source", wording("Source"), 22),
        Head("mark", wording("Mark"), 8),
        Head("remark", wording("Remark"), 26),
    )


def _cells(
    finding: Finding, case: str, dossier: Dossier, row: int, wording: Wording
) -> Iterator[Put]:
    at, r = letters(_heads(wording)), row + 1
    yield name(case)
    yield sentence(check_name(finding.check, kind_of(finding), wording))
    yield name(element_text(finding, wording))
    value_form, limit_form = _forms(finding)
    yield computed(finding.value, value_form)
    sense = sense_of(finding)
    yield Put(sense, "text")
    yield given(finding.limit, limit_form, finding.confidence)
    yield Put(wording.term(finding.unit), "text")
    yield from _judged(finding, sense, at, r, wording)
    yield sentence(_today(finding, wording))
    yield name(finding.clause)
    yield sentence(title_of(finding.source, wording, dossier.policy))
    yield marked(wording.term(finding.confidence), finding.confidence)
    yield sentence(wording.note(finding.note))


def _forms(finding: Finding) -> tuple[str, str]:
    """Return how value and limit are written."""
    if is_yes_no(finding):
        return "yes_no", "yes_no"
    return _FORMS.get(finding.unit, "d2"), "general"


def sense_of(finding: Finding) -> str:
    """Return whether the limit is a most or a least value, or what must be there.

    Empty where there is no degree.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> from gridcalc.checks.finding import Subject, at_least
    >>> rule = load_policy("national").rule("protection.sensitivity_factor")
    >>> sense_of(at_least(Subject(check="a", element="b"), 2.6, rule, limit=1.3, unit="-"))
    '≥'
    """
    value, limit = finding.value, finding.limit
    if finding.status not in {"pass", "fail"} or value is None or limit is None:
        return ""
    if is_yes_no(finding):
        return _IS
    if finding.unit == _FLOOR:
        return _AT_LEAST
    is_least = finding.check in _OF_LEAST_VALUES
    if (
        limit
        and not is_least
        and isclose(finding.utilisation, value / limit, rel_tol=1e-9, abs_tol=1e-12)
    ):
        return _AT_MOST if limit > 0 else _AT_LEAST
    if value and isclose(finding.utilisation, limit / value, rel_tol=1e-9, abs_tol=1e-12):
        return _AT_LEAST
    return ""


def _judged(
    finding: Finding, sense: str, at: Mapping[str, str], r: int, wording: Wording
) -> Iterator[Put]:
    """Yield utilisation and result; a condition without degree has its result only."""
    if not sense:
        yield EMPTY
        yield sentence(wording.term(finding.status))
        return
    value, limit = f"{at['value']}{r}", f"{at['limit']}{r}"
    if sense == _IS or finding.unit == _FLOOR:
        yield EMPTY
        condition = f"{value}{_SIGNS[sense]}{limit}"
        yield verdict(condition, wording, holds=finding.status == "pass")
        return
    turned = sense == _AT_LEAST and (finding.limit or 0) > 0
    text = f"={limit}/{value}" if turned else f"={value}/{limit}"
    yield formula(text, finding.utilisation, "d3")
    yield verdict(f"{at['used']}{r}<=1+1E-9", wording, holds=finding.status == "pass")


def _today(finding: Finding, wording: Wording) -> str:
    if not finding.pre_existing:
        return ""
    if finding.worsened:
        return wording("exists today already, made worse")
    return wording("exists today already")
