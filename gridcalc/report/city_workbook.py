"""The workbook of a city: totals, compounds, 10 kV lines, rows without a result, notes."""

import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from gridcalc.city.lines.records import LineResult
from gridcalc.city.records import CityQuestion, CityResult
from gridcalc.city.store import Failure
from gridcalc.city.summary.entries import entry_of
from gridcalc.city.summary.line_room import LineRoom, rooms_of
from gridcalc.city.summary.main_transformers import main_transformers
from gridcalc.city.summary.ranking import rank_key
from gridcalc.messages import Lang
from gridcalc.report.blocks import Cell
from gridcalc.report.city_columns import BookColumn, book_columns, cells_of
from gridcalc.report.city_head import CityHead
from gridcalc.report.city_line_rows import (
    LineColumn,
    line_columns,
    line_rows,
    main_columns,
    main_rows,
)
from gridcalc.report.city_sheets import (
    Formats,
    formats_of,
    head_points,
    properties,
    put,
    put_row,
)
from gridcalc.report.city_totals_sheet import OTHERS, VERDICTS, Data, write_totals
from gridcalc.report.city_words import outcome_word
from gridcalc.report.wording import Wording, load_wording

_FIRST_ROW = 2
"""Row of the first compound, below the heading over several columns and the headings."""
_RANK_WIDTH = 6
_HEAD_POINTS = 48.0
_FIXED_OF_LINES = 3


def city_workbook(
    results: Iterable[CityResult],
    head: CityHead,
    *,
    question: CityQuestion,
    lang: Lang = "en",
    failures: Iterable[Failure] = (),
    lines: Sequence[LineResult] = (),
) -> bytes:
    """Return the workbook of a city run; the same results give the same bytes.

    Parameters
    ----------
    results
        Read once; the best compounds stand first.
    head
        About the run.
    question
        What was asked; it says which scenarios have columns.
    lang
        Language of the sheets.
    failures
        Rows of the table without a result, and why.
    lines
        10 kV lines; without any there is no sheet of them.
    """
    import xlsxwriter  # noqa: PLC0415  only this door needs it

    wording = load_wording(lang)
    stream = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False}
        book = xlsxwriter.Workbook(stream, options)
        book.set_properties(properties(head.title))
        formats = formats_of(book, lang)
        totals = book.add_worksheet(wording("Summary"))
        rooms = rooms_of(lines)
        columns = book_columns(question, wording, rooms)
        data = _compounds(book, results, columns, formats, wording)
        if lines:
            _lines(book, lines, rooms, formats, wording)
        _failures(book, failures, formats, wording)
        _notes(book, head, question, formats, wording)
        write_totals(totals, data, head, formats, wording)
        book.close()
    return stream.getvalue()


def _compounds(
    book: Any,
    results: Iterable[CityResult],
    columns: Sequence[BookColumn],
    formats: Formats,
    wording: Wording,
) -> Data:
    found = [(rank_key(entry_of(result)), cells_of(result, columns)) for result in results]
    found.sort(key=lambda row: row[0])
    rows = [cells for _, cells in found]
    sheet = book.add_worksheet(wording.term("sheet.compounds"))
    _headings(sheet, columns, formats, wording)
    looks = [formats.number("whole"), *(formats.number(column.form) for column in columns)]
    for rank, cells in enumerate(rows, 1):
        put_row(sheet, _FIRST_ROW + rank - 1, (rank, *cells), looks)
    data = Data(sheet=sheet.get_name(), columns=columns, rows=rows, first_row=_FIRST_ROW)
    _colours(sheet, data, formats, wording)
    last = _FIRST_ROW + max(len(rows), 1) - 1
    sheet.autofilter(_FIRST_ROW - 1, 0, last, len(columns))
    sheet.freeze_panes(_FIRST_ROW, 3)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.set_print_scale(60)
    sheet.repeat_rows(0, _FIRST_ROW - 1)
    sheet.repeat_columns(0, 2)
    return data


def _headings(
    sheet: Any, columns: Sequence[BookColumn], formats: Formats, wording: Wording
) -> None:
    sheet.set_column(0, 0, _RANK_WIDTH)
    for place, column in enumerate(columns, 1):
        sheet.set_column(place, place, column.width)
    put(sheet, 0, 0, " ", formats.band())
    for group, members in groupby(enumerate(columns, 1), key=lambda pair: pair[1].group):
        places = [place for place, _ in members]
        for place in places:
            is_first = place == places[0]
            put(sheet, 0, place, group if is_first else " ", formats.band(is_first=is_first))
    wanted = [(column.title, column.width) for column in columns]
    sheet.set_row(1, max(_HEAD_POINTS, head_points(wanted)))
    titles = (wording("Rank"), *(column.title for column in columns))
    looks = [formats.head("whole"), *(formats.head(column.form) for column in columns)]
    put_row(sheet, 1, titles, looks)


def _colours(sheet: Any, data: Data, formats: Formats, wording: Wording) -> None:
    place = 1 + next(i for i, column in enumerate(data.columns) if column.key == "outcome")
    last = _FIRST_ROW + max(len(data.rows), 1) - 1
    for name in (*VERDICTS, *OTHERS):
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{outcome_word(name, wording)}"',
            "format": formats.verdict(name if name in VERDICTS else "none"),
        }
        sheet.conditional_format(_FIRST_ROW, place, last, place, rule)


def _lines(
    book: Any,
    lines: Sequence[LineResult],
    rooms: Mapping[str, LineRoom],
    formats: Formats,
    wording: Wording,
) -> None:
    """Write the sheets of the lines and of their main transformers, where any is named."""
    sheet = book.add_worksheet(wording("10 kV lines"))
    columns = line_columns(lines, wording)
    _table(sheet, columns, line_rows(lines, rooms, wording), formats, n_fixed=_FIXED_OF_LINES)
    mains = main_transformers(lines, rooms)
    if mains:
        sheet = book.add_worksheet(wording("Main transformers"))
        _table(sheet, main_columns(mains, wording), main_rows(mains, wording), formats, n_fixed=1)


def _failures(book: Any, failures: Iterable[Failure], formats: Formats, wording: Wording) -> None:
    columns = [
        (wording("Row"), 7, "whole"),
        (wording("Id"), 14, "text"),
        (wording("Name"), 24, "text"),
        (wording("Status"), 12, "text"),
        (wording("Column"), 18, "text"),
        (wording("Problem"), 90, "text"),
    ]
    rows = (
        (
            row.row,
            row.id,
            row.name,
            wording.terms.get(f"status.{row.status}", row.status),
            row.column,
            row.problem,
        )
        for row in failures
    )
    heads = [LineColumn(title=title, width=width, form=form) for title, width, form in columns]
    _table(book.add_worksheet(wording("Rows without a result")), heads, rows, formats, n_fixed=3)


def _table(
    sheet: Any,
    columns: Sequence[LineColumn],
    rows: Iterable[Sequence[Cell]],
    formats: Formats,
    *,
    n_fixed: int,
) -> None:
    """Write a table with one row of headings and a filter; the first columns stay in sight.

    Headings and these columns repeat on every sheet of paper.
    """
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.set_row(0, head_points([(column.title, column.width) for column in columns]))
    heads = [formats.head(column.form) for column in columns]
    put_row(sheet, 0, [column.title for column in columns], heads)
    looks = [formats.number(column.form) for column in columns]
    last = 0
    for last, cells in enumerate(rows, 1):
        put_row(sheet, last, cells, looks)
    sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
    sheet.freeze_panes(1, n_fixed)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.set_print_scale(60)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, n_fixed - 1)


def _notes(
    book: Any, head: CityHead, question: CityQuestion, formats: Formats, wording: Wording
) -> None:
    sheet = book.add_worksheet(wording("Notes"))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    put(sheet, 0, 0, wording("Notes"), formats.title())
    facts = _facts(head, question, wording)
    for row, (label, value) in enumerate(facts, 2):
        put(sheet, row, 0, label, formats.head())
        put(sheet, row, 1, value, formats.wrapped())
    for row, text in enumerate((*_remarks(wording), *head.notes), len(facts) + 3):
        put(sheet, row, 1, text, formats.wrapped())


def _facts(head: CityHead, question: CityQuestion, wording: Wording) -> list[tuple[str, str]]:
    facts = [
        (wording("City table"), head.table),
        ("SHA-256", head.sha256),
        ("gridcalc", head.version),
        (wording("Method"), wording.term(head.method)),
        (wording("Seed"), str(head.seed)),
        (wording("Policies"), ", ".join(head.policies)),
        (wording("Scenarios"), wording.words(map(wording.scenario, question.scenarios))),
        (wording("Rows that could not be read"), str(head.n_bad)),
        (wording("Audit"), head.audit),
    ]
    return [(label, value) for label, value in facts if value]


def _remarks(wording: Wording) -> tuple[str, ...]:
    return (
        wording("Numbers of the first sheet are formulas over the sheet of compounds."),
        wording("Values of a run are the worst of the compound and of the seasons computed."),
        wording("Costs are typical ones of the price book, in 10 000 yuan; they are no tender."),
        wording("Works that were not checked again are an estimate."),
        wording("Rank: first ready, then by the cost of one more charger."),
    )
