"""Sections of the reply sheet: conditions that go with the supply, deadlines and validity."""

from collections.abc import Iterator, Sequence

from gridcalc.checks.finding import Finding
from gridcalc.compound.application import SupplyApplication
from gridcalc.dossier import Dossier
from gridcalc.outcome import Run
from gridcalc.provenance import is_verified
from gridcalc.report.basis import Basis, basis_text
from gridcalc.report.finding_words import place_text, value_and_limit
from gridcalc.report.reply.form import BLANK, Entry, Fields, Section, given
from gridcalc.report.reply.scheme import SupplyScheme
from gridcalc.report.timeline_report import duration_text
from gridcalc.report.wording import Wording

_CHARGING = "charging."


def conditions_section(dossier: Dossier, scheme: SupplyScheme, wording: Wording) -> Section:
    """Return the verdict on the scheme, what stays broken, and what charging asks for."""
    verdict = Entry(wording.term(f"short.{scheme.study.verdict}"))
    rows = ((wording("Verdict on the scheme"), verdict),)
    return Section(
        title=wording("Conditions of supply"),
        parts=(Fields(rows=rows),),
        remarks=tuple(_remarks(dossier, scheme, wording)),
    )


def _remarks(dossier: Dossier, scheme: SupplyScheme, wording: Wording) -> Iterator[Entry]:
    if scheme.study.verdict == "ready_managed":
        yield Entry(
            wording("Private chargers are under orderly control; without it limits are broken.")
        )
    broken = _nearest(scheme.deciding_runs, "fail")
    for finding in broken.values():
        value, limit = value_and_limit(finding, wording)
        said = wording(
            "Still broken: {place}: {value}, limit {limit}",
            place=place_text(finding, wording),
            value=value,
            limit=limit,
        )
        yield _said(said, finding, dossier, wording)
    for name, finding in _nearest(scheme.deciding_runs, "pass").items():
        if name.startswith(_CHARGING) and name not in broken:
            value, limit = value_and_limit(finding, wording)
            said = wording(
                "{check}: {value}, required {limit}",
                check=wording.term(name),
                value=value,
                limit=limit,
            )
            yield _said(said, finding, dossier, wording)


def _nearest(runs: Sequence[Run], status: str) -> dict[str, Finding]:
    """Return one finding of each check: the one nearest its limit, or farthest beyond it."""
    found: dict[str, Finding] = {}
    for finding in (row for run in runs for row in run.findings):
        if finding.status != status or finding.limit is None:
            continue
        known = found.get(finding.check)
        if known is None or finding.rank > known.rank:
            found[finding.check] = finding
    return dict(sorted(found.items()))


def _said(text: str, finding: Finding, dossier: Dossier, wording: Wording) -> Entry:
    basis = Basis(source=finding.source, clause=finding.clause, confidence=finding.confidence)
    said = wording.clauses([text, basis_text(basis, wording, dossier.policy)])
    return Entry(said, "computed" if is_verified(finding.confidence) else "to_verify")


def deadlines_section(
    dossier: Dossier, application: SupplyApplication, wording: Wording
) -> Section:
    """Return how long the connection takes, and until when the scheme is valid."""
    timeline = dossier.timeline
    if timeline is None:
        days = Entry(wording("not computed; the day of the application was not given"))
    else:
        days = Entry(duration_text(timeline, wording))
    valid = given(application.valid_until.isoformat()) if application.valid_until else BLANK
    rows = (
        (wording("Time to connect"), days),
        (wording("Scheme valid until"), valid),
    )
    return Section(title=wording("Deadlines and validity"), parts=(Fields(rows=rows),))
