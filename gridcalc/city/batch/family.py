"""A check of all compounds at once: one row per element, one column per state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.checks.finding import HOLDS_WITHIN, RANK_DECIMALS, WORST_UTILISATION
from gridcalc.network.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Family:
    """One quantity of one check, held against its limit at many elements.

    Attributes
    ----------
    check, quantity, unit, level
        As in ``checks.finding.Finding``; an empty level where load does not matter.
    compound
        Compound of each element, shape (n_elements,).
    element
        Gives the id of an element by its position.
    value
        Shape (n_elements, n_states), or one column where all states are alike; NaN where there
        is nothing to compare or no solution.
    limit
        Shape (n_elements, 1) or (n_elements, n_states).
    utilisation
        Value over limit in the sense of the check. [-], as ``value``
    fails
        Where the limit is broken, as ``value``.
    is_limit_of_load
        Whether the hosting capacity looks at it.
    """

    check: str
    quantity: str
    unit: str
    level: str
    compound: Ints
    element: Callable[[int], str]
    value: Floats
    limit: Floats
    utilisation: Floats
    fails: Bools
    is_limit_of_load: bool

    @property
    def rank(self) -> Floats:
        """Utilisation without numerical noise, -inf where there is nothing to compare."""
        rounded = np.round(self.utilisation, RANK_DECIMALS)
        return np.where(np.isnan(self.value) & ~self.fails, -np.inf, rounded)


def column(family: Family, state: int) -> Family:
    """Return one state of a family."""
    at = slice(state, state + 1)
    limit = family.limit if family.limit.shape[1] == 1 else family.limit[:, at]
    if family.value.shape[1] == 1:
        return family
    return replace(
        family,
        value=family.value[:, at],
        limit=limit,
        utilisation=family.utilisation[:, at],
        fails=family.fails[:, at],
    )


def of_compounds(
    families: Sequence[Family], compounds: Ints, n_compounds: int
) -> tuple[Family, ...]:
    """Return the rows of some compounds, numbered anew; ``compounds`` are ascending."""
    number = np.full(n_compounds, -1, dtype=np.int64)
    number[compounds] = np.arange(len(compounds))
    known: dict[int, tuple[Ints, Ints]] = {}
    return tuple(_cut(family, number, known) for family in families)


def _cut(family: Family, number: Ints, known: dict[int, tuple[Ints, Ints]]) -> Family:
    """Return the rows of compounds that have a number; families of equal elements share them."""
    key, ids = id(family.compound), family.element
    if key not in known:
        own = number[family.compound]
        kept = np.flatnonzero(own >= 0)
        known[key] = kept, own[kept]
    rows, compound = known[key]
    return replace(
        family,
        compound=compound,
        element=lambda k: ids(int(rows[k])),
        value=family.value[rows],
        limit=family.limit[rows],
        utilisation=family.utilisation[rows],
        fails=family.fails[rows],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a family is about: the check, what it compares, and whether load decides it."""

    check: str
    quantity: str = ""
    unit: str = "%"
    level: str = ""
    of_load: bool = True


Elements = tuple[Ints, Callable[[int], str]]
"""Compound of each element, and its id by position."""


def at_most(about: About, elements: Elements, value: Floats, limit: Floats) -> Family:
    """Return the family of values that may not exceed limits; a limit met exactly passes."""
    holds = value <= limit + HOLDS_WITHIN * np.maximum(1.0, np.abs(limit))
    bounded = np.where(limit > 0, value / np.where(limit > 0, limit, 1.0), np.nan)
    free = _without_limit(value, holds)
    return _family(about, elements, (value, limit), np.where(limit > 0, bounded, free), holds)


def at_least(about: About, elements: Elements, value: Floats, limit: Floats) -> Family:
    """Return the family of values that may not fall below limits."""
    holds = value >= limit - HOLDS_WITHIN * np.maximum(1.0, np.abs(limit))
    bounded = limit / np.where(value > 0, value, 1.0)
    free = _without_limit(value, holds)
    return _family(about, elements, (value, limit), np.where(value > 0, bounded, free), holds)


def deviation(about: About, elements: Elements, value: Floats, limit: Floats) -> Family:
    """Return the family of deviations between zero and signed limits, shape (n, 1). [%]."""
    outward, most = np.where(limit > 0, value, -value), np.abs(limit)
    holds = outward <= most + HOLDS_WITHIN
    return _family(about, elements, (value, limit), outward / most, holds)


def broken(about: About, elements: Elements, is_broken: Bools, limit: Floats) -> Family:
    """Return the family of conditions that hold or do not, without a value."""
    worst = np.where(is_broken, WORST_UTILISATION, 0.0)
    value = np.full(is_broken.shape, np.nan)
    return _family(about, elements, (value, limit), worst, ~is_broken)


def _without_limit(value: Floats, holds: Bools) -> Floats:
    """Return the utilisation where a ratio says nothing; NaN where there is no value."""
    return np.where(np.isnan(value), np.nan, np.where(holds, 0.0, WORST_UTILISATION))


def _family(
    about: About,
    elements: Elements,
    compared: tuple[Floats, Floats],
    utilisation: Floats,
    holds: Bools,
) -> Family:
    value, limit = compared
    absent = np.isnan(value) & (utilisation < WORST_UTILISATION)
    return Family(
        check=about.check,
        quantity=about.quantity,
        unit=about.unit,
        level=about.level,
        compound=elements[0],
        element=elements[1],
        value=value,
        limit=limit,
        utilisation=utilisation,
        fails=~holds & ~absent & ~(np.isnan(utilisation)),
        is_limit_of_load=about.of_load,
    )
