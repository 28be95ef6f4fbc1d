"""Numbers, years and transformers as people write them in tables, and what to write instead."""

import re
import unicodedata
from decimal import Decimal

from gridcalc.city.records import Units
from gridcalc.city.table.vocabulary import ColumnWords, city_columns
from gridcalc.units import PERCENT

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}([, '’])\d{3}(\1\d{3})*(\.\d+)?")
_GERMAN = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_UNCLEAR = re.compile(r"[+-]?\d{1,3}[.,]\d{3}")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_FORMULA = ("=", "@")
_LIKE_DIGIT = re.compile(r"[OoIl]\d|\d[OoIl]")
_YEAR = re.compile(
    r"(\d{4})(?:\s*年(?:\s*\d{1,2}\s*月份?)?(?:\s*\d{1,2}\s*[日号])?[建成竣工交付投运底初]*"
    r"|[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?:[T ].*)?)?"
)
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%")
_TERM = re.compile(
    r"(?:(?P<n>\d+)\s*(?P<pieces>台)?\s*(?:[x×*]|(?<=台))\s*)?"
    r"(?P<kva>\d+(?:\.\d+)?)\s*(?P<unit>kva|千伏安)?(?:\s*[x×*]\s*(?P<after>\d+)\s*台?)?"
)
_PLUS = re.compile(r"\s*[+、;\n和]\s*")
_KVA = re.compile(r"\s*(kva|千伏安)\s*$", re.IGNORECASE)
_TIMES = "\u2715\u2716\u2a09\u00d7\u00b7"
_FORM = "write it like 2x800+1x630"


def plain(text: str) -> str:
    """Return a text with full-width signs and odd blanks as the usual ones.

    Examples
    --------
    >>> plain("１，２００")
    '1,200'
    """
    if text.isascii():
        return text
    usual = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    return usual.replace("\u202f", " ").replace("\xa0", " ")


def number(text: str, *, comma_is_decimal: bool) -> float:
    """Return a number; marks between thousands are allowed where they are clear.

    Parameters
    ----------
    text
        What stands in the cell.
    comma_is_decimal
        Whether a comma may stand before the decimals.

    Raises
    ------
    ValueError
        The text is no number, or can be read in two ways; the message says what to write.

    Examples
    --------
    >>> number("1,200", comma_is_decimal=False), number("113,5", comma_is_decimal=True)
    (1200.0, 113.5)
    """
    usual = plain(text)
    if comma_is_decimal and ("," in usual or "." in usual):
        return _with_comma(text, usual)
    if _PLAIN.fullmatch(usual):
        return float(usual)
    found = _GROUPED.fullmatch(usual)
    if found:
        return float(usual.replace(found[1], ""))
    raise ValueError(_no_number(text, usual))


def _with_comma(text: str, usual: str) -> float:
    """Return a number of a table whose commas may stand before the decimals."""
    if _UNCLEAR.fullmatch(usual):
        digits = re.sub("[.,]", "", usual)
        decimals = usual.replace(",", ".")
        raise ValueError(f"{text!r} can be {digits} or {decimals}; write one of them plainly")
    if _GERMAN.fullmatch(usual):
        return float(usual.replace(".", "").replace(",", "."))
    if _COMMA.fullmatch(usual):
        return float(usual.replace(",", "."))
    return number(text, comma_is_decimal=False)


def degrees_or_metres(text: str, *, comma_is_decimal: bool) -> float:
    """Return a coordinate; a single comma is its decimal mark where commas may be.

    Raises
    ------
    ValueError
        The text is no number.
    """
    usual = plain(text)
    if comma_is_decimal and _COMMA.fullmatch(usual):
        usual = usual.replace(",", ".")
    return number(usual, comma_is_decimal=False)


def within(text: str, value: float, column: ColumnWords, *, per_unit: float = 1.0) -> float:
    """Return a value in the unit of its column.

    Parameters
    ----------
    text
        What stands in the cell.
    value
        The number it holds.
    column
        With the range that is allowed.
    per_unit
        Units of the column in one unit of the cell. [-]

    Raises
    ------
    ValueError
        The value is outside its range.
    """
    scaled = value * per_unit
    least, most = column.value_min, column.value_max
    if least is not None and most is not None and not least <= scaled <= most:
        unit = "" if column.unit == "-" else f" {column.unit}"
        raise ValueError(f"{text!r} is not within {least:.10g} to {most:.10g}{unit}; correct it")
    return scaled


def count(text: str, column: ColumnWords, *, comma_is_decimal: bool) -> int:
    """Return a whole number within its range.

    Raises
    ------
    ValueError
        The text is no whole number or outside its range.
    """
    usual = plain(text)
    clear = comma_is_decimal and _UNCLEAR.fullmatch(usual) and not usual.endswith("000")
    value = (
        float(re.sub("[.,]", "", usual))
        if clear
        else number(text, comma_is_decimal=comma_is_decimal)
    )
    if not value.is_integer():
        raise ValueError(f"{text!r} is not a whole number; correct it")
    return int(within(text, value, column))


def year(text: str, column: ColumnWords) -> int:
    """Return the year of ``2005``, ``2005年``, ``2005-06`` or a date.

    Raises
    ------
    ValueError
        The text is no year or outside its range.
    """
    usual = plain(text)
    found = _YEAR.fullmatch(usual.removesuffix(".0"))
    if not found:
        raise ValueError(f"{text!r} is not a year; write four digits such as 2005")
    return int(within(text, float(found[1]), column))


def setting(text: str, *, comma_is_decimal: bool) -> str:
    """Return the value of a parameter as its template reads it: numbers in plain digits.

    Examples
    --------
    >>> setting("８０%", comma_is_decimal=False), setting("YJV22-0.6/1-4x", comma_is_decimal=False)
    ('0.8', 'YJV22-0.6/1-4x')
    """
    usual = plain(text)
    if comma_is_decimal and _COMMA.fullmatch(usual.removesuffix("%").rstrip()):
        usual = usual.replace(",", ".")
    share = _PERCENT.fullmatch(usual)
    if share:
        return format((Decimal(share[1]) / Decimal(int(PERCENT))).normalize(), "f")
    grouped = _GROUPED.fullmatch(usual)
    if grouped:
        return usual.replace(grouped[1], "")
    return usual if _PLAIN.fullmatch(usual) else text


def percent_setting(text: str, *, comma_is_decimal: bool) -> str:
    """Return the value of a parameter below a heading in percent, with or without the sign.

    A workbook stores 5 % as 0.05 and does not say so, so small numbers are refused.

    Raises
    ------
    ValueError
        The number can be a share or percent.

    Examples
    --------
    >>> [percent_setting(text, comma_is_decimal=False) for text in ("80", "0.8%", "0", "auto")]
    ['0.8', '0.008', '0', 'auto']
    """
    usual = plain(text)
    if comma_is_decimal and _COMMA.fullmatch(usual):
        usual = usual.replace(",", ".")
    if not _PLAIN.fullmatch(usual):
        return setting(text, comma_is_decimal=comma_is_decimal)
    value = Decimal(usual)
    if 0 < abs(value) <= 1:
        share = format((value * Decimal(int(PERCENT))).normalize(), "f")
        message = f"{text!r} below a heading in % can be {usual}% or {share}%"
        raise ValueError(f"{message}; take % out of the heading and write shares")
    return setting(f"{usual}%", comma_is_decimal=False)


def transformers(text: str, *, n: ColumnWords, sn_kva: ColumnWords) -> tuple[Units, ...]:
    """Return the transformers of ``2x800+1x630``, ``2×800kVA + 630`` or ``2台800、630``.

    Parameters
    ----------
    text
        What stands in the cell.
    n, sn_kva
        Ranges of the number and of the size of equal transformers.

    Raises
    ------
    ValueError
        The text is not of this form, or a number or size is outside its range.
    """
    usual = plain(text).casefold().strip()
    for sign in _TIMES:
        usual = usual.replace(sign, "x")
    counts: dict[float, int] = {}
    for term in _PLUS.split(usual):
        unit = _term(term, text, n, sn_kva)
        counts[unit.sn_kva] = counts.get(unit.sn_kva, 0) + unit.n
    return tuple(Units(n=number, sn_kva=kva) for kva, number in counts.items())


def sizes(text: str, column: ColumnWords, *, comma_is_decimal: bool) -> float | tuple[Units, ...]:
    """Return kVA of which only the heading says whose they are, or transformers with their number.

    Parameters
    ----------
    text
        What stands in the cell.
    column
        Range of the kVA.
    comma_is_decimal
        Whether a comma may stand before the decimals.

    Raises
    ------
    ValueError
        The text is neither, or a number is outside its range.
    """
    bare = _KVA.sub("", plain(text)).strip()
    try:
        value = number(bare, comma_is_decimal=comma_is_decimal)
    except ValueError:
        known = city_columns()
        return transformers(text, n=known["transformers.n"], sn_kva=known["transformers.sn_kva"])
    return within(text, value, column)


def _term(term: str, text: str, n: ColumnWords, sn_kva: ColumnWords) -> Units:
    found = _TERM.fullmatch(term)
    if not found or (found["n"] and found["after"]):
        raise ValueError(f"{text!r} is not a list of transformers; {_FORM}")
    n_units, kva = float(found["n"] or found["after"] or 1), float(found["kva"])
    turned = not (found["unit"] or found["pieces"] or found["after"])
    if turned and found["n"] and _fits(kva, n) and not _fits(n_units, n) and _fits(n_units, sn_kva):
        n_units, kva = kva, n_units
    if not (_fits(n_units, n) and _fits(kva, sn_kva) and n_units.is_integer()):
        allowed = f"{n.value_min:g} to {n.value_max:g} of {sn_kva.value_min:g} to"
        size = f"{sn_kva.value_max:.10g} {sn_kva.unit}"
        raise ValueError(f"{text!r} is not within {allowed} {size}; {_FORM}")
    return Units(n=int(n_units), sn_kva=kva)


def _fits(value: float, column: ColumnWords) -> bool:
    least, most = column.value_min, column.value_max
    return least is not None and most is not None and least <= value <= most


def _no_number(text: str, usual: str) -> str:
    digits = _DIGITS.findall(usual)
    if _COMMA.fullmatch(usual):
        return (
            f"{text!r} is not a number; write {usual.replace(',', '.')} or {usual.replace(',', '')}"
        )
    is_like_text = usual.startswith(_FORMULA) or _LIKE_DIGIT.search(usual)
    if len(digits) == 1 and _PLAIN.fullmatch(digits[0]) and not is_like_text:
        return f"{text!r} is not a number; write {digits[0]}"
    return f"{_cut(text)} is not a number; write digits, or leave the cell empty"


def _cut(text: str, *, most: int = 60) -> str:
    return repr(text if len(text) <= most else f"{text[:most]}…")
