"""Options no plan needs are left out, and no other ones. All numbers are chosen by hand."""

from gridcalc.upgrade.search.dominance import undominated
from gridcalc.upgrade.search.pattern_rows import Row

KEEP, SMALL, LARGE = ("cable:F1", 0), ("cable:F1", 1), ("cable:F1", 2)
PLACE = {"cable:F1": [KEEP, SMALL, LARGE]}
YUAN = {KEEP: 0.0, SMALL: 10.0, LARGE: 20.0}


def row(**weights: float) -> Row:
    named = {"keep": KEEP, "small": SMALL, "large": LARGE}
    return Row(weights={named[name]: value for name, value in weights.items()}, at_least=1.0)


def test_a_dearer_option_that_helps_no_more_is_left_out() -> None:
    kept = undominated(PLACE, YUAN, [row(small=1.0, large=1.0)])

    assert kept == {KEEP, SMALL}


def test_an_option_that_helps_more_in_one_row_stays() -> None:
    kept = undominated(PLACE, YUAN, [row(small=1.0, large=1.0), row(large=0.5)])

    assert kept == {KEEP, SMALL, LARGE}


def test_an_option_that_counts_against_a_row_does_not_stand_for_another() -> None:
    kept = undominated(PLACE, YUAN, [row(small=1.0, large=1.0), row(small=-1.0)])

    assert kept == {KEEP, SMALL, LARGE}


def test_of_equal_options_the_first_stays() -> None:
    kept = undominated(PLACE, {**YUAN, LARGE: 10.0}, [row(small=1.0, large=1.0)])

    assert kept == {KEEP, SMALL}
