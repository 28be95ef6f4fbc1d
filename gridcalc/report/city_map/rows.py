"""One compound as a short row of plain values."""

from math import isfinite
from typing import Any

from gridcalc.checks.finding import WORST_UTILISATION
from gridcalc.city.records import BindingResult, CityResult, DataGrade, PlanResult
from gridcalc.city.summary.line_room import LineRoom
from gridcalc.report.city_line_words import room_word
from gridcalc.report.city_map.background import outline_rings
from gridcalc.report.city_map.curves import curve_text, curves_shown, worst_of_seasons
from gridcalc.report.city_map.lists import Lists
from gridcalc.report.city_words import (
    binding_text,
    missing_word,
    next_text,
    outcome_of,
    units_text,
    value_text,
)
from gridcalc.report.wording import Wording

FIELDS = (
    "id",
    "name",
    "row",
    "outcome",
    "area",
    "line",
    "policy",
    "template",
    "category",
    "year",
    "households",
    "privateBays",
    "publicBays",
    "ebikes",
    "transformers",
    "lon",
    "lat",
    "outline",
    "check",
    "binding",
    "bindingValue",
    "bindingLimit",
    "utilisation",
    "runs",
    "fitUncontrolled",
    "fitManaged",
    "room",
    "next",
    "plan",
    "data",
    "curves",
    "error",
)
"""What stands where in the row of a compound; the page reads rows by these names."""
_DEGREES = 6
_SHARE = 3
_NOTHING = (None, None, None, None, None)


def row_of(
    result: CityResult, lists: Lists, wording: Wording, room: LineRoom | None = None
) -> list[Any]:
    """Return a compound as the values of ``FIELDS``; shared texts are places in ``lists``.

    ``room`` tells whether it fits on its line; ``None`` where that is not known.
    """
    row = result.row
    return [
        row.id,
        row.name,
        row.row,
        lists.place("outcome", outcome_of(result)),
        lists.place("area", row.area),
        lists.place("line", row.line),
        lists.place("policy", result.policy or row.policy or ""),
        lists.place("template", row.template or row.file or "", wording.term),
        lists.place("category", row.category, lambda name: _category(name, wording)),
        row.year,
        *_counts(result),
        lists.place("transformers", result.transformers or row.transformers, units_text),
        _rounded(row.lon, _DEGREES),
        _rounded(row.lat, _DEGREES),
        outline_rings(row.outline_wkb) if row.outline_wkb else None,
        *_binding(result.binding, lists, wording),
        _runs(result, lists, wording),
        result.n_max_uncontrolled,
        result.n_max_managed,
        lists.place("room", room_word(room, wording)),
        lists.place("next", result.next_binding, lambda text: next_text(text, wording)),
        _plan(result.plan, lists, wording),
        _data(result.data, lists, wording),
        _curves(result, lists, wording),
        result.error,
    ]


def _category(name: str | None, wording: Wording) -> str:
    return wording.terms.get(f"category.{name}", name) if name else ""


def _counts(result: CityResult) -> tuple[int | None, ...]:
    """Return households, private and public bays and e-bikes; of the table without a result."""
    if result.status == "ok":
        return (
            result.n_households,
            result.n_private_bays,
            result.n_public_bays,
            result.n_ebikes,
        )
    row = result.row
    return (row.n_households, row.n_private_bays, row.n_public_bays, row.n_ebikes)


def _binding(
    binding: BindingResult | None, lists: Lists, wording: Wording
) -> tuple[Any, Any, Any, Any, Any]:
    if binding is None:
        return _NOTHING
    key = (binding.check, binding.element, binding.scenario)
    return (
        lists.place("check", binding.check, wording.term),
        lists.place("binding", key, lambda _: binding_text(binding, wording)),
        value_text(binding.value, binding.unit, wording),
        lists.place("limit", value_text(binding.limit, binding.unit, wording)),
        _rounded(_share(binding), _SHARE),
    )


def _share(binding: BindingResult) -> float | None:
    """Return value over limit, nothing where a condition holds or does not."""
    return None if binding.utilisation >= WORST_UTILISATION else binding.utilisation


def _rounded(value: float | None, decimals: int) -> float | int | None:
    if value is None or not isfinite(value):
        return None
    return round(value, decimals) if decimals else round(value)


def _runs(result: CityResult, lists: Lists, wording: Wording) -> list[Any]:
    def said(key: tuple[str, str, bool]) -> list[Any]:
        scenario, charging, passed = key
        return [wording.scenario(scenario), wording.term(f"mode.{charging}"), int(passed)]

    return [
        [lists.place("run", key, said), *values]
        for key, values in worst_of_seasons(result.runs).items()
    ]


def _plan(plan: PlanResult | None, lists: Lists, wording: Wording) -> list[Any] | None:
    if plan is None:
        return None
    return [
        _rounded(plan.cost_yuan, 0),
        int(plan.is_verified),
        _rounded(plan.working_days, 1),
        [
            [lists.place("payer", payer, wording.term), _rounded(yuan, 0)]
            for payer, yuan in plan.payers.items()
        ],
        [
            [
                lists.place("measure", f"measure.{row.kind}", wording.term),
                lists.place("works", row.text),
                _rounded(row.quantity, 1),
                lists.place("unit", row.unit, wording.term),
                _rounded(row.cost_yuan, 0),
            ]
            for row in plan.measures
        ],
    ]


def _data(data: DataGrade | None, lists: Lists, wording: Wording) -> list[Any] | None:
    if data is None:
        return None
    return [
        data.grade,
        _rounded(data.given_percent, 0),
        [
            lists.place("missing", name, lambda text: missing_word(text, wording))
            for name in data.missing
        ],
        None if data.could_flip is None else int(data.could_flip),
    ]


def _curves(result: CityResult, lists: Lists, wording: Wording) -> list[Any]:
    def said(key: str) -> list[str]:
        scenario, _, charging = key.partition("/")
        return [wording.scenario(scenario), wording.term(f"mode.{charging}"), scenario, charging]

    return [
        [lists.place("curve", key, said), _rounded(max(kw), 1), curve_text(kw)]
        for key, kw in curves_shown(result.day_kw).items()
    ]
