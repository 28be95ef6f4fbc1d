"""A compound with a closed 10 kV ring: ``check``, ``hosting`` and ``export`` take it as it is."""

import json

import numpy as np
import pytest

ENGINE = "power-grid-model"
RING = """\
rmus: [{id: R1, type: RMU-2in-4out}, {id: R2, type: RMU-2in-4out}]
mv_cables:
  - {id: MC1, from: SRC1, to: R1, type: YJV22-8.7/15-3x150, length_m: 900}
  - {id: MC2, from: R1, to: R2, type: YJV22-8.7/15-3x150, length_m: 600}
  - {id: MC3, from: R2, to: SRC1, type: YJV22-8.7/15-3x150, length_m: 1200}
  - {id: MC4, from: R1, to: PD1, type: YJV22-8.7/15-3x70, length_m: 80}
"""
OLD = """\
mv_cables:
  - {id: MC1, from: SRC1, to: PD1, type: YJV22-8.7/15-3x150, length_m: 200}
"""


@pytest.fixture(scope="module")
def ring_text(hamlet_text):
    assert OLD in hamlet_text
    return hamlet_text.replace(OLD, RING)


@pytest.fixture
def ring(ring_text, tmp_path):
    path = tmp_path / "ring.yaml"
    path.write_text(ring_text, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def checked(run, ring_text):
    args = ("--days", "20", "--scenario", "ev-100", "--format", "json")
    result = run("check", "-", *args, text=ring_text)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_days_are_solved_by_power_grid_model_and_the_factor_method_by_pandapower(checked):
    study = json.loads(checked)["studies"][0]

    assert study["engine"] == "pandapower"
    days = {run["charging"]: run["days"] for run in study["runs"] if run["method"] != "factor"}
    assert set(days) == {"uncontrolled", "tou", "managed"}
    assert {row["engine"] for row in days.values()} == {ENGINE}
    assert {row["n_unsolved"] for row in days.values()} == {0}


def test_the_ring_without_a_cable_is_checked_by_both_methods(checked):
    for run in json.loads(checked)["studies"][0]["runs"]:
        (row,) = (row for row in run["findings"] if row["check"] == "mv.ring_n_minus_1")
        # one transformer at R1: without MC1 it hangs on MC3 and MC2 and the other way round
        s_kva = run["transformers"][0]["s_peak_kva"]
        ampacity_a = {cable["id"]: cable["ampacity_a"] for cable in run["branches"]}
        assert row["quantity"].startswith("without MC")
        assert row["value"] == pytest.approx(
            100 * s_kva / (np.sqrt(3) * 10) / ampacity_a[row["element"]]
        )


def test_the_ring_shares_the_current_by_its_impedances(checked):
    # MC1 of 900 m against MC2 and MC3 of 1800 m: two thirds and one third of what MC4 carries;
    # each cable's own charging current is about 0.5 A.
    branches = json.loads(checked)["studies"][0]["runs"][0]["branches"]
    i_a = {row["id"]: row["i_max_a"] for row in branches}

    assert i_a["MC1"] == pytest.approx(2 / 3 * i_a["MC4"], abs=0.6)
    assert i_a["MC2"] == pytest.approx(1 / 3 * i_a["MC4"], abs=0.6)


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(run, ring, checked):
    args = ("--days", "20", "--scenario", "ev-100", "--threads", "2", "--format", "json")

    assert run("check", ring, *args).stdout == checked


def test_the_table_names_both_engines(run, ring):
    args = ("--days", "20", "--scenario", "ev-100")

    text = " ".join(run("check", ring, *args).stdout.split())
    alone = json.loads(
        run("check", ring, *args, "--method", "stochastic", "--format", "json").stdout
    )

    assert "factor method: pandapower; simulated days: power-grid-model" in text
    assert "seed 1, engine power-grid-model" in text
    assert alone["studies"][0]["engine"] == ENGINE


def test_hosting_says_the_engine_in_json_and_table(run, ring):
    args = ("hosting", ring, "--draws", "10", "--charging", "uncontrolled")

    found = run(*args, "--format", "json")
    text = " ".join(run(*args).stdout.split())

    assert found.exit_code == 0, found.stderr
    assert json.loads(found.stdout)["engine"] == ENGINE
    assert "engine power-grid-model" in text


@pytest.mark.parametrize("method", ["factor", "stochastic"])
def test_the_exported_ring_solves_in_pandapower(run, ring, checked, tmp_path, method):
    import pandapower
    from pandapower.pf.runpp_3ph import runpp_3ph

    target = tmp_path / "net.json"
    args = ("export", ring, "--to", "pandapower", "-o", str(target), "--method", method)
    assert run(*args).exit_code == 0

    net = pandapower.from_json(str(target))
    runpp_3ph(net, numba=False)

    assert net.line.in_service.all()
    if method == "factor":
        nodes = json.loads(checked)["studies"][0]["runs"][0]["nodes"]
        reported = {row["id"]: row["vm_min_pu"] for row in nodes}
        vm = net.res_bus_3ph[["vm_a_pu", "vm_b_pu", "vm_c_pu"]].min(axis=1)
        for name, value in zip(net.bus.name, vm, strict=True):
            assert value == pytest.approx(reported[name], abs=1e-7)


def test_a_ring_between_two_sources_is_refused_and_says_what_to_do(run, ring_text):
    text = ring_text.replace("rmus:", "  - {id: SRC2, kind: rmu_bay}\nrmus:", 1)
    text = text.replace("from: R2, to: SRC1", "from: R2, to: SRC2")

    result = run("check", "-", text=text)

    assert result.exit_code == 1
    assert result.stdout == ""
    said = " ".join(result.stderr.split())
    assert "join the sources SRC1, SRC2" in said
    assert "mark the open point with normally_open: true" in said
