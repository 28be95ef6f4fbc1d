"""The words of tables: headings of columns and words in cells, in Chinese and English."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from gridcalc.provenance import Confidence
from gridcalc.tables import read_data_table

Kind = Literal[
    "text",
    "word",
    "file",
    "year",
    "count",
    "transformers",
    "sizes",
    "part",
    "power",
    "coordinate",
    "crs",
    "setting",
]

COLUMNS, WORDS = "city_columns.csv", "city_words.csv"
PARAMETER = "param:"
"""What stands before the name of a template's parameter in a heading."""

_BETWEEN = ";"
_BLANKS = re.compile(r"[\s_\-:*.]+")
_BRACKETS = re.compile(r"[(\[{【〔]([^)\]}】〕]*)[)\]}】〕]?")
_PARTS = re.compile(r"[,;、\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnWords:
    """A column of a table.

    Parameters
    ----------
    field
        What it gives.
    kind
        How its cells are read.
    value_min, value_max
        The numbers allowed, both included.
    unit
        Unit of the numbers; ``-`` for counts and texts.
    words
        Headings that mean it, with semicolons between them.
    """

    field: str
    kind: Kind
    value_min: float | None
    value_max: float | None
    unit: str
    words: str
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class CellWords:
    """Words in cells of a column that mean one value, with semicolons between them."""

    field: str
    value: str
    words: str
    note: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading taken apart.

    Attributes
    ----------
    key
        What is compared: without brackets, blanks, signs and capitals.
    remarks
        What stands in its brackets or behind its last slash, each as a key.
    """

    key: str
    remarks: tuple[str, ...]


@cache
def city_columns() -> Mapping[str, ColumnWords]:
    """Return the columns of a city table by field."""
    return {row.field: row for row in read_data_table(ColumnWords, COLUMNS)}


@cache
def cell_words(field: str) -> Mapping[str, str]:
    """Return the value that each word, as a key, means in cells of a column.

    Examples
    --------
    >>> cell_words("category")["合表"]
    'combined_meter'
    """
    rows = [row for row in read_data_table(CellWords, WORDS) if row.field == field]
    return {
        word_key(word): row.value
        for row in rows
        for word in (row.value, *row.words.split(_BETWEEN))
        if word_key(word)
    }


@cache
def nothing_words() -> frozenset[str]:
    """Return the texts of cells that give nothing, in small and capital letters."""
    rows = [row for row in read_data_table(CellWords, WORDS) if row.field == "nothing"]
    words = [word for row in rows for word in (row.value, *row.words.split(_BETWEEN))]
    return frozenset(form for word in words for form in (word, word.upper(), word.capitalize()))


def heading_fields(columns: Iterable[ColumnWords]) -> Mapping[str, str]:
    """Return the field that each heading, as a key, means."""
    return {
        word_key(word): row.field
        for row in columns
        for word in (row.field, *filter(None, row.words.split(_BETWEEN)))
        if row.kind != "part"
    }


@cache
def word_key(word: str) -> str:
    """Return what is compared of a word: no blanks, signs, capitals or full-width letters.

    Examples
    --------
    >>> word_key("10KV 线路"), word_key("n_private_bays"), word_key("Old-courtyard")
    ('10kv线路', 'nprivatebays', 'oldcourtyard')
    """
    return _BLANKS.sub("", unicodedata.normalize("NFKC", word).casefold())


def take_apart(heading: str) -> Heading:
    """Return a heading without its remarks, such as a unit, and these.

    Examples
    --------
    >>> take_apart("最高负荷（kW）")
    Heading(key='最高负荷', remarks=('kw',))
    >>> take_apart("最高负荷/MW").remarks
    ('mw',)
    """
    plain = unicodedata.normalize("NFKC", heading)
    remarks = [part for text in _BRACKETS.findall(plain) for part in _PARTS.split(text)]
    rest = _BRACKETS.sub("", plain)
    before, slash, after = rest.rpartition("/")
    if slash and word_key(after) in cell_words("unit"):
        rest = before
        remarks.append(after)
    return Heading(key=word_key(rest), remarks=tuple(word_key(one) for one in remarks if one))
