"""One finding in words: which check, where, how much, and what it may be."""

from gridcalc.checks.finding import Finding
from gridcalc.report.figures import comparison, quantity
from gridcalc.report.wording import Wording

_MISSING = "-"
_YES_NO = frozenset(
    {
        ("charging.orderly", ""),
        ("metering.one_household_one_meter", ""),
        ("siting.generator_interface", ""),
        ("siting.floor", "flood_protection"),
    }
)


def check_name(check: str, quantity_name: str, wording: Wording) -> str:
    """Return a check with what it compares.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> check_name("cable.loading", "neutral", load_wording("zh"))
    '电缆载流量（中性线）'
    """
    name = wording.term(check)
    if not quantity_name:
        return name
    return wording("{check} ({quantity})", check=name, quantity=wording.term(quantity_name))


def kind_of(finding: Finding) -> str:
    """Return the quantity without the name it may hold, such as ``without`` of ``without S1``."""
    return finding.quantity.split(" ", maxsplit=1)[0]


def place_text(finding: Finding, wording: Wording) -> str:
    """Return which check at which element."""
    name = check_name(finding.check, kind_of(finding), wording)
    return wording("{check} at {element}", check=name, element=wording.term(finding.element))


def element_text(finding: Finding, wording: Wording) -> str:
    """Return the element, and for how many more the row stands."""
    name = wording.term(finding.element)
    if finding.n_checked == 1:
        return name
    return f"{name} {wording('and {n} more', n=finding.n_checked - 1)}"


def is_yes_no(finding: Finding) -> bool:
    """Return whether a finding says that something is there: its value is 1 for yes, 0 for no."""
    return (finding.check, finding.quantity) in _YES_NO


def violated(finding: Finding, wording: Wording) -> tuple[str, str]:
    """Return value and limit of a violation, the limit with the sign of how it is broken."""
    if finding.value is None or finding.limit is None:
        return wording("no solution"), ""
    if is_yes_no(finding):
        return wording("no"), wording("required")
    return comparison(finding.value, finding.limit, finding.unit, wording)


def value_and_limit(finding: Finding, wording: Wording) -> tuple[str, str]:
    """Return value and limit of any finding; a dash where there is none."""
    if is_yes_no(finding):
        return _yes_no(finding.value, wording), _yes_no(finding.limit, wording)
    value = quantity(finding.value, finding.unit, wording)
    limit = quantity(finding.limit, finding.unit, wording)
    return value, limit


def _yes_no(value: float | None, wording: Wording) -> str:
    if value is None:
        return _MISSING
    return wording("yes") if value else wording("no")
