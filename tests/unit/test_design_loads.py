"""What a site leaves out, shared out by hand-calculated parts, and the boxes that follow.

Both buildings of the street cover 480 m² and have 6 and 5 floors; the walk-up template has 12
flats at a meter box, 9 spaces at a charger box, 60 e-bikes at a shed and 0.3 + 0.1 spaces a flat.
"""

from collections import Counter
from dataclasses import replace

import pytest

from gridcalc.compound.templates.conductors import Choice, Point, Shelf, protection_of, shelf
from gridcalc.compound.templates.loading import load_template
from gridcalc.compound.templates.schema import Layout
from gridcalc.design.boxes import load_boxes
from gridcalc.design.completing import Completed, completed
from gridcalc.design.equipping import (
    layout_of_site,
    next_mv_cable,
    standard_layout,
    template_of,
    with_reserve,
)
from gridcalc.design.places import DesignSite
from gridcalc.design.records import DesignAsked, Reserve
from gridcalc.errors import InputError
from gridcalc.standards.short_circuit_iec60909 import Impedance
from tests.unit.design_cases import SOURCE, block, collection, feature, features_of, read, street

NOTHING = DesignAsked()


@pytest.fixture
def layout(catalogue) -> Layout:
    return standard_layout(load_template("walk-up"), catalogue)


def _filled(site: DesignSite, layout, national, asked: DesignAsked = NOTHING) -> Completed:
    return completed(site, asked, layout, national)


def _numbers(found: Completed, name: str) -> dict[str, int]:
    return {row.id: getattr(row, name) for row in found.places if getattr(row, name)}


def _without_flats() -> DesignSite:
    site = street()
    for row in features_of(site, "buildings"):
        del row["properties"]["households"]
    return read(site)


def test_a_site_that_gives_everything_needs_no_assumption(layout, national):
    assert _filled(read(street()), layout, national).assumptions == ()


def test_flats_are_shared_out_by_ground_area_times_floors(layout, national):
    # 60 x 2880 / 5280 = 32.7 and 27.3; rounded to the sum
    found = _filled(_without_flats(), layout, national, DesignAsked(households=60))

    assert _numbers(found, "households") == {"B1": 33, "B2": 27}
    assert [(row.name, row.value, row.confidence) for row in found.assumptions] == [
        ("site.households", 60, "assumed")
    ]


def test_flats_that_are_given_stay_and_the_rest_is_shared_out(layout, national):
    site = street()
    del features_of(site, "buildings")[1]["properties"]["households"]
    found = _filled(read(site), layout, national, DesignAsked(households=50))

    assert _numbers(found, "households") == {"B1": 30, "B2": 20}


@pytest.mark.parametrize(
    ("households", "said"),
    [
        (None, "the number of flats is missing for B1, B2; give it or --households"),
        (20, "20 flats are asked for, but the buildings have 30; change one"),
    ],
)
def test_flats_that_cannot_be_known_are_one_problem(layout, national, households, said):
    site = street()
    rows = features_of(site, "buildings")
    del rows[1]["properties"]["households"]
    if households is None:
        del rows[0]["properties"]["households"]

    with pytest.raises(InputError, match=said):
        _filled(read(site), layout, national, DesignAsked(households=households))


def test_a_site_without_flats_is_refused(layout, national):
    site = street()
    for row in features_of(site, "buildings"):
        row["properties"]["households"] = 0

    with pytest.raises(InputError, match="no building has a flat"):
        _filled(read(site), layout, national)


def test_spaces_are_shared_out_by_area(layout, national):
    # 54 flats: 0.5 x 54 = 27 private and 0.1 x 54 = 5 public spaces; 400 and 200 m²
    site = street()
    site["layers"]["parking"] = collection(
        feature(block(75, 6, 20, 20), id="P1"), feature(block(110, -26, 10, 20), id="P2")
    )
    found = _filled(read(site), layout, national, DesignAsked(bays_per_household=0.5))

    assert _numbers(found, "private_bays") == {"P1": 18, "P2": 9}
    assert _numbers(found, "public_bays") == {"P1": 3, "P2": 2}
    assert [row.name for row in found.assumptions] == [
        "site.private_bays",
        "site.public_bays_per_household",
        "site.public_bays",
    ]


def test_an_area_with_private_spaces_only_gets_no_public_ones(layout, national):
    site = street()
    features_of(site, "parking")[0]["properties"] = {"id": "P1", "private_bays": 20}
    found = _filled(read(site), layout, national)

    assert _numbers(found, "public_bays") == {}
    assert found.assumptions == ()


def test_without_parking_and_sheds_the_buildings_serve_both(layout, national):
    # 54 flats x 0.3 = 16.2 spaces and x 1.2 = 64.8 e-bikes, in proportion 30 to 24
    site = street()
    del site["layers"]["parking"], site["layers"]["ebike_sheds"]
    found = _filled(read(site), layout, national)

    assert _numbers(found, "private_bays") == {"B1": 9, "B2": 7}
    assert _numbers(found, "bikes") == {"B1": 36, "B2": 29}


def test_a_rate_that_contradicts_the_layers_is_a_problem(layout, national):
    with pytest.raises(InputError, match="makes 54 for 54 flats, but the layers give 20"):
        _filled(read(street()), layout, national, DesignAsked(bays_per_household=1.0))


def test_floors_and_areas_that_nobody_gives_come_from_the_pack(layout, national):
    site = street()
    del site["area_m2"]
    del features_of(site, "buildings")[0]["properties"]["floors"]
    found = _filled(read(site), layout, national)

    assert [(row.name, row.value) for row in found.assumptions] == [
        ("site.floors", 6),
        ("site.area_m2", 100.0),
    ]


def test_boxes_hold_everything_that_stands_at_a_place(layout, national):
    site = read(street())
    changed = layout_of_site(layout, site, _filled(site, layout, national).places, NOTHING)
    boxes = load_boxes(site.places, site.ground, changed, policy=national, socket_share=0.5)
    by_place: dict[str, list[tuple[str, int]]] = {}
    for row in boxes:
        box = row.box
        n = box.n_households or box.n_private_bays or box.n_public_bays or box.n_bikes
        by_place.setdefault(site.places[row.place].id, []).append((box.kind, n))

    assert by_place == {
        "B1": [("meter_box", 10), ("meter_box", 10), ("meter_box", 10)],
        "B2": [("meter_box", 12), ("meter_box", 12)],
        "P1": [("charger_box", 7), ("charger_box", 7), ("charger_box", 6), ("charger_box", 4)],
        "S1": [("ebike_shed", 60)],
    }
    assert sum(row.box.n_sockets for row in boxes) == 30
    assert sum(row.box.n_public_chargers for row in boxes) == 2


def test_lifts_stand_in_buildings_that_are_high_enough(catalogue, national):
    standard = standard_layout(load_template("mid-rise"), catalogue)
    site = read(street())
    changed = layout_of_site(standard, site, site.places, NOTHING)
    boxes = load_boxes(site.places, site.ground, changed, policy=national, socket_share=0.5)
    kinds = Counter(item.kind for row in boxes for item in row.box.public)

    assert kinds["passenger_lift"] == 2


def test_the_template_follows_the_highest_building(national):
    site = replace(read(street()), template=None)
    high = replace(site, places=tuple(replace(row, floors=24) for row in site.places))

    assert template_of(site, national).name == "walk-up"
    assert template_of(high, national).name == "high-rise"


def test_two_sources_need_a_template_with_ring_main_units(layout):
    site = street()
    site["sources"].append({**SOURCE, "id": "SRC2"})
    found = read(site)

    with pytest.raises(InputError, match="as a chain take 1; there are 2 - change the sources"):
        layout_of_site(layout, found, found.places, NOTHING)


def test_reserve_changes_loads_currents_drops_and_the_10_kv_cable(layout, catalogue):
    reserve = Reserve(load=1.1, current=1.2, drop=1.25, mv=1)
    more = with_reserve(layout, reserve, catalogue)

    # 3 % for losses: 1.03 x 1.1 = 1.133
    assert more.substations.loss_allowance_percent == pytest.approx(13.3)
    assert more.lv.reserve_factor == pytest.approx(1.25 * 1.2)
    assert more.lv.max_trunk_drop_percent == pytest.approx(3.5 / 1.25)
    assert more.mv.cable == "YJV22-8.7/15-3x300"
    assert next_mv_cable("YJV22-8.7/15-3x400", catalogue) is None


def _box_cable(catalogue, national, layout, i_a: float) -> tuple[Choice, Shelf, Point]:
    """Return a cable that a 160 A breaker protects, and an end with a fault current of 1000 A."""
    u0_v, c_factor = national.number("protection.u0_v"), national.number("short_circuit.c_min_lv")
    loop = Impedance(r_mohm=c_factor * u0_v, x_mohm=0.0)
    end = Point(strong=loop, loop=loop)
    cable = catalogue.cables["YJV22-0.6/1-4x70"]
    breakers = shelf(layout, [cable], catalogue, national)
    own = catalogue.breakers["MCCB-160"]
    return Choice(i_a=i_a, cable=cable, breaker=own, end=end, fits=True), breakers, end


@pytest.mark.parametrize(
    ("i_a", "breaker", "setting_a"),
    [
        # 1000 A / (1.3 x 1.1) = 699 A may be set: 160 A x 5 is above it, 125 A x 5 is not
        (60.0, "MCCB-125", 625.0),
        # no smaller breaker carries 130 A: the cable's own one at its lowest
        (130.0, "MCCB-160", 800.0),
    ],
)
def test_a_breaker_is_as_large_as_the_smallest_fault_current_allows(
    catalogue, national, layout, i_a, breaker, setting_a
):
    choice, breakers, end = _box_cable(catalogue, national, layout, i_a)
    found, found_a = protection_of(choice, (10, 5), [end], breakers, margin_factor=1.1)

    assert (found.name, found_a) == (breaker, setting_a)
