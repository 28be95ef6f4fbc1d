"""Rules and packs as read-only records: one value, its unit, and the clause it comes from."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from gridcalc.policy.values import FrozenMapping, RuleValue, kind_of
from gridcalc.provenance import Assumption, Confidence, Value

AppliesTo = Literal["new", "existing", "all"]
Status = Literal["draft", "in_force", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a pack that overrides a rule may write.

    Parameters
    ----------
    min_value, max_value
        Smallest and largest number, both included; None where open.
    allowed
        The texts a text or the entries of a list may be; empty where free.
    pattern
        Regular expression a text must match; empty where free.
    """

    min_value: float | None = None
    max_value: float | None = None
    allowed: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One value of a pack and where it stands.

    Parameters
    ----------
    name
        Dotted name such as ``transformer.max_loading_percent``.
    value
        Number, flag, text, or a tuple of texts or mappings.
    unit
        Unit of the value; ``-`` for ratios, flags and names.
    document
        Key into the sources, or ``user``.
    section, item
        Where it stands in the document; empty where unknown.
    confidence
        How far the value can be trusted.
    applies_to
        New compounds, existing ones, or all.
    title_zh, title_en
        Short names for people.
    note
        What the value means or leaves out.
    pack_id
        The pack that states the value.
    bounds
        What a pack that overrides the rule may write.
    """

    name: str
    value: RuleValue
    unit: str
    document: str
    section: str
    item: str
    confidence: Confidence
    applies_to: AppliesTo
    title_zh: str
    title_en: str
    note: str
    pack_id: str
    bounds: Bounds = field(default=Bounds(), repr=False)

    @property
    def clause(self) -> str:
        """Section and item in one text."""
        return " ".join(part for part in (self.section, self.item) if part)

    def holds_for(self, build: Literal["new", "existing"]) -> bool:
        """Return whether the rule binds compounds of this kind of build."""
        return self.applies_to in {"all", build}

    def assumption(self) -> Assumption:
        """Return the rule as an assumption, for values the user did not give."""
        return Assumption(
            name=self.name,
            value=cast("Value", self.value),
            unit=self.unit,
            source=self.document,
            confidence=self.confidence,
            note=self.note,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPack:
    """The rules of one region, those it inherits included.

    Parameters
    ----------
    id
        Short name such as ``ningxia-2025``.
    title, title_en
        Title of the document.
    issuer, date, status
        Who issued it, when (``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``), and its legal status.
    valid_from
        First day, month or year it holds; None where not stated.
    region
        Where it holds.
    extends
        Id of the pack it builds on; None for the base pack.
    rules
        Every rule by name, in the order of the base pack.
    note
        What to know about the copy that was read.
    base
        The pack it builds on, as it stands without this one; None for the base pack.
    """

    id: str
    title: str
    title_en: str
    issuer: str
    date: str
    status: Status
    valid_from: str | None
    region: str
    extends: str | None
    rules: Mapping[str, Rule] = field(repr=False)
    note: str = ""
    base: "PolicyPack | None" = field(default=None, repr=False)

    def rule(self, name: str) -> Rule:
        """Return a rule; an unknown name is a mistake of the program.

        Examples
        --------
        >>> from gridcalc.policy import load_policy
        >>> load_policy("national").rule("transformer.max_loading_percent").item
        '4.3.2'
        """
        try:
            return self.rules[name]
        except KeyError:
            found = difflib.get_close_matches(name, self.rules, n=1, cutoff=0.0)
            hint = f"; the nearest is {found[0]!r}" if found else ""
            raise KeyError(f"policy {self.id!r} has no rule {name!r}{hint}") from None

    def number(self, name: str) -> float:
        """Return the value of a rule that is a number, in the rule's unit.

        Examples
        --------
        >>> from gridcalc.policy import load_policy
        >>> load_policy("wujiang-2021").number("supply.max_lv_kw")
        200.0
        """
        value = self.rule(name).value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _wrong_kind(self.id, name, value, "number")
        return float(value)

    def text(self, name: str) -> str:
        """Return the value of a rule that is a text."""
        value = self.rule(name).value
        if not isinstance(value, str):
            raise _wrong_kind(self.id, name, value, "text")
        return value

    def flag(self, name: str) -> bool:
        """Return the value of a rule that is true or false."""
        value = self.rule(name).value
        if not isinstance(value, bool):
            raise _wrong_kind(self.id, name, value, "flag")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Return the value of a rule that is a list of texts."""
        value = self.rule(name).value
        if not isinstance(value, tuple) or not all(isinstance(item, str) for item in value):
            raise _wrong_kind(self.id, name, value, "list of texts")
        return cast("tuple[str, ...]", value)

    def rows(self, name: str) -> tuple[FrozenMapping[str, RuleValue], ...]:
        """Return the value of a rule that is a list of groups of keys.

        Examples
        --------
        >>> from gridcalc.policy import load_policy
        >>> load_policy("national").rows("ebike.coincidence")[0]["factor"]
        0.8
        """
        value = self.rule(name).value
        if not isinstance(value, tuple) or not all(isinstance(i, FrozenMapping) for i in value):
            raise _wrong_kind(self.id, name, value, "list of groups")
        return cast("tuple[FrozenMapping[str, RuleValue], ...]", value)

    def own_rules(self) -> tuple[Rule, ...]:
        """Return the rules this pack states itself."""
        return tuple(rule for rule in self.rules.values() if rule.pack_id == self.id)

    def own_rule(self, name: str) -> Rule | None:
        """Return a rule if this pack states it itself, else None."""
        rule = self.rules.get(name)
        return rule if rule is not None and rule.pack_id == self.id else None

    def lineage(self) -> Iterator["PolicyPack"]:
        """Yield this pack and those it builds on, the nearest first.

        Examples
        --------
        >>> from gridcalc.policy import load_policy
        >>> [pack.id for pack in load_policy("wujiang-2021").lineage()]
        ['wujiang-2021', 'national']
        """
        yield self
        if self.base is not None:
            yield from self.base.lineage()


def _wrong_kind(pack_id: str, name: str, value: RuleValue, wanted: str) -> TypeError:
    return TypeError(f"rule {name!r} of {pack_id!r} is {kind_of(value)}, asked for as a {wanted}")
