"""``check`` and ``hosting`` take a pandapower network as it is, in both languages."""

import json

import pytest

from tests.cli.conftest import HAMLET
from tests.unit.foreign_cases import changed, frame, hamlet, written


@pytest.fixture
def net(tmp_path):
    return str(written(tmp_path / "net.json", hamlet()))


def test_check_has_the_shape_of_the_contract(run, net):
    result = run("check", net, "--format", "json")

    assert result.exit_code == 0
    (study,) = json.loads(result.output)["studies"]
    assert study["compound_id"] == "net"
    assert study["compound_name"] == "hamlet"
    assert study["verdict"] in {"ready", "upgrade"}
    assert [row["scenario"] for row in study["runs"]] == [
        "today",
        "ebike-50",
        "ev-100",
        "ev-100+ebike-50",
    ]
    first = study["runs"][2]
    assert {"transformers", "branches", "nodes", "mv", "findings"} <= set(first)
    assert first["n_private_chargers"] == 3
    assert {row["id"] for row in first["branches"]} == {"L1", "L2"}
    assert {row["level"] for row in first["branches"]} == {"feeder", "box"}
    assert study["import"]["n_rows"]["line"] == 3
    assert study["import"]["n_lines_without_rating"] == 1
    assert {row["confidence"] for row in study["assumptions"] if row["name"][:7] == "foreign"} == {
        "assumed"
    }


def test_the_same_file_gives_the_same_bytes(run, net):
    assert (
        run("check", net, "--format", "json").output == run("check", net, "--format", "json").output
    )


def test_the_story_says_how_the_file_was_read_in_chinese(run, net):
    result = run("check", net, "--lang", "zh")

    assert result.exit_code == 0
    assert "文件及读入情况" in result.output
    assert "居民住户" in result.output
    assert "文件未给该线路载流量" in result.output
    assert "1台变压器的联结组取自型号名称" in result.output


def test_a_compound_and_a_network_go_together(run, net, tmp_path):
    compound = tmp_path / "hamlet.yaml"
    compound.write_text(HAMLET, encoding="utf-8")

    result = run(
        "check", net, str(compound), "--scenario", "today", "--method", "factor", "--format", "json"
    )

    ids = [row["compound_id"] for row in json.loads(result.output)["studies"]]
    assert ids == ["hamlet", "net"]


def test_strict_ends_with_3_where_a_limit_is_broken(run, tmp_path):
    net = str(written(tmp_path / "net.json", {**hamlet(), **changed("load", "p_mw", 0.2)}))

    assert run("check", net, "--scenario", "today", "--strict").exit_code == 3
    assert run("check", net, "--scenario", "today").exit_code == 0


def test_violations_of_the_file_are_not_blamed_on_chargers(run, tmp_path):
    net = str(written(tmp_path / "net.json", {**hamlet(), **changed("load", "p_mw", 0.09)}))

    result = run("check", net, "--scenario", "today", "--format", "json")

    (study,) = json.loads(result.output)["studies"]
    failed = [row for row in study["runs"][0]["findings"] if row["status"] == "fail"]
    assert failed
    assert all(row["pre_existing"] for row in failed)


def test_loads_can_be_said(run, net, tmp_path):
    table = tmp_path / "loads.csv"
    table.write_text("load,kind,households\n0,household,5\n", encoding="utf-8")

    result = run("check", net, "--loads", str(table), "--format", "json")

    (study,) = json.loads(result.output)["studies"]
    assert study["import"]["loads"][0]["n_households"] == 5
    assert study["import"]["loads"][0]["told_by"] == "map"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--method", "stochastic"], "says nothing about days"),
        (["--charging", "managed"], "says nothing about days"),
        (["--plot", "x.svg"], "a pandapower network has none"),
    ],
)
def test_simulated_days_are_refused(run, net, option, said):
    result = run("check", net, *option)

    assert result.exit_code == 2
    assert said in result.output


def test_a_hostile_file_is_one_error_with_a_list(run, tmp_path):
    parts = {**hamlet(), "line": {"_module": "os", "_class": "system", "_object": "id"}}
    parts |= {"mine": {"_module": "shutil", "_class": "rmtree", "_object": "/"}}
    net = str(written(tmp_path / "net.json", parts))

    result = run("check", net)

    assert result.exit_code == 1
    assert "'os'.'system'" in result.output
    assert "'shutil'.'rmtree'" in result.output


def test_a_name_that_is_markup_stays_text(run, tmp_path):
    name = "[bold]<script>=cmd|' /C calc'!A0"
    net = str(written(tmp_path / "net.json", {**hamlet(), **changed("bus", "name", name, row=3)}))

    result = run("check", net, "--format", "json")

    (study,) = json.loads(result.output)["studies"]
    assert name in {row["id"] for row in study["runs"][0]["nodes"]}


def test_a_vector_group_without_a_model_can_be_taken_for_another(run, tmp_path):
    trafo = hamlet()["trafo"]
    inner = json.loads(trafo["_object"])
    row = dict(zip(inner["columns"], ([cell] for cell in inner["data"][0]), strict=True))
    parts = {**hamlet(), "trafo": frame({**row, "vector_group": ["Yyn0"]})}
    net = str(written(tmp_path / "net.json", parts))

    assert "--vector-group Dyn" in run("check", net).output
    assert run("check", net, "--scenario", "today").exit_code == 0
    result = run("check", net, "--vector-group", "Dyn", "--lang", "en")
    assert result.exit_code == 0
    assert "of group Yyn0 is taken for Dyn" in result.output


def test_hosting_has_the_shape_of_the_contract(run, net):
    result = run("hosting", net, "--format", "json")

    tree = json.loads(result.output)
    assert tree["n_private_bays"] == 3
    (row,) = tree["results"]
    assert row["mode"] == "factor"
    assert {"n_max", "share_percent", "binding", "next_binding"} <= set(row)
    assert tree["import"]["name"] == "hamlet"


def test_hosting_is_told_in_chinese(run, net):
    result = run("hosting", net, "--lang", "zh")

    assert result.exit_code == 0
    assert "可装数量" in result.output


def test_options_for_networks_need_a_network(run, tmp_path):
    compound = tmp_path / "hamlet.yaml"
    compound.write_text(HAMLET, encoding="utf-8")

    result = run("check", str(compound), "--vector-group", "Dyn")

    assert result.exit_code == 2
    assert "are for pandapower networks" in result.output


def test_what_pandapower_export_writes_is_read_with_the_same_voltages(run, tmp_path):
    compound = tmp_path / "hamlet.yaml"
    compound.write_text(HAMLET, encoding="utf-8")
    net = str(tmp_path / "hamlet.json")
    asked = ("--scenario", "ev-100", "--level", "feeder")
    run("export", str(compound), "--to", "pandapower", "-o", net, *asked)

    own = json.loads(
        run(
            "check", str(compound), "--scenario", "ev-100", "--method", "factor", "--format", "json"
        ).output
    )
    read = json.loads(run("check", net, "--scenario", "today", "--format", "json").output)

    (mine,) = [r for r in own["studies"][0]["runs"] if r["scenario"] == "ev-100"]
    (theirs,) = read["studies"][0]["runs"]
    expected = {row["id"]: row["vm_phase_pu"] for row in mine["nodes"]}
    found = {row["id"]: row["vm_phase_pu"] for row in theirs["nodes"]}
    assert set(found) == set(expected)
    for name, volts in expected.items():
        assert found[name] == pytest.approx(volts, abs=1e-9)


def test_a_network_as_a_template_is_refused_with_what_it_lacks(run, tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDCALC_TEMPLATE_DIR", str(tmp_path / "templates"))
    net = str(written(tmp_path / "net.json", {**hamlet(), **changed("bus", "vn_kv", 20.0)}))

    result = run("template", "import", net, "--name", "mine")

    assert result.exit_code == 1
    assert "a compound has 10 kV and 0.4 kV, this network 20 kV" in result.output
    assert not (tmp_path / "templates").exists()
