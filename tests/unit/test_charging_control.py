"""Orderly control: who is served, how much, when, and never more than a limit leaves."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.demand.charging.control import control
from gridcalc.demand.charging.controller import RULES, Controller
from gridcalc.demand.charging.limits import Headroom, chains
from gridcalc.demand.charging.sessions import select
from tests.unit.charging_cases import one_limit, random_case, sessions

ATOL = 1e-4  # power is kept in single precision


def rule(name="least_laxity", *, min_kw=0.0, step_min=15):
    return Controller(rule=name, min_kw=min_kw, step_min=step_min)


def evening(charged, first=72, last=80):
    return charged.p_kw[:, 0, first:last].astype(float).round(4).tolist()


def test_a_car_alone_charges_at_full_power_from_arrival():
    # 18:00 is slot 72; 7 kWh at 7 kW take four slots.
    done = control(sessions([6.0], [19.0], [7.0]), one_limit(1, 50), rule())

    assert evening(done) == [[7, 7, 7, 7, 0, 0, 0, 0]]
    assert done.delivered_kwh == pytest.approx([7.0])


def test_a_slot_covered_in_part_gives_its_part():
    # 18:06 to 18:33: 0.6 of slot 72, all of 73, 0.2 of slot 74; more is wanted than fits.
    done = control(sessions([6.1], [6.55], [7.0]), one_limit(1, 50), rule())

    assert evening(done, 71, 76) == [[0, 4.2, 7, 1.4, 0]]
    assert done.delivered_kwh == pytest.approx([7 * 0.45])


def test_least_laxity_serves_who_can_wait_shortest():
    # Laxities at 18:00: 13 - 2 = 11 h, 3 - 1 = 2 h.
    cars = sessions([6.0, 6.0], [19.0, 9.0], [14.0, 7.0])

    done = control(cars, one_limit(2, 7), rule())

    assert evening(done, 72, 78) == [[0, 0, 0, 0, 7, 7], [7, 7, 7, 7, 0, 0]]


def test_least_laxity_and_earliest_departure_differ_where_the_later_car_needs_more():
    # Both fit only if the long charge goes first: laxity 0 against 1 h.
    cars = sessions([6.0, 6.0], [8.0, 9.0], [7.0, 21.0])
    both = one_limit(2, 10)

    late = control(cars, both, rule("earliest_departure")).delivered_kwh
    lax = control(cars, both, rule("least_laxity")).delivered_kwh

    # EDF: 7 then 3 kW for an hour, then 7 kW for two: 3 + 14 = 17 of 21 kWh.
    assert late == pytest.approx([7.0, 17.0])
    # LLF: the second takes 7 kW until the first is as urgent; 27 kWh of 28 can be delivered
    # in two hours of 10 kW and one of 7 kW.
    assert lax.sum() > 26.0


def test_first_come_serves_in_the_order_of_arrival():
    cars = sessions([6.25, 6.0], [8.0, 19.0], [3.5, 7.0])

    done = control(cars, one_limit(2, 7), rule("first_come"))

    assert evening(done, 72, 78) == [[0, 0, 0, 0, 7, 7], [7, 7, 7, 7, 0, 0]]


def test_ties_go_to_the_lower_unit():
    cars = sessions([6.0] * 3, [19.0] * 3, [1.75] * 3)

    for name in RULES:
        if name != "equal_share":
            done = control(cars, one_limit(3, 7), rule(name))
            assert evening(done, 72, 75) == [[7, 0, 0], [0, 7, 0], [0, 0, 7]]


def test_the_last_car_is_served_in_part():
    cars = sessions([6.0, 6.0], [19.0, 19.0], [14.0, 14.0])

    done = control(cars, one_limit(2, 10), rule("first_come"))

    assert evening(done, 72, 73) == [[7], [3]]


def test_a_share_below_the_smallest_power_is_not_given():
    cars = sessions([6.0, 6.0], [19.0, 19.0], [14.0, 14.0])

    done = control(cars, one_limit(2, 8), rule("first_come", min_kw=1.3))

    assert evening(done, 72, 73) == [[7], [0]]


def test_a_car_is_finished_with_less_than_the_smallest_power():
    # 0.1 kWh in a slot of 15 min are 0.4 kW.
    done = control(sessions([6.0], [19.0], [0.1]), one_limit(1, 50), rule(min_kw=1.3))

    assert evening(done, 72, 74) == [[pytest.approx(0.4), 0]]


def test_the_smallest_power_counts_while_the_car_is_there():
    # 1.3 kW for half of the slot are 0.65 kW as a mean; 1.0 kW would be 2.0 kW while on.
    cars = sessions([6.125, 6.0], [19.0, 19.0], [7.0, 7.0])

    done = control(cars, one_limit(2, 8.0), rule("first_come", min_kw=1.3))

    assert evening(done, 72, 73) == [[1.0], [7.0]]


def test_negative_headroom_leaves_nothing():
    done = control(sessions([6.0], [19.0], [7.0]), one_limit(1, -5), rule())

    assert not done.p_kw.any()
    assert done.delivered_kwh.tolist() == [0.0]


def test_a_three_phase_car_loads_three_rows_alike():
    headroom = replace(
        one_limit(3, 9.0),
        row=np.array([0]),
        thirds=np.array([True]),
        limits_of_row=np.array([[0], [1], [2]]),
        headroom_kw=np.broadcast_to([[[9.0]], [[2.0]], [[9.0]]], (3, 1, 96)),
    )

    done = control(sessions([6.0], [19.0], [21.0], p_kw=21.0), headroom, rule())

    assert evening(done, 72, 74) == [[2, 2], [2, 2], [2, 2]]  # the middle phase binds


def test_a_unit_without_a_row_gets_nothing():
    headroom = replace(one_limit(2, 50), row=np.array([-1, 0]))

    done = control(sessions([6.0, 6.0], [19.0, 19.0], [7.0, 7.0]), headroom, rule())

    assert done.delivered_kwh == pytest.approx([0.0, 7.0])


def test_two_users_of_a_charger_share_its_power():
    cars = sessions([6.0, 6.0], [19.0, 19.0], [7.0, 7.0], unit=[0, 0], n_units=1)

    for name in RULES:
        done = control(cars, one_limit(1, 50), rule(name))
        assert evening(done) == [[7] * 8]
        assert done.delivered_kwh == pytest.approx([7.0, 7.0])


def test_a_car_that_stays_over_noon_charges_on_both_sides():
    # From 10:00 (22 h after noon) to 14:00, 24 kWh at 7 kW: 14 before noon, 10 after.
    done = control(sessions([22.0], [26.0], [24.0]), one_limit(1, 50), rule())

    assert done.p_kw[0, 0, 40:48].tolist() == [7.0] * 8
    assert done.p_kw[0, 0, 48:55].tolist() == [7.0] * 5 + [5.0, 0.0]
    assert done.delivered_kwh == pytest.approx([24.0])


def test_yesterdays_car_takes_its_place_after_noon():
    # Car 0 stays from 11:00 to 13:00 and needs all of it; car 1 comes at noon and can wait.
    cars = sessions([23.0, 0.0], [25.0, 12.0], [14.0, 7.0])

    done = control(cars, one_limit(2, 7), rule())

    assert done.p_kw[0, 0, 44:52].tolist() == [7.0] * 8
    assert done.p_kw[1, 0, 48:56].tolist() == [0.0] * 4 + [7.0] * 4


def test_shorter_steps_react_within_the_slot():
    # Under 10 kW, car 1 comes at 18:05 and is urgent. A step of 15 min gives it its mean of
    # 4.667 kW first and 5.333 kW to car 0; steps of 5 min give car 0 7, 3 and 3 kW.
    cars = sessions([6.0, 6 + 1 / 12], [19.0, 7.5], [14.0, 9.0])

    coarse = control(cars, one_limit(2, 10), rule())
    fine = control(cars, one_limit(2, 10), rule(step_min=5))

    assert evening(coarse, 72, 73) == [[5.3333], [4.6667]]
    assert evening(fine, 72, 73) == [[4.3333], [4.6667]]


def test_no_charges_draw_nothing():
    done = control(sessions([], [], [], n_units=2), one_limit(2, 10), rule())

    assert done.p_kw.shape == (2, 1, 96)
    assert not done.p_kw.any()


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("seed", range(6))
def test_limits_hold_and_energy_is_conserved_in_random_cases(name, seed):
    cars, headroom = random_case(seed)
    step_min = (15, 5, 3)[seed % 3]

    done = control(cars, headroom, rule(name, min_kw=1.3 * (seed % 2), step_min=step_min))

    used = np.zeros_like(headroom.headroom_kw)
    for row, limits in enumerate(headroom.limits_of_row):
        used[limits] += done.p_kw[row]
    assert (used <= np.maximum(headroom.headroom_kw, 0) + ATOL).all()
    assert (done.delivered_kwh <= cars.energy_kwh + 1e-9).all()
    per_day = np.bincount(cars.day, done.delivered_kwh, minlength=cars.n_days)
    assert done.p_kw.sum(axis=(0, 2)) / 4 == pytest.approx(per_day, abs=ATOL)


@pytest.mark.parametrize("name", RULES)
def test_days_do_not_depend_on_each_other(name):
    cars, headroom = random_case(3)
    alone = select(cars, cars.day == 1)

    all_days = control(cars, headroom, rule(name))
    one_day = control(alone, headroom, rule(name))

    assert np.array_equal(all_days.p_kw[:, 1], one_day.p_kw[:, 1])
    assert np.array_equal(all_days.delivered_kwh[cars.day == 1], one_day.delivered_kwh)


def test_chains_merge_what_three_phases_have_in_common():
    _, headroom = random_case(1)

    found = chains(headroom)

    three = np.flatnonzero(headroom.thirds)[0]
    assert found.weight[three].sum() == pytest.approx(3.0)  # box phases, phases, total: 1 each
    assert found.limit[three, 6] == 15
    assert found.weight[three, 6] == 1.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"row": np.arange(5)}, "1 units charge, 5 have a row"),
        ({"headroom_kw": np.ones((1, 2, 96))}, "1 days of charges, 2 days of headroom"),
        ({"headroom_kw": np.ones((1, 1, 95))}, "95 slots cannot be cut at noon"),
    ],
)
def test_records_that_do_not_agree_are_refused(change, message):
    headroom = one_limit(1, 10)

    with pytest.raises(ValueError, match=message):
        control(sessions([6.0], [19.0], [7.0]), replace(headroom, **change), rule())


@pytest.mark.parametrize("step_min", [0, 4, 30])
def test_a_step_that_does_not_divide_the_slot_is_refused(step_min):
    with pytest.raises(ValueError, match="does not divide a slot of 15 min"):
        control(sessions([6.0], [19.0], [7.0]), one_limit(1, 10), rule(step_min=step_min))


@pytest.mark.parametrize(("cap_kw", "expected_kwh"), [(3.0, 0.0), (4.0, 40.0)])
def test_a_three_phase_car_needs_the_smallest_current_on_each_phase(cap_kw, expected_kwh):
    """6 A are 1.3 kW on one phase and 3.9 kW on three: 3 kW are too little, 4 kW give 10 h."""
    cars = sessions([6.0], [16.0], [60.0], p_kw=22.0)
    headroom = Headroom(
        row=np.zeros(1, dtype=np.int64),
        thirds=np.ones(1, dtype=bool),
        limits_of_row=np.zeros((3, 1), dtype=np.int64),
        headroom_kw=np.full((1, 1, 96), cap_kw),
    )

    done = control(cars, headroom, rule(min_kw=1.3))

    assert done.delivered_kwh[0] == pytest.approx(expected_kwh)
