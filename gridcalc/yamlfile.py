"""The one YAML reader: YAML 1.2 core values, line numbers for every key, nothing executed.

Tags, anchors and aliases are refused, duplicate keys are problems, and a scalar is a boolean
only when it is ``true`` or ``false`` (``no`` and ``on`` stay text). Texts that XML cannot hold
are problems.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from gridcalc.errors import InputError, Problem
from gridcalc.userfile import check_size, sign_fault

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 20

Key = str | int
Path = tuple[Key, ...]


class _CoreLoader(_BASE):  # type: ignore[misc]
    """A safe loader that resolves plain scalars by the YAML 1.2 core schema."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  PyYAML reads it from the class


_SCALARS: tuple[tuple[str, str, str], ...] = (
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    (
        "float",
        r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$|^[-+]?\.(?:inf|Inf|INF)$"
        r"|^\.(?:nan|NaN|NAN)$",
        "-+.0123456789",
    ),
)
for _name, _pattern, _first in _SCALARS:
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(_pattern), [c if c != "\0" else "" for c in _first]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file as plain Python values: YAML with the line of every key, a workbook with its cells.

    Parameters
    ----------
    file
        The name shown in error messages.
    value
        Dicts, lists and scalars.
    lines
        Line of each path, counted from 1; a key of a mapping has the line of the key itself.
    problems
        Duplicate keys, texts that cannot be shown, and other faults that did not keep the file
        from being read.
    cells
        Of a workbook, the cell or sheet of each path, such as ``LV cables!D7``; empty for YAML.
    sheets
        Of a workbook, the names of its sheets in their order.
    no_sheet, unread
        Of a workbook, the lists that have no sheet, and those whose sheet, or a column of it such
        as ``transformers.fed_from``, could not be read.
    """

    file: str
    value: Any
    lines: dict[Path, int]
    problems: tuple[Problem, ...]
    cells: Mapping[Path, str] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    no_sheet: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()

    def line(self, path: Path) -> int:
        """Return the line of a path, or of its nearest parent that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def place(self, path: Path) -> str:
        """Return where a path stands, as a sentence ends with it."""
        return f"in {self._cell(path)}" if self.cells else f"on line {self.line(path)}"

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem located at a path of this document."""
        if self.cells:
            return Problem(self.file, 0, self._cell_and_key(path), message)
        return Problem(self.file, self.line(path), key_text(path), message)

    def _cell(self, path: Path) -> str:
        while path and path not in self.cells:
            path = path[:-1]
        return self.cells.get(path, "")

    def _cell_and_key(self, path: Path) -> str:
        """Return the cell of a path with its last key; the row alone says which entry it is."""
        last = str(path[-1]) if path and isinstance(path[-1], str) else ""
        return f"{self._cell(path)} {last}".strip()


def key_text(path: Path) -> str:
    """Return a path as users write it.

    Examples
    --------
    >>> key_text(("households", 2, "count"))
    'households[2].count'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def parse_yaml(text: str, *, file: str) -> Document:
    r"""Return the content of a YAML text with line numbers.

    Raises
    ------
    InputError
        The text is not YAML, or uses tags, anchors or aliases, or is too large or too deep.

    Examples
    --------
    >>> parse_yaml("a: 1\nb: no", file="x.yaml").value
    {'a': 1, 'b': 'no'}
    """
    check_size(text, file=file)
    try:
        _refuse_references(text, file)
        node = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        message = f"this is not valid YAML: {error.problem or error.context}"
        raise InputError([Problem(file, line, "", message)]) from None
    except (yaml.YAMLError, RecursionError, UnicodeError) as error:
        message = f"this is not valid YAML: {' '.join(str(error).split())}"
        raise InputError([Problem(file, 0, "", message)]) from None
    builder = _Builder(file)
    value = builder.build(node, ()) if node is not None else None
    return Document(file=file, value=value, lines=builder.lines, problems=tuple(builder.problems))


def _refuse_references(text: str, file: str) -> None:
    problems = []
    depth = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        if depth > _MAX_DEPTH:
            problems.append(Problem(file, line, "", "nested deeper than 20 levels"))
            break
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            problems.append(Problem(file, line, "", "anchors and aliases are not allowed here"))
        tag = getattr(event, "tag", None)
        if tag:
            message = f"the tag {tag!r} is not allowed; write plain values"
            problems.append(Problem(file, line, "", message))
    if problems:
        raise InputError(problems)


class _Builder:
    """Turn a node tree into values while noting lines and duplicate keys."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def build(self, node: Any, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        value = _scalar(node)
        fault = sign_fault(value) if isinstance(value, str) else ""
        if fault:
            self.problems.append(Problem(self.file, self.lines[path], key_text(path), fault))
        return value

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                message = "a list or a group cannot be a key; write a name"
                raise InputError([Problem(self.file, line, key_text(path), message)])
            key = str(key_node.value)
            fault = sign_fault(key)
            if fault:
                self.problems.append(Problem(self.file, line, key_text(path), fault))
                continue
            if key in result:
                message = f"the key {key!r} stands twice; keep one"
                self.problems.append(Problem(self.file, line, key_text((*path, key)), message))
                continue
            self.lines[(*path, key)] = line
            result[key] = self.build(value_node, (*path, key))
        return result


def _scalar(node: Any) -> Any:
    kind = node.tag.rsplit(":", 1)[-1]
    text: str = node.value
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return int(text) if len(text) < 20 else float(text)
    if kind == "float":
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text
