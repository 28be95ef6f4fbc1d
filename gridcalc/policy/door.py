"""The door for policy files: text in, complete entries or one list of every problem out."""

import difflib
from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from gridcalc.errors import InputError, Problem
from gridcalc.policy.schema import PolicyFile, RuleEntry
from gridcalc.userfile import user_bytes
from gridcalc.yamlfile import Document, Key, Path, parse_yaml

Model = TypeVar("Model", bound=BaseModel)

_MESSAGES = {
    "literal_error": "{v} is not one of {expected}",
    "string_type": "{v} is not a text; put it in quotes",
    "float_type": "{v} is not a number",
    "bool_type": "{v} is neither true nor false",
    "dict_type": "{v} is not a group of keys",
    "model_type": "{v} is not a group of keys",
    "model_attributes_type": "{v} is not a group of keys",
    "tuple_type": "{v} is not a list",
    "finite_number": "{v} is not a finite number",
    "greater_than": "{v} is not above {gt}",
    "greater_than_equal": "{v} is not at least {ge}",
    "string_too_short": "may not be empty",
    "string_too_long": "is longer than {max_length} characters",
}
_PATTERNS = {
    "id": "{v} may only hold small letters, digits, '-' and '_'",
    "extends": "{v} may only hold small letters, digits, '-' and '_'",
    "date": "{v} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD",
    "valid_from": "{v} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD",
}


def read_document(path: FilePath) -> Document:
    """Return a user's policy file as plain values; UTF-8 with or without mark, else GB18030.

    Raises
    ------
    InputError
        The file cannot be read, is not text or not YAML, or holds no mapping.
    """
    raw = user_bytes(path, file=str(path))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return parse_document(raw.decode(encoding), file=str(path))
        except UnicodeDecodeError:
            continue
    message = "is not text in UTF-8 or GB18030; save it as UTF-8"
    raise InputError([Problem(str(path), 0, "", message)])


def parse_document(text: str, *, file: str) -> Document:
    """Return the text of a policy file as plain values with line numbers."""
    document = parse_yaml(text, file=file)
    if not isinstance(document.value, dict):
        message = "this is not a policy file; write 'gridcalc_policy: 1' on the first line"
        raise InputError([Problem(file, 1, "", message)])
    return document


def read_entries(
    document: Document,
) -> tuple[PolicyFile | None, dict[str, RuleEntry], list[Problem]]:
    """Return the file (None if faulty), its usable rules, and all problems of keys and types."""
    problems = list(document.problems)
    file, found = validate(PolicyFile, document, ())
    problems += found
    if file is not None:
        return file, dict(file.rules), problems
    rules = document.value.get("rules")
    entries: dict[str, RuleEntry] = {}
    for name, value in rules.items() if isinstance(rules, dict) else ():
        entry = _quietly(RuleEntry, value)
        if entry is not None:
            entries[name] = entry
    return None, entries, problems


def validate(
    model: type[Model], document: Document, path: Path
) -> tuple[Model | None, list[Problem]]:
    """Return the record at a path of a document, or None, with every problem found in it."""
    try:
        return model.model_validate(_value_at(document.value, path)), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        return None, [_problem(model, document, path, item) for item in errors]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the closest known word, or an empty text.

    Examples
    --------
    >>> nearest("documnet", ["document", "section"])
    "; did you mean 'document'?"
    """
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def _quietly(model: type[Model], value: Any) -> Model | None:
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def _problem(model: type[BaseModel], document: Document, start: Path, item: Any) -> Problem:
    location: tuple[Key, ...] = tuple(part for part in item["loc"] if part != "[key]")
    path = (*start, *location)
    kind: str = item["type"]
    if kind == "missing":
        *parent, key = path
        where = document.problem(tuple(parent), "")
        text = f"{where.key}.{key}" if where.key else str(key)
        return Problem(document.file, where.line, text, f"{key} is missing")
    if kind == "extra_forbidden":
        guess = nearest(str(path[-1]), _keys_at(model, location[:-1]))
        return document.problem(path, f"unknown key{guess or '; remove it'}")
    value = _value_at(document.value, path)
    if item["loc"] and item["loc"][-1] == "[key]":
        message = "a rule name is small words joined by points, such as 'supply.max_lv_kw'"
        return document.problem(path, message)
    return document.problem(path, _message(kind, value, str(path[-1] if path else ""), item))


def _message(kind: str, value: Any, key: str, item: Any) -> str:
    context: dict[str, Any] = item.get("ctx") or {}
    if kind == "string_pattern_mismatch" and key in _PATTERNS:
        return _PATTERNS[key].format(v=repr(value))
    template = _MESSAGES.get(kind)
    if template is None:
        return f"{value!r}: {str(item['msg']).lower()}"
    message = template.format(v=repr(value), **context)
    if kind == "literal_error":
        options = str(context["expected"]).replace(" or ", ", ").split(", ")
        message += nearest(str(value), [option.strip("'") for option in options])
    return message


def _value_at(value: Any, path: Path) -> Any:
    for part in path:
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _keys_at(model: type[BaseModel], location: tuple[Key, ...]) -> list[str]:
    """Return the keys a group may have: those of the file, or of one rule below ``rules``."""
    for part in location:
        field = model.model_fields.get(str(part))
        inner = [
            kind
            for kind in get_args(field.annotation if field else None)
            if isinstance(kind, type) and issubclass(kind, BaseModel)
        ]
        model = inner[0] if inner else model
    return list(model.model_fields)
