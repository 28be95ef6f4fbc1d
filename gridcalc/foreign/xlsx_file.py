"""A pandapower workbook as plain tables: one sheet per table, its index in the first column."""

import io
from typing import Any

from gridcalc.errors import InputError, Problem
from gridcalc.foreign.raw import (
    MAX_ROWS,
    PARAMETERS,
    READ,
    REFUSED,
    RawNet,
    RawTable,
    plain_options,
    too_long,
)

_SETTINGS = "user_pf_options"
_PARAMETERS = "parameters"
_NOT_TOLD = frozenset({"dtypes", _PARAMETERS, _SETTINGS})


def read_xlsx(data: bytes, file: str) -> RawNet:
    """Return the tables of a workbook that ``pandapower.to_excel`` wrote, unchecked.

    Parameters
    ----------
    data
        The bytes of the file, looked at by ``checked_parts`` before.
    file
        As messages call it.

    Raises
    ------
    InputError
        The workbook cannot be read, or a sheet has too many rows.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  loads a library

    tables: dict[str, RawTable] = {}
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = [str(name) for name in book.sheet_names]
            for name in names:
                if name in READ or name in REFUSED or name in _NOT_TOLD:
                    tables[name] = _table(book.get_sheet_by_name(name), name, file)
    except (CalamineError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        message = f"is not a workbook that can be read: {reason}"
        raise InputError([Problem(file, 0, "", message)]) from None
    first = _first_row(tables.get(_PARAMETERS))
    return RawNet(
        tables={name: table for name, table in tables.items() if name not in _NOT_TOLD},
        parameters={name: first.get(name) for name in PARAMETERS},
        options=plain_options(_first_row(tables.get(_SETTINGS))),
        ignored=tuple(
            name for name in sorted(names) if name not in tables and not name.startswith("res_")
        ),
    )


def _table(sheet: Any, name: str, file: str) -> RawTable:
    height = int(sheet.height)
    if height > MAX_ROWS + 1:
        raise InputError([Problem(file, 0, name, too_long(height))])
    rows = sheet.to_python(skip_empty_area=False)
    if not rows:
        return RawTable(index=(), columns={})
    headings = [str(cell) for cell in rows[0]]
    body = [row for row in rows[1:] if any(cell not in ("", None) for cell in row)]
    columns = list(zip(*body, strict=True)) if body else [()] * len(headings)
    return RawTable(
        index=tuple(columns[0]) if columns else (),
        columns={heading: tuple(columns[k]) for k, heading in enumerate(headings) if k and heading},
    )


def _first_row(table: RawTable | None) -> dict[str, Any]:
    if table is None:
        return {}
    return {name: values[0] for name, values in table.columns.items() if values}
