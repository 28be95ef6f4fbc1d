"""A TN feeder with a PEN conductor of its own in OpenDSS against the three-wire equivalent.

The circuit below is typed in from the equipment tables, not derived from a ``Network``: 630 kVA
S20 (uk 4.5 %, Pk 4960 W), copper cables with the resistance at 90 °C,
r90 = r20 (1 + 0.00393 · 70), iron losses left out on both sides. The LV cables have four equal
conductors; the fourth is the PEN, earthed at the transformer only, and loads sit between a phase
and that conductor. Any mutual reactance common to all four conductors must cancel, because
their currents add up to zero.
"""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from dss import DSS

from gridcalc.network.arrays import Network
from gridcalc.powerflow.flows import flows
from gridcalc.powerflow.pandapower_engine import solve_pandapower
from gridcalc.powerflow.radial import solve_radial
from tests.crosscheck.random_networks import STIFF_MVA
from tests.crosscheck.written_networks import (
    WRITTEN,
    loads_of,
    network_of,
    with_source_mva,
    without_iron,
)

VOLTAGE_ATOL = 1e-6
CURRENT_RTOL = 1e-5
HEAT = 1 + 0.00393 * (90 - 20)
LOADS = {
    "MB1": ((48.0, 12.0, 0.0), (10.0, 4.0, 0.0)),
    "MB2": ((35.0, 7.0, 21.0), (0.0, 2.0, 6.0)),
}
MV = "r1=0.158113 x1=0.093 r0=0.158113 x0=0.093 c1=284 c0=284 length=0.420 units=km"
LV_NODES = ("T1.LV", "BB1", "MB1", "MB2")
FEEDERS = {  # id: from, to, r20 [ohm/km], x [ohm/km], length [km]; 4x240 and 4x70 mm² copper
    "F1": ("lv", "bb1", 0.0754, 0.077, 0.110),
    "B1": ("bb1", "mb1", 0.268, 0.078, 0.030),
    "B2": ("bb1", "mb2", 0.268, 0.078, 0.045),
}


def four_wire_script(mutual_ohm_per_km: float) -> list[str]:
    lines = [
        "Clear",
        "Set DefaultBaseFrequency=50",
        "New Circuit.tn bus1=hv basekv=10 pu=1.02 angle=0 Z1=[0, 1e-7] Z2=[0, 1e-7] Z0=[0, 1e-7]",
        f"New Line.m1 bus1=hv bus2=pd phases=3 {MV}",
        # uk 4.5 %, Pk 4960 W of 630 kVA = 0.787302 %, X = sqrt(4.5² - 0.787302²) = 4.430594 %
        "New Transformer.t1 phases=3 windings=2 ppm_antifloat=0 leadlag=lead"
        " buses=[pd.1.2.3 lv.1.2.3.0] conns=[delta wye] kVs=[10 0.4] kVAs=[630 630]"
        " XHL=4.430594 %LoadLoss=0.787302 %NoLoadLoss=0 %imag=0",
    ]
    for name, (start, end, r20, x, km) in FEEDERS.items():
        earthed = "0" if start == "lv" else "4"
        r, m = r20 * HEAT, mutual_ohm_per_km
        x_self = x + mutual_ohm_per_km
        lines.append(
            f"New Line.{name} phases=4 bus1={start}.1.2.3.{earthed} bus2={end}.1.2.3.4"
            f" length={km} units=km rmatrix=[{r} | 0 {r} | 0 0 {r} | 0 0 0 {r}]"
            f" xmatrix=[{x_self} | {m} {x_self} | {m} {m} {x_self} | {m} {m} {m} {x_self}]"
            " cmatrix=[0 | 0 0 | 0 0 0 | 0 0 0 0]"
        )
    for node, (p_kw, q_kvar) in LOADS.items():
        for phase in range(3):
            lines.append(
                f"New Load.{node}_{phase} phases=1 bus1={node}.{phase + 1}.4 model=1"
                f" kV={0.38 / sqrt(3)} kW={p_kw[phase]} kvar={q_kvar[phase]}"
                " vminpu=0.1 vmaxpu=2"
            )
    return [*lines, "Set tolerance=1e-11 maxiterations=500", "Solve"]


def solve_four_wire(mutual_ohm_per_km: float) -> np.ndarray:
    """Return phase-to-PEN voltages at the LV nodes in pu of 380 V, shape (4, 3)."""
    for line in four_wire_script(mutual_ohm_per_km):
        DSS.Text.Command = line
    circuit = DSS.ActiveCircuit
    assert circuit.Solution.Converged
    flat = np.asarray(circuit.AllBusVolts)
    volts = dict(zip(circuit.AllNodeNames, flat[0::2] + 1j * flat[1::2], strict=True))
    rows = [
        [volts[f"{bus}.{p}"] - volts.get(f"{bus}.4", 0.0) for p in (1, 2, 3)]
        for bus in ("lv", "bb1", "mb1", "mb2")
    ]
    return np.array(rows) / (380 / sqrt(3))


def three_wire() -> Network:
    network = network_of(WRITTEN["one unit"].text)
    return with_source_mva(without_iron(network), STIFF_MVA)


@pytest.mark.parametrize("mutual_ohm_per_km", [0.0, 0.25])
@pytest.mark.parametrize("solve", [solve_pandapower, solve_radial])
def test_z0_as_z1_plus_three_z_pen_gives_the_voltages_between_phase_and_pen(
    solve, mutual_ohm_per_km
):
    network = three_wire()
    expected = solve_four_wire(mutual_ohm_per_km)

    v_pu = solve(network, loads_of(network, LOADS), np.array([1.02])).v_pu

    index = network.node_index()
    assert np.max(np.abs(v_pu[[index[node] for node in LV_NODES]] - expected)) < VOLTAGE_ATOL


def test_the_neutral_current_is_what_flows_back_in_the_pen_conductor():
    network = three_wire()
    loads = loads_of(network, LOADS)
    solve_four_wire(0.0)
    expected = {}
    for name in FEEDERS:
        DSS.ActiveCircuit.SetActiveElement(f"Line.{name}")
        currents = np.asarray(DSS.ActiveCircuit.ActiveCktElement.CurrentsMagAng)[0::2]
        expected[name] = currents[3]

    found = flows(network, loads, solve_radial(network, loads, np.array([1.02]))).i_neutral_a

    by_id = dict(zip(network.cables.ids, found, strict=True))
    assert {name: by_id[name] for name in FEEDERS} == pytest.approx(expected, rel=CURRENT_RTOL)


def test_the_pen_conductor_matters_enough_to_be_tested():
    network = three_wire()
    cables = network.cables
    no_pen = replace(cables, r0_ohm_per_km=cables.r1_ohm_per_km, x0_ohm_per_km=cables.x1_ohm_per_km)
    loads = loads_of(network, LOADS)

    with_pen, without_pen = (
        solve_radial(net, loads, np.array([1.02])).vm_pu.min()
        for net in (network, replace(network, cables=no_pen))
    )

    assert without_pen - with_pen > 0.005  # 5000 times the tolerance above
