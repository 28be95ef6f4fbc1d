"""The result of ``timeline`` as plain values: dates per step, limits, assumptions."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import gridcalc
from gridcalc.compound.model import Compound
from gridcalc.policy import PolicyPack
from gridcalc.report.blocks import Cell
from gridcalc.report.wording import Wording
from gridcalc.timeline.records import Basis, DatedStep, Limit, Timeline

_USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A compound, the pack its deadlines come from, and the timeline of its connection."""

    compound: Compound
    policy: PolicyPack
    timeline: Timeline


def timeline_tree(found: Timed, wording: Wording) -> dict[str, Any]:
    """Return a timeline as the JSON object of the command ``timeline``."""
    timeline = found.timeline
    settled = timeline.settled
    return {
        "gridcalc": gridcalc.__version__,
        "command": "timeline",
        "compound_id": timeline.compound_id,
        "name": found.compound.name,
        "policy": timeline.policy_id,
        "customer": settled.customer,
        "important_user": settled.important_user,
        "external_works": settled.external_works,
        "permit": settled.permit,
        "start": timeline.start.isoformat(),
        "accepted": timeline.accepted.isoformat(),
        "finish": timeline.finish.isoformat(),
        "working_days": timeline.working_days,
        "calendar_days": timeline.calendar_days,
        "calendar_known_until": timeline.known_until.isoformat() if timeline.known_until else None,
        "critical_path": list(timeline.critical_path),
        "kept": timeline.is_kept,
        "steps": [_step(row, wording) for row in timeline.steps],
        "limits": [_limit(row, wording) for row in timeline.limits],
        "assumptions": [asdict(row) for row in timeline.assumptions],
    }


def timeline_rows(found: Timed, wording: Wording) -> list[Mapping[str, Cell]]:
    """Return the steps as rows of a CSV file."""
    steps = (_step(row, wording) for row in found.timeline.steps)
    return [{**step, "after": "; ".join(step["after"])} for step in steps]


def cited(basis: Basis) -> dict[str, str]:
    """Return where a number of days stands; the mark is the weakest of all it rests on."""
    if not basis.rules:
        return {"source": _USER, "section": "", "item": "", "clause": "", "confidence": "assumed"}
    rule = basis.rules[0]
    return {
        "source": rule.document,
        "section": rule.section,
        "item": rule.item,
        "clause": rule.clause,
        "confidence": basis.confidence,
    }


def _step(row: DatedStep, wording: Wording) -> dict[str, Any]:
    step = row.step
    return {
        "id": step.id,
        "title": wording.term(step.id),
        "after": list(step.after),
        "working_days": step.working_days,
        "start": row.start.isoformat(),
        "finish": row.finish.isoformat(),
        "critical": row.is_critical,
        "slack_working_days": row.slack_days,
        "responsible": step.responsible,
        "rule": step.basis.rules[0].name if step.basis.rules else None,
        "share_of_sum": step.is_share,
        **cited(step.basis),
    }


def _limit(row: Limit, wording: Wording) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": wording.term(f"limit.{row.id}"),
        "working_days": row.working_days,
        "limit_working_days": row.limit_working_days,
        "status": row.status,
        "binding": row.is_binding,
        "rule": row.basis.rules[0].name,
        **cited(row.basis),
    }
