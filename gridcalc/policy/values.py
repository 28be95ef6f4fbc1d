"""Values of rules: numbers, flags, texts, and lists and groups of them that cannot be changed."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, Never, TypeAlias, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")


class FrozenMapping(dict[Key, Item]):
    """A dictionary that refuses changes; it can be hashed, pickled and written as JSON.

    Examples
    --------
    >>> FrozenMapping(n_sockets=10, factor=0.8)["factor"]
    0.8
    """

    __slots__ = ()

    def _refuse(self, *_args: object, **_kwargs: object) -> Never:
        raise TypeError("the values of a policy pack cannot be changed")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenMapping, (dict(self),))


RuleValue: TypeAlias = (
    bool | float | int | str | tuple["RuleValue", ...] | FrozenMapping[str, "RuleValue"] | None
)


def freeze(value: Any) -> RuleValue:
    """Return a plain value with lists as tuples and dictionaries as frozen mappings.

    Examples
    --------
    >>> freeze([{"n_sockets": 10, "factor": 0.8}])
    ({'n_sockets': 10, 'factor': 0.8},)
    """
    if isinstance(value, Mapping):
        return FrozenMapping({str(key): freeze(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(freeze(item) for item in value)
    if value is None or isinstance(value, (bool, float, int, str)):
        return value
    raise TypeError(f"{value!r} cannot be the value of a rule")


def plain(value: RuleValue) -> Any:
    """Return a value with tuples as lists and frozen mappings as dictionaries, for JSON.

    Examples
    --------
    >>> plain(("utility", "government"))
    ['utility', 'government']
    """
    if isinstance(value, FrozenMapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def kind_of(value: RuleValue) -> str:
    """Return what a value is, as users call it.

    Examples
    --------
    >>> kind_of(True), kind_of(85), kind_of(())
    ('true or false', 'a number', 'a list')
    """
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, tuple):
        return "a list"
    return "nothing" if value is None else "a group of keys"


def numbers_in(value: RuleValue) -> Iterator[float]:
    """Yield every number inside a value, however deep."""
    if isinstance(value, FrozenMapping):
        for item in value.values():
            yield from numbers_in(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield float(value)


def all_finite(value: RuleValue) -> bool:
    """Return whether no number inside a value is infinite or not a number."""
    return all(isfinite(number) for number in numbers_in(value))
