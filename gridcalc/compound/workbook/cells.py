"""Values of cells as the file format has them, or what is wrong with a cell."""

import re
import unicodedata
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from gridcalc.compound.door import nearest
from gridcalc.compound.workbook.fields import Column
from gridcalc.compound.workbook.words import offered_words, values_by_word
from gridcalc.messages import Lang

Value = str | int | float | bool | list[int] | None

_INVISIBLE = "\ufeff\u200b\u200e\u200f"
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%", re.ASCII)
_FIRST_NUMBER = re.compile(r"(?<![A-Za-z\d])[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_PHASES = re.compile(
    r"\[?\s*(?:A|L1)?\s*(\d{1,6})[\s,;/+、]+(?:B|L2)?\s*(\d{1,6})[\s,;/+、]+(?:C|L3)?\s*(\d{1,6})\s*\]?",
    re.IGNORECASE | re.ASCII,
)
_EXACT_BELOW = 1e15
_LONGEST = 60


def is_blank(value: Any) -> bool:
    """Return whether a cell holds nothing that can be seen.

    Examples
    --------
    >>> is_blank(""), is_blank(" \u3000"), is_blank(None), is_blank(0)
    (True, True, True, False)
    """
    return value is None or (isinstance(value, str) and not _trimmed(value))


def cell_value(value: Any, column: Column, lang: Lang) -> Value:
    """Return the value of a cell that is not blank, as the file format has it.

    Parameters
    ----------
    value
        What the reader of workbooks gives: text, number, truth value or date.
    column
        The field.
    lang
        Language in which allowed words are named.

    Returns
    -------
    str, int, float, bool or list of int
        Words of either language become the values they stand for; full-width digits, marks
        between thousands and numbers written as text become numbers.

    Raises
    ------
    ValueError
        The cell holds something else; the message says what to write.
    """
    if isinstance(value, (date, time, timedelta)):
        message = f"holds the date or time {value}; format the cell as text or number, retype it"
        raise ValueError(message)  # noqa: TRY004  a cell
    if column.form in {"number", "whole"}:
        return _number(value, column)
    if column.form == "text":
        return value if isinstance(value, str) else _digits(value)
    if column.form == "flag" and isinstance(value, bool):
        return value
    return _listed(value if isinstance(value, str) else _digits(value), column, lang)


def _listed(text: str, column: Column, lang: Lang) -> Value:
    """Return what a word stands for, a name as it is, or units per phase."""
    known = values_by_word(column).get(_usual(text).casefold())
    if known is not None:
        return known
    if column.form == "name":
        return _trimmed(text)
    words = offered_words(column, lang)
    if column.form != "phases":
        raise ValueError(f"{_cut(text)} is not one of {', '.join(words)}{nearest(text, [*words])}")
    counts = _PHASES.fullmatch(_usual(text))
    if counts is None:
        allowed = f"{', '.join(words)}, or units per phase like A2 B3 C1"
        raise ValueError(f"{_cut(text)} is not one of {allowed}")
    return [int(count) for count in counts.groups()]


def _trimmed(text: str) -> str:
    return text.strip().strip(_INVISIBLE).strip()


def _usual(text: str) -> str:
    """Return a text without blanks around it, its full-width signs as the usual ones."""
    bare = _trimmed(text)
    return bare if bare.isascii() else unicodedata.normalize("NFKC", bare).strip()


def _number(value: Any, column: Column) -> Value:
    if isinstance(value, bool):
        raise ValueError(f"holds {str(value).upper()}; write a number")  # noqa: TRY004  a cell
    number = value if isinstance(value, (int, float)) else _typed_number(value, column)
    is_whole = isinstance(number, float) and number.is_integer() and abs(number) < _EXACT_BELOW
    return int(number) if is_whole else number


def _typed_number(text: str, column: Column) -> int | float:
    usual = _usual(text).replace("\u2212", "-")
    share = _PERCENT.fullmatch(usual)
    if share and column.maximum == 1:
        return float(Decimal(share[1]) / 100)
    if _GROUPED.fullmatch(usual):
        usual = usual.replace(",", "")
    if _NUMBER.fullmatch(usual):
        return int(usual) if usual.isdigit() and len(usual) < 16 else float(usual)
    raise ValueError(f"{_cut(text)} is not a number; {_remedy(usual)}")


def _remedy(text: str) -> str:
    """Return what to write in place of a text that is no number."""
    found = _FIRST_NUMBER.findall(text)
    if len(found) != 1:
        return "write digits"
    if "," in found[0]:
        return f"write {found[0].replace(',', '.')} or {found[0].replace(',', '')}"
    return f"write {found[0]}; the unit stands in the heading"


def _digits(value: Any) -> str:
    """Return a number typed where a text belongs as its digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"holds the number {value!r}; format the cell as text and retype it")
    if abs(value) >= _EXACT_BELOW:
        message = "is a number of more than 15 digits, which spreadsheets cut"
        raise ValueError(f"{message}; format the cell as text and retype it")
    return str(int(value))


def phases_text(counts: tuple[int, int, int]) -> str:
    """Return units per phase as a cell shows them.

    Examples
    --------
    >>> phases_text((2, 3, 1))
    'A2 B3 C1'
    """
    return " ".join(f"{phase}{count}" for phase, count in zip("ABC", counts, strict=True))


def _cut(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
