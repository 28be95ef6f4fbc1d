"""Which transformer, feeder and box every LV node belongs to, and which 10 kV node feeds what."""

import random

import pytest

from gridcalc.compound.topology import hv_nodes, lv_topology, mv_node


def test_the_tree_of_the_small_compound_is_what_its_drawing_shows(small, read):
    places = lv_topology(read(small)).by_id()

    assert {name: place.path for name, place in places.items()} == {
        "T1.LV": (),
        "BB1": ("F1",),
        "MB1": ("F1", "C1"),
        "MB2": ("F1", "C2"),
        "CB1": ("F2",),
        "ES1": ("F3",),
    }
    assert {place.transformer for place in places.values()} == {"T1"}


def test_depth_feeder_and_children_follow_from_the_path(small, read):
    topology = lv_topology(read(small))
    places = topology.by_id()

    assert (places["T1.LV"].depth, places["T1.LV"].feeder) == (0, "")
    assert (places["MB2"].depth, places["MB2"].feeder) == (2, "F1")
    assert [name for name, place in places.items() if place.has_children] == ["T1.LV", "BB1"]
    assert topology.max_depth == 2


def test_boards_and_parents_come_before_what_they_feed(small, read):
    seen = set()

    for place in lv_topology(read(small)).places:
        assert set(place.path[:-1]) <= seen
        seen.update(place.path[-1:])


def test_the_order_of_the_file_does_not_matter(small, read):
    expected = lv_topology(read(small))

    for seed in range(5):
        random.Random(seed).shuffle(small["lv_nodes"])
        random.Random(seed + 9).shuffle(small["lv_cables"])
        assert lv_topology(read(small)) == expected


def test_every_transformer_has_its_own_tree(small, read):
    small["substations"][0]["transformers"].insert(0, {"id": "T2", "type": "S20-630"})
    small["lv_cables"][3]["from"] = "T2.LV"

    places = lv_topology(read(small)).by_id()

    assert places["CB1"].transformer == "T2"
    assert places["MB1"].transformer == "T1"


@pytest.mark.parametrize(
    ("cable_to", "fed_from", "expected"),
    [("PD1", None, "PD1"), ("T1", None, "T1.HV"), ("PD1", "SRC1", "SRC1")],
)
def test_a_transformer_hangs_on_fed_from_else_its_own_cable_else_its_substation(
    small, read, cable_to, fed_from, expected
):
    small["mv_cables"][0]["to"] = cable_to
    if fed_from:
        small["substations"][0]["transformers"][0]["fed_from"] = fed_from

    assert hv_nodes(read(small)) == {"T1": expected}


def test_a_10_kv_cable_at_a_transformer_ends_at_its_high_voltage_node(small, read):
    compound = read(small)

    assert mv_node("T1", compound) == "T1.HV"
    assert mv_node("PD1", compound) == "PD1"
