"""The mixed integer program: the cheapest selection that obeys all cuts found so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from gridcalc.checks.run import Key
from gridcalc.network.arrays import Floats, Ints
from gridcalc.silence import silent_solver
from gridcalc.upgrade.search.capacity import Capacity
from gridcalc.upgrade.search.dominance import undominated
from gridcalc.upgrade.search.fixed_days import StationDays
from gridcalc.upgrade.search.helpers import Cut
from gridcalc.upgrade.search.integer import Program, minimum, minimum_apart
from gridcalc.upgrade.search.judge import Broken
from gridcalc.upgrade.search.links import concerned, links, one_each
from gridcalc.upgrade.search.pattern_rows import Row, is_count, pattern_rows
from gridcalc.upgrade.search.patterns import Pattern
from gridcalc.upgrade.search.pricing import Costs
from gridcalc.upgrade.search.space import (
    KEEP,
    Selection,
    Space,
    Var,
    taken,
)

_ROUNDING = 1e-9
_GAP = 0.005
"""Of the program that deals out feeders. [-]"""
_MAX_NODES = 500
_FEW_NODES = 60
_OVERFULL = 3.0
_FILL = "fill"
_UNIT = "unit:"
_TINY = 1e-12
_ROOM = 0.96
"""Part of a unit's capacity up to which its feeders may fill it for nothing. [-]"""
_PER_FILL = 5.0
""" What filling units further costs, as a multiple of the plan's cost. [-]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """What every good plan obeys: cuts, and combinations of feeders that do not fit.

    The rest is for those who go on: guides, combinations that no selection took so far, fixed
    loads of simulated days, capacities of units, how far they were exceeded beyond what feeders
    add at least, limits that no works mend, and a plan that holds; with one, none is looked for
    but cheaper ones.
    """

    cuts: Sequence[Cut]
    patterns: Sequence[Pattern] = ()
    guides: Sequence[Cut] = ()
    waiting: Sequence[Pattern] = ()
    on_days: Sequence[StationDays] = ()
    capacities: Sequence[Capacity] = ()
    over: Mapping[tuple[str, float], float] = field(default_factory=dict)
    left_open: Mapping[Key, Broken] = field(default_factory=dict)
    plan: Selection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheapest:
    """The cheapest selection under some cuts, its cost, and what any costs at least [yuan]."""

    selection: Selection
    cost_yuan: float
    bound_yuan: float


def cheapest(
    space: Space,
    costs: Costs,
    known: Known,
    frozen: frozenset[Var] | None = None,
    *,
    gap: float = 0.0,
) -> Cheapest | None:
    """Return the cheapest selection that obeys some cuts, ``None`` if there is none.

    Only places that a cut, or a place beside it, names take part; the others stay as they are.

    Parameters
    ----------
    space, costs
        What may be built, and for how much.
    known
        What every good plan obeys.
    frozen
        Options that may be taken besides leaving a place as it is; ``None`` for all.
    gap
        How far the selection may be from the cheapest, as a share of its cost. [-]
    """
    return _solved(_Program(space, costs, _distinct(known), frozen), costs, gap)


def balanced(
    space: Space,
    costs: Costs,
    known: Known,
    capacities: Sequence[Capacity],
    start: Selection,
    frozen: frozenset[Var] | None = None,
) -> tuple[Selection, float]:
    """Return a selection with the same units, their feeders dealt out with some room to spare.

    Also returns how full the fullest unit is; above 1 they do not fit.

    What feeders add at least leaves losses out, so among the cheap selections one that fills the
    units least is likelier to hold.

    Parameters
    ----------
    space, costs, known, frozen
        As for ``cheapest``.
    capacities
        Of the units in their present ratings, less what was learned about losses.
    start
        The cheapest selection.
    """
    stations = sorted({row.station for row in capacities})
    fills = [
        Row(
            weights={
                **_feeders_only(row.cut),
                (_FILL, stations.index(row.station)): row.usable_kva,
            },
            at_least=_board_kva(row),
        )
        for row in capacities
    ]
    program = _Program(space, costs, _distinct(known), frozen, more=fills, units_of=start)
    a, low = program.matrix(n_fills=len(stations))
    n, more = len(program.vars), len(stations)
    per_fill = _PER_FILL * max(costs.plan_yuan(start), 1.0)
    found = minimum(
        Program(
            cost=np.append(program.cost, np.full(more, per_fill)),
            a=a,
            low=low,
            lower=np.append(np.zeros(n), np.full(more, _ROOM)),
            upper=np.append(np.ones(n), np.full(more, _OVERFULL)),
            whole=np.append(np.ones(n, dtype=bool), np.zeros(more, dtype=bool)),
        ),
        gap=_GAP,
        max_nodes=_FEW_NODES,
    )
    if found is None:
        return start, 0.0
    return program.selection(found.x), float(found.x[n:].max())


def _distinct(known: Known) -> Known:
    """Return what is known, cuts that ask for the same once: one may come from many limits."""
    by_shape: dict[tuple[float, int], list[Cut]] = {}
    kept: list[Cut] = []
    for cut in known.cuts:
        alike = by_shape.setdefault((cut.at_least, len(cut.weights)), [])
        if not any(cut.weights == other.weights for other in alike):
            alike.append(cut)
            kept.append(cut)
    return replace(known, cuts=kept)


def _is_unit(var: Var) -> bool:
    return var[0].startswith(_UNIT)


def _feeders_only(cut: Cut) -> dict[Var, float]:
    return {var: weight for var, weight in cut.weights.items() if not _is_unit(var)}


def _board_kva(row: Capacity) -> float:
    """Return what the loads at a unit's board add [kVA]."""
    return row.cut.at_least + row.capacity_kva


def conflicting(
    space: Space, costs: Costs, known: Known, frozen: frozenset[Var] | None = None
) -> tuple[Broken, ...]:
    """Return broken limits that no selection mends together, those that lack least in sum."""
    cuts = known.cuts
    program = _Program(space, costs, known, frozen)
    n, m = len(program.vars), len(cuts)
    a, low = program.matrix()
    slack = csr_array((np.ones(m), (np.arange(m), np.arange(m))), shape=(a.shape[0], m))
    objective = np.concatenate([np.zeros(n), np.ones(m)])
    upper = np.concatenate([np.ones(n), np.full(m, np.inf)])
    with silent_solver():
        result = milp(
            objective,
            constraints=LinearConstraint(_beside(a, slack), low, np.inf),
            integrality=np.concatenate([np.ones(n), np.zeros(m)]),
            bounds=Bounds(0, upper),
        )
    if result.x is None:
        return tuple(cut.reason for cut in cuts)
    missing = result.x[n:]
    return tuple(cut.reason for cut, lack in zip(cuts, missing, strict=True) if lack > 1e-6)


def _beside(a: csr_array, b: csr_array) -> csr_array:
    return csr_array(hstack([a, b]))


class _Program:
    """The arrays of the program; options no plan needs are left out."""

    def __init__(
        self,
        space: Space,
        costs: Costs,
        known: Known,
        frozen: frozenset[Var] | None,
        *,
        more: Sequence[Row] = (),
        units_of: Selection | None = None,
    ) -> None:
        """Set up the variables and rows.

        ``more`` are further rows, which may name fills besides options; with ``units_of`` all
        units, and the 10 kV side, are those of a selection.
        """
        self.space, self.frozen, self.units_of = space, frozen, units_of
        rows = [Row(weights=cut.weights, at_least=cut.at_least) for cut in known.cuts]
        combined = list(pattern_rows(space, known.patterns))
        places = concerned(space, [*rows, *combined])
        tied = list(links(space, set(places)))
        free = {place: self._free(place) for place in places}
        yuan = {var: costs.yuan(var) for mine in free.values() for var in mine}
        kept = undominated(free, yuan, [*rows, *combined, *tied, *more])
        self.options = [var for mine in free.values() for var in mine if var in kept]
        helpers = sorted({var for row in combined for var in row.weights if is_count(var)})
        self.vars = [*self.options, *helpers]
        self.index = {var: i for i, var in enumerate(self.vars)}
        self.rows = [*rows, *combined, *one_each(self.options), *tied, *more]
        self.cost = np.array([yuan.get(var, 0.0) for var in self.vars])

    def _free(self, place: str) -> list[Var]:
        """Return the options of a place that may be taken."""
        of_units = place.startswith(_UNIT) or self._is_common(place)
        if self.units_of is not None and of_units:
            return [(place, taken(self.units_of, place))]
        options = [(place, k) for k in range(self.space.n_options(place))]
        return [
            var for var in options if self.frozen is None or var[1] == KEEP or var in self.frozen
        ]

    def _is_common(self, place: str) -> bool:
        """Return whether a place is on the 10 kV side, where several substations share it."""
        kind, _, name = place.partition(":")
        return kind == "source" or (kind == "cable" and name not in self.space.feeder_of_cable)

    def rare(self) -> Ints:
        """Return a number for each place of the 10 kV side at its options; zero for the rest.

        What is built there is dear, and ties all substations.
        """
        number: dict[str, int] = {}
        return np.array(
            [
                number.setdefault(var[0], len(number) + 1)
                if var[1] != KEEP and not is_count(var) and self._is_common(var[0])
                else 0
                for var in self.vars
            ],
            dtype=np.int64,
        )

    def selection(self, x: Floats) -> dict[str, int]:
        """Return the options taken in a solution."""
        chosen = zip(self.vars, x[: len(self.vars)], strict=True)
        taken = [var for var, value in chosen if value > 1 / 2 and not is_count(var)]
        return {place: k for place, k in sorted(taken) if k != KEEP}

    def matrix(self, *, n_fills: int = 0) -> tuple[csr_array, Floats]:
        """Return the rows as a matrix, scaled, and what each is at least; fills stand last."""
        index = {**self.index, **{(_FILL, k): len(self.vars) + k for k in range(n_fills)}}
        data, i, j, low = [], [], [], []
        for k, row in enumerate(self.rows):
            scale = max([abs(row.at_least), *map(abs, row.weights.values()), _TINY])
            for var, weight in row.weights.items():
                if var in index:
                    data.append(weight / scale)
                    i.append(k)
                    j.append(index[var])
            low.append(row.at_least / scale - _ROUNDING)
        shape = (len(low), len(self.vars) + n_fills)
        return csr_array((data, (i, j)), shape=shape), np.array(low)


def _solved(program: _Program, costs: Costs, gap: float) -> Cheapest | None:
    a, low = program.matrix()
    n = len(program.vars)
    found = minimum_apart(
        Program(
            cost=program.cost,
            a=a,
            low=low,
            lower=np.zeros(n),
            upper=np.ones(n),
            whole=np.ones(n, dtype=bool),
        ),
        program.rare(),
        gap=gap,
        max_nodes=_MAX_NODES,
    )
    if found is None:
        return None
    selection = program.selection(found.x)
    cost = costs.plan_yuan(selection)
    return Cheapest(selection=selection, cost_yuan=cost, bound_yuan=min(found.bound, cost))
