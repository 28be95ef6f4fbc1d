"""A user's own controller: same books as the built-in one, overruns reported, never hidden."""

import numpy as np
import pytest

from gridcalc.demand.charging.control import control
from gridcalc.demand.charging.controller import Controller
from gridcalc.demand.charging.own_controller import proportional, simulate_controller
from tests.unit.charging_cases import one_limit, random_case, sessions


def in_order_of(key):
    """Return a controller that serves cars by a key until their limits are used up."""

    def decide(state):
        left = state.headroom_kw.copy()
        p_kw = np.zeros(len(state.unit))
        for i in np.lexsort((np.arange(len(p_kw)), key(state))):
            on_way = state.limit[i] >= 0
            limit, weight = state.limit[i][on_way], state.weight[i][on_way]
            p_kw[i] = min([state.want_kw[i], *(left[limit] / weight)])
            left[limit] = np.maximum(left[limit] - p_kw[i] * weight, 0.0)
        return p_kw

    return decide


def laxity_h(state):
    return state.hours_to_departure - state.remaining_kwh / state.p_max_kw


@pytest.mark.parametrize("step_min", [15, 5])
@pytest.mark.parametrize("seed", range(4))
def test_least_laxity_written_in_python_is_the_built_in_rule(seed, step_min):
    cars, headroom = random_case(seed, n_days=2)

    own, overruns = simulate_controller(cars, headroom, in_order_of(laxity_h), step_min=step_min)
    built_in = control(
        cars, headroom, Controller(rule="least_laxity", min_kw=0.0, step_min=step_min)
    )

    assert len(overruns.limit) == 0
    assert own.delivered_kwh == pytest.approx(built_in.delivered_kwh, abs=1e-6)
    assert own.p_kw == pytest.approx(built_in.p_kw, abs=1e-4)


def test_earliest_departure_written_in_python_is_the_built_in_rule():
    cars, headroom = random_case(7, n_days=1)

    own, _ = simulate_controller(
        cars, headroom, in_order_of(lambda state: state.hours_to_departure), step_min=15
    )
    built_in = control(
        cars, headroom, Controller(rule="earliest_departure", min_kw=0.0, step_min=15)
    )

    # Two cars that arrive within one step count their hours from arrival, not from its start,
    # so only the sums of a day are compared.
    assert own.delivered_kwh.sum() == pytest.approx(built_in.delivered_kwh.sum(), rel=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_the_proportional_example_keeps_every_limit(seed):
    cars, headroom = random_case(seed, n_days=2)

    done, overruns = simulate_controller(cars, headroom, proportional, step_min=15)

    assert len(overruns.limit) == 0
    assert 0 < done.delivered_kwh.sum() < cars.energy_kwh.sum()


def test_overruns_are_counted_with_their_amount():
    # Two cars of 7 kW under 10 kW, both from 18:00 for an hour: 4 kW too much in four slots.
    cars = sessions([6.0, 6.0], [19.0, 19.0], [7.0, 7.0])

    done, overruns = simulate_controller(
        cars, one_limit(2, 10), lambda state: state.want_kw, step_min=15
    )

    assert overruns.slot.tolist() == [72, 73, 74, 75]
    assert overruns.over_kw == pytest.approx([4.0] * 4)
    assert overruns.limit.tolist() == overruns.day.tolist() == [0] * 4
    assert done.delivered_kwh == pytest.approx([7.0, 7.0])


def test_a_car_never_draws_more_than_its_charger_or_its_need():
    cars = sessions([6.0], [19.0], [3.0])

    done, _ = simulate_controller(
        cars, one_limit(1, 99), lambda state: np.full(len(state.unit), 50.0), step_min=15
    )

    assert done.p_kw[0, 0, 72:75].tolist() == [7.0, 5.0, 0.0]  # 1.75 kWh, then 1.25 kWh


def test_a_negative_decision_draws_nothing():
    done, _ = simulate_controller(
        sessions([6.0], [19.0], [3.0]), one_limit(1, 9), lambda state: -state.want_kw, step_min=15
    )

    assert not done.p_kw.any()


def test_what_a_controller_sees_is_what_the_docstring_says():
    seen = []

    def look(state):
        seen.append(state)
        return state.want_kw

    cars = sessions([6.1], [19.0], [3.0], unit=[1], n_units=2)
    simulate_controller(cars, one_limit(2, 9), look, step_min=15)

    first, second = seen[0], seen[1]
    assert (first.day, first.clock_h, first.step_h) == (0, 18.0, 0.25)
    assert first.unit.tolist() == first.row.tolist() == [1]
    assert first.available == pytest.approx([0.6])
    assert first.hours_to_departure == pytest.approx([12.9])
    assert first.hours_since_arrival == pytest.approx([0.0])
    assert second.hours_since_arrival == pytest.approx([0.15])
    assert second.remaining_kwh == pytest.approx([3.0 - 0.15 * 7])
    assert first.headroom_kw.tolist() == [9.0]


@pytest.mark.parametrize("answer", [np.ones(3), np.array([np.nan])])
def test_an_answer_of_the_wrong_form_is_refused(answer):
    with pytest.raises(ValueError, match="a controller returns 1 finite powers"):
        simulate_controller(
            sessions([6.0], [19.0], [3.0]), one_limit(1, 9), lambda _: answer, step_min=15
        )
