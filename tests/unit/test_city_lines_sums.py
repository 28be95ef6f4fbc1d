"""Peaks of sums, and how the load of today is made to agree with what was metered."""

import numpy as np
import pytest

from gridcalc.city.lines.sums import (
    Metered,
    calibrate,
    coincidence_factor,
    peak_kva,
    reported_day,
)
from tests.unit.city_line_cases import as_days, counted_peak

SHARE = 95.0


def load_with(today, found):
    return found.scale_factor * today + found.other_kva


def test_a_peak_is_that_of_a_day_that_was_simulated():
    # daily peaks 3, 9, 4, 7: three of four days are 75 %, so 7; four of four are needed for 76 %
    days = as_days([[3, 1], [2, 9], [4, 4], [7, 0]])

    assert peak_kva(days, 75.0) == 7.0
    assert peak_kva(days, 76.0) == 9.0


def test_the_reported_day_has_the_peak_that_is_reported():
    # of the daily peaks 3, 9, 7 the 7 is reported at 60 %: two of three are 66.7 %; slot 2 is 0:30
    days = as_days([[3, 1, 0], [9, 0, 0], [0, 1, 7]])

    at_60, at_95 = (reported_day(days, share) for share in (60.0, 95.0))

    assert (at_60.peak_time, at_60.s_kva[:3]) == ("00:30", (0.0, 1.0, 7.0))
    assert (at_95.peak_time, at_95.s_kva[:3]) == ("00:00", (9.0, 0.0, 0.0))


def test_the_interval_of_a_peak_comes_from_the_ranks_of_the_days():
    # 100 days with peaks 1 to 100, 95 %: 95 -+ 1.96 sqrt(100 * 0.95 * 0.05) = 90.7 to 99.3, so the
    # 90th and, counted from above one further, the 100th day
    days = as_days([[k] for k in range(1, 101)])

    found = reported_day(days, 95.0)

    assert (found.low_kva, found.high_kva) == (90.0, 100.0)
    assert reported_day(days[:20], 95.0).high_kva is None  # 73 days are needed for an upper end


def test_nothing_metered_changes_nothing():
    found = calibrate(as_days([[5, 8]]), Metered(peak_kva=None), SHARE)

    assert found.scale_factor == 1.0
    assert not found.other_kva.any()


def test_others_fill_what_the_compounds_leave_of_the_metered_peak():
    # compounds 20 and 40, shape 0.5 and 1; 100 - 40 = 60 at the second slot, 30 at the first
    today = as_days([[20, 40]])

    found = calibrate(today, Metered(peak_kva=100.0), SHARE)

    assert found.other_kva[:2].tolist() == [30.0, 60.0]
    assert peak_kva(load_with(today, found), SHARE) == 100.0


def test_a_metered_day_gives_the_others_its_shape_less_the_compounds():
    # metered 80 and 100, compounds 20 and 40 on the one day: left 60 and 60
    today = as_days([[20, 40]])
    curve = (80.0, 100.0, *[0.0] * 94)

    found = calibrate(today, Metered(peak_kva=100.0, curve_kva=curve), SHARE)

    assert found.other_kva[:3].tolist() == [60.0, 60.0, 0.0]


def test_a_metered_day_below_the_compounds_leaves_their_shape():
    today = as_days([[20, 40]])
    curve = (10.0, 20.0, *[0.0] * 94)

    found = calibrate(today, Metered(peak_kva=50.0, curve_kva=curve), SHARE)

    assert found.other_kva[:2].tolist() == [5.0, 10.0]


def test_a_day_that_passes_the_peak_where_nobody_else_draws_is_one_of_the_days_that_may():
    # one of two days may pass 100. The mean day is 25 and 85, the metered one 100 and 10, so the
    # others draw at the first slot only. The first day passes the peak anyhow, the second has
    # room for 50
    today = as_days([[0, 120], [50, 50]])
    metered = Metered(peak_kva=100.0, curve_kva=(100.0, 10.0, *[0.0] * 94))

    found = calibrate(today, metered, 50.0)

    assert found.other_kva[:2].tolist() == [50.0, 0.0]
    assert counted_peak(load_with(today, found), 50.0) == 100.0


def test_a_metered_peak_below_the_compounds_scales_them_down():
    today = as_days([[20, 40]])

    found = calibrate(today, Metered(peak_kva=30.0), SHARE)

    assert found.scale_factor == 0.75
    assert not found.other_kva.any()
    assert peak_kva(load_with(today, found), SHARE) == 30.0


def test_a_peak_without_the_compounds_is_that_of_the_others():
    # shape of the compounds: 0.5 and 1
    found = calibrate(as_days([[20, 40]]), Metered(peak_kva=30.0, includes_simulated=False), SHARE)

    assert found.scale_factor == 1.0
    assert found.other_kva[:2].tolist() == [15.0, 30.0]


def test_a_line_without_compounds_has_its_metered_day_or_a_constant():
    nothing = as_days(0.0)
    curve = (25.0, 50.0, *[0.0] * 94)

    constant = calibrate(nothing, Metered(peak_kva=50.0), SHARE)
    day = calibrate(nothing, Metered(peak_kva=50.0, curve_kva=curve), SHARE)

    assert set(constant.other_kva.tolist()) == {50.0}
    assert day.other_kva[:3].tolist() == [25.0, 50.0, 0.0]


def test_a_line_that_carries_nothing_has_nobody_on_it():
    found = calibrate(as_days(0.0), Metered(peak_kva=0.0), SHARE)

    assert not found.other_kva.any()
    assert found.scale_factor == 1.0


@pytest.mark.parametrize("share_percent", [50.0, 90.0, 95.0, 100.0])
@pytest.mark.parametrize("seed", range(5))
def test_the_metered_peak_is_met_on_many_days(seed, share_percent):
    # the property itself is the oracle, with a peak that is counted instead of sorted
    rng = np.random.default_rng(seed)
    today = as_days(rng.uniform(10, 90, (41, 96)))
    metered_kva = counted_peak(today, share_percent) * rng.uniform(1.01, 2.0)

    found = calibrate(today, Metered(peak_kva=metered_kva), share_percent)

    assert found.other_kva.min() >= 0
    with_others = load_with(today.astype(float), found)
    assert counted_peak(with_others, share_percent) == pytest.approx(metered_kva, rel=1e-6)


def test_the_coincidence_factor_is_the_peak_of_the_sum_over_the_sum_of_the_peaks():
    assert coincidence_factor(90.0, [60.0, 60.0]) == 0.75
    assert coincidence_factor(0.0, []) is None
