"""Who pays for a piece of the works."""

from typing import Literal, TypeAlias

from gridcalc.policy.records import PolicyPack, Rule

PAYERS = ("utility", "government", "developer", "owners", "operator")

Build: TypeAlias = Literal["new", "existing"]
PayerScope = Literal[
    "public_network",
    "second_source",
    "mv_outside_red_line",
    "mv_civil_outside_red_line",
    "mv_inside_red_line",
    "mv_civil_inside_red_line",
    "lv_before_meter",
    "lv_civil",
    "meter_and_box",
    "after_meter",
    "private_charger",
    "public_charger",
    "charging_civil",
    "orderly_control",
    "ebike_charging",
    "maintenance",
]


def payer_rule(pack: PolicyPack, scope: PayerScope, *, build: Build, category: str) -> Rule:
    """Return the rule that says who pays; its value is a tuple of payers who share the cost.

    A rule that holds for this kind of build goes before one that does not. Among these what the
    pack states itself goes before what it inherits, be it more special or not. Within one pack the
    rule ``payer.<scope>.new`` goes first for new compounds, ``payer.<scope>.<category>`` for
    existing ones, then ``payer.<scope>``.

    Parameters
    ----------
    pack
        The rules.
    scope
        Part of the works.
    build
        New or existing compound.
    category
        Ownership category of an existing compound, such as ``old_courtyard``; empty if unknown.

    Returns
    -------
    Rule
        ``pack_id`` tells the pack that states it, ``holds_for(build)`` whether it was made for
        this kind of build; only where no rule was, it is one made for the other kind.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> changji, wujiang = load_policy("changji-2026"), load_policy("wujiang-2021")
    >>> payer_rule(changji, "lv_civil", build="existing", category="old_courtyard").value
    ('government',)

    Wujiang speaks of no ownership; what it says goes before the base pack's rule for a category:

    >>> rule = payer_rule(wujiang, "lv_before_meter", build="existing", category="combined_meter")
    >>> rule.name, rule.pack_id, rule.value
    ('payer.lv_before_meter', 'wujiang-2021', ('utility',))
    """
    qualifier = "new" if build == "new" else category
    names = (f"payer.{scope}.{qualifier}", f"payer.{scope}")
    stated = [rule for level in pack.lineage() for name in names if (rule := level.own_rule(name))]
    for rule in stated:
        if rule.holds_for(build):
            return rule
    return stated[0] if stated else pack.rule(names[-1])


def payer_shares(pack: PolicyPack, rule: Rule, *, build: Build) -> Rule | None:
    """Return the rule that states the shares of the payers whom a rule names, or None.

    Only the pack that names the payers, or one that builds on it, can state their shares: those of
    a pack below were made for other payers.

    Parameters
    ----------
    pack
        The rules.
    rule
        As :func:`payer_rule` gives it.
    build
        New or existing compound; shares made for the other kind do not count.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> pack = load_policy("jiangxi-2025")
    >>> rule = pack.rule("payer.mv_civil_outside_red_line")
    >>> payer_shares(pack, rule, build="existing") is None
    True
    """
    name = rule.name.replace("payer.", "payer_share.", 1)
    for level in pack.lineage():
        shares = level.own_rule(name)
        if shares is not None and shares.holds_for(build):
            return shares
        if level.id == rule.pack_id:
            break
    return None
