"""``gridcalc route`` from site file to map layers, picture and compound."""

import csv
import io
import json
import re
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import yaml
from ezdxf import recover

EXAMPLES = Path(__file__).parents[2] / "examples"
NINGXIA = str(EXAMPLES / "route-ningxia" / "site.yaml")
WUJIANG = str(EXAMPLES / "route-wujiang" / "site.yaml")
DOUBLE = str(EXAMPLES / "route-double" / "site.yaml")


def _json(run, *words):
    result = run("route", *words, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_ningxia_example_recommends_487_m_over_513_m(run):
    found = _json(run, NINGXIA)

    first, second = found["routes"][:2]
    assert (round(first["length_m"], 6), first["permit"]["kind"]) == (487.0, "filing")
    assert first["recommended"]
    assert first["margin_m"] == pytest.approx(13.0)
    assert first["permit"]["threshold_m"] == 500
    assert first["permit"]["clause"] == "二、重点任务 4"
    assert (round(second["length_m"], 6), second["permit"]["kind"]) == (513.0, "approval")
    assert second["permit"]["working_days"] == 3
    assert second["margin_m"] == pytest.approx(-13.0)
    assert second["permit"]["excluded_by"] is None
    assert first["cost_yuan"] / second["cost_yuan"] == pytest.approx(1.03, abs=0.01)
    assert [row["source_id"] for row in found["rejected_sources"]] == ["HW-C", "HW-D"]


def test_the_wujiang_example_files_the_way_beside_the_road(run):
    found = _json(run, WUJIANG)

    by_length = {round(row["length_m"]): row for row in found["routes"]}
    assert by_length[580]["permit"]["excluded_by"] == "secondary_road"
    assert by_length[580]["along_m"]["secondary_road"] == pytest.approx(580)
    assert by_length[595]["permit"]["kind"] == "filing"
    assert by_length[595]["recommended"]
    assert {"kind": "primary_road", "name": "", "length_m": 30.0} in by_length[595]["crossings"]


def test_the_double_example_takes_two_substations_and_no_common_corridor(run):
    found = _json(run, DOUBLE)

    one, other = found["pairs"][0]["source_ids"]
    behind = {"KG-1": "城南", "HW-2": "南苑", "HW-3": "北环", "HW-4": "南苑"}
    assert behind[one] != behind[other]
    lines = [
        {tuple(map(tuple, pair)) for pair in pairwise(c)}
        for c in (row["geometry"]["coordinates"] for row in found["routes"][:2])
    ]
    both_ways = lines[1] | {(end, start) for start, end in lines[1]}
    assert not lines[0] & both_ways
    assert sum(row["recommended"] for row in found["routes"]) == 2


def test_the_geometry_is_longitude_and_latitude_near_yinchuan(run):
    coordinates = _json(run, NINGXIA)["routes"][0]["geometry"]["coordinates"]

    assert all(106 < lon < 107 and 38 < lat < 39 for lon, lat in coordinates)


def test_the_same_site_gives_the_same_bytes(run):
    assert run("route", WUJIANG, "--format", "json").stdout == (
        run("route", WUJIANG, "--format", "json").stdout
    )


def test_another_policy_pack_judges_the_same_site(run):
    found = _json(run, NINGXIA, "--policy", "wujiang-2021")

    assert {row["permit"]["kind"] for row in found["routes"]} >= {"filing"}
    assert found["routes"][0]["permit"]["threshold_m"] == 600


def test_a_worthless_day_makes_the_cheapest_route_the_recommended_one(run):
    assert round(_json(run, NINGXIA, "--day-price", "0")["routes"][0]["length_m"]) == 513


def test_the_option_asks_for_more_than_any_source_has(run):
    result = run("route", NINGXIA, "--demand-kva", "9000", "--strict", "--format", "json")

    assert result.exit_code == 3
    found = json.loads(result.stdout)
    assert found["routes"] == []
    assert len(found["rejected_sources"]) == 4
    assert "load_transfer" in found["remedies"]


def test_csv_has_one_row_per_route(run):
    result = run("route", NINGXIA, "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["source_id"] for row in rows][:2] == ["HW-B", "HW-A"]


def test_the_table_is_complete_in_chinese(run):
    out = run("route", NINGXIA, "--lang", "zh").stdout

    for word in ("推荐", "备案", "审批，3个工作日", "路径方案", "电源点", "待核实"):
        assert word in out


def test_layers_go_to_geojson_and_geopackage(run, tmp_path):
    for name in ("routes.geojson", "routes.gpkg"):
        assert run("route", NINGXIA, "-o", str(tmp_path / name)).exit_code == 0

    collection = json.loads((tmp_path / "routes.geojson").read_text(encoding="utf-8"))
    layers = [row["properties"]["layer"] for row in collection["features"]]
    assert {"routes", "sources", "target"} == set(layers)
    meta, _, geometry, values = pyogrio.raw.read(tmp_path / "routes.gpkg", layer="routes")
    assert len(geometry) == layers.count("routes")
    assert meta["crs"] == "EPSG:4490"
    lengths = dict(zip(meta["fields"], values, strict=True))["length_m"]
    assert round(float(lengths[0])) == 487


def test_layers_go_to_a_drawing_in_the_coordinates_of_the_site(run, tmp_path):
    target = tmp_path / "routes.dxf"

    assert run("route", NINGXIA, "-o", str(target), "--lang", "zh").exit_code == 0

    document, auditor = recover.readfile(target)
    assert (auditor.errors, auditor.fixes) == ([], [])
    assert document.header.custom_vars.get("CRS") == "EPSG:4544"
    (line, *_) = document.modelspace().query('LWPOLYLINE[layer=="ROUTE-1"]')
    xy_m = np.array(line.get_points("xy"))
    assert round(float(np.hypot(*np.diff(xy_m, axis=0).T).sum())) == 487


@pytest.mark.parametrize("name", ["routes.svg", "routes.png"])
def test_a_map_is_drawn(run, tmp_path, name):
    result = run("route", WUJIANG, "--plot", str(tmp_path / name))

    assert result.exit_code == 0
    data = (tmp_path / name).read_bytes()
    assert data.startswith(b"<svg" if name.endswith("svg") else b"\x89PNG")


def test_nothing_is_overwritten_without_force(run, tmp_path):
    target = tmp_path / "routes.geojson"
    target.write_text("mine", encoding="utf-8")

    result = run("route", NINGXIA, "-o", str(target))

    assert result.exit_code == 1
    assert target.read_text(encoding="utf-8") == "mine"


@pytest.fixture
def for_a_compound(tmp_path, hamlet):
    """The Ningxia site with the hamlet as its target."""
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLES / "route-ningxia", folder)
    site = yaml.safe_load((folder / "site.yaml").read_text(encoding="utf-8"))
    compound = yaml.safe_load(Path(hamlet).read_text(encoding="utf-8"))
    compound["location"] = {"lon": 607000.0, "lat": 4262000.0, "crs": "EPSG:4544"}
    (folder / "hamlet.yaml").write_text(
        yaml.safe_dump(compound, allow_unicode=True), encoding="utf-8"
    )
    site["target"] = {"compound": "hamlet.yaml"}
    del site["demand_kva"]
    (folder / "site.yaml").write_text(yaml.safe_dump(site, allow_unicode=True), encoding="utf-8")
    return folder


def test_the_route_of_a_compound_is_attached_and_checked(run, for_a_compound, tmp_path):
    out = tmp_path / "fed.yaml"

    found = _json(run, str(for_a_compound / "site.yaml"), "--apply", str(out))

    assert found["demand_kva"] == 160
    fed = yaml.safe_load(out.read_text(encoding="utf-8"))
    assert fed["sources"][0]["id"] == "HW-B"
    cable = fed["mv_cables"][0]
    assert (cable["from"], cable["type"]) == ("HW-B", found["cable"])
    assert cable["length_m"] == pytest.approx(487 * 1.05 + 20, abs=0.01)
    assert fed["routes"][0]["length_m"] == pytest.approx(487, abs=0.01)
    checked = run("check", str(out), "--method", "factor", "--format", "json")
    findings = [
        row
        for run_ in json.loads(checked.stdout)["studies"][0]["runs"]
        for row in run_["findings"]
        if row["check"] == "route.permit"
    ]
    assert {(row["status"], row["value"]) for row in findings} == {("pass", 487.0)}
    dated = run("timeline", str(out), "--start", "2026-03-02", "--format", "json")
    steps = {row["id"]: row for row in json.loads(dated.stdout)["steps"]}
    assert any("filing" in name for name in steps) or "permit" in str(steps)


def _change(folder, name, change):
    """Rewrite the properties of every feature of a layer."""
    path = folder / name
    layer = json.loads(path.read_text(encoding="utf-8"))
    for row in layer["features"]:
        change(row["properties"])
    path.write_text(json.dumps(layer, ensure_ascii=False), encoding="utf-8")


def test_a_replaced_source_keeps_nothing_of_the_old_one(run, for_a_compound, tmp_path):
    """Names of maps may hold what ids may not."""
    out = tmp_path / "fed.yaml"
    _change(for_a_compound, "sources.geojson", lambda row: row.update(id=f"{row['id']} 1/2"))

    _json(run, str(for_a_compound / "site.yaml"), "--apply", str(out))

    (source,) = yaml.safe_load(out.read_text(encoding="utf-8"))["sources"]
    assert source == {
        "id": "HW-B-1-2", "kind": "rmu_bay", "line": "10kV丽景线", "busbar": "10kV II段",
        "substation": "110kV丽景变", "i_sc_max_ka": 12, "open_capacity_kva": 3500, "spare_bays": 1,
    }  # fmt: skip


def test_the_year_of_the_works_is_attached_and_old_roads_are_old(run, for_a_compound, tmp_path):
    """A compound file takes years from 1949 on; an older road is as old as that at least."""
    out = tmp_path / "fed.yaml"
    _change(for_a_compound, "corridors.geojson", lambda row: row.update(year=1930))

    _json(run, str(for_a_compound / "site.yaml"), "--apply", str(out), "--year", "2026")

    (route,) = yaml.safe_load(out.read_text(encoding="utf-8"))["routes"]
    assert (route["youngest_road_year"], route["works_year"]) == (1949, 2026)


def test_a_source_at_the_target_has_no_route_to_attach(run, for_a_compound, tmp_path):
    out = tmp_path / "fed.yaml"
    path = for_a_compound / "sources.geojson"
    layer = json.loads(path.read_text(encoding="utf-8"))
    layer["features"][1]["geometry"]["coordinates"] = [607000.0, 4262000.0]
    path.write_text(json.dumps(layer, ensure_ascii=False), encoding="utf-8")

    result = run("route", str(for_a_compound / "site.yaml"), "--apply", str(out))

    assert result.exit_code == 1
    assert "source HW-B stands at the target: there is no route to attach" in result.stderr
    assert not out.exists()


def test_a_source_at_the_target_is_drawn_and_written(run, for_a_compound, tmp_path):
    """A line needs two points, even where both are one."""
    path = for_a_compound / "sources.geojson"
    layer = json.loads(path.read_text(encoding="utf-8"))
    layer["features"][1]["geometry"]["coordinates"] = [607000.0, 4262000.0]
    path.write_text(json.dumps(layer, ensure_ascii=False), encoding="utf-8")
    packed, drawn = tmp_path / "routes.gpkg", tmp_path / "routes.svg"

    found = _json(run, str(for_a_compound / "site.yaml"), "-o", str(packed), "--plot", str(drawn))

    assert found["routes"][0]["length_m"] == 0
    assert len(found["routes"][0]["geometry"]["coordinates"]) == 2
    assert pyogrio.raw.read(packed, layer="routes")[2] is not None
    assert drawn.exists()


def test_both_lines_of_a_double_supply_are_checked(run, tmp_path):
    """25 kA for 0.5 s and k 137 need 1000 · 25 · sqrt(0.5) / 137 = 129 mm²; 3x95 is given."""
    data = yaml.safe_load(Path(DOUBLE).read_text(encoding="utf-8"))
    data["cable"] = "YJV22-8.7/15-3x95"
    for row in data["layers"]["sources"]["features"]:
        if row["properties"]["id"] == "HW-4":
            row["properties"]["i_sc_max_ka"] = 25
        if row["properties"]["id"] == "HW-2":
            row["properties"]["spare_bays"] = 0
    site = tmp_path / "site.yaml"
    site.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    result = run("route", str(site), "--strict", "--lang", "en")

    assert result.exit_code == 3
    tables = result.stdout.partition("Checks of the line")[2]
    assert re.findall(r"^1[ab]  (\S+) ", tables, re.MULTILINE) == ["HW-3", "HW-4"]
    assert "129.0 mm²" in tables


def test_a_point_cannot_be_applied(run, tmp_path):
    result = run("route", NINGXIA, "--apply", str(tmp_path / "x.yaml"))

    assert result.exit_code == 1
    assert "not a compound file" in result.stderr
    assert not (tmp_path / "x.yaml").exists()


def test_a_site_on_standard_input(run):
    text = Path(DOUBLE).read_text(encoding="utf-8")

    result = run("route", "-", "--format", "json", text=text)

    assert json.loads(result.stdout)["site_id"] == "yinchuan-double"


def test_every_problem_of_site_prices_and_rules_is_told_at_once(run, tmp_path):
    site = tmp_path / "site.yaml"
    site.write_text("gridcalc: 1\nid: x\ncrs: EPSG:4490\n", encoding="utf-8")

    result = run("route", str(site), "--prices", "no-such-book")

    assert result.exit_code == 1
    for part in ("policy is missing", "layers is missing", "no-such-book"):
        assert part in result.stderr


def test_a_policy_pack_that_is_not_there_is_told_with_the_faults_of_the_site(run, tmp_path):
    text = Path(DOUBLE).read_text(encoding="utf-8")
    text = text.replace("policy: ningxia-2025", "policy: ningxia-2052").replace("double", "duble")
    site = tmp_path / "site.yaml"
    site.write_text(text, encoding="utf-8")

    result = run("route", str(site))

    assert result.exit_code == 1
    for part in ("ningxia-2052", "did you mean 'double'"):
        assert part in result.stderr


def test_the_tolerances_are_those_of_the_pack_that_is_asked_for(run, tmp_path):
    """The target is moved 30 m off both streets: 100 m are allowed, 10 m by the pack here."""
    text = Path(DOUBLE).read_text(encoding="utf-8")
    site, pack = tmp_path / "site.yaml", tmp_path / "tight.yaml"
    site.write_text(text.replace("x: 608500, y: 4259500", "x: 608530, y: 4259530"), "utf-8")
    pack.write_text(
        "gridcalc_policy: 1\nid: tight\ntitle: t\ntitle_en: t\nissuer: i\n"
        'date: "2025"\nstatus: reference\nvalid_from:\nregion: 宁夏\nextends: ningxia-2025\n'
        "rules:\n  route.max_connector_m: {value: 10, document: project-assumption}\n",
        encoding="utf-8",
    )

    near = run("route", str(site))
    far = run("route", str(site), "--policy", str(pack))

    assert near.exit_code == 0, near.output
    assert far.exit_code == 1
    assert "30 m from the nearest corridor, more than the 10 m a connector may have" in far.stderr


def _drawn(tmp_path, target, *lines, policy="ningxia-2025"):
    """Write a site of its own: source A at the origin, lines of a kind, the target."""
    x_m, y_m = 607_000.0, 4_262_000.0

    def feature(shape, points, **properties):
        moved = [[x_m + x, y_m + y] for x, y in points]
        geometry = {"type": shape, "coordinates": moved if shape == "LineString" else moved[0]}
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    rows = [feature("LineString", points, kind=kind) for kind, *points in lines]
    source = feature("Point", [(0, 0)], id="A", open_capacity_kva=9000, spare_bays=1)
    site = {
        "gridcalc": 1,
        "id": "drawn",
        "policy": policy,
        "crs": "EPSG:4544",
        "demand_kva": 800,
        "target": {"x": x_m + target[0], "y": y_m + target[1]},
        "layers": {
            "corridors": {"type": "FeatureCollection", "features": rows},
            "sources": {"type": "FeatureCollection", "features": [source]},
        },
    }
    path = tmp_path / "site.yaml"
    path.write_text(json.dumps(site), encoding="utf-8")
    return str(path)


def test_a_path_hardly_farther_than_the_main_road_makes_the_route_filed(run, tmp_path):
    """The main road is 10 m away, a path 11 m: 250 m of path and 11 m of connector are filed.

    By the road 21 + 250 + 10 m are approved (Wujiang 三、重点任务（一） 2).
    """
    road = ("primary_road", (0, 21), (300, 21))
    lines = (road, ("footpath", (0, 0), (300, 0)), ("footpath", (0, 0), (0, 21)))

    found = _json(run, _drawn(tmp_path, (250, 11), *lines, policy="wujiang-2021"))

    rows = [(round(row["length_m"], 3), row["permit"]["kind"]) for row in found["routes"]]
    assert rows == [(261.0, "filing"), (281.0, "approval")]


def test_a_length_beside_the_threshold_is_not_rounded_to_it(run, tmp_path):
    site = _drawn(tmp_path, (500.4, 0), ("footpath", (0, 0), (500.4, 0)))

    text = run("route", site).stdout

    assert "500.4 m from A: approval" in text
    assert "-0.4 m" in text
    assert "nothing else excludes is 500.4 m" in text


def _svg(run, folder, *words):
    path = folder / "map.svg"
    result = run("route", *words, "--plot", str(path), "--force")
    assert result.exit_code == 0, result.output
    return path.read_text(encoding="utf-8")


def test_the_map_names_the_site_and_what_is_drawn_on_it(run, tmp_path):
    english, chinese = (_svg(run, tmp_path, DOUBLE, "--lang", lang) for lang in ("en", "zh"))

    for word in ("银川悦海高层", "railway", "protected area", "source that can be used", "1b, 2a"):
        assert word in english
    assert "cannot be used" not in english  # no source of this site is refused
    for word in ("银川悦海高层", "铁路", "保护区", "可用电源点", "接入点"):
        assert word in chinese


def test_the_map_is_the_same_every_time(run, tmp_path):
    assert _svg(run, tmp_path, DOUBLE) == _svg(run, tmp_path, DOUBLE)


def test_a_site_without_a_route_is_drawn_with_its_sources(run, tmp_path):
    picture = _svg(run, tmp_path, NINGXIA, "--demand-kva", "9000")

    for word in ("HW-A", "HW-B", "HW-C", "HW-D", "source that cannot be used", "lake"):
        assert word in picture


def test_what_does_not_fit_beside_the_map_is_wrapped(run, tmp_path):
    """The base pack decides nothing, and says so at more length than the key is wide.

    2.53 inches are 182 pt or 39 letters of 0.54 * 8.6 pt; the sentence has 61.
    """
    picture = _svg(run, tmp_path, NINGXIA, "--policy", "national")

    lines = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    assert lines.count("to be confirmed: local permit classes;") == 2
    assert lines.count("at most 5 working days") == 2


def test_remarks_on_the_map_are_plain_text_in_json_and_chinese_where_asked_for(run, tmp_path):
    text = Path(DOUBLE).read_text(encoding="utf-8")
    site = tmp_path / "site.yaml"
    site.write_text(text.replace('"kind": "footpath", "name": "经1路"', '"name": "经1路"'), "utf-8")

    (remark,) = _json(run, str(site))["warnings"]

    assert remark["kind"] == "no_kind"
    assert remark["text"].startswith("corridors without kind: 1 of 11; they are priced like a road")
    assert "11条通道中有1条未注明类别" in run("route", str(site), "--lang", "zh").stdout


def test_a_layer_that_is_read_is_not_overwritten(run, tmp_path):
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLES / "route-ningxia", folder)
    before = (folder / "corridors.geojson").read_bytes()

    result = run(
        "route", str(folder / "site.yaml"), "-o", str(folder / "corridors.geojson"), "--force"
    )

    assert result.exit_code == 2
    assert "one that is read" in result.stderr
    assert (folder / "corridors.geojson").read_bytes() == before


def test_a_directory_is_no_file_to_write(run, tmp_path):
    (tmp_path / "routes.geojson").mkdir()

    result = run("route", NINGXIA, "-o", str(tmp_path / "routes.geojson"))

    assert (result.exit_code, "is a directory" in result.stderr) == (1, True)
