"""The workbook in: what a YAML file would say, with the sheet and cell of every value."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gridcalc.compound.door import nearest
from gridcalc.compound.workbook.assembling import assembled
from gridcalc.compound.workbook.curves import read_curves
from gridcalc.compound.workbook.fields import CURVES, GENERAL
from gridcalc.compound.workbook.grids import OWN_MARK, Found, Sheet, read_form, read_table
from gridcalc.compound.workbook.parts import MAX_BYTES, SheetFacts, checked_parts
from gridcalc.compound.workbook.words import HELP, LISTS, SHEETS, sheets_by_name
from gridcalc.errors import InputError, Problem
from gridcalc.messages import Lang
from gridcalc.userfile import refuse_devices
from gridcalc.yamlfile import Document

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".et", ".ods")
"""Endings of spreadsheets; of all but the first the reader says how to save them."""
_SHEETS_OF_ONE = 3
"""Known names of sheets by which a workbook is taken for one to fill in."""


def read_workbook(source: Path | bytes, *, file: str) -> Document:
    """Return a fill-in workbook as the mapping its YAML file would hold.

    Sheets are known by their name in either language, columns by the row of field keys, so that
    columns may be moved and headings rewritten. Formulas count by their stored result. Sheets and
    columns whose name or key begins with ``#`` are the user's own and not read.

    Parameters
    ----------
    source
        Path or content of the workbook.
    file
        As messages call it.

    Returns
    -------
    Document
        Problems of single cells are in it, so that they are told together with all others.

    Raises
    ------
    InputError
        The file cannot be read, is no workbook or not safe to read, or is none of a compound.
    """
    data = source if isinstance(source, bytes) else _bytes(source, file)
    facts = checked_parts(data, file)
    sheets, problems = _sheets(_grids(data, file), facts, file)
    tables: dict[str, Found] = {}
    for key, sheet in sheets.items():
        read = {GENERAL: read_form, CURVES: read_curves}.get(key, read_table)
        tables[key] = read(sheet)
        problems += tables[key].problems
    return assembled(file, sheets, tables, problems)


def is_fill_in(path: Path) -> bool:
    """Return whether a file is a fill-in workbook by the names of its sheets."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  loads a library

    try:
        with CalamineWorkbook.from_path(path) as book:
            names = {name.strip() for name in book.sheet_names}
    except (CalamineError, OSError, ValueError):
        return False
    return len(names & set(sheets_by_name())) >= _SHEETS_OF_ONE


def _bytes(path: Path, file: str) -> bytes:
    try:
        refuse_devices(path, file=file)
        size = path.stat().st_size
        if size > MAX_BYTES:
            message = f"has {size} bytes, too much for one compound; at most {MAX_BYTES}"
            raise InputError([Problem(file, 0, "", message)])
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise InputError([Problem(file, 0, "", f"cannot be read: {reason}")]) from None


def _grids(data: bytes, file: str) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield name and values of each sheet in the order of the workbook."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  loads a library

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names:
                if not name.startswith(OWN_MARK):
                    yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        message = f"is not a workbook that can be read: {reason}"
        raise InputError([Problem(file, 0, "", message)]) from None


def _sheets(
    grids: Iterator[tuple[str, list[list[Any]]]], facts: Mapping[str, SheetFacts], file: str
) -> tuple[dict[str, Sheet], list[Problem]]:
    """Return the sheets that are read by their key, and what is wrong with the others."""
    known = sheets_by_name()
    sheets: dict[str, Sheet] = {}
    strange: list[Problem] = []
    langs: set[Lang] = set()
    found = list(grids)
    for name, grid in found:
        key, lang = known.get(name.strip(), ("", None))
        langs |= {lang} if lang else set()
        if key in {HELP, LISTS}:
            continue
        if key in sheets:
            message = f"is a second sheet for what {sheets[key].name!r} holds; keep one"
            strange.append(Problem(file, 0, name, message))
        elif key:
            sheets[key] = Sheet(
                file=file,
                name=name,
                key=key,
                lang=lang or "en",
                grid=grid,
                facts=facts.get(name, SheetFacts()),
            )
        else:
            guess = nearest(name, [one for one in known if one not in SHEETS])
            remedy = guess or f"; remove it, or begin its name with {OWN_MARK}"
            strange.append(Problem(file, 0, name, f"is no sheet of a fill-in workbook{remedy}"))
    if not sheets:
        message = (
            "is no fill-in workbook; 'gridcalc template new NAME -o x.xlsx' writes one, and"
            " 'gridcalc city run' reads a table of many compounds"
        )
        raise InputError([Problem(file, 0, "", message)])
    return sheets, strange
