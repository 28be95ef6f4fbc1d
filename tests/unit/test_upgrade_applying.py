"""Works done: the file stays valid, what they name changes, and nothing else does."""

from math import isclose

import pytest

from gridcalc.checks.case import prepare
from gridcalc.compound.model import Metered
from gridcalc.compound.reader import parse_compound
from gridcalc.compound.topology import hv_nodes, lv_topology
from gridcalc.compound.writer import compound_yaml
from gridcalc.network.build import build_network
from gridcalc.policy import load_policy
from gridcalc.powerflow.engine import solve_state
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.measures import (
    AddCapacitor,
    NewSubstation,
    OrderlyCharging,
    RebalancePhases,
    ReplaceCable,
    ReplaceTransformer,
    SecondTransformer,
    SetTap,
)
from tests.unit.upgrade_cases import (
    CASES,
    CATALOGUE,
    KINDS,
    TEMPLATES,
    compound_of,
    feeders_of,
    filled,
    measure_of,
)


def after(compound, *measures):
    return apply(compound, measures, catalogue=CATALOGUE)


def changed(before, now):
    """Return the sections that differ."""
    return {name for name, value in before if getattr(now, name) != value}


def device(compound, element):
    return next(row for row in compound.protection if row.element == element)


def cable(compound, name):
    rows = (*compound.mv_cables, *compound.lv_cables)
    return next(row for row in rows if row.id == name)


def without(compound, section, **values):
    return compound.model_copy(update={section: ()} | values)


@pytest.mark.parametrize(("template", "kind"), CASES)
def test_what_is_built_reads_back_as_a_valid_file(template, kind):
    before = compound_of(template)
    text = compound_yaml(before)

    now = after(before, measure_of(before, kind))

    assert parse_compound(compound_yaml(now), file="now.yaml", catalogue=CATALOGUE) == now
    assert now != before or (kind == "orderly_charging" and before.orderly_charging)
    assert compound_yaml(before) == text


@pytest.mark.parametrize("template", TEMPLATES)
def test_all_works_together_make_a_network(template):
    before = filled(template)
    kinds = [kind for kind in KINDS if kind not in {"second_transformer", "new_substation"}]
    now = after(before, *(measure_of(before, kind) for kind in kinds))

    network = build_network(now, catalogue=CATALOGUE, conductor_celsius=70.0, source_r_over_x=0.1)

    assert len(network.transformers.ids) == len(before.transformers) + 1


def test_orderly_charging_is_switched_on_and_nothing_else_changes():
    before = compound_of("walk-up")
    now = after(before, measure_of(before, "orderly_charging"))

    assert (before.orderly_charging, now.orderly_charging) == (False, True)
    assert changed(before, now) == {"orderly_charging"}


@pytest.mark.parametrize(("template", "kind"), CASES)
def test_what_is_built_can_be_computed(template, kind):
    before = filled(template)
    now = after(before, measure_of(before, kind))
    policy = load_policy(before.policy)

    case = prepare(now, catalogue=CATALOGUE, policy=policy, solver=solve_state)

    assert case.site.network.transformers.ids == tuple(sorted(unit.id for unit in now.transformers))


@pytest.mark.parametrize("percent", [0.0, -5.0, 100.1])
def test_orderly_charging_needs_a_share_of_the_bays(percent):
    with pytest.raises(ValueError, match="of the private bays cannot be controlled"):
        after(compound_of("walk-up"), OrderlyCharging(bays_percent=percent))


def test_a_larger_transformer_gets_a_main_breaker_set_like_the_old_one():
    before = compound_of("villa")  # S20-630 with 1000 A, tripping at 3000 A
    now = after(before, ReplaceTransformer(transformer="T1", type="S20-800"))

    # 800 kVA / (sqrt(3) 0.4 kV) = 1155 A
    assert (device(now, "T1").in_a, device(now, "T1").i_trip_a) == (1250, 3750)
    assert device(now, "T1").clearing_s == device(before, "T1").clearing_s
    assert changed(before, now) == {"substations", "protection"}


def test_a_main_breaker_that_is_large_enough_stays():
    before = compound_of("villa")
    now = after(before, ReplaceTransformer(transformer="T1", type="S20-500"))

    assert now.protection == before.protection


def test_a_cable_gets_its_breaker_and_keeps_the_trip_setting():
    before = compound_of("old-courtyard")  # T1-F1: 250 A, tripping at 1250 A after 0.2 s
    now = after(before, measure_of(before, "replace_lv_cable"))

    row = device(now, "T1-F1")
    assert (row.in_a, row.i_trip_a, row.clearing_s, row.breaking_ka) == (500, 1250, 0.2, 50)
    assert cable(now, "T1-F1").parallel == 2
    assert changed(before, now) == {"lv_cables", "protection"}


def test_a_trip_setting_is_never_below_the_rating():
    before = compound_of("old-courtyard")
    large = ReplaceCable(cable="T1-F1", type="YJLV22-0.6/1-4x240", parallel=6, breaker="ACB-1600")

    assert device(after(before, large), "T1-F1").i_trip_a == 1600


def test_an_unknown_trip_setting_stays_unknown():
    before = compound_of("old-courtyard")
    rows = tuple(row.model_copy(update={"i_trip_a": None}) for row in before.protection)
    before = before.model_copy(update={"protection": rows})

    now = after(
        before,
        measure_of(before, "replace_lv_cable"),
        ReplaceTransformer(transformer="T1", type="S20-800"),
    )

    assert {row.i_trip_a for row in now.protection} == {None}
    assert device(now, "T1").in_a == 1250


def test_without_devices_in_the_file_works_bring_none():
    before = without(compound_of("mid-rise"), "protection")
    now = after(
        before,
        ReplaceTransformer(transformer="T2", type="SCB14-1600"),
        ReplaceCable(cable="T1-F1", type="YJV22-0.6/1-4x240", parallel=2, breaker=None),
        measure_of(before, "second_transformer"),
    )

    assert now.protection == ()


def test_tap_and_capacitors_change_at_their_transformer():
    before = compound_of("mid-rise")  # 380 kvar each
    now = after(before, SetTap(transformer="T2", tap=-2), AddCapacitor(transformer="T2", kvar=60.0))

    assert [(row.tap, row.compensation_kvar) for row in now.transformers] == [(0, 380), (-2, 440)]


def test_capacitors_start_from_none():
    before = compound_of("old-courtyard")
    station = before.substations[0]
    unit = station.transformers[0].model_copy(update={"compensation_kvar": None})
    bare = station.model_copy(update={"transformers": (unit,)})
    before = before.model_copy(update={"substations": (bare,)})

    now = after(before, AddCapacitor(transformer="T1", kvar=30.0))

    assert now.transformers[0].compensation_kvar == 30
    assert (
        after(before, measure_of(before, "new_substation")).transformers[1].compensation_kvar
        is None
    )


@pytest.mark.parametrize("kind", ["second_transformer", "new_substation", "new_substation_rmu"])
@pytest.mark.parametrize("template", ["mid-rise", "walk-up", "high-rise"])
def test_whole_feeders_change_their_transformer_and_their_boxes_keep_their_names(template, kind):
    before = compound_of(template)
    now = after(before, measure_of(before, kind))

    places = lv_topology(now).by_id()
    for place in lv_topology(before).places:
        owner = "T99" if place.feeder == "T1-F1" else place.transformer
        assert (places[place.id].transformer, places[place.id].path) == (owner, place.path)
    assert [row.id for row in now.lv_nodes] == [row.id for row in before.lv_nodes]
    assert cable(now, "T1-F1").length_m == cable(before, "T1-F1").length_m


def test_a_second_transformer_has_a_10_kv_cable_like_its_neighbour():
    before = compound_of("mid-rise")  # T2 on MC4
    feeder = feeders_of(before, "T2")[0]
    measure = SecondTransformer(
        substation="PD1", transformer_id="T3", type="SCB14-630-uk6", feeders=(feeder,)
    )
    now = after(before, measure)

    assert cable(now, "T3-MC") == cable(before, "MC4").model_copy(
        update={"id": "T3-MC", "to_id": "T3"}
    )
    assert [row.id for row in now.substations[0].transformers] == ["T1", "T2", "T3"]
    assert device(now, "T3").in_a == 1000  # 630 kVA / (sqrt(3) 0.4 kV) = 909 A
    assert device(now, "T3").i_trip_a == 3000  # three times, like T2


def test_a_second_transformer_shares_the_bus_or_the_feeding_node_of_its_neighbour():
    on_bus = compound_of("combined-meter")
    station = on_bus.substations[0]
    unit = station.transformers[0].model_copy(update={"fed_from": "SRC1", "tap": 1})
    named = on_bus.model_copy(
        update={"substations": (station.model_copy(update={"transformers": (unit,)}),)}
    )
    measure = measure_of(on_bus, "second_transformer")

    assert hv_nodes(after(on_bus, measure)) == {"T1": "PD1", "T99": "PD1"}
    assert hv_nodes(after(named, measure)) == {"T1": "SRC1", "T99": "SRC1"}
    assert after(named, measure).transformers[1].tap == 1


def test_a_new_substation_is_prefabricated_at_ground_level_and_on_a_cable_of_its_own():
    before = compound_of("high-rise")
    now = after(before, measure_of(before, "new_substation"))

    station = now.substations[-1]
    assert (station.id, station.kind, station.floor) == ("PD9", "prefabricated", 1)
    assert station.generator_interface is True
    feed = cable(now, "PD9-MC")
    assert (feed.from_id, feed.to_id, feed.length_m, feed.laying) == ("RMU1", "PD9", 150, "duct")
    assert now.rmus == before.rmus


def test_a_new_rmu_is_cut_into_the_trunk_at_the_start():
    before = compound_of("mid-rise")  # MC1 from SRC1 to RMU1, 200 m
    now = after(before, measure_of(before, "new_substation_rmu"))

    first, second = cable(now, "MC1"), cable(now, "PD9-MC2")
    assert [first.from_id, first.to_id, second.from_id, second.to_id] == [
        *("SRC1", "PD9-RMU"),
        *("PD9-RMU", "RMU1"),
    ]
    assert (first.length_m, second.length_m, first.type) == (100, 100, second.type)
    assert cable(now, "PD9-MC").from_id == "PD9-RMU"
    assert now.rmus[-1].id == "PD9-RMU"


@pytest.mark.parametrize(("start", "open_ids"), [("SRC2", {"PD9-MC2"}), ("X", {"MC2"})])
def test_an_open_cable_that_is_cut_stays_open_away_from_the_start(start, open_ids):
    before = compound_of("mid-rise")  # MC2 from RMU1 to SRC2 is open
    if start == "SRC2":
        rows = [row for row in before.mv_cables if row.id != "MC2"]
        ring = cable(before, "MC2").model_copy(update={"from_id": "SRC2", "to_id": "RMU1"})
        before = before.model_copy(update={"mv_cables": (*rows, ring)})
    measure = measure_of(before, "new_substation_rmu")
    measure = NewSubstation(
        **{
            **{
                name: getattr(measure, name)
                for name in measure.__dataclass_fields__
                if name != "kind"
            },
            "mv_from": "SRC2",
        }
    )

    now = after(before, measure)

    assert {row.id for row in now.mv_cables if row.normally_open} == open_ids
    assert parse_compound(compound_yaml(now), file="now.yaml", catalogue=CATALOGUE) == now


def metered(compound, *rows):
    return compound.model_copy(update={"metered": rows})


def test_a_metered_peak_is_divided_as_the_flats_are():
    base = compound_of("walk-up")
    before = metered(base, Metered(transformer="T1", peak_kw=400.0))
    now = after(before, measure_of(before, "second_transformer"))

    flats = [row for row in base.households if row.node.startswith("T1-")]
    share = sum(row.count for row in flats if row.node.startswith("T1-F1-")) / sum(
        row.count for row in flats
    )
    found = {row.transformer: row.peak_kw for row in now.metered}
    assert 0 < share < 1
    assert found["T99"] == pytest.approx(400 * share)
    assert found["T1"] == pytest.approx(400 * (1 - share))


def test_a_transformer_that_gives_all_its_flats_away_is_no_longer_metered():
    base = compound_of("walk-up")
    curve = tuple(100.0 + slot for slot in range(96))
    before = metered(base, Metered(transformer="T1", curve_96_kw=curve))
    measure = measure_of(before, "new_substation")
    every = SecondTransformer(
        substation="PD1",
        transformer_id="T99",
        type=measure.type,
        feeders=feeders_of(before, "T1"),
    )

    now = after(before, every)

    assert [row.transformer for row in now.metered] == ["T99"]
    assert all(isclose(a, b) for a, b in zip(now.metered[0].curve_96_kw, curve, strict=True))


@pytest.mark.parametrize("both", [True, False])
def test_a_unit_with_feeders_of_two_is_metered_if_both_were(both):
    base = compound_of("walk-up")
    rows = [Metered(transformer="T1", peak_kw=400.0), Metered(transformer="T2", peak_kw=300.0)]
    before = metered(base, *rows[: 1 + both])
    measure = SecondTransformer(
        substation="PD1", transformer_id="T99", type="S20-500", feeders=("T1-F1", "T2-F1")
    )

    now = after(before, measure)

    total = sum(row.peak_kw for row in now.metered)
    assert ("T99" in {row.transformer for row in now.metered}) is both
    assert (total == pytest.approx(700)) is both
    parse_compound(compound_yaml(now), file="now.yaml", catalogue=CATALOGUE)


def test_rebalancing_deals_the_units_of_one_box_out_again():
    before = compound_of("combined-meter")
    bays, home = before.private_bays[0], before.households[0]
    now = after(before, RebalancePhases(node=home.node))

    assert now.households[0].phases == "round_robin"
    expected = "round_robin" if bays.node == home.node else (bays.count, 0, 0)
    assert now.private_bays[0].phases == expected


GONE = "nowhere"


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (ReplaceTransformer(transformer=GONE, type="S20-630"), "no transformer 'nowhere'"),
        (ReplaceTransformer(transformer="T1", type=GONE), "has no transformer 'nowhere'"),
        (SetTap(transformer="T1", tap=3), "has no tap 3"),
        (AddCapacitor(transformer="T1", kvar=0.0), "0.0 kvar cannot be added"),
        (RebalancePhases(node=GONE), "no LV node 'nowhere'"),
        (
            ReplaceCable(cable=GONE, type=GONE, parallel=1, breaker=None),
            "there is no cable 'nowhere'",
        ),
        (
            ReplaceCable(cable="T1-F1", type="YJV22-8.7/15-3x400", parallel=1, breaker=None),
            "has no 0.4 kV cable",
        ),
        (
            ReplaceCable(cable="MC1", type="YJV22-0.6/1-4x240", parallel=1, breaker=None),
            "has no 10 kV cable",
        ),
        (
            ReplaceCable(cable="MC1", type="YJV22-8.7/15-3x400", parallel=2, breaker=None),
            "is a 10 kV cable",
        ),
        (
            ReplaceCable(cable="T1-F1", type="YJV22-0.6/1-4x240", parallel=0, breaker=None),
            "at least one cable",
        ),
        (
            ReplaceCable(cable="T1-F1", type="YJV22-0.6/1-4x240", parallel=1, breaker=GONE),
            "no device to replace by 'nowhere'",
        ),
    ],
)
def test_what_is_not_there_or_cannot_be_done_is_refused(measure, message):
    with pytest.raises(ValueError, match=message):
        after(compound_of("old-courtyard"), measure)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"feeders": ()}, "needs feeders to take over"),
        ({"feeders": ("T1-F1", "T1-F1")}, "each named once"),
        ({"feeders": ("T1-F1-MB1-C",)}, "not the first cable of a feeder"),
        ({"feeders": (GONE,)}, "no LV cable 'nowhere'"),
        ({"substation_id": "PD1"}, "the id 'PD1' exists already"),
        ({"transformer_id": "PD9"}, "the id 'PD9' exists already"),
        ({"transformer_id": "T1"}, "the id 'T1' exists already"),
        ({"mv_from": "T1"}, "no 10 kV cable can start at 'T1'"),
        ({"mv_cable_type": GONE}, "no 10 kV cable 'nowhere'"),
        ({"rmu_type": GONE}, "no RMU 'nowhere'"),
        ({"type": GONE}, "no transformer 'nowhere'"),
    ],
)
def test_a_new_substation_that_cannot_be_built_is_refused(values, message):
    before = compound_of("old-courtyard")
    given = {
        "substation_id": "PD9",
        "transformer_id": "T99",
        "type": "S20-500",
        "mv_from": "SRC1",
        "mv_cable_type": "YJV22-8.7/15-3x120",
        "mv_length_m": 100.0,
        "rmu_type": None,
        "feeders": ("T1-F1",),
    }

    with pytest.raises(ValueError, match=message):
        after(before, NewSubstation(**{**given, **values}))
