"""The headings of a table of 10 kV lines: which column gives what, in which unit."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from gridcalc.city.lines.line_words import heading_words, line_columns, unit_words
from gridcalc.city.table.records import RawTable
from gridcalc.city.table.vocabulary import take_apart, word_key
from gridcalc.demand.charging.pieces import SLOTS_PER_DAY
from gridcalc.errors import InputError, Problem
from gridcalc.units import H_PER_DAY, MIN_PER_H

_CURVE = "curve_96_kw"
_NUMBERED = re.compile(r"(?:curve|point|p|点|第)?[ _]?(\d{1,2})(?:点)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_FEWEST_KNOWN = 2
_NAMES = ("id", "name")
CAPACITIES = ("ampacity_a", "capacity_kva")
"""Fields that say what a line carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """Where the fields of a line stand.

    Attributes
    ----------
    place
        Column of each field, from 0.
    unit
        Unit of the numbers of each field.
    heading
        Heading of each field as the user wrote it.
    curve
        Columns of the 96 quarter hours from midnight; empty where there are none.
    ignored
        Headings that mean nothing here.
    """

    place: Mapping[str, int]
    unit: Mapping[str, str]
    heading: Mapping[str, str]
    curve: tuple[int, ...] = ()
    ignored: tuple[str, ...] = field(default=())


def is_heading(cells: tuple[str, ...]) -> bool:
    """Return whether a row can be that of the headings."""
    known = {field_of(cell) for cell in cells} - {None}
    return len(known) >= _FEWEST_KNOWN


def is_complete(fields: Collection[str]) -> bool:
    """Return whether fields are all that a table of lines needs: a name and what a line carries.

    Examples
    --------
    >>> is_complete({"name", "capacity_kva"}), is_complete({"id", "name", "area"})
    (True, False)
    """
    return any(one in fields for one in _NAMES) and any(one in fields for one in CAPACITIES)


def field_of(heading: str) -> str | None:
    """Return the field a heading means, or None.

    Examples
    --------
    >>> field_of("最大负荷（MW）"), field_of("Tie line"), field_of("remarks")
    ('existing_peak_kw', 'tie', None)
    """
    words = heading_words()
    return words.get(word_key(heading)) or words.get(take_apart(heading).key)


def headings_of(table: RawTable, given: Mapping[str, str]) -> Headings:
    """Return where the fields stand.

    Parameters
    ----------
    table
        The table.
    given
        Heading by field, where the user says so.

    Raises
    ------
    InputError
        All headings that are missing, stand twice or name a unit that does not fit.
    """
    problems: list[Problem] = []
    curve, curve_problem = _curve_columns(table.headings)
    if curve_problem:
        problems.append(Problem(table.file, table.heading_row, _CURVE, curve_problem))
    place: dict[str, int] = {}
    ignored = []
    wanted = {heading: name for name, heading in given.items()}
    for column, heading in enumerate(table.headings):
        name = wanted.get(heading) or field_of(heading)
        if name is None or column in curve or (name in given and given[name] != heading):
            ignored += [heading] if heading and column not in curve else []
        elif name in place:
            message = f"means the same as {table.headings[place[name]]!r}; keep one of them"
            problems.append(Problem(table.file, table.heading_row, heading, message))
        else:
            place[name] = column
    problems += _missing(table, place, given)
    units, unit_problems = _units(table, place)
    if problems or unit_problems:
        raise InputError([*problems, *unit_problems])
    return Headings(
        place=place,
        unit=units,
        heading={name: table.headings[column] for name, column in place.items()},
        curve=curve,
        ignored=tuple(ignored),
    )


def _missing(table: RawTable, place: Mapping[str, int], given: Mapping[str, str]) -> list[Problem]:
    row = table.heading_row
    problems = [
        Problem(table.file, row, name, f"there is no column {heading!r}, as the column map says")
        for name, heading in given.items()
        if name not in place
    ]
    if not any(one in place for one in _NAMES):
        message = "no column names the lines; add one, such as id or 线路名称"
        problems.append(Problem(table.file, row, "id", message))
    if not any(one in place for one in CAPACITIES):
        message = "no column says what the lines carry; add ampacity_a or capacity_kva"
        problems.append(Problem(table.file, row, "ampacity_a", message))
    return problems


def _units(table: RawTable, place: Mapping[str, int]) -> tuple[dict[str, str], list[Problem]]:
    units, problems = {}, []
    for name, column in place.items():
        known = line_columns()[name]
        heading = table.headings[column]
        named = [unit_words()[one] for one in take_apart(heading).remarks if one in unit_words()]
        is_load = known.kind in {"load", "curve"}
        if len(set(named)) > 1 or (named and not is_load):
            message = "names a unit that does not fit; write one of A, kA, kVA, MVA, kW, MW"
            problems.append(Problem(table.file, table.heading_row, heading, message))
        units[name] = named[0] if named and is_load else known.unit
    return units, problems


def _curve_columns(headings: Sequence[str]) -> tuple[tuple[int, ...], str]:
    """Return the columns of the quarter hours, and what is wrong with them.

    They are numbered 1 to 96, or named by the time at which a quarter hour begins (0:00 to
    23:45) or ends (0:15 to 24:00).
    """
    by_clock = _slots(headings, _clock_slot)
    by_number = _slots(headings, _number_slot)
    found = by_clock or by_number
    if not found:
        return (), ""
    if SLOTS_PER_DAY in found and 0 not in found:
        found = {slot - 1: column for slot, column in found.items()}
    if len(found) < SLOTS_PER_DAY or set(found) != set(range(SLOTS_PER_DAY)):
        if not by_clock and len(found) < SLOTS_PER_DAY // 2:
            return (), ""
        return (), f"{len(found)} columns of quarter hours were found, not {SLOTS_PER_DAY}"
    return tuple(found[slot] for slot in range(SLOTS_PER_DAY)), ""


def _slots(headings: Sequence[str], slot_of: Callable[[str], int | None]) -> dict[int, int]:
    found: dict[int, int] = {}
    for column, heading in enumerate(headings):
        slot = slot_of(heading.strip().casefold())
        if slot is not None:
            found.setdefault(slot, column)
    return found


def _clock_slot(heading: str) -> int | None:
    found = _CLOCK.fullmatch(heading)
    if found is None:
        return None
    minutes = int(found[1]) * MIN_PER_H + int(found[2])
    slot = minutes * SLOTS_PER_DAY / (H_PER_DAY * MIN_PER_H)
    return int(slot) if slot.is_integer() and slot <= SLOTS_PER_DAY else None


def _number_slot(heading: str) -> int | None:
    found = _NUMBERED.fullmatch(heading)
    return int(found[1]) if found and 1 <= int(found[1]) <= SLOTS_PER_DAY else None
