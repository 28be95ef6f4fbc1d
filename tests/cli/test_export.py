"""``gridcalc export``: an OpenDSS script and map features of one run."""

import json

PLACE = "location: {lon: 106.2, lat: 38.5}\nbuild:"


def test_the_script_names_bus_and_node_and_solves_itself(hamlet, run):
    result = run("export", hamlet, "--to", "opendss", "-o", "-", "--scenario", "ev-100")

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "! bus t1_lv = T1.LV" in lines
    assert lines[-1] == "Solve"
    # 40 private bays and 4 public ones at CB1 on three phases: one load for each of its phases.
    assert sum(line.startswith("New Load.cb1_") for line in lines) == 3


def test_map_features_need_a_place(hamlet, run):
    result = run("export", hamlet, "--to", "geojson", "-o", "-")

    assert result.exit_code == 1
    assert "--layout" in result.output


def test_map_features_carry_the_verdict_of_the_scenario_asked_for(hamlet_text, tmp_path, run):
    path = tmp_path / "hamlet.yaml"
    path.write_text(hamlet_text.replace("build:", PLACE, 1), encoding="utf-8")

    result = run("export", str(path), "--to", "geojson", "-o", "-", "--scenario", "today")

    assert result.exit_code == 0
    (feature,) = json.loads(result.stdout)["features"]
    assert feature["geometry"]["coordinates"] == [106.2, 38.5]
    assert feature["properties"]["id"] == "hamlet"
    options = ("--method", "factor", "--scenario", "today", "--format", "json")
    checked = json.loads(run("check", str(path), *options).stdout)
    assert feature["properties"]["verdict"] == checked["studies"][0]["verdict"]


def test_a_layout_that_is_no_map_is_one_error(hamlet, tmp_path, run):
    result = run(
        "export", hamlet, "--to", "geojson", "-o", "-", "--layout", str(tmp_path / "none.gpkg")
    )

    assert result.exit_code == 1
    assert "none.gpkg" in result.output
