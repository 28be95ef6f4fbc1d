"""Policy packs as lists: which there are, their rules with clauses, and where two differ."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from gridcalc.policy import PolicyPack, Rule, RuleDifference, compare, pack_json, rule_json
from gridcalc.provenance import Value, is_verified
from gridcalc.report.basis import Basis, basis_short, basis_text
from gridcalc.report.blocks import (
    Block,
    Cell,
    Column,
    FactSheet,
    Heading,
    Output,
    Table,
    Text,
    plain,
)
from gridcalc.report.figures import value_text, with_unit
from gridcalc.report.wording import Wording

_NONE = "-"
_LONGEST_VALUE = 120
_LISTED = ("id", "title", "title_en", "issuer", "date", "status", "valid_from", "region", "extends")


def policy_list_output(packs: Sequence[PolicyPack], wording: Wording) -> Output:
    """Return the packs with issuer, date and status."""
    trees = [{name: getattr(pack, name) for name in _LISTED} for pack in packs]
    columns = (
        Column(title=wording("Policy")),
        Column(title=wording("Title"), wraps=True),
        Column(title=wording("Issuer"), wraps=True),
        Column(title=wording("Date")),
        Column(title=wording("Status")),
    )
    rows = tuple(
        (
            Text(pack.id, "strong"),
            *plain(wording.either(zh=pack.title, en=pack.title_en), pack.issuer, pack.date),
            Text(wording.term(f"policy.{pack.status}")),
        )
        for pack in packs
    )
    return Output(tree={"policies": trees}, rows=trees, blocks=(Table(columns=columns, rows=rows),))


def policy_output(pack: PolicyPack, wording: Wording) -> Output:
    """Return a pack with all its rules; those it states itself come first."""
    own = pack.own_rules()
    inherited = [rule for rule in pack.rules.values() if rule.pack_id != pack.id]
    blocks: list[Block] = [
        Heading(text=pack.id, level=1),
        FactSheet(rows=_facts(pack, wording)),
        Heading(text=wording("Rules of this pack ({n})", n=len(own))),
        *_rule_tables(own, pack, wording),
    ]
    if inherited:
        blocks += [
            Heading(text=wording("Inherited rules ({n})", n=len(inherited))),
            *_rule_tables(inherited, pack, wording),
        ]
    return Output(
        tree=pack_json(pack),
        rows=[_row(rule, pack) for rule in pack.rules.values()],
        blocks=tuple(blocks),
    )


def compare_output(a: PolicyPack, b: PolicyPack, wording: Wording) -> Output:
    """Return the rules whose values differ between two packs."""
    found = compare(a, b)
    columns = (
        Column(title=wording("Rule"), wraps=True),
        Column(title=a.id, wraps=True),
        Column(title=b.id, wraps=True),
    )
    rows = tuple(
        (
            Text(_title(row.rule_a or row.rule_b, wording), "strong"),
            Text(_stated(row.rule_a, a, wording)),
            Text(_stated(row.rule_b, b, wording)),
        )
        for row in found
    )
    return Output(
        tree={
            "a": a.id,
            "b": b.id,
            "differences": [_difference_tree(row, a, b) for row in found],
        },
        rows=[_difference_row(row) for row in found],
        blocks=(Table(columns=columns, rows=rows),),
    )


def _facts(pack: PolicyPack, wording: Wording) -> tuple[tuple[str, Text], ...]:
    return (
        (wording("Title"), Text(wording.either(zh=pack.title, en=pack.title_en))),
        (wording("Issuer"), Text(pack.issuer)),
        (wording("Region"), Text(pack.region)),
        (wording("Date"), Text(pack.date)),
        (wording("Status"), Text(wording.term(f"policy.{pack.status}"))),
        (wording("Builds on"), Text(pack.extends or _NONE)),
    )


def _rule_tables(rules: Sequence[Rule], pack: PolicyPack, wording: Wording) -> Iterator[Table]:
    """Yield one table per document and mark, in the order in which they first occur."""
    groups: dict[Basis, list[Rule]] = {}
    for rule in rules:
        basis = Basis(source=rule.document, clause="", confidence=rule.confidence)
        groups.setdefault(basis, []).append(rule)
    columns = (
        Column(title=wording("Rule")),
        Column(title=wording("Title"), wraps=True),
        Column(title=wording("Value"), wraps=True),
        Column(title=wording("Clause"), wraps=True),
    )
    for basis, members in groups.items():
        yield Table(
            caption=basis_text(basis, wording, pack),
            columns=columns,
            rows=tuple(_rule_row(rule, wording) for rule in members),
            has_header=False,
        )


def _rule_row(rule: Rule, wording: Wording) -> tuple[Text, ...]:
    value = _value(rule, wording)
    return (Text(rule.name, "strong"), *plain(_title(rule, wording), value, rule.clause))


def _title(rule: Rule | None, wording: Wording) -> str:
    if rule is None:
        return _NONE
    return wording.either(zh=rule.title_zh, en=rule.title_en)


def _value(rule: Rule, wording: Wording) -> str:
    text = value_text(cast("Value", rule.value), wording)
    if isinstance(rule.value, tuple) and len(text) > _LONGEST_VALUE:
        return wording("{n} entries, see --format json", n=len(rule.value))
    return with_unit(text, rule.unit, wording)


def _stated(rule: Rule | None, pack: PolicyPack, wording: Wording) -> str:
    """Return value and basis; the pack's own document is named by its clause alone."""
    if rule is None:
        return _NONE
    basis = Basis(source=rule.document, clause=rule.clause, confidence=rule.confidence)
    said = rule.clause or rule.document
    if rule.document != pack.id or not is_verified(rule.confidence):
        said = basis_short(basis, wording, pack)
    return f"{_value(rule, wording)} ({said})"


def _row(rule: Rule, pack: PolicyPack) -> dict[str, Cell]:
    tree = rule_json(rule, pack_id=pack.id)
    return {**tree, "value": _cell(tree["value"])}


def _cell(value: Any) -> Cell:
    """Return a value as one cell; lists and groups as the short text people see."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(item)}" for key, item in value.items())
    return "; ".join(str(_cell(item)) for item in value)


def _difference_tree(row: RuleDifference, a: PolicyPack, b: PolicyPack) -> dict[str, Any]:
    return {
        "name": row.name,
        "unit": row.unit,
        "a": rule_json(row.rule_a, pack_id=a.id) if row.rule_a else None,
        "b": rule_json(row.rule_b, pack_id=b.id) if row.rule_b else None,
    }


def _difference_row(row: RuleDifference) -> dict[str, Cell]:
    a, b = row.rule_a, row.rule_b
    return {
        "name": row.name,
        "unit": row.unit,
        "value_a": _cell(row.value_a),
        "value_b": _cell(row.value_b),
        "document_a": a.document if a else None,
        "clause_a": a.clause if a else None,
        "confidence_a": a.confidence if a else None,
        "document_b": b.document if b else None,
        "clause_b": b.clause if b else None,
        "confidence_b": b.confidence if b else None,
    }
