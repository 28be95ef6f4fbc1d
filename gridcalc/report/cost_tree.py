"""The result of ``cost`` as plain values: bill, payers, assumptions; and the survey's contract."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, cast

import gridcalc
from gridcalc.cost.bill import Bill, BillLine
from gridcalc.cost.money import Money, total
from gridcalc.cost.plan import Plan
from gridcalc.cost.prices import SECTIONS, Price, PriceBook
from gridcalc.cost.survey import SurveyCost, SurveyRow
from gridcalc.cost.who_pays import PayerRow, PayerSplit
from gridcalc.policy import PolicyPack
from gridcalc.provenance import Assumption, Value
from gridcalc.report.blocks import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Costed:
    """A plan with its bill and who pays, by the rules of a pack."""

    plan: Plan
    bill: Bill
    split: PayerSplit
    policy: PolicyPack


def money_tree(money: Money) -> dict[str, float]:
    """Return an amount as plain numbers in yuan."""
    return {
        "low": float(money.low),
        "typical": float(money.typical),
        "high": float(money.high),
    }


def cost_tree(found: Costed) -> dict[str, Any]:
    """Return the cost of a plan as the JSON object of the command ``cost``."""
    bill, split = found.bill, found.split
    return {
        "gridcalc": gridcalc.__version__,
        "command": "cost",
        "compound": found.plan.compound,
        "policy": found.policy.id,
        "build": split.build,
        "category": split.category,
        "prices": book_tree(bill.book),
        **bill_tree(bill),
        **split_tree(split),
        "assumptions": [asdict(row) for row in cost_assumptions(bill, split)],
    }


def bill_tree(bill: Bill) -> dict[str, Any]:
    """Return a bill as plain values: its sum, its sections, its lines."""
    return {
        "cost_yuan": money_tree(bill.cost_yuan),
        "sections": [
            {"section": name, "cost_yuan": money_tree(total(x.cost_yuan for x in lines))}
            for name in SECTIONS
            if (lines := bill.section(name))
        ],
        "lines": [_line(line) for line in bill.lines],
    }


def split_tree(split: PayerSplit) -> dict[str, Any]:
    """Return who pays as plain values: sum per payer, part by part, point of handover."""
    return {
        "payers": {payer: money_tree(money) for payer, money in split.totals_yuan.items()},
        "payer_rows": [_payer_row(row) for row in split.rows],
        "demarcation": _handover(split),
    }


def cost_rows(found: Costed) -> list[Mapping[str, Cell]]:
    """Return the lines of the bill as rows of a CSV file."""
    said = {row.subject: row for row in found.split.rows}
    return [
        {
            "section": line.section,
            "item": line.item,
            "element": line.element,
            "measure": line.measure,
            "quantity": line.quantity,
            "unit": line.unit,
            **dict(_flat("price_yuan", _price(line))),
            **dict(_flat("cost_yuan", money_tree(line.cost_yuan))),
            "payer_subject": line.payer_subject,
            "payers": "; ".join(
                f"{share.payer} {share.percent:.6g} %" for share in said[line.payer_subject].shares
            ),
            "rule": said[line.payer_subject].rule.name,
            "clause": said[line.payer_subject].rule.clause,
            "demarcation": said[line.payer_subject].demarcation,
            "price_year": line.price.year,
            "source": line.price.source,
            "confidence": line.price.confidence,
        }
        for line in found.bill.lines
    ]


def cost_assumptions(bill: Bill, split: PayerSplit) -> tuple[Assumption, ...]:
    """Return every price, share and payer rule that the cost rests on, sorted by name."""
    rows = {line.price: line for line in bill.lines}
    found = [*(_price_assumption(line) for line in rows.values())]
    found += [
        Assumption(
            name=row.rule.name,
            value=cast("Value", row.rule.value),
            unit=row.rule.unit,
            source=row.rule.document,
            confidence=row.confidence,
            note=row.rule.note,
        )
        for row in split.rows
    ]
    return tuple(sorted(found, key=lambda row: row.name))


def survey_tree(found: SurveyCost) -> dict[str, Any]:
    """Return the cost of a survey as the JSON object of ``cost --survey``."""
    return {
        "gridcalc": gridcalc.__version__,
        "command": "cost",
        "prices": book_tree(found.book),
        "rows": [survey_cells(row) for row in found.rows],
        "total": survey_cells(found.total),
    }


def survey_cells(row: SurveyRow) -> dict[str, Cell]:
    """Return a row of a survey; money in 万元 as numbers of two decimals."""
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in asdict(row).items()
    }


def book_tree(book: PriceBook) -> dict[str, Cell]:
    """Return the head of a price book."""
    names = ("id", "title", "title_en", "region", "year", "level", "tax", "extends", "file")
    return {name: getattr(book, name) for name in names}


def _line(line: BillLine) -> dict[str, Any]:
    return {
        "section": line.section,
        "item": line.item,
        "element": line.element,
        "measure": line.measure,
        "quantity": line.quantity,
        "unit": line.unit,
        "price_yuan": _price(line),
        "base_yuan": None if line.base_yuan is None else money_tree(line.base_yuan),
        "share_percent": _percents(line),
        "cost_yuan": money_tree(line.cost_yuan),
        "payer_subject": line.payer_subject,
        "price_year": line.price.year,
        "source": line.price.source,
        "confidence": line.price.confidence,
    }


def _price(line: BillLine) -> dict[str, float] | None:
    """Return the price of one unit; None for a share."""
    price = line.price
    if not isinstance(price, Price):
        return None
    return {"low": price.low_yuan, "typical": price.typical_yuan, "high": price.high_yuan}


def _percents(line: BillLine) -> dict[str, float] | None:
    if isinstance(line.price, Price):
        return None
    return dict(zip(("low", "typical", "high"), line.price.percents, strict=True))


def _flat(name: str, values: Mapping[str, float] | None) -> Iterator[tuple[str, Cell]]:
    for key in ("low", "typical", "high"):
        yield f"{name}_{key}", None if values is None else values[key]


def _payer_row(row: PayerRow) -> dict[str, Any]:
    return {
        "payer_subject": row.subject,
        "cost_yuan": money_tree(row.cost_yuan),
        "payers": [
            {
                "payer": share.payer,
                "percent": share.percent,
                "cost_yuan": money_tree(share.cost_yuan),
            }
            for share in row.shares
        ],
        "division": row.division,
        "demarcation": row.demarcation,
        "rule": row.rule.name,
        "document": row.rule.document,
        "clause": row.rule.clause,
        "confidence": row.confidence,
        "stated_for": row.rule.applies_to,
        "note": row.rule.note,
    }


def _handover(split: PayerSplit) -> dict[str, Any] | None:
    rule = split.handover
    if rule is None:
        return None
    return {
        "point": rule.value,
        "rule": rule.name,
        "document": rule.document,
        "clause": rule.clause,
        "confidence": rule.confidence,
    }


def _price_assumption(line: BillLine) -> Assumption:
    price = line.price
    if isinstance(price, Price):
        name, unit = f"price.{price.item}", f"yuan/{price.unit}"
        values = (price.low_yuan, price.typical_yuan, price.high_yuan)
    else:
        name, unit, values = f"share.{price.name}", "%", price.percents
    return Assumption(
        name=name,
        value=values,
        unit=unit,
        source=price.source,
        confidence=price.confidence,
        note=price.note,
    )
