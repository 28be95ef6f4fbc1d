"""From what a search found to an answer: applied, studied again, priced."""

from collections.abc import Iterable
from dataclasses import replace

from gridcalc.compound.model import Compound
from gridcalc.outcome import Study
from gridcalc.planning.context import Planning, gap_percent
from gridcalc.planning.costing import priced
from gridcalc.planning.records import Answer, Blocking, Strategy
from gridcalc.planning.watching import NAMES
from gridcalc.question import FACTOR
from gridcalc.study import study
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.measures import Measure
from gridcalc.upgrade.search.judge import MANAGED, Broken
from gridcalc.upgrade.search.loop import Found
from gridcalc.verdict import Verdict

_CENTS = 2


def nothing_to_do(planning: Planning, strategy: Strategy) -> Answer:
    """Return the answer for a compound that fits as it is."""
    empty = priced(planning.space, ())
    return Answer(
        strategy=strategy,
        works=(),
        bill=empty.bill,
        split=empty.split,
        lower_bound_yuan=0.0,
        gap_percent=0.0,
        verdict_after=planning.before.verdict,
        blocked_by=(),
        price_checks=(),
        n_judged=0,
        compound_after=planning.compound,
        study_after=planning.before,
    )


def answer_of(planning: Planning, strategy: Strategy, found: Found) -> Answer:
    """Return the answer of a strategy: the plan applied to the file as read, and studied."""
    blocked = _blockings((*found.blocked_by, *found.open))
    if found.selection is None:
        return replace(
            nothing_to_do(planning, strategy),
            lower_bound_yuan=None,
            gap_percent=None,
            verdict_after="no_solution",
            blocked_by=blocked,
            n_judged=found.n_judged,
            study_after=None,
        )
    measures = plan_measures(planning, strategy, found)
    planning.watcher.progress(f"{NAMES[strategy]}: study of the compound with the works")
    plan = priced(planning.space, measures)
    after = apply(planning.compound, measures, catalogue=planning.space.catalogue)
    outcome = _study_after(planning, strategy, found, after)
    cost = float(plan.bill.cost_yuan.typical)
    control = cost - found.cost_yuan
    bound = min(round(found.lower_bound_yuan + control, _CENTS), cost)
    verdict = _verdict(outcome)
    return Answer(
        strategy=strategy,
        works=plan.works,
        bill=plan.bill,
        split=plan.split,
        lower_bound_yuan=bound,
        gap_percent=gap_percent(cost, bound),
        verdict_after=verdict,
        blocked_by=blocked or tuple(_failing(outcome) if verdict == "no_solution" else ()),
        price_checks=(),
        n_judged=found.n_judged,
        compound_after=after,
        study_after=outcome,
    )


def plan_measures(planning: Planning, strategy: Strategy, found: Found) -> tuple[Measure, ...]:
    """Return the measures of a plan, control first where the strategy fits it."""
    control = planning.control if strategy == "orderly" else ()
    return (*control, *found.measures)


def _study_after(planning: Planning, strategy: Strategy, found: Found, after: Compound) -> Study:
    """Return the study of the compound with the works.

    Controllers alone change no load and no network: the study before simulated managed charging
    already. Without control only the governing method counts.
    """
    if strategy == "orderly" and not found.measures:
        return planning.before
    method = planning.before.governing_method
    question = planning.question
    if strategy == "no_control":
        alone = tuple(mode for mode in question.charging if mode != MANAGED)
        modes = alone if method != FACTOR else question.charging
        question = replace(question, methods=(method,), charging=modes)  # type: ignore[arg-type]
    return study(
        after,
        catalogue=planning.space.catalogue,
        policy=planning.space.policy,
        question=question,
    )


def _verdict(outcome: Study) -> Verdict:
    return "no_solution" if outcome.verdict == "upgrade" else outcome.verdict


def _blockings(rows: Iterable[Broken]) -> tuple[Blocking, ...]:
    """Return the limits in the way, each once, as it is broken last."""
    return tuple({row.finding.key: _blocking(row) for row in rows}.values())


def _blocking(row: Broken) -> Blocking:
    facts = row.state.facts
    return Blocking(scenario=facts.scenario.name, charging=facts.charging, finding=row.finding)


def _failing(outcome: Study) -> Iterable[Blocking]:
    for run in outcome.governing_runs:
        for finding in run.findings:
            if finding.status == "fail":
                yield Blocking(scenario=run.scenario, charging=run.charging, finding=finding)
