"""Lay the rules of a file over those of the pack it extends."""

import re
from collections.abc import Iterator, Mapping

from gridcalc.errors import Problem
from gridcalc.policy.door import nearest, validate
from gridcalc.policy.payers import PAYERS
from gridcalc.policy.records import Bounds, Rule
from gridcalc.policy.schema import PermitClass, RuleEntry
from gridcalc.policy.values import FrozenMapping, RuleValue, all_finite, freeze, kind_of
from gridcalc.yamlfile import Document, Path

PERMIT_CLASSES = "permit.classes"
_NEW_RULE_KEYS = ("unit", "document", "confidence", "title_zh", "title_en")


def rule_problems(
    document: Document, entries: Mapping[str, RuleEntry], base: Mapping[str, Rule]
) -> Iterator[Problem]:
    """Yield what is wrong with rules that are well formed: names, units, kinds, ranges."""
    for name, entry in entries.items():
        parent = base.get(name)
        if parent is None:
            yield from _new_rule_problems(document, name, entry, base)
        else:
            yield from _override_problems(document, name, entry, parent)
        yield from _value_problems(document, name, entry, parent)


def merged_rules(
    entries: Mapping[str, RuleEntry], base: Mapping[str, Rule], *, pack_id: str
) -> FrozenMapping[str, Rule]:
    """Return the base's rules with a file's values in their place and new ones at the end."""
    own = {name: _rule(name, entry, base.get(name), pack_id) for name, entry in entries.items()}
    return FrozenMapping({**base, **own})


def _rule(name: str, entry: RuleEntry, parent: Rule | None, pack_id: str) -> Rule:
    return Rule(
        name=name,
        value=rule_value(name, entry),
        unit=entry.unit or (parent.unit if parent else "-"),
        document=entry.document,
        section=entry.section,
        item=entry.item,
        confidence=entry.confidence,
        applies_to=entry.applies_to or (parent.applies_to if parent else "all"),
        title_zh=entry.title_zh or (parent.title_zh if parent else name),
        title_en=entry.title_en or (parent.title_en if parent else name),
        note=entry.note,
        pack_id=pack_id,
        bounds=parent.bounds if parent else _bounds(entry),
    )


def rule_value(name: str, entry: RuleEntry) -> RuleValue:
    """Return the value of a rule, frozen; permit classes get the keys they leave out."""
    if name == PERMIT_CLASSES:
        rows = [PermitClass.model_validate(row) for row in entry.value]
        return freeze([row.model_dump() for row in rows])
    return freeze(entry.value)


def _bounds(entry: RuleEntry) -> Bounds:
    return Bounds(
        min_value=entry.min, max_value=entry.max, allowed=entry.allowed, pattern=entry.pattern
    )


def _new_rule_problems(
    document: Document, name: str, entry: RuleEntry, base: Mapping[str, Rule]
) -> Iterator[Problem]:
    missing = [key for key in _NEW_RULE_KEYS if key not in entry.model_fields_set]
    if missing and base:
        guess = nearest(name, base)
        message = f"the base pack has no rule {name!r}{guess or ''}"
        remedy = f"{' ' if guess else '; '}a rule of your own also needs {', '.join(missing)}"
        yield document.problem(("rules", name), message + remedy)


def _override_problems(
    document: Document, name: str, entry: RuleEntry, parent: Rule
) -> Iterator[Problem]:
    if entry.unit is not None and entry.unit != parent.unit:
        message = f"the unit of this rule is {parent.unit!r}; convert the value and leave out unit"
        yield document.problem(("rules", name, "unit"), message)
    for key in ("min", "max", "allowed", "pattern"):
        if key in entry.model_fields_set:
            message = f"{key} is set by {parent.pack_id!r} and cannot be changed; remove it"
            yield document.problem(("rules", name, key), message)


def _value_problems(
    document: Document, name: str, entry: RuleEntry, parent: Rule | None
) -> Iterator[Problem]:
    path = ("rules", name, "value")
    value = freeze(entry.value)
    kind = kind_of(value)
    if value is None or isinstance(value, FrozenMapping):
        message = f"the value is {kind}; give a number, true or false, a text or a list"
        yield document.problem(path, message)
    elif not all_finite(value):
        yield document.problem(path, "the value holds a number that is not finite")
    elif parent is not None and kind != kind_of(parent.value):
        yield document.problem(path, f"{entry.value!r} is {kind}, not {kind_of(parent.value)}")
    elif name == PERMIT_CLASSES:
        yield from _permit_problems(document, value)
    else:
        if parent is not None and isinstance(value, tuple):
            yield from _list_problems(document, path, value, parent.value)
        bounds = parent.bounds if parent else _bounds(entry)
        for message in _bound_messages(name, value, bounds):
            yield document.problem(path, message)


def _list_problems(
    document: Document, path: Path, value: tuple[RuleValue, ...], model: RuleValue
) -> Iterator[Problem]:
    """Yield entries of a list that are not built like the first entry of the base pack's list."""
    if not isinstance(model, tuple) or not model:
        return
    first = model[0]
    for i, item in enumerate(value):
        if kind_of(item) != kind_of(first):
            message = f"entry {i + 1} is {kind_of(item)}, not {kind_of(first)}"
            yield document.problem((*path, i), message)
        elif _shape(item) != _shape(first):
            wanted = ", ".join(f"{key} ({kind})" for key, kind in _shape(first))
            yield document.problem((*path, i), f"needs exactly the keys {wanted}")


def _shape(row: RuleValue) -> list[tuple[str, str]]:
    if not isinstance(row, FrozenMapping):
        return []
    return sorted((key, kind_of(value)) for key, value in row.items())


def _permit_problems(document: Document, value: RuleValue) -> Iterator[Problem]:
    for i in range(len(value) if isinstance(value, tuple) else 0):
        yield from validate(PermitClass, document, ("rules", PERMIT_CLASSES, "value", i))[1]


def _bound_messages(name: str, value: RuleValue, bounds: Bounds) -> Iterator[str]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if bounds.min_value is not None and value < bounds.min_value:
            yield f"{value} is below the smallest allowed value {bounds.min_value:g}"
        if bounds.max_value is not None and value > bounds.max_value:
            yield f"{value} is above the largest allowed value {bounds.max_value:g}"
    if name.startswith("payer.") and (value == () or not isinstance(value, tuple)):
        yield f"list at least one of {', '.join(PAYERS)}"
    allowed = PAYERS if name.startswith("payer.") and isinstance(value, tuple) else bounds.allowed
    for text in value if isinstance(value, tuple) else (value,):
        if allowed and text not in allowed:
            yield f"{text!r} is not one of {', '.join(allowed)}{nearest(str(text), allowed)}"
    if bounds.pattern and isinstance(value, str) and not re.fullmatch(bounds.pattern, value):
        yield f"{value!r} has not the form of {bounds.pattern}"
