"""``gridcalc design`` from a site file to a compound file that ``gridcalc check`` passes.

The site is the street of ``tests/unit/design_cases.py``: 54 flats, 20 + 4 bays, 60 e-bikes.
"""

import json
from pathlib import Path

import pytest
from ezdxf import recover

from tests.unit.design_cases import feature, features_of, line, street, text_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "design-nanchang"


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "site.yaml"
    path.write_text(text_of(street()), encoding="utf-8")
    return str(path)


def test_the_compound_it_writes_passes_the_check_of_its_scenario(run, site, tmp_path):
    target = str(tmp_path / "compound.yaml")
    made = run("design", site, "-o", target, "--format", "json")
    assert made.exit_code == 0, made.stderr
    checked = run(
        *("check", target, "--method", "factor", "--scenario", "ev-100+ebike-50"),
        *("--strict", "--format", "json"),
    )

    assert checked.exit_code == 0, checked.stdout
    assert json.loads(checked.stdout)["studies"][0]["verdict"] == "ready"
    assert json.loads(made.stdout)["passed"] is True


def test_the_example_gives_the_compound_beside_it_and_that_passes(run, tmp_path):
    target = tmp_path / "compound.yaml"
    made = run("design", str(EXAMPLE / "site.yaml"), "-o", str(target))
    checked = run(
        *("check", str(target), "--method", "factor", "--scenario", "ev-100+ebike-50", "--strict")
    )

    assert made.exit_code == 0
    assert checked.exit_code == 0
    assert target.read_bytes() == (EXAMPLE / "compound.yaml").read_bytes()


def test_layers_and_pictures_are_written(run, site, tmp_path):
    names = ("a.geojson", "a.gpkg", "a.dxf", "a.svg")
    layers, package, drawing, plot = (tmp_path / name for name in names)
    first = run("design", site, "--layers", str(layers), "--plot", str(plot))
    second = run("design", site, "--layers", str(package))
    third = run("design", site, "--layers", str(drawing))

    assert (first.exit_code, second.exit_code, third.exit_code) == (0, 0, 0)
    document, auditor = recover.readfile(drawing)
    assert (auditor.errors, auditor.fixes) == ([], [])
    assert document.modelspace().query('LWPOLYLINE[layer=="TRENCH"]')
    assert json.loads(layers.read_text(encoding="utf-8"))["features"]
    assert package.read_bytes().startswith(b"SQLite format 3")
    assert plot.read_text(encoding="utf-8").startswith("<svg")
    assert first.stdout == second.stdout


@pytest.mark.parametrize("fmt", ["table", "csv", "md"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_form_and_language_is_told(run, site, fmt, lang):
    result = run("design", site, "--format", fmt, "--lang", lang, "--all")

    assert result.exit_code == 0
    assert "T1-F1" in result.stdout


def test_standard_input_is_a_site_too(run, site):
    assert run("design", "-", text=text_of(street())).stdout == run("design", site).stdout


def test_flats_and_spaces_can_be_given_for_the_whole_site(run, tmp_path):
    site = street()
    for row in features_of(site, "buildings"):
        del row["properties"]["households"]
    features_of(site, "parking")[0]["properties"] = {"id": "P1"}
    path = tmp_path / "site.yaml"
    path.write_text(text_of(site), encoding="utf-8")
    result = run(
        *("design", str(path), "--households", "60", "--bays-per-household", "0.5"),
        *("--area-m2", "80", "--format", "json"),
    )
    tree = json.loads(result.stdout)

    assert (tree["n_households"], tree["n_private_bays"], tree["n_public_bays"]) == (60, 30, 6)
    assert {"site.households", "site.private_bays"} <= {x["name"] for x in tree["assumptions"]}


def test_another_pack_can_judge_and_stands_in_the_compound(run, site, tmp_path):
    target = tmp_path / "compound.yaml"
    result = run("design", site, "--policy", "ningxia-2025", "-o", str(target))

    assert result.exit_code == 0
    assert "policy: ningxia-2025" in target.read_text(encoding="utf-8")


def test_strict_exits_with_3_when_a_limit_stays_broken(run, tmp_path):
    site = street()
    site["sources"][0]["open_capacity_kva"] = 100
    path = tmp_path / "site.yaml"
    path.write_text(text_of(site), encoding="utf-8")
    result = run("design", str(path), "--strict", "--format", "json")
    tree = json.loads(result.stdout)

    assert result.exit_code == 3
    assert run("design", str(path)).exit_code == 0
    assert tree["passed"] is False
    assert [row["check"] for row in tree["failed"]] == ["mv.open_capacity"]


def test_problems_of_site_and_prices_are_listed_at_once(run, tmp_path):
    site = street()
    site["layers"]["paths"]["features"] = [feature(line((0, 0), (0, 0)), kind="rodd")]
    path = tmp_path / "site.yaml"
    path.write_text(text_of(site), encoding="utf-8")
    result = run("design", str(path), "--prices", "no-such-book")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "no-such-book" in result.stderr
    assert "'rodd'" in result.stderr


def test_places_without_supply_are_one_error(run, tmp_path):
    site = street()
    site["layers"]["substation_sites"]["features"] = []
    path = tmp_path / "site.yaml"
    path.write_text(text_of(site), encoding="utf-8")
    result = run("design", str(path))

    assert result.exit_code == 1
    assert "the layer of substation_sites is empty; give at least one feature" in result.stderr


def test_nothing_is_overwritten_without_force(run, site, tmp_path):
    target = tmp_path / "compound.yaml"
    target.write_text("mine", encoding="utf-8")
    refused = run("design", site, "-o", str(target))
    forced = run("design", site, "-o", str(target), "--force")

    assert (refused.exit_code, forced.exit_code) == (1, 0)
    assert "exists already" in refused.stderr
    assert target.read_text(encoding="utf-8").startswith("# gridcalc compound file")


@pytest.mark.parametrize(
    "options",
    [
        ("--scenario", "ev-200"),
        ("-o", "site.yaml"),
        ("--layers", "x.shp"),
        ("--charging", "tou"),
        ("--bays-per-household", "nan"),
    ],
)
def test_wrong_options_exit_with_2(run, site, options, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert run("design", "site.yaml", *options).exit_code == 2
