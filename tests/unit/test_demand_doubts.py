"""Metered peaks that leave hardly anything, or far too much, for the households are told."""

import pytest

from gridcalc.demand.doubts import metered_scale_doubts

# 32 flats of 110 m² draw 6 kW each (JGJ 242-2011) at a factor of 0.5667 between 0.65 (27) and
# 0.5 (36): 108.8 kW, and the lift 22 kW · 0.8 = 17.6 kW; 30 chargers of 7 kW at 0.45 (atlas,
# recalled) 94.5 kW, 20 sockets of 0.2 kW at 0.75: 3 kW
BASE_KW, CHARGING_KW = 126.4, 97.5


@pytest.fixture
def doubts(read, small, national):
    """Return what is doubted where all bays have a charger and T1 has a metered peak."""

    def of(peak_kw, **changes):
        small["private_bays"][0]["equipped_share"] = 1
        small["metered"] = [{"transformer": "T1", "peak_kw": peak_kw}]
        small.update(changes)
        return [str(doubt) for doubt in metered_scale_doubts(read(small), national)]

    return of


def test_a_peak_that_chargers_use_up_is_doubted(doubts):
    # (100 - 97.5) / 126.4 = 1.98 %
    assert doubts(100) == [
        "T1: of the metered 100 kW today's chargers and sockets take 98 kW by their demand factors;"
        " households and common loads are left with 1.98 % of their design demand, on every cable"
        " too; check equipped_share and sockets, or leave out the metered load"
    ]
    assert "0 % of their design demand" in doubts(60)[0]


def test_a_peak_far_above_the_design_demand_is_doubted(doubts):
    # (480 - 97.5) / 126.4 = 302.6 %
    assert doubts(480) == [
        "T1: the metered peak of 480 kW makes households and common loads 303 % of their design"
        " demand of 126 kW; check the number of flats behind this transformer"
    ]


@pytest.mark.parametrize("share_percent", [11, 60, 100, 299])
def test_what_fits_together_is_not_doubted(doubts, share_percent):
    assert doubts(CHARGING_KW + share_percent / 100 * BASE_KW) == []


def test_a_transformer_without_households_has_nothing_to_scale(doubts):
    cables = [
        {"id": "F2", "from": "T1.LV", "to": "CB1", "type": "YJV22-0.6/1-4x240", "length_m": 80},
        {"id": "F3", "from": "T1.LV", "to": "ES1", "type": "YJV22-0.6/1-4x35", "length_m": 60},
    ]
    nodes = [{"id": "CB1", "kind": "charger_box"}, {"id": "ES1", "kind": "ebike_shed"}]

    assert doubts(20, households=[], public_loads=[], lv_cables=cables, lv_nodes=nodes) == []


def test_nothing_is_doubted_without_a_meter(doubts):
    assert doubts(100, metered=[]) == []
