"""Lines that start elsewhere: feeders, boxes with a feeder of their own, 10 kV cables."""

import pytest

from gridcalc.compound.model import Metered
from gridcalc.compound.reader import parse_compound
from gridcalc.compound.topology import lv_topology
from gridcalc.compound.writer import compound_yaml
from gridcalc.cost import bill_of_quantities, load_price_book
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.measures import MoveFeeder, MoveToSource, SplitFeeder
from gridcalc.upgrade.quantities import quantities_of
from tests.unit.upgrade_cases import CATALOGUE, compound_of, feeders_of

LV, LV_CIVIL = "lv_before_meter", "lv_civil"
OUTSIDE, OUTSIDE_CIVIL = "mv_outside_red_line", "mv_civil_outside_red_line"
BOX = "T1-F1-MB1-C"
"""In mid-rise: YJV22-0.6/1-4x70, 24 m, behind T1-F1: YJV22-0.6/1-4x240, 80 m, with 315 A."""
LARGER = "YJV22-0.6/1-4x120"


def after(compound, measure):
    return apply(compound, [measure], catalogue=CATALOGUE)


def needs(compound, measure):
    rows = quantities_of(compound, measure, catalogue=CATALOGUE)
    assert {row.measure for row in rows} == {measure.kind}
    return {(row.item, row.element): (row.quantity, row.unit, row.payer_subject) for row in rows}


def cable(compound, name):
    rows = (*compound.mv_cables, *compound.lv_cables)
    return next(row for row in rows if row.id == name)


def device(compound, element):
    return next((row for row in compound.protection if row.element == element), None)


def changed(before, now):
    return {name for name, value in before if getattr(now, name) != value}


def with_lv(compound, name, **update):
    rows = tuple(
        row.model_copy(update=update) if row.id == name else row for row in compound.lv_cables
    )
    return compound.model_copy(update={"lv_cables": rows})


def without_devices(compound, *elements):
    rows = tuple(row for row in compound.protection if row.element not in elements)
    return compound.model_copy(update={"protection": rows})


def test_a_moved_feeder_has_the_board_of_the_other_unit_and_all_else_stays():
    before = compound_of("mid-rise")
    now = after(before, MoveFeeder(feeder="T1-F1", transformer="T2"))

    assert changed(before, now) == {"lv_cables"}
    assert cable(now, "T1-F1") == cable(before, "T1-F1").model_copy(update={"from_id": "T2.LV"})
    moved = {at.id for at in lv_topology(now).places if at.feeder == "T1-F1"}
    assert {at.transformer for at in lv_topology(now).places if at.id in moved} == {"T2"}


def test_a_moved_feeder_needs_its_ends_and_a_breaker_at_the_new_board():
    compound = with_lv(compound_of("mid-rise"), "T1-F1", parallel=2)
    measure = MoveFeeder(feeder="T1-F1", transformer="T2")

    found = needs(compound, measure)

    assert found == {
        ("lv_breaker.MCCB-315", "T1-F1"): (1, "piece", LV),
        ("cable_transfer", "T1-F1"): (2, "piece", LV),
        ("termination.lv", "T1-F1"): (2, "piece", LV),
    }
    bare = without_devices(compound, "T1-F1")
    assert ("lv_breaker.MCCB-315", "T1-F1") not in needs(bare, measure)


@pytest.mark.parametrize(
    ("feeder", "unit", "message"),
    [
        ("T1-F1", "T3", "'T3' does not stand in 'PD1', the substation of 'T1'"),
        ("T1-F1", "T1", "'T1' feeds 'T1-F1' already"),
        ("T1-F1", "T9", "no transformer 'T9'"),
        (BOX, "T2", "not the first cable of a feeder"),
        ("F9", "T2", "no LV cable 'F9'"),
    ],
)
def test_a_feeder_that_cannot_move_is_refused(feeder, unit, message):
    compound = compound_of("high-rise")  # PD1: T1 and T2; PD2: T3 and T4
    measure = MoveFeeder(feeder=feeder, transformer=unit)

    with pytest.raises(ValueError, match=message):
        after(compound, measure)
    with pytest.raises(ValueError, match=message):
        needs(compound, measure)


def test_a_box_gets_a_feeder_along_the_path_that_leads_to_it():
    before = with_lv(compound_of("mid-rise"), "T1-F1", laying="tray", grouping=3)
    measure = SplitFeeder(cable=BOX, transformer="T1", type=LARGER, breaker="MCCB-200")
    now = after(before, measure)

    new = cable(now, BOX)
    assert (new.from_id, new.to_id, new.type, new.parallel) == ("T1.LV", "T1-F1-MB1", LARGER, 1)
    assert (new.length_m, new.laying, new.grouping) == (80 + 24, "tray", 3)
    assert changed(before, now) == {"lv_cables", "protection"}
    assert len(now.lv_cables) == len(before.lv_cables)
    assert lv_topology(now).by_id()["T1-F1-MB1"].path == (BOX,)
    assert parse_compound(compound_yaml(now), file="now.yaml", catalogue=CATALOGUE) == now


def test_the_new_feeder_has_the_setting_of_the_old_one():
    before = compound_of("mid-rise")  # T1-F1: 1575 A after 0.2 s; the box: 1600 A after 0.1 s
    measure = SplitFeeder(cable=BOX, transformer="T2", type=LARGER, breaker="MCCB-200")
    row = device(after(before, measure), BOX)

    assert (row.in_a, row.i_trip_a, row.clearing_s, row.breaking_ka) == (200, 1575, 0.2, 50)
    own = after(without_devices(before, "T1-F1"), measure)
    assert (device(own, BOX).i_trip_a, device(own, BOX).clearing_s) == (1600, 0.1)
    added = after(without_devices(before, BOX), measure)
    assert (device(added, BOX).in_a, device(added, BOX).i_trip_a) == (200, 1575)
    assert device(added, "T1-F1") == device(before, "T1-F1")


def test_without_devices_in_the_file_a_new_feeder_has_none():
    before = without_devices(compound_of("mid-rise"), "T1-F1", BOX)
    measure = SplitFeeder(cable=BOX, transformer="T1", type=LARGER)

    assert device(after(before, measure), BOX) is None
    assert not any(item.startswith("lv_breaker") for item, _ in needs(before, measure))


@pytest.mark.parametrize(
    ("laying", "civil"),
    [
        ("duct", {"laying.duct": 208}),  # a duct for each of two cables of 104 m
        (None, {"laying.duct": 208}),
        ("trench", {"laying.existing": 208}),
        ("buried", {"laying.buried": 104}),
        ("air", {"laying.air": 104}),
    ],
)
def test_a_feeder_of_its_own_is_all_new(laying, civil):
    """Ends of new LV cable are in the share of accessories; see ``termination.lv`` of the book."""
    compound = with_lv(compound_of("mid-rise"), "T1-F1", laying=laying)
    measure = SplitFeeder(cable=BOX, transformer="T1", type=LARGER, parallel=2, breaker="MCCB-400")

    assert needs(compound, measure) == {
        (f"cable_lv.{LARGER}", BOX): (208, "m", LV),
        ("lv_breaker.MCCB-400", BOX): (1, "piece", LV),
    } | {(item, BOX): (length_m, "m", LV_CIVIL) for item, length_m in civil.items()}


def test_the_ends_of_new_lv_cable_are_paid_once():
    """Two cables of 104 m at 418 yuan/m are 86 944 yuan; their accessories 2 %, 1738.88 yuan.

    ``termination.lv`` of the price book is for cable that is there already and is moved.
    """
    measure = SplitFeeder(cable=BOX, transformer="T1", type=LARGER, parallel=2, breaker=None)
    compound = without_devices(compound_of("mid-rise"), "T1-F1", BOX)
    rows = quantities_of(compound, measure, catalogue=CATALOGUE)

    bill = bill_of_quantities(rows, load_price_book("national-2025"))

    cable_section = {line.item: float(line.cost_yuan.typical) for line in bill.section("cable")}
    assert cable_section == {f"cable_lv.{LARGER}": 86944, "accessories_lv": 1738.88}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cable": "T1-F1"}, "starts at an LV board already"),
        ({"cable": "F9"}, "no LV cable 'F9'"),
        ({"transformer": "T3"}, "'T3' does not stand in 'PD1'"),
        ({"transformer": "T9"}, "no transformer 'T9'"),
        ({"type": "YJV22-8.7/15-3x120"}, "no 0.4 kV cable"),
        ({"parallel": 0}, "parallel"),
        ({"breaker": None}, "cannot have None as its breaker"),
        ({"breaker": "MCCB-999"}, "cannot have 'MCCB-999' as its breaker"),
    ],
)
def test_a_split_that_cannot_be_is_refused(values, message):
    compound = compound_of("high-rise")
    given = {"cable": BOX, "transformer": "T1", "type": LARGER, "breaker": "MCCB-200"}
    measure = SplitFeeder(**(given | values))

    with pytest.raises(ValueError, match=message):
        after(compound, measure)
    with pytest.raises(ValueError, match=message):
        needs(compound, measure)


def test_a_breaker_needs_a_device_whose_setting_it_takes_over():
    compound = without_devices(compound_of("mid-rise"), "T1-F1", BOX)

    with pytest.raises(ValueError, match="cannot have 'MCCB-200' as its breaker"):
        after(compound, SplitFeeder(cable=BOX, transformer="T1", type=LARGER, breaker="MCCB-200"))


def test_the_last_cable_of_a_box_without_a_load_cannot_leave_it():
    compound = compound_of("mid-rise")
    gone = [row.id for row in compound.lv_cables if row.from_id == "T1-F1-BB1" and row.id != BOX]
    rows = tuple(row for row in compound.lv_cables if row.id not in gone)
    lone = compound.model_copy(update={"lv_cables": rows})
    measure = SplitFeeder(cable=BOX, transformer="T1", type=LARGER, breaker="MCCB-200")

    with pytest.raises(ValueError, match="'T1-F1-BB1' would be left without a load"):
        after(lone, measure)

    bays = compound.private_bays[0].model_copy(update={"node": "T1-F1-BB1"})
    loaded = lone.model_copy(update={"private_bays": (bays,)})
    assert cable(after(loaded, measure), BOX).from_id == "T1.LV"


def test_an_lv_cable_without_supply_is_refused():
    compound = with_lv(compound_of("mid-rise"), "T1-F1", from_id="nowhere")

    with pytest.raises(ValueError, match="no LV board feeds"):
        after(compound, SplitFeeder(cable=BOX, transformer="T1", type=LARGER))


def flats_behind(compound, *cables):
    """Return the flats behind some cables, and those of T1 and T2."""
    places = lv_topology(compound).by_id()
    rows = [(places[row.node], row.count) for row in compound.households]
    behind = sum(n for at, n in rows if set(cables) & set(at.path))
    return behind, *(sum(n for at, n in rows if at.transformer == unit) for unit in ("T1", "T2"))


def metered(compound, **peaks_kw):
    rows = tuple(Metered(transformer=unit, peak_kw=kw) for unit, kw in peaks_kw.items())
    return compound.model_copy(update={"metered": rows})


def peaks(compound):
    return {row.transformer: row.peak_kw for row in compound.metered}


@pytest.mark.parametrize("kind", ["feeder", "box"])
def test_flats_take_their_part_of_a_metered_load_with_them(kind):
    base = compound_of("mid-rise")
    before = metered(base, T1=600.0, T2=400.0)
    if kind == "feeder":
        name = "T1-F1"
        measure = MoveFeeder(feeder=name, transformer="T2")
    else:
        name = BOX
        measure = SplitFeeder(cable=name, transformer="T2", type=LARGER, breaker="MCCB-200")
    moved, of_t1, _ = flats_behind(base, name)

    found = peaks(after(before, measure))

    assert 0 < moved < of_t1
    assert found["T1"] == pytest.approx(600 * (of_t1 - moved) / of_t1)
    assert found["T2"] == pytest.approx(400 + 600 * moved / of_t1)


def test_a_box_that_keeps_its_transformer_leaves_the_metered_load_alone():
    before = metered(compound_of("mid-rise"), T1=600.0, T2=400.0)
    measure = SplitFeeder(cable=BOX, transformer="T1", type=LARGER, breaker="MCCB-200")

    assert after(before, measure).metered == before.metered


def test_a_unit_is_no_longer_metered_once_it_feeds_flats_that_were_not():
    base = compound_of("mid-rise")
    measure = MoveFeeder(feeder="T1-F1", transformer="T2")
    moved, of_t1, _ = flats_behind(base, "T1-F1")

    assert after(metered(base, T2=400.0), measure).metered == ()
    assert peaks(after(metered(base, T1=600.0), measure)) == {
        "T1": pytest.approx(600 * (of_t1 - moved) / of_t1)
    }


def test_a_feeder_without_flats_leaves_the_metered_loads_as_they_are():
    base = compound_of("mid-rise")
    homes = tuple(row for row in base.households if not row.node.startswith("T1-F1-"))
    before = metered(base.model_copy(update={"households": homes}), T2=400.0)

    now = after(before, MoveFeeder(feeder="T1-F1", transformer="T2"))

    assert now.metered == before.metered


def test_metered_curves_are_added_quarter_hour_by_quarter_hour():
    base = compound_of("mid-rise")
    rows = (
        Metered(transformer="T1", curve_96_kw=tuple(100.0 + k for k in range(96))),
        Metered(transformer="T2", curve_96_kw=(50.0,) * 96),
    )
    before = base.model_copy(update={"metered": rows})
    moved, of_t1, _ = flats_behind(base, "T1-F1")

    found = {
        row.transformer: row.curve_96_kw
        for row in after(before, MoveFeeder(feeder="T1-F1", transformer="T2")).metered
    }

    share = moved / of_t1
    assert found["T2"] == pytest.approx([50 + share * (100 + k) for k in range(96)])
    assert found["T1"] == pytest.approx([(1 - share) * (100 + k) for k in range(96)])


def test_all_flats_of_a_metered_unit_may_go_to_another():
    base = compound_of("mid-rise")
    before = metered(base, T1=600.0, T2=400.0)
    moves = [MoveFeeder(feeder=name, transformer="T2") for name in feeders_of(base, "T1")]

    now = apply(before, moves, catalogue=CATALOGUE)

    assert peaks(now) == {"T2": pytest.approx(1000)}


def test_a_10_kv_cable_starts_at_another_source():
    before = compound_of("mid-rise")  # MC1 from SRC1 to RMU1; MC2 from RMU1 to SRC2 is open
    now = after(before, MoveToSource(cable="MC1", source="SRC2", length_m=330.0))

    update = {"from_id": "SRC2", "length_m": 330.0}
    assert cable(now, "MC1") == cable(before, "MC1").model_copy(update=update)
    assert changed(before, now) == {"mv_cables"}
    assert parse_compound(compound_yaml(now), file="now.yaml", catalogue=CATALOGUE) == now


def test_the_end_at_the_source_moves_whichever_it_is():
    before = compound_of("mid-rise")
    now = after(before, MoveToSource(cable="MC2", source="SRC1", length_m=80.0))

    assert (cable(now, "MC2").from_id, cable(now, "MC2").to_id) == ("RMU1", "SRC1")
    assert cable(now, "MC2").normally_open


def test_another_source_needs_cable_ends_and_route_outside_the_red_line():
    compound = compound_of("mid-rise")  # SRC2 has one bay to spare
    found = needs(compound, MoveToSource(cable="MC1", source="SRC2", length_m=330.0))

    assert found == {
        ("cable_mv.YJV22-8.7/15-3x300", "MC1"): (330, "m", OUTSIDE),
        ("termination.mv", "MC1"): (2, "piece", OUTSIDE),
        ("laying.duct", "MC1"): (330, "m", OUTSIDE_CIVIL),
    }


@pytest.mark.parametrize(
    ("update", "item"),
    [
        ({"spare_bays": 1}, ("rmu_bay", "bay")),  # MC2 has it
        ({"spare_bays": None}, ("rmu_bay", "bay")),
        ({"kind": "line_tap"}, ("line_tap", "piece")),
    ],
)
def test_another_source_without_a_spare_bay_needs_one(update, item):
    compound = compound_of("mid-rise")
    first, second = compound.sources
    sources = (first, second.model_copy(update=update))
    compound = compound.model_copy(update={"sources": sources})

    found = needs(compound, MoveToSource(cable="MC1", source="SRC2", length_m=330.0))

    name, unit = item
    assert found[name, "MC1"] == (1, unit, OUTSIDE)


@pytest.mark.parametrize(
    ("cable", "source", "length_m", "message"),
    [
        ("MC9", "SRC2", 100.0, "no 10 kV cable 'MC9'"),
        (BOX, "SRC2", 100.0, "no 10 kV cable"),
        ("MC1", "SRC9", 100.0, "no source 'SRC9'"),
        ("MC1", "SRC1", 100.0, "is at 'SRC1' already"),
        ("MC3", "SRC2", 100.0, "does not start at a source"),
        ("MC1", "SRC2", 0.0, "length_m"),
    ],
)
def test_a_cable_that_cannot_have_another_source_is_refused(cable, source, length_m, message):
    compound = compound_of("mid-rise")
    measure = MoveToSource(cable=cable, source=source, length_m=length_m)

    with pytest.raises(ValueError, match=message):
        after(compound, measure)
    with pytest.raises(ValueError, match=message):
        needs(compound, measure)


def test_two_sources_are_never_joined():
    compound = compound_of("mid-rise")  # closing MC2 makes a ring once both ends are at SRC1
    rows = tuple(
        row.model_copy(update={"normally_open": False, "to_id": "SRC1"}) if row.id == "MC2" else row
        for row in compound.mv_cables
    )
    ring = compound.model_copy(update={"mv_cables": rows})

    with pytest.raises(ValueError, match="would join the sources SRC1, SRC2"):
        after(ring, MoveToSource(cable="MC1", source="SRC2", length_m=100.0))
