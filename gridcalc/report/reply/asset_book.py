"""The register of assets as a workbook: one sheet of items, one of sums."""

import io
from collections.abc import Sequence
from typing import Any

from gridcalc.dossier import Dossier
from gridcalc.report.basis import basis_text
from gridcalc.report.calculation_book.page import lines_of
from gridcalc.report.city_sheets import Formats, Formula, formats_of, properties, put, put_row
from gridcalc.report.cost_report import basis_of_rule
from gridcalc.report.reply.assets import Item, Ownership, assets_of, items_of, ownership
from gridcalc.report.wording import Wording

_A4 = 9
_WIDTHS = (5, 12, 24, 19, 7, 5, 20, 5.5, 14, 13, 9, 5.5, 10, 11)
_MARGIN_IN, _FOOT_IN = 0.3, 0.7
_HEAD_ROW = 3
_FIRST = _HEAD_ROW + 1
_QUANTITY = 4
_NUMBER = "#,##0"
_LINE_PX, _EDGE_PX = 18, 3


def asset_register(dossier: Dossier, wording: Wording) -> bytes:
    """Return the register of a compound's supply; the same inputs give the same bytes."""
    import xlsxwriter  # noqa: PLC0415  only this door needs it

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    title = wording("Register of assets")
    book.set_properties(properties(title))
    formats = formats_of(book, wording.lang)
    items = items_of(assets_of(dossier))
    owners = {
        part: ownership(part, dossier.compound, dossier.policy)
        for part in sorted({row.asset.part for row in items})
    }
    _items(book, dossier, items, owners, formats, wording)
    _sums(book, items, formats, wording)
    book.close()
    return stream.getvalue()


def _boxed(book: Any, formats: Formats, **more: Any) -> Any:
    """Return the format of a cell with a frame, as a form that is printed has them."""
    own = {"font_name": formats.font, "font_size": 10, "border": 1, "text_wrap": True}
    return book.add_format(own | {"valign": "vcenter"} | more)


def _titles(wording: Wording) -> tuple[str, ...]:
    return (
        wording("No."),
        wording("Equipment"),
        wording("Id"),
        wording("Type"),
        wording("Amount"),
        wording("Unit"),
        wording("From, to, or place"),
        wording("State"),
        wording("Part of the supply"),
        wording("Ends at"),
        wording("Owner after handover"),
        wording("Basis"),
        wording("Condition"),
        wording("Remark"),
    )


def _items(
    book: Any,
    dossier: Dossier,
    items: Sequence[Item],
    owners: dict[Any, Ownership],
    formats: Formats,
    wording: Wording,
) -> None:
    sheet = book.add_worksheet(wording("Items"))
    compound = dossier.compound
    put(sheet, 0, 0, f"{wording('Register of assets')}  {compound.id}  {compound.name}",
        formats.title())  # fmt: skip
    said = wording(
        "Owner and point of demarcation by {policy}; condition and remarks are filled in at the"
        " handover.",
        policy=wording.either(zh=dossier.policy.title, en=dossier.policy.title_en),
    )
    put(sheet, 1, 0, said, formats.quiet())
    titles = _titles(wording)
    looks = [formats.head("text")] * len(titles)
    put_row(sheet, _HEAD_ROW, titles, looks)
    _set_height(sheet, _HEAD_ROW, titles)
    text, figure = _boxed(book, formats), _boxed(book, formats, num_format=_NUMBER)
    middle = _boxed(book, formats, align="center")
    cells = [middle, *[text] * (len(titles) - 1)]
    cells[_QUANTITY : _QUANTITY + 2] = [figure, middle]
    bases = list(dict.fromkeys(_basis(owner, dossier, wording) for owner in owners.values()))
    for k, row in enumerate(items):
        owner = owners[row.asset.part]
        mark = f"[{1 + bases.index(_basis(owner, dossier, wording))}]"
        values = _row(k + 1, row, owner, mark, wording)
        put_row(sheet, _FIRST + k, values, cells)
        _set_height(sheet, _FIRST + k, values)
        for column in (column for column, value in enumerate(values) if value == ""):
            sheet.write_blank(_FIRST + k, column, None, text)
    last = _FIRST + len(items) - 1
    for k, said in enumerate(bases):
        put(sheet, last + 2 + k, 1, f"[{k + 1}]  {said}", formats.quiet())
    put(sheet, last + 3 + len(bases), 1, _signatures(wording), None)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(_FIRST, 3)
    sheet.autofilter(_HEAD_ROW, 0, last, len(titles) - 1)
    _page(sheet, last + 3 + len(bases), len(titles))


def _set_height(sheet: Any, row: int, values: Sequence[Any]) -> None:
    """Make a row as high as its longest text needs, for programs that do not do it themselves."""
    pairs = zip(values, _WIDTHS, strict=True)
    lines = max(lines_of(value, width) for value, width in pairs if isinstance(value, str))
    sheet.set_row_pixels(row, _LINE_PX * lines + _EDGE_PX)


def _row(
    number: int, item: Item, owner: Ownership, basis: str, wording: Wording
) -> tuple[Any, ...]:
    row = item.asset
    return (
        number,
        wording.term(f"asset.{row.kind}"),
        wording.words(item.elements),
        row.spec,
        item.quantity,
        wording.term(row.unit),
        _place(item, wording),
        wording("new") if row.is_new else wording("existing"),
        wording.term(f"part.{row.part}"),
        wording.term(owner.end),
        wording.term(f"owner.{owner.owner}"),
        basis,
        "",
        "",
    )


def _place(item: Item, wording: Wording) -> str:
    """Return where an item is; of several at places of their own, how much is at each."""
    row = item.asset
    if len(item.elements) == 1 or row.place != row.element:
        return row.place
    return wording("{n:g} at each", n=row.quantity) if row.quantity != 1 else ""


def _signatures(wording: Wording) -> str:
    names = (wording("Handed over by"), wording("Taken over by"), wording("Date"))
    return "".join(f"{name}: ________________    " for name in names).rstrip()


def _basis(owner: Ownership, dossier: Dossier, wording: Wording) -> str:
    if owner.rule is not None:
        return basis_text(basis_of_rule(owner.rule), wording, dossier.policy)
    if owner.owner == "to_be_agreed":
        return wording("no rule in {policy}; agree it in writing", policy=dossier.policy.id)
    if dossier.compound.is_new:
        return wording("behind the billing meter")
    return wording("ownership category of the compound file")


def _sums(book: Any, items: Sequence[Item], formats: Formats, wording: Wording) -> None:
    """Add the sheet of sums by equipment and type; the sums are formulas over the items."""
    sheet = book.add_worksheet(wording("Sums"))
    name = wording("Items")
    first, last = _FIRST + 1, _FIRST + len(items)
    put(sheet, 0, 0, wording("Sums by equipment and type"), formats.title())
    titles = (wording("Equipment"), wording("Type"), wording("Unit"), wording("Amount"))
    put_row(sheet, 2, titles, [formats.head("text")] * len(titles))
    totals: dict[tuple[str, str, str], float] = {}
    for row in items:
        key = row.asset.kind, row.asset.spec, row.asset.unit
        totals[key] = totals.get(key, 0) + row.quantity
    text, figure = _boxed(book, formats), _boxed(book, formats, num_format=_NUMBER)
    for at, ((kind, spec, unit), total) in enumerate(totals.items(), 3):
        put_row(sheet, at, (wording.term(f"asset.{kind}"), spec, wording.term(unit)), [text] * 3)
        spans = [f"'{name}'!${c}${first}:${c}${last}" for c in "EBDF"]
        formula = (
            f'=SUMPRODUCT(({spans[1]}=A{at + 1})*({spans[2]}=B{at + 1}&"")'
            f"*({spans[3]}=C{at + 1})*{spans[0]})"
        )
        put(sheet, at, 3, Formula(text=formula, value=total), figure)
    for column, width in enumerate((24, 30, 10, 14)):
        sheet.set_column(column, column, width)
    _page(sheet, 2 + len(totals), len(titles))


def _page(sheet: Any, last_row: int, n_columns: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(_MARGIN_IN, _MARGIN_IN, _MARGIN_IN, _FOOT_IN)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW if n_columns > 4 else 2)
    sheet.set_footer("&L&A&C&P / &N", {"scale_with_doc": False})
    sheet.hide_gridlines(2)
    sheet.print_area(0, 0, last_row, n_columns - 1)
