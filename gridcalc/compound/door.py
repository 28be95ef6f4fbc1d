"""The YAML door: a file in, a complete record or one list of every problem out."""

import difflib
from pathlib import Path as FilePath
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from gridcalc.errors import InputError, Problem
from gridcalc.userfile import MAX_TEXT_MB, user_bytes
from gridcalc.yamlfile import Document, Key, Path, parse_yaml

Model = TypeVar("Model", bound=BaseModel)

_MISSING_HINT = {
    "gridcalc": "write 'gridcalc: 1' on the first line",
    "from": "name the node nearer the supply",
    "to": "name the node it feeds",
}
_MOST_SHOWN = 80
_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""First bytes of a zipped workbook, and of an old or protected one."""


def read_text(path: FilePath, *, max_mb: int = MAX_TEXT_MB) -> str:
    """Return the text of a user's file; UTF-8 with or without mark, else GB18030.

    Raises
    ------
    InputError
        The file cannot be read, is larger than ``max_mb`` or is not text.
    """
    raw = user_bytes(path, file=str(path), max_mb=max_mb)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = "is not text in UTF-8 or GB18030; save it as UTF-8"
    if raw.startswith(_WORKBOOK_STARTS):
        message = "is a workbook by its content; a text file is read here, YAML or a table as CSV"
    raise InputError([Problem(str(path), 0, "", message)])


def read_mapping(text: str, *, file: str, what: str) -> Document:
    """Return a YAML document whose top level is a mapping.

    Raises
    ------
    InputError
        The text is not YAML or holds something else.
    """
    document = parse_yaml(text, file=file)
    if not isinstance(document.value, dict):
        message = f"this is not a {what} file; it holds {_kind_of(document.value)}"
        raise InputError([Problem(file, 1, "", message)])
    return document


def validate(model: type[Model], document: Document) -> tuple[Model | None, list[Problem]]:
    """Return the record of a document, or None, with all problems of its keys and values."""
    problems = list(document.problems)
    try:
        return model.model_validate(document.value, by_alias=True, by_name=False), problems
    except ValidationError as error:
        for item in error.errors(include_url=False):
            problem = _problem(model, document, item)
            if problem is not None:
                problems.append(problem)
        return None, problems


def nearest(word: str, known: list[str]) -> str:
    """Return `` did you mean 'x'?`` for the closest known word, or an empty text.

    Examples
    --------
    >>> nearest("househols", ["households", "ebikes"])
    "; did you mean 'households'?"
    """
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def _kind_of(value: Any) -> str:
    if value is None:
        return "nothing"
    return "a list" if isinstance(value, list) else f"the single value {_shown(value)}"


def _shown(value: Any) -> str:
    """Return a value for a message, cut where it is long.

    Examples
    --------
    >>> _shown("YJV"), len(_shown("x" * 500))
    ("'YJV'", 81)
    """
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _problem(model: type[BaseModel], document: Document, item: Any) -> Problem | None:
    path = _document_path(document, item["loc"])
    kind: str = item["type"]
    context: dict[str, Any] = item.get("ctx") or {}
    n_unknown = len(item["loc"]) - len(path)
    if n_unknown > 1 or (n_unknown and kind != "missing"):
        value = _value_at(document.value, path)
        return document.problem(
            path, f"{_shown(value)} does not fit; give {_described(model, path)}"
        )
    if kind == "missing":
        key = str(item["loc"][-1])
        hint = _MISSING_HINT.get(key)
        text = f"{key} is missing" + (f"; {hint}" if hint else "")
        return document.problem((*path, key), text)
    if kind == "extra_forbidden":
        key = str(path[-1])
        guess = nearest(key, _keys_at(model, path[:-1]))
        return document.problem(path, f"unknown key{guess or '; remove it'}")
    if kind == "too_short" and _value_at(document.value, path):
        return None
    value = _value_at(document.value, path)
    return document.problem(path, _message(kind, value, context, item["msg"]))


def _message(kind: str, value: Any, context: dict[str, Any], fallback: str) -> str:
    shown = _shown(value)
    if kind == "literal_error":
        expected = str(context.get("expected", ""))
        choices = [part.strip("'") for part in expected.replace(" or ", ", ").split(", ")]
        return f"{shown} is not one of {', '.join(choices)}{nearest(str(value), choices)}"
    if kind == "value_error":
        return str(context.get("error", fallback))
    if kind == "string_pattern_mismatch":
        return f"{shown} may only hold letters, digits, '_', '-' and '.'"
    templates = {
        "greater_than_equal": "{v} is not at least {ge}",
        "greater_than": "{v} is not above {gt}",
        "less_than_equal": "{v} is above the largest allowed value {le}",
        "less_than": "{v} is not below {lt}",
        "int_type": "{v} is not a whole number",
        "int_from_float": "{v} is not a whole number",
        "float_type": "{v} is not a number",
        "bool_type": "{v} is neither true nor false",
        "string_type": "{v} is not a text; put it in quotes",
        "string_too_long": "{v} is longer than {max_length} characters",
        "finite_number": "{v} is not a finite number",
        "too_short": "at least {min_length} entry is needed",
        "tuple_type": "{v} is not a list; start each entry with '-'",
        "model_type": "{v} is not a group of keys",
        "model_attributes_type": "{v} is not a group of keys",
    }
    template = templates.get(kind)
    return template.format(v=shown, **context) if template else f"{shown}: {fallback.lower()}"


def _document_path(document: Document, location: tuple[Key, ...]) -> Path:
    """Drop what pydantic adds to a path (names of union members)."""
    value: Any = document.value
    path: list[Key] = []
    for part in location:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
        path.append(part)
    return tuple(path)


def _value_at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _described(model: type[BaseModel], path: Path) -> str:
    """Return the description of the field at a path, for values of several possible forms."""
    record: type[BaseModel] | None = model
    description = "a value of another kind"
    for part in path:
        field = record.model_fields.get(part) if record and isinstance(part, str) else None
        if field is not None:
            description = field.description or description
            record = _record_in(field.annotation)
    return description


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    current: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, str) and current is not None:
            field = current.model_fields.get(part)
            current = _record_in(field.annotation) if field else None
    if current is None:
        return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _record_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _record_in(argument)
        if found is not None:
            return found
    return None
