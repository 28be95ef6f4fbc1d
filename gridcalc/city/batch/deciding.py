"""Which limit decides for each compound: no solution, else the worst added, worst, nearest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.finding import RANK_DECIMALS, Finding
from gridcalc.checks.run import SAME_SHARE
from gridcalc.checks.voltage import SOLUTION
from gridcalc.city.batch.family import Family
from gridcalc.city.batch.few import FewFinding
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.outcome import REACHED_BY_LOAD

NONE = -np.inf
_ADDED, _OLD = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisive:
    """One limit at one element in one state.

    ``kind`` is 0 for a state without a solution, 1 for a violation that is added, 2 for one that
    exists today, 3 for a limit that holds; ``state`` is the position of the state.
    """

    kind: int
    check: str
    element: str
    quantity: str
    state: int
    value: float | None
    limit: float
    unit: str
    utilisation: float


def first_of(rows: Sequence[Decisive]) -> Decisive:
    """Return what decides among the limits that decide in some sets of states, the last first."""
    return min(
        rows,
        key=lambda row: (row.kind, -_rank(row), row.check, row.element, -row.state, row.quantity),
    )


def added_fails(family: Family, today: Family) -> Bools:
    """Return the violations that do not exist today, or not to this degree.

    ``today`` is the same family of the state today, in its first column.
    """
    before = np.where(today.fails[:, :1], today.utilisation[:, :1], NONE)
    worse = family.utilisation > before * (1 + SAME_SHARE)
    return np.asarray(family.fails & ((before == NONE) | worse))


def per_compound(family: Family, rank: Floats, n_compounds: int) -> Floats:
    """Return the largest rank of each compound, -inf without any. Shape (n_compounds,)."""
    best = np.full(n_compounds, NONE)
    if rank.size:
        rows = rank[:, 0].copy()
        for k in range(1, rank.shape[1]):
            np.maximum(rows, rank[:, k], out=rows)
        starts = np.flatnonzero(np.diff(family.compound, prepend=-1))
        best[family.compound[starts]] = np.maximum.reduceat(rows, starts)
    return best


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Class:
    """Candidates of one kind: per family the rank where it counts, -inf elsewhere."""

    families: Sequence[Family]
    ranks: Sequence[Floats]
    best: Floats


def _class(
    families: Sequence[Family], own: Sequence[Floats], masks: Sequence[Bools], n_compounds: int
) -> _Class:
    ranks = [np.where(mask, rank, NONE) for rank, mask in zip(own, masks, strict=True)]
    best = [per_compound(f, rank, n_compounds) for f, rank in zip(families, ranks, strict=True)]
    shape = (len(families), n_compounds)
    return _Class(families=families, ranks=ranks, best=np.array(best).reshape(shape))


def decisive(
    families: Sequence[Family],
    added: Sequence[Bools],
    few: Sequence[FewFinding],
    asked: Ints,
    n_compounds: int,
) -> list[Decisive | None]:
    """Return the limit that decides for each compound; see ``outcome.binding_of``.

    Parameters
    ----------
    families, added
        Limits of many elements, and which of their violations are added.
    few
        Findings of single compounds.
    asked
        The states that are runs, in order; others were only needed to compare with.
    n_compounds
        Number of compounds.
    """
    of_runs = [_only(family, asked) for family in families]
    masks = (
        [mask & keep for mask, keep in zip(added, of_runs, strict=True)],
        [f.fails & ~mask & keep for f, mask, keep in zip(families, added, of_runs, strict=True)],
        [
            np.broadcast_to(keep & (f.check in REACHED_BY_LOAD) & bool(f.level), f.value.shape)
            for f, keep in zip(families, of_runs, strict=True)
        ],
    )
    ranks = [family.rank for family in families]
    classes = [
        _unsolved(families, of_runs, n_compounds),
        *(_class(families, ranks, mask, n_compounds) for mask in masks),
    ]
    rows = _few_by_class(few, asked, n_compounds)
    return [_first(classes, rows[c], c, int(asked[-1])) for c in range(n_compounds)]


def _unsolved(families: Sequence[Family], of_runs: Sequence[Bools], n_compounds: int) -> _Class:
    """Return the runs without a solution; the families that tell them are few and small."""
    rows = [(f, keep) for f, keep in zip(families, of_runs, strict=True) if _tells_unsolved(f)]
    own = [family for family, _ in rows]
    masks = [family.fails & keep for family, keep in rows]
    return _class(own, [family.rank for family in own], masks, n_compounds)


def _tells_unsolved(family: Family) -> bool:
    return family.quantity.startswith(SOLUTION)


def _only(family: Family, asked: Ints) -> Bools:
    """Return which columns of a family are runs; a family of one column is in all of them."""
    n = family.value.shape[1]
    keep = np.zeros((1, n), dtype=bool)
    keep[0, asked if n > 1 else 0] = True
    return keep


Few = Mapping[int, list[Decisive]]
"""Violations of single compounds by kind; all of them have a solution."""


def _few_by_class(few: Sequence[FewFinding], asked: Ints, n_compounds: int) -> list[Few]:
    found: list[Few] = [{_ADDED: [], _OLD: []} for _ in range(n_compounds)]
    today = {
        (row.compound, *row.finding.key): row.finding.utilisation
        for row in few
        if row.state in {None, 0} and row.finding.status == "fail"
    }
    last = int(asked[-1])
    for row in few:
        if row.finding.status != "fail" or (row.state is not None and row.state not in asked):
            continue
        before = today.get((row.compound, *row.finding.key))
        is_added = before is None or row.finding.utilisation > before * (1 + SAME_SHARE)
        state = last if row.state is None else row.state
        kind = _ADDED if is_added else _OLD
        found[row.compound][kind].append(_decisive_few(row.finding, state, kind))
    return found


def _decisive_few(finding: Finding, state: int, kind: int) -> Decisive:
    return Decisive(
        kind=kind,
        check=finding.check,
        element=finding.element,
        quantity=finding.quantity,
        state=state,
        value=finding.value,
        limit=finding.limit or 0.0,
        unit=finding.unit,
        utilisation=finding.utilisation,
    )


def _first(classes: Sequence[_Class], few: Few, compound: int, last: int) -> Decisive | None:
    for k, group in enumerate(classes):
        families, single = group.families, few.get(k, [])
        best = group.best[:, compound]
        top = max(best.max(initial=NONE), max((_rank(row) for row in single), default=NONE))
        if top == NONE:
            continue
        rows = [row for row in single if _rank(row) == top]
        at = np.flatnonzero(best == top).tolist()
        checks = {families[i].check for i in at} | {row.check for row in rows}
        check = min(checks)
        rows = [row for row in rows if row.check == check]
        for i in at:
            if families[i].check == check:
                rows += _rows_at(families[i], group.ranks[i], compound, top, (k, last))
        return min(rows, key=lambda row: (row.element, -row.state, row.quantity))
    return None


def _rank(row: Decisive) -> float:
    return round(row.utilisation, RANK_DECIMALS)


def _rows_at(
    family: Family, rank: Floats, compound: int, top: float, kind_and_last: tuple[int, int]
) -> list[Decisive]:
    kind, last = kind_and_last
    start, end = np.searchsorted(family.compound, [compound, compound + 1])
    found = []
    for row, state in np.argwhere(rank[start:end] == top):
        element = int(start + row)
        value = float(family.value[element, state])
        found.append(
            Decisive(
                kind=kind,
                check=family.check,
                element=family.element(element),
                quantity=family.quantity,
                state=int(state) if family.value.shape[1] > 1 else last,
                value=None if np.isnan(value) else value,
                limit=float(np.broadcast_to(family.limit, family.value.shape)[element, state]),
                unit=family.unit,
                utilisation=float(family.utilisation[element, state]),
            )
        )
    return found


def fails_per_state(
    families: Sequence[Family], few: Sequence[FewFinding], n_compounds: int, n_states: int
) -> Bools:
    """Return which compounds break a limit in which states, shape (n_compounds, n_states)."""
    found = np.zeros((n_compounds, n_states), dtype=bool)
    for family in families:
        rows, states = np.nonzero(family.fails)
        if family.value.shape[1] > 1:
            found[family.compound[rows], states] = True
        else:
            found[family.compound[rows]] = True
    for row in few:
        if row.finding.status == "fail":
            found[row.compound, slice(None) if row.state is None else row.state] = True
    return found
