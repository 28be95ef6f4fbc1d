"""A larger main breaker before a transformer that stays: what may be built, what it changes."""

import pytest

from gridcalc.compound.model import Protection
from gridcalc.policy import load_policy
from gridcalc.upgrade.applying import apply
from gridcalc.upgrade.change import change_of
from gridcalc.upgrade.durations import works_days
from gridcalc.upgrade.lookup import device
from gridcalc.upgrade.measures import ReplaceBreaker, ReplaceTransformer
from gridcalc.upgrade.options import breaker_options
from gridcalc.upgrade.quantities import quantities_of
from tests.unit.upgrade_cases import CATALOGUE, compound_of

LARGER = ReplaceBreaker(transformer="T1", breaker="ACB-1250")


@pytest.fixture
def throttled():
    """Return a walk-up whose T1 of 800 kVA (1155 A at 400 V) has a main breaker of 800 A."""
    compound = compound_of("walk-up")
    small = Protection(element="T1", in_a=800, i_trip_a=2400, clearing_s=0.4, breaking_ka=50)
    rows = tuple(small if row.element == "T1" else row for row in compound.protection)
    return compound.model_copy(update={"protection": rows})


def test_options_end_with_the_breaker_that_carries_the_unit(throttled):
    found = breaker_options(throttled, "T1", catalogue=CATALOGUE)

    assert [row.breaker for row in found] == ["ACB-1000", "ACB-1250"]
    assert breaker_options(throttled, "T2", catalogue=CATALOGUE) == ()


def test_without_a_breaker_in_the_file_there_is_none_to_replace(throttled):
    bare = throttled.model_copy(update={"protection": ()})

    assert breaker_options(bare, "T1", catalogue=CATALOGUE) == ()
    with pytest.raises(ValueError, match="no device"):
        apply(bare, [LARGER], catalogue=CATALOGUE)


def test_the_new_breaker_is_set_like_the_old_one(throttled):
    after = apply(throttled, [LARGER], catalogue=CATALOGUE)

    found = device(after, "T1")
    # 3 times the rated current as before, 65 kA of the type, the delay stays
    assert (found.in_a, found.i_trip_a, found.breaking_ka) == (1250, 3750, 65)
    assert found.clearing_s == 0.4
    assert after.transformers == throttled.transformers


def test_a_larger_unit_keeps_its_larger_breaker(throttled):
    larger = ReplaceTransformer(transformer="T1", type="S20-1250")  # 1804 A: ACB-2000
    after = apply(throttled, [larger, LARGER], catalogue=CATALOGUE)

    assert device(after, "T1").in_a == 2000


def test_it_is_one_breaker_and_a_day(throttled):
    (row,) = quantities_of(throttled, LARGER, catalogue=CATALOGUE)
    change = change_of(throttled, LARGER, catalogue=CATALOGUE)

    assert (row.item, row.element, row.quantity) == ("lv_breaker.ACB-1250", "T1", 1)
    assert (change.from_, change.to, change.quantity) == ("800 A", "ACB-1250", 1)
    assert works_days(LARGER, load_policy("national")) == 1
