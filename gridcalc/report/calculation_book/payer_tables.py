"""Who pays, below the estimate: parts of the works, shares of each payer, sums, clauses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from gridcalc.cost import PayerSplit
from gridcalc.cost.who_pays import PayerRow
from gridcalc.policy import PolicyPack
from gridcalc.report.calculation_book.cells import (
    Put,
    formula,
    given,
    marked,
    name,
    sentence,
    total,
)
from gridcalc.report.calculation_book.page import Head, Page, span
from gridcalc.report.cost_report import payer_basis
from gridcalc.units import FEN_PER_YUAN, PERCENT

_ENDS = ("low", "typical", "high")
_FEN = 1 / Decimal(FEN_PER_YUAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of the bill as formulas see them: columns by key, first and last row from 0."""

    at: Mapping[str, str]
    first: int
    last: int

    def sum_if(self, key: str, cell: str, end: str) -> str:
        """Return the formula that adds up the lines whose column ``key`` is as a cell."""
        words = span(self.at[key], self.first, self.last)
        return f"=SUMIF({words},{cell},{span(self.at[end], self.first, self.last)})"


def write_payers(page: Page, split: PayerSplit, policy: PolicyPack, lines: Lines, row: int) -> int:
    """Write the cost of each part of the works by payer, sums by payer, and the first free row.

    Columns are those of the bill, so that amounts stand below amounts.
    """
    wording = page.wording
    page.section(row, wording("Who pays [yuan]"))
    titles = {
        "section": wording("Payer"),
        "item": wording("Up to"),
        "for": wording("Counted"),
        "part": wording("Part of the works"),
        "quantity": wording("Share [%]"),
        "low": wording("Amount, low [yuan]"),
        "typical": wording("Amount, typical [yuan]"),
        "high": wording("Amount, high [yuan]"),
        "mark": wording("Mark"),
        "source": wording("Basis"),
    }
    page.heads(row + 1, [Head(key, titles.get(key, ""), 0) for key in lines.at])
    first = row = row + 2
    for part in split.rows:
        for k in range(len(part.shares)):
            page.row(row, tuple(_share_cells(page, policy, (part, k), lines, row)))
            row += 1
    return _sums(page, split, lines, (first, row - 1), row + 1)


def _share_cells(
    page: Page, policy: PolicyPack, of: tuple[PayerRow, int], lines: Lines, row: int
) -> Iterator[Put | None]:
    wording, (part, k) = page.wording, of
    share = part.shares[k]
    cells = {
        "section": name(wording.term(share.payer)),
        "item": sentence(wording.term(part.demarcation)),
        "for": name(wording.term(f"division.{part.division}")),
        "part": name(wording.term(f"part.{part.subject}")),
        "quantity": given(share.percent, "d2", part.confidence),
        "mark": marked(wording.term(part.confidence), part.confidence),
        "source": sentence(payer_basis(part, policy, wording)),
    }
    for end in _ENDS:
        text = _share_text(part, k, lines, row, end)
        cells[end] = formula(text, float(getattr(share.cost_yuan, end)), "d2")
    for key in lines.at:
        yield cells.get(key)


def _share_text(part: PayerRow, k: int, lines: Lines, row: int, end: str) -> str:
    """Return the formula of a share: the first payer bears the fen that do not divide."""
    at, n = lines.at, len(part.shares)
    whole = lines.sum_if("part", f"${at['part']}{row + 1}", end).removeprefix("=")
    if n == 1:
        return f"=ROUND({whole},2)"
    if k == 0:
        others = f"SUM({at[end]}{row + 2}:{at[end]}{row + n})"
        return f"=ROUND({whole}-{others},2)"
    down = f"ROUNDDOWN(ROUND({whole}*{at['quantity']}{row + 1}/100,6),2)"
    share = part.shares[k]
    cost: Decimal = getattr(part.cost_yuan, end)
    cut = (cost * Decimal(repr(share.percent)) / Decimal(PERCENT)).quantize(_FEN, ROUND_DOWN)
    rest = getattr(share.cost_yuan, end) - cut
    return f"={down}+{rest}" if rest else f"={down}"


def _sums(page: Page, split: PayerSplit, lines: Lines, rows: tuple[int, int], row: int) -> int:
    wording, at = page.wording, lines.at
    page.section(row, wording("By payer"))
    row += 1
    for payer, money in split.totals_yuan.items():
        cells: dict[str, Put] = {"section": name(wording.term(payer))}
        for end in _ENDS:
            payers = span(at["section"], *rows)
            text = f"=SUMIF({payers},${at['section']}{row + 1},{span(at[end], *rows)})"
            cells[end] = total(text, float(getattr(money, end)), "d2")
        page.row(row, tuple(cells.get(key) for key in at))
        row += 1
    return row
