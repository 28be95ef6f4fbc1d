"""Connections on sites drawn by hand; every expected number is worked out beside the test."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.catalogue import load_catalogue
from gridcalc.connection.connect import ConnectionSettings, connect
from gridcalc.connection.records import Connection
from gridcalc.cost import load_price_book
from gridcalc.errors import InputError
from gridcalc.policy import load_policy
from gridcalc.routing.records import SiteMap, SourcePoint
from tests.unit.connection_cases import graph_of, site_of


def _connect(site: SiteMap, policy: str = "wujiang-2021", **settings: object) -> Connection:
    return connect(
        site,
        catalogue=load_catalogue(),
        policy=load_policy(policy),
        prices=load_price_book("national-2025"),
        demand_kva=site.demand_kva or 800.0,
        settings=ConnectionSettings(**settings),
    )


def _beside() -> SiteMap:
    """A secondary road of 580 m, and a greenway 7.5 m beside it: 7.5 + 580 + 7.5 = 595 m."""
    points = {"S": (0.0, 0.0), "T": (580.0, 0.0), "a": (0.0, 7.5), "b": (580.0, 7.5)}
    edges = [
        ("S", "T", "secondary_road"),
        ("S", "a", "footpath"),
        ("a", "b", "footpath"),
        ("b", "T", "footpath"),
    ]
    return site_of(graph_of(points, edges), points, [("S", "S")], target="T")


def test_a_route_beside_a_secondary_road_is_filed_and_the_one_along_it_is_approved():
    found = _connect(_beside())

    by_length = {round(row.length_m): row for row in found.routes}
    assert set(by_length) == {580, 595}
    assert by_length[580].permit.kind == "approval"
    assert by_length[580].permit.excluded_by == "secondary_road"
    assert by_length[580].permit.working_days == 5
    assert by_length[595].permit.kind == "filing"
    assert by_length[595].permit.margin_m == pytest.approx(5)
    assert by_length[595].permit.in_survey_margin
    assert found.routes[0] is by_length[595]


def test_the_cheapest_filed_route_is_shown_however_dear_it_is():
    """100 m of secondary road, and 200 + 100 + 200 m of footpath: more than 50 % dearer."""
    points = {"S": (0.0, 0.0), "T": (100.0, 0.0), "a": (0.0, 200.0), "b": (100.0, 200.0)}
    edges = [
        ("S", "T", "secondary_road"),
        ("S", "a", "footpath"),
        ("a", "b", "footpath"),
        ("b", "T", "footpath"),
    ]
    site = site_of(graph_of(points, edges), points, [("S", "S")], target="T")

    found = _connect(site)

    assert [round(row.length_m) for row in found.routes] == [100, 500]
    assert [row.permit.kind for row in found.routes] == ["approval", "filing"]
    assert found.labels[1] == ("cheapest_filed",)
    assert found.detour is not None
    assert found.detour.cheapest_length_m == pytest.approx(500)
    assert found.routes[1].cost_yuan > 1.5 * found.routes[0].cost_yuan


def _two_sources(length_a: float, length_b: float) -> SiteMap:
    points = {"A": (0.0, length_a), "B": (length_b, 0.0), "T": (0.0, 0.0)}
    edges = [("A", "T", "footpath"), ("B", "T", "local_road")]
    return site_of(graph_of(points, edges), points, [("A", "A"), ("B", "B")], target="T")


def test_source_and_route_are_chosen_together():
    """513 m of footpath costs less than 487 m of road, but is not filed in Ningxia."""
    found = _connect(_two_sources(513, 487), "ningxia-2025")

    assert [row.source.id for row in found.routes] == ["B", "A"]
    assert found.routes[0].permit.margin_m == pytest.approx(13)
    assert found.routes[1].permit.margin_m == pytest.approx(-13)
    assert found.routes[1].permit.working_days == 3
    assert found.routes[1].cost_yuan < found.routes[0].cost_yuan
    assert found.labels[0] == ("recommended", "shortest", "cheapest_filed")
    assert found.detour is not None
    assert found.detour.cheapest_source_id == "B"


def test_without_a_worth_of_days_the_cheapest_is_recommended():
    found = _connect(_two_sources(513, 487), "ningxia-2025", day_yuan=0)

    assert found.routes[0].source.id == "A"


@pytest.mark.parametrize(
    ("policy", "length_m", "kind"),
    [
        ("ningxia-2025", 500.0, "filing"),
        ("ningxia-2025", 500.1, "approval"),
        ("wujiang-2021", 600.0, "filing"),
        ("wujiang-2021", 600.1, "approval"),
        ("national", 100.0, "needs_confirmation"),
    ],
)
def test_the_threshold_itself_is_filed(policy: str, length_m: float, kind: str):
    points = {"A": (length_m, 0.0), "T": (0.0, 0.0)}
    site = site_of(graph_of(points, [("A", "T", "footpath")]), points, [("A", "A")], target="T")

    assert _connect(site, policy).routes[0].permit.kind == kind


def test_the_bill_of_a_straight_route_is_what_hand_and_price_book_say():
    """100 m of footpath from a free bay, 3x70 by short circuit: 12 kA for 0.5 s over k 137.

    sqrt(0.5) * 12000 / 137 = 61.9 mm2, so 3x70. Typical prices: cable 194 yuan/m for
    100 * 1.05 + 2 * 10 = 125 m; 2 terminations of 2000; duct 300 yuan/m for 100 m; paving 160
    yuan/m2 for 100 * 0.8 m2. Surcharges: 8 % on the cable, 8 % design, 5 % contingency on all.
    """
    points = {"A": (100.0, 0.0), "T": (0.0, 0.0)}
    site = site_of(graph_of(points, [("A", "T", "footpath")]), points, [("A", "A")], target="T")
    found = _connect(site).routes[0]
    cable, ends, duct, paving = 125 * 194, 2 * 2000, 100 * 300, 100 * 0.8 * 160
    works = (cable * 1.08 + ends + duct + paving) * 1.08
    expected = works * 1.05

    assert found.cable_length_m == pytest.approx(125)
    assert found.cost_yuan == pytest.approx(expected, abs=0.1)
    assert found.search_yuan == pytest.approx(found.cost_yuan, abs=0.1)


def test_a_river_is_drilled_and_left_to_confirmation_in_ningxia():
    points = {"A": (0.0, 0.0), "p": (100.0, 0.0), "q": (130.0, 0.0), "T": (200.0, 0.0)}
    edges = [("A", "p", "footpath"), ("p", "q", "footpath"), ("q", "T", "footpath")]
    graph = graph_of(points, edges, areas={("p", "q"): ("canal", "river")})
    site = site_of(graph, points, [("A", "A")], target="T")

    row = _connect(site, "ningxia-2025").routes[0]

    assert [(x.kind, x.name, x.length_m) for x in row.crossings] == [("river", "canal", 30.0)]
    assert row.permit.kind == "needs_confirmation"
    assert row.permit.confirm == ("river",)
    assert row.permit.working_days is None
    assert {q.item: q.quantity for q in row.quantities if q.element == "canal"}["drilling"] == 30


def test_a_road_is_crossed_by_drilling_and_crossing_is_not_laying_along():
    points = {
        "A": (-100.0, 0.0),
        "x": (0.0, 0.0),
        "T": (100.0, 0.0),
        "n": (0.0, 50.0),
        "s": (0.0, -50.0),
    }
    edges = [
        ("A", "x", "footpath"),
        ("x", "T", "footpath"),
        ("n", "x", "primary_road"),
        ("x", "s", "primary_road"),
    ]
    site = site_of(graph_of(points, edges), points, [("A", "A")], target="T")

    row = _connect(site).routes[0]

    assert [(x.kind, x.length_m) for x in row.crossings] == [("primary_road", 30.0)]
    assert row.facts.along_m == {}
    assert row.permit.kind == "filing"
    drilled = [q.quantity for q in row.quantities if q.item == "drilling"]
    assert drilled == [30.0]
    assert row.search_yuan == pytest.approx(row.cost_yuan, abs=0.1)


def test_every_rule_refuses_a_source_with_its_reason_and_remedy():
    points = {"A": (100.0, 0.0), "T": (0.0, 0.0)}
    bad = SourcePoint(
        id="A",
        kind="rmu_bay",
        x_m=100,
        y_m=0,
        open_capacity_kva=500,
        spare_bays=0,
        line_load_percent=92,
        main_transformer_load_percent=88,
        users=40,
    )
    site = site_of(graph_of(points, [("A", "T", "footpath")]), points, [bad], target="T")

    found = _connect(site, "national")

    assert found.routes == ()
    assert len(found.sources[0].reasons) == 5
    assert str(found.reason) == "none of the 1 sources can take the new supply"
    assert set(found.remedies) == {
        "load_transfer",
        "new_outgoing_line",
        "rmu_extension",
        "other_substation",
    }


def test_what_is_not_given_leaves_a_source_usable_and_is_named():
    points = {"A": (100.0, 0.0), "T": (0.0, 0.0)}
    bare = SourcePoint(id="A", kind="rmu_bay", x_m=100, y_m=0)
    site = site_of(graph_of(points, [("A", "T", "footpath")]), points, [bare], target="T")

    found = _connect(site)

    assert found.sources[0].accepted
    assert len(found.sources[0].unchecked) == 5
    assert [q.quantity for q in found.routes[0].quantities if q.item == "rmu_bay"] == [1]


def test_areas_in_the_way_are_named_where_no_route_exists():
    points = {"A": (0.0, 0.0), "p": (50.0, 0.0), "q": (90.0, 0.0), "T": (200.0, 0.0)}
    edges = [("A", "p", "footpath"), ("p", "q", "footpath"), ("q", "T", "footpath")]
    graph = graph_of(
        points, edges, areas={("p", "q"): ("wetland", "protected")}, blocked=[("p", "q")]
    )
    site = site_of(graph, points, [("A", "A")], target="T")

    found = _connect(site)

    assert found.routes == ()
    assert found.relaxed == ("wetland",)


def test_corridors_that_are_not_joined_are_to_be_joined():
    """The source can take it; what is missing is a corridor, not a line of the grid."""
    points = {"A": (0.0, 0.0), "p": (50.0, 0.0), "q": (90.0, 0.0), "T": (200.0, 0.0)}
    edges = [("A", "p", "footpath"), ("q", "T", "footpath")]

    found = _connect(site_of(graph_of(points, edges), points, [("A", "A")], target="T"))

    assert found.routes == ()
    assert found.remedies == ("join_corridors",)


def _ring() -> SiteMap:
    """A square of 100 m; A and B at two corners, T between them on two ways."""
    points = {"A": (0.0, 100.0), "B": (100.0, 0.0), "T": (0.0, 0.0), "c": (100.0, 100.0)}
    edges = [
        ("A", "T", "footpath"),
        ("B", "T", "footpath"),
        ("A", "c", "footpath"),
        ("c", "B", "footpath"),
    ]
    return site_of(
        graph_of(points, edges), points, [("A", "A"), ("B", "B")], target="T", supply="double"
    )


def test_double_supply_takes_two_busbars_and_no_common_edge():
    found = _connect(_ring())

    assert {row.source.id for row in found.routes[:2]} == {"A", "B"}
    assert [row.length_m for row in found.routes[:2]] == [100.0, 100.0]
    assert not set(found.routes[0].edges) & set(found.routes[1].edges)


def test_sources_on_one_busbar_make_no_double_supply():
    site = _ring()
    alike = tuple(replace(row, busbar="I", substation="S") for row in site.sources)

    found = _connect(replace(site, sources=alike))

    assert found.routes == ()
    assert "different busbars" in str(found.reason)


def test_the_pareto_set_holds_no_route_that_another_beats():
    found = _connect(_beside())
    rows = np.array([(p.cost_yuan, p.length_m, p.days) for p in found.pareto])

    for k, row in enumerate(rows):
        others = np.delete(rows, k, axis=0)
        assert not ((others <= row).all(axis=1)).any()


@pytest.mark.parametrize(
    ("one", "other"), [("I段", "I段 "), ("Ⅰ段", "I段"), ("10kV I 段", "10kV I段"), ("a", "A")]
)
def test_names_that_only_look_different_are_one_busbar(one: str, other: str):
    site = _ring()
    first, second = site.sources
    alike = tuple(
        replace(row, busbar=busbar, substation="S")
        for row, busbar in ((first, one), (second, other))
    )

    assert _connect(replace(site, sources=alike)).routes == ()


def test_a_double_supply_with_one_usable_source_names_it():
    site = _ring()
    first, second = site.sources

    found = _connect(replace(site, sources=(first, replace(second, spare_bays=0))))

    assert str(found.reason) == "only source A can take it; a double supply needs two"


def test_a_pair_tells_whether_a_cable_is_above_the_threshold_and_its_route_is_not():
    """Routes of 490 and 100 m: cables of 1.05 * 490 + 20 = 534.5 m and 125 m."""
    points = {"A": (-490.0, 0.0), "B": (100.0, 0.0), "T": (0.0, 0.0)}
    edges = [("A", "T", "footpath"), ("B", "T", "footpath")]
    ways = [("A", "A"), ("B", "B")]
    site = site_of(graph_of(points, edges), points, ways, target="T", supply="double")

    found = _connect(site, "ningxia-2025")

    assert [row.permit.kind for row in found.routes] == ["filing", "filing"]
    assert "its cable, slack and ends included, has 534 m" in str(found.why[-1])


def test_the_routes_of_a_pair_stand_in_the_order_of_their_names():
    """The ring again, the sources read in either order."""
    site = _ring()
    turned = replace(site, sources=site.sources[::-1], source_node=np.array(site.source_node[::-1]))

    assert [[row.source.id for row in _connect(one).recommended] for one in (site, turned)] == [
        ["A", "B"],
        ["A", "B"],
    ]


def test_a_cable_that_there_is_not_is_told_with_the_file_of_the_site():
    with pytest.raises(InputError, match=r"plan\.yaml is not usable"):
        _connect(replace(_beside(), cable="YJV22-1x1", file="plan.yaml"))


def test_a_source_that_no_corridor_joins_does_not_choose_the_cable():
    """100 m from A, and B on a street of its own 90 km away: 7 % would ask for 3x400 there."""
    points = {"A": (100.0, 0.0), "T": (0.0, 0.0), "B": (90_000.0, 0.0), "b": (90_100.0, 0.0)}
    alone = [("A", "T", "footpath")]
    both = [*alone, ("B", "b", "footpath")]
    sources = [("A", "A"), ("B", "B")]
    near = {name: points[name] for name in ("A", "T")}

    one = _connect(site_of(graph_of(near, alone), near, sources[:1], target="T"))
    two = _connect(site_of(graph_of(points, both), points, sources, target="T"))

    assert two.cable == one.cable
    assert two.routes[0].cost_yuan == one.routes[0].cost_yuan
