"""Microseconds of an unbalanced solve by each batch engine, and a thousand days of one compound.

Run alone with ``python benchmarks/engines.py`` or as part of ``make bench``.
"""

import resource
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from gridcalc.network.arrays import Network, PhaseLoads
from gridcalc.network.day_loads import DayLoads

SIZES: dict[str, tuple[str, dict[str, int]]] = {
    "small": ("combined-meter", {}),
    "medium": ("mid-rise", {}),
    "large": ("high-rise", {"households": 1500}),
}
N_SLOTS = 96
TARGET_POWER_FACTOR = 0.95
SESSION_SLOTS, SESSION_KW, SESSIONS_A_DAY = 12, 7.0, 0.4
BASE_SHARE = 0.6
MICROSECONDS = 1e6


@dataclass(frozen=True)
class Bench:
    """A compound's network, its design loads without compensation, and the source voltages."""

    network: Network
    loads: PhaseLoads
    source_vm_pu: np.ndarray


def bench_case(template: str, settings: dict[str, int]) -> Bench:
    """Return a template expanded and loaded as on a peak evening with some chargers."""
    from gridcalc.catalogue import load_catalogue
    from gridcalc.checks.case import loads_at, prepare, scenario_units
    from gridcalc.compound.defaults import resolve_defaults
    from gridcalc.compound.templates import load_template
    from gridcalc.compound.templates.expanding import expand
    from gridcalc.demand.scenario import parse_scenario
    from gridcalc.policy import load_policy
    from gridcalc.powerflow.radial import solve_radial

    catalogue = load_catalogue()
    compound = expand(load_template(template), settings, catalogue=catalogue)
    policy = load_policy(compound.policy)
    filled = resolve_defaults(compound, policy).compound
    case = prepare(filled, catalogue=catalogue, policy=policy, solver=solve_radial)
    units = scenario_units(case, parse_scenario("today"))
    loads = loads_at(case, units, "station")
    q_kvar = np.where(loads.p_kw > 0, np.maximum(loads.q_kvar, 0), 0)
    network = case.site.network
    return Bench(
        network=network,
        loads=PhaseLoads(p_kw=loads.p_kw, q_kvar=q_kvar),
        source_vm_pu=network.sources.vm_peak_pu,
    )


def drawn_days(bench: Bench, n_days: int, seed: int = 1) -> DayLoads:
    """Return days of a base load with a daily curve, and sessions of chargers on every phase."""
    rng = np.random.default_rng(seed)
    node, phase = np.nonzero(bench.loads.p_kw)
    p_kw, q_kvar = bench.loads.p_kw[node, phase], bench.loads.q_kvar[node, phase]
    hour = np.arange(N_SLOTS) / N_SLOTS * 24
    evening = 0.45 + 0.35 * np.exp(-(((hour - 20) / 2.5) ** 2)) + 0.1 * np.cos(hour / 24 * 2 * np.pi)
    free = np.zeros((len(node), n_days, N_SLOTS), dtype=np.float32)
    for row, day in np.argwhere(rng.random((len(node), n_days)) < SESSIONS_A_DAY):
        start = int(np.clip(rng.normal(74, 8), 0, N_SLOTS - SESSION_SLOTS))
        free[row, day, start : start + SESSION_SLOTS] += SESSION_KW
    return DayLoads(
        curves=np.stack([evening, np.roll(evening, 4)]),
        shaped_node=node,
        shaped_phase=phase,
        shaped_curve=np.arange(len(node)) % 2,
        shaped_p_kw=BASE_SHARE * p_kw[:, None] * rng.uniform(0.7, 1.3, (len(node), n_days)),
        shaped_tan_phi=q_kvar / p_kw,
        free_node=node,
        free_phase=phase,
        free_tan_phi=np.zeros(len(node)),
        free_p_kw=free,
    )


def days_of(loads: DayLoads, days: slice) -> DayLoads:
    """Return some days of a block."""
    return replace(
        loads, shaped_p_kw=loads.shaped_p_kw[:, days], free_p_kw=loads.free_p_kw[:, days]
    )


def shortest(task: Callable[[], object], repeat: int) -> float:
    """Return the shortest time of some runs. [s]."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        task()
        best = min(best, time.perf_counter() - start)
    return best
