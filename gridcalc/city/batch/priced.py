"""Works of single compounds as plans with cost and payers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gridcalc.city.batch.parts import Part
from gridcalc.city.batch.planning_city import prices_of, quick_plans_of
from gridcalc.city.batch.planning_records import QuickPlan
from gridcalc.city.compounds import Described, catalogue_of
from gridcalc.city.records import CityQuestion, CityResult, CityRow, MeasureResult, PlanResult
from gridcalc.cost import bill_of_quantities, payers
from gridcalc.errors import InputError
from gridcalc.policy import PolicyPack
from gridcalc.upgrade.durations import works_days
from gridcalc.upgrade.measures import OrderlyCharging
from gridcalc.upgrade.quantities import quantities_of


def quick_plans_by_row(
    rows: Sequence[tuple[CityRow, Part]], policy: PolicyPack, question: CityQuestion
) -> Mapping[int, QuickPlan]:
    """Return the quick plans of some compounds by the number of their row.

    Where one of them cannot be priced, the others still are.
    """
    if question.plan != "quick" or not rows:
        return {}
    try:
        found = quick_plans_of(rows, policy, question)
    except InputError as error:
        if len(rows) == 1:
            text = "; ".join(str(problem) for problem in error.problems)
            return {rows[0][0].row: QuickPlan(result=None, measures=(), reason=text)}
        half = len(rows) // 2
        return {
            **quick_plans_by_row(rows[:half], policy, question),
            **quick_plans_by_row(rows[half:], policy, question),
        }
    return {row.row: plan for (row, _), plan in zip(rows, found, strict=True)}


def with_quick_plan(
    result: CityResult, plans: Mapping[int, QuickPlan], *, is_proven: bool
) -> CityResult:
    """Return a result with its quick plan, or with what no works of a quick plan mend.

    ``is_proven`` tells whether the run judged by the same loads as the plan.
    """
    plan = plans.get(result.row.row)
    if plan is None or result.status != "ok":
        return result
    if plan.result is None:
        return replace(result, no_plan=plan.reason)
    verified = plan.result.is_verified and is_proven
    return replace(result, plan=replace(plan.result, is_verified=verified))


def orderly_plan(described: Described, question: CityQuestion) -> PlanResult:
    """Return controllers and chargers under control on all private bays, priced.

    A compound that is fitted with them already needs nothing.

    Raises
    ------
    InputError
        The price book lacks what they need.
    """
    measure, catalogue = OrderlyCharging(), catalogue_of(question)
    quantities = quantities_of(described.compound, measure, catalogue=catalogue)
    bill = bill_of_quantities(quantities, prices_of(question))
    build = described.compound.build
    split = payers(bill, policy=described.policy, build=build.kind, category=build.category)
    cost_yuan = float(bill.cost_yuan.typical)
    control = MeasureResult(
        kind=measure.kind,
        text="private chargers under control",
        quantity=sum(row.quantity for row in quantities if row.item == "orderly.charger"),
        unit="piece",
        cost_yuan=cost_yuan,
    )
    return PlanResult(
        depth="quick",
        cost_yuan=cost_yuan,
        payers={name: float(money.typical) for name, money in split.totals_yuan.items()},
        measures=(control,) if quantities else (),
        is_verified=True,
        working_days=float(works_days(measure, described.policy)),
    )
