"""Pieces of the quick plan by themselves; expected numbers are hand calculations in comments."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.catalogue import load_catalogue
from gridcalc.city.batch.field import field_of
from gridcalc.city.batch.parts import part_of
from gridcalc.city.batch.planning_bill import FastBills
from gridcalc.city.batch.planning_changing import Choice, Chosen, changed, part_after
from gridcalc.city.batch.planning_judging import judged, loads_of
from gridcalc.city.batch.planning_ladders import Ladders, Lying
from gridcalc.city.batch.planning_needs import Least, allowed, smallest
from gridcalc.city.batch.planning_prices import UnitCosts
from gridcalc.city.batch.planning_rebuilding import with_transfers
from gridcalc.city.batch.planning_records import Tools
from gridcalc.city.batch.planning_stub import stub_of
from gridcalc.city.batch.planning_units import Limits, Relief, UnitLoad, together
from gridcalc.city.batch.results import ready
from gridcalc.city.compounds import catalogue_of, describe
from gridcalc.city.records import CityQuestion, CityRow, Units
from gridcalc.cost import Quantity, bill_of_quantities, load_price_book
from gridcalc.demand.scenario import scenarios_in_order
from gridcalc.policy import load_policy
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.measures import (
    MoveFeeder,
    NewSubstation,
    ReplaceCable,
    ReplaceTransformer,
    SetTap,
)

ASKED = CityQuestion()
RTOL = 1e-9  # the same arithmetic on the same arrays
NOTHING = Least(carried_a=0.0, rated_a=0.0, area_mm2=0.0, total_mm2=0.0)


@pytest.fixture(scope="module")
def tools():
    return Tools(
        catalogue=load_catalogue(),
        policy=load_policy("national"),
        prices=load_price_book("national-2025"),
    )


def lying(**changes):
    """Return a 4x70 cable in a duct, in ground at 25 °C and 2.0 K·m/W."""
    usual = Lying(
        type="YJV22-0.6/1-4x70",
        parallel=1,
        is_mv=False,
        laying="duct",
        grouping=1,
        air_celsius=40.0,
        soil_celsius=25.0,
        soil_rho_k_m_per_w=2.0,
    )
    return replace(usual, **changes)


def test_a_ladder_holds_the_family_from_its_own_section_upwards_once_and_twice(tools):
    ladder = Ladders(tools, UnitCosts(tools.prices)).of(lying())

    rows = set(zip((c.area_mm2 for c in ladder.cables), ladder.parallel.tolist(), strict=True))

    # sections of the catalogue from 70 mm2: 70 95 120 150 185 240; one 70 is what is there
    sections = (70, 95, 120, 150, 185, 240)
    assert rows == {(s, n) for s in sections for n in (1, 2)} - {(70, 1)}


def test_two_cables_in_parallel_lie_closer_than_one(tools):
    ladder = Ladders(tools, UnitCosts(tools.prices)).of(lying())

    pair = next(k for k, n in enumerate(ladder.parallel) if n == 2)

    assert ladder.grouping[pair] == 2
    assert ladder.grouping[ladder.parallel == 1].tolist() == [0] * 5


def test_two_in_parallel_that_a_file_calls_alone_warm_each_other_too(tools):
    """In a duct 0.85, two side by side 0.90 (cable_derating.csv)."""
    ladder = Ladders(tools, UnitCosts(tools.prices)).of(lying(parallel=2))

    # 4x95 carries 247 A in soil; two as many as today, so nothing more is grouped
    at = [row.area_mm2 for row in ladder.cables].index(95)
    assert (ladder.parallel[at], ladder.grouping[at]) == (2, 0)
    assert ladder.carried_a[at] == pytest.approx(2 * 247 * 0.85 * 0.90)
    assert {int(n) for n in ladder.parallel} == {2}


def test_a_second_cable_in_a_duct_costs_a_duct_and_a_larger_one_does_not(tools):
    costs = UnitCosts(tools.prices)
    ladder = Ladders(tools, costs).of(lying())
    index = {
        (c.area_mm2, n): k
        for k, (c, n) in enumerate(zip(ladder.cables, ladder.parallel.tolist(), strict=True))
    }

    # quantities of upgrade.md: a replaced cable uses its duct again, one more needs a duct
    beside = costs.of("cable_lv.YJV22-0.6/1-4x70") + costs.of("laying.duct")
    larger = costs.of("cable_lv.YJV22-0.6/1-4x95") + costs.of("laying.existing")

    assert ladder.yuan_per_m[index[70, 2]] == pytest.approx(beside)
    assert ladder.yuan_per_m[index[95, 1]] == pytest.approx(larger)


def test_a_mv_cable_stays_single(tools):
    row = lying(type="YJV22-8.7/15-3x150", is_mv=True)

    ladder = Ladders(tools, UnitCosts(tools.prices)).of(row)

    assert set(ladder.parallel.tolist()) == {1}
    assert set(ladder.breaker.tolist()) == {-1}


def test_the_cheapest_option_that_is_enough_is_taken_and_none_where_none_is(tools):
    ladder = Ladders(tools, UnitCosts(tools.prices)).of(lying())
    most = float(ladder.carried_a.max())

    little = smallest(ladder, replace(NOTHING, carried_a=1.0), np.nan, 100.0)
    much = smallest(ladder, replace(NOTHING, carried_a=most), np.nan, 100.0)
    none = smallest(ladder, replace(NOTHING, carried_a=most + 1), np.nan, 100.0)

    assert ladder.cost_yuan(100.0, np.nan)[little] == ladder.cost_yuan(100.0, np.nan).min()
    assert ladder.carried_a[much] == most
    assert none is None


def test_an_option_whose_device_would_limit_or_not_protect_is_not_allowed(tools):
    ladder = Ladders(tools, UnitCosts(tools.prices)).of(lying())

    ok = allowed(ladder, replace(NOTHING, rated_a=200.0), 160.0)

    # breakers are 160, 200, 250 …: enough are those with at least 200 A within the ampacity
    assert ok.tolist() == [bool(a >= 200) for a in ladder.carried_a]


def test_each_cable_stands_the_fault_and_all_together_never_shrink(tools):
    ladder = Ladders(tools, UnitCosts(tools.prices)).of(lying())
    areas = [cable.area_mm2 for cable in ladder.cables]
    totals = [a * n for a, n in zip(areas, ladder.parallel.tolist(), strict=True)]

    each = allowed(ladder, replace(NOTHING, area_mm2=95.0), np.nan)
    together = allowed(ladder, replace(NOTHING, total_mm2=140.0), np.nan)

    assert each.tolist() == [a >= 95 for a in areas]
    assert together.tolist() == [a >= 140 for a in totals]  # 2 x 70 is just enough


def test_the_fast_bill_is_the_bill(tools):
    rows = [
        Quantity(
            item=item,
            element=f"E{k}",
            measure="x",
            quantity=quantity,
            unit=tools.prices.price(item).unit,
            payer_subject=subject,
        )
        for k, (item, quantity, subject) in enumerate(
            [
                ("cable_lv.YJV22-0.6/1-4x240", 33.3, "lv_before_meter"),
                ("cable_lv.YJV22-0.6/1-4x70", 0.7, "lv_before_meter"),
                ("laying.duct", 33.3, "lv_civil"),
                ("transformer.S20-630", 1.0, "mv_inside_red_line"),
                ("transformer_removal", 1.0, "mv_inside_red_line"),
                ("lv_breaker.ACB-1000", 1.0, "lv_before_meter"),
            ]
        )
    ]

    found = FastBills(tools.prices).by_subject(rows)

    lines = bill_of_quantities(rows, tools.prices).lines
    for subject, yuan in found.items():
        mine = [line.cost_yuan.typical for line in lines if line.payer_subject == subject]
        assert yuan == sum(mine)
    assert set(found) == {line.payer_subject for line in lines}


def test_changed_arrays_are_those_of_the_changed_records():
    row = CityRow(row=1, id="W", name="W", template="walk-up", n_households=96)
    catalogue = catalogue_of(ASKED)
    described, part = describe(row, ASKED), ready(row, ASKED).part
    policy = described.policy
    shop = Ladders(
        Tools(catalogue=catalogue, policy=policy, prices=load_price_book("national-2025")),
        UnitCosts(load_price_book("national-2025")),
    )
    cables = part.network.cables
    k = cables.ids.index("T1-F1")
    how = lying(type=cables.types[k], grouping=int(policy.number("cable.n_grouped")))
    ladder = shop.of(how)
    option = len(ladder.cables) - 1
    chosen = Chosen(
        cables={k: Choice(ladder=ladder, option=option)}, units={0: "S20-800"}, taps={0: -1}
    )
    in_a = float(part.devices.in_a[k])
    measures = [
        ReplaceTransformer(transformer="T1", type="S20-800"),
        ReplaceCable(
            cable="T1-F1",
            type=ladder.cables[option].name,
            parallel=int(ladder.parallel[option]),
            breaker=shop.breakers[ladder.breaker[option]].name
            if ladder.is_replaced(in_a)[option]
            else None,
            grouping=int(ladder.grouping[option]) or None,
        ),
        SetTap(transformer="T1", tap=-1),
    ]

    got = part_after(changed(field_of([part], policy), chosen, catalogue), 0)

    after = apply(described.compound, measures, catalogue=catalogue)
    want = part_of(after, catalogue=catalogue, policy=policy)
    assert_same(got, want)


def test_a_compound_drawn_with_transfers_is_that_of_the_changed_records():
    row = CityRow(
        row=1,
        id="V",
        name="V",
        template="villa",
        n_households=60,
        metered_peak_kw=200.0,
        transformers=(Units(n=2, sn_kva=630),),
    )
    catalogue = catalogue_of(ASKED)
    described, part = describe(row, ASKED), ready(row, ASKED).part
    tools = Tools(
        catalogue=catalogue, policy=described.policy, prices=load_price_book("national-2025")
    )
    feeders = [name for name in part.network.cables.ids if name.startswith("T1-F")]
    first = [name for name in feeders if name.count("-") == 1][:2]
    measure = NewSubstation(
        substation_id="PDX",
        transformer_id="TX",
        type="S20-500",
        mv_from=described.compound.substations[0].id,
        mv_cable_type="YJV22-8.7/15-3x150",
        mv_length_m=120.0,
        rmu_type=None,
        feeders=tuple(first),
    )

    got = with_transfers(part, stub_of(part), [measure], tools)

    after = apply(described.compound, [measure], catalogue=catalogue)
    want = part_of(after, catalogue=catalogue, policy=described.policy)
    assert_same(got, want)


def test_a_moved_feeder_is_that_of_the_changed_records():
    row = CityRow(row=1, id="M", name="M", template="mid-rise", n_households=200)
    catalogue = catalogue_of(ASKED)
    described, part = describe(row, ASKED), ready(row, ASKED).part
    tools = Tools(
        catalogue=catalogue, policy=described.policy, prices=load_price_book("national-2025")
    )
    one, other = (unit.id for unit in described.compound.substations[0].transformers[:2])
    measure = MoveFeeder(feeder=f"{one}-F1", transformer=other)

    got = with_transfers(part, stub_of(part), [measure], tools)

    after = apply(described.compound, [measure], catalogue=catalogue)
    want = part_of(after, catalogue=catalogue, policy=described.policy)
    assert_same(got, want)


def assert_same(got, want):
    """Compare two compounds element by element, by their ids, and what they are judged to be."""
    for table in ("cables", "transformers"):
        mine, theirs = getattr(got.network, table), getattr(want.network, table)
        assert sorted(mine.ids) == sorted(theirs.ids)
        at = [mine.ids.index(name) for name in theirs.ids]
        for name in type(theirs).__dataclass_fields__:
            values, expected = getattr(mine, name), getattr(theirs, name)
            if name == "ids":
                continue
            if name == "types":
                assert [values[k] for k in at] == list(expected)
            elif name.endswith("_node"):
                assert [got.network.node_ids[k] for k in values[at]] == [
                    want.network.node_ids[k] for k in expected
                ]
            else:
                np.testing.assert_allclose(values[at], expected, rtol=RTOL, err_msg=name)
    scenarios = scenarios_in_order(ASKED.scenarios)
    policy = load_policy(want.compound.policy)
    fields = [field_of([part], policy) for part in (got, want)]
    one, two = (judged(field, loads_of(field, scenarios)) for field in fields)
    for mine, theirs in zip(one.families, two.families, strict=True):
        assert (mine.check, mine.quantity) == (theirs.check, theirs.quantity)
        np.testing.assert_allclose(
            np.sort(np.nan_to_num(mine.value), axis=0),
            np.sort(np.nan_to_num(theirs.value), axis=0),
            rtol=1e-7,  # both sweeps stop at steps of 1e-10 pu
            atol=1e-7,
        )


LIMITS = Limits(single=85.0, tied=65.0, phase=100.0)


def test_a_rating_is_the_larger_of_total_and_worst_phase():
    # 3 x 100 kVA at 85 %: 300 / 0.85 = 352.9; worst phase 3 x 100 / 1.00 = 300
    assert LIMITS.rating_kva((100 + 0j,) * 3, is_tied=False) == pytest.approx(352.94, abs=0.01)
    # tied, at 65 % of its rating: 461.5
    assert LIMITS.rating_kva((100 + 0j,) * 3, is_tied=True) == pytest.approx(461.54, abs=0.01)
    # one phase alone: 3 x 100 / 1.00 = 300 against 100 / 0.85
    assert LIMITS.rating_kva((100 + 0j, 0j, 0j), is_tied=False) == pytest.approx(300.0)


def test_a_part_draws_more_than_its_part_of_the_peak():
    relief = Relief(stub=None, station=None, units=(), limits=LIMITS, margin=1.0)
    quarter = (25 + 0j,) * 3  # 75 of 300 kVA

    got = relief.part_kva(quarter, 300.0, 0.1, is_tied=False)

    # 75 / 0.85 times 0.25 ** -0.1 = 88.235 x 1.1487
    assert got == pytest.approx(101.36, abs=0.01)


def test_the_power_of_a_unit_is_its_board_and_its_feeders():
    unit = UnitLoad(
        name="T1",
        sn_kva=630.0,
        needed_kva=700.0,
        board=(1 + 1j, 0j, 0j),
        feeders={"F1": (2 + 0j, 3 + 0j, 0j), "F2": (0j, 1j, 4 + 0j)},
        steepness=0.0,
        losses=1.0,
        larger=(),
    )

    assert unit.power == (3 + 1j, 3 + 1j, 4 + 0j)
    assert together([]) == (0j, 0j, 0j)
