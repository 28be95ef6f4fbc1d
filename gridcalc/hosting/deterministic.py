"""How many chargers fit: the largest share of private bays at which no limit is broken."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.case import Case, evaluate, scenario_units
from gridcalc.checks.finding import Finding
from gridcalc.checks.run import LOAD_CHECKS, Key, against_today, check
from gridcalc.checks.transformer import N_MINUS_1
from gridcalc.demand.phases import build_out
from gridcalc.demand.scenario import Scenario
from gridcalc.hosting.guided import FAR, searches
from gridcalc.network.arrays import Bools, Ints
from gridcalc.powerflow.solution import Solver
from gridcalc.units import PERCENT

_NEGLIGIBLE = 1e-9
_MOST_TRIES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """How far private charging can go; public chargers go in step, e-bikes as in a scenario.

    Attributes
    ----------
    scenario
        The scenario whose e-bike sockets are connected.
    n_private_bays, n_today
        Private bays in all, and chargers there today.
    n_max
        Most chargers at which nothing beyond today's violations fails; ``None`` when something
        else in the scenario already breaks a limit at today's number.
    share_percent
        The same in percent of the private bays. [%]
    next_binding
        What fails with one charger more; ``None`` when every bay fits.
    """

    scenario: str
    n_private_bays: int
    n_today: int
    n_max: int | None
    share_percent: float | None
    next_binding: Finding | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bays:
    """The load groups of one kind of charger: which rows, how many today and in all."""

    rows: Bools
    today: Ints
    total: Ints

    @classmethod
    def of(cls, case: Case, kind: str) -> "_Bays":
        groups = case.site.groups
        rows = np.array([group.kind == kind for group in groups], dtype=bool)
        today = np.array([group.today for group in groups], dtype=np.int64)
        total = np.array([group.n_total for group in groups], dtype=np.int64)
        return cls(rows=rows, today=today[rows], total=total[rows])

    @property
    def n_total(self) -> int:
        return int(self.total.sum())


def private_share_that_fits(
    case: Case,
    scenario: Scenario,
    *,
    solver: Solver,
    before: Mapping[Key, float],
    s_today_kva: Mapping[str, float],
) -> Sensitivity | None:
    """Return how many private bays can be equipped, by a guided search over a nested build-out.

    Parameters
    ----------
    case, scenario
        The compound, and what else is connected; its share of chargers is varied.
    solver
        A fast engine; about six solves of every level.
    before
        Utilisation of today's violations; these are tolerated as long as they do not grow. A
        state without a solution is never tolerated.
    s_today_kva
        Peak of each source today. [kVA]

    Returns
    -------
    Sensitivity or None
        ``None`` when there is no private bay.
    """
    private, public = _Bays.of(case, "private_charger"), _Bays.of(case, "public_charger")
    if not private.rows.any():
        return None
    base = scenario_units(case, scenario)

    def judged(n: int) -> _Judged:
        units: Ints = base.copy()
        units[private.rows] = build_out(private.today, private.total, n)
        units[public.rows] = build_out(public.today, public.total, _in_step(n, private, public))
        facts = evaluate(case, scenario, units, solver=solver, s_today_kva=s_today_kva)
        return _judged(check(facts, LOAD_CHECKS), before)

    n_max, binding = _largest(judged, low=int(private.today.sum()), high=private.n_total)
    return Sensitivity(
        scenario=scenario.name,
        n_private_bays=private.n_total,
        n_today=int(private.today.sum()),
        n_max=n_max,
        share_percent=None if n_max is None else PERCENT * n_max / private.n_total,
        next_binding=binding,
    )


def _in_step(n_private: int, private: _Bays, public: _Bays) -> int:
    """Return the public chargers that go with some private ones, rounded up as in a stage."""
    if n_private <= int(private.today.sum()):
        return int(public.today.sum())
    return math.ceil(n_private / private.n_total * public.n_total - _NEGLIGIBLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """The worst violation of one number of chargers, and how far limits are from breaking."""

    violation: Finding | None
    margin: float


def _judged(findings: tuple[Finding, ...], before: Mapping[Key, float]) -> _Judged:
    marked = against_today(findings, before)
    added = [f for f in marked if f.is_added or (f.status == "fail" and f.value is None)]
    shares = [f.rank / before.get(f.key, 1.0) for f in findings if _follows_load(f)]
    return _Judged(
        violation=min(added, key=lambda f: (-f.rank, f.check, f.element), default=None),
        margin=min(max(shares, default=0.0), FAR) - 1,
    )


def _follows_load(finding: Finding) -> bool:
    """Return whether a finding comes nearer to its limit with every charger."""
    return bool(finding.level) and finding.limit is not None and finding.check != N_MINUS_1


def _largest(
    judge: Callable[[int], _Judged], *, low: int, high: int
) -> tuple[int | None, Finding | None]:
    """Return the largest n in [low, high] without a violation, and what one more breaks."""
    last = judge(high)
    if last.violation is None:
        return high, None
    first = judge(low) if low < high else last
    if first.violation is not None:
        return None, first.violation
    binding = last.violation
    search = searches(
        *(np.array([n]) for n in (low, high)),
        *(np.array([row.margin]) for row in (first, last)),
    )
    for i in range(_MOST_TRIES):
        if not search.is_open[0]:
            break
        tried = search.guess(i)
        found = judge(int(tried[0]))
        binding = found.violation or binding
        fits = np.array([found.violation is None])
        search = search.after(tried, fits, np.array([found.margin]))
    return int(search.low[0]), binding
