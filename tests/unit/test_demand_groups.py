"""Every unit that draws power: how many, how strong, on which phase, today and built out."""

import pytest

from gridcalc.checks.case import scenario_units
from gridcalc.demand.groups import public_chargers
from gridcalc.demand.scenario import parse_scenario


@pytest.fixture
def groups_of(case_of, national):
    def groups(file, kind=None, pack=national):
        found = case_of(file, pack).site.groups
        return [group for group in found if kind in {None, group.kind}]

    return groups


@pytest.fixture
def units_in(case_of):
    def units(file, scenario, kind):
        case = case_of(file)
        rows = zip(case.site.groups, scenario_units(case, parse_scenario(scenario)), strict=True)
        return sum(int(n) for group, n in rows if group.kind == kind)

    return units


# ------------------------------------------------------------------ power of a unit


@pytest.mark.parametrize(
    ("area_m2", "kw"),
    [
        # JGJ 242-2011 section 3.3: up to 60 m² 3 kW, up to 90 m² 4 kW, up to 150 m² 6 kW
        (60, 3.0),
        (60.5, 4.0),
        (90, 4.0),
        (110, 6.0),
        (150, 6.0),
        (200, 8.5),  # above 150 m² 50 W more for each m²: 6 + 50 · 50 / 1000
    ],
)
def test_a_flat_draws_what_the_rule_set_says_for_its_area(small, groups_of, area_m2, kw):
    small["households"][0]["area_m2"] = area_m2

    assert groups_of(small, "household")[0].p_unit_kw == pytest.approx(kw)


def test_a_given_power_replaces_the_rule_set(small, groups_of):
    small["households"][0] = {"node": "MB1", "count": 16, "kw_each": 12}

    assert groups_of(small, "household")[0].p_unit_kw == 12


def test_power_factors_come_from_the_pack(small, groups_of, pack_with):
    pack = pack_with({"household.power_factor": 0.8, "charger.power_factor": 0.97})

    by_kind = {group.kind: group.power_factor for group in groups_of(small, pack=pack)}

    assert by_kind == {
        "household": 0.8,
        "private_charger": 0.97,
        "public_charger": 0.97,
        "ebike_socket": 0.85,  # national pack
        "public_load": 0.85,
    }


# ------------------------------------------------------------------ phases


def test_round_robin_starts_at_the_next_phase_from_box_to_box(small, groups_of):
    # 16 = 5 + 5 + 5 and one more, which falls on a in MB1 and on b in MB2
    assert [group.total for group in groups_of(small, "household")] == [(6, 5, 5), (5, 6, 5)]


def test_chargers_start_at_another_phase_than_flats(small, groups_of):
    small["private_bays"] = [{"node": "MB1", "count": 4}]

    (group,) = groups_of(small, "private_charger")

    assert group.total == (1, 2, 1)


def test_two_rows_at_a_box_go_on_dealing_where_the_first_ended(small, groups_of):
    small["households"] = [
        {"node": "MB1", "count": 4, "kw_each": 4},
        {"node": "MB1", "count": 4, "kw_each": 6},
        {"node": "MB2", "count": 3},
    ]

    totals = [group.total for group in groups_of(small, "household")]

    assert totals[:2] == [(2, 1, 1), (1, 2, 1)]


def test_given_phases_are_kept(small, groups_of):
    small["households"][0]["phases"] = [16, 0, 0]

    group = groups_of(small, "household")[0]

    assert group.total == (16, 0, 0)
    assert group.per_phase(16) == (16, 0, 0)


def test_three_phase_units_count_a_third_on_each_phase(small, groups_of):
    small["private_bays"][0]["phases"] = "three"

    (group,) = groups_of(small, "private_charger")

    assert group.balanced
    assert group.per_phase(5) == pytest.approx((5 / 3, 5 / 3, 5 / 3))


@pytest.mark.parametrize(("kw", "balanced"), [(12, False), (12.1, True), (21, True)])
def test_units_above_the_single_phase_limit_are_three_phase(small, groups_of, kw, balanced):
    small["private_bays"][0]["charger_kw"] = kw  # limit of the national pack: 12 kW

    assert groups_of(small, "private_charger")[0].balanced is balanced


def test_the_order_of_the_file_does_not_matter(small, groups_of):
    small["private_bays"] = [
        {"node": "CB1", "count": 2, "phases": [2, 0, 0]},
        {"node": "CB1", "count": 2},
        {"node": "CB1", "count": 2, "phases": "three"},
    ]
    expected = groups_of(small)

    for section in ("private_bays", "households", "lv_nodes", "lv_cables"):
        small[section].reverse()

    assert groups_of(small) == expected


# ------------------------------------------------------------------ how many


@pytest.mark.parametrize(
    ("bays", "share", "chargers"),
    [(4, 1.0, 2), (5, 1.0, 3), (9, 0.5, 3), (4, 0.0, 0), (1, 1.0, 1), (30, 0.1, 2)],
)
def test_two_public_bays_share_a_charger_rounded_up(bays, share, chargers):
    assert public_chargers(bays, share, 2) == chargers


def test_rounding_of_floats_adds_no_public_charger():
    # 0.1 * 3 is 0.30000000000000004, so that 15.000000000000002 chargers come out; 15 are enough
    assert public_chargers(100, 0.1 * 3, 2) == 15


def test_phases_given_for_public_bays_are_shared_by_pairs(small, groups_of):
    # two bays on a share one charger on a, four bays on b share two on b
    small["public_bays"] = [{"node": "CB1", "count": 6, "phases": [2, 4, 0]}]

    (group,) = groups_of(small, "public_charger")

    assert group.total == (1, 2, 0)


def test_a_row_without_any_bikes_or_sockets_makes_no_group(small, groups_of):
    small["ebikes"] = [{"node": "ES1", "bikes": 0}]

    assert groups_of(small, "ebike_socket") == []


@pytest.mark.parametrize("kind", ["fire_pump", "sprinkler_pump", "smoke_exhaust_fan"])
def test_loads_that_stand_by_do_not_count(small, groups_of, kind):
    small["public_loads"].append({"node": "T1.LV", "kind": kind, "kw": 55})

    assert [group.p_unit_kw for group in groups_of(small, "public_load")] == [22]


@pytest.mark.parametrize(
    ("scenario", "private", "public", "sockets"),
    [
        # 30 private bays, 10 % equipped; 4 public bays, none; 40 bikes, 12 sockets
        ("today", 3, 0, 12),
        ("ebike-50", 3, 0, 20),
        ("ebike-20", 3, 0, 12),  # never fewer than today
        ("ev-0", 3, 0, 12),
        ("ev-50", 15, 1, 12),
        ("ev-51", 16, 2, 12),  # 15.3 and 1.02 rounded up
        ("ev-100", 30, 2, 12),
        ("ev-100+ebike-50", 30, 2, 20),
        ("ev-30+ebike-100", 9, 1, 40),
    ],
)
def test_a_scenario_says_how_many_units_are_in_use(
    small, units_in, scenario, private, public, sockets
):
    small["private_bays"][0]["equipped_share"] = 0.1
    small["ebikes"][0]["sockets"] = 12

    assert units_in(small, scenario, "private_charger") == private
    assert units_in(small, scenario, "public_charger") == public
    assert units_in(small, scenario, "ebike_socket") == sockets
    assert units_in(small, scenario, "household") == 32


@pytest.mark.parametrize(("share", "chargers"), [(0.5, 2), (0.49, 1), (0.17, 1), (0.16, 0)])
def test_chargers_there_today_are_rounded_half_up(small, units_in, share, chargers):
    small["private_bays"][0] = {"node": "CB1", "count": 3, "equipped_share": share}

    assert units_in(small, "today", "private_charger") == chargers


def test_a_share_is_taken_of_all_bays_together(small, units_in):
    # 10 % of 4 + 4 bays is 0.8, rounded up once to 1
    small["private_bays"] = [{"node": "CB1", "count": 4}, {"node": "MB1", "count": 4}]

    assert units_in(small, "ev-10", "private_charger") == 1
