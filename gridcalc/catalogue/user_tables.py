"""Read a user's equipment tables; every doubtful row is reported before anything is used."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from gridcalc.catalogue.plausibility import (
    Doubt,
    breaker_doubts,
    cable_doubts,
    rmu_doubts,
    transformer_doubts,
)
from gridcalc.catalogue.records import Cable, ConductorMaterial, LvBreaker, Rmu, Transformer
from gridcalc.errors import InputError, Problem
from gridcalc.tables import csv_lines, read_user_table

_FILES = ("transformers.csv", "cables_mv.csv", "cables_lv.csv", "rmus.csv", "lv_breakers.csv")

_Named = TypeVar("_Named", Transformer, Cable, Rmu, LvBreaker)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRows:
    """The equipment of a user's folder."""

    transformers: tuple[Transformer, ...]
    cables: tuple[Cable, ...]
    rmus: tuple[Rmu, ...]
    breakers: tuple[LvBreaker, ...]


def read_user_rows(folder: Path, *, materials: Mapping[str, ConductorMaterial]) -> UserRows:
    """Return the rows of a user's tables, each with the source ``user:<file>``.

    Raises
    ------
    InputError
        Every problem of every file: cells, double names, physically doubtful values, files that
        are no catalogue table.
    """
    problems = list(_folder_problems(folder))

    def about_cable(row: Cable) -> Iterator[Doubt]:
        return cable_doubts(row, materials[row.conductor])

    def read(row_type: type[_Named], file: str, doubts: _Doubts[_Named]) -> tuple[_Named, ...]:
        return _read(row_type, folder / file, doubts=doubts, problems=problems)

    cables_mv = read(Cable, "cables_mv.csv", about_cable)
    cables_lv = read(Cable, "cables_lv.csv", about_cable)
    rows = UserRows(
        transformers=read(Transformer, "transformers.csv", transformer_doubts),
        cables=(*cables_mv, *cables_lv),
        rmus=read(Rmu, "rmus.csv", rmu_doubts),
        breakers=read(LvBreaker, "lv_breakers.csv", breaker_doubts),
    )
    for name in sorted({row.name for row in cables_mv} & {row.name for row in cables_lv}):
        message = f"{name!r} stands in cables_mv.csv too; keep one of the two rows"
        problems.append(Problem(str(folder / "cables_lv.csv"), 0, "name", message))
    if problems:
        raise InputError(problems)
    return rows


_Doubts = Callable[[_Named], Iterator[Doubt]]


def _folder_problems(folder: Path) -> Iterator[Problem]:
    if not folder.is_dir():
        yield Problem(str(folder), 0, "", "is not a folder; name the folder of your tables")
        return
    known = ", ".join(_FILES)
    for path in sorted(folder.glob("*.csv")):
        if path.name not in _FILES:
            yield Problem(str(path), 0, "", f"is no catalogue table; tables are {known}")


def _read(
    row_type: type[_Named], path: Path, *, doubts: _Doubts[_Named], problems: list[Problem]
) -> tuple[_Named, ...]:
    if not path.exists():
        return ()
    try:
        rows = read_user_table(row_type, path)
    except InputError as error:
        problems += error.problems
        return ()
    names: set[str] = set()
    for line, row in zip(_row_lines(path), rows, strict=True):
        problems += [Problem(str(path), line, key, text) for key, text in doubts(row)]
        if row.name in names:
            message = f"{row.name!r} stands twice; keep one row"
            problems.append(Problem(str(path), line, "name", message))
        if not row.name:
            problems.append(Problem(str(path), line, "name", "is empty; give the type a name"))
        names.add(row.name)
    return tuple(replace(row, source=f"user:{path.name}") for row in rows)


def _row_lines(path: Path) -> list[int]:
    """Return the line of each row; commas and quotes are the same bytes in all encodings read."""
    lines = csv_lines(path.read_text(encoding="latin-1"), str(path))
    return [line for line, cells in lines[1:] if any(cell.strip() for cell in cells)]
