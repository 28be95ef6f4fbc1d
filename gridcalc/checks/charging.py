"""Charging provision: private share, e-bike sockets, public chargers, orderly charging."""

from collections.abc import Iterator

from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding, Subject, at_least, at_most, info, not_checked, yes
from gridcalc.notes import note
from gridcalc.policy import Rule
from gridcalc.units import PERCENT

PRIVATE_SHARE = "charging.private_share"
EBIKE_SHARE = "charging.ebike_share"
PUBLIC_PAIRS = "charging.public_pairs"
ORDERLY = "charging.orderly"
SERVICE = "charging.service"


def _binds(facts: Facts, rule: Rule) -> bool:
    return rule.holds_for(facts.site.compound.build.kind)


def charging_private_share(facts: Facts) -> Iterator[Finding]:
    """Yield private bays with a charger, or with capacity, duct and tray reserved.

    Where entries do not say what is reserved, and that could decide, nothing is judged.
    """
    compound = facts.site.compound
    rule = facts.site.policy.rule("charging.min_private_share_percent")
    n_bays = sum(row.count for row in compound.private_bays)
    if not n_bays:
        return
    chargers = facts.n_units("private_charger")
    reserved = sum((row.reserved_share or 0.0) * row.count for row in compound.private_bays)
    if not facts.site.policy.flag("charging.reserve_counts_as_built"):
        reserved = 0.0
    value = PERCENT * min(max(chargers, reserved) / n_bays, 1.0)
    limit = facts.site.policy.number(rule.name)
    n_unknown = sum(row.count for row in compound.private_bays if row.reserved_share is None)
    at_best = value + PERCENT * n_unknown / n_bays
    is_open = value < limit <= at_best
    text = (
        note(
            "reserved_share of {n_unknown} of {n_bays} private bays is not given; write it at "
            "private_bays, 0 for none",
            n_unknown=n_unknown,
            n_bays=n_bays,
        )
        if is_open
        else note(
            "{chargers} chargers and {reserved:.0f} reserved of {n_bays} private bays",
            chargers=chargers,
            reserved=reserved,
            n_bays=n_bays,
        )
    )
    subject = Subject(check=PRIVATE_SHARE, element="compound", note=text)
    share = facts.scenario.ev_share
    judged = _binds(facts, rule) if share is None else share >= 1
    if judged and is_open:
        yield not_checked(subject, rule, unit="%")
    elif judged:
        yield at_least(subject, value, rule, limit=limit, unit="%")
    else:
        yield info(subject, rule, value=value, limit=limit, unit="%")


def charging_ebike_share(facts: Facts) -> Iterator[Finding]:
    """Yield sockets per e-bike; judged where the scenario or the rule asks for them."""
    rule = facts.site.policy.rule("charging.min_ebike_share_percent")
    bikes = sum(row.bikes for row in facts.site.compound.ebikes)
    if not bikes:
        return
    sockets = facts.n_units("ebike_socket")
    limit = facts.site.policy.number(rule.name)
    subject = Subject(
        check=EBIKE_SHARE,
        element="compound",
        note=note("{sockets} sockets for {bikes} e-bikes", sockets=sockets, bikes=bikes),
    )
    value = PERCENT * sockets / bikes
    asked = facts.scenario.ebike_share is not None and facts.scenario.ebike_share >= limit / PERCENT
    if asked or _binds(facts, rule):
        yield at_least(subject, value, rule, limit=limit, unit="%")
    else:
        yield info(subject, rule, value=value, limit=limit, unit="%")


def charging_public_pairs(facts: Facts) -> Iterator[Finding]:
    """Yield public bays per charger."""
    rule = facts.site.policy.rule("charging.public_bays_per_charger")
    bays = sum(row.count for row in facts.site.compound.public_bays)
    if not bays:
        return
    chargers = facts.n_units("public_charger")
    limit = facts.site.policy.number(rule.name)
    text = note("{chargers} chargers for {bays} public bays", chargers=chargers, bays=bays)
    subject = Subject(check=PUBLIC_PAIRS, element="compound", note=text)
    if facts.scenario.ev_share is None or facts.scenario.ev_share < 1 or not chargers:
        value = bays / chargers if chargers else None
        yield info(subject, rule, value=value, limit=limit, unit="-")
    else:
        yield at_most(subject, bays / chargers, rule, limit=limit, unit="-")


def charging_orderly(facts: Facts) -> Iterator[Finding]:
    """Yield whether chargers take orderly control where the policy asks for it."""
    policy = facts.site.policy
    rule = policy.rule("charging.orderly_required")
    chargers = facts.n_units("private_charger") + facts.n_units("public_charger")
    fitted = facts.site.compound.orderly_charging
    subject = Subject(check=ORDERLY, element="compound")
    if not policy.flag(rule.name) or not _binds(facts, rule) or not chargers:
        value = None if fitted is None else float(fitted)
        yield info(subject, rule, value=value, limit=None, unit="-")
    elif fitted is None:
        text = note("orderly_charging is not given; the policy asks for it")
        yield not_checked(Subject(check=ORDERLY, element="compound", note=text), rule, unit="-")
    else:
        yield yes(subject, fitted, rule)


def charging_service(facts: Facts) -> Iterator[Finding]:
    """Yield whether orderly charging still serves the cars: energy of a day, and each charge."""
    served = facts.days.served if facts.days else None
    if served is None:
        return
    policy = facts.site.policy
    text = note("{share:.0f} % of the private cars take part", share=served.participation_percent)
    rows = (
        ("energy_delivered", served.energy_delivered_percent, "min_energy_delivered_percent"),
        ("sessions_served", served.sessions_served_percent, "min_sessions_served_percent"),
    )
    for quantity, value, name in rows:
        rule = policy.rule(f"orderly.{name}")
        subject = Subject(
            check=SERVICE, element="compound", quantity=quantity, level="days", note=text
        )
        yield at_least(subject, value, rule, limit=policy.number(rule.name), unit="%")
