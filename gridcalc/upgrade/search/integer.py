"""Mixed integer programs, taken apart into what has nothing to do with each other."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import bmat, csr_array
from scipy.sparse.csgraph import connected_components

from gridcalc.network.arrays import Bools, Floats
from gridcalc.silence import silent_solver

_REMEMBERED = 2000
_INFEASIBLE = 2
"""The status by which the solver says that there is no solution."""
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


def minimum_apart(program: Program, rare: Bools, *, gap: float, max_nodes: int) -> Minimum | None:
    """Return the solution of a program some of whose variables are hardly ever worth their cost.

    Without them the program falls into more parts. With at least one of them a solution costs no
    less than the cheapest of them and what the rows cost that none of them is in. Where that is
    too dear, or not much cheaper, they are left at nothing; else the program is solved whole.

    Parameters
    ----------
    program, gap, max_nodes
        As for ``minimum``; no cost is negative.
    rare
        Which variables, yes or no each, and all of them may be nothing.
    """
    if not rare.any():
        return minimum(program, gap=gap, max_nodes=max_nodes)
    touched = np.asarray(abs(program.a[:, rare]).sum(axis=1)).ravel() > 0
    every = np.ones_like(touched)
    without = minimum(_part(program, every, ~rare), gap=gap, max_nodes=max_nodes)
    beside = minimum(_part(program, ~touched, ~rare), gap=gap, max_nodes=max_nodes)
    if beside is None and without is None:
        return None
    least = np.inf if beside is None else float(program.cost[rare].min()) + beside.bound
    if without is not None:
        bound = min(without.bound, least)
        cost = float(program.cost[~rare] @ without.x)
        if bound >= (1 - gap) * cost or bound >= without.bound:
            x = np.zeros(len(rare))
            x[~rare] = without.x
            return Minimum(x=x, bound=bound)
    return minimum(program, gap=gap, max_nodes=max_nodes)


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
