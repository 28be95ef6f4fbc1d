"""THE FLOW of an upgrade: study, search, verify, price, stage. Start reading here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound
from gridcalc.cost import PriceBook
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.planning.answering import answer_of, nothing_to_do
from gridcalc.planning.context import Planning, gap_percent
from gridcalc.planning.known import Studied, narrowed
from gridcalc.planning.price_range import cheapest_at_ends, control_yuan, price_checks
from gridcalc.planning.records import (
    PRICE_ENDS,
    STRATEGIES,
    Answer,
    PlanSettings,
    Stage,
    Stopped,
    Strategy,
    Upgrade,
)
from gridcalc.planning.stages import stages_of
from gridcalc.planning.watching import NAMES, NOBODY, Watcher
from gridcalc.policy import PolicyPack
from gridcalc.question import (
    EVERYTHING,
    STOCHASTIC,
    Question,
    governing_method,
    simulation_settings,
)
from gridcalc.simulation.settings import Charging, governing_season
from gridcalc.study import study
from gridcalc.upgrade.options import not_possible
from gridcalc.upgrade.search.building import build_space
from gridcalc.upgrade.search.judge import MANAGED, Criteria
from gridcalc.upgrade.search.loop import Found, search
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.watch import SearchStoppedError

_SEARCHED: tuple[Strategy, ...] = ("no_control", "orderly")
_RULES = ("upgrade.", "works.")


def plan_upgrade(
    compound: Compound,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    prices: PriceBook,
    question: Question = EVERYTHING,
    settings: PlanSettings | None = None,
    watcher: Watcher = NOBODY,
) -> Upgrade:
    """Return the cheapest works that make a compound fit, by three strategies and in stages.

    Parameters
    ----------
    compound
        As read from its file.
    catalogue, policy, prices
        Equipment, rules and prices.
    question
        Scenarios, seasons and simulated days; which methods and charging modes count follows
        from the policy pack.
    settings
        Targets and bounds of the search.
    watcher
        Who waits.

    Raises
    ------
    InputError
        The price book cannot price what may be needed, or a scenario name is wrong.
    ConvergenceError
        Not even the low-load case has a solution.
    """
    return plan_studied(
        Studied(compound=compound, question=question, study=None),
        catalogue=catalogue,
        policy=policy,
        prices=prices,
        settings=settings,
        watcher=watcher,
    )


def plan_studied(
    studied: Studied,
    *,
    catalogue: Catalogue,
    policy: PolicyPack,
    prices: PriceBook,
    settings: PlanSettings | None = None,
    watcher: Watcher = NOBODY,
) -> Upgrade:
    """Return the plans of ``plan_upgrade`` for a compound whose study may be known already.

    Parameters
    ----------
    studied
        The compound, what is asked, and its study by the same catalogue and policy pack.
    catalogue, policy, prices, settings, watcher
        As for ``plan_upgrade``.

    Raises
    ------
    InputError, ConvergenceError
        As for ``plan_upgrade``.
    """
    settings = settings or PlanSettings()
    compound = studied.compound
    space = build_space(
        compound,
        catalogue=catalogue,
        policy=policy,
        prices=prices,
        max_parallel=settings.max_parallel,
    )
    question = _asked(studied.question, policy)
    before = narrowed(studied, question)
    if before is None:
        watcher.progress("study of the compound as it is")
        before = study(compound, catalogue=catalogue, policy=policy, question=question)
    planning = Planning(
        compound=compound,
        space=space,
        costs=Costs(space=space),
        criteria=_criteria(question, catalogue, policy, settings),
        settings=settings,
        question=question,
        before=before,
        watcher=watcher,
    )
    return _upgrade(planning)


def _asked(question: Question, policy: PolicyPack) -> Question:
    """Return the question with the methods and modes that a verdict needs."""
    method = governing_method(policy, question)
    alone: tuple[Charging, ...] = ("uncontrolled",) if method == STOCHASTIC else ()
    methods = tuple(dict.fromkeys((method, STOCHASTIC)))
    return replace(question, methods=methods, charging=(*alone, MANAGED))


def _criteria(
    question: Question, catalogue: Catalogue, policy: PolicyPack, settings: PlanSettings
) -> Criteria:
    seasons = question.seasons or (governing_season(policy),)
    return Criteria(
        catalogue=catalogue,
        policy=policy,
        scenarios=scenarios_in_order(question.scenarios),
        method=governing_method(policy, question),
        days=tuple(simulation_settings(question, policy, season) for season in seasons),
        trigger_percent=settings.trigger_loading_percent,
        target_percent=settings.target_loading_percent,
    )


def _upgrade(planning: Planning) -> Upgrade:
    known = planning.control_is_enough
    alone = None if _fits(planning) else _found(planning, "no_control", has_plan=known)
    if alone is None or _needs_nothing(planning, alone):
        answers = tuple(nothing_to_do(planning, strategy) for strategy in STRATEGIES)
        return _complete(planning, answers, ())
    has_plan = alone.selection is not None
    found: dict[Strategy, Found] = {
        "no_control": alone,
        "orderly": _found(planning, "orderly", has_plan=has_plan),
    }
    ends = cheapest_at_ends(planning, found)
    searched = tuple(
        replace(
            answer_of(planning, strategy, found[strategy]),
            price_checks=price_checks(planning, found, ends, (strategy,), strategy),
        )
        for strategy in _SEARCHED
        if _is_told(found[strategy])
    )
    least, chosen = _least(searched)
    competing = tuple(row for row in _SEARCHED if found[row].stopped or _has_plan(found[row]))
    least = replace(
        least,
        price_checks=price_checks(planning, found, ends, competing, chosen),
        n_judged=sum(row.n_judged for row in found.values()),
    )
    if len(searched) < len(_SEARCHED):
        least = replace(least, lower_bound_yuan=None, gap_percent=None)
    try:
        stages, stages_open = stages_of(planning, least, chosen, found[chosen]), False
    except SearchStoppedError:
        stages, stages_open = (), True
    plans = _complete(planning, (*searched, least), stages)
    return replace(plans, stopped=_stopped(found, least, stages_open=stages_open))


def _has_plan(found: Found) -> bool:
    return found.selection is not None


def _is_told(found: Found) -> bool:
    """Return whether a search came to an answer: a plan, or that there is none."""
    return _has_plan(found) or not found.stopped


def _stopped(
    found: Mapping[Strategy, Found], least: Answer, *, stages_open: bool
) -> Stopped | None:
    """Return what is open because the user stopped; ``None`` where nothing is."""
    stopped = [strategy for strategy, row in found.items() if row.stopped]
    known = {row.end for row in least.price_checks}
    rows = Stopped(
        unfinished=tuple(row for row in stopped if _has_plan(found[row])),
        not_searched=tuple(row for row in stopped if not _has_plan(found[row])),
        price_ends_open=tuple(end for end in PRICE_ENDS if least.works and end not in known),
        stages_open=stages_open,
    )
    return None if rows == Stopped() else rows


def _fits(planning: Planning) -> bool:
    """Return whether the compound carries the chargers without any control."""
    asked = planning.settings.trigger_loading_percent
    return asked is None and planning.before.verdict == "ready"


def _needs_nothing(planning: Planning, alone: Found) -> bool:
    """Return whether no loading is above the trigger either, so that nothing is to be done."""
    holds = alone.selection is not None and not alone.open
    return holds and not alone.measures and planning.before.verdict == "ready"


def _found(planning: Planning, strategy: Strategy, *, has_plan: bool) -> Found:
    """Search the cheapest plan; one without works is known from the study already.

    ``has_plan`` says whether another strategy has a plan already.
    """
    if strategy == "orderly" and planning.control_is_enough:
        return Found.nothing(n_judged=1)
    return search(
        planning.space,
        planning.criteria_of(strategy),
        planning.costs,
        effort=planning.effort,
        watch=planning.watch(
            NAMES[strategy],
            more_yuan=control_yuan(planning, strategy, "typical"),
            has_plan=has_plan,
        ),
    )


def _least(answers: Sequence[Answer]) -> tuple[Answer, Strategy]:
    """Return the cheaper of the answers that solve it, and its strategy.

    Of two that cost the same the one without control; of none that solves it, the cheaper that
    mends what works can mend.
    """
    solved = [row for row in answers if row.verdict_after != "no_solution"]
    partial = [row for row in answers if row.study_after is not None]
    best = min(solved or partial or answers[:1], key=lambda row: row.bill.cost_yuan.typical)
    bounds = [row.lower_bound_yuan for row in solved if row.lower_bound_yuan is not None]
    bound = min(bounds, default=None)
    gap = None if bound is None else gap_percent(float(best.bill.cost_yuan.typical), bound)
    least = replace(best, strategy="least_cost", lower_bound_yuan=bound, gap_percent=gap)
    return least, best.strategy


def _complete(
    planning: Planning, answers: tuple[Answer, ...], stages: tuple[Stage, ...]
) -> Upgrade:
    space = planning.space
    rejected = not_possible(
        space.compound,
        catalogue=space.catalogue,
        policy=space.policy,
        max_parallel=planning.settings.max_parallel,
    )
    rules = [row for name, row in space.policy.rules.items() if name.startswith(_RULES)]
    return Upgrade(
        compound=planning.compound,
        policy=space.policy,
        prices=space.prices,
        settings=planning.settings,
        before=planning.before,
        answers=answers,
        stages=stages,
        rejected=rejected,
        assumptions=tuple(
            sorted(
                (*planning.before.assumptions, *(row.assumption() for row in rules)),
                key=lambda row: (row.name, row.note),
            )
        ),
    )
