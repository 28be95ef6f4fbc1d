"""List any table of the data folder as it stands, for people and for other programs."""

import csv
import io
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from gridcalc.errors import InputError, Problem
from gridcalc.tables import data_text

Cell = float | int | str | None


@cache
def list_kinds() -> tuple[str, ...]:
    """Return the names of all tables that ship with gridcalc, sorted.

    Examples
    --------
    >>> "cables_mv" in list_kinds()
    True
    """
    folder = files("gridcalc") / "data"
    names = (item.name for item in folder.iterdir())
    return tuple(sorted(name.removesuffix(".csv") for name in names if name.endswith(".csv")))


def rows(kind: str) -> tuple[Mapping[str, Cell], ...]:
    """Return the rows of one table; numbers as numbers, empty cells as None.

    Raises
    ------
    InputError
        There is no such table.

    Examples
    --------
    >>> rows("cable_thermal_k")[0]["k_a_sqrt_s_per_mm2"]
    137
    """
    if kind not in list_kinds():
        near = get_close_matches(kind, list_kinds(), n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}" if near else ""
        message = f"{kind!r} is not a table{hint}; tables are {', '.join(list_kinds())}"
        raise InputError([Problem("catalogue", 0, "kind", message)])
    reader = csv.DictReader(io.StringIO(data_text(f"{kind}.csv")))
    return tuple({name: _cell(cell) for name, cell in row.items()} for row in reader)


def _cell(cell: str) -> Cell:
    for convert in (int, float):
        try:
            return convert(cell)
        except ValueError:
            continue
    return cell or None
