"""The totals of a city as plain values: the JSON object, and the rows of a CSV file."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gridcalc
from gridcalc.city.lines.records import LineResult
from gridcalc.city.summary.line_room import LineRoom, rooms_of, without_room
from gridcalc.city.summary.main_transformers import main_transformers
from gridcalc.city.summary.records import (
    GROUPS,
    STATUSES,
    VERDICTS,
    CityEntry,
    CitySummary,
    GroupBy,
    Totals,
)
from gridcalc.city.summary.year_records import YearPlan, YearWorks
from gridcalc.report.blocks import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySummed:
    """A city run summed up.

    Attributes
    ----------
    table
        Name of the city table.
    method, policy, scenarios
        What was asked; ``policy`` is ``None`` where each compound keeps its own pack.
    n_bad
        Rows of the table that could not be read.
    by
        Which groups are shown; ``None`` shows areas and lists the ranking as CSV.
    n_shown
        Ranked compounds that are shown.
    year_plan
        Works by year; ``None`` without a budget.
    lines
        10 kV lines, where the run was asked for them.
    """

    table: str
    method: str
    policy: str | None
    scenarios: tuple[str, ...]
    n_bad: int
    summary: CitySummary
    by: GroupBy | None = None
    n_shown: int = 10
    year_plan: YearPlan | None = None
    lines: tuple[LineResult, ...] = ()


def summary_tree(found: CitySummed) -> dict[str, Any]:
    """Return a city run summed up as its JSON object; nothing is rounded."""
    summary, rooms = found.summary, rooms_of(found.lines)
    return {
        "gridcalc": gridcalc.__version__,
        "command": "city summary",
        "table": found.table,
        "method": found.method,
        "policy": found.policy,
        "scenarios": list(found.scenarios),
        "n_bad_rows": found.n_bad,
        "total": totals_tree(summary.total),
        **{f"by_{by}": [totals_tree(row) for row in summary.groups(by)] for by in GROUPS},
        "bindings": [asdict(row) for row in summary.bindings],
        "payers": [asdict(row) for row in summary.payers],
        "works": [asdict(row) for row in summary.works],
        "data_grades": [asdict(row) for row in summary.grades],
        "missing_data": [asdict(row) for row in summary.missing],
        "ranking": [
            {**_entry(i + 1, row), **_room(row, found, rooms)}
            for i, row in enumerate(summary.ranking)
        ],
        "lines": [asdict(row) for row in found.lines],
        "main_transformers": [asdict(row) for row in main_transformers(found.lines, rooms)],
        "year_plan": None if found.year_plan is None else year_plan_tree(found.year_plan, rooms),
    }


def totals_tree(totals: Totals) -> dict[str, Any]:
    """Return the totals of a group as plain values."""
    tree = asdict(totals)
    if not totals.name:
        tree["name"] = None
    return tree


def year_plan_tree(plan: YearPlan, rooms: Mapping[str, LineRoom] | None = None) -> dict[str, Any]:
    """Return works by year as plain values; where lines are known, who has no room on them."""
    return {
        "budget": asdict(plan.budget),
        "years": [{**_year(plan, row), **_short(row, rooms)} for row in plan.years],
        "later": [
            {
                "id": row.entry.id,
                "name": row.entry.name,
                "reason": row.reason,
                "cost_yuan": row.entry.cost_yuan,
                "n_enabled": row.entry.n_enabled,
            }
            for row in plan.later
        ],
        "n_enabled": plan.n_enabled,
        "spent_yuan": plan.spent_yuan,
        "charger_years": plan.charger_years,
        "bound_charger_years": plan.bound_charger_years,
        "greedy_charger_years": plan.greedy_charger_years,
        "gap_percent": plan.gap_percent,
        "n_unpriced": plan.n_unpriced,
        "min_years_for_all": plan.min_years_for_all,
    }


def _year(plan: YearPlan, works: YearWorks) -> dict[str, Any]:
    return {
        "year": plan.year(works),
        "compounds": [entry.id for entry in works.entries],
        "carried_yuan": works.carried_yuan,
        "spent_yuan": works.spent_yuan,
        "left_yuan": works.left_yuan,
        "cost_yuan": works.cost_yuan,
        "n_enabled": works.n_enabled,
        "n_enabled_so_far": works.n_enabled_so_far,
    }


def _short(works: YearWorks, rooms: Mapping[str, LineRoom] | None) -> dict[str, Any]:
    """Return the compounds without room on their lines, where any lines are known."""
    if not rooms:
        return {}
    short = without_room(works.entries, rooms)
    return {"n_without_room": short.n_compounds, "n_enabled_without_room": short.n_chargers}


def _room(entry: CityEntry, found: CitySummed, rooms: Mapping[str, LineRoom]) -> dict[str, Any]:
    """Return whether a compound fits on its line; nothing where no lines were asked for."""
    if not found.lines:
        return {}
    room = rooms.get(entry.id)
    return {
        "fits_line": room.kind if room else None,
        "line_limited_by": (room.limited_by if room else "") or None,
    }


def _entry(rank: int, entry: CityEntry) -> dict[str, Any]:
    return {
        "rank": rank,
        "row": entry.row,
        "id": entry.id,
        "name": entry.name,
        "area": entry.area,
        "line": entry.line,
        "policy": entry.policy,
        "template": entry.template,
        "status": entry.status,
        "verdict": entry.verdict or None,
        "n_households": entry.n_households,
        "n_private_bays": entry.n_private_bays,
        "n_fit_uncontrolled": entry.n_fit_uncontrolled,
        "n_fit_managed": entry.n_fit_managed,
        "n_enabled": entry.n_enabled,
        "cost_yuan": entry.cost_yuan,
        "yuan_per_charger": entry.yuan_per_charger,
        "is_verified": entry.is_verified,
        "check": entry.check or None,
        "element": entry.element or None,
        "scenario": entry.scenario or None,
        "data_grade": entry.grade or None,
        "could_flip": entry.could_flip,
    }


def summary_rows(found: CitySummed) -> Sequence[Mapping[str, Cell]]:
    """Return the rows of a CSV file: the groups that were asked for, else the ranked compounds.

    With a budget a compound has the year of its works, and ``later`` where it has none; with
    lines whether it fits on its own, and what stops it.
    """
    if found.by is not None:
        return [_group_row(row, found.by) for row in found.summary.groups(found.by)]
    rooms = rooms_of(found.lines)
    rows = [
        {**_entry(i + 1, entry), **_room(entry, found, rooms)}
        for i, entry in enumerate(found.summary.ranking)
    ]
    if found.year_plan is None:
        return rows
    years = _years_of(found.year_plan)
    return [{**row, "year": years.get(row["row"])} for row in rows]


def _years_of(plan: YearPlan) -> dict[int, str]:
    years = {row.entry.row: "later" for row in plan.later}
    return years | {
        entry.row: str(plan.year(works)) for works in plan.years for entry in works.entries
    }


def _group_row(totals: Totals, by: GroupBy) -> dict[str, Cell]:
    return {
        by: totals.name,
        "n_compounds": totals.n_compounds,
        **{f"n_{name}": totals.verdicts[name] for name in VERDICTS},
        **{f"n_{name}": totals.statuses[name] for name in STATUSES if name != "ok"},
        "n_households": totals.n_households,
        "n_chargers_wanted": totals.n_chargers_wanted,
        "n_fit_uncontrolled": totals.uncontrolled.n_fit,
        "n_fit_managed": totals.managed.n_fit if totals.managed.n_compounds else None,
        "n_enabled": totals.n_enabled,
        "n_with_works": totals.n_with_works,
        "cost_yuan": totals.cost_yuan,
        "yuan_per_household": totals.yuan_per_household,
        "yuan_per_charger": totals.yuan_per_charger,
    }
