"""Who pays for a piece of the works."""

from typing import Literal

from gridcalc.policy.records import PolicyPack, Rule

PAYERS = ("utility", "government", "developer", "owners", "operator")

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


def payer_rule(
    pack: PolicyPack, scope: PayerScope, *, build: Literal["new", "existing"], category: str
) -> Rule:
    """Return the rule that says who pays; its value is a tuple of payers who share the cost.

    The rule ``payer.<scope>.new`` goes first for new compounds, ``payer.<scope>.<category>`` for
    existing ones, ``payer.<scope>`` if there is no such rule.

    Parameters
    ----------
    pack
        The rules.
    scope
        Part of the works.
    build
        New or existing compound.
    category
        Ownership category of an existing compound, such as ``old_courtyard``.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> pack = load_policy("changji-2026")
    >>> payer_rule(pack, "lv_civil", build="existing", category="old_courtyard").value
    ('government',)
    """
    qualifier = "new" if build == "new" else category
    special = pack.rules.get(f"payer.{scope}.{qualifier}")
    if special is not None:
        return special
    return pack.rule(f"payer.{scope}")
