"""Patterns as linear rows, by yes-or-no counts of how many feeders of a class are at a unit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridcalc.upgrade.search.patterns import Pattern, arrivals
from gridcalc.upgrade.search.space import Space, Var

_COUNT = "count:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A linear row: the weighted sum of options is at least ``at_least``."""

    weights: dict[Var, float]
    at_least: float


def is_count(var: Var) -> bool:
    """Return whether a variable of the program is a count and no option."""
    return var[0].startswith(_COUNT)


def pattern_rows(space: Space, patterns: Iterable[Pattern]) -> Iterator[Row]:
    """Yield the rows of patterns.

    A count says that a unit has at least so many feeders of a class. A feeder of which a box
    goes to another unit counts as gone, which leaves the row valid.
    """
    defined: set[Var] = set()
    for pattern in patterns:
        parts = []
        for k, n in enumerate(pattern.counts):
            if n:
                count = (f"{_COUNT}{pattern.unit}:{pattern.classes[k][0]}", n)
                parts.append(count)
                if count not in defined:
                    defined.add(count)
                    yield _definition(space, pattern, k, count)
        more = dict.fromkeys(pattern.larger, 1.0)
        yield Row(weights={**dict.fromkeys(parts, -1.0), **more}, at_least=1.0 - len(parts))


def _definition(space: Space, pattern: Pattern, k: int, count: Var) -> Row:
    """Return that a count is set where the unit has as many feeders."""
    options = arrivals(space, pattern, k)
    n = count[1]
    most = max(len(options) - n + 1, 1)
    gone = {var: 1.0 for name in pattern.classes[k] for var in pattern.relief[name]}
    return Row(
        weights={**dict.fromkeys(options, -1.0), **gone, count: float(most)},
        at_least=float(1 - n),
    )
