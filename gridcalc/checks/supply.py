"""Supply mode: what may be connected at low voltage, and at a public 10 kV line."""

from collections import defaultdict
from collections.abc import Iterator

from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding, Subject, at_most
from gridcalc.checks.mv import installed_kva_by_source
from gridcalc.notes import note

SUPPLY_MODE = "supply.mode"


def supply_mode(facts: Facts) -> Iterator[Finding]:
    """Yield each commercial LV customer and each public line against the supply limits.

    A common load is a customer of its own; public chargers at one node belong to one operator.
    """
    policy = facts.site.policy
    rule = policy.rule("supply.max_lv_kw")
    limit = policy.number(rule.name)
    public: dict[str, float] = defaultdict(float)
    for group, n in zip(facts.site.groups, facts.units, strict=True):
        if group.kind == "public_charger":
            public[group.node] += n * group.p_unit_kw
    for node, kw in sorted(public.items()):
        subject = Subject(
            check=SUPPLY_MODE, element=node, quantity="public_chargers", note=note("one operator")
        )
        yield at_most(subject, kw, rule, limit=limit, unit="kW")
    for load in sorted(facts.site.compound.public_loads, key=lambda row: (row.node, row.kind)):
        subject = Subject(check=SUPPLY_MODE, element=load.node, quantity=load.kind)
        yield at_most(subject, load.kw, rule, limit=limit, unit="kW")
    yield from public_lines(facts)


def public_lines(facts: Facts) -> Iterator[Finding]:
    """Yield the transformers on each public 10 kV line against its limit."""
    policy = facts.site.policy
    rule = policy.rule("supply.max_public_line_kva")
    installed = installed_kva_by_source(facts.site)
    for source in facts.site.compound.sources:
        if source.dedicated:
            continue
        subject = Subject(
            check=SUPPLY_MODE,
            element=source.id,
            quantity="public_line",
            note=note("transformers fed from this public line"),
        )
        limit = policy.number(rule.name)
        yield at_most(subject, installed[source.id], rule, limit=limit, unit="kVA")
