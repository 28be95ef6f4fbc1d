"""What a measure changes in the words of a report, and how long it takes."""

from dataclasses import replace

import pytest

from gridcalc.policy import load_policy
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.change import Change, change_of
from gridcalc.upgrade.durations import works_days
from gridcalc.upgrade.measures import (
    AddCapacitor,
    OrderlyCharging,
    RebalancePhases,
    ReplaceCable,
    SetTap,
)
from tests.unit.upgrade_cases import CASES, CATALOGUE, compound_of, measure_of

PACK = load_policy("national")


def change(compound, measure):
    return change_of(compound, measure, catalogue=CATALOGUE)


def said(from_, to, quantity=1.0, unit="piece"):
    return Change(from_=from_, to=to, quantity=quantity, unit=unit)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("replace_transformer", said("SCB14-1250", "SCB14-1600")),
        (
            "replace_lv_cable",  # T1-F1, 80 m
            said("YJV22-0.6/1-4x240", "2 x YJV22-0.6/1-4x240", 80, "m"),
        ),
        (
            "replace_mv_cable",  # MC1, 200 m
            said("YJV22-8.7/15-3x300", "YJLV22-8.7/15-3x400", 200, "m"),
        ),
        ("set_tap", said("0", "-1")),
        ("add_capacitor", said("380", "440", 60, "kvar")),
        ("second_transformer", said("", "SCB14-500")),
        ("new_substation", said("", "SCB14-500")),
        ("new_substation_rmu", said("", "SCB14-500")),
        ("move_feeder", said("T1", "T2")),
        (
            "split_feeder",  # 80 m to the branch box and 24 m on
            said("T1-F1-BB1, YJV22-0.6/1-4x70", "T1.LV, YJV22-0.6/1-4x240", 104, "m"),
        ),
        ("move_to_source", said("SRC1", "SRC2", 300, "m")),
    ],
)
def test_a_change_says_what_is_there_and_what_comes(kind, expected):
    compound = compound_of("mid-rise")

    assert change(compound, measure_of(compound, kind)) == expected


def test_cables_in_parallel_are_counted_on_both_sides():
    compound = compound_of("mid-rise")
    first = ReplaceCable(cable="T1-F1", type="YJV22-0.6/1-4x240", parallel=2, breaker=None)
    doubled = apply(compound, [first], catalogue=CATALOGUE)
    back = ReplaceCable(cable="T1-F1", type="YJV22-0.6/1-4x185", parallel=1, breaker=None)

    found = change(doubled, back)

    assert found == said("2 x YJV22-0.6/1-4x240", "YJV22-0.6/1-4x185", 80, "m")
    assert change(doubled, measure_of(doubled, "move_feeder")) == said("T1", "T2", 2)


def test_a_source_at_the_far_end_of_a_cable_is_the_one_that_changes():
    compound = compound_of("mid-rise")  # MC2 from RMU1 to SRC2
    measure = replace(measure_of(compound, "move_to_source"), cable="MC2", source="SRC1")

    assert change(compound, measure) == said("SRC2", "SRC1", 300, "m")


def test_orderly_charging_counts_its_chargers():
    compound = compound_of("walk-up")  # T1 and T2, each rounded up
    bays = [
        sum(row.count for row in compound.private_bays if row.node.startswith(unit))
        for unit in ("T1", "T2")
    ]
    orderly = compound.model_copy(update={"orderly_charging": True})

    assert change(compound, OrderlyCharging()) == said("", "orderly", sum(bays))
    half = sum(-(-n // 2) for n in bays)
    assert change(compound, OrderlyCharging(bays_percent=50.0)) == said("", "orderly", half)
    assert change(orderly, OrderlyCharging()) == said("orderly", "orderly", 0)


def test_uneven_phases_are_shown_and_those_that_move_are_counted():
    compound = compound_of("villa")
    node = compound.private_bays[0].node
    bays = compound.private_bays[0].model_copy(update={"phases": (8, 2, 2), "count": 12})
    homes = compound.households[0].model_copy(
        update={"phases": (0, 6, 0), "count": 6, "node": node}
    )
    compound = compound.model_copy(update={"private_bays": (bays,), "households": (homes,)})

    # of 12 bays four leave phase a, of 6 flats four leave phase b
    found = change(compound, RebalancePhases(node=node))
    assert found == said("[8, 2, 2], [0, 6, 0]", "round_robin", 8)


def test_compensation_that_is_not_given_counts_as_none():
    compound = compound_of("old-courtyard")
    station = compound.substations[0]
    unit = station.transformers[0].model_copy(update={"compensation_kvar": None})
    bare = station.model_copy(update={"transformers": (unit,)})
    compound = compound.model_copy(update={"substations": (bare,)})

    found = change(compound, AddCapacitor(transformer="T1", kvar=30.0))
    assert found == said("0", "30", 30, "kvar")


def test_a_change_that_cannot_be_made_is_refused():
    with pytest.raises(ValueError, match="has no tap 3"):
        change(compound_of("villa"), SetTap(transformer="T1", tap=3))


@pytest.mark.parametrize(("template", "kind"), CASES)
def test_every_measure_has_a_change_and_a_duration(template, kind):
    compound = compound_of(template)
    measure = measure_of(compound, kind)

    found = change(compound, measure)

    assert found.to
    assert found.unit in {"piece", "m", "kvar"}
    assert works_days(measure, PACK) >= 1


@pytest.mark.parametrize(("value", "days"), [(12, 12), (2.1, 3), (0, 0)])
def test_the_pack_says_how_long_works_take(value, days):
    rule = replace(PACK.rules["works.set_tap_working_days"], value=value)
    pack = replace(PACK, rules={**PACK.rules, rule.name: rule})

    assert works_days(SetTap(transformer="T1", tap=1), pack) == days
    assert isinstance(works_days(SetTap(transformer="T1", tap=1), pack), int)
    assert PACK.rule(rule.name).confidence == "assumed"
