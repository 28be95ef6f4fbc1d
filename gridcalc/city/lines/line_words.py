"""The words of a table of 10 kV lines: headings, units in their brackets, yes and no."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from gridcalc.city.table.vocabulary import word_key
from gridcalc.provenance import Confidence
from gridcalc.tables import read_data_table
from gridcalc.units import A_PER_KA, KW_PER_MW, SQRT3, VN_MV_KV

Kind = Literal["text", "load", "flag", "curve", "share", "word", "unit"]
LINE_COLUMNS = "line_columns.csv"
_BETWEEN = ";"
_CURRENTS = ("A", "kA")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineColumn:
    """A column of a table of lines, or a word that stands in its cells or headings.

    Parameters
    ----------
    field
        What it gives.
    kind
        How its cells are read; ``word`` and ``unit`` are no columns.
    value_min, value_max
        The numbers allowed in ``unit``, both included.
    unit
        Unit of the numbers where the heading names none; ``-`` for texts.
    words
        Headings or texts that mean it, with semicolons between them.
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


@cache
def line_columns() -> Mapping[str, LineColumn]:
    """Return the columns of a table of lines by field."""
    return {row.field: row for row in _rows() if row.kind not in {"word", "unit"}}


@cache
def heading_words() -> Mapping[str, str]:
    """Return the field that each heading, as a key, means.

    Examples
    --------
    >>> heading_words()["所属主变"], heading_words()["ampacitya"]
    ('main_transformer', 'ampacity_a')
    """
    return {word: row.field for row in line_columns().values() for word in _keys(row)}


@cache
def unit_words() -> Mapping[str, str]:
    """Return the unit that each text, as a key, means."""
    return {word: row.field for row in _rows() if row.kind == "unit" for word in _keys(row)}


@cache
def flag_words() -> Mapping[str, bool]:
    """Return whether a text, as a key, means yes."""
    return {
        word: row.field == "yes" for row in _rows() if row.kind == "word" for word in _keys(row)
    }


def kva_per(unit: str, *, power_factor: float) -> float:
    """Return the apparent power of one of a unit at nominal voltage. [kVA].

    Examples
    --------
    >>> kva_per("MW", power_factor=0.8), round(kva_per("A", power_factor=0.8), 2)
    (1250.0, 17.32)
    """
    if unit in _CURRENTS:
        return SQRT3 * VN_MV_KV * (1.0 if unit == "A" else A_PER_KA)
    scale = KW_PER_MW if unit.startswith("M") else 1.0
    return scale if unit.endswith("VA") else scale / power_factor


def converted(value: float, unit: str, wanted: str) -> float | None:
    """Return a value in another unit of the same kind; None where a power factor would decide.

    Examples
    --------
    >>> converted(4.2, "MW", "kW"), converted(0.4, "kA", "A"), converted(4.2, "MW", "kVA")
    (4200.0, 400.0, None)
    """
    if _kind_of(unit) != _kind_of(wanted):
        return None
    ratio = kva_per(unit, power_factor=1.0) / kva_per(wanted, power_factor=1.0)
    return float(f"{value * ratio:.12g}")


def _kind_of(unit: str) -> str:
    return "A" if unit in _CURRENTS else unit[1:]


@cache
def _rows() -> tuple[LineColumn, ...]:
    return read_data_table(LineColumn, LINE_COLUMNS)


def _keys(row: LineColumn) -> list[str]:
    words = [row.field, *row.words.split(_BETWEEN)]
    return [word_key(word) for word in words if word_key(word)]
