"""What permit classes of one's own ask of a route, and prices of one's own."""

from dataclasses import replace

import pytest

from gridcalc.catalogue import load_catalogue
from gridcalc.connection.connect import ConnectionSettings, connect
from gridcalc.connection.records import Connection
from gridcalc.cost import load_price_book
from gridcalc.errors import InputError
from gridcalc.policy import PolicyPack, load_policy
from gridcalc.policy.values import FrozenMapping
from gridcalc.routing.records import SiteMap
from tests.unit.connection_cases import graph_of, site_of


def _classes(**given: object) -> PolicyPack:
    """A pack that files what a class takes, and approves the rest in 7 days."""
    base = load_policy("wujiang-2021")
    rule = base.rule("permit.classes")
    filing, approval = (dict(row) for row in rule.value)
    filing |= {"id": "short", "forbid_along": (), "max_reg_length_m": None, **given}
    approval |= {"working_days": 7}
    changed = replace(rule, value=(FrozenMapping(filing), FrozenMapping(approval)))
    return replace(base, rules={**base.rules, "permit.classes": changed})


def _found(site: SiteMap, policy: PolicyPack, **settings: object) -> Connection:
    return connect(
        site,
        catalogue=load_catalogue(),
        policy=policy,
        prices=load_price_book("national-2025"),
        demand_kva=800.0,
        settings=ConnectionSettings(**settings),
    )


def _crossroads(kind: str) -> SiteMap:
    """A footpath of 200 m that a street crosses halfway."""
    west, east = {"A": (-100.0, 0.0), "x": (0.0, 0.0)}, {"T": (100.0, 0.0)}
    points = {**west, **east, "n": (0.0, 9.0), "s": (0.0, -9.0)}
    edges = [("A", "x", "footpath"), ("x", "T", "footpath"), ("n", "x", kind), ("x", "s", kind)]
    return site_of(graph_of(points, edges), points, [("A", "A")], target="T")


@pytest.mark.parametrize(
    ("asked", "kind", "permit"),
    [
        ("forbid_crossing", "local_road", "approval"),
        ("confirm_crossing", "local_road", "needs_confirmation"),
        ("forbid_crossing", "unknown", "needs_confirmation"),
        ("forbid_crossing", "secondary_road", "filing"),
    ],
)
def test_a_road_that_costs_nothing_to_cross_is_crossed_all_the_same(asked, kind, permit):
    """A local road is crossed by open cut: no item of the price book, and yet a crossing."""
    row = _found(_crossroads(kind), _classes(**{asked: ("local_road",)})).routes[0]

    plain = _found(_crossroads(kind), _classes()).routes[0]
    assert row.permit.kind == permit
    assert plain.permit.kind == "filing"
    assert row.cost_yuan == plain.cost_yuan
    assert row.search_yuan == pytest.approx(row.cost_yuan, abs=0.1)


def test_the_crossing_that_a_pack_makes_free_still_decides():
    pack = _classes(forbid_crossing=("primary_road",))
    rule = pack.rule("route.corridors")
    free = replace(rule, value=(FrozenMapping({"kind": "primary_road", "crossing_item": ""}),))

    row = _found(
        _crossroads("primary_road"), replace(pack, rules={**pack.rules, rule.name: free})
    ).routes[0]

    assert (row.permit.kind, row.permit.excluded_by) == ("approval", "primary_road")
    assert [(x.kind, x.length_m) for x in row.crossings] == [("primary_road", 30.0)]


def test_a_class_that_names_what_is_on_no_map_is_refused():
    pack = _classes(forbid_along=("motorway",), confirm_crossing=("river", "ocean"))

    with pytest.raises(InputError) as caught:
        _found(_crossroads("footpath"), pack)
    assert [problem.key for problem in caught.value.problems] == [
        "permit.classes.short.confirm_crossing",
        "permit.classes.short.forbid_along",
    ]
    assert "'motorway' is on no map; write one of primary_road" in str(caught.value)


def test_an_area_below_a_more_restrictive_one_still_decides():
    """100 m of path in a river; a railway lies over the same place."""
    points = {"A": (0.0, 0.0), "p": (50.0, 0.0), "q": (150.0, 0.0), "T": (200.0, 0.0)}
    edges = [("A", "p", "footpath"), ("p", "q", "footpath"), ("q", "T", "footpath")]
    graph = graph_of(points, edges, areas={("p", "q"): ("line", "railway")})
    both = replace(graph, within={"river": graph.lies_in({"railway"})})
    site = site_of(both, points, [("A", "A")], target="T")

    permit = _found(site, _classes(forbid_crossing=("river",))).routes[0].permit

    assert (permit.kind, permit.excluded_by) == ("approval", "river")


def test_green_land_below_a_river_is_not_dug():
    """A river in a park: 100 m of path in both, drilled; 50 m in the park alone, 0.8 m wide."""
    points = {"A": (0.0, 0.0), "p": (50.0, 0.0), "q": (150.0, 0.0), "T": (200.0, 0.0)}
    edges = [("A", "p", "footpath"), ("p", "q", "footpath"), ("q", "T", "footpath")]
    areas = {("p", "q"): ("canal", "river"), ("q", "T"): ("park", "green")}
    graph = graph_of(points, edges, areas=areas)
    green = graph.green | graph.lies_in({"river"})
    site = site_of(replace(graph, green=green), points, [("A", "A")], target="T")

    row = _found(site, _classes(max_green_m2=40.0)).routes[0]

    assert row.facts.green_m2 == pytest.approx(50 * 0.8)
    assert row.permit.kind == "filing"


def test_a_detour_counts_what_the_class_counts():
    """250 m in a duct that does not count and 50 m beside it: 50 m against 100 m."""
    points = {"A": (0.0, 0.0), "p": (250.0, 0.0), "T": (300.0, 0.0)}
    edges = [("A", "p", "existing_duct"), ("p", "T", "footpath")]
    site = site_of(graph_of(points, edges), points, [("A", "A")], target="T")
    pack = _classes(max_reg_length_m=100.0)
    rule = replace(pack.rule("permit.existing_duct_counts"), value=False)

    detour = _found(site, replace(pack, rules={**pack.rules, rule.name: rule})).detour

    assert detour is not None
    assert (detour.cheapest_length_m, detour.shortest_m) == (50.0, 50.0)


@pytest.mark.parametrize(
    ("route_m", "counted", "permit"),
    [
        (500.0, "route_length", "filing"),
        (457.0, "cable_length", "filing"),
        (457.2, "cable_length", "approval"),
    ],
)
def test_which_length_counts_is_a_rule_of_the_pack(route_m, counted, permit):
    """Cable has 5 % of slack and 10 m at each end: 1.05 * 457 + 20 = 499.85 m, then 500.06 m."""
    points = {"A": (0.0, 0.0), "T": (route_m, 0.0)}
    site = site_of(graph_of(points, [("A", "T", "footpath")]), points, [("A", "A")], target="T")
    base = load_policy("ningxia-2025")
    rule = replace(base.rule("permit.counted_length"), value=counted)
    counts_m = 1.05 * route_m + 20 if counted == "cable_length" else route_m

    found = _found(site, replace(base, rules={**base.rules, rule.name: rule}))

    row = found.routes[0]
    assert (row.permit.kind, row.permit.margin_m) == (permit, pytest.approx(500 - counts_m))
    assert found.detour is not None
    assert found.detour.shortest_m == pytest.approx(counts_m)
    assert ("ask the authority" in " ".join(map(str, found.why))) == (counted == "route_length")


def test_a_short_line_leaves_no_doubt_which_length_counts():
    """400 m of route are 440 m of cable: both are filed."""
    points = {"A": (0.0, 0.0), "T": (400.0, 0.0)}
    site = site_of(graph_of(points, [("A", "T", "footpath")]), points, [("A", "A")], target="T")

    found = _found(site, load_policy("ningxia-2025"))

    assert "ask the authority" not in " ".join(map(str, found.why))


def test_a_book_of_nothing_but_zeros_is_no_reason_to_stop():
    book = load_price_book("national-2025")
    free = {
        name: replace(price, low_yuan=0.0, typical_yuan=0.0, high_yuan=0.0)
        for name, price in book.prices.items()
    }

    found = connect(
        _crossroads("footpath"),
        catalogue=load_catalogue(),
        policy=_classes(max_reg_length_m=300.0),
        prices=replace(book, prices=free),
        demand_kva=800.0,
    )

    assert found.detour is not None
    assert (found.routes[0].cost_yuan, found.detour.extra_percent) == (0.0, 0.0)


def test_every_price_that_a_route_may_need_is_asked_for_at_once():
    """Both streets of the crossroads, the ends of the cable, and what crosses the road."""
    book = load_price_book("national-2025")
    gone = ("laying.duct", "reinstatement.paving", "drilling", "termination.mv")
    left = {name: price for name, price in book.prices.items() if name not in gone}

    with pytest.raises(InputError) as caught:
        connect(
            _crossroads("primary_road"),
            catalogue=load_catalogue(),
            policy=_classes(),
            prices=replace(book, prices=left),
            demand_kva=800.0,
        )
    assert {problem.key.removeprefix("items.") for problem in caught.value.problems} == set(gone)
