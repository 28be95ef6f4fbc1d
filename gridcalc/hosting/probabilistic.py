"""How many chargers fit on simulated days, over placements and days at an accepted risk."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gridcalc.checks.case import Case, scenario_units
from gridcalc.checks.run import SAME_SHARE
from gridcalc.demand.scenario import TODAY, Scenario, parse_scenario
from gridcalc.hosting.placement import Placement, random_placement
from gridcalc.hosting.records import CurvePoint, HostingResult, Limit
from gridcalc.hosting.strain import Strain, strain
from gridcalc.hosting.wilson import wilson_interval
from gridcalc.network.arrays import Bools, Floats, Ints
from gridcalc.simulation.base_load import quantile_of_days
from gridcalc.simulation.days import SimulatedDays, Simulation, drawn_blocks, simulate_days
from gridcalc.simulation.loads import DayCase
from gridcalc.simulation.prepare import case_of
from gridcalc.simulation.settings import Charging
from gridcalc.units import PERCENT

N_CURVE_POINTS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Search:
    """A compound with its draws, ready to be asked what breaks at some number of chargers."""

    case: Case
    sim: Simulation
    placement: Placement
    charging: Charging
    run: Callable[[DayCase], SimulatedDays]
    today: Strain
    s_today_kva: Floats

    def days(self, n: Ints) -> SimulatedDays:
        """Return the simulated draws with ``n`` private chargers on each, shape (n_draws,)."""
        connected = self.placement.connected(n)
        return self.run(DayCase(charging=self.charging, connected=connected))

    def strain(self, n: Ints) -> Strain:
        """Return the use of every limit."""
        return strain(self.case, self.sim.units, self.days(n), s_today_kva=self.s_today_kva)

    def broken(self, n: Ints, allowed: Bools) -> Bools:
        """Return which draws break some limit that counts, shape (n_draws,)."""
        return np.asarray(self.strain(n).broken(self.today, allowed, SAME_SHARE).any(axis=1))


def hosting_by_days(
    case: Case, scenario: Scenario, sim: Simulation, modes: Sequence[Charging], risk: float
) -> tuple[HostingResult, ...]:
    """Return the hosting capacity in some charging modes, at an accepted risk.

    A draw is a day and a random order in which bays are equipped; orders are nested and draws
    keep their random numbers, so each draw has one number of chargers up to which it holds. That
    number is searched by bisection on all draws at once.

    Parameters
    ----------
    case, scenario
        The compound, and what else is connected.
    sim
        Simulation whose days are the draws.
    modes
        Charging modes.
    risk
        Accepted share of draws that break a limit. [-]
    """
    blocks = drawn_blocks(sim)

    def run(what: DayCase) -> SimulatedDays:
        return simulate_days(sim, [what], blocks)[0]

    n_today = scenario_units(case, parse_scenario(TODAY))
    units = scenario_units(case, scenario)
    total = np.array([group.n_total for group in case.site.groups], dtype=np.int64)
    placement = random_placement(
        sim.units,
        today=n_today,
        scenario=units,
        total=total,
        seed=sim.settings.seed,
        compound_id=sim.compound_id,
        n_draws=sim.settings.n_days,
    )
    today = run(case_of(sim, n_today, "uncontrolled"))
    s_today = today.results.s_source_max_kva.astype(np.float64)
    if case.site.compound.is_new:
        s_today = np.zeros_like(s_today)
    before = strain(case, sim.units, today, s_today_kva=s_today)
    results = []
    for mode in modes:
        search = _Search(
            case=case,
            sim=sim,
            placement=placement,
            charging=mode,
            run=run,
            today=before,
            s_today_kva=s_today,
        )
        results.append(_result(search, risk))
    return tuple(results)


def _result(search: _Search, risk: float) -> HostingResult:
    none = np.zeros(len(search.today.limits), dtype=bool)
    holds = _largest(search, none)
    n_max = _at_risk(holds, risk)
    binding = _binding(search, n_max, none)
    without, after = None, None
    if binding is not None:
        allowed = np.array(
            [
                (row.check, row.element) == (binding.check, binding.element)
                for row in search.today.limits
            ]
        )
        without = _at_risk(_largest(search, allowed), risk)
        after = _binding(search, without, allowed)
    low_today, fits = search.placement.n_today, n_max >= search.placement.n_today
    n_hits = int((holds < n_max).sum()) if fits else int((holds < low_today).sum())
    low, high = wilson_interval(n_hits, len(holds))
    energy, sessions = _service(search, n_max, risk) if fits else (None, None)
    n_bays = search.placement.n_bays
    return HostingResult(
        mode="managed" if search.charging == "managed" else "probabilistic",
        season=search.sim.settings.season,
        charging=search.charging,
        n_max=n_max if fits else None,
        share_percent=PERCENT * n_max / n_bays if fits else None,
        risk=n_hits / len(holds),
        risk_low=low,
        risk_high=high,
        n_first=int(holds.min()) + 1 if holds.min() < n_bays else None,
        n_all=int(holds.max()) + 1 if holds.max() < n_bays else None,
        binding=binding,
        n_without_binding=without if without is not None and without >= low_today else None,
        next_binding=after,
        energy_delivered_percent=energy,
        sessions_served_percent=sessions,
        n_draws=len(holds),
        curve=_curve(holds, n_bays, low_today),
    )


def _largest(search: _Search, allowed: Bools) -> Ints:
    """Return for each draw the largest number of chargers without a violation, shape (n_draws,).

    One less than today's number where that is too many already.
    """
    n_draws = search.placement.rank.shape[1]
    low = np.full(n_draws, search.placement.n_today - 1, dtype=np.int64)
    high = np.full(n_draws, search.placement.n_bays + 1, dtype=np.int64)
    fits_all = ~search.broken(high - 1, allowed)
    low[fits_all], high[~fits_all] = search.placement.n_bays, search.placement.n_bays
    if not fits_all.all() and search.placement.n_today < search.placement.n_bays:
        fits_today = ~search.broken(np.maximum(low, search.placement.n_today), allowed)
        low[fits_today & ~fits_all] = search.placement.n_today
        high[~fits_today] = search.placement.n_today
    while np.any(high - low > 1):
        middle = np.where(high - low > 1, (low + high) // 2, low)
        broken = search.broken(np.maximum(middle, 0), allowed)
        searched = high - low > 1
        high = np.where(searched & broken, middle, high)
        low = np.where(searched & ~broken, middle, low)
    return low


def _at_risk(holds: Ints, risk: float) -> int:
    """Return the largest number that at most an accepted share of the draws does not hold."""
    n_accepted = int(np.floor(risk * len(holds) + 1e-9))
    return int(np.sort(holds)[min(n_accepted, len(holds) - 1)])


def _binding(search: _Search, n_max: int, allowed: Bools) -> Limit | None:
    """Return the limit that most of the draws that break at one charger more break worst."""
    n_next = max(n_max + 1, search.placement.n_today)
    if n_next > search.placement.n_bays:
        return None
    used = search.strain(np.full(search.placement.rank.shape[1], n_next, dtype=np.int64))
    broken = used.broken(search.today, allowed, SAME_SHARE)
    worst = np.where(broken, used.use, -np.inf).argmax(axis=1)[broken.any(axis=1)]
    if not len(worst):
        return None
    counted: Counter[int] = Counter(worst.tolist())
    return used.limits[min(counted, key=lambda k: (-counted[k], k))]


def _service(search: _Search, n_max: int, risk: float) -> tuple[float | None, float | None]:
    """Return delivered energy and served charges that all but the accepted risk reach. [%]."""
    if search.charging != "managed":
        return None, None
    service = search.days(np.full(search.placement.rank.shape[1], n_max, dtype=np.int64)).service
    if service is None:
        return None, None
    share = PERCENT * (1 - risk)
    energy = -float(quantile_of_days(-service.energy_share, share))
    sessions = -float(quantile_of_days(-service.full_share, share))
    return PERCENT * energy, PERCENT * sessions


def _curve(holds: Ints, n_bays: int, n_today: int) -> tuple[CurvePoint, ...]:
    """Return the risk at today's number and at every step of the share of bays above it."""
    steps = {round(n_bays * step / N_CURVE_POINTS) for step in range(N_CURVE_POINTS + 1)}
    points = []
    for n in sorted({n_today, *(n for n in steps if n > n_today)}):
        n_hits = int((holds < n).sum())
        low, high = wilson_interval(n_hits, len(holds))
        points.append(
            CurvePoint(
                share_percent=PERCENT * n / n_bays,
                n=n,
                violation_probability=n_hits / len(holds),
                probability_low=low,
                probability_high=high,
            )
        )
    return tuple(points)
