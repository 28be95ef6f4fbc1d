"""Excel workbooks in: one sheet as rows of texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from gridcalc.city.table.cell_text import row_texts
from gridcalc.city.table.heading_row import SEARCHED, IsHeading, headed
from gridcalc.city.table.records import Merged, RawRow, RawTable, file_error
from gridcalc.city.table.two_rows import Means
from gridcalc.city.table.workbook_parts import Cells, Useless, checked_workbook
from gridcalc.compound.door import nearest

_EXACT_BELOW = 1e15
_ERROR = "holds an Excel error such as #N/A; correct the formula"
_UNCOMPUTED = "is a formula that was never computed; open the workbook in Excel or WPS and save it"
_CUT = "is a number of more than 15 digits, which Excel cuts; format the column as text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sheet of a workbook is read.

    Attributes
    ----------
    sheet
        Its name; ``None`` takes the one that is not hidden and has such headings, else the first
        that is not hidden.
    is_heading, is_complete
        As in ``opening.open_table``.
    """

    sheet: str | None
    is_heading: IsHeading
    is_complete: IsHeading | None = None


def read_workbook(path: Path, *, file: str, wanted: Wanted, means: Means) -> RawTable:
    """Return a sheet of a workbook.

    Parameters
    ----------
    path, file
        The file, and how messages call it.
    wanted
        Which sheet.
    means
        As in ``two_rows.joined``.

    Raises
    ------
    InputError
        The file is damaged, protected, too large when unpacked, has no such sheet, or several
        tables of this kind.
    """
    useless = checked_workbook(path, file)
    found = _sheet(path, wanted, file)
    rows = _rows(found, useless.get(str(found.name), Useless()))
    is_heading = wanted.is_heading
    return headed(file, rows, is_heading=is_heading, means=means, comma_is_decimal=False)


def _sheet(path: Path, wanted: Wanted, file: str) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  loads a library

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            return _chosen(book, wanted, file)
    except (CalamineError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise file_error(file, f"is not a workbook that can be read: {reason}") from None


def _chosen(book: Any, wanted: Wanted, file: str) -> Any:
    from python_calamine import SheetVisibleEnum  # noqa: PLC0415  loads a library

    names = [str(name) for name in book.sheet_names]
    sheet = wanted.sheet
    if sheet is not None:
        if sheet not in names:
            hint = nearest(sheet, names) or f"; there are {', '.join(names)}"
            raise file_error(file, f"there is no sheet {sheet!r}{hint}")
        return book.get_sheet_by_name(sheet)
    seen = SheetVisibleEnum.Visible
    shown = [str(one.name) for one in book.sheets_metadata if one.visible == seen] or names[:1]
    if not shown:
        raise file_error(file, "the workbook has no sheet")
    if len(shown) == 1:
        return book.get_sheet_by_name(shown[0])
    sheets = [book.get_sheet_by_name(name) for name in shown]
    fitting = [one for one in sheets if _has_all(one, wanted.is_complete)]
    fitting = fitting or [one for one in sheets if _has_headings(one, wanted.is_heading)]
    if len(fitting) > 1:
        listed = ", ".join(repr(str(one.name)) for one in fitting)
        message = f"the sheets {listed} are all such tables; put all rows into one, hide the others"
        raise file_error(file, f"{message}, or name one in a column map")
    return (fitting or sheets)[0]


def _has_headings(sheet: Any, is_heading: IsHeading) -> bool:
    return any(is_heading(texts) for texts in _first_rows(sheet))


def _has_all(sheet: Any, is_complete: IsHeading | None) -> bool:
    """Return whether one of the first rows, or two of them together, are complete headings."""
    if is_complete is None:
        return False
    rows = [*_first_rows(sheet), ()]
    return any(is_complete((*upper, *lower)) for upper, lower in pairwise(rows))


def _first_rows(sheet: Any) -> list[tuple[str, ...]]:
    return [row_texts(values)[0] for values in islice(sheet.iter_rows(), SEARCHED)]


def _rows(sheet: Any, useless: Useless) -> Iterator[RawRow]:
    first_column = (sheet.start or (0, 0))[1]
    errors = _by_row(useless.errors, first_column)
    uncomputed = _by_row(useless.uncomputed, first_column)
    shared = _Shared(sheet, first_column)
    for place, values in enumerate(sheet.iter_rows()):
        texts, faults = row_texts(values)
        cut = [k for k, one in enumerate(values) if type(one) is float and abs(one) >= _EXACT_BELOW]
        if cut or place in errors or place in uncomputed:
            faults = {
                **faults,
                **dict.fromkeys(cut, _CUT),
                **dict.fromkeys(errors.get(place, ()), _ERROR),
                **dict.fromkeys(uncomputed.get(place, ()), _UNCOMPUTED),
            }
        merged = shared.of_row(place, texts)
        yield RawRow(number=place + 1, cells=texts, faults=faults, merged=merged)


def _by_row(cells: Cells, first_column: int) -> dict[int, list[int]]:
    """Return the columns of cells by row, as a sheet without its empty first columns counts."""
    found: dict[int, list[int]] = {}
    for row, column in cells:
        found.setdefault(row, []).append(column - first_column)
    return found


class _Shared:
    """The cells of a sheet that stand for several rows, row by row from the top."""

    def __init__(self, sheet: Any, first_column: int) -> None:
        tall = [
            (top, bottom, left - first_column)
            for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ()
            if bottom > top
        ]
        self._coming = sorted(tall, reverse=True)
        self._open: dict[int, Merged] = {}

    def of_row(self, place: int, texts: tuple[str, ...]) -> dict[int, Merged]:
        """Return the shared cells of the next row by column, both from 0."""
        while self._coming and self._coming[-1][0] <= place:
            top, bottom, column = self._coming.pop()
            text = texts[column] if top == place and 0 <= column < len(texts) else ""
            self._open[column] = Merged(text=text, first=top + 1, last=bottom + 1)
        self._open = {k: one for k, one in self._open.items() if one.last > place}
        return dict(self._open)
