"""The one place of this package that calls the solver of linear and integer programs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from gridcalc.routing.trench.records import Bools, Floats
from gridcalc.silence import silent_solver
from gridcalc.units import PERCENT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Program:
    """Minimise ``cost @ x`` where ``low <= a @ x <= high`` and ``0 <= x <= 1``.

    ``whole`` says which variables are whole numbers. All vectors have one entry per variable but
    ``low`` and ``high``, which have one per row of ``a``.
    """

    cost: Floats
    a: csr_array
    low: Floats
    high: Floats
    whole: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Minimum:
    """The best values found, ``None`` if none were, and what no values cost less than."""

    x: Floats | None
    bound: float


def minimum(program: Program, *, time_limit_s: float, gap_percent: float) -> Minimum:
    """Return the solution of a program; the bound is inf where there is none.

    Parameters
    ----------
    program
        The program.
    time_limit_s
        Time after which the best found so far is returned. [s]
    gap_percent
        Gap at which the search ends. [%]
    """
    with silent_solver():
        result = milp(
            program.cost,
            constraints=LinearConstraint(program.a, program.low, program.high),
            integrality=program.whole.astype(np.float64),
            bounds=Bounds(0.0, 1.0),
            options={"time_limit": time_limit_s, "mip_rel_gap": gap_percent / PERCENT},
        )
    infeasible = 2
    if result.status == infeasible:
        return Minimum(x=None, bound=np.inf)
    bound = -np.inf if result.mip_dual_bound is None else float(result.mip_dual_bound)
    if result.x is None:
        return Minimum(x=None, bound=bound)
    return Minimum(x=result.x, bound=min(bound, float(result.fun)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxed:
    """The least values where all variables may be fractions, and the price of each row."""

    x: Floats
    price: Floats


def relaxed(program: Program, *, time_limit_s: float) -> Relaxed | None:
    """Return the solution of a program without whole numbers, ``None`` if there is none in time.

    The price of a row is by how much the minimum rises where its limit is lowered by one.
    """
    exact = program.low == program.high
    with silent_solver():
        result = linprog(
            program.cost,
            A_ub=program.a[~exact],
            b_ub=program.high[~exact],
            A_eq=program.a[exact],
            b_eq=program.high[exact],
            bounds=(0, 1),
            method="highs",
            options={"time_limit": time_limit_s},
        )
    if result.x is None or result.status != 0:
        return None
    price = np.empty(len(program.high))
    price[~exact] = -result.ineqlin.marginals
    price[exact] = -result.eqlin.marginals
    return Relaxed(x=result.x, price=price)


def partition(
    groups: Sequence[Sequence[int]], cost: Floats, n_members: int, *, time_limit_s: float
) -> tuple[list[int], float]:
    """Return the cheapest groups that hold every member once, and what none cost less than.

    No group is returned where none were found in time.

    Examples
    --------
    >>> partition([(0,), (1,), (0, 1)], np.array([3.0, 2.0, 4.0]), 2, time_limit_s=1.0)
    ([2], 4.0)
    """
    if not n_members:
        return [], 0.0
    rows = np.array([member for group in groups for member in group])
    columns = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    shape = (n_members, len(groups))
    program = Program(
        cost=cost,
        a=csr_array((np.ones(len(rows)), (rows, columns)), shape=shape),
        low=np.ones(n_members),
        high=np.ones(n_members),
        whole=np.ones(len(groups), dtype=bool),
    )
    found = minimum(program, time_limit_s=time_limit_s, gap_percent=0.0)
    if found.x is None:
        return [], found.bound
    return [int(i) for i in np.flatnonzero(found.x > 1 / 2)], found.bound
