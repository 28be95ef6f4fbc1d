"""Files that rows name: kept relative to the folder of the table, wherever that is."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gridcalc.city.records import CityRow

_YAML = (".yaml", ".yml")


def relative_row(row: CityRow, folder: Path) -> CityRow:
    """Return a row whose files are named as seen from a folder, so that it may stand anywhere.

    Examples
    --------
    >>> relative_row(CityRow(row=2, id="a", name="", file="city/new/a.yaml"), Path("city")).file
    'new/a.yaml'
    """
    return _with_files(row, lambda name: _relative(name, folder))


def placed_row(row: CityRow, folder: Path) -> CityRow:
    """Return a row whose files are named as seen from here."""
    return _with_files(row, lambda name: str(folder / name))


def named_files(row: CityRow) -> tuple[str, ...]:
    """Return the compound file and the policy pack that a row names."""
    return tuple(name for name in (row.file, row.policy) if name and _is_file(name, row))


def _with_files(row: CityRow, named: Callable[[str], str]) -> CityRow:
    if not named_files(row):
        return row
    file = named(row.file) if row.file else row.file
    policy = named(row.policy) if row.policy and _is_file(row.policy, row) else row.policy
    return replace(row, file=file, policy=policy)


def _is_file(name: str, row: CityRow) -> bool:
    return name == row.file or name.lower().endswith(_YAML)


def _relative(name: str, folder: Path) -> str:
    try:
        return Path(os.path.relpath(name, folder)).as_posix()
    except ValueError:
        return name
