"""Things to buy over some years: what they cost, what they are worth, and a choice of them."""

from dataclasses import dataclass
from typing import TypeAlias

Choice: TypeAlias = tuple[int | None, ...]
"""The year of each thing, counted from 0; ``None`` where it is not bought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Things with whole costs and whole values, and the money of some years.

    A thing bought in year t of N is worth its value times N - t, so earlier is better.

    Attributes
    ----------
    costs, values
        Of each thing; at least 0. [fen, -]
    money
        Of each year. [fen]
    n_years
        Years.
    carries_over
        Whether what a year leaves may be spent later.
    """

    costs: tuple[int, ...]
    values: tuple[int, ...]
    money: int
    n_years: int
    carries_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A choice, what it is worth, and what no choice is worth more than.

    ``greedy_worth`` is that of the simple rule: year by year the most value per cost.
    """

    choice: Choice
    worth: int
    bound: int
    greedy_worth: int


def worth(choice: Choice, purchase: Purchase) -> int:
    """Return the worth of a choice."""
    return sum(
        value * (purchase.n_years - year)
        for value, year in zip(purchase.values, choice, strict=True)
        if year is not None
    )


def spent_by_year(choice: Choice, purchase: Purchase) -> list[int]:
    """Return what a choice costs in each year. [fen]."""
    spent = [0] * purchase.n_years
    for cost, year in zip(purchase.costs, choice, strict=True):
        if year is not None:
            spent[year] += cost
    return spent


def free_by_year(choice: Choice, purchase: Purchase) -> list[int]:
    """Return what may still be spent in each year, in money that no later year needs. [fen]."""
    spent = spent_by_year(choice, purchase)
    if not purchase.carries_over:
        return [purchase.money - cost for cost in spent]
    left = [(t + 1) * purchase.money - sum(spent[: t + 1]) for t in range(purchase.n_years)]
    return [min(left[t:]) for t in range(purchase.n_years)]


def best_first(purchase: Purchase) -> list[int]:
    """Return the things that have a value, the one with the most value per cost first."""

    def per_value(i: int) -> tuple[float, int, int]:
        return purchase.costs[i] / purchase.values[i], -purchase.values[i], i

    return sorted((i for i, value in enumerate(purchase.values) if value), key=per_value)
