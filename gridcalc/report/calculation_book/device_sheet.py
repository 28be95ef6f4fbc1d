"""The sheet of protective devices: what they must break, and whether they trip."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding
from gridcalc.checks.protection import protection_breaking, protection_disconnection
from gridcalc.demand.scenario import TODAY, parse_scenario
from gridcalc.dossier import Dossier
from gridcalc.report.basis import basis_short
from gridcalc.report.calculation_book.cells import (
    EMPTY,
    Put,
    formula,
    given,
    name,
    sentence,
    verdict,
)
from gridcalc.report.calculation_book.page import TOP, Head, Page, cell_of, letters
from gridcalc.report.cost_report import basis_of_rule
from gridcalc.report.wording import Wording
from gridcalc.units import A_PER_KA

_BREAKING = "protection.breaking_capacity"
_SENSITIVITY = "protection.sensitivity_factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCells:
    """Where the fault currents stand: sheet, row of each node from 0, and the two columns."""

    page: str
    rows: Mapping[str, int]
    largest: str
    smallest: str


def device_sheet(page: Page, dossier: Dossier, faults: FaultCells) -> None:
    """Write breaking capacity and sensitivity of every device and RMU.

    Parameters
    ----------
    page
        The sheet.
    dossier
        The compound.
    faults
        Where the fault currents of the nodes stand.
    """
    wording, policy = page.wording, dossier.policy
    heads = _heads(wording)
    page = page.opened(
        heads,
        wording(
            "A device must break the largest fault at its place ({breaking}) and trip on the"
            " smallest fault up to the next device ({sensitivity}).",
            breaking=basis_short(basis_of_rule(policy.rule(_BREAKING)), wording, policy),
            sensitivity=basis_short(basis_of_rule(policy.rule(_SENSITIVITY)), wording, policy),
        ),
    )
    page.heads(TOP, heads)
    facts = _facts(dossier)
    breaking = {finding.element: finding for finding in protection_breaking(facts)}
    tripping = {finding.element: finding for finding in protection_disconnection(facts)}
    at, row = letters(heads), TOP + 1
    for element in sorted({*breaking, *tripping}):
        cells = _device(dossier, element, wording)
        if element in breaking:
            cells |= _breaking(breaking[element], faults, at, row, wording)
        if element in tripping:
            limit = policy.number(_SENSITIVITY)
            cells |= _tripping(tripping[element], faults, (at, limit), row, wording)
        page.row(row, tuple(cells.get(head.key, EMPTY) for head in heads))
        row += 1
    for place, head in enumerate(heads):
        if head.key in {"breaks", "trips"}:
            page.judge(TOP + 1, row - 1, place)
    page.sheet.autofilter(TOP, 0, max(row - 1, TOP + 1), len(heads) - 1)
    page.close(row - 1, len(heads))


def _heads(wording: Wording) -> tuple[Head, ...]:
    return (
        Head("element", wording("Device at"), 16),
        Head("kind", wording("Kind"), 11),
        Head("rated", wording("Rated [A]"), 9),
        Head("place", wording("Fault at"), 14),
        Head("ik3", wording("Ik3 max [kA]"), 9),
        Head("breaking", wording("Breaking capacity [kA]"), 10),
        Head("used", wording("Used [-]"), 8),
        Head("breaks", wording("Breaks"), 10),
        Head("end", wording("Smallest fault at"), 16),
        Head("ik_min", wording("Smallest fault [A]"), 10),
        Head("setting", wording("Trip setting [A]"), 10),
        Head("ratio", wording("Fault over setting [-]"), 9),
        Head("limit", wording("Limit [-]"), 8),
        Head("trips", wording("Trips"), 10),
    )


def _facts(dossier: Dossier) -> Facts:
    """Return the facts that checks of devices look at: the site alone."""
    return Facts(
        site=dossier.case.site,
        scenario=parse_scenario(TODAY),
        charging="",
        units=(),
        transformers=(),
        branches=(),
        nodes=(),
        mv=None,
        grade12_kva={},
        s_today_kva={},
        failed_levels=(),
    )


def _device(dossier: Dossier, element: str, wording: Wording) -> dict[str, Put]:
    device = dossier.case.site.protection().get(element)
    cells = {"element": name(element)}
    if device is not None:
        cells["kind"] = name(wording.term(f"device.{device.kind}"))
        cells["rated"] = given(device.in_a, "whole")
    elif any(rmu.id == element for rmu in dossier.resolved.rmus):
        cells["kind"] = name(wording.term("rmu"))
    return cells


def _breaking(
    finding: Finding, faults: FaultCells, at: Mapping[str, str], row: int, wording: Wording
) -> dict[str, Put]:
    r = row + 1
    node = str(dict(finding.note.values).get("node", finding.element))
    value = 0.0 if finding.value is None else finding.value
    cells = {
        "place": name(node),
        "ik3": formula(f"={cell_of(faults.page, faults.largest, faults.rows[node])}", value, "d2"),
        "breaks": sentence(wording.term(finding.status)),
    }
    if finding.limit is not None:
        used = value / finding.limit
        cells |= {
            "breaking": given(finding.limit, "general"),
            "used": formula(f"={at['ik3']}{r}/{at['breaking']}{r}", used, "d2"),
            "breaks": _judged(finding, f"{at['used']}{r}<=1+1E-9", wording),
        }
    return cells


def _tripping(
    finding: Finding,
    faults: FaultCells,
    of: tuple[Mapping[str, str], float],
    row: int,
    wording: Wording,
) -> dict[str, Put]:
    (at, limit), r = of, row + 1
    values = dict(finding.note.values)
    node, fault_a = str(values["node"]), float(values["fault"])
    kiloampere = cell_of(faults.page, faults.smallest, faults.rows[node])
    cells = {
        "end": name(node),
        "ik_min": formula(f"={kiloampere}*{A_PER_KA:g}", fault_a, "whole"),
        "limit": given(limit, "general", finding.confidence),
        "trips": sentence(wording.term(finding.status)),
    }
    if finding.limit is not None and finding.value is not None:
        holds = f"{at['ratio']}{r}>={at['limit']}{r}-1E-9"
        cells |= {
            "setting": given(float(values["setting"]), "whole"),
            "ratio": formula(f"={at['ik_min']}{r}/{at['setting']}{r}", finding.value, "d2"),
            "trips": _judged(finding, holds, wording),
        }
    return cells


def _judged(finding: Finding, condition: str, wording: Wording) -> Put:
    return verdict(condition, wording, holds=finding.status == "pass")
