"""The column map of a foreign table: which heading, word and default stands for what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridcalc.city.table.cell_text import cell_text
from gridcalc.city.table.heading_row import one_line
from gridcalc.city.table.vocabulary import PARAMETER, city_columns
from gridcalc.compound.door import nearest, read_mapping, read_text
from gridcalc.errors import InputError, Problem
from gridcalc.yamlfile import Document
from gridcalc.yamlfile import Path as Keys

_SECTIONS, _TEXTS = ("columns", "values", "defaults"), ("sheet", "layer", "crs")
SHEETS = ("sheet", "layer")
"""Keys for the one part of a file that is read: of a workbook, of a GeoPackage."""
_NO_DEFAULT = ("id", "name", "file", "lon", "lat")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """What a user says of a table that is not made for gridcalc.

    Attributes
    ----------
    columns
        Heading of the table by field.
    values
        By field: what a text of a cell stands for.
    defaults
        By field: text that is read where the table gives nothing.
    sheet, crs
        Sheet or layer, and coordinate system; ``None`` if not given.
    document
        The file, for messages; ``None`` if there is none.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    crs: str | None = None
    document: Document | None = None

    def problem(self, keys: Keys, message: str) -> Problem:
        """Return a problem at some keys of the file."""
        if self.document is None:
            raise ValueError("there is no column map, so nothing in it is wrong")
        return self.document.problem(keys, message)


def read_column_map(path: Path | None, *, parameters: Iterable[str]) -> ColumnMap:
    """Return the column map of a file; an empty one without a file.

    Parameters
    ----------
    path
        The file, in YAML.
    parameters
        Names of the parameters of all templates.

    Raises
    ------
    InputError
        All unknown keys, with the one that is meant, and all values of a wrong kind.
    """
    if path is None:
        return ColumnMap()
    document = read_mapping(read_text(path), file=str(path), what="column map")
    fields = known_fields(parameters)
    value: dict[str, Any] = document.value
    problems = [*document.problems, *_unknown(document, (), value, (*_SECTIONS, *_TEXTS))]
    groups = {name: _group(document, name, problems) for name in _SECTIONS}
    for name, group in groups.items():
        allowed = [one for one in fields if name != "defaults" or one not in _NO_DEFAULT]
        problems += _unknown(document, (name,), {named(key): key for key in group}, allowed)
    columns = _texts(document, ("columns",), groups["columns"], problems)
    columns = dict(zip(columns, one_line(columns.values()), strict=True))
    defaults = _texts(document, ("defaults",), groups["defaults"], problems)
    values = {
        named(key): _texts(document, ("values", key), inner, problems, keep_keys=True)
        for key, inner in groups["values"].items()
        if _is_group(document, ("values", key), inner, problems)
    }
    texts = _texts(document, (), {key: value.get(key) for key in _TEXTS}, problems)
    both = two_sheets(texts)
    if both:
        problems.append(document.problem(("layer",), both))
    if problems:
        raise InputError(problems)
    return ColumnMap(
        columns=columns,
        values=values,
        defaults=defaults,
        sheet=texts.get("sheet") or texts.get("layer"),
        crs=texts.get("crs"),
        document=document,
    )


def two_sheets(given: Mapping[str, Any]) -> str:
    """Return what is wrong where a column map names both a sheet and a layer; empty if not.

    Examples
    --------
    >>> two_sheets({"sheet": "a", "layer": "a"})
    'stands beside sheet, which means the same; keep one of them'
    """
    if all(given.get(one) is not None for one in SHEETS):
        return "stands beside sheet, which means the same; keep one of them"
    return ""


def known_fields(parameters: Iterable[str]) -> tuple[str, ...]:
    """Return the fields of a city table, parameters of templates among them."""
    own = [name for name, row in city_columns().items() if row.kind not in ("part", "setting")]
    return (*own, *(f"{PARAMETER}{name}" for name in sorted(parameters)))


def named(key: str) -> str:
    """Return a field as it is called here; a name of a parameter may stand alone."""
    known = city_columns()
    is_field = key in known or key.startswith(PARAMETER)
    return key if is_field else f"{PARAMETER}{key}"


def _unknown(
    document: Document, at: Keys, group: Mapping[str, Any], known: Iterable[str]
) -> list[Problem]:
    """Return a problem for each key that is not known; ``group`` maps keys to those written."""
    allowed = list(known)
    bare = [one.removeprefix(PARAMETER) for one in allowed]
    found = []
    for key, value in group.items():
        if key not in allowed:
            written = value if at else key
            hint = nearest(written, bare) or f"; known are {', '.join(bare)}"
            found.append(document.problem((*at, written), f"unknown key{hint}"))
    return found


def _group(document: Document, name: str, problems: list[Problem]) -> dict[str, Any]:
    value = document.value.get(name)
    if value is None:
        return {}
    return value if _is_group(document, (name,), value, problems) else {}


def _is_group(document: Document, at: Keys, value: Any, problems: list[Problem]) -> bool:
    if isinstance(value, dict):
        return True
    problems.append(document.problem(at, f"{value!r} is not a group of keys; write 'name: text'"))
    return False


def _texts(
    document: Document,
    at: Keys,
    group: Mapping[str, Any],
    problems: list[Problem],
    *,
    keep_keys: bool = False,
) -> dict[str, str]:
    """Return the values of a group as texts, under the names of fields unless keys are kept."""
    texts = {}
    for key, value in group.items():
        try:
            text = cell_text(value)
        except ValueError as error:
            problems.append(document.problem((*at, key), str(error)))
            continue
        if text:
            texts[cell_text(key) if keep_keys else key if not at else named(key)] = text
        elif value is not None or at:
            problems.append(document.problem((*at, key), "is empty; write a text or leave it out"))
    return texts
