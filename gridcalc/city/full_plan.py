"""The cheapest works of a compound by the full search of ``gridcalc upgrade``."""

from collections import defaultdict
from dataclasses import replace

from gridcalc.city.batch.planning_city import prices_of
from gridcalc.city.compounds import catalogue_of, describe
from gridcalc.city.records import CityQuestion, CityResult, MeasureResult, PlanResult
from gridcalc.planning.plan import plan_upgrade
from gridcalc.planning.records import Answer, Works
from gridcalc.question import Question

_NEEDS_WORKS = frozenset({"upgrade", "ready_managed"})
_KEPT = frozenset({"ready", "ready_managed"})


def with_full_plan(result: CityResult, question: CityQuestion) -> CityResult:
    """Return a result with the cheapest plan of the full search; it takes seconds to minutes.

    The plan counts by the method that the pack lets govern, whatever the method of the run.

    Raises
    ------
    InputError
        The price book cannot price what may be needed.
    ConvergenceError
        Not even the low-load case has a solution.
    """
    if result.status != "ok" or result.verdict not in _NEEDS_WORKS:
        return result
    described = describe(result.row, question)
    found = plan_upgrade(
        described.compound,
        catalogue=catalogue_of(question),
        policy=described.policy,
        prices=prices_of(question),
        question=Question(
            scenarios=question.scenarios, seed=question.seed, n_days=question.n_days, threads=1
        ),
    )
    answer = found.answer("least_cost")
    if answer.verdict_after not in _KEPT:
        reason = "; ".join(
            dict.fromkeys(f"{row.finding.check} {row.finding.element}" for row in answer.blocked_by)
        )
        return replace(result, verdict="no_solution", error=reason)
    return replace(result, plan=_plan(answer))


def _plan(answer: Answer) -> PlanResult:
    kinds: dict[str, list[Works]] = defaultdict(list)
    for work in answer.works:
        kinds[work.measure.kind].append(work)
    return PlanResult(
        depth="full",
        cost_yuan=float(answer.bill.cost_yuan.typical),
        payers={payer: float(money.typical) for payer, money in answer.split.totals_yuan.items()},
        measures=tuple(_measure(kind, works) for kind, works in kinds.items()),
        is_verified=True,
        working_days=float(sum(work.working_days for work in answer.works)),
    )


def _measure(kind: str, works: list[Works]) -> MeasureResult:
    elements = ", ".join(work.measure.element for work in works[:3])
    more = f" and {len(works) - 3} more" if len(works) > 3 else ""
    return MeasureResult(
        kind=kind,
        text=f"{elements}{more}",
        quantity=float(len(works)),
        unit="piece",
        cost_yuan=sum(float(work.cost_yuan.typical) for work in works),
    )
