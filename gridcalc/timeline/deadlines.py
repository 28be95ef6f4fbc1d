"""Working days that a policy pack states: the utility's steps, permit and external works."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack, Rule, permit_classes
from gridcalc.timeline.records import Basis, PermitKind, Settled
from gridcalc.timeline.sharing import shared_days

START_DAY_COUNTS = "timeline.start_day_counts"
WORKS_COUNTED_FROM = "timeline.mv_works_counted_from"
WORKS_BY = "timeline.external_works_by"
LV_RESIDENTIAL_COUNTS = "deadline.lv_residential_counts"
_LV_WORKS = "timeline.lv_works"
_LV_WITH_WORKS = "deadline.lv_with_external_works"
_SURCHARGE = "deadline.hv_important_user_surcharge"
_SUMS = {
    "lv_residential": "deadline.lv_residential",
    "lv_other": "deadline.lv_other",
    "hv_single": "deadline.hv_single_source",
    "hv_double": "deadline.hv_double_source",
}
_CHARGING = ("acceptance", "supply_scheme", "meter_and_connection")
_CHARGING_SURVEY = "service.charging_site_survey_required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Working days of a step or of several, and the rules behind them.

    Parameters
    ----------
    id
        Name of the step, or of what is counted.
    working_days
        The days. [working days]
    basis
        Where they come from.
    is_share
        Whether the document states only the sum of several steps.
    """

    id: str
    working_days: int
    basis: Basis
    is_share: bool = False


def whole_days(rule: Rule, policy: PolicyPack) -> int:
    """Return the value of a rule in whole working days; a part of a day counts as one.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> pack = load_policy("wujiang-2021")
    >>> whole_days(pack.rule("deadline.mv_works"), pack)
    30
    """
    return ceil(policy.number(rule.name))


def utility_total(settled: Settled, policy: PolicyPack) -> Days:
    """Return what all steps of the utility together may take.

    For charging facilities the document states the steps, and this is their sum. Where the days of
    residents are those of the whole process, the external works and their permit lie within them.

    Raises
    ------
    InputError
        The whole process leaves the steps less than a day beside the external works.
    """
    if _is_whole_process(settled, policy):
        return _left_by_works(settled, policy)
    if settled.customer == "charging":
        rules = tuple(policy.rule(f"deadline.charging_{name}") for name in _CHARGING)
    else:
        names = [_SUMS[settled.customer], *([_SURCHARGE] if settled.important_user else [])]
        rules = tuple(policy.rule(name) for name in names)
    total = sum(whole_days(rule, policy) for rule in rules)
    return Days(id="utility_steps", working_days=total, basis=Basis(rules=rules))


def steps_rule(settled: Settled, policy: PolicyPack) -> Rule | None:
    """Return the rule that lists the utility's steps; charging has steps of its own."""
    if settled.customer == "charging":
        return None
    if not settled.is_hv:
        return policy.rule("timeline.steps_lv")
    important = "_important" if settled.important_user else ""
    return policy.rule(f"timeline.steps_hv{important}")


def utility_days(settled: Settled, policy: PolicyPack) -> tuple[Days, ...]:
    """Return the steps of the utility in order, each with its days.

    Where only the sum is stated, the steps share it by the weights of the pack.

    Raises
    ------
    InputError
        The pack lists no step, one twice, or only steps of weight 0; or it leaves them no day.
    """
    listed = steps_rule(settled, policy)
    if listed is None:
        return _charging_days(policy)
    names = policy.names(listed.name)
    shares = [policy.rule(f"timeline.share.{name}") for name in names]
    weights = [policy.number(rule.name) for rule in shares]
    _check_steps(listed, names, weights, policy)
    total = utility_total(settled, policy)
    days = shared_days(total.working_days, weights)
    return tuple(
        Days(
            id=name,
            working_days=n,
            basis=Basis(rules=(*total.basis.rules, share)),
            is_share=True,
        )
        for name, n, share in zip(names, days, shares, strict=True)
    )


def permit_days(kind: PermitKind, policy: PolicyPack) -> Days:
    """Return what a permit takes: by the classes of the pack, else by its general deadline.

    Of several classes of a kind the longest counts.
    """
    stated = [
        row.working_days
        for row in permit_classes(policy)
        if row.kind == kind and row.working_days is not None
    ]
    if stated:
        rule = replace(policy.rule("permit.classes"), value=max(stated), unit="working days")
        days = ceil(max(stated))
    else:
        name = "permit.approval_working_days" if kind == "approval" else "deadline.permit_filing"
        rule = policy.rule(name)
        days = whole_days(rule, policy)
    return Days(id=f"permit_{kind}", working_days=days, basis=Basis(rules=(rule,)))


def works_limit(settled: Settled, policy: PolicyPack) -> Days:
    """Return what the external works may take; longer LV works count as new structures."""
    name = "deadline.mv_works"
    if not settled.is_hv:
        name = f"deadline.lv_works_{policy.text(_LV_WORKS)}"
        given = settled.works_days or 0
        if given > whole_days(policy.rule(name), policy):
            name = "deadline.lv_works_new_structures"
    rule = policy.rule(name)
    return Days(
        id="external_works", working_days=whole_days(rule, policy), basis=Basis(rules=(rule,))
    )


def setting_rules(settled: Settled, policy: PolicyPack) -> tuple[Rule, ...]:
    """Return the rules that shape the timeline and are not days of a step."""
    listed = steps_rule(settled, policy)
    names = [START_DAY_COUNTS]
    if settled.external_works:
        names.append(WORKS_BY)
        names.append(WORKS_COUNTED_FROM if settled.is_hv else _LV_WORKS)
        if settled.customer == "lv_residential":
            names.append(LV_RESIDENTIAL_COUNTS)
    return (*([listed] if listed else []), *(policy.rule(name) for name in names))


def _is_whole_process(settled: Settled, policy: PolicyPack) -> bool:
    """Return whether external works lie within the days that the document gives residents."""
    if settled.customer != "lv_residential" or not settled.external_works:
        return False
    return policy.text(LV_RESIDENTIAL_COUNTS) == "whole_process"


def _left_by_works(settled: Settled, policy: PolicyPack) -> Days:
    """Return what the whole process leaves the utility's steps beside works and permit.

    A permit leaves them one day at least: a whole process that is too long is then a finding.
    """
    whole, works = policy.rule(_LV_WITH_WORKS), works_limit(settled, policy)
    whole_process = whole_days(whole, policy)
    left = whole_process - works.working_days
    if left < 1:
        key = f"rules.{works.basis.rules[0].name}"
        message = (
            f"its {whole_process} working days leave less than one for the steps of the utility"
            f" beside the {works.working_days} of {key}, so change one of the two"
        )
        raise InputError([Problem(policy.id, 0, f"rules.{whole.name}", message)])
    rules = (whole, *works.basis.rules)
    if settled.permit is not None:
        permit = permit_days(settled.permit, policy)
        left = max(1, left - permit.working_days)
        rules = (*rules, *permit.basis.rules)
    return Days(id="utility_steps", working_days=left, basis=Basis(rules=rules))


def _charging_days(policy: PolicyPack) -> tuple[Days, ...]:
    rules = {name: policy.rule(f"deadline.charging_{name}") for name in _CHARGING}
    found = [
        Days(id=name, working_days=whole_days(rule, policy), basis=Basis(rules=(rule,)))
        for name, rule in rules.items()
    ]
    survey = policy.rules.get(_CHARGING_SURVEY)
    if survey is not None and survey.value is True:
        found.insert(1, Days(id="site_survey", working_days=0, basis=Basis(rules=(survey,))))
    return tuple(found)


def _check_steps(
    rule: Rule, names: Sequence[str], weights: Sequence[float], policy: PolicyPack
) -> None:
    message = ""
    if not names:
        message = "lists no step; name at least one"
    elif len(set(names)) < len(names):
        message = "lists a step twice; name each once"
    elif not sum(weights):
        message = "the timeline.share of every step is 0; give one of them a weight"
    if message:
        raise InputError([Problem(policy.id, 0, f"rules.{rule.name}", message)])
