"""Words for one compound of a city: its verdict, what decides, its works, what is missing."""

from gridcalc.city.records import BindingResult, CityResult, MeasureResult, PlanResult, Units
from gridcalc.report.figures import number, quantity
from gridcalc.report.wording import Wording

_MISSING = "-"
_MINUTE_DECIMALS = 3
_PU = "pu"


def outcome_of(result: CityResult) -> str:
    """Return the verdict, or the status of a compound without one.

    Examples
    --------
    >>> from gridcalc.city.records import CityRow
    >>> outcome_of(CityResult(row=CityRow(row=2, id="a", name="a"), status="failed"))
    'failed'
    """
    return result.verdict if result.status == "ok" and result.verdict else result.status


def outcome_word(outcome: str, wording: Wording) -> str:
    """Return the words for a verdict or a status.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> [outcome_word(name, load_wording("zh")) for name in ("ready_managed", "failed")]
    ['有序充电后满足', '计算失败']
    """
    return wording.terms.get(f"short.{outcome}", wording.term(f"status.{outcome}"))


def units_text(units: tuple[Units, ...]) -> str:
    """Return transformers as engineers write them.

    Examples
    --------
    >>> units_text((Units(n=2, sn_kva=800.0), Units(n=1, sn_kva=630.0)))
    '2×800+1×630'
    """
    return "+".join(f"{unit.n}×{unit.sn_kva:g}" for unit in units)


def value_text(value: float | None, unit: str, wording: Wording) -> str:
    """Return a value with its unit; voltages with three decimals.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> value_text(0.93456, "pu", load_wording("en")), value_text(None, "%", load_wording("en"))
    ('0.935 pu', '-')
    """
    if value is not None and unit == _PU:
        return f"{number(value, _MINUTE_DECIMALS)} {unit}"
    return quantity(value, unit, wording)


def binding_text(binding: BindingResult | None, wording: Wording) -> str:
    """Return which limit decides, at which element and in which scenario."""
    if binding is None:
        return _MISSING
    place = wording(
        "{check} at {element}",
        check=wording.term(binding.check),
        element=wording.term(binding.element),
    )
    scenario = wording.scenario(binding.scenario)
    return wording("{what} in {scenario}", what=place, scenario=scenario)


def next_text(next_binding: str, wording: Wording) -> str:
    """Return the limit that comes next; its element stands behind the check.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> next_text("cable.loading T1-F2", load_wording("zh"))
    'T1-F2的电缆载流量'
    """
    check, _, element = next_binding.partition(" ")
    if not element:
        return wording.term(check)
    return wording("{check} at {element}", check=wording.term(check), element=wording.term(element))


def measure_text(measure: MeasureResult, wording: Wording) -> str:
    """Return one kind of works with what it is.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> row = MeasureResult(
    ...     kind="replace_cable", text="4x240", quantity=80.0, unit="m", cost_yuan=9000.0
    ... )
    >>> measure_text(row, load_wording("en"))
    'replace or add cables: 4x240'
    """
    kind = wording.term(f"measure.{measure.kind}")
    return wording("{place}: {said}", place=kind, said=measure.text) if measure.text else kind


def plan_text(plan: PlanResult | None, wording: Wording) -> str:
    """Return the works of a plan in one line; nothing without a plan."""
    if plan is None:
        return ""
    return wording.clauses(measure_text(row, wording) for row in plan.measures)


def missing_word(name: str, wording: Wording) -> str:
    """Return the words for a column of the city table."""
    return wording.terms.get(f"column.{name}", name)
