"""How permits, corridors, crossings and remedies are said."""

from collections.abc import Iterable

from gridcalc.connection.records import Crossing, RouteOption
from gridcalc.policy.permit_of_route import SAME_LENGTH_M, RoutePermit
from gridcalc.report.blocks import Text, Tone
from gridcalc.report.wording import Wording

_MOST_DIGITS = 6
_TONES: dict[str, Tone] = {"filing": "good", "approval": "warn", "needs_confirmation": "warn"}


def way(name: str, wording: Wording) -> str:
    """Return the word for a kind of corridor or area, or for what a permit class asks.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> way("secondary_road", load_wording("zh"))
    '城市次干道'
    """
    return wording.terms.get(f"way.{name}", name)


def metres(value: float, wording: Wording, *, beside_m: float | None = None) -> str:
    """Return a length in whole metres, in decimals where it would look like a limit beside it.

    Examples
    --------
    >>> from gridcalc.report.wording import load_wording
    >>> [metres(m, load_wording("en"), beside_m=500) for m in (487.4, 500.0, 500.4, 499.996)]
    ['487 m', '500 m', '500.4 m', '499.996 m']
    """
    digits = 0 if beside_m is None else _digits(value - beside_m)
    return f"{value:,.{digits}f} m" if digits else wording("{n:,.0f} m", n=value)


def _digits(margin_m: float) -> int:
    """Return the decimals that tell a margin from none; 0 for one that is none."""
    seen = (k for k in range(_MOST_DIGITS + 1) if round(abs(margin_m), k) > 0)
    return next(seen, 0)


def permit_text(permit: RoutePermit, wording: Wording) -> Text:
    """Return filing or approval, with days and what decides."""
    word = wording.term(permit.kind)
    tone = _TONES[permit.kind]
    if permit.kind == "filing":
        return Text(word, tone)
    if permit.kind == "needs_confirmation":
        what = wording.words(way(name, wording) for name in permit.confirm)
        said = wording(
            "{word}: {what}; at most {days:g} working days",
            word=word,
            what=what,
            days=permit.max_working_days,
        )
        return Text(said, tone)
    said = wording("{word}, {days:g} working days", word=word, days=permit.max_working_days)
    if permit.excluded_by is not None:
        said = wording("{said} ({what})", said=said, what=way(permit.excluded_by, wording))
    return Text(said, tone)


def route_text(row: RouteOption, wording: Wording) -> Text:
    """Return a route in one line: its length, its source, and what its permit asks."""
    permit = permit_text(row.permit, wording)
    said = wording(
        "{length} from {source}: {permit}",
        length=metres(row.length_m, wording, beside_m=row.permit.threshold_m),
        source=row.source.id,
        permit=permit.text,
    )
    return Text(said, permit.tone)


def margin_text(permit: RoutePermit, wording: Wording) -> Text:
    """Return how far a route lies below its threshold."""
    if permit.margin_m is None:
        return Text("-")
    digits = _digits(permit.margin_m)
    said = f"{permit.margin_m:+,.{digits}f} m" if abs(permit.margin_m) > SAME_LENGTH_M else "+0 m"
    if permit.in_survey_margin:
        return Text(wording("{said}, to be measured", said=said), "warn")
    return Text(said)


def conditions_text(permit: RoutePermit, wording: Wording) -> str:
    """Return which permits are not needed, and what must be stated instead."""

    def words(names: Iterable[str]) -> str:
        return wording.words(wording.terms.get(f"condition.{name}", name) for name in names)

    parts = []
    if permit.exempt_permits:
        parts.append(wording("{names} are not needed", names=words(permit.exempt_permits)))
    if permit.conditions:
        parts.append(wording("to be stated: {names}", names=words(permit.conditions)))
    return wording.clauses(parts)


def crossings_text(crossings: Iterable[Crossing], wording: Wording) -> str:
    """Return what a route crosses, in order."""
    return wording.words(
        " ".join(
            part
            for part in (way(row.kind, wording), row.name, metres(row.length_m, wording))
            if part
        )
        for row in crossings
    )


def along_text(row: RouteOption, wording: Wording) -> str:
    """Return along which corridors a route runs, the longest part first."""
    parts = sorted(row.by_kind_m, key=lambda part: (-part[1], part[0]))
    return wording.words(
        f"{way(kind, wording)} {metres(length, wording)}" for kind, length in parts
    )


def labels_text(labels: Iterable[str], wording: Wording) -> str:
    """Return what a route stands out for."""
    return wording.words(wording.term(f"route.{label}") for label in labels)
