"""Values of parameters: what the user sets, checked, and put in the place of ``$name``."""

from collections.abc import Iterator, Mapping
from math import isfinite, nan
from typing import Any

from gridcalc.compound.door import nearest
from gridcalc.compound.templates.schema import Parameter
from gridcalc.errors import Problem
from gridcalc.yamlfile import Document, Path

SET_OPTION = "--set"
Value = str | float | int

_MARK = "$"


def parameter_values(
    parameters: tuple[Parameter, ...], settings: Mapping[str, Value]
) -> tuple[dict[str, Value], list[Problem]]:
    """Return the value of every parameter, and what is wrong with the settings.

    Parameters
    ----------
    parameters
        The parameters of a template.
    settings
        Values by name; a text is converted to the kind of the parameter.
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Value] = {name: item.default for name, item in by_name.items()}
    problems = []
    for name, given in settings.items():
        if name not in by_name:
            problems.append(Problem(SET_OPTION, 0, name, _unknown(name, sorted(by_name))))
            continue
        try:
            values[name] = _checked(by_name[name], given)
        except ValueError as error:
            problems.append(Problem(SET_OPTION, 0, name, str(error)))
    return values, problems


def _unknown(name: str, known: list[str]) -> str:
    if not known:
        return "this template has no parameters"
    return "there is no such parameter" + (
        nearest(name, known) or f"; there are {', '.join(known)}"
    )


def _checked(parameter: Parameter, given: Value) -> Value:
    value = given if parameter.is_text else _converted(parameter, given)
    if parameter.choices is not None and value not in parameter.choices:
        shown = [str(choice) for choice in parameter.choices]
        guess = nearest(str(value), shown) if parameter.is_text else ""
        raise ValueError(f"{given!r} is not one of {', '.join(shown)}{guess}")
    if isinstance(value, str):
        return value
    unit = "" if parameter.unit == "-" else f" {parameter.unit}"
    if parameter.min is not None and value < parameter.min:
        raise ValueError(f"{value:g}{unit} is not at least {parameter.min:g}{unit}")
    if parameter.max is not None and value > parameter.max:
        raise ValueError(
            f"{value:g}{unit} is above the largest allowed value {parameter.max:g}{unit}"
        )
    return value


def _converted(parameter: Parameter, given: Value) -> float | int:
    kind = "whole number" if parameter.is_whole else "number"
    try:
        number = nan if isinstance(given, bool) or "_" in str(given) else float(given)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise ValueError(f"{given!r} is not a {kind}")
    if not parameter.is_whole:
        return number
    if not number.is_integer():
        raise ValueError(f"{given!r} is not a whole number")
    return int(number)


def substituted(value: Any, values: Mapping[str, Value]) -> Any:
    """Return a plain value with every known ``$name`` replaced.

    Examples
    --------
    >>> substituted({"a": "$n", "b": ["$m", 3]}, {"n": 60})
    {'a': 60, 'b': ['$m', 3]}
    """
    if isinstance(value, dict):
        return {key: substituted(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [substituted(item, values) for item in value]
    name = reference(value)
    return values.get(name, value)


def reference(value: Any) -> str:
    """Return the name a ``$name`` stands for, or an empty text.

    Examples
    --------
    >>> reference("$households"), reference("room"), reference(3)
    ('households', '', '')
    """
    is_reference = isinstance(value, str) and value.startswith(_MARK)
    return value[len(_MARK) :] if is_reference else ""


def references(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every ``$name`` of a plain value with the path it stands at."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from references(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from references(item, (*path, i))
    elif isinstance(value, str) and value.startswith(_MARK):
        yield path, reference(value)


def reference_problems(document: Document) -> list[Problem]:
    """Return every ``$name`` without a parameter, every parameter without use, every repeat."""
    layout = document.value.get("layout")
    names = _names(document)
    problems = []
    used = set()
    for path, name in references(layout, ("layout",)):
        used.add(name)
        if name not in names:
            guess = nearest(name, names) or "; declare it under parameters"
            problems.append(document.problem(path, f"there is no parameter {name!r}{guess}"))
    for i, name in enumerate(names):
        path = ("parameters", i, "name")
        if name in names[:i]:
            problems.append(document.problem(path, f"the parameter {name!r} stands twice"))
        elif name and name not in used and isinstance(layout, dict):
            message = f"no ${name} stands in the layout; use the parameter or remove it"
            problems.append(document.problem(path, message))
    return problems


def _names(document: Document) -> list[str]:
    rows = document.value.get("parameters")
    names = [
        row.get("name") if isinstance(row, dict) else None
        for row in (rows if isinstance(rows, list) else [])
    ]
    return [name if isinstance(name, str) else "" for name in names]
