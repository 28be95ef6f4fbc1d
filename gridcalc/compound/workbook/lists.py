"""What drop-downs offer: a hidden sheet of words and equipment, and ids that follow the sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gridcalc.catalogue import Catalogue
from gridcalc.compound.equipment import equipment_names
from gridcalc.compound.workbook.fields import IDS, Column, columns
from gridcalc.compound.workbook.looks import Looks, put
from gridcalc.compound.workbook.places import letters
from gridcalc.compound.workbook.rows import Row
from gridcalc.compound.workbook.words import labels, offered_words
from gridcalc.messages import Lang
from gridcalc.policy import list_policies

SPARE_ROWS = 200
"""Rows below the filled ones that are ready to be filled."""
TITLE_ROW, NOTE_ROW, HEAD_ROW, KEY_ROW, FIRST_ROW = range(5)
"""Rows of a sheet that is a table."""
_CRS = ("EPSG:4490", "gcj02", "bd09")
_COUNTS = 0
_LIST_ROW = 1


@dataclass(slots=True)
class Lists:
    """The hidden sheet while it is filled, and the reference of each list on it.

    Attributes
    ----------
    sheet, name
        The sheet and its name.
    references
        What a validation names, by list.
    """

    sheet: Any
    name: str
    look: Any
    references: dict[str, str] = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)
    n_columns: int = 1

    def add(self, key: str, values: Sequence[str | int]) -> str:
        """Write values below each other; return the reference to them."""
        column, self.n_columns = self.n_columns, self.n_columns + 1
        put(self.sheet, 0, column, key, self.look)
        for row, value in enumerate(values, _LIST_ROW):
            put(self.sheet, row, column, value, self.look)
        return self.place(column, len(values))

    def place(self, column: int, n_rows: int) -> str:
        """Return the reference to the rows of a column of the sheet."""
        letter = letters(column)
        last = _LIST_ROW + max(n_rows, 1)
        return f"='{self.name}'!${letter}${_LIST_ROW + 1}:${letter}${last}"

    def offered(self, column: Column, lang: Lang) -> str:
        """Return the reference to what a column offers; empty where it offers nothing."""
        if column.offers:
            return self.references[column.offers]
        words = offered_words(column, lang)
        if not words:
            return ""
        key = "|".join(words)
        if key not in self.references:
            numbers = [value for value in column.choices if isinstance(value, int)]
            self.references[key] = self.add(column.key, numbers or words)
        return self.references[key]


def add_lists(
    book: Any,
    lists: Lists,
    rows: Mapping[str, Sequence[Row]],
    names: Mapping[str, str],
    *,
    catalogue: Catalogue,
    lang: Lang,
) -> None:
    """Fill in equipment, policies and kinds, and define the ids that links may name.

    Parameters
    ----------
    book, lists
        The workbook, and its hidden sheet.
    rows, names
        Rows and name of each sheet.
    catalogue
        Equipment that is offered.
    lang
        Language of words.
    """
    fixed: dict[str, Sequence[str]] = {
        "policies": sorted(pack.id for pack in list_policies()),
        "crs": _CRS,
        "public_load_kinds": tuple(labels("public_load_kinds", lang).values()),
        "route_kinds": tuple(labels("route_kinds", lang).values()),
        **{kind: sorted(found) for kind, found in equipment_names(catalogue).items()},
    }
    for key, values in fixed.items():
        lists.references[key] = lists.add(key, values)
    for key in IDS:
        _define(book, lists, key, rows, names)


def id_range(sheet: str, name: str, n_rows: int) -> str:
    """Return the reference to the ids of a sheet, its spare rows included."""
    place = next(i for i, column in enumerate(columns(sheet)) if column.key == "id")
    letter, last = letters(place), FIRST_ROW + n_rows + SPARE_ROWS
    return f"'{name}'!${letter}${FIRST_ROW + 1}:${letter}${last}"


def _define(
    book: Any, lists: Lists, key: str, rows: Mapping[str, Sequence[Row]], names: Mapping[str, str]
) -> None:
    """Define a name for ids that grows as rows are filled in."""
    parts = [(id_range(one, names[one], len(rows[one])), one, end) for one, end in IDS[key]]
    counts = [_count(lists, one, where, len(rows[one])) for where, one, _ in parts]
    defined = f"gridcalc_{key}"
    lists.references[key] = f"={defined}"
    if len(parts) == 1:
        book.define_name(defined, _until(parts[0][0], counts[0]))
        return
    column, lists.n_columns = lists.n_columns, lists.n_columns + 1
    lists.sheet.write_string(0, column, key, lists.look)
    ids = [f"{row['id']}{end}" for _, one, end in parts for row in rows[one]]
    n_rows = len(ids) + SPARE_ROWS
    for k in range(1, n_rows + 1):
        value = ids[k - 1] if k <= len(ids) else ""
        formula = _kth(k, [(where, end) for where, _, end in parts], counts)
        lists.sheet.write_formula(_LIST_ROW + k - 1, column, formula, lists.look, value)
    book.define_name(defined, _until(lists.place(column, n_rows)[1:], "+".join(counts)))


def _until(where: str, count: str) -> str:
    """Return the first cells of a range, as many as a count says, as a formula."""
    first = where.partition(":")[0]
    return f"={first}:INDEX({where},MAX(1,{count}))"


def _count(lists: Lists, sheet: str, where: str, n_rows: int) -> str:
    """Return the reference to how many ids a sheet has."""
    if sheet not in lists.counts:
        row = _LIST_ROW + len(lists.counts)
        lists.sheet.write_formula(row, _COUNTS, f"=COUNTA({where})", lists.look, n_rows)
        lists.counts[sheet] = f"'{lists.name}'!${letters(_COUNTS)}${row + 1}"
    return lists.counts[sheet]


def _kth(k: int, parts: Sequence[tuple[str, str]], counts: Sequence[str]) -> str:
    """Return the formula of the k-th id of several sheets one after the other.

    Examples
    --------
    >>> _kth(3, [("A1:A9", ".LV"), ("B1:B9", "")], ["n", "m"])
    '=IF(3<=n,INDEX(A1:A9,3)&".LV",IF(3<=n+m,INDEX(B1:B9,3-(n))&"",""))'
    """
    formula, before = '""', len(parts)
    for (where, end), _ in reversed(list(zip(parts, counts, strict=True))):
        before -= 1
        upto = "+".join(counts[: before + 1])
        index = f"{k}-({'+'.join(counts[:before])})" if before else str(k)
        formula = f'IF({k}<={upto},INDEX({where},{index})&"{end}",{formula})'
    return f"={formula}"


def lists_of(sheet: Any, name: str, looks: Looks) -> Lists:
    """Return the hidden sheet, still empty but for the heading of its counts."""
    sheet.write_string(0, _COUNTS, "n", looks["quiet"])
    return Lists(sheet=sheet, name=name, look=looks["quiet"])
