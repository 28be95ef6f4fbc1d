"""At which level each cable is judged, and which units count together there.

The compound of this module has a branch box below a branch box::

    T1.LV ─┬─ F1 ── BB1 ─┬─ S1 ── BB2 ─┬─ C1 ── MB1   12 flats
           │             │             └─ C2 ── MB2    6 flats
           │             ├─ C3 ── MB3                  9 flats
           │             └─ at BB1                     3 flats
           ├─ F2 ── MB4                                6 flats
           └─ at T1.LV                                 3 flats
"""

import pytest

from gridcalc.demand.levels import BOX, FEEDER, STATION


@pytest.fixture
def deep(small):
    lv = {"type": "YJV22-0.6/1-4x70", "length_m": 20}
    ends = {"F1": "T1.LV BB1", "S1": "BB1 BB2", "C1": "BB2 MB1", "C2": "BB2 MB2", "C3": "BB1 MB3"}
    ends["F2"] = "T1.LV MB4"
    small["lv_nodes"] = [
        {"id": name, "kind": "branch_box"} for name in ("BB1", "BB2", "MB1", "MB2", "MB3", "MB4")
    ]
    small["lv_cables"] = [
        {"id": name, "from": text.split()[0], "to": text.split()[1], **lv}
        for name, text in ends.items()
    ]
    flats = {"MB1": 12, "MB2": 6, "MB3": 9, "BB1": 3, "MB4": 6, "T1.LV": 3}
    small["households"] = [{"node": node, "count": n, "kw_each": 6} for node, n in flats.items()]
    small["private_bays"] = small["public_bays"] = small["ebikes"] = small["public_loads"] = []
    return small


@pytest.fixture
def counted(deep, case_of):
    """Return the number of flats that count together with the flats of a node at a level."""
    model = case_of(deep).model

    def count(level, node):
        member = model.level(level).member
        mine = next(m for m, group in zip(member, model.groups, strict=True) if group.node == node)
        rows = zip(member, model.groups, strict=True)
        return sum(group.n_total for m, group in rows if m == mine)

    return count


def test_each_cable_is_judged_at_one_level(deep, case_of):
    model = case_of(deep).model

    assert {level.name: level.cables for level in model.levels} == {
        STATION: frozenset(),
        FEEDER: {"F1", "F2"},
        "segment-2": {"S1"},
        BOX: {"C1", "C2", "C3"},
    }
    assert model.level_names[0] == STATION


def test_10_kv_cables_are_judged_at_the_station(deep, case_of):
    levels = case_of(deep).level_of_cable

    assert levels["MC1"] == STATION
    assert (levels["F1"], levels["S1"], levels["C3"]) == (FEEDER, "segment-2", BOX)


def test_at_the_station_all_units_of_a_transformer_count_together(counted):
    assert counted(STATION, "MB1") == 39
    assert counted(STATION, "T1.LV") == 39


def test_at_a_feeder_its_units_count_together_and_those_of_the_board_alone(counted):
    assert counted(FEEDER, "MB1") == 12 + 6 + 9 + 3
    assert counted(FEEDER, "MB4") == 6
    assert counted(FEEDER, "T1.LV") == 3


def test_at_a_segment_the_units_behind_it_count_together(counted):
    assert counted("segment-2", "MB1") == 12 + 6
    assert counted("segment-2", "MB3") == 9
    assert counted("segment-2", "BB1") == 3


def test_at_a_box_its_own_units_count_together(counted):
    assert counted(BOX, "MB1") == 12
    assert counted(BOX, "BB1") == 3


def test_two_transformers_do_not_count_together(deep, case_of):
    deep["substations"][0]["transformers"].append({"id": "T2", "type": "S20-630"})
    deep["lv_cables"][-1]["from"] = "T2.LV"  # F2 to MB4
    model = case_of(deep).model

    station = model.level(STATION)

    assert model.transformers == ("T1", "T2")
    assert sorted(station.set_transformer.tolist()) == [0, 1]
    of_mb4 = [m for m, g in zip(station.member, model.groups, strict=True) if g.node == "MB4"]
    assert station.set_transformer[of_mb4].tolist() == [1]
