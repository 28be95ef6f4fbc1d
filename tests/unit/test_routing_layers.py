"""Layers in: properties of features, bad layers, and files of every kind written here.

The site is small: two streets, a river, two sources, in longitude and latitude.
One thousandth of a degree is 96.00 m east and 110.86 m north at latitude 30.5::

    A ---- secondary_road ---- B        latitude 30.502
                 |
            local_road                  longitude 113.502
                 |
    C ---- (unnamed) --------- D        latitude 30.500
"""

import json
from copy import deepcopy
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
import yaml
from pyproj import CRS

from gridcalc.errors import InputError
from gridcalc.routing.coordinates import LON_LAT, to_zone
from gridcalc.routing.kinds import (
    corridor_kinds,
    corridor_words,
    listed_words,
    obstacle_kinds,
    obstacle_words,
    source_words,
)
from gridcalc.routing.records import Reach
from gridcalc.routing.site.site_door import read_site

REACH = Reach(snap_tolerance_m=0.5, max_connector_m=200.0)


def reach(policy):
    """What holds by every policy pack here."""
    return REACH


def feature(shape_type, coordinates, /, **properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": shape_type, "coordinates": coordinates},
    }


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def line(*points, **properties):
    return feature("LineString", [list(point) for point in points], **properties)


NORTH = line((113.500, 30.502), (113.504, 30.502), kind="secondary_road", year=2015)
MIDDLE = line((113.502, 30.502), (113.502, 30.500), kind="local_road")
SOUTH = line((113.500, 30.500), (113.504, 30.500), kind="footpath", along="primary_road")
RIVER = feature(
    "Polygon",
    [[[113.499, 30.5008], [113.505, 30.5008], [113.505, 30.5012], [113.499, 30.5012],
      [113.499, 30.5008]]],
    kind="river",
    name="长河",
)  # fmt: skip
SOURCES = collection(
    feature("Point", [113.5005, 30.5021], id="S1", open_capacity_kva=3000, spare_bays=2),
    feature("Point", [113.5035, 30.5021], id="S2", kind="line_tap", line_load_percent=41.5),
)
SITE = {
    "gridcalc": 1,
    "id": "site-1",
    "name": "长河小区",
    "policy": "national",
    "crs": "EPSG:4490",
    "demand_kva": 1600,
    "target": {"x": 113.503, "y": 30.4999},
    "layers": {
        "corridors": collection(NORTH, MIDDLE, SOUTH),
        "obstacles": collection(RIVER),
        "sources": SOURCES,
    },
}


def site(**changes):
    """The site as data, with top-level keys replaced; None takes one away."""
    data = {**deepcopy(SITE), **changes}
    return {key: value for key, value in data.items() if value is not None}


def with_layer(name, value, **changes):
    return site(layers={**deepcopy(SITE["layers"]), name: value}, **changes)


def read(data, path: Path | str = "site.yaml"):
    plain = data if isinstance(data, str) else json.loads(json.dumps(data))  # no aliases
    text = plain if isinstance(plain, str) else yaml.safe_dump(plain, allow_unicode=True)
    return read_site(str(path), text=text, reach=reach)


def read_file(path: Path):
    return read_site(str(path), reach=reach)


def fault(data, path: Path | str = "site.yaml") -> str:
    """The message of the one error that a site raises."""
    with pytest.raises(InputError) as caught:
        read(data, path)
    return str(caught.value)


def kinds_of(site_map) -> list[str]:
    return [warning.kind for warning in site_map.warnings]


BOX = [[113.501, 30.5005], [113.5015, 30.5005], [113.5015, 30.501], [113.501, 30.501],
       [113.501, 30.5005]]  # fmt: skip

TWIST = [BOX[0], BOX[2], BOX[1], BOX[3], BOX[0]]


def corridors(*features):
    return with_layer("corridors", collection(NORTH, MIDDLE, SOUTH, *features))


def obstacles(*features):
    return with_layer("obstacles", collection(*features))


def sources(*features):
    return with_layer("sources", collection(*features))


EXTRA = ((113.500, 30.503), (113.502, 30.502))


# --- corridors


def test_a_corridor_without_a_kind_is_unknown_and_counted():
    found = read(corridors(line(*EXTRA), line((113.504, 30.502), (113.505, 30.503), kind="")))

    unknown = found.graph.kinds.index("unknown")
    assert (found.graph.kind == unknown).sum() == 2
    assert set(found.graph.along[found.graph.kind == unknown]) == {-2}
    (warning,) = found.warnings
    assert warning.kind == "no_kind"
    assert "corridors without kind: 2 of 5" in str(warning.text)


def test_an_unknown_kind_is_told_once_with_its_count():
    text = fault(corridors(line(*EXTRA, kind="secondry_road"), line(*EXTRA, kind="secondry_road")))

    assert text.count("secondry_road") == 1
    assert (
        "'secondry_road' (2 features) is no kind of corridors; did you mean 'secondary_road'?"
        in text
    )


def test_kinds_translate_the_words_of_a_map(tmp_path):
    roads = collection(
        line((113.5, 30.5), (113.504, 30.5), 等级="次干道"),
        line((113.502, 30.5), (113.502, 30.503), 等级="local_road"),
    )
    (tmp_path / "r.geojson").write_text(json.dumps(roads, ensure_ascii=False), encoding="utf-8")
    entry = {"path": "r.geojson", "kind_field": "等级", "kinds": {"次干道": "secondary_road"}}

    found = read(with_layer("corridors", entry), tmp_path / "site.yaml")

    used = {found.graph.kinds[kind] for kind in found.graph.kind}
    assert used == {"secondary_road", "local_road", "connector"}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("主干道", "primary_road"), ("城市主干道", "primary_road"), ("次干道", "secondary_road"),
        ("城市次干道", "secondary_road"), ("支路", "local_road"), ("人行道", "footpath"),
        ("绿道", "greenway"), ("既有管沟", "existing_duct"), ("既有排管", "existing_duct"),
    ],
)  # fmt: skip
def test_a_corridor_may_be_called_by_its_chinese_word(word, kind):
    graph = read(corridors(line(*EXTRA, kind=word, spare_ducts=1))).graph
    plain = read(corridors(line(*EXTRA, kind=kind, spare_ducts=1))).graph

    assert graph.kind.tolist() == plain.kind.tolist()
    assert graph.along.tolist() == plain.along.tolist()
    assert graph.kinds.index(kind) in graph.kind


def test_a_pavement_may_name_its_road_in_chinese():
    graph = read(corridors(line(*EXTRA, kind="人行道", along="次干道"))).graph

    beside = (graph.kind == graph.kinds.index("footpath")) & (
        graph.along == graph.kinds.index("secondary_road")
    )
    assert beside.any()


def test_a_translation_may_be_a_chinese_word():
    roads = collection(line(*EXTRA, kind="A"), NORTH, MIDDLE, SOUTH)
    entry = {"path": "r.geojson", "kinds": {"A": "绿道"}}

    assert "'A'" not in fault(with_layer("corridors", entry))
    assert "'r.geojson' does not exist" in fault(with_layer("corridors", entry))
    assert "'A' (1 feature) is no kind of corridors" in fault(with_layer("corridors", roads))


def test_a_translation_into_a_kind_of_another_layer_is_told(tmp_path):
    roads = collection(line(*EXTRA, kind="湖"), NORTH, MIDDLE, SOUTH)
    (tmp_path / "r.geojson").write_text(json.dumps(roads, ensure_ascii=False), encoding="utf-8")
    entry = {"path": "r.geojson", "kinds": {"湖": "lake"}}

    text = fault(with_layer("corridors", entry), tmp_path / "site.yaml")

    assert "'湖' (1 feature) is no kind of corridors" in text


def test_words_for_kinds_are_unique_and_those_of_the_reports_are_among_them():
    from gridcalc.report.wording import load_wording

    said = load_wording("zh").terms
    for kinds, words in (
        (corridor_kinds(), corridor_words()),
        (obstacle_kinds(), obstacle_words()),
    ):
        written = [row.kind for row in kinds.values() if row.kind != "connector"]
        written += [word for row in kinds.values() for word in row.aliases.split(";") if word]
        assert sorted(written) == sorted(words)
        assert all(words[said[f"way.{kind}"]] == kind for kind in kinds if kind != "connector")


def test_kinds_are_listed_with_their_other_words():
    assert listed_words(source_words()) == (
        "rmu_bay (rmu, 环网柜, 环网柜间隔), line_tap (line, tap, T接, 线路T接),"
        " switching_station_bay (switching_station, 开闭所, 开关站)"
    )


def test_a_translation_into_no_kind_is_told():
    assert "'street': no kind" in fault(
        with_layer("corridors", {"path": "x.shp", "kinds": {"a": "street"}})
    )


@pytest.mark.parametrize("spare", [None, 0])
def test_a_duct_without_a_spare_one_is_left_out(spare):
    given = {} if spare is None else {"spare_ducts": spare}

    found = read(corridors(line(*EXTRA, kind="existing_duct", **given)))

    assert kinds_of(found) == ["no_spare_duct"]
    assert found.graph.kinds.index("existing_duct") not in found.graph.kind


def test_a_duct_with_a_spare_one_is_used():
    found = read(corridors(line(*EXTRA, kind="existing_duct", spare_ducts=2)))

    assert found.graph.kinds.index("existing_duct") in found.graph.kind
    assert found.warnings == ()


@pytest.mark.parametrize(
    "given",
    [{"layer": 1}, {"layer": "1"}, {"bridge": "yes"}, {"bridge": True}, {"bridge": "viaduct"}],
)
def test_a_bridge_is_not_joined_to_what_it_crosses(given):
    bridge = line((113.501, 30.5025), (113.501, 30.5015), kind="local_road", **given)

    found = read(corridors(bridge))

    assert kinds_of(found) == ["island"]


@pytest.mark.parametrize(
    "given", [{"layer": 0}, {"bridge": "no"}, {"layer": ""}, {"bridge": None}, {"layer": 0.0}]
)
def test_a_line_on_the_ground_is(given):
    ground = line((113.501, 30.5025), (113.501, 30.5015), kind="local_road", **given)

    assert read(corridors(ground)).warnings == ()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"year": "old"}, "properties.year: 'old' is not a whole number of 1900 to 2100"),
        ({"year": 20180}, "20180 is not a whole number"),
        ({"spare_ducts": -1}, "spare_ducts: -1 is not a whole number of 0 to 1000"),
        ({"spare_ducts": 1.5}, "1.5 is not a whole number"),
        ({"along": "primery_road"}, "did you mean 'primary_road'?"),
        ({"along": "footpath"}, "'footpath' (1 features) is not the road of this corridor"),
        ({"kind": "local_road", "along": "none"}, "a road is always along itself"),
        ({"layer": "up"}, "layer: is no level of -10 to 10"),
        ({"kind": ["a"]}, "is no kind of corridors"),
        ({"kind": "connector"}, "'connector' (1 feature) is no kind"),
    ],
)
def test_a_wrong_property_of_a_corridor_is_told(given, told):
    assert told in fault(corridors(line(*EXTRA, **{"kind": "footpath", **given})))


def test_lines_of_many_parts_and_with_heights_are_read():
    many = feature(
        "MultiLineString",
        [[[113.5, 30.503, 8.5], [113.5, 30.502, 9]], [[113.504, 30.502, 0], [113.504, 30.503, 1]]],
        kind="footpath",
    )

    found = read(corridors(many))

    assert found.warnings == ()
    paths = found.graph.kind == found.graph.kinds.index("footpath")
    # 0.001 degrees of latitude are 110.86 m, twice; 0.004 of longitude 384.00 m
    assert found.graph.length_m[paths].sum() == pytest.approx(2 * 110.86 + 384.00, rel=2e-4)


def test_features_without_geometry_or_length_are_left_out_with_a_warning():
    nothing = {"type": "Feature", "properties": {"kind": "footpath"}, "geometry": None}

    found = read(corridors(nothing, line((113.5, 30.5), (113.5, 30.5), kind="footpath")))

    assert kinds_of(found) == ["repaired", "repaired"]
    assert "features without geometry: 1, left out; the first is features[3]" in str(
        found.warnings[0].text
    )


def test_many_faults_of_one_kind_are_counted():
    text = fault(corridors(*(line(*EXTRA, kind="footpath", year="?") for _ in range(25))))

    assert text.count("is not a whole number") == 3
    assert "(and 22 more of this kind" in text


def test_a_misspelt_property_is_suspected_and_others_are_left_alone():
    found = read(corridors(line(*EXTRA, kind="existing_duct", spare_ducts=1, spare_duct=3, FID=7)))
    misspelt = read(
        sources(feature("Point", [113.5005, 30.5021], id="S1", open_capcity_kva=3, 备注="x"))
    )
    ignored = read(corridors(line(*EXTRA, kind="footpath", width_m="wide")))

    assert found.warnings == ignored.warnings == ()
    assert kinds_of(misspelt) == ["misspelt"]
    assert "'open_capcity_kva' is not known; did you mean 'open_capacity_kva'?" in str(
        misspelt.warnings[0].text
    )


# --- obstacles


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (feature("Polygon", [BOX]), "has no kind; write one of river, railway"),
        (feature("Polygon", [BOX], kind="pond"), "'pond' (1 feature) is no kind of obstacles"),
        (feature("Polygon", [TWIST], kind="lake"), "crosses itself at (113.50125, 30.50075)"),
        (feature("Polygon", [BOX], kind="lake", passable="maybe"), "is neither true nor false"),
        (feature("LineString", BOX[:3], kind="lake"), "is a line; only river and railway may be"),
        (feature("LineString", BOX[:3], kind="river"), "is a line without width_m"),
        (feature("LineString", BOX[:3], kind="river", width_m=-3), "-3 is not a number of 0.1"),
        (feature("LineString", BOX[:1] * 2, kind="river", width_m=9), "is a line of no length"),
        (feature("Point", BOX[0], kind="lake"), "is a Point; obstacles are Polygon or Multi"),
    ],
)  # fmt: skip
def test_a_wrong_obstacle_is_told(given, told):
    assert told in fault(obstacles(given))


@pytest.mark.parametrize(
    ("kind", "passable", "blocked"),
    [("lake", None, True), ("lake", True, False), ("river", False, True), ("green", 0, True),
     ("lake", "yes", False)],
)  # fmt: skip
def test_passable_overrides_the_kind(kind, passable, blocked):
    across = [[113.499, 30.5008], [113.505, 30.5008], [113.505, 30.5012], [113.499, 30.5012],
              [113.499, 30.5008]]  # fmt: skip
    given = {} if passable is None else {"passable": passable}

    graph = read(obstacles(feature("Polygon", [across], kind=kind, **given))).graph

    assert graph.blocked.any() == blocked
    assert graph.obstacle_ids == (f"{kind}-0",)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("河道", "river"), ("河流", "river"), ("铁路", "railway"), ("绿地", "green"),
        ("湖泊", "lake"), ("建筑", "building"), ("建筑物", "building"), ("保护区", "protected"),
        ("重要基础设施", "important_infrastructure"),
    ],
)  # fmt: skip
def test_an_obstacle_may_be_called_by_its_chinese_word(word, kind):
    found = read(obstacles(feature("Polygon", [BOX], kind=word)))

    assert found.graph.obstacle_kind == (kind,)
    assert found.areas[0].id == f"{kind}-0"


def test_areas_are_kept_for_pictures():
    river = feature("LineString", [[113.499, 30.501], [113.505, 30.501]], kind="river", width_m=30)
    lake = feature("Polygon", [BOX], kind="lake", id="L", passable=True)

    one, two = read(obstacles(river, lake)).areas

    assert [(one.id, one.kind, one.blocked), (two.id, two.kind, two.blocked)] == [
        ("river-0", "river", False),
        ("L", "lake", False),
    ]
    # 0.006 degrees of longitude are 576.0 m, the river is 30 m wide; the box is 48.0 m by 55.4 m
    assert one.polygon.area == pytest.approx(576.0 * 30, rel=1e-3)
    assert two.polygon.area == pytest.approx(48.0 * 55.43, rel=1e-3)


def test_a_site_without_obstacles_has_no_areas():
    assert read(with_layer("obstacles", None)).areas == ()


def test_a_river_drawn_as_a_line_has_its_width():
    river = feature("LineString", [[113.499, 30.501], [113.505, 30.501]], kind="river", width_m=30)

    graph = read(obstacles(river)).graph

    assert graph.length_m[graph.obstacle == 0].sum() == pytest.approx(30, abs=0.05)


# --- sources


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "id is missing"),
        ({"id": "S", "kind": "rnu"}, "'rnu' is no kind of source; did you mean 'rmu'?; known are"),
        ({"id": "S", "kind": "变电站"}, "known are rmu_bay (rmu, 环网柜, 环网柜间隔), line_tap ("),
        ({"id": "S", "kind": 3}, "kind: 3 is not one of rmu_bay, line_tap, switching_station_bay"),
        ({"id": "S", "open_capacity_kva": -1}, "open_capacity_kva: -1 is not at least 0"),
        ({"id": "S", "open_capacity_kva": "300"}, "'300' is not a number"),
        ({"id": "S", "spare_bays": 1.5}, "1.5 is not a whole number"),
        ({"id": "S", "spare_bays": True}, "True is not a whole number"),
        ({"id": "S", "i_sc_max_ka": 630}, "above the largest allowed value 63"),
        ({"id": ["S"]}, "is not a text"),
        ({"id": float("nan")}, "id: nan is not a text"),
        ({"id": "S", "busbar": float("inf")}, "busbar: inf is not a text"),
        ({"id": "  "}, "id is missing"),
    ],
)
def test_a_wrong_source_is_told(given, told):
    assert told in fault(sources(feature("Point", [113.5005, 30.5021], **given)))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("rmu", "rmu_bay"), ("环网柜", "rmu_bay"), ("环网柜间隔", "rmu_bay"),
        ("line", "line_tap"), ("tap", "line_tap"), ("T接", "line_tap"), ("线路T接", "line_tap"),
        ("switching_station", "switching_station_bay"), ("开闭所", "switching_station_bay"),
        ("开关站", "switching_station_bay"), ("line_tap", "line_tap"),
    ],
)  # fmt: skip
def test_a_source_may_be_called_by_many_words(word, kind):
    (source,) = read(sources(feature("Point", [113.5005, 30.5021], id="S", kind=word))).sources

    assert source.kind == kind


def test_numbers_as_names_are_read_as_text():
    (source,) = read(sources(feature("Point", [113.5005, 30.5021], id=17.0, line=5))).sources

    assert (source.id, source.line) == ("17", "5")


# --- bad layers


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        (collection(), "the layer of corridors is empty; give at least one feature"),
        (collection(feature("Polygon", [BOX])), "is a Polygon; corridors are LineString or Multi"),
        (collection(line((113.5, float("nan")), (113.6, 30.5))), "not a finite number"),
        (collection(line((30.5, 113.5), (30.6, 113.5))), "write the longitude first"),
        (collection(line((450000, 3375000), (450100, 3375000))), "looks like metres"),
        (collection(feature("LineString", [[113.5, 30.5]])), "is not a geometry with coordinates"),
        (collection(feature("LineString", [["113.5", "30"], ["114", "30"]])), "not a geometry"),
        (collection(feature("Line", [[113.5, 30.5], [113.6, 30.5]])), "is not a geometry"),
        (collection(feature("LineString", 7)), "is not a geometry"),
        ({"type": "FeatureCollection"}, "this FeatureCollection has no list of 'features'"),
        ({"type": "Feature"}, "this is no layer, it holds a Feature"),
        ({"type": "Topology", "objects": {}}, "it holds a Topology; give a GeoJSON Feature"),
        (collection(7), "is not a Feature"),
        (collection(line(*EXTRA, kind="existing_duct")), "no corridor is left that a cable"),
    ],
)  # fmt: skip
def test_a_bad_layer_is_told(layer, told):
    assert told in fault(with_layer("corridors", layer))


def test_a_site_may_say_that_it_has_no_obstacles():
    assert read(obstacles()).areas == ()


def test_an_empty_file_of_obstacles_is_told_to_be_left_out(tmp_path):
    (tmp_path / "none.geojson").write_text(json.dumps(collection()), encoding="utf-8")
    site = with_layer("obstacles", str(tmp_path / "none.geojson"))

    assert "the layer of obstacles is empty; leave it out" in fault(site)


def test_lon_lat_in_a_metric_site_is_one_clear_error(tmp_path):
    (tmp_path / "r.geojson").write_text(
        json.dumps(collection(NORTH, MIDDLE, SOUTH)), encoding="utf-8"
    )
    x, y = to_zone(np.array([[113.503, 30.4999]]), LON_LAT, epsg=4547)[0].tolist()
    base = with_layer("corridors", "r.geojson", crs="EPSG:4547", target={"x": x, "y": y})
    base["layers"] |= {"obstacles": None, "sources": {"path": "s.geojson", "crs": "EPSG:4326"}}
    (tmp_path / "s.geojson").write_text(json.dumps(SOURCES), encoding="utf-8")

    text = fault(base, tmp_path / "site.yaml")
    base["layers"]["corridors"] = {"path": "r.geojson", "crs": "EPSG:4490"}

    assert text.count("\n") == 1
    assert "r.geojson is not usable:\n  - features[0]: (113.5, 30.502) looks like longitude" in text
    assert read(base, tmp_path / "site.yaml").layer_names[0] == ("corridors", "r.geojson")


# --- files of the map library


def write(path, geometry, fields, *, driver, geometry_type, crs="EPSG:4490", layer=None, **options):
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([*geometry, None], dtype=object)[:-1]),
        [np.array(values) for values in fields.values()],
        list(fields),
        driver=driver,
        geometry_type=geometry_type,
        crs=crs,
        layer=layer,
        **options,
    )


def shapes(layer):
    return [shapely.geometry.shape(f["geometry"]) for f in layer]


ROADS = (NORTH, MIDDLE, SOUTH)
ROAD_KINDS = np.array(["secondary_road", "local_road", "footpath"], dtype=object)


def package(path, *, crs="EPSG:4490", target=None):
    def moved(layer):
        if crs != "EPSG:4547":
            return shapes(layer)
        return [
            shapely.transform(shape, lambda p: to_zone(p, LON_LAT, epsg=4547))
            for shape in shapes(layer)
        ]

    def add(name, layer, fields, kind, *, append):
        write(
            path,
            moved(layer),
            fields,
            driver="GPKG",
            geometry_type=kind,
            crs=crs,
            layer=name,
            append=append,
        )

    add(
        "corridors",
        ROADS,
        {"kind": ROAD_KINDS, "year": [2015.0, np.nan, np.nan]},
        "LineString",
        append=False,
    )
    add("obstacles", [RIVER], {"kind": np.array(["river"], dtype=object)}, "Polygon", append=True)
    ids = np.array(["S1", "S2"], dtype=object)
    add("sources", SOURCES["features"], {"id": ids, "spare_bays": [2, 3]}, "Point", append=True)
    if target is not None:
        add("target", [feature("Point", [113.503, 30.4999])], target, "Point", append=True)
    return path


def words(**given):
    return {key: np.array([value], dtype=object) for key, value in given.items()}


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4547"])
def test_a_geopackage_may_hold_the_whole_site(tmp_path, crs):
    target = {**words(id="S", policy="national", supply="double"), "demand_kva": [1600.0]}

    found = read_file(package(tmp_path / "site.gpkg", crs=crs, target=target))

    assert (found.id, found.supply, found.demand_kva, found.epsg) == ("S", "double", 1600, 4547)
    assert found.sources[1].spare_bays == 3
    assert np.nansum(found.graph.road_year > 0) == (found.graph.kind == 1).sum()
    plain = read(site()).graph
    assert found.graph.length_m.sum() == pytest.approx(plain.length_m.sum(), abs=1e-5)


def test_a_geopackage_site_without_a_layer_is_told(tmp_path):
    path = package(tmp_path / "site.gpkg")

    with pytest.raises(InputError, match="has no layer 'target'; it holds corridors"):
        read_file(path)


def test_layers_of_a_geopackage_are_found_by_role_or_name(tmp_path):
    package(tmp_path / "map.gpkg")
    roads = {"path": "map.gpkg", "layer": "corridors"}

    found = read(with_layer("corridors", "map.gpkg"), tmp_path / "s.yaml")
    named = read(with_layer("corridors", roads), tmp_path / "s.yaml")
    wrong = fault(with_layer("corridors", {**roads, "layer": "roads"}), tmp_path / "s.yaml")

    assert found.layer_names[0] == named.layer_names[0] == ("corridors", "map.gpkg (corridors)")
    assert "has no layer 'roads'; its layers are corridors, obstacles, sources" in wrong


def test_a_crs_that_contradicts_the_file_is_mixed(tmp_path):
    package(tmp_path / "map.gpkg", crs="EPSG:4547")
    other = {"path": "map.gpkg", "crs": "EPSG:4550"}
    same = {"path": "map.gpkg", "crs": "EPSG:4547"}

    text = fault(with_layer("corridors", other), tmp_path / "s.yaml")

    assert "the file says EPSG:4547 but the layer is given as EPSG:4550: mixed" in text
    assert "mixed" in fault(with_layer("corridors", {**other, "crs": "gcj02"}), tmp_path / "s.yaml")
    assert read(with_layer("corridors", same), tmp_path / "s.yaml").warnings == ()


def test_a_file_in_degrees_may_be_given_as_gcj(tmp_path):
    package(tmp_path / "map.gpkg")

    # the numbers are not in GCJ-02 here, so that the corridors move away from the target
    text = fault(with_layer("corridors", {"path": "map.gpkg", "crs": "gcj02"}), tmp_path / "s.yaml")

    assert "mixed" not in text
    assert "from the nearest corridor, more than the 200 m" in text


def test_old_datums_are_not_mixed_with_the_new_one(tmp_path):
    package(tmp_path / "map.gpkg", crs="EPSG:4610")

    text = fault(with_layer("corridors", "map.gpkg"), tmp_path / "s.yaml")

    assert "corridors on Xian 1980, the rest on CGCS2000" in text


@pytest.mark.parametrize(
    ("encoding", "code_page"), [("UTF-8", True), ("UTF-8", False), ("GBK", True), ("GBK", False)]
)
def test_shapefiles_are_read_with_and_without_a_code_page(tmp_path, encoding, code_page):
    path = tmp_path / "sources.shp"
    fields = {
        "id": np.array(["一号环网箱", "S2"], dtype=object),
        "open_capac": [3000.0, 1200.0],
        "名称": np.array(["东街", "西街"], dtype=object),
        "line": np.array(["城东一线", "L2"], dtype=object),
    }
    write(
        path,
        shapes(SOURCES["features"]),
        fields,
        driver="ESRI Shapefile",
        geometry_type="Point",
        encoding=encoding,
    )
    if not code_page:
        path.with_suffix(".cpg").unlink()
        table = path.with_suffix(".dbf")
        raw = bytearray(table.read_bytes())
        raw[29] = 0  # the code page stands in the table too
        table.write_bytes(raw)

    found = read(with_layer("sources", "sources.shp"), tmp_path / "s.yaml")

    assert [s.id for s in found.sources] == ["一号环网箱", "S2"]
    assert found.sources[0].line == "城东一线"
    assert found.sources[1].open_capacity_kva == 1200
    assert found.warnings == ()


def test_a_shapefile_has_the_system_of_its_projection_file(tmp_path):
    metric = [shapely.transform(s, lambda p: to_zone(p, LON_LAT, epsg=4547)) for s in shapes(ROADS)]
    write(
        tmp_path / "r.shp",
        metric,
        {"kind": ROAD_KINDS},
        driver="ESRI Shapefile",
        geometry_type="LineString",
        crs="EPSG:4547",
    )

    found = read(with_layer("corridors", "r.shp"), tmp_path / "s.yaml")

    assert CRS.from_wkt((tmp_path / "r.prj").read_text()).is_projected
    assert found.graph.length_m.sum() == pytest.approx(read(site()).graph.length_m.sum(), abs=1e-4)


def drawing(*entities):
    rows = ["0", "SECTION", "2", "HEADER", "9", "$DWGCODEPAGE", "3", "ANSI_936", "0", "ENDSEC"]
    rows += ["0", "SECTION", "2", "ENTITIES"]
    for layer, kind, points in entities:
        if kind == "TEXT":
            rows += [
                "0",
                "TEXT",
                "8",
                layer,
                "10",
                str(points[0][0]),
                "20",
                str(points[0][1]),
                "40",
                "2",
                "1",
                "x",
            ]
            continue
        closed = points[0] == points[-1]
        own = points[:-1] if closed else points
        rows += ["0", "LWPOLYLINE", "100", "AcDbEntity", "8", layer, "100", "AcDbPolyline"]
        rows += ["90", str(len(own)), "70", "1" if closed else "0"]
        for x, y in own:
            rows += ["10", repr(float(x)), "20", repr(float(y))]
    return "\n".join([*rows, "0", "ENDSEC", "0", "EOF"]) + "\n"


def metric(*points):
    return [tuple(p) for p in to_zone(np.array(points), LON_LAT, epsg=4547).tolist()]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "escaped"])
def test_a_drawing_gives_kinds_by_its_layers(tmp_path, encoding):
    text = drawing(
        ("次干道", "L", metric((113.5, 30.5), (113.504, 30.5))),
        ("local_road", "L", metric((113.502, 30.5), (113.502, 30.503))),
        ("湖", "L", metric(*BOX)),
        ("DIM", "TEXT", metric((113.5, 30.5))),
    )
    if encoding == "escaped":
        text, encoding = text.replace("湖", r"\U+6E56").replace("次", r"\U+6B21"), "gb18030"
    (tmp_path / "plan.dxf").write_text(text, encoding=encoding)
    data = site()
    data["layers"] |= {
        "corridors": {
            "path": "plan.dxf",
            "crs": "EPSG:4547",
            "kinds": {"次干道": "secondary_road"},
        },
        "obstacles": {"path": "plan.dxf", "crs": "EPSG:4547", "kinds": {"湖": "lake"}},
    }

    found = read(data, tmp_path / "s.yaml")

    used = {found.graph.kinds[kind] for kind in found.graph.kind}
    assert used == {"secondary_road", "local_road", "connector"}
    assert found.graph.obstacle_kind == ("lake",)
    assert [w.kind for w in found.warnings] == ["other_layers", "other_layers"]
    assert "DIM" in str(found.warnings[0].text)


def test_a_drawing_without_a_matching_layer_is_told(tmp_path):
    (tmp_path / "plan.dxf").write_text(
        drawing(("0", "L", metric((113.5, 30.5), (113.504, 30.5)))), encoding="utf-8"
    )

    text = fault(
        with_layer("corridors", {"path": "plan.dxf", "crs": "EPSG:4547"}), tmp_path / "s.yaml"
    )

    assert "the layer of corridors is empty" in text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.gpkg", b"just text", "is not a GPKG file, whatever its name says"),
        ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 100, "is not a GPKG file"),
        ("a.shp", b"\x00\x00\x00\x00", "is not a SHP file"),
        ("a.shp", b"\x00\x00\x27\x0a", "cannot be read as a map"),
        ("a.dxf", b"<?xml version='1.0'?>", "is not a DXF file"),
        ("a.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00", "is a binary DXF; save it as an ASCII DXF"),
        ("a.vrt", b"<OGRVRTDataSource/>", "'.vrt' is no map file; known are .geojson"),
        ("a.geojson", b"\xff\xfe\x00", "is not text in UTF-8 or GB18030"),
        ("a.geojson", b"[" * 100_000, "is not JSON that can be read"),
        ("a.geojson", b"{'a': 1}", "this is not valid JSON"),
        ("a.geojson", b"[1]", "this is no layer, it holds [1]"),
        ("a", b"", "'no suffix' is no map file"),
    ],
)
def test_a_file_that_is_no_map_is_refused(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)

    assert told in fault(with_layer("corridors", name), tmp_path / "s.yaml")


def test_a_layer_name_is_only_for_geopackages(tmp_path):
    (tmp_path / "r.geojson").write_text(json.dumps(collection(NORTH)), encoding="utf-8")

    text = fault(with_layer("corridors", {"path": "r.geojson", "layer": "x"}), tmp_path / "s.yaml")

    assert "only a GeoPackage has layers by name; leave 'x' out" in text


# --- what tables and programs leave behind


def test_names_lose_blanks_and_control_characters(tmp_path):
    river = feature("Polygon", [BOX], kind="river", name="a\x00b\n" + "长" * 500)
    point = feature("Point", [113.5005, 30.5021], id=" S\t1 ", busbar=" I段 ", substation=" ")
    path = tmp_path / "s.json"
    path.write_text(json.dumps({**obstacles(river), "name": "x\x1b[31m"}), encoding="utf-8")
    found = read_site(str(path), reach=reach)
    (source,) = read(sources(point)).sources

    assert found.areas[0].id == "a b " + "长" * 96
    assert found.name == "x [31m"
    assert (source.id, source.busbar, source.substation) == ("S 1", "I段", None)


def test_control_characters_that_were_typed_into_a_site_file_are_told():
    text = fault(site(name="x\x1b[31m"))

    assert "name: 'x\\x1b[31m' holds signs that cannot be shown; write it anew" in text


@pytest.mark.parametrize("level", [1e300, "1e300", 1e999, "x"])
def test_a_level_beyond_all_levels_is_told(level):
    assert "is no level of -10 to 10" in fault(
        corridors(line(*EXTRA, kind="footpath", layer=level))
    )


def test_a_number_beyond_all_numbers_is_a_name_that_is_too_long(tmp_path):
    given = sources(feature("Point", [113.5005, 30.5021], id=10**400))
    (tmp_path / "site.json").write_text(json.dumps(given), encoding="utf-8")

    with pytest.raises(InputError, match="is longer than 100 characters"):
        read_file(tmp_path / "site.json")


def test_an_empty_text_in_a_column_of_numbers_says_nothing():
    found = read(corridors(line(*EXTRA, kind="local_road", year="", spare_ducts=" ")))

    assert kinds_of(found) == []


def test_coordinates_beyond_all_numbers_are_told_without_a_warning():
    away = line((1e300, 30.5), (113.5, 30.5), kind="footpath")

    assert "(1e+300, 30.5) looks like metres" in fault(corridors(away))


def test_geometry_nested_without_end_is_told(tmp_path):
    deep = json.dumps(corridors(feature("LineString", ["@"], kind="footpath")))
    path = tmp_path / "deep.json"
    path.write_text(deep.replace('"@"', "[" * 900 + "1, 2" + "]" * 900), encoding="utf-8")

    with pytest.raises(InputError, match="is not a geometry with coordinates"):
        read_file(path)


def test_a_geojson_layer_is_in_the_system_that_it_names(tmp_path):
    """The same corridors in EPSG:4547, named in the old way, in a site in degrees."""
    drawn = deepcopy(collection(NORTH, MIDDLE, SOUTH))
    for row in drawn["features"]:
        points = np.array(row["geometry"]["coordinates"])
        row["geometry"]["coordinates"] = to_zone(points, LON_LAT, epsg=4547).tolist()
    drawn["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
    (tmp_path / "roads.geojson").write_text(json.dumps(drawn), encoding="utf-8")

    found = read(with_layer("corridors", "roads.geojson"), tmp_path / "site.yaml")

    assert found.graph.length_m.sum() == pytest.approx(read(site()).graph.length_m.sum(), abs=0.01)
    mixed = with_layer("corridors", {"path": "roads.geojson", "crs": "EPSG:4548"})
    assert "mixed coordinate systems" in fault(mixed, tmp_path / "site.yaml")


# --- areas over areas


@pytest.mark.parametrize("order", [1, -1])
def test_where_areas_overlap_the_order_of_the_layer_changes_nothing(order):
    """The river across the middle street, and a railway on the same place."""
    across = RIVER["geometry"]["coordinates"]
    both = [RIVER, feature("Polygon", across, kind="railway", name="京广线")][::order]

    graph = read(obstacles(*both)).graph

    inside = graph.lies_in({"river"})
    assert inside.any()
    assert (inside == graph.lies_in({"railway"})).all()
    assert {graph.obstacle_kind[k] for k in graph.obstacle[inside]} == {"railway"}
