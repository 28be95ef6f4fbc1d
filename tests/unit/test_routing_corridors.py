"""Corridors as a graph: every expected number can be read off the coordinates.

Coordinates are metres east and north of ``ORIGIN``, in the zone of 114 degrees.
"""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon, box

from gridcalc.routing.coordinates import LON_LAT, shifted_to_gcj, to_zone, zone_to_lon_lat
from gridcalc.routing.corridors.corridor_graph import build_graph
from gridcalc.routing.junctions import route_network
from gridcalc.routing.kinds import obstacle_kinds
from gridcalc.routing.records import Reach
from gridcalc.routing.search.pareto import shortest
from gridcalc.routing.site.layers import Areas, Corridors, kind_names, no_areas
from gridcalc.routing.site.suspicions import shift_warnings

ORIGIN = np.array([450_000.0, 3_375_000.0])
EPSG = 4547
TOLERANCE_M = 0.5
REACH_M = 100.0
ROAD, PATH, DUCT = (kind_names().index(n) for n in ("local_road", "footpath", "existing_duct"))
MAIN = kind_names().index("primary_road")
CONNECTOR = kind_names().index("connector")


def corridors(*lines, kind=None, along=None, level=None):
    n = len(lines)
    kind = kind or [ROAD] * n
    made = [LineString(np.array(line) + ORIGIN) for line in lines]
    return Corridors(
        line=np.array([*made, None], dtype=object)[:-1],
        kind=np.array(kind),
        along=np.array(along or [k if k in {ROAD, MAIN} else -1 for k in kind]),
        level=np.array(level or [0] * n),
        year=np.full(n, np.nan),
    )


def areas(*shapes, kind, blocked=None):
    moved = [shapely.transform(shape, lambda p: p + ORIGIN) for shape in shapes]
    blocks = [obstacle_kinds()[k].passage == "blocked" for k in kind]
    return Areas(
        polygon=np.array([*moved, None], dtype=object)[:-1],
        ids=tuple(f"A{i}" for i in range(len(shapes))),
        kind=tuple(kind),
        blocked=np.array(blocks if blocked is None else blocked),
    )


def build(given, *points, hindrances=None, reach_m=REACH_M, tolerance_m=TOLERANCE_M, margin_m=None):
    return build_graph(
        given,
        hindrances or no_areas(),
        np.array(points or [given.line[0].coords[0] - ORIGIN], dtype=float) + ORIGIN,
        epsg=EPSG,
        reach=Reach(snap_tolerance_m=tolerance_m, max_connector_m=reach_m, sight_margin_m=margin_m),
    )


def nodes(built):
    return sorted(
        zip(
            (built.graph.x_m - ORIGIN[0]).round(3).tolist(),
            (built.graph.y_m - ORIGIN[1]).round(3).tolist(),
            strict=True,
        )
    )


def lengths(built):
    return sorted(built.graph.length_m.round(3).tolist())


def kinds_of(built):
    return [warning.kind for warning in built.warnings]


def sound(built):
    """The promises of the record that hold for every graph."""
    graph = built.graph
    lines = [graph.geometry(edge) for edge in range(graph.n_edges)]
    for edge, line in enumerate(lines):
        begin, end = graph.from_node[edge], graph.to_node[edge]
        assert begin < end
        assert line.coords[0] == (graph.x_m[begin], graph.y_m[begin])
        assert line.coords[-1] == (graph.x_m[end], graph.y_m[end])
        assert line.length == graph.length_m[edge] > 0
    return built


def test_a_crossing_becomes_a_node():
    built = sound(build(corridors([(0, 0), (100, 0)], [(50, -50), (50, 50)])))

    assert nodes(built) == [(0, 0), (50, -50), (50, 0), (50, 50), (100, 0)]
    assert lengths(built) == [50, 50, 50, 50]


def test_a_crossing_at_a_vertex_of_both_lines_becomes_one_node():
    built = sound(build(corridors([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)])))

    assert lengths(built) == [50, 50, 50, 50]


def test_a_crossing_at_a_vertex_of_one_line_becomes_one_node():
    built = sound(build(corridors([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 50)])))

    assert lengths(built) == [50, 50, 50, 50]


@pytest.mark.parametrize("short_m", [0.0, 0.4, -0.4])
def test_a_junction_joins_an_end_that_stops_or_reaches_past_within_the_tolerance(short_m):
    built = sound(build(corridors([(0, 0), (100, 0)], [(50, 40), (50, short_m)])))

    assert built.graph.n_nodes == 4
    assert lengths(built) == pytest.approx([40, 50, 50], abs=TOLERANCE_M)
    assert built.warnings == ()


def test_two_crossings_of_one_pair_are_two_nodes():
    built = sound(build(corridors([(0, 0), (100, 0)], [(20, -10), (50, 20), (80, -10)])))

    # the bent line climbs one in one, so that it meets the straight one at 30 and 70
    assert (30, 0) in nodes(built)
    assert (70, 0) in nodes(built)
    assert built.graph.n_edges == 6


def test_an_overpass_is_not_a_junction():
    built = sound(build(corridors([(0, 0), (100, 0)], [(50, -50), (50, 50)], level=[0, 1])))

    assert lengths(built) == [100, 100]
    assert kinds_of(built) == ["island"]


def test_lines_of_different_levels_join_at_their_ends():
    built = build(corridors([(0, 0), (50, 0)], [(50, 0), (90, 0)], level=[0, 1]))

    assert built.graph.n_nodes == 3
    assert built.warnings == ()


def test_ends_within_the_tolerance_are_one_node_and_beyond_it_are_a_gap():
    near = build(corridors([(0, 0), (50, 0)], [(50.4, 0), (90, 0)]))
    far = build(corridors([(0, 0), (50, 0)], [(52, 0), (90, 0)]))

    assert near.graph.n_nodes == 3
    assert near.warnings == ()
    assert far.graph.n_nodes == 4
    assert kinds_of(far) == ["gap", "gap", "island"]
    assert "ends 2.0 m before another" in str(far.warnings[0].text)
    assert far.warnings[0].lon == pytest.approx(
        zone_to_lon_lat(np.array([[50, 0]]) + ORIGIN, epsg=EPSG)[0, 0]
    )


def test_a_curve_of_many_short_lines_keeps_its_length():
    # a quarter circle of radius 20 m in 0.3 m steps: 20 * pi / 2 = 31.416 m
    angles = np.linspace(0, np.pi / 2, 105)
    points = 20 * np.column_stack([np.cos(angles), np.sin(angles)])

    built = sound(build(corridors(*np.stack([points[:-1], points[1:]], axis=1).tolist())))

    # either end may be drawn to the place of the vertex beside it
    assert 31.416 - 2 * TOLERANCE_M <= built.graph.length_m.sum() <= 31.416
    assert built.warnings == ()


def test_a_far_stub_beside_a_road_is_no_gap():
    built = build(corridors([(0, 0), (100, 0)], [(50, 0), (50, 3)]))

    assert built.warnings == ()


def test_islands_are_counted_with_their_length():
    given = corridors([(0, 0), (100, 0)], [(0, 500), (30, 500)], [(0, 900), (50, 900)])

    (warning,) = build(given).warnings

    assert str(warning.text).startswith(
        "parts of the corridors not joined to the target: 2, 80 m in all"
    )
    assert warning.lat == pytest.approx(
        zone_to_lon_lat(np.array([[0, 900]]) + ORIGIN, epsg=EPSG)[0, 1]
    )


def test_overlapping_lines_are_one_corridor_where_they_overlap():
    given = corridors([(0, 0), (60, 0)], [(100, 0), (40, 0)], kind=[PATH, MAIN])

    built = sound(build(given))

    assert lengths(built) == [20, 40, 40]
    at_20 = built.graph.length_m.round() == 20
    assert built.graph.kind[at_20].tolist() == [MAIN]
    assert "with another kind: 1, where the stricter kind counts" in str(built.warnings[0].text)


def test_a_corridor_drawn_twice_is_there_once():
    line = [(0, 0), (30, 10), (60, 0)]

    built = build(corridors(line, line[::-1], [(0, 0), (60, 0)]))

    # the common vertex is a junction: two halves, and the straight way
    assert built.graph.n_edges == 3
    assert kinds_of(built) == ["duplicate"]


def test_a_duct_in_a_road_stays_beside_the_road():
    built = build(corridors([(0, 0), (60, 0)], [(0, 0), (60, 0)], kind=[MAIN, DUCT]))

    assert sorted(built.graph.kind.tolist()) == sorted([MAIN, DUCT])
    assert built.warnings == ()


def test_a_ring_is_cut_so_that_no_edge_ends_where_it_begins():
    ring = [(0, 0), (40, 0), (40, 40), (0, 40), (0, 0)]

    built = sound(build(corridors(ring)))

    assert built.graph.length_m.sum() == pytest.approx(160)
    assert built.graph.n_edges == 2


def test_the_order_and_direction_of_lines_change_nothing():
    draw = np.random.default_rng(3)
    lines = [draw.uniform(0, 200, (3, 2)).tolist() for _ in range(30)]
    turned = [line[::-1] for line in lines[::-1]]

    one, two = sound(build(corridors(*lines), (1, 1))), sound(build(corridors(*turned), (1, 1)))

    for name in ("x_m", "y_m", "from_node", "to_node", "length_m"):
        assert getattr(one.graph, name) == pytest.approx(getattr(two.graph, name), abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_random_lines_are_noded_as_a_general_geometry_engine_does(seed):
    draw = np.random.default_rng(seed)
    lines = [draw.uniform(0, 1000, (4, 2)).round(1).tolist() for _ in range(25)]

    built = sound(build(corridors(*lines), lines[0][0], tolerance_m=1e-6))

    union = shapely.node(shapely.multilinestrings([np.array(line) + ORIGIN for line in lines]))
    assert built.graph.n_edges == len(union.geoms)
    assert np.sort(built.graph.length_m) == pytest.approx(
        np.sort(shapely.length(shapely.get_parts(union))), abs=1e-5
    )


def test_an_obstacle_cuts_corridors_at_its_border():
    built = sound(
        build(
            corridors([(0, 0), (100, 0)]),
            hindrances=areas(box(30, -10, 55, 10), kind=["river"]),
        )
    )

    assert built.graph.length_m.round(6).tolist() == [30, 25, 45]
    assert built.graph.obstacle.tolist() == [-1, 0, -1]
    assert not built.graph.blocked.any()


def test_the_most_restrictive_of_overlapping_areas_counts_and_every_flag_is_kept():
    built = build(
        corridors([(0, 0), (100, 0)]),
        hindrances=areas(
            box(10, -10, 90, 10),
            box(40, -10, 60, 10),
            box(55, -5, 80, 5),
            kind=["green", "lake", "important_infrastructure"],
        ),
    )

    graph = built.graph
    assert graph.length_m.round(6).tolist() == [10, 30, 15, 5, 20, 10, 10]
    assert graph.obstacle.tolist() == [-1, 0, 1, 1, 2, 0, -1]
    assert graph.blocked.tolist() == [False, False, True, True, False, False, False]
    assert graph.green.tolist() == [False, True, True, True, True, True, False]
    assert graph.important.tolist() == [False, False, False, True, True, False, False]


def test_a_corridor_along_a_wall_lies_outside():
    wall = Polygon([(0, 0), (80, 33), (80, 60), (0, 60)])

    built = build(corridors([(0, 0), (80, 33)]), hindrances=areas(wall, kind=["building"]))

    assert built.graph.blocked.tolist() == [False]


def test_an_area_with_a_court_does_not_hold_what_lies_in_the_court():
    ring = box(10, -20, 90, 20).difference(box(30, -10, 70, 10))

    built = build(corridors([(0, 0), (100, 0)]), hindrances=areas(ring, kind=["building"]))

    assert built.graph.length_m.round(6).tolist() == [10, 20, 40, 20, 10]
    assert built.graph.blocked.tolist() == [False, True, False, True, False]


def test_a_connector_goes_to_the_foot_on_the_nearest_corridor():
    built = sound(build(corridors([(0, 0), (100, 0)]), (30, 20), (70, -15)))

    assert lengths(built) == [15, 20, 30, 30, 40]
    assert built.graph.kind.tolist().count(CONNECTOR) == 2
    assert pytest.approx(
        (built.graph.x_m[built.node[0]] - ORIGIN[0], built.graph.y_m[built.node[0]] - ORIGIN[1])
    ) == (30, 20)


def test_a_point_on_a_corridor_is_a_node_of_it():
    built = sound(build(corridors([(0, 0), (100, 0)]), (30, 0.4), (100, 0.2)))

    assert lengths(built) == [30, 70]
    assert CONNECTOR not in built.graph.kind


def test_two_points_with_one_foot_share_its_node():
    built = sound(build(corridors([(0, 0), (100, 0)]), (30, 20), (30, -20)))

    assert lengths(built) == [20, 20, 30, 70]


def test_a_connector_does_not_run_through_a_building():
    given = corridors([(0, 0), (100, 0)], [(0, 60), (100, 60)], [(0, 0), (0, 60)])
    wall = areas(box(40, 5, 60, 15), kind=["building"])

    built = sound(build(given, (50, 20), hindrances=wall))

    # the road at 0 is nearer (20 m) but hidden; the one at 60 is 40 m away
    assert built.graph.length_m[built.graph.kind == CONNECTOR] == pytest.approx([40])


def test_a_connector_ends_at_the_first_corridor_it_meets():
    given = corridors([(0, 0), (60, 0)], [(60, 0), (60, 30)], [(0, 50), (100, 50)])
    wall = areas(box(20, 5, 70, 10), box(51, 11, 58, 40), kind=["building", "building"])

    built = sound(build(given, (50, 15), hindrances=wall))

    assert built.reached.all()
    crossing = built.graph.line[built.graph.kind == CONNECTOR][0]
    others = built.graph.line[built.graph.kind != CONNECTOR]
    assert not shapely.crosses(crossing, others).any()


def test_the_building_a_point_stands_in_does_not_block_it():
    wall = areas(box(40, 5, 60, 15), kind=["building"])

    built = build(corridors([(0, 0), (100, 0)]), (50, 10), hindrances=wall)

    connector = built.graph.kind == CONNECTOR
    assert built.graph.length_m[connector] == pytest.approx([5, 5])
    assert not built.graph.blocked[connector].any()


def test_what_a_point_stands_in_is_told_of_its_connector():
    """A railway that is closed, with the point in it: 5 m of 10 m are in it all the same."""
    yard = areas(box(40, 5, 60, 15), kind=["railway"], blocked=[True])

    graph = build(corridors([(0, 0), (100, 0)]), (50, 10), hindrances=yard).graph

    assert graph.length_m[graph.lies_in({"railway"})].sum() == pytest.approx(5)
    assert not graph.blocked.any()


def test_a_connector_is_cut_at_a_green_belt():
    belt = areas(box(-10, 5, 110, 12), kind=["green"])

    built = sound(build(corridors([(0, 0), (100, 0)]), (50, 20), hindrances=belt))

    connector = built.graph.kind == CONNECTOR
    assert sorted(built.graph.length_m[connector].round(6)) == [5, 7, 8]
    assert built.graph.length_m[connector & built.graph.green] == pytest.approx([7])


def test_a_blocked_corridor_takes_no_connector():
    lake = areas(box(20, -5, 80, 5), kind=["lake"])

    built = build(corridors([(0, 0), (100, 0)]), (50, 10), hindrances=lake, reach_m=50)

    # the free parts begin at 20 and 80; both lie hypot(30, 10) = 31.6 m away, behind the lake
    assert built.reached.tolist() == [False]


def connectors(built):
    return sorted(built.graph.length_m[built.graph.kind == CONNECTOR].round(6).tolist())


@pytest.mark.parametrize(
    ("margin_m", "expected"), [(None, [10]), (19.9, [10]), (20, [10, 30]), (25, [10, 30])]
)
def test_a_corridor_hardly_farther_than_the_nearest_is_joined_too(margin_m, expected):
    """A street 10 m in the north, a path 30 m in the south: 20 m farther."""
    given = corridors([(0, 10), (100, 10)], [(0, -30), (100, -30)], [(0, -30), (0, 10)])

    built = sound(build(given, (45, 0), margin_m=margin_m))

    assert connectors(built) == expected


def test_a_stray_piece_of_corridor_cuts_no_point_off():
    """A piece 3 m away that leads nowhere, the street 40 m away on the other side."""
    given = corridors([(0, 40), (100, 40)], [(40, -3), (60, -3)])

    assert connectors(build(given, (50, 0), margin_m=5)) == [3, 40]
    assert connectors(build(given, (50, 0))) == [3]


def test_what_lies_behind_another_corridor_or_a_building_is_not_in_sight():
    """Behind the piece at 3 m the street at 20 m, behind the house the path at 15 m."""
    given = corridors(
        [(0, -20), (100, -20)], [(0, -3), (100, -3)], [(0, 15), (100, 15)], [(0, -20), (0, 15)]
    )
    house = areas(box(-10, 5, 110, 10), kind=["building"])

    assert connectors(build(given, (50, 0), hindrances=house, margin_m=30)) == [3]


def test_a_side_street_that_leaves_the_nearest_one_is_not_joined_apart():
    """Its nearest place is where it leaves; along it and along the pieces it is farther."""
    given = corridors([(0, 0), (100, 0)], [(55, 0), (55, -50)], [(30, 0), (30, -50)])

    assert connectors(build(given, (50, 20), margin_m=50)) == [20]


def test_a_point_on_a_corridor_is_joined_to_this_one_only():
    given = corridors([(0, 0), (100, 0)], [(0, 8), (100, 8)], [(0, 0), (0, 8)])

    assert connectors(build(given, (50, 0.3), margin_m=20)) == []


def test_no_route_passes_the_connectors_of_another_source():
    """B stands 15 m from two streets that are joined 500 m away only.

    From A 300 m to the first street, 500 + 30 + 500 m to the second, 70 m to the target; from B
    15 + 70 m.
    """
    streets = [(0, 0), (500, 0), (500, 30), (0, 30)]
    given = corridors([(-300, 0), (0, 0)], streets, [(0, 30), (0, 100)])
    built = sound(build(given, (-300, 0), (0, 15), (0, 100), margin_m=20))
    network = route_network(
        built.graph,
        usable=~built.graph.blocked,
        edge_cost_yuan=built.graph.length_m,
        crossing_cost_yuan={},
        start=built.node[:-1],
        start_cost_yuan=np.zeros(2),
        target=int(built.node[-1]),
    )

    found = [shortest(network, sources=[k]) for k in range(2)]

    assert connectors(built) == [15, 15]
    assert [path.length_m for path in found] == pytest.approx([1400, 85])


def test_a_point_out_of_reach_keeps_a_node_of_its_own():
    built = build(corridors([(0, 0), (100, 0)]), (50, 200), (10, 0))

    assert built.reached.tolist() == [False, True]
    alone = built.node[0]
    assert alone not in built.graph.from_node
    assert alone not in built.graph.to_node


def test_the_road_along_and_the_year_stay_with_every_piece():
    given = corridors(
        [(0, 0), (100, 0)], [(50, -50), (50, 50)], kind=[PATH, ROAD], along=[MAIN, ROAD]
    )

    graph = build(replace(given, year=np.array([2020.0, np.nan]))).graph

    assert sorted(graph.along.tolist()) == sorted([MAIN, MAIN, ROAD, ROAD])
    assert graph.road_year[graph.kind == PATH].tolist() == [2020.0, 2020.0]
    assert np.isnan(graph.road_year[graph.kind == ROAD]).all()


def _town():
    lines = [LineString([(i * 100, 0), (i * 100, 1000)]) for i in range(11)]
    lines += [LineString([(0, i * 100), (1000, i * 100)]) for i in range(11)]
    return np.array([shapely.transform(line, lambda p: p + ORIGIN) for line in lines])


def test_points_in_gcj_are_found_to_be_shifted():
    # points 3 m beside corridors; the GCJ shift of about 540 m puts them anywhere in the blocks
    points = np.array([[103.0, 230], [457, 503], [797, 160], [303, 720], [630, 897]]) + ORIGIN
    lon_lat = shifted_to_gcj(zone_to_lon_lat(points, epsg=EPSG), back=False)
    moved = to_zone(lon_lat, LON_LAT, epsg=EPSG)

    assert shift_warnings(points, _town(), epsg=EPSG) == ()
    (warning,) = shift_warnings(moved, _town(), epsg=EPSG)

    assert warning.kind == "shifted"
    assert "3 m if the sources and the target are in GCJ-02" in str(warning.text)


def test_two_points_far_from_the_corridors_are_no_sign_of_a_shift():
    # 45 m off in the middle of blocks of 100 m
    points = np.array([[145.0, 245], [455, 555]]) + ORIGIN

    assert shift_warnings(points, _town(), epsg=EPSG) == ()


def test_corridors_in_gcj_are_found_to_be_shifted():
    points = np.array([[103.0, 230], [457, 503], [797, 160], [303, 720], [630, 897]]) + ORIGIN
    lon_lat = shifted_to_gcj(zone_to_lon_lat(points, epsg=EPSG), back=True)

    (warning,) = shift_warnings(to_zone(lon_lat, LON_LAT, epsg=EPSG), _town(), epsg=EPSG)

    assert "if the corridors are in GCJ-02" in str(warning.text)


@pytest.mark.parametrize("seed", range(30))
def test_in_a_random_town_every_edge_lies_inside_or_outside_of_every_area(seed):
    draw = np.random.default_rng(seed)
    lines = [draw.uniform(0, 1000, (3, 2)).round(2).tolist() for _ in range(15)]
    corner = draw.uniform(0, 900, (4, 2))
    shapes = [box(x, y, x + 250, y + 150) for x, y in corner]
    hindrances = areas(*shapes, kind=["lake", "river", "green", "building"])

    graph = sound(
        build(corridors(*lines), *draw.uniform(0, 1000, (5, 2)), hindrances=hindrances)
    ).graph

    corridor = graph.kind != CONNECTOR
    for area, polygon in enumerate(hindrances.polygon):
        inside_m = shapely.length(shapely.intersection(graph.line, polygon))
        whole = inside_m > graph.length_m - 0.01
        assert (whole | (inside_m < 0.01))[corridor].all()
        clear = (graph.length_m > 0.01) & corridor
        if hindrances.blocked[area]:
            assert graph.blocked[clear & whole].all()
        assert (graph.obstacle[clear & whole] >= 0).all()


def test_a_line_that_folds_back_on_itself_counts_once():
    built = sound(build(corridors([(0, 0), (60, 0), (40, 0)])))

    assert lengths(built) == [20, 40]
    assert kinds_of(built) == ["duplicate"]


def test_a_line_shorter_than_the_tolerance_vanishes():
    built = build(corridors([(0, 0), (0.3, 0)], [(50, 0), (90, 0)]), (50, 1))

    assert lengths(built) == [1, 40]


def test_nothing_but_a_line_shorter_than_the_tolerance_is_no_corridor():
    built = build(corridors([(0, 0), (0.3, 0)]), (0, 1))

    assert built.graph.n_edges == 0
    assert built.reached.tolist() == [False]
