"""The site file in: what a good one gives, and what each bad one is told."""

import json

import numpy as np
import pytest
import yaml

from gridcalc.errors import InputError, Problem
from gridcalc.routing.coordinates import LON_LAT, to_zone
from gridcalc.routing.gcj import gcj_from_wgs
from gridcalc.routing.records import Reach
from gridcalc.routing.site.site_door import read_site
from tests.unit.test_routing_layers import (
    MIDDLE,
    NORTH,
    RIVER,
    SITE,
    SOURCES,
    SOUTH,
    collection,
    fault,
    feature,
    kinds_of,
    line,
    reach,
    read,
    read_file,
    site,
    with_layer,
)


def kind_lengths(site_map):
    graph = site_map.graph
    return {
        kind: graph.length_m[graph.kind == i].sum()
        for i, kind in enumerate(graph.kinds)
        if (graph.kind == i).any()
    }


def test_a_good_site_is_read_without_a_warning():
    found = read(site())

    assert (found.id, found.name, found.policy, found.demand_kva) == (
        "site-1", "长河小区", "national", 1600,
    )  # fmt: skip
    assert (found.supply, found.cable, found.compound_file, found.epsg) == (
        "single", None, None, 4547,
    )  # fmt: skip
    assert found.warnings == ()
    assert found.layer_names == (
        ("corridors", "inline"), ("obstacles", "inline"), ("sources", "inline"),
    )  # fmt: skip


def test_lengths_are_those_of_the_ellipsoid():
    # series of the ellipsoid: a degree of longitude is 111412.84 cos(lat) - 93.5 cos(3 lat) =
    # 95997.0 m at 30.502 and 95999.0 m at 30.5, one of latitude 111132.95 - 559.85 cos(2 lat) =
    # 110861.5 m; the zone, half a degree from its meridian, adds (0.008727 * 0.8616)^2 / 2 = 3e-5
    lengths = kind_lengths(read(site()))

    assert lengths["secondary_road"] == pytest.approx(4 * 95.9970 * 1.000028, rel=5e-6)
    assert lengths["footpath"] == pytest.approx(4 * 95.9990 * 1.000028, rel=5e-6)
    assert lengths["local_road"] == pytest.approx(2 * 110.8615 * 1.000028, rel=5e-6)
    assert lengths["connector"] == pytest.approx(3 * 11.08615 * 1.000028, rel=5e-5)


def test_sources_keep_what_is_known_of_them():
    one, two = read(site()).sources

    assert (one.id, one.kind, one.open_capacity_kva, one.spare_bays) == ("S1", "rmu_bay", 3000, 2)
    assert (two.kind, two.line_load_percent, two.users) == ("line_tap", 41.5, None)
    there = to_zone(np.array([[113.5005, 30.5021]]), LON_LAT, epsg=4547)[0]
    assert (one.x_m, one.y_m) == pytest.approx(there)


def test_edges_know_their_road_their_year_and_their_obstacle():
    graph = read(site()).graph
    kinds = list(graph.kinds)

    paths = graph.kind == kinds.index("footpath")
    assert set(graph.along[paths]) == {kinds.index("primary_road")}
    roads = graph.kind == kinds.index("secondary_road")
    assert set(graph.along[roads]) == {kinds.index("secondary_road")}
    assert set(graph.road_year[roads]) == {2015.0}
    assert np.isnan(graph.road_year[paths]).all()
    assert graph.obstacle_ids == ("长河",)
    # the river is 0.0004 degrees wide: 44.34 m
    assert graph.length_m[graph.obstacle == 0].sum() == pytest.approx(44.34, rel=2e-4)


def test_sources_and_target_are_joined():
    found = read(site())
    graph = found.graph

    joined = {*graph.from_node.tolist(), *graph.to_node.tolist()}
    assert {found.target_node, *found.source_node.tolist()} <= joined


def test_the_name_is_the_id_when_none_is_given():
    assert read(site(name=None)).name == "site-1"


@pytest.mark.parametrize("shift", ["gcj02", "EPSG:4547"])
def test_the_same_site_in_another_system_gives_the_same_map(shift):
    def move(point):
        xy = np.array([point])
        moved = (
            to_zone(xy, LON_LAT, epsg=4547)
            if shift != "gcj02"
            else np.column_stack(gcj_from_wgs(xy[:, 0], xy[:, 1]))
        )
        return moved[0].tolist()

    def moved(value):
        if isinstance(value, list):
            number = value and isinstance(value[0], float)
            return move(value) if number else [moved(item) for item in value]
        return {k: moved(v) for k, v in value.items()} if isinstance(value, dict) else value

    x, y = move((113.503, 30.4999))
    data = site(crs=shift, layers=moved(SITE["layers"]), target={"x": x, "y": y})

    assert kind_lengths(read(data)) == pytest.approx(kind_lengths(read(site())), abs=1e-5)


def test_a_target_may_have_its_own_system():
    x, y = to_zone(np.array([[113.503, 30.4999]]), LON_LAT, epsg=4547)[0].tolist()

    found = read(site(target={"x": x, "y": y, "crs": "EPSG:4547"}))

    assert found.graph.x_m[found.target_node] == pytest.approx(x, abs=1e-6)


def test_the_tolerance_of_the_site_overrides_the_default():
    apart = line((113.50401, 30.500), (113.506, 30.500), kind="footpath")  # 0.96 m from SOUTH
    corridors = collection(NORTH, MIDDLE, SOUTH, apart)

    assert kinds_of(read(with_layer("corridors", corridors))) == ["gap", "gap", "island"]
    assert kinds_of(read(with_layer("corridors", corridors, snap_tolerance_m=1.0))) == []


def test_the_pack_that_the_site_names_decides_what_is_joined():
    asked = []

    def strict(policy):
        asked.append(policy)
        return Reach(snap_tolerance_m=0.5, max_connector_m=5.0)

    text = json.dumps(site(policy="ningxia-2025"))

    # the target stands 0.0001 degrees of latitude, 11.09 m, off the path
    with pytest.raises(InputError, match="lies 11 m from the nearest corridor, more than the 5 m"):
        read_site("site.yaml", text=text, reach=strict)
    assert asked == ["ningxia-2025"]


def test_problems_of_the_pack_come_with_those_of_the_site():
    def missing(policy):
        raise InputError([Problem(policy, 0, "", "is not a policy pack")])

    text = json.dumps(site(policy="atlantis", supply="x"))

    with pytest.raises(InputError) as caught:
        read_site("site.yaml", text=text, reach=missing)
    assert [(p.file, p.key) for p in caught.value.problems] == [
        ("atlantis", ""),
        ("site.yaml", "supply"),
    ]


def test_a_pack_out_of_order_stops_a_site_in_order():
    def missing(policy):
        raise InputError([Problem(policy, 0, "", "is not a policy pack")])

    with pytest.raises(InputError, match="is not a policy pack"):
        read_site("site.yaml", text=json.dumps(site()), reach=missing)


def test_a_compound_as_target_is_where_it_says(tmp_path):
    (tmp_path / "c.yaml").write_text("location: {lon: 113.503, lat: 30.4999}\n", encoding="utf-8")

    found = read(site(target={"compound": "c.yaml"}, demand_kva=None), tmp_path / "site.yaml")

    assert found.compound_file == str(tmp_path / "c.yaml")
    assert found.demand_kva is None
    assert found.graph.y_m[found.target_node] == pytest.approx(
        to_zone(np.array([[113.503, 30.4999]]), LON_LAT, epsg=4547)[0, 1]
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id: x\n", "'c.yaml' has no location; add one to it"),
        ("location: {lon: 113.5}\n", "lat is missing"),
        ("location: {lon: 30.5, lat: 113.5}\n", "write the longitude first"),
        ("location: {lon: 113.5, lat: 30.5, crs: mars}\n", "'mars' is not a coordinate system"),
        (None, "'c.yaml' does not exist"),
    ],
)
def test_a_compound_without_a_usable_location_is_told(tmp_path, content, told):
    if content is not None:
        (tmp_path / "c.yaml").write_text(content, encoding="utf-8")

    assert told in fault(site(target={"compound": "c.yaml"}), tmp_path / "site.yaml")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"crs": "WGS84"}, "crs: 'WGS84' is not a coordinate system known here; write EPSG:<code>"),
        ({"crs": None}, "crs is missing"),
        ({"crs": "EPSG:4547"}, "looks like longitude and latitude, but is read in EPSG:4547"),
        ({"target": {"x": 30.4999, "y": 113.503}}, "target: (30.4999, 113.503) longitude and"),
        ({"target": {"x": 113.5}}, "give x and y, or compound"),
        ({"target": {"x": 1, "y": 2, "compound": "c"}}, "give either x and y or compound"),
        ({"target": {"x": float("nan"), "y": 30.5}}, "not a finite number"),
        ({"demand_kva": None}, "demand_kva is missing; only a compound"),
        ({"demand_kva": -5}, "demand_kva: -5 is not above 0"),
        ({"supply": "duble"}, "'duble' is not one of single, double; did you mean 'double'?"),
        ({"polcy": "x"}, "polcy: unknown key; did you mean 'policy'?"),
        ({"gridcalc": True}, "True is not a version; write 1"),
        ({"layers": {"corridors": collection(NORTH)}}, "sources is missing"),
        ({"target": {"x": 114.0, "y": 30.9}}, "m from the nearest corridor, more than the 200 m"),
    ],
)
def test_a_faulty_site_file_is_told_what_to_do(changes, told):
    assert told in fault(site(**changes))


def test_every_problem_of_file_and_layers_comes_at_once():
    data = with_layer("corridors", collection(line((0, 0), (1, 1), kind="motorway")), supply="x")
    data["layers"]["sources"]["features"][1]["properties"]["id"] = "S1"
    data["layers"]["obstacles"] = "missing.gpkg"

    text = fault(data)

    for part in (
        "supply: 'x'",
        "'motorway'",
        "outside China",
        "'S1' is the id of 2",
        "missing.gpkg",
    ):
        assert part in text


def test_problems_of_inline_features_have_their_line():
    text = yaml.safe_dump(
        with_layer(
            "corridors", collection(NORTH, line((113.5, 30.5), (113.5, 30.501), kind="rode"))
        )
    )
    number = next(i for i, row in enumerate(text.splitlines(), 1) if "kind: rode" in row)

    message = fault(text)

    assert f"line {number}, layers.corridors.features[1].properties.kind: 'rode'" in message


def test_a_source_far_from_all_corridors_is_left_alone_with_a_warning():
    data = with_layer(
        "sources", collection(*SOURCES["features"], feature("Point", [113.51, 30.51], id="S3"))
    )

    found = read(data)

    assert kinds_of(found) == ["isolated"]
    assert "source S3: no usable corridor within 200 m" in str(found.warnings[0].text)
    assert found.warnings[0].lon == pytest.approx(113.51)
    assert found.source_node[2] not in {*found.graph.from_node, *found.graph.to_node}


def test_a_remark_on_the_map_is_said_in_chinese():
    from gridcalc.report.wording import load_wording

    far = collection(*SOURCES["features"], feature("Point", [113.51, 30.51], id="S3"))

    (remark,) = read(with_layer("sources", far)).warnings

    assert load_wording("zh").note(remark.text).startswith("电源点S3：200 m范围内无可用通道")


def test_sources_in_gcj_on_plain_corridors_are_suspected():
    def shifted(point):
        return [float(axis[0]) for axis in gcj_from_wgs(np.array([point[0]]), np.array([point[1]]))]

    moved = [
        feature("Point", shifted(f["geometry"]["coordinates"]), **f["properties"])
        for f in SOURCES["features"]
    ]
    x, y = shifted((113.503, 30.4999))

    message = fault(with_layer("sources", collection(*moved), target={"x": x, "y": y}))

    assert "11 m if the sources and the target are in GCJ-02; check the crs" in message


# --- a whole site in one file


def one_file(**target):
    given = {"layer": "target", "id": "S", "policy": "national", "demand_kva": 1600, **target}
    parts = [
        *(
            {**f, "properties": {**f["properties"], "layer": "corridors"}}
            for f in (NORTH, MIDDLE, SOUTH)
        ),
        {**RIVER, "properties": {**RIVER["properties"], "layer": "obstacles"}},
        *(
            {**f, "properties": {**f["properties"], "layer": "sources"}}
            for f in SOURCES["features"]
        ),
        feature("Point", [113.503, 30.4999], **{k: v for k, v in given.items() if v is not None}),
    ]
    return collection(*parts)


def written(tmp_path, data, name="site.geojson"):
    path = tmp_path / name
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_geojson_file_may_hold_the_whole_site(tmp_path):
    found = read_file(written(tmp_path, one_file(supply="double", name="长河", cable="YJV22")))

    assert (found.id, found.name, found.supply, found.cable) == ("S", "长河", "double", "YJV22")
    assert kind_lengths(found) == pytest.approx(kind_lengths(read(site())))


def test_the_system_given_with_the_target_is_that_of_the_whole_file(tmp_path):
    found = read_file(written(tmp_path, one_file(crs="gcj02")))

    plain = read(site())
    # the quickest wave of the shift, 13.3 m * sin(6 pi lon), stretches by up to 251 m in 96 km, and
    # the slower ones add to it; the shift itself is some five hundred metres
    assert kind_lengths(found) == pytest.approx(kind_lengths(plain), rel=5e-3)
    assert abs(found.graph.x_m.min() - plain.graph.x_m.min()) > 300


def test_a_site_file_may_be_json(tmp_path):
    found = read_file(written(tmp_path, site(), "site.json"))

    assert kind_lengths(found) == pytest.approx(kind_lengths(read(site())))


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ({"policy": None}, "policy is missing"),
        ({"demand_kva": "much"}, "demand_kva: 'much' is not a number"),
        ({"layer": "targt"}, "did you mean 'target'?"),
        ({"crs": "nad83"}, "'nad83' is not a coordinate system"),
        ({"id": float("inf")}, "id: inf is not a text"),
        ({"id": float("nan")}, "id: nan is not a text"),
    ],
)
def test_a_faulty_geojson_site_is_told(tmp_path, target, told):
    with pytest.raises(InputError, match=r"site\.geojson is not usable") as caught:
        read_file(written(tmp_path, one_file(**target)))

    assert told in str(caught.value)


def test_a_geojson_site_with_two_targets_is_told(tmp_path):
    data = one_file()
    data["features"].append(data["features"][-1])

    with pytest.raises(InputError, match="the target is 2 features; give one Point"):
        read_file(written(tmp_path, data))


# --- hostile input


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gridcalc: !!python/object/apply:os.system [ls]\n", "the tag"),
        ("a: &x 1\nb: *x\n", "anchors and aliases are not allowed"),
        ("layers: " + "[" * 3000 + "]" * 3000, "nested deeper than 20 levels"),
        ("", "this is not a site file; it holds nothing"),
        ("- 1\n", "it holds a list"),
        ("{}", "layers is missing"),
    ],
)
def test_hostile_yaml_is_refused(text, told):
    assert told in fault(text)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "NaN", "[1, 2", "", "3"])
def test_hostile_json_is_refused(tmp_path, text):
    path = tmp_path / "site.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError):
        read_file(path)


@pytest.mark.parametrize(
    "address",
    [
        "/vsicurl/http://example.org/a.gpkg", "http://example.org/a.geojson", "s3://b/a.gpkg",
        "/vsizip/a.zip/b.shp", "file:///etc/passwd", "PG:dbname=x", "\\\\host\\share\\a.shp",
    ],
)  # fmt: skip
def test_addresses_are_refused_as_layers(address):
    assert "is an address; give a file on this disk" in fault(with_layer("corridors", address))


@pytest.mark.parametrize(
    "value", [3, [1], {"type": 7}, {"features": 3}, {"path": 3}, {"path": ""}, {"file": "x.gpkg"}]
)
def test_a_layer_that_is_no_layer_is_told(value):
    assert "layers.corridors" in fault(with_layer("corridors", value))


def test_forty_five_thousand_pieces_of_street_are_read(tmp_path):
    # 150 x 150 junctions: a way of quadratic cost would take minutes
    east, north = 113.5 + np.arange(150) * 1e-3, 30.5 + np.arange(150) * 9e-4
    roads = [
        line((x, y), (x + 1e-3, y), kind="local_road")
        for x in east.tolist()
        for y in north.tolist()
    ] + [
        line((x, y), (x, y + 9e-4), kind="local_road")
        for x in east.tolist()
        for y in north.tolist()
    ]
    path = written(
        tmp_path,
        {**site(), "layers": {"corridors": collection(*roads), "sources": SOURCES}},
        "s.json",
    )

    found = read_site(str(path), reach=reach)

    assert found.graph.n_edges >= len(roads)
    assert found.warnings == ()
