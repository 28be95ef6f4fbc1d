"""One row of a table of 10 kV lines: its cells as a line, or everything that is wrong with them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gridcalc.city.lines.line_headings import CAPACITIES, Headings
from gridcalc.city.lines.line_words import (
    LineColumn,
    converted,
    flag_words,
    kva_per,
    line_columns,
    unit_words,
)
from gridcalc.city.lines.records import Line
from gridcalc.city.table.numbers import number, plain
from gridcalc.city.table.records import RawRow
from gridcalc.city.table.rows import is_sum
from gridcalc.city.table.vocabulary import nothing_words, word_key
from gridcalc.demand.charging.pieces import SLOTS_PER_DAY
from gridcalc.errors import Problem

_CURVE = "curve_96_kw"
_WITH_UNIT = re.compile(
    r"(?P<value>[^A-Za-z\u4e00-\u9fff]*\d[^A-Za-z\u4e00-\u9fff]*?)\s*(?P<unit>[^\W\d]+)"
)
_BETWEEN = re.compile(r"[;,|\s、；，\[\]]+")
_AND = re.compile(r"[、,;/+&\n]|和|及|与|\band\b", re.IGNORECASE)
_ONE_TRANSFORMER = re.compile(
    r"(?:主变|主变压器|变压器|transformer|[一二三四五六七八九十]号|\d\s*[#号]?)$|#\s*\d+$",
    re.IGNORECASE,
)
"""How a part of a cell ends that names a main transformer by itself."""
_PEAKS = ("existing_peak_kva", "existing_peak_a", "existing_peak_kw")
_SHARED = (
    "main_transformer",
    "main_transformer_kva",
    "main_transformer_peak_kva",
    "includes_compounds",
    "power_factor",
)
"""Fields that one cell of a sheet may give for several lines."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineReader:
    """How cells are read.

    Attributes
    ----------
    file
        As messages call it.
    headings
        Where the fields stand.
    power_factor
        Of lines that give none. [-]
    comma_is_decimal
        As in ``RawTable``.
    """

    file: str
    headings: Headings
    power_factor: float
    comma_is_decimal: bool


@dataclass(slots=True, kw_only=True)
class _Cells:
    """The cells of a row, and what is found wrong while they are read."""

    reader: LineReader
    row: RawRow
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        column = self.reader.headings.place.get(name)
        if column is None or column >= len(self.row.cells):
            return ""
        if column in self.row.faults:
            self.fault(name, self.row.faults[column])
            return ""
        text = self.row.cells[column]
        if column in self.row.merged:
            try:
                text = self.row.merged[column].text_of_each(is_shared=name in _SHARED)
            except ValueError as error:
                self.fault(name, str(error))
                return ""
        return "" if text in nothing_words() else text

    def fault(self, name: str, message: str) -> None:
        key = self.reader.headings.heading.get(name, name)
        self.problems.append(Problem(self.reader.file, self.row.number, key, message))

    def value(self, name: str) -> float | None:
        text = self.text(name)
        return self.checked(name, text) if text else None

    def checked(self, name: str, text: str) -> float | None:
        """Return a number in the unit of its heading, if it is one and within its range."""
        unit = self.reader.headings.unit.get(name, line_columns()[name].unit)
        try:
            value = self.unit_free(text, unit)
            return _within(text, value, line_columns()[name], unit)
        except ValueError as error:
            self.fault(name, str(error))
            return None

    def unit_free(self, text: str, unit: str) -> float:
        """Return a number; a message about one with a unit of its own says what to write."""
        comma_is_decimal = self.reader.comma_is_decimal
        try:
            return number(text, comma_is_decimal=comma_is_decimal)
        except ValueError:
            found = _WITH_UNIT.fullmatch(plain(text).strip())
            named = unit_words().get(word_key(found["unit"])) if found else None
            if found is None or unit in (named, "-"):
                raise
        value = number(found["value"], comma_is_decimal=comma_is_decimal)
        if named is None:
            raise ValueError(f"{text!r} is not a number; write it in {unit}, digits only")
        plainly = converted(value, named, unit)
        if plainly is None:
            hint = f"give it below a heading in {named}"
            raise ValueError(f"{text!r} is in {named}, but its heading in {unit}; {hint}")
        raise ValueError(f"{text!r} is in {named}, but its heading in {unit}; write {plainly:.10g}")

    def kva(self, name: str, power_factor: float) -> float | None:
        value = self.value(name)
        unit = self.reader.headings.unit.get(name, "")
        return None if value is None else value * kva_per(unit, power_factor=power_factor)


def read_line(reader: LineReader, row: RawRow) -> tuple[Line, tuple[Problem, ...]]:
    """Return the line of a row, and everything that is wrong with the row.

    A line with problems holds what could be read, so that others that name it can be judged.
    """
    cells = _Cells(reader=reader, row=row)
    if row.fault:
        cells.fault("", row.fault)
    name = cells.text("name")
    line_id = cells.text("id") or name
    total = _total(row, line_id, name)
    if total:
        text = f"{total!r} is a sum, not a line; leave the row out, sums are computed"
        return Line(row=row.number, id="", name=""), (Problem(reader.file, row.number, "", text),)
    if not line_id:
        cells.fault("id" if "id" in reader.headings.place else "name", "is empty; name the line")
    share = cells.value("power_factor") or reader.power_factor
    peaks_kva = [cells.kva(one, share) for one in _PEAKS]
    curve_kva = _curve(cells, share)
    peak_kva = _first(peaks_kva)
    if peak_kva is None and curve_kva:
        peak_kva = max(curve_kva)
    line = Line(
        row=row.number,
        id=line_id,
        name=name or line_id,
        capacity_kva=_least(cells.kva(one, share) for one in CAPACITIES),
        peak_kva=peak_kva,
        includes_compounds=_flag(cells, "includes_compounds"),
        curve_kva=_scaled(curve_kva, peak_kva),
        installed_kva=cells.kva("installed_kva", share),
        main_transformer=_main_transformer(cells),
        main_transformer_kva=cells.kva("main_transformer_kva", share),
        main_transformer_peak_kva=cells.kva("main_transformer_peak_kva", share),
        tie=cells.text("tie"),
    )
    return line, tuple(cells.problems)


def _total(row: RawRow, line_id: str, name: str) -> str:
    """Return the word by which a row is a sum of others; empty if it is a line."""
    texts = (line_id, name) if line_id else row.cells
    return next((text for text in texts if text and is_sum(text)), "")


def _main_transformer(cells: _Cells) -> str:
    """Return the main transformer of a line; several in one cell are a fault."""
    text = cells.text("main_transformer")
    parts = [part.strip() for part in _AND.split(plain(text)) if part.strip()]
    if len(parts) > 1 and all(_ONE_TRANSFORMER.search(part) for part in parts):
        hint = "write the one that feeds the line in normal operation"
        cells.fault("main_transformer", f"{text!r} are several main transformers; {hint}")
    return text


def _within(text: str, value: float, column: LineColumn, unit: str) -> float:
    """Return a value whose size is right, whatever its unit.

    The range of a column is in its own unit; one in another unit is compared as apparent power.
    """
    if column.value_min is None or column.value_max is None:
        return value
    per_unit = 1.0
    if column.unit not in {unit, "-"}:
        per_unit = kva_per(unit, power_factor=1.0) / kva_per(column.unit, power_factor=1.0)
    least, most = column.value_min / per_unit, column.value_max / per_unit
    if not least <= value <= most:
        shown = "" if unit == "-" else f" {unit}"
        hint = "" if unit == "-" else "; if it has another unit, write it into the heading"
        raise ValueError(f"{text!r} is not within {least:.6g} to {most:.6g}{shown}{hint}")
    return value


def _flag(cells: _Cells, name: str) -> bool:
    text = cells.text(name)
    if not text:
        return True
    found = flag_words().get(word_key(text))
    if found is None:
        cells.fault(name, f"{text!r} is neither yes nor no; write 是 or 否")
        return True
    return found


def _curve(cells: _Cells, power_factor: float) -> tuple[float, ...]:
    """Return the metered day of a row. [kVA], 96 values or none."""
    places = cells.reader.headings.curve
    texts = [cells.row.cells[k] if k < len(cells.row.cells) else "" for k in places]
    name = _CURVE
    if not any(texts):
        texts = [text for text in _BETWEEN.split(cells.text(name)) if text]
    if not texts:
        return ()
    if len(texts) != SLOTS_PER_DAY or not all(texts):
        n_values = sum(bool(text) for text in texts)
        cells.fault(name, f"has {n_values} values, not {SLOTS_PER_DAY}; give one per quarter hour")
        return ()
    values = [cells.checked(name, text) for text in texts]
    unit = cells.reader.headings.unit.get(name, line_columns()[name].unit)
    per_unit = kva_per(unit, power_factor=power_factor)
    numbers = [value * per_unit for value in values if value is not None]
    if len(numbers) < len(values):
        return ()
    if max(numbers) <= 0:
        cells.fault(name, "is zero all day; leave it out")
        return ()
    return tuple(numbers)


def _scaled(curve_kva: tuple[float, ...], peak_kva: float | None) -> tuple[float, ...]:
    """Return a day whose highest value is the metered peak."""
    if not curve_kva or peak_kva is None:
        return curve_kva
    return tuple(peak_kva * value / max(curve_kva) for value in curve_kva)


def _first(values: Iterable[float | None]) -> float | None:
    return next((value for value in values if value is not None), None)


def _least(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
