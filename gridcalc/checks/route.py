"""Routes of 10 kV cables: filing or approval, by the permit classes of the region."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import nan

from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding, Subject, info, meets, not_checked
from gridcalc.compound.attached_route import AttachedRoute, RoutePart
from gridcalc.notes import Note, note
from gridcalc.policy.permit_of_route import UNKNOWN_ROAD, RouteFacts, RoutePermit, permit_of
from gridcalc.routing.kinds import corridor_words, obstacle_words
from gridcalc.units import VN_MV_KV

PERMIT = "route.permit"


def route_permit(facts: Facts) -> Iterator[Finding]:
    """Yield the permit of each route that is attached: filed routes pass, an approval is told.

    An approval breaks no limit, so it is not judged; what nobody knows is named.
    """
    for row in facts.site.compound.routes:
        permit = permit_of(facts_of(row), facts.site.policy, year=row.works_year)
        length_m = row.length_m if row.reg_length_m is None else row.reg_length_m
        subject = Subject(
            check=PERMIT, element=row.cable, quantity=permit.kind, note=permit_note(permit)
        )
        rule, limit = permit.rule, permit.threshold_m
        if permit.kind == "filing" and limit is not None:
            yield meets(subject, rule, holds=True, value=length_m, limit=limit, unit="m")
        elif permit.kind == "needs_confirmation":
            yield not_checked(subject, rule, value=length_m, unit="m")
        else:
            yield info(subject, rule, value=length_m, limit=limit, unit="m")


def facts_of(row: AttachedRoute) -> RouteFacts:
    """Return what the permit classes ask of a route that a file describes.

    A kind may be written in any word that maps have for it; any other is a road of unknown kind.
    """
    year = nan if row.youngest_road_year is None else float(row.youngest_road_year)
    return RouteFacts(
        voltage_kv=VN_MV_KV,
        reg_length_m=row.length_m if row.reg_length_m is None else row.reg_length_m,
        along_m=_metres(row.along),
        crossings=frozenset(_kind(part) for part in row.crossings),
        green_m2=row.green_m2,
        important_m=row.important_m,
        youngest_road_year=year if row.opens_roads else None,
    )


def _metres(parts: Iterable[RoutePart]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for part in parts:
        found[_kind(part)] += part.length_m
    return dict(found)


def _kind(part: RoutePart) -> str:
    words = {**obstacle_words(), **corridor_words()}
    return words.get(part.kind, UNKNOWN_ROAD)


def permit_note(permit: RoutePermit) -> Note:
    """Return a permit in a sentence."""
    if permit.kind == "filing":
        return note("filed; no approval")
    if permit.kind == "needs_confirmation":
        return note("filing or approval is to be confirmed: {what}", what=permit.confirm[0])
    days = permit.max_working_days
    if permit.excluded_by is not None:
        return note(
            "approval in {days:g} working days because of {what}",
            days=days,
            what=permit.excluded_by,
        )
    return note("approval in {days:g} working days", days=days)
