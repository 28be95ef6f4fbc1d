"""A pandapower JSON file as plain tables; nothing that the file names is imported or built.

pandapower's own reader makes objects of whatever class a file names. Here a file is text: the few
forms in which tables and numbers are written are known, and everything else is refused or skipped.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gridcalc.errors import InputError, Problem
from gridcalc.foreign.raw import (
    MAX_ROWS,
    PARAMETERS,
    READ,
    REFUSED,
    SKIPPED,
    RawNet,
    RawTable,
    plain_options,
    too_long,
)

_SIGNATURE = {"_module", "_class", "_object"}
_NET = ("pandapower.auxiliary", "pandapowerNet")
_FRAMES = {("pandas.core.frame", "DataFrame"), ("pandas", "DataFrame")}
_NUMBERS = {"float64", "float32", "int64", "int32", "uint32", "uint8", "bool_", "bool", "str_"}
_PLAIN = {*PARAMETERS, "user_pf_options"}
_MAX_DIGITS = 400
_OF_LIBRARIES = ("pandapower.", "pandas", "numpy", "networkx", "geopandas", "shapely", "builtins")


def read_json(text: str, file: str) -> RawNet:
    """Return the tables of a pandapower JSON file, unchecked.

    Raises
    ------
    InputError
        The text is not JSON, not a pandapower network, or names something to be run.
    """
    problems: list[Problem] = []
    content = _net_of(_parsed(text, file, "", problems), file, problems)
    tables: dict[str, RawTable] = {}
    ignored: list[str] = []
    for name, value in sorted(content.items()):
        if name in READ or (name in REFUSED and _holds_something(value)):
            table = _table(value, name, file, problems)
            if table is not None:
                tables[name] = table
        elif not name.startswith("_"):
            _refuse_strangers(value, name, file, problems)
            if name not in _PLAIN and _holds_something(value):
                ignored.append(name)
    parameters = {name: _number(content.get(name)) for name in PARAMETERS}
    options = plain_options(content.get("user_pf_options"))
    if problems:
        raise InputError(problems)
    return RawNet(tables=tables, parameters=parameters, options=options, ignored=tuple(ignored))


def _parsed(text: str, file: str, key: str, problems: list[Problem]) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            problems.append(Problem(file, 0, key, f"the key {_short(twice)} stands twice"))
        return dict(found)

    def whole(digits: str) -> float | int:
        return int(digits) if len(digits) < _MAX_DIGITS else math.inf

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_int=whole)
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error.msg}"
        raise InputError([Problem(file, error.lineno, key, message)]) from None
    except RecursionError:
        message = "is nested too deeply for a network"
        raise InputError([Problem(file, 0, key, message)]) from None


def _net_of(value: Any, file: str, problems: list[Problem]) -> Mapping[str, Any]:
    signed = isinstance(value, dict) and set(value) >= _SIGNATURE
    if not signed or (value["_module"], value["_class"]) != _NET:
        found = ""
        if signed:
            found = f"; it names {_short(value['_module'])}.{_short(value['_class'])}"
        message = f"this is no pandapower network{found}; write it with pandapower.to_json"
        raise InputError([Problem(file, 0, "", message)])
    content = value["_object"]
    if isinstance(content, str):
        content = _parsed(content, file, "_object", problems)
    if not isinstance(content, dict):
        message = "the network holds no tables; write it with pandapower.to_json"
        raise InputError([Problem(file, 0, "_object", message)])
    return content


def _table(value: Any, name: str, file: str, problems: list[Problem]) -> RawTable | None:
    def wrong(message: str) -> None:
        problems.append(Problem(file, 0, name, message))

    if not isinstance(value, dict) or not set(value) >= _SIGNATURE:
        wrong("is not a table; write the network with pandapower.to_json")
        return None
    named = (value["_module"], value["_class"])
    if named not in _FRAMES:
        wrong(f"names {_short(named[0])}.{_short(named[1])}; only tables are read, nothing is run")
        return None
    if value.get("is_multiindex") or value.get("is_multicolumn"):
        wrong("has several levels of index; give one number per row")
        return None
    inner = value["_object"]
    if isinstance(inner, str):
        inner = _parsed(inner, file, name, problems)
    form = _FORMS.get(str(value.get("orient", "split")))
    table = form(inner) if form is not None and isinstance(inner, dict) else None
    if table is None:
        wrong("is not a table of rows and columns; write it with pandapower.to_json")
        return None
    if len(table.index) > MAX_ROWS:
        wrong(too_long(len(table.index)))
        return None
    return table


def _split(inner: Mapping[str, Any]) -> RawTable | None:
    columns, index, data = (inner.get(part) for part in ("columns", "index", "data"))
    if not (isinstance(columns, list) and isinstance(index, list) and isinstance(data, list)):
        return None
    if len(index) != len(data) or any(
        not isinstance(row, list) or len(row) != len(columns) for row in data
    ):
        return None
    values = list(zip(*data, strict=True)) if data else [()] * len(columns)
    return RawTable(
        index=tuple(index),
        columns={str(name): tuple(values[k]) for k, name in enumerate(columns)},
    )


def _by_column(inner: Mapping[str, Any]) -> RawTable | None:
    if any(not isinstance(column, dict) for column in inner.values()):
        return None
    index = tuple(dict.fromkeys(row for column in inner.values() for row in column))
    return RawTable(
        index=index,
        columns={name: tuple(column.get(row) for row in index) for name, column in inner.items()},
    )


_FORMS: Mapping[str, Callable[[Mapping[str, Any]], RawTable | None]] = {
    "split": _split,
    "columns": _by_column,
}


def _number(value: Any) -> Any:
    """Return a plain value, that of a numpy number included."""
    if isinstance(value, dict) and set(value) >= _SIGNATURE:
        known = value["_module"] == "numpy" and value["_class"] in _NUMBERS
        value = value["_object"] if known else None
    return value if isinstance(value, (str, int, float, bool)) else None


def _refuse_strangers(value: Any, name: str, file: str, problems: list[Problem]) -> None:
    """List what a file wants to be run, in parts that are otherwise not looked at.

    Controllers and the like of the known libraries are skipped as text.
    """
    for module, kind in _named(value):
        is_known = isinstance(module, str) and f"{module}.".startswith(_OF_LIBRARIES)
        if name not in SKIPPED and not is_known:
            message = f"names {_short(module)}.{_short(kind)}; nothing that a file names is run"
            problems.append(Problem(file, 0, name, message))


def _named(value: Any) -> Iterator[tuple[Any, Any]]:
    stack = [value]
    while stack:
        found = stack.pop()
        if isinstance(found, dict):
            if "_module" in found or "_class" in found:
                yield found.get("_module"), found.get("_class")
            stack += found.values()
        elif isinstance(found, list):
            stack += found


def _holds_something(value: Any) -> bool:
    """Return whether a skipped part has any content worth a mention."""
    if not isinstance(value, dict) or not set(value) >= _SIGNATURE:
        return bool(value)
    inner = value["_object"]
    if isinstance(inner, str):
        return '"data":[]' not in inner and '"index":[]' not in inner
    return bool(inner)


def _short(value: Any) -> str:
    r"""Return a name of a file as a message may carry it.

    Examples
    --------
    >>> _short("os\n; rm")
    "'os ; rm'"
    """
    return repr(" ".join(str(value).split())[:60])
