"""The result of ``upgrade`` as plain values: the JSON contract, and its works as CSV rows."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import gridcalc
from gridcalc.cost import PayerSplit
from gridcalc.outcome import Binding
from gridcalc.planning.records import Answer, Blocking, Stage, Upgrade, Works
from gridcalc.provenance import Assumption
from gridcalc.report.blocks import Cell
from gridcalc.report.check_tree import assumption_tree, finding_tree
from gridcalc.report.cost_tree import bill_tree, book_tree, cost_assumptions, money_tree, split_tree
from gridcalc.report.upgrade_payers import Borne, borne


def has_plan(answer: Answer) -> bool:
    """Return whether an answer keeps every limit, with works or without."""
    return answer.verdict_after in {"ready", "ready_managed"}


def upgrade_tree(found: Upgrade) -> dict[str, Any]:
    """Return the outcome of ``upgrade`` as its JSON object; nothing is rounded."""
    before = found.before
    build = found.compound.build
    return {
        "gridcalc": gridcalc.__version__,
        "command": "upgrade",
        "compound_id": before.compound_id,
        "compound_name": before.compound_name,
        "policy": found.policy.id,
        "build": build.kind,
        "category": build.category if build.kind == "existing" else None,
        "seed": before.seed,
        "prices": book_tree(found.prices),
        "settings": asdict(found.settings),
        "verdict_before": before.verdict,
        "binding_before": _binding(before.binding),
        "stopped": asdict(found.stopped) if found.stopped else None,
        "answers": [_answer(answer, found) for answer in found.answers],
        "stages": [_stage(stage, found) for stage in found.stages],
        "rejected": [
            {"kind": row.kind, "element": row.element, "reason": str(row.reason)}
            for row in found.rejected
        ],
        "assumptions": [assumption_tree(row) for row in all_assumptions(found)],
    }


def all_assumptions(found: Upgrade) -> tuple[Assumption, ...]:
    """Return what the plans rest on by name: loads, limits, works, prices, shares, payers."""
    costs = [(row.bill, row.split) for row in found.answers]
    costs += [(row.bill, row.split) for row in found.stages]
    priced = {row.name: row for cost in costs for row in cost_assumptions(*cost)}
    rows = list(found.assumptions)
    for more in (found.before.assumptions, priced.values()):
        told = {row.name for row in rows}
        rows += [row for row in more if row.name not in told]
    return tuple(sorted(rows, key=lambda row: (row.name, row.note)))


def working_days(works: Iterable[Works]) -> dict[str, int]:
    """Return the working days of the longest of some works, and of all one after another."""
    days = [row.working_days for row in works]
    return {"longest": max(days, default=0), "sum": sum(days)}


def _binding(binding: Binding | None) -> dict[str, Any] | None:
    if binding is None:
        return None
    return {"scenario": binding.scenario, **finding_tree(binding.finding)}


def _answer(answer: Answer, found: Upgrade) -> dict[str, Any]:
    """Return a plan; where nothing works there is no cost, instead of a cost of zero."""
    bill, split = bill_tree(answer.bill), split_tree(answer.split)
    has_cost = has_plan(answer) or answer.works
    return {
        "strategy": answer.strategy,
        "measures": _measures(answer.works, answer.split, found),
        "cost_yuan": bill.pop("cost_yuan") if has_cost else None,
        "lower_bound_yuan": answer.lower_bound_yuan,
        "gap_percent": answer.gap_percent,
        "payers": split.pop("payers"),
        "verdict_after": answer.verdict_after,
        "binding_after": _binding(answer.study_after.binding) if answer.study_after else None,
        "blocked_by": [_blocking(row) for row in answer.blocked_by],
        "price_checks": [asdict(row) for row in answer.price_checks],
        "n_judged": answer.n_judged,
        "working_days": working_days(answer.works),
        "sections": bill["sections"],
        "lines": bill["lines"],
        **split,
    }


def _stage(stage: Stage, found: Upgrade) -> dict[str, Any]:
    alone = stage.cheapest_alone_yuan
    return {
        "bays_percent": stage.bays_percent,
        "scenario": stage.scenario,
        "measures": _measures(stage.works, stage.split, found),
        "cost_yuan": money_tree(stage.bill.cost_yuan),
        "cumulative_yuan": money_tree(stage.cumulative_yuan),
        "cheapest_alone_yuan": None if alone is None else money_tree(alone),
        "extra_yuan": stage.extra_yuan,
        "payers": split_tree(stage.split)["payers"],
        "working_days": working_days(stage.works),
    }


def _blocking(row: Blocking) -> dict[str, Any]:
    return {"scenario": row.scenario, "charging": row.charging, **finding_tree(row.finding)}


def _measures(works: Iterable[Works], split: PayerSplit, found: Upgrade) -> list[dict[str, Any]]:
    return [_measure(row, borne(row, found, split)) for row in works]


def _measure(works: Works, paid: Borne) -> dict[str, Any]:
    return {
        **_facts(works),
        "cost_yuan": money_tree(works.cost_yuan),
        "payer": paid.payer,
        "clause": paid.clause,
        "payer_confidence": paid.confidence,
        "working_days": works.working_days,
        "payers": [asdict(row) for row in paid.bearers],
        "quantities": [
            {
                "item": row.item,
                "element": row.element,
                "quantity": row.quantity,
                "unit": row.unit,
                "payer_subject": row.payer_subject,
            }
            for row in works.quantities
        ],
    }


def _facts(works: Works) -> dict[str, Any]:
    change = works.change
    return {
        "kind": works.measure.kind,
        "element": works.measure.element,
        "from": change.from_,
        "to": change.to,
        "quantity": change.quantity,
        "unit": change.unit,
    }


def upgrade_rows(found: Upgrade) -> list[Mapping[str, Cell]]:
    """Return the works of every plan as rows of a CSV file.

    A strategy without works has one row without a measure, so that its verdict is there.
    """
    return [
        {
            "compound_id": found.before.compound_id,
            "policy": found.policy.id,
            "strategy": answer.strategy,
            "verdict_after": answer.verdict_after,
            **cells,
        }
        for answer in found.answers
        for cells in _cells(answer, found)
    ]


def _cells(answer: Answer, found: Upgrade) -> list[dict[str, Cell]]:
    rows = [_row(works, borne(works, found, answer.split)) for works in answer.works]
    return rows or [dict.fromkeys(_COLUMNS)]


def _row(works: Works, paid: Borne) -> dict[str, Cell]:
    money = money_tree(works.cost_yuan)
    cells = {
        **_facts(works),
        **{f"cost_yuan_{estimate}": amount for estimate, amount in money.items()},
        "payer": paid.payer,
        "payers": "; ".join(
            row.payer if row.percent is None else f"{row.payer} {row.percent:.6g} %"
            for row in paid.bearers
        ),
        "clause": paid.clause,
        "payer_confidence": paid.confidence,
        "working_days": works.working_days,
    }
    return {name: cells[name] for name in _COLUMNS}


_COLUMNS = (
    *("kind", "element", "from", "to", "quantity", "unit"),
    *("cost_yuan_low", "cost_yuan_typical", "cost_yuan_high"),
    *("payer", "payers", "clause", "payer_confidence", "working_days"),
)
