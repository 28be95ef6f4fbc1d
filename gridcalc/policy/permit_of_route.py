"""Which permit class takes a cable route, what excludes it, and what nobody has said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Literal, TypeAlias

from gridcalc.policy.permits import permit_classes
from gridcalc.policy.records import PolicyPack, Rule
from gridcalc.policy.schema import PermitClass
from gridcalc.units import PERCENT

PermitKind: TypeAlias = Literal["filing", "approval", "needs_confirmation"]
Fits: TypeAlias = Literal["yes", "no", "unknown"]

CLASSES = "permit.classes"
UNKNOWN_ROAD = "unknown"
IMPORTANT = "important_infrastructure"
GREEN = "green_area"
ROAD_AGE = "road_age"
VOLTAGE = "voltage"
LENGTH = "length"
SAME_LENGTH_M = 1e-6
"""A length is at a limit, and not beyond it, when it differs by no more. [m]"""
_SLACK_M2 = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteFacts:
    """What the permit classes ask of a route.

    Parameters
    ----------
    voltage_kv
        Nominal voltage of the line. [kV]
    reg_length_m
        Length that counts for the threshold. [m]
    along_m
        Length laid along each kind of road; ``unknown`` where a corridor has no kind. [m]
    crossings
        Kinds of road and area that are crossed; ``unknown`` for a corridor without a kind.
    green_m2
        Green land that is dug. [m²]
    important_m
        Length in important infrastructure. [m]
    youngest_road_year
        Year of the youngest road that is opened; None where none is, NaN where it is not known.
    """

    voltage_kv: float
    reg_length_m: float
    along_m: Mapping[str, float] = field(default_factory=dict)
    crossings: frozenset[str] = frozenset()
    green_m2: float = 0.0
    important_m: float = 0.0
    youngest_road_year: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePermit:
    """The permit of a route.

    Parameters
    ----------
    kind
        ``needs_confirmation`` where something the classes ask is not known, or where the pack has
        no class for the route.
    class_id
        The class; the one in doubt for ``needs_confirmation``; empty where there is none.
    threshold_m
        Longest route of the first class that has a length; None where none has. [m]
    excluded_by
        What other than length keeps the route out of the first class: a kind of road or crossing,
        ``important_infrastructure``, ``green_area``, ``road_age`` or ``voltage``; None for nothing.
    confirm
        What must be confirmed.
    working_days
        Days of approval, 0 for filing; None where they are not stated or the class is in doubt.
    max_working_days
        The same, or in doubt the longest of the classes that may hold. [working days]
    clause
        The class in words.
    rule
        The rule that states the classes.
    exempt_permits, conditions
        Permits that are not needed, and what must be stated for it.
    margin_m
        Threshold less the length that counts; None without a threshold. [m]
    in_survey_margin
        Whether a survey could move the route over the threshold or back.
    """

    kind: PermitKind
    class_id: str
    threshold_m: float | None
    excluded_by: str | None
    confirm: tuple[str, ...]
    working_days: float | None
    max_working_days: float
    clause: str
    rule: Rule
    exempt_permits: tuple[str, ...]
    conditions: tuple[str, ...]
    margin_m: float | None
    in_survey_margin: bool


def permit_of(facts: RouteFacts, pack: PolicyPack, *, year: int | None = None) -> RoutePermit:
    """Return the permit of a route; the first class that takes it holds.

    Parameters
    ----------
    facts
        The route.
    pack
        The rules of the region.
    year
        Year of the works, from which the age of a road counts; None where it is not known, and an
        age that matters is then to be confirmed.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> wujiang = load_policy("wujiang-2021")
    >>> permit_of(RouteFacts(voltage_kv=10, reg_length_m=595), wujiang).kind
    'filing'
    >>> along = RouteFacts(voltage_kv=10, reg_length_m=580, along_m={"secondary_road": 400})
    >>> permit = permit_of(along, wujiang)
    >>> permit.kind, permit.excluded_by, permit.working_days, permit.margin_m
    ('approval', 'secondary_road', 5.0, 20.0)
    """
    classes = permit_classes(pack)
    chosen: PermitClass | None = None
    confirm: tuple[str, ...] = ()
    for row in classes:
        reasons = list(_reasons(row, facts, pack, year))
        if all(fits != "no" for fits, _ in reasons):
            chosen, confirm = row, tuple(dict.fromkeys(text for _, text in reasons))
            break
    certain = chosen is not None and not confirm
    threshold = threshold_m(pack)
    return RoutePermit(
        kind=chosen.kind if chosen is not None and certain else "needs_confirmation",
        class_id=chosen.id if chosen else "",
        threshold_m=threshold,
        excluded_by=_excluded_by(classes, facts, pack, year),
        confirm=confirm if chosen else (CLASSES,),
        working_days=_days(chosen, pack) if chosen is not None and certain else None,
        max_working_days=_max_days(classes, chosen, pack, certain=certain),
        clause=chosen.clause if chosen else "",
        rule=pack.rule(CLASSES),
        exempt_permits=chosen.exempt_permits if chosen and certain else (),
        conditions=chosen.conditions if chosen else (),
        margin_m=None if threshold is None else threshold - facts.reg_length_m,
        in_survey_margin=_in_margin(threshold, facts.reg_length_m, pack),
    )


def threshold_m(pack: PolicyPack) -> float | None:
    """Return the longest route [m] of the first class that has a length; None where none has.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> threshold_m(load_policy("ningxia-2025")), threshold_m(load_policy("national"))
    (500.0, None)
    """
    lengths = (row.max_reg_length_m for row in permit_classes(pack))
    found = next((length for length in lengths if length is not None), None)
    return None if found is None else float(found)


def survey_margin_m(threshold: float, pack: PolicyPack) -> float:
    """Return how far a survey may differ from a map [m]: the larger of a share and a length."""
    share = pack.number("route.survey_margin_percent") / PERCENT
    return max(share * threshold, pack.number("route.survey_margin_m"))


def approval_days(row: PermitClass, pack: PolicyPack) -> float:
    """Return the days of a class, or of approval in general where the class states none."""
    days = _days(row, pack)
    return pack.number("permit.approval_working_days") if days is None else days


def _reasons(
    row: PermitClass, facts: RouteFacts, pack: PolicyPack, year: int | None
) -> Iterator[tuple[Fits, str]]:
    """Yield what keeps a route out of a class or leaves it in doubt."""
    if row.voltage_kv_max is not None and facts.voltage_kv > row.voltage_kv_max:
        yield "no", VOLTAGE
    if _too_long(row, facts.reg_length_m):
        yield "no", LENGTH
    yield from _along(row, facts, pack.number("permit.max_along_m"))
    for kind in sorted(facts.crossings & set(row.forbid_crossing)):
        yield "no", kind
    for kind in sorted(facts.crossings & set(row.confirm_crossing)):
        yield "unknown", kind
    if UNKNOWN_ROAD in facts.crossings and (row.forbid_crossing or row.confirm_crossing):
        yield "unknown", "corridor_kind"
    if row.forbid_important_infrastructure and facts.important_m > SAME_LENGTH_M:
        yield "no", IMPORTANT
    if row.max_green_m2 is not None and facts.green_m2 > row.max_green_m2 + _SLACK_M2:
        yield "no", GREEN
    if row.min_road_age_years is not None and facts.youngest_road_year is not None:
        yield from _age(row.min_road_age_years, facts.youngest_road_year, year)


def _too_long(row: PermitClass, length_m: float) -> bool:
    limit = row.max_reg_length_m
    if limit is None:
        return False
    slack_m = SAME_LENGTH_M if row.boundary == "<=" else -SAME_LENGTH_M
    return length_m > limit + slack_m


def _along(row: PermitClass, facts: RouteFacts, tolerance_m: float) -> Iterator[tuple[Fits, str]]:
    if not row.forbid_along:
        return
    metres = {kind: facts.along_m.get(kind, 0.0) for kind in (*row.forbid_along, UNKNOWN_ROAD)}
    forbidden = {kind: length for kind, length in metres.items() if kind != UNKNOWN_ROAD}
    allowed_m = tolerance_m + SAME_LENGTH_M
    if sum(forbidden.values()) > allowed_m:
        yield "no", max(forbidden, key=lambda kind: forbidden[kind])
    elif sum(metres.values()) > allowed_m:
        yield "unknown", "corridor_kind"


def _age(least_years: float, built: float, year: int | None) -> Iterator[tuple[Fits, str]]:
    if isnan(built) or year is None:
        yield "unknown", ROAD_AGE
    elif year - built < least_years:
        yield "no", ROAD_AGE


def _excluded_by(
    classes: tuple[PermitClass, ...], facts: RouteFacts, pack: PolicyPack, year: int | None
) -> str | None:
    if not classes:
        return None
    reasons = [text for fits, text in _reasons(classes[0], facts, pack, year) if fits == "no"]
    return next((text for text in reasons if text != LENGTH), None)


def _days(row: PermitClass, pack: PolicyPack) -> float | None:
    if row.working_days is not None:
        return float(row.working_days)
    return 0.0 if row.kind == "filing" else pack.number("permit.approval_working_days")


def _max_days(
    classes: tuple[PermitClass, ...],
    chosen: PermitClass | None,
    pack: PolicyPack,
    *,
    certain: bool,
) -> float:
    if chosen is not None and certain:
        return approval_days(chosen, pack)
    rest = classes[classes.index(chosen) :] if chosen is not None else ()
    days = [approval_days(row, pack) for row in rest]
    return max([*days, pack.number("permit.approval_working_days")])


def _in_margin(threshold: float | None, length_m: float, pack: PolicyPack) -> bool:
    if threshold is None:
        return False
    return abs(threshold - length_m) <= survey_margin_m(threshold, pack)
