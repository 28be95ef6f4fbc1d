"""Lists of templates, policies and tables; files in by ``import``, out by ``new``, ``export``."""

import csv
import io
import json
from pathlib import Path

import pytest


def test_validate_counts_what_a_file_holds(run, hamlet):
    tree = json.loads(run("validate", hamlet, "--format", "json").stdout)

    (row,) = tree["files"]
    assert row["ok"] is True
    assert (row["compound_id"], row["policy"]) == ("hamlet", "ningxia-2025")
    assert (row["n_transformers"], row["n_nodes"], row["n_households"]) == (1, 4, 16)
    assert (row["n_private_bays"], row["n_public_bays"], row["n_ebikes"]) == (40, 4, 40)
    assert "charger.p_kw" in {a["name"] for a in row["assumptions"]}


def test_validate_lists_assumptions_in_chinese(run, hamlet):
    text = run("validate", hamlet, "--lang", "zh").stdout

    assert "单桩功率=7 kW" in text
    assert "待核实的取值" in text


def test_validate_names_line_and_key_of_three_faults(run, hamlet_text, tmp_path):
    path = tmp_path / "bad.yaml"
    text = hamlet_text.replace("count: 16", "count: 0").replace("from: T1.LV, to: CB1", "to: CB1")
    path.write_text(text.replace("ebikes:", "ebykes:"), encoding="utf-8")

    result = run("validate", str(path))

    assert result.exit_code == 1
    assert result.stdout == ""
    for key in ("households[0].count", "lv_cables[2].from", "ebykes"):
        assert any(key in line and "line " in line for line in result.stderr.splitlines())


def test_the_list_of_templates_has_the_keys_of_the_contract(run):
    tree = json.loads(run("template", "list", "--format", "json").stdout)

    names = [row["name"] for row in tree["templates"]]
    assert len(names) >= 8
    for row in tree["templates"]:
        assert {"name", "title", "policy", "parameters"} <= set(row)
        for parameter in row["parameters"]:
            assert {"name", "default", "min", "max", "unit", "description"} <= set(parameter)


@pytest.mark.parametrize(("lang", "word"), [("zh", "户数"), ("en", "Number of flats")])
def test_a_template_is_shown_with_its_parameters(run, lang, word):
    assert word in run("template", "show", "high-rise", "--lang", lang).stdout


def test_a_new_compound_is_written_complete_and_can_be_read(run, tmp_path):
    target = tmp_path / "yard.yaml"

    made = run(
        *("template", "new", "old-courtyard", "-o", str(target), "--set", "households=48"),
        *("--id", "yard-7", "--name", "七号院", "--policy", "national"),
    )

    assert made.exit_code == 0
    assert made.stdout == ""
    (row,) = json.loads(run("validate", str(target), "--format", "json").stdout)["files"]
    assert (row["compound_id"], row["name"], row["policy"]) == ("yard-7", "七号院", "national")
    assert row["n_households"] == 48


def test_a_new_compound_can_be_piped(run):
    text = run("template", "new", "old-courtyard", "-o", "-").stdout

    assert run("validate", "-", text=text).exit_code == 0


def test_a_file_is_only_overwritten_by_force(run, tmp_path):
    target = tmp_path / "yard.yaml"
    target.write_text("mine", encoding="utf-8")
    command = ("template", "new", "old-courtyard", "-o", str(target))

    refused = run(*command)

    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert target.read_text(encoding="utf-8") == "mine"
    assert run(*command, "--force").exit_code == 0
    assert "households" in target.read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_named(run, tmp_path):
    target = tmp_path / "nowhere" / "yard.yaml"

    result = run("template", "new", "old-courtyard", "-o", str(target))

    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_wrong_settings_are_all_listed(run):
    settings = ("--set", "households=many", "--set", "storeys=6")

    result = run("template", "new", "old-courtyard", "-o", "-", *settings)

    assert result.exit_code == 2
    assert "households" in result.stderr
    assert "storeys" in result.stderr


def test_an_imported_file_becomes_a_template(run, hamlet):
    imported = run("template", "import", hamlet, "--name", "our-hamlet")

    assert imported.exit_code == 0
    assert imported.stdout == ""
    names = [
        t["name"]
        for t in json.loads(run("template", "list", "--format", "json").stdout)["templates"]
    ]
    assert "our-hamlet" in names
    text = run("template", "new", "our-hamlet", "-o", "-", "--id", "copy").stdout
    assert run("validate", "-", text=text).exit_code == 0


def test_an_imported_template_is_only_replaced_by_force(run, hamlet):
    command = ("template", "import", hamlet, "--name", "our-hamlet")
    run(*command)

    assert run(*command).exit_code == 1
    assert run(*command, "--force").exit_code == 0


def test_the_list_of_policies_has_the_keys_of_the_contract(run):
    tree = json.loads(run("policy", "list", "--format", "json").stdout)

    assert "ningxia-2025" in {row["id"] for row in tree["policies"]}
    for row in tree["policies"]:
        assert {"id", "title", "issuer", "date", "status"} <= set(row)


def test_a_policy_shows_numbers_as_numbers_beside_their_clause(run):
    tree = json.loads(run("policy", "show", "ningxia-2025", "--format", "json").stdout)

    rule = tree["rules"]["supply.max_lv_kw"]
    assert rule["value"] == 160  # Ningxia draft, section 二, item 1
    assert {"document", "section", "item", "confidence"} <= set(rule)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("fmt", ["table", "md", "csv"])
def test_every_policy_can_be_shown(run, lang, fmt):
    for row in json.loads(run("policy", "list", "--format", "json").stdout)["policies"]:
        result = run("policy", "show", row["id"], "--lang", lang, "--format", fmt)
        assert result.exit_code == 0
        assert "supply.max_lv_kw" in result.stdout


def test_two_policies_are_compared_rule_by_rule(run):
    args = ("policy", "compare", "ningxia-2025", "wujiang-2021")
    tree = json.loads(run(*args, "--format", "json").stdout)

    found = {row["name"]: row for row in tree["differences"]}
    assert found["supply.max_lv_kw"]["a"]["value"] == 160
    assert found["supply.max_lv_kw"]["b"]["value"] == 200
    assert "supply.max_lv_kw" in run(*args, "--format", "csv").stdout
    assert "160 kW" in run(*args).stdout


def test_a_policy_does_not_differ_from_itself(run):
    args = ("policy", "compare", "national", "national")

    assert json.loads(run(*args, "--format", "json").stdout)["differences"] == []
    assert run(*args).exit_code == 0


def test_every_table_can_be_listed_in_every_form(run):
    kinds = json.loads(run("catalogue", "list", "--format", "json").stdout)["kinds"]

    for row in kinds:
        tree = json.loads(run("catalogue", "list", row["kind"], "--format", "json").stdout)
        table = run("catalogue", "list", row["kind"], "--lang", "zh")
        read = csv.DictReader(
            io.StringIO(run("catalogue", "list", row["kind"], "--format", "csv").stdout)
        )
        assert len(tree["rows"]) == row["n_rows"] == len(list(read))
        assert {"source", "confidence"} <= set(tree["rows"][0])
        assert table.exit_code == 0


def test_the_schema_describes_compound_files(run):
    schema = json.loads(run("export", "--to", "schema", "-o", "-").stdout)

    assert schema["title"] == "Compound"
    assert {"gridcalc", "households", "lv_cables"} <= set(schema["properties"])
    assert "from" in schema["$defs"]["LvCable"]["properties"]


def test_the_exported_net_gives_the_reported_voltages(run, hamlet, tmp_path):
    """Anyone can rerun the case: read the file, run ``runpp_3ph``, compare with ``check``."""
    import pandapower
    from pandapower.pf.runpp_3ph import runpp_3ph

    target = tmp_path / "net.json"

    assert run("export", hamlet, "--to", "pandapower", "-o", str(target)).exit_code == 0

    net = pandapower.from_json(str(target))
    runpp_3ph(net, numba=False, max_iteration=100)
    tree = json.loads(run("check", hamlet, "--scenario", "ev-100", "--format", "json").stdout)
    nodes = {row["id"]: row for row in tree["studies"][0]["runs"][0]["nodes"]}
    assert set(net.bus["name"]) == set(nodes)
    for bus, name in net.bus["name"].items():
        solved = [net.res_bus_3ph.at[bus, f"vm_{phase}_pu"] for phase in "abc"]
        assert solved == pytest.approx(nodes[name]["vm_phase_pu"], abs=1e-6)


def test_the_same_net_is_written_twice_alike(run, hamlet):
    args = ("export", hamlet, "--to", "pandapower", "-o", "-", "--level", "station")

    assert run(*args).stdout == run(*args).stdout


def test_a_level_that_does_not_exist_is_refused_with_those_that_do(run, hamlet):
    result = run("export", hamlet, "--to", "pandapower", "-o", "-", "--level", "street")

    assert result.exit_code == 2
    assert "station" in result.stderr


def test_exporting_needs_a_file(run, tmp_path):
    result = run("export", "--to", "pandapower", "-o", str(tmp_path / "net.json"))

    assert result.exit_code == 2
    assert not Path(tmp_path / "net.json").exists()
