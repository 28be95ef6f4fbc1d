"""List the templates of every message that an error can carry, as the source has them.

Texts are followed back from where they become an error: through names, conditions, sums, calls,
dictionaries and the arguments of functions that hand them on. An f-string becomes a template with
one placeholder for each expression, named after the last word of the expression. A part that is
put on behind a semicolon, such as a guess, is a template of its own.
"""

import ast
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "gridcalc"
NEVER_SEEN = {
    "standards": "arguments that records of the compound and of the packs have checked already",
    "powerflow": "arrays that the network has built; what does not converge is said in network",
    "demand/charging": "arrays that the simulation has built",
    "routing/trench": "arrays that the layout has built",
    "report": "what is drawn comes from results, not from the user",
    "city/engine/task.py": "what the program hands itself",
    "city/lines/totals.py": "what the program hands itself",
    "city/frames.py": "stands in for packages that are not loaded",
}
"""Places whose bare ValueError is a mistake of the program, with the reason."""
_FOR_USERS = {"GridcalcError", "NoSolutionError", "ConvergenceError"}
_OF_CLICK = {"UsageError", "ClickException", "BadParameter"}
_PROBLEM_PLACE = 3
"""Place of the message among the arguments of ``Problem``."""
_JOINT = re.compile(r"^[;:] ")
_SHORTEST = 3
_DEEPEST = 9
_MOST = 24
_FIELDS = {"message", "reason", "fault", "hint", "remedy", "error"}
"""Fields of records that hold messages."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template, and where it stands."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where an expression stands: its module and the function around it."""

    module: Path
    function: Function | None


@dataclass(slots=True)
class _Source:
    """The functions, calls and constants of the package by their names."""

    package: Path
    functions: dict[str, list[tuple[_Scope, Function]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    calls: dict[str, list[tuple[_Scope, ast.Call]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    constants: dict[str, list[tuple[_Scope, ast.expr]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    raised: list[tuple[_Scope, ast.Call]] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    handed: set[tuple[str, str, Path]] = field(default_factory=set)


def templates(package: Path = PACKAGE) -> list[Template]:
    """Return the templates of all messages, each once, in the order of their texts."""
    source = _Source(package=package)
    for path in sorted(package.rglob("*.py")):
        _index(source, ast.parse(path.read_text(encoding="utf-8")), _Scope(path, None))
    for scope, call in source.raised:
        if _is_for_users(scope, call, package):
            for argument in call.args:
                _collect(source, scope, argument)
    for scope, call in source.calls["Problem"]:
        for argument in _argument(call, _PROBLEM_PLACE, "message"):
            _collect(source, scope, argument)
    return [Template(text=text, place=source.found[text]) for text in sorted(source.found)]


def _index(source: _Source, node: ast.AST, scope: _Scope) -> None:
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, Function):
            inner = _Scope(scope.module, child)
            source.functions[child.name].append((inner, child))
        elif isinstance(child, ast.Call):
            source.calls[_name(child.func)].append((scope, child))
        elif isinstance(child, ast.Assign | ast.AnnAssign) and scope.function is None:
            for target in child.targets if isinstance(child, ast.Assign) else [child.target]:
                if isinstance(target, ast.Name) and child.value is not None:
                    source.constants[target.id].append((scope, child.value))
        elif isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
            source.raised.append((scope, child.exc))
        _index(source, child, inner)


def _is_for_users(scope: _Scope, call: ast.Call, package: Path) -> bool:
    name = _name(call.func)
    place = scope.module.relative_to(package).as_posix()
    if name in _FOR_USERS | _OF_CLICK:
        return True
    return name == "ValueError" and not place.startswith(tuple(NEVER_SEEN))


def _collect(source: _Source, scope: _Scope, node: ast.expr) -> None:
    """Note all templates of an expression, and of what its parts can be."""
    place = f"{scope.module.relative_to(source.package.parent).as_posix()}:{node.lineno}"
    for text in _Reader(source, place).texts(node, scope, 0):
        source.note(text, place)
