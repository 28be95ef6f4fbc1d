"""The bill of quantities: prices times quantities, shares of bases, sums that add up exactly."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcalc.cost import Money, Quantity, bill_of_quantities, load_price_book
from gridcalc.cost.money import NOTHING, split, total
from gridcalc.cost.prices import SECTIONS
from gridcalc.errors import InputError
from tests.unit.cost_cases import TYPICAL_YUAN, WORKS, plain_book, works

FEN = st.integers(min_value=0, max_value=10**12)


def money(low: int, typical: int, high: int) -> Money:
    return Money(low=Decimal(low) / 100, typical=Decimal(typical) / 100, high=Decimal(high) / 100)


def test_the_typical_cost_of_the_works_is_the_sum_by_hand():
    bill = bill_of_quantities(works(), plain_book())

    assert {line.item: line.cost_yuan.typical for line in bill.lines} == {
        row[0]: row[-1] for row in WORKS
    }
    assert bill.cost_yuan.typical == TYPICAL_YUAN


def test_low_and_high_are_quantity_times_low_and_high_price():
    (quantity,) = [row for row in works() if row.item == "meter_box"]

    (line,) = bill_of_quantities([quantity], plain_book()).lines

    assert (line.cost_yuan.low, line.cost_yuan.high) == (4 * 1500, 4 * 4000)


def test_a_line_is_rounded_half_up_to_a_whole_fen():
    quantity = Quantity(
        item="cable_line_mv.up_to_3x120",
        element="MC1",
        measure="works",
        quantity=0.01,
        unit="m",
        payer_subject="public_network",
    )

    (line,) = bill_of_quantities([quantity], plain_book()).lines

    # 0.01 m at 288.5, 380 and 532.3 yuan/m: 2.885, 3.80 and 5.323 yuan
    assert line.cost_yuan == money(289, 380, 532)


def test_surcharges_are_shares_of_their_stated_bases_in_the_order_of_the_book():
    (quantity,) = [row for row in works() if row.item == "cable_lv.YJV22-0.6/1-4x240"]

    bill = bill_of_quantities([quantity], load_price_book("national-2025"))

    # 83 600; accessories 2 % of it; installation 8 % of the cable family (83 600);
    # design 8 % of 83 600 + 1 672 + 6 688; contingency 5 % of those and design
    typical = {line.item: line.cost_yuan.typical for line in bill.lines}
    assert typical == {
        quantity.item: 83_600,
        "accessories_lv": Decimal(1672),
        "installation_cable": Decimal(6688),
        "design_and_supervision": Decimal("7356.8"),
        "contingency": Decimal("4965.84"),
    }


def test_the_low_cost_takes_the_low_shares_of_the_low_base():
    (quantity,) = [row for row in works() if row.item == "cable_lv.YJV22-0.6/1-4x240"]

    bill = bill_of_quantities([quantity], load_price_book("national-2025"))

    (design,) = [line for line in bill.lines if line.item == "design_and_supervision"]
    assert design.base_yuan is not None
    assert design.base_yuan.low == Decimal(71700) * Decimal("1.07")  # 2 % and 5 %
    assert design.cost_yuan.low == Decimal("4603.14")  # 6 % of 76 719


def test_every_part_of_the_works_bears_its_own_surcharges():
    book = load_price_book("national-2025")
    alone = [bill_of_quantities([row], book).cost_yuan for row in works()]

    together = bill_of_quantities(works(), book)

    assert together.cost_yuan == total(alone)


def test_sections_add_up_to_the_whole():
    bill = bill_of_quantities(works(), load_price_book("national-2025"))

    parts = [total(line.cost_yuan for line in bill.section(name)) for name in SECTIONS]

    assert total(parts) == bill.cost_yuan
    assert all(part.low <= part.typical <= part.high for part in parts)


def test_the_order_of_the_quantities_changes_nothing():
    book = load_price_book("national-2025")
    rows = list(works())
    Random(3).shuffle(rows)

    assert bill_of_quantities(rows, book) == bill_of_quantities(works(), book)


def test_no_works_cost_nothing():
    bill = bill_of_quantities([], load_price_book("national-2025"))

    assert (bill.lines, bill.cost_yuan) == ((), NOTHING)


def test_all_items_without_price_and_all_wrong_units_are_in_one_error():
    rows = list(works())
    rows[0] = replace(rows[0], item="cable_lv.YJV22-0.6/1-4x999")
    rows[2] = replace(rows[2], item="meter_bocks")
    rows[3] = replace(rows[3], unit="m")

    with pytest.raises(InputError) as caught:
        bill_of_quantities(rows, plain_book())

    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 3
    assert any("nearest is 'cable_lv.YJV22-0.6/1-4x" in text for text in said)
    assert any("items.meter_bocks" in text for text in said)
    assert any("is priced per piece; T1 needs 1 m" in text for text in said)


@given(FEN, FEN, FEN, st.lists(st.floats(min_value=0.5, max_value=100), min_size=1, max_size=5))
def test_parts_of_an_amount_sum_to_it_to_the_fen(low, typical, high, percents):
    whole = money(low, typical, high)

    assert total(split(whole, percents)) == whole


@given(FEN, st.integers(min_value=1, max_value=5))
def test_equal_parts_differ_by_one_fen_at_most(fen, n):
    parts = [part.typical for part in split(money(0, fen, fen), [100 / n] * n)]

    assert max(parts) - min(parts) <= Decimal("0.01")
