"""Sheets out: a heading, a row of field keys, and rows ready to be filled in."""

from collections.abc import Mapping, Sequence
from typing import Any

from gridcalc.compound.workbook.cells import phases_text
from gridcalc.compound.workbook.curves import SLOTS_PER_DAY, TIME, clock
from gridcalc.compound.workbook.fields import CURVES, GENERAL, Column, columns
from gridcalc.compound.workbook.grids import KEY, VALUE
from gridcalc.compound.workbook.lists import (
    FIRST_ROW,
    HEAD_ROW,
    KEY_ROW,
    NOTE_ROW,
    SPARE_ROWS,
    TITLE_ROW,
    Lists,
)
from gridcalc.compound.workbook.looks import Looks, put, width
from gridcalc.compound.workbook.places import address, letters
from gridcalc.compound.workbook.rows import Row
from gridcalc.compound.workbook.validating import comment, range_text, validation
from gridcalc.compound.workbook.words import (
    FLAGS,
    choice_word,
    heading,
    hint,
    labels,
    sheet_name,
    term,
)
from gridcalc.messages import Lang

_LABEL, _VALUE, _NOTE, _KEY = range(4)
_FORM_WIDTHS = (26, 34, 74, 26)
_LINE_PX = 18
_SPARE_CURVES = 4
_COMMENT_PX = (260, 110)
_A4 = 9


def write_table(
    sheet: Any, key: str, rows: Sequence[Row], *, lists: Lists, looks: Looks, lang: Lang
) -> None:
    """Write the rows of a sheet under its headings, with rules for rows to come.

    Parameters
    ----------
    sheet, key
        The sheet and what it is.
    rows
        Its rows by field key.
    lists
        What drop-downs offer.
    looks, lang
        Formats and language.
    """
    own = columns(key)
    _titles(sheet, key, looks, lang)
    last = FIRST_ROW + len(rows) + SPARE_ROWS - 1
    texts = [
        [shown(row[column.key], column, lang) for row in rows if column.key in row]
        for column in own
    ]
    for place, column in enumerate(own):
        look = looks["number" if column.is_number else "text"]
        title = heading(column, lang)
        sheet.set_column(place, place, width(title, [column.key, *map(_typed, texts[place])]), look)
        put(sheet, HEAD_ROW, place, title, looks["must" if column.is_required else "may"])
        put(sheet, KEY_ROW, place, column.key, looks["key"])
        _comment(sheet, place, comment(column, lang))
        rule = validation(column, (FIRST_ROW, place), lists, lang)
        if rule:
            sheet.data_validation(FIRST_ROW, place, last, place, rule)
        for row, values in enumerate(rows, FIRST_ROW):
            if column.key in values:
                put(sheet, row, place, shown(values[column.key], column, lang), look)
    _rules(sheet, own, last, looks)
    sheet.freeze_panes(FIRST_ROW, 1)
    _printing(sheet)


def shown(value: Any, column: Column, lang: Lang) -> str | float:
    """Return a value as a cell shows it: words in the language, units per phase as a text."""
    if isinstance(value, bool):
        return term(FLAGS[value], lang)
    if isinstance(value, tuple):
        return phases_text(value)
    if column.choices and isinstance(value, str):
        return choice_word(value, lang)
    if isinstance(value, str):
        return labels(column.offers, lang).get(value, value)
    return float(value) if isinstance(value, float) else int(value)


def _typed(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"


def _titles(sheet: Any, key: str, looks: Looks, lang: Lang) -> None:
    put(sheet, TITLE_ROW, 0, sheet_name(key, lang), looks["title"])
    put(sheet, NOTE_ROW, 0, term(f"workbook.about.{key}", lang), looks["quiet"])
    sheet.set_row_pixels(HEAD_ROW, 2 * _LINE_PX)


def _comment(sheet: Any, column: int, text: str) -> None:
    wide, high = _COMMENT_PX
    size = {"width": wide, "height": high, "author": "gridcalc"}
    sheet.write_comment(HEAD_ROW, column, text, size)


def _rules(sheet: Any, own: Sequence[Column], last: int, looks: Looks) -> None:
    """Draw the grid of the rows to fill, and light up what a begun row still needs."""
    width_of_row = len(own) - 1
    first = FIRST_ROW + 1
    row = f"$A{first}:${letters(width_of_row)}{first}"
    for place, column in enumerate(own):
        if column.is_required:
            cell = address(FIRST_ROW, place)
            rule = {
                "type": "formula",
                "criteria": f"=AND(COUNTA({row})>0,ISBLANK({cell}))",
                "format": looks["alarm"],
            }
            sheet.conditional_format(FIRST_ROW, place, last, place, rule)
    rule = {"type": "formula", "criteria": "=TRUE", "format": looks["grid"]}
    sheet.conditional_format(FIRST_ROW, 0, last, width_of_row, rule)


def _printing(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW, KEY_ROW)
    sheet.hide_gridlines(2)


def write_form(sheet: Any, values: Row, *, lists: Lists, looks: Looks, lang: Lang) -> None:
    """Write the sheet of the compound as a whole, a field per row.

    Parameters
    ----------
    sheet
        The sheet.
    values
        Values by field key.
    lists, looks, lang
        As for ``write_table``.
    """
    _titles(sheet, GENERAL, looks, lang)
    for place, one in enumerate(_FORM_WIDTHS):
        sheet.set_column(place, place, one)
    for place, key in ((_LABEL, "label"), (_VALUE, VALUE), (_NOTE, "note"), (_KEY, KEY)):
        title = term(f"workbook.form.{key}", lang)
        put(sheet, HEAD_ROW, place, title, looks["must" if key == VALUE else "may"])
        put(sheet, KEY_ROW, place, key, looks["key"])
    row, group = FIRST_ROW, ""
    for column in columns(GENERAL):
        before, dot, _ = column.key.partition(".")
        if dot and before != group:
            for place in range(len(_FORM_WIDTHS)):
                sheet.write_blank(row, place, None, looks["group"])
            put(sheet, row, _LABEL, term(f"workbook.group.{before}", lang), looks["group"])
            row, group = row + 1, before
        _field(sheet, row, column, values, (lists, looks, lang))
        row += 1
    sheet.freeze_panes(FIRST_ROW, 0)
    _printing(sheet)


def _field(
    sheet: Any, row: int, column: Column, values: Row, means: tuple[Lists, Looks, Lang]
) -> None:
    lists, looks, lang = means
    mark = " *" if column.is_required else ""
    put(sheet, row, _LABEL, heading(column, lang) + mark, looks["label"])
    look = looks["value" if column.is_number else "cell"]
    if column.key in values:
        put(sheet, row, _VALUE, shown(values[column.key], column, lang), look)
    else:
        sheet.write_blank(row, _VALUE, None, look)
    note = "; ".join(text for text in (hint(column, lang), range_text(column, lang)) if text)
    put(sheet, row, _NOTE, note.replace("; ", "；") if lang == "zh" else note, looks["sentence"])
    put(sheet, row, _KEY, column.key, looks["key"])
    rule = validation(column, (row, _VALUE), lists, lang)
    if rule:
        sheet.data_validation(row, _VALUE, row, _VALUE, rule)


def write_curves(
    sheet: Any, curves: Mapping[str, Sequence[float]], *, lists: Lists, looks: Looks, lang: Lang
) -> None:
    """Write the metered days, a column for each transformer and some to fill in.

    Parameters
    ----------
    sheet
        The sheet.
    curves
        The 96 values of each transformer. [kW]
    lists, looks, lang
        As for ``write_table``.
    """
    _titles(sheet, CURVES, looks, lang)
    put(sheet, HEAD_ROW, 0, term("workbook.curves.time", lang), looks["may"])
    put(sheet, KEY_ROW, 0, TIME, looks["key"])
    sheet.set_column(0, 0, width("00:00"), looks["text"])
    n_columns = len(curves) + _SPARE_CURVES
    sheet.set_column(1, n_columns, width("", ["0000.000"]), looks["number"])
    for slot in range(SLOTS_PER_DAY):
        put(sheet, FIRST_ROW + slot, 0, clock(slot), looks["key"])
    names = [*curves, *[""] * _SPARE_CURVES]
    for place, name in enumerate(names, 1):
        put(sheet, HEAD_ROW, place, term("workbook.curves.p_kw", lang), looks["may"])
        put(sheet, KEY_ROW, place, name, looks["cell"]) if name else None
        for row, value in enumerate(curves.get(name, ()), FIRST_ROW):
            put(sheet, row, place, value, looks["number"])
    owner = Column(sheet="metered", key="transformer", form="name")
    power = Column(sheet=CURVES, key="p_kw", form="number", minimum=0)
    last = FIRST_ROW + SLOTS_PER_DAY - 1
    ids = validation(owner, (KEY_ROW, 1), lists, lang)
    numbers = validation(power, (FIRST_ROW, 1), lists, lang)
    sheet.data_validation(KEY_ROW, 1, KEY_ROW, n_columns, ids)
    sheet.data_validation(FIRST_ROW, 1, last, n_columns, numbers)
    grid = {"type": "formula", "criteria": "=TRUE", "format": looks["grid"]}
    sheet.conditional_format(KEY_ROW, 1, last, n_columns, grid)
    sheet.freeze_panes(FIRST_ROW, 1)
    _printing(sheet)
