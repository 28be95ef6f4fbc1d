"""Patterns as linear rows, by yes-or-no counts of how many feeders of a class are at a unit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

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


def pattern_rows(space: Space, patterns: Sequence[Pattern]) -> Iterator[Row]:
    """Yield the rows of patterns.

    A count says that a unit has at least so many feeders of a class. A feeder of which a box
    goes to another unit counts as gone, which leaves the rows valid.
    """
    yield from _definitions(space, patterns)
    for pattern in patterns:
        parts = [_count(pattern, k, n) for k, n in enumerate(pattern.counts) if n]
        more = dict.fromkeys(pattern.larger, 1.0)
        yield Row(weights={**dict.fromkeys(parts, -1.0), **more}, at_least=1.0 - len(parts))


def _count(pattern: Pattern, k: int, n: int) -> Var:
    return f"{_COUNT}{pattern.unit}:{pattern.classes[k][0]}", n


def _definitions(space: Space, patterns: Sequence[Pattern]) -> Iterator[Row]:
    """Yield that counts are set where a unit has as many feeders.

    One row holds all counts of a class at a unit: each stands for the feeders up to the next.
    So a part of a count is worth no more than that part of its feeders.
    """
    levels: dict[str, set[int]] = {}
    first: dict[str, tuple[Pattern, int]] = {}
    for pattern in patterns:
        for k, n in enumerate(pattern.counts):
            if n:
                name = _count(pattern, k, n)[0]
                levels.setdefault(name, set()).add(n)
                first.setdefault(name, (pattern, k))
    for name, (pattern, k) in first.items():
        options = arrivals(space, pattern, k)
        known = sorted(levels[name])
        after = [*known[1:], max(len(options), known[-1]) + 1]
        counts = {(name, n): float(more - n) for n, more in zip(known, after, strict=True)}
        gone = {var: 1.0 for feeder in pattern.classes[k] for var in pattern.relief[feeder]}
        yield Row(
            weights={**dict.fromkeys(options, -1.0), **gone, **counts},
            at_least=float(1 - known[0]),
        )
        for n, more in pairwise(known):
            yield Row(weights={(name, n): 1.0, (name, more): -1.0}, at_least=0.0)
