"""All checks of one scenario, and the short list a report shows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from gridcalc.checks.cable import cable_loading, cable_short_circuit
from gridcalc.checks.charging import (
    charging_ebike_share,
    charging_orderly,
    charging_private_share,
    charging_public_pairs,
    charging_service,
)
from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding
from gridcalc.checks.mv import mv_line_capacity, mv_open_capacity, mv_spare_bays
from gridcalc.checks.protection import (
    protection_breaking,
    protection_disconnection,
    protection_overload,
)
from gridcalc.checks.ring import mv_ring_n_minus_1
from gridcalc.checks.route import route_permit
from gridcalc.checks.siting import metering, siting_floor, siting_generator_interface
from gridcalc.checks.supply import supply_mode
from gridcalc.checks.transformer import (
    transformer_hot_spot,
    transformer_loading,
    transformer_n_minus_1,
)
from gridcalc.checks.voltage import voltage_deviation, voltage_unbalance

Check = Callable[[Facts], Iterator[Finding]]
Key = tuple[str, str, str]

SAME_SHARE = 1e-3
"""A violation is worse than today's from one thousandth on; less is numerical. [-]"""

LOAD_CHECKS: tuple[Check, ...] = (
    transformer_loading,
    transformer_n_minus_1,
    cable_loading,
    protection_overload,
    voltage_deviation,
    voltage_unbalance,
    mv_open_capacity,
    mv_ring_n_minus_1,
    supply_mode,
    charging_service,
)
"""Checks whose outcome depends on the load."""

OTHER_CHECKS: tuple[Check, ...] = (
    cable_short_circuit,
    protection_disconnection,
    protection_breaking,
    mv_spare_bays,
    mv_line_capacity,
    charging_private_share,
    charging_ebike_share,
    charging_public_pairs,
    charging_orderly,
    siting_floor,
    siting_generator_interface,
    metering,
    route_permit,
    transformer_hot_spot,
)
"""Checks of what is built and of shares."""


def check(
    facts: Facts, checks: Iterable[Check] = (*LOAD_CHECKS, *OTHER_CHECKS)
) -> tuple[Finding, ...]:
    """Return all findings of a scenario, sorted by check, worst first."""
    findings = [finding for function in checks for finding in function(facts)]
    return tuple(sorted(findings, key=_order))


def _order(finding: Finding) -> tuple[str, float, str, str]:
    return finding.check, -finding.rank, finding.element, finding.quantity


def utilisation_today(today: Iterable[Finding]) -> dict[Key, float]:
    """Return the utilisation of every violation of today by its key.

    Of several with one key, such as two pumps at one board, the worst.
    """
    found: dict[Key, float] = {}
    for finding in today:
        if finding.status == "fail":
            found[finding.key] = max(finding.utilisation, found.get(finding.key, 0.0))
    return found


def against_today(findings: Iterable[Finding], today: Mapping[Key, float]) -> tuple[Finding, ...]:
    """Return the findings, violations of today marked as such and as worsened where they are.

    ``today`` is what ``utilisation_today`` returns.
    """
    return tuple(_marked(finding, today.get(finding.key)) for finding in findings)


def _marked(finding: Finding, before: float | None) -> Finding:
    if finding.status != "fail" or before is None:
        return finding
    worsened = finding.utilisation > before * (1 + SAME_SHARE)
    return replace(finding, pre_existing=True, worsened=worsened)


def condensed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return every violation, and of each kind of row that holds only the tightest element.

    ``n_checked`` of a passing row says for how many elements it stands; rows of different
    status are never joined.
    """
    kept: dict[tuple[str, str, str], Finding] = {}
    result: list[Finding] = []
    for finding in findings:
        if finding.status == "fail":
            result.append(finding)
            continue
        quantity = finding.quantity.split(" ")[0]
        key = (finding.check, quantity, finding.status)
        first = kept.get(key)
        if first is None:
            kept[key] = finding
            continue
        tighter = finding if finding.rank > first.rank else first
        kept[key] = replace(tighter, n_checked=first.n_checked + 1)
    return tuple(sorted((*result, *kept.values()), key=_order))
