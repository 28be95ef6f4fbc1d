"""The sheet of the estimate: quantity times price, shares of their bases, sums, and payers."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gridcalc.cost import Bill, BillLine, Money
from gridcalc.cost.prices import SECTIONS, Price, Surcharge
from gridcalc.dossier import Dossier
from gridcalc.report.basis import title_of
from gridcalc.report.calculation_book.cells import (
    TOTAL_GAP,
    Put,
    formula,
    given,
    marked,
    name,
    sentence,
    total,
)
from gridcalc.report.calculation_book.page import TOP, Head, Page, letters, span
from gridcalc.report.calculation_book.payer_tables import Lines, write_payers
from gridcalc.report.cost_words import book_text, price_name
from gridcalc.report.wording import Wording

ENDS = ("low", "typical", "high")


def cost_sheet(page: Page, dossier: Dossier) -> None:
    """Write the bill of the least-cost plan; a sentence where there is none."""
    wording, plan = page.wording, dossier.plan
    if plan is None:
        page = page.opened((Head("said", "", 100),), _no_works(dossier, wording))
        page.close(TOP, 1, head_row=None)
        return
    bill = plan.bill
    heads = _heads(bill, wording)
    page = page.opened(
        heads,
        wording(
            "Least-cost plan; prices: {book}. Amounts in yuan, each line rounded to 0.01. A share"
            " is taken of the lines above it that are marked 1 in its column, for each part of the"
            " works on its own.",
            book=book_text(bill.book, wording),
        ),
    )
    page.heads(TOP, heads)
    lines = _ordered(bill)
    first = TOP + 1
    for k, line in enumerate(lines):
        page.row(first + k, tuple(_cells(page, dossier, (line, bill), first, first + k)))
    last = first + len(lines) - 1
    page.row(last + 1, tuple(_sum_cells(bill.cost_yuan, heads, first, last, wording)))
    where = Lines(at=letters(heads), first=first, last=last)
    row = _by_section(page, bill, where, last + 3)
    row = write_payers(page, plan.split, dossier.policy, where, row + 1)
    page.close(row - 1, len(heads), head_row=TOP)


def _no_works(dossier: Dossier, wording: Wording) -> str:
    """Return why there is no estimate."""
    if dossier.upgrade is None:
        if dossier.study.verdict == "ready":
            return wording(
                "Every limit is kept: no works are needed, there is nothing to estimate."
            )
        return wording("No plan of works was searched: there is nothing to estimate.")
    answer = dossier.upgrade.answer("least_cost")
    if answer.study_after is None:
        return wording("No plan was found that keeps every limit: there is nothing to estimate.")
    return wording("Every limit is kept: no works are needed, there is nothing to estimate.")


def _heads(bill: Bill, wording: Wording) -> tuple[Head, ...]:
    shares = tuple(
        Head(
            f"base.{row.name}",
            wording("Base of: {share}", share=price_name(row, wording)),
            5,
            is_turned=True,
        )
        for row in _surcharges(bill)
    )
    return (
        Head("section", wording("Section"), 8),
        Head("item", wording("Item"), 18),
        Head("for", wording("For"), 9),
        Head("part", wording("Part of the works"), 12),
        Head("unit", wording("Unit"), 4.5),
        Head("quantity", wording("Quantity, or base of the share [yuan]"), 11),
        Head("price.low", wording("Unit price, low [yuan or %]"), 7.5),
        Head("price.typical", wording("Unit price, typical [yuan or %]"), 7.5),
        Head("price.high", wording("Unit price, high [yuan or %]"), 7.5),
        Head("low", wording("Amount, low [yuan]"), 11.7),
        Head("typical", wording("Amount, typical [yuan]"), 11.7),
        Head("high", wording("Amount, high [yuan]"), 11.7),
        *shares,
        Head("mark", wording("Mark"), 7),
        Head("source", wording("Source"), 15),
    )


def _surcharges(bill: Bill) -> tuple[Surcharge, ...]:
    """Return the shares that the bill holds, in the order they are computed."""
    used = {line.item for line in bill.lines if line.is_share}
    return tuple(row for row in bill.book.surcharges if row.name in used)


def _ordered(bill: Bill) -> list[BillLine]:
    """Return items by section, then shares in the order they are computed."""
    order = [row.name for row in bill.book.surcharges]
    items = [line for line in bill.lines if not line.is_share]
    shares = [line for line in bill.lines if line.is_share]
    items.sort(key=lambda line: SECTIONS.index(line.section))
    return items + sorted(shares, key=lambda line: order.index(line.item))


def _counts(line: BillLine, surcharge: Surcharge) -> bool:
    """Return whether a line belongs to the base of a share."""
    names = {line.section, line.item}
    if isinstance(line.price, Price):
        names.add(line.price.family)
    return not names.isdisjoint(surcharge.base)


def _cells(
    page: Page, dossier: Dossier, of: tuple[BillLine, Bill], first: int, row: int
) -> Iterator[Put]:
    wording, (line, bill) = page.wording, of
    heads, surcharges = _heads(bill, wording), _surcharges(bill)
    at, r, mark = letters(heads), row + 1, line.price.confidence
    yield name(wording.term(f"section.{line.section}"))
    yield sentence(price_name(line.price, wording))
    yield name(wording.term(line.element))
    yield name(wording.term(f"part.{line.payer_subject}"))
    yield name(wording.term(line.unit))
    masked = f"{span(at['part'], first, row - 1)}={at['part']}{r}"
    base = f"SUMPRODUCT(({masked})*{{marks}}*{{amounts}})"
    marks = span(at[f"base.{line.item}"], first, row - 1) if line.is_share else ""
    if line.base_yuan is None:
        yield given(line.quantity, "general")
    else:
        text = base.format(marks=marks, amounts=span(at["typical"], first, row - 1))
        yield formula(f"={text}", float(line.base_yuan.typical), "d2")
    for value in _prices(line):
        yield given(value, "general", mark)
    for end in ENDS:
        amount = float(getattr(line.cost_yuan, end))
        if line.is_share:
            whole = base.format(marks=marks, amounts=span(at[end], first, row - 1))
            text = f"=ROUND({whole}*{at[f'price.{end}']}{r}/100,2)"
        else:
            text = f"=ROUND({at['quantity']}{r}*{at[f'price.{end}']}{r},2)"
        yield formula(text, amount, "d2")
    for surcharge in surcharges:
        yield given(int(_counts(line, surcharge)), "flag")
    yield marked(wording.term(mark), mark)
    yield sentence(title_of(line.price.source, wording, dossier.policy))


def _prices(line: BillLine) -> tuple[float, float, float]:
    if isinstance(line.price, Price):
        return line.price.low_yuan, line.price.typical_yuan, line.price.high_yuan
    return line.price.percents


def _sum_cells(
    money: Money, heads: Sequence[Head], first: int, last: int, wording: Wording
) -> Iterator[Put]:
    for place, head in enumerate(heads):
        if head.key in ENDS:
            column = letters(heads)[head.key]
            text = f"=SUM({span(column, first, last)})"
            yield total(text, float(getattr(money, head.key)), "d2")
        else:
            yield Put(wording("Sum"), "text", "total") if place == 0 else TOTAL_GAP


def _by_section(page: Page, bill: Bill, where: Lines, row: int) -> int:
    """Write the sums of the sections, and return the first free row."""
    wording = page.wording
    page.section(row, wording("By section [yuan]"))
    row += 1
    for section in SECTIONS:
        lines = bill.section(section)
        if not lines:
            continue
        word = wording.term(f"section.{section}")
        cells: dict[str, Put] = {"section": name(word)}
        for end in ENDS:
            amount = sum((getattr(line.cost_yuan, end) for line in lines), Decimal(0))
            cells[end] = formula(where.sum_if("section", f"$A{row + 1}", end), float(amount), "d2")
        page.row(row, tuple(cells.get(key) for key in where.at))
        row += 1
    return row
