"""What is read first: the verdict, what decides it, what fits, what it costs, which permit."""

from collections.abc import Iterator
from dataclasses import dataclass

from gridcalc.checks.finding import Finding
from gridcalc.dossier import Dossier
from gridcalc.planning.records import Answer
from gridcalc.report.basis import basis_text
from gridcalc.report.blocks import FactSheet, Text, Tone
from gridcalc.report.check_report import Checked, check_output, sensitivity_text
from gridcalc.report.cost_words import estimate_text, yuan
from gridcalc.report.finding_words import place_text, value_and_limit
from gridcalc.report.page.capacity import fits_words
from gridcalc.report.route_words import route_text
from gridcalc.report.timeline_report import duration_text
from gridcalc.report.upgrade_tree import has_plan
from gridcalc.report.upgrade_words import headline
from gridcalc.report.violations import basis_of
from gridcalc.report.wording import Wording
from gridcalc.verdict import Verdict

_TONES: dict[Verdict, Tone] = {
    "ready": "good",
    "ready_managed": "warn",
    "upgrade": "bad",
    "no_solution": "bad",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is read first.

    Parameters
    ----------
    verdict, tone
        In words, and how it is meant.
    binding
        What decides, in one sentence; empty where nothing is near a limit.
    answers
        Label and text of what follows: works, cost, payers, chargers that fit, permit, date.
    basis
        What the verdict rests on.
    """

    verdict: str
    tone: Tone
    binding: str
    answers: tuple[tuple[str, Text], ...]
    basis: FactSheet


def summary(dossier: Dossier, wording: Wording) -> Summary:
    """Return what is read first about a compound."""
    verdict = dossier.study.verdict
    found = dossier.upgrade.answer("least_cost") if dossier.upgrade else None
    if verdict == "upgrade" and found is not None and not has_plan(found):
        verdict = "no_solution"
    return Summary(
        verdict=wording.term(f"short.{verdict}"),
        tone=_TONES[verdict],
        binding=_binding(dossier, wording),
        answers=tuple(_answers(dossier, found, wording)),
        basis=_basis(dossier, wording),
    )


def _binding(dossier: Dossier, wording: Wording) -> str:
    binding = dossier.study.binding
    if binding is None:
        return ""
    finding: Finding = binding.finding
    value, limit = value_and_limit(finding, wording)
    values = {
        "place": place_text(finding, wording),
        "scenario": wording.scenario(binding.scenario),
        "value": value,
        "limit": limit,
        "basis": basis_text(basis_of(finding), wording, dossier.policy),
    }
    if finding.status == "fail":
        return wording(
            "Decided by {place} in {scenario}: {value}, limit {limit}, {basis}.", **values
        )
    return wording(
        "Nearest to its limit is {place} in {scenario}: {value}, limit {limit}, {basis}.",
        **values,
    )


def _answers(
    dossier: Dossier, found: Answer | None, wording: Wording
) -> Iterator[tuple[str, Text]]:
    yield wording("Private chargers that fit"), Text(_fits(dossier, wording))
    if found is not None:
        yield wording("Works"), headline(found, wording)
    elif dossier.study.verdict == "ready":
        said = wording("fits as it is: nothing is to be built")
        yield wording("Works"), Text(said, "good")
    if dossier.plan is not None:
        yield from _money(dossier.plan, wording)
    yield from _route(dossier, wording)
    if dossier.timeline is not None:
        said = wording.clauses(
            [dossier.timeline.finish.isoformat(), duration_text(dossier.timeline, wording)]
        )
        yield wording("Connected by"), Text(said)


def _fits(dossier: Dossier, wording: Wording) -> str:
    if dossier.hosting is None:
        return sensitivity_text(dossier.study, wording) or "-"
    return wording.words(fits_words(dossier.hosting, wording))


def _money(plan: Answer, wording: Wording) -> Iterator[tuple[str, Text]]:
    yield wording("Cost"), Text(estimate_text(plan.bill.cost_yuan, wording), "strong")
    shares = wording.words(
        wording("{payer} {n} yuan", payer=wording.term(payer), n=yuan(share.typical))
        for payer, share in plan.split.totals_yuan.items()
    )
    yield wording("Who pays"), Text(shares)


def _route(dossier: Dossier, wording: Wording) -> Iterator[tuple[str, Text]]:
    if dossier.connection is None:
        return
    label = wording("New 10 kV cable")
    if not dossier.connection.recommended:
        yield label, Text(wording("no route"), "bad")
    for row in dossier.connection.recommended:
        yield label, route_text(row, wording)


def _basis(dossier: Dossier, wording: Wording) -> FactSheet:
    """Return the facts of ``check`` without those that are told above."""
    checked = Checked(compound=dossier.compound, policy=dossier.policy, study=dossier.study)
    blocks = check_output([checked], wording, show_all=False).blocks
    sheet = next(block for block in blocks if isinstance(block, FactSheet))
    told = {
        wording("Verdict"),
        wording("Decided by"),
        wording("Nearest limit"),
        wording("Rules"),
        wording("Private chargers"),
    }
    return FactSheet(rows=tuple(row for row in sheet.rows if row[0] not in told))
