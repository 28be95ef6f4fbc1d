"""The recommended route written into a compound: source, cable, and what its permit asks."""

import re
from collections.abc import Iterator, Sequence
from math import ceil, isnan
from typing import Any

from gridcalc.compound.attached_route import AttachedRoute, RoutePart
from gridcalc.compound.model import Compound, MvCable, Source
from gridcalc.connection.records import Connection, RouteOption
from gridcalc.connection.ways import ways_of
from gridcalc.errors import InputError, Problem
from gridcalc.policy.permit_of_route import SAME_LENGTH_M
from gridcalc.routing.records import SourcePoint

_DIGITS = 2
_LONGEST_M, _LONGEST_ID, _OLDEST_ROAD_YEAR = 50_000.0, 64, 1949
"""What a compound file takes; an older road is past every age that is asked."""


def attached(compound: Compound, found: Connection, *, file: str) -> Compound:
    """Return the compound fed by the recommended route, or pair of routes.

    The source with the id of the route's is kept and gets what the map knows of it; where the
    compound has none of that id, its first source (for the second route its second) is replaced,
    and nothing of the old one stays. What an id may not hold becomes a ``-``. The first 10 kV
    cable of the source takes the route's cable, length and permit facts.

    Parameters
    ----------
    compound
        The compound.
    found
        The connection; its first route or pair is attached.
    file
        Name of the compound file, for messages.

    Raises
    ------
    InputError
        The compound has no source or no 10 kV cable for a route, or a route is longer than a
        compound file takes or has no length.
    """
    chosen = found.recommended
    _check_lengths(chosen, file)
    if len(chosen) > len(compound.sources):
        message = f"has {len(compound.sources)} source; {len(chosen)} routes need one each"
        raise InputError([Problem(file, 0, "sources", message)])
    for row, old in zip(chosen, _replaced(compound, chosen), strict=True):
        compound = _with_route(compound, row, found, old=old, file=file)
    return compound


def _check_lengths(chosen: Sequence[RouteOption], file: str) -> None:
    problems = []
    for row in chosen:
        if round(row.length_m, _DIGITS) <= 0:
            message = (
                f"the source {row.source.id} stands at the target: there is no route to attach"
            )
            problems.append(Problem(file, 0, "routes", message))
        if row.cable_length_m > _LONGEST_M:
            message = (
                f"the cable from {row.source.id} has {row.cable_length_m:.0f} m, a compound file"
                f" takes up to {_LONGEST_M:g} m"
            )
            problems.append(Problem(file, 0, "mv_cables", message))
    if problems:
        raise InputError(problems)


def _id_of(point: SourcePoint) -> str:
    """Return the name of a source as an id of a compound file."""
    word = re.sub(r"[^\w.\-]+", "-", point.id).strip(".-")
    return word[:_LONGEST_ID] or "source"


def _replaced(compound: Compound, chosen: Sequence[RouteOption]) -> list[str]:
    """Return the source of the compound that each route takes the place of."""
    ids = [source.id for source in compound.sources]
    wanted = [_id_of(row.source) for row in chosen]
    free = [name for name in ids if name not in wanted]
    return [name if name in ids else free.pop(0) for name in wanted]


def _with_route(
    compound: Compound, row: RouteOption, found: Connection, *, old: str, file: str
) -> Compound:
    new = _id_of(row.source)
    sources = tuple(
        _source(source, row) if source.id == old else source for source in compound.sources
    )
    cables = [_renamed(cable, old, new) for cable in compound.mv_cables]
    places = [k for k, cable in enumerate(cables) if new in (cable.from_id, cable.to_id)]
    if not places:
        message = f"no 10 kV cable leaves the source {old!r}; a route needs one"
        raise InputError([Problem(file, 0, "mv_cables", message)])
    place = places[0]
    cables[place] = cables[place].model_copy(
        update={
            "type": found.cable.name,
            "length_m": round(row.cable_length_m, _DIGITS),
            "laying": _laying(row, found),
        }
    )
    routes = [route for route in compound.routes if route.cable != cables[place].id]
    routes.append(_attached_route(row, cables[place].id, works_year=found.year))
    return compound.model_copy(
        update={"sources": sources, "mv_cables": tuple(cables), "routes": tuple(routes)}
    )


def _laying(row: RouteOption, found: Connection) -> str:
    """Return how the longest part of the route is laid."""
    kind = max(row.by_kind_m, key=lambda part: (part[1], part[0]))[0]
    return ways_of(found.policy).corridors[kind].laying


def _renamed(cable: MvCable, old: str, new: str) -> MvCable:
    ends = {"from_id": cable.from_id, "to_id": cable.to_id}
    changed = {key: new for key, name in ends.items() if name == old}
    return cable.model_copy(update=changed) if changed else cable


def _source(source: Source, row: RouteOption) -> Source:
    point = row.source
    known: dict[str, Any] = {
        "id": _id_of(point),
        "kind": point.kind,
        "open_capacity_kva": point.open_capacity_kva,
        "spare_bays": point.spare_bays,
        "line": point.line,
        "busbar": point.busbar,
        "substation": point.substation,
        "i_sc_max_ka": point.i_sc_max_ka,
    }
    given = {key: value for key, value in known.items() if value is not None}
    if source.id != given["id"]:
        return Source(**given)
    least, most = source.i_sc_min_ka, point.i_sc_max_ka
    if least is not None and most is not None and least > most:
        given["i_sc_min_ka"] = None
    return source.model_copy(update=given)


def _attached_route(row: RouteOption, cable: str, *, works_year: int | None) -> AttachedRoute:
    facts = row.facts
    year = facts.youngest_road_year
    counts = _written_m(facts.reg_length_m)
    length_m = _written_m(row.length_m)
    return AttachedRoute(
        cable=cable,
        length_m=length_m,
        reg_length_m=counts if counts != length_m else None,
        along=tuple(
            RoutePart(kind=kind, length_m=round(metres, _DIGITS))
            for kind, metres in sorted(facts.along_m.items())
        ),
        crossings=tuple(_crossed(row)),
        green_m2=round(facts.green_m2, _DIGITS),
        important_m=round(facts.important_m, _DIGITS),
        opens_roads=year is not None,
        youngest_road_year=(
            None if year is None or isnan(year) else max(int(year), _OLDEST_ROAD_YEAR)
        ),
        works_year=works_year,
    )


def _written_m(length_m: float) -> float:
    """Return a length as the file holds it [m]; rounded up, so that none falls to a threshold.

    Examples
    --------
    >>> _written_m(500.0), _written_m(500.004), _written_m(500.0000004)
    (500.0, 500.01, 500.0)
    """
    return ceil((length_m - SAME_LENGTH_M) * 10.0**_DIGITS) / 10.0**_DIGITS


def _crossed(row: RouteOption) -> Iterator[RoutePart]:
    """Yield what is crossed; what is passed without a crossing has no length of its own."""
    for crossing in row.crossings:
        yield RoutePart(kind=crossing.kind, length_m=round(crossing.length_m, _DIGITS))
    told = {crossing.kind for crossing in row.crossings}
    for kind in sorted(row.facts.crossings - told):
        yield RoutePart(kind=kind, length_m=0)
