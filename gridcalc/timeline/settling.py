"""An application without gaps: what the compound, the options and the policy pack say."""

from collections.abc import Iterator
from typing import cast

from gridcalc.checks.route import facts_of
from gridcalc.compound.model import Compound
from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack
from gridcalc.policy.permit_of_route import CLASSES
from gridcalc.policy.permit_of_route import permit_of as permit_of_route
from gridcalc.provenance import Assumption
from gridcalc.timeline.calendar import LATEST_START_YEAR, known_years
from gridcalc.timeline.records import Application, Customer, PermitKind, Settled

_LEVEL = {"charging": "charging", "lv_residential": "lv", "lv_other": "lv"}
"""Ending of the rules on external works; every other customer is supplied at 10 kV."""


def settle(application: Application, compound: Compound, *, policy: PolicyPack) -> Settled:
    """Return an application whose gaps are filled, with what was assumed for them.

    Raises
    ------
    InputError
        The day has no known calendar, or options contradict each other; all problems at once.
    """
    found: list[Assumption] = []
    customer = application.customer or _derived_customer(compound, found)
    level = _LEVEL.get(customer, "hv")
    has_works = application.external_works
    if has_works is None:
        has_works = _default_works(application, level, policy, found)
    permit = None
    if has_works:
        permit = application.permit or _permit_of_routes(compound, policy, found)
        permit = permit or _default_permit(level, policy, found)
    settled = Settled(
        start=application.start,
        customer=customer,
        permit=permit,
        important_user=application.important_user,
        external_works=has_works,
        works_days=application.works_days,
        design_days=application.design_days,
        assumptions=tuple(found),
    )
    problems = [*_start_problems(application), *_option_problems(application, settled)]
    if problems:
        raise InputError(problems)
    return settled


def customer_of(compound: Compound) -> Customer:
    """Return the kind of customer a compound is: by its number of 10 kV sources."""
    return "hv_single" if len(compound.sources) == 1 else "hv_double"


def permit_of(compound: Compound, policy: PolicyPack) -> PermitKind | None:
    """Return the longest permit of the routes that a compound file holds; None without any.

    A route whose permit is to be confirmed counts as approved, the longer way.
    """
    kinds = [
        permit_of_route(facts_of(row), policy, year=row.works_year).kind for row in compound.routes
    ]
    if not kinds:
        return None
    return "filing" if all(kind == "filing" for kind in kinds) else "approval"


def _permit_of_routes(
    compound: Compound, policy: PolicyPack, found: list[Assumption]
) -> PermitKind | None:
    kind = permit_of(compound, policy)
    if kind is not None:
        rule = policy.rule(CLASSES)
        names = ", ".join(row.cable for row in compound.routes)
        found.append(
            Assumption(
                name="timeline.permit",
                value=kind,
                unit="-",
                source=rule.document,
                confidence=rule.confidence,
                note=f"of the routes in the compound file ({names}); what is to be confirmed counts"
                " as approval; --permit replaces it",
            )
        )
    return kind


def _derived_customer(compound: Compound, found: list[Assumption]) -> Customer:
    customer = customer_of(compound)
    ids = ", ".join(source.id for source in compound.sources)
    found.append(
        Assumption(
            name="timeline.customer",
            value=customer,
            unit="-",
            source="project-assumption",
            confidence="assumed",
            note=f"derived from the 10 kV sources of the compound ({ids}); --customer replaces it",
        )
    )
    return customer


def _default_works(
    application: Application, level: str, policy: PolicyPack, found: list[Assumption]
) -> bool:
    """Return whether there are external works; who names their days or permit says there are."""
    if application.works_days is not None or application.permit is not None:
        return True
    rule = policy.rule(f"timeline.external_works_{level}")
    found.append(rule.assumption())
    return policy.flag(rule.name)


def _default_permit(level: str, policy: PolicyPack, found: list[Assumption]) -> PermitKind | None:
    rule = policy.rule("timeline.permit_hv" if level == "hv" else "timeline.permit_lv")
    found.append(rule.assumption())
    kind = policy.text(rule.name)
    return None if kind == "none" else cast("PermitKind", kind)


def _start_problems(application: Application) -> Iterator[Problem]:
    first, _ = known_years()
    start = application.start
    if start.year < first:
        message = f"{start} lies before {first}, the first year of the holiday schedules"
        yield Problem("--start", 0, "", f"{message}; give a later day")
    if start.year > LATEST_START_YEAR:
        yield Problem("--start", 0, "", f"{start} lies after {LATEST_START_YEAR}; check the year")


def _option_problems(application: Application, settled: Settled) -> Iterator[Problem]:
    if application.important_user and not settled.is_hv:
        message = f"important users are supplied at 10 kV, the customer is {settled.customer}"
        yield Problem("--important-user", 0, "", f"{message}; leave it out or change --customer")
    if settled.external_works:
        return
    remedy = "there are no external works; leave it out or give --external-works"
    if application.works_days is not None:
        yield Problem("--works-days", 0, "", remedy)
    if application.permit is not None:
        yield Problem("--permit", 0, "", remedy)
