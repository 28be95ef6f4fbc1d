"""Which things to buy in which year: the simple rule, the best choice, and a bound."""

import numpy as np

from gridcalc.city.summary.knapsack_program import Shares, best_shares, relaxed_shares
from gridcalc.city.summary.purchase import (
    Bought,
    Choice,
    Purchase,
    best_first,
    free_by_year,
    spent_by_year,
    worth,
)

_MOST_BINARIES = 4000
"""Above this size the best choice is not searched, only bounded."""
_BOUGHT = 1 - 1e-6
"""From this share on a thing counts as bought."""


def buy(purchase: Purchase) -> Bought:
    """Return the best choice that is found; never worse than the simple rule.

    The simple rule stands where it reaches the bound of the relaxed program. Else what that
    program buys whole is filled up by the rule, and where it is small the integer program is
    solved.

    Examples
    --------
    >>> three = Purchase(
    ...     costs=(60, 50, 50), values=(7, 5, 5), money=100, n_years=1, carries_over=False
    ... )
    >>> found = buy(three)
    >>> found.choice, found.worth, found.bound, found.greedy_worth
    ((None, 0, 0), 10, 10, 7)
    """
    if not purchase.costs:
        return Bought(choice=(), worth=0, bound=0, greedy_worth=0)
    greedy = filled((None,) * len(purchase.costs), purchase)
    relaxed = relaxed_shares(purchase)
    found, bound = [greedy], relaxed.bound
    if worth(greedy, purchase) < bound:
        found.append(filled(_taken(relaxed.shares, purchase), purchase))
        if relaxed.shares.size <= _MOST_BINARIES:
            best = best_shares(purchase, bound=bound)
            found.append(filled(_taken(best.shares, purchase), purchase))
            bound = min(bound, best.bound)
    chosen = max(
        found, key=lambda choice: (worth(choice, purchase), -sum(spent_by_year(choice, purchase)))
    )
    return Bought(
        choice=chosen,
        worth=worth(chosen, purchase),
        bound=max(bound, worth(chosen, purchase)),
        greedy_worth=worth(greedy, purchase),
    )


def filled(choice: Choice, purchase: Purchase) -> Choice:
    """Return a choice with what can still be paid, year by year the most value per cost first."""
    years = list(choice)
    order = best_first(purchase)
    for year in range(purchase.n_years):
        free = free_by_year(tuple(years), purchase)[year]
        for i in order:
            if years[i] is None and purchase.costs[i] <= free:
                years[i] = year
                free -= purchase.costs[i]
    return tuple(years)


def _taken(shares: Shares, purchase: Purchase) -> Choice:
    """Return what a program buys whole, counted in fen.

    The solver keeps the budget within a tolerance; what goes beyond it is left out, the thing
    with the least value per cost first.
    """
    years: list[int | None] = [
        int(np.argmax(share)) if share.max() >= _BOUGHT else None for share in shares
    ]
    free = free_by_year(tuple(years), purchase)
    for i in reversed(best_first(purchase)):
        if min(free) >= 0:
            break
        year = years[i]
        if year is not None and free[year] < 0:
            years[i] = None
            free = free_by_year(tuple(years), purchase)
    return tuple(years)
