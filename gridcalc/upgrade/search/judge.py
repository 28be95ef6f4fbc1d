"""The judge of a plan: the same checks as a study, heaviest scenario first."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from gridcalc.catalogue import Catalogue
from gridcalc.checks.case import Case, evaluate, loads_at, prepare, scenario_units
from gridcalc.checks.facts import Facts
from gridcalc.checks.finding import Finding
from gridcalc.checks.run import SAME_SHARE, Key, check
from gridcalc.checks.simulated import evaluate_days, simulation_of
from gridcalc.compound.model import Compound
from gridcalc.demand.levels import FEEDER
from gridcalc.demand.scenario import TODAY, Scenario, parse_scenario
from gridcalc.errors import ConvergenceError
from gridcalc.network.arrays import Floats, Network, PhaseLoads
from gridcalc.policy import PolicyPack
from gridcalc.powerflow.engine import solve_state
from gridcalc.powerflow.solution import Complexes, Solution
from gridcalc.simulation.days import Simulation, simulate_days
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.settings import Charging, SimulationSettings

MANAGED: Charging = "managed"
DAYS = "stochastic"
SEVERE_PU = 0.75
"""Voltage below which drops are taken as linear, because in truth nothing is linear there. [pu]"""
_HARDLY = 0.01
HIGHEST_PU = 1.07
"""Highest phase voltage that a load may have. [pu]"""
_REMEMBERED = 128
"""Plans whose solved states are kept: other prices and stages come to the same plans again."""
Ignored = Mapping[Key, float]
_LOADED = frozenset({"transformer.loading", "cable.loading"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Criteria:
    """What a plan has to meet.

    Attributes
    ----------
    catalogue, policy
        Equipment and limits.
    scenarios
        From the least to the most that is connected.
    method
        ``factor`` or ``stochastic``: the method that governs without control.
    days
        Settings of the simulated days, one for each season that is looked at.
    charging
        Charging modes without control that count where simulated days govern.
    control
        Whether orderly charging is fitted and may be relied on.
    trigger_percent, target_percent
        Loading of transformers and cables as they are, and of those the plan builds, where that
        is below their limit. [%]
    seen
        Plans judged last, by what is built; they are the same in all criteria made of these.
    """

    catalogue: Catalogue
    policy: PolicyPack
    scenarios: tuple[Scenario, ...]
    method: str
    days: tuple[SimulationSettings, ...]
    charging: tuple[Charging, ...] = ("uncontrolled",)
    control: bool = False
    trigger_percent: float | None = None
    target_percent: float | None = None
    seen: "dict[Hashable, Seen]" = field(default_factory=dict, repr=False)

    def seen_or(self, plan: Hashable, compound: Callable[[], Compound]) -> "Seen":
        """Return a plan made ready to judge; one judged before keeps what was solved of it.

        Parameters
        ----------
        plan
            What is built, control included.
        compound
            Returns the compound with the plan, its gaps filled.
        """
        if plan not in self.seen:
            while len(self.seen) >= _REMEMBERED:
                del self.seen[next(iter(self.seen))]
            case = prepare(
                compound(), catalogue=self.catalogue, policy=self.policy, solver=solve_state
            )
            self.seen[plan] = Seen(case=case)
        return self.seen[plan]

    def max_loading(self, limit: float, *, built: bool) -> float:
        """Return the loading that a transformer or cable with some limit may reach [%]."""
        wanted = self.target_percent if built else self.trigger_percent
        wanted = self.trigger_percent if wanted is None else wanted
        return limit if wanted is None else min(limit, wanted)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """One scenario that was judged.

    ``loads`` and ``v_pu``, shape (n_nodes, 3), are those of the feeder level; ``None`` for
    simulated days and where there is no solution. ``v_none_pu`` are the voltages without load
    where voltages are so low that ``facts`` and ``v_pu`` are those of ``linear_state``.
    """

    case: Case
    facts: Facts
    loads: PhaseLoads | None = None
    v_pu: Complexes | None = None
    v_none_pu: Complexes | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A compound with a plan, and the states of it that were solved so far."""

    case: Case
    states: dict[Hashable, State] = field(default_factory=dict)
    sims: dict[SimulationSettings, Simulation] = field(default_factory=dict)

    def state(self, key: Hashable, solved: Callable[[], State]) -> State:
        """Return a state, solved once."""
        if key not in self.states:
            self.states[key] = solved()
        return self.states[key]

    def sim(self, settings: SimulationSettings) -> Simulation:
        """Return the simulation of some days, prepared once."""
        if settings not in self.sims:
            self.sims[settings] = simulation_of(self.case, settings)
        return self.sims[settings]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Broken:
    """A limit a plan breaks, and the state in which it does."""

    finding: Finding
    state: State


def judge(
    plan: Seen, criteria: Criteria, *, built: frozenset[str], ignored: Ignored
) -> tuple[Broken, ...]:
    """Return the limits that a compound breaks in the first scenario that breaks any.

    Scenarios are gone through from the heaviest to the lightest. With control, limits that are
    broken without it do not count where managed charging keeps them, as in a study.

    Parameters
    ----------
    plan
        The compound with the plan.
    criteria
        What to meet.
    built
        Ids of transformers and cables that the plan builds.
    ignored
        Broken limits that no works can mend, and how far; they count if a plan makes them worse.
    """
    heaviest_first = criteria.scenarios[::-1]

    def broken(states: Iterator[State]) -> tuple[Broken, ...]:
        return _first_broken(states, criteria, built, ignored)

    alone = broken(_governing(plan, heaviest_first, criteria))
    if not alone or not criteria.control:
        return alone
    helped = [scenario for scenario in heaviest_first if _is_helped(plan.case, scenario)]
    others = [scenario for scenario in heaviest_first if scenario not in helped]
    if not helped:
        return alone
    managed = _simulated(plan, helped, criteria, (MANAGED,))
    return broken(_governing(plan, others, criteria)) or broken(managed)


def heaviest_unhelped(criteria: Criteria, state: State) -> State:
    """Return the heaviest scenario that control does not help, as the factor method sees it.

    Every plan has to carry it, with control or without. The state that was judged is returned
    where that is by factors already, or where there is no such scenario.
    """
    if state.facts.days is None or criteria.method == DAYS:
        return state
    case = state.case
    for scenario in criteria.scenarios[::-1]:
        if not _is_helped(case, scenario):
            return _factor(case, scenario, None)
    return state


def _is_helped(case: Case, scenario: Scenario) -> bool:
    """Return whether a scenario adds chargers that can be controlled."""
    if scenario.ev_share is None:
        return False
    n_units = scenario_units(case, scenario)
    groups = zip(case.site.groups, n_units, strict=True)
    return any(n for group, n in groups if group.kind == "private_charger")


def _first_broken(
    states: Iterator[State], criteria: Criteria, built: frozenset[str], ignored: Ignored
) -> tuple[Broken, ...]:
    for state in states:
        rows = _tightened(check(state.facts), criteria, built)
        failed = [row for row in rows if row.status == "fail" and not _is_ignored(row, ignored)]
        if state.v_none_pu is not None:
            failed = [row for row in failed if row.check != "voltage.unbalance"]
        if failed:
            return tuple(Broken(finding=finding, state=state) for finding in failed)
    return ()


def _is_ignored(row: Finding, ignored: Ignored) -> bool:
    return row.key in ignored and row.utilisation <= ignored[row.key] * (1 + SAME_SHARE)


def _tightened(
    findings: Iterable[Finding], criteria: Criteria, built: frozenset[str]
) -> Iterator[Finding]:
    """Yield the findings, loadings held against trigger and target where these are lower."""
    for row in findings:
        if row.check not in _LOADED or row.quantity or row.limit is None or row.value is None:
            yield row
            continue
        limit = criteria.max_loading(row.limit, built=row.element in built)
        if limit >= row.limit:
            yield row
        else:
            status = "fail" if row.value > limit else row.status
            yield replace(row, limit=limit, status=status, utilisation=row.value / limit)


def _governing(plan: Seen, scenarios: Iterable[Scenario], criteria: Criteria) -> Iterator[State]:
    if criteria.method == DAYS:
        yield from _simulated(plan, scenarios, criteria, criteria.charging)
        return
    case = plan.case
    today = plan.state(TODAY, lambda: _factor(case, parse_scenario(TODAY), None))
    for scenario in scenarios:
        yield plan.state(scenario, partial(_factor, case, scenario, today))


def _factor(case: Case, scenario: Scenario, today: State | None) -> State:
    n_units = scenario_units(case, scenario)
    known = None if today is None else today.facts.s_today_kva
    facts = evaluate(case, scenario, n_units, solver=solve_state, s_today_kva=known)
    network = case.site.network
    loads = loads_at(case, n_units, FEEDER)
    try:
        v_pu = solve_state(network, loads, network.sources.vm_peak_pu).v_pu
    except ConvergenceError:
        v_pu = None
    state = State(case=case, facts=facts, loads=None if v_pu is None else loads, v_pu=v_pu)
    lowest = min((row.vm_min_pu for row in facts.nodes), default=1.0)
    if not facts.failed_levels and v_pu is not None and lowest >= SEVERE_PU:
        return state
    return _linear_state(state, scenario, known) or state


def _linear_state(
    state: State, scenario: Scenario, known: Mapping[str, float] | None
) -> State | None:
    """Return the state in which drops grow with the load as they do at hardly any load.

    Where voltages collapse, loads of constant power draw far more than that, so what breaks a
    limit here breaks it in truth. ``None`` where nothing does.
    """
    case, network = state.case, state.case.site.network
    n_units = scenario_units(case, scenario)
    loads = loads_at(case, n_units, FEEDER)
    vm_pu = network.sources.vm_peak_pu
    try:
        facts = evaluate(case, scenario, n_units, solver=_linear, s_today_kva=known)
        none = solve_state(network, _share_of(loads, 0.0), vm_pu).v_pu
        v_pu = _linear(network, loads, vm_pu).v_pu
    except ConvergenceError:
        return None
    low = [row for row in check(facts) if row.check == "voltage.deviation" and row.status == "fail"]
    if not any(row.quantity.endswith("min") for row in low):
        return None
    return State(case=case, facts=facts, loads=loads, v_pu=v_pu, v_none_pu=none)


def _share_of(loads: PhaseLoads, share: float) -> PhaseLoads:
    return PhaseLoads(p_kw=loads.p_kw * share, q_kvar=loads.q_kvar * share)


def _linear(network: Network, loads: PhaseLoads, source_vm_pu: Floats) -> Solution:
    """Return the voltages whose drops are those at hardly any load, scaled to the load.

    At the highest voltage there can be loads draw a little less.
    """
    none = solve_state(network, _share_of(loads, 0.0), source_vm_pu).v_pu
    some = solve_state(network, _share_of(loads, _HARDLY), source_vm_pu).v_pu
    v_pu = none + (some - none) / (_HARDLY * HIGHEST_PU)
    return Solution(engine="linear", v_pu=v_pu)


def _simulated(
    plan: Seen,
    scenarios: Iterable[Scenario],
    criteria: Criteria,
    charging: Collection[Charging],
) -> Iterator[State]:
    compound = plan.case.site.compound
    counted = any(row.open_capacity_kva is not None for row in compound.sources)
    for settings in criteria.days:
        known: Mapping[str, float] | None = None
        if counted and not compound.is_new:
            first = partial(_days, plan, parse_scenario(TODAY), settings, "uncontrolled", None)
            known = plan.state((TODAY, settings.season), first).facts.s_today_kva
        for scenario in scenarios:
            for mode in charging:
                solved = partial(_days, plan, scenario, settings, mode, known)
                yield plan.state((scenario, settings.season, mode), solved)


def _days(
    plan: Seen,
    scenario: Scenario,
    settings: SimulationSettings,
    mode: Charging,
    known: Mapping[str, float] | None,
) -> State:
    case = plan.case
    sim = plan.sim(settings)
    n_units = scenario_units(case, scenario)
    (days,) = simulate_days(sim, [case_of(sim, n_units, mode)])
    facts = evaluate_days(case, scenario, n_units, sim, days, s_today_kva=known)
    return State(case=case, facts=facts)
