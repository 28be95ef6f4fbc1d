"""How many chargers fit: the largest share of private bays at which no limit is broken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.case import Case, evaluate, scenario_units
from gridcalc.checks.finding import Finding
from gridcalc.checks.run import LOAD_CHECKS, Key, against_today, check
from gridcalc.demand.phases import build_out
from gridcalc.demand.scenario import Scenario
from gridcalc.network.arrays import Ints
from gridcalc.powerflow.solution import Solver
from gridcalc.units import PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """How far private charging can go, everything else as in a scenario.

    Attributes
    ----------
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

    n_private_bays: int
    n_today: int
    n_max: int | None
    share_percent: float | None
    next_binding: Finding | None


def private_share_that_fits(
    case: Case,
    scenario: Scenario,
    *,
    solver: Solver,
    before: Mapping[Key, float],
    s_today_kva: dict[str, float],
) -> Sensitivity | None:
    """Return how many private bays can be equipped, by bisection over a nested build-out.

    Parameters
    ----------
    case, scenario
        The compound, and what else is connected; its private share is varied.
    solver
        A fast engine; about ten solves of every level.
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
    groups = case.site.groups
    private = np.array([group.kind == "private_charger" for group in groups], dtype=bool)
    if not private.any():
        return None
    total = np.array([group.n_total for group in groups], dtype=np.int64)[private]
    today = np.array([group.today for group in groups], dtype=np.int64)[private]
    base = scenario_units(case, scenario)

    def violation(n: int) -> Finding | None:
        units: Ints = base.copy()
        units[private] = build_out(today, total, n)
        facts = evaluate(case, scenario, units, solver=solver, s_today_kva=s_today_kva)
        return _worst_added(check(facts, LOAD_CHECKS), before)

    n_max, binding = _largest(violation, low=int(today.sum()), high=int(total.sum()))
    return Sensitivity(
        n_private_bays=int(total.sum()),
        n_today=int(today.sum()),
        n_max=n_max,
        share_percent=None if n_max is None else PERCENT * n_max / int(total.sum()),
        next_binding=binding,
    )


def _worst_added(findings: tuple[Finding, ...], before: Mapping[Key, float]) -> Finding | None:
    marked = against_today(findings, before)
    added = [f for f in marked if f.is_added or (f.status == "fail" and f.value is None)]
    return max(added, key=lambda f: (f.utilisation, f.check, f.element), default=None)


def _largest(
    violation: Callable[[int], Finding | None], *, low: int, high: int
) -> tuple[int | None, Finding | None]:
    """Return the largest n in [low, high] without a violation, and what one more breaks."""
    binding = violation(high)
    if binding is None:
        return high, None
    first = violation(low) if low < high else binding
    if first is not None:
        return None, first
    while high - low > 1:
        middle = (low + high) // 2
        found = violation(middle)
        if found is None:
            low = middle
        else:
            high, binding = middle, found
    return low, binding
