"""``template import`` of pandapower networks: there and back, known networks, refusals."""

import json
import os
import shlex
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import yaml

from tests.unit.foreign_cases import changed, hamlet, written

KERBER = (
    "create_kerber_landnetz_freileitung_1",
    "create_kerber_landnetz_kabel_1",
    "create_kerber_dorfnetz",
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the folder that templates go to."""
    found = tmp_path / "templates"
    monkeypatch.setenv("GRIDCALC_TEMPLATE_DIR", str(found))
    return found


def known_net(name, path):
    """Return the file of one of pandapower's own networks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandapower as pp
        from pandapower import networks

        pp.to_json(getattr(networks, name)(), str(path))
    return str(path)


def total_load_kw(net):
    """Return the sum of a network's loads as pandapower itself reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandapower as pp

        return float(pp.from_json(net).load.p_mw.sum()) * 1000


def checked(run, file, *options):
    """Return the run of today by the factor method."""
    asked = ("--scenario", "today", "--method", "factor", "--format", "json")
    tree = json.loads(run("check", file, *asked, *options).stdout)
    (found,) = tree["studies"][0]["runs"]
    return found


def test_a_compound_goes_out_and_comes_back(run, tmp_path, folder):
    first, net, back = (str(tmp_path / name) for name in ("a.yaml", "net.json", "b.yaml"))
    run("template", "new", "walk-up", "-o", first)
    run(
        "export",
        first,
        "--to",
        "pandapower",
        "--scenario",
        "today",
        "--level",
        "station",
        "-o",
        net,
    )

    imported = run("template", "import", net, "--name", "again")
    run("template", "new", "again", "-o", back)

    assert imported.exit_code == 0
    assert not (folder / "again-equipment").exists()
    before, after = (yaml.safe_load(Path(name).read_text("utf-8")) for name in (first, back))
    for section in ("mv_cables", "lv_cables"):
        rows = [sorted(tree[section], key=lambda row: row["id"]) for tree in (before, after)]
        assert rows[0] == rows[1]
    units = [
        {(s["id"], t["id"], t["type"]) for s in tree["substations"] for t in s["transformers"]}
        for tree in (before, after)
    ]
    assert units[0] == units[1]
    boxes = [{row["id"] for row in tree["lv_nodes"]} for tree in (before, after)]
    assert boxes[0] == boxes[1]
    # active power is handed over whole; power factors of chargers, sockets and common loads
    # become those of flats, and the capacitors are those that were switched on
    mine, theirs = (checked(run, name) for name in (first, back))
    for one, other in zip(mine["transformers"], theirs["transformers"], strict=True):
        assert sum(other["parts_kw"].values()) == pytest.approx(
            sum(one["parts_kw"].values()), rel=1e-4
        )
        assert other["loading_percent"] == pytest.approx(one["loading_percent"], rel=0.01)


@pytest.mark.parametrize("name", KERBER)
def test_kerber_networks_are_imported_and_checked(run, tmp_path, folder, name):
    net = known_net(name, tmp_path / "net.json")

    imported = run("template", "import", net, "--name", "kerber")

    assert imported.exit_code == 0
    # what the program tells to type works as it stands
    told = [
        shlex.split(row) for row in imported.stderr.splitlines() if row.startswith("  gridcalc")
    ]
    equipment = told[0][told[0].index("--catalogue") + 1]
    assert equipment == str(folder / "kerber-equipment")
    compound = str(tmp_path / "kerber.yaml")
    words = [compound if word == "kerber.yaml" else word for word in told[0][1:]]
    assert run(*words).exit_code == 0
    today = checked(run, compound, "--catalogue", equipment)
    given = checked(run, net)
    # the loads of the file in kW, all of them flats
    given = total_load_kw(net)
    (unit,) = today["transformers"]
    assert sum(unit["parts_kw"].values()) == pytest.approx(given, rel=1e-4)


def test_without_the_equipment_the_template_says_what_is_missing(run, tmp_path, folder):
    net = known_net(KERBER[1], tmp_path / "net.json")
    run("template", "import", net, "--name", "kerber")

    result = run("template", "new", "kerber", "-o", str(tmp_path / "kerber.yaml"))

    assert result.exit_code == 1
    assert "'NAYY 4x150' is not in the catalogue" in result.output


def test_a_medium_voltage_of_20_kv_is_refused_with_all_reasons(run, tmp_path, folder):
    net = known_net("create_cigre_network_lv", tmp_path / "net.json")

    result = run("template", "import", net, "--name", "cigre")

    assert result.exit_code == 1
    assert "a compound has 10 kV and 0.4 kV, this network 20 kV" in result.output
    assert not folder.exists()


def test_simbench_is_refused_with_all_reasons(run, tmp_path, folder):
    simbench = pytest.importorskip("simbench", reason="data under the ODbL, not shipped")
    import pandapower as pp

    net = str(tmp_path / "net.json")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pp.to_json(simbench.get_simbench_net("1-LV-rural1--0-sw"), net)

    result = run("template", "import", net, "--name", "rural")

    assert result.exit_code == 1
    assert "this network 20 kV" in result.output
    assert "a compound has no generators, this network 4" in result.output


def test_a_map_says_what_loads_are(run, tmp_path, folder):
    net = str(
        written(tmp_path / "net.json", {**hamlet(), **changed("line", "max_i_ka", 0.1, row=2)})
    )
    loads = tmp_path / "loads.csv"
    loads.write_text("load,kind,households\nHouse 1,household,4\nShop,other,\n", encoding="utf-8")

    result = run("template", "import", net, "--name", "hamlet", "--loads", str(loads))

    assert result.exit_code == 0
    text = (folder / "hamlet.yaml").read_text(encoding="utf-8")
    assert "count: 4" in text
    assert "kind: other, kw: 10" in text


def test_a_load_map_is_for_networks_only(run, tmp_path, folder):
    compound = str(tmp_path / "a.yaml")
    run("template", "new", "walk-up", "-o", compound)

    result = run("template", "import", compound, "--name", "x", "--loads", compound)

    assert result.exit_code == 2
    assert "--loads is for pandapower networks" in result.output


def test_a_template_is_not_replaced_unasked_and_its_name_is_checked_first(run, tmp_path, folder):
    net = str(
        written(tmp_path / "net.json", {**hamlet(), **changed("line", "max_i_ka", 0.1, row=2)})
    )
    options = ("template", "import", net, "--name", "hamlet")

    assert run(*options).exit_code == 0
    again = run(*options)
    assert again.exit_code == 1
    assert "--force" in again.output
    assert run(*options, "--force").exit_code == 0
    shipped = run("template", "import", net, "--name", "walk-up")
    assert "is the name of a shipped template" in shipped.output


def test_what_was_assumed_is_said_in_chinese_and_kept_in_the_template(tmp_path, folder):
    part = changed("line", "max_i_ka", 0.1, row=2)
    net = str(written(tmp_path / "net.json", {**hamlet(), **part}))
    words = (sys.executable, "-m", "gridcalc", "template", "import", net, "--name", "hamlet")

    result = subprocess.run(
        words,
        env={**os.environ, "GRIDCALC_LANG": "zh", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    assert "变压器联结组按Dyn11计" in result.stderr
    text = (folder / "hamlet.yaml").read_text(encoding="utf-8")
    assert "# 变压器联结组按Dyn11计" in text
    assert "由 pandapower 网络 net.json 导入" in text
    assert "Imported from the pandapower network net.json" in text
