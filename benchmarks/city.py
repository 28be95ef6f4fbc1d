"""A city of a thousand and of ten thousand compounds, and its power flows by other programs.

Run alone with ``python benchmarks/city.py`` or as part of ``make bench``. All tables are made up
with a seed; times are those of the machine it runs on.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from engines import shortest

SEED = 5
GROWTH = (250, 500, 1000, 2000)
MANY = 10_000
FEW = 8
"""Compounds of the run that costs what every run costs: one of each template."""
SHARES = {
    "walk-up": (3, 200, 700),
    "mid-rise": (3, 200, 900),
    "high-rise": (2, 300, 1000),
    "old-courtyard": (1, 30, 150),
    "villa": (1, 40, 200),
    "resettlement": (1, 400, 1500),
    "combined-meter": (1, 60, 300),
    "mixed-use": (1, 200, 600),
}
"""Of each template: weight in the mix, fewest and most flats."""
N_BY_LIBRARY, N_BY_PANDAPOWER, STATES_BY_PANDAPOWER = 24, 3, 2
PACK = "national"
"""One policy pack for the compounds whose power flows are solved again: they are then one field."""
MILLISECONDS, MICROSECONDS = 1e3, 1e6

Cells = dict[str, str | int]


def city_table(n: int, seed: int = SEED) -> list[Cells]:
    """Return the rows of a made-up city; the first rows of a longer one are the same."""
    rng = Random(seed)  # noqa: S311  a made-up city
    names = list(SHARES)
    weights = [SHARES[name][0] for name in names]
    rows: list[Cells] = []
    for i in range(n):
        template = names[i] if i < len(names) else rng.choices(names, weights)[0]
        flats = rng.randint(*SHARES[template][1:])
        metered = rng.choice([True, False])
        peak_kw = round(flats * rng.uniform(0.5, 1.2), 1)
        rows.append(
            {
                "id": f"C{i + 1:05d}",
                "name": f"Compound {i + 1}",
                "template": template,
                "n_households": flats,
                "n_private_bays": int(flats * rng.uniform(0.3, 1.2)),
                "n_ebikes": int(flats * rng.uniform(0.2, 1.0)),
                "year": rng.choice(["", 2005, 2015]),
                "metered_peak_kw": str(peak_kw) if metered else "",
                "trunk_m": rng.choice(["", "120"]),
                "lon": f"{87.0 + 0.5 * rng.random():.5f}",
                "lat": f"{43.7 + 0.4 * rng.random():.5f}",
            }
        )
    return rows


# ------------------------------------------------------------------ whole commands


@dataclass(frozen=True, kw_only=True)
class Used:
    """What a command used; memory is that of its largest process."""

    wall_s: float
    cpu_s: float
    largest_mb: float


def used_by(command: list[str]) -> Used:
    """Run a command with its processes and return what it used."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {status}: {errors.decode()}")
    return Used(
        wall_s=time.perf_counter() - start,
        cpu_s=usage.ru_utime + usage.ru_stime,
        largest_mb=usage.ru_maxrss / 1024,
    )


def city_run(folder: Path, n: int, *, workers: int = 2, entry: str = "--force") -> Used:
    """Run a city of ``n`` compounds from the table to the final files.

    With ``entry`` ``--resume``, after a run, nothing is left to compute.
    """
    table, rows = folder / f"{n}.csv", city_table(n)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    command = [sys.executable, "-m", "gridcalc", "city", "run", str(table)]
    target = ["-o", str(folder / f"out-{n}-{workers}"), entry]
    options = ["--method", "factor", "--plan", "none", "--audit", "0", "--workers", str(workers)]
    return used_by([*command, *target, *options])


def imports() -> None:
    """Print what the interpreter and the imports of a run take before any compound is read."""
    programs = {
        "python": "pass",
        "imports of a worker": "from gridcalc.city.work import compute_chunk",
        "imports of the driver": "from gridcalc.cli.city_running import ran",
    }
    print("\nbefore the first compound, in a process of its own")
    for name, program in programs.items():
        command = [sys.executable, "-c", program]
        runs = [used_by(command) for _ in range(3)]
        wall_s, largest_mb = min(run.wall_s for run in runs), max(run.largest_mb for run in runs)
        print(f"  {name:<44}{wall_s:8.2f} s{largest_mb:8.0f} MB")


def whole_runs(folder: Path) -> dict[int, float]:
    """Print whole runs of growing cities; return their seconds beyond what every run costs."""
    city_run(folder, FEW)  # compiles what was never compiled before
    base = min((city_run(folder, FEW) for _ in range(3)), key=lambda run: run.wall_s)
    print("\ngridcalc city run, factor method: 4 scenarios, 3 levels, what fits; 2 processes")
    heads = f"{'wall s':>9}{'CPU s':>9}{'largest MB':>12}{'beyond s':>11}{'ms each':>9}"
    print(f"  {'compounds':>9}{heads}")
    beyond: dict[int, float] = {}
    _print_run(FEW, base, "")
    for n in (*GROWTH, MANY):
        repeat = 2 if n <= GROWTH[2] else 1  # the quicker run counts
        used = min((city_run(folder, n) for _ in range(repeat)), key=lambda run: run.wall_s)
        beyond[n] = used.wall_s - base.wall_s
        _print_run(n, used, f"{beyond[n]:11.2f}{beyond[n] / n * MILLISECONDS:9.2f}")
    for n in (GROWTH[2], MANY):
        _print_run(n, city_run(folder, n, entry="--resume"), "  nothing to compute: reading, files")
    alone = city_run(folder, GROWTH[2], workers=1)
    print(f"  {GROWTH[2]:9d}{alone.wall_s:9.2f}{alone.cpu_s:9.2f}  with one process")
    return beyond


def _print_run(n: int, used: Used, rest: str) -> None:
    print(f"  {n:9d}{used.wall_s:9.2f}{used.cpu_s:9.2f}{used.largest_mb:12.0f}{rest}")


# ------------------------------------------------------------------ the same power flows


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of the sweep: networks, loads per node, phase and state, and source voltages."""

    forest: Any
    p_kw: np.ndarray
    q_kvar: np.ndarray
    source_vm_pu: np.ndarray

    @property
    def n_flows(self) -> int:
        """Networks times states."""
        return (len(self.forest.trees.first) - 1) * int(self.p_kw.shape[2])


@contextmanager
def recorded() -> Iterator[list[Call]]:
    """Note every call of the sweep that a chunk makes."""
    from gridcalc.city.batch import solving

    calls: list[Call] = []
    sweep = solving.solve_states

    def noted(forest: Any, p_kw: Any, q_kvar: Any, source_vm_pu: Any, **options: Any) -> Any:
        call = Call(forest=forest, p_kw=p_kw, q_kvar=q_kvar, source_vm_pu=source_vm_pu)
        calls.append(call)
        return sweep(forest, p_kw, q_kvar, source_vm_pu, **options)

    solving.solve_states = noted  # type: ignore[assignment]
    try:
        yield calls
    finally:
        solving.solve_states = sweep


def sample(n: int) -> tuple[list[Any], list[Call]]:
    """Return networks of some compounds, and all power flows of their chunk."""
    from gridcalc.city.batch.results import factor_results, ready
    from gridcalc.city.records import CityQuestion, CityRow

    question = CityQuestion(plan="none", policy=PACK)
    told = ("id", "name", "template", "n_households", "n_private_bays", "n_ebikes")
    rows = [
        CityRow(row=i, **{name: cells[name] for name in told})  # type: ignore[arg-type]
        for i, cells in enumerate(city_table(n))
    ]
    members = [ready(row, question) for row in rows]
    factor_results(members, question)
    with recorded() as calls:
        factor_results(members, question)
    return [member.part.network for member in members], calls


def by_the_sweep(calls: list[Call]) -> float:
    """Return the time of all power flows of a chunk by the sweep, one thread. [s]."""
    from gridcalc.powerflow.radial_states import solve_states

    def run() -> None:
        for call in calls:
            solve_states(call.forest, call.p_kw, call.q_kvar, call.source_vm_pu)

    return shortest(run, 4)


def by_library(networks: list[Any], call: Call) -> tuple[float, float]:
    """Return seconds of one call by power-grid-model's batch, and of making a model each.

    Columns are ready beforehand; one thread, its fastest exact method, its usual tolerance. Its
    sources stand behind their impedance; to hold the voltage at the bus, as a study does, every
    flow would have to be solved several times.
    """
    from power_grid_model import CalculationMethod, ComponentType, PowerGridModel

    from gridcalc.powerflow.power_grid_model_input import input_tables

    solving_s = making_s = 0.0
    options = {
        "symmetric": False,
        "error_tolerance": 1e-8,
        "calculation_method": CalculationMethod.iterative_current,
        "threading": -1,
        "output_component_types": {ComponentType.node: ["u_pu"]},
        "continue_on_batch_error": True,
    }
    for network, p_kw, q_kvar, vm in _apart(networks, call):
        loaded = np.flatnonzero(np.any((p_kw != 0) | (q_kvar != 0), axis=(1, 2)))
        p_w, q_var = (
            np.ascontiguousarray(np.moveaxis(x[loaded], 2, 0)) * 1e3 for x in (p_kw, q_kvar)
        )
        update = {ComponentType.asym_load: {"p_specified": p_w, "q_specified": q_var}}
        make = partial(PowerGridModel, input_tables(network, loaded, vm, 1.1))
        run = partial(make().calculate_power_flow, update_data=update, **options)
        run()
        solving_s += shortest(run, 3)
        making_s += shortest(make, 3)
    return solving_s, making_s


def by_pandapower(networks: list[Any], call: Call) -> tuple[float, int]:
    """Return the time of a few power flows by ``runpp_3ph``, nets made anew, and their number."""
    from gridcalc.network.arrays import PhaseLoads
    from gridcalc.powerflow.pandapower_engine import solve_pandapower

    total_s, n = 0.0, 0
    chosen = set(np.linspace(0, len(networks) - 1, N_BY_PANDAPOWER).astype(int).tolist())
    for k, (network, p_kw, q_kvar, vm) in enumerate(_apart(networks, call)):
        for state in range(STATES_BY_PANDAPOWER + 1) if k in chosen else ():
            loads = PhaseLoads(p_kw=p_kw[:, :, state], q_kvar=q_kvar[:, :, state])
            start = time.perf_counter()
            solve_pandapower(network, loads, vm)
            if state:  # the first is for what is loaded and compiled on the way
                total_s += time.perf_counter() - start
                n += 1
    return total_s, n


def largest_difference_pu(networks: list[Any], call: Call) -> float:
    """Return how far voltages of the sweep are from those of the library, sources held. [pu]."""
    from gridcalc.network.arrays import PhaseLoads
    from gridcalc.powerflow.power_grid_model_engine import solve_power_grid_model
    from gridcalc.powerflow.radial_states import solve_states

    swept = solve_states(call.forest, call.p_kw, call.q_kvar, call.source_vm_pu)
    rows, first, largest = call.forest.row_of_node, 0, 0.0
    for k, (network, p_kw, q_kvar, vm) in enumerate(_apart(networks, call)):
        own, first = rows[first : first + network.n_nodes], first + network.n_nodes
        for state in np.flatnonzero(swept.solved[k]).tolist():
            loads = PhaseLoads(p_kw=p_kw[:, :, state], q_kvar=q_kvar[:, :, state])
            found = solve_power_grid_model(network, loads, vm).v_pu
            largest = max(largest, float(np.abs(found - swept.volts[own, :, state]).max()))
    return largest


def _apart(networks: list[Any], call: Call) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Yield each network of a call with its own loads and source voltages."""
    first = first_source = 0
    for network in networks:
        own = slice(first, first + network.n_nodes)
        sources = slice(first_source, first_source + len(network.sources.ids))
        yield network, call.p_kw[own], call.q_kvar[own], call.source_vm_pu[sources]
        first, first_source = own.stop, sources.stop


def power_flows(whole_s: float) -> None:
    """Print the power flows of a thousand compounds by the sweep, the library and pandapower."""
    networks, calls = sample(N_BY_LIBRARY)
    scenarios = calls[0]
    n_nodes = np.mean([net.n_nodes for net in networks])
    n_flows = sum(call.n_flows for call in calls) / len(networks)
    sweep_s = by_the_sweep(calls) / sum(call.n_flows for call in calls)
    solving_s, making_s = by_library(networks, scenarios)
    pandapower_s, n_pandapower = by_pandapower(networks, scenarios)
    n = scenarios.n_flows
    model_s = making_s / len(networks)
    rows = {
        "sweep of all compounds at once": (sweep_s, 0.0, "measured on all"),
        "power-grid-model, solver alone": (solving_s / n, 0.0, f"{n} flows"),
        "power-grid-model, a model each": (solving_s / n, model_s, f"{n} flows"),
        "runpp_3ph, a net each time": (pandapower_s / n_pandapower, 0.0, f"{n_pandapower} flows"),
    }
    print(
        f"\nthe power flows of a chunk again, one thread: {len(networks)} compounds of"
        f" {n_nodes:.0f} nodes, {n_flows:.0f} flows each"
        f" ({n / len(networks):.0f} for scenarios and levels, the others for low load and fit)"
    )
    difference = largest_difference_pu(networks, scenarios)
    print(
        f"largest difference of voltages, power-grid-model with sources held: {difference:.0e} pu"
    )
    print(
        f"  {'':<34}{'µs a flow':>11}{'1000 compounds':>16}{'of the sweep':>14}"
        f"{'of the whole run':>18}  extrapolated from"
    )
    for name, (flow_s, each_s, basis) in rows.items():
        thousand_s = 1000 * (flow_s * n_flows + each_s)
        times = thousand_s / (1000 * sweep_s * n_flows)
        print(
            f"  {name:<34}{flow_s * MICROSECONDS:11.1f}{thousand_s:14.2f} s{times:13.0f}x"
            f"{thousand_s / whole_s:17.1f}x  {basis}"
        )


def main() -> None:
    """Print all tables."""
    imports()
    with tempfile.TemporaryDirectory() as folder:
        beyond = whole_runs(Path(folder))
    power_flows(beyond[1000])


if __name__ == "__main__":
    main()
