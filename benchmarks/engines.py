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
    """Return a template expanded, with the design loads of a half-built scenario."""
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
    units = scenario_units(case, parse_scenario("ev-50"))
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
    evening = (
        0.45 + 0.35 * np.exp(-(((hour - 20) / 2.5) ** 2)) + 0.1 * np.cos(hour / 24 * 2 * np.pi)
    )
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


def solve_times(name: str) -> dict[str, float]:
    """Print and return microseconds of one unbalanced solve by each engine. [µs]."""
    from gridcalc.powerflow.pandapower_engine import solve_pandapower
    from gridcalc.powerflow.power_grid_model_engine import power_grid_model_days
    from gridcalc.powerflow.radial import radial_days

    bench = bench_case(*SIZES[name])
    network = bench.network
    days = drawn_days(bench, 50)
    settings = {
        "source_vm_pu": bench.source_vm_pu,
        "target_power_factor": TARGET_POWER_FACTOR,
    }
    sweep, general = radial_days(network, **settings), power_grid_model_days(network, **settings)
    few = days_of(days, slice(0, 5))
    sweep(few), general(few)
    per_slot = MICROSECONDS / N_SLOTS
    times = {
        "radial": shortest(lambda: sweep(days), 30) * per_slot / 50,
        "power-grid-model, solver alone": library_time(bench, few),
        "power-grid-model": shortest(lambda: general(few), 3) * per_slot / 5,
        "runpp_3ph": shortest(lambda: solve_pandapower(network, bench.loads, bench.source_vm_pu), 2)
        * MICROSECONDS,
    }
    n_trafos = len(network.transformers.ids)
    print(f"\n{name}: {network.n_nodes} nodes, {n_trafos} transformers, µs per unbalanced solve")
    for engine, microseconds in times.items():
        ratio = microseconds / times["radial"]
        print(f"  {engine:<42}{microseconds:12.2f}{ratio:12.0f} times the sweep")
    return times


def library_time(bench: Bench, days: DayLoads) -> float:
    """Return microseconds of power-grid-model's own batch: columns in, voltages out, 1e-6 pu."""
    from power_grid_model import CalculationMethod, ComponentType, PowerGridModel

    from gridcalc.powerflow.power_grid_model_input import input_tables
    from gridcalc.powerflow.slot_loads import slot_loads

    loads = slot_loads(bench.network, days, slice(None), target_power_factor=TARGET_POWER_FACTOR)
    shape = (-1, bench.network.n_nodes, 3)
    p_w, q_var = loads.p_kw.reshape(shape) * 1e3, loads.q_kvar.reshape(shape) * 1e3
    loaded = np.flatnonzero(np.any(p_w != 0, axis=(0, 2)))
    model = PowerGridModel(input_tables(bench.network, loaded, bench.source_vm_pu, 1.1))
    update = {
        ComponentType.asym_load: {
            "p_specified": np.ascontiguousarray(p_w[:, loaded]),
            "q_specified": np.ascontiguousarray(q_var[:, loaded]),
        }
    }

    def run() -> object:
        return model.calculate_power_flow(
            symmetric=False,
            error_tolerance=1e-6,
            calculation_method=CalculationMethod.iterative_current,
            update_data=update,
            threading=-1,
            output_component_types={ComponentType.node: ["u_pu"]},
        )

    run()
    return shortest(run, 3) * MICROSECONDS / len(p_w)


def thousand_days() -> None:
    """Print the time of a thousand days of the medium compound, on one thread and on two."""
    from gridcalc.powerflow.radial import radial_days

    bench = bench_case(*SIZES["medium"])
    days = drawn_days(bench, 1000)
    blocks = [days_of(days, slice(first, first + 100)) for first in range(0, 1000, 100)]
    solve = radial_days(
        bench.network,
        source_vm_pu=bench.source_vm_pu,
        target_power_factor=TARGET_POWER_FACTOR,
    )
    solve(blocks[0])
    print(f"\n1000 days of {N_SLOTS} slots, {bench.network.n_nodes} nodes")
    one = shortest(lambda: [solve(block) for block in blocks], 3)
    print(f"  {'one thread':<42}{one:12.2f} s")
    with ThreadPoolExecutor(2) as pool:
        two = shortest(lambda: list(pool.map(solve, blocks)), 3)
    print(f"  {'two threads':<42}{two:12.2f} s")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {'peak memory, loads included':<42}{peak_mb:12.0f} MB")


def main() -> None:
    """Print both tables."""
    thousand_days()
    for name in SIZES:
        solve_times(name)


if __name__ == "__main__":
    main()
