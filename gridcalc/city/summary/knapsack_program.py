"""The linear and the integer program of what to buy in which year."""

from dataclasses import dataclass
from math import floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, eye_array, kron, vstack

from gridcalc.city.summary.purchase import Purchase
from gridcalc.silence import silent_solver

Shares: TypeAlias = NDArray[np.float64]
"""Share of each thing bought in each year. [-], shape (n_things, n_years)"""
_EFFORT = 100_000
"""Nodes times binaries; no time, so that the plan does not hang on the machine."""
_LESS_THAN_ONE = 0.9
"""Worths are whole numbers: a gap below one proves the best."""
_TOLERANCE = 1e-6
"""Of the solver's objective, relative."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """What a program buys, and what no choice is worth more than."""

    shares: Shares
    bound: int


def relaxed_shares(purchase: Purchase) -> Solved:
    """Return the best choice if parts of things could be bought."""
    a, limits = _constraints(purchase)
    with silent_solver():
        result = linprog(
            -_worths(purchase), A_ub=a, b_ub=limits, bounds=(0.0, 1.0), method="highs-ipm"
        )
    return _solved(result.x, result.fun, purchase)


def best_shares(purchase: Purchase, *, bound: int) -> Solved:
    """Return the best choice of whole things that a bounded search finds.

    Parameters
    ----------
    purchase
        What there is to buy.
    bound
        What no choice is worth more than; the search ends when less than one is missing.
    """
    a, limits = _constraints(purchase)
    with silent_solver():
        result = milp(
            -_worths(purchase),
            constraints=LinearConstraint(a, -np.inf, limits),
            integrality=np.ones(a.shape[1]),
            bounds=Bounds(0.0, 1.0),
            options={
                "mip_rel_gap": _LESS_THAN_ONE / bound,
                "node_limit": _EFFORT // a.shape[1] + 1,
            },
        )
    return _solved(result.x, result.mip_dual_bound, purchase)


def _solved(x: NDArray[np.float64] | None, least: float | None, purchase: Purchase) -> Solved:
    """Return what a program buys; nothing, and a bound all the same, where it was not solved."""
    shape = len(purchase.costs), purchase.n_years
    at_once = purchase.n_years * sum(purchase.values)
    shares = np.zeros(shape) if x is None else x.reshape(shape)
    if least is None or not np.isfinite(least):
        return Solved(shares=shares, bound=at_once)
    bound = floor(-float(least) * (1 + _TOLERANCE) + _TOLERANCE)
    return Solved(shares=shares, bound=min(bound, at_once))


def _worths(purchase: Purchase) -> NDArray[np.float64]:
    """Return what each thing is worth in each year, thing by thing."""
    years_left = purchase.n_years - np.arange(purchase.n_years)
    return np.outer(np.array(purchase.values, dtype=float), years_left).ravel()


def _constraints(purchase: Purchase) -> tuple[csr_array, NDArray[np.float64]]:
    """Return that nothing is bought twice and no year spends more than it has, in its money."""
    n, n_years = len(purchase.costs), purchase.n_years
    costs = csr_array(np.array([purchase.costs], dtype=float) / max(purchase.money, 1))
    if purchase.carries_over:
        counted, money = csr_array(np.tri(n_years)), np.arange(1.0, n_years + 1)
    else:
        counted, money = eye_array(n_years, format="csr"), np.ones(n_years)
    once = kron(eye_array(n), np.ones((1, n_years)), format="csr")
    paid = kron(costs, counted, format="csr")
    return csr_array(vstack([once, paid])), np.concatenate([np.ones(n), money])
