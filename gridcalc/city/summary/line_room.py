"""Which compounds have room on their 10 kV line and its main transformer, and what stops others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from gridcalc.city.lines.records import CompoundFit, LineResult
from gridcalc.city.summary.records import CityEntry

RoomKind = Literal["yes", "managed", "no"]
ROOM_KINDS: tuple[RoomKind, ...] = get_args(RoomKind)
LINE, MAIN_TRANSFORMER = "line", "main_transformer"
_MANAGED = "managed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRoom:
    """Whether a compound fits where it is fed from, connected in ranked order.

    Attributes
    ----------
    kind
        ``yes`` with every charging without control that was asked for, ``managed`` only under
        orderly charging, ``no`` not even then.
    limited_by
        ``line`` or ``main_transformer``: what stops it, in the first charging mode that does;
        of the orderly one where it does not even fit then. Empty where it fits.
    line_id
        Of its line.
    main_transformer
        Of that line; empty where the table names none.
    """

    kind: RoomKind
    limited_by: str
    line_id: str
    main_transformer: str


def rooms_of(lines: Iterable[LineResult]) -> dict[str, LineRoom]:
    """Return the room of each compound by its id; compounds for which it is not known are out."""
    return {name: room for line in lines for name, room in _of_line(line)}


def rooms_by_line(rooms: Mapping[str, LineRoom]) -> dict[str, list[LineRoom]]:
    """Return the rooms of the compounds of each line by its id."""
    found: dict[str, list[LineRoom]] = {}
    for room in rooms.values():
        found.setdefault(room.line_id, []).append(room)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutRoom:
    """Compounds that do not fit with charging without control, and the chargers their works add.

    ``n_chargers_managed`` of these chargers fit under orderly charging.
    """

    n_compounds: int
    n_chargers: int
    n_chargers_managed: int


def without_room(entries: Iterable[CityEntry], rooms: Mapping[str, LineRoom]) -> WithoutRoom:
    """Return which of some compounds have no room on their lines; those not known are left out."""
    short = [
        (rooms[entry.id].kind, entry.n_enabled or 0)
        for entry in entries
        if entry.id in rooms and rooms[entry.id].kind != "yes"
    ]
    return WithoutRoom(
        n_compounds=len(short),
        n_chargers=sum(n for _, n in short),
        n_chargers_managed=sum(n for kind, n in short if kind == "managed"),
    )


def _of_line(line: LineResult) -> Iterator[tuple[str, LineRoom]]:
    turns: dict[str, dict[str, CompoundFit]] = {}
    for mode in line.fits:
        for fit in mode.fits:
            turns.setdefault(fit.id, {})[mode.charging] = fit
    for name, by_mode in turns.items():
        known = {mode: fit for mode, fit in by_mode.items() if fit.fits is not None}
        if known:
            kind, limited_by = _judged(known)
            yield (
                name,
                LineRoom(
                    kind=kind,
                    limited_by=limited_by,
                    line_id=line.line.id,
                    main_transformer=line.line.main_transformer,
                ),
            )


def _judged(by_mode: Mapping[str, CompoundFit]) -> tuple[RoomKind, str]:
    free = [fit for mode, fit in by_mode.items() if mode != _MANAGED]
    managed = by_mode.get(_MANAGED)
    stopped = [fit.limited_by for fit in free if not fit.fits]
    if free and not stopped:
        return "yes", ""
    if managed is None:
        return "no", stopped[0]
    return ("managed", (stopped or [""])[0]) if managed.fits else ("no", managed.limited_by)
