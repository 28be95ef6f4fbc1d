"""Design demand of a compound at each level, against calculations by hand.

Factors of the national pack used below (Kx, printed tables and linear interpolation):

- flats, JGJ 242-2011 note 3.4.1, three-phase counts: 12–24: 0.90–0.65, 27–36: 0.65–0.50,
  39–72: 0.50–0.45; high end at the smallest count of a band
- private chargers, atlas, upper values: 1: 1.00, 3: 0.94, 5: 0.86, 10: 0.74, 20: 0.55, 30: 0.45,
  60: 0.35, 100: 0.34; times 1.1 for the chargers on one phase, at most 1
- shared chargers, design office: 1–4: 1.0, 5–10: 0.85
- e-bike sockets: up to 10: 0.8, from 50: 0.6
- common loads 0.8; a flat of 110 m² 6 kW, a charger 7 kW, a socket 0.2 kW
"""

import pytest

from gridcalc.checks.case import scenario_units
from gridcalc.demand.design import design_demand
from gridcalc.demand.levels import BOX, FEEDER, STATION
from gridcalc.demand.scenario import parse_scenario


@pytest.fixture
def demand(case_of, national):
    """Return kW per phase by (kind, node) of a file at a level in a scenario."""

    def of(file, level=STATION, scenario="ev-100+ebike-50", pack=national):
        model = (case := case_of(file, pack)).model
        n_units = scenario_units(case, parse_scenario(scenario))
        p_kw = design_demand(model, n_units, model.level(level)).p_kw
        rows = {}
        for group, row in zip(model.groups, p_kw, strict=True):
            rows[group.kind, group.node] = rows.get((group.kind, group.node), 0) + row
        return rows

    return of


def total(rows, kind=None):
    return float(sum(row.sum() for key, row in rows.items() if kind in {None, key[0]}))


def only(small, **sections):
    """Leave only some loads in the small compound; every last box keeps a tiny one."""
    for name in ("households", "private_bays", "public_bays", "ebikes", "public_loads"):
        small[name] = sections.get(name, [])
    loaded = {row["node"] for name in sections for row in small[name]}
    for node in {"MB1", "MB2", "CB1", "ES1"} - loaded:
        small["public_loads"].append({"node": node, "kind": "lighting", "kw": 0})
    return small


# ------------------------------------------------------------------ station


def test_station_demand_of_the_small_compound_by_hand(small, demand):
    rows = demand(small)

    # 32 flats: Kx = 0.65 − 0.15 · 5/9 = 0.566667, 32 · 6 · 0.566667 = 108.8 kW
    assert total(rows, "household") == pytest.approx(108.8)
    # 30 private chargers: 30 · 7 · 0.45 = 94.5 kW
    assert total(rows, "private_charger") == pytest.approx(94.5)
    # 4 public bays, 2 chargers: 2 · 7 · 1.0 = 14 kW
    assert total(rows, "public_charger") == pytest.approx(14)
    # 20 sockets: 0.8 − 0.2 · 10/40 = 0.75, 20 · 0.2 · 0.75 = 3 kW
    assert total(rows, "ebike_socket") == pytest.approx(3)
    # lift: 22 · 0.8 = 17.6 kW
    assert total(rows, "public_load") == pytest.approx(17.6)
    assert total(rows) == pytest.approx(237.9)


def test_255_flats_of_6_kw_need_688_5_kw_as_in_the_worked_example(small, demand, pack_with):
    # JGJ 242-2011 note 3.4.1 in an exam guide: 255 · 6 kW · 0.45, golden example T1
    only(small, households=[{"node": "MB1", "count": 255, "area_m2": 100}])
    pack = pack_with({"household.factor_position": "high"})

    assert total(demand(small, pack=pack)) == pytest.approx(688.5)


def test_every_level_uses_the_factor_of_its_own_number_of_flats(small, demand):
    # box: 16 flats, Kx = 0.90 − 0.25 · 4/12 = 0.816667: 78.4 kW each
    assert total(demand(small, BOX), "household") == pytest.approx(2 * 78.4)
    # feeder: all 32 flats hang on F1, as at the station
    assert total(demand(small, FEEDER), "household") == pytest.approx(108.8)


def test_two_feeders_are_each_judged_with_their_own_units(small, demand):
    only(small, private_bays=[{"node": "CB1", "count": 10}, {"node": "ES1", "count": 20}])

    # station: 30 · 7 · 0.45 = 94.5; feeders: 10 · 7 · 0.74 = 51.8 and 20 · 7 · 0.55 = 77
    assert total(demand(small, STATION)) == pytest.approx(94.5)
    rows = demand(small, FEEDER)
    assert rows["private_charger", "CB1"].sum() == pytest.approx(51.8)
    assert rows["private_charger", "ES1"].sum() == pytest.approx(77)


def test_a_segment_is_judged_with_the_units_behind_it(small, demand):
    only(
        small,
        private_bays=[
            {"node": "CB1", "count": 5},
            {"node": "ES1", "count": 5},
            {"node": "MB1", "count": 10},
        ],
    )
    small["lv_cables"][3]["from"] = "MB2"  # BB1 ── C2 ── MB2 ─┬─ F2 ── CB1
    small["lv_cables"][4]["from"] = "MB2"  #                   └─ F3 ── ES1

    rows = demand(small, "segment-2")

    # behind C2: 10 chargers, 10 · 7 · 0.74 = 51.8 kW, half in each box
    assert rows["private_charger", "CB1"].sum() == pytest.approx(25.9)
    assert rows["private_charger", "ES1"].sum() == pytest.approx(25.9)
    assert total(demand(small, FEEDER)) == pytest.approx(77)  # all 20: 20 · 7 · 0.55
    # each box: 5 · 7 · 0.86 = 30.1 and 10 · 7 · 0.74 = 51.8
    assert total(demand(small, BOX)) == pytest.approx(2 * 30.1 + 51.8)


# ------------------------------------------------------------------ phases


def test_the_critical_phase_of_a_charger_box_by_hand(small, demand):
    rows = demand(small, FEEDER)

    # CB1: 10 private chargers on each phase, 1.1 · 0.74 = 0.814: 56.98 kW; public chargers on c
    # and a, 7 kW each, 1.1 cut to 1. Of c and a, c leads.
    # Private: 94.5 in all, 56.98 on c, half of the rest, 18.76, on a and b.
    assert rows["private_charger", "CB1"] == pytest.approx([18.76, 18.76, 56.98])
    assert rows["public_charger", "CB1"] == pytest.approx([7, 0, 7])


def test_flats_on_unequal_phases_by_hand(small, demand):
    rows = demand(small, BOX)

    # MB1 has flats 6, 5, 5. Kx(16) = 0.816667, and the phase rule Kx(3 · 6) = 0.775 is below it:
    # 36 · 0.816667 = 29.4 kW on a, 24.5 on b and c
    assert rows["household", "MB1"] == pytest.approx([29.4, 24.5, 24.5])


def test_flats_all_on_one_phase_count_as_three_times_their_number(small, demand):
    only(small, households=[{"node": "MB1", "count": 9, "kw_each": 6, "phases": [4, 4, 1]}])

    rows = demand(small, BOX)

    # 9 flats: Kx = 0.9 (3–9: 1.0–0.9): 48.6 kW. Phases a and b, 4 flats: 24 kW · 0.9 = 21.6;
    # phase rule Kx(12) = 0.9, the same. a leads b; b and c share 27 kW in the ratio 4 : 1
    assert rows["household", "MB1"] == pytest.approx([21.6, 21.6, 5.4])


def test_a_phase_with_few_flats_carries_more_for_each(small, demand):
    only(
        small,
        households=[{"node": "MB1", "count": 24, "kw_each": 6, "phases": [1, 12, 11]}],
        private_bays=[{"node": "MB1", "count": 20, "phases": [20, 0, 0]}],
    )

    rows = demand(small, BOX)

    # phase a: 20 chargers, 1.1 · 0.55 · 140 = 84.7 kW, and 1 flat by the phase rule, Kx(3) = 1:
    # 6 kW → 90.7 kW. Phase b: 12 flats, Kx(24) = 0.65 in both rules: 46.8 kW. a is critical.
    # Flats: 24 · 6 · 0.65 = 93.6 in all, 87.6 left for 12 and 11 flats
    assert rows["private_charger", "MB1"] == pytest.approx([84.7, 0, 0])
    assert rows["household", "MB1"] == pytest.approx([6, 87.6 * 12 / 23, 87.6 * 11 / 23])


def test_three_phase_chargers_load_all_phases_equally(small, demand):
    only(small, private_bays=[{"node": "CB1", "count": 5, "phases": "three"}])

    # 5 · 7 · 0.86 = 30.1 kW
    assert demand(small)["private_charger", "CB1"] == pytest.approx([30.1 / 3] * 3)


def test_chargers_above_the_single_phase_limit_are_spread_over_three_phases(small, demand):
    only(small, private_bays=[{"node": "CB1", "count": 3, "charger_kw": 21}])

    # 3 · 21 · 0.94 = 59.22 kW
    assert demand(small)["private_charger", "CB1"] == pytest.approx([19.74] * 3)


def test_the_total_of_a_group_is_kept_whatever_the_critical_phase(small, demand):
    # sums over phases, where no phase alone exceeds the total of its group
    for level in (STATION, FEEDER):
        rows = demand(small, level)
        assert total(rows, "household") == pytest.approx(108.8)
        assert total(rows, "private_charger") == pytest.approx(94.5)


def test_balanced_boxes_take_turns_from_the_critical_phase_of_the_transformer(small, demand):
    # 9 chargers in three boxes, 3 on each phase; one flat on b in ES1 makes b the critical phase
    # of the transformer. By name the boxes are CB1, ES1, MB1, MB2: their turns are b, c, a, b
    bays = [{"node": n, "count": 9, "phases": [3, 3, 3]} for n in ("MB1", "MB2", "CB1")]
    flat = {"node": "ES1", "count": 1, "kw_each": 6, "phases": [0, 1, 0]}
    only(small, private_bays=bays, households=[flat])

    rows = demand(small, BOX)

    # 9 chargers: Kx = 0.86 − 0.12 · 4/5 = 0.764, 48.132 kW in all; 3 on the critical phase:
    # 1.1 · 0.94 is cut to 1, 21 kW, and the others share 27.132 kW
    assert rows["private_charger", "CB1"] == pytest.approx([13.566, 21, 13.566])
    assert rows["private_charger", "MB1"] == pytest.approx([21, 13.566, 13.566])
    assert rows["private_charger", "MB2"] == pytest.approx([13.566, 21, 13.566])


# ------------------------------------------------------------------ kinds


@pytest.mark.parametrize(
    ("n", "kx"),
    [
        (1, 1.0),
        (2, 0.97),  # half way from 1.00 to 0.94
        (5, 0.86),
        (30, 0.45),
        (50, 0.36),
        (80, 0.35),
        (90, 0.345),
        (100, 0.34),
        (250, 0.34),  # constant beyond the last row; the floor of 0.28 is lower
    ],
)
def test_private_chargers_follow_the_upper_values_of_the_atlas(small, demand, n, kx):
    only(small, private_bays=[{"node": "CB1", "count": n}])

    assert total(demand(small)) == pytest.approx(n * 7 * kx)


def test_the_floor_of_the_pack_lifts_the_factor(small, demand, pack_with):
    only(small, private_bays=[{"node": "CB1", "count": 100}])

    pack = pack_with({"charger.factor_floor": 0.4})

    assert total(demand(small, pack=pack)) == pytest.approx(100 * 7 * 0.4)


def test_one_more_unit_never_draws_less_where_a_table_steps_down(small, demand):
    # design office: 4 chargers at 1.0 are 4 units, 5 at 0.85 are 4.25; 10 at 0.85 are 8.5 units,
    # 11 at 0.65 would be 7.15 and stay at 8.5, 14 at 0.65 are 9.1
    for bays, chargers in ((8, 4), (10, 4.25), (20, 8.5), (22, 8.5), (28, 9.1)):
        only(small, public_bays=[{"node": "CB1", "count": bays}])
        assert total(demand(small)) == pytest.approx(7 * chargers)


@pytest.mark.parametrize(
    ("sockets", "factor"), [(5, 0.8), (10, 0.8), (30, 0.7), (50, 0.6), (300, 0.6)]
)
def test_e_bike_sockets_coincide_by_the_points_of_the_pack(small, demand, sockets, factor):
    only(small, ebikes=[{"node": "ES1", "bikes": 2 * sockets}])

    assert total(demand(small)) == pytest.approx(sockets * 0.2 * factor)


def test_a_common_load_may_bring_its_own_factor(small, demand):
    row = {"node": "T1.LV", "kind": "passenger_lift", "kw": 22, "demand_factor": 0.5}
    only(small, public_loads=[row])

    assert total(demand(small)) == pytest.approx(11)


def test_loads_that_stand_by_draw_nothing(small, demand):
    small["public_loads"].append({"node": "T1.LV", "kind": "fire_pump", "kw": 75})

    assert total(demand(small), "public_load") == pytest.approx(17.6)


def test_reactive_power_follows_from_the_power_factor_of_each_kind(small, case_of):
    case = case_of(small)
    n_units = scenario_units(case, parse_scenario("ev-100"))

    result = design_demand(case.model, n_units, case.model.level(STATION))

    # tan φ: 0.9 → 0.484322, 0.95 → 0.328684, 0.85 → 0.619744, by hand
    tan = {"household": 0.484322, "private_charger": 0.328684, "public_charger": 0.328684}
    tan |= {"ebike_socket": 0.619744, "public_load": 0.619744}
    for group, p, q in zip(case.model.groups, result.p_kw, result.q_kvar, strict=True):
        assert q == pytest.approx(p * tan[group.kind], rel=1e-5)


# ------------------------------------------------------------------ metered load


def test_a_metered_peak_replaces_the_estimate_of_flats_and_common_loads(small, demand):
    small["metered"] = [{"transformer": "T1", "peak_kw": 80}]

    today = demand(small, scenario="today")

    # estimated: flats 108.8, lift 17.6, sockets 3; measured 80, so (80 − 3) / 126.4 remains
    assert total(today) == pytest.approx(80)
    assert total(today, "ebike_socket") == pytest.approx(3)
    assert total(today, "public_load") == pytest.approx(17.6 * 77 / 126.4)


def test_chargers_come_on_top_of_the_metered_peak(small, demand):
    small["metered"] = [{"transformer": "T1", "peak_kw": 80}]

    assert total(demand(small, scenario="ev-100")) == pytest.approx(80 + 94.5 + 14)


def test_chargers_that_were_there_when_it_was_metered_are_not_counted_twice(small, demand):
    small["metered"] = [{"transformer": "T1", "peak_kw": 80}]
    small["private_bays"][0]["equipped_share"] = 0.1

    today = demand(small, scenario="today")

    # 3 chargers: 3 · 7 · 0.94 = 19.74 kW are part of the 80 kW
    assert total(today, "private_charger") == pytest.approx(19.74)
    assert total(today) == pytest.approx(80)


def test_a_metered_peak_below_the_chargers_leaves_nothing_for_the_flats(small, demand):
    small["metered"] = [{"transformer": "T1", "peak_kw": 2}]

    today = demand(small, scenario="today")

    assert total(today, "household") == 0
    assert total(today) == pytest.approx(3)  # the sockets


def test_the_peak_of_a_metered_day_counts(small, demand):
    day = [20.0] * 96
    day[78] = 65.0
    small["metered"] = [{"transformer": "T1", "curve_96_kw": day}]

    assert total(demand(small, scenario="today")) == pytest.approx(65)


def test_the_metered_scale_holds_at_every_level(small, demand):
    small["metered"] = [{"transformer": "T1", "peak_kw": 80}]

    rows = demand(small, BOX, "today")

    # 78.4 kW in each box, scaled like the station
    assert rows["household", "MB1"].sum() == pytest.approx(78.4 * 77 / 126.4)


def test_a_meter_of_one_transformer_leaves_the_others_alone(small, demand):
    small["substations"][0]["transformers"].append({"id": "T2", "type": "S20-630"})
    small["lv_cables"][4]["from"] = "T2.LV"  # F3 to ES1
    small["households"].append({"node": "ES1", "count": 9, "kw_each": 6})
    small["metered"] = [{"transformer": "T1", "peak_kw": 80}]

    rows = demand(small, scenario="today")

    # T2: 9 flats at 0.9: 48.6 kW and 3 kW of sockets; T1: 80 kW
    assert rows["household", "ES1"].sum() == pytest.approx(48.6)
    assert total(rows) == pytest.approx(48.6 + 3 + 80)
