"""What works need: each item with its quantity and the part of the works it belongs to."""

import pytest

from gridcalc.cost import bill_of_quantities, load_price_book
from gridcalc.upgrade.bays import spare_bays
from gridcalc.upgrade.measures import (
    OrderlyCharging,
    RebalancePhases,
    ReplaceCable,
    ReplaceTransformer,
)
from gridcalc.upgrade.quantities import quantities_of, quantities_of_all
from tests.unit.upgrade_cases import CASES, CATALOGUE, DOUBLE_KINDS, KINDS, compound_of, measure_of

MV, MV_CIVIL = "mv_inside_red_line", "mv_civil_inside_red_line"
OUTSIDE, OUTSIDE_CIVIL = "mv_outside_red_line", "mv_civil_outside_red_line"
LV = "lv_before_meter"
TWO = ("T1", "T2")


def needs(compound, measure):
    rows = quantities_of(compound, measure, catalogue=CATALOGUE)
    assert {row.measure for row in rows} <= {measure.kind}
    return {(row.item, row.element): (row.quantity, row.unit, row.payer_subject) for row in rows}


def with_lv_cable(compound, **update):
    first = compound.lv_cables[0].model_copy(update=update)
    return compound.model_copy(update={"lv_cables": (first, *compound.lv_cables[1:])})


@pytest.mark.parametrize(("template", "kind"), CASES)
def test_every_measure_is_priced_by_the_national_book(template, kind):
    compound = compound_of(template)
    if kind == "orderly_charging":
        compound = compound.model_copy(update={"orderly_charging": False})
    rows = quantities_of(compound, measure_of(compound, kind), catalogue=CATALOGUE)

    bill = bill_of_quantities(rows, load_price_book("national-2025"))

    assert bill.cost_yuan.typical > 0
    assert all(row.quantity > 0 for row in rows)


def test_a_measure_names_its_kind_and_its_element():
    compound = compound_of("mid-rise")
    named = {kind: measure_of(compound, kind) for kind in (*KINDS, *DOUBLE_KINDS)}

    assert {kind: (row.kind, row.element) for kind, row in named.items()} == {
        "orderly_charging": ("orderly_charging", "compound"),
        "replace_transformer": ("replace_transformer", "T1"),
        "replace_lv_cable": ("replace_cable", "T1-F1"),
        "replace_mv_cable": ("replace_cable", "MC1"),
        "set_tap": ("set_tap", "T1"),
        "add_capacitor": ("add_capacitor", "T1"),
        "second_transformer": ("second_transformer", "T99"),
        "new_substation": ("new_substation", "PD9"),
        "new_substation_rmu": ("new_substation", "PD9"),
        "rebalance_phases": ("rebalance_phases", compound.private_bays[0].node),
        "split_feeder": ("split_feeder", "T1-F1-MB1-C"),
        "move_feeder": ("move_feeder", "T1-F1"),
        "move_to_source": ("move_to_source", "MC1"),
    }


def test_orderly_charging_needs_a_controller_where_there_are_bays_and_a_module_for_each():
    compound = compound_of("mid-rise")  # two transformers; T2 is left without private bays
    bays = tuple(row for row in compound.private_bays if row.node.startswith("T1-"))
    update = {"private_bays": bays, "orderly_charging": False}
    compound = compound.model_copy(update=update)

    assert needs(compound, OrderlyCharging()) == {
        ("orderly.controller", "T1"): (1, "piece", "orderly_control"),
        ("orderly.charger", "T1"): (sum(row.count for row in bays), "piece", "orderly_control"),
    }


def with_bays(compound, counts, **update):
    """Return a compound with private bays in numbers at the boxes of its first rows of bays."""
    rows = [
        row.model_copy(update={"count": n, "phases": "round_robin"})
        for row, n in zip(compound.private_bays, counts, strict=False)
    ]
    return compound.model_copy(update={"private_bays": tuple(rows)} | update)


@pytest.mark.parametrize(
    ("n_bays", "percent", "n_chargers"),
    [
        (10, 25.0, 3),  # 2.5
        (10, 30.0, 3),
        (100, 0.55 * 100, 55),  # 55.00000000000001 in binary
        (29, 100.0, 29),
        (200, 0.1, 1),  # 0.2
    ],
)
def test_a_share_of_the_bays_needs_whole_chargers(n_bays, percent, n_chargers):
    compound = with_bays(compound_of("old-courtyard"), [n_bays])

    found = needs(compound, OrderlyCharging(bays_percent=percent))

    assert found["orderly.charger", "T1"] == (n_chargers, "piece", "orderly_control")
    assert found["orderly.controller", "T1"] == (1, "piece", "orderly_control")


def test_chargers_are_rounded_up_at_each_transformer():
    compound = compound_of("walk-up")  # T1 and T2
    rows = [next(row for row in compound.private_bays if row.node.startswith(t)) for t in TWO]
    compound = with_bays(compound.model_copy(update={"private_bays": tuple(rows)}), [3, 5])

    found = needs(compound, OrderlyCharging(bays_percent=50.0))

    # 1.5 and 2.5
    assert [found["orderly.charger", unit][0] for unit in TWO] == [2, 3]


def test_what_is_orderly_already_needs_nothing():
    assert needs(compound_of("mid-rise"), OrderlyCharging()) == {}


def test_a_share_of_the_bays_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="120 % of the private bays cannot be controlled"):
        needs(compound_of("walk-up"), OrderlyCharging(bays_percent=120))


def test_a_larger_unit_in_a_room_brings_its_main_breaker():
    found = needs(
        compound_of("combined-meter"), ReplaceTransformer(transformer="T1", type="S13-1250")
    )

    # 1250 kVA / (sqrt(3) 0.4 kV) = 1804 A; the device there has 1250 A
    assert found == {
        ("transformer_removal", "T1"): (1, "piece", MV),
        ("transformer.S13-1250", "T1"): (1, "piece", MV),
        ("transformer_commissioning", "T1"): (1, "piece", MV),
        ("lv_breaker.ACB-2000", "T1"): (1, "piece", LV),
    }


def test_a_larger_unit_in_a_prefabricated_substation_comes_with_its_housing():
    compound = compound_of("villa")  # one S20-630
    larger = needs(compound, ReplaceTransformer(transformer="T1", type="S20-800"))
    better = needs(compound, ReplaceTransformer(transformer="T1", type="S22-630"))

    assert larger["substation_housing.800", "PD1"] == (1, "piece", MV)
    assert not any(item.startswith("lv_breaker") for item, _ in larger)
    assert not any(item.startswith("substation_housing") for item, _ in better)


@pytest.mark.parametrize(
    ("laying", "today", "cable_type", "parallel", "expected"),
    [
        ("duct", 1, "YJLV22-0.6/1-4x240", 2, {"laying.duct": 64}),
        ("duct", 1, "YJV22-0.6/1-4x240", 1, {"laying.existing": 64}),
        ("duct", 1, "YJV22-0.6/1-4x240", 2, {"laying.existing": 64, "laying.duct": 64}),
        ("duct", 2, "YJV22-0.6/1-4x240", 1, {"laying.existing": 64}),
        ("tray", 1, "YJV22-0.6/1-4x240", 2, {"laying.existing": 128}),
        ("trench", 1, "YJLV22-0.6/1-4x240", 2, {"laying.existing": 64}),
        ("buried", 1, "YJV22-0.6/1-4x240", 2, {"laying.buried": 64}),
        ("air", 1, "YJV22-0.6/1-4x240", 1, {"laying.air": 64}),
        (None, 1, "YJLV22-0.6/1-4x240", 2, {"laying.duct": 64}),
    ],
)
def test_cables_use_the_channel_that_is_there_and_need_more_for_those_beside(
    laying, today, cable_type, parallel, expected
):
    compound = with_lv_cable(compound_of("old-courtyard"), laying=laying, parallel=today)
    measure = ReplaceCable(cable="T1-F1", type=cable_type, parallel=parallel, breaker=None)

    found = needs(compound, measure)

    civil = {item: row for (item, _), row in found.items() if item.startswith("laying")}
    assert civil == {item: (m, "m", "lv_civil") for item, m in expected.items()}


def test_only_the_cables_that_are_added_are_bought():
    compound = compound_of("old-courtyard")  # T1-F1: one YJLV22-0.6/1-4x240, 64 m
    beside = ReplaceCable(cable="T1-F1", type="YJLV22-0.6/1-4x240", parallel=2, breaker="MCCB-500")
    instead = ReplaceCable(cable="T1-F1", type="YJV22-0.6/1-4x240", parallel=2, breaker=None)

    assert needs(compound, beside)["cable_lv.YJLV22-0.6/1-4x240", "T1-F1"] == (64, "m", LV)
    assert needs(compound, beside)["lv_breaker.MCCB-500", "T1-F1"] == (1, "piece", LV)
    assert needs(compound, instead)["cable_lv.YJV22-0.6/1-4x240", "T1-F1"] == (128, "m", LV)


def test_a_10_kv_cable_belongs_outside_the_red_line_where_it_meets_a_source():
    compound = compound_of("mid-rise")  # MC1 from SRC1 to RMU1, 200 m; MC3 from RMU1 to T1

    def of(name):
        measure = ReplaceCable(cable=name, type="YJV22-8.7/15-3x400", parallel=1, breaker=None)
        return needs(compound, measure)

    assert of("MC1") == {
        ("cable_mv.YJV22-8.7/15-3x400", "MC1"): (200, "m", OUTSIDE),
        ("termination.mv", "MC1"): (2, "piece", OUTSIDE),
        ("laying.existing", "MC1"): (200, "m", OUTSIDE_CIVIL),
    }
    assert {row[2] for row in of("MC3").values()} == {MV, MV_CIVIL}


def test_a_second_transformer_needs_what_its_neighbour_has():
    compound = compound_of("mid-rise")  # tied; T1: SCB14-1250, 380 kvar, MC3 of 48 m from RMU1
    found = needs(compound, measure_of(compound, "second_transformer"))

    assert found == {
        ("transformer.SCB14-500", "T99"): (1, "piece", MV),
        ("transformer_commissioning", "T99"): (1, "piece", MV),
        ("room_fit_out", "PD1"): (1, "piece", MV_CIVIL),
        ("lv_cabinet", "T99"): (2, "piece", LV),
        ("lv_tie_cabinet", "T99"): (1, "piece", LV),
        ("lv_breaker.ACB-800", "T99"): (1, "piece", LV),  # 500 / (sqrt(3) 0.4) = 722 A
        ("capacitor", "T99"): (152, "kvar", LV),  # 380 * 500 / 1250
        ("cable_mv.YJV22-8.7/15-3x120", "T99-MC"): (48, "m", MV),
        ("termination.mv", "T99-MC"): (2, "piece", MV),
        ("laying.duct", "T99-MC"): (48, "m", MV_CIVIL),
        ("lv_breaker.MCCB-315", "T1-F1"): (1, "piece", LV),
        ("cable_transfer", "T1-F1"): (1, "piece", LV),
        ("termination.lv", "T1-F1"): (1, "piece", LV),
    }


def test_a_second_transformer_on_a_10_kv_bus_needs_a_bay_of_it():
    compound = compound_of("combined-meter")  # MC1 ends at PD1, T1 stands on its bus
    found = needs(compound, measure_of(compound, "second_transformer"))

    assert found["rmu_bay", "T99"] == (1, "bay", MV)
    assert not any(item.startswith(("cable_mv", "lv_tie")) for item, _ in found)


def test_a_new_substation_needs_housing_foundation_and_10_kv_cable():
    compound = compound_of("mid-rise")
    found = needs(compound, measure_of(compound, "new_substation"))

    assert found == {
        ("transformer.SCB14-500", "T99"): (1, "piece", MV),
        ("transformer_commissioning", "T99"): (1, "piece", MV),
        ("substation_housing.500", "PD9"): (1, "piece", MV),
        ("foundation", "PD9"): (1, "piece", MV_CIVIL),
        ("capacitor", "T99"): (152, "kvar", LV),
        ("cable_mv.YJV22-8.7/15-3x120", "PD9-MC"): (150, "m", MV),
        ("termination.mv", "PD9-MC"): (2, "piece", MV),
        ("laying.duct", "PD9-MC"): (150, "m", MV_CIVIL),
        ("cable_transfer", "T1-F1"): (1, "piece", LV),
        ("termination.lv", "T1-F1"): (1, "piece", LV),
    }


def test_a_new_rmu_has_two_more_terminations_for_the_cable_it_is_cut_into():
    compound = compound_of("mid-rise")
    found = needs(compound, measure_of(compound, "new_substation_rmu"))

    assert found["rmu.RMU-2in-4out", "PD9-RMU"] == (1, "piece", MV)
    assert found["termination.mv", "PD9-RMU"] == (2, "piece", MV)


@pytest.mark.parametrize(
    ("kind", "spare", "item"),
    [
        ("line_tap", 2, "line_tap"),
        ("rmu_bay", 1, "rmu_bay"),  # the cable that is there has it
        ("rmu_bay", None, "rmu_bay"),
        ("rmu_bay", 2, None),
    ],
)
def test_a_source_without_a_spare_bay_needs_one(kind, spare, item):
    compound = compound_of("old-courtyard")
    source = compound.sources[0].model_copy(update={"kind": kind, "spare_bays": spare})
    compound = compound.model_copy(update={"sources": (source,)})

    found = needs(compound, measure_of(compound, "new_substation"))

    bays = {name: row for (name, _), row in found.items() if name in {"line_tap", "rmu_bay"}}
    assert set(bays) == ({item} if item else set())
    assert all(row[2] == OUTSIDE for row in bays.values())


def test_spare_bays_are_what_cables_and_units_leave_over():
    compound = compound_of("mid-rise")  # RMU-2in-4out: 6 bays, MC1 to MC4; sources have 2, use 1
    rmu = compound.rmus[0].model_copy(update={"n_bays": 4})
    smaller = compound.model_copy(update={"rmus": (rmu,)})

    assert spare_bays(compound, catalogue=CATALOGUE) == {"RMU1": 2, "SRC1": 1, "SRC2": 1}
    assert spare_bays(smaller, catalogue=CATALOGUE)["RMU1"] == 0


@pytest.mark.parametrize(
    ("phases", "moved"), [((6, 0, 0), 4), ((0, 7, 0), 4), ((3, 3, 2), 0), ((5, 3, 3), 1)]
)
def test_rebalancing_moves_what_is_above_an_even_share(phases, moved):
    compound = compound_of("villa")
    row = compound.private_bays[0].model_copy(update={"phases": phases, "count": sum(phases)})
    compound = compound.model_copy(update={"private_bays": (row,), "households": ()})

    found = needs(compound, RebalancePhases(node=row.node))

    assert found == ({("rebalance.bay", row.node): (moved, "piece", LV)} if moved else {})


def test_flats_are_moved_at_their_own_price():
    compound = compound_of("combined-meter")
    home = compound.households[0]

    found = needs(compound, RebalancePhases(node=home.node))

    assert found["rebalance.household", home.node][1:] == ("piece", LV)


def test_each_measure_counts_after_the_ones_before_it():
    compound = compound_of("old-courtyard")
    first = ReplaceCable(cable="T1-F1", type="YJV22-0.6/1-4x240", parallel=1, breaker=None)
    then = ReplaceCable(cable="T1-F1", type="YJV22-0.6/1-4x240", parallel=2, breaker=None)

    rows = quantities_of_all(compound, [first, then], catalogue=CATALOGUE)

    assert [row.quantity for row in rows if row.item.startswith("cable_lv")] == [64, 64]
