"""Two packs side by side, and a pack as JSON."""

from dataclasses import dataclass
from typing import Any

from gridcalc.policy.records import PolicyPack, Rule
from gridcalc.policy.values import RuleValue, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDifference:
    """A rule whose value differs between two packs.

    Parameters
    ----------
    name, unit
        The rule and its unit.
    value_a, value_b
        Its values; None where a pack has no such rule.
    rule_a, rule_b
        The rules with their clauses; None where a pack has no such rule.
    """

    name: str
    unit: str
    value_a: RuleValue
    value_b: RuleValue
    rule_a: Rule | None
    rule_b: Rule | None


def compare(a: PolicyPack, b: PolicyPack) -> tuple[RuleDifference, ...]:
    """Return the rules whose values differ, sorted by name.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> found = compare(load_policy("ningxia-2025"), load_policy("wujiang-2021"))
    >>> [(d.value_a, d.value_b, d.unit) for d in found if d.name == "supply.max_lv_kw"]
    [(160, 200, 'kW')]
    """
    return tuple(
        difference
        for name in sorted({*a.rules, *b.rules})
        if (difference := _difference(name, a.rules.get(name), b.rules.get(name)))
    )


def _difference(name: str, rule_a: Rule | None, rule_b: Rule | None) -> RuleDifference | None:
    value_a = rule_a.value if rule_a else None
    value_b = rule_b.value if rule_b else None
    present = rule_a or rule_b
    if present is None or value_a == value_b:
        return None
    return RuleDifference(
        name=name,
        unit=present.unit,
        value_a=value_a,
        value_b=value_b,
        rule_a=rule_a,
        rule_b=rule_b,
    )


def rule_json(rule: Rule, *, pack_id: str) -> dict[str, Any]:
    """Return a rule of a pack as plain values; numbers stay numbers.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> shown = rule_json(load_policy("jiangxi-2025").rule("deadline.hv_single_source"),
    ...                   pack_id="jiangxi-2025")
    >>> shown["value"], shown["item"], shown["inherited_from"]
    (16, '3', None)
    """
    return {
        "name": rule.name,
        "value": plain(rule.value),
        "unit": rule.unit,
        "document": rule.document,
        "section": rule.section,
        "item": rule.item,
        "confidence": rule.confidence,
        "applies_to": rule.applies_to,
        "title_zh": rule.title_zh,
        "title_en": rule.title_en,
        "note": rule.note,
        "inherited_from": None if rule.pack_id == pack_id else rule.pack_id,
    }


def pack_json(pack: PolicyPack) -> dict[str, Any]:
    """Return a pack as plain values, its rules by name."""
    return {
        "id": pack.id,
        "title": pack.title,
        "title_en": pack.title_en,
        "issuer": pack.issuer,
        "date": pack.date,
        "status": pack.status,
        "valid_from": pack.valid_from,
        "region": pack.region,
        "extends": pack.extends,
        "note": pack.note,
        "rules": {name: rule_json(rule, pack_id=pack.id) for name, rule in pack.rules.items()},
    }
