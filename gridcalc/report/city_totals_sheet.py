"""The sheet of totals: every number is a formula over the sheet of compounds, with its result."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from gridcalc.policy import PAYERS
from gridcalc.report.blocks import Cell
from gridcalc.report.city_columns import BookColumn
from gridcalc.report.city_head import CityHead
from gridcalc.report.city_sheets import Formats, Formula, column_letters, put, put_row
from gridcalc.report.city_words import outcome_word
from gridcalc.report.wording import Wording
from gridcalc.verdict import Verdict

Row: TypeAlias = tuple[Cell | Formula, ...]
VERDICTS: tuple[Verdict, ...] = ("ready", "ready_managed", "upgrade", "no_solution")
OTHERS = ("failed", "crashed", "skipped")
_SUMS = ("households", "private", "fit", "managed", "cost")
_AREA_SUMS = ("households", "cost")
_WIDTHS = (30, 13, 13, 13, 13, 13, 13, 13, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """The sheet of compounds as formulas see it.

    ``first_row`` is the row of the first compound, counted from 0; the first column is the rank.
    """

    sheet: str
    columns: Sequence[BookColumn]
    rows: Sequence[Sequence[Cell]]
    first_row: int

    def values(self, key: str) -> list[Cell]:
        """Return the cells of a column."""
        place = self._place(key)
        return [row[place] for row in self.rows]

    def range(self, key: str) -> str:
        """Return the cells of a column as formulas name them."""
        letters = column_letters(self._place(key) + 1)
        first, last = self.first_row + 1, self.first_row + max(len(self.rows), 1)
        return f"'{self.sheet}'!${letters}${first}:${letters}${last}"

    def title(self, key: str) -> str:
        """Return the heading of a column."""
        return self.columns[self._place(key)].title

    def _place(self, key: str) -> int:
        return next(i for i, column in enumerate(self.columns) if column.key == key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A table of the sheet: title, headings, rows, and how each column is written."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Row]
    forms: Sequence[str]
    has_total: bool = True


def write_totals(
    sheet: Any, data: Data, head: CityHead, formats: Formats, wording: Wording
) -> None:
    """Write the totals of a city: by verdict, area, what decides, payer and grade of data."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    put(sheet, 0, 0, head.title, formats.title())
    put(sheet, 1, 0, _subtitle(head, wording), formats.quiet())
    row = 3
    for table in _tables(data, wording, row):
        row = _write(sheet, table, row, formats)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _subtitle(head: CityHead, wording: Wording) -> str:
    said = [head.table, wording.term(head.method), f"gridcalc {head.version}"]
    return " · ".join(said)


def _tables(data: Data, wording: Wording, row: int) -> Iterator[Lines]:
    """Yield the tables from the top; each needs to know in which row it stands."""
    for make in (_by_verdict, _by_area, _by_check, _by_payer, _by_grade):
        table = make(data, wording, row + 2)
        if table.rows:
            yield table
            row += len(table.rows) + 3


def _write(sheet: Any, table: Lines, row: int, formats: Formats) -> int:
    """Write a table and return the row of the next one."""
    put(sheet, row, 0, table.title, formats.section())
    put_row(sheet, row + 1, table.heads, [formats.head(form) for form in table.forms])
    last = len(table.rows) - 1
    for k, values in enumerate(table.rows):
        is_total = table.has_total and k == last
        looks = [formats.number(form, is_total=is_total) for form in table.forms]
        put_row(sheet, row + 2 + k, values, looks)
    return row + len(table.rows) + 3


def _by_verdict(data: Data, wording: Wording, first: int) -> Lines:
    found = Counter(data.values("outcome"))
    names = [outcome_word(name, wording) for name in VERDICTS]
    names += [word for name in OTHERS if found[word := outcome_word(name, wording)]]
    total_row = first + len(names) + 1
    rows: list[Row] = [
        (
            name,
            _count(data, f"$A{k}", name),
            _share(f"B{k}", f"B${total_row}", found[name], len(data.rows)),
            *(_sum(data, key, f"$A{k}", name) for key in _SUMS),
        )
        for k, name in enumerate(names, first + 1)
    ]
    heads = (
        wording("Verdict"),
        wording("Compounds"),
        wording("Share"),
        *(data.title(key) for key in _SUMS),
    )
    forms = ("text", "whole", "share", "whole", "whole", "whole", "whole", "money")
    total = _total(rows, first, wording, skipped=(2,))
    return Lines(title=wording("By verdict"), heads=heads, rows=(*rows, total), forms=forms)


def _by_area(data: Data, wording: Wording, first: int) -> Lines:
    """Areas are words of the user: they are compared sign by sign, never as a condition."""
    members: dict[str, list[int]] = defaultdict(list)
    for place, area in enumerate(data.values("area")):
        members[str(area or "")].append(place)
    words = [outcome_word(name, wording) for name in VERDICTS]
    columns = {key: data.values(key) for key in ("outcome", *_AREA_SUMS)}
    rows: list[Row] = [
        (area, *_of_area(data, k, words, first, _picked(columns, members[area])))
        for k, area in enumerate(sorted(members), first + 1)
    ]
    heads = (
        wording("Area"),
        wording("Compounds"),
        *words,
        *(data.title(key) for key in _AREA_SUMS),
    )
    forms = ("text", *("whole",) * 6, "money")
    total = _total(rows, first, wording)
    all_rows = (*rows, total) if rows else ()
    return Lines(title=wording("By area"), heads=heads, rows=all_rows, forms=forms)


def _picked(columns: Mapping[str, Sequence[Cell]], places: Sequence[int]) -> dict[str, list[Cell]]:
    return {key: [values[place] for place in places] for key, values in columns.items()}


def _of_area(
    data: Data, k: int, words: Sequence[str], first: int, mine: Mapping[str, Sequence[Cell]]
) -> Iterator[Formula]:
    """Yield the totals of the area in row ``k``, whose compounds have the values ``mine``."""
    same = f"--EXACT({data.range('area')},$A{k})"
    yield Formula(text=f"=SUMPRODUCT({same})", value=len(mine["outcome"]))
    found = Counter(mine["outcome"])
    for j, word in enumerate(words, 2):
        has_verdict = f"--({data.range('outcome')}={column_letters(j)}${first})"
        yield Formula(text=f"=SUMPRODUCT({same},{has_verdict})", value=found[word])
    for key in _AREA_SUMS:
        text = f"=SUMPRODUCT({same},{data.range(key)})"
        yield Formula(text=text, value=_added(mine[key]))


def _by_check(data: Data, wording: Wording, first: int) -> Lines:
    ready = outcome_word("ready", wording)
    pairs = zip(data.values("check"), data.values("outcome"), strict=True)
    found = Counter(check for check, outcome in pairs if check and outcome != ready)
    names = sorted(found, key=lambda name: (-found[name], str(name)))
    rows: list[Row] = [
        (
            name,
            Formula(
                text=(
                    f'=COUNTIFS({data.range("check")},$A{k},{data.range("outcome")},"<>{ready}")'
                ),
                value=found[name],
            ),
        )
        for k, name in enumerate(names, first + 1)
    ]
    heads = (wording("Decided by"), wording("Compounds"))
    title = wording("What decides where a compound is not ready")
    total = _total(rows, first, wording)
    all_rows = (*rows, total) if rows else ()
    return Lines(title=title, heads=heads, rows=all_rows, forms=("text", "whole"))


def _by_payer(data: Data, wording: Wording, first: int) -> Lines:
    amounts = {payer: _added(data.values(f"payer.{payer}")) for payer in PAYERS}
    shown = [payer for payer in PAYERS if amounts[payer]]
    whole = sum(amounts.values())
    total_row = first + len(shown) + 1
    rows: list[Row] = [
        (
            wording.term(payer),
            Formula(text=f"=SUM({data.range(f'payer.{payer}')})", value=amounts[payer]),
            _share(f"B{k}", f"B${total_row}", amounts[payer], whole),
        )
        for k, payer in enumerate(shown, first + 1)
    ]
    heads = (wording("Payer"), data.title("cost"), wording("Share"))
    total = _total(rows, first, wording, skipped=(2,))
    all_rows = (*rows, total) if rows else ()
    forms = ("text", "money", "share")
    return Lines(title=wording("Cost by payer"), heads=heads, rows=all_rows, forms=forms)


def _by_grade(data: Data, wording: Wording, first: int) -> Lines:
    yes = wording("yes")
    grades = sorted({str(value) for value in data.values("grade") if value})
    pairs = list(zip(data.values("grade"), data.values("flip"), strict=True))
    rows: list[Row] = [
        (
            grade,
            Formula(
                text=f"=COUNTIFS({data.range('grade')},$A{k})",
                value=sum(value == grade for value, _ in pairs),
            ),
            Formula(
                text=f'=COUNTIFS({data.range("grade")},$A{k},{data.range("flip")},"{yes}")',
                value=sum(value == grade and flip == yes for value, flip in pairs),
            ),
        )
        for k, grade in enumerate(grades, first + 1)
    ]
    heads = (wording("Grade of the data"), wording("Compounds"), wording("Verdict could change"))
    total = _total(rows, first, wording)
    all_rows = (*rows, total) if rows else ()
    forms = ("text", "whole", "whole")
    return Lines(title=wording("Data"), heads=heads, rows=all_rows, forms=forms)


def _count(data: Data, cell: str, name: str) -> Formula:
    value = sum(outcome == name for outcome in data.values("outcome"))
    return Formula(text=f"=COUNTIFS({data.range('outcome')},{cell})", value=value)


def _sum(data: Data, key: str, cell: str, name: str) -> Formula:
    pairs = zip(data.values("outcome"), data.values(key), strict=True)
    text = f"=SUMIFS({data.range(key)},{data.range('outcome')},{cell})"
    return Formula(text=text, value=_added(value for outcome, value in pairs if outcome == name))


def _share(part: str, whole: str, value: float, total: float) -> Formula:
    return Formula(text=f"=IF({whole}=0,0,{part}/{whole})", value=value / total if total else 0.0)


def _total(
    rows: Sequence[Row],
    first: int,
    wording: Wording,
    *,
    skipped: Sequence[int] = (),
) -> Row:
    """Return the last row of a table: the sums of what stands above; no sum of shares."""
    n_columns = len(rows[0]) if rows else 0
    cells: list[Cell | Formula] = [wording("Total")]
    for j in range(1, n_columns):
        letters = column_letters(j)
        values = [cell.value for row in rows if isinstance(cell := row[j], Formula)]
        total = Formula(
            text=f"=SUM({letters}{first + 1}:{letters}{first + len(rows)})", value=sum(values)
        )
        cells.append(None if j in skipped else total)
    return tuple(cells)


def _added(values: Iterable[Cell]) -> float:
    return sum(value for value in values if isinstance(value, (int, float)))
