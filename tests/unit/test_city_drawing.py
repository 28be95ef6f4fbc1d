"""Templates drawn into arrays: what is remembered for one must not leak into another."""

from dataclasses import replace

from gridcalc.city.batch.drawing import drawn_part
from gridcalc.city.compounds import catalogue_of, sketch
from gridcalc.city.records import CityQuestion, CityRow

QUESTION = CityQuestion()
ROW = CityRow(row=2, id="a", name="a", template="walk-up")


def test_layouts_that_differ_in_provisions_only_keep_their_own():
    # Two templates may share their 10 kV side and differ in what the file says of control and
    # meters; the second must not get the records remembered for the first.
    first = sketch(ROW, QUESTION)
    layout = first.layout
    turned = layout.model_copy(
        update={
            "orderly_charging": not layout.orderly_charging,
            "one_household_one_meter": not layout.one_household_one_meter,
        }
    )
    catalogue = catalogue_of(QUESTION)

    one = drawn_part(first, catalogue).compound
    other = drawn_part(replace(first, layout=turned), catalogue).compound

    assert one.orderly_charging is layout.orderly_charging
    assert one.one_household_one_meter is layout.one_household_one_meter
    assert other.orderly_charging is not layout.orderly_charging
    assert other.one_household_one_meter is not layout.one_household_one_meter
