"""The exported OpenDSS script, solved by OpenDSS, gives the voltages that ``check`` reports."""

from pathlib import Path

import numpy as np
import pytest
from dss import DSS

from gridcalc.catalogue import load_catalogue
from gridcalc.checks.case import loads_at, prepare, scenario_units
from gridcalc.compound.defaults import resolve_defaults
from gridcalc.compound.reader import read_compound
from gridcalc.demand.scenario import parse_scenario
from gridcalc.network.opendss import bus_names, opendss_script
from gridcalc.policy import load_policy
from gridcalc.powerflow.engine import solve_state

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("high-rise-ningxia", "walk-up-wujiang", "upgrade-changji")


def _exported(name: str):
    catalogue = load_catalogue(None)
    compound = read_compound(str(EXAMPLES / name / "compound.yaml"), catalogue=catalogue)
    policy = load_policy(compound.policy)
    case = prepare(
        resolve_defaults(compound, policy).compound,
        catalogue=catalogue,
        policy=policy,
        solver=solve_state,
    )
    loads = loads_at(case, scenario_units(case, parse_scenario("ev-100")), "feeder")
    network = case.site.network
    return network, loads, network.sources.vm_peak_pu


def _solved(script: str) -> dict[str, complex]:
    for line in script.splitlines():
        if line and not line.startswith("!"):
            DSS.Text.Command = line
    circuit = DSS.ActiveCircuit
    assert circuit.Solution.Converged
    flat = np.asarray(circuit.AllBusVolts, dtype=float)
    return dict(zip(circuit.AllNodeNames, flat[0::2] + 1j * flat[1::2], strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_the_script_gives_the_reported_voltages(name):
    network, loads, vm_pu = _exported(name)
    found = _solved(opendss_script(network, loads, source_vm_pu=vm_pu))
    own = solve_state(network, loads, vm_pu).vm_pu
    bus = bus_names(network.node_ids)

    theirs = np.array(
        [
            [
                abs(found[f"{bus[i]}.{p}"]) / (network.vn_kv[i] * 1000 / np.sqrt(3))
                for p in (1, 2, 3)
            ]
            for i in range(network.n_nodes)
        ]
    )
    # The no-load branch stands at the LV terminals instead of between two half windings: the
    # voltage moves by at most 1.5 i0 vk / 2 in pu of 0.4 kV (see test_opendss.py).
    trafos = network.transformers
    atol = float(np.max(1.5 * trafos.i0_percent * trafos.vk_percent / 1e4 / 2 * 0.4 / 0.38))
    assert np.max(np.abs(theirs - own)) < atol < 1e-3
    # The profile is not flat, so that the comparison means something.
    assert np.ptp(own) > 0.01


def test_names_of_buses_stay_apart_in_one_case_and_without_dots():
    names = bus_names(["A.1", "a_1", "A-1", "表1"])

    assert len({name.lower() for name in names}) == 4
    assert all("." not in name and name.isascii() for name in names)


def test_a_title_cannot_add_a_command():
    network, loads, vm_pu = _exported("walk-up-wujiang")

    script = opendss_script(network, loads, source_vm_pu=vm_pu, title="x\nClear\nNew Load.y")

    assert script.splitlines()[0] == "! x Clear New Load.y"
