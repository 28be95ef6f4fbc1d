"""Addresses of cells: ``D7`` for row 6 and column 3, both counted from 0."""

import re

Place = tuple[int, int]
"""Row and column of a cell, both from 0."""

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})", re.ASCII)
_N_LETTERS, _BEFORE_A = 26, ord("A") - 1


def address(row: int, column: int) -> str:
    """Return the address of a cell.

    Examples
    --------
    >>> address(6, 3), address(0, 26), address(0, 702)
    ('D7', 'AA1', 'AAA1')
    """
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """Return the letters of a column.

    Examples
    --------
    >>> letters(0), letters(25), letters(26), letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    before, last = divmod(column, _N_LETTERS)
    return (letters(before - 1) if before else "") + chr(_BEFORE_A + 1 + last)


def place_of(text: str) -> Place | None:
    """Return the place of an address; ``None`` for any other text.

    Examples
    --------
    >>> place_of("D7"), place_of("$AA$1"), place_of("d7")
    ((6, 3), (0, 26), None)
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * _N_LETTERS + ord(letter) - _BEFORE_A
    return int(found[2]) - 1, column - 1
