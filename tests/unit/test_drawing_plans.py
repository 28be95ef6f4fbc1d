"""Plans of routes, cables and trenches: true coordinates, read back by ezdxf."""

import io
import math
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from ezdxf import recover
from shapely.geometry import LineString, Polygon, box

from gridcalc.catalogue import load_catalogue
from gridcalc.connection.connect import ConnectionSettings, connect
from gridcalc.connection.records import Connection
from gridcalc.cost import load_price_book
from gridcalc.dossier import Dossier
from gridcalc.notes import note
from gridcalc.policy import load_policy
from gridcalc.report.drawing import layers, linetypes, map_styles, symbols
from gridcalc.report.drawing.feature_plan import features_dxf
from gridcalc.report.drawing.map_sheet import map_sheet
from gridcalc.report.drawing.map_window import Ground, MapPlan, Spot, Way, window_of
from gridcalc.report.drawing.placing import Drawn, Name, placed_labels
from gridcalc.report.drawing.route_plan import connection_dxf, connection_plan, route_plan_dxf
from gridcalc.report.drawing.shapes import Hatch, label_box
from gridcalc.report.drawing.wide import shown_part
from gridcalc.report.geo_files import Feature
from gridcalc.report.route_words import permit_text
from gridcalc.report.wording import load_wording
from gridcalc.routing.kinds import corridor_kinds, obstacle_kinds
from gridcalc.routing.records import MapArea
from tests.unit.connection_cases import graph_of, site_of
from tests.unit.drawing_cases import labels, of_template, outside, overlapping

ZH, EN = load_wording("zh"), load_wording("en")
X, Y = 500_000.0, 4_260_000.0
"""A place on the central meridian of a zone, north of 38 degrees. [m]"""


def _site(**changes: object):
    points = {
        "S": (X, Y),
        "A": (X + 200, Y),
        "B": (X + 260, Y),
        "T": (X + 480, Y),
        "C": (X, Y + 300),
        "D": (X + 480, Y + 300),
    }
    edges = [
        *(("S", "A", "footpath"), ("A", "B", "footpath"), ("B", "T", "secondary_road")),
        *(("S", "C", "greenway"), ("C", "D", "greenway"), ("D", "T", "footpath")),
    ]
    graph = graph_of(points, edges, areas={("A", "B"): ("R1", "river")})
    found = site_of(graph, points, [("S", "S")], target="T")
    river = Polygon(
        [(X + 200, Y - 9000), (X + 260, Y - 9000), (X + 260, Y + 9000), (X + 200, Y + 9000)]
    )
    area = MapArea(id="R1", kind="river", blocked=False, polygon=river)
    return replace(found, areas=(area,), **changes)


def _found(**changes: object) -> Connection:
    return connect(
        _site(**changes),
        catalogue=load_catalogue(),
        policy=load_policy("ningxia-2025"),
        prices=load_price_book("national-2025"),
        demand_kva=1260.0,
        settings=ConnectionSettings(),
    )


def read_back(data: bytes):
    document, auditor = recover.read(io.BytesIO(data))
    assert (auditor.errors, auditor.fixes) == ([], [])
    return document


def _lines(document, layer: str) -> list[np.ndarray]:
    return [
        np.array(row.get_points("xy"))
        for row in document.modelspace().query("LWPOLYLINE")
        if row.dxf.layer == layer
    ]


def test_routes_stand_in_the_coordinates_of_the_site():
    found = _found()

    document = read_back(connection_dxf(found, ZH))

    for k, row in enumerate(found.routes, 1):
        drawn, *_ = _lines(document, f"ROUTE-{k}")
        # a micrometre: what the way through millimetres of paper may cost
        assert drawn == pytest.approx(np.column_stack([row.x_m, row.y_m]), abs=1e-6)
        assert np.hypot(*np.diff(drawn, axis=0).T).sum() == pytest.approx(row.length_m)
    signs = {row.dxf.name: row.dxf.insert for row in _signs(document)}
    assert (signs[symbols.SOURCE].x, signs[symbols.SOURCE].y) == pytest.approx((X, Y), abs=1e-6)
    target = signs[symbols.TARGET]
    assert (target.x, target.y) == pytest.approx((X + 480, Y), abs=1e-6)


def _signs(document) -> list:
    """Return the symbols on the map; those of the key come after them."""
    rows = document.modelspace().query("INSERT")
    return [row for row in reversed(rows) if row.attribs and row.attribs[0].dxf.text]


def test_unit_coordinate_system_and_layers_are_in_the_file():
    document = read_back(connection_dxf(_found(), ZH))

    assert document.units == 6  # metres
    assert document.header.custom_vars.get("CRS") == "EPSG:4547"
    texts = {row.dxf.text for row in document.modelspace().query("TEXT")}
    assert "CGCS2000坐标系，3°带（EPSG:4547）" in texts
    names = {layer.dxf.name for layer in document.layers}
    assert names >= {
        *("ROUTE-1", "CROSSING", "SOURCE", "TARGET", "GRID", "MAP-TEXT"),
        *("CORRIDOR-FOOTPATH", "CORRIDOR-SECONDARY_ROAD", "OBSTACLE-RIVER"),
    }
    assert document.layers.get("OBSTACLE-RIVER").description == "河道"


def test_lengths_permit_and_crossings_are_told():
    found = _found()
    document = read_back(connection_dxf(found, EN))

    said = " ".join(row.dxf.text for row in document.modelspace().query("TEXT"))
    best = found.routes[0]
    assert f"route 1, {best.length_m:.0f} m" in said
    assert f"{best.cable_length_m:,.0f} m" in said
    assert permit_text(best.permit, EN).text in said
    # the straight way passes the river, which is 60 m wide
    assert "across river R1 60 m" in said
    (crossing, *_) = _lines(document, "CROSSING")
    assert crossing.tolist() == [
        pytest.approx([X + 200, Y], abs=1e-6),
        pytest.approx([X + 260, Y], abs=1e-6),
    ]


def test_the_grid_names_true_coordinates():
    document = read_back(connection_dxf(_found(), EN))

    texts = [row.dxf.text for row in document.modelspace().query("TEXT") if row.dxf.layer == "GRID"]
    eastings = [int(text[2:]) for text in texts if re.fullmatch(r"E \d+", text)]
    northings = [int(text[2:]) for text in texts if re.fullmatch(r"N \d+", text)]
    assert min(eastings) < X + 240 < max(eastings)
    assert min(northings) < Y + 150 < max(northings)
    steps = {b - a for a, b in pairwise(eastings)}
    assert steps <= {50, 100, 200}
    assert all(value % next(iter(steps)) == 0 for value in (*eastings, *northings))


@pytest.mark.parametrize("wording", [ZH, EN], ids=["zh", "en"])
def test_no_text_of_a_plan_covers_another(wording):
    plan = connection_plan(_found(), wording)

    sheet, _ = map_sheet(plan, window_of(plan), wording)

    texts = labels(sheet.shapes)
    assert len(texts) > 25
    assert overlapping(texts) == []
    assert outside(sheet) == []


def test_a_site_without_a_route_says_why():
    reason = note("the floor is not given")
    found = replace(_found(), routes=(), pairs=(), labels=(), reason=reason)

    document = read_back(connection_dxf(found, ZH))

    assert not [row.dxf.name for row in document.layers if "ROUTE" in row.dxf.name]
    texts = {row.dxf.text for row in document.modelspace().query("TEXT")}
    assert ZH.note(reason) in texts


def test_a_dossier_without_a_connection_has_no_plan():
    with pytest.raises(ValueError, match="no routes to draw"):
        route_plan_dxf(of_template("villa"), EN)


def test_the_plan_of_a_dossier_is_that_of_its_connection():
    found = _found()
    dossier: Dossier = replace(of_template("villa"), connection=found)

    assert route_plan_dxf(dossier, ZH) == connection_dxf(found, ZH)


def test_a_hostile_name_of_a_site_stays_text():
    document = read_back(connection_dxf(_found(name="%%d\n0\nEOF\\U+0041"), ZH))

    texts = {row.dxf.text for row in document.modelspace().query("TEXT")}
    assert "％％d 0 EOF＼U+0041" in texts


# --- features


def _feature(layer: str, shape: str, coordinates: object, **values: object) -> Feature:
    return Feature(
        layer=layer, geometry={"type": shape, "coordinates": coordinates}, properties=values
    )


def test_features_are_drawn_in_the_metric_system():
    # EPSG:4547 puts 114 degrees at 500 000 m; a degree of latitude along its meridian is
    # 111 132.95 - 559.85 cos 2B + 1.17 cos 4B metres, the usual series for these ellipsoids
    line = [[114.0, 30.0], [114.0, 30.001]]
    degree_m = 111_132.95 - 559.85 * math.cos(math.radians(60)) + 1.17 * math.cos(math.radians(120))
    features = [
        _feature("cables", "LineString", line, id="MC1", voltage="mv", type="YJV22"),
        _feature("cables", "LineString", line, id="F1", voltage="lv", type="YJV"),
        _feature("trenches", "LineString", line, corridor="footpath"),
        _feature("substations", "Point", line[0], id="PD1", kind="room"),
        _feature("boxes", "Point", line[1], id="MB1", kind="meter_box"),
        _feature("places", "Point", line[1], id="B1", kind="building"),
        _feature("else", "Polygon", [[[114.0, 30.0], [114.001, 30.0], [114.0, 30.001]]], id="P"),
    ]

    document = read_back(features_dxf(features, ZH, crs=4547, title="枫荷苑"))

    (cable, *_) = _lines(document, "10KV-CABLE")
    assert cable[:, 0] == pytest.approx(500_000.0, abs=1e-3)
    assert np.diff(cable[:, 1]) == pytest.approx(degree_m / 1000, abs=0.01)
    used = {row.dxf.layer for row in document.modelspace()}
    assert used >= {"10KV-CABLE", "0.4KV-CABLE", "TRENCH", "SUBSTATION", "0.4KV-BOX", "OTHER"}
    signs = {row.dxf.name: row.get_attrib_text("ID") for row in _signs(document)}
    assert (signs[symbols.SUBSTATION], signs[symbols.METER_BOX]) == ("PD1", "MB1")
    texts = {row.dxf.text for row in document.modelspace().query("TEXT")}
    assert {"枫荷苑", "MC1 YJV22", "PD1", "电缆沟槽"} <= texts


def _plan(*, ways: tuple[Way, ...] = (), spots: tuple[Spot, ...] = ()) -> MapPlan:
    return MapPlan(
        epsg=4547,
        ways=ways,
        spots=spots,
        layers=layers.FEATURE_LAYERS,
        notes=(),
        project="",
        drawing="",
        number="",
    )


def test_the_scale_is_the_largest_common_one_that_fits():
    # 270 m by 4 % of border on both sides are 292 m; the map is 257 mm wide: 1:1135, so 1:1500
    way = Way(layer=layers.TRENCHES, xy_m=np.array([[X, Y], [X + 270.0, Y]]))
    window = window_of(_plan(ways=(way,)))

    assert window.scale == 1500
    assert window.on_paper(X + 135.0, Y) == pytest.approx(
        (window.size_mm[0] / 2, window.size_mm[1] / 2)
    )


def test_a_single_place_and_a_whole_city_have_a_scale_too():
    spot = Spot(layer=layers.SOURCES, x_m=X, y_m=Y, block=symbols.SOURCE)
    way = Way(layer=layers.TRENCHES, xy_m=np.array([[X, Y], [X + 60_000.0, Y]]))

    assert window_of(_plan(spots=(spot,))).scale == 100
    # 60 km and 4 % on both sides over 257 mm: 1:252 140
    assert window_of(_plan(ways=(way,))).scale == 260_000


def test_context_does_not_widen_the_window_and_is_cut_at_its_edge():
    way = Way(layer=layers.TRENCHES, xy_m=np.array([[X, Y], [X + 100.0, Y]]))
    river = Way(
        layer=layers.OTHERS,
        xy_m=np.array([[X + 50.0, Y - 9000.0], [X + 50.0, Y + 9000.0]]),
        is_context=True,
    )
    window = window_of(_plan(ways=(way, river)))

    (part,) = shown_part(river.xy_m, window.bounds_m, closed=False)

    assert window.scale == 500
    assert np.ptp(part[:, 1]) == pytest.approx(window.height_m)


def test_a_line_inside_the_window_is_not_touched():
    xy_m = np.array([[X, Y], [X + 0.1234567, Y]])

    (part,) = shown_part(xy_m, (X - 1, Y - 1, X + 1, Y + 1), closed=False)

    assert part is xy_m


def test_an_area_is_cut_like_an_area():
    square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])

    (part,) = shown_part(square, (5.0, 5.0, 20.0, 20.0), closed=True)

    assert (part.min(axis=0).tolist(), part.max(axis=0).tolist()) == ([5.0, 5.0], [10.0, 10.0])


def test_names_at_one_place_become_one_with_their_number():
    spots = tuple(
        Spot(layer=layers.LV_BOX, x_m=X, y_m=Y, block=symbols.METER_BOX, label=f"MB{k}")
        for k in range(1, 4)
    )
    plan = _plan(spots=spots)

    sheet, _ = map_sheet(plan, window_of(plan), EN)

    texts = [row.text for row in labels(sheet.shapes) if row.layer == layers.MAP_TEXT]
    assert texts == ["MB1… ×3"]


def test_names_make_way_for_each_other_and_stay_in_the_map():
    names = [Name(text=f"name {k}", layer=layers.MAP_TEXT, at=((50.0, 50.0),)) for k in range(60)]

    placed = list(placed_labels(names, room_mm=(100.0, 100.0)))

    assert 6 < len(placed) < 60
    assert overlapping(placed) == []
    boxes = [label_box(row) for row in placed]
    assert all(x0 >= 0 and y0 >= 0 and x1 <= 100 and y1 <= 100 for x0, y0, x1, y1 in boxes)


def test_a_name_keeps_off_what_is_drawn():
    # the usual place, above and to the right of a spot, is full of lines; all others are free
    spot = (50.0, 50.0)
    lines = [Drawn(line=LineString([(52.0, y), (90.0, y)]), weight=1.0) for y in range(40, 51)]
    names = [Name(text="S1", layer=layers.MAP_TEXT, at=(spot,))]

    (usual,) = placed_labels(names, room_mm=(100.0, 100.0))
    (moved,) = placed_labels(names, room_mm=(100.0, 100.0), drawn=lines)

    assert label_box(usual)[0] > 50
    assert label_box(usual)[3] < 50
    assert not any(row.line.intersects(box(*label_box(moved))) for row in lines)


def test_a_name_of_a_line_stands_where_the_line_is_alone():
    # two lines share their first 60 m of 100 m; at 1:200 these are 300 mm
    shared = [(X, Y), (X + 60, Y)]
    ways = (
        Way(layer=layers.MV_CABLE, xy_m=np.array([*shared, (X + 60, Y + 40)]), label="A"),
        Way(layer=layers.MV_CABLE, xy_m=np.array([*shared, (X + 100, Y)]), label="B"),
    )
    plan = _plan(ways=ways)
    window = window_of(plan)

    sheet, (x, _) = map_sheet(plan, window, EN)

    at = {row.text: row.at for row in labels(sheet.shapes) if row.layer == layers.MAP_TEXT}
    fork_mm = window.on_paper(X + 60, Y)[0]
    assert at["A"][0] - x > fork_mm - 3
    assert at["B"][0] - x > fork_mm


def test_kinds_of_corridors_differ_by_colour_or_type_of_line():
    styles = [*map_styles.CORRIDORS.values(), map_styles.OTHER_CORRIDOR]
    areas = [*map_styles.AREAS.values(), map_styles.OTHER_AREA]

    # a print without colours shows types and hatches only
    assert len({(row.linetype, row.width_mm) for row in styles}) == len(styles)
    assert len({(row.hatch, row.width_mm) for row in areas}) == len(areas)
    assert not {row.colour for row in (*styles, *areas)} & set(map_styles.ROUTE_COLOURS)


def test_every_kind_that_is_shipped_has_a_style():
    assert set(corridor_kinds()) - {"unknown"} == set(map_styles.CORRIDORS)
    assert set(obstacle_kinds()) == set(map_styles.AREAS)


def test_layers_of_kinds_have_their_type_of_line_and_areas_their_hatch():
    document = read_back(connection_dxf(_found(), ZH))

    road = document.layers.get("CORRIDOR-SECONDARY_ROAD").dxf
    path = document.layers.get("CORRIDOR-FOOTPATH").dxf
    assert (road.linetype, path.linetype) == (linetypes.CENTRE, linetypes.SHORT_DASH)
    assert road.color != path.color
    assert {linetypes.CENTRE, linetypes.SHORT_DASH} <= {row.dxf.name for row in document.linetypes}
    hatches = document.modelspace().query("HATCH")
    rivers = [row for row in hatches if row.dxf.layer == "OBSTACLE-RIVER"]
    # one on the map, cut at its edge, and one in the legend
    assert [row.dxf.pattern_name for row in rivers] == ["DASH", "DASH"]


def test_holes_of_an_area_are_not_hatched():
    outer = [(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100)]
    inner = [(X + 40, Y + 40), (X + 60, Y + 40), (X + 60, Y + 60), (X + 40, Y + 60)]
    way = Way(layer=layers.TRENCHES, xy_m=np.array([outer[0], outer[2]]))
    ground = Ground(layer=layers.OTHERS, area=Polygon(outer, [inner]), hatch="ANSI31")
    plan = replace(_plan(ways=(way,)), grounds=(ground,))

    sheet, _ = map_sheet(plan, window_of(plan), EN)

    on_map, _sample = [row for row in sheet.shapes if isinstance(row, Hatch)]
    assert len(on_map.rings) == 2


def test_the_legend_names_only_what_is_seen():
    way = Way(layer=layers.TRENCHES, xy_m=np.array([[X, Y], [X + 100.0, Y]]))
    away = Way(layer=layers.OTHERS, xy_m=np.array([[X, Y + 9000], [X, Y + 9100]]), is_context=True)
    plan = _plan(ways=(way, away))

    sheet, _ = map_sheet(plan, window_of(plan), ZH)

    texts = {row.text for row in labels(sheet.shapes)}
    assert "电缆沟槽" in texts
    assert ZH.term("layer.OTHER") not in texts


def test_routes_on_each_other_are_all_seen():
    widths = map_styles.ROUTES_MM

    assert all(a > b for a, b in pairwise((map_styles.CROSSING_MM, *widths)))
    assert len(widths) == len(map_styles.ROUTE_COLOURS)
