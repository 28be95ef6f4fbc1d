"""What could be built: sizes, series, families and breakers; and why something could not."""

from dataclasses import replace

import pytest

from gridcalc.compound.model import Protection
from gridcalc.cost import load_price_book
from gridcalc.network.build import build_network
from gridcalc.policy import load_policy
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.cabling import (
    cable_ampacity_a,
    cable_replacement,
    grouping_with,
    replacement_ampacity_a,
)
from gridcalc.upgrade.devices import better_breaker
from gridcalc.upgrade.lookup import cable
from gridcalc.upgrade.measures import MoveFeeder, MoveToSource, RebalancePhases, SetTap
from gridcalc.upgrade.options import (
    cable_options,
    capacitor_options,
    move_feeder_options,
    new_substation_options,
    not_possible,
    rebalance_options,
    second_transformer_options,
    source_options,
    split_options,
    tap_options,
    transformer_options,
)
from tests.unit.upgrade_cases import CATALOGUE, TEMPLATES, compound_of, filled, measure_of

PACK = load_policy("national")  # 1250 kVA in a room, 800 kVA prefabricated


def larger_units(compound, name="T1"):
    rows = transformer_options(compound, name, catalogue=CATALOGUE, policy=PACK)
    assert {row.transformer for row in rows} <= {name}
    return [row.type for row in rows]


def carried_a(compound, name):
    """Return the ampacity that the network of the power flow has."""
    network = build_network(
        compound, catalogue=CATALOGUE, conductor_celsius=70.0, source_r_over_x=0.1
    )
    return network.cables.ampacity_a[network.cables.ids.index(name)]


def with_unit(compound, **update):
    station = compound.substations[0]
    unit = station.transformers[0].model_copy(update=update)
    station = station.model_copy(update={"transformers": (unit, *station.transformers[1:])})
    return compound.model_copy(update={"substations": (station, *compound.substations[1:])})


def test_larger_units_are_of_the_series_up_to_the_limit_of_the_place():
    assert larger_units(compound_of("combined-meter")) == ["S13-1000", "S13-1250"]  # room, 800
    assert larger_units(compound_of("villa")) == ["S20-800"]  # prefabricated, 630
    assert larger_units(compound_of("walk-up")) == []  # prefabricated, 800


def test_a_series_of_the_same_kind_that_stands_elsewhere_is_an_option_too():
    compound = with_unit(compound_of("high-rise"), type="SCB12-800")  # the others are SCB14
    mixed = with_unit(compound_of("high-rise"), type="S20-1000")

    assert larger_units(compound) == [
        *("SCB12-1000", "SCB14-1000"),
        *("SCB12-1250", "SCB14-1250"),
    ]
    assert larger_units(mixed) == ["S20-1250"]
    assert larger_units(mixed, "T2") == ["SCB14-1250"]


def test_a_unit_without_the_tap_in_use_is_no_option():
    compound = with_unit(compound_of("combined-meter"), tap=2)
    rows = dict(CATALOGUE.transformers)
    rows["S13-1000"] = replace(rows["S13-1000"], n_tap_steps_each_side=1)
    catalogue = replace(CATALOGUE, transformers=rows)

    found = transformer_options(compound, "T1", catalogue=catalogue, policy=PACK)

    assert [row.type for row in found] == ["S13-1250"]


def test_a_second_transformer_needs_a_room():
    room, housing = compound_of("combined-meter"), compound_of("walk-up")

    def sizes(compound):
        like = measure_of(compound, "second_transformer")
        rows = second_transformer_options(compound, like, catalogue=CATALOGUE, policy=PACK)
        return [CATALOGUE.transformers[row.type].sn_kva for row in rows]

    assert (sizes(room)[0], sizes(room)[-1]) == (30, 1250)
    assert sizes(housing) == []


def test_a_new_substation_has_the_sizes_whose_housing_has_a_price():
    like = measure_of(compound_of("walk-up"), "new_substation")
    rows = new_substation_options(
        like, catalogue=CATALOGUE, policy=PACK, prices=load_price_book("national-2025")
    )

    sizes = [200, 250, 315, 400, 500, 630, 800]  # the book begins at 200, the pack ends at 800
    assert [row.type for row in rows] == [f"S20-{size}" for size in sizes]
    assert {row.feeders for row in rows} == {("T1-F1",)}


def test_larger_cables_are_of_the_family_and_come_with_the_breaker_they_need():
    compound = filled("old-courtyard")  # YJLV22-0.6/1-4x95 with 160 A, in a duct
    rows = cable_options(compound, "T1-F1-MB1-C", catalogue=CATALOGUE)

    assert [(row.type, row.parallel) for row in rows] == [
        ("YJLV22-0.6/1-4x120", 1),
        ("YJLV22-0.6/1-4x150", 1),
        ("YJLV22-0.6/1-4x185", 1),
        ("YJLV22-0.6/1-4x240", 1),
        ("YJLV22-0.6/1-4x95", 2),
        ("YJLV22-0.6/1-4x120", 2),
        ("YJLV22-0.6/1-4x150", 2),
        ("YJLV22-0.6/1-4x185", 2),
        ("YJLV22-0.6/1-4x240", 2),
    ]
    ratings = sorted(row.rated_i_a for row in CATALOGUE.breakers.values())
    for row in rows:
        now_a = carried_a(apply(compound, [row], catalogue=CATALOGUE), row.cable)
        best = max(rating for rating in ratings if rating <= now_a)
        assert now_a > carried_a(compound, row.cable)
        assert row.breaker == (f"MCCB-{best:g}" if best > 160 else None)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_ampacity_is_that_of_the_power_flow(template):
    compound = filled(template)
    beside = apply(compound, [measure_of(compound, "replace_lv_cable")], catalogue=CATALOGUE)

    for name in ("MC1", "T1-F1"):
        found = cable_ampacity_a(beside, name, catalogue=CATALOGUE)
        assert found == pytest.approx(carried_a(beside, name))


@pytest.mark.parametrize(
    ("grouping", "parallel", "more", "expected"),
    [
        (1, 1, 2, 2),  # nothing else was grouped
        (1, 2, 3, 3),  # two in parallel of which the file said nothing are two already
        (4, 2, 3, 5),  # two strangers lie beside
        (1, 2, 2, None),  # no more than today
    ],
)
def test_one_more_in_parallel_is_one_more_side_by_side(grouping, parallel, more, expected):
    first = cable(filled("old-courtyard"), "T1-F1")
    row = first.model_copy(update={"grouping": grouping, "parallel": parallel})

    assert grouping_with(row, more) == expected


@pytest.mark.parametrize("grouping", [1, 2, 3])
def test_the_ampacity_of_a_parallel_cable_is_that_of_the_power_flow_in_every_room(grouping):
    """Table and network agree on two cables of which a file says too few, or more, are grouped.

    Al 4x240 in soil 321 A, in a duct 0.85; two side by side 0.90, three 0.85 (cable_derating.csv).
    """
    compound = filled("old-courtyard")
    rows = tuple(
        row.model_copy(update={"parallel": 2, "grouping": grouping}) if row.id == "T1-F1" else row
        for row in compound.lv_cables
    )
    compound = compound.model_copy(update={"lv_cables": rows})
    expected = 2 * 321 * 0.85 * {1: 0.90, 2: 0.90, 3: 0.85}[grouping]

    assert carried_a(compound, "T1-F1") == pytest.approx(expected)
    assert cable_ampacity_a(compound, "T1-F1", catalogue=CATALOGUE) == pytest.approx(expected)
    for option in cable_options(compound, "T1-F1", catalogue=CATALOGUE, max_parallel=3):
        after = apply(compound, [option], catalogue=CATALOGUE)
        found = replacement_ampacity_a(compound, "T1-F1", option.type, option.parallel, CATALOGUE)
        assert found == pytest.approx(carried_a(after, "T1-F1"))
        assert option.grouping == grouping_with(cable(compound, "T1-F1"), 3)


def test_a_10_kv_cable_stays_single_and_without_a_breaker():
    rows = cable_options(filled("old-courtyard"), "MC1", catalogue=CATALOGUE)

    sizes = (185, 240, 300, 400)  # YJLV22-8.7/15-3x150 today
    assert [(row.type, row.parallel, row.breaker) for row in rows] == [
        (f"YJLV22-8.7/15-3x{size}", 1, None) for size in sizes
    ]


def test_more_in_parallel_are_options_up_to_the_most_allowed():
    compound = filled("old-courtyard")  # T1-F1 has the largest section

    def parallel(n):
        rows = cable_options(compound, "T1-F1", catalogue=CATALOGUE, max_parallel=n)
        return [row.parallel for row in rows]

    assert (parallel(1), parallel(2), parallel(3)) == ([], [2], [2, 3])


def test_a_cable_without_a_device_in_the_file_gets_none():
    compound = filled("old-courtyard").model_copy(update={"protection": ()})
    rows = cable_options(compound, "T1-F1", catalogue=CATALOGUE)

    assert {row.breaker for row in rows} == {None}


@pytest.mark.parametrize(
    ("in_a", "ampacity_a", "expected"),
    [
        (250, 320, "MCCB-315"),  # limits: 315 A still protect the cable
        (315, 320, None),
        (315, 315, None),
        (250, 315, "MCCB-315"),  # exactly the ampacity
        (400, 320, "MCCB-315"),  # would not protect it
        (300, 310, None),  # 250 A would be smaller still
        (40, 50, None),  # no breaker is that small
    ],
)
def test_a_device_is_replaced_where_it_limits_or_does_not_protect(in_a, ampacity_a, expected):
    device = Protection(element="F1", in_a=in_a)
    found = better_breaker(device, ampacity_a, CATALOGUE)

    assert (found.name if found else None) == expected


def test_gaps_are_filled_before_cables_are_chosen():
    with pytest.raises(ValueError, match="fill the gaps of the compound first"):
        cable_options(compound_of("old-courtyard"), "T1-F1", catalogue=CATALOGUE)
    with pytest.raises(ValueError, match="no cable 'nowhere'"):
        cable_replacement(
            filled("old-courtyard"), "nowhere", "YJV22-0.6/1-4x240", 1, catalogue=CATALOGUE
        )


def test_uneven_boxes_can_be_rebalanced():
    compound = compound_of("walk-up")
    bays, homes = compound.private_bays[0], compound.households[0]
    even = bays.model_copy(update={"phases": (2, 1, 1), "count": 4})
    settled = compound.model_copy(update={"private_bays": (even,)})

    nodes = sorted({bays.node, homes.node})
    assert rebalance_options(compound) == tuple(RebalancePhases(node=node) for node in nodes)
    assert rebalance_options(settled) == (RebalancePhases(node=homes.node),)


def test_all_other_taps_are_options():
    compound = with_unit(compound_of("villa"), tap=-1)  # two steps each side
    rows = tap_options(compound, "T1", catalogue=CATALOGUE)

    assert rows == tuple(SetTap(transformer="T1", tap=tap) for tap in (-2, 0, 1, 2))
    with pytest.raises(ValueError, match="no transformer 'T9'"):
        tap_options(compound, "T9", catalogue=CATALOGUE)


def test_compensation_is_added_in_the_steps_of_the_pack():
    compound = compound_of("villa")
    rule = replace(PACK.rules["upgrade.capacitor_kvar"], value=(50, 25.0, 50))
    pack = replace(PACK, rules={**PACK.rules, rule.name: rule})

    def steps_kvar(policy):
        rows = capacitor_options(compound, "T1", policy=policy)
        assert {row.transformer for row in rows} == {"T1"}
        return [row.kvar for row in rows]

    assert steps_kvar(PACK) == [30, 60, 120, 180, 240, 300]
    assert steps_kvar(pack) == [25, 50]
    with pytest.raises(ValueError, match="no transformer 'T9'"):
        capacitor_options(compound, "T9", policy=PACK)


def test_a_feeder_may_go_to_the_other_units_of_its_substation():
    compound = compound_of("high-rise")  # PD1: T1 and T2; PD2: T3 and T4

    moves = (MoveFeeder(feeder="T4-F1", transformer="T3"),)
    assert move_feeder_options(compound, "T4-F1") == moves
    assert move_feeder_options(compound_of("walk-up"), "T1-F1") == ()
    with pytest.raises(ValueError, match="not the first cable of a feeder"):
        move_feeder_options(compound, BOX)


BOX = "T1-F1-MB1-C"


def test_a_box_may_get_a_feeder_from_each_unit_of_its_substation():
    compound = filled("mid-rise")  # YJV22-0.6/1-4x70 behind 4x240, ducts, one in each
    rows = split_options(compound, BOX, catalogue=CATALOGUE)

    sizes = (70, 95, 120, 150, 185, 240)
    assert [(row.transformer, row.type, row.parallel) for row in rows] == [
        (unit, f"YJV22-0.6/1-4x{size}", 1) for unit in ("T1", "T2") for size in sizes
    ]
    ratings = sorted(row.rated_i_a for row in CATALOGUE.breakers.values())
    for row in rows:
        now = apply(compound, [row], catalogue=CATALOGUE)
        best = max(rating for rating in ratings if rating <= carried_a(now, BOX))
        assert row.breaker == f"MCCB-{best:g}"


def test_a_box_may_get_several_cables_in_parallel():
    rows = split_options(filled("mid-rise"), BOX, catalogue=CATALOGUE, max_parallel=2)
    of_t1 = [row for row in rows if row.transformer == "T1"]

    ampacities = [
        carried_a(apply(filled("mid-rise"), [row], catalogue=CATALOGUE), BOX) for row in of_t1
    ]
    for row, carried in zip(of_t1, ampacities, strict=True):
        rated_a = CATALOGUE.breakers[row.breaker].rated_i_a
        larger = [b.rated_i_a for b in CATALOGUE.breakers.values() if b.rated_i_a > rated_a]
        assert rated_a <= carried < min(larger)
    assert len(of_t1) == 12
    assert {row.parallel for row in of_t1} == {1, 2}
    assert ampacities == sorted(ampacities)


def test_the_cables_of_a_new_feeder_are_those_of_the_trunk():
    compound = filled("mid-rise")
    rows = tuple(
        row.model_copy(update={"type": "YJLV22-0.6/1-4x240"}) if row.id == "T1-F1" else row
        for row in compound.lv_cables
    )
    trunk = compound.model_copy(update={"lv_cables": rows})

    found = split_options(trunk, BOX, catalogue=CATALOGUE)

    assert found[0].type == "YJLV22-0.6/1-4x70"
    assert {row.type[:5] for row in found} == {"YJLV2"}


def test_without_devices_in_the_file_a_new_feeder_has_no_breaker():
    compound = filled("mid-rise").model_copy(update={"protection": ()})

    assert {row.breaker for row in split_options(compound, BOX, catalogue=CATALOGUE)} == {None}


def test_a_cable_that_no_breaker_protects_is_no_option():
    compound = filled("mid-rise")
    large = {name: row for name, row in CATALOGUE.breakers.items() if row.rated_i_a >= 250}
    catalogue = replace(CATALOGUE, breakers=large)
    rows = split_options(compound, BOX, catalogue=catalogue)

    # 4x120 carries 200 to 250 A in a duct, 4x150 between 250 and 315 A (see the test above)
    assert {row.type for row in rows} == {f"YJV22-0.6/1-4x{size}" for size in (150, 185, 240)}
    assert {row.breaker for row in rows} == {"MCCB-250", "MCCB-315"}


def test_only_boxes_behind_the_first_box_are_split_off():
    compound = filled("mid-rise")
    deeper = tuple(
        row.model_copy(update={"from_id": "T1-F1-MB2"}) if row.id == BOX else row
        for row in compound.lv_cables
    )
    alone = tuple(row for row in compound.lv_cables if row.from_id != "T1-F1-BB1" or row.id == BOX)

    assert split_options(compound, "T1-F1", catalogue=CATALOGUE) == ()
    for cables in (deeper, alone):
        other = compound.model_copy(update={"lv_cables": cables})
        assert split_options(other, BOX, catalogue=CATALOGUE) == ()
    with pytest.raises(ValueError, match="no LV cable 'MC1'"):
        split_options(compound, "MC1", catalogue=CATALOGUE)
    with pytest.raises(ValueError, match="fill the gaps of the compound first"):
        split_options(compound_of("mid-rise"), BOX, catalogue=CATALOGUE)


def with_source(compound, **update):
    """Return a compound whose second source is another one."""
    first, second = compound.sources
    sources = (first, second.model_copy(update=update))
    return compound.model_copy(update={"sources": sources})


@pytest.mark.parametrize(
    ("update", "possible"),
    [
        ({}, True),  # 4000 kVA; two bays, of which MC2 has one
        ({"open_capacity_kva": None}, True),
        ({"open_capacity_kva": 0.0}, False),
        ({"spare_bays": None}, True),
        ({"spare_bays": 1}, False),
    ],
)
def test_a_source_is_an_option_unless_it_is_known_to_be_full(update, possible):
    compound = with_source(compound_of("mid-rise"), **update)
    rows = source_options(compound, "MC1", policy=PACK)

    length_m = PACK.number("upgrade.new_mv_cable_m")
    option = MoveToSource(cable="MC1", source="SRC2", length_m=length_m)
    assert rows == ((option,) if possible else ())


def test_only_cables_at_a_source_have_other_sources():
    compound = compound_of("mid-rise")

    assert source_options(compound_of("walk-up"), "MC1", policy=PACK) == ()
    assert [row.source for row in source_options(compound, "MC2", policy=PACK)] == ["SRC1"]
    with pytest.raises(ValueError, match="'MC3' does not start at a source"):
        source_options(compound, "MC3", policy=PACK)
    with pytest.raises(ValueError, match="no 10 kV cable 'T1-F1'"):
        source_options(compound, "T1-F1", policy=PACK)


def reasons(compound, **limits):
    rows = not_possible(compound, catalogue=CATALOGUE, policy=PACK, **limits)
    return {(row.kind, row.element): str(row.reason) for row in rows}


NEVER = {
    ("storage", "compound"): "no data given: gridcalc prices no storage",
    ("photovoltaics", "compound"): "no data given: gridcalc prices no photovoltaics",
}


def test_what_cannot_be_built_says_why():
    assert (
        reasons(filled("walk-up"))
        == {
            ("replace_transformer", unit): "no larger unit than S20-800 up to the limit of 800 kVA"
            for unit in ("T1", "T2")
        }
        | {
            ("second_transformer", name): "a prefabricated substation has no room for one more unit"
            for name in ("PD1", "PD2")
        }
        | {
            ("move_feeder", name): "the substation has no second transformer"
            for name in ("PD1", "PD2")
        }
        | {("move_to_source", "SRC1"): "there is no other source"}
        | NEVER
    )


def test_a_compound_where_everything_can_move_lists_only_what_has_no_price():
    found = reasons(filled("high-rise"))

    assert found == NEVER


def test_a_substation_whose_boxes_cannot_be_split_off_is_named_once():
    compound = filled("high-rise")
    trunks = tuple(row for row in compound.lv_cables if row.from_id.endswith(".LV"))
    of_pd1 = tuple(row for row in compound.lv_cables if not row.id.startswith(("T3", "T4")))
    bare = compound.model_copy(update={"lv_cables": trunks, "protection": ()})
    half = compound.model_copy(update={"lv_cables": (*of_pd1, *trunks[-1:]), "protection": ()})
    reason = "no box behind the first box of a feeder could have a feeder of its own"

    assert reasons(bare)["split_feeder", "PD1"] == reasons(bare)["split_feeder", "PD2"] == reason
    assert reasons(half)["split_feeder", "PD2"] == reason
    assert ("split_feeder", "PD1") not in reasons(half)


def test_a_cable_with_the_largest_section_cannot_be_replaced_where_none_may_stand_beside():
    found = reasons(filled("old-courtyard"), max_parallel=1)

    assert found["replace_cable", "T1-F1"] == (
        "no cable of this family carries more than YJLV22-0.6/1-4x240, at most 1 in parallel"
    )
    assert ("replace_cable", "T1-F1-MB1-C") not in found


def test_full_rmus_and_sources_without_capacity_are_named():
    compound = filled("mid-rise")  # RMU1 has 6 bays of which MC1 to MC4 use 4
    rmu = compound.rmus[0].model_copy(update={"n_bays": 4})
    full = with_source(compound, open_capacity_kva=0.0, spare_bays=None)
    found = reasons(full.model_copy(update={"rmus": (rmu,)}))

    assert found["new_substation", "RMU1"] == "no spare bay at RMU1; a new RMU is needed"
    assert found["move_to_source", "SRC2"] == "no open capacity at SRC2"
    assert found["second_transformer", "PD1"] == "no spare bay at RMU1"
    assert ("move_to_source", "SRC1") not in found
    assert ("second_transformer", "PD1") not in reasons(compound)


def test_a_source_without_a_bay_is_named():
    found = reasons(with_source(filled("mid-rise"), spare_bays=1))  # MC2 has it

    assert found["move_to_source", "SRC2"] == "no spare bay at SRC2"
    assert found["new_substation", "SRC2"] == "no spare bay at SRC2; a new RMU is needed"


def test_a_full_bay_at_any_unit_of_a_room_leaves_no_place():
    compound = filled("high-rise")  # T1 on RMU1, T2 on RMU2
    first, second = compound.rmus
    rmus = (first, second.model_copy(update={"n_bays": 4}))
    found = reasons(compound.model_copy(update={"rmus": rmus}))

    assert found["second_transformer", "PD1"] == "no spare bay at RMU2"


def test_a_substation_without_a_10_kv_cable_has_nothing_to_be_fed_like():
    compound = with_unit(filled("combined-meter"), fed_from="SRC1")
    found = reasons(compound.model_copy(update={"mv_cables": ()}))

    reason = "no 10 kV cable is given that a new one could be like"
    assert found["new_substation", "PD1"] == reason


def test_a_unit_that_is_no_longer_made_is_replaced_by_the_series_of_the_pack():
    # S11 and SCB10 have no grade of GB 20052-2024; the villa has one prefabricated substation.
    old = with_unit(compound_of("villa"), type="S11-400")

    assert larger_units(old) == ["S20-500", "S20-630", "S20-800"]


def test_a_series_the_compound_has_elsewhere_comes_before_that_of_the_pack():
    base = compound_of("walk-up")
    assert {unit.type for unit in base.transformers} == {"S20-800"}
    mixed = with_unit(base, type="S9-400")
    other = mixed.substations[1].transformers[0].model_copy(update={"type": "S22-630"})
    station = mixed.substations[1].model_copy(update={"transformers": (other,)})
    mixed = mixed.model_copy(update={"substations": (mixed.substations[0], station)})

    assert larger_units(mixed) == ["S22-500", "S22-630", "S22-800"]
