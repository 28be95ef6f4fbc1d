"""The one CSV reader: the dataclass of a row is the schema of the table."""

import csv
import io
from collections.abc import Callable
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from gridcalc.errors import InputError, Problem
from gridcalc.userfile import user_bytes

Row = TypeVar("Row")

_TRUE = {"true": True, "false": False, "yes": True, "no": False}


def data_text(name: str) -> str:
    """Return the text of a file of the package's ``data`` folder."""
    return (files("gridcalc") / "data" / name).read_text(encoding="utf-8")


def read_data_table(row_type: type[Row], name: str) -> tuple[Row, ...]:
    """Return the rows of a table shipped in ``gridcalc/data``, in file order."""
    return parse_table(row_type, data_text(name), file=name)


def read_user_table(row_type: type[Row], path: Path) -> tuple[Row, ...]:
    """Return the rows of a user's CSV file; UTF-8 with or without mark, else GB18030.

    Raises
    ------
    InputError
        The file cannot be read; every bad column and cell, with line and column name.
    """
    raw = user_bytes(path, file=str(path))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    return parse_table(row_type, text, file=str(path))


def parse_table(row_type: type[Row], text: str, *, file: str) -> tuple[Row, ...]:
    """Return one record per line of a CSV text; columns must equal the fields of the record.

    Raises
    ------
    InputError
        Every unknown or missing column and every cell that does not fit its field's type.
    """
    lines = csv_lines(text, file)
    header = [cell.strip() for cell in lines[0][1]] if lines else []
    hints = get_type_hints(row_type)
    names = [field.name for field in fields(row_type)]  # type: ignore[arg-type]
    problems = _header_problems(header, names, file)
    rows: list[Row] = []
    if problems:
        raise InputError(problems)
    for line, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            message = f"{len(cells)} cells where the heading has {len(header)}"
            problems.append(Problem(file, line, "", message))
            continue
        values = _row_values(dict(zip(header, cells, strict=True)), hints, file, line, problems)
        if values is not None:
            rows.append(row_type(**values))
    if problems:
        raise InputError(problems)
    return tuple(rows)


def csv_lines(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Return the first line and the cells of each record; cells may hold line breaks.

    Raises
    ------
    InputError
        The text is not a CSV table.
    """
    reader = csv.reader(io.StringIO(text))
    lines, first = [], 1
    try:
        for cells in reader:
            lines.append((first, cells))
            first = reader.line_num + 1
    except csv.Error as error:
        message = f"this is not a CSV table: {error}"
        raise InputError([Problem(file, reader.line_num, "", message)]) from None
    return lines


def _header_problems(header: list[str], names: list[str], file: str) -> list[Problem]:
    missing = [name for name in names if name not in header]
    unknown = [name for name in header if name not in names]
    problems = [Problem(file, 1, name, "this column is missing") for name in missing]
    problems += [
        Problem(file, 1, name, "this column stands twice; keep one")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    known = ", ".join(names)
    problems += [
        Problem(file, 1, name, f"this column is not known; known are {known}") for name in unknown
    ]
    return problems


def _row_values(
    cells: dict[str, str], hints: dict[str, Any], file: str, line: int, problems: list[Problem]
) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    n_before = len(problems)
    for name, cell in cells.items():
        try:
            values[name] = _convert(cell.strip(), hints[name])
        except ValueError as error:
            problems.append(Problem(file, line, name, str(error)))
    return values if len(problems) == n_before else None


def _convert(cell: str, hint: Any) -> Any:
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if type(None) in options:
        if not cell:
            return None
        options = tuple(option for option in options if option is not type(None))
    kind = options[0]
    if get_origin(kind) is Literal:
        if cell in get_args(kind):
            return cell
        raise ValueError(f"{cell!r} is not one of {', '.join(map(str, get_args(kind)))}")
    return _CONVERTERS[kind](cell)


def _number(kind: type[int] | type[float]) -> Callable[[str], Any]:
    def convert(cell: str) -> Any:
        try:
            value = kind(cell)
        except ValueError:
            raise ValueError(f"{cell!r} is not a number") from None
        if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124  NaN test
            raise ValueError(f"{cell!r} is not a finite number")
        return value

    return convert


def _boolean(cell: str) -> bool:
    if cell.lower() in _TRUE:
        return _TRUE[cell.lower()]
    raise ValueError(f"{cell!r} is neither true nor false")


_CONVERTERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    bool: _boolean,
    int: _number(int),
    float: _number(float),
}
