"""What stands in the source of a package: functions, calls and constants by their names."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

PLACEHOLDER = re.compile(r"\{(\w+)\}")
JOINT = re.compile(r"[;:] ")
_KEY = re.compile(r"[a-z]+(_[a-z]+)+")
HAS_WORD = re.compile(r"[A-Za-z]{2}")

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
Known = list[str | None]
"""The texts an expression can be; ``None`` stands for what is not known before the program runs."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: its module and the function around it."""

    module: Path
    function: Function | None


Placed = tuple[Scope, ast.expr]
"""An expression, and where it stands."""
Rows = dict[str, list[tuple[Scope, Node]]]


def _rows() -> "defaultdict[str, list[tuple[Scope, Node]]]":
    return defaultdict(list)


@dataclass(slots=True)
class Source:
    """Functions, calls and constants of a package by their names, and the templates found.

    ``given`` are the keyword arguments that records are made with, by the name of the argument.
    """

    package: Path
    functions: Rows[Function] = field(default_factory=_rows)
    calls: Rows[ast.Call] = field(default_factory=_rows)
    constants: Rows[ast.expr] = field(default_factory=_rows)
    given: Rows[ast.expr] = field(default_factory=_rows)
    raised: list[tuple[Scope, ast.Call]] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    known: dict[int, Known] = field(default_factory=dict)
    listed: dict[int, list[Placed | None]] = field(default_factory=dict)

    def place(self, scope: Scope) -> str:
        """Return the module of a scope as a path inside the package."""
        return scope.module.relative_to(self.package).as_posix()

    def note(self, text: str, scope: Scope, node: ast.AST) -> None:
        """Keep a template if it has words."""
        bare = (JOINT.sub("", text, count=1) if JOINT.match(text) else text).strip()
        if HAS_WORD.search(PLACEHOLDER.sub("", bare)) and not _KEY.fullmatch(bare):
            self.found.setdefault(bare, f"{self.place(scope)}:{getattr(node, 'lineno', 0)}")


def index(source: Source, node: ast.AST, scope: Scope) -> None:
    """Put what stands in a tree into the lists of a source."""
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, Function):
            inner = Scope(scope.module, child)
            source.functions[child.name].append((inner, child))
        elif isinstance(child, ast.Call):
            source.calls[name_of(child.func)].append((scope, child))
            if name_of(child.func)[:1].isupper():
                for word in child.keywords:
                    source.given[word.arg or ""].append((scope, word.value))
        elif isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
            source.raised.append((scope, child.exc))
        elif isinstance(node, ast.Module):
            for name, value in constants(child):
                source.constants[name].append((scope, value))
        index(source, child, inner)


def constants(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the name and the value of an assignment."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value


def name_of(node: ast.AST) -> str:
    """Return the last word of a name or an attribute; empty for anything else."""
    return str(getattr(node, "id", getattr(node, "attr", "")))


def given(call: ast.Call, place: int, name: str) -> Iterator[ast.expr]:
    """Yield the argument of a call that stands at a place or has a name."""
    is_plain = not any(isinstance(argument, ast.Starred) for argument in call.args[: place + 1])
    if is_plain and place < len(call.args):
        yield call.args[place]
    yield from (word.value for word in call.keywords if word.arg == name)
