"""The survey table in: a CSV file with one area per line, every broken cell named at once."""

import re
from collections.abc import Iterator, Mapping

from gridcalc.cost.survey import SurveyArea
from gridcalc.errors import InputError, Problem
from gridcalc.tables import csv_lines

_AREA, _COMPOUNDS, _HOUSEHOLDS = "area", "n_compounds", "n_households"
_CIVIL, _RMUS = "n_households_civil", "n_rmus"
_HEADINGS = {
    _AREA: ("县市", "区域", "地区", "县区"),
    _COMPOUNDS: ("小区数量", "小区数"),
    _HOUSEHOLDS: ("户数", "总户数"),
    _CIVIL: ("土建户数", "高压及土建户数", "新建土建户数"),
    _RMUS: ("环网柜", "环网柜数", "环网柜数量"),
}
"""Column, and the Chinese headings that mean it."""
_LEAST = {_COMPOUNDS: 1, _HOUSEHOLDS: 1, _CIVIL: 0, _RMUS: 0}
_SUMS = frozenset({"合计", "总计", "小计", "total", "sum"})
_WHOLE = re.compile(r"-?[0-9]{1,9}(\.0+)?")


def read_survey(text: str, *, file: str) -> tuple[SurveyArea, ...]:
    r"""Return the areas of a survey table in file order.

    An empty ``n_households_civil`` means all households; no other cell may be empty.

    Raises
    ------
    InputError
        Every missing or unknown column and every broken cell of every row, with line and column.

    Examples
    --------
    >>> table = "area,n_compounds,n_households,n_households_civil,n_rmus\n木垒县,2,258,,0\n"
    >>> read_survey(table, file="survey.csv")[0].n_households_civil
    258
    """
    lines = csv_lines(text, file)
    header = [_column(cell.strip()) for cell in lines[0][1]] if lines else []
    problems = list(_header_problems(header, file))
    if problems:
        raise InputError(problems)
    areas: list[SurveyArea] = []
    names: set[str] = set()
    for line, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        found = list(_row_problems(row, line, len(cells) - len(header), file))
        if row.get(_AREA) in names:
            message = f"{row[_AREA]!r} stands twice; keep one line or name the parts"
            found.append(Problem(file, line, _AREA, message))
        names.update(name for name in (row.get(_AREA),) if name)
        problems += found
        if not found:
            areas.append(_area(row))
    if not areas and not problems:
        problems.append(Problem(file, 1, "", "the table has no rows; write one area per line"))
    if problems:
        raise InputError(problems)
    return tuple(areas)


def _column(heading: str) -> str:
    """Return the column that a heading means; an unknown heading stands for itself."""
    return next((name for name, zh in _HEADINGS.items() if heading in zh), heading)


def _header_problems(header: list[str], file: str) -> Iterator[Problem]:
    for name, headings in _HEADINGS.items():
        if name not in header:
            message = f"this column is missing; its heading is {name} or {headings[0]}"
            yield Problem(file, 1, name, message)
        elif header.count(name) > 1:
            yield Problem(file, 1, name, "this column stands twice; keep one")
    for name in dict.fromkeys(header):
        if name not in _HEADINGS:
            message = f"this column is not known; known are {', '.join(_HEADINGS)}"
            yield Problem(file, 1, name, message)


def _row_problems(
    row: Mapping[str, str], line: int, n_surplus: int, file: str
) -> Iterator[Problem]:
    if n_surplus:
        message = f"{len(_HEADINGS) + n_surplus} cells where the heading has {len(_HEADINGS)}"
        yield Problem(file, line, "", message)
    area = row.get(_AREA, "")
    if not area:
        yield Problem(file, line, _AREA, "is empty; name the county or group")
    if area.lower() in _SUMS:
        yield Problem(
            file, line, _AREA, f"{area!r} is a sum; leave the line out, sums are computed"
        )
    for name, least in _LEAST.items():
        message = _cell_problem(name, row.get(name, ""), least)
        if message:
            yield Problem(file, line, name, message)
    households, civil = row.get(_HOUSEHOLDS, ""), row.get(_CIVIL, "")
    both = _WHOLE.fullmatch(households) and _WHOLE.fullmatch(civil)
    if both and _whole(civil) > _whole(households):
        message = f"{civil} is more than the {households} households of the area"
        yield Problem(file, line, _CIVIL, message)


def _cell_problem(name: str, cell: str, least: int) -> str:
    if not cell:
        return "" if name == _CIVIL else "is empty; write a number"
    if not _WHOLE.fullmatch(cell):
        return f"{cell!r} is not a whole number of at most nine digits"
    if _whole(cell) < least:
        return f"{cell} is not at least {least}"
    return ""


def _whole(cell: str) -> int:
    return int(float(cell))


def _area(row: Mapping[str, str]) -> SurveyArea:
    return SurveyArea(
        area=row[_AREA],
        n_compounds=_whole(row[_COMPOUNDS]),
        n_households=_whole(row[_HOUSEHOLDS]),
        n_households_civil=_whole(row[_CIVIL] or row[_HOUSEHOLDS]),
        n_rmus=_whole(row[_RMUS]),
    )
