"""How many chargers a foreign network carries, by the factor method."""

from collections.abc import Callable

import numpy as np

from gridcalc.checks.finding import Finding
from gridcalc.demand.phases import build_out
from gridcalc.demand.scenario import Scenario, parse_scenario
from gridcalc.foreign.case import (
    ForeignCase,
    foreign_case,
    judge_units,
    scenario_units,
    solve_units,
    unbalanced_solver,
)
from gridcalc.foreign.load_map import NO_MAP, LoadMap
from gridcalc.foreign.records import Choices, ForeignHosting
from gridcalc.foreign.study import DESIGN_SEASON, check_units, network_id, stated
from gridcalc.hosting.records import Hosting, HostingResult, Limit
from gridcalc.network.foreign_tables import ForeignTables
from gridcalc.policy import PolicyPack
from gridcalc.question import DEFAULT_SEED
from gridcalc.units import PERCENT

_PRIVATE = "private_charger"
Judge = Callable[[int], tuple[Finding, ...]]
"""The new violations with a number of added chargers, worst first."""
Excused = tuple[str, str]
"""Check and element whose violations do not count."""


def foreign_hosting(
    tables: ForeignTables,
    *,
    policy: PolicyPack,
    scenario: str,
    given: LoadMap = NO_MAP,
    choices: Choices | None = None,
) -> ForeignHosting:
    """Return how many private chargers a foreign network carries, and what binds.

    Parameters
    ----------
    tables
        The network as its file gives it.
    policy
        The rules that judge.
    scenario
        Whose e-bike sockets are connected; its share of chargers is what is searched.
    given, choices
        As in ``foreign_study``.

    Raises
    ------
    InputError
        There is no bay to equip, or no unbalanced power flow.
    ConvergenceError
        The network has no solution as the file gives it.
    """
    what = parse_scenario(scenario)
    case = foreign_case(tables, policy=policy, given=given, choices=choices or Choices())
    check_units(case, (what, parse_scenario("ev-100")))
    n_free = case.n_bays - case.n_today
    result = _searched(_judge(case, what), n_free, case)
    return ForeignHosting(
        hosting=Hosting(
            compound_id=network_id(tables),
            compound_name=tables.name,
            policy=policy.id,
            seed=DEFAULT_SEED,
            scenario=what.name,
            engine="pandapower",
            accepted_risk=0.0,
            n_private_bays=case.n_bays,
            n_today=case.n_today,
            results=(result,),
        ),
        imported=case.imported,
        policy=policy,
        assumptions=stated(case, unbalanced=True),
    )


def _judge(case: ForeignCase, scenario: Scenario) -> Judge:
    """Return the judge of numbers of added chargers; it remembers what it was asked."""
    solver = unbalanced_solver(case)
    base = scenario_units(case, scenario)
    rows = np.array([group.kind == _PRIVATE for group in case.demand.groups], dtype=bool)
    total = np.array([group.n_total for group in case.demand.groups], dtype=np.int64)[rows]
    known: dict[int, tuple[Finding, ...]] = {}

    def judge(n: int) -> tuple[Finding, ...]:
        if n not in known:
            units = base.copy()
            units[rows] = build_out(np.zeros_like(total), total, n)
            found = judge_units(case, solve_units(case, units, solver))
            added = [f for f in found if f.is_added or (f.status == "fail" and f.value is None)]
            known[n] = tuple(sorted(added, key=lambda f: (-f.rank, f.check, f.element)))
        return known[n]

    return judge


def _searched(judge: Judge, n_free: int, case: ForeignCase) -> HostingResult:
    n_added, binding = _largest(judge, n_free, ())
    without, following = None, None
    if binding is not None and binding.value is not None:
        excused = ((binding.check, binding.element),)
        without, following = _largest(judge, n_free, excused)
    n_max = None if n_added is None else case.n_today + n_added
    return HostingResult(
        mode="factor",
        season=DESIGN_SEASON,
        charging="uncontrolled",
        n_max=n_max,
        share_percent=None if n_max is None else PERCENT * n_max / max(case.n_bays, 1),
        binding=_limit(binding),
        n_without_binding=None if without is None else case.n_today + without,
        next_binding=_limit(following),
    )


def _limit(finding: Finding | None) -> Limit | None:
    if finding is None:
        return None
    return Limit(check=finding.check, element=finding.element, quantity=finding.quantity)


def _largest(
    judge: Judge, high: int, excused: tuple[Excused, ...]
) -> tuple[int | None, Finding | None]:
    """Return how many chargers can be added without a new violation, and what one more breaks.

    ``None`` and what is broken where even no added charger is too many. A state without a solution
    is never excused.
    """

    def worst(n: int) -> Finding | None:
        left = (f for f in judge(n) if f.value is None or (f.check, f.element) not in excused)
        return next(left, None)

    if worst(high) is None:
        return high, None
    binding = worst(0)
    if binding is not None:
        return None, binding
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if worst(middle) is None else (low, middle)
    return low, worst(high)
