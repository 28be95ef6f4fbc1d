"""Who pays for which part of the works, by the policy pack, and up to which point."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from gridcalc.cost.bill import Bill
from gridcalc.cost.money import NOTHING, Money, split, total
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PAYERS, PayerScope, PolicyPack, Rule, payer_rule, payer_shares
from gridcalc.policy.values import FrozenMapping
from gridcalc.provenance import Confidence, weakest
from gridcalc.units import PERCENT

Build = Literal["new", "existing"]
Division = Literal["sole", "equal", "stated"]
Demarcation = Literal[
    "red_line", "transformer_lv_terminals", "billing_meter", "charging_bay", "charger"
]

ENDS: Mapping[PayerScope, Demarcation] = {
    "public_network": "red_line",
    "second_source": "red_line",
    "mv_outside_red_line": "red_line",
    "mv_civil_outside_red_line": "red_line",
    "mv_inside_red_line": "transformer_lv_terminals",
    "mv_civil_inside_red_line": "transformer_lv_terminals",
    "lv_before_meter": "billing_meter",
    "lv_civil": "billing_meter",
    "meter_and_box": "billing_meter",
    "maintenance": "billing_meter",
    "after_meter": "charger",
    "private_charger": "charger",
    "public_charger": "charger",
    "charging_civil": "charging_bay",
    "orderly_control": "charger",
    "ebike_charging": "charger",
}
"""The point at which each part of the works ends, by its definition."""

_HANDOVER = {"old_courtyard": "handover.demarcation_old_courtyard"}
_HANDOVER_OTHER = "handover.demarcation_existing"
_TOLERANCE_PERCENT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerShare:
    """What one payer bears of a part of the works.

    ``percent`` is the share of that part. [%]
    """

    payer: str
    percent: float
    cost_yuan: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerRow:
    """A part of the works and who pays for it.

    Parameters
    ----------
    subject
        Part of the works.
    cost_yuan
        Its cost, surcharges included. [yuan]
    shares
        Payers in the order of the rule.
    division
        ``sole`` payer, ``equal`` shares because the rule names several payers and no shares, or
        shares ``stated`` by the pack.
    demarcation
        Where the part ends.
    rule
        The rule that names the payers; its ``pack_id`` tells whether the region's pack states it
        or the pack it builds on.
    holds
        Whether the rule was made for this kind of build; false only where no rule was.
    confidence
        Mark of the rule, or of the shares if it is weaker; ``assumed`` where the rule was made for
        another kind of build, or where equal shares are this program's reading.
    """

    subject: PayerScope
    cost_yuan: Money
    shares: tuple[PayerShare, ...]
    division: Division
    demarcation: Demarcation
    rule: Rule
    holds: bool
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerSplit:
    """The cost of some works by payer.

    Parameters
    ----------
    policy_id, build, category
        By which rules.
    rows
        One row per part of the works, in the order of the payer rules.
    totals_yuan
        Sum per payer who bears anything, in the order of ``PAYERS``; together they are the bill.
    handover
        The rule that names the demarcation point of a handover; None where the pack names none.
    """

    policy_id: str
    build: Build
    category: str | None
    rows: tuple[PayerRow, ...]
    totals_yuan: Mapping[str, Money]
    handover: Rule | None


def payers(bill: Bill, *, policy: PolicyPack, build: Build, category: str | None) -> PayerSplit:
    """Return who pays for the lines of a bill.

    What the pack states itself goes before what it inherits, see
    :func:`gridcalc.policy.payer_rule`. A rule that names several payers splits equally, unless its
    pack, or one that builds on it, holds a rule ``payer_share.<scope>[.<qualifier>]``: a list of
    ``{payer, percent}`` that sums to 100.

    Parameters
    ----------
    bill
        The priced works.
    policy
        Names the payers.
    build
        New or existing compound.
    category
        Ownership category of an existing compound.

    Raises
    ------
    InputError
        Shares of the pack name other payers than its rule or do not sum to 100 %.
    """
    subjects = {line.payer_subject for line in bill.lines}
    problems: list[Problem] = []
    rows: list[PayerRow] = []
    for subject in (scope for scope in ENDS if scope in subjects):
        cost_yuan = total(line.cost_yuan for line in bill.lines if line.payer_subject == subject)
        rule = payer_rule(policy, subject, build=build, category=category or "")
        try:
            rows.append(_row(subject, cost_yuan, rule, policy=policy, build=build))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return PayerSplit(
        policy_id=policy.id,
        build=build,
        category=category if build == "existing" else None,
        rows=tuple(rows),
        totals_yuan=_totals(rows),
        handover=handover_rule(policy, build, category),
    )


def _row(
    subject: PayerScope, cost_yuan: Money, rule: Rule, *, policy: PolicyPack, build: Build
) -> PayerRow:
    names = cast("tuple[str, ...]", rule.value)
    stated = payer_shares(policy, rule, build=build)
    percents, division = _percents(rule, names, stated)
    holds = rule.holds_for(build)
    parts = split(cost_yuan, percents)
    return PayerRow(
        subject=subject,
        cost_yuan=cost_yuan,
        shares=tuple(
            PayerShare(payer=payer, percent=percent, cost_yuan=part)
            for payer, percent, part in zip(names, percents, parts, strict=True)
        ),
        division=division,
        demarcation=ENDS[subject],
        rule=rule,
        holds=holds,
        confidence=_confidence(rule, stated, division) if holds else "assumed",
    )


def _confidence(rule: Rule, stated: Rule | None, division: Division) -> Confidence:
    if division == "stated" and stated is not None:
        return weakest(rule.confidence, stated.confidence)
    return "assumed" if division == "equal" else rule.confidence


def _percents(
    rule: Rule, names: Sequence[str], stated: Rule | None
) -> tuple[tuple[float, ...], Division]:
    """Return the share of each named payer in percent, and how it came about."""
    if len(names) == 1:
        return (PERCENT,), "sole"
    if stated is None:
        return tuple(PERCENT / len(names) for _ in names), "equal"
    percents = dict(_stated(stated))
    if set(percents) != set(names) or abs(sum(percents.values()) - PERCENT) > _TOLERANCE_PERCENT:
        message = (
            f"must give {{payer, percent}} for {', '.join(names)}, together 100 %"
            f" as {rule.name} names them"
        )
        raise InputError([Problem(stated.pack_id, 0, stated.name, message)])
    return tuple(percents[name] for name in names), "stated"


def _stated(rule: Rule) -> Iterator[tuple[str, float]]:
    rows = rule.value if isinstance(rule.value, tuple) else ()
    for row in rows:
        percent = row.get("percent") if isinstance(row, FrozenMapping) else None
        if isinstance(row, FrozenMapping) and isinstance(percent, (int, float)):
            yield str(row.get("payer")), float(percent)


def _totals(rows: Sequence[PayerRow]) -> dict[str, Money]:
    totals = {
        payer: total(s.cost_yuan for row in rows for s in row.shares if s.payer == payer)
        for payer in PAYERS
    }
    return {payer: money for payer, money in totals.items() if money != NOTHING}


def handover_rule(policy: PolicyPack, build: Build, category: str | None) -> Rule | None:
    """Return the rule of the pack that names the demarcation point of this kind of compound."""
    if build == "new" or category in {None, "utility"}:
        return None
    return policy.rules.get(_HANDOVER.get(category or "", _HANDOVER_OTHER))
