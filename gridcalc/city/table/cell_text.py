"""Values of workbooks, maps and Parquet files as the texts that a person would type."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

_INVISIBLE = "\ufeff\u200b\u200e\u200f"
_EXACT_BELOW = 1e15
_DAY_CHARACTERS = len("2005-06-01")


def trimmed(text: str) -> str:
    r"""Return a text without blanks around it, invisible ones included.

    Examples
    --------
    >>> trimmed("\u3000 A1 \u200b")
    'A1'
    """
    bare = text.strip()
    return bare if bare.isascii() else bare.strip(_INVISIBLE).strip()


def cell_text(value: Any) -> str:
    """Return a value as text: a whole number without decimals, a day without its midnight.

    Raises
    ------
    ValueError
        The value is a list, a group or bytes; the message says what to do.

    Examples
    --------
    >>> cell_text(12.0), cell_text(0.8), cell_text(None), cell_text(datetime(2005, 6, 1))
    ('12', '0.8', '', '2005-06-01')
    """
    if isinstance(value, str):
        return trimmed(value)
    if value is None:
        return ""
    if isinstance(value, (bool, int, float, Decimal)):
        return _number_text(value)
    if isinstance(value, (date, time)):
        at_midnight = isinstance(value, datetime) and value.time() == time.min
        return value.isoformat()[: _DAY_CHARACTERS if at_midnight else None]
    kind = "a list" if isinstance(value, (list, tuple)) else f"a value of type {_kind(value)}"
    raise ValueError(f"holds {kind}; write a number or a text")


def _number_text(value: bool | float | Decimal) -> str:  # noqa: FBT001  a cell, not a switch
    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < _EXACT_BELOW
        return str(int(value)) if is_whole else repr(value) if value == value else ""  # noqa: PLR0124
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value == value else ""  # noqa: PLR0124  NaN test
    return str(value)


def _kind(value: Any) -> str:
    return "group" if isinstance(value, dict) else type(value).__name__


def row_texts(values: Sequence[Any]) -> tuple[tuple[str, ...], dict[int, str]]:
    """Return the values of a row as texts, and what is wrong with those that are none."""
    try:
        return tuple([trimmed(one) if type(one) is str else cell_text(one) for one in values]), {}
    except ValueError:
        pass
    texts, faults = [], {}
    for column, value in enumerate(values):
        try:
            texts.append(cell_text(value))
        except ValueError as error:
            texts.append("")
            faults[column] = str(error)
    return tuple(texts), faults
