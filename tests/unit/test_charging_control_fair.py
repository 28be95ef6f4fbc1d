"""Equal share is max-min fair: nobody can get more except from somebody who has less or as much."""

from dataclasses import replace

import numpy as np
import pytest

from gridcalc.demand.charging.control import control
from gridcalc.demand.charging.controller import Controller
from gridcalc.demand.charging.limits import Headroom
from tests.unit.charging_cases import one_limit, sessions

FAIR = Controller(rule="equal_share", min_kw=0.0, step_min=15)
SLOT = 72


def shares(energy_kwh, headroom, controller=FAIR, p_kw=7.0):
    n = len(energy_kwh)
    done = control(sessions([6.0] * n, [19.0] * n, energy_kwh, p_kw=p_kw), headroom, controller)
    return done.p_kw[:, 0, SLOT].astype(float)


def nested(caps_kw, limits_of_row):
    n = len(limits_of_row)
    return replace(
        one_limit(n, 0),
        limits_of_row=np.array(limits_of_row),
        headroom_kw=np.repeat(np.array(caps_kw, dtype=float)[:, None, None], 96, axis=2),
    )


def test_a_cap_is_split_alike():
    assert shares([14.0] * 4, one_limit(4, 10)) == pytest.approx([2.5] * 4)


def test_what_one_car_does_not_want_goes_to_the_others():
    # Car 0 wants 0.25 kWh in a slot, that is 1 kW; (10 - 1) / 3 = 3 for the others.
    assert shares([0.25, 14, 14, 14], one_limit(4, 10)) == pytest.approx([1, 3, 3, 3])


def test_a_tight_box_frees_power_for_the_others():
    # Box 0 of 4 kW holds cars 0 and 1: 2 kW each. The total of 16 leaves 12 for cars 2 and 3.
    headroom = nested([4, 99, 16], [[0, 2], [0, 2], [1, 2], [1, 2]])

    assert shares([14.0] * 4, headroom) == pytest.approx([2, 2, 6, 6])


def test_three_levels_fill_one_after_the_other():
    # Box 0 of 2 kW: cars 0 and 1 get 1 each. Feeder of 8 over boxes 0 and 1: 6 for cars 2 and 3.
    # Total of 13: 5 for car 4.
    headroom = nested([2, 99, 8, 13], [[0, 2, 3], [0, 2, 3], [1, 2, 3], [1, 2, 3], [3, -1, -1]])

    assert shares([14.0] * 5, headroom) == pytest.approx([1, 1, 3, 3, 5])


def test_a_three_phase_car_counts_by_thirds():
    # Per phase 3 kW. Phase 0 has a single-phase car and a third of the other: x + x / 3 = 3,
    # x = 2.25; the three-phase car could not have more without taking from the first.
    headroom = Headroom(
        row=np.array([0, 0]),
        thirds=np.array([False, True]),
        limits_of_row=np.array([[0], [1], [2]]),
        headroom_kw=np.full((3, 1, 96), 3.0),
    )
    cars = sessions([6.0, 6.0], [19.0, 19.0], [14.0, 14.0])

    done = control(cars, headroom, FAIR)

    assert done.p_kw[:, 0, SLOT] == pytest.approx([3.0, 0.75, 0.75])


def test_everybody_gets_what_he_wants_where_there_is_enough():
    assert shares([14.0] * 4, one_limit(4, 28)) == pytest.approx([7] * 4)


def test_the_smallest_power_is_given_in_the_order_of_units_that_came_together():
    # Four cars under 3 kW: two can have 1.3 kW, 0.4 kW are left for them.
    least = replace(FAIR, min_kw=1.3)

    assert shares([14.0] * 4, one_limit(4, 3), least) == pytest.approx([1.5, 1.5, 0, 0])


@pytest.mark.parametrize("seed", range(20))
def test_every_car_has_its_want_or_the_largest_share_on_a_full_limit(seed):
    rng = np.random.default_rng(seed)
    n = 24
    box = rng.integers(0, 6, n)
    caps = np.concatenate([rng.uniform(2, 30, 6), rng.uniform(10, 50, 2), [rng.uniform(20, 90)]])
    chain = np.column_stack([box, 6 + box // 3, np.full(n, 8)])
    want = np.minimum(rng.uniform(0.2, 20, n), 7.0)

    p_kw = shares(want / 4, nested(caps, chain))

    for car in range(n):
        if p_kw[car] < want[car] - 1e-5:
            full = [
                limit
                for limit in chain[car]
                if p_kw[(chain == limit).any(axis=1)].sum() > caps[limit] - 1e-4
            ]
            others = [p_kw[(chain == limit).any(axis=1)].max() for limit in full]
            assert any(p_kw[car] >= largest - 1e-5 for largest in others)
