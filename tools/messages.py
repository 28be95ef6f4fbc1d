"""List the templates of every message that an error can carry, as the source has them.

Texts are followed back from where they become an error: through names, conditions, sums, calls,
dictionaries, and the arguments of functions that hand them on. An f-string becomes a template
with one placeholder for each expression, named after the last word of the expression. What is put
on behind a semicolon, such as a guess, is a template of its own.
"""

import ast
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "gridcalc"
NEVER_SEEN = {
    "standards": "arguments that the records of compounds and packs have checked already",
    "powerflow": "arrays that the network has built",
    "demand/charging": "arrays that the simulation has built",
    "routing/trench": "arrays that the layout has built",
    "report": "what is drawn comes from results, not from the user",
    "city/engine/task.py": "what the program hands itself",
    "city/lines/totals.py": "what the program hands itself",
    "city/frames.py": "what the program hands itself",
    "upgrade": "plans that the search has built",
}
"""Places whose bare ValueError is a mistake of the program, each with the reason."""
FROM_LIBRARIES = (
    "file exists",
    "file name too long",
    "is a directory",
    "no space left on device",
    "no such file or directory",
    "not a directory",
    "permission denied",
    "read-only file system",
    "unknown reason",
    "value should have at most {max_length} items after validation",
    "expected ',' or ']', but got {token}",
    "expected ',' or '}}', but got {token}",
    "expected <block end>, but found {token}",
    "did not find expected {token}",
    "mapping values are not allowed in this context",
    "could not find expected ':'",
    "found unexpected end of stream",
    "found unexpected document indicator",
    "found character that cannot start any token",
    "found character {sign} that cannot start any token",
    "block sequence entries are not allowed in this context",
    "mapping keys are not allowed in this context",
    "control characters are not allowed",
    "expecting value",
    "extra data",
    "expecting property name enclosed in double quotes",
    "expecting ':' delimiter",
    "expecting ',' delimiter",
    "unterminated string starting at",
    "invalid control character at",
    "line contains nul",
    "field larger than field limit ({n})",
)
"""Texts of the operating system and of libraries that stand inside messages."""
_RAISED = {
    "GridcalcError",
    "NoSolutionError",
    "ConvergenceError",
    "UsageError",
    "BadParameter",
    "ValueError",
}
_FIRST_ARGUMENT = ("fail", "announce", "waiting", "Stopped")
"""What is called with a message as its first argument."""
_DOUBT = "Doubt"
"""Kind of a pair of a column and a message, in what functions say they return."""
_PROBLEM_PLACE = 3
"""Place of the message among the arguments of ``Problem``."""
_FIELDS = {"message", "reason", "fault", "hint", "remedy", "_reason", "remark"}
"""Fields of records that hold messages or parts of them."""
_JOINT = re.compile(r"[;:] ")
_PHRASE = re.compile(r"^(?![A-Z0-9]).* .*[a-z]{2}")
_KEY = re.compile(r"[a-z]+(_[a-z]+)+")
_HAS_WORD = re.compile(r"[A-Za-z]{2}")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MOST_VARIANTS = 12

Function = ast.FunctionDef | ast.AsyncFunctionDef
Known = list[str | None]
"""The texts an expression can be; ``None`` stands for what is not known before the program runs."""


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


def _by_name() -> "defaultdict[str, list[tuple[_Scope, ast.AST]]]":
    return defaultdict(list)


@dataclass(slots=True)
class _Source:
    """Functions, calls and constants of a package by their names, and the templates found."""

    package: Path
    functions: defaultdict[str, list[tuple[_Scope, ast.AST]]] = field(default_factory=_by_name)
    calls: defaultdict[str, list[tuple[_Scope, ast.AST]]] = field(default_factory=_by_name)
    constants: defaultdict[str, list[tuple[_Scope, ast.AST]]] = field(default_factory=_by_name)
    given: defaultdict[str, list[tuple[_Scope, ast.AST]]] = field(default_factory=_by_name)
    raised: list[tuple[_Scope, ast.Call]] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    known: dict[int, Known] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)

    def note(self, text: str, scope: _Scope, node: ast.AST) -> None:
        """Keep a template if it has words."""
        bare = _JOINT.sub("", text, count=1) if _JOINT.match(text) else text
        if _HAS_WORD.search(_PLACEHOLDER.sub("", bare)) and not _KEY.fullmatch(bare):
            place = scope.module.relative_to(self.package.parent).as_posix()
            self.found.setdefault(bare.strip(), f"{place}:{getattr(node, 'lineno', 0)}")


def templates(package: Path = PACKAGE) -> list[Template]:
    """Return the templates of all messages, each once, in the order of their texts."""
    source = _Source(package=package)
    for path in sorted(package.rglob("*.py")):
        _index(source, ast.parse(path.read_text(encoding="utf-8")), _Scope(path, None))
    for scope, node in _shown(source):
        for text in _texts(source, node, scope):
            if text is not None:
                source.note(text, scope, node)
    alike = {shape(text): text for text in sorted(source.found, reverse=True)}
    return [Template(text=text, place=source.found[text]) for text in sorted(alike.values())]


def shape(text: str) -> str:
    """Return a template without the names of its placeholders.

    Examples
    --------
    >>> shape("{name} has {n} cores")
    '{} has {} cores'
    """
    return _PLACEHOLDER.sub("{}", text)


def _index(source: _Source, node: ast.AST, scope: _Scope) -> None:
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, Function):
            inner = _Scope(scope.module, child)
            source.functions[child.name].append((inner, child))
        elif isinstance(child, ast.Call):
            source.calls[_name(child.func)].append((scope, child))
            if _name(child.func)[:1].isupper():
                for word in child.keywords:
                    source.given[word.arg or ""].append((scope, word.value))
        elif isinstance(child, ast.Assign | ast.AnnAssign) and isinstance(node, ast.Module):
            for target in child.targets if isinstance(child, ast.Assign) else [child.target]:
                if isinstance(target, ast.Name) and child.value is not None:
                    source.constants[target.id].append((scope, child.value))
        elif isinstance(child, ast.Raise) and isinstance(child.exc, ast.Call):
            source.raised.append((scope, child.exc))
        _index(source, child, inner)


def _shown(source: _Source) -> Iterator[tuple[_Scope, ast.expr]]:
    """Yield the expressions that become messages."""
    for scope, call in source.raised:
        place = scope.module.relative_to(source.package).as_posix()
        is_mistake = _name(call.func) == "ValueError" and place.startswith(tuple(NEVER_SEEN))
        if _name(call.func) in _RAISED and not is_mistake:
            yield from ((scope, argument) for argument in call.args[:1])
    for scope, node in source.calls["Problem"]:
        yield from ((scope, found) for found in _given(node, _PROBLEM_PLACE, "message"))
    for name in _FIRST_ARGUMENT:
        for scope, node in source.calls[name]:
            yield from ((scope, found) for found in _given(node, 0, "text"))
    for rows in source.functions.values():
        for scope, function in rows:
            if _DOUBT in ast.unparse(getattr(function, "returns", None) or ast.Tuple([])):
                pairs = [row for row in ast.walk(function) if isinstance(row, ast.Tuple)]
                yield from ((scope, row.elts[1]) for row in pairs if len(row.elts) == 2)  # noqa: PLR2004


def _name(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _given(call: ast.AST, place: int, name: str) -> Iterator[ast.expr]:
    """Yield the argument of a call that stands at a place or has a name."""
    assert isinstance(call, ast.Call)
    is_plain = not any(isinstance(argument, ast.Starred) for argument in call.args[: place + 1])
    if is_plain and place < len(call.args):
        yield call.args[place]
    yield from (word.value for word in call.keywords if word.arg == name)


def _texts(source: _Source, node: ast.AST, scope: _Scope) -> Known:
    """Return what an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value.replace("{", "{{").replace("}", "}}")]
    if id(node) not in source.known:
        source.known[id(node)] = [None]
        source.known[id(node)] = _found(source, node, scope)
    return source.known[id(node)]


def _found(source: _Source, node: ast.AST, scope: _Scope) -> Known:
    match node:
        case ast.JoinedStr():
            return _joined(source, node, scope)
        case ast.IfExp():
            ends: Iterable[ast.AST] = (node.body, node.orelse)
        case ast.BoolOp():
            ends = node.values
        case ast.NamedExpr():
            ends = (node.value,)
        case ast.Dict():
            ends = node.values
        case ast.Tuple():
            ends = [each for each in node.elts if isinstance(each, ast.IfExp | ast.JoinedStr)]
            ends += [each for each in node.elts if _PHRASE.search(str(_constant(each)))]
        case ast.BinOp(op=ast.Add()):
            parts = [_texts(source, side, scope) for side in (node.left, node.right)]
            if parts == [[None], [None]]:
                return [None]
            return _sums(source, parts, [node.left, node.right], scope)
        case ast.Name():
            return _named(source, node.id, scope)
        case ast.Subscript():
            return _texts(source, node.value, scope)
        case ast.Attribute() if node.attr in _FIELDS:
            return _of_field(source, node.attr)
        case ast.Call():
            return _called(source, node, scope)
        case _:
            return [None]
    return _unique(text for end in ends for text in _texts(source, end, scope))


def _constant(node: ast.AST) -> object:
    return node.value if isinstance(node, ast.Constant) else ""


def _unique(texts: Iterable[str | None]) -> Known:
    return list(dict.fromkeys(texts))


def _joined(source: _Source, node: ast.JoinedStr, scope: _Scope) -> Known:
    parts, nodes = [], []
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        is_shown = isinstance(part, ast.FormattedValue) and part.conversion in {114, 97}
        parts.append([None] if is_shown else _texts(source, inner, scope))
        nodes.append(inner)
    return _sums(source, parts, nodes, scope)


def _sums(source: _Source, parts: list[Known], nodes: list[ast.expr], scope: _Scope) -> Known:
    """Return the texts made of parts; parts that begin with a joint are noted on their own."""
    seen: dict[str, int] = {}
    choices: list[list[str]] = []
    for part, node in zip(parts, nodes, strict=True):
        known = [text for text in part if text is not None]
        joined = [text for text in known if _JOINT.match(text)]
        is_unknown = None in part or not known
        if joined and not isinstance(node, ast.Constant) and (is_unknown or len(known) > 1):
            for text in joined:
                source.note(text, scope, node)
            choices.append([text for text in known if text not in joined and text] + ["\0"])
        elif is_unknown or len(known) > _MOST_VARIANTS:
            for text in filter(_PHRASE.search, known):
                source.note(text, scope, node)
            choices.append([_placeholder(node, seen)])
        else:
            choices.append(known)
    variants = itertools.islice(itertools.product(*choices), _MOST_VARIANTS)
    whole = [piece for row in variants for piece in "".join(row).split("\0")]
    return _unique(whole)


def _placeholder(value: ast.AST, seen: dict[str, int]) -> str:
    words = re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", ast.unparse(value)))
    name = (words[-1] if words else "value").strip("_") or "value"
    seen[name] = seen.get(name, 0) + 1
    return f"{{{name}{seen[name] if seen[name] > 1 else ''}}}"


def _named(source: _Source, name: str, scope: _Scope) -> Known:
    """Return what a name can stand for: an argument, a local name or a constant of a module."""
    if scope.function is not None:
        names = [row.arg for row in _arguments(scope.function)]
        if name in names:
            return _handed(source, scope.function, name)
        known = [
            text
            for found in _assigned(source, scope, name)
            for text in ([None] if found is None else _texts(source, found, scope))
        ]
        if known:
            return _unique(known)
    known = [
        text
        for other, value in _nearest(source.constants.get(name, []), scope)
        for text in _texts(source, value, other)
    ]
    return _unique(known) or [None]


def _nearest(rows: list[tuple[_Scope, ast.AST]], scope: _Scope) -> list[tuple[_Scope, ast.AST]]:
    """Return what stands in the same module, else everything of the name."""
    return [row for row in rows if row[0].module == scope.module] or rows


def _arguments(function: Function) -> list[ast.arg]:
    rows = [*function.args.posonlyargs, *function.args.args]
    if rows and rows[0].arg in {"self", "cls"}:
        rows = rows[1:]
    return [*rows, *function.args.kwonlyargs]


def _assigned(source: _Source, scope: _Scope, name: str) -> Iterator[ast.AST | None]:
    """Yield what is assigned to a name in a function; nothing known where it cannot be told."""
    assert scope.function is not None
    for node in ast.walk(scope.function):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value):
                if found == name:
                    yield value
            case ast.AugAssign(target=ast.Name(id=found), value=value) if found == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=elts)], value=value):
                yield from _unpacked(elts, [value], name)
            case ast.For(target=target, iter=rows) | ast.comprehension(target=target, iter=rows):
                elts = target.elts if isinstance(target, ast.Tuple) else [target]
                if name in {_name(each) for each in elts}:
                    found_rows = list(_items(source, rows, scope))
                    is_tuple = isinstance(target, ast.Tuple)
                    yield from _unpacked(elts, found_rows, name) if is_tuple else found_rows


def _unpacked(
    targets: list[ast.expr], rows: Iterable[ast.AST | None], name: str
) -> Iterator[ast.AST | None]:
    names = [_name(target) for target in targets]
    if name not in names:
        return
    for row in rows:
        is_row = isinstance(row, ast.Tuple) and len(row.elts) == len(names)
        rest = row if isinstance(row, ast.Call) else None
        yield row.elts[names.index(name)] if is_row else rest  # type: ignore[union-attr]


def _items(source: _Source, node: ast.AST, scope: _Scope) -> Iterator[ast.AST | None]:
    """Yield the entries of a list as expressions."""
    match node:
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            for each in elts:
                starred = isinstance(each, ast.Starred)
                yield from _items(source, each.value, scope) if starred else [each]
        case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt):
            yield elt
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[first, *_]):
            yield from _items(source, first, scope)
        case ast.Call() if id(node) not in source.listed:
            source.listed.add(id(node))
            for inner, function in _nearest(source.functions.get(_name(node.func), []), scope):
                for row in ast.walk(function):
                    if isinstance(row, ast.Yield):
                        yield row.value
                    elif isinstance(row, ast.Return | ast.YieldFrom) and row.value is not None:
                        yield from _items(source, row.value, inner)
        case ast.Name(id=name) if scope.function is not None and id(node) not in source.listed:
            source.listed.add(id(node))
            for row in _assigned(source, scope, name):
                yield from [None] if row is None else _items(source, row, scope)
            yield from _appended(scope.function, name)
        case _:
            yield None


def _appended(function: Function, name: str) -> Iterator[ast.AST]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"{name}.append":
            yield from node.args


def _handed(source: _Source, function: Function, name: str) -> Known:
    """Return what the callers of a function hand it."""
    rows = _arguments(function)
    places = [row.arg for row in rows]
    keyword_only = {row.arg for row in function.args.kwonlyargs}
    place = len(places) if name in keyword_only else places.index(name)
    called = "__init__" if function.name == "__init__" else function.name
    known = [
        text
        for scope, call in source.calls.get(called, [])
        if scope.function is not function
        for argument in _given(call, place, name)
        for text in _texts(source, argument, scope)
    ]
    return _unique(known) or [None]


def _of_field(source: _Source, name: str) -> Known:
    """Return what records are given for a field, by the name of the field."""
    known = [
        text
        for scope, value in source.given.get(name.strip("_"), [])
        for text in _texts(source, value, scope)
    ]
    phrases = [text for text in known if text is not None and _PHRASE.search(text)]
    return _unique([*phrases, None])


def _called(source: _Source, call: ast.Call, scope: _Scope) -> Known:
    name = _name(call.func)
    if isinstance(call.func, ast.Attribute):
        inner = call.func.value
        if name == "format":
            raw = _texts(source, inner, scope)
            return [t and t.replace("{{", "{").replace("}}", "}") for t in raw]
        if name in {"get", "strip", "rstrip"}:
            return _unique([*_texts(source, inner, scope), None])
        if name == "join":
            rows = [row for arg in call.args for row in _items(source, arg, scope)]
            known = [text for row in rows if row is not None for text in _texts(source, row, scope)]
            return _unique([*known, None])
    known = []
    for inner_scope, function in _nearest(source.functions.get(name, []), scope):
        for node in ast.walk(function):
            if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
                known += _texts(source, node.value, inner_scope)
    return _unique(known) or [None]


if __name__ == "__main__":
    for row in templates():
        print(f"{row.place}\t{row.text}")  # noqa: T201  this is what it is for
