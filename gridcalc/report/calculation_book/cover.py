"""The cover of the calculation book: what it is about, what it found, its sheets, its legend."""

from collections.abc import Iterator, Sequence

from gridcalc import __version__
from gridcalc.dossier import Dossier
from gridcalc.report.calculation_book.cells import Formula, Put
from gridcalc.report.calculation_book.page import Page
from gridcalc.report.city_sheets import COLOURS, printable
from gridcalc.report.finding_words import place_text, violated
from gridcalc.report.wording import Wording

_WIDTHS = (26, 22, 22, 22, 22, 22)
_LAST = len(_WIDTHS) - 1
_TITLE_PX = 60
_NAME_PX = 44


def cover(page: Page, dossier: Dossier, sheets: Sequence[tuple[str, str]]) -> None:
    """Write the cover; ``sheets`` are the names of the others and what they hold."""
    wording, sheet = page.wording, page.sheet
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.set_row_pixels(0, _TITLE_PX)
    sheet.merge_range(0, 0, 0, _LAST, wording("Calculation book"), page.looks.cover())
    sheet.set_row_pixels(1, _NAME_PX)
    sheet.merge_range(1, 0, 1, _LAST, "", page.looks.under_cover())
    sheet.write_string(1, 0, printable(dossier.compound.name), page.looks.under_cover())
    row = _facts(page, dossier, 3)
    row = _contents(page, sheets, row + 1)
    row = _legend(page, row + 1)
    row = _signatures(page, row + 1)
    page.close(row - 1, len(_WIDTHS), head_row=None)
    sheet.fit_to_pages(1, 1)


def _facts(page: Page, dossier: Dossier, row: int) -> int:
    for label, value in _fact_rows(dossier, page.wording):
        page.put(row, 0, Put(label, "text", "total"))
        page.across(row, (1, _LAST), value)
        row += 1
    verdict = dossier.study.verdict
    rule = {
        "type": "cell",
        "criteria": "==",
        "value": f'"{page.wording.term(f"short.{verdict}")}"',
        "format": page.looks.coloured(verdict, *COLOURS[verdict]),
    }
    page.sheet.conditional_format(3, 1, row, 1, rule)
    return row


def _fact_rows(dossier: Dossier, wording: Wording) -> Iterator[tuple[str, str]]:
    study, policy = dossier.study, dossier.policy
    yield wording("Compound"), f"{dossier.compound.name} [{dossier.compound.id}]"
    yield wording("Verdict"), wording.term(f"short.{study.verdict}")
    yield wording("What binds"), _binding(dossier, wording)
    yield wording("Works"), _works(dossier, wording)
    yield wording("Rules"), f"{wording.either(zh=policy.title, en=policy.title_en)} [{policy.id}]"
    yield wording("Rests on"), wording.term(study.governing_method)
    scenarios = dict.fromkeys(run.scenario for run in study.runs)
    yield wording("Scenarios"), wording.words(map(wording.scenario, scenarios))
    yield wording("Power flow"), study.engine
    yield wording("Program"), wording("gridcalc {version}", version=__version__)
    for file in dossier.inputs:
        label = wording("Input: {role}", role=wording.term(f"role.{file.role}"))
        yield label, f"{file.name}  SHA-256 {file.sha256}"


def _binding(dossier: Dossier, wording: Wording) -> str:
    binding = dossier.study.binding
    if binding is None:
        return wording("none")
    place = place_text(binding.finding, wording)
    value, limit = violated(binding.finding, wording)
    said = wording("{what} in {scenario}", what=place, scenario=wording.scenario(binding.scenario))
    return wording("{place}: {said}", place=said, said=f"{value} {limit}".strip())


def _works(dossier: Dossier, wording: Wording) -> str:
    if dossier.plan is None:
        return wording("no works")
    cost = float(dossier.plan.bill.cost_yuan.typical)
    return wording(
        "{n} works of the least-cost plan, {yuan} yuan",
        n=len(dossier.plan.works),
        yuan=f"{cost:,.2f}",
    )


def _contents(page: Page, sheets: Sequence[tuple[str, str]], row: int) -> int:
    wording = page.wording
    page.section(row, wording("Contents"))
    for k, (title, said) in enumerate(sheets, row + 1):
        target = f"internal:'{title}'!A1"
        page.sheet.write_url(k, 0, target, page.looks.link(), string=title)
        page.across(k, (1, _LAST), said)
    return row + 1 + len(sheets)


def _legend(page: Page, row: int) -> int:
    """Write what the colours of cells mean, each by an example."""
    wording = page.wording
    page.section(row, wording("Legend"))
    examples = (
        (Put(100, "whole", "given"), wording("value given, or read in the document named")),
        (Put(0.85, "general", "open"), wording("value to be verified before it is relied on")),
        (Put(123.4, "d1", "computed"), wording("result of the program, such as of a power flow")),
        (
            Put(Formula(text="=100*2", value=200), "whole", "formula"),
            wording("formula: change an input, and it follows"),
        ),
        (Put(Formula(text="=SUM(100,2)", value=102), "whole", "total"), wording("sum")),
    )
    for k, (cell, said) in enumerate(examples, row + 1):
        page.put(k, 0, cell)
        page.across(k, (1, _LAST), said)
    return row + 1 + len(examples)


def _signatures(page: Page, row: int) -> int:
    wording = page.wording
    titles = (wording("designed"), wording("reviewed"), wording("approved"), wording("Date"))
    for k, title in enumerate(titles, row):
        page.put(k, 0, Put(title, "text", "total"))
        page.across(k, (1, _LAST), "")
    return row + len(titles)
