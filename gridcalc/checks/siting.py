"""Where the substation stands, how it is backed up, and one meter per household."""

from collections.abc import Iterator

from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding, Subject, info, meets, not_checked, yes
from gridcalc.compound.model import Substation
from gridcalc.notes import note
from gridcalc.policy import Rule

FLOOR = "siting.floor"
GENERATOR = "siting.generator_interface"
METERING = "metering.one_household_one_meter"


def siting_floor(facts: Facts) -> Iterator[Finding]:
    """Yield the floor of each substation, and flood protection of those below ground."""
    policy = facts.site.policy
    rule = policy.rule("siting.min_floor")
    limit = policy.number(rule.name)
    for station in sorted(facts.site.compound.substations, key=lambda row: row.id):
        floor = station.floor
        if floor is None and station.kind == "prefabricated":
            floor = 1
        subject = Subject(check=FLOOR, element=station.id)
        if floor is None:
            text = note("the floor is not given")
            subject = Subject(check=FLOOR, element=station.id, note=text)
            yield not_checked(subject, rule, unit="floor")
            continue
        yield _floor(facts, subject, float(floor), rule, limit)
        yield from _flood(facts, station, floor)


def _floor(facts: Facts, subject: Subject, floor: float, rule: Rule, limit: float) -> Finding:
    if not rule.holds_for(facts.site.compound.build.kind):
        return info(subject, rule, value=floor, limit=limit, unit="floor")
    return meets(subject, rule, holds=floor >= limit, value=floor, limit=limit, unit="floor")


def _flood(facts: Facts, station: Substation, floor: int) -> Iterator[Finding]:
    rule = facts.site.policy.rule("siting.flood_protection_required")
    if floor >= 1 or not facts.site.policy.flag(rule.name):
        return
    yield _wanted(facts, station, FLOOR, "flood_protection", station.flood_protected, rule)


def siting_generator_interface(facts: Facts) -> Iterator[Finding]:
    """Yield whether grade 1 and 2 loads can be reached by a mobile generator at ground level."""
    policy = facts.site.policy
    rule = policy.rule("siting.generator_interface_required")
    if not policy.flag(rule.name):
        return
    graded = {load.node for load in facts.site.compound.public_loads if load.grade <= 2}
    places = facts.site.topology.by_id()
    with_graded = {places[node].transformer for node in graded}
    for station in sorted(facts.site.compound.substations, key=lambda row: row.id):
        if with_graded & {unit.id for unit in station.transformers}:
            given = station.generator_interface
            yield _wanted(facts, station, GENERATOR, "", given, rule)


def _wanted(
    facts: Facts,
    station: Substation,
    check: str,
    quantity: str,
    given: bool | None,  # noqa: FBT001  it is the value
    rule: Rule,
) -> Finding:
    subject = Subject(check=check, element=station.id, quantity=quantity)
    if not rule.holds_for(facts.site.compound.build.kind):
        value = None if given is None else float(given)
        return info(subject, rule, value=value, limit=1.0, unit="-")
    if given is None:
        key = "flood_protected" if check == FLOOR else "generator_interface"
        text = note("{key} is not given", key=key)
        subject = Subject(check=check, element=station.id, quantity=quantity, note=text)
        return not_checked(subject, rule, unit="-")
    return yes(subject, given, rule)


def metering(facts: Facts) -> Iterator[Finding]:
    """Yield whether every household has its own meter."""
    rule = facts.site.policy.rule("metering.one_household_one_meter_required")
    given = facts.site.compound.one_household_one_meter
    subject = Subject(check=METERING, element="compound")
    if not facts.site.compound.households:
        return
    if not rule.holds_for(facts.site.compound.build.kind):
        value = None if given is None else float(given)
        yield info(subject, rule, value=value, limit=1.0, unit="-")
    elif given is None:
        subject = Subject(
            check=METERING, element="compound", note=note("one_household_one_meter is not given")
        )
        yield not_checked(subject, rule, unit="-")
    else:
        yield yes(subject, given, rule)
