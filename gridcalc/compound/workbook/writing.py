"""The workbook out: a compound as sheets that people fill in, with drop-downs and notes."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gridcalc.catalogue import Catalogue
from gridcalc.compound.model import Compound
from gridcalc.compound.workbook.fields import CURVES, GENERAL
from gridcalc.compound.workbook.lists import add_lists, lists_of
from gridcalc.compound.workbook.looks import Looks, looks_of, put, signs
from gridcalc.compound.workbook.rows import Row, curves, sheet_rows
from gridcalc.compound.workbook.tables import write_curves, write_form, write_table
from gridcalc.compound.workbook.words import HELP, LISTS, sheet_name, term
from gridcalc.messages import Lang

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_HELP_WIDTHS = (4, 18, 96, 10)
_LINE_PX, _SIGNS_PER_LINE = 20, 115
_STEPS = tuple(f"workbook.help.{n}" for n in range(1, 9))
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def compound_workbook(compound: Compound, *, catalogue: Catalogue, lang: Lang) -> bytes:
    """Return a compound as an Excel workbook to be filled in and read back.

    Every sheet has a row of headings with units, a row of field keys, drop-downs for what is
    listed, and ranges for numbers; no text of the user becomes a formula. The same compound gives
    the same bytes.

    Parameters
    ----------
    compound
        The compound that stands in it; another is made by changing the rows.
    catalogue
        Equipment that drop-downs offer.
    lang
        Language of headings, notes and words.
    """
    import xlsxwriter  # noqa: PLC0415  only this door needs it

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    book.set_properties({"title": "gridcalc", "created": _EPOCH, "comments": "gridcalc"})
    looks = looks_of(book, lang)
    rows = sheet_rows(compound)
    names = {key: sheet_name(key, lang) for key in (HELP, *rows, CURVES, LISTS)}
    sheets = {key: book.add_worksheet(name) for key, name in names.items()}
    lists = lists_of(sheets[LISTS], names[LISTS], looks)
    add_lists(book, lists, rows, names, catalogue=catalogue, lang=lang)
    for key, found in rows.items():
        if key == GENERAL:
            write_form(sheets[key], found[0], lists=lists, looks=looks, lang=lang)
        else:
            write_table(sheets[key], key, found, lists=lists, looks=looks, lang=lang)
    write_curves(sheets[CURVES], curves(compound), lists=lists, looks=looks, lang=lang)
    _write_help(sheets[HELP], rows, names, looks, lang)
    sheets[LISTS].hide()
    book.close()
    return stream.getvalue()


def _write_help(
    sheet: Any,
    rows: Mapping[str, Sequence[Row]],
    names: Mapping[str, str],
    looks: Looks,
    lang: Lang,
) -> None:
    """Write how the workbook is filled in, and what each sheet is for."""
    for place, one in enumerate(_HELP_WIDTHS):
        sheet.set_column(place, place, one)
    put(sheet, 0, 0, term("workbook.help", lang), looks["title"])
    row = 2
    for number, step in enumerate(_STEPS, 1):
        text = term(step, lang)
        put(sheet, row, 0, number, looks["count"])
        sheet.merge_range(row, 1, row, 3, text, looks["sentence"])
        sheet.set_row_pixels(row, _LINE_PX * -(-signs(text) // _SIGNS_PER_LINE))
        row += 1
    row += 1
    for place, head in enumerate(("sheet", "about", "rows"), 1):
        put(sheet, row, place, term(f"workbook.help.{head}", lang), looks["may"])
    for key, name in names.items():
        if key in {HELP, LISTS}:
            continue
        row += 1
        sheet.write_url(row, 1, f"internal:'{name}'!A1", looks["link"], name)
        put(sheet, row, 2, term(f"workbook.about.{key}", lang), looks["sentence"])
        if key in rows and key != GENERAL:
            put(sheet, row, 3, len(rows[key]), looks["count"])
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
