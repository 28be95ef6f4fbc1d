"""The parts of an Excel workbook, looked at before any library opens it.

One cell far outside a table makes a reader ask for memory up to it; it is found here.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from gridcalc.city.table.heading_row import MAX_COLUMNS, MAX_ROWS
from gridcalc.city.table.records import file_error
from gridcalc.zipguard import Room, guarded_zip, parts_of_sheets

Cells = frozenset[tuple[int, int]]
"""Row and column of some cells, both from 0."""

_ROOM = Room(max_bytes=400_000_000, max_parts=10_000)
_MAX_CELLS = 10_000_000
_CELL = rb"<(?:\w+:)?(?:c|row)\s[^<>]*?\br\s*=\s*[\"']([^\"'0-9]*)([^\"']*)"
_CELLS = re.compile(_CELL)
_LETTERS, _DIGITS = re.compile(rb"[A-Z]{0,3}"), re.compile(rb"[0-9]{1,7}")
_ERROR_CELLS = re.compile(rb"<(?:\w+:)?c\s(?=[^<>]*\bt=\"e\")[^<>]*?\br=\"([A-Z]+)([0-9]+)\"")
_FORMULA = rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
_NO_VALUE = rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?"
_UNCOMPUTED_CELLS = re.compile(
    rb"<(?:\w+:)?c\s(?![^<>]*\bt=\"str\")[^<>]*?\br=\"([A-Z]+)([0-9]+)\"[^<>]*>\s*"
    + _FORMULA
    + rb"\s*"
    + _NO_VALUE
    + rb"\s*</(?:\w+:)?c>"
)
_N_LETTERS, _BEFORE_A = 26, ord("A") - 1


class Useless(NamedTuple):
    """Cells of a sheet that hold an Excel error, and formulas without a value."""

    errors: Cells = frozenset()
    uncomputed: Cells = frozenset()


def checked_workbook(path: Path, file: str) -> Mapping[str, Useless]:
    """Return the cells without a usable value by sheet, after all parts were unpacked once.

    Parameters
    ----------
    path, file
        The file, and how messages call it.

    Raises
    ------
    InputError
        The file is damaged or protected, unpacks to too much, or has cells far outside a table.
    """
    with guarded_zip(path, file, room=_ROOM, hint="save the sheet as CSV") as archive:
        found = {
            entry.filename: _useless(archive.read(entry), file) for entry in archive.infolist()
        }
        names = parts_of_sheets(archive.read, file)
    return {name: found.get(part, Useless()) for name, part in names.items()}


def _useless(data: bytes, file: str) -> Useless:
    """Return the useless cells of a part, once all its cells are where a table is."""
    places = _CELLS.findall(data)
    letters, digits = {column for column, _row in places}, {row for _column, row in places}
    if not (_all_fit(_LETTERS, letters) and _all_fit(_DIGITS, digits)):
        raise file_error(file, "is damaged: a cell has no proper address; save it anew as .xlsx")
    n_rows = max((int(one) for one in digits), default=0)
    n_columns = max((_column(one) for one in letters), default=0)
    if n_columns > MAX_COLUMNS or n_rows * n_columns > _MAX_CELLS:
        message = f"a sheet reaches to row {n_rows} and column {n_columns}"
        hint = f"at most {MAX_COLUMNS} columns and {MAX_ROWS} rows are read"
        raise file_error(file, f"{message}; {hint}, delete what lies outside the table")
    return Useless(_cells(_ERROR_CELLS, data), _cells(_UNCOMPUTED_CELLS, data))


def _cells(pattern: re.Pattern[bytes], data: bytes) -> Cells:
    found = pattern.findall(data)
    return frozenset((int(row) - 1, _column(column) - 1) for column, row in found)


def _all_fit(pattern: re.Pattern[bytes], texts: Iterable[bytes]) -> bool:
    return all(pattern.fullmatch(text) for text in texts)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * _N_LETTERS + letter - _BEFORE_A
    return number
