"""Find the texts that an expression of the source can be, without running it.

Names, conditions, sums, calls, dictionaries and the arguments of functions are followed back to the
constants they come from. An f-string becomes a template with one placeholder for each expression
that is not known, named after the last word of the expression. What is put on behind a semicolon,
such as a guess, is noted as a template of its own.
"""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator

from tools.source_index import (
    HAS_WORD,
    JOINT,
    PLACEHOLDER,
    Function,
    Known,
    Node,
    Placed,
    Scope,
    Source,
    constants,
    given,
    name_of,
)

FIELDS = {"message", "reason", "_reason", "fault", "hint", "remedy", "remark"}
"""Fields of records that hold messages or parts of them."""
_PHRASE = re.compile(r"^(?![A-Z0-9]).* .*[a-z]{2}")
_MOST_VARIANTS = 5
_AS_REPR = 114
_CUT = "\0"
"""Stands where a part with a joint was taken out of a text."""


def texts(source: Source, node: ast.AST, scope: Scope) -> Known:
    """Return what an expression can be; braces of a text itself are doubled."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value.replace("{", "{{").replace("}", "}}")]
    if id(node) not in source.known:
        source.known[id(node)] = [None]
        source.known[id(node)] = _found(source, node, scope)
    return source.known[id(node)]


def _found(source: Source, node: ast.AST, scope: Scope) -> Known:
    ends = _ends(node)
    if ends:
        return _unique(text for end in ends for text in texts(source, end, scope))
    found: Known = [None]
    match node:
        case ast.JoinedStr():
            found = _joined(source, node, scope)
        case ast.BinOp(op=ast.Add()):
            sides = [node.left, node.right]
            found = _sums(source, [texts(source, side, scope) for side in sides], sides, scope)
        case ast.Name():
            found = _named(source, node.id, scope)
        case ast.Subscript(value=value, slice=ast.Constant(value=int() as place)):
            found = _all(source, _entry(source, (scope, value), place))
        case ast.Attribute() if node.attr in FIELDS:
            found = _of_field(source, node.attr)
        case ast.Call():
            found = _called(source, node, scope)
    return found


def _ends(node: ast.AST) -> list[ast.expr]:
    """Return the expressions of which an expression is one."""
    match node:
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp() | ast.Dict():
            return list(node.values)
        case ast.NamedExpr() | ast.Subscript(slice=ast.Name() | ast.Attribute() | ast.Call()):
            return [node.value]
        case ast.Tuple():
            return [each for each in node.elts if _is_phrase(each)]
    return []


def _is_phrase(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return bool(_PHRASE.search(str(node.value)))
    return isinstance(node, ast.IfExp | ast.JoinedStr)


def _unique(found: Iterable[str | None]) -> Known:
    return list(dict.fromkeys(found)) or [None]


def _joined(source: Source, node: ast.JoinedStr, scope: Scope) -> Known:
    parts: list[Known] = []
    nodes: list[ast.expr] = []
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        is_shown = isinstance(part, ast.FormattedValue) and part.conversion == _AS_REPR
        parts.append([None] if is_shown else texts(source, inner, scope))
        nodes.append(inner)
    return _sums(source, parts, nodes, scope)


def _sums(source: Source, parts: list[Known], nodes: list[ast.expr], scope: Scope) -> Known:
    """Return the texts made of parts; parts that begin with a joint are noted on their own."""
    if all(part == [None] for part in parts):
        return [None]
    seen: dict[str, int] = {}
    choices: list[list[str]] = []
    for part, node in zip(parts, nodes, strict=True):
        known = [text for text in part if text is not None]
        joined = [text for text in known if JOINT.match(text) and HAS_WORD.search(text)]
        is_unknown = None in part
        if joined and not isinstance(node, ast.Constant) and (is_unknown or len(known) > 1):
            for text in joined:
                source.note(text, scope, node)
            choices.append([text for text in known if text and text not in joined] + [_CUT])
        elif is_unknown or len(known) > _MOST_VARIANTS or _are_values(known):
            for text in filter(_PHRASE.search if is_unknown else None, known):
                source.note(text, scope, node)
            choices.append([_placeholder(node, seen)])
        else:
            choices.append(known)
    whole = ["".join(row) for row in itertools.product(*choices)]
    return _unique(
        piece for text in whole for piece in text.split(_CUT) if piece or _CUT not in text
    )


def _are_values(known: list[str]) -> bool:
    """Return whether texts hold several values and no words, such as the address of a cell."""
    return bool(known) and all(
        len(PLACEHOLDER.findall(text)) > 1 and not HAS_WORD.search(PLACEHOLDER.sub("", text))
        for text in known
    )


def _placeholder(value: ast.expr, seen: dict[str, int]) -> str:
    words = re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", ast.unparse(value)))
    name = (words[-1] if words else "value").strip("_") or "value"
    seen[name] = seen.get(name, 0) + 1
    return f"{{{name}{seen[name] if seen[name] > 1 else ''}}}"


def _named(source: Source, name: str, scope: Scope) -> Known:
    """Return what a name can stand for: an argument, a local name or a constant of a module."""
    rows: Iterable[Placed | None] = ()
    if scope.function is not None and name in _arguments(scope.function):
        rows = _handed(source, scope.function, name)
    elif scope.function is not None:
        rows = list(_assigned(source, name, scope))
    found = list(rows) or _nearest(source.constants.get(name, []), scope)
    return _all(source, found)


def _all(source: Source, rows: Iterable[Placed | None]) -> Known:
    return _unique(
        text for row in rows for text in ([None] if row is None else texts(source, row[1], row[0]))
    )


def _nearest(rows: list[tuple[Scope, Node]], scope: Scope) -> list[tuple[Scope, Node]]:
    """Return what stands in the same module, else everything of the name."""
    return [row for row in rows if row[0].module == scope.module] or rows


def _arguments(function: Function) -> dict[str, int]:
    """Return the arguments of a function with their places; those by name have none that counts."""
    names = [row.arg for row in (*function.args.posonlyargs, *function.args.args)]
    names = names[names[:1] in (["self"], ["cls"]) :]
    by_name = {row.arg: len(names) + 100 for row in function.args.kwonlyargs}
    return {name: place for place, name in enumerate(names)} | by_name


def _handed(source: Source, function: Function, name: str) -> Iterator[Placed]:
    """Yield what the callers of a function hand it for an argument."""
    place = _arguments(function)[name]
    for scope, call in source.calls.get(function.name, []):
        if scope.function is not function:
            yield from ((scope, value) for value in given(call, place, name))


def _assigned(source: Source, name: str, scope: Scope) -> Iterator[Placed | None]:
    """Yield what is assigned to a name in a function; nothing known where it cannot be told."""
    for node in ast.walk(scope.function or ast.Module([], [])):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=elts)], value=value):
                yield from _unpacked(source, elts, [(scope, value)], name)
            case ast.AugAssign(target=ast.Name(id=found), value=value) if found == name:
                yield scope, value
            case ast.For(target=target, iter=rows) | ast.comprehension(target=target, iter=rows):
                if name not in {name_of(each) for each in ast.walk(target)}:
                    continue
                entries = list(_items(source, rows, scope))
                if isinstance(target, ast.Tuple):
                    entries = list(_unpacked(source, target.elts, entries, name))
                yield from entries
            case _:
                yield from ((scope, value) for found, value in constants(node) if found == name)


def _unpacked(
    source: Source, targets: list[ast.expr], rows: Iterable[Placed | None], name: str
) -> Iterator[Placed | None]:
    names = [name_of(target) for target in targets]
    for row in rows if name in names else ():
        yield from [None] if row is None else _entry(source, row, names.index(name))


def _entry(source: Source, row: Placed, place: int) -> Iterator[Placed | None]:
    """Yield what stands at a place of a tuple, or of the tuples that a function returns."""
    scope, node = row
    if isinstance(node, ast.Tuple) and place < len(node.elts):
        yield scope, node.elts[place]
    elif isinstance(node, ast.Call):
        for inner, function in _functions(source, node.func, scope):
            for each in ast.walk(function):
                if isinstance(each, ast.Return) and isinstance(each.value, ast.Tuple):
                    yield inner, each.value.elts[place]
        yield None
    else:
        yield None


def _items(source: Source, node: ast.expr, scope: Scope) -> Iterator[Placed | None]:
    """Yield the entries of a list as expressions, each with where it stands."""
    match node:
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            for each in elts:
                if isinstance(each, ast.Starred):
                    yield from _items(source, each.value, scope)
                else:
                    yield scope, each
        case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt):
            yield scope, elt
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            yield from _items(source, left, scope)
            yield from _items(source, right, scope)
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[first, *_]):
            yield from _items(source, first, scope)
        case ast.Call() | ast.Name():
            if id(node) not in source.listed:
                source.listed[id(node)] = [None]
                source.listed[id(node)] = list(_listed(source, node, scope))
            yield from source.listed[id(node)]
        case _:
            yield None


def _listed(source: Source, node: ast.Call | ast.Name, scope: Scope) -> Iterator[Placed | None]:
    """Yield the entries of what a function returns or a name stands for."""
    if isinstance(node, ast.Call):
        for inner, function in _functions(source, node.func, scope):
            for row in ast.walk(function):
                if isinstance(row, ast.Yield) and row.value is not None:
                    yield inner, row.value
                elif isinstance(row, ast.Return | ast.YieldFrom) and row.value is not None:
                    yield from _items(source, row.value, inner)
        return
    is_handed = scope.function is not None and node.id in _arguments(scope.function)
    handed = _handed(source, scope.function, node.id) if is_handed and scope.function else ()
    for value in (*handed, *_assigned(source, node.id, scope)):
        yield from [None] if value is None else _items(source, value[1], value[0])
    for row in ast.walk(scope.function or ast.Module([], [])):
        if isinstance(row, ast.Call) and ast.unparse(row.func) == f"{node.id}.append":
            yield from ((scope, argument) for argument in row.args)


def _of_field(source: Source, name: str) -> Known:
    """Return the phrases that records are given for a field, by the name of the field."""
    found = [
        text
        for scope, value in source.given.get(name.strip("_"), [])
        for text in texts(source, value, scope)
    ]
    return _unique([*(text for text in found if text and _PHRASE.search(text)), None])


def _called(source: Source, call: ast.Call, scope: Scope) -> Known:
    """Return what a call can give: of a text, of a dictionary, or of a function of the package."""
    name = name_of(call.func)
    if isinstance(call.func, ast.Attribute) and name in {"format", "get", "strip", "rstrip"}:
        found = texts(source, call.func.value, scope)
        if name != "format":
            return _unique([*found, None])
        return [text and text.replace("{{", "{").replace("}}", "}") for text in found]
    if isinstance(call.func, ast.Attribute) and name == "join":
        rows = [row for argument in call.args for row in _items(source, argument, scope)]
        return _unique([*_all(source, rows), None])
    return _unique(
        text
        for inner, function in _functions(source, call.func, scope)
        for node in ast.walk(function)
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None
        for text in texts(source, node.value, inner)
    )


def _functions(source: Source, node: ast.expr, scope: Scope) -> list[tuple[Scope, Function]]:
    """Return the functions that a name can mean, also one that was handed over."""
    name = name_of(node)
    if scope.function is not None and name in _arguments(scope.function):
        return [
            row
            for other, value in _handed(source, scope.function, name)
            if isinstance(value, ast.Name)
            for row in _nearest(source.functions.get(value.id, []), other)
        ]
    return _nearest(source.functions.get(name, []), scope)
