"""The door of a design: what is read from a site file, and every way in which it can be wrong.

Places follow by hand from the drawing in ``design_cases``: the wall of B1 that faces the street
runs from x = 30 m to 70 m at y = 8 m, so that its boxes stand at (50, 8).
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gridcalc.design.site_door import read_design_site
from gridcalc.errors import InputError
from gridcalc.policy import load_policy
from gridcalc.routing.coordinates import zone_to_lon_lat
from gridcalc.routing.trench.checking import shortest_m
from tests.unit.design_cases import (
    X,
    Y,
    block,
    collection,
    feature,
    features_of,
    line,
    point,
    read,
    street,
    text_of,
)


def _problems(site: dict[str, Any]) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(site)
    return [str(problem) for problem in caught.value.problems]


def test_boxes_stand_at_the_middle_of_the_wall_that_faces_a_path():
    places = {place.id: (place.x_m - X, place.y_m - Y) for place in read(street()).places}

    assert places["B1"] == pytest.approx((50, 8), abs=1e-6)
    assert places["P1"] == pytest.approx((85, 6), abs=1e-6)
    assert places["S1"] == pytest.approx((50, -6), abs=1e-6)


def test_ways_lead_over_connectors_and_paths():
    # K1 (20, 4) to B1 (50, 8): 4 m down to the street, 30 m along it, 8 m up
    site = read(street())
    names = [place.id for place in site.places]
    ways_m = shortest_m(site.ground.graph, site.ground.candidate_node[0])

    assert ways_m[site.ground.place_node[names.index("B1")]] == pytest.approx(42.0, abs=1e-6)


def test_everything_is_sorted_by_id_whatever_the_order_of_the_features():
    turned = street()
    for layer in turned["layers"].values():
        layer["features"].reverse()
    site, same = read(street()), read(turned)

    assert site.places == same.places
    assert site.candidates == same.candidates
    assert site.ground.place_node == same.ground.place_node
    assert np.array_equal(site.ground.graph.length_m, same.ground.graph.length_m)


def test_degrees_give_the_same_ways_as_metres():
    def degrees(value: Any) -> Any:
        if isinstance(value[0], list):
            return [degrees(item) for item in value]
        return zone_to_lon_lat(np.array([value]), epsg=4548)[0].tolist()

    site = street()
    for layer in site["layers"].values():
        for row in layer["features"]:
            row["geometry"]["coordinates"] = degrees(row["geometry"]["coordinates"])
    lon, lat = zone_to_lon_lat(np.array([[X, Y]]), epsg=4548)[0].tolist()
    site["crs"] = "EPSG:4490"
    site["entry"] = {"x": lon, "y": lat, "outside_m": 150}

    found, expected = read(site).ground, read(street()).ground
    assert sorted(found.graph.length_m) == pytest.approx(sorted(expected.graph.length_m), abs=1e-4)


def test_layers_may_lie_in_files_beside_the_site_file(tmp_path):
    site = street()
    layer = site["layers"]["buildings"]
    layer["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4548"}}
    (tmp_path / "houses.geojson").write_text(json.dumps(layer), encoding="utf-8")
    site["layers"]["buildings"] = "houses.geojson"
    file = tmp_path / "site.yaml"
    file.write_text(json.dumps(site, ensure_ascii=False, indent=0), encoding="utf-8")

    found = read_design_site(str(file), policy_of=load_policy)

    assert found.places == read(street()).places


def test_the_way_a_path_was_drawn_and_noise_of_coordinates_do_not_count():
    site = street()
    for row in features_of(site, "paths"):
        row["geometry"]["coordinates"].reverse()
        row["geometry"]["coordinates"] = [
            [x + 2e-5, y - 3e-5] for x, y in row["geometry"]["coordinates"]
        ]
    ground, plain = read(site).ground, read(street()).ground

    assert ground.kind == plain.kind
    assert ground.graph.length_m.tolist() == plain.graph.length_m.tolist()
    assert shapely.get_coordinates(ground.line).tolist() == (
        shapely.get_coordinates(plain.line).tolist()
    )


_DRAWING = """0\nSECTION\n2\nENTITIES
0\nLINE\n8\nROAD\n10\n400000\n20\n3170000\n11\n400080\n21\n3170000
0\nLINE\n8\nROAD\n10\n400080\n20\n3170000\n11\n400160\n21\n3170000
0\nLINE\n8\nTREES\n10\n400000\n20\n3170090\n11\n400080\n21\n3170095
0\nENDSEC\n0\nEOF
"""


def _with_drawing(folder: Path, layer: str, kinds: dict[str, str]) -> str:
    (folder / "site.dxf").write_text(_DRAWING, encoding="ascii")
    site = street()
    site["layers"][layer] = {"path": "site.dxf", "kinds": kinds}
    file = folder / "site.yaml"
    file.write_text(text_of(site), encoding="utf-8")
    return str(file)


def test_paths_may_lie_in_a_drawing(tmp_path):
    file = _with_drawing(tmp_path, "paths", {"ROAD": "local_road"})
    found = read_design_site(file, policy_of=load_policy)

    assert set(found.ground.kind) == {"local_road", "connector"}
    assert [row.kind for row in found.warnings] == ["other_layers"]
    assert found.ground.graph.length_m.tolist() == read(street()).ground.graph.length_m.tolist()


def test_a_drawing_without_a_known_layer_is_told_how_to_name_it(tmp_path):
    with pytest.raises(InputError) as caught:
        read_design_site(_with_drawing(tmp_path, "paths", {}), policy_of=load_policy)

    (problem,) = caught.value.problems
    assert "no layer of the drawing is known to hold paths (ROAD, TREES)" in problem.message
    assert "kinds: {ROAD: local_road}" in problem.message


def test_a_drawing_is_called_by_the_layer_it_stands_for(tmp_path):
    with pytest.raises(InputError, match="buildings are Polygon"):
        read_design_site(_with_drawing(tmp_path, "buildings", {}), policy_of=load_policy)


def test_a_path_without_a_kind_gets_that_of_the_pack_and_is_counted():
    site = street()
    features_of(site, "paths")[1]["properties"] = {}
    found = read(site)

    assert found.n_paths_without_kind == 1
    assert set(found.ground.kind) == {"local_road", "connector"}


def _without(layer: str) -> Callable[[dict[str, Any]], None]:
    def change(site: dict[str, Any]) -> None:
        del site["layers"][layer]

    return change


def _emptied(layer: str) -> Callable[[dict[str, Any]], None]:
    def change(site: dict[str, Any]) -> None:
        site["layers"][layer] = collection()

    return change


def _far_building(site: dict[str, Any]) -> None:
    features_of(site, "buildings").append(feature(block(30, 90, 20, 10), id="B3", households=3))


def _island(site: dict[str, Any]) -> None:
    features_of(site, "paths").append(feature(line((0, 300), (90, 300)), kind="footpath"))
    features_of(site, "buildings").append(feature(block(30, 304, 20, 10), id="B3", households=3))


def _far_entry(site: dict[str, Any]) -> None:
    site["entry"]["y"] = Y - 200


def _twice(site: dict[str, Any]) -> None:
    features_of(site, "buildings")[1]["properties"]["id"] = "B1"


def _half_flat(site: dict[str, Any]) -> None:
    features_of(site, "buildings")[1]["properties"]["households"] = 2.5


def _point_building(site: dict[str, Any]) -> None:
    features_of(site, "buildings")[1]["geometry"] = point(100, 8)


def _bad_kind(site: dict[str, Any]) -> None:
    features_of(site, "substation_sites")[0]["properties"]["kind"] = "rooom"


def _housing_in_a_cellar(site: dict[str, Any]) -> None:
    features_of(site, "substation_sites")[0]["properties"]["floor"] = -1


def _far_source(site: dict[str, Any]) -> None:
    site["entry"]["outside_m"] = 50_000


def _unknown_key(site: dict[str, Any]) -> None:
    site["souces"] = site["sources"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_without("paths"), "paths is missing"),
        (_without("substation_sites"), "substation_sites is missing"),
        (_emptied("paths"), "the layer of paths is empty"),
        (_emptied("substation_sites"), "the layer of substation_sites is empty"),
        (_emptied("buildings"), "the layer of buildings is empty"),
        (_far_building, "'B3': no path lies within 60 m; draw one that leads there"),
        (_island, "'B3': its path does not lead to the entry; join the paths"),
        (_far_entry, "no path lies within 60 m of the entry; draw one"),
        (_twice, "'B1' is the id of 2 features; give each its own"),
        (_half_flat, "2.5 is not a whole number"),
        (_point_building, "is a Point; buildings are Polygon"),
        (_bad_kind, "'rooom' is not one of room, prefabricated; did you mean 'room'?"),
        (_housing_in_a_cellar, "does not stand on floor -1; give floor 1, or kind room"),
        (_far_source, "50000 is above the largest allowed value 40000"),
        (_unknown_key, "unknown key; did you mean 'sources'?"),
    ],
)
def test_what_is_wrong_is_one_clear_problem(change, said):
    site = street()
    change(site)
    problems = _problems(site)

    assert len(problems) == 1
    assert said in problems[0]


def test_problems_of_several_layers_are_told_at_once():
    site = street()
    for change in (_half_flat, _bad_kind, _unknown_key):
        change(site)

    assert len(_problems(site)) == 3


def test_a_misspelt_property_is_a_warning():
    site = street()
    features_of(site, "ebike_sheds")[0]["properties"] = {"id": "S1", "bike": 60}

    assert [row.kind for row in read(site).warnings] == ["misspelt"]
