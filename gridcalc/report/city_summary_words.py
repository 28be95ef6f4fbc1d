"""Amounts, groups and elements of a city in words."""

from gridcalc.city.summary.entries import OWN_FILE
from gridcalc.city.summary.records import GroupBy
from gridcalc.cost.money import exact
from gridcalc.report.upgrade_words import wan_yuan
from gridcalc.report.wording import Wording

_MISSING = "-"


def wan(yuan: float | None) -> str:
    """Return an amount in 万元 with two decimals; a dash where there is none.

    Examples
    --------
    >>> wan(1234550.0), wan(None)
    ('123.46', '-')
    """
    return _MISSING if yuan is None else wan_yuan(exact(yuan))


def rounded_yuan(yuan: float | None) -> str:
    """Return an amount in whole yuan; a dash where there is none.

    Examples
    --------
    >>> rounded_yuan(13543.05), rounded_yuan(None)
    ('13,543', '-')
    """
    return _MISSING if yuan is None else f"{yuan:,.0f}"


def group_name(name: str, by: GroupBy, wording: Wording) -> str:
    """Return the name of a group; the table's own words but for templates."""
    if not name:
        return wording("not given")
    if by == "template":
        return wording("file of its own") if name == OWN_FILE else wording.term(name)
    return name


def check_at(check: str, kind: str, wording: Wording) -> str:
    """Return a check with the kind of element it binds at."""
    return wording(
        "{check} ({quantity})", check=wording.term(check), quantity=wording.term(f"element.{kind}")
    )
