"""Mixed integer programs, taken apart into what has nothing to do with each other."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import bmat, csr_array
from scipy.sparse.csgraph import connected_components

from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.silence import silent_solver

_REMEMBERED = 2000
_INFEASIBLE = 2
"""The status by which the solver says that there is no solution."""
_WIDE, _WIDE_SHARE = 50, 0.25
"""Variables, and share of all, beyond which a row waits until it is broken. [-]"""
_FEASIBLE = 1e-6
_OF_SLACK = 0.8
"""Part of what a bound may lack that the solver's gap may take. [-]"""
_COARSE = (0.1, 0.05, 0.03, 0.02)
"""Gaps for bounds that need not be exact; few, so that equal parts are solved once. [-]"""
_WIDE_GAP = 0.05
"""Gap that is good enough where the first try found no solution at all. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Program:
    """Minimise ``cost @ x`` where ``a @ x >= low`` and ``lower <= x <= upper``.

    ``whole`` says which variables are whole numbers; all vectors have one entry per variable but
    ``low``, which has one per row of ``a``.
    """

    cost: Floats
    a: csr_array
    low: Floats
    lower: Floats
    upper: Floats
    whole: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Minimum:
    """A solution, and a value that no solution lies below."""

    x: Floats
    bound: float


def minimum(program: Program, *, gap: float, max_nodes: int) -> Minimum | None:
    """Return the solution of a program, ``None`` if there is none.

    Parts that share no variable are solved one by one, and equal parts once: buildings of one
    design are equal in everything but their names.

    Parameters
    ----------
    program
        The program.
    gap
        Relative gap of each part at which its search ends. [-]
    max_nodes
        Nodes of the search tree of each part.
    """
    n_rows, n_columns = program.a.shape
    if not n_columns:
        return None if (program.low > 0).any() else Minimum(x=program.lower, bound=0.0)
    x, bound = program.lower.copy(), 0.0
    labels = _parts(program.a)
    row_part, column_part = labels[:n_rows], labels[n_rows:]
    for part in np.unique(labels):
        rows, columns = np.flatnonzero(row_part == part), np.flatnonzero(column_part == part)
        if not len(columns):
            if (program.low[rows] > 0).any():
                return None
            continue
        solved = _solved(program, rows, columns, gap, max_nodes)
        if solved is None:
            return None
        x[columns] = solved[0]
        bound += solved[1]
    return Minimum(x=x, bound=bound)


def minimum_apart(program: Program, rare: Ints, *, gap: float, max_nodes: int) -> Minimum | None:
    """Return the solution of a program some of whose variables are hardly ever worth their cost.

    Without them the program falls into more parts. Where a solution with at least one of them
    can be shown to be too dear, or not much cheaper, they are left at nothing; else the program
    is solved whole. Rows that name a large part of all variables tie parts together too, and
    wait until a solution breaks them.

    Parameters
    ----------
    program, gap, max_nodes
        As for ``minimum``; no cost is negative.
    rare
        Zero for ordinary variables; the others may all be nothing, and of those with the same
        number at most one is taken.
    """
    aside = _is_wide(program.a)
    everything = np.ones(len(program.cost), dtype=bool)
    while True:
        found = _without_rare(_part(program, ~aside, everything), rare, gap, max_nodes)
        if found is None:
            return None
        broken = aside & (program.a @ found.x < program.low - _FEASIBLE)
        if not broken.any():
            return found
        aside &= ~broken


def _is_wide(a: csr_array) -> Bools:
    """Return which rows name so many variables that nearly every solution obeys them."""
    return np.asarray(np.diff(a.indptr) > max(_WIDE, _WIDE_SHARE * a.shape[1]))


def _without_rare(program: Program, rare: Ints, gap: float, max_nodes: int) -> Minimum | None:
    if not rare.any():
        return minimum(program, gap=gap, max_nodes=max_nodes)
    usual = rare == 0
    every = np.ones(program.a.shape[0], dtype=bool)
    without = minimum(_part(program, every, usual), gap=gap, max_nodes=max_nodes)
    enough, cost = np.inf, np.inf
    if without is not None:
        cost = float(program.cost[usual] @ without.x)
        enough = min((1 - gap) * cost, without.bound)
    least = _least_with(_Rare(program, rare, max_nodes), enough=enough, gap=gap, cost=cost)
    if without is None:
        return None if np.isinf(least) else minimum(program, gap=gap, max_nodes=max_nodes)
    if least < enough:
        return minimum(program, gap=gap, max_nodes=max_nodes)
    x = np.zeros(len(rare))
    x[usual] = without.x
    return Minimum(x=x, bound=min(without.bound, least))


@dataclass(frozen=True, slots=True, eq=False)
class _Rare:
    """A program, which of its variables are rare, and the nodes a bound may take."""

    program: Program
    numbers: Ints
    max_nodes: int

    def bound(self, taken: Bools, gap: float) -> float:
        """Return what the rest costs at least while some rare variables serve for nothing.

        Every row asks for less by what they can add to it; infinite where even that is too much.
        """
        program, usual = self.program, self.numbers == 0
        helped = np.zeros(len(program.low))
        for number in np.unique(self.numbers[taken]):
            mine = program.a[:, taken & (self.numbers == number)]
            helped += np.maximum(np.asarray(mine.max(axis=1).todense()).ravel(), 0.0)
        low = program.low - helped
        part = _part(replace(program, low=low), np.ones(len(low), dtype=bool), usual)
        idle = _is_met(part)
        rest = _part(part, ~idle, np.ones(part.a.shape[1], dtype=bool))
        found = minimum(rest, gap=gap, max_nodes=self.max_nodes)
        return np.inf if found is None else found.bound


def _is_met(program: Program) -> Bools:
    """Return which rows hold whatever is taken."""
    least = program.a.minimum(0).sum(axis=1)
    return np.asarray(least).ravel() >= program.low


def _least_with(rows: _Rare, *, enough: float, gap: float, cost: float) -> float:
    """Return what a solution with at least one rare variable costs at least.

    Rare variables that are dear enough by themselves are ruled out first; what is left helps
    less. The rest need not be solved more exactly than it takes to come to ``enough``.
    """
    yuan = rows.program.cost
    taken = rows.numbers != 0
    least = np.inf
    coarse = gap
    while taken.any():
        first = float(yuan[taken].min())
        if np.isfinite(enough):
            coarse = max(gap, _OF_SLACK * (1 - (enough - first) / max(cost, 1.0)))
        rest = rows.bound(taken, max((row for row in _COARSE if row <= coarse), default=gap))
        dear = taken & (yuan + rest >= enough)
        if not dear.any() or dear.all() or (taken == dear).all() or np.isinf(rest):
            return min(least, first + rest)
        least = min(least, float(yuan[dear].min()) + rest)
        taken &= ~dear
    return least


def _part(program: Program, rows: Bools, columns: Bools) -> Program:
    """Return a program with some of the rows and variables only."""
    return Program(
        cost=program.cost[columns],
        a=csr_array(program.a[rows][:, columns]),
        low=program.low[rows],
        lower=program.lower[columns],
        upper=program.upper[columns],
        whole=program.whole[columns],
    )


def _parts(a: csr_array) -> np.ndarray:
    """Return the part of each row and then of each variable."""
    links = bmat([[None, a], [a.T, None]], format="csr")
    _, labels = connected_components(links, directed=False)
    return np.asarray(labels)


def _solved(
    program: Program, rows: np.ndarray, columns: np.ndarray, gap: float, max_nodes: int
) -> tuple[Floats, float] | None:
    a = csr_array(program.a[rows][:, columns])
    a.sort_indices()
    key = (
        a.shape,
        a.indptr.astype(np.int32).tobytes(),
        a.indices.astype(np.int32).tobytes(),
        a.data.tobytes(),
        *(
            np.ascontiguousarray(values).tobytes()
            for values in (
                program.low[rows],
                program.cost[columns],
                program.lower[columns],
                program.upper[columns],
                program.whole[columns].astype(np.float64),
            )
        ),
    )
    return _of_bytes(*key, gap, max_nodes)


@lru_cache(maxsize=_REMEMBERED)
def _of_bytes(  # noqa: PLR0913, PLR0917  a program as values that can be remembered
    shape: tuple[int, int],
    indptr: bytes,
    indices: bytes,
    data: bytes,
    low: bytes,
    cost: bytes,
    lower: bytes,
    upper: bytes,
    whole: bytes,
    gap: float,
    max_nodes: int,
) -> tuple[Floats, float] | None:
    a = csr_array(
        (
            np.frombuffer(data),
            np.frombuffer(indices, dtype=np.int32),
            np.frombuffer(indptr, dtype=np.int32),
        ),
        shape=shape,
    )

    def run(options: dict[str, float]) -> OptimizeResult:
        with silent_solver():
            return milp(
                np.frombuffer(cost),
                constraints=LinearConstraint(a, np.frombuffer(low), np.inf),
                integrality=np.frombuffer(whole),
                bounds=Bounds(np.frombuffer(lower), np.frombuffer(upper)),
                options=options,
            )

    result = run({"mip_rel_gap": gap, "node_limit": max_nodes})
    if result.x is None and result.status != _INFEASIBLE:
        result = run({"mip_rel_gap": max(gap, _WIDE_GAP)})
    if result.x is None:
        return None
    return result.x, min(float(result.mip_dual_bound), float(result.fun))
