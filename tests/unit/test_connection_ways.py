"""Ways of building that a policy pack changes, and what it may not."""

from dataclasses import replace

import pytest

from gridcalc.connection.ways import ways_of
from gridcalc.errors import InputError
from gridcalc.policy import PolicyPack, load_policy
from gridcalc.policy.values import FrozenMapping


def _pack(*rows: dict[str, object], rule: str = "route.corridors") -> PolicyPack:
    base = load_policy("national")
    changed = replace(base.rule(rule), value=tuple(FrozenMapping(row) for row in rows))
    return replace(base, rules={**base.rules, rule: changed})


def test_a_pack_changes_what_it_names_and_nothing_else():
    before = ways_of(load_policy("national"))
    after = ways_of(
        _pack({"kind": "primary_road", "road_width_m": 45, "crossing_item": "pipe_jacking"})
    )

    road = after.corridors["primary_road"]
    assert (road.road_width_m, road.crossing_item) == (45, "pipe_jacking")
    assert road.laying_item == before.corridors["primary_road"].laying_item
    assert after.corridors["local_road"] == before.corridors["local_road"]


def test_an_area_is_passed_another_way():
    after = ways_of(_pack({"kind": "river", "crossing_item": "pipe_jacking"}, rule="route.areas"))

    assert after.areas["river"].crossing_item == "pipe_jacking"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"kind": "motorway"}, "'motorway' is no kind"),
        ({"kind": "primary_road", "width": 3}, "unknown key 'width'"),
        ({"kind": "primary_road", "road_width_m": "wide"}, "is not a number"),
        ({"kind": "primary_road", "road_width_m": -1}, "is not a width of 0 to 1000 m"),
        ({"kind": "primary_road", "road_width_m": 1e308}, "is not a width of 0 to 1000 m"),
        ({"kind": "primary_road", "laying": "flying"}, "is not one of"),
        ({"kind": "primary_road", "crossing_item": 7}, "is not a text"),
        ({"kind": "primary_road", "is_road": False}, "unknown key 'is_road'"),
    ],
)
def test_what_a_pack_may_not_write_is_told(row: dict[str, object], said: str):
    with pytest.raises(InputError, match=said):
        ways_of(_pack(row))


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError) as caught:
        ways_of(_pack({"kind": "a"}, {"kind": "primary_road", "b": 1}))

    assert len(caught.value.problems) == 2
