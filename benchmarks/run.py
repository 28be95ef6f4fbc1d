"""Where the time of a check goes, and how the engines compare; prints a table."""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TEMPLATE = "resettlement"
USUAL = "mid-rise"
"""123 nodes."""


def timed(task: Callable[[], object], *, repeat: int = 3) -> float:
    """Return the shortest of some runs. [s]."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        task()
        best = min(best, time.perf_counter() - start)
    return best


def whole_commands(large: Path, usual: Path) -> None:
    """Time commands as a user starts them, in processes of their own, and their memory."""
    cli = [sys.executable, "-m", "gridcalc"]
    commands = {
        "gridcalc --help": [*cli, "--help"],
        "gridcalc template list": [*cli, "template", "list"],
        f"gridcalc check --method both ({USUAL})": [*cli, "check", str(usual)],
        f"gridcalc hosting ({USUAL})": [*cli, "hosting", str(usual)],
        f"gridcalc check --method both ({TEMPLATE})": [*cli, "check", str(large)],
    }
    for name, command in commands.items():
        run = timed(lambda c=command: subprocess.run(c, check=True, capture_output=True), repeat=2)
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{name:<44}{run:8.2f} s  at most {peak_mb:4.0f} MB so far")


def stages(file: Path) -> None:
    """Time the stages of one check inside this process."""
    from gridcalc.catalogue import load_catalogue
    from gridcalc.checks.case import evaluate, loads_at, prepare, scenario_units
    from gridcalc.checks.run import check
    from gridcalc.compound.defaults import resolve_defaults
    from gridcalc.compound.reader import read_compound
    from gridcalc.demand.scenario import parse_scenario
    from gridcalc.network.pandapower_net import to_pandapower
    from gridcalc.policy import load_policy
    from gridcalc.powerflow.pandapower_engine import solve_pandapower
    from gridcalc.powerflow.radial import RadialSolver, solve_radial

    catalogue = load_catalogue()
    compound = read_compound(str(file), catalogue=catalogue)
    policy = load_policy(compound.policy)
    filled = resolve_defaults(compound, policy).compound
    case = prepare(filled, catalogue=catalogue, policy=policy, solver=solve_radial)
    network = case.site.network
    scenario = parse_scenario("ev-100+ebike-50")
    units = scenario_units(case, scenario)
    loads = loads_at(case, units, "feeder")
    vm_pu = network.sources.vm_peak_pu
    solver = RadialSolver(network)
    facts = evaluate(case, scenario, units, solver=solve_radial, s_today_kva=None)
    rows: dict[str, Callable[[], object]] = {
        "read and validate the file": lambda: read_compound(str(file), catalogue=catalogue),
        "network, demand model, fault levels": lambda: prepare(
            filled, catalogue=catalogue, policy=policy, solver=solve_radial
        ),
        "design demand of one level": lambda: loads_at(case, units, "feeder"),
        "pandapower net of one level": lambda: to_pandapower(network, loads, source_vm_pu=vm_pu),
        "pandapower solve of one level, net included": lambda: solve_pandapower(
            network, loads, vm_pu
        ),
        "radial solve of one level": lambda: solver.solve(loads, vm_pu),
        "all checks of one scenario": lambda: check(facts),
    }
    solve_pandapower(network, loads, vm_pu)
    print(f"\n{TEMPLATE}: {network.n_nodes} nodes, {len(network.transformers.ids)} transformers")
    times = {name: timed(task) for name, task in rows.items()}
    for name, seconds in times.items():
        print(f"{name:<44}{seconds * 1e3:8.1f} ms")
    ratio = (
        times["pandapower solve of one level, net included"] / times["radial solve of one level"]
    )
    print(f"{'pandapower over radial':<44}{ratio:8.0f} times")


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        file, usual = Path(folder) / "compound.yaml", Path(folder) / "usual.yaml"
        cli = [sys.executable, "-m", "gridcalc"]
        for name, target in ((TEMPLATE, file), (USUAL, usual)):
            new = [*cli, "template", "new", name, "-o", str(target)]
            subprocess.run(new, check=True, capture_output=True)
        whole_commands(file, usual)
        stages(file)
    from charging import main as charging_tables

    charging_tables()
    from engines import main as engine_tables

    engine_tables()
    from upgrade_greedy import main as upgrade_table

    upgrade_table()
    from routing import main as routing_tables

    routing_tables()
    from trench import main as trench_tables

    trench_tables()
    from city import main as city_tables

    city_tables()


if __name__ == "__main__":
    main()
