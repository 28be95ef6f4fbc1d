"""The kinds of road and area that permit classes name: known ones, and crossings to be seen."""

from collections.abc import Iterator

from gridcalc.errors import InputError, Problem
from gridcalc.policy import PermitClass, PolicyPack, permit_classes
from gridcalc.policy.permit_of_route import CLASSES, UNKNOWN_ROAD
from gridcalc.routing.kinds import CONNECTOR, corridor_kinds, obstacle_kinds


def check_permit_kinds(policy: PolicyPack) -> None:
    """Refuse classes that name what no map has: they would keep no route out.

    Raises
    ------
    InputError
        Every name that is no kind of road, of corridor or of area.
    """
    problems = [
        Problem(policy.id, 0, f"{CLASSES}.{row.id}.{key}", text)
        for row in permit_classes(policy)
        for key, text in _faults(row)
    ]
    if problems:
        raise InputError(problems)


def asked_crossings(policy: PolicyPack) -> frozenset[str]:
    """Return the kinds of corridor whose crossing decides on a permit.

    Where a kind of corridor is named, crossing one of unknown kind is to be confirmed.

    Examples
    --------
    >>> from gridcalc.policy import load_policy
    >>> sorted(asked_crossings(load_policy("ningxia-2025")))
    []
    """
    named = {
        kind
        for row in permit_classes(policy)
        for kind in (*row.forbid_crossing, *row.confirm_crossing)
    }
    corridors = named & set(corridor_kinds())
    return frozenset({*corridors, UNKNOWN_ROAD} if corridors else ())


def _faults(row: PermitClass) -> Iterator[tuple[str, str]]:
    roads = [name for name, kind in corridor_kinds().items() if kind.is_road]
    crossed = [name for name in (*corridor_kinds(), *obstacle_kinds()) if name != CONNECTOR]
    asked = (
        ("forbid_along", row.forbid_along, roads),
        ("forbid_crossing", row.forbid_crossing, crossed),
        ("confirm_crossing", row.confirm_crossing, crossed),
    )
    for key, names, known in asked:
        for name in names:
            if name not in known:
                yield key, f"{name!r} is on no map; write one of {', '.join(known)}"
