"""Excel workbooks in: one sheet as rows of texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gridcalc.city.table.cell_text import row_texts
from gridcalc.city.table.heading_row import IsHeading, headed
from gridcalc.city.table.records import RawRow, RawTable, file_error
from gridcalc.city.table.workbook_parts import Cells, checked_workbook
from gridcalc.compound.door import nearest

_EXACT_BELOW = 1e15
_CUT = "is a number of more than 15 digits, which Excel cuts; format the column as text"
_ERROR = "holds an Excel error such as #N/A; correct the formula"


def read_workbook(path: Path, *, file: str, sheet: str | None, is_heading: IsHeading) -> RawTable:
    """Return a sheet of a workbook.

    Parameters
    ----------
    path, file
        The file, and how messages call it.
    sheet
        Name of the sheet; ``None`` takes the first that is not hidden.
    is_heading
        As in ``heading_row.headed``.

    Raises
    ------
    InputError
        The file is damaged, protected, too large when unpacked, or has no such sheet.
    """
    errors = checked_workbook(path, file)
    found = _sheet(path, sheet, file)
    rows = _rows(found, errors.get(str(found.name), frozenset()))
    return headed(file, rows, is_heading=is_heading, comma_is_decimal=False)


def _sheet(path: Path, wanted: str | None, file: str) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  loads a library

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            return book.get_sheet_by_name(_sheet_name(book, wanted, file))
    except (CalamineError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise file_error(file, f"is not a workbook that can be read: {reason}") from None


def _sheet_name(book: Any, wanted: str | None, file: str) -> str:
    from python_calamine import SheetVisibleEnum  # noqa: PLC0415  loads a library

    names = [str(name) for name in book.sheet_names]
    if wanted is None:
        seen = SheetVisibleEnum.Visible
        visible = [str(one.name) for one in book.sheets_metadata if one.visible == seen]
        if not (visible or names):
            raise file_error(file, "the workbook has no sheet")
        return (visible or names)[0]
    if wanted not in names:
        hint = nearest(wanted, names) or f"; there are {', '.join(names)}"
        raise file_error(file, f"there is no sheet {wanted!r}{hint}")
    return wanted


def _rows(sheet: Any, errors: Cells) -> Iterator[RawRow]:
    first_column = (sheet.start or (0, 0))[1]
    by_row: dict[int, list[int]] = {}
    for row, column in errors:
        by_row.setdefault(row, []).append(column - first_column)
    for place, values in enumerate(sheet.iter_rows()):
        texts, faults = row_texts(values)
        cut = [k for k, one in enumerate(values) if type(one) is float and abs(one) >= _EXACT_BELOW]
        if cut or place in by_row:
            faults = {**faults, **dict.fromkeys(cut, _CUT)}
            faults |= dict.fromkeys(by_row.get(place, ()), _ERROR)
        yield RawRow(number=place + 1, cells=texts, faults=faults)
