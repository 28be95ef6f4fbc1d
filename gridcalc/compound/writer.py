"""Compound files out: the YAML text that reads back as the same compound."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from gridcalc.compound.model import Compound, Substation
from gridcalc.compound.record import Record

_ALWAYS_WRITTEN = frozenset({"category", "grade", "crs"})
_PLAIN = re.compile(r"[^\W\d_][\w/+\-.]*(?: [\w/+\-.]+)*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_LARGEST_WHOLE = 2**53


def compound_yaml(compound: Compound) -> str:
    """Return a compound as a YAML file, one list entry per line.

    Keys stand in the order of the format; what equals its default is left out. The same compound
    gives the same text.

    Parameters
    ----------
    compound
        The compound.
    """
    lines = [f"# gridcalc compound file: {compound.id}"]
    for key, value in _entries(compound):
        if key == "substations":
            lines += ["", f"{key}:", *(line for row in value for line in _substation(row))]
        elif isinstance(value, tuple):
            lines += ["", f"{key}:", *(f"  - {flow(row)}" for row in value)]
        else:
            lines.append(f"{key}: {flow(value)}")
    return "\n".join(lines) + "\n"


def flow(value: Any) -> str:
    """Return a value in the flow style of YAML.

    Examples
    --------
    >>> flow(("a", 1.0, "1", "x: y", None, True))
    '[a, 1, "1", "x: y", null, true]'
    """
    if isinstance(value, Record):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in _entries(value)) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: str | float | bool | None) -> str:  # noqa: FBT001  it is the value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    return repr(value)


def quoted(text: str) -> str:
    r"""Return a text as a YAML scalar, in double quotes where it could be read as something else.

    Examples
    --------
    >>> quoted("T1.LV"), quoted("12"), quoted("no"), quoted('a "b"')
    ('T1.LV', '"12"', '"no"', '"a \\"b\\""')
    """
    if _PLAIN.fullmatch(text) and text.isprintable() and text.lower() not in _WORDS:
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _entries(record: Record) -> Iterator[tuple[str, Any]]:
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        if name in _ALWAYS_WRITTEN or not _is_default(field, value):
            yield field.alias or name, value


def _is_default(field: FieldInfo, value: Any) -> bool:
    return not field.is_required() and bool(value == field.default)


def _substation(row: Substation) -> Iterator[str]:
    mark = "-"
    for key, value in _entries(row):
        if key == "transformers":
            yield f"  {mark} {key}:"
            yield from (f"      - {flow(unit)}" for unit in value)
        else:
            yield f"  {mark} {key}: {flow(value)}"
        mark = " "
