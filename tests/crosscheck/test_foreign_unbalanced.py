"""Odd but valid foreign networks: the unbalanced power flow means what the balanced one does.

Expected values come from pandapower ``runpp`` on the original net, and from OpenDSS.
"""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gridcalc.foreign.completing import completed
from gridcalc.foreign.opening import read_foreign
from gridcalc.foreign.study import foreign_study
from gridcalc.network.foreign_net import State, solve_as_given, three_phase
from gridcalc.policy import load_policy

NATIONAL = load_policy("national")
GRID = {"s_sc_max_mva": 1e6, "rx_max": 0.1, "x0x_max": 1.0, "r0x0_max": 0.1}
SERIES = {"r_ohm_per_km": 0.2, "x_ohm_per_km": 0.08, "c_nf_per_km": 250.0, "max_i_ka": 0.25}
ZERO = {"r0_ohm_per_km": 0.8, "x0_ohm_per_km": 0.3, "c0_nf_per_km": 250.0}
Z_SWITCH_OHM = 0.05


def village() -> Any:
    """Return a 10/0.4 kV net: buses 0 (10 kV), 1 (board) - 2 - 3 and 1 - 4 - 5; no iron losses."""
    import pandapower as pp

    net = pp.create_empty_network()
    for vn_kv in (10.0, 0.4, 0.4, 0.4, 0.4, 0.4):
        pp.create_bus(net, vn_kv)
    pp.create_ext_grid(net, 0, 1.02, **GRID)
    zero = {"vk0_percent": 4.0, "vkr0_percent": 1.2, "mag0_percent": 1e7, "mag0_rx": 0.0}
    pp.create_transformer_from_parameters(
        net,
        0,
        1,
        0.4,
        10.0,
        0.4,
        1.2,
        4.0,
        0.0,
        0.0,
        vector_group="Dyn",
        si0_hv_partial=0.9,
        **zero,
    )
    for start, end in ((1, 2), (2, 3), (1, 4), (4, 5)):
        pp.create_line_from_parameters(net, start, end, 0.12, **SERIES, **ZERO)
    for k, bus in enumerate((2, 3, 4, 5)):
        pp.create_load(net, bus, 0.02 + 0.003 * k, 0.005)
    return net


def dead_end() -> Any:
    net = village()
    net.bus.loc[5, "in_service"] = False
    return net


def dead_end_with_switch(*, closed: bool) -> Any:
    import pandapower as pp

    net = dead_end()
    pp.create_switch(net, 5, 3, "l", closed=closed)
    return net


def load_without_supply() -> Any:
    import pandapower as pp

    net = village()
    pp.create_switch(net, 3, 1, "l", closed=False)
    return net


def two_sources_at_one_bus() -> Any:
    import pandapower as pp

    net = village()
    pp.create_ext_grid(net, 0, 1.02, **GRID)
    return net


def two_sources_joined_by_a_switch() -> Any:
    import pandapower as pp

    net = village()
    pp.create_ext_grid(net, pp.create_bus(net, 10.0), 1.02, **GRID)
    pp.create_switch(net, 0, 6, "b")
    return net


def first_of_three_sources_off() -> Any:
    import pandapower as pp

    net = two_sources_at_one_bus()
    pp.create_ext_grid(net, pp.create_bus(net, 10.0), 1.0, **GRID)
    net.ext_grid["bus"] = [6, 0, 0]
    net.ext_grid["vm_pu"] = [1.0, 1.02, 1.02]
    net.ext_grid["in_service"] = [False, True, True]
    return net


def switch_with_impedance() -> Any:
    import pandapower as pp

    net = village()
    pp.create_switch(net, 3, 5, "b", z_ohm=Z_SWITCH_OHM)
    return net


ODD = {
    "plain": village,
    "dead end": dead_end,
    "dead end, switch open": lambda: dead_end_with_switch(closed=False),
    "dead end, switch closed": lambda: dead_end_with_switch(closed=True),
    "load without supply": load_without_supply,
    "two sources at one bus": two_sources_at_one_bus,
    "two sources joined by a switch": two_sources_joined_by_a_switch,
    "first of three sources off": first_of_three_sources_off,
    "switch with impedance": switch_with_impedance,
}


def saved(net: Any, folder: Path) -> Path:
    import pandapower

    path = folder / "net.json"
    pandapower.to_json(net, str(path))
    return path


def unbalanced(net: Any, folder: Path, added_kva: np.ndarray) -> State:
    tables = completed(read_foreign(saved(net, folder)), NATIONAL, "").tables
    return three_phase(tables)(added_kva)


@pytest.mark.parametrize("name", ODD)
def test_unbalanced_without_unbalance_is_the_balanced_state_of_pandapower(name, tmp_path):
    import pandapower

    net = ODD[name]()
    state = unbalanced(net, tmp_path, np.zeros((len(net.bus), 3), dtype=complex))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pandapower.runpp(net)

    for phase in range(3):
        vm_pu = net.res_bus.vm_pu.fillna(0).to_numpy()
        assert np.abs(state.v_pu[:, phase]) == pytest.approx(vm_pu, abs=1e-8)
        i_a = 1000 * net.res_line.i_ka.fillna(0).to_numpy()
        assert state.i_line_a[:, phase] == pytest.approx(i_a, abs=1e-5)
    s_kva = 1000 * complex(net.res_ext_grid.p_mw.sum(), net.res_ext_grid.q_mvar.sum())
    assert state.s_source_kva == pytest.approx(s_kva, abs=1e-4)


@pytest.mark.parametrize("make", [dead_end, load_without_supply, two_sources_at_one_bus])
def test_scenarios_of_odd_networks_have_a_solution(make, tmp_path):
    tables = read_foreign(saved(make(), tmp_path))

    found = foreign_study(tables, policy=NATIONAL, scenarios=("today", "ev-100"))

    today, full = found.study.runs
    assert full.nodes
    assert {row.id for row in full.nodes} == {row.id for row in today.nodes}
    assert full.transformers[0].s_peak_kva > today.transformers[0].s_peak_kva


def test_loads_without_supply_are_told_with_their_power(tmp_path):
    """The open switch cuts off bus 3 with the second load: 20 + 3 kW."""
    tables = read_foreign(saved(load_without_supply(), tmp_path))

    found = foreign_study(tables, policy=NATIONAL, scenarios=("today",))

    assert [str(note) for note in found.imported.notes if "no supply" in str(note)] == [
        "1 loads of 23 kW have no supply; they draw nothing"
    ]


def test_a_generator_that_holds_the_voltage_is_a_source(tmp_path):
    import pandapower as pp

    net = village()
    net.ext_grid = net.ext_grid.iloc[:0]
    pp.create_gen(net, 0, 0.0, vm_pu=1.02, slack=True)
    pp.create_gen(net, 4, 0.01, vm_pu=1.0)  # no source: it only holds its bus
    state = solve_as_given(read_foreign(saved(net, tmp_path)))
    pp.runpp(net)

    slack = net.res_gen.iloc[0]
    assert slack.p_mw > 0.08
    assert state.s_source_kva == pytest.approx(1000 * complex(slack.p_mw, slack.q_mvar), abs=1e-6)


def zigzag() -> Any:
    """Return the net with a Yzn transformer whose Z0 is given, but no magnetising impedance."""
    net = switch_with_impedance()
    net.trafo["vector_group"] = "Yzn5"
    net.trafo["mag0_percent"] = None
    return net


@pytest.mark.parametrize(("make", "atol_pu"), [(switch_with_impedance, 1e-6), (zigzag, 5e-5)])
def test_switch_and_transformer_under_unbalance_agree_with_opendss(make, atol_pu, tmp_path):
    # Z0 = Z1, seen from the LV side: of a zigzag winding as of a star winding beside a delta; the
    # magnetising Z0 of the filled gap is 100 times Z0 and so moves the second by up to 2e-5 pu
    dss_python = pytest.importorskip("dss")
    net = make()
    added_kva = np.zeros((6, 3), dtype=complex)
    added_kva[3], added_kva[5] = [12 + 3j, 4 + 1j, 0], [0, 30, -10]

    state = unbalanced(net, tmp_path, added_kva)

    theirs = _opendss(dss_python.DSS, net, added_kva)
    assert np.abs(state.v_pu) == pytest.approx(theirs, abs=atol_pu)
    assert np.ptp(theirs[5]) > 0.02  # an unbalance worth the name


def _opendss(dss: Any, net: Any, added_kva: np.ndarray) -> np.ndarray:
    """Return phase voltages; the switch is a line of its impedance in all sequences. [pu]."""

    def run(text: str) -> None:
        dss.Text.Command = text

    r_ohm, x_ohm = Z_SWITCH_OHM * 2 / 5**0.5, Z_SWITCH_OHM / 5**0.5  # R/X = 2, pandapower's rule
    run("clear")
    run("new circuit.v basekv=10 pu=1.02 phases=3 bus1=b0 mvasc3=1e7 mvasc1=1e7 x1r1=10 x0r0=10")
    x_percent = (4.0**2 - 1.2**2) ** 0.5
    run(
        "new transformer.t phases=3 windings=2 buses=(b0 b1) conns=(delta wye) kvs=(10 0.4)"
        f" kvas=(400 400) xhl={x_percent} %rs=(0.6 0.6) %noloadloss=0 %imag=0"
    )
    for k, row in net.line.iterrows():
        run(
            f"new line.l{k} bus1=b{row.from_bus} bus2=b{row.to_bus} phases=3 units=km length=0.12"
            " r1=0.2 x1=0.08 r0=0.8 x0=0.3 c1=250 c0=250"
        )
    run(
        f"new line.s bus1=b3 bus2=b5 phases=3 r1={r_ohm} x1={x_ohm} r0={r_ohm} x0={x_ohm}"
        " c1=0 c0=0 length=1"
    )
    whole = 1000 * (net.load.p_mw + 1j * net.load.q_mvar).to_numpy()
    drawn = added_kva.copy()
    drawn[net.load.bus.to_numpy()] += whole[:, None] / 3
    for bus, phase in zip(*np.nonzero(drawn), strict=True):
        s_kva = drawn[bus, phase]
        run(
            f"new load.d{bus}x{phase} phases=1 bus1=b{bus}.{phase + 1} kv={0.4 / 3**0.5}"
            f" kw={s_kva.real} kvar={s_kva.imag} model=1 vminpu=0.3 vmaxpu=2"
        )
    run("set voltagebases=[10 0.4]")
    run("calcvoltagebases")
    run("set tolerance=1e-10")
    run("solve")
    found = np.zeros((6, 3))
    for name in dss.ActiveCircuit.AllBusNames:
        dss.ActiveCircuit.SetActiveBus(name)
        bus = dss.ActiveCircuit.ActiveBus
        by_node = dict(zip(bus.Nodes, bus.puVmagAngle[::2], strict=True))
        found[int(name[1:])] = [by_node[node] for node in (1, 2, 3)]
    return found
