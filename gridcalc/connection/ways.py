"""How a cable is built along each kind of corridor and area: the tables, changed by the pack."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar, get_args, get_type_hints

from gridcalc.errors import InputError, Problem
from gridcalc.policy import PolicyPack, Rule
from gridcalc.routing.kinds import (
    CorridorKind,
    ObstacleKind,
    corridor_kinds,
    obstacle_kinds,
)

Kind = TypeVar("Kind", CorridorKind, ObstacleKind)

CORRIDORS = "route.corridors"
AREAS = "route.areas"
_FIXED = frozenset(
    {"kind", "is_road", "is_green", "is_important", "passage", "aliases", "source", "confidence"}
)
"""What the map door decides by, or what follows from the rule; a pack cannot change it."""
_LARGEST_M = 1_000.0
"""A wider trench or road is taken for a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Kinds of corridor and area by name."""

    corridors: Mapping[str, CorridorKind]
    areas: Mapping[str, ObstacleKind]


def ways_of(policy: PolicyPack) -> Ways:
    """Return how cables are built by the rules of a pack.

    Raises
    ------
    InputError
        A row of ``route.corridors`` or ``route.areas`` names an unknown kind or key, or holds a
        value of the wrong type.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> ways_of(load_policy("national")).corridors["primary_road"].crossing_item
    'drilling'
    """
    problems: list[Problem] = []
    ways = Ways(
        corridors=_changed(corridor_kinds(), policy.rule(CORRIDORS), policy, problems),
        areas=_changed(obstacle_kinds(), policy.rule(AREAS), policy, problems),
    )
    if problems:
        raise InputError(problems)
    return ways


def _changed(
    known: Mapping[str, Kind], rule: Rule, policy: PolicyPack, problems: list[Problem]
) -> Mapping[str, Kind]:
    found = dict(known)
    for row in policy.rows(rule.name):
        kind = row.get("kind")
        if not isinstance(kind, str) or kind not in known:
            message = f"{kind!r} is no kind; known are {', '.join(known)}"
            problems.append(Problem(rule.pack_id, 0, rule.name, message))
            continue
        faults = list(_faults(row, known[kind]))
        problems += [Problem(rule.pack_id, 0, f"{rule.name}.{kind}", text) for text in faults]
        if not faults:
            found[kind] = _with(found[kind], row, rule)
    return found


def _faults(row: Mapping[str, Any], known: CorridorKind | ObstacleKind) -> Iterator[str]:
    hints = get_type_hints(type(known))
    open_fields = [name for name in hints if name not in _FIXED]
    for key, value in row.items():
        if key == "kind":
            continue
        if key not in open_fields:
            yield f"unknown key {key!r}; known are {', '.join(open_fields)}"
        elif hints[key] is float and (
            isinstance(value, bool) or not isinstance(value, (int, float))
        ):
            yield f"{key}: {value!r} is not a number"
        elif hints[key] is float and not 0 <= value <= _LARGEST_M:
            yield f"{key}: {value!r} is not a width of 0 to {_LARGEST_M:g} m"
        elif hints[key] is str and not isinstance(value, str):
            yield f"{key}: {value!r} is not a text"
        elif get_args(hints[key]) and value not in get_args(hints[key]):
            yield f"{key}: {value!r} is not one of {', '.join(get_args(hints[key]))}"


def _with(known: Kind, row: Mapping[str, Any], rule: Rule) -> Kind:
    names = {field.name for field in fields(known)} - _FIXED
    given = {key: value for key, value in row.items() if key in names}
    return replace(known, **given, source=rule.document, confidence=rule.confidence)
