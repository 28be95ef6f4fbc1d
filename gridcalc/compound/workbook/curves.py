"""The sheet of metered days: a column of 96 quarter hours for each transformer."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from gridcalc.compound.workbook.cells import Value, is_blank
from gridcalc.compound.workbook.fields import Column
from gridcalc.compound.workbook.grids import OWN_MARK, Entry, Found, Sheet, has_value, key_row, take
from gridcalc.errors import Problem

TIME = "time"
TRANSFORMER, CURVE = "transformer", "curve_96_kw"
SLOTS_PER_DAY, _MINUTES = 96, 15
_NO_TIMES = f"has no cell {TIME!r} over the quarter hours; copy the sheet from a new workbook"


def clock(slot: int) -> str:
    """Return when a quarter hour begins.

    Examples
    --------
    >>> clock(0), clock(95)
    ('00:00', '23:45')
    """
    return f"{slot * _MINUTES // 60:02d}:{slot * _MINUTES % 60:02d}"


def read_curves(sheet: Sheet) -> Found:
    """Return a transformer and its day for each column that holds values."""
    head = key_row(sheet, {TIME})
    if head is None:
        is_used = any(not is_blank(value) for row in sheet.grid for value in row)
        return Found(problems=[sheet.whole(_NO_TIMES)] if is_used else [])
    found = Found()
    times = [str(value).strip() for value in sheet.grid[head]].index(TIME)
    used = [
        column
        for column, value in enumerate(sheet.grid[head])
        if column != times
        and not str(value).strip().startswith(OWN_MARK)
        and _rows_with_value(sheet, head, column)
    ]
    if used:
        found.problems += _wrong_times(sheet, head, times)
    for column in used:
        _read_day(sheet, head, column, found)
    return found


def _rows_with_value(sheet: Sheet, head: int, column: int) -> list[int]:
    rows = range(head + 1, len(sheet.grid))
    return [row for row in rows if has_value(sheet, (row, column))]


def _wrong_times(sheet: Sheet, head: int, column: int) -> Iterator[Problem]:
    for slot in range(SLOTS_PER_DAY):
        row = head + 1 + slot
        if row >= len(sheet.grid) or _clock_of(sheet.grid[row][column]) != clock(slot):
            message = f"the quarter hour {clock(slot)} belongs here; keep all 96 in their order"
            yield sheet.problem((row, column), message)
            return


def _clock_of(value: Any) -> str:
    if isinstance(value, timedelta):
        value = (datetime.min + value).time()
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    text = str(value).strip().replace("：", ":")
    return text.rjust(5, "0") if ":" in text else text


def _read_day(sheet: Sheet, head: int, column: int, found: Found) -> None:
    rows = _rows_with_value(sheet, head, column)
    if not has_value(sheet, (head, column)):
        message = "values without a transformer; write its id over them"
        found.problems.append(sheet.problem((head, column), message))
        return
    names: dict[str, Value] = {}
    title = Column(sheet=sheet.key, key=TRANSFORMER, form="name")
    take(sheet, (head, column), title, names, found.problems)
    found.problems += _gap_or_surplus(sheet, head, column, rows)
    places = {clock(slot): (head + 1 + slot, column) for slot in range(SLOTS_PER_DAY)}
    day: dict[str, Value] = {}
    for key, place in places.items():
        if place[0] in rows:
            number = Column(sheet=sheet.key, key=key, form="number")
            take(sheet, place, number, day, found.problems)
    placed = {"": (head, column), **places}
    found.entries.append(Entry(values={**names, **day}, places=placed))


def _gap_or_surplus(sheet: Sheet, head: int, column: int, rows: list[int]) -> Iterator[Problem]:
    wanted = range(head + 1, head + 1 + SLOTS_PER_DAY)
    missing = [row for row in wanted if row not in rows]
    surplus = [row for row in rows if row not in wanted]
    if missing:
        message = f"{len(missing)} of {SLOTS_PER_DAY} quarter hours have no value; fill them"
        yield sheet.problem((missing[0], column), message)
    if surplus:
        message = f"a value after the last of {SLOTS_PER_DAY} quarter hours; remove it"
        yield sheet.problem((surplus[0], column), message)


def day_of(entry: Entry) -> list[Value]:
    """Return the 96 values of a column; 0 stands for one that is a problem already."""
    return [entry.values.get(clock(slot), 0.0) for slot in range(SLOTS_PER_DAY)]
