"""Networks that people know, read by the safe door: the voltages are those of pandapower itself.

Expected values come from pandapower on the original net, from OpenDSS, and from nothing else.
"""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gridcalc.foreign.hosting import foreign_hosting
from gridcalc.foreign.opening import is_foreign, read_foreign
from gridcalc.foreign.records import Choices
from gridcalc.foreign.study import foreign_study
from gridcalc.network.foreign_net import solve_as_given, three_phase
from gridcalc.policy import load_policy

NATIONAL = load_policy("national")
SCENARIOS = ("today", "ebike-50", "ev-100", "ev-100+ebike-50")
SIMBENCH = (
    "1-LV-rural1--0-sw",
    "1-LV-rural2--0-sw",
    "1-LV-rural3--0-sw",
    "1-LV-semiurb4--0-sw",
    "1-LV-semiurb5--0-sw",
    "1-LV-urban6--0-sw",
)
KERBER = (
    "create_kerber_dorfnetz",
    "create_kerber_landnetz_freileitung_1",
    "create_kerber_landnetz_freileitung_2",
    "create_kerber_landnetz_kabel_1",
    "create_kerber_landnetz_kabel_2",
    "create_kerber_vorstadtnetz_kabel_1",
    "create_kerber_vorstadtnetz_kabel_2",
    "kb_extrem_dorfnetz",
    "kb_extrem_dorfnetz_trafo",
    "kb_extrem_landnetz_freileitung",
    "kb_extrem_landnetz_freileitung_trafo",
    "kb_extrem_landnetz_kabel",
    "kb_extrem_landnetz_kabel_trafo",
    "kb_extrem_vorstadtnetz_1",
    "kb_extrem_vorstadtnetz_2",
    "kb_extrem_vorstadtnetz_trafo_1",
    "kb_extrem_vorstadtnetz_trafo_2",
)
QUICK_KERBER = ("create_kerber_landnetz_freileitung_1", "kb_extrem_landnetz_kabel_trafo")
OTHERS = (
    "create_cigre_network_lv",
    "create_cigre_network_mv",
    "example_multivoltage",
    "example_simple",
    "mv_oberrhein",
    "simple_four_bus_system",
    "simple_mv_open_ring_net",
    "panda_four_load_branch",
    "four_loads_with_branches_out",
    "create_dickert_lv_network",
    "create_synthetic_voltage_control_lv_network",
)
IEEE = ("on_peak_566", "off_peak_1", "off_peak_1440")


def made(name: str) -> Any:
    """Return a net of pandapower's own or of SimBench."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if name.startswith("1-LV"):
            simbench = pytest.importorskip("simbench", reason="data under the ODbL, not shipped")
            return simbench.get_simbench_net(name)
        from pandapower import networks

        if name in IEEE:
            return networks.ieee_european_lv_asymmetric(name)
        return getattr(networks, name)()


def saved(net: Any, path: Path) -> Path:
    import pandapower

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (pandapower.to_json if path.suffix == ".json" else pandapower.to_excel)(net, str(path))
    return path


def plain(net: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return voltages and line currents of pandapower on the original net. [pu, kA]."""
    import pandapower

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pandapower.runpp(net)
    return net.res_bus.vm_pu.fillna(0).to_numpy(), net.res_line.i_ka.fillna(0).to_numpy()


@pytest.mark.parametrize("name", [*QUICK_KERBER, *OTHERS])
def test_voltages_are_those_of_pandapower(name, tmp_path):
    net = made(name)
    path = saved(net, tmp_path / "net.json")
    vm_pu, i_ka = plain(net)

    state = solve_as_given(read_foreign(path))

    assert is_foreign(path)
    assert np.abs(state.v_pu[:, 0]) == pytest.approx(vm_pu, abs=1e-9)
    assert state.i_line_a[:, 0] == pytest.approx(1000 * i_ka, abs=1e-6)


@pytest.mark.parametrize("name", ["create_cigre_network_lv", "on_peak_566"])
def test_a_workbook_says_the_same_as_json(name, tmp_path):
    net = made(name)
    paths = [saved(net, tmp_path / f"net{suffix}") for suffix in (".json", ".xlsx")]

    one, other = (solve_as_given(read_foreign(path)) for path in paths)

    assert np.abs(one.v_pu) == pytest.approx(np.abs(other.v_pu), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SIMBENCH, *KERBER])
def test_more_voltages_are_those_of_pandapower(name, tmp_path):
    test_voltages_are_those_of_pandapower(name, tmp_path)


@pytest.mark.parametrize("name", IEEE)
def test_unbalanced_voltages_are_those_of_pandapower(name, tmp_path):
    from pandapower.pf.runpp_3ph import runpp_3ph

    net = made(name)
    path = saved(net, tmp_path / "net.json")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        runpp_3ph(net)
    columns = ["vm_a_pu", "vm_b_pu", "vm_c_pu"]

    tables = read_foreign(path)
    state = three_phase(tables)(np.zeros((len(net.bus), 3), dtype=complex))

    assert np.abs(state.v_pu) == pytest.approx(net.res_bus_3ph[columns].to_numpy(), abs=1e-9)


def test_a_net_written_by_version_2_is_read(tmp_path):
    # the bundled IEEE file is as its authors wrote it, in an older format
    import pandapower.networks

    folder = Path(pandapower.networks.__file__).parent
    path = folder / "IEEE_European_LV_On_Peak_566.json"
    net = made("on_peak_566")
    vm_pu, _ = plain(net)

    state = solve_as_given(read_foreign(path))

    assert np.abs(state.v_pu[:, 0]) == pytest.approx(vm_pu, abs=1e-9)


@pytest.mark.parametrize("name", IEEE)
def test_reactive_power_of_the_ieee_feeder_is_put_right_unless_kept(name, tmp_path):
    # the feeder's document: every load has the power factor 0.95, Q = 0.3287 P
    net = made(name)
    path = saved(net, tmp_path / "net.json")
    study = {"policy": NATIONAL, "scenarios": ("today",)}

    fixed = foreign_study(read_foreign(path), **study)
    kept = foreign_study(read_foreign(path), choices=Choices(keep=True), **study)

    total = {phase: net.asymmetric_load[f"p_{phase}_mw"].sum() for phase in "abc"}
    wrong = {phase: net.asymmetric_load[f"q_{phase}_mvar"].sum() for phase in "abc"}
    assert wrong["a"] == pytest.approx(0.3287 * total["a"], rel=1e-2)
    for phase in "bc":
        assert 1000 * wrong[phase] == pytest.approx(0.3287 * total[phase], rel=1e-2)
    assert "phases b c of 55 unbalanced loads times 1000" in str(fixed.imported.corrected[0])
    assert not kept.imported.corrected
    (run,) = fixed.study.runs
    p_kw = 1000 * sum(total.values())
    assert run.transformers[0].p_peak_kw == pytest.approx(p_kw, rel=0.05)
    assert run.transformers[0].s_peak_kva == pytest.approx(p_kw / 0.95, rel=0.06)


def test_the_corrected_ieee_feeder_agrees_with_opendss(tmp_path):
    dss_python = pytest.importorskip("dss")
    from gridcalc.foreign.correcting import corrected

    net = made("on_peak_566")
    tables, _ = corrected(read_foreign(saved(net, tmp_path / "net.json")))
    state = three_phase(tables)(np.zeros((len(net.bus), 3), dtype=complex))

    vm_pu = _opendss(dss_python.DSS, net)

    low = sorted(vm_pu)
    mine = np.abs(state.v_pu)[low]
    theirs = np.array([vm_pu[bus] for bus in low])
    assert len(low) == 906
    assert np.abs(mine - theirs).max() < 5e-4


def _opendss(dss: Any, net: Any) -> dict[int, np.ndarray]:
    """Return phase voltages of the LV buses with Q as the feeder's document has it. [pu]."""
    run: Callable[[str], None] = dss.Text.__class__.Command.fset.__get__(dss.Text)
    trafo, grid = net.trafo.iloc[0], net.ext_grid.iloc[0]
    run("clear")
    run(
        f"new circuit.eu basekv={trafo.vn_hv_kv} pu={grid.vm_pu} phases=3 bus1=b{grid.bus}"
        f" mvasc3={grid.s_sc_max_mva} mvasc1={grid.s_sc_max_mva} x1r1=10 x0r0=10"
    )
    x_percent = (trafo.vk_percent**2 - trafo.vkr_percent**2) ** 0.5
    run(
        f"new transformer.t phases=3 windings=2 buses=(b{trafo.hv_bus} b{trafo.lv_bus})"
        f" conns=(delta wye) kvs=({trafo.vn_hv_kv} {trafo.vn_lv_kv})"
        f" kvas=({1000 * trafo.sn_mva} {1000 * trafo.sn_mva})"
        f" xhl={x_percent} %rs=({trafo.vkr_percent / 2} {trafo.vkr_percent / 2})"
    )
    for k, row in net.line.iterrows():
        run(
            f"new line.l{k} bus1=b{row.from_bus} bus2=b{row.to_bus} phases=3 units=km"
            f" length={row.length_km} r1={row.r_ohm_per_km} x1={row.x_ohm_per_km}"
            f" r0={row.r0_ohm_per_km} x0={row.x0_ohm_per_km} c1=0 c0=0"
        )
    for k, row in net.asymmetric_load.iterrows():
        for number, phase in enumerate("abc", start=1):
            p_kw = 1000 * row[f"p_{phase}_mw"]
            if p_kw:
                run(
                    f"new load.d{k}{phase} phases=1 bus1=b{row.bus}.{number} kv={0.416 / 3**0.5}"
                    f" kw={p_kw} pf=0.95 model=1 vminpu=0.5 vmaxpu=1.5"
                )
    run("set voltagebases=[11 0.416]")
    run("calcvoltagebases")
    run("set tolerance=1e-9")
    run("solve")
    found = {}
    circuit = dss.ActiveCircuit
    for name in circuit.AllBusNames:
        circuit.SetActiveBus(name)
        bus = circuit.ActiveBus
        if bus.kVBase < 1:
            by_node = dict(zip(bus.Nodes, bus.puVmagAngle[::2], strict=True))
            found[int(name[1:])] = np.array([by_node[node] for node in (1, 2, 3)])
    return found


@pytest.mark.parametrize(
    "name", ["create_cigre_network_lv", "create_kerber_landnetz_freileitung_1"]
)
def test_families_go_through_check_and_hosting(name, tmp_path):
    _goes_through(name, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SIMBENCH, *KERBER[1:], *IEEE[:1]])
def test_every_member_goes_through_check_and_hosting(name, tmp_path):
    _goes_through(name, tmp_path)


def _goes_through(name: str, folder: Path) -> None:
    tables = read_foreign(saved(made(name), folder / "net.json"))

    found = foreign_study(tables, policy=NATIONAL, scenarios=SCENARIOS)
    hosted = foreign_hosting(tables, policy=NATIONAL, scenario="ev-100+ebike-50")

    runs = {run.scenario: run for run in found.study.runs}
    assert set(runs) == set(SCENARIOS)
    assert found.study.binding is not None
    assert all(row.id for row in found.imported.loads)
    today, full = runs["today"], runs["ev-100"]
    assert full.n_private_chargers == hosted.hosting.n_private_bays
    assert today.mv is not None
    for run in runs.values():  # the extreme networks have no solution with all chargers
        unsolved = [row for row in run.findings if row.quantity.startswith("solution_")]
        assert bool(run.nodes) == (not unsolved)
    (result,) = hosted.hosting.results
    assert result.n_max is None or 0 <= result.n_max <= hosted.hosting.n_private_bays
    assert (result.binding is None) == (result.n_max == hosted.hosting.n_private_bays)
