"""Valley filling and deliverable energy by hand."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.demand.charging.deliverable import deliverable_kwh, deliverable_under_limits_kwh
from gridcalc.demand.charging.valley import fill_valley
from tests.unit.charging_cases import one_limit, sessions


def fill(base_kw, available, energy_kwh, p_kw, **more):
    return fill_valley(
        np.array(base_kw, dtype=float),
        available=np.array(available, dtype=float),
        energy_kwh=np.array(energy_kwh, dtype=float),
        p_kw=np.array(p_kw, dtype=float),
        slot_h=1.0,
        **more,
    )


def test_one_car_fills_the_valley_to_a_level():
    # 6 kWh over 3, 1, 2 kW: (3 + 1 + 2 + 6) / 3 = 4.
    day = fill([3, 1, 2], [[1, 1, 1]], [6], [10])

    assert day.total_kw.tolist() == [4, 4, 4]
    assert (day.peak_kw, day.bound_kw) == (4.0, 4.0)


def test_a_charger_that_is_too_small_takes_all_it_can_in_the_valley():
    # At most 2 kW: the valley of 0 rises to 2, the rest goes to the next lower slots.
    day = fill([5, 0, 4], [[1, 1, 1]], [3], [2])

    assert day.total_kw.tolist() == [5, 2, 5]


def test_cars_make_room_for_each_other():
    # Car 0 must charge in slot 0, car 1 may choose: 4 in slot 0, then 6 kWh over both slots.
    day = fill([0, 0], [[1, 0], [1, 1]], [4, 6], [10, 10])

    assert day.total_kw == pytest.approx([5, 5])


def test_no_cars_leave_the_base_load():
    day = fill([5, 1], np.zeros((0, 2)), [], [])

    assert (day.total_kw.tolist(), day.peak_kw, day.bound_kw) == ([5, 1], 5.0, 5.0)


def test_a_car_without_energy_takes_nothing():
    assert fill([5, 1], [[1, 1]], [0], [7]).total_kw.tolist() == [5, 1]


def test_a_car_that_needs_its_whole_window_gets_it():
    assert fill([1, 2], [[1, 0.5]], [10.5], [7]).total_kw.tolist() == [8, 5.5]


def test_too_few_sweeps_show_in_the_gap():
    # Car 0 of 4 kWh may use slots 0 and 1, car 1 of 8 kWh slots 1 and 2; laxities 1.6 and 1.2 h,
    # so car 1 comes first and takes 4 and 4, car 0 then 4 and 0: the peak is 4 at once. With 12
    # kWh car 1 takes 6 and 6, car 0 all in slot 0, and the level of (12 + 4) / 3 needs more.
    windows = [[1, 1, 0], [0, 1, 1]]
    rough = fill([3, 0, 0], windows, [4, 12], [10, 10], max_sweeps=1)
    exact = fill([3, 0, 0], windows, [4, 12], [10, 10])

    assert rough.total_kw == pytest.approx([6.5, 6.5, 6])
    assert rough.peak_kw - rough.bound_kw == pytest.approx(6.5 - 19 / 3)
    assert exact.total_kw == pytest.approx([19 / 3] * 3)
    assert exact.peak_kw == pytest.approx(exact.bound_kw, rel=1e-9)


def test_more_energy_than_the_window_holds_is_refused():
    with pytest.raises(ValueError, match="car 1 wants 9 kWh, its window has room for 7 kWh"):
        fill([0, 0], [[1, 1], [1, 0]], [9, 9], [7, 7])


def test_the_window_bounds_what_can_be_delivered():
    # One hour at 7 kW, whatever the cap.
    most = deliverable_kwh(sessions([6.0], [7.0], [20.0]), np.full((1, 96), 99.0))

    assert most == pytest.approx([7.0])


def test_a_negative_cap_delivers_nothing():
    assert deliverable_kwh(sessions([6.0], [7.0], [5.0]), np.full((1, 96), -1.0)).tolist() == [0.0]


def test_a_day_without_cars_delivers_nothing():
    cars = sessions([6.0], [7.0], [5.0], day=[1], n_days=2)

    assert deliverable_kwh(cars, np.full((2, 96), 99.0)) == pytest.approx([0.0, 5.0])


def test_foresight_delivers_what_an_order_cannot():
    # Car 0 is here for two hours, car 1 for the second only; 7 kW in each hour. Both get all
    # only if car 0 takes the first.
    cars = sessions([6.0, 7.0], [8.0, 8.0], [7.0, 7.0])

    assert deliverable_kwh(cars, np.full((1, 96), 7.0)) == pytest.approx([14.0])


def test_two_users_of_a_charger_share_its_power_in_the_bound():
    cars = sessions([6.0, 6.0], [7.0, 7.0], [7.0, 7.0], unit=[0, 0], n_units=1)

    assert deliverable_under_limits_kwh(cars, one_limit(1, 99)) == pytest.approx([7.0])


def test_cars_without_any_limit_get_all():
    free = replace(one_limit(2, 0), limits_of_row=np.full((2, 1), -1))
    none = replace(one_limit(2, 0), limits_of_row=np.zeros((2, 0), dtype=np.int64))
    cars = sessions([6.0, 6.0], [9.0, 9.0], [7.0, 7.0])

    assert deliverable_under_limits_kwh(cars, free) == pytest.approx([14.0])
    assert deliverable_under_limits_kwh(cars, none) == pytest.approx([14.0])


def test_limits_that_are_no_tree_are_refused():
    crossed = replace(
        one_limit(2, 9),
        limits_of_row=np.array([[0, 1], [0, 2]]),
        headroom_kw=np.ones((3, 1, 96)),
    )

    with pytest.raises(ValueError, match="above limit 0 stand 1 and 2"):
        deliverable_under_limits_kwh(sessions([6.0, 6.0], [9.0, 9.0], [7.0, 7.0]), crossed)
