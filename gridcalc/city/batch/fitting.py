"""How many private chargers fit in every compound: a search over all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.city.batch.deciding import added_fails, per_compound
from gridcalc.city.batch.family import Family, column, of_compounds
from gridcalc.city.batch.field import Field
from gridcalc.city.batch.field_some import some_of
from gridcalc.city.batch.limits_load import load_families
from gridcalc.city.batch.solving import solve
from gridcalc.demand.many_build_out import BuildOut, built_out
from gridcalc.hosting.guided import FAR, Guided, searches
from gridcalc.network.arrays import Bools, Floats, Ints

_NEGLIGIBLE = 1e-9
_MOST_ROUNDS = 60
_FEW_LEFT = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Most private chargers at which nothing new fails, and what one more breaks.

    ``n_max`` is ``None`` when something else already fails at today's number.
    """

    n_max: int | None
    next_check: str
    next_element: str


Worst = tuple[float, str, str]
"""Minus the rank of a violation, its check and its element."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """What one number of chargers per compound breaks.

    ``margin`` is the utilisation of the worst limit that follows the load, less one. [-]
    """

    worst: list[Worst | None]
    margin: Floats

    def with_some(self, rows: Ints, some: "Judged") -> "Judged":
        """Return the same with some compounds judged anew."""
        worst, margin = list(self.worst), self.margin.copy()
        for row, found in zip(rows.tolist(), some.worst, strict=True):
            worst[row] = found
        margin[rows] = some.margin
        return Judged(worst=worst, margin=margin)

    @property
    def fits(self) -> Bools:
        """Which compounds break nothing."""
        return np.array([row is None for row in self.worst], dtype=bool)


class Trial:
    """Judges some numbers of chargers in all compounds of a field at once.

    ``known`` are states that were solved before: the units of each, columns of ``today``.
    """

    def __init__(
        self,
        field: Field,
        base: Ints,
        today: tuple[Sequence[Family], Floats],
        known: Sequence[Ints] = (),
    ) -> None:
        self.field, self.base, self.known = field, base, known
        self.today, self.s_today_kva = today
        self.orders: dict[str, BuildOut] = {}

    def order(self, kind: str) -> BuildOut:
        """Return in which order the units of a kind are added, found on the first call."""
        if kind not in self.orders:
            self.orders[kind] = self.field.order(kind)
        return self.orders[kind]

    @property
    def private(self) -> BuildOut:
        """In which order private chargers are added."""
        return self.order("private_charger")

    @property
    def public(self) -> BuildOut:
        """In which order public chargers are added."""
        return self.order("public_charger")

    def of(self, rows: Ints) -> "Trial":
        """Return the trial of some compounds only."""
        field = self.field
        today = [column(family, 0) for family in self.today]
        families = of_compounds(today, rows, field.n_compounds)
        s_today_kva = self.s_today_kva[np.isin(field.of_source, rows)]
        kept = np.isin(field.groups.compound, rows)
        found = self._with(some_of(field, rows), self.base[kept], (families, s_today_kva), rows)
        found.orders = {kind: order.of(rows, kept) for kind, order in self.orders.items()}
        return found

    def _with(
        self,
        field: Field,
        base: Ints,
        today: tuple[Sequence[Family], Floats],
        rows: Ints,  # noqa: ARG002  for trials that know more of each compound
    ) -> "Trial":
        return Trial(field, base, today)

    def units(self, n_private: Ints) -> Ints:
        """Return the units of each load group for some private chargers per compound."""
        private, public = self.private, self.public
        groups = self.field.groups
        share = n_private / np.maximum(private.n_total, 1)
        in_step = np.ceil(share * public.n_total - _NEGLIGIBLE).astype(np.int64)
        n_public = np.where(n_private <= private.n_today, public.n_today, in_step)
        units = self.base.copy()
        for order, wanted in ((private, n_private), (public, n_public)):
            units[order.rows] = built_out(groups, order, wanted)[order.rows]
        return units

    def ends(self, high: Ints, low: Ints) -> list[Judged]:
        """Return what the largest and the smallest numbers break, as ``judge``.

        Compounds in which one of them is a state that was solved before are not solved again.
        """
        if not self.known:
            return self.judge([high, low])
        found, new = [], np.zeros(self.field.n_compounds, dtype=bool)
        for n_private in (high, low):
            states = [self._differing(self.units(n_private), state) for state in self.known]
            k = int(np.argmin([differs.sum() for differs in states]))
            found.append(self.judged(self.today, k))
            new |= states[k]
        rows = np.flatnonzero(new)
        if len(rows):
            again = self.of(rows).judge([high[rows], low[rows]])
            found = [old.with_some(rows, one) for old, one in zip(found, again, strict=True)]
        return found

    def _differing(self, units: Ints, state: Ints) -> Bools:
        """Return the compounds with private bays whose units differ from those of a state."""
        found = np.zeros(self.field.n_compounds, dtype=bool)
        found[self.field.groups.compound[units != state]] = True
        return found & (self.private.n_total > 0)

    def judge(self, candidates: Sequence[Ints]) -> list[Judged]:
        """Return what some numbers of chargers break, each array one number per compound."""
        states = [self.units(n_private) for n_private in candidates]
        solved = solve(self.field, states)
        families = tuple(load_families(self.field, solved, states, self.s_today_kva))
        return [self.judged(families, k) for k in range(len(states))]

    def judged(self, families: Sequence[Family], state: int) -> Judged:
        """Return what one state of some families breaks."""
        n = self.field.n_compounds
        worst: list[Worst | None] = [None] * n
        share = np.zeros(n)
        for both, today in zip(families, self.today, strict=True):
            family = column(both, state)
            mask = added_fails(family, today) | (family.fails & np.isnan(family.value))
            rank = family.rank
            if mask.any():
                _keep_worst(worst, family, np.where(mask, rank, -np.inf), n)
            if family.level:
                before = np.where(today.fails[:, :1], today.utilisation[:, :1], 1.0)
                np.maximum(share, per_compound(family, rank / before, n), out=share)
        return Judged(worst=worst, margin=np.minimum(share, FAR) - 1)


def _keep_worst(found: list[Worst | None], family: Family, rank: Floats, n: int) -> None:
    best = per_compound(family, rank, n)
    for compound in np.flatnonzero(np.isfinite(best)).tolist():
        start, end = np.searchsorted(family.compound, [compound, compound + 1])
        rows = start + np.flatnonzero(rank[start:end, 0] == best[compound])
        element = min(family.element(int(row)) for row in rows)
        key = (-float(best[compound]), family.check, element)
        if found[compound] is None or key < found[compound]:  # type: ignore[operator]
            found[compound] = key


def private_chargers_that_fit(
    field: Field,
    base: Ints,
    *,
    today: tuple[Sequence[Family], Floats],
    known: Sequence[Ints] = (),
) -> list[Fitting | None]:
    """Return how many private chargers fit, per compound; ``None`` without private bays.

    Parameters
    ----------
    field
        The compounds.
    base
        Units of each load group of the scenario whose e-bike sockets are connected.
    today
        Families of the state today in the order of ``load_families``, and the load of each
        source today. [kVA]
    known
        Units of each load group in the states of these families, today first.
    """
    return fitting_of(Trial(field, base, today, known))


def fitting_of(trial: Trial) -> list[Fitting | None]:
    """Return how many private chargers fit, per compound; see ``private_chargers_that_fit``."""
    low, high = trial.private.n_today.copy(), trial.private.n_total.copy()
    at_high, at_low = trial.ends(high, low)
    is_open, blocked = ~at_high.fits, ~at_high.fits & ~at_low.fits
    worst = [a if b else c for a, b, c in zip(at_low.worst, blocked, at_high.worst, strict=True)]
    rows = np.flatnonzero(is_open & ~blocked & (high > low))
    search = searches(low, high, at_low.margin, at_high.margin).of(rows)
    n_max, breaks = _searched(trial.of(rows), search, 0) if len(rows) else (low[rows], [])
    low[rows] = n_max
    for row, found in zip(rows.tolist(), breaks, strict=True):
        worst[row] = found or worst[row]
    return [
        _fitting(trial.private, c, bool(is_open[c]), bool(blocked[c]), int(low[c]), worst[c])
        for c in range(trial.field.n_compounds)
    ]


def _searched(trial: Trial, search: Guided, i: int) -> tuple[Ints, list[Worst | None]]:
    """Return the largest numbers that fit and what one more breaks, ``None`` if never tried.

    ``i`` counts the tries. When few compounds are left they go on by themselves.
    """
    worst: list[Worst | None] = [None] * len(search.low)
    for k in range(i, _MOST_ROUNDS):
        rows = np.flatnonzero(search.is_open)
        if not len(rows):
            break
        if len(rows) <= _FEW_LEFT * len(worst):
            low = search.low.copy()
            low[rows], rest = _searched(trial.of(rows), search.of(rows), k)
            for row, found in zip(rows.tolist(), rest, strict=True):
                worst[row] = found or worst[row]
            return low, worst
        tried = np.where(search.is_open, search.guess(k), search.low)
        (judged,) = trial.judge([tried])
        fits = judged.fits
        for row in rows[~fits[rows]].tolist():
            worst[row] = judged.worst[row]
        search = search.after(tried, fits, judged.margin)
    return search.low, worst


def _fitting(
    private: BuildOut,
    compound: int,
    is_open: bool,  # noqa: FBT001  they are the values
    is_blocked: bool,  # noqa: FBT001
    low: int,
    worst: Worst | None,
) -> Fitting | None:
    if not private.n_total[compound]:
        return None
    check, element = worst[1:] if worst else ("", "")
    if not is_open:
        return Fitting(n_max=int(private.n_total[compound]), next_check="", next_element="")
    n_max = None if is_blocked else low
    return Fitting(n_max=n_max, next_check=check, next_element=element)
