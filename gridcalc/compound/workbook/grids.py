"""Sheets in: rows of one sheet by field key, each value with the cell it stands in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gridcalc.compound.door import nearest
from gridcalc.compound.workbook.cells import Value, cell_value, is_blank
from gridcalc.compound.workbook.fields import GENERAL, Column, columns
from gridcalc.compound.workbook.parts import SheetFacts
from gridcalc.compound.workbook.places import Place, address, letters
from gridcalc.errors import Problem
from gridcalc.messages import Lang
from gridcalc.userfile import sign_fault

OWN_MARK = "#"
"""What the names of sheets and the keys of columns begin with that are not read."""
KEY, VALUE = "key", "value"
_SEARCHED = 15

Grid = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet of a workbook as it was found.

    Attributes
    ----------
    file, name, key
        Its workbook, its name there, and what it is.
    lang
        Language of its name.
    grid
        Values of all cells from A1 on.
    facts
        What values alone do not tell.
    """

    file: str
    name: str
    key: str
    lang: Lang
    grid: Grid
    facts: SheetFacts

    def at(self, place: Place, key: str = "") -> str:
        """Return how messages name a cell, such as ``低压电缆!D7 length_m``."""
        where = f"{self.name}!{address(*place)}"
        return f"{where} {key}" if key else where

    def problem(self, place: Place, message: str, key: str = "") -> Problem:
        """Return a problem of a cell."""
        return Problem(self.file, 0, self.at(place, key), message)

    def whole(self, message: str) -> Problem:
        """Return a problem of the sheet as a whole."""
        return Problem(self.file, 0, self.name, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of a table: values and places by field key; the place of the row is ``""``."""

    values: dict[str, Value]
    places: dict[str, Place]


@dataclass(slots=True)
class Found:
    """Rows of a sheet, what is wrong with it, and the fields that a heading may have meant."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)


def read_table(sheet: Sheet) -> Found:
    """Return the rows of a sheet that is a table; rows without any value are skipped."""
    known = {column.key: column for column in columns(sheet.key)}
    head = key_row(sheet, set(known))
    if head is None:
        return Found(problems=_no_key_row(sheet, list(known)))
    found = Found(problems=[*_merged(sheet, head)])
    n_merged = len(found.problems)
    places = _columns(sheet, head, known, found.problems)
    if len(found.problems) > n_merged:
        found.lost = set(known) - set(places)
    if not places:
        return found
    for row in range(head + 1, len(sheet.grid)):
        cells = {key: (row, column) for key, column in places.items()}
        if not any(has_value(sheet, place) for place in cells.values()):
            continue
        entry = Entry(values={}, places={"": (row, min(places.values())), **cells})
        for key, place in cells.items():
            take(sheet, place, known[key], entry.values, found.problems)
        found.entries.append(entry)
    return found


def read_form(sheet: Sheet) -> Found:
    """Return the one entry of the sheet that holds a field per row."""
    known = {column.key: column for column in columns(GENERAL)}
    head = key_row(sheet, {KEY, VALUE}, least=2)
    if head is None:
        return Found(problems=_no_key_row(sheet, [KEY, VALUE]))
    found = Found(problems=[*_merged(sheet, head)])
    titles = [str(value).strip() for value in sheet.grid[head]]
    key_column, value_column = titles.index(KEY), titles.index(VALUE)
    entry = Entry(values={}, places={"": (head, value_column)})
    for row in range(head + 1, len(sheet.grid)):
        name, place = str(sheet.grid[row][key_column]).strip(), (row, value_column)
        if name.startswith(OWN_MARK) or not (name or has_value(sheet, place)):
            continue
        if name not in known:
            what = f"there is no field {name!r}{nearest(name, list(known))}" if name else _NO_KEY
            found.problems.append(sheet.problem((row, key_column), what))
        elif name in entry.places:
            message = f"the field stands already in row {entry.places[name][0] + 1}; keep one"
            found.problems.append(sheet.problem(place, message, name))
        else:
            entry.places[name] = place
            take(sheet, place, known[name], entry.values, found.problems)
    found.entries.append(entry)
    return found


_NO_KEY = f"a value without a field key; remove it, or begin the key with {OWN_MARK} for a remark"


def key_row(sheet: Sheet, known: set[str], *, least: int = 1) -> int | None:
    """Return the row with the most field keys among the first rows; ``None`` with too few."""
    counts = [
        sum(isinstance(value, str) and value.strip() in known for value in row)
        for row in sheet.grid[:_SEARCHED]
    ]
    best = max(counts, default=0)
    return counts.index(best) if best >= least else None


def has_value(sheet: Sheet, place: Place) -> bool:
    """Return whether a cell holds anything, an error or a formula without result included."""
    row, column = place
    facts = sheet.facts
    if place in facts.errors or place in facts.without_result:
        return True
    return column < len(sheet.grid[row]) and not is_blank(sheet.grid[row][column])


def take(
    sheet: Sheet,
    place: Place,
    column: Column,
    values: dict[str, Value],
    problems: list[Problem],
) -> None:
    """Put the value of a cell among the values, or what is wrong with it among the problems."""
    fault = _fault(sheet, place)
    if not fault and has_value(sheet, place):
        try:
            value = cell_value(sheet.grid[place[0]][place[1]], column, sheet.lang)
        except ValueError as error:
            fault = str(error)
        else:
            values[column.key] = value
            fault = sign_fault(value) if isinstance(value, str) else ""
    if fault:
        problems.append(sheet.problem(place, fault, column.key))


def _fault(sheet: Sheet, place: Place) -> str:
    if place in sheet.facts.errors:
        return f"holds the error {sheet.facts.errors[place]}; correct the formula"
    if place in sheet.facts.calling:
        return "holds a formula that calls another program; write the value"
    if place in sheet.facts.without_result:
        return "holds a formula whose result is not stored; open and save it in a spreadsheet"
    return ""


def _no_key_row(sheet: Sheet, keys: Sequence[str]) -> list[Problem]:
    if not any(not is_blank(value) for row in sheet.grid for value in row):
        return []
    message = f"no row holds the field keys ({', '.join(keys[:4])} …); copy it from a new workbook"
    return [sheet.whole(message)]


def _columns(
    sheet: Sheet, head: int, known: Mapping[str, Column], problems: list[Problem]
) -> dict[str, int]:
    """Return the columns by field key, and note unknown, double and missing ones."""
    found: dict[str, int] = {}
    for column, value in enumerate(sheet.grid[head]):
        name = "" if is_blank(value) else str(value).strip()
        place = (head, column)
        if name.startswith(OWN_MARK):
            continue
        if name in known and name not in found:
            found[name] = column
        elif name in known:
            first = letters(found[name])
            problems.append(sheet.problem(place, f"stands already in column {first}", name))
        elif name:
            guess = nearest(name, list(known)) or "; remove it, or begin its key with #"
            problems.append(sheet.problem(place, f"there is no field {name!r}{guess}"))
        else:
            problems += _without_key(sheet, head, column)
    missing = [key for key, column in known.items() if column.is_required and key not in found]
    if missing and _rows_below(sheet, head, found.values()):
        problems.append(sheet.whole(f"has no column {', '.join(missing)}; copy it from a new one"))
        return {}
    return found


def _rows_below(sheet: Sheet, head: int, places: Any) -> bool:
    rows = range(head + 1, len(sheet.grid))
    return any(has_value(sheet, (row, column)) for row in rows for column in places)


def _without_key(sheet: Sheet, head: int, column: int) -> Iterator[Problem]:
    for row in range(head + 1, len(sheet.grid)):
        if has_value(sheet, (row, column)):
            message = "a value in a column without field key; remove it, or write # as its key"
            yield sheet.problem((row, column), message)
            return


def _merged(sheet: Sheet, head: int) -> Iterator[Problem]:
    for first, last in sheet.facts.merged:
        if last[0] >= head:
            message = f"cells down to {address(*last)} are merged; unmerge them and fill each cell"
            yield sheet.problem(first, message)
